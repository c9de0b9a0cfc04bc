//! The key file: made at the first start, exported by hand, never inside a backup.

use std::io::Write;
use std::path::{Path, PathBuf};

use simpul_db::Db;
use simpul_identity::{Aad, KeyRing, Sealed};

use crate::access::settings;
use crate::platform::id::random;
use crate::platform::{AppError, Clock, Result};

/// Name of the key file in the data folder.
pub const KEY_FILE: &str = "simpul.keys";
/// Setting that only the database's own keys open.
const KEY_MARK: &str = "key_mark";

/// Reads the key file of a data folder, or makes one where the database is new.
///
/// # Errors
/// When the file cannot be read or written, or when the database exists but its keys are gone: a
/// new key file would make all that is sealed unreadable for good.
pub fn load_or_make(data: &Path, database_exists: bool, clock: &Clock) -> Result<KeyRing> {
    let path = data.join(KEY_FILE);
    match std::fs::read_to_string(&path) {
        Ok(text) => KeyRing::parse(&text).map_err(AppError::internal),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && database_exists => {
            Err(AppError::Internal(format!(
                "the key file {} is missing, but the database exists; bring back the copy that \
                 `simpul keys export` made",
                path.display()
            )))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let today = clock.now().date_in(crate::platform::time::Zone::Wib);
            let ring = KeyRing::generate(&random(), &today.to_string());
            write_secret(&path, &ring.to_text())?;
            Ok(ring)
        }
        Err(error) => Err(error.into()),
    }
}

/// Refuses keys that are not those of the database. A new database keeps a mark of its keys.
///
/// # Errors
/// When the keys do not open the database's mark, or the database is away.
pub async fn check(db: &Db, keys: &KeyRing) -> Result<()> {
    let place = Aad {
        table: "settings",
        column: "value",
        row: KEY_MARK.as_bytes(),
    };
    let Some(mark) = settings::get(db, KEY_MARK).await? else {
        let mark = hex::encode(keys.seal(random(), place, KEY_MARK.as_bytes()).0);
        return settings::keep(db, KEY_MARK, &mark).await;
    };
    let opened = hex::decode(&mark).is_ok_and(|mark| keys.open(place, &Sealed(mark)).is_ok());
    if opened {
        return Ok(());
    }
    Err(AppError::Internal(format!(
        "the key file {KEY_FILE} is not the one of this database; bring back the copy that \
         `simpul keys export` made"
    )))
}

/// Copies the key file to a new file that only its owner can read.
///
/// # Errors
/// When there is no key file or the target exists.
pub fn export(data: &Path, to: &Path) -> Result<PathBuf> {
    let text = zeroize::Zeroizing::new(std::fs::read_to_string(data.join(KEY_FILE))?);
    write_secret(to, &text)?;
    Ok(to.to_owned())
}

/// Writes a file that only its owner can read, and makes it durable.
pub(crate) fn write_secret(path: &Path, text: &str) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    Ok(file.sync_all()?)
}
