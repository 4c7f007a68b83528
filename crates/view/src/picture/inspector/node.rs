//! A node, opened up: what is on its disk, what it knows, what it knows of others.

use std::fmt::Display;

use raft::{Index, PeerId, RawNode, Role};
use sim::{NodeId, Phase, Server, Timeline};

use super::super::cards::{part, part_words, term};
use super::super::next::election_ticks_left;
use super::actions;
use super::changed::Changed;
use crate::say::both;
use crate::{Both, Fact, FactGroup, Inspector};

/// Keys of the state machine that are listed.
const KEYS_MAX: usize = 8;

#[inline(never)]
pub(super) fn node(timeline: &Timeline, node: &Server) -> Inspector {
    let changed = Changed::of(timeline, node.id());
    let mut groups = vec![durable(node, &changed)];
    if let Some(raft) = node.raft() {
        groups.push(volatile(node, raft, &changed));
        if raft.role() == Role::Leader {
            groups.push(view_of_leader(timeline, node.id(), raft, &changed));
        }
        groups.push(state_machine(node, &changed));
    }
    Inspector {
        title: node.id().to_string(),
        what: what(node),
        groups,
        actions: actions::of_node(timeline.world(), node),
    }
}

/// "leader of term 3".
fn what(node: &Server) -> Both {
    let part = part_words(part(node));
    let (en, zh) = (part.en, part.zh);
    let term = term(node);
    match node.raft().map(RawNode::role) {
        Some(Role::Leader) if node.phase() == Phase::Up => {
            both!("leader of term {term}", "term {term} 的 leader")
        }
        Some(_) => both!("{en} in term {term}", "{zh}，term {term}"),
        None => both!("{en}, term {term} on disk", "{zh}，磁盘上 term {term}"),
    }
}

fn fact(name: Both, value: impl Display, changed: bool) -> Fact {
    Fact { name, value: Both::same(value.to_string()), changed }
}

/// What survives a crash (Raft Figure 2, persistent state).
fn durable(node: &Server, changed: &Changed) -> FactGroup {
    let disk = node.disk();
    let hard = disk.hard_state();
    let mut facts = vec![
        fact(both!("term", "term"), hard.term, changed.durable && changed.term),
        fact(both!("vote", "vote"), peer(hard.vote), changed.durable && changed.vote),
        fact(both!("log up to", "日志到"), disk.last(), changed.durable),
        fact(both!("sync takes", "落盘耗时"), disk.fsync(), false),
    ];
    let snapshot = disk.snapshot();
    if snapshot.last.index > Index::ZERO {
        let (last, bytes) = (snapshot.last, snapshot.data.len());
        let value = format!("{last} · {bytes} B");
        facts.push(fact(both!("snapshot up to", "snapshot 到"), value, changed.durable));
    }
    if disk.is_syncing() {
        let waiting = disk.unsynced();
        facts.push(fact(both!("being written", "正在落盘"), waiting, changed.log));
    }
    FactGroup { title: both!("on disk", "磁盘上"), facts }
}

/// What a crash takes away (Raft Figure 2, volatile state).
fn volatile(node: &Server, raft: &RawNode, changed: &Changed) -> FactGroup {
    let mut facts = vec![
        fact(both!("role", "角色"), role(raft.role()), changed.role),
        fact(both!("term", "term"), raft.term(), changed.term),
        fact(both!("vote", "vote"), peer(raft.vote()), changed.vote),
        fact(both!("leader", "leader"), peer(raft.lead()), changed.lead),
        fact(both!("last entry", "最后条目"), raft.last(), changed.log),
        fact(both!("commit", "commit"), raft.commit(), changed.commit),
        fact(both!("applied", "applied"), raft.applied(), changed.applied),
        fact(both!("members it knows", "所知成员"), raft.conf(), false),
    ];
    if let Some(left) = election_ticks_left(raft).filter(|_| raft.role() != Role::Leader) {
        let ticks = format!("{left} / {}", raft.randomized_election_timeout());
        facts.push(fact(both!("ticks to election", "距选举 tick"), ticks, false));
    }
    if node.phase() == Phase::Paused {
        facts.push(fact(both!("messages waiting", "等待的消息"), node.inbox_len(), false));
    }
    FactGroup { title: both!("in memory", "内存中"), facts }
}

/// What a leader knows of the others (Raft Figure 2, volatile state on leaders).
fn view_of_leader(timeline: &Timeline, id: NodeId, raft: &RawNode, changed: &Changed) -> FactGroup {
    let peers = timeline.world().nodes().iter().map(Server::id).filter(|&peer| peer != id);
    let facts = peers.filter_map(|peer| {
        let progress = raft.progress(peer.peer())?;
        let (matched, next) = (progress.matched, progress.next);
        let window = raft.config().max_inflight_messages;
        let inflight = progress.inflights.count();
        let name = progress.state.as_str().trim_start_matches("State");
        let pause = if progress.is_paused() { " · paused" } else { "" };
        let pending = match progress.pending_snapshot {
            Index::ZERO => String::new(),
            index => format!(" · snapshot {index}"),
        };
        let value =
            format!("match {matched} · next {next} · {name} · {inflight}/{window}{pending}{pause}");
        Some(fact(both!("{peer}", "{peer}"), value, changed.peers.contains(&peer)))
    });
    FactGroup {
        title: both!("as the leader sees them", "leader 眼中的各节点"),
        facts: facts.collect(),
    }
}

fn state_machine(node: &Server, changed: &Changed) -> FactGroup {
    let kv = node.kv();
    let facts =
        kv.iter().take(KEYS_MAX).map(|(key, value)| fact(Both::same(key), value, changed.applied));
    FactGroup { title: both!("state machine", "状态机"), facts: facts.collect() }
}

fn peer(peer: PeerId) -> String {
    NodeId::of(peer).map_or_else(|| "–".to_owned(), |node| node.to_string())
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Follower => "follower",
        Role::PreCandidate => "pre-candidate",
        Role::Candidate => "candidate",
        Role::Leader => "leader",
    }
}
