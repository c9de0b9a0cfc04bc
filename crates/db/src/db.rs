//! Opening a database and reading from it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool};
use sqlx::{AssertSqlSafe, ConnectOptions as _};

use crate::conn::Conn;
use crate::tx::{Inner, at_most_one};
use crate::{DbError, FromRow, IntoArgs, Statement, Tx, postgres, sqlite};

/// Prepared statements kept per connection.
pub(crate) const PREPARED: usize = 512;
/// How long to wait for a connection, or for another process's lock on a SQLite file.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// The database engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// Embedded.
    Sqlite,
    /// A server.
    Postgres,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        })
    }
}

/// Where a database is.
#[derive(Clone)]
pub struct DbUrl(pub(crate) Url);

#[derive(Clone)]
pub(crate) enum Url {
    Sqlite(PathBuf),
    Postgres(Box<PgConnectOptions>),
}

impl DbUrl {
    /// A SQLite file, made when missing.
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self(Url::Sqlite(path.into()))
    }

    /// `postgres://user@host:port/database`, `sqlite:path`, or the path of a SQLite file.
    ///
    /// ```
    /// use simpul_db::DbUrl;
    /// assert!(DbUrl::parse("postgres://simpul@localhost/simpul").is_ok());
    /// assert!(DbUrl::parse("simpul.db").is_ok());
    /// assert!(DbUrl::parse("mysql://localhost/simpul").is_err());
    /// ```
    pub fn parse(url: &str) -> Result<Self, DbError> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options = PgConnectOptions::from_str(url).map_err(|_| {
                DbError::Address("write the address as postgres://user@host:5432/database")
            })?;
            return Ok(Self(Url::Postgres(Box::new(options))));
        }
        match url.strip_prefix("sqlite:").unwrap_or(url) {
            "" => Err(DbError::Address(
                "the database address is empty; name a file",
            )),
            path if path.contains("://") => Err(DbError::Address(
                "only SQLite files and postgres:// addresses can be opened",
            )),
            path => Ok(Self::sqlite(path)),
        }
    }

    /// How many threads of the runtime its statements can keep busy: a runtime with more of them
    /// answers others meanwhile. SQLite runs in this process; PostgreSQL keeps none of them busy.
    pub fn busy_threads(&self) -> usize {
        match self.0 {
            Url::Sqlite(_) => sqlite::BUSY,
            Url::Postgres(_) => 0,
        }
    }
}

/// Without user and password.
impl fmt::Display for DbUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Url::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Url::Postgres(o) => {
                let (host, port) = (o.get_host(), o.get_port());
                write!(
                    f,
                    "postgres://{host}:{port}/{}",
                    o.get_database().unwrap_or_default()
                )
            }
        }
    }
}

impl fmt::Debug for DbUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An open database; clones share its connections.
///
/// What is read through it cannot write, on either engine: writes go through [`Db::begin`].
#[derive(Clone)]
pub struct Db {
    pools: Pools,
}

#[derive(Clone)]
enum Pools {
    Sqlite {
        writer: sqlite::Pool,
        readers: sqlite::Pool,
    },
    Postgres(PgPool),
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Db({})", self.engine())
    }
}

