//! Clocks that run in local working days or in hours, and stand still while documents are awaited.
//!
//! Instants are epoch milliseconds. A limit of n working days ends when the office closes on the
//! n-th working day after the local day of the start; a day during whose closing time the clock is
//! paused does not count. A limit in hours runs day and night, minus the pauses.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

use crate::file::Verified;
use crate::week::{Holidays, WorkWeek};
use crate::words::{day_words, fill};
use crate::{Lang, ServiceTime, Text};

pub(crate) const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
const EPOCH: Date = date(1970, 1, 1);
/// 31 December 2199 as days since the epoch; nothing is due later.
const LAST_DAY: i64 = 84_005;

/// The three time zones of Indonesia; none has daylight saving.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    /// UTC+7.
    Wib,
    /// UTC+8.
    Wita,
    /// UTC+9.
    Wit,
}

impl Zone {
    const fn offset(self) -> i64 {
        match self {
            Self::Wib => 7 * HOUR,
            Self::Wita => 8 * HOUR,
            Self::Wit => 9 * HOUR,
        }
    }
}

/// A length of time on a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// Working days after the day of the start; 0 = until the office next closes.
    WorkingDays(u16),
    /// Hours, day and night.
    Hours(u16),
}

/// The clock stands still from an instant until another, or still does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    /// First instant.
    pub from: i64,
    /// End; none = still waiting.
    pub to: Option<i64>,
}

/// The end of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Due {
    /// The last instant in time.
    pub at: i64,
    /// Its local day.
    pub day: Date,
    /// Whether the holidays of every year on the way are confirmed.
    pub certain: bool,
}

/// Where a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockState {
    /// In time.
    OnTime,
    /// In time, but soon over.
    Remind,
    /// Over.
    Late,
    /// Standing still while documents are awaited.
    Paused,
}

/// Where a clock stands and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Timing {
    /// Where it stands.
    pub state: ClockState,
    /// When it ends; none while an open pause holds it.
    pub due: Option<Due>,
    /// Working days counted so far.
    pub working_days: u32,
    /// The limit.
    pub limit: Span,
    /// Holidays on the way that are not counted.
    pub holidays: Vec<(Date, Text)>,
}

/// The working days of one place.
///
/// ```
/// use simpul_rules::{Rulebook, Span, Zone};
/// let calendar = Rulebook::embedded().calendar("lima_hari", Zone::Wib).unwrap();
/// let friday = 1_785_488_400_000; // 31 July 2026, 16:00 in Jakarta
/// let due = calendar.due(friday, Span::WorkingDays(1), &[]).unwrap();
/// assert_eq!(due.day.to_string(), "2026-08-03"); // Monday
/// assert!(Rulebook::embedded().calendar("tujuh_hari", Zone::Wib).is_none());
/// ```
#[derive(Clone, Debug)]
pub struct Calendar {
    zone: Zone,
    week: WorkWeek,
    holidays: BTreeMap<Date, Text>,
    /// Whether the holidays of a year are confirmed.
    years: BTreeMap<i16, bool>,
}

impl Calendar {
    /// A calendar without holidays.
    #[must_use]
    pub fn new(zone: Zone, week: WorkWeek) -> Self {
        Self {
            zone,
            week,
            holidays: BTreeMap::new(),
            years: BTreeMap::new(),
        }
    }

    /// Adds the holidays of a year.
    #[must_use]
    pub fn with_year(mut self, year: &Holidays) -> Self {
        self.holidays.extend(year.days.clone());
        self.years.insert(year.year, year.verified != Verified::U);
        self
    }

    /// Adds a local holiday, such as the anniversary of a kabupaten.
    #[must_use]
    pub fn with_holiday(mut self, day: Date, name: Text) -> Self {
        self.holidays.insert(day, name);
        self
    }

    /// The local day of an instant.
    #[must_use]
    pub fn local_day(&self, at: i64) -> Date {
        civil(self.day_number(at))
    }

    /// Whether the office works on that day.
    #[must_use]
    pub fn is_working_day(&self, day: Date) -> bool {
        self.week.works_on(day) && !self.holidays.contains_key(&day)
    }

    /// Whether the office is open at that instant.
    #[must_use]
    pub fn is_open(&self, at: i64) -> bool {
        let time = (clamp(at) + self.zone.offset()).rem_euclid(DAY);
        self.is_working_day(self.local_day(at)) && (self.week.open..self.week.close).contains(&time)
    }

    /// When a limit ends; none while an open pause holds it.
    #[must_use]
    pub fn due(&self, start: i64, limit: Span, pauses: &[Pause]) -> Option<Due> {
        let (start, pauses) = (clamp(start), merged(pauses));
        let at = match limit {
            Span::Hours(n) => hours_later(start, i64::from(n) * HOUR, &pauses)?,
            Span::WorkingDays(n) => {
                let today = self.day_number(start);
                match n.checked_sub(1) {
                    Some(before) => self.closings(today + 1, &pauses).nth(usize::from(before))?,
                    None => self.closings(today, &pauses).find(|&at| at >= start)?,
                }
            }
        };
        let (first, day) = (self.local_day(start), self.local_day(at));
        let certain = (first.year()..=day.year()).all(|y| self.years.get(&y) == Some(&true));
        Some(Due { at, day, certain })
    }

    /// Working days counted from the start until now, the day of the start left out.
    #[must_use]
    pub fn elapsed_working_days(&self, start: i64, now: i64, pauses: &[Pause]) -> u32 {
        let first = self.day_number(start) + 1;
        let counted = self
            .closings(first, &merged(pauses))
            .take_while(|&at| at <= now)
            .count();
        counted.try_into().unwrap_or(u32::MAX)
    }

