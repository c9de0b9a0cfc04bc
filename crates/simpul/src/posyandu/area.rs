//! A whole area at once, for the phones that work in it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use simpul_db::{Source, args};

use super::sql;
pub use super::sql::{AreaDay, AreaMeasurement};
use crate::access::Scope;
use crate::platform::{Id, Instant, Result};

/// The measurements of the scope since a day of children born after a day, oldest first; those
/// that were mended are left out. Behind them those that somebody else had taken already.
///
/// # Errors
/// When the database is away.
pub async fn area_measurements(
    from: &mut impl Source,
    scope: &Scope,
    since: Date,
    born_after: Date,
) -> Result<Vec<AreaMeasurement>> {
    let row = scope.bind(args![since.to_string(), born_after.to_string()]);
    let mut rows: Vec<AreaMeasurement> = from.all(&sql::AREA_MEASUREMENTS, row).await?;
    let row = scope.bind(args![since.to_string()]);
    let seconds: Vec<AreaMeasurement> = from.all(&sql::AREA_SECONDS, row).await?;
    rows.extend(seconds);
    Ok(rows)
}

/// The measurements of one person since a day, oldest first; behind them the second ones.
///
/// # Errors
/// When the database is away; a person outside the scope has none.
pub async fn person_measurements(
    from: &mut impl Source,
    scope: &Scope,
    person: Id,
    since: Date,
) -> Result<Vec<AreaMeasurement>> {
    let row = || scope.bind(args![person, since.to_string()]);
    let mut rows: Vec<AreaMeasurement> = from.all(&sql::PERSON_MEASUREMENTS, row()).await?;
    let seconds: Vec<AreaMeasurement> = from.all(&sql::PERSON_SECONDS, row()).await?;
    rows.extend(seconds);
    Ok(rows)
}

/// The hari buka of the scope from a day on with who came, newest first.
///
/// # Errors
/// When the database is away.
pub async fn area_days(
    from: &mut impl Source,
    scope: &Scope,
    since: Date,
) -> Result<Vec<(AreaDay, Vec<Id>)>> {
    let row = scope.bind(args![since.to_string()]);
    let days: Vec<AreaDay> = from.all(&sql::AREA_DAYS, row).await?;
    let row = scope.bind(args![since.to_string()]);
    let arrived: Vec<(Id, Id)> = from.all(&sql::AREA_ARRIVED, row).await?;
    let mut came: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
    for (day, person) in arrived {
        came.entry(day).or_default().push(person);
    }
    let with = |day: AreaDay| {
        let came = came.remove(&day.id).unwrap_or_default();
        (day, came)
    };
    Ok(days.into_iter().map(with).collect())
}

/// What bidans answered in the scope since an instant, by measurement.
///
/// # Errors
/// When the database is away.
pub async fn area_bidan_answers(
    from: &mut impl Source,
    scope: &Scope,
    since: Instant,
) -> Result<BTreeMap<Id, super::BidanAnswer>> {
    let rows: Vec<(Id, super::BidanAnswer)> =
        from.all(&sql::AREA_BIDAN, scope.bind(args![since])).await?;
    Ok(rows.into_iter().collect())
}

/// Whether an id names a measurement of the kabupaten, wherever: what a phone refers to may not
/// have come yet.
///
/// # Errors
/// When the database is away.
pub async fn is_there(from: &mut impl Source, kabupaten: &str, id: Id) -> Result<bool> {
    let there: i64 = from.one(&sql::THERE, args![kabupaten, id]).await?;
    Ok(there > 0)
}
