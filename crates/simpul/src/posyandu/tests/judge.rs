//! What a measurement means, without a database.

use jiff::civil::date;
use proptest::prelude::*;
use simpul_growth::{Grams, TenthsMm};
use simpul_identity::Sex;

use crate::platform::{Id, Instant};
use crate::posyandu::judge::{self, Skdn};
use crate::posyandu::{EntrySource, NewMeasurement, StoredMeasurement, show};
use crate::registry::{Person, PersonState, Relation};
use crate::testing::{POST, area};

fn id(n: u8) -> Id {
    Id::from_bytes([n; 16])
}

fn girl() -> Person {
    Person {
        id: id(1),
        household: id(2),
        area: area(POST),
        version: 1,
        name: "Sari".into(),
        sex: Sex::Female,
        birth_date: date(2025, 1, 15),
        birth_place: String::new(),
        relation: Relation::Anak,
        mother_name: String::new(),
        nik: None,
        phone: None,
        state: PersonState::Active,
    }
}

fn taken(month: i8, grams: u32) -> NewMeasurement {
    NewMeasurement {
        id: id(u8::try_from(month).unwrap() + 10),
        person: id(1),
        day: None,
        on: date(2026, month, 10),
        weight: Grams::new(grams).ok(),
        lenhei: None,
        position: None,
        head: None,
        arm: None,
        oedema: None,
        measurer: String::new(),
        danger_signs: Vec::new(),
        replaces: None,
        source: EntrySource::Page,
    }
}

fn judged(new: &NewMeasurement, history: &[StoredMeasurement]) -> StoredMeasurement {
    let age = judge::check(new, girl().birth_date, date(2026, 12, 31)).unwrap();
    let history: Vec<_> = history
        .iter()
        .map(|past| past.beside(&girl().area))
        .collect();
    judge::judge(new, &girl(), age, &history, (id(9), Instant(0))).0
}

#[test]
fn an_arm_a_hair_below_the_line_stays_below_it() {
    let mut new = taken(5, 9000);
    for (tenths, mm) in [(1249, 124), (1250, 125)] {
        new.arm = TenthsMm::new(tenths).ok();
        let facts = judge::facts(&judged(&new, &[]));
        assert_eq!(facts.get("lila_mm").unwrap().value, Some(mm.into()));
    }
}

#[test]
fn what_nobody_looked_at_is_unknown_and_not_no() {
    let facts = judge::facts(&judged(&taken(5, 9000), &[]));
    for key in ["edema", "tanda_bahaya", "tb_u", "lila_mm"] {
        assert!(facts.get(key).is_none(), "{key}");
    }
}

#[test]
fn a_flagged_score_is_kept_and_gives_no_fact() {
    let row = judged(&taken(5, 29_000), &[]);
    assert!(row.z_wei.is_some() && row.bb_u.is_none() && row.doubtful());
    let facts = judge::facts(&row);
    assert!(facts.get("bb_u").is_none() && facts.get("bgm").is_none());
}

#[test]
fn a_weight_far_from_the_last_one_is_asked_for_again() {
    let first = judged(&taken(5, 9000), &[]);
    let second = judged(&taken(6, 7000), std::slice::from_ref(&first));
    assert_eq!(second.warnings, "berat_berubah_banyak");
    assert_eq!(first.warnings, "");
}

#[test]
fn shares_are_rounded_and_nothing_has_no_share() {
    assert_eq!(Skdn::share(2, 3), Some(667));
    assert_eq!(Skdn::share(1, 2), Some(500));
    assert_eq!(Skdn::share(0, 0), None);
}

#[test]
fn a_score_lies_between_two_lines_or_beyond_the_last() {
    for (z, place) in [
        (-301, "< -3"),
        (-300, "-3 … -2"),
        (-1, "-2 … 0"),
        (0, "0 … +2"),
        (299, "+2 … +3"),
        (300, "+3"),
        (301, "> +3"),
    ] {
        assert_eq!(show::place_in_signs(z), place);
    }
}

proptest! {
    /// In whatever order the weighings of a child come in, the letters end the same.
    #[test]
    fn letters_do_not_depend_on_the_order_of_entry(
        weights in prop::collection::vec(6_000_u32..12_000, 12),
        order in Just((1..=12_i8).collect::<Vec<_>>()).prop_shuffle(),
        missing in 0_usize..6,
    ) {
        let enter = |months: &[i8]| {
            let mut history: Vec<StoredMeasurement> = Vec::new();
            for &month in months {
                let new = taken(month, weights[usize::try_from(month).unwrap() - 1]);
                let row = judged(&new, &history);
                let at = history.partition_point(|past| *past.measured_on <= new.on);
                history.insert(at, row);
                judge::tell_anew(&mut history, new.on);
            }
            history.iter().map(|row| (row.gain.clone(), row.twice, row.gained)).collect::<Vec<_>>()
        };
        let mixed = &order[missing..];
        let mut sorted = mixed.to_vec();
        sorted.sort_unstable();
        prop_assert_eq!(enter(mixed), enter(&sorted));
    }

    /// D = N + T + O + B, and no count exceeds the one above it.
    #[test]
    fn the_counts_of_a_month_add_up(
        children in prop::collection::vec((any::<bool>(), prop::option::of(0_usize..5)), 0..60),
    ) {
        let row = judged(&taken(5, 9000), &[]);
        let mut counts = Skdn::default();
        for (ever, letter) in children {
            let month = letter.map(|letter| {
                let mut row = row.clone();
                row.gain = ["N", "T", "O", "B"].get(letter).map(|l| (*l).to_owned());
                row.weight = row.weight.filter(|_| letter < 4);
                row
            });
            let weighed = month.as_ref().is_some_and(|row| row.weight.is_some());
            counts.count(ever || weighed, month.as_ref());
        }
        prop_assert_eq!(counts.d, counts.n + counts.t + counts.o + counts.b);
        prop_assert!(counts.d <= counts.k && counts.k <= counts.s);
    }
}
