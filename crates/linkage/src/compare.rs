//! Two records side by side: one level for each column, packed into one integer.

use crate::cells;
use crate::schema::{Kind, Schema};
use crate::table::Table;
use crate::words::Cell;

/// Most levels of a column.
pub(crate) const LEVELS: usize = 7;
/// Stands for a column that one of the two lacks.
pub(crate) const MISSING: u64 = 7;
const BITS: usize = 3;

/// The levels of all columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Pattern(pub u64);

impl Pattern {
    /// The level of a column; `None` where one of the two lacks it.
    pub fn level(self, column: usize) -> Option<usize> {
        let level = self.0 >> (BITS * column) & MISSING;
        (level != MISSING).then_some(level as usize)
    }
}

/// How many levels a kind of column has, 0 the most different.
pub(crate) fn levels(kind: Kind) -> usize {
    match kind {
        Kind::Nik | Kind::Digits | Kind::Code => 4,
        Kind::Name | Kind::Text => 6,
        Kind::Exact => 2,
        Kind::Date => 5,
    }
}

/// The key of a level, for people and files.
#[must_use]
pub fn level_key(kind: Kind, level: usize) -> &'static str {
    match kind {
        Kind::Nik => ["different", "serial", "slip", "equal"][level],
        Kind::Digits => ["different", "serial", "slip", "equal"][level],
        Kind::Code => ["different", "kabupaten", "kecamatan", "equal"][level],
        Kind::Name | Kind::Text => [
            "different",
            "partly",
            "misspelt",
            "shortened",
            "rearranged",
            "equal",
        ][level],
        Kind::Exact => ["different", "equal"][level],
        Kind::Date => ["different", "year", "unknown_day", "slip", "equal"][level],
    }
}

/// Compares two records of a table.
pub(crate) fn compare(table: &Table, schema: &Schema, a: &[u64], b: &[u64]) -> Pattern {
    let mut pattern = 0;
    for (at, column) in schema.columns.iter().enumerate() {
        let level = level(table, at, column.kind, a[at], b[at]);
        pattern |= level << (BITS * at);
    }
    Pattern(pattern)
}

fn level(table: &Table, at: usize, kind: Kind, a: u64, b: u64) -> u64 {
    if table.is_missing(at, a) || table.is_missing(at, b) {
        return MISSING;
    }
    match kind {
        Kind::Nik => cells::compare_nik(a, b) as u64,
        Kind::Digits => cells::compare_digits(a, b) as u64,
        Kind::Code => u64::from(cells::compare_codes(a, b)),
        Kind::Date => cells::compare_dates(a, b) as u64,
        Kind::Exact => u64::from(Cell(a).id() == Cell(b).id()),
        Kind::Name | Kind::Text => match &table.words[at] {
            Some(words) => words.compare(Cell(a), Cell(b)) as u64,
            None => MISSING,
        },
    }
}

/// Bounds of the factor of one column, so that no single value decides.
const RAREST: f64 = 1.0 / 64.0;
const COMMONEST: f64 = 64.0;

/// The columns with names, texts or dates in which two records agree.
fn agreeing(table: &Table, pattern: Pattern) -> impl Iterator<Item = usize> {
    let columns = table.schema.columns.iter().enumerate();
    columns.filter_map(move |(at, column)| {
        let equal = match column.kind {
            Kind::Name | Kind::Text => 5,
            Kind::Date => 4,
            _ => return None,
        };
        (pattern.level(at) == Some(equal)).then_some(at)
    })
}

/// How much commoner than usual the values are in which two records agree, as a factor on the
/// likelihood that they agree by chance.
pub(crate) fn commonness(table: &Table, a: &[u64], pattern: Pattern) -> f64 {
    let factor = |at: usize| {
        let count = match (&table.words[at], table.dates.get(at)) {
            (Some(words), _) => words.count(Cell(a[at])),
            (None, Some(Some(dates))) => dates.count(a[at]),
            _ => return 1.0,
        };
        (f64::from(count) / table.means[at]).clamp(RAREST, COMMONEST)
    };
    agreeing(table, pattern).map(factor).product()
}

/// The least that [`commonness`] can be for a pattern.
pub(crate) fn rarest(table: &Table, pattern: Pattern) -> f64 {
    agreeing(table, pattern).map(|_| RAREST).product()
}
