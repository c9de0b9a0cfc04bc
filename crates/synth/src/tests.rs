//! What a village must look like, over the six pilots.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    sync::LazyLock,
};

use jiff::civil::{Date, date};
use simpul_growth::{Age, Centimetres, Child, Index, Kilograms, Sex as Table, assess};
use simpul_identity::{RegionCode, Sex};

use crate::{
    childhood::under_five,
    family::{days, years},
    rng::fnv,
    *,
};

const TODAY: Date = date(2026, 11, 20);

static VILLAGES: LazyLock<Vec<Village>> = LazyLock::new(|| {
    pilots()
        .iter()
        .map(|p| Village::generate(2026, p.area, 2000, TODAY).unwrap())
        .collect()
});

fn homes() -> impl Iterator<Item = &'static Household> {
    VILLAGES.iter().flat_map(|village| &village.households)
}

fn people() -> impl Iterator<Item = &'static Person> {
    homes().flat_map(|home| &home.members)
}

/// The share of `all` for which `is` holds, in per mille.
fn share<T>(all: impl Iterator<Item = T>, is: impl Fn(&T) -> bool) -> usize {
    let (mut hits, mut count) = (0, 0);
    for item in all {
        count += 1;
        hits += usize::from(is(&item));
    }
    assert!(count > 100, "too few to tell");
    1000 * hits / count
}

fn assert_within(what: &str, value: usize, bounds: std::ops::RangeInclusive<usize>) {
    println!("{what}: {value}");
    assert!(
        bounds.contains(&value),
        "{what}: {value} is outside {bounds:?}"
    );
}

/// One text that holds every field.
fn canonical(village: &Village) -> String {
    let mut text = String::new();
    write!(text, "{village:?}").unwrap();
    text
}

#[test]
fn a_seed_gives_the_same_bytes_for_ever() {
    let area = pilots()[3].area;
    let text = canonical(&Village::generate(1, area, 300, TODAY).unwrap());
    assert_eq!(
        text,
        canonical(&Village::generate(1, area, 300, TODAY).unwrap())
    );
    assert_ne!(
        text,
        canonical(&Village::generate(2, area, 300, TODAY).unwrap())
    );
    assert_eq!(
        fnv(&text),
        0x7545_f01c_b81b_ed98,
        "the village of seed 1 changed: {:#018x}",
        fnv(&text)
    );
}

#[test]
fn more_residents_leave_the_first_families_as_they_were() {
    let area = pilots()[0].area;
    let [few, many] = [100, 400].map(|n| Village::generate(3, area, n, TODAY).unwrap());
    assert_eq!(few.households[..], many.households[..few.households.len()]);
}

#[test]
fn only_known_villages() {
    for code in ["32", "3204", "320433", "3204339999", "9999999999"] {
        let area = RegionCode::parse(code).unwrap();
        let refusal = Village::generate(1, area, 10, TODAY).unwrap_err();
        assert_eq!(refusal, UnknownVillage(area));
    }
    let kabupaten = pilots().map(|pilot| pilot.area.kabupaten().unwrap().as_str().to_owned());
    assert_eq!(kabupaten, ["3204", "3503", "1810", "7309", "6371", "5271"]);
}

#[test]
fn ages_and_families_are_like_those_of_indonesia() {
    for village in VILLAGES.iter() {
        let count: usize = village
            .households
            .iter()
            .map(|home| home.members.len())
            .sum();
        assert!((2000..2015).contains(&count));
    }
    let age = |person: &&Person| years(person.birth_date, TODAY);
    // Census 2020 and its projections: 8 to 9, 16, 66, 11 and 3 of a hundred.
    assert_within("under 5", share(people(), |p| age(p) < 5), 75..=95);
    assert_within(
        "5 to 14",
        share(people(), |p| (5..15).contains(&age(p))),
        145..=185,
    );
    assert_within(
        "15 to 59",
        share(people(), |p| (15..60).contains(&age(p))),
        600..=680,
    );
    assert_within("60 and over", share(people(), |p| age(p) >= 60), 95..=145);
    assert_within("over 80", share(people(), |p| age(p) > 80), 4..=20);
    assert_within(
        "women",
        share(people(), |p| p.sex == Sex::Female),
        480..=525,
    );
    let mothers = people().filter(|p| p.sex == Sex::Female && (18..43).contains(&age(p)));
    assert_within("pregnant", share(mothers, |p| p.pregnant), 15..=45);
    assert_within(
        "size x 100",
        people().count() * 100 / homes().count(),
        345..=390,
    );
    let three = |home: &&Household| {
        let has = |relation| home.members.iter().any(|m| m.relation == relation);
        has(Relation::Cucu) || has(Relation::OrangTua) || has(Relation::Mertua)
    };
    assert_within("three generations", share(homes(), three), 100..=260);
}

