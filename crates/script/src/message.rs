//! Messages by what they say, for scripts that cannot know their numbers.

use core::fmt;

use det::Span;
use sim::{Command, End, MessageId, RaftSays, Says};

use crate::Error;
use crate::line::Line;
use crate::words::Group;

/// The oldest message in flight that says this: `append n1 -> n2`, or `vote` from and to anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pick {
    /// What it says.
    pub kind: Kind,
    /// From where to where; `None` for any.
    pub ends: Option<(End, End)>,
}

/// What a message says, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// AppendEntries.
    Append,
    /// The logs match.
    Accepted,
    /// The logs do not match.
    Rejected,
    /// RequestVote.
    Vote,
    /// The dry run of RequestVote (thesis §9.6).
    PreVote,
    /// Yes to either.
    Granted,
    /// No to either.
    Refused,
    /// A heartbeat.
    Heartbeat,
    /// The answer to a heartbeat.
    HeartbeatResponse,
    /// A snapshot.
    Snapshot,
    /// A forwarded proposal.
    Propose,
    /// Campaign now (thesis §3.10).
    TimeoutNow,
    /// A transfer request on its way to the leader.
    TransferLeader,
    /// A read request on its way to the leader.
    ReadIndex,
    /// Its answer.
    ReadIndexResponse,
    /// A client asks.
    Request,
    /// A node answers a client.
    Reply,
}

/// What a person does to one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Edit {
    /// It is lost.
    Drop,
    /// It stands still.
    Hold,
    /// It goes on.
    Release,
    /// It arrives that much later.
    Delay(Span),
    /// A copy of it arrives too.
    Duplicate,
}

/// The words of the kinds.
pub(crate) const KINDS: [(&str, Kind); 17] = [
    ("append", Kind::Append),
    ("accepted", Kind::Accepted),
    ("rejected", Kind::Rejected),
    ("vote", Kind::Vote),
    ("prevote", Kind::PreVote),
    ("granted", Kind::Granted),
    ("refused", Kind::Refused),
    ("heartbeat", Kind::Heartbeat),
    ("heartbeat-response", Kind::HeartbeatResponse),
    ("snapshot", Kind::Snapshot),
    ("propose", Kind::Propose),
    ("timeout-now", Kind::TimeoutNow),
    ("transfer-leader", Kind::TransferLeader),
    ("read-index", Kind::ReadIndex),
    ("read-index-response", Kind::ReadIndexResponse),
    ("request", Kind::Request),
    ("reply", Kind::Reply),
];

impl Kind {
    /// The kind of what a message says.
    pub fn of(says: &Says) -> Self {
        let what = match says {
            Says::Request { .. } => return Self::Request,
            Says::Reply { .. } => return Self::Reply,
            Says::Raft { what, .. } => what,
        };
        match what {
            RaftSays::Append { .. } => Self::Append,
            RaftSays::Accepted { .. } => Self::Accepted,
            RaftSays::Rejected { .. } => Self::Rejected,
            RaftSays::Vote { pre: false, .. } => Self::Vote,
            RaftSays::Vote { pre: true, .. } => Self::PreVote,
            RaftSays::VoteResponse { granted: true, .. } => Self::Granted,
            RaftSays::VoteResponse { granted: false, .. } => Self::Refused,
            RaftSays::Heartbeat { .. } => Self::Heartbeat,
            RaftSays::HeartbeatResponse { .. } => Self::HeartbeatResponse,
            RaftSays::Snapshot { .. } => Self::Snapshot,
            RaftSays::Propose { .. } => Self::Propose,
            RaftSays::TimeoutNow => Self::TimeoutNow,
            RaftSays::TransferLeader => Self::TransferLeader,
            RaftSays::ReadIndex => Self::ReadIndex,
            RaftSays::ReadIndexResponse { .. } => Self::ReadIndexResponse,
        }
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).expect("every kind has a word").0
    }
}

impl Edit {
    /// The command that does it to a message.
    pub fn to(self, message: MessageId) -> Command {
        match self {
            Self::Drop => Command::Drop(message),
            Self::Hold => Command::Hold(message),
            Self::Release => Command::Release(message),
            Self::Delay(by) => Command::Delay { message, by },
            Self::Duplicate => Command::Duplicate(message),
        }
    }

    /// Prints it with its message, which may be a number or a pick.
    pub(crate) fn print(
        self,
        f: &mut fmt::Formatter<'_>,
        message: &dyn fmt::Display,
    ) -> fmt::Result {
        match self {
            Self::Drop => write!(f, "drop {message}"),
            Self::Hold => write!(f, "hold {message}"),
            Self::Release => write!(f, "release {message}"),
            Self::Delay(by) => write!(f, "delay {message} {by}"),
            Self::Duplicate => write!(f, "duplicate {message}"),
        }
    }
}

impl fmt::Display for Pick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.word())?;
        self.ends.map_or(Ok(()), |(from, to)| write!(f, " {from} -> {to}"))
    }
}

/// A pick.
pub(crate) fn pick(line: &mut Line<'_>) -> Result<Pick, Error> {
    takes_pick(line)?.ok_or_else(|| line.unexpected())
}

/// A pick, if the next word is a kind of message.
pub(crate) fn takes_pick(line: &mut Line<'_>) -> Result<Option<Pick>, Error> {
    let Some(at) = line.takes_of(Group::Message) else { return Ok(None) };
    let kind = KINDS[at].1;
    let Some(from) = line.takes_end_of_message()? else {
        return Ok(Some(Pick { kind, ends: None }));
    };
    line.needs("->")?;
    let to = line.end_of_message()?;
    Ok(Some(Pick { kind, ends: Some((from, to)) }))
}
