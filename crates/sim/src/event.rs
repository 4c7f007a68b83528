//! Everything that happens in a run, as typed facts with their causes.

mod interest;

use std::rc::Rc;

use det::Time;
use raft::{EntryId, Index, Term};

use crate::{Command, End, EventId, Handed, LoopStep, MessageId, NodeId};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its place in the run.
    pub id: EventId,
    /// When.
    pub at: Time,
    /// The event that led to it; `None` for what a person or the clock did.
    pub cause: Option<EventId>,
    /// What.
    pub kind: EventKind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum EventKind {
    /// A person did this.
    Commanded(Rc<Command>),
    /// A node started, with this much of its log on disk.
    Started {
        /// Which.
        node: NodeId,
        /// The last durable entry.
        last: EntryId,
    },
    /// A node died, forgetting these entries that it had not synced.
    Died {
        /// Which.
        node: NodeId,
        /// How many entries were not on disk.
        forgotten: u64,
        /// How many messages of the Ready in hand were not sent.
        unsent: u32,
    },
    /// A timer made a node act.
    TimerFired {
        /// Whose.
        node: NodeId,
        /// Which.
        timer: Timer,
    },
    /// A message left. Its [`MessageId`] is this event's id.
    Sent {
        /// From where.
        from: End,
        /// To where.
        to: End,
        /// What it says.
        says: Says,
        /// When it arrives if nothing happens to it.
        due: Time,
    },
    /// A message arrived.
    Delivered {
        /// Which.
        message: MessageId,
        /// From where.
        from: End,
        /// To where.
        to: End,
        /// What it says.
        says: Says,
    },
    /// A message is lost for good.
    Lost {
        /// Which.
        message: MessageId,
        /// From where.
        from: End,
        /// To where.
        to: End,
        /// What it said.
        says: Says,
        /// Why.
        why: Loss,
    },
    /// The core reports something.
    Raft {
        /// Which node's.
        node: NodeId,
        /// What.
        event: raft::Event,
    },
    /// Entries were written, not yet synced.
    Written {
        /// Where.
        node: NodeId,
        /// The first.
        first: EntryId,
        /// The last.
        last: EntryId,
        /// Whether they replaced other entries of the log.
        replaces: bool,
    },
    /// A node under the microscope has done a step of its loop.
    Loop {
        /// Whose.
        node: NodeId,
        /// Which.
        step: LoopStep,
        /// What the Ready in hand asks for.
        handed: Handed,
    },
    /// A write is on disk.
    Synced {
        /// Where.
        node: NodeId,
        /// The last durable entry.
        last: EntryId,
    },
    /// A node took a snapshot of its state machine and dropped its log up to there.
    Compacted {
        /// Which.
        node: NodeId,
        /// The last entry that the snapshot covers.
        last: EntryId,
        /// How large it is, in bytes.
        bytes: u64,
    },
    /// A leader's snapshot is on a node's disk, and its state machine is what the snapshot says.
    Installed {
        /// Where.
        node: NodeId,
        /// The last entry that it covers.
        last: EntryId,
    },
    /// A read is confirmed and answered from the state machine (thesis §6.4).
    Served {
        /// Where.
        node: NodeId,
        /// The key.
        key: Rc<str>,
        /// The index that had to be applied.
        index: Index,
    },
    /// A node's commit index advanced.
    Committed {
        /// Where.
        node: NodeId,
        /// The term of the node.
        term: Term,
        /// From here (exclusive).
        from: Index,
        /// To the entry here (inclusive).
        to: EntryId,
        /// How many voters hold it durably; 0 on a follower, which does not count.
        holders: u8,
        /// How many voters there are, in both halves of a joint configuration.
        voters: u8,
    },
    /// A node applied an entry to its state machine.
    Applied {
        /// Where.
        node: NodeId,
        /// Which.
        entry: EntryId,
        /// What it did.
        effect: Effect,
    },
    /// A node refused a client: it is not the leader.
    Redirected {
        /// Which.
        node: NodeId,
        /// The leader it knows.
        leader: Option<NodeId>,
    },
    /// A client got its answer.
    Answered {
        /// The client.
        client: crate::ClientId,
        /// Which of its requests.
        serial: u64,
        /// The value read, for a `get` of a key that exists.
        value: Option<Rc<str>>,
    },
    /// A client waited too long and asks another node.
    TimedOut {
        /// The client.
        client: crate::ClientId,
        /// Which of its requests.
        serial: u64,
        /// The node asked next.
        next: NodeId,
    },
    /// A checker found that an invariant does not hold. The finding is [`crate::World::findings`] at
    /// this position.
    Found {
        /// Its position.
        finding: usize,
    },
}

