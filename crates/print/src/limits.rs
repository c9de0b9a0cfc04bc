//! What this process may take, set before it reads anything: the kernel keeps it from then on.

use std::io;

/// Limits of one letter.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Address space in MiB.
    pub memory: u64,
    /// Processor time.
    pub seconds: u64,
}

/// Binds this process to its limits. No file and no socket can be opened any more, none can grow,
/// and no memory is written to disk should it end badly.
///
/// # Errors
/// When the system sets lower limits already than can be set here.
#[cfg(unix)]
pub fn bind(limits: Limits) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    /// Standard input, output and error.
    const OPEN: u64 = 3;
    for (what, most) in [
        (Resource::As, limits.memory << 20),
        (Resource::Cpu, limits.seconds),
        (Resource::Nofile, OPEN),
        (Resource::Fsize, 0),
        (Resource::Core, 0),
    ] {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        setrlimit(what, limit)?;
    }
    Ok(())
}

/// Elsewhere who starts this process has to bound it.
#[cfg(not(unix))]
pub fn bind(_: Limits) -> io::Result<()> {
    Ok(())
}
