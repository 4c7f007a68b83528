//! What a person can do to a run. Each command has one script line, with the same word.

use det::Span;

use raft::Transition;

use crate::{LoopStep, MessageId, NodeId};

/// What becomes of the disk of a node that is killed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DiskFate {
    /// What was synced stays; what was not is forgotten.
    #[default]
    Keep,
    /// The disk is gone: the node comes back knowing nothing.
    Lose,
}

/// Which directed links a command is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Links {
    /// Every link.
    All,
    /// Both directions between two nodes.
    Between(NodeId, NodeId),
    /// One direction only: from the first to the second.
    OneWay(NodeId, NodeId),
}

/// What becomes of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seat {
    /// `add`: it votes. A node that is not there yet starts, a learner is promoted.
    Voter,
    /// `learner`: it gets the log and does not vote (thesis §4.2.1).
    Learner,
    /// `remove`: it is no member any more.
    None,
}

/// One thing done to the run at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// `kill n1`, `kill n1 without disk`: the process dies; what was not synced is forgotten.
    Kill {
        /// Which node.
        node: NodeId,
        /// What becomes of its disk.
        disk: DiskFate,
    },
    /// `restart n1`: a dead node starts from its disk.
    Restart(NodeId),
    /// `pause n1`: the process stands still; messages wait at its door, timers do not run.
    Pause(NodeId),
    /// `resume n1`: a paused process goes on.
    Resume(NodeId),
    /// `campaign n1`: its election timer fires now.
    Campaign(NodeId),
    /// `transfer n2`: the leader hands its office to this node (thesis §3.10).
    Transfer(NodeId),
    /// `forget n2`: a follower forgets who leads, so that it votes again.
    Forget(NodeId),
    /// `add n6`, `learner n6`, `remove n2`; `joint add n6 remove n2` goes through a joint
    /// configuration, `joint explicit remove n2` stays in it (Raft §6). The leader proposes it.
    Change {
        /// Who becomes what, in order; one step unless it is joint.
        steps: Vec<(Seat, NodeId)>,
        /// [`Transition::Auto`] for a simple change.
        transition: Transition,
    },
    /// `leave`: the leader proposes to leave the joint configuration.
    Leave,
    /// `compact n2`, `compact`: a node, or each that can, takes a snapshot of its state machine and
    /// drops the log up to there (Raft §7).
    Compact(Option<NodeId>),
    /// `microscope n2 every 1ms`, `microscope n2 off`: each step of its loop takes this long.
    Microscope {
        /// Which node.
        node: NodeId,
        /// How long each step takes; `None` puts the loop together again.
        every: Option<Span>,
    },
    /// `crash n2 after persist`, `crash n2 never`: the node under the microscope dies after this step.
    Crash {
        /// Which node.
        node: NodeId,
        /// The step; `None` for no crash.
        after: Option<LoopStep>,
    },
    /// `put x 7`, `put x 7 at n3`: the client writes, asking this node first.
    Put {
        /// The key.
        key: String,
        /// The value.
        value: String,
        /// The node asked first; the last known leader if not given.
        at: Option<NodeId>,
    },
    /// `get x`, `get x at n3`: the client reads through the log.
    Get {
        /// The key.
        key: String,
        /// The node asked first; the last known leader if not given.
        at: Option<NodeId>,
    },
    /// `read x`, `read x at n3`: the client reads without a log entry (thesis §6.4).
    Read {
        /// The key.
        key: String,
        /// The node asked first; the last known leader if not given.
        at: Option<NodeId>,
    },
    /// `load 4 every 20ms`, `load 0`: so many further clients write without end; each waits this
    /// long after an answer. Replaces the load before.
    Load {
        /// How many clients.
        clients: u16,
        /// The wait between an answer and the next request.
        every: Span,
    },
    /// `cut n1 n2`, `cut n1 -> n2`: the links carry nothing.
    Cut(Links),
    /// `mend n1 n2`, `mend n1 -> n2`: the links carry messages again.
    Mend(Links),
    /// `partition n1 n2 | n3 n4 n5`: links between different groups are cut, links within a
    /// group are mended. Nodes not named form one further group.
    Partition(Vec<Vec<NodeId>>),
    /// `heal`: every link is mended.
    Heal,
    /// `latency 5ms 3ms`, `latency 50ms 0ms n1 -> n2`: base and jitter of the links. A message
    /// takes base plus a random part of jitter.
    Latency {
        /// Which links.
        links: Links,
        /// The shortest way.
        base: Span,
        /// The most that chance adds.
        jitter: Span,
    },
    /// `loss 10%`, `loss 2.5% n1 n2`: how many messages get lost.
    Loss {
        /// Which links.
        links: Links,
        /// Lost messages in a million.
        per_million: u32,
    },
    /// `fsync 1ms`, `fsync 40ms n2`: how long a sync to disk takes.
    Fsync {
        /// Which node; all if not given.
        node: Option<NodeId>,
        /// How long.
        span: Span,
    },
    /// `drop m12`: this message in flight is lost.
    Drop(MessageId),
    /// `hold m12`: it stands still where it is.
    Hold(MessageId),
    /// `release m12`: a held message goes on.
    Release(MessageId),
    /// `delay m12 5ms`: it arrives that much later.
    Delay {
        /// Which message.
        message: MessageId,
        /// By how much.
        by: Span,
    },
    /// `duplicate m12`: a copy of it arrives too, a little later.
    Duplicate(MessageId),
}
