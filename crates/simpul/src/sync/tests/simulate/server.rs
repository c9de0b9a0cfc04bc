//! The server: the application on a SQLite file, which dies and starts anew, is backed up and
//! restored.

use std::path::PathBuf;

use simpul_db::testing::{TestDb, test_sqlite};
use simpul_db::{Db, DbUrl};
use simpul_identity::KeyRing;
use simpul_phone::wire::{Pulled, Push, Pushed};

use crate::access::{self, Head};
use crate::app;
use crate::platform::config::Config;
use crate::platform::points::Points;
use crate::platform::{App, Clock, Instant};
use crate::sync::{self, Sender};

pub struct Server {
    pub app: App,
    clock: Clock,
    keys: String,
    /// Owns the folder; the database in use may be another file of it.
    first: TestDb,
    folder: PathBuf,
    files: usize,
    pub backups: Vec<Backup>,
}

pub struct Backup {
    file: PathBuf,
    /// How far it reaches, once it was opened and checked.
    pub heads: Option<Vec<Head>>,
}

async fn assembled(db: Db, keys: &str, clock: &Clock) -> App {
    let keys = KeyRing::parse(keys).unwrap();
    let config = Config::new(".".into(), ([127, 0, 0, 1], 8080).into(), None);
    app::assemble(db, keys, clock.clone(), config)
        .await
        .unwrap()
}

impl Server {
    pub async fn start(now: i64) -> Self {
        let first = test_sqlite(&app::migrations()).await;
        let clock = Clock::manual(Instant(now));
        let keys = KeyRing::generate(&[7; 96], "2026-11-21")
            .to_text()
            .to_string();
        let app = assembled((*first).clone(), &keys, &clock).await;
        let shown = first.url().to_string();
        let file = PathBuf::from(
            shown
                .trim_start_matches("sqlite://")
                .trim_start_matches("sqlite:"),
        );
        let folder = file.parent().unwrap().to_owned();
        Self {
            app,
            clock,
            keys,
            first,
            folder,
            files: 0,
            backups: Vec::new(),
        }
    }

    pub fn at(&self, now: i64) {
        self.clock.set(Instant(now));
    }

    /// Ends between two statements, and starts anew on what was committed.
    pub async fn die(&mut self) {
        let db = self.app.db().clone();
        self.app = assembled(db, &self.keys, &self.clock).await;
    }

    /// The next sending ends at this point.
    pub fn arm(&self, point: &'static str) {
        self.app.part::<Points>().arm(point);
    }

    pub async fn push(&self, from: &Sender, push: &Push) -> Result<Pushed, String> {
        let pushed = sync::push(&self.app, from, push).await;
        pushed.map_err(|error| error.to_string())
    }

    pub async fn pull(&self, from: &Sender, cursor: Option<&str>) -> Pulled {
        sync::pull(&self.app, from, cursor).await.unwrap()
    }

    fn file(&mut self) -> PathBuf {
        self.files += 1;
        self.folder.join(format!("{}.db", self.files))
    }

    pub async fn back_up(&mut self) {
        let file = self.file();
        self.app.db().backup(&file).await.unwrap();
        self.backups.push(Backup { file, heads: None });
    }

    /// Opens the newest backup and notes how far it reaches. Whether it is of this database.
    pub async fn check_backup(&mut self) -> bool {
        let copy = self.file();
        let Some(backup) = self.backups.last_mut() else {
            return false;
        };
        std::fs::copy(&backup.file, &copy).unwrap();
        let db = Db::open(&DbUrl::sqlite(&copy)).await.unwrap();
        let heads = access::heads(&db).await.unwrap();
        db.close().await;
        let now = Instant(self.app.now().0);
        let kept = access::keep_backed_up(self.app.db(), &heads, now).await;
        backup.heads = kept.is_ok().then_some(heads);
        kept.is_ok()
    }

    /// Puts the database back from a backup that is not older than the last that was checked.
    pub async fn restore(&mut self, which: usize) {
        let file = self.file();
        std::fs::copy(&self.backups[which].file, &file).unwrap();
        self.backups.truncate(which + 1);
        self.open(file).await;
        access::new_epoch(self.app.db()).await.unwrap();
        self.die().await;
    }

    /// A fault: what was committed since the copy is gone, and nobody is told.
    pub async fn forget_since(&mut self, copy: PathBuf) {
        self.open(copy).await;
    }

    pub async fn copy(&mut self) -> PathBuf {
        let file = self.file();
        self.app.db().backup(&file).await.unwrap();
        file
    }

    async fn open(&mut self, file: PathBuf) {
        self.app.db().close().await;
        let db = Db::open(&DbUrl::sqlite(file)).await.unwrap();
        self.app = assembled(db, &self.keys, &self.clock).await;
    }

    pub async fn end(self) {
        self.app.db().close().await;
        drop(self.first);
    }
}
