//! The clock of a case: which service time holds now, how much of it is left, and why.

use std::sync::LazyLock;

use simpul_rules::{Calendar, ClockState, Pause, Rulebook, ServiceTime, Span, Text, Timing};

use super::model::{State, Urgency};
use super::transitions::Progress;
use crate::platform::time::Zone;
use crate::platform::words::Lang;
use crate::platform::{AppError, Instant, Result};

/// The working week of desks; a village with another one has no page to say so yet.
const WEEK: &str = "lima_hari";
/// Sorts behind everything that has a date.
const NEVER: i64 = i64::MAX;
const HOUR_MS: i64 = 3_600_000;

/// Where the clock of a case stands.
#[derive(Clone, Debug)]
pub struct CaseClock {
    /// What must be done in that time.
    pub step: Text,
    pub timing: Timing,
    left: Left,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    Paused,
    WorkingDays(u32),
    Today,
    Hours(i64),
    Minutes(i64),
    LateDays(u32),
    LateHours(i64),
}

/// The key of the service time that holds, and since when. Nothing runs after the end.
fn running(case: &Progress, urgency: Urgency) -> Option<(&'static str, Instant)> {
    let pressing = urgency >= Urgency::Segera && case.first_help_at.is_none();
    Some(match case.state {
        State::Selesai | State::Ditolak | State::Dibatalkan => return None,
        // Somebody must act before the working days of the office begin to count.
        State::Diajukan | State::Diverifikasi | State::MenungguDokumen if pressing => {
            (urgency.key(), case.opened_at)
        }
        State::Diajukan => ("pengakuan", case.since),
        State::Diverifikasi | State::MenungguDokumen => ("verifikasi", case.opened_at),
        State::Ditangani => ("keputusan_desa", case.opened_at),
        // The service, then the sender, has the time of the urgency.
        State::Dirujuk | State::DiterimaTujuan => {
            (urgency.key(), case.referred_at.unwrap_or(case.since))
        }
        State::Dikembalikan => (urgency.key(), case.since),
    })
}

/// The calendar of a zone; made once, since lists need it for every line.
fn calendar(zone: Zone) -> &'static Calendar {
    use simpul_rules::Zone::{Wib, Wit, Wita};
    static CALENDARS: LazyLock<[Calendar; 3]> = LazyLock::new(|| {
        [Wib, Wita, Wit].map(|zone| {
            let calendar = Rulebook::embedded().calendar(WEEK, zone);
            calendar.expect("the week is in the embedded files, as every test of a clock proves")
        })
    });
    &CALENDARS[zone as usize]
}

/// The service time of a case as of the day it was opened, its start and its pauses.
fn service_time(
    case: &Progress,
    urgency: Urgency,
    zone: Zone,
) -> Result<Option<(&'static ServiceTime, i64, Vec<Pause>)>> {
    let Some((key, start)) = running(case, urgency) else {
        return Ok(None);
    };
    let sla = Rulebook::embedded()
        .sla(case.opened_at.date_in(zone))
        .map_err(AppError::internal)?;
    let time = sla
        .get(key)
        .ok_or_else(|| AppError::Internal(format!("no service time `{key}` in data/rules")))?;
    let pauses = case.waited.iter().map(|waited| Pause {
        from: waited.from.0,
        to: waited.to.map(|to| to.0),
    });
    Ok(Some((time, start.0, pauses.collect())))
}

/// When the clock ends; far away when it stands still or has ended.
///
/// # Errors
/// When no service time holds: a mistake in the rule files.
pub fn due_at(case: &Progress, urgency: Urgency, zone: Zone) -> Result<Instant> {
    let due = match service_time(case, urgency, zone)? {
        None => None,
        Some((time, start, pauses)) => calendar(zone).due(start, time.limit, &pauses),
    };
    Ok(Instant(due.map_or(NEVER, |due| due.at)))
}

