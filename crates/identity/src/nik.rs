//! NIK (nomor induk kependudukan) and KK (nomor kartu keluarga), 16 digits each: `PPKKCC` region of
//! first registration, `DDMMYY` date of birth (women day + 40) or of issue, `SSSS` order of issue.
//!
//! Neither has a check digit, so what can be said of a number has levels: [`NikError`] is a number
//! that nobody was ever given, a [`Finding`] is one that deserves a look at the card. Numbers print
//! masked; the digits leave only through `expose`.

use std::fmt;

use jiff::civil::Date;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::{RegionCode, Sex, region};

/// Age in years above which a date of birth is doubted.
const OLDEST: i16 = 110;

/// Why a number cannot be a NIK or KK number. It never repeats the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NikError {
    /// Something that is not an ASCII digit, at this character of the text (from 1).
    #[error("character {0} is not a digit; write the 16 digits of the card")]
    NotDigit(usize),
    /// Not 16 digits, but this many.
    #[error("{0} digits instead of 16; compare with the card")]
    Length(usize),
    /// A filler such as 9999..., not a number of anybody.
    #[error("a filler, not a real number; leave the field empty if there is none")]
    Placeholder,
    /// The province is in neither the current nor the historic table.
    #[error("digits 1-2 name no province; compare with the card")]
    Province,
    /// Day not 01-31 or 41-71.
    #[error("digits 7-8 are no day (01-31, women 41-71); compare with the card")]
    Day,
    /// Month not 01-12.
    #[error("digits 9-10 are no month; compare with the card")]
    Month,
    /// A date of no century, such as 31 April.
    #[error("digits 7-12 are a date that does not exist; compare with the card")]
    Date,
    /// Serial 0000 is never issued.
    #[error("the last four digits are 0000, which is never issued; compare with the card")]
    Serial,
}

impl NikError {
    /// Stable key, also that of its sentence in the translations.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::NotDigit(_) => "number-not-digit",
            Self::Length(_) => "number-length",
            Self::Placeholder => "number-placeholder",
            Self::Province => "number-province",
            Self::Day => "number-day",
            Self::Month => "number-month",
            Self::Date => "number-date",
            Self::Serial => "number-serial",
        }
    }
}

/// What deserves a look at the card although the number is possible: a warning, never a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Finding {
    /// The kabupaten is not in the current table: probably a code from before a split.
    RegencyUnknown,
    /// The kecamatan is not in the current table: probably an old code.
    DistrictUnknown,
    /// The date of birth differs from the stated one. Real cards do: a NIK is not reissued when the
    /// date is corrected.
    BirthDateDiffers,
    /// The sex differs from the stated one; again, real cards do.
    SexDiffers,
    /// The date of birth makes the person older than 110 years.
    AgeAbove110,
    /// First registered elsewhere than at the stated address.
    RegionDiffers,
    /// The NIK is the number of the family card.
    EqualsKk,
    /// The same NIK stands at another member of the family.
    RepeatedInFamily,
    /// The digits of the date of issue of a KK number are no date.
    IssueDateOdd,
    /// The serial of a KK number is 0000.
    SerialZero,
}

impl Finding {
    /// Stable key, also that of its sentence in the translations.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::RegencyUnknown => "number-regency-unknown",
            Self::DistrictUnknown => "number-district-unknown",
            Self::BirthDateDiffers => "number-birth-date-differs",
            Self::SexDiffers => "number-sex-differs",
            Self::AgeAbove110 => "number-age-above-110",
            Self::RegionDiffers => "number-region-differs",
            Self::EqualsKk => "number-equals-kk",
            Self::RepeatedInFamily => "number-repeated-in-family",
            Self::IssueDateOdd => "number-issue-date-odd",
            Self::SerialZero => "number-serial-zero",
        }
    }
}

/// What else is known of the person whose NIK is checked.
#[derive(Debug, Clone, Copy)]
pub struct Stated<'a> {
    /// Date of birth.
    pub birth_date: Option<Date>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Region of the address, as narrow as known.
    pub address: Option<RegionCode>,
    /// Number of the family card.
    pub kk: Option<&'a KkNumber>,
    /// The day of the check.
    pub today: Date,
}

