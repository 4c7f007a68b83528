//! Range tombstones, cut into fragments that do not overlap.

use alloc::{vec, vec::Vec};
use core::cmp::Reverse;

use bytes::Bytes;

use crate::{Seq, Span, Upper};

/// Deletions of whole spans of keys.
///
/// 1. Fragments are in order and do not overlap; each has a deletion at least.
/// 2. The deletions of a fragment are ordered, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ranges {
    fragments: Vec<Fragment>,
}

/// All keys in `[start, end)` were deleted by each of `seqs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fragment {
    pub(crate) start: Bytes,
    pub(crate) end: Bytes,
    pub(crate) seqs: Vec<Seq>,
}

impl Ranges {
    pub(crate) fn is_empty(&self) -> bool {
        self.fragments.is_empty()
    }

    pub(crate) fn fragments(&self) -> &[Fragment] {
        &self.fragments
    }

    /// Every key in `[start, end)` is deleted at `seq`. An empty span deletes nothing.
    pub(crate) fn insert(&mut self, start: Bytes, end: Bytes, seq: Seq) {
        if end <= start {
            return;
        }
        let from = self.fragments.partition_point(|fragment| fragment.end <= start);
        let to = from + self.fragments[from..].partition_point(|fragment| fragment.start < end);
        let mut cut = Vec::new();
        let mut at = start;
        for old in &self.fragments[from..to] {
            if at < old.start {
                cut.push(Fragment { start: at, end: old.start.clone(), seqs: vec![seq] });
                at = old.start.clone();
            } else if old.start < at {
                cut.push(Fragment { end: at.clone(), ..old.clone() });
            }
            let stop = old.end.clone().min(end.clone());
            let mut seqs = old.seqs.clone();
            let slot = seqs.partition_point(|other| *other > seq);
            if seqs.get(slot) != Some(&seq) {
                seqs.insert(slot, seq);
            }
            cut.push(Fragment { start: at, end: stop.clone(), seqs });
            if stop < old.end {
                cut.push(Fragment { start: stop.clone(), ..old.clone() });
            }
            at = stop;
        }
        if at < end {
            cut.push(Fragment { start: at, end, seqs: vec![seq] });
        }
        self.fragments.splice(from..to, cut);
    }

    /// The newest deletion of `key` that a reader at `at_most` sees.
    pub(crate) fn covering(&self, key: &[u8], at_most: Seq) -> Option<Seq> {
        let slot = self.fragments.partition_point(|fragment| fragment.end <= key);
        let fragment = self.fragments.get(slot).filter(|fragment| fragment.start <= key)?;
        let newest = fragment.seqs.partition_point(|seq| at_most < *seq);
        fragment.seqs.get(newest).copied()
    }

    /// Whether a key of this span was deleted.
    pub(crate) fn meets(&self, span: &Span) -> bool {
        let slot = self.fragments.partition_point(|fragment| fragment.end <= span.first);
        self.fragments.get(slot).is_some_and(|fragment| !span.last.is_below(&fragment.start))
    }

    /// The part that lies in `[start, end)`; None leaves an end open.
    pub(crate) fn clip(&self, start: Option<&Bytes>, end: Option<&Bytes>) -> Self {
        let clipped = self.fragments.iter().map(|fragment| Fragment {
            start: start.map_or(&fragment.start, |start| start.max(&fragment.start)).clone(),
            end: end.map_or(&fragment.end, |end| end.min(&fragment.end)).clone(),
            seqs: fragment.seqs.clone(),
        });
        Self { fragments: clipped.filter(|fragment| fragment.start < fragment.end).collect() }
    }

    /// Takes all deletions of another set in.
    pub(crate) fn extend(&mut self, other: &Self) {
        for Fragment { start, end, seqs } in &other.fragments {
            for seq in seqs {
                self.insert(start.clone(), end.clone(), *seq);
            }
        }
    }

    /// The same deletions, all at `seq`.
    pub(crate) fn at(self, seq: Seq) -> Self {
        let fragments = self.fragments.into_iter();
        Self { fragments: fragments.map(|f| Fragment { seqs: vec![seq], ..f }).collect() }
    }

    /// Keeps of each fragment the deletions that `keep` picks.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&Fragment) -> Vec<Seq>) {
        for fragment in &mut self.fragments {
            fragment.seqs = keep(fragment);
        }
        self.fragments.retain(|fragment| !fragment.seqs.is_empty());
    }

    /// From the first deleted key to the last.
    pub(crate) fn span(&self) -> Option<Span> {
        let (first, last) = (self.fragments.first()?, self.fragments.last()?);
        Some(Span { first: first.start.clone(), last: Upper::Before(last.end.clone()) })
    }

    /// The oldest and the newest deletion.
    pub(crate) fn seqs(&self) -> Option<(Seq, Seq)> {
        let all = || self.fragments.iter().flat_map(|fragment| &fragment.seqs);
        let newest = all().min_by_key(|seq| Reverse(**seq))?;
        Some((*all().min()?, *newest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> Bytes {
        Bytes::copy_from_slice(&[byte])
    }

    /// Fragments against the plain list of what was deleted, in orders that overlap in every way.
    #[test]
    fn a_key_is_covered_by_the_newest_deletion_seen() {
        let mut rng = det::Rng::named(1, "ranges", 0);
        for _ in 0..300 {
            let mut ranges = Ranges::default();
            let mut plain = Vec::new();
            for seq in 1..=8_u64 {
                let byte = |n: u32| u8::try_from(n).expect("below 16");
                let (start, end) = (byte(rng.below(16)), byte(rng.below(16)));
                ranges.insert(key(start), key(end), Seq(seq));
                plain.push((start, end, Seq(seq)));
            }
            for at in 0..16 {
                for reader in 0..=8 {
                    let seen = plain.iter().filter(|(start, end, seq)| {
                        *start <= at && at < *end && *seq <= Seq(reader)
                    });
                    let newest = seen.map(|(_, _, seq)| *seq).max();
                    assert_eq!(ranges.covering(&[at], Seq(reader)), newest);
                    let half = ranges.clip(Some(&key(4)), Some(&key(9)));
                    let expected = newest.filter(|_| (4..9).contains(&at));
                    assert_eq!(half.covering(&[at], Seq(reader)), expected);
                }
            }
            let ordered = ranges.fragments.windows(2).all(|pair| pair[0].end <= pair[1].start);
            assert!(ordered, "{ranges:?}");
        }
    }
}
