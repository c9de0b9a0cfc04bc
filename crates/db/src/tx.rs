//! Transactions.

use sqlx::{Postgres, Transaction};

use crate::conn::Conn;
use crate::sqlite::Lent;
use crate::statement::Text;
use crate::{Bulk, DbError, Engine, FromRow, IntoArgs, OnConflict, Statement, Value};

/// A transaction; dropping it rolls back.
///
/// Once a statement failed (or its future was dropped half-way) nothing more can be done in it
/// and [`commit`](Self::commit) refuses: PostgreSQL would answer such a commit with a silent
/// rollback, SQLite would write half of it.
pub struct Tx {
    pub(crate) inner: Inner,
    failed: bool,
    marked: bool,
}

pub(crate) enum Inner {
    Sqlite(Lent),
    Postgres(Transaction<'static, Postgres>),
}

/// Rows of one insert statement at most: more gains nothing (measured), less memory.
const CHUNK: usize = 512;
/// Parameters of one SQLite statement at most (SQLITE_MAX_VARIABLE_NUMBER is 32,766).
const SQLITE_PARAMETERS: usize = 16_000;

impl Tx {
    pub(crate) fn new(inner: Inner) -> Self {
        Self {
            inner,
            failed: false,
            marked: false,
        }
    }

    /// The connection, marked as failed until the step on it says that it went well.
    pub(crate) fn conn(&mut self) -> Result<Conn<'_>, DbError> {
        if self.failed {
            return Err(DbError::Aborted);
        }
        self.failed = true;
        Ok(match &mut self.inner {
            Inner::Sqlite(lent) => Conn::Sqlite(lent.conn()?),
            Inner::Postgres(tx) => Conn::Postgres(tx),
        })
    }

    pub(crate) fn went_well(&mut self) {
        self.failed = false;
    }

    /// Every row.
    pub async fn all<K, T: FromRow>(
        &mut self,
        statement: &'static Statement<K>,
        args: impl IntoArgs<K>,
    ) -> Result<Vec<T>, DbError> {
        let args = args.into_args();
        let rows = self.conn()?.fetch(&statement.info, args).await?;
        self.went_well();
        Ok(rows)
    }

    /// The row, if there is one. Errors: more than one row.
    pub async fn opt<K, T: FromRow>(
        &mut self,
        statement: &'static Statement<K>,
        args: impl IntoArgs<K>,
    ) -> Result<Option<T>, DbError> {
        at_most_one(statement.info.name(), self.all(statement, args).await?)
    }

    /// The row. Errors: [`DbError::NotFound`], more than one row.
    pub async fn one<K, T: FromRow>(
        &mut self,
        statement: &'static Statement<K>,
        args: impl IntoArgs<K>,
    ) -> Result<T, DbError> {
        let name = statement.info.name();
        self.opt(statement, args)
            .await?
            .ok_or(DbError::NotFound { statement: name })
    }

    /// Executes a statement that returns nothing; the number of rows it changed.
    pub async fn exec<K>(
        &mut self,
        statement: &'static Statement<K>,
        args: impl IntoArgs<K>,
    ) -> Result<u64, DbError> {
        let args = args.into_args();
        let changed = self.conn()?.exec(&statement.info, args).await?;
        self.went_well();
        Ok(changed)
    }

    /// Inserts many rows; the number of rows that are new.
    pub async fn insert<const N: usize, R>(
        &mut self,
        bulk: &'static Bulk<N>,
        rows: R,
        on_conflict: OnConflict,
    ) -> Result<u64, DbError>
    where
        R: IntoIterator<Item = [Value; N]>,
        R::IntoIter: Send,
    {
        let info = &bulk.info;
        let Text::Bulk { table, columns } = info.text else {
            return Err(DbError::other(info.name(), "not a bulk insert"));
        };
        let mut rows = rows.into_iter();
        let mut conn = self.conn()?;
        let engine = conn.engine();
        let mut inserted = 0;
        loop {
            let mut chunk: Vec<_> = rows.by_ref().take(CHUNK).collect();
            if chunk.is_empty() {
                break;
            }
            chunk.iter().try_for_each(|row| info.check(row))?;
            while !chunk.is_empty() {
                let rest = chunk.split_off(piece(engine, chunk.len(), N));
                inserted += conn
                    .insert(info, (table, columns), chunk, on_conflict)
                    .await?;
                chunk = rest;
            }
            info.note(engine);
        }
        self.went_well();
        Ok(inserted)
    }

    /// Sets a mark to go back to, so that one step of many can be undone alone. Errors: a mark is
    /// set already.
    pub async fn mark(&mut self) -> Result<(), DbError> {
        if self.marked {
            return Err(DbError::other("mark", "a mark is set already"));
        }
        self.conn()?.raw("mark", "savepoint mark".into()).await?;
        self.went_well();
        self.marked = true;
        Ok(())
    }

    /// Keeps what was done since the mark. Errors: no mark is set.
    pub async fn unmark(&mut self) -> Result<(), DbError> {
        self.end_mark("release savepoint mark").await
    }

    /// Undoes what was done since the mark, also after a statement that failed. Errors: no mark is
    /// set, or the engine has undone the whole transaction by itself.
    pub async fn back_to_mark(&mut self) -> Result<(), DbError> {
        if self.marked {
            self.failed = false;
        }
        self.end_mark("rollback to savepoint mark; release savepoint mark")
            .await
    }

