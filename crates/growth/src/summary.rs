//! What the scores of many children say: prevalence by WHO's age groups, flags, referrals.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use crate::assess::{Assessment, Child, Score, Standard};
use crate::kms::Lines;
use crate::referral::{Reason, reasons};
use crate::units::{Age, Index};

/// First month of each age group of prevalence (WHO), after the group of all.
const GROUP_MONTHS: [u32; 6] = [0, 6, 12, 24, 36, 48];
/// The two-sided 95 % point of the normal distribution.
const Z95: f64 = 1.959_963_984_540_054;

/// How many of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Children counted.
    pub hits: u64,
    /// Children with a plausible score.
    pub of: u64,
}

impl Share {
    /// Per cent; `None` of nobody.
    pub fn percent(self) -> Option<f64> {
        (self.of > 0).then(|| 100.0 * self.hits as f64 / self.of as f64)
    }

    /// The 95 % interval in per cent by Wilson's formula, which stays within 0 and 100 for the
    /// small numbers of a village; for a simple random sample. `None` of nobody.
    ///
    /// ```
    /// use simpul_growth::summary::Share;
    /// let (low, high) = Share { hits: 10, of: 100 }.interval().unwrap();
    /// assert_eq!((low * 100.0).round() / 100.0, 5.52);
    /// assert_eq!((high * 100.0).round() / 100.0, 17.44);
    /// assert_eq!(Share { hits: 0, of: 0 }.interval(), None);
    /// ```
    pub fn interval(self) -> Option<(f64, f64)> {
        let p = self.percent()? / 100.0;
        let n = self.of as f64;
        let z2 = Z95 * Z95;
        let centre = p + z2 / (2.0 * n);
        let half = Z95 * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
        let bound = |side: f64| 100.0 * ((centre + side * half) / (1.0 + z2 / n)).clamp(0.0, 1.0);
        Some((bound(-1.0), bound(1.0)))
    }
}

/// The cut-offs counted, in SD; the negative ones count below, the positive ones above.
pub const CUTOFFS: [i32; 4] = [-3, -2, 2, 3];

/// One index in one age group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Cell {
    of: u64,
    hits: [u64; 4],
}

/// Counts children as they come; see [`Summary::add`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// All children.
    pub children: u64,
    /// Of them 60 months or older: scored by WHO 2007, not part of the prevalence.
    pub schoolchildren: u64,
    /// With bilateral pitting oedema.
    pub oedema: u64,
    /// With at least one flagged score.
    pub flagged: u64,
    /// Flagged scores by index, in the order of [`Index::ALL`].
    pub flags: [u64; 6],
    /// With at least one reason for a referral that follows from the measures alone.
    pub referred: u64,
    /// Children by reason.
    pub reasons: BTreeMap<Reason, u64>,
    /// By age group (0 is all), then index.
    cells: [[Cell; 4]; 7],
}

impl Summary {
    /// The indices of the prevalence tables.
    pub const INDICES: [Index; 4] = [
        Index::LengthForAge,
        Index::WeightForAge,
        Index::WeightForLength,
        Index::BmiForAge,
    ];

    /// Counts one child. Flagged scores are left out of the prevalence; a child with oedema
    /// counts as below -3 SD on the weight indices, whatever was measured (WHO).
    pub fn add(&mut self, child: &Child, scores: &Assessment, lines: &Lines) {
        self.children += 1;
        self.oedema += u64::from(child.oedema);
        self.flagged += u64::from(scores.flagged());
        for (count, score) in self.flags.iter_mut().zip(scores.scores) {
            *count += u64::from(score.is_some_and(Score::flagged));
        }
        let found = reasons(child, scores, None, lines);
        self.referred += u64::from(!found.is_empty());
        for reason in found {
            *self.reasons.entry(reason).or_default() += 1;
        }
        if scores.standard == Standard::Who2007 {
            self.schoolchildren += 1;
            return;
        }
        let group = child.age.map(Age::completed_months).map(|months| {
            1 + GROUP_MONTHS
                .iter()
                .rposition(|first| months >= *first)
                .unwrap_or(0)
        });
        for (at, index) in Self::INDICES.into_iter().enumerate() {
            let z = if child.oedema && index != Index::LengthForAge {
                -301
            } else if let Some(score) = scores.plausible(index) {
                score.hundredths()
            } else {
                continue;
            };
            for group in [Some(0), group].into_iter().flatten() {
                self.cells[group][at].add(z);
            }
        }
    }

    /// Children of a group beyond a cut-off of [`CUTOFFS`]. Group 0 is all under five, 1 to 6 are
    /// 0-5, 6-11, 12-23, 24-35, 36-47 and 48-59 months. `None` where nothing is counted so.
    pub fn share(&self, group: usize, index: Index, cutoff: i32) -> Option<Share> {
        let at = Self::INDICES.iter().position(|known| *known == index)?;
        let cut = CUTOFFS.iter().position(|known| *known == cutoff)?;
        let cell = self.cells.get(group)?[at];
        Some(Share {
            hits: cell.hits[cut],
            of: cell.of,
        })
    }

    /// The summary as plain text.
    pub fn text(&self, language: Language) -> String {
        let mut text = String::new();
        self.write(&mut text, language.words())
            .expect("a String takes all text");
        text
    }

