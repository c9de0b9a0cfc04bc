//! The facts that rules may speak of, each declared once in `data/facts.toml`.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

use crate::file::{Source, duplicate};
use crate::verdict::{Known, Seen, Used};
use crate::{Audience, Decimal, Fact, FactError, Facts, FileError, Text, Value};

/// One of the answers of a choice, with the words shown for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Stored key.
    pub key: String,
    /// Words on the screen.
    pub words: Text,
}

/// Type and range of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Yes or no.
    YesNo,
    /// A whole number, both bounds included.
    Integer {
        /// Smallest value.
        min: i32,
        /// Largest value.
        max: i32,
    },
    /// A number with two decimal places, both bounds included.
    Decimal {
        /// Smallest value.
        min: Decimal,
        /// Largest value.
        max: Decimal,
    },
    /// One of these.
    Choice(Vec<Choice>),
    /// A day.
    Date,
}

impl Kind {
    /// Whether the value has this type and lies in its range.
    #[must_use]
    pub fn accepts(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::YesNo, Value::YesNo(_)) | (Self::Date, Value::Date(_)) => true,
            (Self::Integer { min, max }, Value::Integer(n)) => (min..=max).contains(&n),
            (Self::Decimal { min, max }, Value::Decimal(n)) => (min..=max).contains(&n),
            (Self::Choice(options), Value::Choice(key)) => options.iter().any(|o| o.key == *key),
            _ => false,
        }
    }

    fn parse(&self, text: &str) -> Option<Value> {
        let value = match self {
            Self::YesNo => match text {
                "ya" | "yes" => Value::YesNo(true),
                "tidak" | "no" => Value::YesNo(false),
                _ => return None,
            },
            Self::Integer { .. } => Value::Integer(text.parse().ok()?),
            Self::Decimal { .. } => Value::Decimal(text.parse().ok()?),
            Self::Choice(_) => Value::Choice(text.to_owned()),
            Self::Date => Value::Date(text.parse().ok()?),
        };
        self.accepts(&value).then_some(value)
    }

    /// The words of an option.
    pub(crate) fn words(&self, option: &str) -> Option<&Text> {
        match self {
            Self::Choice(options) => options.iter().find(|o| o.key == option).map(|o| &o.words),
            _ => None,
        }
    }

    fn expected(&self) -> String {
        match self {
            Self::YesNo => "`ya` or `tidak`".to_owned(),
            Self::Integer { min, max } => format!("a whole number from {min} to {max}"),
            Self::Decimal { min, max } => format!("a number from {min} to {max}"),
            Self::Choice(options) => {
                let keys: Vec<_> = options.iter().map(|o| format!("`{}`", o.key)).collect();
                format!("one of {}", keys.join(", "))
            }
            Self::Date => "a date like 2026-07-31".to_owned(),
        }
    }
}

/// How delicate a fact is under UU 27/2022.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// General personal data.
    General,
    /// Specific data: health, children, personal finance.
    Specific,
}

/// The declaration of one fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactDef {
    /// Key used in rules and stores.
    pub key: String,
    /// Type and range.
    pub kind: Kind,
    /// Unit shown after a number.
    pub unit: Option<Text>,
    /// Short name.
    pub name: Text,
    /// Question as put to a family; present exactly when `ask` is.
    pub question: Option<Text>,
    /// Days an answer stays fresh; none = for good.
    pub fresh_days: Option<u16>,
    /// Who may see it.
    pub see: Audience,
    /// Who is asked or looks it up; none = measured or computed, never asked.
    pub ask: Option<Audience>,
    /// Place in the order of asking, unique.
    pub order: u16,
    /// How delicate it is.
    pub sensitivity: Sensitivity,
}

impl FactDef {
    /// What is known of this fact, as this audience may see it on that day.
    pub(crate) fn look(&self, facts: &Facts, today: Date, audience: Audience) -> Used {
        let blank = |state| Used {
            key: self.key.clone(),
            state,
            value: None,
            observed: None,
            origin: None,
        };
        if audience < self.see {
            return blank(Known::Hidden);
        }
        let Some(fact) = facts.get(&self.key) else {
            return blank(Known::Missing);
        };
        let fresh = self.is_fresh(fact.observed, today);
        let state = match &fact.value {
            Some(value) if !self.kind.accepts(value) => return blank(Known::Unfit),
            Some(_) if fresh => Known::Fresh,
            Some(_) => Known::Stale,
            None if fresh => Known::Unanswered,
            None => Known::Missing,
        };
        Used {
            state,
            value: fact.value.clone(),
            observed: Some(fact.observed),
            origin: Some(fact.origin),
            ..blank(state)
        }
    }