/// When a service time ends that nothing pauses.
///
/// # Errors
/// When no such service time holds: a mistake in the rule files.
pub(super) fn due_after(key: &str, start: Instant, zone: Zone) -> Result<Instant> {
    let sla = Rulebook::embedded()
        .sla(start.date_in(zone))
        .map_err(AppError::internal)?;
    let time = sla
        .get(key)
        .ok_or_else(|| AppError::Internal(format!("no service time `{key}` in data/rules")))?;
    let due = calendar(zone).due(start.0, time.limit, &[]);
    Ok(Instant(due.map_or(NEVER, |due| due.at)))
}

/// Where the clock stands now; `None` after the end.
///
/// # Errors
/// As [`due_at`].
pub fn clock(
    case: &Progress,
    urgency: Urgency,
    zone: Zone,
    now: Instant,
) -> Result<Option<CaseClock>> {
    let Some((time, start, pauses)) = service_time(case, urgency, zone)? else {
        return Ok(None);
    };
    let calendar = calendar(zone);
    let timing = calendar.status(start, time, &pauses, now.0);
    let left = left(calendar, &timing, &pauses, now.0);
    Ok(Some(CaseClock {
        step: time.title.clone(),
        timing,
        left,
    }))
}

fn left(calendar: &Calendar, timing: &Timing, pauses: &[Pause], now: i64) -> Left {
    let Some(due) = timing.due.filter(|_| timing.state != ClockState::Paused) else {
        return Left::Paused;
    };
    let hours = (due.at - now) / HOUR_MS;
    match (timing.limit, timing.state) {
        (Span::WorkingDays(_), ClockState::Late) => {
            match calendar.elapsed_working_days(due.at, now, pauses) {
                0 => Left::LateHours((now - due.at) / HOUR_MS),
                days => Left::LateDays(days),
            }
        }
        (Span::Hours(_), ClockState::Late) => Left::LateHours((now - due.at) / HOUR_MS),
        (Span::WorkingDays(_), _) if calendar.local_day(now) == due.day => Left::Today,
        (Span::WorkingDays(_), _) => {
            Left::WorkingDays(calendar.elapsed_working_days(now, due.at, pauses))
        }
        (Span::Hours(_), _) if hours == 0 => Left::Minutes((due.at - now) / 60_000),
        (Span::Hours(_), _) => Left::Hours(hours),
    }
}

/// Hours from which on they are told in days.
const IN_DAYS: i64 = 48;

impl CaseClock {
    /// `Sisa 2 hari kerja`.
    pub fn left(&self, lang: Lang) -> String {
        match self.left {
            Left::Paused => lang.t("clock-paused"),
            Left::Today => lang.t("clock-today"),
            Left::WorkingDays(days) => lang.t1("clock-days", "count", days),
            Left::Hours(hours @ IN_DAYS..) => lang.t1("clock-whole-days", "count", hours / 24),
            Left::Hours(hours) => lang.t1("clock-hours", "count", hours),
            Left::Minutes(minutes) => lang.t1("clock-minutes", "count", minutes),
            Left::LateDays(days) => lang.t1("clock-late-days", "count", days),
            Left::LateHours(0) => lang.t("clock-late-now"),
            Left::LateHours(hours @ IN_DAYS..) => {
                lang.t1("clock-late-whole-days", "count", hours / 24)
            }
            Left::LateHours(hours) => lang.t1("clock-late-hours", "count", hours),
        }
    }

    /// Which service time it is, its limit, and the days that do not count.
    pub fn why(&self, lang: Lang) -> String {
        let rules_lang = rules_lang(lang);
        let step = self.step.get(rules_lang);
        format!("{step}. {}", self.timing.explain(rules_lang))
    }

    /// The shape of its mark.
    pub fn mark(&self) -> &'static str {
        match self.timing.state {
            ClockState::OnTime => "good",
            ClockState::Remind => "warn",
            ClockState::Late => "bad",
            ClockState::Paused => "wait",
        }
    }
}

