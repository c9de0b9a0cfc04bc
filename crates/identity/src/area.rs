//! Areas of responsibility: the value by which all access is bounded.

use std::{fmt, str::FromStr};

use crate::{RegionCode, digits::Digits};

/// The nation, a region, or the catchment of one Posyandu.
///
/// The text is `ID` for the nation, the 2, 4, 6 or 10 digits of a region, or 13 digits: a village
/// and the three-digit number of a Posyandu in it, where `000` is "no post". What belongs to an
/// area begins with its text, so scope is a range of keys.
///
/// ```
/// use simpul_identity::AreaCode;
/// let village = AreaCode::parse("32.04.12.2001")?;
/// let post = AreaCode::parse("3204122001003")?;
/// assert!(village.contains(&post) && !post.contains(&village));
/// assert_eq!(post.to_string(), "32.04.12.2001.003");
/// assert!(AreaCode::parse("320").is_err());
/// # Ok::<(), simpul_identity::AreaError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AreaCode(Inner);

/// Digits sort before `ID`, as their bytes do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Inner {
    Digits(Digits<13>),
    Nation,
}

/// A text that is no area code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an area code has 2, 4, 6, 10 or 13 digits, such as 32.04.12.2001.003")]
pub struct AreaError;

impl AreaCode {
    /// All of Indonesia, for ministry and system roles.
    pub const NATION: Self = Self(Inner::Nation);

    const NATION_TEXT: &str = "ID";

    /// Reads an area code with or without dots.
    ///
    /// # Errors
    /// [`AreaError`] if it is neither `ID` nor 2, 4, 6, 10 or 13 digits.
    pub fn parse(text: &str) -> Result<Self, AreaError> {
        let text = text.trim();
        if text == Self::NATION_TEXT {
            return Ok(Self::NATION);
        }
        let digits = Digits::parse(text).ok_or(AreaError)?;
        matches!(digits.len(), 2 | 4 | 6 | 10 | 13)
            .then_some(Self(Inner::Digits(digits)))
            .ok_or(AreaError)
    }

    /// The catchment of Posyandu number `post` of a village; 0 is "no post".
    ///
    /// # Errors
    /// [`AreaError`] if `village` is no village or `post` exceeds 999.
    pub fn post(village: RegionCode, post: u16) -> Result<Self, AreaError> {
        if village.level() != crate::region::Level::Village || post > 999 {
            return Err(AreaError);
        }
        Self::parse(&format!("{}{post:03}", village.as_str()))
    }

    /// The text as stored: no dots.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Inner::Digits(digits) => digits.as_str(),
            Inner::Nation => Self::NATION_TEXT,
        }
    }

    /// Whether `other` is this area or lies inside it.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        match self.0 {
            Inner::Nation => true,
            Inner::Digits(_) => other.as_str().starts_with(self.as_str()),
        }
    }

    /// The range of stored texts inside this area: `lo <= text < hi` in byte order exactly when
    /// [`contains`](Self::contains) holds. `:` is the byte after `9`.
    #[must_use]
    pub fn bounds(&self) -> (String, String) {
        let lo = match self.0 {
            Inner::Nation => "0",
            Inner::Digits(_) => self.as_str(),
        };
        (lo.to_owned(), format!("{}:", self.as_str()))
    }

    /// The kabupaten or kota it lies in; none for a province or the nation.
    #[must_use]
    pub fn kabupaten(&self) -> Option<RegionCode> {
        self.prefix(4)
    }

    /// The village it is or lies in, if it is that narrow.
    #[must_use]
    pub fn village(&self) -> Option<RegionCode> {
        self.prefix(10)
    }

    /// The smallest region around it; none for the nation.
    #[must_use]
    pub fn region(&self) -> Option<RegionCode> {
        [10, 6, 4, 2].into_iter().find_map(|len| self.prefix(len))
    }

    /// The number of the Posyandu, if this is a catchment; 0 is "no post".
    #[must_use]
    pub fn post_number(&self) -> Option<u16> {
        match &self.0 {
            Inner::Digits(digits) => digits.as_str().get(10..13)?.parse().ok(),
            Inner::Nation => None,
        }
    }

    fn prefix(&self, len: usize) -> Option<RegionCode> {
        match &self.0 {
            Inner::Digits(digits) => RegionCode::parse(digits.first(len)?).ok(),
            Inner::Nation => None,
        }
    }
}

impl From<RegionCode> for AreaCode {
    fn from(region: RegionCode) -> Self {
        Self(Inner::Digits(
            Digits::parse(region.as_str()).expect("10 digits fit into 13"),
        ))
    }
}

impl FromStr for AreaCode {
    type Err = AreaError;
    fn from_str(text: &str) -> Result<Self, AreaError> {
        Self::parse(text)
    }
}

/// With dots, as people read it.
impl fmt::Display for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Inner::Digits(digits) => digits.write_dotted(f),
            Inner::Nation => f.write_str(Self::NATION_TEXT),
        }
    }
}

impl fmt::Debug for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn area() -> impl Strategy<Value = AreaCode> {
        // Few distinct digits, so that areas inside one another are common.
        let digits = prop::sample::select(vec![2, 4, 6, 10, 13]).prop_flat_map(|len| {
            proptest::collection::vec(prop::sample::select(vec!['0', '1', '9']), len)
        });
        prop_oneof![
            9 => digits.prop_map(|d| AreaCode::parse(&d.into_iter().collect::<String>()).unwrap()),
            1 => Just(AreaCode::NATION),
        ]
    }

    proptest! {
        #[test]
        fn inside_is_exactly_the_range(a in area(), b in area()) {
            let (lo, hi) = a.bounds();
            let text = b.as_str();
            prop_assert_eq!(a.contains(&b), lo.as_str() <= text && text < hi.as_str());
        }

        #[test]
        fn order_is_that_of_the_text_and_the_text_reads_back(a in area(), b in area()) {
            prop_assert_eq!(a.cmp(&b), a.as_str().cmp(b.as_str()));
            prop_assert_eq!(AreaCode::parse(a.as_str()), Ok(a));
            prop_assert_eq!(AreaCode::parse(&a.to_string()), Ok(a));
        }

        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            if let Ok(area) = AreaCode::parse(&text) {
                prop_assert!(area.contains(&area));
            }
        }
    }

    #[test]
    fn parts_of_a_catchment() {
        let village = RegionCode::parse("32.04.12.2001").unwrap();
        let post = AreaCode::post(village, 3).unwrap();
        assert_eq!(post.as_str(), "3204122001003");
        assert_eq!(post.village(), Some(village));
        assert_eq!(post.region(), Some(village));
        assert_eq!(post.kabupaten().unwrap().as_str(), "3204");
        assert_eq!(post.post_number(), Some(3));
        assert_eq!(AreaCode::NATION.kabupaten(), None);
        assert_eq!(AreaCode::parse("32").unwrap().kabupaten(), None);
    }

    #[test]
    fn refuses_what_is_no_area() {
        for text in [
            "",
            "3",
            "320",
            "32041220",
            "32041220010034",
            "id",
            "3204a2",
            "٣٢",
        ] {
            assert_eq!(AreaCode::parse(text), Err(AreaError), "{text}");
        }
        assert!(AreaCode::post(RegionCode::parse("3204").unwrap(), 1).is_err());
        assert!(AreaCode::post(RegionCode::parse("3204122001").unwrap(), 1000).is_err());
    }
}