    fn write(&self, text: &mut String, words: &Words) -> fmt::Result {
        writeln!(text, "{}: {}", words.children, self.children)?;
        writeln!(text, "{}: {}", words.schoolchildren, self.schoolchildren)?;
        writeln!(text, "{}: {}", words.oedema, self.oedema)?;
        write!(text, "{}: {}", words.flagged, self.flagged)?;
        for (index, count) in Index::ALL
            .into_iter()
            .zip(self.flags)
            .filter(|(_, n)| *n > 0)
        {
            write!(text, "; {index} {count}")?;
        }
        writeln!(text, "\n{}: {}", words.referred, self.referred)?;
        for (reason, count) in &self.reasons {
            writeln!(text, "  {} {count}", reason.key())?;
        }
        writeln!(text, "\n{}", words.prevalence)?;
        for index in Self::INDICES {
            write!(text, "\n{:<14}{:>7}", index.to_string(), "n")?;
            for cutoff in CUTOFFS {
                let side = if cutoff < 0 { '<' } else { '>' };
                write!(text, "{:>20}", format!("{side} {cutoff:+} SD"))?;
            }
            text.push('\n');
            for (group, name) in words.groups.iter().enumerate() {
                self.line(text, group, index, name)?;
            }
        }
        Ok(())
    }

    fn line(&self, text: &mut String, group: usize, index: Index, name: &str) -> fmt::Result {
        for cutoff in CUTOFFS {
            let Some(share) = self.share(group, index, cutoff) else {
                continue;
            };
            if cutoff == CUTOFFS[0] {
                write!(text, "{name:<14}{:>7}", share.of)?;
            }
            let cell = match (share.percent(), share.interval()) {
                (Some(percent), Some((low, high))) => {
                    format!("{percent:.1} ({low:.1} - {high:.1})")
                }
                _ => "-".to_owned(),
            };
            write!(text, "{cell:>20}")?;
        }
        writeln!(text)
    }
}

impl Cell {
    fn add(&mut self, hundredths: i32) {
        self.of += 1;
        for (hits, cutoff) in self.hits.iter_mut().zip(CUTOFFS) {
            let beyond = if cutoff < 0 {
                hundredths < cutoff * 100
            } else {
                hundredths > cutoff * 100
            };
            *hits += u64::from(beyond);
        }
    }
}

/// Language of [`Summary::text`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Bahasa Indonesia.
    Indonesian,
    /// English.
    English,
}

struct Words {
    children: &'static str,
    schoolchildren: &'static str,
    oedema: &'static str,
    flagged: &'static str,
    referred: &'static str,
    prevalence: &'static str,
    groups: [&'static str; 7],
}

impl Language {
    fn words(self) -> &'static Words {
        match self {
            Self::Indonesian => &Words {
                children: "Anak",
                schoolchildren: "Berumur 5 tahun ke atas (tidak dihitung di tabel)",
                oedema: "Dengan edema",
                flagged: "Angka tidak biasa, perlu diukur lagi",
                referred: "Perlu dirujuk menurut hasil ukur",
                prevalence: "Balita, persen (selang kepercayaan 95 %), tanpa angka tidak biasa",
                groups: [
                    "0-59 bulan",
                    "0-5 bulan",
                    "6-11 bulan",
                    "12-23 bulan",
                    "24-35 bulan",
                    "36-47 bulan",
                    "48-59 bulan",
                ],
            },
            Self::English => &Words {
                children: "Children",
                schoolchildren: "Five years or older (not in the tables)",
                oedema: "With oedema",
                flagged: "Implausible, to be measured again",
                referred: "To be referred by the measures",
                prevalence: "Under five, per cent (95 % interval), implausible scores left out",
                groups: [
                    "0-59 months",
                    "0-5 months",
                    "6-11 months",
                    "12-23 months",
                    "24-35 months",
                    "36-47 months",
                    "48-59 months",
                ],
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::assess;
    use crate::kms::Rules;
    use crate::units::{Kilograms, Sex};

    fn add(summary: &mut Summary, child: Child) {
        summary.add(&child, &assess(&child), &Rules::standard().lines);
    }

    #[test]
    fn oedema_counts_as_severe_and_flags_do_not_count() {
        let mut summary = Summary::default();
        let infant = Child::new(Sex::Male, Some(Age::Days(100)));
        add(
            &mut summary,
            Child {
                oedema: true,
                ..infant
            },
        );
        add(
            &mut summary,
            Child {
                weight: Kilograms::new(6.4),
                ..infant
            },
        );
        add(
            &mut summary,
            Child {
                weight: Kilograms::new(1.0),
                ..infant
            },
        );
        add(
            &mut summary,
            Child {
                weight: Kilograms::new(4.8),
                ..infant
            },
        );
        let share = |group, cutoff| summary.share(group, Index::WeightForAge, cutoff).unwrap();
        assert_eq!(share(0, -3), Share { hits: 1, of: 3 });
        assert_eq!(share(1, -2), Share { hits: 2, of: 3 });
        assert_eq!(share(2, -2), Share { hits: 0, of: 0 });
        assert_eq!(
            (summary.flagged, summary.flags[1], summary.oedema),
            (1, 1, 1)
        );
        assert_eq!(
            summary.share(0, Index::LengthForAge, -3),
            Some(Share { hits: 0, of: 0 })
        );
        assert_eq!(summary.share(0, Index::HeadForAge, -3), None);
    }

    #[test]
    fn age_groups_end_at_unrounded_months() {
        let mut summary = Summary::default();
        let at = |months| Child {
            weight: Kilograms::new(11.0),
            ..Child::new(Sex::Female, Age::from_months(months))
        };
        for months in [5.99, 6.0, 23.99, 24.0, 59.99, 60.0] {
            add(&mut summary, at(months));
        }
        let n = |group| summary.share(group, Index::WeightForAge, -2).unwrap().of;
        assert_eq!([0, 1, 2, 3, 4, 5, 6].map(n), [5, 1, 1, 1, 1, 0, 1]);
        assert_eq!(summary.schoolchildren, 1);
    }
}
