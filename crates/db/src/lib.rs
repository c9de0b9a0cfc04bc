//! SQLite and PostgreSQL behind one SQL text: the only crate that names their drivers.
//!
//! ```
//! use simpul_db::{Db, DbError, DbUrl, Migration, args, migrate, row, statements};
//!
//! statements! {
//!     ADD_POST: system("example") = "insert into posts (id, name) values ($1, $2)";
//!     POSTS: system("example") = "select id, name from posts order by id";
//! }
//! row! {
//!     struct Post { id: i64, name: String }
//! }
//! const MIGRATIONS: &[Migration] = &[Migration {
//!     number: 1,
//!     name: "posts",
//!     sql: "create table posts (id bigint primary key, name text not null);",
//! }];
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), DbError> {
//! # let folder = std::env::temp_dir().join(format!("simpul-db-doc-{}", std::process::id()));
//! # let _ = std::fs::remove_dir_all(&folder);
//! # std::fs::create_dir(&folder).unwrap();
//! # let path = folder.join("posts.db");
//! let db = Db::open(&DbUrl::sqlite(path)).await?;
//! migrate(&db, MIGRATIONS).await?;
//!
//! let mut tx = db.begin().await?;
//! tx.exec(&ADD_POST, args![1_i64, "Posyandu Melati"]).await?;
//! // The same key again is refused, and a transaction with a failed step cannot be committed.
//! let again = tx.exec(&ADD_POST, args![1_i64, "Posyandu Mawar"]).await;
//! assert!(again.is_err_and(|e| e.conflicts_on("posts_pkey")));
//! assert!(matches!(tx.commit().await, Err(DbError::Aborted)));
//!
//! let mut tx = db.begin().await?;
//! tx.exec(&ADD_POST, args![1_i64, "Posyandu Melati"]).await?;
//! tx.commit().await?;
//! let posts: Vec<Post> = db.all(&POSTS, args![]).await?;
//! assert_eq!((posts[0].id, posts[0].name.as_str()), (1, "Posyandu Melati"));
//! # db.close().await;
//! # std::fs::remove_dir_all(&folder).unwrap();
//! # Ok(())
//! # }
//! ```

#![warn(missing_docs)]

mod conn;
mod db;
mod ddl;
mod error;
mod migrate;
mod postgres;
mod registry;
mod row;
mod source;
mod sqlite;
mod statement;
mod statistics;
#[cfg(feature = "testing")]
pub mod testing;
mod tx;
mod value;

#[doc(hidden)]
pub use inventory as __inventory;

pub use db::{Db, DbUrl, Engine};
pub use error::DbError;
pub use migrate::{Migration, Report, migrate};
pub use registry::prepare_all;
pub use row::{Cell, Column, FromRow, Refused, Row};
pub use source::Source;
#[doc(hidden)]
pub use statement::Registered;
pub use statement::{
    Bounds, Bulk, IntoArgs, OnConflict, Scoped, ScopedArgs, Statement, StatementInfo, System,
    registered,
};
pub use tx::Tx;
pub use value::{List, ToValue, Value, list};
