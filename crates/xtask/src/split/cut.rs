//! Who goes where.

use std::collections::{BTreeMap, BTreeSet};

use super::reach::Reach;
use super::whole::{Segment, Whole};

/// A function of no more bytes than this is first if one that was called mentions it: its stub would
/// be nearly as long, and whether it is called may be chance, as the comparing of two keys of one hash is.
const SMALL: usize = 48;

/// Which function is in which module, and under which number.
#[derive(Debug)]
pub(super) struct Cut<'a> {
    pub(super) whole: &'a Whole<'a>,
    /// The functions of the rest, in their order.
    pub(super) late: BTreeSet<u32>,
    /// The table's slot for each of them that the first module mentions: its stub calls it there.
    pub(super) stubs: BTreeMap<u32, u32>,
    /// The functions of the first module that the rest calls.
    pub(super) shared: BTreeSet<u32>,
    /// The segments of memory that come with the rest.
    pub(super) late_data: BTreeSet<usize>,
    /// How long the table is, with the slots that were added.
    pub(super) table_len: u32,
}

impl<'a> Cut<'a> {
    /// Cuts `whole` into the functions that were `called`, with the small ones that they mention,
    /// and all others.
    pub(super) fn new(whole: &'a Whole<'a>, called: &BTreeSet<u32>) -> Self {
        let ours = whole.imported..whole.functions.len() as u32;
        let small = small(whole, called);
        let is_late = |f: &u32| !called.contains(f) && !small.contains(f);
        let late: BTreeSet<u32> = ours.clone().filter(is_late).collect();
        let mut mentioned: BTreeSet<u32> =
            whole.roots.iter().copied().filter(|f| late.contains(f)).collect();
        let mut shared = BTreeSet::new();
        for (function, mentions) in ours.zip(&whole.mentions) {
            let is_late = late.contains(&function);
            for &other in mentions {
                match (is_late, late.contains(&other)) {
                    (false, true) => drop(mentioned.insert(other)),
                    (true, false) => drop(shared.insert(other)),
                    (false, false) | (true, true) => {}
                }
            }
        }
        // A slot that nothing of the first module knows waits for the rest as it is.
        let reach = Reach::new(whole, &late);
        let known = whole.slots.iter().filter(|(slot, _)| reach.numbers.contains(slot));
        mentioned.extend(known.map(|(_, function)| *function).filter(|f| late.contains(f)));
        let mut table_len = whole.tables.first().map_or(0, |table| table.initial as u32);
        let known: BTreeMap<u32, u32> = whole.slots.iter().map(|&(slot, f)| (f, slot)).collect();
        let mut stubs = BTreeMap::new();
        for function in mentioned {
            let slot = known.get(&function).copied().unwrap_or_else(|| {
                table_len += 1;
                table_len - 1
            });
            stubs.insert(function, slot);
        }
        Self { whole, late, stubs, shared, late_data: reach.late_data, table_len }
    }

    /// The segments of memory of one module, neighbours put together: late ones, or all others.
    pub(super) fn data(&self, late: bool) -> Vec<(u32, Vec<u8>)> {
        let mut runs: Vec<(u32, Vec<u8>)> = Vec::new();
        let mut end = None;
        for (number, Segment { start, bytes }) in self.whole.data.iter().enumerate() {
            let is_wanted = self.late_data.contains(&number) == late;
            match runs.last_mut() {
                _ if !is_wanted => end = None,
                // A header is longer than the gap that alignment leaves.
                Some((first, run)) if end.is_some_and(|end| (end..end + 8).contains(start)) => {
                    run.resize((start - *first) as usize, 0);
                    run.extend_from_slice(bytes);
                    end = Some(start + bytes.len() as u32);
                }
                _ => {
                    runs.push((*start, bytes.to_vec()));
                    end = Some(start + bytes.len() as u32);
                }
            }
        }
        runs
    }

    /// What the first module calls a thing that both know, by its kind and its place among those.
    pub(super) fn name(kind: char, place: u32) -> String {
        // Base 36: there are hundreds of them.
        let digit = |value: u32| char::from_digit(value % 36, 36).unwrap_or_default();
        String::from_iter([kind, digit(place / 36 / 36), digit(place / 36), digit(place)])
    }

    /// The slots that the rest fills: each with its function, in the order of the slots.
    pub(super) fn filled(&self) -> BTreeMap<u32, u32> {
        let old = self.whole.slots.iter().filter(|(_, f)| self.late.contains(f)).copied();
        let new = self.stubs.iter().map(|(&function, &slot)| (slot, function));
        old.chain(new).collect()
    }
}

/// The small functions that `called` ones mention.
fn small(whole: &Whole<'_>, called: &BTreeSet<u32>) -> BTreeSet<u32> {
    let place = |f: u32| f.checked_sub(whole.imported).map(|place| place as usize);
    let is_small = |f: &u32| {
        let body = place(*f).and_then(|place| whole.bodies.get(place));
        body.is_some_and(|body| body.as_bytes().len() <= SMALL)
    };
    let mentions = called.iter().filter_map(|&f| whole.mentions.get(place(f)?));
    mentions.flatten().copied().filter(is_small).collect()
}