    async fn end_mark(&mut self, sql: &str) -> Result<(), DbError> {
        if !self.marked {
            return Err(DbError::other("mark", "no mark is set"));
        }
        self.conn()?.raw("mark", sql.to_owned()).await?;
        self.went_well();
        self.marked = false;
        Ok(())
    }

    /// Makes everything durable. Errors: [`DbError::Aborted`] when a step failed.
    pub async fn commit(self) -> Result<(), DbError> {
        if self.failed {
            return Err(DbError::Aborted);
        }
        match self.inner {
            Inner::Sqlite(lent) => lent.commit(),
            Inner::Postgres(tx) => tx
                .commit()
                .await
                .map_err(|e| DbError::from_sqlx("commit", e)),
        }
    }

    /// Undoes everything, and waits until it is undone.
    pub async fn rollback(self) -> Result<(), DbError> {
        match self.inner {
            Inner::Sqlite(lent) => lent.rollback(),
            Inner::Postgres(tx) => tx
                .rollback()
                .await
                .map_err(|e| DbError::from_sqlx("rollback", e)),
        }
    }
}

/// How many of `len` rows go into the next statement. On SQLite a power of two, so that few
/// texts are prepared and all stay cached; on PostgreSQL one text fits any number.
fn piece(engine: Engine, len: usize, columns: usize) -> usize {
    match engine {
        Engine::Sqlite => 1 << len.min(SQLITE_PARAMETERS / columns).max(1).ilog2(),
        Engine::Postgres => len,
    }
}

pub(crate) fn at_most_one<T>(statement: &'static str, rows: Vec<T>) -> Result<Option<T>, DbError> {
    let mut rows = rows.into_iter();
    let first = rows.next();
    match rows.next() {
        None => Ok(first),
        Some(_) => Err(DbError::other(
            statement,
            "more than one row where one was expected",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Db;
    use crate::testing::{test_databases, test_sqlite};

    async fn raw(tx: &mut Tx, sql: &str) -> Result<(), DbError> {
        tx.conn()?.raw("test", sql.to_owned()).await?;
        tx.went_well();
        Ok(())
    }

    #[tokio::test]
    async fn a_full_disk_is_told() {
        let db = test_sqlite(&[]).await;
        let mut tx = db.begin().await.unwrap();
        raw(
            &mut tx,
            "create table t (a blob); pragma max_page_count = 20",
        )
        .await
        .unwrap();
        let e = raw(&mut tx, "insert into t values (zeroblob(200000))")
            .await
            .unwrap_err();
        assert!(matches!(e, DbError::Full), "{e:?}");
        assert!(matches!(tx.commit().await, Err(DbError::Aborted)));
        for _ in 0..2 {
            // Nothing of it was written, and the writer is usable again.
            let mut tx = db.begin().await.unwrap();
            raw(
                &mut tx,
                "create table t (a blob); pragma max_page_count = 20",
            )
            .await
            .unwrap();
            raw(&mut tx, "insert into t values (zeroblob(200000))")
                .await
                .unwrap_err();
            tx.rollback().await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_lock_held_elsewhere_is_busy() {
        for db in test_databases(&[]).await {
            let other = Db::open(db.url()).await.unwrap();
            let mut tx = db.begin().await.unwrap();
            raw(&mut tx, "create table t (a bigint)").await.unwrap();
            let e = match db.engine() {
                // Its patience ends at once: nothing else is to be waited for.
                Engine::Sqlite => {
                    tokio::time::pause();
                    let e = other.begin().await.err();
                    tokio::time::resume();
                    e
                }
                Engine::Postgres => {
                    let mut impatient = other.begin().await.unwrap();
                    raw(&mut impatient, "set local lock_timeout = '10ms'")
                        .await
                        .unwrap();
                    raw(&mut impatient, "create table t (a bigint)").await.err()
                }
            };
            assert!(matches!(e, Some(DbError::Busy)), "{}: {e:?}", db.engine());
            tx.commit().await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_failed_step_is_undone_alone() {
        for db in test_databases(&[]).await {
            let mut tx = db.begin().await.unwrap();
            raw(&mut tx, "create table t (a bigint primary key)")
                .await
                .unwrap();
            for (value, kept) in [(1, true), (1, false), (2, true)] {
                tx.mark().await.unwrap();
                assert!(tx.mark().await.is_err(), "one mark at a time");
                let done = raw(&mut tx, &format!("insert into t values ({value})")).await;
                assert_eq!(done.is_ok(), kept, "{}", db.engine());
                match done {
                    Ok(()) => tx.unmark().await.unwrap(),
                    Err(_) => tx.back_to_mark().await.unwrap(),
                }
            }
            assert!(tx.back_to_mark().await.is_err());
            raw(&mut tx, "insert into t values (3)").await.unwrap();
            tx.commit().await.unwrap();
            let mut tx = db.begin().await.unwrap();
            for value in 1..=3 {
                let again = format!("insert into t values ({value})");
                tx.mark().await.unwrap();
                assert!(raw(&mut tx, &again).await.is_err(), "{value} was kept");
                tx.back_to_mark().await.unwrap();
            }
        }
    }

    #[test]
    fn pieces_are_powers_of_two_within_sqlites_limit() {
        assert_eq!(piece(Engine::Postgres, 511, 3), 511);
        assert_eq!(
            [1, 2, 3, 100, 511, 512].map(|n| piece(Engine::Sqlite, n, 3)),
            [1, 2, 2, 64, 256, 512]
        );
        assert_eq!(piece(Engine::Sqlite, 512, 100), 128);
        assert_eq!(piece(Engine::Sqlite, 512, 20_000), 1);
    }
}
