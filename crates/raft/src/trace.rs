//! The steps of a node as etcd's TLA+ specification knows them, for its trace checker.
//!
//! A checker replays a run line by line and says whether the specification allows it. Each
//! [`Traced`] is such a line: a step, and the node when it took it. The specification knows neither
//! pre-votes nor joint configurations nor writes that are durable in part, so a run to be checked
//! has none of them, nor has it [batches](crate::Config::batch_append), for which a leader tells itself
//! nothing. Here a pre-candidate is a follower.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt::{self, Display, Formatter};

use crate::core::Core;
use crate::describe::Parts;
use crate::{
    ChangeKind, ConfChange, Event, HardState, Index, Membership, Message, MessageKind, PeerId,
    Role, Storage,
};

/// One step, and the node when it was taken.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Traced {
    /// The step.
    pub step: TraceStep,
    /// Term, vote and commit index.
    pub hard_state: HardState,
    /// The role.
    pub role: Role,
    /// The last index of the log.
    pub last: Index,
    /// The voters of the incoming and of the outgoing half.
    pub voters: [Vec<PeerId>; 2],
}

/// What a node does, in the words of the specification.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TraceStep {
    /// It was made from what is durable; seen after.
    InitState,
    /// Seen after.
    BecomeFollower,
    /// Seen after.
    BecomeCandidate,
    /// Seen before its empty entry.
    BecomeLeader,
    /// An entry without a membership change is about to be appended by the leader.
    Replicate,
    /// An entry with this membership change is.
    ChangeConf(Box<ConfChange>),
    /// These voters are about to take over.
    ApplyConfChange(Vec<PeerId>),
    /// The commit index was looked at; seen after, whether it moved or not.
    Commit,
    /// A Ready was taken: its writes become durable and its messages leave.
    Ready,
    /// A message was made; seen after.
    Send(Box<Message>),
    /// A message is about to be handled.
    Receive(Box<Message>),
}

impl Core {
    /// Notes a step, if somebody wants to know.
    #[inline]
    pub(crate) fn trace(&mut self, step: impl FnOnce() -> TraceStep) {
        if self.traces {
            self.note_late(step);
        }
    }

    /// Notes a message that is about to be handled, unless it will be refused unread.
    #[cold]
    pub(crate) fn trace_received(&mut self, message: &Message) {
        if self.malformed(message).is_none() && !self.is_strange(message) {
            self.note_received(message);
        }
        self.note_sent();
    }

    /// Handles the first messages of a node to itself, which it has taken from their queue, and notes
    /// each before.
    #[cold]
    pub(crate) fn step_own_traced(
        &mut self,
        messages: &mut Vec<Message>,
        count: usize,
        storage: &dyn Storage,
    ) {
        self.extras_mut().traced[0] = 0;
        for message in messages.drain(..count) {
            self.note_received(&message);
            self.step_own(&message, storage);
        }
        self.note_sent();
        self.extras_mut().traced[0] += messages.len();
    }

    /// Whether it is an answer of somebody who is no member.
    fn is_strange(&self, message: &Message) -> bool {
        let answers = matches!(
            message.body.kind(),
            MessageKind::AppResp | MessageKind::VoteResp | MessageKind::HeartbeatResp
        );
        answers && self.members.position(message.from).is_none()
    }

    fn note_received(&mut self, message: &Message) {
        if call(message.body.kind()).is_some() {
            self.note(TraceStep::Receive(Box::new(message.clone())));
        }
    }

    /// Notes the messages that were made since the last step, before anything else happens.
    #[inline]
    pub(crate) fn trace_sent(&mut self) {
        if self.traces {
            self.note_sent();
        }
    }

    #[cold]
    fn note_sent(&mut self) {
        let noted = self.extras_mut().traced;
        let queues = [&self.to_self, &self.after_append, &self.messages];
        let made: Vec<Message> = queues
            .iter()
            .zip(noted)
            .flat_map(|(queue, noted)| queue.iter().skip(noted).cloned())
            .collect();
        let noted = queues.map(Vec::len);
        self.extras_mut().traced = noted;
        for message in made {
            if call(message.body.kind()).is_some() {
                self.push_traced(TraceStep::Send(Box::new(message)));
            }
        }
    }

    #[cold]
    fn note_late(&mut self, step: impl FnOnce() -> TraceStep) {
        self.note(step());
    }

    #[cold]
    fn note(&mut self, step: TraceStep) {
        self.note_sent();
        self.push_traced(step);
    }

    fn push_traced(&mut self, step: TraceStep) {
        let half = |which: fn(&crate::Member) -> bool| {
            let members = self.members.members().iter();
            members.filter(|&member| which(member)).map(|member| member.id).collect()
        };
        let traced = Traced {
            step,
            hard_state: self.hard_state(),
            role: self.role(),
            last: self.log.last.index,
            voters: [half(|member| member.incoming), half(|member| member.outgoing)],
        };
        self.events.push(Event::Traced(Box::new(traced)));
    }
}

impl TraceStep {
    /// The step of a configuration that is about to take over.
    pub(crate) fn apply(next: &Membership) -> Self {
        let incoming = next.members().iter().filter(|member| member.incoming);
        Self::ApplyConfChange(incoming.map(|member| member.id).collect())
    }
}

