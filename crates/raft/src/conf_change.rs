//! Membership changes (Raft §6, thesis §4): what is proposed, and what it does to the members.

mod changer;
mod codec;
mod membership;

use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use bytes::Bytes;

pub use self::codec::DecodeError;
pub(crate) use self::membership::USUAL_MEMBERS;
pub use self::membership::{Member, Membership};
use crate::{Entry, EntryKind, PeerId};

/// What happens to one member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// It becomes a voter.
    AddVoter,
    /// It leaves.
    Remove,
    /// Its address changes; nothing for the core to do.
    Update,
    /// It becomes a learner: it receives the log and does not vote (thesis §4.2.1).
    AddLearner,
}

/// One step of a membership change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Change {
    /// What happens.
    pub kind: ChangeKind,
    /// To whom.
    pub peer: PeerId,
}

/// Whether a change goes through a joint configuration, and who leaves it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transition {
    /// Joint only if there is more than one step; the leader leaves by itself.
    #[default]
    Auto,
    /// Joint; the leader leaves by itself.
    JointImplicit,
    /// Joint, until an empty change is proposed.
    JointExplicit,
}

/// A membership change. Without steps and with [`Transition::Auto`] it leaves the joint configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ConfChange {
    /// How it takes effect.
    pub transition: Transition,
    /// Its steps, in order.
    pub changes: Vec<Change>,
    /// The application's own bytes, opaque to Raft.
    pub context: Bytes,
}

/// Which of the two log formats a membership change is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConfChangeFormat {
    /// One step, never joint: [`EntryKind::ConfChange`].
    V1,
    /// Any number of steps: [`EntryKind::ConfChangeV2`].
    V2,
}

/// What a membership change asks of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// One voter at most changes (thesis §4.1).
    Simple,
    /// Old and new members both decide until the joint configuration is left (Raft §6).
    EnterJoint {
        /// The leader proposes to leave as soon as the change is applied.
        auto_leave: bool,
    },
    /// Only the new members decide from now on.
    LeaveJoint,
}

impl ConfChange {
    /// A change of one member.
    #[must_use]
    pub fn one(kind: ChangeKind, peer: PeerId) -> Self {
        Self { changes: alloc::vec![Change { kind, peer }], ..Self::default() }
    }

    /// The change that leaves a joint configuration.
    #[must_use]
    pub fn leave_joint() -> Self {
        Self::default()
    }

    pub(crate) fn plan(&self) -> Plan {
        match (self.transition, self.changes.len()) {
            (Transition::Auto, 0) => Plan::LeaveJoint,
            (Transition::Auto, 1) => Plan::Simple,
            (Transition::Auto | Transition::JointImplicit, _) => {
                Plan::EnterJoint { auto_leave: true }
            }
            (Transition::JointExplicit, _) => Plan::EnterJoint { auto_leave: false },
        }
    }

    /// The entry data of this change: the protobuf encoding that etcd writes.
    #[must_use]
    pub fn encode(&self) -> Bytes {
        codec::encode_v2(self)
    }

    /// The entry kind and data in the given format; `None` if the format cannot express it.
    #[must_use]
    pub fn encode_as(&self, format: ConfChangeFormat) -> Option<(EntryKind, Bytes)> {
        match format {
            ConfChangeFormat::V1 => {
                let [change] = self.changes[..] else { return None };
                let simple = self.transition == Transition::Auto;
                simple.then(|| (EntryKind::ConfChange, codec::encode_v1(change, &self.context)))
            }
            ConfChangeFormat::V2 => Some((EntryKind::ConfChangeV2, codec::encode_v2(self))),
        }
    }
}

impl Entry {
    /// The membership change in this entry; `None` if it is none.
    ///
    /// # Errors
    /// If the data is not a membership change after all.
    pub fn conf_change(&self) -> Result<Option<ConfChange>, DecodeError> {
        match self.kind {
            EntryKind::Normal | EntryKind::Refused => Ok(None),
            EntryKind::ConfChange => codec::decode_v1(&self.data).map(Some),
            EntryKind::ConfChangeV2 => codec::decode_v2(&self.data).map(Some),
        }
    }
}

/// A membership change does not fit the members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ConfChangeError {
    /// One joint change at a time.
    #[error("config is already joint")]
    AlreadyJoint,
    /// There would be no old majority.
    #[error("can't make a zero-voter config joint")]
    ZeroVoterJoint,
    /// There is nothing to leave.
    #[error("can't leave a non-joint config")]
    NotJoint,
    /// Leave the joint configuration first.
    #[error("can't apply simple config change in joint config")]
    SimpleInJoint,
    /// Two majorities might not overlap (thesis §4.1).
    #[error("more than one voter changed without entering joint config")]
    TooManyVoters,
    /// Nobody could decide anything any more.
    #[error("removed all voters")]
    NoVoters,
}

/// Why text is not a list of membership changes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseChangeError {
    /// Shorter than a letter and a digit.
    #[error("unknown token {0}")]
    Token(alloc::string::String),
    /// The first letter is none of `v`, `l`, `r`, `u`.
    #[error("unknown input: {0}")]
    Letter(alloc::string::String),
    /// The rest is not an id.
    #[error("strconv.ParseUint: parsing {0:?}: invalid syntax")]
    Number(alloc::string::String),
    /// The rest is a number, and too large for an id.
    #[error("strconv.ParseUint: parsing {0:?}: value out of range")]
    Range(alloc::string::String),
}

/// `v1`, `l2`, `r3`, `u4`: add a voter, add a learner, remove, update.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = match self.kind {
            ChangeKind::AddVoter => 'v',
            ChangeKind::Remove => 'r',
            ChangeKind::Update => 'u',
            ChangeKind::AddLearner => 'l',
        };
        write!(f, "{letter}{}", self.peer)
    }
}

impl FromStr for Change {
    type Err = ParseChangeError;

    fn from_str(token: &str) -> Result<Self, Self::Err> {
        let mut letters = token.chars();
        let letter = letters.next();
        let rest = letters.as_str();
        let (Some(letter), 2..) = (letter, token.len()) else {
            return Err(ParseChangeError::Token(token.into()));
        };
        let kind = match letter {
            'v' => ChangeKind::AddVoter,
            'l' => ChangeKind::AddLearner,
            'r' => ChangeKind::Remove,
            'u' => ChangeKind::Update,
            _ => return Err(ParseChangeError::Letter(token.into())),
        };
        if !rest.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ParseChangeError::Number(rest.into()));
        }
        let peer = rest.parse().map_err(|_| ParseChangeError::Range(rest.into()))?;
        Ok(Self { kind, peer: PeerId(peer) })
    }
}

/// Parses changes such as `v1 l2 r3`, separated by white space.
///
/// # Errors
/// On the first token that is no change.
pub fn parse_changes(text: &str) -> Result<Vec<Change>, ParseChangeError> {
    text.split_whitespace().map(str::parse).collect()
}
