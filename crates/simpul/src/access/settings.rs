//! Facts about the database itself, and the marks of it that pages show.

use std::sync::atomic::{AtomicBool, Ordering};

use simpul_db::{Db, args};

use super::{Role, sql};
use crate::platform::Result;

/// Key of the setting that says the database holds invented people only.
pub const SYNTHETIC: &str = "synthetic";
/// Key of the setting that says the keys were copied to a safe place.
pub const KEYS_EXPORTED: &str = "keys_exported";

/// A setting of the database.
///
/// # Errors
/// When the database is away.
pub async fn get(db: &Db, key: &str) -> Result<Option<String>> {
    Ok(db.opt(&sql::SETTING, args![key]).await?)
}

/// # Errors
/// When the database is away.
pub async fn keep(db: &Db, key: &str, value: &str) -> Result<()> {
    let mut tx = db.begin().await?;
    tx.exec(&sql::KEEP_SETTING, args![key, value]).await?;
    Ok(tx.commit().await?)
}

/// Marks of the database that pages show.
#[derive(Debug)]
pub struct Marks {
    synthetic: AtomicBool,
    keys_exported: AtomicBool,
}

impl Marks {
    /// Reads the marks.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn read(db: &Db) -> Result<Self> {
        Ok(Self {
            synthetic: get(db, SYNTHETIC).await?.is_some().into(),
            keys_exported: get(db, KEYS_EXPORTED).await?.is_some().into(),
        })
    }

    /// Marks the database as holding invented people only; it refuses real imports from then on.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn become_synthetic(&self, db: &Db) -> Result<()> {
        keep(db, SYNTHETIC, "yes").await?;
        self.synthetic.store(true, Ordering::Relaxed);
        Ok(())
    }

    pub fn synthetic(&self) -> bool {
        self.synthetic.load(Ordering::Relaxed)
    }

    /// Key of the warning a role sees on every page.
    pub fn warning_for(&self, role: Role) -> Option<&'static str> {
        let warn = role == Role::Administrator
            && !self.synthetic()
            && !self.keys_exported.load(Ordering::Relaxed);
        warn.then_some("keys-not-exported")
    }
}
