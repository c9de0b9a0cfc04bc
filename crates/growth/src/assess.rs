//! One child in, six z-scores out, as WHO's own software computes them.

use core::fmt;

use crate::tables::{
    ARM_FOR_AGE, BMI_FOR_AGE, BMI_FOR_AGE_2007, HEAD_FOR_AGE, HEIGHT_FOR_AGE_2007, LENGTH_FOR_AGE,
    Table, WEIGHT_FOR_AGE, WEIGHT_FOR_AGE_2007, WEIGHT_FOR_HEIGHT, WEIGHT_FOR_LENGTH,
};
use crate::units::{Age, Centimetres, Index, Kilograms, Position, Sex};
use crate::zscore::{Formula, Lms, percentile};

/// Name and version of the computation, to be kept with every stored score.
pub const ALGORITHM: &str = "who-lms/1";

/// From this day on (24 months) children are measured standing.
pub const FIRST_STANDING_DAY: u32 = 731;
/// Months from which WHO 2007 replaces the standards of 2006.
const MONTHS_2007: f64 = 60.0;
/// Under this age a standing height is not believed to be one.
const MONTHS_STANDING: f64 = 9.0;
/// How much longer a child is lying than standing, in cm.
const LYING_LONGER: f64 = 0.7;
/// Without age and position, shorter children are taken as lying.
const LYING_BELOW: f64 = 87.0;

/// What was measured. Absent things are `None`; [`Child::new`] begins with nothing measured.
#[derive(Clone, Copy)]
pub struct Child {
    /// Sex.
    pub sex: Sex,
    /// Age; without it only weight-for-length can be computed.
    pub age: Option<Age>,
    /// Weight.
    pub weight: Option<Kilograms>,
    /// Length or height as measured, not corrected for the position.
    pub lenhei: Option<Centimetres>,
    /// How the length or height was taken.
    pub position: Option<Position>,
    /// Bilateral pitting oedema.
    pub oedema: bool,
    /// Head circumference.
    pub head: Option<Centimetres>,
    /// Mid-upper arm circumference (LiLA).
    pub arm: Option<Centimetres>,
}

impl Child {
    /// A child of whom nothing is measured yet.
    pub fn new(sex: Sex, age: Option<Age>) -> Self {
        Self {
            sex,
            age,
            weight: None,
            lenhei: None,
            position: None,
            oedema: false,
            head: None,
            arm: None,
        }
    }
}

impl fmt::Debug for Child {
    /// Masked: measures of a child do not belong in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Child").finish_non_exhaustive()
    }
}

/// The standard that gave the scores. The two do not meet exactly at 60 months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standard {
    /// WHO Child Growth Standards, under 60 months or age unknown.
    Who2006,
    /// WHO growth reference for 5 to 19 years, from 60 months.
    Who2007,
}

impl Standard {
    /// The standard that judges a child of this age.
    pub fn of(age: Option<Age>) -> Self {
        match age {
            Some(age) if age.months() >= MONTHS_2007 => Self::Who2007,
            _ => Self::Who2006,
        }
    }

    /// The stable key of files and records.
    pub fn key(self) -> &'static str {
        match self {
            Self::Who2006 => "who2006",
            Self::Who2007 => "who2007",
        }
    }
}

/// A z-score rounded to two decimals, half away from zero, with WHO's flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Score {
    hundredths: i32,
    flagged: bool,
}

impl Score {
    /// Rounds and flags the z-score of an index; figures beyond an `i32` of hundredths saturate.
    pub(crate) fn new(index: Index, z: f64) -> Self {
        let hundredths = z * 100.0;
        Self::rounded(index, (hundredths + 0.5_f64.copysign(hundredths)) as i32)
    }

    pub(crate) fn rounded(index: Index, hundredths: i32) -> Self {
        let (low, high) = index.plausible();
        let z = f64::from(hundredths);
        Self {
            hundredths,
            flagged: z < low * 100.0 || z > high * 100.0,
        }
    }

    /// The z-score x 100: cut-offs compare this, so that -2.004 is -2.00 and not below it.
    pub fn hundredths(self) -> i32 {
        self.hundredths
    }

    /// The rounded z-score.
    pub fn z(self) -> f64 {
        f64::from(self.hundredths) / 100.0
    }

