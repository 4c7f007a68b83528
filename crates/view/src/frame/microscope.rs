//! The Ready loop of one node, step by step.

use serde::Serialize;

use super::{Action, FactGroup};
use crate::Both;

/// The loop of the node under the microscope.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Microscope {
    /// `n2`; empty if no node is under the microscope.
    pub name: String,
    /// Where the loop stands, in one sentence.
    pub what: Both,
    /// Its steps, in the order in which this run takes them.
    pub steps: Vec<LoopBox>,
    /// What is in the Ready in hand; empty between two.
    pub contents: Vec<FactGroup>,
    /// What can be done: nodes to put there, or the loop to put together.
    pub actions: Vec<Action>,
}

/// One step of the loop.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LoopBox {
    /// Its name.
    pub name: Both,
    /// Whether it is the one that was done last: the box that is lit.
    pub lit: bool,
    /// Whether it is the one that comes next.
    pub next: bool,
    /// Whether the node shall die after it.
    pub armed: bool,
    /// A crash after it, or taking that back.
    pub crash: Action,
}
