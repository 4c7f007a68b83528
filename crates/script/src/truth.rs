//! Whether a condition holds, and what there is instead.

use raft::{EntryId, Index, ProgressState, RawNode, Role, Term};
use sim::{Ask, ClientId, End, EventKind, LoopStep, NodeId, Phase, Says, Server, Timeline, World};

use crate::command::LOOP_STEPS;
use crate::condition::{Condition, Life, Number, PROGRESS, STANDINGS, role_word, word_of};
use crate::message::{Kind, Pick};
use crate::print::Text;

impl Condition {
    /// Whether it holds now.
    pub fn holds(&self, timeline: &Timeline) -> bool {
        let world = timeline.world();
        match self {
            Self::Leader => leader(world).is_some(),
            Self::LeaderIs(node) => leader(world) == Some(*node),
            Self::NoLeader => world.leader().is_none(),
            Self::Number { of, is, to } => {
                of.value(world).is_some_and(|value| is.holds(value, *to))
            }
            Self::Role(node, role) => role_of(world, *node) == Some(*role),
            Self::Vote(node, candidate) => vote(world, *node) == Some(*candidate),
            Self::Standing(node, standing) => world.standing(*node) == *standing,
            Self::Progress(node, state) => progress(world, *node) == Some(*state),
            Self::At(node, step) => done(world, *node) == Some(*step),
            Self::Log(node, entry) => last(world, *node) == Some(*entry),
            Self::Value { node, key, value } => read(world, *node, key) == Some(value),
            Self::Lacks { node, key } => {
                role_of(world, *node).is_some() && read(world, *node, key).is_none()
            }
            Self::Is(node, life) => life_of(world, *node) == Some(*life),
            Self::Read { key, value } => answer(timeline, key) == Some(Answer::Value(value)),
            Self::Missed { key } => answer(timeline, key) == Some(Answer::Nothing),
            Self::Joint => world.members().is_joint(),
            Self::LogsAgree => disagreement(world).is_none(),
            Self::Idle => world.flights().next().is_none(),
            Self::InFlight(pick) => pick.all(world).next().is_some(),
            Self::RulesHold => world.findings().is_empty(),
            Self::RuleBroken(rule) => broken(world).any(|broken| broken == *rule),
            Self::Not(inner) => !inner.holds(timeline),
            Self::All(conditions) => conditions.iter().all(|one| one.holds(timeline)),
            Self::Any(conditions) => conditions.iter().any(|one| one.holds(timeline)),
        }
    }

    /// What there is now of what the condition is about: `leader n3 in term 2`.
    pub(crate) fn found(&self, timeline: &Timeline) -> String {
        let world = timeline.world();
        match self {
            Self::Leader | Self::LeaderIs(_) | Self::NoLeader => found_leader(world),
            Self::Number { of, .. } => match of.value(world) {
                Some(value) => format!("{of} {value}"),
                None => "no such node".to_owned(),
            },
            Self::Role(node, _) => found_life_or(world, *node, |server| {
                format!(
                    "{node} role {}",
                    server.raft().map_or("none", |raft| role_word(raft.role()))
                )
            }),
            Self::Vote(node, _) => match vote(world, *node) {
                Some(candidate) => format!("{node} vote {candidate}"),
                None => format!("no vote of {node}"),
            },
            Self::Standing(node, _) => {
                format!("{node} is {}", word_of(&STANDINGS, world.standing(*node)))
            }
            Self::Progress(node, _) => match progress(world, *node) {
                Some(state) => format!("{node} progress {}", word_of(&PROGRESS, state)),
                None => format!("no leader sends to {node}"),
            },
            Self::At(node, _) => match done(world, *node) {
                Some(step) => format!("{node} at {}", word_of(&LOOP_STEPS, step)),
                None => format!("{node} has done no step under the microscope"),
            },
            Self::Joint => world.members().to_string(),
            Self::Log(node, _) => {
                let none = EntryId::default();
                format!("{node} log {}", last(world, *node).unwrap_or(none))
            }
            Self::Value { node, key, .. } | Self::Lacks { node, key } => {
                found_life_or(world, *node, |_| match read(world, *node, key) {
                    Some(value) => format!("{node} value {} {}", Text(key), Text(value)),
                    None => format!("{node} lacks {}", Text(key)),
                })
            }
            Self::Is(node, _) => found_life_or(world, *node, |_| format!("{node} up")),
            Self::Read { key, .. } | Self::Missed { key } => match answer(timeline, key) {
                Some(Answer::Value(value)) => format!("read {} {}", Text(key), Text(value)),
                Some(Answer::Nothing) => format!("missed {}", Text(key)),
                None => format!("no answered read of {}", Text(key)),
            },
            Self::LogsAgree => disagreement(world).unwrap_or_else(|| "logs agree".to_owned()),
            Self::Idle => format!("{} messages in flight", world.flights().count()),
            Self::InFlight(pick) => {
                format!("{} messages {pick} in flight", pick.all(world).count())
            }
            Self::RulesHold | Self::RuleBroken(_) => found_rules(world),
            Self::Not(inner) => inner.found(timeline),
            Self::All(conditions) => found_of_failing(conditions, timeline),
            Self::Any(conditions) => found_of_all(conditions, timeline),
        }
    }
}

