//! Files that the commands read and write: errors name them, and a written file is whole or not
//! there.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::platform::Result;

/// Name of standard input and output.
pub(super) const STANDARD: &str = "-";

/// A file as it is named in messages.
pub(super) fn shown(path: &Path) -> String {
    if is_standard(path) {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    }
}

fn is_standard(path: &Path) -> bool {
    path.as_os_str() == STANDARD
}

/// An error that names the file and what to do about it.
fn named(error: &io::Error, path: &Path, doing: &str) -> io::Error {
    use io::ErrorKind::{IsADirectory, NotFound, PermissionDenied, StorageFull};
    let advice = match error.kind() {
        NotFound => "check the name and the folder",
        PermissionDenied => "check who may use this file and folder",
        IsADirectory => "name a file, not a folder",
        StorageFull => "free some space and run again; nothing was written",
        _ => "try again, or use another disk",
    };
    let text = format!("cannot {doing} {}: {error}; {advice}", path.display());
    io::Error::new(error.kind(), text)
}

/// Opens a file to read, or standard input.
pub(super) fn open(path: &Path) -> Result<Box<dyn Read>> {
    if is_standard(path) {
        return Ok(Box::new(io::stdin().lock()));
    }
    let file = File::open(path).map_err(|e| named(&e, path, "read"))?;
    Ok(Box::new(Source {
        file,
        path: path.to_owned(),
    }))
}

/// A file that names itself when it cannot be read.
struct Source {
    file: File,
    path: PathBuf,
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer);
        read.map_err(|e| named(&e, &self.path, "read"))
    }
}

/// Where output goes. A file appears only when it is whole: it is written beside its place and
/// moved there at the end.
pub(super) enum Target {
    Standard(io::StdoutLock<'static>),
    /// A device or pipe, which cannot be replaced.
    Device(File, PathBuf),
    Fresh(tempfile::NamedTempFile, PathBuf),
}

impl Target {
    pub fn create(path: &Path) -> Result<Self> {
        if is_standard(path) {
            return Ok(Self::Standard(io::stdout().lock()));
        }
        let refused = |e: io::Error| named(&e, path, "write");
        if path.is_dir() {
            return Err(refused(io::ErrorKind::IsADirectory.into()).into());
        }
        if path.exists() && !path.is_file() {
            let file = File::options().write(true).open(path).map_err(refused)?;
            return Ok(Self::Device(file, path.to_owned()));
        }
        // Through a link the file it names is replaced, not the link.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = builder
            .prefix(".simpul-")
            .tempfile_in(folder.unwrap_or(Path::new(".")))
            .map_err(|e| named(&e, &path, "write"))?;
        Ok(Self::Fresh(file, path))
    }

    /// Puts the file in its place.
    pub fn finish(self) -> Result<()> {
        let Self::Fresh(file, path) = self else {
            return Ok(());
        };
        let refused = |e: io::Error| named(&e, &path, "write");
        file.as_file().sync_all().map_err(refused)?;
        file.persist(&path).map_err(|e| refused(e.error))?;
        Ok(())
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Target::Standard(out) => out.write(bytes),
            Target::Device(out, path) => out.write(bytes).map_err(|e| named(&e, path, "write")),
            Target::Fresh(out, path) => out.write(bytes).map_err(|e| named(&e, path, "write")),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Target::Standard(out) => out.flush(),
            Target::Device(out, path) => out.flush().map_err(|e| named(&e, path, "write")),
            Target::Fresh(out, path) => out.flush().map_err(|e| named(&e, path, "write")),
        }
    }
}
