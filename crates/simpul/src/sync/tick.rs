//! What happens without anybody asking: waiting entries are tried again, and held after a week.

use simpul_db::args;
use simpul_phone::wire::Push;

use super::entry::Sender;
use super::model::{WAITING_DAYS, on_line};
use super::push::Batch;
use super::sql::{self, EntryRow};
use crate::access;
use crate::platform::{App, Id, Result};

/// Tries every waiting entry once more; one that has waited for a week is held for a person to
/// look at. Doing so twice changes nothing.
///
/// # Errors
/// When the database is away.
pub async fn tick(app: &App) -> Result<()> {
    let kabupaten: Vec<String> = app.db().all(&sql::WAITING_ANYWHERE, args![]).await?;
    for kabupaten in kabupaten {
        let rows: Vec<EntryRow> = app.db().all(&sql::WAITING_LONG, args![kabupaten]).await?;
        for row in rows {
            one(app, &kabupaten, row).await?;
        }
    }
    Ok(())
}

async fn one(app: &App, kabupaten: &str, row: EntryRow) -> Result<()> {
    let work = access::assignments(&mut app.db(), row.author).await?;
    let Some(scope) = work.at(row.happened_at) else {
        return Ok(());
    };
    let nobody = Id::from_bytes([0; 16]);
    let from = Sender {
        device: nobody,
        phone: nobody,
        scope,
    };
    let limit = row.since.plus_seconds(WAITING_DAYS * 24 * 3600);
    let now = app.now();
    let mut batch = Batch::begin(app, &from).await?;
    batch.judge_again(kabupaten, row, now > limit).await?;
    let nothing = Push {
        device: on_line(nobody),
        epoch: String::new(),
        at: now.0,
        entries: Vec::new(),
    };
    batch.finish(&nothing).await.map(drop)
}
