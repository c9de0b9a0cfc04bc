//! Working weeks and public holidays, read from the files of `data/calendar`.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use serde::Deserialize;

use crate::clock::HOUR;
use crate::file::{RawEdition, Source, Verified, duplicate};
use crate::{Edition, FileError, Text};

/// Days and hours on which an office is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkWeek {
    /// Key, as `lima_hari`.
    pub key: String,
    days: [bool; 7],
    /// Milliseconds after midnight.
    pub(crate) open: i64,
    pub(crate) close: i64,
}

/// The public holidays of one year.
#[derive(Clone, Debug)]
pub struct Holidays {
    edition: Edition,
    pub(crate) year: i16,
    pub(crate) verified: Verified,
    pub(crate) days: BTreeMap<Date, Text>,
}

impl AsRef<Edition> for Holidays {
    fn as_ref(&self) -> &Edition {
        &self.edition
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWeeks {
    #[serde(rename = "kind")]
    _kind: String,
    week: Vec<RawWeek>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWeek {
    key: String,
    days: Vec<String>,
    open: String,
    close: String,
}

const WEEKDAYS: [&str; 7] = [
    "senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu",
];

impl WorkWeek {
    /// Whether the office works on that day of the week.
    pub(crate) fn works_on(&self, day: Date) -> bool {
        self.days[usize::from(day.weekday().to_monday_zero_offset().unsigned_abs())]
    }

    /// Reads the text of a table of working weeks.
    ///
    /// # Errors
    /// Names file, week and field: an unknown or no day, a time that is none, closing not after
    /// opening, a key used twice.
    pub fn parse(file: &str, text: &str) -> Result<Vec<Self>, FileError> {
        let source = Source(file);
        let raw: RawWeeks = source.read(text)?;
        if let Some(key) = duplicate(raw.week.iter().map(|w| w.key.as_str())) {
            return Err(source.error(Some(key), "key", "used twice; keep one"));
        }
        raw.week.into_iter().map(|w| w.check(&source)).collect()
    }
}

impl RawWeek {
    fn check(self, source: &Source<'_>) -> Result<WorkWeek, FileError> {
        let at = source.rule(&self.key);
        let known = self.days.iter().all(|d| WEEKDAYS.contains(&d.as_str()));
        at.require(
            "days",
            known && !self.days.is_empty(),
            "must be some of senin to minggu",
        )?;
        let time = |field: &str, text: &str| -> Result<i64, FileError> {
            let time: jiff::civil::Time = text
                .parse()
                .map_err(|_| at.error(field, "must be a time like \"15:30\""))?;
            Ok(i64::from(time.hour()) * HOUR + i64::from(time.minute()) * 60_000)
        };
        let (open, close) = (time("open", &self.open)?, time("close", &self.close)?);
        at.require("close", open < close, "must be after `open`")?;
        let days = WEEKDAYS.map(|day| self.days.iter().any(|d| d == day));
        Ok(WorkWeek {
            days,
            open,
            close,
            key: self.key,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHolidays {
    #[serde(rename = "kind")]
    _kind: String,
    edition: RawEdition,
    verified: Verified,
    day: Vec<RawHoliday>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHoliday {
    date: String,
    name: Option<Text>,
}

impl Holidays {
    /// Reads the text of the holidays of one year; its validity is that year.
    ///
    /// # Errors
    /// Names file, day and field: a day outside the validity or there twice, missing words.
    pub fn parse(file: &str, text: &str) -> Result<Self, FileError> {
        let source = Source(file);
        let raw: RawHolidays = source.read(text)?;
        let edition = source.edition(raw.edition)?;
        let mut days = BTreeMap::new();
        for day in raw.day {
            let at = source.rule(&day.date);
            let date = at.date("date", &day.date)?;
            at.require(
                "date",
                edition.holds_on(date),
                "lies outside the validity of the file",
            )?;
            let name = at.text("name", day.name)?;
            at.require(
                "date",
                days.insert(date, name).is_none(),
                "is there twice; keep one",
            )?;
        }
        let year = edition.valid_from.year();
        let ends = edition.valid_to == Some(date(year, 12, 31));
        let whole = ends && edition.valid_from == date(year, 1, 1);
        if !whole {
            return Err(source.error(None, "valid_to", "a file holds the holidays of one year"));
        }
        Ok(Self {
            edition,
            year,
            verified: raw.verified,
            days,
        })
    }
}
