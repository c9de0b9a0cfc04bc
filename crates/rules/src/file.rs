//! Reading rule files: what all of them share, and refusals that say where.

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::{Decimal, FileError, Text};

/// How well a datum is confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, Deserialize)]
pub enum Verified {
    /// Read in the official text or in two independent sources.
    V,
    /// One source, or secondary sources only.
    S,
    /// Unverified: our default or general knowledge.
    U,
}

/// Identity and validity of one version of a rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    /// Key shared by all versions.
    pub key: String,
    /// Name of this version.
    pub version: String,
    /// First day it holds.
    pub valid_from: Date,
    /// Last day it holds; none = until replaced.
    pub valid_to: Option<Date>,
    /// Where it comes from.
    pub source: String,
    /// File it was read from.
    pub file: String,
}

impl Edition {
    /// Whether it holds on that day.
    #[must_use]
    pub fn holds_on(&self, day: Date) -> bool {
        covers(self.valid_from, self.valid_to, day)
    }
}

pub(crate) fn covers(from: Date, to: Option<Date>, day: Date) -> bool {
    from <= day && to.is_none_or(|to| day <= to)
}

/// The head that every versioned file carries, before it is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawEdition {
    key: Option<String>,
    version: Option<String>,
    valid_from: Option<String>,
    valid_to: Option<String>,
    source: Option<String>,
}

/// A file being read.
pub(crate) struct Source<'a>(pub(crate) &'a str);

/// A place in it: one rule, fact, state or span.
pub(crate) struct At<'a> {
    file: &'a str,
    rule: Option<&'a str>,
}

impl Source<'_> {
    pub(crate) fn error(
        &self,
        rule: Option<&str>,
        field: &str,
        problem: impl Into<String>,
    ) -> FileError {
        FileError {
            file: self.0.to_owned(),
            rule: rule.map(str::to_owned),
            field: field.to_owned(),
            problem: problem.into(),
        }
    }

    /// Reads TOML; what does not fit the shape is named by line.
    pub(crate) fn read<T: DeserializeOwned>(&self, text: &str) -> Result<T, FileError> {
        toml::from_str(text).map_err(|e| {
            let line = e
                .span()
                .map_or(1, |s| text[..s.start].matches('\n').count() + 1);
            self.error(None, &format!("line {line}"), e.message())
        })
    }

    pub(crate) fn rule<'a>(&'a self, key: &'a str) -> At<'a> {
        At {
            file: self.0,
            rule: Some(key),
        }
    }

    pub(crate) fn edition(&self, raw: RawEdition) -> Result<Edition, FileError> {
        let at = At {
            file: self.0,
            rule: None,
        };
        let valid_from = at.need("valid_from", raw.valid_from)?;
        let valid_from = at.date("valid_from", &valid_from)?;
        let valid_to = raw
            .valid_to
            .map(|to| at.date("valid_to", &to))
            .transpose()?;
        at.period(valid_from, valid_to)?;
        Ok(Edition {
            key: at.filled("key", raw.key)?,
            version: at.filled("version", raw.version)?,
            source: at.filled("source", raw.source)?,
            file: self.0.to_owned(),
            valid_from,
            valid_to,
        })
    }
}

impl At<'_> {
    pub(crate) fn error(&self, field: &str, problem: impl Into<String>) -> FileError {
        Source(self.file).error(self.rule, field, problem)
    }

    pub(crate) fn require(&self, field: &str, holds: bool, problem: &str) -> Result<(), FileError> {
        if holds {
            Ok(())
        } else {
            Err(self.error(field, problem))
        }
    }

    pub(crate) fn need<T>(&self, field: &str, value: Option<T>) -> Result<T, FileError> {
        value.ok_or_else(|| self.error(field, "is missing; add it"))
    }

    pub(crate) fn filled(&self, field: &str, value: Option<String>) -> Result<String, FileError> {
        let value = self.need(field, value)?;
        self.require(field, !value.trim().is_empty(), "is empty; fill it in")?;
        Ok(value)
    }

    pub(crate) fn text(&self, field: &str, value: Option<Text>) -> Result<Text, FileError> {
        let text = self.need(field, value)?;
        let filled = !text.id.trim().is_empty() && !text.en.trim().is_empty();
        self.require(field, filled, "needs words in both `id` and `en`")?;
        Ok(text)
    }

    pub(crate) fn date(&self, field: &str, text: &str) -> Result<Date, FileError> {
        text.parse()
            .map_err(|_| self.error(field, "must be a date like \"2026-07-31\""))
    }

    pub(crate) fn period(&self, from: Date, to: Option<Date>) -> Result<(), FileError> {
        self.require(
            "valid_to",
            to.is_none_or(|to| from <= to),
            "lies before `valid_from`",
        )
    }

    pub(crate) fn integer(&self, field: &str, value: &toml::Value) -> Result<i32, FileError> {
        let n = value.as_integer().and_then(|n| n.try_into().ok());
        n.ok_or_else(|| self.error(field, "must be a whole number"))
    }

    pub(crate) fn decimal(&self, field: &str, value: &toml::Value) -> Result<Decimal, FileError> {
        let text = match value {
            toml::Value::Integer(n) => n.to_string(),
            // The shortest text of a float is what the file says, so no rounding happens here.
            toml::Value::Float(n) => n.to_string(),
            _ => String::new(),
        };
        text.parse()
            .map_err(|e: crate::NotDecimal| self.error(field, e.to_string()))
    }
}

/// The first key that appears twice.
pub(crate) fn duplicate<'a>(keys: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut seen = std::collections::BTreeSet::new();
    keys.into_iter().find(|key| !seen.insert(*key))
}

/// All versions of files of one sort; on any day at most one of a key holds.
#[derive(Clone, Debug)]
pub(crate) struct Versions<T>(pub(crate) Vec<T>);

impl<T: AsRef<Edition>> Versions<T> {
    pub(crate) fn add(&mut self, new: T) -> Result<(), FileError> {
        let edition = new.as_ref();
        let clash = self.0.iter().map(AsRef::as_ref).find(|old| {
            old.key == edition.key
                && old.valid_to.is_none_or(|to| edition.valid_from <= to)
                && edition.valid_to.is_none_or(|to| old.valid_from <= to)
        });
        if let Some(old) = clash {
            let problem = format!(
                "`{}` overlaps with version {} in {}; end one before the other begins",
                edition.key, old.version, old.file
            );
            return Err(Source(&edition.file).error(None, "valid_from", problem));
        }
        self.0.push(new);
        Ok(())
    }

    pub(crate) fn on(&self, key: &str, day: Date) -> Result<&T, crate::NoVersion> {
        let held = |t: &&T| t.as_ref().key == key && t.as_ref().holds_on(day);
        self.0.iter().find(held).ok_or_else(|| crate::NoVersion {
            key: key.to_owned(),
            day,
        })
    }
}
