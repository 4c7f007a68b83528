//! The timestamp cache: what was read, and when, so that nothing is written before that any more.

use alloc::vec::Vec;

use bytes::Bytes;
use det::Time;

/// More reads than these are remembered less exactly.
const READS_MAX: usize = 128;

/// The newest reads of a range. What it does not remember exactly it takes to be later, never earlier.
#[derive(Clone, Debug, Default)]
pub struct TimestampCache {
    /// All keys may have been read up to here: those reads are not remembered one by one.
    floor: Time,
    reads: Vec<(Bytes, Bytes, Time)>,
}

impl TimestampCache {
    /// The keys of `[start, end)` were read at this moment.
    pub fn add(&mut self, start: Bytes, end: Bytes, timestamp: Time) {
        if timestamp <= self.floor {
            return;
        }
        if READS_MAX <= self.reads.len() {
            self.reads.sort_unstable_by_key(|read| read.2);
            let forgotten = self.reads.drain(..READS_MAX / 2);
            let newest = forgotten.map(|read| read.2).max();
            self.floor = self.floor.max(newest.unwrap_or_default());
        }
        self.reads.push((start, end, timestamp));
    }

    /// The latest moment at which some key of `[start, end)` may have been read.
    pub fn latest(&self, start: &[u8], end: &[u8]) -> Time {
        let reads = self.reads.iter().filter(|(from, to, _)| **from < *end && *start < **to);
        reads.map(|read| read.2).max().unwrap_or_default().max(self.floor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn what_was_read_is_never_taken_to_be_earlier() {
        let mut cache = TimestampCache::default();
        for at in 0..1_000_u64 {
            let key = format!("{at:03}");
            cache.add(key.clone().into(), format!("{key}~").into(), Time(20 + at));
        }
        for at in 0..1_000_u64 {
            let key = format!("{at:03}");
            assert!(Time(20 + at) <= cache.latest(key.as_bytes(), format!("{key}~").as_bytes()));
        }
        assert_eq!(cache.latest(b"999", b"999~"), Time(1_019));
        assert!(cache.latest(b"x", b"y") < Time(1_019));
    }
}
