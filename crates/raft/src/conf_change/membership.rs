//! Who is in the group, and in which part.

use core::fmt;

use smallvec::SmallVec;

use crate::{ConfState, PeerId};

/// One member and its parts. It is in at least one of the three sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Member {
    /// Its id.
    pub id: PeerId,
    /// A voter of the incoming (or only) configuration.
    pub incoming: bool,
    /// A voter of the outgoing configuration; only while joint.
    pub outgoing: bool,
    /// A learner: it receives the log and does not count for quorums.
    pub learner: bool,
    /// An outgoing voter that becomes a learner when the joint configuration is left.
    pub learner_next: bool,
    /// The last change made this member anew, so nothing is known of its log.
    pub(crate) fresh: bool,
}

impl Member {
    /// Whether the last change made this member anew, so that nothing is known of its log.
    pub fn is_new(&self) -> bool {
        self.fresh
    }

    /// Whether it votes in either half.
    pub fn is_voter(&self) -> bool {
        self.incoming || self.outgoing
    }
}

/// So many members are kept without memory of their own: most groups have no more.
pub(crate) const USUAL_MEMBERS: usize = 3;

/// The members of a group, in ascending order of id.
///
/// 1. Outgoing voters, next learners and `auto_leave` exist only while joint.
/// 2. A learner is no voter of either half.
/// 3. A next learner is an outgoing voter and no incoming one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Membership {
    pub(super) members: SmallVec<[Member; USUAL_MEMBERS]>,
    pub(super) joint: bool,
    pub(super) auto_leave: bool,
}

impl Membership {
    /// Rebuilds the members that a snapshot stores.
    ///
    /// # Errors
    /// With a sentence if the lists contradict each other.
    pub fn restore(state: &ConfState) -> Result<Self, &'static str> {
        let joint = !state.voters_outgoing.is_empty();
        let mut built = Self { members: SmallVec::new(), joint, auto_leave: state.auto_leave };
        built.mark(&state.voters, |member| &mut member.incoming)?;
        built.mark(&state.voters_outgoing, |member| &mut member.outgoing)?;
        built.mark(&state.learners, |member| &mut member.learner)?;
        built.mark(&state.learners_next, |member| &mut member.learner_next)?;
        built.check()?;
        Ok(built)
    }

    fn mark(
        &mut self,
        ids: &[PeerId],
        part: fn(&mut Member) -> &mut bool,
    ) -> Result<(), &'static str> {
        for &id in ids {
            if id == PeerId::NONE || id.is_storage_thread() {
                return Err("an id is reserved");
            }
            let flag = part(self.entry(id));
            if core::mem::replace(flag, true) {
                return Err("a member is listed twice");
            }
        }
        Ok(())
    }

    /// The member with this id, made without any part if it is missing.
    pub(super) fn entry(&mut self, id: PeerId) -> &mut Member {
        let at = match self.members.binary_search_by_key(&id, |member| member.id) {
            Ok(at) => at,
            Err(at) => {
                let blank = Member {
                    id,
                    incoming: false,
                    outgoing: false,
                    learner: false,
                    learner_next: false,
                    fresh: true,
                };
                self.members.reserve_exact(1);
                self.members.insert(at, blank);
                at
            }
        };
        &mut self.members[at]
    }

    fn check(&self) -> Result<(), &'static str> {
        if !self.members.is_empty() && !self.members.iter().any(|member| member.incoming) {
            return Err("there are members and no voters");
        }
        if !self.joint && self.auto_leave {
            return Err("auto-leave without a joint configuration");
        }
        for member in &self.members {
            if member.learner && member.is_voter() {
                return Err("a learner is also a voter");
            }
            if member.learner_next && (member.incoming || member.learner || !member.outgoing) {
                return Err("a next learner is no outgoing voter");
            }
        }
        Ok(())
    }

    /// All members, in ascending order of id.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The position of a member in [`members`](Self::members).
    pub(crate) fn position(&self, id: PeerId) -> Option<usize> {
        // Groups are small: a scan is faster than a binary search.
        self.members.iter().position(|member| member.id == id)
    }

    /// The member with this id.
    pub fn member(&self, id: PeerId) -> Option<&Member> {
        self.members.iter().find(|member| member.id == id)
    }

    /// Whether two majorities must agree at present (Raft §6).
    pub fn is_joint(&self) -> bool {
        self.joint
    }

    /// Whether the leader leaves the joint configuration by itself.
    pub fn auto_leave(&self) -> bool {
        self.auto_leave
    }

    /// Whether one voter alone decides.
    pub fn is_singleton(&self) -> bool {
        !self.joint && self.members.iter().filter(|member| member.incoming).count() == 1
    }

    /// The voters of both halves, in ascending order of id.
    pub fn voters(&self) -> impl Iterator<Item = PeerId> + '_ {
        self.pick(Member::is_voter)
    }

    fn pick(&self, which: impl Fn(&Member) -> bool) -> impl Iterator<Item = PeerId> {
        self.members.iter().filter(move |&member| which(member)).map(|member| member.id)
    }

    /// The members as a snapshot stores them, each list in ascending order.
    pub fn conf_state(&self) -> ConfState {
        ConfState {
            voters: self.pick(|member| member.incoming).collect(),
            learners: self.pick(|member| member.learner).collect(),
            voters_outgoing: self.pick(|member| member.outgoing).collect(),
            learners_next: self.pick(|member| member.learner_next).collect(),
            auto_leave: self.auto_leave,
        }
    }
}

/// `voters=(1 2)&&(2 3) learners=(4) learners_next=(5) autoleave`, ids in hexadecimal.
impl fmt::Display for Membership {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("voters=")?;
        write_set(f, self.pick(|member| member.incoming))?;
        if self.joint {
            f.write_str("&&")?;
            write_set(f, self.pick(|member| member.outgoing))?;
        }
        if self.members.iter().any(|member| member.learner) {
            f.write_str(" learners=")?;
            write_set(f, self.pick(|member| member.learner))?;
        }
        if self.members.iter().any(|member| member.learner_next) {
            f.write_str(" learners_next=")?;
            write_set(f, self.pick(|member| member.learner_next))?;
        }
        f.write_str(if self.auto_leave { " autoleave" } else { "" })
    }
}

fn write_set(f: &mut fmt::Formatter<'_>, ids: impl Iterator<Item = PeerId>) -> fmt::Result {
    f.write_str("(")?;
    for (at, id) in ids.enumerate() {
        write!(f, "{}{id:x}", if at == 0 { "" } else { " " })?;
    }
    f.write_str(")")
}
