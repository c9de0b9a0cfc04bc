//! Files that are refused, and versions that are chosen.

use jiff::civil::date;
use proptest::prelude::*;

use crate::{Catalogue, Holidays, Pack, Publication, Rulebook, Sla, WorkWeek};

const GOOD: &str = r#"
kind = "trigger"
edition = { key = "uji", version = "1", valid_from = "2026-01-01", valid_to = "2026-12-31", source = "contoh" }
[[rule]]
key = "satu"
title = { id = "Satu", en = "One" }
source = "contoh"
verified = "S"
action = "skrining"
when = { id = "Dua", en = "Two", any = [
    { id = "Berat", en = "Weight", fact = "bb_u", in = ["kurang"] },
    { id = "Umur", en = "Age", fact = "tanggal_lahir", age = "months", lt = 6 },
    { id = "Suhu", en = "Temperature", fact = "suhu", gt = 37.5 },
    { id = "Hitung", en = "Count", at_least = 1, of = [{ id = "Makan", en = "Meals", fact = "lewat_makan", eq = true }] },
] }
"#;

fn refusal(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "{from}");
    let text = GOOD.replacen(from, to, 1);
    Pack::parse(Rulebook::embedded().catalogue(), "uji.toml", &text)
        .unwrap_err()
        .to_string()
}

#[test]
fn a_pack_is_refused_by_file_rule_and_field() {
    assert!(Pack::parse(Rulebook::embedded().catalogue(), "uji.toml", GOOD).is_ok());
    let at = "uji.toml, rule `satu`, field";
    for (from, to, says) in [
        (
            "fact = \"bb_u\"",
            "fact = \"bb\"",
            "`when.any[0].fact`: unknown fact `bb`",
        ),
        (
            "in = [\"kurang\"]",
            "eq = true",
            "`when.any[0]`: the limit does not have the type",
        ),
        (
            "in = [\"kurang\"]",
            "in = [\"kecil\"]",
            "`when.any[0]`: the limit is not a value",
        ),
        (
            "in = [\"kurang\"]",
            "lt = \"kurang\"",
            "`when.any[0]`: this fact has no order",
        ),
        (
            "in = [\"kurang\"]",
            "eq = \"kurang\", in = []",
            "`when.any[0]`: needs exactly one of `eq`",
        ),
        (
            "in = [\"kurang\"]",
            "in = []",
            "`when.any[0]`: gives the same answer",
        ),
        (
            "age = \"months\", lt = 6",
            "lt = 6",
            "`when.any[1]`: the limit does not have the type",
        ),
        ("lt = 6", "ge = 0", "`when.any[1]`: gives the same answer"),
        (
            "lt = 6",
            "lt = 1_801",
            "`when.any[1]`: an age is from 0 to 150 years",
        ),
        (
            "fact = \"suhu\"",
            "fact = \"suhu\", age = \"days\"",
            "`when.any[2]`: `age` needs a fact",
        ),
        (
            "gt = 37.5",
            "gt = 37.555",
            "`when.any[2]`: not a number with at most two",
        ),
        (
            "gt = 37.5",
            "gt = 99",
            "`when.any[2]`: the limit is not a value",
        ),
        (
            "at_least = 1",
            "at_least = 2",
            "`when.any[3]`: `at_least` must be from 1",
        ),
        (
            "at_least = 1, of",
            "at_least = 1, any",
            "`when.any[3]`: `at_least` and `of` go",
        ),
        (
            "eq = true }] }",
            "eq = true }], all = [] }",
            "`when.any[3]`: needs exactly one of `fact`",
        ),
        (
            "id = \"Suhu\"",
            "id = \"\"",
            "`when.any[2].id/en`: needs words in both",
        ),
        ("id = \"Suhu\", ", "", "`when.any[2].id/en`: is missing"),
        ("verified = \"S\"", "", "`verified`: is missing; add it"),
        (
            "source = \"contoh\"\nverified",
            "verified",
            "`source`: is missing; add it",
        ),
        (
            "action = \"skrining\"",
            "urgency = \"rutin\"",
            "`urgency`: does not belong",
        ),
        ("action = \"skrining\"", "", "`action`: is missing"),
        (
            "title = { id = \"Satu\", en = \"One\" }",
            "",
            "`title`: is missing",
        ),
    ] {
        let refusal = refusal(from, to);
        assert!(refusal.starts_with(&format!("{at} {says}")), "{refusal}");
    }
    for (from, to, says) in [
        (
            "valid_from = \"2026-01-01\", ",
            "",
            "field `valid_from`: is missing",
        ),
        (
            "2026-01-01",
            "1 Januari",
            "field `valid_from`: must be a date",
        ),
        (
            "2026-12-31",
            "2025-12-31",
            "field `valid_to`: lies before `valid_from`",
        ),
        (
            ", source = \"contoh\" }",
            " }",
            "field `source`: is missing",
        ),
        ("action", "acton", "field `line 9`: unknown field `acton`"),
    ] {
        let refusal = refusal(from, to);
        assert!(
            refusal.starts_with(&format!("uji.toml, {says}")),
            "{refusal}"
        );
    }
    let twice = format!(
        "{GOOD}{}",
        GOOD.split_once("[[rule]]").map_or("", |(_, r)| r)
    );
    let twice = twice.replacen("] }\n\nkey", "] }\n[[rule]]\nkey", 1);
    let refused = Pack::parse(Rulebook::embedded().catalogue(), "uji.toml", &twice).unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!("{at} `key`: used twice; keep one")
    );
}

