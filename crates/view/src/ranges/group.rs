//! One range as a ring: its Raft group in full, drawn as the page of one group draws a cluster.

use raft::{Index, Progress, RawNode, Role as RaftRole};
use serde::Serialize;
use sim::ranges::{RangeView, World};
use store::{RangeDescriptor, Replica, Store, StoreId};

use super::{Lens, entry};
use crate::picture::{describe, letter, part_words, tint};
use crate::say::both;
use crate::{Both, Counts, LinkMark, LogCell, LogRow, LogTable, NodeCard, Part, VoteDot};

/// Columns of the log table.
const COLUMNS: usize = 6;

/// One range as a ring. Places on the ring are those of the descriptor, counted from 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct GroupSheet {
    /// The range; 0 if none is zoomed into.
    pub range: u64,
    /// "r3 [m, r)".
    pub title: Both,
    /// The store at each place.
    pub stores: Vec<u32>,
    /// Its replicas.
    pub nodes: Vec<NodeCard>,
    /// Streams between their stores that are not healthy.
    pub links: Vec<LinkMark>,
    /// Their logs, aligned by index.
    pub log: LogTable,
}

impl GroupSheet {
    /// The place of a store on the ring.
    pub(super) fn place(descriptor: &RangeDescriptor, store: StoreId) -> Option<u8> {
        let at = descriptor.replicas.iter().position(|replica| replica.store == store)?;
        u8::try_from(at + 1).ok()
    }
}

pub(super) fn sheet(world: &World, lens: &Lens) -> GroupSheet {
    let zoomed = lens.zoomed.and_then(|range| world.range(range));
    let Some(view) = zoomed else { return GroupSheet::default() };
    let range = view.range();
    let sight = Sight::new(world, view);
    let stores: Vec<StoreId> = view.descriptor.replicas.iter().map(|at| at.store).collect();
    let title = both!("one range: {range}", "一个 range：{range}");
    GroupSheet {
        range: range.0,
        title,
        nodes: sight.nodes(&stores, lens.store),
        links: links(world, &stores),
        log: sight.log(&stores),
        stores: stores.iter().map(|store| store.0).collect(),
    }
}

/// The group and who leads it.
struct Sight<'a> {
    world: &'a World,
    view: RangeView<'a>,
    leader: Option<(&'a Store, &'a Replica)>,
}

impl<'a> Sight<'a> {
    fn new(world: &'a World, view: RangeView<'a>) -> Self {
        let leader = view.leader.and_then(|store| world.store(store));
        let leader = leader.and_then(|store| Some((store, store.replica(view.range())?)));
        Self { world, view, leader }
    }

    fn replica(&self, store: StoreId) -> Option<(&'a Store, &'a Replica)> {
        let store = self.world.store(store)?;
        Some((store, store.replica(self.view.range())?))
    }

    fn nodes(&self, stores: &[StoreId], opened: StoreId) -> Vec<NodeCard> {
        let highest = self.leader.and_then(|(_, replica)| replica.raft()).map(RawNode::term);
        let node = |(place, &store): (usize, &StoreId)| {
            let replica = self.replica(store).map(|(_, replica)| replica);
            let raft = replica.and_then(Replica::raft);
            let part = part(replica);
            let term = term(replica);
            let asleep = replica.is_some_and(Replica::is_quiescent);
            let holds = self.view.leaseholder == Some(store);
            NodeCard {
                id: u8::try_from(place + 1).unwrap_or(u8::MAX),
                name: store.to_string(),
                part,
                counts: Counts::Voter,
                step: if asleep { both!("☾ asleep", "☾ 静默") } else { Both::default() },
                term,
                stale: part == Part::Leader && highest.is_some_and(|highest| term < highest.0),
                votes: raft.map(|raft| self.votes(raft)).unwrap_or_default(),
                value: self.kept(store, holds),
                hash: String::new(),
                selected: opened == store,
                spoken: spoken(store, part, term, holds, asleep),
            }
        };
        stores.iter().enumerate().map(node).collect()
    }

