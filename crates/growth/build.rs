//! Turns WHO's tables (`data/who-growth/*.csv`) into static arrays of 8-byte integer rows.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

/// Constant, file, and how many keys make one unit of the key column (10: tenths of a cm).
const TABLES: [(&str, &str, u32); 10] = [
    ("LENGTH_FOR_AGE", "length_height_for_age_0_5", 1),
    ("WEIGHT_FOR_AGE", "weight_for_age_0_5", 1),
    ("WEIGHT_FOR_LENGTH", "weight_for_length", 10),
    ("WEIGHT_FOR_HEIGHT", "weight_for_height", 10),
    ("BMI_FOR_AGE", "bmi_for_age_0_5", 1),
    ("HEAD_FOR_AGE", "head_circumference_for_age_0_5", 1),
    ("ARM_FOR_AGE", "arm_circumference_for_age_0_5", 1),
    ("HEIGHT_FOR_AGE_2007", "height_for_age_5_19", 1),
    ("WEIGHT_FOR_AGE_2007", "weight_for_age_5_10", 1),
    ("BMI_FOR_AGE_2007", "bmi_for_age_5_19", 1),
];

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let folder = Path::new(&root).join("../../data/who-growth");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut code = String::new();
    for (name, file, scale) in TABLES {
        let path = folder.join(file).with_extension("csv");
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        table(&mut code, name, &text, scale);
    }
    let out = env::var("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&out).join("tables.rs"), code).expect("the build folder can be written");
}

/// Writes one table; panics where a key is missing or out of order, or a figure has more decimals
/// than its integer holds.
fn table(code: &mut String, name: &str, text: &str, scale: u32) {
    let mut rows: [Vec<[i64; 3]>; 2] = [Vec::new(), Vec::new()];
    let mut first = None;
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let key = fixed(cells[1], scale.ilog10());
        let sex = &mut rows[if cells[0] == "1" { 0 } else { 1 }];
        let start = *first.get_or_insert(key);
        assert_eq!(
            key,
            start + i64::try_from(sex.len()).expect("short"),
            "{name}: {line}"
        );
        sex.push([fixed(cells[2], 4), fixed(cells[3], 4), fixed(cells[4], 5)]);
    }
    let first = first.expect("a table has rows");
    assert_eq!(
        rows[0].len(),
        rows[1].len(),
        "{name}: as many rows for boys as for girls"
    );
    write!(
        code,
        "pub(crate) static {name}: Table = Table {{ first: {first}, rows: ["
    )
    .expect("text");
    for sex in rows {
        code.push_str("&[");
        for [l, m, s] in sex {
            write!(code, "Row({l},{m},{s}),").expect("text");
        }
        code.push_str("],");
    }
    code.push_str("] };\n");
}

/// `"-0.3521"` with 4 places: -3521.
fn fixed(text: &str, places: u32) -> i64 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let places = usize::try_from(places).expect("small");
    assert!(part.len() <= places, "{text}: more than {places} decimals");
    format!("{whole}{part:0<places$}")
        .parse()
        .unwrap_or_else(|e| panic!("{text}: {e}"))
}
