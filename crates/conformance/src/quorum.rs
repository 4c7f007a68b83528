//! Quorum files: `committed` and `vote` for one majority or two.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use raft::quorum::{committed_index, describe, vote_result};
use raft::{Index, PeerId};

use crate::datadriven::{Arg, Directive};
use crate::session::Failure;

/// The majorities of a directive and what each voter said.
struct Question {
    incoming: BTreeSet<PeerId>,
    outgoing: BTreeSet<PeerId>,
    /// In the order in which the voters are named.
    answers: Vec<(PeerId, Option<u64>)>,
}

pub(crate) fn handle(directive: &Directive) -> Result<String, Failure> {
    let question = match Question::read(directive)? {
        Ok(question) => question,
        Err(output) => return Ok(output),
    };
    match directive.command.as_str() {
        "committed" => Ok(question.committed()),
        "vote" => Ok(question.vote()),
        command => Err(Failure(format!("unknown command {command}"))),
    }
}

impl Question {
    /// Reads the arguments; the inner error is output that the directive may expect.
    fn read(directive: &Directive) -> Result<Result<Self, String>, Failure> {
        let (mut incoming, mut outgoing, mut votes) = (Vec::new(), Vec::new(), Vec::new());
        for Arg { key, values } in &directive.args {
            match key.as_str() {
                "cfg" => incoming = ids(values)?,
                "cfgj" if values[..] == ["zero"] => {}
                "cfgj" => outgoing = ids(values)?,
                "idx" => votes = answers(values, index)?,
                "votes" => votes = answers(values, ballot)?,
                _ => return Err(Failure(format!("unknown argument {key}"))),
            }
        }
        let mut named: Vec<PeerId> = Vec::new();
        for &id in incoming.iter().chain(&outgoing) {
            if !named.contains(&id) {
                named.push(id);
            }
        }
        if named.len() != votes.len() {
            return Ok(Err(mismatched(&named, &votes)));
        }
        let incoming = incoming.into_iter().collect();
        let outgoing = outgoing.into_iter().collect();
        let answers = named.into_iter().zip(votes).collect();
        Ok(Ok(Self { incoming, outgoing, answers }))
    }

    fn answer(&self, id: PeerId) -> Option<u64> {
        self.answers.iter().find(|(voter, _)| *voter == id).and_then(|(_, answer)| *answer)
    }

    fn committed(&self) -> String {
        let half = |voters: &BTreeSet<PeerId>| {
            committed_index(voters.iter().map(|&id| Index(self.answer(id).unwrap_or_default())))
        };
        let voters: BTreeSet<PeerId> = self.incoming.union(&self.outgoing).copied().collect();
        let acknowledged: Vec<(PeerId, Option<Index>)> =
            voters.into_iter().map(|id| (id, self.answer(id).map(Index))).collect();
        let mut output = String::new();
        let committed = half(&self.incoming).min(half(&self.outgoing));
        let written = describe(&acknowledged, &mut output).and_then(|()| match committed {
            Index::MAX => writeln!(output, "∞"),
            index => writeln!(output, "{index}"),
        });
        written.expect("writing to a string cannot fail");
        output
    }

    fn vote(&self) -> String {
        let half = |voters: &BTreeSet<PeerId>| {
            vote_result(voters.iter().map(|&id| self.answer(id).map(|answer| answer == 2)))
        };
        format!("{}\n", half(&self.incoming).and(half(&self.outgoing)))
    }
}

fn ids(values: &[String]) -> Result<Vec<PeerId>, Failure> {
    let id = |value: &String| value.parse().map(PeerId).map_err(|_| bad(value));
    values.iter().filter(|value| !value.is_empty()).map(id).collect()
}

fn answers(values: &[String], read: fn(&str) -> Option<u64>) -> Result<Vec<Option<u64>>, Failure> {
    let answer = |value: &String| match value.as_str() {
        "_" => Ok(None),
        value => read(value).map(Some).ok_or_else(|| bad(value)),
    };
    values.iter().filter(|value| !value.is_empty()).map(answer).collect()
}

fn index(value: &str) -> Option<u64> {
    value.parse().ok().filter(|&index| index != 0)
}

/// Numbers a refusal 1 and a granted vote 2, as the mismatch message counts them.
fn ballot(value: &str) -> Option<u64> {
    match value {
        "n" => Some(1),
        "y" => Some(2),
        _ => None,
    }
}

fn bad(value: &str) -> Failure {
    Failure(format!("cannot read the value {value:?}"))
}

fn mismatched(named: &[PeerId], votes: &[Option<u64>]) -> String {
    let ids: BTreeSet<PeerId> = named.iter().copied().collect();
    let ids: Vec<String> = ids.into_iter().map(|id| format!("{id}:{{}}")).collect();
    let votes: Vec<String> = votes.iter().map(|vote| vote.unwrap_or(0).to_string()).collect();
    let (ids, votes) = (ids.join(" "), votes.join(" "));
    format!("error: mismatched input (explicit or _) for voters map[{ids}]: [{votes}]")
}
