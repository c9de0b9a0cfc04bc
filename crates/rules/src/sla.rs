//! Service times: how long each step may take, as data.

use serde::Deserialize;

use crate::clock::Span;
use crate::file::{Edition, RawEdition, Source, Verified, duplicate};
use crate::{FileError, Text};

/// How long a step may take, and when to remind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceTime {
    /// Key of the step, or of an urgency.
    pub key: String,
    /// Words on the screen.
    pub title: Text,
    /// Late after this.
    pub limit: Span,
    /// Remind after this; never later than the limit.
    pub remind: Span,
    /// Where it comes from.
    pub source: String,
    /// How well that is confirmed.
    pub verified: Verified,
}

/// One version of the service times.
#[derive(Clone, Debug)]
pub struct Sla {
    edition: Edition,
    times: Vec<ServiceTime>,
}

impl AsRef<Edition> for Sla {
    fn as_ref(&self) -> &Edition {
        &self.edition
    }
}

impl Sla {
    /// Reads the text of a table of service times.
    ///
    /// # Errors
    /// Names file, step and field: both or neither of hours and working days, a reminder after the
    /// limit, missing words, source or validity, a step used twice.
    pub fn parse(file: &str, text: &str) -> Result<Self, FileError> {
        let source = Source(file);
        let raw: RawFile = source.read(text)?;
        let times = raw
            .time
            .into_iter()
            .map(|t| t.check(&source))
            .collect::<Result<Vec<_>, _>>()?;
        if let Some(key) = duplicate(times.iter().map(|t| t.key.as_str())) {
            return Err(source.error(Some(key), "key", "used twice; keep one"));
        }
        Ok(Self {
            edition: source.edition(raw.edition)?,
            times,
        })
    }

    /// The service time of a step or urgency.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&ServiceTime> {
        self.times.iter().find(|t| t.key == key)
    }

    /// All of them in order of the file.
    #[must_use]
    pub fn all(&self) -> &[ServiceTime] {
        &self.times
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(rename = "kind")]
    _kind: String,
    edition: RawEdition,
    time: Vec<RawTime>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTime {
    key: String,
    title: Option<Text>,
    working_days: Option<u16>,
    hours: Option<u16>,
    remind_after: Option<u16>,
    source: Option<String>,
    verified: Option<Verified>,
}

impl RawTime {
    fn check(self, source: &Source<'_>) -> Result<ServiceTime, FileError> {
        let at = source.rule(&self.key);
        let remind = at.need("remind_after", self.remind_after)?;
        let (limit, remind, most) = match (self.working_days, self.hours) {
            (Some(n), None) => (Span::WorkingDays(n), Span::WorkingDays(remind), n),
            (None, Some(n)) => (Span::Hours(n), Span::Hours(remind), n),
            _ => return Err(at.error("hours", "give either `working_days` or `hours`")),
        };
        let sane = self.remind_after <= Some(most);
        at.require("remind_after", sane, "lies after the limit")?;
        Ok(ServiceTime {
            title: at.text("title", self.title)?,
            source: at.filled("source", self.source)?,
            verified: at.need("verified", self.verified)?,
            key: self.key,
            limit,
            remind,
        })
    }
}