impl Number {
    /// Its value; `None` if there is no such node.
    fn value(self, world: &World) -> Option<u64> {
        Some(match self {
            Self::Term => highest_term(world).0,
            Self::Commit => running(world).map(|(_, raft)| raft.commit().0).max().unwrap_or(0),
            Self::Answered => world.clients().iter().map(sim::Client::answered).sum(),
            Self::TermOf(node) => {
                let server = world.node(node)?;
                server.raft().map_or_else(|| server.disk().hard_state().term, RawNode::term).0
            }
            Self::CommitOf(node) => {
                let server = world.node(node)?;
                server.raft().map_or_else(|| server.disk().hard_state().commit, RawNode::commit).0
            }
            Self::SnapshotOf(node) => world.node(node)?.disk().snapshot().last.index.0,
            Self::AppliedOf(node) => {
                world.node(node)?.raft().map_or(Index::ZERO, RawNode::applied).0
            }
        })
    }
}

impl Pick {
    /// The messages in flight that it may mean, oldest first.
    pub(crate) fn all(self, world: &World) -> impl Iterator<Item = &sim::Flight> {
        let mut flights: Vec<_> = world
            .flights()
            .filter(|flight| Kind::of(&flight.says) == self.kind)
            .filter(|flight| self.ends.is_none_or(|ends| ends == (flight.from, flight.to)))
            .collect();
        flights.sort_by_key(|flight| flight.message);
        flights.into_iter()
    }
}

/// The nodes that are not down, with their Raft cores.
fn running(world: &World) -> impl Iterator<Item = (NodeId, &RawNode)> {
    world.nodes().iter().filter_map(|server| Some((server.id(), server.raft()?)))
}

fn highest_term(world: &World) -> Term {
    running(world).map(|(_, raft)| raft.term()).max().unwrap_or_default()
}

/// The leader, if nobody knows a later term.
fn leader(world: &World) -> Option<NodeId> {
    world.leader().filter(|(_, term)| *term == highest_term(world)).map(|(node, _)| node)
}

fn found_leader(world: &World) -> String {
    match world.leader() {
        None => "no leader".to_owned(),
        Some((node, term)) if term == highest_term(world) => {
            format!("leader {node} in term {term}")
        }
        Some((node, term)) => {
            format!("leader {node} in term {term} while term {} is known", highest_term(world))
        }
    }
}

fn role_of(world: &World, node: NodeId) -> Option<Role> {
    world.node(node)?.raft().map(RawNode::role)
}

/// How the leader sends to a node.
fn progress(world: &World, node: NodeId) -> Option<ProgressState> {
    let (leader, _) = world.leader()?;
    let known = world.node(leader)?.raft()?.progress(node.peer())?;
    (leader != node).then_some(known.state)
}

/// The step that a node under the microscope has done last.
fn done(world: &World, node: NodeId) -> Option<LoopStep> {
    world.node(node)?.microscope()?.done()
}

/// Whom a node voted for in its term; of a dead node, what its disk says.
fn vote(world: &World, node: NodeId) -> Option<NodeId> {
    let server = world.node(node)?;
    let vote = server.raft().map_or_else(|| server.disk().hard_state().vote, RawNode::vote);
    NodeId::of(vote)
}

fn last(world: &World, node: NodeId) -> Option<EntryId> {
    world.node(node).map(Server::last)
}