/// The two timers of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// Nothing was heard of a leader (Raft §5.2).
    Election,
    /// The leader says that it is alive (Raft §5.2).
    Heartbeat,
}

/// Why a message is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Loss {
    /// The link is cut.
    Cut,
    /// Chance, as the link's loss rate says.
    Chance,
    /// A person dropped it.
    Dropped,
    /// Nobody is there: the node is dead.
    Dead,
}

/// What applying an entry did.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// A new leader's empty entry (Raft §8).
    Nothing,
    /// `key` now has `value`.
    Put {
        /// The key.
        key: Rc<str>,
        /// The value.
        value: Rc<str>,
    },
    /// `key` was read.
    Got {
        /// The key.
        key: Rc<str>,
    },
    /// The members change (Raft §6).
    Members,
    /// The client's request had been applied before; its answer is repeated (Raft §8).
    Repeated,
    /// The entry is none of ours.
    Unknown,
}

/// What a message says, in the few facts that a picture shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Says {
    /// A Raft message.
    Raft {
        /// Its term.
        term: Term,
        /// What kind, with its facts.
        what: RaftSays,
    },
    /// A client asks.
    Request {
        /// Which of its requests.
        serial: u64,
        /// `put x 7` or `get x`.
        what: Ask,
    },
    /// A node answers a client.
    Reply {
        /// Which request.
        serial: u64,
        /// The answer.
        what: Answer,
    },
}

/// A client's question.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ask {
    /// Write.
    Put {
        /// The key.
        key: Rc<str>,
        /// The value.
        value: Rc<str>,
    },
    /// Read through the log.
    Get {
        /// The key.
        key: Rc<str>,
    },
    /// Read without a log entry.
    Read {
        /// The key.
        key: Rc<str>,
    },
}

impl Says {
    /// What a Raft message says.
    pub fn of(message: &raft::Message) -> Self {
        crate::hub::says(message)
    }
}

impl Ask {
    /// The key that it is about.
    pub fn key(&self) -> &Rc<str> {
        match self {
            Self::Put { key, .. } | Self::Get { key } | Self::Read { key } => key,
        }
    }
}

/// A node's answer to a client.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// Written.
    Done,
    /// Read: the value, if there is one.
    Value(Option<Rc<str>>),
    /// Ask the leader, if one is known.
    NotLeader(Option<NodeId>),
}

/// The kinds of Raft messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RaftSays {
    /// AppendEntries with so many entries after `prev`.
    Append {
        /// The entry before.
        prev: EntryId,
        /// How many.
        count: u32,
        /// The leader's commit index.
        commit: Index,
    },
    /// The logs match up to here.
    Accepted {
        /// The index.
        index: Index,
    },
    /// The logs do not match there.
    Rejected {
        /// The refused index.
        index: Index,
        /// Where they may match.
        hint: EntryId,
    },
    /// RequestVote, or its dry run.
    Vote {
        /// Only a question (thesis §9.6).
        pre: bool,
        /// The candidate's last entry.
        last: EntryId,
    },
    /// The answer to it.
    VoteResponse {
        /// Only an answer to a question.
        pre: bool,
        /// Yes or no.
        granted: bool,
    },
    /// A heartbeat.
    Heartbeat {
        /// The commit index it carries.
        commit: Index,
        /// Whether its answer confirms a read.
        reads: bool,
    },
    /// The answer to it.
    HeartbeatResponse {
        /// Whether it confirms a read.
        reads: bool,
    },
    /// A snapshot up to here.
    Snapshot {
        /// The last entry that it covers.
        last: EntryId,
    },
    /// A forwarded proposal of so many entries.
    Propose {
        /// How many.
        count: u32,
    },
    /// Campaign now (thesis §3.10).
    TimeoutNow,
    /// A transfer request on its way to the leader.
    TransferLeader,
    /// A read request on its way to the leader.
    ReadIndex,
    /// Its answer.
    ReadIndexResponse {
        /// The index to wait for.
        index: Index,
    },
}
