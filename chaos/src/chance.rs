//! Chance with a seed: the same seed makes the same choices (D11).

use std::ops::Range;
use std::time::Duration;

/// A stream of choices: SplitMix64, whose whole state is one number.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// The stream of a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A stream of its own for somebody with this name: what others choose does not change it.
    #[must_use]
    pub fn of(seed: u64, name: &str) -> Self {
        // FNV-1a.
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(seed ^ hash)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number of the range, which must not be empty.
    pub fn among(&mut self, range: Range<u64>) -> u64 {
        range.start + self.next() % (range.end - range.start)
    }

    /// An index into something of this length, which must not be 0.
    pub fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.among(0..length as u64)).unwrap_or(0)
    }

    /// True in so many of a hundred cases.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.among(0..100) < percent
    }

    /// A time of so many milliseconds.
    pub fn millis(&mut self, range: Range<u64>) -> Duration {
        Duration::from_millis(self.among(range))
    }

    /// One of the choices, each as probable as its weight.
    pub fn weighted<T: Copy>(&mut self, choices: &[(u64, T)]) -> T {
        let whole = choices.iter().map(|(weight, _)| weight).sum();
        let mut at = self.among(0..whole);
        for (weight, choice) in choices {
            if at < *weight {
                return *choice;
            }
            at -= weight;
        }
        choices[0].1
    }

    /// Some of the things: each with this percentage.
    pub fn some<'a, T>(&mut self, things: &'a [T], percent: u64) -> Vec<&'a T> {
        things.iter().filter(|_| self.percent(percent)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_itself_and_names_part_ways() {
        let draw = |mut chance: Chance| (0..50).map(|_| chance.among(3..90)).collect::<Vec<_>>();
        let seeded = draw(Chance::of(7, "ann"));
        assert_eq!(seeded, draw(Chance::of(7, "ann")));
        assert_ne!(seeded, draw(Chance::of(7, "bob")));
        assert_ne!(seeded, draw(Chance::of(8, "ann")));
        assert!(seeded.iter().all(|number| (3..90).contains(number)));
    }

    #[test]
    fn weights_are_kept() {
        let mut chance = Chance::new(1);
        let rare = (0..10_000)
            .filter(|_| chance.weighted(&[(9, false), (1, true)]))
            .count();
        assert!((800..1_200).contains(&rare), "{rare} of 10000");
    }
}
