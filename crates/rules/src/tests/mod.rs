mod clock;
mod data;
mod files;
mod laws;
mod packs;

use jiff::civil::{Date, date};

use crate::{Audience, Facts, Finding, Origin, Pack, Rulebook, Value};

/// A Friday that is no holiday.
const TODAY: Date = date(2026, 7, 3);

fn pack(key: &str) -> &'static Pack {
    Rulebook::embedded().pack(key, TODAY).unwrap()
}

/// Facts of today, as measured.
fn facts(known: &[(&'static str, Value)]) -> Facts {
    let mut facts = Facts::new();
    for (key, value) in known {
        facts.set(*key, value.clone(), Origin::Measurement, TODAY);
    }
    Rulebook::embedded().catalogue().check(&facts).unwrap();
    facts
}

fn born(days_ago: i64) -> Value {
    use jiff::ToSpan;
    TODAY.checked_sub(days_ago.days()).unwrap().into()
}

/// Keys of the rules that apply.
fn applying(found: &[Finding]) -> Vec<&str> {
    found
        .iter()
        .filter(|f| f.applies())
        .map(Finding::key)
        .collect()
}

fn findings(key: &str, facts: &Facts) -> Vec<Finding> {
    let found = pack(key).findings(facts, TODAY, Audience::Officer);
    let rules = pack(key).applying(facts, TODAY, Audience::Officer);
    let keys: Vec<_> = rules.iter().map(|rule| rule.key.as_str()).collect();
    assert_eq!(keys, applying(&found));
    found
}