#[test]
fn a_rule_without_a_choice_or_too_tangled_is_refused() {
    let always = "{ id = \"A\", en = \"A\", any = [
        { id = \"A\", en = \"A\", fact = \"desil\", le = 5 },
        { id = \"B\", en = \"B\", fact = \"desil\", gt = 4 } ] }";
    let with = |when: &str| {
        let head = GOOD.split_once("when = ").map_or("", |(head, _)| head);
        let text = format!("{head}when = {when}");
        Pack::parse(Rulebook::embedded().catalogue(), "uji.toml", &text).map_err(|e| e.problem)
    };
    assert_eq!(
        with(always).unwrap_err(),
        "always has the same answer; mend it"
    );

    let keys: Vec<_> = Rulebook::embedded().catalogue().all().iter().collect();
    let keys: Vec<_> = keys
        .iter()
        .filter(|d| d.kind == crate::Kind::YesNo)
        .collect();
    let leaf = |i: usize| {
        format!(
            "{{ id = \"x\", en = \"x\", fact = \"{}\", eq = true }}",
            keys[i].key
        )
    };
    let half = keys.len() / 2;
    assert!(half >= 13, "enough facts for 2^13 branches");
    let first: Vec<_> = (0..half).map(leaf).collect();
    let pairs: Vec<_> = (0..half)
        .map(|i| {
            format!(
                "{{ id = \"x\", en = \"x\", all = [{}, {}] }}",
                leaf(i),
                leaf(half + i)
            )
        })
        .collect();
    let tangled = format!(
        "{{ id = \"x\", en = \"x\", any = [{{ id = \"x\", en = \"x\", all = [{}] }}, {}] }}",
        first.join(", "),
        pairs.join(", ")
    );
    assert_eq!(
        with(&tangled).unwrap_err(),
        "tests the same facts too often; split the rule"
    );
    let twice = |facts| {
        let leaves: Vec<_> = (0..facts).flat_map(|i| [leaf(i), leaf(i)]).collect();
        let any = leaves.join(", ");
        with(&format!("{{ id = \"x\", en = \"x\", any = [{any}] }}"))
    };
    assert!(twice(5).is_ok());
    assert_eq!(
        twice(6).unwrap_err(),
        "looks at too many facts more than once; split the rule"
    );
}

#[test]
fn facts_are_refused_by_key_and_field() {
    let good = r#"
        kind = "facts"
        [[fact]]
        key = "x"
        type = "integer"
        min = 1
        max = 3
        name = { id = "X", en = "X" }
        question = { id = "Berapa?", en = "How many?" }
        see = "officer"
        ask = "officer"
        order = 1
        sensitivity = "general"
    "#;
    assert!(Catalogue::parse("f.toml", good).is_ok());
    for (from, to, says) in [
        ("max = 3", "max = 1", "`max`: must be above `min`"),
        ("max = 3", "", "`max`: is missing"),
        (
            "\"integer\"",
            "\"number\"",
            "`min`: only a number has a range",
        ),
        (
            "ask = \"officer\"",
            "ask = \"kader\"",
            "`ask`: Kader may not see the answer",
        ),
        (
            "ask = \"officer\"",
            "",
            "`question`: a fact has a question exactly when",
        ),
        ("order = 1", "", "`order`: is missing"),
        ("see = \"officer\"", "", "`see`: is missing"),
    ] {
        let refused = Catalogue::parse("f.toml", &good.replacen(from, to, 1)).unwrap_err();
        let text = refused.to_string();
        assert!(
            text.starts_with(&format!("f.toml, rule `x`, field {says}")),
            "{text}"
        );
    }
    let fact = good.split_once("[[fact]]").map_or("", |(_, fact)| fact);
    let refused = Catalogue::parse("f.toml", &format!("{good}\n[[fact]]{fact}")).unwrap_err();
    assert_eq!(refused.field, "key");
    let other = fact.replace("\"x\"", "\"y\"");
    let refused = Catalogue::parse("f.toml", &format!("{good}\n[[fact]]{other}")).unwrap_err();
    assert_eq!(refused.field, "order");
}

#[test]
fn tables_are_refused_by_key_and_field() {
    let edition = "edition = { key = \"k\", version = \"1\", valid_from = \"2026-01-01\", \
                   valid_to = \"2026-12-31\", source = \"s\" }\n";
    let text = |kind: &str, rest: &str| format!("kind = \"{kind}\"\n{edition}{rest}");
    let both = "time = [{ key = \"a\", title = { id = \"a\", en = \"a\" }, hours = 1, \
                working_days = 1, remind_after = 0, source = \"s\", verified = \"U\" }]";
    let refused = Sla::parse("s.toml", &text("service_times", both)).unwrap_err();
    assert_eq!(
        (refused.rule.as_deref(), refused.field.as_str()),
        (Some("a"), "hours")
    );
    let late = both.replace("working_days = 1, remind_after = 0", "remind_after = 2");
    let refused = Sla::parse("s.toml", &text("service_times", &late)).unwrap_err();
    assert_eq!(refused.field, "remind_after");

    let state =
        "state = [{ internal = \"a\", public = \"diajukan\", next = { id = \"a\", en = \"a\" } }]";
    let refused = Publication::parse("p.toml", &text("public_states", state)).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "p.toml, rule `a`, field `words`: is missing; add it"
    );

    let day =
        "verified = \"U\"\nday = [{ date = \"2027-01-01\", name = { id = \"a\", en = \"a\" } }]";
    let refused = Holidays::parse("h.toml", &text("holidays", day)).unwrap_err();
    assert_eq!(
        (refused.rule.as_deref(), refused.field.as_str()),
        (Some("2027-01-01"), "date")
    );

    let week = "kind = \"work_weeks\"\nweek = [{ key = \"w\", days = [\"senen\"], open = \"08:00\", close = \"15:00\" }]";
    assert_eq!(WorkWeek::parse("w.toml", week).unwrap_err().field, "days");
    let week = week.replace("senen", "senin").replace("15:00", "07:00");
    assert_eq!(WorkWeek::parse("w.toml", &week).unwrap_err().field, "close");
}

#[test]
fn versions_are_chosen_by_day_and_may_not_overlap() {
    let next = GOOD
        .replace("version = \"1\"", "version = \"2\"")
        .replace("2026-12-31", "2027-12-31")
        .replace("2026-01-01", "2027-01-01");
    let book = Rulebook::with_files(&[("a.toml", GOOD), ("b.toml", &next)]).unwrap();
    let version = |day| book.pack("uji", day).map(|p| p.edition().version.clone());
    assert_eq!(version(date(2026, 12, 31)).unwrap(), "1");
    assert_eq!(version(date(2027, 1, 1)).unwrap(), "2");
    assert!(version(date(2028, 1, 1)).is_err());

    let overlap = next.replace("2027-01-01", "2026-12-31");
    let refused = Rulebook::with_files(&[("a.toml", GOOD), ("b.toml", &overlap)]).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "b.toml, field `valid_from`: `uji` overlaps with version 1 in a.toml; \
         end one before the other begins"
    );
}

