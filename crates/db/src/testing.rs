//! Databases for tests: one of each engine, cloned from a template that is migrated once.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use sha2::{Digest as _, Sha256};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _};

use crate::db::{Fresh, Url};
use crate::ddl::translate;
use crate::{Db, DbError, DbUrl, Engine, Migration, migrate, registered};

/// The variable that names a PostgreSQL server where databases may be made.
pub const SERVER: &str = "SIMPUL_TEST_POSTGRES";

/// A database of one test; it is deleted when this is dropped.
pub struct TestDb {
    db: Db,
    url: DbUrl,
}

impl TestDb {
    /// Where it is, to open it once more.
    pub fn url(&self) -> &DbUrl {
        &self.url
    }

    /// Counts the rows on PostgreSQL, as its autovacuum does within a minute: a table that was
    /// filled just now is planned as an empty one. SQLite's figures are fixed.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn analyze(&self) {
        if let Url::Postgres(options) = &self.url.0 {
            let counted = async {
                let mut conn = options.connect().await?;
                sqlx::raw_sql("analyze").execute(&mut conn).await
            };
            counted.await.expect("the rows are counted");
        }
    }
}

impl Deref for TestDb {
    type Target = Db;
    fn deref(&self) -> &Db {
        &self.db
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        match &self.url.0 {
            Url::Sqlite(path) => {
                drop(std::fs::remove_dir_all(
                    path.parent().unwrap_or(Path::new("/nowhere")),
                ));
            }
            Url::Postgres(options) => {
                let name = options.get_database().unwrap_or_default().to_owned();
                // The test's own runtime may be about to end: another thread, another runtime.
                let deleted = std::thread::spawn(move || {
                    let runtime = tokio::runtime::Builder::new_current_thread()
                        .enable_all()
                        .build();
                    let sql = format!("drop database if exists {name} with (force)");
                    runtime.map(|r| r.block_on(async { run(&mut server().await?, sql).await }))
                });
                drop(deleted.join());
            }
        }
    }
}

/// A fresh SQLite file and a fresh PostgreSQL database, both migrated.
///
/// # Panics
/// When a database cannot be made; a test never passes on one engine alone.
pub async fn test_databases(migrations: &[Migration]) -> Vec<TestDb> {
    vec![
        test_sqlite(migrations).await,
        test_postgres(migrations).await,
    ]
}

/// A fresh SQLite file alone.
///
/// # Panics
/// When it cannot be made.
pub async fn test_sqlite(migrations: &[Migration]) -> TestDb {
    let made = async {
        let template = sqlite_template(migrations).await?;
        let folder = std::env::temp_dir().join(format!("simpul-test-{}", unique()));
        drop(std::fs::remove_dir_all(&folder));
        std::fs::create_dir(&folder).map_err(disk)?;
        let path = folder.join("test.db");
        std::fs::copy(template, &path).map_err(disk)?;
        open(DbUrl::sqlite(path)).await
    };
    made.await
        .unwrap_or_else(|e| panic!("no SQLite database for this test: {e}"))
}

/// A fresh PostgreSQL database alone.
///
/// # Panics
/// When `SIMPUL_TEST_POSTGRES` is not set or the database cannot be made.
pub async fn test_postgres(migrations: &[Migration]) -> TestDb {
    let made = async {
        let mut conn = server().await?;
        let template = postgres_template(&mut conn, migrations).await?;
        let name = format!("simpul_test_{}", unique());
        run(
            &mut conn,
            format!("drop database if exists {name} with (force)"),
        )
        .await?;
        run(
            &mut conn,
            format!("create database {name} template {template}"),
        )
        .await?;
        open(DbUrl(Url::Postgres(Box::new(
            server_options()?.database(&name),
        ))))
        .await
    };
    made.await
        .unwrap_or_else(|e| panic!("no PostgreSQL database for this test: {e}"))
}

/// How SQLite would run each registered statement: name, and one line for each table it reads.
///
/// # Panics
/// When the database is not SQLite or refuses a statement.
pub async fn plans(db: &Db) -> Vec<(&'static str, Vec<String>)> {
    assert_eq!(db.engine(), Engine::Sqlite, "plans are read on SQLite");
    let Fresh::Sqlite(conn) = db.fresh().await.expect("a connection") else {
        unreachable!("asserted above")
    };
    let mut plans = Vec::new();
    for info in registered() {
        let sql = format!("explain query plan {}", info.sql(Engine::Sqlite));
        let mut lines = Vec::new();
        conn.prepare(&sql)
            .and_then(|mut plan| {
                let mut rows = plan.raw_query();
                while let Some(row) = rows.next()? {
                    lines.push(row.get("detail")?);
                }
                Ok(())
            })
            .unwrap_or_else(|e| panic!("{}: {e}", info.name()));
        plans.push((info.name(), lines));
    }
    plans
}

