//! Which of a person's commands can be done now, and why not.

use det::Span;
use raft::{ConfChange, PeerId, RawNode, Transition};

use super::World;
use super::obey::PERSONS;
use crate::server::conf_change;
use crate::{Command, Links, MessageId, NodeId, Phase, Refusal, Seat, Server, Setup};

/// Clients of a load.
const LOAD_CLIENTS_MAX: u16 = 64;
/// Bytes of a key or a value.
const TEXT_BYTES_MAX: usize = 64;
/// The longest span a command may name.
const SPAN_MAX: Span = Span::secs(60);

impl World {
    /// Whether a command can be done now.
    ///
    /// # Errors
    /// Why not.
    pub fn allows(&self, command: &Command) -> Result<(), Refusal> {
        match command {
            Command::Kill { node, .. } => self.running(*node).map(|_| ()),
            Command::Restart(node) => match self.exists(*node)?.phase() {
                Phase::Down => Ok(()),
                Phase::Up | Phase::Paused => Err(Refusal::Running(*node)),
            },
            Command::Pause(node) => self.up(*node),
            Command::Resume(node) => match self.exists(*node)?.phase() {
                Phase::Paused => Ok(()),
                Phase::Up | Phase::Down => Err(Refusal::NotPaused(*node)),
            },
            Command::Campaign(node) => {
                self.up(*node)?;
                self.not_leader(*node)
            }
            Command::Transfer(node) => {
                self.up(*node)?;
                self.up_leader()?;
                self.not_leader(*node)
            }
            Command::Forget(node) => self.forgets(*node),
            Command::Change { steps, transition } => self.changes(steps, *transition),
            Command::Leave => self.changes_to(&ConfChange::leave_joint()),
            Command::Compact(node) => self.compacts(*node),
            Command::Microscope { node, every } => self.examines(*node, *every),
            Command::Crash { node, .. } => self.examines(*node, None),
            Command::Put { key, value, at } => {
                text(key)?;
                text(value)?;
                self.asks(*at)
            }
            Command::Get { key, at } | Command::Read { key, at } => {
                text(key)?;
                self.asks(*at)
            }
            Command::Load { clients, every } => {
                span("a wait", *every)?;
                limit(*clients <= LOAD_CLIENTS_MAX, "the number of clients", "64")
            }
            Command::Cut(links) | Command::Mend(links) => self.joins(*links),
            Command::Partition(groups) => self.parts(groups),
            Command::Heal => Ok(()),
            Command::Latency { links, base, jitter } => {
                span("a latency", *base)?;
                span("a jitter", *jitter)?;
                self.joins(*links)
            }
            Command::Loss { links, per_million } => {
                limit(*per_million <= 1_000_000, "a loss rate", "100%")?;
                self.joins(*links)
            }
            Command::Fsync { node, span: long } => {
                span("a sync", *long)?;
                node.map_or(Ok(()), |node| self.exists(node).map(|_| ()))
            }
            Command::Drop(message) => self.flying_or_held(*message),
            Command::Hold(message) | Command::Duplicate(message) => self.flying(*message),
            Command::Delay { message, by } => {
                span("a delay", *by)?;
                self.flying(*message)
            }
            Command::Release(message) => match self.hub.held.contains_key(message) {
                true => Ok(()),
                false => Err(Refusal::NotHeld(*message)),
            },
        }
    }

    fn exists(&self, node: NodeId) -> Result<&Server, Refusal> {
        let nodes = self.hub.net.nodes();
        self.node(node).ok_or(Refusal::NoSuchNode { node, nodes })
    }

    fn running(&self, node: NodeId) -> Result<&Server, Refusal> {
        let server = self.exists(node)?;
        match server.phase() {
            Phase::Up | Phase::Paused => Ok(server),
            Phase::Down => Err(Refusal::Down(node)),
        }
    }

    fn up(&self, node: NodeId) -> Result<(), Refusal> {
        match self.running(node)?.phase() {
            Phase::Paused => Err(Refusal::Paused(node)),
            Phase::Up | Phase::Down => Ok(()),
        }
    }

    fn not_leader(&self, node: NodeId) -> Result<(), Refusal> {
        match self.leader() {
            Some((leader, _)) if leader == node => Err(Refusal::Leads(node)),
            Some(_) | None => Ok(()),
        }
    }

    #[inline(never)]
    fn forgets(&self, node: NodeId) -> Result<(), Refusal> {
        self.up(node)?;
        let raft = self.exists(node)?.raft();
        match raft.is_some_and(|raft| raft.lead() != PeerId::NONE) {
            true => self.not_leader(node),
            false => Err(Refusal::FollowsNobody(node)),
        }
    }

    /// Every step must be one: the leader counts what is asked, not what was meant.
    #[inline(never)]
    fn changes(&self, steps: &[(Seat, NodeId)], transition: Transition) -> Result<(), Refusal> {
        let leader = self.up_leader()?;
        let members = leader.raft().map(RawNode::conf);
        let mut next = NodeId(self.hub.net.nodes() + 1);
        for (i, &(seat, node)) in steps.iter().enumerate() {
            if steps[..i].iter().any(|&(_, before)| before == node) {
                return Err(Refusal::NamedTwice(node));
            }
            let member = members.and_then(|members| members.member(node.peer()));
            match (seat, member) {
                (Seat::Voter, Some(member)) if member.incoming => return Err(Refusal::Votes(node)),
                (Seat::Learner, Some(member)) if member.learner || member.learner_next => {
                    return Err(Refusal::Learns(node));
                }
                (Seat::None, None) => return Err(Refusal::NotMember(node)),
                (Seat::Voter | Seat::Learner | Seat::None, Some(_)) => {}
                (Seat::Voter | Seat::Learner, None) if node < next => {}
                (Seat::Voter | Seat::Learner, None) if Setup::MAX_NODES < next.0 => {
                    return Err(Refusal::Full { max: Setup::MAX_NODES });
                }
                (Seat::Voter | Seat::Learner, None) if node == next => next.0 += 1,
                (Seat::Voter | Seat::Learner, None) => return Err(Refusal::NotNext { next }),
            }
        }
        self.changes_to(&conf_change(steps, transition))
    }