    /// Where the clock of a service time stands now (or stood when the work was done).
    #[must_use]
    pub fn status(&self, start: i64, time: &ServiceTime, pauses: &[Pause], now: i64) -> Timing {
        let due = self.due(start, time.limit, pauses);
        let remind = self.due(start, time.remind, pauses);
        let waiting = pauses
            .iter()
            .any(|p| p.from <= now && p.to.is_none_or(|to| now < to));
        let state = match due {
            Some(due) if now > due.at => ClockState::Late,
            _ if waiting => ClockState::Paused,
            _ if remind.is_some_and(|r| now >= r.at) => ClockState::Remind,
            _ => ClockState::OnTime,
        };
        let (first, last) = (
            self.local_day(start),
            due.map_or(self.local_day(now), |d| d.day),
        );
        // A holiday on a Sunday takes no working day away.
        let holidays = match time.limit {
            Span::WorkingDays(_) if first <= last => self
                .holidays
                .range(first..=last)
                .filter(|(day, _)| self.week.works_on(**day))
                .map(|(day, name)| (*day, name.clone()))
                .collect(),
            _ => Vec::new(),
        };
        let working_days = self.elapsed_working_days(start, now, pauses);
        Timing {
            state,
            due,
            working_days,
            limit: time.limit,
            holidays,
        }
    }

    fn day_number(&self, at: i64) -> i64 {
        (clamp(at) + self.zone.offset())
            .div_euclid(DAY)
            .min(LAST_DAY)
    }

    fn closing(&self, day: i64) -> i64 {
        day * DAY + self.week.close - self.zone.offset()
    }

    /// Closing instants of the days that count, from a day on.
    fn closings(&self, first: i64, pauses: &[Pause]) -> impl Iterator<Item = i64> {
        (first..=LAST_DAY)
            .filter(|&day| self.is_working_day(civil(day)))
            .map(|day| self.closing(day))
            .take_while(|at| !pauses.iter().any(|p| p.to.is_none() && p.from <= *at))
            .filter(|at| !pauses.iter().any(|p| p.holds(*at)))
    }
}

impl Pause {
    fn holds(&self, at: i64) -> bool {
        self.from <= at && self.to.is_none_or(|to| at < to)
    }
}

fn clamp(at: i64) -> i64 {
    at.clamp(0, LAST_DAY * DAY)
}

fn civil(day: i64) -> Date {
    EPOCH.saturating_add(day.days())
}

/// Pauses in order, overlapping ones joined, empty ones left out.
fn merged(pauses: &[Pause]) -> Vec<Pause> {
    let mut sorted: Vec<_> = pauses
        .iter()
        .map(|p| Pause {
            from: clamp(p.from),
            to: p.to.map(clamp),
        })
        .filter(|p| p.to.is_none_or(|to| p.from < to))
        .collect();
    sorted.sort_by_key(|p| p.from);
    let mut joined: Vec<Pause> = Vec::new();
    for pause in sorted {
        match joined.last_mut() {
            Some(last) if last.to.is_none_or(|to| pause.from <= to) => {
                last.to = last.to.zip(pause.to).map(|(a, b)| a.max(b));
            }
            _ => joined.push(pause),
        }
    }
    joined
}

fn hours_later(start: i64, mut left: i64, pauses: &[Pause]) -> Option<i64> {
    let mut at = start;
    for pause in pauses {
        let run = (pause.from - at).max(0);
        if run >= left {
            break;
        }
        left -= run;
        at = at.max(pause.to?);
    }
    Some(clamp(at + left))
}

impl Timing {
    /// The clock in words.
    #[must_use]
    pub fn explain(&self, lang: Lang) -> String {
        let pick = |id: &'static str, en: &'static str| match lang {
            Lang::Id => id,
            Lang::En => en,
        };
        let (n, unit) = match self.limit {
            Span::WorkingDays(n) => (n, pick("hari kerja", "working days")),
            Span::Hours(n) => (n, pick("jam", "hours")),
        };
        let state = match self.state {
            ClockState::OnTime => pick("Masih ada waktu.", "There is still time."),
            ClockState::Remind => pick("Waktunya hampir habis.", "Time is nearly up."),
            ClockState::Late => pick("Sudah lewat waktunya.", "The time is over."),
            ClockState::Paused => pick(
                "Waktu berhenti selama menunggu berkas.",
                "Paused while documents are awaited.",
            ),
        };
        let until = match self.due {
            Some(due) => fill(pick("sampai {}", "until {}"), &[&day_words(due.day, lang)]),
            None => pick(
                "lanjut setelah berkas lengkap",
                "goes on when the documents are in",
            )
            .into(),
        };
        let mut text = fill(
            pick("{} Batasnya {} {}, {}.", "{} The limit is {} {}, {}."),
            &[state, &n.to_string(), unit, &until],
        );
        if !self.holidays.is_empty() {
            let days: Vec<_> = self
                .holidays
                .iter()
                .map(|(day, name)| format!("{} ({})", day_words(*day, lang), name.get(lang)))
                .collect();
            let list = days.join(", ");
            text += &fill(
                pick(" Libur tidak dihitung: {}.", " Holidays not counted: {}."),
                &[&list],
            );
        }
        if self.due.is_some_and(|due| !due.certain) && matches!(self.limit, Span::WorkingDays(_)) {
            text += pick(
                " Tanggalnya bisa bergeser: hari libur resmi belum pasti.",
                " The date may move: the official holidays are not confirmed.",
            );
        }
        text
    }
}
