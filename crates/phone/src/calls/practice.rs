//! "Latihan": a hamlet of invented families, the same on every phone, never to be sent.

use jiff::Span;
use jiff::civil::Date;
use simpul_growth::{Age, At, Index, Sex, measure_at};

use super::Taken;
use super::measure::Child;
use crate::Id;
use crate::extract::{Extract, Home, Measured, Membership, Person, Post, Registry, RegistryAnswer};

/// The post of the practice; no registered area has this code.
const POST: &str = "0000000000001";

/// A child of the practice: name, sex, months of age, its line in SD, and grams that it gained less
/// than its line would have it in the last month.
type ChildOf = (&'static str, &'static str, i32, f64, u32);

/// Families: mother, father, RT, whether the registry has it, children.
const FAMILIES: [(&str, &str, &str, RegistryAnswer, &[ChildOf]); 8] = [
    (
        "Contoh Sari",
        "Contoh Budi",
        "001",
        RegistryAnswer::Found,
        &[("Latihan Ayu", "P", 9, 0.3, 0)],
    ),
    (
        "Contoh Dewi",
        "Contoh Agus",
        "001",
        RegistryAnswer::NotChecked,
        &[("Latihan Bima", "L", 18, -2.4, 600)],
    ),
    (
        "Contoh Rina",
        "Contoh Joko",
        "002",
        RegistryAnswer::NotFound,
        &[
            ("Latihan Citra", "P", 27, -0.8, 300),
            ("Latihan Danu", "L", 4, 0.1, 0),
        ],
    ),
    (
        "Contoh Lilis",
        "Contoh Asep",
        "002",
        RegistryAnswer::Found,
        &[("Latihan Eka", "P", 36, -3.3, 100)],
    ),
    (
        "Contoh Wati",
        "Contoh Dedi",
        "003",
        RegistryAnswer::NotChecked,
        &[
            ("Latihan Fajar", "L", 50, 0.9, 0),
            ("Latihan Gita", "P", 12, -1.2, 0),
        ],
    ),
    (
        "Contoh Yuli",
        "Contoh Eko",
        "003",
        RegistryAnswer::NotFound,
        &[("Latihan Hadi", "L", 7, -0.4, 500)],
    ),
    (
        "Contoh Nur",
        "Contoh Fandi",
        "004",
        RegistryAnswer::Found,
        &[("Latihan Intan", "P", 22, 2.6, 0)],
    ),
    (
        "Contoh Ida",
        "Contoh Heri",
        "004",
        RegistryAnswer::NotChecked,
        &[("Latihan Jaya", "L", 2, -0.2, 0)],
    ),
];

/// Numbers of the ids: `ff`, then family, member and measurement.
fn id(family: usize, member: usize, measure: usize) -> Id {
    let mut bytes = [0xff; 16];
    for (byte, number) in bytes[13..].iter_mut().zip([family, member, measure]) {
        *byte = u8::try_from(number).unwrap_or(0);
    }
    Id(bytes)
}

/// The hamlet on a day: everybody was weighed in the three months before, nobody this month.
pub fn village(on: Date) -> Extract {
    let mut out = Extract::empty();
    out.posts.push(Post {
        area: POST.to_owned(),
        name: "Posyandu Latihan".to_owned(),
    });
    for (f, (mother, father, rt, registry, children)) in FAMILIES.into_iter().enumerate() {
        out.households.push(home(f, rt, registry, on));
        let adult = |member, name, sex, years, relation| {
            person(
                (f, member),
                (name, sex),
                on.saturating_sub(Span::new().years(years)),
                relation,
            )
        };
        out.persons
            .push(adult(0, father, "L", 31, "kepala_keluarga"));
        out.persons.push(adult(1, mother, "P", 28, "istri"));
        for (c, child) in children.iter().enumerate() {
            let (name, sex, months, ..) = *child;
            let born = on.saturating_sub(Span::new().months(months).days(5));
            let one = person((f, 2 + c), (name, sex), born, "anak");
            out.measurements
                .extend(measured((f, 2 + c), child, born, on));
            out.persons.push(one);
        }
    }
    out
}

fn home(family: usize, rt: &str, answer: RegistryAnswer, on: Date) -> Home {
    let looked = answer != RegistryAnswer::NotChecked;
    Home {
        id: id(family, 0xff, 0xff),
        area: POST.to_owned(),
        version: 1,
        dusun: "Latihan".to_owned(),
        rt: rt.to_owned(),
        rw: "001".to_owned(),
        address: String::new(),
        has_kk: true,
        registry: Registry {
            answer,
            as_of: looked.then(|| on.saturating_sub(Span::new().days(20))),
            by_desk: false,
        },
        memberships: match family {
            0 => vec![Membership {
                programme: "sembako".to_owned(),
                state: "recipient".to_owned(),
                as_of: on.saturating_sub(Span::new().days(20)),
            }],
            _ => Vec::new(),
        },
        consent_rujukan: None,
    }
}

fn person(
    (family, member): (usize, usize),
    (name, sex): (&str, &str),
    birth_date: Date,
    relation: &str,
) -> Person {
    Person {
        id: id(family, member, 0xff),
        household: id(family, 0xff, 0xff),
        version: 1,
        name: name.to_owned(),
        sex: sex.to_owned(),
        birth_date,
        relation: relation.to_owned(),
        mother_name: String::new(),
        has_nik: relation != "anak",
        consent_ukuran: None,
    }
}

/// The weighings of the last three months, along the child's line.
fn measured(
    (family, member): (usize, usize),
    (_, sex, months, line, short): &ChildOf,
    born: Date,
    on: Date,
) -> Vec<Measured> {
    let growth_sex = if *sex == "L" { Sex::Male } else { Sex::Female };
    let mut history: Vec<Taken> = Vec::new();
    let mut rows = Vec::new();
    for ago in (1..=3).rev().filter(|ago| ago < months) {
        let day = on
            .first_of_month()
            .saturating_sub(Span::new().months(ago))
            .saturating_add(Span::new().days(9));
        let Some(age) = crate::judge::age_days(born, day) else {
            continue;
        };
        let at = |index| measure_at(index, growth_sex, At::Age(Age::Days(age)), *line);
        let whole = |value: Option<f64>, unit: f64| value.map(|v| (v * unit + 0.5) as u32);
        let less = if ago == 1 { *short } else { 0 };
        let weight = whole(at(Index::WeightForAge), 10.0).map(|w| (w * 100).saturating_sub(less));
        let taken = Taken {
            on: day,
            area: POST.to_owned(),
            weight,
            lenhei: whole(at(Index::LengthForAge), 10.0).map(|cm| cm * 100),
            position: None,
            head: None,
            arm: None,
            oedema: None,
            danger_signs: Vec::new(),
            warnings: None,
        };
        let child = Child { sex, birth: born };
        let said = child.judge(&taken, &history, None);
        let gain = said.ok().and_then(|(_, said, _)| said.status);
        rows.push(Measured {
            id: id(family, member, usize::try_from(ago).unwrap_or(0)),
            person: id(family, member, 0xff),
            on: day,
            area: taken.area.clone(),
            weight: taken.weight,
            lenhei: taken.lenhei,
            position: None,
            head: None,
            arm: None,
            oedema: None,
            danger_signs: Vec::new(),
            warnings: Vec::new(),
            gain: gain.map(|status| status.gain.key().to_owned()),
            author: id(0xfe, 0xfe, 0xfe),
            bidan: None,
            second: None,
        });
        history.push(taken);
    }
    rows
}
