//! What the social registry (DTSEN) says of a family: the extract of a village, and the look-ups
//! of the desk in SIKS-NG where there is none.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::json;
use simpul_db::{OnConflict, Source, args};
use simpul_identity::{AreaCode, Decile};

use super::facts::{home_of, same_fact};
use super::model::{CheckLine, CheckSource, ExtractRow, NewCheck, RegistryAnswer};
use super::{numbers, sql};
use crate::access::{Place, Scope, Work};
use crate::platform::{AppError, Id, Result, Stored};

/// Loads the extract of a village in place of the one before; the number of families.
///
/// # Errors
/// When the place is no village, a row lies outside it, the days of the rows differ, lie in the
/// future or before the extract that is there.
pub async fn load_extract(work: &mut Work, place: &Place, rows: Vec<ExtractRow>) -> Result<u64> {
    let village = place
        .area()
        .village()
        .filter(|village| AreaCode::from(*village) == *place.area())
        .ok_or(AppError::Refused("registry-extract-village"))?;
    let as_of = rows
        .first()
        .ok_or(AppError::Refused("registry-extract-empty"))?
        .as_of;
    if rows.iter().any(|row| !place.area().contains(&row.area)) {
        return Err(AppError::Refused("registry-extract-outside"));
    }
    if rows.iter().any(|row| row.as_of != as_of) || as_of > work.at().date_in(place.zone()) {
        return Err(AppError::Refused("registry-extract-days"));
    }
    let (kabupaten, area) = (place.kabupaten().as_str(), village.as_str());
    let before: Option<Stored<Date>> = work
        .tx()
        .opt(&sql::EXTRACT_DATE, args![kabupaten, area])
        .await?;
    if before.is_some_and(|before| before.0 > as_of) {
        return Err(AppError::Refused("registry-extract-older"));
    }
    let keys = work.app().keys();
    let mut families: BTreeMap<[u8; 32], Option<Decile>> = BTreeMap::new();
    let mut persons: BTreeMap<[u8; 32], [u8; 32]> = BTreeMap::new();
    for row in &rows {
        let kk = numbers::kk_hash(keys, &row.kk);
        let decile = families.entry(kk).or_default();
        *decile = decile.or(row.decile);
        if let Some(nik) = &row.nik {
            persons.insert(numbers::nik_hash(keys, nik), kk);
        }
    }
    drop(rows);
    let counts = [families.len(), persons.len()].map(|n| i64::try_from(n).unwrap_or(i64::MAX));
    let (day, at) = (as_of.to_string(), work.at());
    let there = || args![kabupaten, area];
    let family_rows = families
        .iter()
        .map(|(kk, decile)| args![kabupaten, area, kk, decile.map(Decile::get), day]);
    let person_rows = persons
        .iter()
        .map(|(nik, kk)| args![kabupaten, area, nik, kk]);
    let tx = work.tx();
    tx.exec(&sql::DROP_EXTRACT_FAMILIES, there()).await?;
    tx.exec(&sql::DROP_EXTRACT_PERSONS, there()).await?;
    tx.insert(&sql::EXTRACT_FAMILIES, family_rows, OnConflict::Fail)
        .await?;
    tx.insert(&sql::EXTRACT_PERSONS, person_rows, OnConflict::Fail)
        .await?;
    let kept = args![kabupaten, area, day, counts[0], counts[1], at];
    tx.exec(&sql::KEEP_EXTRACT, kept).await?;
    let fact = json!({
        "village": area, "as_of": as_of, "families": counts[0], "persons": counts[1],
    });
    let id = work.app().ids().make();
    work.record(place, "registry", "extract", id, &fact)?;
    Ok(families.len() as u64)
}

