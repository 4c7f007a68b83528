//! One test per claim of the paper that the core relies on, named after its section.

mod elections;
mod log;

use raft::{Body, ConfState, Config, HardState, Index, PeerId, Term};

use crate::group::{Node, at, message};

fn voters(count: u64) -> ConfState {
    ConfState { voters: (1..=count).map(PeerId).collect(), ..ConfState::default() }
}

fn node(terms: &[u64], term: u64, commit: u64) -> Node {
    let hard = HardState { term: Term(term), vote: PeerId::NONE, commit: Index(commit) };
    Node::new(voters(3), Config { id: PeerId(1), ..Config::default() }, terms, hard)
}

fn append(term: u64, prev: (u64, u64), terms: &[(u64, u64)], commit: u64) -> raft::Message {
    let entries = terms
        .iter()
        .map(|&(term, index)| raft::Entry { id: at(term, index), ..raft::Entry::default() });
    let (entries, prev, commit) = (entries.collect(), at(prev.0, prev.1), Index(commit));
    message(2, 1, term, Body::Append { prev, entries, commit })
}
