//! One connection of either engine: the only place where statements are executed.

use sqlx::postgres::{PgArguments, PgConnection, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{Arguments as _, AssertSqlSafe};

use crate::row::Raw;
use crate::{DbError, Engine, FromRow, OnConflict, Row, StatementInfo, Value};

pub(crate) enum Conn<'c> {
    Sqlite(&'c mut SqliteConnection),
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
        let engine = self.engine();
        info.check(&binds)?;
        let sql = info.fixed(engine);
        let rows: Result<Vec<Result<T, DbError>>, sqlx::Error> = match self {
            Self::Sqlite(c) => {
                sqlx::query_with(sql, sqlite_args(info, binds)?)
                    .map(|row: SqliteRow| {
                        T::from_row(&Row {
                            info,
                            raw: Raw::Sqlite(&row),
                        })
                    })
                    .fetch_all(c)
                    .await
            }
            Self::Postgres(c) => {
                sqlx::query_with(sql, postgres_args(info, binds)?)
                    .map(|row: PgRow| {
                        T::from_row(&Row {
                            info,
                            raw: Raw::Postgres(&row),
                        })
                    })
                    .fetch_all(c)
                    .await
            }
        };
        let rows = rows.map_err(|e| DbError::from_sqlx(info.name(), e))?;
        info.note(engine);
        rows.into_iter().collect()
    }

    pub(crate) async fn exec(
        self,
        info: &'static StatementInfo,
        binds: Vec<Value>,
    ) -> Result<u64, DbError> {
        let engine = self.engine();
        info.check(&binds)?;
        let sql = info.fixed(engine);
        let affected = match self {
            Self::Sqlite(c) => sqlx::query_with(sql, sqlite_args(info, binds)?)
                .execute(c)
                .await
                .map(|r| r.rows_affected()),
            Self::Postgres(c) => sqlx::query_with(sql, postgres_args(info, binds)?)
                .execute(c)
                .await
                .map(|r| r.rows_affected()),
        }
        .map_err(|e| DbError::from_sqlx(info.name(), e))?;
        info.note(engine);
        Ok(affected)
    }

    /// Runs text that is not a registered statement: migrations and settings.
    pub(crate) async fn raw(&mut self, step: &'static str, sql: String) -> Result<(), DbError> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql));
        match self {
            Self::Sqlite(c) => sql.execute(&mut **c).await.map(drop),
            Self::Postgres(c) => sql.execute(&mut **c).await.map(drop),
        }
        .map_err(|e| DbError::from_sqlx(step, e))
    }

    pub(crate) async fn insert<const N: usize>(
        &mut self,
        info: &'static StatementInfo,
        (table, columns): (&str, &[&str]),
        rows: Vec<[Value; N]>,
        on_conflict: OnConflict,
    ) -> Result<u64, DbError> {
        let into = format!("insert into {table} ({})", columns.join(", "));
        let rule = match on_conflict {
            OnConflict::Fail => "",
            OnConflict::Skip => " on conflict do nothing",
        };
        let (sql, rows_affected);
        match self {
            // Plain `?`: numbered parameters get slower with their count in SQLite.
            Self::Sqlite(c) => {
                let row = format!("({})", vec!["?"; N].join(","));
                sql = format!("{into} values {}{rule}", vec![row; rows.len()].join(","));
                let args = sqlite_args(info, rows.into_iter().flatten())?;
                rows_affected = sqlx::query_with(AssertSqlSafe(sql), args)
                    .execute(&mut **c)
                    .await
                    .map(|r| r.rows_affected());
            }
            Self::Postgres(c) => {
                let (args, casts) = unnest(info, rows)?;
                sql = format!("{into} select * from unnest({casts}){rule}");
                rows_affected = sqlx::query_with(AssertSqlSafe(sql), args)
                    .execute(&mut **c)
                    .await
                    .map(|r| r.rows_affected());
            }
        }
        rows_affected.map_err(|e| DbError::from_sqlx(info.name(), e))
    }
}

type Encoded<T> = Result<T, DbError>;

fn encoding(
    info: &'static StatementInfo,
) -> impl Fn(Box<dyn std::error::Error + Send + Sync>) -> DbError {
    |_| DbError::other(info.name(), "a bound value is too long")
}

fn sqlite_args(
    info: &'static StatementInfo,
    values: impl IntoIterator<Item = Value>,
) -> Encoded<SqliteArguments> {
    let mut args = SqliteArguments::default();
    for value in values {
        match value {
            Value::Int(v) => args.add(v),
            Value::Real(v) => args.add(v),
            Value::Text(v) => args.add(v),
            Value::Bytes(v) => args.add(v),
            Value::Bool(v) => args.add(v),
        }
        .map_err(encoding(info))?;
    }
    Ok(args)
}

fn postgres_args(info: &'static StatementInfo, values: Vec<Value>) -> Encoded<PgArguments> {
    let mut args = PgArguments::default();
    for value in values {
        match value {
            Value::Int(v) => args.add(v),
            Value::Real(v) => args.add(v),
            Value::Text(v) => args.add(v),
            Value::Bytes(v) => args.add(v),
            Value::Bool(v) => args.add(v),
        }
        .map_err(encoding(info))?;
    }
    Ok(args)
}

/// The rows turned into one array per column, and the list of binds.
fn unnest<const N: usize>(
    info: &'static StatementInfo,
    rows: Vec<[Value; N]>,
) -> Encoded<(PgArguments, String)> {
    let mut args = PgArguments::default();
    let mut casts = Vec::with_capacity(N);
    let mut columns: [Vec<Value>; N] = std::array::from_fn(|_| Vec::with_capacity(rows.len()));
    for row in rows {
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(value);
        }
    }
    for (n, column) in columns.into_iter().enumerate() {
        // All values of a column are of one kind: `StatementInfo::check` saw every row.
        macro_rules! array {
            ($variant:ident, $sql_type:literal) => {{
                casts.push(format!("${}::{}[]", n + 1, $sql_type));
                let array: Vec<_> = column
                    .into_iter()
                    .filter_map(|v| {
                        if let Value::$variant(v) = v {
                            Some(v)
                        } else {
                            None
                        }
                    })
                    .collect();
                args.add(array)
            }};
        }
        match column.first() {
            None => continue,
            Some(Value::Int(_)) => array!(Int, "int8"),
            Some(Value::Real(_)) => array!(Real, "float8"),
            Some(Value::Text(_)) => array!(Text, "text"),
            Some(Value::Bytes(_)) => array!(Bytes, "bytea"),
            Some(Value::Bool(_)) => array!(Bool, "bool"),
        }
        .map_err(encoding(info))?;
    }
    Ok((args, casts.join(", ")))
}
