//! The nodes of the ring.

use raft::{Membership, PeerId, RawNode, Role, Term};
use sim::{End, NodeId, Phase, RaftSays, Says, Server, Standing, World};

use crate::say::{both, looped};
use crate::text::apart;
use crate::{Both, Counts, Label, Lens, NodeCard, Part, Selection, VoteDot};

pub(super) fn cards(world: &World, lens: &Lens) -> Vec<NodeCard> {
    let highest = world.nodes().iter().filter_map(Server::raft).map(RawNode::term).max();
    let highest = highest.unwrap_or_default();
    world.nodes().iter().map(|node| card(world, lens, node, highest)).collect()
}

fn card(world: &World, lens: &Lens, node: &Server, highest: Term) -> NodeCard {
    let id = node.id();
    let part = part(node);
    let term = term(node);
    let name = id.to_string();
    NodeCard {
        id: id.0,
        part,
        counts: counts(&world.members(), id),
        step: step(node),
        term: term.0,
        stale: leads(node) && term < highest,
        votes: node.raft().map(|raft| votes(world, id, raft)).unwrap_or_default(),
        value: glance(node),
        hash: syllables(node.kv().digest()),
        selected: lens.selection == Selection::Node(id),
        spoken: spoken(node, part, counts(&world.members(), id)),
        name,
    }
}

/// The part that a node plays in the picture.
pub(super) fn part(node: &Server) -> Part {
    match (node.phase(), node.raft().map(RawNode::role)) {
        (Phase::Down, _) | (_, None) => Part::Stopped,
        (Phase::Paused, _) => Part::Paused,
        (Phase::Up, Some(Role::Follower)) => Part::Follower,
        (Phase::Up, Some(Role::PreCandidate)) => Part::PreCandidate,
        (Phase::Up, Some(Role::Candidate)) => Part::Candidate,
        (Phase::Up, Some(Role::Leader)) => Part::Leader,
    }
}

/// The node's term: the core's while it runs, the disk's while it does not.
pub(super) fn term(node: &Server) -> Term {
    node.raft().map_or_else(|| node.disk().hard_state().term, RawNode::term)
}

/// Whether it believes to lead, running or standing still.
fn leads(node: &Server) -> bool {
    node.raft().is_some_and(|raft| raft.role() == Role::Leader)
}

/// The part in words.
pub(crate) fn part_words(part: Part) -> Both {
    match part {
        Part::Follower => both!("follower", "follower"),
        Part::PreCandidate => both!("pre-candidate", "pre-candidate"),
        Part::Candidate => both!("candidate", "candidate"),
        Part::Leader => both!("leader", "leader"),
        Part::Stopped => both!("stopped", "已停机"),
        Part::Paused => both!("paused", "已暂停"),
    }
}

/// The part's letter, for those who do not see shapes or colours.
pub(crate) fn letter(part: Part) -> char {
    match part {
        Part::Follower => 'F',
        Part::PreCandidate => 'P',
        Part::Candidate => 'C',
        Part::Leader => 'L',
        Part::Stopped => '✕',
        Part::Paused => '‖',
    }
}

/// The step of its loop that a node under the microscope has done last.
fn step(node: &Server) -> Both {
    let Some(done) = node.microscope().and_then(sim::Microscope::done) else {
        return Both::default();
    };
    let Label { en, zh } = looped::name(done);
    both!("▸ {en}", "▸ {zh}")
}

/// How these members count a node.
pub(super) fn counts(members: &Membership, node: NodeId) -> Counts {
    match Standing::of(members, node) {
        Standing::Voter if members.is_joint() => Counts::Both,
        Standing::Voter => Counts::Voter,
        Standing::Incoming => Counts::New,
        Standing::Outgoing => Counts::Old,
        Standing::Learner => Counts::Learner,
        Standing::Outsider => Counts::Outsider,
    }
}

fn spoken(node: &Server, part: Part, counts: Counts) -> Both {
    let (id, term) = (node.id(), term(node));
    let part = part_words(part);
    let (mut en, mut zh) = (part.en, part.zh);
    if counts != Counts::Voter {
        apart(|| {
            let label = counts.label();
            en.extend([", ", label.en]);
            zh.extend(["，", label.zh]);
        });
    }
    match node.raft().map(RawNode::commit) {
        Some(commit) => both!(
            "{id}, {en}, term {term}, commit {commit}",
            "{id}，{zh}，term {term}，commit {commit}"
        ),
        None => both!("{id}, {en}, term {term} on disk", "{id}，{zh}，磁盘上 term {term}"),
    }
}

/// The votes that a candidate knows of, in ring order, and those on their way to it.
fn votes(world: &World, id: NodeId, raft: &RawNode) -> Vec<(u8, VoteDot)> {
    match raft.role() {
        Role::Candidate | Role::PreCandidate => {}
        Role::Follower | Role::Leader => return Vec::new(),
    }
    let dot = |(peer, vote): (PeerId, Option<bool>)| {
        let peer = NodeId::of(peer)?;
        let dot = match vote {
            Some(true) => VoteDot::Granted,
            Some(false) => VoteDot::Refused,
            None if comes(world, peer, id) => VoteDot::Coming,
            None => VoteDot::Unknown,
        };
        Some((peer.0, dot))
    };
    raft.votes().filter_map(dot).collect()
}

/// Whether a granted vote is on its way.
fn comes(world: &World, from: NodeId, to: NodeId) -> bool {
    world.flights().any(|flight| {
        (flight.from, flight.to) == (End::Node(from), End::Node(to))
            && match &flight.says {
                Says::Raft { what: RaftSays::VoteResponse { granted, .. }, .. } => *granted,
                Says::Raft { .. } | Says::Request { .. } | Says::Reply { .. } => false,
            }
    })
}

/// The first keys of the state machine: as many as fit beside a node.
fn glance(node: &Server) -> String {
    const KEYS: usize = 2;
    let mut words: Vec<String> =
        node.kv().iter().take(KEYS).map(|(key, value)| format!("{key}={value}")).collect();
    if node.kv().iter().nth(KEYS).is_some() {
        words.push("…".to_owned());
    }
    words.join(" ")
}

/// A name for a digest that is easy to compare by eye and to say aloud: "bako".
fn syllables(digest: u64) -> String {
    const CONSONANTS: &[u8; 16] = b"bdfghjklmnprstvz";
    const VOWELS: &[u8; 4] = b"aiou";
    let pick = |letters: &[u8], shift: u32| {
        let count = letters.len() as u64;
        let at = usize::try_from((digest >> shift) % count).unwrap_or_default();
        char::from(letters[at])
    };
    [pick(CONSONANTS, 0), pick(VOWELS, 8), pick(CONSONANTS, 16), pick(VOWELS, 24)].iter().collect()
}

#[cfg(test)]
mod tests {
    use super::syllables;

    #[test]
    fn equal_states_have_equal_words_and_a_changed_one_mostly_another() {
        assert_eq!(syllables(0), "baba");
        let words: std::collections::BTreeSet<_> =
            (0..1_000_u64).map(|n| syllables(det::Digest::of(&n))).collect();
        assert!(words.len() > 800, "{}", words.len());
    }
}
