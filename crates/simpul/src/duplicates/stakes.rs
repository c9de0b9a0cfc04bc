//! The money at risk: what two records of one person may cost in a year, by the amounts of
//! `data/benefits/amounts.toml`.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;
use simpul_phone::family::years_between;

use crate::registry::Programme;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[allow(dead_code, reason = "says what the file is")]
    kind: String,
    version: String,
    amount: Vec<Amount>,
}

/// Who is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Per {
    /// Once for two families, however many of their members are double.
    Family,
    Person,
}

/// What a programme pays in a year for somebody of an age.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Amount {
    pub programme: Programme,
    pub what: String,
    pub per: Per,
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

/// Rupiah a year that are at risk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stake {
    pub all: i64,
    /// The part of it that is paid per family.
    pub family: i64,
}

/// What is at risk when both families of somebody born on a day receive these programmes; too low
/// rather than too high.
pub(super) fn at_risk(received: &[Programme], born: Date, today: Date) -> Stake {
    let age = years_between(born, today);
    let mut stake = Stake::default();
    for amount in amounts().0 {
        let fits = (amount.from_age..=amount.to_age).contains(&age);
        if fits && received.contains(&amount.programme) {
            stake.all += amount.rupiah_a_year;
            if amount.per == Per::Family {
                stake.family += amount.rupiah_a_year;
            }
        }
    }
    stake
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
        let stake = |all, family| Stake { all, family };
        let of = |received: &[Programme], born| at_risk(received, born, today);
        assert_eq!(of(&all, date(2023, 1, 1)), stake(5_400_000, 2_400_000));
        assert_eq!(of(&all, date(1990, 1, 1)), stake(2_400_000, 2_400_000));
        // Sixty tomorrow.
        assert_eq!(of(&all[..1], date(1966, 11, 29)), stake(0, 0));
        assert_eq!(of(&all[..1], date(1966, 11, 28)), stake(2_400_000, 0));
        assert_eq!(of(&[], date(2023, 1, 1)), stake(0, 0));
    }
}
