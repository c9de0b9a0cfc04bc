//! The key file: made at the first start, exported by hand, never inside a backup.

use std::io::Write;
use std::path::{Path, PathBuf};

use simpul_identity::KeyRing;

use crate::platform::id::random;
use crate::platform::{AppError, Clock, Result};

/// Name of the key file in the data folder.
pub const KEY_FILE: &str = "simpul.keys";

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
fn write_secret(path: &Path, text: &str) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    Ok(file.sync_all()?)
}
