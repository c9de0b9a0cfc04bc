//! SQLite: its connections, and statements on them.
//!
//! A statement runs on the thread that asks for it. Handing each to a thread of its own takes
//! longer than most of them do; see [`DbUrl::busy_threads`](crate::DbUrl::busy_threads)
//! for who serves others meanwhile.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, OpenFlags};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, timeout};

use crate::db::{PATIENCE, PREPARED};
use crate::row::Raw;
use crate::{DbError, Engine, FromRow, OnConflict, Row, StatementInfo, Value};

/// Connections that read at the same time.
const READERS: u32 = 4;
/// Threads that statements can keep busy: those of the readers and the writer's.
pub(crate) const BUSY: usize = READERS as usize + 1;
/// The longest pause before a lock of another process is tried again.
const PAUSE: Duration = Duration::from_millis(50);

/// Connections of one kind; clones share them.
#[derive(Clone)]
pub(crate) struct Pool(Arc<Shared>);

struct Shared {
    path: PathBuf,
    kind: Kind,
    idle: Mutex<Vec<Connection>>,
    free: Arc<Semaphore>,
}

#[derive(Clone, Copy)]
enum Kind {
    Writer,
    Reader,
}

impl Kind {
    fn most(self) -> u32 {
        match self {
            Self::Writer => 1,
            Self::Reader => READERS,
        }
    }
}

/// Opens a file, made when missing: the pool that writes, and the one that reads.
pub(crate) async fn open(path: &Path) -> Result<(Pool, Pool), DbError> {
    let [writer, readers] = [Kind::Writer, Kind::Reader].map(|kind| {
        Pool(Arc::new(Shared {
            path: path.to_owned(),
            kind,
            idle: Mutex::default(),
            free: Arc::new(Semaphore::new(kind.most() as usize)),
        }))
    });
    // WAL is kept in the file: the writer sets it before any reader comes.
    drop(writer.lend().await?);
    Ok((writer, readers))
}

/// A connection outside the pools; the file must be there.
pub(crate) fn connect(path: &Path) -> Result<Connection, DbError> {
    opened(path, OpenFlags::empty(), "")
}

fn opened(path: &Path, further: OpenFlags, pragmas: &str) -> Result<Connection, DbError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | further;
    let set = |conn: Connection| {
        conn.busy_timeout(PATIENCE)?;
        conn.set_prepared_statement_cache_capacity(PREPARED);
        rusqlite::vtab::array::load_module(&conn)?;
        // A plan is that of the text: no other one, and no planning anew, for what is bound.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        // LIKE as in PostgreSQL: letters differ from capitals.
        conn.execute_batch(&format!(
            "pragma foreign_keys = on; pragma synchronous = full;
             pragma case_sensitive_like = on; {pragmas}"
        ))?;
        Ok(conn)
    };
    Connection::open_with_flags(path, flags)
        .and_then(set)
        .map_err(|e| DbError::from_rusqlite("open", e))
}

