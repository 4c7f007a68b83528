//! Runs the data-driven tests of etcd's Raft against ours, byte for byte.
//!
//! A file is a list of directives, each with the output that a correct core prints. Three kinds of
//! file are told apart by their commands:
//!
//! * interaction: nodes, a network and disks, driven step by step ([`Environment`]);
//! * conf-change: membership changes and what they make of a configuration;
//! * quorum: commit indices and votes of majorities.
//!
//! ```text
//!   file ─▶ parse ─▶ Directive ─▶ Session::run ─▶ output ─▶ equal to Directive::expected?
//! ```

mod confchange;
mod datadriven;
mod files;
mod interaction;
mod player;
mod quorum;
mod session;

pub use datadriven::{Arg, Directive, Malformed, parse};
pub use files::{Summary, run};
pub use interaction::{Environment, Node, NodeStorage};
pub use player::Player;
pub use session::{Failure, Mismatch, Session, rewrite, run_text, trace};