/// A possible NIK.
///
/// ```
/// use simpul_identity::{Nik, NikError, Sex};
/// let nik = Nik::parse("320412-520190.0003")?;
/// assert_eq!(nik.to_string(), "320412******0003");
/// assert_eq!(nik.sex(), Sex::Female);
/// assert_eq!(nik.expose().as_str(), "3204125201900003");
/// assert_eq!(Nik::parse("3204123202900003"), Err(NikError::Day));
/// # Ok::<(), NikError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, ZeroizeOnDrop)]
pub struct Nik(u64);

impl Nik {
    /// Reads a NIK; spaces, dots and hyphens are ignored.
    ///
    /// # Errors
    /// [`NikError`] if nobody can have been given this number.
    pub fn parse(text: &str) -> Result<Self, NikError> {
        let nik = Self(sixteen_digits(text)?);
        match (nik.coded_day(), nik.month()) {
            (0 | 32..=40 | 72.., _) => Err(NikError::Day),
            (_, 0 | 13..) => Err(NikError::Month),
            _ if nik.dates().next().is_none() => Err(NikError::Date),
            _ if nik.serial() == 0 => Err(NikError::Serial),
            _ => Ok(nik),
        }
    }

    /// All 16 digits, wiped when dropped. Only for sealing, look-up and roles that need them.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        expose(self.0)
    }

    /// The kecamatan of first registration, in the numbering of that time; kept for life, so not
    /// the address.
    #[must_use]
    pub fn prefix(&self) -> RegionCode {
        prefix(self.0)
    }

    /// Sex at registration.
    #[must_use]
    pub fn sex(&self) -> Sex {
        if self.coded_day() > 40 {
            Sex::Female
        } else {
            Sex::Male
        }
    }

    /// Order of issue for the prefix and date, 1 to 9999.
    #[must_use]
    pub fn serial(&self) -> u16 {
        part(self.0, 12, 4)
    }

    /// The date of birth. The number has no century: the one nearest to the stated date is taken,
    /// and without a stated date the latest that is not in the future.
    #[must_use]
    pub fn birth_date(&self, stated: Option<Date>, today: Date) -> Date {
        let nearest = |date: &Date| match stated {
            Some(stated) => (stated - *date).get_days().unsigned_abs(),
            None if *date > today => u32::MAX,
            None => (today - *date).get_days().unsigned_abs(),
        };
        self.dates()
            .min_by_key(nearest)
            .expect("parse refuses a date of no century")
    }

    /// Warnings in the light of what else is known.
    #[must_use]
    pub fn check(&self, stated: &Stated<'_>) -> Vec<Finding> {
        let born = self.birth_date(stated.birth_date, stated.today);
        let mut found: Vec<_> = check_region(self.prefix()).into_iter().collect();
        let mut warn = |finding, holds| {
            if holds {
                found.push(finding);
            }
        };
        warn(
            Finding::BirthDateDiffers,
            stated.birth_date.is_some_and(|date| date != born),
        );
        warn(
            Finding::SexDiffers,
            stated.sex.is_some_and(|sex| sex != self.sex()),
        );
        warn(Finding::AgeAbove110, age(born, stated.today) > OLDEST);
        warn(
            Finding::RegionDiffers,
            stated.address.is_some_and(|address| {
                let prefix = self.prefix();
                !address.contains(&prefix) && !prefix.contains(&address)
            }),
        );
        warn(
            Finding::EqualsKk,
            stated.kk.is_some_and(|kk| kk.0 == self.0),
        );
        found
    }

    fn coded_day(&self) -> u16 {
        part(self.0, 6, 2)
    }

    fn month(&self) -> u16 {
        part(self.0, 8, 2)
    }

    /// The dates of birth this number can mean, one a century.
    fn dates(&self) -> impl Iterator<Item = Date> {
        dates(part(self.0, 10, 2), self.month(), self.coded_day() % 40)
    }
}

/// Positions of the NIKs that occur more than once among the members of a family
/// ([`Finding::RepeatedInFamily`]).
#[must_use]
pub fn repeated(family: &[Option<Nik>]) -> Vec<usize> {
    let often = |nik: &Nik| {
        family
            .iter()
            .flatten()
            .filter(|other| *other == nik)
            .count()
            > 1
    };
    let places = family.iter().enumerate();
    places
        .filter(|(_, nik)| nik.as_ref().is_some_and(often))
        .map(|(place, _)| place)
        .collect()
}