impl Shared {
    fn connect(&self) -> Result<Connection, DbError> {
        let (further, pragmas) = match self.kind {
            // Once it is open it waits for other processes by `Pool::begin`.
            Kind::Writer => (
                OpenFlags::SQLITE_OPEN_CREATE,
                "pragma journal_mode = wal; pragma busy_timeout = 0",
            ),
            Kind::Reader => (OpenFlags::empty(), "pragma query_only = on"),
        };
        opened(&self.path, further, pragmas)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pool {
    pub(crate) fn path(&self) -> &Path {
        &self.0.path
    }

    /// A connection, once one is free.
    pub(crate) async fn lend(&self) -> Result<Lent, DbError> {
        let free = timeout(PATIENCE, Arc::clone(&self.0.free).acquire_owned());
        let permit = free.await.map_err(|_| DbError::Busy)?;
        let permit = permit.map_err(|_| DbError::Closed)?;
        let idle = self.0.idle().pop();
        let conn = match idle {
            Some(conn) => conn,
            None => self.0.connect()?,
        };
        Ok(Lent {
            conn: Some(conn),
            pool: Arc::clone(&self.0),
            _permit: permit,
        })
    }

    /// A connection in a transaction that may write.
    pub(crate) async fn begin(&self) -> Result<Lent, DbError> {
        let mut lent = self.lend().await?;
        let until = Instant::now() + PATIENCE;
        let mut pause = Duration::from_millis(1);
        loop {
            match run(lent.conn()?, "begin", "begin immediate") {
                // Another process writes: nobody's thread waits for it.
                Err(DbError::Busy) if Instant::now() < until => sleep(pause).await,
                begun => return begun.map(|()| lent),
            }
            pause = PAUSE.min(pause * 2);
        }
    }

    /// Waits for whoever has a connection and closes all.
    pub(crate) async fn close(&self) {
        drop(self.0.free.acquire_many(self.0.kind.most()).await);
        self.0.free.close();
        self.0.idle().clear();
    }
}

/// A connection that goes back to its pool, without the transaction that was not committed.
pub(crate) struct Lent {
    conn: Option<Connection>,
    pool: Arc<Shared>,
    /// Given back after the connection.
    _permit: OwnedSemaphorePermit,
}

impl Lent {
    pub(crate) fn conn(&mut self) -> Result<&mut Connection, DbError> {
        self.conn.as_mut().ok_or(DbError::Closed)
    }

    pub(crate) fn commit(mut self) -> Result<(), DbError> {
        run(self.conn()?, "commit", "commit")
    }

    pub(crate) fn rollback(mut self) -> Result<(), DbError> {
        let conn = self.conn()?;
        // SQLite did so by itself when the disk was full.
        match conn.is_autocommit() {
            true => Ok(()),
            false => run(conn, "rollback", "rollback"),
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take()
            && (conn.is_autocommit() || run(&conn, "rollback", "rollback").is_ok())
        {
            self.pool.idle().push(conn);
        }
    }
}

/// Runs text that is not a registered statement.
pub(crate) fn run(conn: &Connection, step: &'static str, sql: &str) -> Result<(), DbError> {
    conn.execute_batch(sql)
        .map_err(|e| DbError::from_rusqlite(step, e))
}

pub(crate) fn fetch<T: FromRow>(
    conn: &Connection,
    info: &'static StatementInfo,
    binds: &[Value],
) -> Result<Vec<T>, DbError> {
    let failed = |e| DbError::from_rusqlite(info.name(), e);
    let mut statement = bound(conn, info.fixed(Engine::Sqlite), binds).map_err(failed)?;
    let mut rows = statement.raw_query();
    let mut all = Vec::new();
    while let Some(row) = rows.next().map_err(failed)? {
        all.push(T::from_row(&Row::new(info, Raw::Sqlite(row)))?);
    }
    Ok(all)
}

pub(crate) fn exec(
    conn: &Connection,
    info: &'static StatementInfo,
    binds: &[Value],
) -> Result<u64, DbError> {
    bound(conn, info.fixed(Engine::Sqlite), binds)
        .and_then(|mut statement| statement.raw_execute())
        .map(|changed| changed as u64)
        .map_err(|e| DbError::from_rusqlite(info.name(), e))
}

pub(crate) fn insert<const N: usize>(
    conn: &Connection,
    info: &'static StatementInfo,
    (table, columns): (&str, &[&str]),
    rows: &[[Value; N]],
    on_conflict: OnConflict,
) -> Result<u64, DbError> {
    let mut sql = format!("insert into {table} ({}) values ", columns.join(", "));
    // Plain `?`: numbered parameters get slower with their count.
    let row = format!("({})", vec!["?"; N].join(","));
    sql.push_str(&vec![row; rows.len()].join(","));
    if on_conflict == OnConflict::Skip {
        sql.push_str(" on conflict do nothing");
    }
    bound(conn, &sql, rows.iter().flatten())
        .and_then(|mut statement| statement.raw_execute())
        .map(|changed| changed as u64)
        .map_err(|e| DbError::from_rusqlite(info.name(), e))
}

fn bound<'c, 'v>(
    conn: &'c Connection,
    sql: &str,
    values: impl IntoIterator<Item = &'v Value>,
) -> rusqlite::Result<CachedStatement<'c>> {
    let mut statement = conn.prepare_cached(sql)?;
    for (n, value) in (1_usize..).zip(values) {
        match value {
            Value::List(list) => {
                let values: Vec<_> = list.values.iter().map(owned).collect();
                statement.raw_bind_parameter(n, Rc::new(values))?;
            }
            one => statement.raw_bind_parameter(n, ToSqlOutput::Borrowed(borrowed(one)))?,
        }
    }
    Ok(statement)
}

fn borrowed(value: &Value) -> ValueRef<'_> {
    let borrowed = match value {
        Value::Int(v) => v.map(ValueRef::Integer),
        Value::Real(v) => v.map(ValueRef::Real),
        Value::Text(v) => v.as_ref().map(|text| ValueRef::Text(text.as_bytes())),
        Value::Bytes(v) => v.as_deref().map(ValueRef::Blob),
        Value::Bool(v) => v.map(|v| ValueRef::Integer(v.into())),
        // Bound as a whole, and never within another.
        Value::List(_) => None,
    };
    borrowed.unwrap_or(ValueRef::Null)
}

/// A member of an array, which SQLite keeps for as long as it reads it.
fn owned(value: &Value) -> rusqlite::types::Value {
    use rusqlite::types::Value as Owned;
    let owned = match value {
        Value::Int(v) => v.map(Owned::Integer),
        Value::Real(v) => v.map(Owned::Real),
        Value::Text(v) => v.clone().map(Owned::Text),
        Value::Bytes(v) => v.clone().map(Owned::Blob),
        Value::Bool(v) => v.map(|v| Owned::Integer(v.into())),
        Value::List(_) => None,
    };
    owned.unwrap_or(Owned::Null)
}

/// The text with `?N` for each `$N`: to SQLite `$2` is a name, and its place is the order in which
/// it is met. An array is a table to it.
pub(crate) fn numbered(sql: &str) -> String {
    let mut text = String::with_capacity(sql.len());
    let mut rest = sql.chars().peekable();
    while let Some(c) = rest.next() {
        let bind = c == '$' && rest.peek().is_some_and(char::is_ascii_digit);
        text.push(if bind { '?' } else { c });
    }
    text.replace("= any(?", "in rarray(?")
}

/// Copies the database into a new file, as of one moment (`VACUUM INTO`: one read transaction).
pub(crate) fn copy(from: &Path, to: &str) -> Result<(), DbError> {
    connect(from)?
        .execute("vacuum into ?1", [to])
        .map(drop)
        .map_err(|e| DbError::from_rusqlite("backup", e))
}

/// A setting, as text.
pub(crate) fn setting(conn: &Connection, sql: &str) -> Result<String, DbError> {
    let mut text = String::new();
    conn.query_row(sql, [], |row| {
        match row.get_ref(0)? {
            ValueRef::Integer(n) => drop(write!(text, "{n}")),
            other => text.push_str(other.as_str()?),
        }
        Ok(())
    })
    .map_err(|e| DbError::from_rusqlite("settings", e))?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::numbered;

    #[test]
    fn a_bind_keeps_its_number() {
        assert_eq!(
            numbered("select '$', x from t where b = $2 and a in ($1, $10) and c = any($3)"),
            "select '$', x from t where b = ?2 and a in (?1, ?10) and c in rarray(?3)"
        );
    }
}
