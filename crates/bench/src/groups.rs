//! `raft`: what a group of three costs, against raft-rs doing the same.
//!
//! One piece of code ([`group`]) drives both with the same settings. Both store entries and hard
//! state in the memory store that comes with the library, apply every committed entry and compact
//! their logs, and both batch their appends.
//!
//! Every replica applies a batch before the next one is proposed, so a leader has to say what is
//! committed. Ours does with [`quiet_commits`](raft::Config::quiet_commits), since nobody needs an answer;
//! raft-rs has no such message. It could leave the message out, and its followers would not apply.

mod group;
mod ours;
mod theirs;

use std::{hint::black_box, iter::repeat_with};

use bytes::Bytes;

use self::{
    group::{Group, HEARTBEAT_TICKS, Replica, Thread, VOTERS},
    ours::Ours,
    theirs::Theirs,
};
use crate::{
    measure::{Best, resident_bytes},
    row::{Better, Row, duel},
};

/// Both sides take turns this many times; the best turn of each counts.
const TURNS: u32 = 25;

/// So many groups do not fit into the caches.
const IDLE_GROUPS: usize = 10_000;

/// Groups that are made and elect in one turn.
const ELECTIONS: usize = 1_000;

/// Proposals that arrive together, again and again.
struct Load {
    name: &'static str,
    /// Payload bytes of each.
    bytes: usize,
    /// How many arrive together.
    batch: usize,
    /// How many there are in one turn.
    count: usize,
}

const LOADS: [Load; 4] = [
    Load { name: "batches of 64 proposals of 256 B", bytes: 256, batch: 64, count: 1 << 16 },
    Load { name: "batches of 64 proposals of 16 B", bytes: 16, batch: 64, count: 1 << 16 },
    Load { name: "single proposals of 256 B", bytes: 256, batch: 1, count: 1 << 14 },
    Load { name: "batches of 16 proposals of 64 KiB", bytes: 1 << 16, batch: 16, count: 1 << 14 },
];

/// The figures of the core.
pub(crate) fn rows() -> Vec<Row> {
    // Memory first: this process has none to reuse yet.
    let (idle_ours, memory_ours) = idle::<Ours>();
    let (idle_theirs, memory_theirs) = idle::<Theirs>();
    let name = "idle tick of a replica, 10,000 groups";
    let ticks = duel(TURNS, name, "ns", ticks(idle_ours), ticks(idle_theirs));
    let name = "create three replicas and elect a leader";
    let elections = duel(TURNS, name, "ns", elections::<Ours>(), elections::<Theirs>());
    let memory = Row {
        name: "memory of an idle replica with its log",
        ours: memory_ours,
        theirs: Some(memory_theirs),
        unit: "bytes",
        better: Better::Lower,
    };
    let loads = LOADS.iter().map(|load| {
        duel(
            TURNS,
            load.name,
            "ns per proposal",
            proposals::<Ours>(load),
            proposals::<Theirs>(load),
        )
    });
    loads.chain([elections, ticks, memory]).collect()
}

/// Groups at rest, and the resident bytes of each of their replicas.
fn idle<R: Replica>() -> (Vec<Group<R>>, f64) {
    let mut thread = Thread::default();
    let before = resident_bytes();
    let at_rest = || {
        let mut group = Group::elected(&mut thread);
        for _ in 0..4 * HEARTBEAT_TICKS {
            group.tick(&mut thread);
        }
        group
    };
    let groups: Vec<Group<R>> = repeat_with(at_rest).take(IDLE_GROUPS).collect();
    let replicas = (IDLE_GROUPS * VOTERS) as f64;
    (groups, (resident_bytes() - before) / replicas)
}

/// As many ticks of every replica of every group as lie between heartbeats.
fn ticks<R: Replica>(mut groups: Vec<Group<R>>) -> impl FnMut(&mut Best) {
    let mut thread = Thread::default();
    move |best| {
        best.time(IDLE_GROUPS * VOTERS * HEARTBEAT_TICKS as usize, || {
            for _ in 0..HEARTBEAT_TICKS {
                for group in &mut groups {
                    group.tick(&mut thread);
                }
            }
        });
    }
}

/// Groups that are made, elect a leader and are gone.
fn elections<R: Replica>() -> impl FnMut(&mut Best) {
    let mut thread = Thread::<R>::default();
    move |best| {
        best.time(ELECTIONS, || {
            for _ in 0..ELECTIONS {
                black_box(Group::elected(&mut thread));
            }
        });
    }
}

/// One turn of a load. All commands share one payload: a client's buffers are not the subject.
fn proposals<R: Replica>(load: &Load) -> impl FnMut(&mut Best) {
    let mut thread = Thread::<R>::default();
    let mut group = Group::elected(&mut thread);
    let payload = Bytes::from(vec![7; load.bytes]);
    move |best| {
        let before = group.applied_bytes();
        best.time(load.count, || {
            for _ in 0..load.count / load.batch {
                group.propose(load.batch, &payload, &mut thread);
            }
        });
        let bytes = (VOTERS * load.count * load.bytes) as u64;
        assert_eq!(group.applied_bytes() - before, bytes, "every replica applies everything");
    }
}
