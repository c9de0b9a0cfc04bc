//! What changed in an area, and how far a checked backup reaches: what phones go by.

use simpul_db::{Db, Source, args};

use super::{Scope, settings, sql};
use crate::platform::id::random;
use crate::platform::{AppError, Instant, Result};

/// Setting that changes when the database is put back from a backup.
const EPOCH: &str = "epoch";

/// A fact of an area, without what it says.
pub type Change = sql::ChangeRow;

/// The facts of a scope after one number up to another, oldest first, at most `limit`.
///
/// # Errors
/// When the database is away.
pub async fn changes(
    from: &mut impl Source,
    scope: &Scope,
    (after, until): (i64, i64),
    limit: i64,
) -> Result<Vec<Change>> {
    let row = scope.bind(args![after, until, limit]);
    Ok(from.all(&sql::CHANGES, row).await?)
}

/// The last number of a kabupaten's journal.
///
/// # Errors
/// When the database is away.
pub async fn head(from: &mut impl Source, kabupaten: &str) -> Result<i64> {
    let head: Option<sql::JournalHead> = from.opt(&sql::JOURNAL_HEAD, args![kabupaten]).await?;
    Ok(head.map_or(0, |head| head.seq))
}

/// The last number of a kabupaten's journal, and the hash of its chain.
pub type Head = (String, i64, [u8; 32]);

/// The last number and hash of every kabupaten's journal.
///
/// # Errors
/// When the database is away.
pub async fn heads(db: &Db) -> Result<Vec<Head>> {
    Ok(db.all(&sql::JOURNAL_HEADS, args![]).await?)
}

/// Up to which number a kabupaten's journal lies in a backup that was opened and checked; 0 for
/// none.
///
/// # Errors
/// When the database is away.
pub async fn backed_up(from: &mut impl Source, kabupaten: &str) -> Result<i64> {
    let seq: Option<i64> = from.opt(&sql::BACKED_UP, args![kabupaten]).await?;
    Ok(seq.unwrap_or(0))
}

/// Notes how far a backup that was opened and checked reaches.
///
/// # Errors
/// [`AppError::Internal`] when it is no backup of this database; when the database is away.
pub async fn keep_backed_up(db: &Db, heads: &[Head], at: Instant) -> Result<()> {
    let mut tx = db.begin().await?;
    for (kabupaten, seq, hash) in heads {
        let here: Option<[u8; 32]> = tx.opt(&sql::JOURNAL_HASH, args![kabupaten, seq]).await?;
        if here != Some(*hash) {
            return Err(AppError::Internal(format!(
                "the journal of {kabupaten} in the backup is not the one of this database"
            )));
        }
        tx.exec(&sql::KEEP_BACKED_UP, args![kabupaten, seq, at])
            .await?;
    }
    Ok(tx.commit().await?)
}

/// The age of the database, as a part of the application: another one after it was put back from
/// a backup, so that phones send again what the backup does not hold.
#[derive(Clone, Debug)]
pub struct Epoch(pub String);

/// The age of the database; a new database begins one.
///
/// # Errors
/// When the database is away.
pub async fn epoch(db: &Db) -> Result<Epoch> {
    match settings::get(db, EPOCH).await? {
        Some(epoch) => Ok(Epoch(epoch)),
        None => new_epoch(db).await,
    }
}

/// Begins a new age of the database.
///
/// # Errors
/// When the database is away.
pub async fn new_epoch(db: &Db) -> Result<Epoch> {
    let epoch = hex::encode(random::<8>());
    settings::keep(db, EPOCH, &epoch).await?;
    Ok(Epoch(epoch))
}
