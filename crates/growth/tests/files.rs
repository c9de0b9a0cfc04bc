//! Files as people send them: the real children, and everything that can be wrong with a file.

use std::io;

use simpul_growth::Index;
use simpul_growth::csv::{FileError, Outcome, assess_csv, summary_csv};
use simpul_growth::summary::{Language, Share};

const CHILDREN: &str = include_str!("../../../data/real-children/measurements.csv");
const HEAD: &str = "id,sex,age_days,age_months,weight_kg,lenhei_cm,measure,oedema,headc_cm,armc_cm";

/// The rows written (without the header), and what was reported.
fn run(file: impl AsRef<[u8]>) -> (Vec<String>, Vec<String>) {
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let outcome = assess_csv(file.as_ref(), &mut output, &mut errors).expect("a readable file");
    let lines = |bytes| {
        String::from_utf8(bytes)
            .expect("a readable file")
            .lines()
            .map(String::from)
            .collect()
    };
    let (rows, errors): (Vec<String>, Vec<String>) = (lines(output), lines(errors));
    assert_eq!(outcome.bad, errors.len() as u64);
    assert_eq!(outcome.rows - outcome.bad, rows.len() as u64 - 1);
    (rows[1..].to_vec(), errors)
}

fn refused(file: &str) -> String {
    assess_csv(file.as_bytes(), io::sink(), io::sink())
        .expect_err("a file to refuse")
        .to_string()
}

#[test]
fn the_real_children_are_all_scored_and_summed_up() {
    let (rows, errors) = run(CHILDREN);
    assert_eq!((rows.len(), errors.len()), (400, 0));
    assert!(
        rows.iter()
            .all(|row| row.split(',').count() == 18 && row.contains("who2006"))
    );
    let (summary, outcome) = summary_csv(CHILDREN.as_bytes(), io::sink()).unwrap();
    assert_eq!(outcome, Outcome { rows: 400, bad: 0 });
    // Counted a second time from the rows written.
    let cells: Vec<Vec<&str>> = rows.iter().map(|row| row.split(',').collect()).collect();
    for (column, index) in [
        Index::LengthForAge,
        Index::WeightForAge,
        Index::WeightForLength,
        Index::BmiForAge,
    ]
    .into_iter()
    .enumerate()
    {
        let plausible = cells.iter().filter(|row| row[7 + column] == "0");
        let z: Vec<f64> = plausible
            .map(|row| row[1 + column].parse().unwrap())
            .collect();
        let stunted = z.iter().filter(|z| **z < -2.0).count() as u64;
        let expected = Share {
            hits: stunted,
            of: z.len() as u64,
        };
        assert_eq!(summary.share(0, index, -2), Some(expected));
        let groups: u64 = (1..7)
            .map(|group| summary.share(group, index, -2).unwrap().hits)
            .sum();
        assert_eq!(groups, stunted);
    }
    let flagged = cells.iter().filter(|row| row[7..13].contains(&"1")).count() as u64;
    assert_eq!(summary.flagged, flagged);
    assert!(
        summary
            .text(Language::Indonesian)
            .starts_with("Anak: 400\n")
    );
    assert!(
        summary
            .text(Language::English)
            .starts_with("Children: 400\n")
    );
}

#[test]
fn columns_are_found_by_name_in_any_order() {
    let plain = run(format!("{HEAD}\na,1,,12,9.65,75.5,h,n,46,14.5\n")).0;
    assert_eq!(plain.len(), 1);
    let shuffled = "\u{FEFF}Armc_cm ,note,WEIGHT_KG,oedema,measure,lenhei_cm,headc_cm,age_months,\
        age_days,sex,id\r\n14.5,\"x, \"\"y\"\"\",9.65,N,H,75.5,46,12,5000,1.0,a\r\n";
    assert_eq!(run(shuffled).0, plain);
    let semicolons = format!(
        "{}\na;1;;12;9,65;75,5;h;NA;46,0;14.5",
        HEAD.replace(',', ";")
    );
    assert_eq!(run(semicolons).0, plain);
    // Latin-1 in a column that nobody asked for does no harm, nor does a cell of two lines.
    let mut latin = format!("{HEAD},name\na,1,,12,9.65,75.5,h,n,46,14.5,").into_bytes();
    latin.extend(b"Andr\xE9\n\na,1,,12,9.65,75.5,h,n,46,14.5,\"two\nlines\"\n");
    assert_eq!(run(latin).0, [plain.clone(), plain].concat());
}

