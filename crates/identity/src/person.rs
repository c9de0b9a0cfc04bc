//! Small facts of a person or family that parse or refuse.

use std::fmt;

/// Sex as registered.
///
/// ```
/// use simpul_identity::Sex;
/// assert_eq!(Sex::parse("p"), Ok(Sex::Female));
/// assert_eq!(Sex::parse("1").map(Sex::code), Ok("L"));
/// assert!(Sex::parse("X").is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sex {
    /// Laki-laki.
    Male,
    /// Perempuan.
    Female,
}

/// A text that names no sex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a sex; write L (laki-laki) or P (perempuan)")]
pub struct SexError;

impl Sex {
    /// Reads `L`/`P`, `1`/`2`, `Laki-laki`/`Perempuan`, in any case.
    ///
    /// # Errors
    /// [`SexError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, SexError> {
        match text.trim().to_ascii_lowercase().as_str() {
            "l" | "1" | "lk" | "laki-laki" | "laki laki" | "laki" | "pria" => Ok(Self::Male),
            "p" | "2" | "pr" | "perempuan" | "wanita" => Ok(Self::Female),
            _ => Err(SexError),
        }
    }

    /// `L` or `P`, as stored and as written on Indonesian forms.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Male => "L",
            Self::Female => "P",
        }
    }

    /// 1 or 2, as in the WHO's and the ministry's files.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Male => 1,
            Self::Female => 2,
        }
    }
}

/// Desil kesejahteraan of a family in DTSEN: 1 (poorest) to 10. A family without a rank
/// ("belum berdesil") is `None` outside, never a number.
///
/// ```
/// use simpul_identity::Decile;
/// assert_eq!(Decile::new(4).map(Decile::get), Ok(4));
/// assert!(Decile::new(0).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decile(u8);

/// A number outside 1 to 10.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a desil; write 1 to 10, or leave it empty if the family has none")]
pub struct DecileError;

impl Decile {
    /// Takes 1 to 10.
    ///
    /// # Errors
    /// [`DecileError`] outside that range.
    pub fn new(number: u8) -> Result<Self, DecileError> {
        (1..=10)
            .contains(&number)
            .then_some(Self(number))
            .ok_or(DecileError)
    }

    /// Reads a list's cell: a number, or `None` for empty, `0`, `-` and "belum berdesil", the ways
    /// in which lists say that a family has no rank.
    ///
    /// # Errors
    /// [`DecileError`] for anything else.
    pub fn parse(text: &str) -> Result<Option<Self>, DecileError> {
        match text.trim().to_ascii_lowercase().as_str() {
            "" | "0" | "-" | "belum berdesil" => Ok(None),
            number => Self::new(number.parse().map_err(|_| DecileError)?).map(Some),
        }
    }

    /// The number, 1 to 10.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Decile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sex_is_read_as_people_write_it() {
        for text in ["L", " l ", "1", "Laki-laki", "LAKI LAKI", "pria"] {
            assert_eq!(Sex::parse(text), Ok(Sex::Male), "{text}");
        }
        for sex in [Sex::Male, Sex::Female] {
            assert_eq!(Sex::parse(sex.code()), Ok(sex));
            assert_eq!(Sex::parse(&sex.number().to_string()), Ok(sex));
        }
        for text in ["", "0", "3", "LP", "M"] {
            assert_eq!(Sex::parse(text), Err(SexError), "{text}");
        }
    }

    #[test]
    fn a_family_without_a_rank_has_no_decile() {
        for text in ["", "0", " - ", "Belum berdesil"] {
            assert_eq!(Decile::parse(text), Ok(None), "{text}");
        }
        for number in 1..=10 {
            assert_eq!(Decile::parse(&number.to_string()), Ok(Some(Decile(number))));
        }
        for text in ["11", "-1", "1.5", "satu", "999"] {
            assert_eq!(Decile::parse(text), Err(DecileError), "{text}");
        }
    }
}
