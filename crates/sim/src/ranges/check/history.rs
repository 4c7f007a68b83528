//! The latest of many things, in parts that clones share.

use std::collections::VecDeque;
use std::rc::Rc;

/// Things in a part: a checkpoint copies no more when the next one comes.
const PART: usize = 16;
/// Full parts that are remembered.
const PARTS: usize = 16;

/// Things in order; of those before the last 256 the oldest are forgotten.
#[derive(Clone, Debug)]
pub(super) struct History<T> {
    full: VecDeque<Rc<[T]>>,
    tail: Vec<T>,
}

impl<T> Default for History<T> {
    fn default() -> Self {
        Self { full: VecDeque::new(), tail: Vec::new() }
    }
}

impl<T> History<T> {
    pub(super) fn last(&self) -> Option<&T> {
        self.newest().next()
    }

    /// The newest first.
    pub(super) fn newest(&self) -> impl Iterator<Item = &T> {
        let full = self.full.iter().rev().flat_map(|part| part.iter().rev());
        self.tail.iter().rev().chain(full)
    }

    pub(super) fn push(&mut self, thing: T) {
        self.tail.push(thing);
        if self.tail.len() == PART {
            self.full.push_back(std::mem::take(&mut self.tail).into());
        }
        if PARTS < self.full.len() {
            self.full.pop_front();
        }
    }
}
