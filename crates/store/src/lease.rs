//! Leases: who may serve a range's reads and propose its writes.

use alloc::vec::Vec;

use det::{Span, Time};

use crate::coding::{Reader, put_u64};
use crate::{LivenessMap, ReplicaDescriptor};

/// What a lease lasts as long as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LeaseTerm {
    /// A moment: to be renewed range by range.
    Expiration(Time),
    /// The node's liveness record has this epoch and is not expired: nothing to renew per range.
    Epoch(u64),
}

/// A lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lease {
    /// The holder; `None` before the first lease.
    pub holder: Option<ReplicaDescriptor>,
    /// When it begins.
    pub start: Time,
    /// When it was asked for, or extended last: later with each lease and each extension.
    pub proposed: Time,
    /// One more with each change of the holder; a command carries that of its proposer.
    pub sequence: u64,
    /// How long it lasts.
    pub term: LeaseTerm,
}

/// What a lease is worth at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LeaseStatus {
    /// It may be used.
    Valid,
    /// It is so near its end that the holder, by another clock, may be past it.
    Unusable,
    /// Somebody else may have it; an epoch lease only after the epoch was raised.
    Expired,
}

impl Lease {
    /// Nobody's.
    pub const NONE: Self = Self {
        holder: None,
        start: Time::ZERO,
        proposed: Time::ZERO,
        sequence: 0,
        term: LeaseTerm::Epoch(0),
    };

    /// What it is worth now, as far as this node knows, with clocks that differ by `offset` at most.
    pub fn status(&self, now: Time, liveness: &LivenessMap, offset: Span) -> LeaseStatus {
        let Some(holder) = self.holder else { return LeaseStatus::Expired };
        let end = match self.term {
            LeaseTerm::Expiration(end) => end,
            LeaseTerm::Epoch(epoch) => match liveness.get(holder.node()) {
                Some(record) if record.epoch == epoch => record.expiration,
                Some(record) if epoch < record.epoch => return LeaseStatus::Expired,
                Some(_) | None => return LeaseStatus::Unusable,
            },
        };
        if end <= now {
            LeaseStatus::Expired
        } else if end <= now + offset {
            LeaseStatus::Unusable
        } else {
            LeaseStatus::Valid
        }
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        match self.holder {
            None => out.push(0),
            Some(holder) => {
                out.push(1);
                holder.encode(out);
            }
        }
        put_u64(out, self.start.0);
        put_u64(out, self.proposed.0);
        put_u64(out, self.sequence);
        let (kind, number) = match self.term {
            LeaseTerm::Expiration(end) => (0, end.0),
            LeaseTerm::Epoch(epoch) => (1, epoch),
        };
        out.push(kind);
        put_u64(out, number);
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Option<Self> {
        let holder = match reader.u8()? {
            0 => None,
            _ => Some(ReplicaDescriptor::decode(reader)?),
        };
        let (start, proposed) = (Time(reader.u64()?), Time(reader.u64()?));
        let sequence = reader.u64()?;
        let term = match (reader.u8()?, reader.u64()?) {
            (0, end) => LeaseTerm::Expiration(Time(end)),
            (_, epoch) => LeaseTerm::Epoch(epoch),
        };
        Some(Self { holder, start, proposed, sequence, term })
    }
}