/// The specification's name for a message; `None` if it does not know it.
fn call(kind: MessageKind) -> Option<&'static str> {
    match kind {
        MessageKind::App | MessageKind::Heartbeat | MessageKind::Snap => {
            Some("AppendEntriesRequest")
        }
        MessageKind::AppResp | MessageKind::HeartbeatResp => Some("AppendEntriesResponse"),
        MessageKind::Vote => Some("RequestVoteRequest"),
        MessageKind::VoteResp => Some("RequestVoteResponse"),
        MessageKind::Hup
        | MessageKind::Beat
        | MessageKind::Prop
        | MessageKind::Unreachable
        | MessageKind::SnapStatus
        | MessageKind::CheckQuorum
        | MessageKind::TransferLeader
        | MessageKind::TimeoutNow
        | MessageKind::ReadIndex
        | MessageKind::ReadIndexResp
        | MessageKind::PreVote
        | MessageKind::PreVoteResp
        | MessageKind::StorageAppend
        | MessageKind::StorageAppendResp
        | MessageKind::StorageApply
        | MessageKind::StorageApplyResp
        | MessageKind::ForgetLeader
        | MessageKind::SnapRequest
        | MessageKind::Commit => None,
    }
}

/// The name of the step, as in the specification.
impl Display for TraceStep {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let called = |message: &Message| call(message.body.kind()).unwrap_or_default();
        match self {
            Self::InitState => f.write_str("InitState"),
            Self::BecomeFollower => f.write_str("BecomeFollower"),
            Self::BecomeCandidate => f.write_str("BecomeCandidate"),
            Self::BecomeLeader => f.write_str("BecomeLeader"),
            Self::Replicate => f.write_str("Replicate"),
            Self::ChangeConf(_) => f.write_str("ChangeConf"),
            Self::ApplyConfChange(_) => f.write_str("ApplyConfChange"),
            Self::Commit => f.write_str("Commit"),
            Self::Ready => f.write_str("Ready"),
            Self::Send(message) => write!(f, "Send{}", called(message)),
            Self::Receive(message) => write!(f, "Receive{}", called(message)),
        }
    }
}

impl Traced {
    /// The step of node `id` as a line of JSON for the trace checker, without a line break.
    pub fn json_line(&self, id: PeerId) -> impl Display + '_ {
        Line { id, traced: self }
    }
}

struct Line<'a> {
    id: PeerId,
    traced: &'a Traced,
}

impl Display for Line<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Traced { step, hard_state, role, last, voters: [incoming, outgoing] } = self.traced;
        let role = match role {
            Role::PreCandidate => Role::Follower,
            Role::Follower | Role::Candidate | Role::Leader => *role,
        };
        write!(
            f,
            "{{\"tag\":\"trace\",\"event\":{{\"name\":\"{step}\",\"nid\":\"{}\",\
             \"state\":{{\"term\":{},\"vote\":\"{}\",\"commit\":{}}},\
             \"role\":\"{}\",\"log\":{last},\"conf\":[{},{}]",
            self.id,
            hard_state.term,
            hard_state.vote,
            hard_state.commit,
            role.as_str(),
            Ids(incoming),
            Ids(outgoing),
        )?;
        match step {
            TraceStep::Send(message) | TraceStep::Receive(message) => write_message(f, message)?,
            TraceStep::ChangeConf(change) => {
                f.write_str(",\"prop\":{\"cc\":{\"changes\":[")?;
                for (at, (peer, action)) in actions(change).enumerate() {
                    let comma = if at == 0 { "" } else { "," };
                    write!(f, "{comma}{{\"nid\":\"{peer}\",\"action\":\"{action}\"}}")?;
                }
                f.write_str("]}}")?;
            }
            TraceStep::ApplyConfChange(voters) => {
                write!(f, ",\"prop\":{{\"cc\":{{\"newconf\":{}}}}}", Ids(voters))?;
            }
            TraceStep::InitState
            | TraceStep::BecomeFollower
            | TraceStep::BecomeCandidate
            | TraceStep::BecomeLeader
            | TraceStep::Replicate
            | TraceStep::Commit
            | TraceStep::Ready => {}
        }
        f.write_str("}}")
    }
}

fn actions(change: &ConfChange) -> impl Iterator<Item = (PeerId, &'static str)> {
    change.changes.iter().filter_map(|step| {
        let action = match step.kind {
            ChangeKind::AddVoter => "AddNewServer",
            ChangeKind::Remove => "RemoveServer",
            ChangeKind::AddLearner => "AddLearner",
            ChangeKind::Update => return None,
        };
        Some((step.peer, action))
    })
}

fn write_message(f: &mut Formatter<'_>, message: &Message) -> fmt::Result {
    let Message { from, to, term, body } = message;
    let parts = Parts::of(body, &[]);
    // A snapshot counts as all the entries that it stands for.
    let entries = parts.snapshot.map_or(parts.entries.len() as u64, |it| it.last.index.0);
    write!(
        f,
        ",\"msg\":{{\"type\":\"{}\",\"term\":{term},\"from\":\"{from}\",\"to\":\"{to}\",\
         \"entries\":{entries},\"logTerm\":{},\"index\":{},\"commit\":{},\"vote\":\"{}\",\
         \"reject\":{},\"rejectHint\":{}}}",
        body.kind(),
        parts.log.term,
        parts.log.index,
        parts.commit,
        parts.vote,
        parts.rejected.is_some(),
        parts.rejected.unwrap_or_default(),
    )
}

/// `["1","2"]`.
struct Ids<'a>(&'a [PeerId]);

impl Display for Ids<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (at, id) in self.0.iter().enumerate() {
            write!(f, "{}\"{id}\"", if at == 0 { "" } else { "," })?;
        }
        f.write_str("]")
    }
}