    /// Whether the members can change like this now, as the leader knows them.
    #[inline(never)]
    fn changes_to(&self, change: &ConfChange) -> Result<(), Refusal> {
        let Some(raft) = self.up_leader()?.raft() else { return Err(Refusal::NoLeader) };
        raft.conf().changed(change).map_err(Refusal::Change)?;
        match raft.has_pending_conf_change() {
            true => Err(Refusal::ChangePending),
            false => Ok(()),
        }
    }

    fn up_leader(&self) -> Result<&Server, Refusal> {
        let (leader, _) = self.leader().ok_or(Refusal::NoLeader)?;
        self.up(leader)?;
        self.exists(leader)
    }

    #[inline(never)]
    fn compacts(&self, node: Option<NodeId>) -> Result<(), Refusal> {
        let Some(node) = node else {
            let any = self.nodes.iter().any(Server::can_compact);
            return if any { Ok(()) } else { Err(Refusal::NothingToCompactAnywhere) };
        };
        self.running(node)?;
        match self.exists(node)?.can_compact() {
            true => Ok(()),
            false => Err(Refusal::NothingToCompact(node)),
        }
    }

    /// A loop can be taken apart any time; what is not, can neither be put together nor stopped within.
    #[inline(never)]
    fn examines(&self, node: NodeId, every: Option<Span>) -> Result<(), Refusal> {
        span("a step", every.unwrap_or(Span::ZERO))?;
        match (every, self.exists(node)?.microscope()) {
            (Some(_), _) | (None, Some(_)) => Ok(()),
            (None, None) => Err(Refusal::NoMicroscope(node)),
        }
    }

    fn asks(&self, at: Option<NodeId>) -> Result<(), Refusal> {
        if let Some(node) = at {
            self.exists(node)?;
        }
        let busy = self
            .clients
            .iter()
            .filter(|client| client.id().0 <= PERSONS && client.pending().is_some())
            .count();
        match busy < usize::from(PERSONS) {
            true => Ok(()),
            false => Err(Refusal::ClientsBusy(PERSONS)),
        }
    }

    fn joins(&self, links: Links) -> Result<(), Refusal> {
        match links {
            Links::All => Ok(()),
            Links::Between(a, b) | Links::OneWay(a, b) => {
                self.exists(a)?;
                self.exists(b)?;
                if a == b { Err(Refusal::SameNode) } else { Ok(()) }
            }
        }
    }

    fn parts(&self, groups: &[Vec<NodeId>]) -> Result<(), Refusal> {
        let mut seen = Vec::new();
        for &node in groups.iter().flatten() {
            self.exists(node)?;
            if seen.contains(&node) {
                return Err(Refusal::TwoGroups(node));
            }
            seen.push(node);
        }
        let named = groups.iter().filter(|group| !group.is_empty()).count();
        let rest = usize::from(seen.len() < self.nodes.len());
        if named + rest < 2 { Err(Refusal::OneGroup) } else { Ok(()) }
    }

    fn flying(&self, message: MessageId) -> Result<(), Refusal> {
        if self.hub.held.contains_key(&message) {
            return Err(Refusal::Held(message));
        }
        self.flying_or_held(message)
    }

    fn flying_or_held(&self, message: MessageId) -> Result<(), Refusal> {
        self.flight(message).map(|_| ()).ok_or(Refusal::NotInFlight(message))
    }
}

fn text(text: &str) -> Result<(), Refusal> {
    match (1..=TEXT_BYTES_MAX).contains(&text.len()) {
        true => Ok(()),
        false => Err(Refusal::Text { max: TEXT_BYTES_MAX }),
    }
}

fn span(what: &'static str, span: Span) -> Result<(), Refusal> {
    limit(span <= SPAN_MAX, what, "60s")
}

fn limit(holds: bool, what: &'static str, max: &'static str) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(Refusal::TooLarge { what, max }) }
}

impl Setup {
    /// Whether a run can start from this.
    ///
    /// # Errors
    /// What is out of range.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.nodes == 0 || self.nodes > Self::MAX_NODES {
            return Err(Refusal::Nodes { max: Self::MAX_NODES });
        }
        limit(self.tick > Span::ZERO && self.tick <= Span::secs(1), "a tick", "1s and not zero")?;
        let election = self.heartbeat_ticks < self.election_ticks && self.election_ticks <= 1_000;
        limit(election, "an election timeout", "1000 ticks and longer than a heartbeat")?;
        limit(self.heartbeat_ticks > 0, "a heartbeat interval", "the timeout and not zero")?;
        if self.lease && !self.check_quorum {
            return Err(Refusal::LeaseWithoutQuorum);
        }
        span("a latency", self.latency)?;
        span("a jitter", self.jitter)?;
        span("a sync", self.fsync)?;
        let patience = Span::millis(1) <= self.client_timeout && self.client_timeout <= SPAN_MAX;
        limit(patience, "a client's patience", "60s and at least 1ms")?;
        limit(self.loss_per_million <= 1_000_000, "a loss rate", "100%")
    }
}
