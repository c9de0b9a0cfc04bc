//! PostgreSQL: its connections, and statements on them.

use std::time::Duration;

use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgPool, PgPoolOptions, PgRow};
use sqlx::{Arguments as _, AssertSqlSafe, ConnectOptions as _, Connection as _};

use crate::db::{PATIENCE, PREPARED};
use crate::row::Raw;
use crate::{DbError, Engine, FromRow, OnConflict, Row, StatementInfo, Value};

/// Connections at most.
const CONNECTIONS: u32 = 16;
/// A connection idle for longer is tried before it is used.
const STALE: Duration = Duration::from_secs(10);

pub(crate) async fn fetch<T: FromRow>(
    conn: &mut PgConnection,
    info: &'static StatementInfo,
    binds: Vec<Value>,
) -> Result<Vec<T>, DbError> {
    let read = |row: PgRow| T::from_row(&Row::new(info, Raw::Postgres(&row)));
    let rows: Vec<Result<T, DbError>> =
        sqlx::query_with(info.fixed(Engine::Postgres), args(info, binds)?)
            .map(read)
            .fetch_all(conn)
            .await
            .map_err(|e| DbError::from_sqlx(info.name(), e))?;
    rows.into_iter().collect()
}

pub(crate) async fn exec(
    conn: &mut PgConnection,
    info: &'static StatementInfo,
    binds: Vec<Value>,
) -> Result<u64, DbError> {
    sqlx::query_with(info.fixed(Engine::Postgres), args(info, binds)?)
        .execute(conn)
        .await
        .map(|done| done.rows_affected())
        .map_err(|e| DbError::from_sqlx(info.name(), e))
}

pub(crate) async fn insert<const N: usize>(
    conn: &mut PgConnection,
    info: &'static StatementInfo,
    (table, columns): (&str, &[&str]),
    rows: Vec<[Value; N]>,
    on_conflict: OnConflict,
) -> Result<u64, DbError> {
    let rule = match on_conflict {
        OnConflict::Fail => "",
        OnConflict::Skip => " on conflict do nothing",
    };
    let (args, casts) = unnest(info, rows)?;
    let columns = columns.join(", ");
    let sql = format!("insert into {table} ({columns}) select * from unnest({casts}){rule}");
    sqlx::query_with(AssertSqlSafe(sql), args)
        .execute(conn)
        .await
        .map(|done| done.rows_affected())
        .map_err(|e| DbError::from_sqlx(info.name(), e))
}

type Encoded<T> = Result<T, DbError>;

fn encoding(
    info: &'static StatementInfo,
) -> impl Fn(Box<dyn std::error::Error + Send + Sync>) -> DbError {
    |_| DbError::other(info.name(), "a bound value is too long")
}

fn args(info: &'static StatementInfo, values: Vec<Value>) -> Encoded<PgArguments> {
    let mut args = PgArguments::default();
    for value in values {
        match value {
            Value::Int(v) => args.add(v),
            Value::Real(v) => args.add(v),
            Value::Text(v) => args.add(v),
            Value::Bytes(v) => args.add(v),
            Value::Bool(v) => args.add(v),
            Value::List(list) => {
                array(info, &mut args, &list.null, list.values)?;
                continue;
            }
        }
        .map_err(encoding(info))?;
    }
    Ok(args)
}

/// Adds values as one array of the type of a first one; the name of that type.
fn array(
    info: &'static StatementInfo,
    args: &mut PgArguments,
    first: &Value,
    values: Vec<Value>,
) -> Encoded<&'static str> {
    // All are of one kind: `list` takes no others, and `StatementInfo::check` saw every row.
    macro_rules! add {
        ($variant:ident, $sql_type:literal) => {{
            let inner = |value| match value {
                Value::$variant(inner) => Some(inner),
                _ => None,
            };
            let array: Vec<_> = values.into_iter().filter_map(inner).collect();
            args.add(array).map(|()| $sql_type)
        }};
    }
    match first {
        Value::Int(_) => add!(Int, "int8"),
        Value::Real(_) => add!(Real, "float8"),
        Value::Text(_) => add!(Text, "text"),
        Value::Bytes(_) => add!(Bytes, "bytea"),
        Value::Bool(_) => add!(Bool, "bool"),
        Value::List(_) => return Err(DbError::other(info.name(), "a list within a list")),
    }
    .map_err(encoding(info))
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
        let Some(first) = column.first().cloned() else {
            continue;
        };
        let of = array(info, &mut args, &first, column)?;
        casts.push(format!("${}::{of}[]", n + 1));
    }
    Ok((args, casts.join(", ")))
}

pub(crate) async fn open(options: &PgConnectOptions) -> Result<PgPool, sqlx::Error> {
    let options = options
        .clone()
        .application_name("simpul")
        .statement_cache_capacity(PREPARED)
        .options([
            ("synchronous_commit", "on"),
            ("default_transaction_isolation", "read committed"),
            // Reads outside a transaction cannot write, as on SQLite's readers.
            ("default_transaction_read_only", "on"),
        ])
        .disable_statement_logging();
    // The pool would retry a refused connection until it times out; a wrong address shows here.
    options.connect().await?.close().await?;
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .before_acquire(|conn, meta| {
            Box::pin(async move {
                if meta.idle_for > STALE {
                    conn.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_lazy_with(options);
    Ok(pool)
}

/// The pool tries a refused connection again until its time is up; while it may still open more,
/// that means a server that does not answer, not that all connections are in use.
pub(crate) fn waited(pool: &PgPool, error: sqlx::Error) -> sqlx::Error {
    match error {
        sqlx::Error::PoolTimedOut if pool.size() < CONNECTIONS => {
            sqlx::Error::Io(std::io::Error::new(
                std::io::ErrorKind::ConnectionRefused,
                "no connection in 10 s",
            ))
        }
        error => error,
    }
}
