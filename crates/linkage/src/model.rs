//! The model of Fellegi and Sunter (1969) as a mixture, learned from the file by expectation and
//! maximisation.
//!
//! A pair of records is of one of five kinds: the same person twice; the same person before and
//! after a move; two members of one household; twins; or two persons who have nothing to do with
//! each other. For each kind each column has a
//! distribution over its levels, and columns count as independent within a kind. What a blocking
//! rule looks at is common by construction, so unrelated pairs have distributions of their own for
//! the columns of the rule that brought them.

use std::collections::BTreeMap;

use crate::compare::{LEVELS, MISSING, Pattern, levels};
use crate::schema::{Kind, Schema};

/// Rounds of learning; the parameters stand still well before.
const ROUNDS: usize = 40;
/// Change of the share of matches at which learning ends.
const STILL: f64 = 1e-7;
/// Pairs that the first guess weighs in the distributions of each kind.
const GUESS: f64 = 40.0;

/// Kinds of pairs that the whole file has in common.
///
/// The first [`SAME`] of them are of the same person: at home, moved; then members of a household,
/// twins.
pub(crate) const SAME: usize = 2;
pub(crate) const KINDS: usize = 4;

pub(crate) type Levels = [f64; LEVELS];

/// The learned parameters.
#[derive(Clone, Debug)]
pub struct Model {
    /// Share of the kind among the candidates of each rule, the unrelated last.
    pub(crate) shares: Vec<[f64; KINDS + 1]>,
    /// By kind and column.
    pub(crate) common: [Vec<Levels>; KINDS],
    /// Unrelated pairs, by rule and column.
    pub(crate) apart: Vec<Vec<Levels>>,
}

/// How often each pattern was seen under each rule.
pub(crate) type Histogram = BTreeMap<(usize, Pattern), u64>;

impl Model {
    /// Learns from the patterns of candidates. `chance` are the levels of pairs drawn at random.
    pub(crate) fn learn(schema: &Schema, seen: &Histogram, chance: &[Levels]) -> Self {
        let mut model = Self::guess(schema, seen, chance);
        let guess = model.clone();
        let mut last = 0.0;
        for _ in 0..ROUNDS {
            let share = model.improve(schema, seen, &guess);
            if (share - last).abs() < STILL {
                break;
            }
            last = share;
        }
        model
    }

    fn guess(schema: &Schema, seen: &Histogram, chance: &[Levels]) -> Self {
        let rules = schema.rules.len();
        let families = schema.knows_families();
        let columns = || schema.columns.iter();
        let same: Vec<Levels> = columns().map(|c| of_the_same(c.kind)).collect();
        let moved = columns()
            .enumerate()
            .map(|(at, c)| match (c.family, c.kind) {
                (true, Kind::Digits | Kind::Code | Kind::Text) => {
                    mixed(&chance[at], &of_the_same(c.kind))
                }
                _ => of_the_same(c.kind),
            });
        let household = columns()
            .enumerate()
            .map(|(at, c)| match (c.family, c.kind) {
                (true, _) => of_the_same(c.kind),
                // A member of the same household with the same NIK is a slip of the pen.
                (false, Kind::Nik) => [0.62, 0.30, 0.06, 0.02, 0.0, 0.0, 0.0],
                // Sons carry the names of their fathers.
                (false, Kind::Name) => [0.86, 0.08, 0.02, 0.03, 0.005, 0.005, 0.0],
                _ => chance[at],
            });
        let twins = columns().map(|c| match (c.family, c.kind) {
            (_, Kind::Nik) => [0.08, 0.90, 0.01, 0.01, 0.0, 0.0, 0.0],
            (true, _) | (_, Kind::Date | Kind::Text) => of_the_same(c.kind),
            (_, Kind::Name) => [0.45, 0.45, 0.08, 0.01, 0.005, 0.005, 0.0],
            _ => [0.4, 0.6, 0.0, 0.0, 0.0, 0.0, 0.0],
        });
        let (moved_share, kin, twin) = if families {
            (0.01, 0.15, 0.002)
        } else {
            (0.0, 0.0, 0.0)
        };
        let smooth = |all: Vec<Levels>| -> Vec<Levels> {
            let kinds = schema.columns.iter().map(|c| c.kind);
            all.into_iter()
                .zip(kinds)
                .map(|(l, kind)| smoothed(l, kind))
                .collect()
        };
        Self {
            shares: vec![[0.1, moved_share, kin, twin, 0.9 - moved_share - kin - twin]; rules],
            apart: guess_apart(schema, seen, chance),
            common: [
                smooth(same),
                smooth(moved.collect()),
                smooth(household.collect()),
                smooth(twins.collect()),
            ],
        }
    }

