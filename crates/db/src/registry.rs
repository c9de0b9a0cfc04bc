//! Checks over every registered statement.

use crate::statement::Text;
use crate::{Db, DbError, registered};

/// Prepares every registered statement on the database, which replaces a check at compile time,
/// and looks for what both engines take but understand differently; the statements that were
/// refused, with the reason.
pub async fn prepare_all(db: &Db) -> Result<Vec<(&'static str, DbError)>, DbError> {
    let mut conn = db.fresh().await?;
    let mut refused = Vec::new();
    for info in registered() {
        let name = info.name();
        if let Err(e) = conn.prepare(name, info.sql(db.engine())).await {
            refused.push((name, e));
        } else if let Text::Both(sql) = info.text
            && let Some(why) = ambiguous(sql)
        {
            refused.push((name, DbError::other(name, why)));
        }
    }
    Ok(refused)
}

/// Why a text that both engines prepare does not mean the same on both.
fn ambiguous(sql: &str) -> Option<&'static str> {
    let sql = sql.to_ascii_lowercase();
    let has = |text: &str| sql.contains(text);
    match () {
        () if has(" like ") && !has(" escape ") => {
            Some("LIKE without ESCAPE: a backslash escapes on PostgreSQL alone")
        }
        () if has("round(") => Some("round(): halves go to even on PostgreSQL, away on SQLite"),
        () if has("current_date") || has("current_time") => {
            Some("the time is bound, not asked of the database")
        }
        () if has("random(") => Some("random() is another number on each engine"),
        () if has("->") => Some("JSON operators differ; what is queried gets a column"),
        () => None,
    }
}
