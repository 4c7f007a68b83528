//! What can go wrong between a test and a browser.

use std::time::Duration;

/// Why the browser could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no Chromium or Chrome on the PATH.
    #[error(
        "no Chromium found: install the package `chromium` (Debian: apt-get install chromium) or put \
         chromium, chromium-browser, google-chrome or chrome on the PATH"
    )]
    NoBrowser,
    /// The browser ended, or did not open its door in time.
    #[error("{program} did not start within {waited:?}")]
    Launch {
        /// The program that was started.
        program: String,
        /// How long it was waited for.
        waited: Duration,
    },
    /// The connection to the browser broke, or it said something that is not the protocol.
    #[error("the browser's connection failed: {0}")]
    Connection(String),
    /// The browser refused a command.
    #[error("the browser refused {method}: {reason}")]
    Refused {
        /// The protocol's name of the command.
        method: String,
        /// What the browser said.
        reason: String,
    },
    /// An expression threw in the page.
    #[error("`{expression}` threw in the page: {reason}")]
    Threw {
        /// What was evaluated.
        expression: String,
        /// The exception with its stack.
        reason: String,
    },
    /// What was waited for did not come true.
    #[error("waited {waited:?} for `{what}`, last seen: {last}")]
    Timeout {
        /// The predicate.
        what: String,
        /// How long it was waited for.
        waited: Duration,
        /// The predicate's last value.
        last: String,
    },
    /// No element answers to the selector.
    #[error("the page shows no element `{selector}`")]
    NoElement {
        /// The CSS selector.
        selector: String,
    },
    /// There is no built page to serve.
    #[error("no page in {folder}: build it with `cargo xtask dist`")]
    NoPage {
        /// Where it was looked for.
        folder: String,
    },
    /// A file or a socket of this machine failed.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

impl From<tungstenite::Error> for Error {
    fn from(error: tungstenite::Error) -> Self {
        Self::Connection(error.to_string())
    }
}
