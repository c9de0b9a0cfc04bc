//! Randomness that is the same on every machine: ChaCha streams, integers, no mathematics library.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng as _, SeedableRng as _},
};

/// One stream of random numbers, named so that a change in one part of a village leaves the
/// others as they were.
pub(crate) struct Rng(ChaCha8Rng);

impl Rng {
    /// The stream `label`, `index` of a village.
    pub(crate) fn new(seed: u64, area: &str, label: &str, index: usize) -> Self {
        let mut key = [0; 32];
        let words = [seed, fnv(area), fnv(label), index as u64];
        for (bytes, word) in key.chunks_exact_mut(8).zip(words) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        Self(ChaCha8Rng::from_seed(key))
    }

    /// A number below `n`, which is at least 1. The bias of the multiplication is below 2^-32 n.
    pub(crate) fn below(&mut self, n: u32) -> u32 {
        ((u64::from(self.0.next_u32()) * u64::from(n)) >> 32) as u32
    }

    /// A number from `low` to `high`, both possible.
    pub(crate) fn between(&mut self, low: i32, high: i32) -> i32 {
        low + self.below(high.abs_diff(low) + 1) as i32
    }

    /// True in `per_mille` of 1000 cases.
    pub(crate) fn chance(&mut self, per_mille: u32) -> bool {
        self.below(1000) < per_mille
    }

    /// An index, as often as its weight says.
    pub(crate) fn weighted(&mut self, weights: &[u32]) -> usize {
        let mut left = self.below(weights.iter().sum());
        weights
            .iter()
            .position(|weight| {
                let hit = left < *weight;
                left = left.saturating_sub(*weight);
                hit
            })
            .expect("left is below the sum of the weights")
    }

    /// One of a list that is not empty, each as often.
    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len() as u32) as usize]
    }

    /// A number of mean 0 and standard deviation 1, nearly normal: the sum of twelve uniform ones.
    pub(crate) fn normal(&mut self) -> f64 {
        let mut sum = 0u64;
        for _ in 0..3 {
            let word = self.0.next_u64();
            sum += (0..4)
                .map(|part| (word >> (16 * part)) & 0xffff)
                .sum::<u64>();
        }
        // 12 uniforms of 0..=65535: mean 6 x 65535, standard deviation 65536 to within 2^-33.
        (sum as f64 - 393_210.0) / 65_536.0
    }
}

/// FNV-1a, 64 bits (Fowler, Noll and Vo): keys from texts, and the digest of a village.
pub(crate) fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_has_mean_0_and_deviation_1() {
        let mut rng = Rng::new(1, "", "", 0);
        let n = 100_000;
        let draws: Vec<f64> = (0..n).map(|_| rng.normal()).collect();
        let mean = draws.iter().sum::<f64>() / f64::from(n);
        let sd = (draws.iter().map(|x| x * x).sum::<f64>() / f64::from(n) - mean * mean).sqrt();
        let beyond = draws.iter().filter(|x| x.abs() > 1.96).count();
        assert!(mean.abs() < 0.01 && (sd - 1.0).abs() < 0.01, "{mean} {sd}");
        assert!((4_700..5_300).contains(&beyond), "{beyond}");
    }

    #[test]
    fn weights_are_kept_and_zero_is_never_drawn() {
        let mut rng = Rng::new(1, "", "", 0);
        let mut seen = [0; 4];
        for _ in 0..40_000 {
            seen[rng.weighted(&[0, 1, 3, 0])] += 1;
        }
        assert_eq!((seen[0], seen[3]), (0, 0));
        assert!((9_600..10_400).contains(&seen[1]), "{seen:?}");
    }

    #[test]
    fn streams_differ_by_each_part_of_their_name() {
        let first = |seed, area, label, index| Rng::new(seed, area, label, index).below(u32::MAX);
        let all = [
            first(1, "a", "x", 0),
            first(2, "a", "x", 0),
            first(1, "b", "x", 0),
            first(1, "a", "y", 0),
            first(1, "a", "x", 1),
        ];
        assert!(all.iter().enumerate().all(|(i, x)| !all[..i].contains(x)));
        assert_eq!(first(1, "a", "x", 0), all[0]);
    }
}
