//! Conditions: what can be true of a run at a moment.

mod read;

use core::fmt::{self, Display as _};

use raft::{EntryId, ProgressState, Role};
use sim::{LoopStep, NodeId, Standing};

use crate::command::LOOP_STEPS;
use crate::message::Pick;
use crate::print::Text;

pub(crate) use read::{
    CONDITIONS, Logic, NODE_FACTS, PROGRESS, ROLES, STANDINGS, comparison, condition,
};

/// Something that is true or false of a run at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// `leader`: some running node leads in the highest term that any running node knows.
    Leader,
    /// `leader n2`: it is this one.
    LeaderIs(NodeId),
    /// `no leader`: no running node leads, in whatever term.
    NoLeader,
    /// `term >= 3`, `n1 commit 7`: a number compares like this.
    Number {
        /// Which number.
        of: Number,
        /// How it compares.
        is: Compare,
        /// With what.
        to: u64,
    },
    /// `n1 role follower`.
    Role(NodeId, Role),
    /// `n1 vote n2`: whom it voted for in its term.
    Vote(NodeId, NodeId),
    /// `n6 is learner`: how it counts, as the leader knows.
    Standing(NodeId, Standing),
    /// `n3 progress snapshot`: how the leader sends to it.
    Progress(NodeId, ProgressState),
    /// `n2 at persist`: its loop, under the microscope, has done this step last.
    At(NodeId, LoopStep),
    /// `n1 log 2/5`: the last entry of its log.
    Log(NodeId, EntryId),
    /// `n1 value x 7`: its state machine holds this value.
    Value {
        /// Whose.
        node: NodeId,
        /// The key.
        key: String,
        /// The value.
        value: String,
    },
    /// `n1 lacks x`: its state machine has no such key.
    Lacks {
        /// Whose.
        node: NodeId,
        /// The key.
        key: String,
    },
    /// `n1 up`, `n1 down`, `n1 paused`.
    Is(NodeId, Life),
    /// `read x 7`: the last read of this key that was answered found this value.
    Read {
        /// The key.
        key: String,
        /// The value.
        value: String,
    },
    /// `missed x`: the last read of this key that was answered found no such key.
    Missed {
        /// The key.
        key: String,
    },
    /// `joint`: the leader is in a joint configuration.
    Joint,
    /// `logs agree`: all running nodes have the same log and the same commit index.
    LogsAgree,
    /// `idle`: no message is in flight.
    Idle,
    /// `message vote n1 -> n2`: such a message is in flight.
    InFlight(Pick),
    /// `rules hold`: no invariant was found broken.
    RulesHold,
    /// `rule 1 broken`: this one was.
    RuleBroken(u8),
    /// `not leader n2`.
    Not(Box<Self>),
    /// `leader and idle`: at least two conditions.
    All(Vec<Self>),
    /// `leader or idle`: at least two conditions.
    Any(Vec<Self>),
}

/// A number of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Number {
    /// The highest term of any running node.
    Term,
    /// The highest commit index of any running node.
    Commit,
    /// Requests of clients that were answered.
    Answered,
    /// The term of a node.
    TermOf(NodeId),
    /// The commit index of a node.
    CommitOf(NodeId),
    /// The last index that a node applied.
    AppliedOf(NodeId),
    /// The last index that a node's snapshot covers.
    SnapshotOf(NodeId),
}

/// How two numbers compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compare {
    /// They are the same. Written without a sign.
    Same,
    /// They differ.
    Differs,
    /// The first is smaller.
    Less,
    /// The first is not larger.
    AtMost,
    /// The first is larger.
    More,
    /// The first is not smaller.
    AtLeast,
}

/// Whether a node runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Life {
    /// It runs.
    Up,
    /// Its process is dead.
    Down,
    /// It stands still.
    Paused,
}

