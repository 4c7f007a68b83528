//! The controls along the bottom: time, speed, the command line, and what opens above them.

mod command;
mod help;
mod new_run;
mod script;
mod transport;

use play::Speed;
use view::{Lang, labels};

pub(crate) use self::command::{Command, notices};
pub(crate) use self::help::{close, help};
pub(crate) use self::new_run::NewRun;
pub(crate) use self::script::Script;
pub(crate) use self::transport::Transport;

/// A rung of the ladder in words: `1/100`.
pub(crate) fn rung(speed: Speed, lang: Lang) -> String {
    match speed {
        Speed::OneIn(1) => "1".to_owned(),
        Speed::OneIn(n) => ["1/", &n.to_string()].concat(),
        Speed::Max => labels::MAX.in_lang(lang).to_owned(),
    }
}
