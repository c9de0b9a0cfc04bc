//! KMS: did the child gain enough this month (N, T, O, B), twice not (2T), below the red line.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::assess::Score;
use crate::units::{Grams, Sex};

/// One weighing of a child at its post.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Weighing {
    /// Calendar month, counted: year x 12 + month.
    pub month: u32,
    /// Completed months of age on that day, by the calendar.
    pub age_months: u32,
    /// Weight.
    pub weight: Grams,
}

/// The letter of a weighing on the KMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gain {
    /// N, naik: gained the least gain of the age (KBM) or more.
    N,
    /// T, tidak naik: gained less.
    T,
    /// O: nothing to compare with, since not weighed last month, or no KBM for the age.
    O,
    /// B, baru: the first weighing at this post.
    B,
}

impl Gain {
    /// The letter of forms and records.
    pub fn key(self) -> &'static str {
        match self {
            Self::N => "N",
            Self::T => "T",
            Self::O => "O",
            Self::B => "B",
        }
    }
}

/// What the KMS says about the latest weighing, with the numbers behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// N, T, O or B.
    pub gain: Gain,
    /// The second T in successive months (2T).
    pub twice: bool,
    /// Grams gained since last month, where there is a comparison.
    pub gained: Option<i64>,
    /// The least gain of this age and sex, where there is a comparison.
    pub needed: Option<u32>,
}

/// How sure a figure of the rules is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// Seen in the source.
    Verified,
    /// Reported by others.
    Secondary,
    /// Sources differ.
    Uncertain,
}

/// The lines of the chart, in SD of weight-for-age.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lines {
    /// Below this a child is BGM (bawah garis merah) and referred.
    pub red: f64,
    /// The lower line at which BGM is counted, too, for posts that still use the older chart.
    pub severe: f64,
    /// Above this a child is referred.
    pub orange: f64,
    /// How sure the lines are.
    pub mark: Mark,
}

/// The least gain of some months of age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kbm {
    /// First and last completed month of age.
    pub months: [u32; 2],
    /// Grams a month for boys.
    pub boys: u32,
    /// Grams a month for girls.
    pub girls: u32,
    /// How sure the figures are.
    pub mark: Mark,
}

/// The rules of the KMS, as data: least gains by age, lines, and where they come from.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Where the figures come from.
    pub source: String,
    /// First day of validity, ISO.
    pub valid_from: String,
    /// Lines of the chart.
    pub lines: Lines,
    /// Least gains, by age without gap or overlap.
    pub kbm: Vec<Kbm>,
}

/// Why a file of KMS rules is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    /// Not of the form of `data/growth/kbm.toml`.
    #[error("the KMS rules cannot be read: {0}")]
    Form(String),
    /// Ages overlap, leave a gap or run backwards.
    #[error("KBM of month {0}: each row must begin where the row before it ends")]
    Ages(u32),
    /// The lines are not in order.
    #[error("the lines must rise: severe, red, 0, orange")]
    Lines,
}

impl Rules {
    /// The rules that come with the program: `data/growth/kbm.toml`.
    pub fn standard() -> &'static Self {
        static RULES: OnceLock<Rules> = OnceLock::new();
        RULES.get_or_init(|| {
            include_str!("../../../data/growth/kbm.toml")
                .parse()
                .expect("the embedded file is read by a test")
        })
    }

    /// The least gain in grams at this age; `None` where the KMS has none.
    pub fn needed(&self, sex: Sex, age_months: u32) -> Option<u32> {
        let row = self
            .kbm
            .iter()
            .find(|r| (r.months[0]..=r.months[1]).contains(&age_months))?;
        Some(match sex {
            Sex::Male => row.boys,
            Sex::Female => row.girls,
        })
    }

    /// Judges the latest weighing of a history at one post; `None` for an empty history.
    ///
    /// The booklet asks B, O, N in this order, else T; N by the KBM alone, which it lets decide
    /// whenever the reading of the curve is in doubt. Of several weighings in a month the last
    /// counts.
    ///
    /// ```
    /// use simpul_growth::kms::{Gain, Rules, Weighing};
    /// use simpul_growth::{Grams, MeasureError, Sex};
    /// let month = 2025 * 12 + 3;
    /// let history = [
    ///     Weighing { month, age_months: 8, weight: Grams::new(8000)? },
    ///     Weighing { month: month + 1, age_months: 9, weight: Grams::new(8200)? },
    /// ];
    /// let status = Rules::standard().status(Sex::Male, &history).unwrap();
    /// assert_eq!((status.gain, status.gained, status.needed), (Gain::T, Some(200), Some(300)));
    /// assert_eq!(Rules::standard().status(Sex::Male, &[]), None);
    /// # Ok::<(), MeasureError>(())
    /// ```
    pub fn status(&self, sex: Sex, history: &[Weighing]) -> Option<Status> {
        let latest = history.iter().map(|weighing| weighing.month).max()?;
        let status = self.month(sex, history, latest)?;
        let before = latest
            .checked_sub(1)
            .and_then(|month| self.month(sex, history, month));
        let twice = status.gain == Gain::T && before.is_some_and(|b| b.gain == Gain::T);
        Some(Status { twice, ..status })
    }

    /// The letter of one month, seen at that month.
    fn month(&self, sex: Sex, history: &[Weighing], month: u32) -> Option<Status> {
        let weighed = |month| history.iter().rfind(|weighing| weighing.month == month);
        let now = weighed(month)?;
        let only = |gain| {
            Some(Status {
                gain,
                twice: false,
                gained: None,
                needed: None,
            })
        };
        if !history.iter().any(|weighing| weighing.month < month) {
            return only(Gain::B);
        }
        let Some(before) = month.checked_sub(1).and_then(weighed) else {
            return only(Gain::O);
        };
        let Some(needed) = self.needed(sex, now.age_months) else {
            return only(Gain::O);
        };
        let gained = i64::from(now.weight.get()) - i64::from(before.weight.get());
        Some(Status {
            gain: if gained >= i64::from(needed) {
                Gain::N
            } else {
                Gain::T
            },
            twice: false,
            gained: Some(gained),
            needed: Some(needed),
        })
    }
}