    /// Implausible: measure again. Kept and shown, but without category and prevalence.
    pub fn flagged(self) -> bool {
        self.flagged
    }

    /// The percentile of the rounded z-score, 0 to 100.
    pub fn percentile(self) -> f64 {
        percentile(self.z())
    }
}

impl fmt::Display for Score {
    /// Two decimals, and never `-0.00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.hundredths < 0 { "-" } else { "" };
        let size = self.hundredths.unsigned_abs();
        write!(f, "{sign}{}.{:02}", size / 100, size % 100)
    }
}

/// What became of the position of a length or height.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PositionNote {
    /// Standing under nine months is not believed: position unknown, nothing corrected.
    StandingTooYoung,
    /// Not recorded: taken as the usual one of the age, nothing corrected.
    Assumed(Position),
}

/// The scores of one child.
#[derive(Clone, Copy, PartialEq)]
pub struct Assessment {
    /// The standard that gave the scores.
    pub standard: Standard,
    /// Length or height in cm after the correction for the position.
    pub corrected: Option<f64>,
    /// What is to be said about the position; `None` when there is nothing.
    pub position_note: Option<PositionNote>,
    /// Oedema as recorded: such a child has no score on the weight indices.
    pub oedema: bool,
    /// Scores in the order of [`Index::ALL`].
    pub scores: [Option<Score>; 6],
}

impl Assessment {
    /// The score of one index, if it could be computed.
    pub fn score(&self, index: Index) -> Option<Score> {
        self.scores[index as usize]
    }

    /// The score of one index if it is there and plausible.
    pub fn plausible(&self, index: Index) -> Option<Score> {
        self.score(index).filter(|score| !score.flagged)
    }

    /// Whether any score asks for a second measurement.
    pub fn flagged(&self) -> bool {
        self.scores.iter().flatten().any(|score| score.flagged)
    }
}

impl fmt::Debug for Assessment {
    /// Masked: scores of a child do not belong in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assessment").finish_non_exhaustive()
    }
}

/// Computes the six scores of a child.
///
/// ```
/// use simpul_growth::{Age, Child, Grams, Index, Position, Sex, TenthsMm, assess};
/// let child = Child {
///     weight: Some(Grams::parse_kg("7,3")?.into()),
///     lenhei: Some(TenthsMm::parse_cm("69,1")?.into()),
///     position: Some(Position::Lying),
///     ..Child::new(Sex::Male, Some(Age::Days(300)))
/// };
/// let scores = assess(&child);
/// assert_eq!(scores.score(Index::WeightForAge).unwrap().to_string(), "-2.03");
/// // Without a head circumference there is no score of it.
/// assert_eq!(scores.score(Index::HeadForAge), None);
/// # Ok::<(), simpul_growth::MeasureError>(())
/// ```
pub fn assess(child: &Child) -> Assessment {
    let ready = prepare(child);
    let mut scores = [None; 6];
    for (index, point) in Index::ALL.into_iter().zip(ready.points) {
        scores[index as usize] = point.map(|point| Score::new(index, point.z(index).0));
    }
    Assessment {
        standard: ready.standard,
        corrected: ready.corrected,
        position_note: ready.position_note,
        oedema: child.oedema,
        scores,
    }
}

/// The numbers behind one z-score, for a page that shows why.
#[derive(Clone, Copy, PartialEq)]
pub struct Explanation {
    /// The index explained.
    pub index: Index,
    /// The standard its table comes from.
    pub standard: Standard,
    /// The measure that entered the formula: kg, cm or kg/m2, corrected for the position.
    pub measure: f64,
    /// The parameters of the child's sex and age, or sex and length.
    pub lms: Lms,
    /// The form of the formula.
    pub formula: Formula,
    /// The measures at 2 and 3 SD of the child's side of the median, where the restricted form
    /// used them.
    pub sd2_sd3: Option<(f64, f64)>,
    /// The z-score before rounding.
    pub z: f64,
    /// The z-score as it counts.
    pub score: Score,
}

impl fmt::Debug for Explanation {
    /// Masked: measures of a child do not belong in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Explanation")
            .field("index", &self.index)
            .finish_non_exhaustive()
    }
}