impl Db {
    /// Opens the database and tries the connection.
    pub async fn open(url: &DbUrl) -> Result<Self, DbError> {
        let pools = match &url.0 {
            Url::Sqlite(path) => {
                let (writer, readers) = sqlite::open(path).await?;
                Pools::Sqlite { writer, readers }
            }
            Url::Postgres(options) => Pools::Postgres(
                postgres::open(options)
                    .await
                    .map_err(|e| DbError::from_sqlx("open", e))?,
            ),
        };
        Ok(Self { pools })
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match self.pools {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// Begins a transaction: `BEGIN IMMEDIATE` on SQLite, READ COMMITTED on PostgreSQL.
    pub async fn begin(&self) -> Result<Tx, DbError> {
        let inner = match &self.pools {
            Pools::Sqlite { writer, .. } => Inner::Sqlite(writer.begin().await?),
            Pools::Postgres(pool) => pool
                .begin_with("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
                .await
                .map(Inner::Postgres)
                .map_err(|e| DbError::from_sqlx("begin", postgres::waited(pool, e)))?,
        };
        Ok(Tx::new(inner))
    }

    /// Every row.
    pub async fn all<K, T: FromRow>(
        &self,
        statement: &'static Statement<K>,
        args: impl IntoArgs<K>,
    ) -> Result<Vec<T>, DbError> {
        let args = args.into_args();
        let info = &statement.info;
        match &self.pools {
            Pools::Sqlite { readers, .. } => {
                let mut lent = readers.lend().await?;
                Conn::Sqlite(lent.conn()?).fetch(info, args).await
            }
            Pools::Postgres(pool) => {
                let mut conn = pool
                    .acquire()
                    .await
                    .map_err(|e| DbError::from_sqlx(info.name(), postgres::waited(pool, e)))?;
                Conn::Postgres(&mut conn).fetch(info, args).await
            }
        }
    }

    /// The row, if there is one. Errors: more than one row.
    pub async fn opt<K, T: FromRow>(
        &self,
        statement: &'static Statement<K>,
        args: impl IntoArgs<K>,
    ) -> Result<Option<T>, DbError> {
        at_most_one(statement.info.name(), self.all(statement, args).await?)
    }

    /// The row. Errors: [`DbError::NotFound`], more than one row.
    pub async fn one<K, T: FromRow>(
        &self,
        statement: &'static Statement<K>,
        args: impl IntoArgs<K>,
    ) -> Result<T, DbError> {
        let name = statement.info.name();
        self.opt(statement, args)
            .await?
            .ok_or(DbError::NotFound { statement: name })
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), DbError> {
        match &self.pools {
            // Reads the header of the file, and does not wait for a long write.
            Pools::Sqlite { readers, .. } => sqlite::run(
                readers.lend().await?.conn()?,
                "ping",
                "pragma schema_version",
            ),
            Pools::Postgres(pool) => sqlx::query("select 1")
                .execute(pool)
                .await
                .map(drop)
                .map_err(|e| DbError::from_sqlx("ping", postgres::waited(pool, e))),
        }
    }

    /// Waits for running statements and closes every connection.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }

    /// Version and durability settings in force, asked of the database itself.
    pub async fn settings(&self) -> Result<Vec<(String, String)>, DbError> {
        let questions: &[(&str, &'static str)] = match self.engine() {
            Engine::Sqlite => &[
                ("sqlite_version", "select sqlite_version()"),
                ("journal_mode", "pragma journal_mode"),
                ("synchronous", "pragma synchronous"),
                ("foreign_keys", "pragma foreign_keys"),
            ],
            Engine::Postgres => &[
                ("server_version", "show server_version"),
                ("synchronous_commit", "show synchronous_commit"),
                ("fsync", "show fsync"),
                ("full_page_writes", "show full_page_writes"),
                ("wal_level", "show wal_level"),
                (
                    "default_transaction_isolation",
                    "show default_transaction_isolation",
                ),
            ],
        };
        let mut settings = Vec::with_capacity(questions.len());
        for &(name, question) in questions {
            settings.push((name.to_owned(), self.setting(question).await?));
        }
        Ok(settings)
    }

    /// Asks on a writing connection; numbers come back as text.
    async fn setting(&self, sql: &'static str) -> Result<String, DbError> {
        match &self.pools {
            Pools::Sqlite { writer, .. } => sqlite::setting(writer.lend().await?.conn()?, sql),
            Pools::Postgres(pool) => sqlx::query_scalar(sql)
                .fetch_one(pool)
                .await
                .map_err(|e| DbError::from_sqlx("settings", e)),
        }
    }

    /// Copies a running SQLite database into a new file, as of one moment, while others read and
    /// write (`VACUUM INTO`: one read transaction). The file appears only when it is complete
    /// and on disk. Errors: the file exists; PostgreSQL, which has `pg_dump`.
    pub async fn backup(&self, to: &Path) -> Result<(), DbError> {
        const STEP: &str = "backup";
        let Pools::Sqlite { writer, .. } = &self.pools else {
            return Err(DbError::other(
                STEP,
                "back up a PostgreSQL database with pg_dump",
            ));
        };
        if to.exists() {
            return Err(DbError::other(
                STEP,
                "a file of that name exists; choose another name",
            ));
        }
        let mut partial = to.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let target = partial
            .to_str()
            .ok_or(DbError::other(
                STEP,
                "the name of the backup file is not UTF-8",
            ))?
            .to_owned();
        let disk = |e: std::io::Error| DbError::other(STEP, e.to_string());
        // What an interrupted backup left.
        if partial.exists() {
            std::fs::remove_file(&partial).map_err(disk)?;
        }
        // A connection and a thread of its own, so that nobody waits.
        let (from, to) = (writer.path().to_owned(), to.to_owned());
        tokio::task::spawn_blocking(move || {
            sqlite::copy(&from, &target).inspect_err(|_| drop(std::fs::remove_file(&partial)))?;
            let kept = || {
                std::fs::File::open(&partial)?.sync_all()?;
                std::fs::rename(&partial, &to)?;
                let folder = to.parent().filter(|p| !p.as_os_str().is_empty());
                std::fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
            };
            kept().map_err(disk)
        })
        .await
        .map_err(|_| DbError::other(STEP, "interrupted"))?
    }

    /// A connection outside the pools, with nothing prepared on it.
    pub(crate) async fn fresh(&self) -> Result<Fresh, DbError> {
        match &self.pools {
            Pools::Sqlite { writer, .. } => sqlite::connect(writer.path()).map(Fresh::Sqlite),
            Pools::Postgres(pool) => pool
                .connect_options()
                .connect()
                .await
                .map(|c| Fresh::Postgres(Box::new(c)))
                .map_err(|e| DbError::from_sqlx("connect", e)),
        }
    }
}

pub(crate) enum Fresh {
    Sqlite(rusqlite::Connection),
    Postgres(Box<sqlx::PgConnection>),
}

impl Fresh {
    pub(crate) async fn prepare(&mut self, name: &'static str, sql: String) -> Result<(), DbError> {
        use sqlx::{Executor as _, SqlSafeStr as _};
        match self {
            Self::Sqlite(c) => c
                .prepare(&sql)
                .map(drop)
                .map_err(|e| DbError::from_rusqlite(name, e)),
            Self::Postgres(c) => (&mut **c)
                .prepare(AssertSqlSafe(sql).into_sql_str())
                .await
                .map(drop)
                .map_err(|e| DbError::from_sqlx(name, e)),
        }
    }
}
