//! Checks over every registered statement.

use crate::{Db, DbError, registered};

/// Prepares every registered statement on the database, which replaces a check at compile time;
/// the statements that were refused, with the reason.
pub async fn prepare_all(db: &Db) -> Result<Vec<(&'static str, DbError)>, DbError> {
    let mut conn = db.fresh().await?;
    let mut refused = Vec::new();
    for info in registered() {
        if let Err(e) = conn.prepare(info.name(), info.sql(db.engine())).await {
            refused.push((info.name(), e));
        }
    }
    Ok(refused)
}
