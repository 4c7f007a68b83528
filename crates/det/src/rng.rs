//! Random streams by name.

use rand_core::{Rng as _, SeedableRng};
use rand_pcg::Pcg32;

use crate::Digest;

/// One stream of random numbers, owned by one decision-maker.
///
/// Streams are named ("election" of replica 3, "latency" of link 1→2) and derived from the seed of
/// the run, so a draw by one decision-maker never shifts the draws of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rng(Pcg32);

impl Rng {
    /// The stream `name` of decision-maker `id` in the run with this seed.
    pub fn named(seed: u64, name: &str, id: u64) -> Self {
        let state = Digest::of(&(seed, name, id));
        Self(Pcg32::seed_from_u64(state))
    }

    /// The next 32 random bits.
    pub fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    /// A number in `[0, n)`; 0 when `n` is 0. Every number is equally likely to within n/2³².
    pub fn below(&mut self, n: u32) -> u32 {
        let wide = u64::from(self.next_u32()) * u64::from(n);
        u32::try_from(wide >> 32).expect("a product of two u32, shifted by 32, fits")
    }

    /// True with probability `per_million` in a million.
    pub fn chance(&mut self, per_million: u32) -> bool {
        self.below(1_000_000) < per_million
    }
}

impl core::hash::Hash for Rng {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        // Two streams are in the same state exactly if their next two draws agree in practice:
        // the generator has 64 bits of state and an odd increment that its seed fixes.
        let mut copy = self.clone();
        state.write_u64(copy.0.next_u64());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_named_and_repeatable() {
        let mut a = Rng::named(7, "election", 1);
        let mut b = Rng::named(7, "election", 1);
        let mut other = Rng::named(7, "election", 2);
        let first: alloc::vec::Vec<u32> = (0..8).map(|_| a.next_u32()).collect();
        assert!(first.iter().all(|&n| n == b.next_u32()));
        assert!(first.iter().any(|&n| n != other.next_u32()));
    }

    #[test]
    fn below_stays_below_and_reaches_every_value() {
        let mut rng = Rng::named(1, "test", 0);
        let mut seen = [0_u32; 10];
        for _ in 0..10_000 {
            seen[rng.below(10) as usize] += 1;
        }
        assert!(seen.iter().all(|&count| (800..1_200).contains(&count)), "{seen:?}");
        assert_eq!(rng.below(0), 0);
    }
}