/// Shows how the score of one index comes about; `None` where there is no score.
///
/// ```
/// use simpul_growth::{Age, Child, Formula, Index, Kilograms, Sex, explain};
/// let mut child = Child::new(Sex::Male, Some(Age::Days(0)));
/// assert!(explain(&child, Index::WeightForAge).is_none());
/// child.weight = Kilograms::new(1.9);
/// let why = explain(&child, Index::WeightForAge).unwrap();
/// assert_eq!((why.lms.m, why.formula), (3.3464, Formula::BelowThree));
/// assert_eq!(why.score.to_string(), "-3.48");
/// ```
pub fn explain(child: &Child, index: Index) -> Option<Explanation> {
    let ready = prepare(child);
    let Point { measure, lms } = ready.points[index as usize]?;
    let (z, formula) = Point { measure, lms }.z(index);
    let side = match formula {
        Formula::Plain => None,
        Formula::AboveThree => Some(1.0),
        Formula::BelowThree => Some(-1.0),
    };
    Some(Explanation {
        index,
        standard: ready.standard,
        measure,
        lms,
        formula,
        sd2_sd3: side.map(|side| (lms.measure(2.0 * side), lms.measure(3.0 * side))),
        z,
        score: Score::new(index, z),
    })
}

/// Where on a growth chart a line is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum At {
    /// At an age, for every index but weight-for-length.
    Age(Age),
    /// At a lying length, for weight-for-length.
    Length(Centimetres),
    /// At a standing height, for weight-for-height.
    Height(Centimetres),
}

/// The measure (kg, cm, kg/m2) that has this z-score: the lines of a chart. `None` outside the
/// table of the index.
///
/// ```
/// use simpul_growth::{Age, At, Index, Sex, measure_at};
/// let red = measure_at(Index::WeightForAge, Sex::Female, At::Age(Age::Days(365)), -2.0);
/// assert!((red.unwrap() - 7.04).abs() < 0.01);
/// // There is no head table for school children.
/// assert_eq!(measure_at(Index::HeadForAge, Sex::Female, At::Age(Age::Days(3000)), 0.0), None);
/// ```
pub fn measure_at(index: Index, sex: Sex, at: At, z: f64) -> Option<f64> {
    let lms = match at {
        At::Age(age) => by_age(index, sex, age.days(), age.months()),
        At::Length(cm) if index == Index::WeightForLength => by_length(sex, true, cm.get()),
        At::Height(cm) if index == Index::WeightForLength => by_length(sex, false, cm.get()),
        At::Length(_) | At::Height(_) => None,
    }?;
    Some(if index.restricted() {
        lms.measure_restricted(z)
    } else {
        lms.measure(z)
    })
}

/// One index made ready: the measure and what it is judged by.
#[derive(Clone, Copy)]
pub(crate) struct Point {
    pub(crate) measure: f64,
    pub(crate) lms: Lms,
}

impl Point {
    pub(crate) fn z(self, index: Index) -> (f64, Formula) {
        if index.restricted() {
            self.lms.z_restricted(self.measure)
        } else {
            (self.lms.z(self.measure), Formula::Plain)
        }
    }
}

/// Everything but the powers: what the one-child path and the batch share.
pub(crate) struct Ready {
    pub(crate) standard: Standard,
    pub(crate) corrected: Option<f64>,
    pub(crate) position_note: Option<PositionNote>,
    pub(crate) points: [Option<Point>; 6],
}

