//! Settings of one running program, all with a default.

use std::net::SocketAddr;
use std::path::PathBuf;

/// What is served.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Profile {
    /// Everything.
    #[default]
    Lengkap,
    /// Referral, reply and tracking alone.
    Rujukan,
}

/// Where things are and how the server is reached.
#[derive(Clone, Debug)]
pub struct Config {
    /// Folder of the key file and, on SQLite, of the database.
    pub data: PathBuf,
    pub listen: SocketAddr,
    /// The address people type, e.g. `https://simpul.example.go.id`; printed on slips. With
    /// `https` cookies are marked `Secure`.
    pub public_url: String,
    /// How long a sign-in lasts without use, in seconds.
    pub session_seconds: i64,
    /// Wrong passwords before a login is locked, and for how many seconds.
    pub lock_after: i64,
    pub lock_seconds: i64,
    pub profile: Profile,
    /// The program that makes PDF, if it is there.
    pub printer: PathBuf,
}

impl Config {
    pub fn new(data: PathBuf, listen: SocketAddr, public_url: Option<String>) -> Self {
        Self {
            data,
            listen,
            public_url: public_url.unwrap_or_else(|| format!("http://{listen}")),
            session_seconds: 12 * 3600,
            lock_after: 5,
            lock_seconds: 15 * 60,
            profile: Profile::default(),
            printer: super::print::beside_us(),
        }
    }

    pub fn secure_cookies(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}
