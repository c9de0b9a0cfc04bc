//! Units and the words of a measurement: types that parse or refuse.

use core::fmt;
use core::num::NonZeroU32;

/// Days of a month in WHO's standards.
pub const DAYS_PER_MONTH: f64 = 30.4375;

/// Sex of the child, as the growth tables know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sex {
    /// Boy, `1` in files.
    Male,
    /// Girl, `2` in files.
    Female,
}

/// How a child was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Position {
    /// Lying: a length (`l` in files).
    Lying,
    /// Standing: a height (`h` in files).
    Standing,
}

/// Why a typed measure is refused. The texts never repeat what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MeasureError {
    /// Letters, signs, two separators, or nothing.
    #[error("this is not a number; write digits with one comma, like 6,5")]
    NotANumber,
    /// More decimals than the unit holds.
    #[error("there are too many decimals; a weight has at most three, a length at most two")]
    TooFine,
    /// Zero.
    #[error("zero is not a measure; leave the field empty when nothing was measured")]
    Zero,
    /// A weight above [`Grams::MAX`].
    #[error("the weight is above 300 kg; was it written in grams? write kilograms")]
    TooHeavy,
    /// A length above [`TenthsMm::MAX`].
    #[error("the length is above 250 cm; was it written in millimetres? write centimetres")]
    TooLong,
}

/// A weight in whole grams, as scales give and the register keeps it.
///
/// ```
/// use simpul_growth::{Grams, MeasureError};
/// assert_eq!(Grams::parse_kg("6,53")?.get(), 6530);
/// assert_eq!(Grams::parse_kg("6530"), Err(MeasureError::TooHeavy));
/// # Ok::<(), MeasureError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Grams(NonZeroU32);

impl Grams {
    /// The heaviest weight a register takes; above it somebody typed grams.
    pub const MAX: u32 = 300_000;

    /// A weight of `grams`; refuses zero and more than [`Grams::MAX`].
    pub fn new(grams: u32) -> Result<Self, MeasureError> {
        let grams = NonZeroU32::new(grams).ok_or(MeasureError::Zero)?;
        if grams.get() > Self::MAX {
            Err(MeasureError::TooHeavy)
        } else {
            Ok(Self(grams))
        }
    }

    /// Reads kilograms as people type them, comma or point, at most three decimals.
    pub fn parse_kg(text: &str) -> Result<Self, MeasureError> {
        Self::new(decimal(text, 3, MeasureError::TooHeavy)?)
    }

    /// Whole grams.
    pub fn get(self) -> u32 {
        self.0.get()
    }
}

/// A length or circumference in tenths of a millimetre (64.05 cm is 6405).
///
/// ```
/// use simpul_growth::{MeasureError, TenthsMm};
/// assert_eq!(TenthsMm::parse_cm("64.05")?.get(), 6405);
/// assert_eq!(TenthsMm::parse_cm("64.051"), Err(MeasureError::TooFine));
/// # Ok::<(), MeasureError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TenthsMm(NonZeroU32);

impl TenthsMm {
    /// The longest length a register takes; above it somebody typed millimetres.
    pub const MAX: u32 = 25_000;

    /// A length of `tenths` of a millimetre; refuses zero and more than [`TenthsMm::MAX`].
    pub fn new(tenths: u32) -> Result<Self, MeasureError> {
        let tenths = NonZeroU32::new(tenths).ok_or(MeasureError::Zero)?;
        if tenths.get() > Self::MAX {
            Err(MeasureError::TooLong)
        } else {
            Ok(Self(tenths))
        }
    }

    /// Reads centimetres as people type them, comma or point, at most two decimals.
    pub fn parse_cm(text: &str) -> Result<Self, MeasureError> {
        Self::new(decimal(text, 2, MeasureError::TooLong)?)
    }

    /// Tenths of a millimetre.
    pub fn get(self) -> u32 {
        self.0.get()
    }
}

