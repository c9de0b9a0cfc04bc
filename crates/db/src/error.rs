//! What can go wrong, in the kinds a caller acts upon.
//!
//! Nothing here keeps the driver's error: PostgreSQL quotes stored values in its messages and
//! details ("Key (nik)=(...) already exists"), and such text must reach no log and no screen.

use std::borrow::Cow;

/// An error of the database. Neither `Display` nor `Debug` ever holds a bound or stored value.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// [`one`](crate::Db::one) found no row.
    #[error("{statement}: no such row")]
    NotFound {
        /// Name of the statement.
        statement: &'static str,
    },
    /// A unique key exists already.
    #[error("this exists already (key {})", .constraint.as_deref().unwrap_or("unknown"))]
    Conflict {
        /// Name of the key: `<table>_pkey`, `<table>_<columns>_key`, or the name of an index on
        /// expressions. Name unique indexes in that form and both engines say the same.
        constraint: Option<String>,
    },
    /// Another transaction holds what this one needs, or every connection is in use.
    #[error("the database is busy; try again")]
    Busy,
    /// [`close`](crate::Db::close) was called.
    #[error("the database is closed")]
    Closed,
    /// The database cannot be opened or its connection broke.
    #[error(
        "the database cannot be reached ({0}); check that it runs and that the address is right"
    )]
    Unreachable(String),
    /// No room left on the disk of the database.
    #[error("the disk of the database is full; free some space and try again")]
    Full,
    /// The database was written by a newer program.
    #[error(
        "the database is at version {found}, this program knows {known}; install the newer program"
    )]
    Newer {
        /// Highest migration in the database.
        found: u32,
        /// Highest migration this program knows.
        known: u32,
    },
    /// A migration was changed after it was applied, is out of order, or failed.
    #[error("migration {number} ({name}): {what}")]
    Migration {
        /// Its number.
        number: u32,
        /// Its name.
        name: String,
        /// What is wrong.
        what: String,
    },
    /// A stored value does not fit the type it is read into.
    #[error("{statement}: column {column} does not hold {expected}")]
    Column {
        /// Name of the statement.
        statement: &'static str,
        /// Name or position of the column.
        column: String,
        /// What the program expected there.
        expected: &'static str,
    },
    /// A database address that cannot be used.
    #[error("{0}")]
    Address(&'static str),
    /// A statement of this transaction failed, so nothing of it may be committed.
    #[error("an earlier step of this transaction failed, so nothing of it was written")]
    Aborted,
    /// Anything else; a fault of the program or of the database's upkeep.
    #[error("{statement}: {what}")]
    Other {
        /// Name of the statement, or of the step.
        statement: &'static str,
        /// What happened, without values.
        what: String,
    },
}

impl DbError {
    /// Whether this is a conflict on the key of that name.
    pub fn conflicts_on(&self, key: &str) -> bool {
        matches!(self, Self::Conflict { constraint: Some(name) } if name == key)
    }

    pub(crate) fn other(statement: &'static str, what: impl Into<String>) -> Self {
        Self::Other {
            statement,
            what: what.into(),
        }
    }

    pub(crate) fn from_sqlx(statement: &'static str, error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(e) => {
                match e.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
                    Some(e) => from_postgres(statement, e),
                    None => Self::other(statement, "the driver refused the statement"),
                }
            }
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::PoolClosed => Self::Closed,
            sqlx::Error::Io(e) => Self::Unreachable(e.to_string()),
            sqlx::Error::Tls(e) => Self::Unreachable(e.to_string()),
            sqlx::Error::Configuration(_) => Self::Address("the database address cannot be read"),
            // Texts of the driver about its own protocol, never about values.
            sqlx::Error::Protocol(e) => Self::other(statement, e),
            sqlx::Error::Encode(e) => Self::other(statement, e.to_string()),
            _ => Self::other(statement, "the driver refused the statement"),
        }
    }

    pub(crate) fn from_rusqlite(statement: &'static str, error: rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::SqliteFailure(e, message) => {
                from_sqlite(statement, e.extended_code, &message.unwrap_or_default())
            }
            rusqlite::Error::SqlInputError { error, msg, .. } => {
                from_sqlite(statement, error.extended_code, &msg)
            }
            _ => Self::other(statement, "the driver refused the statement"),
        }
    }
}

/// SQLSTATE: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn from_postgres(statement: &'static str, e: &sqlx::postgres::PgDatabaseError) -> DbError {
    let code = e.code();
    match code {
        "23505" => DbError::Conflict {
            constraint: e.constraint().map(str::to_owned),
        },
        // serialization_failure, deadlock_detected, lock_not_available, query_canceled
        "40001" | "40P01" | "55P03" | "57014" => DbError::Busy,
        "53100" => DbError::Full,
        // too_many_connections, admin_shutdown, crash_shutdown, cannot_connect_now
        "53300" | "57P01" | "57P02" | "57P03" => {
            DbError::Unreachable(format!("PostgreSQL error {code}"))
        }
        // invalid authorization, unknown database: the message names a role or a database
        "28000" | "28P01" | "3D000" => DbError::Unreachable(e.message().to_owned()),
        "25006" => DbError::other(statement, "a write outside a transaction; use Db::begin"),
        _ if code.starts_with("08") => DbError::Unreachable(format!("PostgreSQL error {code}")),
        // Class 42 speaks of the statement's own text (syntax, names, types).
        _ if code.starts_with("42") => DbError::other(
            statement,
            format!("PostgreSQL error {code}: {}", e.message()),
        ),
        _ => {
            let at = |what, name: Option<&str>| name.map(|n| format!(", {what} {n}"));
            let mut text = format!("PostgreSQL error {code}");
            text.extend(at("table", e.table()));
            text.extend(at("column", e.column()));
            text.extend(at("constraint", e.constraint()));
            DbError::other(statement, text)
        }
    }
}

/// Extended result codes: <https://www.sqlite.org/rescode.html>. SQLite's messages name tables,
/// columns and types, not values.
fn from_sqlite(statement: &'static str, code: i32, message: &str) -> DbError {
    match code & 0xff {
        5 | 6 => DbError::Busy,
        13 => DbError::Full,
        // IOERR, CANTOPEN
        10 | 14 => DbError::Unreachable(message.to_owned()),
        8 => DbError::other(
            statement,
            "a write outside a transaction (use Db::begin), or the file may not be written",
        ),
        11 | 26 => DbError::Unreachable(format!("not a whole SQLite database: {message}")),
        _ => match code {
            // CONSTRAINT_PRIMARYKEY, CONSTRAINT_UNIQUE, CONSTRAINT_ROWID
            1555 | 2067 | 2579 => DbError::Conflict {
                constraint: sqlite_key(code, message),
            },
            _ => DbError::other(statement, format!("SQLite error {code}: {message}")),
        },
    }
}

/// The key's name as PostgreSQL would give it, from "UNIQUE constraint failed: t.a, t.b" or
/// "UNIQUE constraint failed: index 'name'".
fn sqlite_key(code: i32, message: &str) -> Option<String> {
    let (_, columns) = message.split_once("failed: ")?;
    if let Some(index) = columns.strip_prefix("index '") {
        return Some(index.trim_end_matches('\'').to_owned());
    }
    let (table, _) = columns.split_once('.')?;
    if code != 2067 {
        return Some(format!("{table}_pkey"));
    }
    let columns: Vec<Cow<str>> = columns
        .split(", ")
        .map(|c| {
            c.split_once('.')
                .map_or(Cow::Borrowed(c), |(_, c)| Cow::Borrowed(c))
        })
        .collect();
    Some(format!("{table}_{}_key", columns.join("_")))
}