    /// The value, where it is visible, fresh and fit: what [`FactDef::look`] calls `Fresh`.
    fn fresh<'a>(&self, fact: &'a Fact, today: Date, audience: Audience) -> Option<&'a Value> {
        let value = fact.value.as_ref().filter(|_| audience >= self.see)?;
        (self.kind.accepts(value) && self.is_fresh(fact.observed, today)).then_some(value)
    }

    fn is_fresh(&self, observed: Date, today: Date) -> bool {
        self.fresh_days
            .is_none_or(|days| crate::days_between(observed, today) <= i64::from(days))
    }
}

/// All declared facts, in ask order.
///
/// ```
/// use simpul_rules::{Rulebook, Value};
/// let facts = Rulebook::embedded().catalogue();
/// assert_eq!(facts.answer("jkn_aktif", "ya").unwrap(), Some(Value::YesNo(true)));
/// assert_eq!(facts.answer("jkn_aktif", "").unwrap(), None); // belum tahu
/// assert_eq!(
///     facts.answer("desil", "11").unwrap_err().to_string(),
///     "the answer to `desil` must be a whole number from 0 to 10",
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Catalogue {
    defs: Vec<FactDef>,
    by_key: BTreeMap<String, usize>,
}

impl Catalogue {
    /// Reads the text of a `facts.toml`.
    ///
    /// # Errors
    /// A fact without a name, with a wrong range, a key or order used twice, a question without
    /// an audience or the other way round, or one put to somebody who may not see the answer.
    pub fn parse(file: &str, text: &str) -> Result<Self, FileError> {
        let source = Source(file);
        let raw: RawFile = source.read(text)?;
        let mut defs = raw
            .fact
            .into_iter()
            .map(|f| f.check(&source))
            .collect::<Result<Vec<_>, _>>()?;
        if let Some(key) = duplicate(defs.iter().map(|d| d.key.as_str())) {
            return Err(source.error(Some(key), "key", "declared twice; keep one"));
        }
        defs.sort_by_key(|d| d.order);
        if let Some(pair) = defs.windows(2).find(|pair| pair[0].order == pair[1].order) {
            let problem = format!("the same as that of `{}`; give each its own", pair[0].key);
            return Err(source.error(Some(&pair[1].key), "order", problem));
        }
        let by_key = defs
            .iter()
            .enumerate()
            .map(|(i, d)| (d.key.clone(), i))
            .collect();
        Ok(Self { defs, by_key })
    }

    /// The declaration of a fact.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&FactDef> {
        self.index(key).map(|i| &self.defs[i])
    }

    /// All declarations in ask order.
    #[must_use]
    pub fn all(&self) -> &[FactDef] {
        &self.defs
    }

    pub(crate) fn index(&self, key: &str) -> Option<usize> {
        self.by_key.get(key).copied()
    }

    /// What is known of all facts, as this audience may see it on that day.
    pub(crate) fn seen<'a>(&self, facts: &'a Facts, today: Date, audience: Audience) -> Seen<'a> {
        let mut seen = vec![None; self.defs.len()];
        for (key, fact) in facts.iter() {
            if let Some(place) = self.index(key) {
                seen[place] = self.defs[place].fresh(fact, today, audience);
            }
        }
        seen
    }

    /// Reads a form's answer; empty text means "belum tahu".
    ///
    /// # Errors
    /// The fact is not declared, or the text does not fit its type and range.
    pub fn answer(&self, key: &str, text: &str) -> Result<Option<Value>, FactError> {
        let def = self
            .get(key)
            .ok_or_else(|| FactError::Undeclared(key.to_owned()))?;
        match text.trim() {
            "" => Ok(None),
            text => def.kind.parse(text).map(Some).ok_or_else(|| unfit(def)),
        }
    }

    /// Checks facts from outside before they are stored; in a verdict an unfit one counts as
    /// unknown.
    ///
    /// # Errors
    /// The first fact that is not declared or does not fit its declaration.
    pub fn check(&self, facts: &Facts) -> Result<(), FactError> {
        facts.iter().try_for_each(|(key, fact)| {
            let def = self
                .get(key)
                .ok_or_else(|| FactError::Undeclared(key.to_owned()))?;
            match &fact.value {
                Some(value) if !def.kind.accepts(value) => Err(unfit(def)),
                _ => Ok(()),
            }
        })
    }
}