/// What the registry says of a household: the newest of extract and desk. A family that has a
/// number and is not in its village's extract is not found; without any number, or without an
/// extract, it is not checked.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope.
pub async fn registry_answer(
    from: &mut impl Source,
    scope: &Scope,
    household: Id,
) -> Result<RegistryAnswer> {
    let looked_for: Option<(Stored<AreaCode>, i64)> = from
        .opt(&sql::LOOKED_FOR, scope.bind(args![household]))
        .await?;
    let (area, numbered) = looked_for.ok_or(AppError::NotFound)?;
    let mut found: Option<sql::ExtractFamily> = None;
    if numbered == 1 {
        for statement in [&sql::EXTRACT_BY_KK, &sql::EXTRACT_BY_NIK] {
            if found.is_none() {
                found = from.opt(statement, scope.bind(args![household])).await?;
            }
        }
    }
    let extract = match (found, numbered) {
        (Some(family), _) => RegistryAnswer::Found {
            decile: sql::decile(family.decile)?,
            as_of: family.as_of.0,
            by: CheckSource::Extract,
        },
        (None, 1) => not_in_extract(from, &area).await?,
        (None, _) => RegistryAnswer::NotChecked,
    };
    let check: Option<sql::CheckRow> = from
        .opt(&sql::NEWEST_CHECK, scope.bind(args![household]))
        .await?;
    let desk = match check {
        None => RegistryAnswer::NotChecked,
        Some(check) if check.found => RegistryAnswer::Found {
            decile: sql::decile(check.decile)?,
            as_of: check.as_of.0,
            by: CheckSource::Desk,
        },
        Some(check) => RegistryAnswer::NotFound {
            as_of: check.as_of.0,
            by: CheckSource::Desk,
        },
    };
    Ok(RegistryAnswer::newest(extract, desk))
}

/// Not found as of the extract of the village, where it has one.
async fn not_in_extract(from: &mut impl Source, area: &AreaCode) -> Result<RegistryAnswer> {
    let (Some(kabupaten), Some(village)) = (area.kabupaten(), area.village()) else {
        return Ok(RegistryAnswer::NotChecked);
    };
    let row = args![kabupaten.as_str(), village.as_str()];
    let as_of: Option<Stored<Date>> = from.opt(&sql::EXTRACT_DATE, row).await?;
    Ok(as_of.map_or(RegistryAnswer::NotChecked, |as_of| {
        RegistryAnswer::NotFound {
            as_of: as_of.0,
            by: CheckSource::Extract,
        }
    }))
}

/// Puts a family on the list "cek di SIKS-NG"; one that waits there already stays as it is.
///
/// # Errors
/// When the household is outside the scope.
pub async fn ask_check(work: &mut Work, household: Id) -> Result<()> {
    let place = home_of(work, household).await?;
    let at = work.at();
    let row = args![
        place.kabupaten().as_str(),
        household,
        place.area().as_str(),
        at
    ];
    if work.tx().exec(&sql::ASK_CHECK, row).await? == 0 {
        return Ok(());
    }
    work.record(&place, "registry", "check-asked", household, &json!({}))
}

/// Notes what the desk read in SIKS-NG, and takes the family off the list.
///
/// # Errors
/// When the household is outside the scope; a day in the future; a decile of a family that was
/// not found; the same id with other content.
pub async fn record_check(work: &mut Work, new: NewCheck) -> Result<()> {
    let place = home_of(work, new.household).await?;
    if new.as_of > work.at().date_in(place.zone()) {
        return Err(AppError::Refused("registry-day-future"));
    }
    if !new.found && new.decile.is_some() {
        return Err(AppError::Refused("registry-decile-unfound"));
    }
    let kabupaten = place.kabupaten().as_str();
    let (actor, at) = (work.scope().user(), work.at());
    let mut row = args![
        kabupaten,
        new.id,
        place.area().as_str(),
        new.household,
        new.found,
        new.decile.map(Decile::get),
        new.as_of.to_string(),
        actor,
        at
    ]
    .to_vec();
    let tx = work.tx();
    if tx.exec(&sql::MAKE_CHECK, row.clone()).await? == 0 {
        row.truncate(7);
        row.remove(2);
        return same_fact(tx.one(&sql::SAME_CHECK, row).await?);
    }
    tx.exec(&sql::ANSWER_CHECK, args![kabupaten, new.household, at])
        .await?;
    let fact = json!({
        "id": new.id, "found": new.found, "decile": new.decile.map(Decile::get),
        "as_of": new.as_of,
    });
    work.record(&place, "registry", "check", new.household, &fact)
}

/// The families that wait to be looked up, longest waiting first, at most 200.
///
/// # Errors
/// When the database is away.
pub async fn checks_waiting(from: &mut impl Source, scope: &Scope) -> Result<Vec<CheckLine>> {
    let rows: Vec<sql::CheckLineRow> = from.all(&sql::CHECKS_WAITING, scope.bind(args![])).await?;
    Ok(rows.into_iter().map(CheckLine::from).collect())
}
