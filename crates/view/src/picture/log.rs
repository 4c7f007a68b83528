//! The logs of all nodes, aligned by index.

use raft::{
    Change, ChangeKind, Entry, EntryKind, Index, Member, Membership, Progress, ProgressState,
    RawNode,
};
use sim::{Ask, Request, Server, World};

use super::cards::{counts, letter, part, term};
use crate::say::both;
use crate::{Both, Lens, LogCell, LogRow, LogTable};

/// How many tints the terms cycle through.
const TINTS: u64 = 5;

/// The tint of a term.
pub(crate) fn tint(term: u64) -> u8 {
    u8::try_from(term % TINTS).unwrap_or_default()
}

pub(super) fn table(world: &World, lens: &Lens) -> LogTable {
    let last = world.nodes().iter().map(|node| node.last().index.0).max().unwrap_or_default();
    let columns = lens.log_columns.max(1);
    let end = (last + 1).saturating_sub(columns as u64).max(1);
    let first = lens.log_first.map_or(end, |first| first.clamp(1, last.max(1)));
    let leader = world.leader().and_then(|(leader, _)| world.node(leader));
    let sight = Sight { world, leader, first, columns };
    LogTable {
        first,
        columns,
        last,
        rows: world.nodes().iter().map(|node| sight.row(node)).collect(),
        members: members(world),
        legend: legend(leader),
    }
}

/// Who counts in which half; empty while every node is a voter and nothing is joint.
fn members(world: &World) -> Both {
    let members = world.members();
    let plain = members.voters().count() == world.nodes().len();
    if plain && !members.is_joint() { Both::default() } else { halves(&members) }
}

#[inline(never)]
fn halves(members: &Membership) -> Both {
    let names = |of: fn(&Member) -> bool| {
        let chosen = members.members().iter().filter(|member| of(member));
        chosen.map(|member| format!("n{}", member.id)).collect::<Vec<_>>().join(" ")
    };
    let (new, old) = (names(|member| member.incoming), names(|member| member.outgoing));
    let learners = names(|member| member.learner || member.learner_next);
    let mut both = match (members.is_joint(), members.auto_leave()) {
        (false, _) => both!("voters {new}", "voter {new}"),
        (true, true) => both!(
            "joint: a majority of old {old} and of new {new}; it is left by itself",
            "joint：须 old {old} 与 new {new} 各有多数；会自动离开"
        ),
        (true, false) => both!(
            "joint: a majority of old {old} and of new {new}, until leave",
            "joint：须 old {old} 与 new {new} 各有多数，直到 leave"
        ),
    };
    if !learners.is_empty() {
        both.en.extend([" · learners ", &learners]);
        both.zh.extend([" · learner ", &learners]);
    }
    both
}

fn legend(leader: Option<&Server>) -> Both {
    match leader.map(Server::id) {
        Some(leader) => both!(
            "index / term, ● match, ▲ next as {leader} sees them",
            "index / term，● match、▲ next（{leader} 所见）"
        ),
        None => both!("index / term", "index / term"),
    }
}

/// The part of the logs in sight, and by whose log they are judged.
struct Sight<'a> {
    world: &'a World,
    leader: Option<&'a Server>,
    first: u64,
    columns: usize,
}

/// How far one log has come.
struct Marks {
    commit: Index,
    applied: Index,
    /// Where what will be overwritten begins.
    doomed: Option<Index>,
}

impl Marks {
    fn cell(&self, node: &Server, index: Index) -> Option<LogCell> {
        let (entry, durable) = node.entry(index)?;
        Some(LogCell {
            index: index.0,
            term: entry.id.term.0,
            tint: tint(entry.id.term.0),
            text: text(entry),
            durable,
            committed: index <= self.commit,
            applied: index <= self.applied,
            doomed: self.doomed.is_some_and(|from| from <= index),
        })
    }
}