/// Reads a positive decimal into an integer of its smallest unit, without floating point.
fn decimal(text: &str, places: usize, too_large: MeasureError) -> Result<u32, MeasureError> {
    let text = text.trim();
    let (whole, part) = text.split_once([',', '.']).unwrap_or((text, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) {
        return Err(MeasureError::NotANumber);
    }
    let part = part.trim_end_matches('0');
    if part.len() > places {
        return Err(MeasureError::TooFine);
    }
    format!("{whole}{part:0<places$}")
        .parse()
        .map_err(|_| too_large)
}

/// A weight in kilograms as WHO's formulas take it: finite and above zero.
///
/// Files may carry more decimals than [`Grams`] hold, and WHO computes with all of them.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Kilograms(f64);

/// A length or circumference in centimetres as WHO's formulas take it: finite and above zero.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Centimetres(f64);

/// A measure not above zero is no measure.
fn positive(value: f64) -> Option<f64> {
    (value > 0.0 && value.is_finite()).then_some(value)
}

impl Kilograms {
    /// `None` for zero, negative and not finite: that is no measure.
    pub fn new(kg: f64) -> Option<Self> {
        positive(kg).map(Self)
    }

    /// Kilograms.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl Centimetres {
    /// `None` for zero, negative and not finite: that is no measure.
    ///
    /// ```
    /// use simpul_growth::Centimetres;
    /// assert!(Centimetres::new(64.053).is_some());
    /// assert!(Centimetres::new(0.0).is_none());
    /// ```
    pub fn new(cm: f64) -> Option<Self> {
        positive(cm).map(Self)
    }

    /// Centimetres.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl From<Grams> for Kilograms {
    fn from(grams: Grams) -> Self {
        Self(f64::from(grams.get()) / 1000.0)
    }
}

impl From<TenthsMm> for Centimetres {
    fn from(tenths: TenthsMm) -> Self {
        Self(f64::from(tenths.get()) / 100.0)
    }
}

/// A number of months, possibly broken, finite and not negative.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Months(f64);

/// Age at the measurement.
///
/// Days are the better key: WHO's standards under five run by day, and 24 months are day 731.
///
/// ```
/// use simpul_growth::Age;
/// assert_eq!(Age::from_months(24.0).map(Age::days), Some(731));
/// assert_eq!(Age::Days(1826).completed_months(), 59);
/// assert_eq!(Age::from_months(-1.0), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Age {
    /// Whole days since birth.
    Days(u32),
    /// Months, where only those are known.
    Months(Months),
}

impl Age {
    /// An age in months; `None` when negative or not finite.
    pub fn from_months(months: f64) -> Option<Self> {
        (months >= 0.0 && months.is_finite()).then_some(Self::Months(Months(months)))
    }

    /// An age in days that may be broken, as some files carry it; `None` when negative or not
    /// finite.
    pub fn from_days(days: f64) -> Option<Self> {
        let whole = days as u32;
        if f64::from(whole) == days {
            Some(Self::Days(whole))
        } else {
            Self::from_months(days / DAYS_PER_MONTH)
        }
    }

    /// Whole days: months x 30.4375, rounded half up.
    pub fn days(self) -> u32 {
        match self {
            Self::Days(days) => days,
            Self::Months(Months(months)) => (months * DAYS_PER_MONTH + 0.5) as u32,
        }
    }

    /// Months, unrounded: days / 30.4375.
    pub fn months(self) -> f64 {
        match self {
            Self::Days(days) => f64::from(days) / DAYS_PER_MONTH,
            Self::Months(Months(months)) => months,
        }
    }

    /// Months completed, of 30.4375 days each.
    pub fn completed_months(self) -> u32 {
        self.months() as u32
    }
}

/// The six indices, in the order of every array and file of this crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Index {
    /// PB/U or TB/U, `len`.
    LengthForAge,
    /// BB/U, `wei`.
    WeightForAge,
    /// BB/PB or BB/TB, `wfl`.
    WeightForLength,
    /// IMT/U, `bmi`.
    BmiForAge,
    /// Lingkar kepala/U, `hc`.
    HeadForAge,
    /// LiLA/U, `ac`.
    ArmForAge,
}

impl Index {
    /// All six.
    pub const ALL: [Self; 6] = [
        Self::LengthForAge,
        Self::WeightForAge,
        Self::WeightForLength,
        Self::BmiForAge,
        Self::HeadForAge,
        Self::ArmForAge,
    ];

    /// The stable key of files: `zlen` and `flen` are made of `len`.
    pub fn key(self) -> &'static str {
        ["len", "wei", "wfl", "bmi", "hc", "ac"][self as usize]
    }

    /// The lowest and highest plausible z-score (WHO's fixed flags).
    pub fn plausible(self) -> (f64, f64) {
        match self {
            Self::LengthForAge => (-6.0, 6.0),
            Self::WeightForAge => (-6.0, 5.0),
            _ => (-5.0, 5.0),
        }
    }

    /// Whether z beyond 3 SD is measured linearly (all but length, height and head).
    pub fn restricted(self) -> bool {
        !matches!(self, Self::LengthForAge | Self::HeadForAge)
    }
}

impl fmt::Display for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LengthForAge => "TB/U",
            Self::WeightForAge => "BB/U",
            Self::WeightForLength => "BB/TB",
            Self::BmiForAge => "IMT/U",
            Self::HeadForAge => "LK/U",
            Self::ArmForAge => "LiLA/U",
        })
    }
}
