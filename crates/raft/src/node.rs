//! The door: one node of a group, driven by ticks, messages and requests, asked for [`Ready`]s.

mod bootstrap;
mod requests;
mod round;
#[cfg(test)]
mod tests;

pub use self::bootstrap::BootstrapError;
use self::round::OnAdvance;
use crate::core::{Core, Stirred};
use crate::{
    Config, ConfigError, Entry, EntryId, Event, HardState, Index, Membership, Message, PeerId,
    Progress, Role, SoftState, StepError, Storage, Term,
};

/// One node of a group. Plain data: it owns no storage, no clock and no thread, so it can be cloned,
/// hashed and sent as a whole.
///
/// Every call that may need the durable log borrows it. It must be the same log each time, and
/// change only as the [`Ready`](crate::Ready)s say.
// Like `Core`, in an order in which what every tick needs is close together.
#[derive(Clone, Debug, Hash)]
#[repr(C)]
pub struct RawNode {
    core: Core,
    /// What may have happened since it had nothing to say. Most nodes of many rest, and this is all
    /// that one has to read of them to know.
    stirred: Stirred,
    /// What counts once the accepted Ready is processed (synchronous writes).
    on_advance: Option<OnAdvance>,
    /// What the last accepted Ready told, to tell only changes.
    told_hard: HardState,
    told_soft: SoftState,
}

impl RawNode {
    /// Makes a node from what is durable. `rng` decides its election timeouts and nothing else.
    ///
    /// # Errors
    /// If the configuration or the durable state makes no sense.
    pub fn new(config: Config, rng: det::Rng, log: &dyn Storage) -> Result<Self, ConfigError> {
        let core = Core::new(config, rng, log)?;
        let (told_soft, told_hard) = (core.soft_state(), core.hard_state());
        Ok(Self { core, told_soft, told_hard, on_advance: None, stirred: Stirred::Yes })
    }

    /// Lets one tick of time pass.
    pub fn tick(&mut self, log: &dyn Storage) {
        if self.stirred == Stirred::Yes {
            self.core.rest();
            self.look_for_work();
            self.core.trace_sent();
        }
        let stirs = match self.role() {
            Role::Leader => self.core.tick_leader(),
            Role::Follower | Role::Candidate | Role::PreCandidate => self.core.tick_election(log),
        };
        self.stirred = self.stirred.max(stirs);
    }

    /// Handles a message from a peer or from a storage thread.
    ///
    /// # Errors
    /// If a proposal must be dropped, or the message may not come from outside. What is wrong with
    /// its contents is refused with an [`Event::Refused`].
    // Inlined, the two ways on would each get a copy of the message.
    #[inline(never)]
    pub fn step(&mut self, mut message: Message, log: &dyn Storage) -> Result<(), StepError> {
        if self.core.traces {
            self.core.trace_received(&message);
        } else if self.core.step_idly(&message) {
            self.stirred = self.stirred.max(Stirred::Messages);
            core::mem::forget(message);
            return Ok(());
        }
        let core = self.stir();
        if core.step_steadily(&mut message, log) {
            // What it held was taken; to look for more would take as long as all the rest.
            core::mem::forget(message);
            return Ok(());
        }
        core.step(message, log)
    }

    /// The node, about to be changed.
    fn stir(&mut self) -> &mut Core {
        self.stirred = Stirred::Yes;
        &mut self.core
    }

    /// The events since the last call, in order.
    pub fn drain_events(&mut self) -> impl Iterator<Item = Event> + use<> {
        self.core.trace_sent();
        self.core.events.drain()
    }

    // What there is to see. Nothing here allocates.

    /// Its id.
    pub fn id(&self) -> PeerId {
        self.core.id()
    }

    /// Its term (Raft §5.1).
    pub fn term(&self) -> Term {
        self.core.term
    }

    /// Whom it voted for in this term, or nobody.
    pub fn vote(&self) -> PeerId {
        self.core.vote
    }

    /// Its role.
    pub fn role(&self) -> Role {
        self.core.role()
    }

    /// The leader as far as it knows, or nobody.
    pub fn lead(&self) -> PeerId {
        self.core.lead
    }

    /// The last index it knows to be committed.
    pub fn commit(&self) -> Index {
        self.core.log.committed
    }

    /// The last index that was applied.
    pub fn applied(&self) -> Index {
        self.core.log.applied
    }

    /// The last entry of its log, durable or not.
    pub fn last(&self) -> EntryId {
        self.core.log.last
    }

    /// The entries that are not known to be durable, handed out or not, in order.
    pub fn unstable(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.core.log.unstable.entries.iter()
    }

    /// The entry at this index, if it is not known to be durable.
    pub fn unstable_entry(&self, index: Index) -> Option<&Entry> {
        self.core.log.unstable.entries.get(index)
    }

    /// Ticks since the last sign of a leader; on a leader since the last quorum check.
    pub fn election_elapsed(&self) -> u32 {
        self.core.election_elapsed
    }

    /// Ticks since a leader's last heartbeat.
    pub fn heartbeat_elapsed(&self) -> u32 {
        self.core.heartbeat_elapsed
    }

    /// The ticks without a leader after which it campaigns.
    pub fn randomized_election_timeout(&self) -> u32 {
        self.core.randomized_timeout
    }

    /// Who shall lead next, or nobody.
    pub fn lead_transferee(&self) -> PeerId {
        self.core.leader().map_or(PeerId::NONE, |leader| leader.transferee)
    }

    /// Whether it may campaign: a voter without a snapshot to install.
    pub fn is_promotable(&self) -> bool {
        self.core.is_promotable()
    }

    /// The voters and what a candidate knows of their votes, in ascending order of id.
    pub fn votes(&self) -> impl Iterator<Item = (PeerId, Option<bool>)> + '_ {
        let votes = self.core.votes();
        let vote = move |id| {
            let known = votes?.iter().find(|&&(voter, _)| voter == id);
            known.map(|&(_, granted)| granted)
        };
        self.core.members.voters().map(move |id| (id, vote(id)))
    }

    /// What a leader knows of a member; `None` on others and of others.
    pub fn progress(&self, peer: PeerId) -> Option<&Progress> {
        let at = self.core.members.position(peer)?;
        Some(&self.core.leader()?.progress[at])
    }

    /// The members and what a leader knows of each, in ascending order of id.
    pub fn all_progress(&self) -> impl Iterator<Item = (PeerId, &Progress)> + '_ {
        let progress = self.core.leader().map_or(&[][..], |leader| leader.progress.as_slice());
        self.core.members.members().iter().map(|member| member.id).zip(progress)
    }

    /// The members.
    pub fn conf(&self) -> &Membership {
        &self.core.members
    }

    /// On a leader, whether a membership change may be in its log that it has not applied: another one
    /// would be refused (thesis §4.1).
    pub fn has_pending_conf_change(&self) -> bool {
        let applied = self.core.log.applied;
        self.core.leader().is_some_and(|leader| applied < leader.pending_conf_index)
    }

    /// How it is configured.
    pub fn config(&self) -> &Config {
        &self.core.config
    }
}
