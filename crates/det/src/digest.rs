//! A hash of a state that is the same on every machine.

use core::hash::Hasher;

use xxhash_rust::xxh3::Xxh3;

/// A 64-bit digest: equal states give equal digests, native and in wasm.
///
/// `derive(Hash)` writes lengths as `usize`, which has 8 bytes here and 4 bytes in wasm32. This
/// hasher widens them and fixes the byte order, so a derived `Hash` may be used freely.
#[derive(Clone, Default)]
pub struct Digest(Xxh3);

impl core::fmt::Debug for Digest {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Digest({:016x})", self.finish())
    }
}

impl Digest {
    /// The digest of nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The digest of one value.
    pub fn of<T: core::hash::Hash + ?Sized>(value: &T) -> u64 {
        let mut digest = Self::new();
        value.hash(&mut digest);
        digest.finish()
    }

    /// A hash chain: the link of `data` onto `prev`. Equal chains mean equal histories.
    #[must_use]
    pub fn chain(prev: u64, data: &[u8]) -> u64 {
        xxhash_rust::xxh3::xxh3_64_with_seed(data, prev)
    }
}

impl Hasher for Digest {
    fn finish(&self) -> u64 {
        self.0.digest()
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn write_u16(&mut self, n: u16) {
        self.write(&n.to_le_bytes());
    }

    fn write_u32(&mut self, n: u32) {
        self.write(&n.to_le_bytes());
    }

    fn write_u64(&mut self, n: u64) {
        self.write(&n.to_le_bytes());
    }

    fn write_usize(&mut self, n: usize) {
        self.write_u64(n as u64);
    }

    fn write_isize(&mut self, n: isize) {
        self.write(&(n as i64).to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn lengths_are_hashed_alike_on_every_machine() {
        // The value was computed once on a 64-bit machine; wasm32 must find the same.
        let a = Digest::of(&vec![1_u32, 2, 3]);
        let mut by_hand = Digest::new();
        by_hand.write_u64(3);
        for n in [1_u32, 2, 3] {
            by_hand.write(&n.to_le_bytes());
        }
        assert_eq!(a, by_hand.finish());
    }

    #[test]
    fn a_chain_depends_on_what_came_before() {
        assert_ne!(Digest::chain(1, b"x"), Digest::chain(2, b"x"));
        assert_ne!(Digest::chain(1, b"x"), Digest::chain(1, b"y"));
    }
}