    /// What a store has of the range that others may not have: "lease", "▣ 2" for two tables beside its log.
    fn kept(&self, store: StoreId, holds: bool) -> String {
        let files = |store: &Store| {
            let files = store.engines().sideloaded_files();
            files.iter().filter(|file| file.range == self.view.range()).count()
        };
        let lease = holds.then(|| "lease".to_owned());
        let files = self.world.store(store).map(files).filter(|&count| count > 0);
        let words = [lease, files.map(|count| format!("▣ {count}"))];
        words.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// The votes that a candidate knows of.
    fn votes(&self, raft: &RawNode) -> Vec<(u8, VoteDot)> {
        match raft.role() {
            RaftRole::Candidate | RaftRole::PreCandidate => {}
            RaftRole::Follower | RaftRole::Leader => return Vec::new(),
        }
        let descriptor = self.view.descriptor;
        let dot = |(peer, vote): (raft::PeerId, Option<bool>)| {
            let at = descriptor.replicas.iter().position(|at| at.replica.peer() == peer)?;
            let dot = match vote {
                Some(true) => VoteDot::Granted,
                Some(false) => VoteDot::Refused,
                None => VoteDot::Unknown,
            };
            Some((u8::try_from(at + 1).ok()?, dot))
        };
        raft.votes().filter_map(dot).collect()
    }

    fn log(&self, stores: &[StoreId]) -> LogTable {
        let replicas = stores.iter().filter_map(|&store| self.replica(store));
        let last = |(_, replica): (&Store, &Replica)| {
            replica.raft().map_or_else(|| replica.log().last, RawNode::last).index.0
        };
        let last = replicas.map(last).max().unwrap_or(0);
        let first = (last + 1).saturating_sub(COLUMNS as u64).max(1);
        let row = |(place, &store): (usize, &StoreId)| self.row(place, store, first);
        let legend = match self.view.leader {
            Some(leader) => both!(
                "index / term, ● match, ▲ next as {leader} sees them",
                "index / term，● match、▲ next（{leader} 所见）"
            ),
            None => both!("index / term", "index / term"),
        };
        LogTable {
            first,
            columns: COLUMNS,
            last,
            rows: stores.iter().enumerate().map(row).collect(),
            members: Both::default(),
            legend,
        }
    }

    fn row(&self, place: usize, store: StoreId, first: u64) -> LogRow {
        let here = self.replica(store);
        let replica = here.map(|(_, replica)| replica);
        let part = part(replica);
        let progress = self.progress(store);
        let commit = replica.map_or(Index::ZERO, commit);
        let applied =
            replica.and_then(Replica::state).map_or(0, |state| state.applied.entry.index.0);
        let indexes = (first..).take(COLUMNS).map(Index);
        let cell = |index| self.cell(here?, index, commit, applied);
        LogRow {
            node: u8::try_from(place + 1).unwrap_or(u8::MAX),
            name: store.to_string(),
            part,
            counts: Counts::Voter,
            badge: format!("{} T{}", letter(part), term(replica)),
            compacted: replica.map_or(0, |replica| replica.log().truncated.index.0),
            cells: indexes.map(cell).collect(),
            commit: commit.0,
            applied,
            matched: progress.map(|progress| progress.matched.0),
            next: progress.map(|progress| progress.next.0),
            progress: progress.map(describe),
        }
    }

    fn cell(
        &self,
        (store, replica): (&Store, &Replica),
        index: Index,
        commit: Index,
        applied: u64,
    ) -> Option<LogCell> {
        if index <= replica.log().truncated.index {
            return None;
        }
        // What the group has not been told to be durable is still in its hands.
        let unstable = replica.raft().and_then(|raft| raft.unstable_entry(index)).cloned();
        let durable = unstable.is_none();
        let stored = || store.log(self.view.range())?.stored(index).ok();
        let entry = unstable.or_else(stored)?;
        let term = entry.id.term;
        let leads = self.leader.filter(|(other, _)| other.id() != store.id());
        let leads = leads.and_then(|(leader, _)| leader.log(self.view.range()));
        let other = leads.and_then(|log| log.stored(index).ok());
        Some(LogCell {
            index: index.0,
            term: term.0,
            tint: tint(term.0),
            text: entry::word(&entry),
            durable,
            committed: index <= commit,
            applied: index.0 <= applied,
            doomed: commit < index && other.is_some_and(|other| other.id.term != term),
        })
    }

    /// The leader's view of a replica; the leader itself needs none.
    fn progress(&self, store: StoreId) -> Option<&'a Progress> {
        let (_, leader) = self.leader.filter(|(leader, _)| leader.id() != store)?;
        let at = self.view.descriptor.replicas.iter().find(|at| at.store == store)?;
        leader.raft()?.progress(at.replica.peer())
    }
}

/// What a replica knows committed.
fn commit(replica: &Replica) -> Index {
    replica.raft().map_or_else(|| replica.log().hard_state.commit, RawNode::commit)
}

fn term(replica: Option<&Replica>) -> u64 {
    let of = |replica: &Replica| {
        replica.raft().map_or_else(|| replica.log().hard_state.term, RawNode::term).0
    };
    replica.map_or(0, of)
}

/// The part that a replica plays; a group that is not loaded stands still.
fn part(replica: Option<&Replica>) -> Part {
    match replica.map(|replica| replica.raft().map(RawNode::role)) {
        None => Part::Stopped,
        Some(None) => Part::Paused,
        Some(Some(RaftRole::Follower)) => Part::Follower,
        Some(Some(RaftRole::PreCandidate)) => Part::PreCandidate,
        Some(Some(RaftRole::Candidate)) => Part::Candidate,
        Some(Some(RaftRole::Leader)) => Part::Leader,
    }
}

fn spoken(store: StoreId, part: Part, term: u64, holds: bool, asleep: bool) -> Both {
    let part = part_words(part);
    let mut both = both!("{store}, ", "{store}，");
    both.en.push_str(&part.en);
    both.zh.push_str(&part.zh);
    let rest = both!(", term {term}", "，term {term}");
    both.en.push_str(&rest.en);
    both.zh.push_str(&rest.zh);
    if holds {
        both.en.push_str(", leaseholder");
        both.zh.push_str("，leaseholder");
    }
    if asleep {
        both.en.push_str(", asleep");
        both.zh.push_str("，静默");
    }
    both
}

/// Streams between the stores of a range that are cut or lose something.
fn links(world: &World, stores: &[StoreId]) -> Vec<LinkMark> {
    let mut marks = Vec::new();
    for (a, &from) in (1..).zip(stores) {
        for (b, &to) in (1..).zip(stores).skip(usize::from(a)) {
            let (there, back) = (world.link(from, to), world.link(to, from));
            let mark = LinkMark {
                a,
                b,
                cut_ab: there.cut,
                cut_ba: back.cut,
                loss_per_million: there.loss_per_million.max(back.loss_per_million),
            };
            if mark.cut_ab || mark.cut_ba || mark.loss_per_million > 0 {
                marks.push(mark);
            }
        }
    }
    marks
}