impl Compare {
    /// Whether `a` compares with `b` like this.
    pub fn holds(self, a: u64, b: u64) -> bool {
        match self {
            Self::Same => a == b,
            Self::Differs => a != b,
            Self::Less => a < b,
            Self::AtMost => a <= b,
            Self::More => a > b,
            Self::AtLeast => a >= b,
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Leader => f.write_str("leader"),
            Self::LeaderIs(node) => write!(f, "leader {node}"),
            Self::NoLeader => f.write_str("no leader"),
            Self::Number { of, is, to } => write!(f, "{of}{is} {to}"),
            Self::Role(node, role) => write!(f, "{node} role {}", role_word(*role)),
            Self::Vote(node, candidate) => write!(f, "{node} vote {candidate}"),
            Self::Standing(node, standing) => {
                write!(f, "{node} is {}", word_of(&STANDINGS, *standing))
            }
            Self::Progress(node, state) => {
                write!(f, "{node} progress {}", word_of(&PROGRESS, *state))
            }
            Self::At(node, step) => write!(f, "{node} at {}", word_of(&LOOP_STEPS, *step)),
            Self::Log(node, entry) => write!(f, "{node} log {entry}"),
            Self::Value { node, key, value } => {
                write!(f, "{node} value {} {}", Text(key), Text(value))
            }
            Self::Lacks { node, key } => write!(f, "{node} lacks {}", Text(key)),
            Self::Is(node, life) => write!(f, "{node} {}", life.word()),
            Self::Read { key, value } => write!(f, "read {} {}", Text(key), Text(value)),
            Self::Missed { key } => write!(f, "missed {}", Text(key)),
            Self::Joint => f.write_str("joint"),
            Self::LogsAgree => f.write_str("logs agree"),
            Self::Idle => f.write_str("idle"),
            Self::InFlight(pick) => write!(f, "message {pick}"),
            Self::RulesHold => f.write_str("rules hold"),
            Self::RuleBroken(rule) => write!(f, "rule {rule} broken"),
            Self::Not(inner) => write!(f, "not {}", Inner(&**inner, Binds::Not)),
            Self::All(conditions) => joined(f, conditions, Binds::And),
            Self::Any(conditions) => joined(f, conditions, Binds::Or),
        }
    }
}

impl Joined for Condition {
    fn binds(&self) -> Option<Binds> {
        if matches!(self, Self::Any(_)) {
            Some(Binds::Or)
        } else {
            matches!(self, Self::All(_)).then_some(Binds::And)
        }
    }
}

/// How tightly a condition holds together; a looser one inside needs parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Binds {
    Or,
    And,
    Not,
}

/// A condition that may consist of conditions.
pub(crate) trait Joined: fmt::Display {
    /// What joins its parts; `None` if it holds together by itself.
    fn binds(&self) -> Option<Binds>;
}

/// A condition inside one that binds like this.
pub(crate) struct Inner<'a, C>(pub(crate) &'a C, pub(crate) Binds);

impl<C: Joined> fmt::Display for Inner<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_loose = self.0.binds().is_some_and(|own| own == Binds::Or || own <= self.1);
        if is_loose { write!(f, "({})", self.0) } else { self.0.fmt(f) }
    }
}

pub(crate) fn joined<C: Joined>(
    f: &mut fmt::Formatter<'_>,
    conditions: &[C],
    by: Binds,
) -> fmt::Result {
    let word = if by == Binds::Or { " or " } else { " and " };
    for (i, condition) in conditions.iter().enumerate() {
        f.write_str(if i == 0 { "" } else { word })?;
        Inner(condition, by).fmt(f)?;
    }
    Ok(())
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Term => f.write_str("term"),
            Self::Commit => f.write_str("commit"),
            Self::Answered => f.write_str("answered"),
            Self::TermOf(node) => write!(f, "{node} term"),
            Self::CommitOf(node) => write!(f, "{node} commit"),
            Self::AppliedOf(node) => write!(f, "{node} applied"),
            Self::SnapshotOf(node) => write!(f, "{node} snapshot"),
        }
    }
}

/// The sign after a space; nothing for [`Compare::Same`].
impl fmt::Display for Compare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Same => "",
            Self::Differs => " !=",
            Self::Less => " <",
            Self::AtMost => " <=",
            Self::More => " >",
            Self::AtLeast => " >=",
        })
    }
}

impl Life {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Paused => "paused",
        }
    }
}

/// The word of a role.
pub(crate) fn role_word(role: Role) -> &'static str {
    word_of(&ROLES, role)
}

/// The word of a value in the table of its group.
pub(crate) fn word_of<T: Copy + PartialEq>(words: &[(&'static str, T)], value: T) -> &'static str {
    words.iter().find(|(_, known)| *known == value).map_or("", |(word, _)| word)
}