impl Sight<'_> {
    fn row(&self, node: &Server) -> LogRow {
        let id = node.id();
        let part = part(node);
        let progress = self.progress(node);
        let commit = commit(node);
        let applied = node.raft().map_or(Index::ZERO, RawNode::applied);
        let marks = Marks { commit, applied, doomed: self.doomed_from(node, commit) };
        let indices = (self.first..).take(self.columns).map(Index);
        LogRow {
            node: id.0,
            name: id.to_string(),
            part,
            counts: counts(&self.world.members(), id),
            badge: format!("{} T{}", letter(part), term(node)),
            compacted: node.disk().snapshot().last.index.0,
            cells: indices.map(|index| marks.cell(node, index)).collect(),
            commit: commit.0,
            applied: applied.0,
            matched: progress.map(|progress| progress.matched.0),
            next: progress.map(|progress| progress.next.0),
            progress: progress.map(describe),
        }
    }

    /// The leader's view of a node; the leader itself needs none.
    fn progress(&self, node: &Server) -> Option<&Progress> {
        let leader = self.leader.filter(|leader| leader.id() != node.id())?;
        leader.raft()?.progress(node.id().peer())
    }

    /// From where a log will be overwritten: an entry that contradicts the others takes everything
    /// after it along (Raft §5.3).
    fn doomed_from(&self, node: &Server, commit: Index) -> Option<Index> {
        let tail = (commit.next().0..=node.last().index.0).map(Index);
        tail.filter_map(|index| node.entry(index))
            .find(|(entry, _)| self.contradicts(entry))
            .map(|(entry, _)| entry.id.index)
    }

    /// Whether something else is committed there, or the leader has something else there.
    fn contradicts(&self, entry: &Entry) -> bool {
        let index = entry.id.index;
        if let Some(committed) = self.world.checks().committed_term(index) {
            return committed != entry.id.term;
        }
        let leads = self.leader.and_then(|leader| leader.entry(index));
        leads.is_some_and(|(lead, _)| lead.id.term != entry.id.term)
    }
}

/// What a node knows committed; while it is down, what its disk remembers of it.
pub(super) fn commit(node: &Server) -> Index {
    node.raft().map_or_else(|| node.disk().hard_state().commit, RawNode::commit)
}

/// `P`, `R 2`, `S 40`: the state, and what is on its way; `‖` if nothing more may be sent for now.
pub(crate) fn describe(progress: &Progress) -> String {
    match progress.state {
        ProgressState::Probe if progress.is_paused() => "P ‖".to_owned(),
        ProgressState::Probe => "P".to_owned(),
        ProgressState::Replicate => match progress.inflights.count() {
            0 => "R".to_owned(),
            count if progress.is_paused() => format!("R {count} ‖"),
            count => format!("R {count}"),
        },
        ProgressState::Snapshot => format!("S {}", progress.pending_snapshot),
    }
}

/// `+n4`, `~n4`, `-n3`: who becomes a voter, a learner, nobody; `⚙` alone leaves a joint configuration.
#[inline(never)]
pub(super) fn change(entry: &Entry) -> String {
    let steps = entry.conf_change().ok().flatten().map(|change| change.changes);
    let step = |step: &Change| {
        let sign = match step.kind {
            ChangeKind::AddVoter => '+',
            ChangeKind::AddLearner => '~',
            ChangeKind::Remove => '-',
            ChangeKind::Update => '=',
        };
        format!("{sign}n{}", step.peer)
    };
    "⚙".chars().map(String::from).chain(steps.iter().flatten().map(step)).collect()
}

/// What an entry says: `x=1`, `get x`, `∅`.
pub(super) fn text(entry: &Entry) -> String {
    match entry.kind {
        EntryKind::ConfChange | EntryKind::ConfChangeV2 => return change(entry),
        EntryKind::Refused => return "∅".to_owned(),
        EntryKind::Normal if entry.data.is_empty() => return "∅".to_owned(),
        EntryKind::Normal => {}
    }
    match Request::decode(&entry.data).map(|request| request.ask) {
        Some(Ask::Put { key, value }) => format!("{key}={value}"),
        Some(Ask::Get { key } | Ask::Read { key }) => format!("get {key}"),
        None => "?".to_owned(),
    }
}
