//! What the first functions can reach in memory.
//!
//! The linker is told to keep every constant a segment of its own, so where one ends is known. A
//! number in a function or in another segment that could be the address of one is taken for it: a
//! segment too many is reached, none too few. Code finds a text by its own address and no other, where
//! it may find a table's row by arithmetic: a table goes with the rest only if something of the rest
//! mentions where it starts, so that it is known who reads it.

use std::collections::BTreeSet;

use super::whole::{Segment, Whole};

/// Neighbours that are shorter together are not worth their header.
const LATE_MIN: u32 = 16;

/// What the functions that are not late can reach.
#[derive(Debug)]
pub(super) struct Reach {
    /// Every number that they hold or may read: addresses, slots of the table, and much else.
    pub(super) numbers: BTreeSet<u32>,
    /// The segments that they cannot reach.
    pub(super) late_data: BTreeSet<usize>,
}

impl Reach {
    pub(super) fn new(whole: &Whole<'_>, late: &BTreeSet<u32>) -> Self {
        let first = (whole.imported..).zip(&whole.addresses).filter(|(f, _)| !late.contains(f));
        let mut open: Vec<u32> = first.flat_map(|(_, numbers)| numbers).copied().collect();
        let (mut numbers, mut reached) = (BTreeSet::new(), BTreeSet::new());
        while let Some(number) = open.pop() {
            let is_new = numbers.insert(number);
            let Some(segment) = find(&whole.data, number).filter(|_| is_new) else { continue };
            if reached.insert(segment) {
                open.extend(words(&whole.data[segment]));
            }
        }
        let unreached: BTreeSet<usize> =
            (0..whole.data.len()).filter(|segment| !reached.contains(segment)).collect();
        let rest = (whole.imported..).zip(&whole.addresses).filter(|(f, _)| late.contains(f));
        let by_late: BTreeSet<u32> = rest
            .flat_map(|(_, numbers)| numbers.iter().copied())
            .chain(unreached.iter().flat_map(|&segment| words(&whole.data[segment])))
            .collect();
        let is_late = |segment: &usize| {
            let Segment { start, bytes } = whole.data[*segment];
            is_text(bytes) || by_late.contains(&start)
        };
        let late: Vec<usize> = unreached.into_iter().filter(is_late).collect();
        let late_data = worthwhile(whole, &late);
        Self { numbers, late_data }
    }
}

/// Those of the segments that are long enough, together with their neighbours.
fn worthwhile(whole: &Whole<'_>, late: &[usize]) -> BTreeSet<usize> {
    let runs = late.chunk_by(|a, b| a + 1 == *b);
    let length = |run: &[usize]| {
        let ends = run.last().map(|&last| &whole.data[last]);
        ends.map_or(0, |last| last.start + last.bytes.len() as u32 - whole.data[run[0]].start)
    };
    runs.filter(|run| LATE_MIN <= length(run)).flatten().copied().collect()
}

/// The segment that an address points into.
fn find(data: &[Segment<'_>], address: u32) -> Option<usize> {
    let number = data.partition_point(|segment| segment.start <= address).checked_sub(1)?;
    let segment = &data[number];
    ((address - segment.start) as usize <= segment.bytes.len()).then_some(number)
}

/// The numbers in a segment that could be addresses: compilers align them.
fn words<'a>(segment: &Segment<'a>) -> impl Iterator<Item = u32> + use<'a> {
    let skipped = segment.start.wrapping_neg() as usize % 4;
    let (words, _) = segment.bytes.get(skipped..).unwrap_or_default().as_chunks();
    words.iter().map(|word| u32::from_le_bytes(*word))
}

/// Whether it is mostly words of a sentence, in either language.
fn is_text(bytes: &[u8]) -> bool {
    let of_words =
        |byte: &&u8| byte.is_ascii_alphanumeric() || b" .,:;-\n".contains(byte) || **byte >= 0x80;
    let is_sentence = bytes.iter().any(|byte| *byte == b' ' || *byte >= 0xe0);
    is_sentence && bytes.iter().filter(of_words).count() * 4 >= bytes.len() * 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: u32, number: Option<usize>) {
        let data =
            [Segment { start: 16, bytes: b"five nodes" }, Segment { start: 28, bytes: b"log" }];
        assert_eq!(find(&data, address), number);
    }

    #[test]
    fn an_address_belongs_to_the_segment_it_points_into() {
        check(15, None);
        check(16, Some(0));
        check(26, Some(0));
        check(27, None);
        check(30, Some(1));
        check(32, None);
    }

    #[test]
    fn words_stand_at_aligned_addresses() {
        let segment = Segment { start: 6, bytes: &[9, 9, 1, 0, 0, 0, 2, 0, 0, 0, 3] };
        assert_eq!(words(&segment).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn a_table_is_no_text() {
        assert!(is_text(b"The process dies and forgets."));
        assert!(is_text("\u{8fdb}\u{7a0b}\u{505c}\u{6b62}\u{5fd8}\u{8bb0}".as_bytes()));
        assert!(!is_text(b"00010203040506070809"), "digits are found by arithmetic");
        assert!(!is_text(&[0x24, 0, 0x10, 0, 5, 0, 0, 0, 0x30, 0, 0x10, 0, 5, 0, 0, 0]));
    }
}
