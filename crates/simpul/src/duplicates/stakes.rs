//! The money at risk: what two records of one person may cost in a year, by the amounts of
//! `data/benefits/amounts.toml`.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use crate::registry::Programme;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[allow(dead_code, reason = "says what the file is")]
    kind: String,
    version: String,
    amount: Vec<Amount>,
}

/// What a programme pays in a year for somebody of an age.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Amount {
    pub programme: Programme,
    pub what: String,
    pub rupiah_a_year: i64,
    pub from_age: i16,
    pub to_age: i16,
    pub source: String,
    pub as_of: String,
    pub verified: bool,
}

static FILE: LazyLock<File> = LazyLock::new(|| {
    let text = include_str!("../../../../data/benefits/amounts.toml");
    toml::from_str(text).expect("a test reads it")
});

/// All amounts, and the version of the file.
pub(super) fn amounts() -> (&'static [Amount], &'static str) {
    (&FILE.amount, &FILE.version)
}

/// Rupiah a year that are at risk when both families of somebody born on a day receive these
/// programmes; too low rather than too high.
pub(super) fn at_risk(received: &[Programme], born: Date, today: Date) -> i64 {
    let age = years(born, today);
    let fits = |amount: &&Amount| {
        received.contains(&amount.programme) && (amount.from_age..=amount.to_age).contains(&age)
    };
    let fitting = amounts().0.iter().filter(fits);
    fitting.map(|amount| amount.rupiah_a_year).sum()
}

fn years(born: Date, today: Date) -> i16 {
    let had_birthday = (today.month(), today.day()) >= (born.month(), born.day());
    today.year() - born.year() - i16::from(!had_birthday)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn amounts_are_read_and_name_their_source() {
        let (all, version) = amounts();
        assert_eq!(version, "2026-11");
        for amount in all {
            assert!(amount.rupiah_a_year > 0 && amount.from_age <= amount.to_age);
            assert!(!amount.source.is_empty() && amount.as_of.parse::<Date>().is_ok());
        }
    }

    #[test]
    fn what_is_at_risk_depends_on_programme_and_age() {
        let today = date(2026, 11, 28);
        let all = [Programme::Pkh, Programme::Sembako];
        assert_eq!(at_risk(&all, date(2023, 1, 1), today), 5_400_000);
        assert_eq!(at_risk(&all, date(1990, 1, 1), today), 2_400_000);
        // Sixty tomorrow.
        assert_eq!(at_risk(&all[..1], date(1966, 11, 29), today), 0);
        assert_eq!(at_risk(&all[..1], date(1966, 11, 28), today), 2_400_000);
        assert_eq!(at_risk(&[], date(2023, 1, 1), today), 0);
    }
}
