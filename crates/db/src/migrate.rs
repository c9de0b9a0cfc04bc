//! Numbered, forward migrations.

use sha2::{Digest as _, Sha256};

use crate::ddl::translate;
use crate::{Db, DbError, Engine, Tx, args, row, statements, statistics};

/// One step of the schema, written once for both engines in BIGINT, DOUBLE PRECISION, BOOLEAN,
/// TEXT and BYTEA.
///
/// On SQLite the types become INTEGER, REAL, INTEGER, TEXT and BLOB and tables STRICT; on
/// PostgreSQL text columns sort by bytes (`COLLATE "C"`), as they do on SQLite.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// From 1, without gaps.
    pub number: u32,
    /// Short name, shown in errors.
    pub name: &'static str,
    /// Statements, each ended by `;`.
    pub sql: &'static str,
}

impl Migration {
    /// SHA-256 of the text in hexadecimal digits; line ends of either kind count the same.
    pub(crate) fn checksum(&self) -> String {
        hex::encode(Sha256::digest(self.sql.replace("\r\n", "\n")))
    }

    fn wrong(&self, what: impl Into<String>) -> DbError {
        DbError::Migration {
            number: self.number,
            name: self.name.to_owned(),
            what: what.into(),
        }
    }
}

/// What [`migrate`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Numbers applied now.
    pub applied: Vec<u32>,
    /// The version of the database.
    pub version: u32,
}

statements! {
    APPLIED: system("the schema itself has no area") =
        "select number, name, checksum from schema_migrations order by number";
    RECORD: system("the schema itself has no area") =
        "insert into schema_migrations (number, name, checksum) values ($1, $2, $3)";
}

row! {
    struct Applied { number: u32, name: String, checksum: String }
}

/// Any constant, the same in every version: it keeps two starting programs apart.
const LOCK: &str = "select pg_advisory_xact_lock(7308613688)";
const LEDGER: &str = "create table if not exists schema_migrations (\
    number bigint primary key, name text not null, checksum text not null);";

/// Brings the database to the newest version, each migration in a transaction of its own.
/// Safe to start twice at once: the second waits and finds it done.
///
/// Errors: [`DbError::Newer`] when the database knows a migration that this program does not;
/// [`DbError::Migration`] when an applied text changed, a number is out of order, or a text fails.
pub async fn migrate(db: &Db, migrations: &[Migration]) -> Result<Report, DbError> {
    for (n, migration) in (1..).zip(migrations) {
        if migration.number != n {
            return Err(migration.wrong(format!("stands where number {n} belongs")));
        }
    }
    let mut applied = Vec::new();
    loop {
        let mut tx = db.begin().await?;
        if db.engine() == Engine::Postgres {
            raw(&mut tx, "migrate", LOCK.to_owned()).await?;
        }
        for sql in translate(LEDGER, db.engine()) {
            raw(&mut tx, "migrate", sql).await?;
        }
        let ledger: Vec<Applied> = tx.all(&APPLIED, args![]).await?;
        let Some(next) = next(&ledger, migrations)? else {
            if db.engine() == Engine::Sqlite && !applied.is_empty() {
                for sql in statistics::TELL {
                    raw(&mut tx, "statistics", sql.to_owned()).await?;
                }
            }
            tx.commit().await?;
            return Ok(Report {
                applied,
                version: ledger.last().map_or(0, |row| row.number),
            });
        };
        for (n, sql) in (1..).zip(translate(next.sql, db.engine())) {
            raw(&mut tx, "migrate", sql).await.map_err(|e| match e {
                DbError::Other { what, .. } => next.wrong(format!("statement {n}: {what}")),
                e => e,
            })?;
        }
        tx.exec(&RECORD, args![next.number, next.name, next.checksum()])
            .await?;
        tx.commit().await?;
        applied.push(next.number);
    }
}

/// The first migration that is not in the ledger; the ledger must agree with all before it.
fn next<'m>(
    ledger: &[Applied],
    migrations: &'m [Migration],
) -> Result<Option<&'m Migration>, DbError> {
    if let Some(last) = ledger.get(migrations.len()..).and_then(<[_]>::last) {
        return Err(DbError::Newer {
            found: last.number,
            known: migrations.len() as u32,
        });
    }
    for (row, migration) in ledger.iter().zip(migrations) {
        if (row.number, &row.checksum) != (migration.number, &migration.checksum()) {
            return Err(migration.wrong(format!(
                "the database applied another text under this number ({})",
                row.name
            )));
        }
    }
    Ok(migrations.get(ledger.len()))
}

async fn raw(tx: &mut Tx, step: &'static str, sql: String) -> Result<(), DbError> {
    tx.conn()?.raw(step, sql).await?;
    tx.went_well();
    Ok(())
}