impl core::str::FromStr for Rules {
    type Err = RulesError;

    /// Reads and checks a file of the form of `data/growth/kbm.toml`.
    fn from_str(text: &str) -> Result<Self, RulesError> {
        let rules: Self = toml::from_str(text).map_err(|e| RulesError::Form(e.to_string()))?;
        let mut next = rules.kbm.first().map_or(0, |row| row.months[0]);
        for row in &rules.kbm {
            if row.months[0] != next || row.months[1] < row.months[0] {
                return Err(RulesError::Ages(row.months[0]));
            }
            next = row.months[1] + 1;
        }
        let Lines {
            red,
            severe,
            orange,
            ..
        } = rules.lines;
        if severe <= red && red < 0.0 && 0.0 < orange {
            Ok(rules)
        } else {
            Err(RulesError::Lines)
        }
    }
}

impl Lines {
    /// BGM: plausible weight-for-age below the red line.
    pub fn below_red(&self, weight_for_age: Score) -> bool {
        !weight_for_age.flagged() && weight_for_age.z() < self.red
    }

    /// Below the lower line of the older chart.
    pub fn below_severe(&self, weight_for_age: Score) -> bool {
        !weight_for_age.flagged() && weight_for_age.z() < self.severe
    }

    /// Plausible weight-for-age above the orange line.
    pub fn above_orange(&self, weight_for_age: Score) -> bool {
        !weight_for_age.flagged() && weight_for_age.z() > self.orange
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(weights: &[(u32, u32, u32)]) -> Vec<Weighing> {
        weights
            .iter()
            .map(|&(month, age_months, grams)| Weighing {
                month,
                age_months,
                weight: Grams::new(grams).unwrap(),
            })
            .collect()
    }

    fn gain(sex: Sex, weights: &[(u32, u32, u32)]) -> (Gain, bool) {
        let status = Rules::standard().status(sex, &history(weights)).unwrap();
        (status.gain, status.twice)
    }

    #[test]
    fn the_letters_are_asked_in_order() {
        let boy = Sex::Male;
        assert_eq!(gain(boy, &[(100, 5, 7000)]), (Gain::B, false));
        assert_eq!(
            gain(boy, &[(98, 3, 7000), (100, 5, 9000)]),
            (Gain::O, false)
        );
        assert_eq!(
            gain(boy, &[(99, 4, 7000), (100, 5, 7500)]),
            (Gain::N, false)
        );
        assert_eq!(
            gain(boy, &[(99, 4, 7000), (100, 5, 7499)]),
            (Gain::T, false)
        );
        assert_eq!(
            gain(boy, &[(99, 4, 7000), (100, 5, 6800)]),
            (Gain::T, false)
        );
        // No least gain before the first month or after the sixtieth: nothing to compare with.
        assert_eq!(
            gain(boy, &[(99, 0, 3000), (100, 0, 3600)]),
            (Gain::O, false)
        );
        assert_eq!(
            gain(boy, &[(99, 60, 15000), (100, 61, 15600)]),
            (Gain::O, false)
        );
        // The last of a month counts.
        assert_eq!(
            gain(boy, &[(99, 4, 9000), (99, 4, 7000), (100, 5, 7500)]),
            (Gain::N, false)
        );
    }

    #[test]
    fn two_t_needs_two_successive_weighings() {
        let girl = Sex::Female;
        let start = [(97, 12, 8000), (98, 13, 8100), (99, 14, 8200)];
        assert_eq!(gain(girl, &start), (Gain::T, true));
        assert_eq!(gain(girl, &start[..2]), (Gain::T, false));
        assert_eq!(
            gain(
                girl,
                &[
                    (97, 12, 8000),
                    (98, 13, 8100),
                    (100, 15, 8150),
                    (101, 16, 8200)
                ]
            ),
            (Gain::T, false)
        );
        assert_eq!(
            gain(girl, &[(97, 12, 8000), (98, 13, 8200), (99, 14, 8300)]),
            (Gain::T, false)
        );
    }

    #[test]
    fn the_embedded_table_is_the_booklets() {
        let rules = Rules::standard();
        let boys: Vec<_> = (0..14).map(|age| rules.needed(Sex::Male, age)).collect();
        let girls: Vec<_> = (0..14).map(|age| rules.needed(Sex::Female, age)).collect();
        let grams = |list: [u32; 13]| [None].into_iter().chain(list.map(Some)).collect::<Vec<_>>();
        assert_eq!(
            boys,
            grams([
                800, 900, 800, 600, 500, 400, 400, 300, 300, 300, 300, 200, 200
            ])
        );
        assert_eq!(
            girls,
            grams([
                800, 900, 800, 600, 500, 400, 300, 300, 300, 300, 200, 200, 200
            ])
        );
        assert_eq!(rules.needed(Sex::Female, 60), Some(200));
        assert_eq!(rules.needed(Sex::Female, 61), None);
    }

    #[test]
    fn rules_with_a_gap_or_crossed_lines_are_refused() {
        let text = include_str!("../../../data/growth/kbm.toml");
        let gap = text.replace("months = [5, 5]", "months = [6, 6]");
        assert_eq!(gap.parse::<Rules>(), Err(RulesError::Ages(6)));
        let crossed = text.replace("red = -2.0", "red = 2.0");
        assert_eq!(crossed.parse::<Rules>(), Err(RulesError::Lines));
    }
}
