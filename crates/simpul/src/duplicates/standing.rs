//! Who stands for whom: the one place that follows the pointers of merged records. They are ids
//! alone; what they name is read within a scope.

use std::collections::{BTreeMap, BTreeSet};

use simpul_db::{Source, args, list};

use super::sql;
use crate::access::Scope;
use crate::platform::{AppError, Id, Result};
use crate::registry::{self, Person};

/// The record that stands for this one: itself, or the end of the chain of merges.
///
/// # Errors
/// When the database is away.
pub async fn survivor(from: &mut impl Source, scope: &Scope, record: Id) -> Result<Id> {
    let Some(kabupaten) = scope.area().kabupaten() else {
        return Ok(record);
    };
    let end: Option<Id> = from
        .opt(&sql::SURVIVOR, args![kabupaten.as_str(), record])
        .await?;
    Ok(end.unwrap_or(record))
}

/// The records that point to each of these, directly or by way of others. Nobody points to most.
///
/// # Errors
/// When the database is away.
pub async fn pointing_to(
    from: &mut impl Source,
    scope: &Scope,
    records: &BTreeSet<Id>,
) -> Result<BTreeMap<Id, Vec<Id>>> {
    let mut pointing: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
    let Some(kabupaten) = scope.area().kabupaten() else {
        return Ok(pointing);
    };
    let row = args![kabupaten.as_str(), list(records)];
    let rows: Vec<(Id, Id)> = from.all(&sql::POINTING, row).await?;
    for (stands, record) in rows {
        pointing.entry(stands).or_default().push(record);
    }
    Ok(pointing)
}

/// The record that stands, for each of those that point to one of these.
///
/// # Errors
/// When the database is away.
pub async fn standing_for(
    from: &mut impl Source,
    scope: &Scope,
    records: &BTreeSet<Id>,
) -> Result<BTreeMap<Id, Id>> {
    let pointing = pointing_to(from, scope, records).await?;
    let turned =
        |(stands, records): (Id, Vec<Id>)| records.into_iter().map(move |record| (record, stands));
    Ok(pointing.into_iter().flat_map(turned).collect())
}

/// Who a record is of: the person that stands for it, or as it was recorded where that one lives
/// outside the scope.
///
/// # Errors
/// [`AppError::NotFound`] when the record is outside the scope.
pub async fn standing_person(from: &mut impl Source, scope: &Scope, record: Id) -> Result<Person> {
    let stands = survivor(from, scope, record).await?;
    match registry::person(from, scope, stands).await {
        Err(AppError::NotFound) if stands != record => registry::person(from, scope, record).await,
        found => found,
    }
}

/// Records in other households that point to members of this one, each with the member that stands
/// for it.
///
/// # Errors
/// When the database is away.
pub async fn records_elsewhere(
    from: &mut impl Source,
    scope: &Scope,
    household: Id,
) -> Result<Vec<(Person, Id)>> {
    let members = registry::members(from, scope, household).await?;
    let ids = members.iter().map(|member| member.id).collect();
    let standing = standing_for(from, scope, &ids).await?;
    let records = registry::persons_by_id(from, scope, &standing.keys().copied().collect()).await?;
    let elsewhere = records
        .into_values()
        .filter(|one| one.household != household);
    Ok(elsewhere
        .map(|one| {
            let stands = standing[&one.id];
            (one, stands)
        })
        .collect())
}