fn read<'a>(world: &'a World, node: NodeId, key: &str) -> Option<&'a str> {
    world.node(node)?.kv().get(key).map(|value| &**value)
}

fn life_of(world: &World, node: NodeId) -> Option<Life> {
    Some(match world.node(node)?.phase() {
        Phase::Up => Life::Up,
        Phase::Down => Life::Down,
        Phase::Paused => Life::Paused,
    })
}

/// That a node does not run, or what is to be said of one that does.
fn found_life_or(world: &World, node: NodeId, say: impl Fn(&Server) -> String) -> String {
    match (world.node(node), life_of(world, node)) {
        (Some(server), Some(Life::Up)) => say(server),
        (_, Some(life)) => format!("{node} {}", life.word()),
        (_, None) => format!("no node {node}"),
    }
}

/// What a read found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer<'a> {
    Value(&'a str),
    Nothing,
}

/// The answer to the last read of a key that was answered; `None` if the latest events have none.
fn answer<'a>(timeline: &'a Timeline, key: &str) -> Option<Answer<'a>> {
    timeline.events().rev().find_map(|event| {
        let EventKind::Answered { client, serial, value } = &event.kind else { return None };
        let answer = value.as_deref().map_or(Answer::Nothing, Answer::Value);
        asked(timeline, *client, *serial, key).then_some(answer)
    })
}

/// Whether this request of a client was to read this key.
fn asked(timeline: &Timeline, client: ClientId, serial: u64, key: &str) -> bool {
    timeline.events().any(|event| {
        let EventKind::Sent {
            from: End::Client(from),
            says: Says::Request { serial: sent, what },
            ..
        } = &event.kind
        else {
            return false;
        };
        (*from, *sent) == (client, serial)
            && matches!(what, Ask::Get { key: read } | Ask::Read { key: read } if **read == *key)
    })
}

/// The first two running nodes whose logs or commit indices differ, in words.
fn disagreement(world: &World) -> Option<String> {
    let mut nodes = world.nodes().iter().filter(|server| server.phase() != Phase::Down);
    let first = nodes.next()?;
    let state = |server: &Server| (server.last(), server.raft().map(RawNode::commit));
    let shown = |server: &Server| {
        let commit = server.raft().map_or(Index::ZERO, RawNode::commit);
        format!("{} log {} commit {commit}", server.id(), server.last())
    };
    nodes.find_map(|other| {
        if state(first) != state(other) {
            return Some(format!("{}, {}", shown(first), shown(other)));
        }
        // Equal last entries make equal logs as long as the rules hold; a broken run shows here.
        let differs = |index: &Index| entry(first, *index) != entry(other, *index);
        // What a snapshot covers is not in the log any more (Raft §7).
        let covered = |server: &Server| server.disk().snapshot().last.index.0;
        let both_hold = covered(first).max(covered(other)) + 1..=first.last().index.0;
        let index = both_hold.map(Index).find(differs)?;
        Some(format!("{} and {} differ at index {index}", first.id(), other.id()))
    })
}

fn entry(server: &Server, index: Index) -> Option<&raft::Entry> {
    server.entry(index).map(|(entry, _)| entry)
}

fn broken(world: &World) -> impl Iterator<Item = u8> {
    world.findings().iter().map(|finding| finding.rule.number())
}

fn found_rules(world: &World) -> String {
    let mut rules: Vec<u8> = broken(world).collect();
    rules.sort_unstable();
    rules.dedup();
    if rules.is_empty() {
        return "all rules hold".to_owned();
    }
    let broken: Vec<String> = rules.iter().map(|rule| format!("rule {rule} broken")).collect();
    broken.join(", ")
}

/// What there is of the conditions that do not hold; of all if all hold.
fn found_of_failing(conditions: &[Condition], timeline: &Timeline) -> String {
    let failing: Vec<_> = conditions.iter().filter(|one| !one.holds(timeline)).collect();
    if failing.is_empty() { found_of_all(conditions, timeline) } else { joined(&failing, timeline) }
}

fn found_of_all(conditions: &[Condition], timeline: &Timeline) -> String {
    joined(&conditions.iter().collect::<Vec<_>>(), timeline)
}

fn joined(conditions: &[&Condition], timeline: &Timeline) -> String {
    let found: Vec<String> = conditions.iter().map(|one| one.found(timeline)).collect();
    found.join(", ")
}
