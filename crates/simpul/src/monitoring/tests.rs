//! Tests of this slice: the whole story is told in `crate::story`.

use super::Period;

#[test]
fn a_month_ends_before_the_next_begins() {
    let month = Period::month(jiff::civil::date(2026, 12, 31));
    assert_eq!(month.from, jiff::civil::date(2026, 12, 1));
    assert_eq!(month.to, jiff::civil::date(2027, 1, 1));
}
