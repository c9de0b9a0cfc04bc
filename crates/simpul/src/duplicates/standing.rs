//! Who stands for whom: the one place that follows the pointers of merged records. Ids alone; what
//! they name is read within a scope by whoever asks.

use std::collections::{BTreeMap, BTreeSet};

use simpul_db::{Source, Value, args, padded};

use super::sql::{self, POINTED_AT_ONCE};
use crate::access::Scope;
use crate::platform::{Id, Result};

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
    let records: Vec<Id> = records.iter().copied().collect();
    for mut row in padded(&records, POINTED_AT_ONCE) {
        row.insert(0, Value::from(kabupaten.as_str()));
        let rows: Vec<(Id, Id)> = from.all(&sql::POINTING, row).await?;
        for (stands, record) in rows {
            pointing.entry(stands).or_default().push(record);
        }
    }
    Ok(pointing)
}
