//! Every figure of the second implementation (`reference/`), through the file door.

use simpul_growth::csv::assess_csv;

const EXPECTED: &str = include_str!("reference/expectations.csv");
/// Columns of the expectations that are input; all but the id, which both have.
const INPUT: usize = 10;

#[test]
fn every_figure_equals_the_second_implementation() {
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let outcome = assess_csv(EXPECTED.as_bytes(), &mut output, &mut errors).unwrap();
    assert_eq!(String::from_utf8(errors).unwrap(), "");
    let output = String::from_utf8(output).unwrap();
    assert_eq!(output.lines().count(), EXPECTED.lines().count());
    let mut figures = 0;
    let mut wrong = Vec::new();
    for (ours, theirs) in output.lines().zip(EXPECTED.lines()) {
        let ours: Vec<&str> = ours.split(',').collect();
        let theirs: Vec<&str> = theirs.split(',').collect();
        assert_eq!(ours[0], theirs[0]);
        assert_eq!(ours.len() - 1, theirs.len() - INPUT);
        if ours[1..] != theirs[INPUT..] {
            wrong.push(format!(
                "\nours   {}\ntheirs {}",
                ours.join(","),
                theirs.join(",")
            ));
        }
        figures += ours[1..7].iter().filter(|z| !z.is_empty()).count();
    }
    assert!(
        wrong.is_empty(),
        "{} rows differ:{}",
        wrong.len(),
        wrong[..wrong.len().min(20)].concat()
    );
    println!("{} rows, {figures} z-scores equal", outcome.rows);
    assert!(outcome.rows > 10_000 && figures > 30_000);
}