#[test]
fn families_hold_together() {
    for home in homes() {
        let [head, others @ ..] = &home.members[..] else {
            panic!("an empty family")
        };
        assert_eq!(head.relation, Relation::KepalaKeluarga);
        assert!(
            others
                .iter()
                .all(|m| m.relation != Relation::KepalaKeluarga)
        );
        let spouses = others
            .iter()
            .filter(|m| matches!(m.relation, Relation::Istri | Relation::Suami));
        assert!(spouses.count() <= 1);
        for person in &home.members {
            assert!(person.birth_date <= TODAY);
            let Some(mother) = person.mother.map(|i| &home.members[i]) else {
                continue;
            };
            assert_eq!(mother.sex, Sex::Female);
            assert_eq!(person.mother_name.as_deref(), Some(mother.name.as_str()));
            let gap = years(mother.birth_date, person.birth_date);
            assert!((16..=46).contains(&gap), "{gap}");
        }
        assert!(home.in_dtsen || home.decile.is_none());
        assert_eq!(home.dtsen_date.is_some(), home.in_dtsen);
    }
}

#[test]
fn numbers_are_valid_unique_and_nobodys() {
    for village in VILLAGES.iter() {
        let mut seen = BTreeSet::new();
        for home in &village.households {
            assert!(seen.insert(&home.kk));
            simpul_identity::KkNumber::parse(&home.kk).unwrap();
            for person in &home.members {
                let Some(nik) = &person.nik else { continue };
                assert!(seen.insert(nik), "given twice");
                let parsed = simpul_identity::Nik::parse(nik).unwrap();
                assert_eq!(parsed.sex(), person.sex);
                assert!(nik[12..].parse::<u16>().unwrap() >= 9001);
                let birth = person.birth_date;
                let day = birth.day() + if person.sex == Sex::Female { 40 } else { 0 };
                let wanted = format!("{day:02}{:02}{:02}", birth.month(), birth.year() % 100);
                assert_eq!(nik[6..12], wanted);
            }
        }
    }
    let newborn = people().filter(|p| days(p.birth_date, TODAY) < 60).count();
    let without = people()
        .filter(|p| days(p.birth_date, TODAY) < 60 && p.nik.is_none())
        .count();
    assert!(
        newborn > 20 && (40..=80).contains(&(100 * without / newborn)),
        "{without}/{newborn}"
    );
    let grown = people().filter(|p| days(p.birth_date, TODAY) > 1827);
    assert_within(
        "grown without NIK",
        share(grown, |p| p.nik.is_none()),
        8..=25,
    );
    let local = VILLAGES.iter().flat_map(|village| {
        let members = village.households.iter().flat_map(|home| &home.members);
        members.filter_map(|p| {
            Some((p.nik.as_ref()?, &village.area.as_str()[..6])).map(|(n, a)| n.starts_with(a))
        })
    });
    assert_within("NIK of the kecamatan", share(local, |is| *is), 800..=920);
}

#[test]
fn names_are_skewed() {
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for person in people() {
        *names.entry(&person.name).or_default() += 1;
    }
    let mut counts: Vec<usize> = names.into_values().collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let (all, top): (usize, usize) = (counts.iter().sum(), counts[..100].iter().sum());
    assert_within(
        "of the 100 most frequent names",
        1000 * top / all,
        100..=350,
    );
    assert_within("different names", 1000 * counts.len() / all, 400..=750);
    let mut twins = 0;
    for pair in homes().flat_map(|home| home.members.windows(2)) {
        let [a, b] = pair else {
            unreachable!("windows of two")
        };
        if a.mother.is_some() && a.mother == b.mother && a.birth_date == b.birth_date {
            assert_ne!(a.name, b.name);
            twins += 1;
        }
    }
    assert_within("pairs of twins", twins, 15..=70);
}

