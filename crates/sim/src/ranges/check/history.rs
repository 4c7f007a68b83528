//! The latest applied entries of a range, in parts that clones share.

use std::collections::VecDeque;
use std::rc::Rc;

use super::Applied;

/// Entries of a part: a checkpoint copies no more when the next one is applied.
const PART: usize = 16;
/// Full parts that are remembered.
const PARTS: usize = 16;

/// Entries in order; of those before the last 256 the oldest are forgotten.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    full: VecDeque<Rc<[Applied]>>,
    tail: Vec<Applied>,
}

impl History {
    pub(super) fn last(&self) -> Option<&Applied> {
        self.newest().next()
    }

    /// The newest first.
    pub(super) fn newest(&self) -> impl Iterator<Item = &Applied> {
        let full = self.full.iter().rev().flat_map(|part| part.iter().rev());
        self.tail.iter().rev().chain(full)
    }

    pub(super) fn push(&mut self, applied: Applied) {
        self.tail.push(applied);
        if self.tail.len() == PART {
            self.full.push_back(std::mem::take(&mut self.tail).into());
        }
        if PARTS < self.full.len() {
            self.full.pop_front();
        }
    }
}
