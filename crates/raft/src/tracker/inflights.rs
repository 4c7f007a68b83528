//! The window of appends that are on the way to one follower.

use alloc::collections::VecDeque;

use crate::Index;

/// Appends sent and not yet acknowledged, oldest first, limited by count and by payload bytes.
///
/// The limit by bytes is soft: a message may start while the bytes before it are under the limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Inflights {
    /// The last index of each append and its payload bytes.
    window: VecDeque<(Index, u64)>,
    /// Payload bytes in the window.
    bytes: u64,
}

/// The limits of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct WindowLimits {
    pub(crate) messages: usize,
    /// Zero means no limit.
    pub(crate) bytes: u64,
}

impl Inflights {
    /// How many appends are on the way.
    pub fn count(&self) -> usize {
        self.window.len()
    }

    /// How many payload bytes are on the way.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(crate) fn is_full(&self, limits: WindowLimits) -> bool {
        limits.messages <= self.window.len() || (limits.bytes != 0 && limits.bytes <= self.bytes)
    }

    pub(crate) fn add(&mut self, last: Index, bytes: u64) {
        self.window.push_back((last, bytes));
        self.bytes += bytes;
    }

    /// Frees every append whose last index is at most `acknowledged`.
    pub(crate) fn free_to(&mut self, acknowledged: Index) {
        while let Some(&(last, bytes)) = self.window.front()
            && last <= acknowledged
        {
            self.bytes -= bytes;
            self.window.pop_front();
        }
    }

    /// Frees the memory that no append needs.
    pub(crate) fn rest(&mut self) {
        if self.window.is_empty() && self.window.capacity() != 0 {
            self.window = VecDeque::new();
        }
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: WindowLimits = WindowLimits { messages: 3, bytes: 10 };

    #[track_caller]
    fn check(window: &Inflights, count: usize, bytes: u64, full: bool) {
        assert_eq!((window.count(), window.bytes(), window.is_full(LIMITS)), (count, bytes, full));
    }

    #[test]
    fn the_window_fills_by_count_and_frees_by_index() {
        let mut window = Inflights::default();
        for (count, index) in (1..=3).enumerate() {
            check(&window, count, index - 1, false);
            window.add(Index(index), 1);
        }
        check(&window, 3, 3, true);
        window.free_to(Index::ZERO);
        check(&window, 3, 3, true);
        window.free_to(Index(2));
        check(&window, 1, 1, false);
        window.clear();
        check(&window, 0, 0, false);
    }

    #[test]
    fn the_window_fills_by_bytes_softly() {
        let mut window = Inflights::default();
        window.add(Index(1), 9);
        check(&window, 1, 9, false);
        window.add(Index(2), 100);
        check(&window, 2, 109, true);
        window.free_to(Index(1));
        check(&window, 1, 100, true);
        assert!(!window.is_full(WindowLimits { messages: 3, bytes: 0 }));
    }
}
