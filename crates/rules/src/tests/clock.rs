//! Clocks over weekends, holidays and pauses.

use jiff::civil::{Date, date};
use proptest::prelude::*;

use crate::{Calendar, ClockState, Lang, Pause, Rulebook, Span, Text, Zone};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

fn calendar(zone: Zone) -> Calendar {
    Rulebook::embedded().calendar("lima_hari", zone).unwrap()
}

/// An instant by local clock in Jakarta.
fn at(day: Date, hour: i64, minute: i64) -> i64 {
    let days = i64::from((day - date(1970, 1, 1)).get_days());
    days * DAY + (hour - 7) * HOUR + minute * 60_000
}

fn due_day(start: i64, n: u16, pauses: &[Pause]) -> Date {
    let due = calendar(Zone::Wib)
        .due(start, Span::WorkingDays(n), pauses)
        .unwrap();
    assert_eq!(due.at, at(due.day, 15, 30), "an office closes at 15:30");
    due.day
}

#[test]
fn working_days_leave_out_weekends_and_holidays() {
    // Friday 3 July 2026.
    assert_eq!(
        due_day(at(date(2026, 7, 3), 9, 0), 1, &[]),
        date(2026, 7, 6)
    );
    assert_eq!(
        due_day(at(date(2026, 7, 3), 20, 0), 1, &[]),
        date(2026, 7, 6)
    );
    assert_eq!(
        due_day(at(date(2026, 7, 4), 9, 0), 1, &[]),
        date(2026, 7, 6)
    );
    assert_eq!(
        due_day(at(date(2026, 7, 6), 9, 0), 5, &[]),
        date(2026, 7, 13)
    );
    // Idulfitri and Nyepi 2026: 18 to 24 March are off.
    assert_eq!(
        due_day(at(date(2026, 3, 17), 9, 0), 1, &[]),
        date(2026, 3, 25)
    );
    // None = until the office next closes.
    assert_eq!(
        due_day(at(date(2026, 7, 3), 15, 30), 0, &[]),
        date(2026, 7, 3)
    );
    assert_eq!(
        due_day(at(date(2026, 7, 3), 15, 31), 0, &[]),
        date(2026, 7, 6)
    );
}

#[test]
fn six_day_weeks_and_local_holidays() {
    let book = Rulebook::embedded();
    let six = book.calendar("enam_hari", Zone::Wib).unwrap();
    let friday = at(date(2026, 7, 3), 9, 0);
    let day = |c: &Calendar| c.due(friday, Span::WorkingDays(1), &[]).unwrap().day;
    assert_eq!(day(&six), date(2026, 7, 4));
    let name = Text {
        id: "Hari jadi kabupaten".into(),
        en: "Kabupaten day".into(),
    };
    assert_eq!(
        day(&six.with_holiday(date(2026, 7, 4), name)),
        date(2026, 7, 6)
    );
}

#[test]
fn the_local_day_is_that_of_the_zone() {
    // 3 July 2026, 23:30 in Jakarta: already 4 July further east.
    let late = at(date(2026, 7, 3), 23, 30);
    let days = [Zone::Wib, Zone::Wita, Zone::Wit].map(|z| calendar(z).local_day(late).day());
    assert_eq!(days, [3, 4, 4]);
    let wib = calendar(Zone::Wib);
    let open = |h, m| wib.is_open(at(date(2026, 7, 3), h, m));
    assert_eq!(
        [open(7, 59), open(8, 0), open(15, 29), open(15, 30)],
        [false, true, true, false]
    );
    assert!(!wib.is_open(at(date(2026, 8, 17), 9, 0)));
}

#[test]
fn a_pause_moves_the_end() {
    let monday = at(date(2026, 7, 6), 9, 0);
    let pause = |from, to| Pause {
        from: at(from, 12, 0),
        to: Some(at(to, 12, 0)),
    };
    // From Tuesday noon to Thursday noon: Tuesday and Wednesday do not count.
    let waiting = [pause(date(2026, 7, 7), date(2026, 7, 9))];
    assert_eq!(due_day(monday, 3, &[]), date(2026, 7, 9));
    assert_eq!(due_day(monday, 3, &waiting), date(2026, 7, 13));
    let hours = |pauses: &[Pause]| {
        calendar(Zone::Wib)
            .due(monday, Span::Hours(24), pauses)
            .unwrap()
            .at
            - monday
    };
    assert_eq!(hours(&[]), DAY);
    assert_eq!(
        hours(&[Pause {
            from: monday + HOUR,
            to: Some(monday + 3 * HOUR)
        }]),
        DAY + 2 * HOUR
    );
}

#[test]
fn the_clock_says_where_it_stands() {
    let sla = Rulebook::embedded().sla(super::TODAY).unwrap();
    let (time, calendar) = (sla.get("verifikasi").unwrap(), calendar(Zone::Wib));
    let monday = at(date(2026, 7, 6), 9, 0);
    let state = |pauses: &[Pause], now| calendar.status(monday, time, pauses, now).state;
    assert_eq!(state(&[], at(date(2026, 7, 8), 15, 29)), ClockState::OnTime);
    assert_eq!(state(&[], at(date(2026, 7, 8), 15, 30)), ClockState::Remind);
    assert_eq!(state(&[], at(date(2026, 7, 9), 15, 30)), ClockState::Remind);
    assert_eq!(state(&[], at(date(2026, 7, 9), 15, 31)), ClockState::Late);
    let waiting = [Pause {
        from: at(date(2026, 7, 7), 9, 0),
        to: None,
    }];
    assert_eq!(
        state(&waiting, at(date(2026, 7, 20), 9, 0)),
        ClockState::Paused
    );
    assert_eq!(calendar.due(monday, time.limit, &waiting), None);
    // Papers asked for after the end do not undo it.
    let too_late = [Pause {
        from: at(date(2026, 7, 10), 9, 0),
        to: None,
    }];
    assert_eq!(
        state(&too_late, at(date(2026, 7, 10), 10, 0)),
        ClockState::Late
    );
}