async fn open(url: DbUrl) -> Result<TestDb, DbError> {
    Ok(TestDb {
        db: Db::open(&url).await?,
        url,
    })
}

async fn sqlite_template(migrations: &[Migration]) -> Result<PathBuf, DbError> {
    let name = format!(
        "simpul-template-{}.db",
        fingerprint(migrations, Engine::Sqlite)
    );
    let template = std::env::temp_dir().join(name);
    if !template.exists() {
        let draft = template.with_extension(unique());
        drop(std::fs::remove_file(&draft));
        migrated(&DbUrl::sqlite(&draft), migrations).await?;
        std::fs::rename(&draft, &template).map_err(disk)?;
    }
    Ok(template)
}

async fn postgres_template(
    conn: &mut PgConnection,
    migrations: &[Migration],
) -> Result<String, DbError> {
    let name = format!(
        "simpul_template_{}",
        fingerprint(migrations, Engine::Postgres)
    );
    let made = format!("select exists (select from pg_database where datname = '{name}')");
    let made = || sqlx::query_scalar::<_, bool>(AssertSqlSafe(made.clone()));
    let failed = |e| DbError::from_sqlx("test", e);
    if made().fetch_one(&mut *conn).await.map_err(failed)? {
        return Ok(name);
    }
    // Several test processes may come here at once.
    run(conn, "select pg_advisory_lock(7308613689)".to_owned()).await?;
    if !made().fetch_one(&mut *conn).await.map_err(failed)? {
        let draft = format!("{name}_draft");
        run(
            conn,
            format!("drop database if exists {draft} with (force)"),
        )
        .await?;
        run(conn, format!("create database {draft} template template0")).await?;
        let url = DbUrl(Url::Postgres(Box::new(server_options()?.database(&draft))));
        migrated(&url, migrations).await?;
        run(
            conn,
            format!("alter database {draft} with allow_connections false"),
        )
        .await?;
        run(conn, format!("alter database {draft} rename to {name}")).await?;
    }
    run(conn, "select pg_advisory_unlock(7308613689)".to_owned()).await?;
    Ok(name)
}

async fn migrated(url: &DbUrl, migrations: &[Migration]) -> Result<(), DbError> {
    let db = Db::open(url).await?;
    migrate(&db, migrations).await?;
    db.close().await;
    Ok(())
}

/// Names a template by what makes it: another text, another template.
fn fingerprint(migrations: &[Migration], engine: Engine) -> String {
    let mut hash = Sha256::new();
    for sql in crate::statistics::TELL {
        hash.update(sql);
    }
    for migration in migrations {
        hash.update(migration.checksum());
        translate(migration.sql, engine)
            .iter()
            .for_each(|sql| hash.update(sql));
    }
    hex::encode(&hash.finalize()[..8])
}

fn unique() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!(
        "{}_{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    )
}

fn server_options() -> Result<PgConnectOptions, DbError> {
    let url = std::env::var(SERVER).map_err(|_| {
        DbError::Address(
            "SIMPUL_TEST_POSTGRES is not set: it names a PostgreSQL server where databases may \
             be made, such as postgres://simpul@127.0.0.1:5432/postgres; `cargo xtask test` \
             starts one",
        )
    })?;
    match DbUrl::parse(&url)?.0 {
        Url::Postgres(options) => Ok(*options),
        Url::Sqlite(_) => Err(DbError::Address(
            "SIMPUL_TEST_POSTGRES is not a postgres:// address",
        )),
    }
}

async fn server() -> Result<PgConnection, DbError> {
    server_options()?
        .connect()
        .await
        .map_err(|e| DbError::from_sqlx("test", e))
}

async fn run(conn: &mut PgConnection, sql: String) -> Result<(), DbError> {
    let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn).await;
    done.map(drop).map_err(|e| DbError::from_sqlx("test", e))
}

fn disk(e: impl std::fmt::Display) -> DbError {
    DbError::other("test", e.to_string())
}
