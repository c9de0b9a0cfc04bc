//! `simpul backup`, `restore`, `keys`, `journal`: what keeps the data from being lost.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use simpul_db::{Db, DbUrl};

use super::Place;
use crate::access::{self, journal, settings};
use crate::platform::{AppError, Clock, Result};

#[derive(Subcommand)]
pub(super) enum Keys {
    /// Copy the key file; keep the copy apart from the backups
    Export {
        /// File to write; it must not exist
        to: PathBuf,
    },
}

#[derive(clap::Args)]
pub(super) struct Restore {
    /// The backup
    from: PathBuf,
    /// Move an existing database aside (`simpul.db.before-restore`)
    #[arg(long)]
    replace: bool,
}

pub(super) async fn keys(place: &Place, Keys::Export { to }: Keys) -> Result<()> {
    let app = place.open_quietly().await?;
    crate::keys::export(&place.data, &to)?;
    settings::keep(app.db(), settings::KEYS_EXPORTED, &app.now().0.to_string()).await?;
    println!(
        "Keys copied to {}. Keep them apart from the backups.",
        to.display()
    );
    Ok(())
}

pub(super) async fn backup(place: &Place, to: &Path) -> Result<()> {
    let file = place.embedded()?;
    if to.exists() {
        return Err(AppError::Internal(format!(
            "{} exists already",
            to.display()
        )));
    }
    if !file.exists() {
        return Err(AppError::Internal(format!(
            "there is no database at {}",
            file.display()
        )));
    }
    let db = Db::open(&DbUrl::sqlite(file)).await?;
    db.backup(to).await?;
    println!(
        "Backup written to {}. It opens only with the keys (`simpul keys export`).",
        to.display()
    );
    // On a copy, so that the backup stays as it was written.
    let copy = to.with_extension("checking");
    remove_with_wal(&copy)?;
    std::fs::copy(to, &copy)?;
    let heads = checked(place, &DbUrl::sqlite(&copy)).await;
    remove_with_wal(&copy)?;
    access::keep_backed_up(&db, &heads?, Clock::System.now()).await?;
    db.close().await;
    println!("It was opened and is whole; phones need not keep what it holds.");
    Ok(())
}

/// Opens a copy of the database, checks its journal from the first row to the last, and gives how
/// far it reaches.
async fn checked(place: &Place, url: &DbUrl) -> Result<Vec<access::Head>> {
    let db = Db::open(url).await?;
    let keys = crate::keys::load_or_make(&place.data, true, &Clock::System)?;
    let config =
        crate::platform::config::Config::new(place.data.clone(), ([127, 0, 0, 1], 0).into(), None);
    let app = crate::app::assemble(db, keys, Clock::System, config).await?;
    let broken = journal::verify_all(&app)
        .await?
        .into_iter()
        .find(|(_, chain)| !chain.is_whole());
    let heads = access::heads(app.db()).await?;
    app.db().close().await;
    match broken {
        None => Ok(heads),
        Some((kabupaten, chain)) => Err(AppError::Internal(format!(
            "the backup's journal of {kabupaten} is not whole ({chain:?})"
        ))),
    }
}

/// Checks a backup that was put back into a database beside this one, and notes how far it
/// reaches.
pub(super) async fn backup_checked(place: &Place, copy: &str) -> Result<()> {
    let heads = checked(place, &DbUrl::parse(copy)?).await?;
    let app = place.open_quietly().await?;
    access::keep_backed_up(app.db(), &heads, app.now()).await?;
    app.db().close().await;
    for (kabupaten, seq, _) in heads {
        println!("{kabupaten}: {seq} facts are in a backup that opens");
    }
    Ok(())
}

/// Tells phones that the database was put back from a backup.
pub(super) async fn restored(place: &Place) -> Result<()> {
    let app = place.open_quietly().await?;
    access::new_epoch(app.db()).await?;
    app.db().close().await;
    println!("Phones send again what the backup does not hold. Start the server anew.");
    Ok(())
}

fn remove_with_wal(path: &Path) -> Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        let part = PathBuf::from(format!("{}{suffix}", path.display()));
        if part.exists() {
            std::fs::remove_file(part)?;
        }
    }
    Ok(())
}

/// Checks the backup on a copy beside the target, then puts it in place in one step.
pub(super) async fn restore(place: &Place, restore: &Restore) -> Result<()> {
    let target = place.embedded()?;
    if target.exists() && !restore.replace {
        return Err(AppError::Internal(format!(
            "{} exists; stop the server and call again with --replace, which moves it aside",
            target.display()
        )));
    }
    let incoming = target.with_extension("db.incoming");
    if incoming.exists() {
        std::fs::remove_file(&incoming)?;
    }
    std::fs::copy(&restore.from, &incoming)?;
    let db = Db::open(&DbUrl::sqlite(&incoming)).await?;
    let keys = crate::keys::load_or_make(&place.data, true, &Clock::System)?;
    let config =
        crate::platform::config::Config::new(place.data.clone(), ([127, 0, 0, 1], 0).into(), None);
    let app = crate::app::assemble(db, keys, Clock::System, config).await?;
    let broken = journal::verify_all(&app)
        .await?
        .into_iter()
        .find(|(_, chain)| !chain.is_whole());
    // Phones send again what this backup does not hold.
    access::new_epoch(app.db()).await?;
    app.db().close().await;
    if let Some((kabupaten, chain)) = broken {
        std::fs::remove_file(&incoming)?;
        return Err(AppError::Internal(format!(
            "the backup's journal of {kabupaten} is not whole ({chain:?}); nothing was changed"
        )));
    }
    if target.exists() {
        move_with_wal(&target, &target.with_extension("db.before-restore"))?;
    }
    move_with_wal(&incoming, &target)?;
    println!("Restored to {}.", target.display());
    Ok(())
}

/// Moves a SQLite database together with what its last writer may have left beside it.
fn move_with_wal(from: &Path, to: &Path) -> Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        let part = |path: &Path| PathBuf::from(format!("{}{suffix}", path.display()));
        if part(from).exists() {
            std::fs::rename(part(from), part(to))?;
        } else if part(to).exists() {
            std::fs::remove_file(part(to))?;
        }
    }
    Ok(())
}

pub(super) async fn check_journal(place: &Place) -> Result<ExitCode> {
    let app = place.open_quietly().await?;
    let mut code = ExitCode::SUCCESS;
    for (kabupaten, chain) in journal::verify_all(&app).await? {
        match chain {
            journal::Chain::Whole { rows } => println!("{kabupaten}: whole, {rows} facts"),
            journal::Chain::BrokenAt { seq } => {
                println!("{kabupaten}: BROKEN at number {seq}");
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}
