//! Two people measured one child on one day: it counts once, and both values are shown.

use jiff::civil::Date;
use serde_json::json;
use simpul_db::{Source, args};

use super::judge;
use super::model::{NewMeasurement, join, position_key};
use super::sql;
pub use super::sql::SecondRow;
use crate::access::{Scope, Work};
use crate::platform::{AppError, Id, Result};
use crate::registry;

/// Keeps figures of a child that was measured that day already. The first measurement stays the
/// one that counts; a person mends it when the second was the better one.
///
/// # Errors
/// Outside the scope; nothing measured, or a date that cannot be; the same id with other figures.
pub async fn measure_second(work: &mut Work, new: NewMeasurement) -> Result<()> {
    let (user, at) = (work.scope().user(), work.at());
    let (scope, tx) = work.parts();
    let person = registry::person(tx, scope, new.person).await?;
    let place = scope.admit(&person.area)?;
    judge::check(&new, person.birth_date, at.date_in(place.zone()))?;
    let row = args![
        place.kabupaten().as_str(),
        new.id,
        place.area().as_str(),
        new.person,
        new.on.to_string(),
        new.weight.map(simpul_growth::Grams::get),
        new.lenhei.map(simpul_growth::TenthsMm::get),
        new.position.map(position_key),
        new.head.map(simpul_growth::TenthsMm::get),
        new.arm.map(simpul_growth::TenthsMm::get),
        new.oedema,
        join(new.danger_signs.iter().map(|sign| sign.key())),
        new.measurer,
        user,
        at
    ];
    if tx.exec(&sql::MAKE_SECOND, row).await? == 0 {
        return Err(AppError::Conflict("error-conflict"));
    }
    let payload = json!({
        "id": new.id, "on": new.on, "weight_g": new.weight.map(simpul_growth::Grams::get),
        "lenhei_tenths_mm": new.lenhei.map(simpul_growth::TenthsMm::get),
        "head_tenths_mm": new.head.map(simpul_growth::TenthsMm::get),
        "arm_tenths_mm": new.arm.map(simpul_growth::TenthsMm::get),
    });
    work.record(&place, "posyandu", "measured_twice", new.person, &payload)
}

/// The figures of a child that stand beside a measurement of the same day, newest day first.
///
/// # Errors
/// When the database is away; a child outside the scope has none.
pub async fn seconds(
    from: &mut impl Source,
    scope: &Scope,
    person: Id,
) -> Result<Vec<(Date, SecondRow)>> {
    let rows: Vec<SecondRow> = from.all(&sql::SECONDS, scope.bind(args![person])).await?;
    Ok(rows
        .into_iter()
        .map(|row| (*row.measured_on, row))
        .collect())
}
