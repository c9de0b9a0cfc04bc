//! The access log: who read which identified record. Rows of requests that come together share
//! one transaction, and each is durable before its answer leaves.

use simpul_db::{Db, OnConflict, Value, args};
use tokio::sync::{mpsc, oneshot};

use super::{Scope, sql};
use crate::platform::{App, AppError, Id, Result};

/// At most this many rows in one transaction.
const BATCH: usize = 256;

/// What was read: one list, or one record.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Stable key, e.g. `family`, `referrals`.
    pub what: &'static str,
    /// The record; `None` for a list.
    pub subject: Option<Id>,
    /// How many identified records the answer holds.
    pub records: usize,
}

type LogRow = [Value; 8];
type Entry = (LogRow, oneshot::Sender<bool>);

/// The door to the access log.
pub struct ReadLog(mpsc::Sender<Entry>);

impl ReadLog {
    /// Starts the task that writes; it ends when the application is dropped.
    pub fn start(db: Db) -> Self {
        let (sender, receiver) = mpsc::channel(BATCH);
        tokio::spawn(write_batches(db, receiver));
        Self(sender)
    }
}

/// Notes a read and waits until it is durable.
///
/// # Errors
/// When it could not be written: then the answer must not leave.
pub async fn saw(app: &App, scope: &Scope, seen: Seen) -> Result<()> {
    let kabupaten = scope.area().kabupaten().ok_or(AppError::NotFound)?;
    let row: LogRow = args![
        kabupaten.as_str(),
        app.ids().make(),
        app.now(),
        scope.user(),
        seen.what,
        seen.subject,
        scope.area().as_str(),
        i64::try_from(seen.records).unwrap_or(i64::MAX)
    ];
    let (done, written) = oneshot::channel();
    let log = app.part::<ReadLog>();
    log.0.send((row, done)).await.map_err(AppError::internal)?;
    match written.await {
        Ok(true) => Ok(()),
        _ => Err(AppError::Internal(
            "the access log could not be written".into(),
        )),
    }
}

async fn write_batches(db: Db, mut receiver: mpsc::Receiver<Entry>) {
    let mut batch = Vec::with_capacity(BATCH);
    while receiver.recv_many(&mut batch, BATCH).await > 0 {
        let (rows, waiting): (Vec<_>, Vec<_>) = batch.drain(..).unzip();
        let written = write(&db, rows).await;
        if let Err(error) = &written {
            tracing::error!(%error, "access log not written");
        }
        for done in waiting {
            // A reader that went away needs no answer.
            let _ = done.send(written.is_ok());
        }
    }
}

async fn write(db: &Db, rows: Vec<LogRow>) -> Result<()> {
    let mut tx = db.begin().await?;
    tx.insert(&sql::ACCESS_ROWS, rows, OnConflict::Fail).await?;
    Ok(tx.commit().await?)
}