    /// One round; the share of pairs of the same person.
    fn improve(&mut self, schema: &Schema, seen: &Histogram, guess: &Self) -> f64 {
        let columns = schema.columns.len();
        let rules = schema.rules.len();
        let mut common = [(); KINDS].map(|()| vec![[0.0; LEVELS]; columns]);
        let mut apart = vec![vec![[0.0; LEVELS]; columns]; rules];
        let mut shares = vec![[0.0; KINDS + 1]; rules];
        for ((rule, pattern), count) in seen {
            let kinds = self.kinds(*rule, *pattern);
            let sum: f64 = kinds.iter().sum();
            if sum <= 0.0 {
                continue;
            }
            let weights = kinds.map(|kind| kind / sum * *count as f64);
            for (share, weight) in shares[*rule].iter_mut().zip(weights) {
                *share += weight;
            }
            for at in 0..columns {
                let Some(level) = pattern.level(at) else {
                    continue;
                };
                for (kind, weight) in common.iter_mut().zip(weights) {
                    kind[at][level] += weight;
                }
                apart[*rule][at][level] += weights[KINDS];
            }
        }
        let total: f64 = shares.iter().flatten().sum();
        let same: f64 = shares.iter().flat_map(|share| &share[..SAME]).sum();
        let kind_of = |at: usize| schema.columns[at].kind;
        self.learn_common(schema, &common, guess);
        // Columns that a rule does not look at differ alike among the unrelated pairs of all rules.
        let mut all = vec![[0.0; LEVELS]; columns];
        for of_rule in apart.iter().enumerate() {
            for (at, counts) in of_rule.1.iter().enumerate() {
                if !looks_at(schema, of_rule.0, at) {
                    for (sum, count) in all[at].iter_mut().zip(counts) {
                        *sum += count;
                    }
                }
            }
        }
        for rule in 0..rules {
            for at in 0..columns {
                let before = if looks_at(schema, rule, at) {
                    guess.apart[rule][at]
                } else {
                    normalised(&all[at], &guess.apart[rule][at], GUESS, kind_of(at))
                };
                self.apart[rule][at] =
                    normalised(&apart[rule][at], &before, 4.0 * GUESS, kind_of(at));
            }
            let sum: f64 = shares[rule].iter().sum();
            let weight = 20.0;
            for (share, (count, before)) in self.shares[rule]
                .iter_mut()
                .zip(shares[rule].iter().zip(guess.shares[rule]))
            {
                *share = (count + before * weight) / (sum + weight);
            }
        }
        same / total.max(1.0)
    }

    /// The distributions that all rules have in common, from what was counted.
    fn learn_common(&mut self, schema: &Schema, counts: &[Vec<Levels>; KINDS], guess: &Self) {
        for (at, column) in schema.columns.iter().enumerate() {
            for kind in 0..KINDS {
                let (counts, guess) = (&counts[kind][at], &guess.common[kind][at]);
                let levels = &mut self.common[kind][at];
                *levels = normalised(counts, guess, GUESS, column.kind);
                if kind < SAME && !column.family {
                    held(levels, column.kind);
                }
            }
        }
    }

    /// Likelihood of a pattern under each kind, with its share; the unrelated last.
    pub(crate) fn kinds(&self, rule: usize, pattern: Pattern) -> [f64; KINDS + 1] {
        let mut kinds = self.shares[rule];
        for (at, apart) in self.apart[rule].iter().enumerate() {
            if let Some(level) = pattern.level(at) {
                for (kind, common) in kinds.iter_mut().zip(&self.common) {
                    *kind *= common[at][level];
                }
                kinds[KINDS] *= apart[level];
            }
        }
        kinds
    }

    /// Weight of evidence of a level in bits: how much likelier it is for the same person.
    #[must_use]
    pub fn weight(&self, rule: usize, column: usize, level: usize) -> f64 {
        let same = self.common[0][column][level];
        let apart = self.apart[rule][column][level];
        libm::log2(same / apart)
    }
}

/// A first guess of unrelated pairs: by chance, but as seen where a rule makes columns agree.
fn guess_apart(schema: &Schema, seen: &Histogram, chance: &[Levels]) -> Vec<Vec<Levels>> {
    let mut of_rule = vec![vec![[0.0; LEVELS]; schema.columns.len()]; schema.rules.len()];
    for ((rule, pattern), count) in seen {
        for (at, counts) in of_rule[*rule].iter_mut().enumerate() {
            if let Some(level) = pattern.level(at) {
                counts[level] += *count as f64;
            }
        }
    }
    for (rule, columns) in of_rule.iter_mut().enumerate() {
        for (at, levels) in columns.iter_mut().enumerate() {
            let kind = schema.columns[at].kind;
            *levels = if looks_at(schema, rule, at) {
                normalised(levels, &chance[at], 1.0, kind)
            } else {
                smoothed(chance[at], kind)
            };
        }
    }
    of_rule
}

