//! What a board counts.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};
use simpul_db::{Source, args};
use simpul_identity::RegionCode;

use super::Waits;
use super::sql::{self, Month, Waiting};
use crate::access::Scope;
use crate::cases::kinds::Field;
use crate::platform::{Instant, Result};

/// Months of a trend, the present one last.
pub(super) const MONTHS: i32 = 6;

/// Cases, and those of them whose clock has ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub open: i64,
    pub late: i64,
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, more: Self) {
        self.open += more.open;
        self.late += more.late;
    }
}

/// Open cases of an area.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Board {
    pub all: Count,
    pub by_waits: BTreeMap<Waits, Count>,
    pub by_field: BTreeMap<Field, Count>,
    /// `None`: above the villages.
    pub by_village: BTreeMap<Option<RegionCode>, Count>,
}

/// Counts what is open in the scope.
///
/// # Errors
/// When the database is away.
pub async fn board(from: &mut impl Source, scope: &Scope, now: Instant) -> Result<Board> {
    let rows: Vec<Waiting> = from.all(&sql::WAITING, scope.bind(args![now])).await?;
    let mut board = Board::default();
    for row in rows {
        let count = Count {
            open: row.cases,
            late: row.late,
        };
        board.all += count;
        let waits = Waits::of(row.state, row.tier);
        *board.by_waits.entry(waits).or_default() += count;
        *board.by_field.entry(row.field).or_default() += count;
        *board.by_village.entry(row.village.0.0).or_default() += count;
    }
    Ok(board)
}

/// Cases opened in each of the last months, and how many of them have ended since.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trend {
    /// First days, oldest first.
    pub months: Vec<Date>,
    pub opened: Vec<i64>,
    pub closed: Vec<i64>,
    pub by_field: BTreeMap<Field, Vec<i64>>,
    pub by_village: BTreeMap<Option<RegionCode>, Vec<i64>>,
}

/// The last months up to this day.
///
/// # Errors
/// When the database is away.
pub async fn trend(from: &mut impl Source, scope: &Scope, today: Date) -> Result<Trend> {
    let last = today.first_of_month();
    let months: Vec<Date> = (0..MONTHS)
        .rev()
        .map(|back| last.saturating_sub(Span::new().months(back)))
        .collect();
    let start = months.first().unwrap_or(&last).to_string();
    let rows: Vec<Month> = from.all(&sql::MONTHS, scope.bind(args![start])).await?;
    let none = || vec![0; months.len()];
    let mut trend = Trend {
        opened: none(),
        closed: none(),
        ..Trend::default()
    };
    for row in rows {
        let place = months
            .iter()
            .position(|month| row.month == month.to_string()[..7]);
        let Some(at) = place else { continue };
        trend.opened[at] += row.opened;
        trend.closed[at] += row.closed;
        trend.by_field.entry(row.field).or_insert_with(none)[at] += row.opened;
        let village = row.village.0.0;
        trend.by_village.entry(village).or_insert_with(none)[at] += row.opened;
    }
    trend.months = months;
    Ok(trend)
}

/// The day after, for bounds that do not include their end.
pub(super) fn day_after(day: Date) -> Date {
    day.saturating_add(1.day())
}
