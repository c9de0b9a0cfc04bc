//! What is known about a child or family: values, facts, and the three answers.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Language of a sentence; Indonesian comes first, English second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// Bahasa Indonesia.
    #[default]
    Id,
    /// English.
    En,
}

/// One wording in both languages of the screens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Bahasa Indonesia.
    pub id: String,
    /// English.
    pub en: String,
}

impl Text {
    /// The wording in one language.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Id => &self.id,
            Lang::En => &self.en,
        }
    }
}

/// Three answers, never two: a missing answer is not "no".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    /// True whatever the missing answers turn out to be.
    Yes,
    /// False whatever the missing answers turn out to be.
    No,
    /// It still depends on a missing answer.
    Unknown,
}

/// Who looks: decides which facts are visible and which questions may be put.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Kader and the family itself: never a decile.
    Kader,
    /// Puskesos officers and bidan.
    Officer,
}

/// A decimal number with two places, exact.
///
/// ```
/// use simpul_rules::Decimal;
/// assert_eq!("36,5".parse::<Decimal>(), Ok(Decimal::from_hundredths(3650)));
/// assert!("36.555".parse::<Decimal>().is_err()); // finer than two places: refused
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Decimal(i32);

impl Decimal {
    /// The number whose hundredfold is `n`.
    #[must_use]
    pub const fn from_hundredths(n: i32) -> Self {
        Self(n)
    }

    /// A hundred times the number.
    #[must_use]
    pub const fn hundredths(self) -> i32 {
        self.0
    }
}

/// Why a text is not a [`Decimal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a number with at most two decimal places")]
pub struct NotDecimal;

impl FromStr for Decimal {
    type Err = NotDecimal;

    fn from_str(text: &str) -> Result<Self, NotDecimal> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, "0"));
        let is_number = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !is_number(whole) || !is_number(fraction) || fraction.len() > 2 {
            return Err(NotDecimal);
        }
        let n: i32 = format!("{whole}{fraction:0<2}")
            .parse()
            .map_err(|_| NotDecimal)?;
        Ok(Self(if negative { -n } else { n }))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, n) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        let (whole, fraction) = (n / 100, n % 100);
        match fraction {
            0 => write!(f, "{sign}{whole}"),
            _ if fraction % 10 == 0 => write!(f, "{sign}{whole}.{}", fraction / 10),
            _ => write!(f, "{sign}{whole}.{fraction:02}"),
        }
    }
}

/// The value of a fact. `Debug` is masked: a value may be somebody's health.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Yes or no.
    YesNo(bool),
    /// A whole number in the unit of its fact.
    Integer(i32),
    /// A number with two decimal places in the unit of its fact.
    Decimal(Decimal),
    /// The key of one of the options of its fact.
    Choice(String),
    /// A day.
    Date(Date),
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

macro_rules! value_from {
    ($($from:ty => $variant:ident),*) => {$(
        impl From<$from> for Value {
            fn from(v: $from) -> Self {
                Self::$variant(v.into())
            }
        }
    )*};
}
value_from!(bool => YesNo, i32 => Integer, Decimal => Decimal, &str => Choice, String => Choice, Date => Date);

/// Where a fact comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Told to or seen by a kader.
    Kader,
    /// The registry: village roster or DTSEN extract.
    Registry,
    /// Looked up or entered by an officer at the Puskesos desk.
    Desk,
    /// Computed from a measurement.
    Measurement,
}

/// One thing known, with its day and origin. Without a value: asked, and nobody could say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// The value, or none for "belum tahu".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// The local day it was observed, or the date of the extract.
    pub observed: Date,
    /// Where it comes from.
    pub origin: Origin,
}

/// Key of a fact: most are written in the program.
type Key = Cow<'static, str>;

/// All that is known about one child and family, by fact key.
///
/// ```
/// use simpul_rules::{Facts, Origin};
/// use jiff::civil::date;
/// let day = date(2026, 7, 3);
/// let mut facts = Facts::new().with("desil", 3, Origin::Registry, day);
/// facts.set("desil", 5, Origin::Desk, day.yesterday().unwrap()); // older: the newer one stays
/// facts.unanswered("desil", Origin::Kader, day); // "belum tahu" never removes an answer
/// assert_eq!(facts.get("desil").unwrap().value, Some(3.into()));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Facts(BTreeMap<Key, Fact>);

impl Facts {
    /// Nothing known yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a fact; see [`Facts::set`].
    #[must_use]
    pub fn with(
        mut self,
        key: impl Into<Key>,
        value: impl Into<Value>,
        origin: Origin,
        day: Date,
    ) -> Self {
        self.set(key, value, origin, day);
        self
    }

    /// Adds a fact; of two values for one key the later day stays, on the same day the last added.
    pub fn set(&mut self, key: impl Into<Key>, value: impl Into<Value>, origin: Origin, day: Date) {
        self.put(
            key,
            Fact {
                value: Some(value.into()),
                observed: day,
                origin,
            },
        );
    }

    /// Notes that the question was put and nobody could say ("belum tahu").
    pub fn unanswered(&mut self, key: impl Into<Key>, origin: Origin, day: Date) {
        self.put(
            key,
            Fact {
                value: None,
                observed: day,
                origin,
            },
        );
    }

    /// Adds a fact as read from a store, under the rule of [`Facts::set`].
    pub fn put(&mut self, key: impl Into<Key>, fact: Fact) {
        let key = key.into();
        let keeps = self
            .0
            .get(&key)
            .is_some_and(|old| match (&old.value, &fact.value) {
                (Some(_), None) => true,
                (None, Some(_)) => false,
                _ => old.observed > fact.observed,
            });
        if !keeps {
            self.0.insert(key, fact);
        }
    }

    /// Adds all that is known elsewhere, under the rule of [`Facts::set`].
    pub fn put_all(&mut self, others: &Self) {
        for (key, fact) in &others.0 {
            self.put(key.clone(), fact.clone());
        }
    }

    /// The fact of that key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Fact> {
        self.0.get(key)
    }

    /// All facts in order of key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Fact)> {
        self.0.iter().map(|(key, fact)| (key.as_ref(), fact))
    }
}
