//! Proposals: what a leader puts into its log (Raft §5.3).

use alloc::boxed::Box;
use alloc::vec::Vec;

use bytes::Bytes;

use crate::core::{Core, State};
use crate::event::ProposalRefusal;
use crate::size::payload_size;
use crate::trace::TraceStep;
use crate::{Entry, EntryId, Index, PeerId, StepError, Storage, Term};

impl Core {
    /// Appends proposals to the log and sends them out.
    pub(crate) fn on_propose(
        &mut self,
        mut entries: Vec<Entry>,
        storage: &dyn Storage,
    ) -> Result<(), StepError> {
        if entries.is_empty() {
            return Err(self.drop_proposal(ProposalRefusal::Empty));
        }
        self.check_leading()?;
        let pending = self.check_conf_changes(&mut entries)?;
        self.append_entries(entries)?;
        if let Some(leader) = self.leader_mut() {
            leader.pending_conf_index = pending;
        }
        self.broadcast_append(storage);
        Ok(())
    }

    /// The same for one command: the most frequent case, without a list around it.
    pub(crate) fn on_command(
        &mut self,
        data: Bytes,
        storage: &dyn Storage,
    ) -> Result<(), StepError> {
        self.check_leading()?;
        self.append_entries([Entry { data, ..Entry::default() }])?;
        self.broadcast_append(storage);
        Ok(())
    }

    /// Whether this leader takes proposals now.
    fn check_leading(&mut self) -> Result<(), StepError> {
        if self.members.position(self.id()).is_none() {
            // It was removed and leads on only until somebody else does.
            return Err(self.drop_proposal(ProposalRefusal::Removed));
        }
        let transferee = self.leader().map_or(PeerId::NONE, |leader| leader.transferee);
        if transferee != PeerId::NONE {
            return Err(self.drop_proposal(ProposalRefusal::Transferring(transferee)));
        }
        Ok(())
    }

    /// Appends entries in this leader's term, unless too many bytes are uncommitted.
    fn append_entries(
        &mut self,
        entries: impl AsRef<[Entry]> + IntoIterator<Item = Entry>,
    ) -> Result<(), StepError> {
        let State::Leader(leader) = &mut self.state else {
            unreachable!("only a leader appends");
        };
        // The first bytes always pass, or a large proposal could never be made; empty ones always
        // pass too, since leaders and membership changes need them.
        let limit = self.config.max_uncommitted_size;
        if limit != 0 {
            let bytes = payload_size(entries.as_ref());
            let sum = leader.uncommitted_bytes.saturating_add(bytes);
            if leader.uncommitted_bytes != 0 && bytes != 0 && limit < sum {
                return Err(self.drop_proposal(ProposalRefusal::TooMuchUncommitted));
            }
            leader.uncommitted_bytes = sum;
        }
        for entry in entries {
            if self.traces {
                self.trace_entry(&entry);
            }
            let id = EntryId { term: self.term, index: self.log.last.index.next() };
            self.log.push(Entry { id, ..entry });
        }
        // A batch is acknowledged as a whole.
        if !self.config.batch_append {
            self.acknowledge_own();
        }
        Ok(())
    }

    fn trace_entry(&mut self, entry: &Entry) {
        match entry.conf_change() {
            Ok(None) => self.trace(|| TraceStep::Replicate),
            // Leaving a joint configuration is unknown to the specification.
            Ok(Some(change)) if change.changes.is_empty() => {}
            Ok(Some(change)) => self.trace(|| TraceStep::ChangeConf(Box::new(change))),
            Err(_) => unreachable!("a change is read before it is appended"),
        }
    }

    /// The leader's own copy counts when it is durable, like any other (thesis §10.2.1).
    pub(crate) fn acknowledge_own(&mut self) {
        self.send_accepted(self.id(), self.log.last.index);
    }

    /// The same for a batch, which its write stands for.
    pub(crate) fn batch_is_written(&mut self, term: Term, last: Index, storage: &dyn Storage) {
        if self.config.batch_append
            && term == self.term
            && self.leader().is_some()
            && let Some(at) = self.members.position(self.id())
        {
            self.on_accepted(at, last, storage);
        }
    }

    /// The empty entry that lets a new leader commit what earlier leaders left (Raft §5.4.2, §8).
    pub(crate) fn append_empty_entry(&mut self) {
        let appended = self.append_entries([Entry::default()]);
        assert!(appended.is_ok(), "an empty entry passes every limit");
    }
}
