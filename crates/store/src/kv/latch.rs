//! Latches: requests about the same keys go one after the other; reads share, and so do requests that
//! the log puts in order.

use alloc::vec::Vec;

use bytes::Bytes;

/// The name of a request's latch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LatchId(u64);

/// What a request does with its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// It reads them now.
    Read,
    /// It reads and writes them when every replica evaluates it, in the order of the log.
    Logged,
    /// It is evaluated now, and keeps its keys until it is applied.
    Write,
}

#[derive(Clone, Debug)]
struct Latch {
    id: LatchId,
    start: Bytes,
    end: Bytes,
    access: Access,
}

/// The latches of a range, held and waited for, in the order in which they were asked for.
#[derive(Clone, Debug, Default)]
pub struct Latches {
    queue: Vec<Latch>,
    next: u64,
}

impl Latches {
    /// Asks for the keys of `[start, end)`.
    pub fn acquire(&mut self, start: Bytes, end: Bytes, access: Access) -> LatchId {
        let id = LatchId(self.next);
        self.next += 1;
        self.queue.push(Latch { id, start, end, access });
        id
    }

    /// The one that this latch waits for: the first that was asked for earlier, is about some of the
    /// same keys, and may not share them. `None` if it is held.
    pub fn blocked_by(&self, id: LatchId) -> Option<LatchId> {
        let own = self.queue.iter().find(|latch| latch.id == id)?;
        let earlier = self.queue.iter().take_while(|latch| latch.id != id);
        let shares = |latch: &Latch| latch.access == own.access && own.access != Access::Write;
        let mut conflicts = earlier
            .filter(|latch| latch.start < own.end && own.start < latch.end && !shares(latch));
        conflicts.next().map(|latch| latch.id)
    }

    /// Gives it up, held or not.
    pub fn release(&mut self, id: LatchId) {
        self.queue.retain(|latch| latch.id != id);
    }

    /// How many are held or waited for.
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_share_and_writes_exclude_in_order() {
        let mut latches = Latches::default();
        let mut acquire = |start: &'static str, end: &'static str, access| {
            latches.acquire(Bytes::from(start), Bytes::from(end), access)
        };
        let read = acquire("a", "c", Access::Read);
        let other_read = acquire("b", "d", Access::Read);
        let write = acquire("b", "c", Access::Write);
        let late_read = acquire("b", "c", Access::Read);
        let elsewhere = acquire("x", "y", Access::Write);
        let logged = acquire("m", "n", Access::Logged);
        let other_logged = acquire("m", "n", Access::Logged);
        let early_read = acquire("m", "n", Access::Read);
        assert_eq!(latches.blocked_by(read), None);
        assert_eq!(latches.blocked_by(other_read), None);
        assert_eq!(latches.blocked_by(write), Some(read));
        assert_eq!(latches.blocked_by(late_read), Some(write), "nobody overtakes");
        assert_eq!(latches.blocked_by(elsewhere), None);
        assert_eq!(latches.blocked_by(other_logged), None, "the log puts them in order");
        assert_eq!(latches.blocked_by(early_read), Some(logged), "it would see neither");
        latches.release(read);
        latches.release(other_read);
        assert_eq!(latches.blocked_by(write), None);
    }
}