#[test]
fn programmes_follow_the_decile_with_errors_on_both_sides() {
    let decile = |home: &&Household| home.decile.map(simpul_identity::Decile::get);
    assert_within("in DTSEN", share(homes(), |h| h.in_dtsen), 820..=920);
    for number in 1..=10 {
        let all = homes().filter(|h| h.decile.is_some());
        assert_within(
            "decile",
            share(all, |h| decile(h) == Some(number)),
            50..=170,
        );
    }
    let poor = || homes().filter(|h| decile(h).is_some_and(|n| n <= 4));
    let rich = || homes().filter(|h| decile(h).is_some_and(|n| n > 5));
    assert_within("PKH to 4", share(poor(), |h| h.memberships.pkh), 300..=520);
    assert_within("PKH above 5", share(rich(), |h| h.memberships.pkh), 5..=40);
    assert_within(
        "Sembako to 4",
        share(poor(), |h| h.memberships.sembako),
        480..=680,
    );
    let removed = share(homes(), |h| matches!(h.memberships.jkn, Jkn::PbiRemoved(_)));
    assert_within("PBI removed", removed, 20..=80);
    let hungry = |h: &&Household| h.answers.meals_skipped == Some(true);
    assert!(share(poor(), hungry) > 2 * share(rich(), hungry));
}

/// z-scores of one measurement, by index, in hundredths.
fn scores(child: &Person, taken: &Measurement) -> [Option<i32>; 6] {
    let cm = |tenths: u32| Centimetres::new(f64::from(tenths) / 100.0);
    let sex = if child.sex == Sex::Male {
        Table::Male
    } else {
        Table::Female
    };
    let age = days(child.birth_date, taken.date).unsigned_abs();
    let assessed = assess(&Child {
        weight: Kilograms::new(f64::from(taken.weight_grams) / 1000.0),
        lenhei: taken.length_tenths_mm.and_then(cm),
        position: Some(taken.position),
        oedema: taken.oedema,
        head: taken.head_tenths_mm.and_then(cm),
        arm: taken.lila_tenths_mm.and_then(cm),
        ..Child::new(sex, Some(Age::Days(age)))
    });
    Index::ALL.map(|index| assessed.score(index).map(simpul_growth::Score::hundredths))
}

#[test]
fn growth_is_plausible() {
    let mut z: [Vec<i32>; 6] = Default::default();
    // Length for age of the youngest, the older, the poor and the others.
    let mut length: [Vec<i32>; 4] = Default::default();
    for pilot in pilots() {
        // Larger than the pilots, so that chance plays no part in the bounds.
        let village = Village::generate(1, pilot.area, 8000, TODAY).unwrap();
        for visit in &village.morning {
            let child = &village.households[visit.household].members[visit.member];
            let scores = scores(child, &visit.measurement);
            for (list, score) in z.iter_mut().zip(scores) {
                list.extend(score);
            }
            match days(child.birth_date, TODAY) {
                ..183 => length[0].extend(scores[0]),
                731.. => length[1].extend(scores[0]),
                _ => {}
            }
            let poor = village.households[visit.household]
                .decile
                .is_some_and(|d| d.get() <= 3);
            length[if poor { 2 } else { 3 }].extend(scores[0]);
        }
    }
    let mean = |list: &[i32]| list.iter().sum::<i32>() / list.len() as i32;
    let [young, old, poor, others] = length.map(|list| mean(&list));
    assert!(young - old > 50, "growth falters: {young}, then {old}");
    assert!(
        others - poor > 20,
        "the poor are shorter: {poor}, others {others}"
    );
    let below = |index: Index| {
        let list = &z[index as usize];
        1000 * list.iter().filter(|z| **z < -200).count() / list.len()
    };
    for index in Index::ALL {
        let list = &z[index as usize];
        let n = list.len() as f64;
        let mean = list.iter().map(|z| f64::from(*z)).sum::<f64>() / n;
        let sd = (list.iter().map(|z| f64::from(*z).powi(2)).sum::<f64>() / n - mean * mean).sqrt();
        println!(
            "{index:?}: n {n}, mean {mean:.0}, deviation {sd:.0}, below -2 {}",
            below(index)
        );
        assert!((-140.0..-10.0).contains(&mean), "{index:?}: mean {mean}");
        assert!((80.0..130.0).contains(&sd), "{index:?}: deviation {sd}");
        assert!(list.iter().all(|z| z.abs() < 600), "{index:?}");
    }
    assert_within("stunting", below(Index::LengthForAge), 180..=235);
    assert_within("wasting", below(Index::WeightForLength), 60..=90);
    assert_within("underweight", below(Index::WeightForAge), 140..=180);
}