#[test]
fn a_file_of_the_same_name_takes_the_place_of_the_default() {
    let own = r#"
        kind = "service_times"
        edition = { key = "sla", version = "lokal", valid_from = "2025-01-01", source = "SK Bupati" }
        time = [{ key = "pengakuan", title = { id = "Diterima", en = "Taken" }, working_days = 2, remind_after = 1, source = "SK Bupati", verified = "V" }]
    "#;
    let book = Rulebook::with_files(&[("rules/sla.toml", own)]).unwrap();
    let sla = book.sla(super::TODAY).unwrap();
    assert_eq!(
        (sla.as_ref().version.as_str(), sla.all().len()),
        ("lokal", 1)
    );
    let refused = Rulebook::with_files(&[("lain.toml", own)]).unwrap_err();
    assert_eq!(refused.file, "lain.toml");
    let refused = Rulebook::with_files(&[("x.toml", "kind = \"lain\"")]).unwrap_err();
    assert_eq!(refused.field, "kind");
}

#[test]
fn a_rule_may_end_before_its_pack() {
    let text = GOOD.replace("verified", "valid_to = \"2026-06-30\"\nverified");
    let pack = Pack::parse(Rulebook::embedded().catalogue(), "uji.toml", &text).unwrap();
    let count = |day| {
        pack.verdicts(&crate::Facts::new(), day, crate::Audience::Officer)
            .count()
    };
    assert_eq!((count(date(2026, 6, 30)), count(date(2026, 7, 1))), (1, 0));
}

proptest! {
    #[test]
    fn strange_text_is_refused_and_never_panics(text in "\\PC*") {
        prop_assert!(Rulebook::with_files(&[("x.toml", &text)]).is_err());
    }

    #[test]
    fn answers_read_back(n in 0..=10i32) {
        let catalogue = Rulebook::embedded().catalogue();
        prop_assert_eq!(catalogue.answer("desil", &n.to_string()).unwrap(), Some(n.into()));
    }

    #[test]
    fn decimals_read_back(n in -100_000..100_000) {
        let d = crate::Decimal::from_hundredths(n);
        prop_assert_eq!(d.to_string().parse(), Ok(d));
    }
}
