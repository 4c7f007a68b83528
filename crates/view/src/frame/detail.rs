//! What is opened up: the inspector and the lamps of the invariants.

use serde::Serialize;

use crate::Both;

/// What is selected, opened up.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Inspector {
    /// "n4" or "m123"; empty if nothing is selected.
    pub title: String,
    /// What it is, in words: "leader of term 3".
    pub what: Both,
    /// Facts, in groups.
    pub groups: Vec<FactGroup>,
    /// What can be done with it now.
    pub actions: Vec<Action>,
}

/// Facts that belong together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FactGroup {
    /// "durable", "volatile", "leader's view".
    pub title: Both,
    /// Name and value.
    pub facts: Vec<Fact>,
}

/// One fact.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fact {
    /// What it is called.
    pub name: Both,
    /// Its value.
    pub value: Both,
    /// Whether it changed with the last event.
    pub changed: bool,
}

/// Something a person can do: a button, a key and a script line with the same word.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Action {
    /// `kill`.
    pub word: &'static str,
    /// What the button says.
    pub label: Both,
    /// The script line that it runs: `kill n4`. Ends in a space if the person has to complete it.
    pub line: String,
    /// The key, if there is one: `X`.
    pub key: &'static str,
    /// Why it cannot be done now; empty if it can.
    pub refused: Both,
}

/// One invariant.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Lamp {
    /// 1 to 14.
    pub number: u8,
    /// "Election Safety".
    pub name: Both,
    /// What must hold.
    pub statement: Both,
    /// How often it was checked.
    pub checks: u64,
    /// What contradicts it, if something does.
    pub findings: Vec<FindingRow>,
}

/// One broken invariant.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FindingRow {
    /// Where: seek here to see it.
    pub event: u64,
    /// Microseconds.
    pub at: u64,
    /// The two facts that contradict each other.
    pub text: Both,
}