#[test]
fn the_clock_explains_itself() {
    let sla = Rulebook::embedded().sla(super::TODAY).unwrap();
    let calendar = calendar(Zone::Wib);
    let start = at(date(2026, 8, 14), 9, 0);
    let time = sla.get("verifikasi").unwrap();
    let timing = calendar.status(start, time, &[], start);
    assert_eq!(
        timing.explain(Lang::Id),
        "Masih ada waktu. Batasnya 3 hari kerja, sampai 20 Agustus 2026. \
         Libur tidak dihitung: 17 Agustus 2026 (Hari Kemerdekaan)."
    );
    let start = at(date(2027, 8, 16), 9, 0);
    let waiting = [Pause {
        from: start,
        to: None,
    }];
    let timing = calendar.status(start, time, &waiting, start + DAY);
    assert_eq!(
        timing.explain(Lang::En),
        "Paused while documents are awaited. The limit is 3 working days, \
         goes on when the documents are in. Holidays not counted: 17 August 2027 (Independence Day)."
    );
    let timing = calendar.status(start, time, &[], start);
    assert!(
        timing
            .explain(Lang::Id)
            .ends_with("hari libur resmi belum pasti.")
    );
}

fn instant() -> impl Strategy<Value = i64> {
    at(date(2025, 12, 1), 0, 0)..at(date(2028, 1, 31), 0, 0)
}

fn pause() -> impl Strategy<Value = Pause> {
    (instant(), 0..20 * DAY).prop_map(|(from, long)| Pause {
        from,
        to: Some(from + long),
    })
}

fn limit() -> impl Strategy<Value = Span> {
    prop_oneof![
        (0u16..15).prop_map(Span::WorkingDays),
        (0u16..500).prop_map(Span::Hours)
    ]
}

fn longer(limit: Span) -> Span {
    match limit {
        Span::WorkingDays(n) => Span::WorkingDays(n + 1),
        Span::Hours(n) => Span::Hours(n + 1),
    }
}

proptest! {
    #[test]
    fn never_due_on_a_day_off(start in instant(), n in 0u16..15, pauses in prop::collection::vec(pause(), 0..4)) {
        let calendar = calendar(Zone::Wit);
        let due = calendar.due(start, Span::WorkingDays(n), &pauses).unwrap();
        prop_assert!(calendar.is_working_day(due.day));
        prop_assert!(due.at >= start);
        prop_assert_eq!(calendar.local_day(due.at), due.day);
        if n > 0 {
            // Exactly at the end, so many working days have been counted.
            prop_assert_eq!(calendar.elapsed_working_days(start, due.at, &pauses), u32::from(n));
            prop_assert_eq!(calendar.elapsed_working_days(start, due.at - 1, &pauses), u32::from(n) - 1);
        }
    }

    #[test]
    fn a_pause_never_brings_the_end_nearer(start in instant(), limit in limit(), pauses in prop::collection::vec(pause(), 0..4), more in pause()) {
        let calendar = calendar(Zone::Wita);
        let before = calendar.due(start, limit, &pauses).unwrap().at;
        let mut all = pauses;
        all.push(more);
        prop_assert!(calendar.due(start, limit, &all).unwrap().at >= before);
        all.push(Pause { from: start, to: None });
        prop_assert_eq!(calendar.due(start, longer(limit), &all), None);
    }

    #[test]
    fn later_starts_and_longer_limits_end_no_earlier(start in instant(), wait in 0..10 * DAY, limit in limit(), pauses in prop::collection::vec(pause(), 0..4)) {
        let calendar = calendar(Zone::Wib);
        let end = |start, limit| calendar.due(start, limit, &pauses).unwrap().at;
        prop_assert!(end(start, limit) <= end(start + wait, limit));
        prop_assert!(end(start, limit) <= end(start, longer(limit)));
    }

    #[test]
    fn hours_run_exactly_without_pauses_taken_twice(start in instant(), n in 0u16..500, pauses in prop::collection::vec(pause(), 0..4)) {
        let due = calendar(Zone::Wib).due(start, Span::Hours(n), &pauses).unwrap().at;
        let paused = |t: i64| pauses.iter().any(|p| p.from <= t && p.to.is_some_and(|to| t < to));
        // Count running time by the edges of the pauses.
        let mut edges: Vec<_> = pauses.iter().flat_map(|p| [p.from, p.to.unwrap()]).chain([start, due]).filter(|t| (start..=due).contains(t)).collect();
        edges.sort_unstable();
        let run: i64 = edges.windows(2).filter(|w| !paused(w[0])).map(|w| w[1] - w[0]).sum();
        prop_assert_eq!(run, i64::from(n) * HOUR);
    }
}

proptest! {
    // A clock that runs for centuries walks through all their days: few cases.
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn strange_instants_never_panic(start: i64, from: i64, to: Option<i64>, now: i64) {
        let sla = Rulebook::embedded().sla(super::TODAY).unwrap();
        for time in sla.all() {
            let timing = calendar(Zone::Wit).status(start, time, &[Pause { from, to }], now);
            prop_assert!(!timing.explain(Lang::Id).is_empty());
        }
    }
}
