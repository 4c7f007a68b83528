//! How a message looks: its shape, its hue, whether it is an answer and what it answers.

use sim::{Answer, RaftSays, Says};

use crate::{Shape, Tone, Verdict};

/// One shape per kind.
pub(crate) fn shape(says: &Says) -> Shape {
    let Says::Raft { what, .. } = says else { return Shape::Client };
    match what {
        RaftSays::Append { .. } | RaftSays::Accepted { .. } | RaftSays::Rejected { .. } => {
            Shape::Append
        }
        RaftSays::Vote { .. } | RaftSays::VoteResponse { .. } => Shape::Vote,
        RaftSays::Heartbeat { .. } | RaftSays::HeartbeatResponse { .. } => Shape::Heartbeat,
        RaftSays::Snapshot { .. } => Shape::Snapshot,
        RaftSays::Propose { .. }
        | RaftSays::TimeoutNow
        | RaftSays::TransferLeader
        | RaftSays::ReadIndex
        | RaftSays::ReadIndexResponse { .. } => Shape::Control,
    }
}

/// One hue per meaning.
pub(crate) fn tone(says: &Says) -> Tone {
    match says {
        Says::Raft { what, .. } => raft_tone(what),
        Says::Request { .. } | Says::Reply { .. } => Tone::Ink,
    }
}

/// The hue of a Raft message.
pub(crate) fn raft_tone(what: &RaftSays) -> Tone {
    match what {
        RaftSays::Append { .. } | RaftSays::Accepted { .. } | RaftSays::Rejected { .. } => {
            Tone::Lead
        }
        RaftSays::Vote { .. }
        | RaftSays::VoteResponse { .. }
        | RaftSays::TimeoutNow
        | RaftSays::TransferLeader => Tone::Election,
        RaftSays::Heartbeat { reads: true, .. } | RaftSays::HeartbeatResponse { reads: true } => {
            Tone::Truth
        }
        RaftSays::Heartbeat { .. } | RaftSays::HeartbeatResponse { .. } => Tone::Idle,
        RaftSays::Snapshot { .. } => Tone::Bulk,
        RaftSays::Propose { .. } | RaftSays::ReadIndex | RaftSays::ReadIndexResponse { .. } => {
            Tone::Ink
        }
    }
}

/// Whether it answers something: requests are filled, replies hollow.
pub(crate) fn is_reply(says: &Says) -> bool {
    match says {
        Says::Request { .. } => false,
        Says::Reply { .. } => true,
        Says::Raft { what, .. } => match what {
            RaftSays::Accepted { .. }
            | RaftSays::Rejected { .. }
            | RaftSays::VoteResponse { .. }
            | RaftSays::HeartbeatResponse { .. }
            | RaftSays::ReadIndexResponse { .. } => true,
            RaftSays::Append { .. }
            | RaftSays::Vote { .. }
            | RaftSays::Heartbeat { .. }
            | RaftSays::Snapshot { .. }
            | RaftSays::Propose { .. }
            | RaftSays::TimeoutNow
            | RaftSays::TransferLeader
            | RaftSays::ReadIndex => false,
        },
    }
}

/// Yes or no, where an answer says so.
pub(crate) fn verdict(says: &Says) -> Option<Verdict> {
    let yes = match says {
        Says::Request { .. } => return None,
        Says::Reply { what, .. } => match what {
            Answer::Done | Answer::Value(_) => true,
            Answer::NotLeader(_) => false,
        },
        Says::Raft { what, .. } => match what {
            RaftSays::Accepted { .. } => true,
            RaftSays::Rejected { .. } => false,
            RaftSays::VoteResponse { granted, .. } => *granted,
            RaftSays::Append { .. }
            | RaftSays::Vote { .. }
            | RaftSays::Heartbeat { .. }
            | RaftSays::HeartbeatResponse { .. }
            | RaftSays::Snapshot { .. }
            | RaftSays::Propose { .. }
            | RaftSays::TimeoutNow
            | RaftSays::TransferLeader
            | RaftSays::ReadIndex
            | RaftSays::ReadIndexResponse { .. } => return None,
        },
    };
    Some(if yes { Verdict::Yes } else { Verdict::No })
}

/// How many entries it carries.
pub(crate) fn count(says: &Says) -> u32 {
    match says {
        Says::Raft {
            what: RaftSays::Append { count, .. } | RaftSays::Propose { count }, ..
        } => *count,
        Says::Raft { .. } | Says::Request { .. } | Says::Reply { .. } => 0,
    }
}