#[test]
fn a_bad_row_is_named_and_the_rest_goes_on() {
    let file = [
        HEAD.as_bytes(),
        b"good,1,300,,7.3,69.1,l,n,44,13.5",
        b"r,3,300,,7.3,69.1,l,n,44,13.5",
        b"r,,300,,7.3,69.1,l,n,44,13.5",
        b"",
        b"r,1,300,,7;3,69.1,l,n,44,13.5",
        b"r,1,300,,nan,69.1,l,n,44,13.5",
        b"r,1,300,,7.3,69.1,x,n,44,13.5",
        b"r,1,300,,7.3,69.1,l,yes,44,13.5",
        b"r,1,300,,7,3,69.1,l,n,44,13.5",
        b"r,1,300",
        b"\xFF,1,300,,7.3,69.1,l,n,44,13.5",
        b"r,1,\xFF,,7.3,69.1,l,n,44,13.5",
        b"\"r,1,300,,7.3,69.1,l,n,44,13.5",
        b"last,1,300,,7.3,69.1,l,n,44,13.5",
    ];
    let (rows, errors) = run(file.join(&b"\n"[..]));
    assert_eq!(rows.len(), 2);
    assert!(rows[0].starts_with("good,-1.75,-2.03,"), "{}", rows[0]);
    assert!(rows[1].starts_with("last,-1.75,-2.03,"));
    let named: Vec<&str> = errors
        .iter()
        .map(|e| e.rsplit_once(';').unwrap_or((e, "")).0)
        .collect();
    assert_eq!(
        named,
        [
            "line 3: sex: must be 1 (boy) or 2 (girl)",
            "line 4: sex: must be 1 (boy) or 2 (girl)",
            "line 6: weight_kg: not a number",
            "line 7: weight_kg: not a number",
            "line 8: measure: must be l (lying), h (standing) or empty",
            "line 9: oedema: must be y, n or empty",
            "line 10: 11 columns where the first line has 10",
            "line 11: 3 columns where the first line has 10",
            "line 12: id: not UTF-8 text",
            "line 13: age_days: not UTF-8 text",
            "line 14: a quotation mark is opened and not closed",
        ]
    );
}

#[test]
fn a_line_without_end_is_refused_in_little_memory() {
    let long = format!(
        "{HEAD}\n{}\na,1,,12,9.65,75.5,h,n,46,14.5\n",
        "7".repeat(1_000_000)
    );
    let (rows, errors) = run(long);
    assert_eq!((rows.len(), errors.len()), (1, 1));
    assert!(errors[0].starts_with("line 2: longer than 65536 bytes"));
}

#[test]
fn a_file_without_its_columns_is_refused() {
    assert!(refused("").contains("empty"));
    assert!(refused("id,sex,weight_kg,lenhei_cm\n").contains("age_days or age_months"));
    assert!(refused("id,sex,age_days,weight,lenhei_cm\n").contains("weight_kg is missing"));
    assert!(refused(&format!("{HEAD},sex\n")).contains("sex is there twice"));
    assert!(matches!(
        summary_csv("x".as_bytes(), io::sink()),
        Err(FileError::Missing("id"))
    ));
}

#[test]
fn an_id_keeps_its_text_and_a_small_z_its_sign_away() {
    let median = "\"a,\"\"b\"\"\",2,1826,,18.2179,109.4188,h,n,49.92,16.85";
    let (rows, _) = run(format!("{HEAD}\n{median}\n"));
    assert!(
        rows[0].starts_with("\"a,\"\"b\"\"\",0.00,0.00,"),
        "{}",
        rows[0]
    );
    assert!(
        rows[0].contains(",0.00,0.00,0,0,0,0,0,0,who2006,"),
        "{}",
        rows[0]
    );
}
