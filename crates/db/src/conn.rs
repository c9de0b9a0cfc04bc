//! One connection of either engine: the only place where statements are executed.
//!
//! On SQLite nothing has to be waited for, so each statement uses up a part of what a task may do
//! in one go: others of the same thread come in between, such as whoever breaks a long work off.

use sqlx::AssertSqlSafe;
use sqlx::postgres::PgConnection;
use tokio::task::coop::consume_budget;

use crate::{DbError, Engine, FromRow, OnConflict, StatementInfo, Value, postgres, sqlite};

pub(crate) enum Conn<'c> {
    Sqlite(&'c mut rusqlite::Connection),
    Postgres(&'c mut PgConnection),
}

impl Conn<'_> {
    pub(crate) fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    pub(crate) async fn fetch<T: FromRow>(
        self,
        info: &'static StatementInfo,
        binds: Vec<Value>,
    ) -> Result<Vec<T>, DbError> {
        info.check(&binds)?;
        consume_budget().await;
        let engine = self.engine();
        let rows = match self {
            Self::Sqlite(conn) => sqlite::fetch(conn, info, &binds)?,
            Self::Postgres(conn) => postgres::fetch(conn, info, binds).await?,
        };
        info.note(engine);
        Ok(rows)
    }

    pub(crate) async fn exec(
        self,
        info: &'static StatementInfo,
        binds: Vec<Value>,
    ) -> Result<u64, DbError> {
        info.check(&binds)?;
        consume_budget().await;
        let engine = self.engine();
        let changed = match self {
            Self::Sqlite(conn) => sqlite::exec(conn, info, &binds)?,
            Self::Postgres(conn) => postgres::exec(conn, info, binds).await?,
        };
        info.note(engine);
        Ok(changed)
    }

    /// Runs text that is not a registered statement: migrations and settings.
    pub(crate) async fn raw(self, step: &'static str, sql: String) -> Result<(), DbError> {
        match self {
            Self::Sqlite(conn) => sqlite::run(conn, step, &sql),
            Self::Postgres(conn) => sqlx::raw_sql(AssertSqlSafe(sql))
                .execute(conn)
                .await
                .map(drop)
                .map_err(|e| DbError::from_sqlx(step, e)),
        }
    }

    pub(crate) async fn insert<const N: usize>(
        &mut self,
        info: &'static StatementInfo,
        into: (&str, &[&str]),
        rows: Vec<[Value; N]>,
        on_conflict: OnConflict,
    ) -> Result<u64, DbError> {
        consume_budget().await;
        match self {
            Self::Sqlite(conn) => sqlite::insert(conn, info, into, &rows, on_conflict),
            Self::Postgres(conn) => postgres::insert(conn, info, into, rows, on_conflict).await,
        }
    }
}