#[test]
fn histories_are_monthly_rounded_and_uneven() {
    let (mut pairs, mut gained, mut possible, mut kept) = (0, 0, 0, 0);
    for village in VILLAGES.iter() {
        for home in &village.households {
            let post = &village.posts[usize::from(home.post) - 1];
            for child in &home.members {
                let taken = &child.measurements;
                assert!(taken.is_empty() || under_five(child.birth_date, TODAY));
                if under_five(child.birth_date, TODAY) {
                    possible += days(child.birth_date, TODAY) / 31;
                    kept += taken.len() as i32;
                }
                for one in taken {
                    assert!(one.date > child.birth_date && one.date < TODAY.first_of_month());
                    assert_eq!(one.weight_grams % post.scale_grams, 0);
                    assert!(one.length_tenths_mm.is_none_or(|length| length % 10 == 0));
                }
                for pair in taken.windows(2) {
                    assert!(pair[0].date.first_of_month() < pair[1].date.first_of_month());
                    let age = days(child.birth_date, pair[1].date);
                    if (365..).contains(&age) && days(pair[0].date, pair[1].date) < 32 {
                        pairs += 1;
                        gained += usize::from(pair[1].weight_grams >= pair[0].weight_grams + 200);
                    }
                    let same = pair[0].position == pair[1].position;
                    if let (Some(a), Some(b), true) =
                        (pair[0].length_tenths_mm, pair[1].length_tenths_mm, same)
                        && age != 731
                    {
                        assert!(b + 150 >= a, "shrank from {a} to {b}");
                    }
                }
            }
        }
    }
    assert_within(
        "kept of the months",
        (1000 * kept / possible).unsigned_abs() as usize,
        820..=920,
    );
    assert_within(
        "gained 200 g from one year",
        1000 * gained / pairs,
        400..=650,
    );
}

#[test]
fn the_morning_is_about_four_of_five_children() {
    let children = people().filter(|p| under_five(p.birth_date, TODAY)).count();
    let visits = || VILLAGES.iter().flat_map(|village| &village.morning);
    assert_within("come", 1000 * visits().count() / children, 760..=840);
    let by = |companion| share(visits(), |visit| visit.companion == companion);
    assert_within("with the mother", by(Companion::Mother), 650..=850);
    assert!(by(Companion::Grandparent) > 30 && by(Companion::Neighbour) > 10);
    for village in VILLAGES.iter() {
        for visit in &village.morning {
            assert_eq!(visit.measurement.date, TODAY);
            assert_eq!(visit.consent.is_some(), visit.companion.guardian());
            assert_eq!(visit.post, village.households[visit.household].post);
        }
    }
}

#[test]
fn a_roster_has_a_row_for_each_person() {
    let village = &VILLAGES[5];
    let rows: Vec<_> = roster_rows(village).collect();
    let column = |name| {
        ROSTER_COLUMNS
            .iter()
            .position(|column| *column == name)
            .unwrap()
    };
    assert_eq!(
        rows.len(),
        village
            .households
            .iter()
            .map(|home| home.members.len())
            .sum()
    );
    for row in &rows {
        assert_eq!(row[column("kode_wilayah")], "52.71.05.1006");
        assert_eq!(row[column("rt")].len(), 3);
        row[column("tanggal_lahir")].parse::<Date>().unwrap();
        assert!(row.iter().all(|cell| !cell.contains(['\n', '"', ','])));
    }
}