/// A possible KK number. It changes when the card is split or reissued, so it is no permanent key
/// of a family.
///
/// ```
/// use simpul_identity::{KkNumber, NikError};
/// let kk = KkNumber::parse("3204 1215 0812 0021")?;
/// assert_eq!(format!("{kk:?}"), "320412******0021");
/// assert_eq!(KkNumber::parse("9999999999999999"), Err(NikError::Placeholder));
/// # Ok::<(), NikError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, ZeroizeOnDrop)]
pub struct KkNumber(u64);

impl KkNumber {
    /// Reads a KK number; spaces, dots and hyphens are ignored. Date and serial are not judged here
    /// but in [`check`](Self::check): their rule is less certain than that of the NIK.
    ///
    /// # Errors
    /// [`NikError`] if no family can have been given this number.
    pub fn parse(text: &str) -> Result<Self, NikError> {
        sixteen_digits(text).map(Self)
    }

    /// All 16 digits, wiped when dropped. Only for sealing, look-up and roles that need them.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        expose(self.0)
    }

    /// The kecamatan that issued the card, in the numbering of that time.
    #[must_use]
    pub fn prefix(&self) -> RegionCode {
        prefix(self.0)
    }

    /// Warnings about the number itself.
    #[must_use]
    pub fn check(&self) -> Vec<Finding> {
        let mut found: Vec<_> = check_region(self.prefix()).into_iter().collect();
        let [day, month, year] = [6, 8, 10].map(|from| part(self.0, from, 2));
        if dates(year, month, day).next().is_none() {
            found.push(Finding::IssueDateOdd);
        }
        if part(self.0, 12, 4) == 0 {
            found.push(Finding::SerialZero);
        }
        found
    }
}

/// The rules common to NIK and KK: 16 digits, no filler, a province that exists or existed.
fn sixteen_digits(text: &str) -> Result<u64, NikError> {
    let (mut number, mut count) = (0_u64, 0_usize);
    for (place, char) in text.chars().enumerate() {
        if char.is_whitespace() || matches!(char, '.' | '-') {
            continue;
        }
        let digit = char.to_digit(10).ok_or(NikError::NotDigit(place + 1))?;
        number = number.saturating_mul(10).saturating_add(digit.into());
        count += 1;
    }
    if count != 16 {
        return Err(NikError::Length(count));
    }
    // All digits equal is a multiple of sixteen ones.
    let filler = number.is_multiple_of(1_111_111_111_111_111)
        || number == 1_234_567_890_123_456
        || matches!(part(number, 0, 4), 0 | 9999);
    match filler {
        true => Err(NikError::Placeholder),
        false if !region::province_ever_existed(part(number, 0, 2)) => Err(NikError::Province),
        false => Ok(number),
    }
}

/// `len` (up to 4) of the 16 digits, beginning at `from`.
fn part(number: u64, from: u32, len: u32) -> u16 {
    let shifted = number / 10_u64.pow(16 - from - len);
    u16::try_from(shifted % 10_u64.pow(len)).expect("up to four digits fit")
}

fn prefix(number: u64) -> RegionCode {
    RegionCode::from_number(number / 10_u64.pow(10), region::Level::District)
}

/// The date in each century of the living.
fn dates(year: u16, month: u16, day: u16) -> impl Iterator<Item = Date> {
    let small = |number: u16| i8::try_from(number).ok();
    [1900_i16, 2000].into_iter().filter_map(move |century| {
        let year = century + i16::try_from(year).ok()?;
        Date::new(year, small(month)?, small(day)?).ok()
    })
}

/// Age in completed years.
fn age(born: Date, today: Date) -> i16 {
    let birthday_ahead = (today.month(), today.day()) < (born.month(), born.day());
    today.year() - born.year() - i16::from(birthday_ahead)
}

fn check_region(prefix: RegionCode) -> Option<Finding> {
    if region::name(prefix).is_some() {
        None
    } else if prefix.kabupaten().and_then(region::name).is_some() {
        Some(Finding::DistrictUnknown)
    } else {
        Some(Finding::RegencyUnknown)
    }
}

fn expose(number: u64) -> Zeroizing<String> {
    Zeroizing::new(format!("{number:016}"))
}

fn mask(number: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(
        f,
        "{:06}******{:04}",
        number / 10_u64.pow(10),
        number % 10_000
    )
}

impl fmt::Display for Nik {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        mask(self.0, f)
    }
}

impl fmt::Debug for Nik {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        mask(self.0, f)
    }
}

impl fmt::Display for KkNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        mask(self.0, f)
    }
}

impl fmt::Debug for KkNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        mask(self.0, f)
    }
}

#[cfg(test)]
mod tests;