/// Whether a rule makes a column agree: the rule looks at it, or at a NIK, in which region, date
/// of birth and sex stand as well.
fn looks_at(schema: &Schema, rule: usize, column: usize) -> bool {
    schema.rules[rule].parts.iter().any(|(part, _)| {
        let nik = schema.columns[*part].kind == Kind::Nik;
        let told = matches!(
            schema.columns[column].kind,
            Kind::Date | Kind::Exact | Kind::Code
        );
        *part == column || (nik && told)
    })
}

/// A first guess of the levels of the same person twice, before anything is learned.
fn of_the_same(kind: Kind) -> Levels {
    match kind {
        Kind::Nik => [0.04, 0.02, 0.05, 0.89, 0.0, 0.0, 0.0],
        Kind::Digits => [0.12, 0.0, 0.04, 0.84, 0.0, 0.0, 0.0],
        Kind::Name | Kind::Text => [0.03, 0.04, 0.10, 0.06, 0.05, 0.72, 0.0],
        Kind::Exact => [0.02, 0.98, 0.0, 0.0, 0.0, 0.0, 0.0],
        Kind::Date => [0.02, 0.02, 0.03, 0.07, 0.86, 0.0, 0.0],
        Kind::Code => [0.06, 0.04, 0.05, 0.85, 0.0, 0.0, 0.0],
    }
}

/// Keeps the kinds of the same person from becoming kinds of something else. Where hardly anybody
/// stands in the file twice, learning would give them to father and son; but one person seldom has
/// two NIK, two names, two sexes or two days of birth, however careless the file.
fn held(levels: &mut Levels, kind: Kind) {
    let (unlike, most) = match kind {
        Kind::Nik => (2, 0.25),
        Kind::Date => (2, 0.25),
        Kind::Name => (1, 0.25),
        Kind::Exact => (1, 0.10),
        _ => return,
    };
    let (apart, alike) = levels.split_at_mut(unlike);
    let (of_apart, of_alike): (f64, f64) = (apart.iter().sum(), alike.iter().sum());
    if of_apart > most {
        apart.iter_mut().for_each(|share| *share *= most / of_apart);
        alike
            .iter_mut()
            .for_each(|share| *share *= (1.0 - most) / of_alike);
    }
}

/// What two strangers usually have in common, as counts of 2,000 pairs: it steadies small files, and
/// those in which all rows are of one person.
pub(crate) fn of_strangers(kind: Kind) -> Levels {
    const PAIRS: f64 = 2_000.0;
    let equal = match kind {
        Kind::Nik => 1e-6,
        Kind::Digits | Kind::Date => 1e-4,
        Kind::Name => 1e-3,
        Kind::Text => 0.02,
        Kind::Code => 0.1,
        Kind::Exact => 0.5,
    };
    let top = levels(kind) - 1;
    std::array::from_fn(|level| match level {
        0 => PAIRS * (1.0 - equal),
        _ if level == top => PAIRS * equal,
        _ => 1e-6,
    })
}

/// Half chance, half the same.
fn mixed(chance: &Levels, same: &Levels) -> Levels {
    let sum: f64 = chance.iter().sum();
    std::array::from_fn(|level| (chance[level] / sum + same[level]) / 2.0)
}

/// No level is impossible.
fn smoothed(levels: Levels, kind: Kind) -> Levels {
    normalised(&levels, &levels, 0.0, kind)
}

/// Counts as shares, with a guess that weighs `weight` pairs.
fn normalised(counts: &Levels, guess: &Levels, weight: f64, kind: Kind) -> Levels {
    const LEAST: f64 = 1e-5;
    let used = levels(kind);
    let (of_counts, of_guess): (f64, f64) = (counts.iter().sum(), guess.iter().sum());
    let mut made = [0.0; LEVELS];
    let mut sum = 0.0;
    for level in 0..used {
        let guess = if of_guess > 0.0 {
            guess[level] / of_guess
        } else {
            1.0 / used as f64
        };
        let share = (counts[level] + guess * weight) / (of_counts + weight).max(LEAST);
        made[level] = share.max(LEAST);
        sum += made[level];
    }
    made.map(|share| share / sum)
}

const _: () = assert!(MISSING as usize >= LEVELS);