fn unfit(def: &FactDef) -> FactError {
    FactError::Unfit {
        key: def.key.clone(),
        expected: def.kind.expected(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(rename = "kind")]
    _kind: String,
    fact: Vec<RawFact>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFact {
    key: String,
    r#type: String,
    name: Option<Text>,
    min: Option<toml::Value>,
    max: Option<toml::Value>,
    options: Option<Vec<RawChoice>>,
    unit: Option<Text>,
    question: Option<Text>,
    fresh_days: Option<u16>,
    see: Option<Audience>,
    ask: Option<Audience>,
    order: Option<u16>,
    sensitivity: Option<Sensitivity>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawChoice {
    key: String,
    id: String,
    en: String,
}

impl RawFact {
    fn check(self, source: &Source<'_>) -> Result<FactDef, FileError> {
        let at = source.rule(&self.key);
        let kind = self.kind(&at)?;
        let see = at.need("see", self.see)?;
        if let Some(ask) = self.ask.filter(|ask| *ask < see) {
            return Err(at.error("ask", format!("{ask:?} may not see the answer; see `see`")));
        }
        if self.ask.is_some() != self.question.is_some() {
            return Err(at.error(
                "question",
                "a fact has a question exactly when it has `ask`",
            ));
        }
        Ok(FactDef {
            name: at.text("name", self.name)?,
            question: self
                .question
                .map(|q| at.text("question", Some(q)))
                .transpose()?,
            unit: self.unit.map(|u| at.text("unit", Some(u))).transpose()?,
            order: at.need("order", self.order)?,
            sensitivity: at.need("sensitivity", self.sensitivity)?,
            fresh_days: self.fresh_days,
            ask: self.ask,
            key: self.key,
            kind,
            see,
        })
    }

    fn kind(&self, at: &crate::file::At<'_>) -> Result<Kind, FileError> {
        let number = self.r#type == "integer" || self.r#type == "decimal";
        if !number && (self.min.is_some() || self.max.is_some()) {
            return Err(at.error("min", "only a number has a range; remove it"));
        }
        if (self.r#type == "choice") != self.options.is_some() {
            return Err(at.error("options", "a choice has options, and nothing else has"));
        }
        let bounds = || {
            Ok((
                at.need("min", self.min.as_ref())?,
                at.need("max", self.max.as_ref())?,
            ))
        };
        Ok(match self.r#type.as_str() {
            "yes_no" => Kind::YesNo,
            "date" => Kind::Date,
            "integer" => {
                let (min, max) = bounds()?;
                let (min, max) = (at.integer("min", min)?, at.integer("max", max)?);
                at.require("max", min < max, "must be above `min`")?;
                Kind::Integer { min, max }
            }
            "decimal" => {
                let (min, max) = bounds()?;
                let (min, max) = (at.decimal("min", min)?, at.decimal("max", max)?);
                at.require("max", min < max, "must be above `min`")?;
                Kind::Decimal { min, max }
            }
            "choice" => {
                let options = self.options.iter().flatten();
                let options: Vec<_> = options
                    .map(|o| Choice {
                        key: o.key.clone(),
                        words: Text {
                            id: o.id.clone(),
                            en: o.en.clone(),
                        },
                    })
                    .collect();
                at.require("options", options.len() > 1, "needs at least two")?;
                let twice = duplicate(options.iter().map(|o| o.key.as_str()));
                at.require(
                    "options",
                    twice.is_none(),
                    "an option is there twice; keep one",
                )?;
                Kind::Choice(options)
            }
            _ => {
                let problem = "must be yes_no, integer, decimal, choice or date";
                return Err(at.error("type", problem));
            }
        })
    }
}
