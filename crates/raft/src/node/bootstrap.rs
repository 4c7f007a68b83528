//! Starting a group whose first members are written into the log itself.

use alloc::vec::Vec;

use bytes::Bytes;

use super::RawNode;
use crate::{
    Change, ChangeKind, ConfChange, ConfChangeFormat, Entry, EntryId, HardState, Index, PeerId,
    Storage, Term, Transition,
};

/// A group cannot be started this way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BootstrapError {
    /// Nobody would be in it.
    #[error("must provide at least one peer to Bootstrap")]
    NoPeers,
    /// There is a group already.
    #[error("can't bootstrap a nonempty Storage")]
    NotEmpty,
    /// An id is zero or names a storage thread.
    #[error("peer {0} has a reserved id")]
    ReservedId(PeerId),
}

impl RawNode {
    /// Writes the first members into an empty log, each with the application's own bytes, as
    /// entries that every first member commits by agreement. The node can campaign at once.
    ///
    /// Starting from a prepared snapshot is simpler where it is possible.
    ///
    /// # Errors
    /// Without peers, or if the log is not empty.
    pub fn bootstrap(
        &mut self,
        peers: &[(PeerId, Bytes)],
        log: &dyn Storage,
    ) -> Result<(), BootstrapError> {
        if peers.is_empty() {
            return Err(BootstrapError::NoPeers);
        }
        if log.last_index() != Index::ZERO || self.core.log.last != EntryId::ZERO {
            return Err(BootstrapError::NotEmpty);
        }
        let reserved = |&&(id, _): &&(PeerId, Bytes)| id == PeerId::NONE || id.is_storage_thread();
        if let Some(&(id, _)) = peers.iter().find(reserved) {
            return Err(BootstrapError::ReservedId(id));
        }
        // Nothing is durable yet, so the first Ready tells everything.
        self.told_hard = HardState::default();
        let term = Term(1);
        self.stir().become_follower(term, PeerId::NONE);
        let changes: Vec<ConfChange> = peers.iter().map(add).collect();
        let entries = (1..).zip(&changes).map(|(index, change)| {
            let (kind, data) =
                change.encode_as(ConfChangeFormat::V1).expect("a single addition fits the format");
            Entry { id: EntryId { term, index: Index(index) }, kind, data }
        });
        self.core.log.append(entries.collect(), &mut self.core.events);
        self.core.log.commit_to(Index(peers.len() as u64));
        for change in &changes {
            let applied = self.core.apply_conf_change(change, log);
            assert!(applied.is_ok(), "one voter at a time can always be added");
        }
        Ok(())
    }
}

fn add((peer, context): &(PeerId, Bytes)) -> ConfChange {
    ConfChange {
        transition: Transition::Auto,
        changes: alloc::vec![Change { kind: ChangeKind::AddVoter, peer: *peer }],
        context: context.clone(),
    }
}
