//! `cargo xtask serve`: from a fresh clone to a page in the browser.

use argh::FromArgs;

use crate::{failure::Result, shell, tools};

/// Install what is missing, then serve the page and rebuild it on every change.
#[derive(FromArgs)]
#[argh(subcommand, name = "serve")]
pub(crate) struct Serve {
    /// port to listen on [default: 8080]
    #[argh(option, default = "8080")]
    port: u16,
}

impl Serve {
    /// Serves until interrupted.
    pub(crate) fn run(&self) -> Result {
        tools::install_page_tools()?;
        println!(
            "Building the page: a minute or two the first time, seconds afterwards.\n\
             It will be at http://127.0.0.1:{}/ ; stop with Ctrl-C.",
            self.port
        );
        shell::run(shell::command("trunk").args(["serve", "--port", &self.port.to_string()]))
    }
}
