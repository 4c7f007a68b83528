//! What etcd does not have, each off until an application switches it on: commit groups, snapshots on
//! request, priorities.
//!
//! A node that uses none of it pays one empty pointer.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;

use crate::core::{Core, State};
use crate::message::MessageKind;
use crate::{Body, EntryId, Index, Member, PeerId, Progress, RequestSnapshotError, Storage};

/// The state of what is switched on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Extras {
    /// Which place each voter is in, say a data centre.
    groups: BTreeMap<PeerId, u64>,
    /// The index that a snapshot must reach, while the node waits for one that it asked for.
    wanted_snapshot: Option<Index>,
    /// How many messages of each queue were traced.
    pub(crate) traced: [usize; 3],
}

impl Core {
    pub(crate) fn extras_mut(&mut self) -> &mut Extras {
        self.extras.get_or_insert_with(Box::default)
    }

    // Priorities.

    /// Whether this voter gives way to a candidate. Only between equal logs do priorities count: a newer
    /// one may hold what is committed.
    pub(crate) fn gives_way(&self, last: EntryId, priority: i64) -> bool {
        self.config.priority <= priority || self.log.last != last
    }

    // Commit groups.

    /// Puts voters into groups, in place of those that they were in.
    pub(crate) fn assign_commit_groups(
        &mut self,
        groups: impl IntoIterator<Item = (PeerId, u64)>,
        storage: &dyn Storage,
    ) {
        self.extras_mut().groups = groups.into_iter().collect();
        // What waited for a second group may not have to any more.
        if self.advance_commit(storage) {
            self.broadcast_append(storage);
        }
    }

    /// The largest index that voters of two groups hold; no limit with fewer than two groups.
    pub(crate) fn group_index(&self, half: fn(&Member) -> bool) -> Index {
        let (Some(extras), State::Leader(leader)) = (&self.extras, &self.state) else {
            return Index::MAX;
        };
        let mut furthest: BTreeMap<u64, Index> = BTreeMap::new();
        for (member, progress) in self.members.members().iter().zip(&leader.progress) {
            if let Some(&group) = extras.groups.get(&member.id)
                && half(member)
            {
                let index = furthest.entry(group).or_default();
                *index = progress.matched.max(*index);
            }
        }
        let mut indices: alloc::vec::Vec<Index> = furthest.into_values().collect();
        indices.sort_unstable();
        indices.iter().rev().nth(1).copied().unwrap_or(Index::MAX)
    }

    // Snapshots on request.

    /// Asks the leader for a snapshot that reaches the end of this log.
    ///
    /// It must reach that far, since this node has acknowledged its whole log: a shorter one would
    /// take back what the leader may have committed by counting this copy.
    pub(crate) fn request_snapshot(&mut self) -> Result<(), RequestSnapshotError> {
        match (&self.state, self.lead) {
            (State::Follower, PeerId::NONE) => return Err(RequestSnapshotError::NoLeader),
            (State::Follower, _) => {}
            _ => return Err(RequestSnapshotError::NotFollowing),
        }
        if self.wanted_snapshot().is_some() || self.log.unstable.snapshot.is_some() {
            return Err(RequestSnapshotError::Underway);
        }
        if self.log.last.term != self.term || self.log.last == EntryId::ZERO {
            return Err(RequestSnapshotError::BehindLeader);
        }
        let index = self.log.last.index;
        self.extras_mut().wanted_snapshot = Some(index);
        self.send(self.lead, Body::SnapshotRequest { index });
        Ok(())
    }

    /// The index that a requested snapshot must reach.
    pub(crate) fn wanted_snapshot(&self) -> Option<Index> {
        self.extras.as_ref()?.wanted_snapshot
    }

    /// Asks again instead of following on, while a requested snapshot is not there.
    pub(crate) fn repeat_request(&mut self) -> bool {
        let wanted = self.wanted_snapshot();
        if let Some(index) = wanted {
            self.send(self.lead, Body::SnapshotRequest { index });
        }
        wanted.is_some()
    }

    /// The snapshot is there, or another leader would have to be asked.
    pub(crate) fn forget_request(&mut self) {
        if let Some(extras) = &mut self.extras {
            extras.wanted_snapshot = None;
        }
    }

    /// A follower wants a snapshot although its log needs none.
    pub(crate) fn on_snapshot_request(&mut self, at: usize, least: Index, storage: &dyn Storage) {
        let from = self.members.members()[at].id;
        let last = self.log.last.index;
        if last < least {
            let why = crate::Refusal::AcknowledgesBeyondLog { index: least, last };
            return self.refuse(MessageKind::SnapRequest, from, why);
        }
        let progress: &mut Progress = self.progress(at);
        progress.recently_active = true;
        // It has acknowledged that much, so no correct follower asks for less.
        let least = least.max(progress.matched).max(Index(1));
        if progress.state != crate::ProgressState::Snapshot {
            self.send_snapshot(at, least, storage);
        }
    }
}
