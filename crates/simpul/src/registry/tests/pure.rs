//! Decisions without a database.

use jiff::civil::{Date, date};
use proptest::prelude::*;
use simpul_identity::Decile;

use crate::registry::{CheckSource, RegistryAnswer, Relation, birth_day, neighbourhood};

fn answer(by: CheckSource) -> impl Strategy<Value = RegistryAnswer> {
    let day = (1_i8..=28).prop_map(|day| date(2026, 5, day));
    prop_oneof![
        Just(RegistryAnswer::NotChecked),
        day.clone()
            .prop_map(move |as_of| RegistryAnswer::NotFound { as_of, by }),
        (day, 0_u8..=10).prop_map(move |(as_of, decile)| RegistryAnswer::Found {
            decile: Decile::new(decile).ok(),
            as_of,
            by
        }),
    ]
}

proptest! {
    #[test]
    fn the_newest_answer_counts_and_the_desk_at_the_same_day(
        extract in answer(CheckSource::Extract), desk in answer(CheckSource::Desk),
    ) {
        let newest = RegistryAnswer::newest(extract, desk);
        prop_assert!(newest == extract || newest == desk);
        prop_assert_eq!(newest.as_of(), extract.as_of().max(desk.as_of()));
        if desk.as_of().is_some() && desk.as_of() == extract.as_of() {
            prop_assert_eq!(newest, desk);
        }
        prop_assert_eq!(newest.without_decile().as_of(), newest.as_of());
    }

    #[test]
    fn a_neighbourhood_is_three_digits_or_refused(text in ".{0,6}") {
        if let Some(stored) = neighbourhood(&text) {
            prop_assert!(stored.len() == 3 && stored.bytes().all(|b| b.is_ascii_digit()));
            prop_assert_eq!(neighbourhood(&stored), Some(stored));
        }
    }

    #[test]
    fn a_birth_day_is_never_to_come(days in -60_000_i32..60_000) {
        let today = date(2026, 11, 21);
        let born: Date = today.saturating_add(jiff::Span::new().days(days));
        let taken = birth_day(born, today);
        prop_assert_eq!(taken.is_ok(), born <= today && today.year() - born.year() <= 130);
    }
}

#[test]
fn relations_are_read_as_the_card_writes_them() {
    for relation in Relation::ALL {
        let card = relation.key().replace('_', " ").to_uppercase();
        assert_eq!(Relation::parse(&card), Some(*relation));
        assert_eq!(relation.key().parse(), Ok(*relation));
    }
    assert_eq!(Relation::parse("TETANGGA"), None);
    assert_eq!(neighbourhood("4"), Some("004".into()));
    assert_eq!(neighbourhood(""), Some("000".into()));
    assert_eq!(neighbourhood("0004"), None);
}