/// The language as the rules know it.
pub fn rules_lang(lang: Lang) -> simpul_rules::Lang {
    match lang {
        Lang::Id => simpul_rules::Lang::Id,
        Lang::En => simpul_rules::Lang::En,
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::{Action, Need};
    use super::*;
    use crate::access::Role;
    use crate::testing::MORNING;

    const DAY_MS: i64 = 24 * HOUR_MS;

    fn at(case: &Progress, urgency: Urgency, days: i64) -> Left {
        let now = Instant(MORNING.0 + days * DAY_MS);
        clock(case, urgency, Zone::Wib, now).unwrap().unwrap().left
    }

    #[test]
    fn a_new_case_waits_one_working_day_for_an_officer() {
        // Saturday: due on Monday when the office closes.
        let case = Progress::new(Need::Pangan, MORNING);
        assert_eq!(at(&case, Urgency::Rutin, 0), Left::WorkingDays(1));
        assert_eq!(at(&case, Urgency::Rutin, 2), Left::Today);
        assert_eq!(at(&case, Urgency::Rutin, 3), Left::LateHours(16));
        assert_eq!(at(&case, Urgency::Rutin, 4), Left::LateDays(1));
    }

    #[test]
    fn an_emergency_runs_in_hours_until_the_first_help() {
        let case = Progress::new(Need::Perlindungan, MORNING);
        assert_eq!(at(&case, Urgency::Darurat, 0), Left::Hours(1));
        assert_eq!(at(&case, Urgency::Darurat, 1), Left::LateHours(23));
        let case = case.step(Role::Petugas, &Action::Accept, MORNING).unwrap();
        assert_eq!(at(&case, Urgency::Darurat, 0), Left::Hours(1));
        let help = Action::FirstHelp {
            what: "dijemput".into(),
        };
        let case = case.step(Role::Petugas, &help, MORNING).unwrap();
        assert_eq!(at(&case, Urgency::Darurat, 0), Left::WorkingDays(5));
    }

    #[test]
    fn many_hours_are_told_in_days() {
        crate::platform::words::install([&super::super::SLICE.words, &crate::access::SLICE.words]);
        let case = Progress::new(Need::Perlindungan, MORNING);
        let told = |days: i64| {
            let now = Instant(MORNING.0 + days * DAY_MS);
            let clock = clock(&case, Urgency::Darurat, Zone::Wib, now).unwrap();
            clock.unwrap().left(Lang::Id)
        };
        assert_eq!(told(1), "Lewat 23 jam");
        assert_eq!(told(2), "Lewat 47 jam");
        assert_eq!(told(3), "Lewat 2 hari");
        assert_eq!(told(14), "Lewat 13 hari");
    }

    #[test]
    fn the_clock_stands_still_while_papers_are_awaited_and_ends_with_the_case() {
        let case = Progress::new(Need::Pangan, MORNING);
        let ask = Action::AskDocuments { what: "KK".into() };
        let accepted = case.step(Role::Petugas, &Action::Accept, MORNING).unwrap();
        let waiting = accepted.step(Role::Petugas, &ask, MORNING).unwrap();
        assert_eq!(at(&waiting, Urgency::Rutin, 9), Left::Paused);
        assert_eq!(
            due_at(&waiting, Urgency::Rutin, Zone::Wib).unwrap().0,
            NEVER
        );
        let later = Instant(MORNING.0 + 9 * DAY_MS);
        let back = waiting
            .step(Role::Petugas, &Action::DocumentsCame, later)
            .unwrap();
        assert_eq!(at(&back, Urgency::Rutin, 9), Left::WorkingDays(2));
        let ended = back
            .step(Role::Petugas, &Action::Cancel { why: "x".into() }, later)
            .unwrap();
        assert!(
            clock(&ended, Urgency::Rutin, Zone::Wib, later)
                .unwrap()
                .is_none()
        );
    }
}
