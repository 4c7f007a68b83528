//! A node at one moment, for people and for monitoring.

use alloc::vec::Vec;
use core::fmt;

use crate::{HardState, Index, Membership, PeerId, Progress, RawNode, SoftState};

/// What every node knows of itself. Making one allocates nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BasicStatus {
    /// Its id.
    pub id: PeerId,
    /// Term, vote and commit index.
    pub hard_state: HardState,
    /// Leader and role.
    pub soft_state: SoftState,
    /// The last applied index.
    pub applied: Index,
    /// Who shall lead next, or nobody.
    pub lead_transferee: PeerId,
}

/// Everything that a node knows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Status {
    /// What every node knows.
    pub basic: BasicStatus,
    /// The members.
    pub members: Membership,
    /// What a leader knows of each member, in ascending order of id; empty on others.
    pub progress: Vec<(PeerId, Progress)>,
}

impl RawNode {
    /// What it knows of itself.
    pub fn basic_status(&self) -> BasicStatus {
        BasicStatus {
            id: self.id(),
            hard_state: HardState { term: self.term(), vote: self.vote(), commit: self.commit() },
            soft_state: SoftState { lead: self.lead(), role: self.role() },
            applied: self.applied(),
            lead_transferee: self.lead_transferee(),
        }
    }

    /// Everything it knows.
    pub fn status(&self) -> Status {
        let mut progress = Vec::new();
        self.with_progress(|id, _, known| progress.push((id, known.clone())));
        Status { basic: self.basic_status(), members: self.conf().clone(), progress }
    }

    /// Shows what a leader knows of each member, in ascending order of id, without copying it.
    pub fn with_progress(&self, mut visit: impl FnMut(PeerId, crate::Member, &Progress)) {
        for (member, (id, progress)) in self.conf().members().iter().zip(self.all_progress()) {
            visit(id, *member, progress);
        }
    }

    /// How progress prints in etcd's transcripts; nothing unless it leads.
    pub fn progress_lines(&self) -> impl fmt::Display + '_ {
        ProgressLines(self)
    }
}

/// `1: StateReplicate match=4 next=5`, a line for each member.
struct ProgressLines<'a>(&'a RawNode);

impl fmt::Display for ProgressLines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut result = Ok(());
        self.0.with_progress(|id, member, progress| {
            let view = progress.view(member, self.0.config());
            result = result.and_then(|()| writeln!(f, "{id}: {view}"));
        });
        result
    }
}

/// As JSON, in the words of etcd.
impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let BasicStatus { id, hard_state, soft_state, applied, lead_transferee } = self.basic;
        write!(
            f,
            "{{\"id\":\"{id:x}\",\"term\":{},\"vote\":\"{:x}\",\"commit\":{},\"lead\":\"{:x}\",\
             \"raftState\":\"{}\",\"applied\":{applied},\"progress\":{{",
            hard_state.term,
            hard_state.vote,
            hard_state.commit,
            soft_state.lead,
            soft_state.role.as_str()
        )?;
        for (at, (peer, progress)) in self.progress.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            let (matched, next, state) = (progress.matched, progress.next, progress.state.as_str());
            write!(
                f,
                "{comma}\"{peer:x}\":{{\"match\":{matched},\"next\":{next},\"state\":\"{state}\"}}"
            )?;
        }
        write!(f, "}},\"leadtransferee\":\"{lead_transferee:x}\"}}")
    }
}
