//! What a command prints.

use std::fmt::Display;

use raft::Level;

/// Text, and how much of the log goes into it.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    text: String,
    /// The lowest level that is printed; `None` prints nothing at all.
    level: Option<Level>,
}

impl Default for Output {
    fn default() -> Self {
        Self { text: String::new(), level: Some(Level::Debug) }
    }
}

/// A level of the log, or none at all.
pub(crate) type Threshold = Option<Level>;

impl Output {
    pub(crate) fn clear(&mut self) {
        self.text.clear();
    }

    pub(crate) fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }

    pub(crate) fn is_quiet(&self) -> bool {
        self.level.is_none()
    }

    pub(crate) fn write(&mut self, text: &str) {
        if !self.is_quiet() {
            self.text.push_str(text);
        }
    }

    /// Adds a log line, unless it is below the level.
    pub(crate) fn log(&mut self, level: Level, line: &dyn Display) {
        if self.level.is_some_and(|lowest| lowest <= level) {
            self.write(&format!("{} {line}\n", level.as_str()));
        }
    }

    pub(crate) fn replace_level(&mut self, level: Threshold) -> Threshold {
        std::mem::replace(&mut self.level, level)
    }
}

/// Reads the name of a level. Nothing of ours is fatal, so that level prints no log line.
pub(crate) fn parse_level(name: &str) -> Option<Threshold> {
    match name.to_ascii_uppercase().as_str() {
        "DEBUG" => Some(Some(Level::Debug)),
        "INFO" => Some(Some(Level::Info)),
        "WARN" => Some(Some(Level::Warn)),
        "ERROR" => Some(Some(Level::Error)),
        "FATAL" => Some(Some(Level::Fatal)),
        "NONE" => Some(None),
        _ => None,
    }
}