#[inline]
pub(crate) fn prepare(child: &Child) -> Ready {
    let standard = Standard::of(child.age);
    let age = child.age.map(|age| (age.days(), age.months()));
    let (position, position_note) = believed_position(child, age, standard);
    let lenhei = child.lenhei.map(Centimetres::get);
    let corrected = match standard {
        Standard::Who2006 => lenhei
            .map(|cm| correct(cm, age, position))
            .filter(|cm| *cm > 0.0),
        Standard::Who2007 => lenhei,
    };
    let weight = child.weight.map(Kilograms::get).filter(|_| !child.oedema);
    let point = |index, measure: Option<f64>| {
        let (days, months) = age?;
        let measure = measure?;
        Some(Point {
            measure,
            lms: by_age(index, child.sex, days, months)?,
        })
    };
    let weight_for_length = || {
        let (measure, cm) = (weight?, corrected?);
        let lying = match age {
            Some((days, _)) => days < FIRST_STANDING_DAY,
            None => position.map_or(cm < LYING_BELOW, |position| position == Position::Lying),
        };
        Some(Point {
            measure,
            lms: by_length(child.sex, lying, cm)?,
        })
    };
    let bmi = || {
        let metres = corrected? / 100.0;
        Some(weight? / (metres * metres))
    };
    Ready {
        standard,
        corrected,
        position_note,
        points: [
            point(Index::LengthForAge, corrected),
            point(Index::WeightForAge, weight),
            if standard == Standard::Who2006 {
                weight_for_length()
            } else {
                None
            },
            point(Index::BmiForAge, bmi()),
            point(Index::HeadForAge, child.head.map(Centimetres::get)),
            point(Index::ArmForAge, child.arm.map(Centimetres::get)),
        ],
    }
}

/// The position the computation goes by, and what is to be said about it.
fn believed_position(
    child: &Child,
    age: Option<(u32, f64)>,
    standard: Standard,
) -> (Option<Position>, Option<PositionNote>) {
    if child.lenhei.is_none() || standard == Standard::Who2007 {
        return (child.position, None);
    }
    match (child.position, age) {
        (Some(Position::Standing), Some((_, months))) if months < MONTHS_STANDING => {
            (None, Some(PositionNote::StandingTooYoung))
        }
        (None, Some((days, _))) => {
            let lying = days < FIRST_STANDING_DAY;
            let usual = if lying {
                Position::Lying
            } else {
                Position::Standing
            };
            (None, Some(PositionNote::Assumed(usual)))
        }
        (position, _) => (position, None),
    }
}

/// A height of a child whose length is wanted, and the other way round.
fn correct(cm: f64, age: Option<(u32, f64)>, position: Option<Position>) -> f64 {
    match (position, age) {
        (Some(Position::Standing), Some((days, _))) if days < FIRST_STANDING_DAY => {
            cm + LYING_LONGER
        }
        (Some(Position::Lying), Some((days, _))) if days >= FIRST_STANDING_DAY => cm - LYING_LONGER,
        _ => cm,
    }
}

/// The parameters of an index at an age, from the standard of that age.
#[inline(always)]
fn by_age(index: Index, sex: Sex, days: u32, months: f64) -> Option<Lms> {
    if months < MONTHS_2007 {
        let table = match index {
            Index::LengthForAge => &LENGTH_FOR_AGE,
            Index::WeightForAge => &WEIGHT_FOR_AGE,
            Index::WeightForLength => return None,
            Index::BmiForAge => &BMI_FOR_AGE,
            Index::HeadForAge => &HEAD_FOR_AGE,
            Index::ArmForAge => &ARM_FOR_AGE,
        };
        return table.at(sex, days);
    }
    let (table, last): (&Table, f64) = match index {
        Index::LengthForAge => (&HEIGHT_FOR_AGE_2007, 228.0),
        Index::WeightForAge => (&WEIGHT_FOR_AGE_2007, 120.0),
        Index::BmiForAge => (&BMI_FOR_AGE_2007, 228.0),
        Index::WeightForLength | Index::HeadForAge | Index::ArmForAge => return None,
    };
    let whole = months as u32;
    if months <= last {
        table.between(sex, whole, months - f64::from(whole))
    } else {
        None
    }
}

/// The parameters of weight-for-length (45 to 110 cm) or weight-for-height (65 to 120 cm).
fn by_length(sex: Sex, lying: bool, cm: f64) -> Option<Lms> {
    let table = if lying {
        &WEIGHT_FOR_LENGTH
    } else {
        &WEIGHT_FOR_HEIGHT
    };
    let tenths = cm * 10.0;
    // 51.9 - 0.7 is 51.199...: what lies a float's error beside a row is that row.
    let near = (tenths + 0.5) as u32;
    if (tenths - f64::from(near)).abs() < 1e-9 {
        return table.at(sex, near);
    }
    let whole = tenths as u32;
    table.between(sex, whole, tenths - f64::from(whole))
}
