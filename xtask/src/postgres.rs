//! A PostgreSQL of one's own: from the machine's binaries, on a free loopback port, as a user
//! without rights, gone when dropped. It trusts every local connection: for test data only.

use crate::Result;
use crate::shell::{self, TempDir, find, output, run};
use crate::tools::is_root;
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// The account of Debian's package; `initdb` refuses root.
const ACCOUNT: &str = "postgres";
const START_PATIENCE: Duration = Duration::from_secs(60);
const STOP_PATIENCE: Duration = Duration::from_secs(20);

/// Whether a commit waits for the disk: tests may lose everything, measurements must not.
#[derive(Clone, Copy, PartialEq)]
pub enum Durability {
    Off,
    Full,
}

pub struct Postgres {
    server: Child,
    folder: TempDir,
    port: u16,
}

impl Postgres {
    pub fn start(durability: Durability) -> Result<Postgres> {
        let binaries = binaries().ok_or("no PostgreSQL server found; install it")?;
        let folder = TempDir::new("postgres")?;
        let account = if is_root()? {
            Some(account_ids()?)
        } else {
            None
        };
        if let Some((user, group)) = account {
            chown(folder.path(), Some(user), Some(group))
                .map_err(|e| format!("cannot give {} away: {e}", folder.path().display()))?;
        }
        let data = folder.path().join("data");
        let mut init = unprivileged(&binaries.join("initdb"), account.is_some())?;
        init.args([
            "--username=simpul",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
        ])
        .args(["--no-sync", "--no-instructions", "--pgdata"])
        .arg(&data);
        run(init.stdout(Stdio::null()))?;

        let port = free_port()?;
        let log = std::fs::File::create(folder.path().join("log"))
            .map_err(|e| format!("cannot write the server's log: {e}"))?;
        let mut serve = unprivileged(&binaries.join("postgres"), account.is_some())?;
        serve.arg("-D").arg(&data).args(["-p", &port.to_string()]);
        let fsync = if durability == Durability::Off {
            "off"
        } else {
            "on"
        };
        for setting in ["listen_addresses=127.0.0.1", "unix_socket_directories="] {
            serve.args(["-c", setting]);
        }
        serve.args(["-c", "max_connections=400", "-c", &format!("fsync={fsync}")]);
        // A group of its own: Ctrl-C reaches the tests first and the server through `drop`.
        let server = serve
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .map_err(|e| format!("cannot start PostgreSQL: {e}"))?;
        let mut postgres = Postgres {
            server,
            folder,
            port,
        };
        postgres.wait_until_ready(&binaries)?;
        Ok(postgres)
    }

    pub fn url(&self) -> String {
        format!("postgres://simpul@127.0.0.1:{}/postgres", self.port)
    }

    fn wait_until_ready(&mut self, binaries: &Path) -> Result {
        let deadline = shell::now() + START_PATIENCE;
        let mut ask = Command::new(binaries.join("pg_isready"));
        ask.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
        while !ask.status().is_ok_and(|status| status.success()) {
            let ended = !matches!(self.server.try_wait(), Ok(None));
            if ended || shell::stop_asked() || shell::now() > deadline {
                let log = std::fs::read_to_string(self.folder.path().join("log"));
                let log = log.unwrap_or_default();
                return Err(format!("PostgreSQL did not start. Its log:\n{log}"));
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT: end sessions, write what is to be written, stop.
        shell::end(&mut self.server, "INT", STOP_PATIENCE);
    }
}

/// `cargo xtask postgres`
pub fn run_command() -> Result {
    crate::tools::ensure()?;
    let postgres = Postgres::start(Durability::Off)?;
    println!("{}\nCtrl-C stops it and removes its data.", postgres.url());
    while !shell::stop_asked() {
        thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

/// The folder with the newest server's programs: on the PATH or where Debian keeps them.
pub fn binaries() -> Option<PathBuf> {
    let on_path = find(&["initdb"]).and_then(|program| Some(program.parent()?.to_owned()));
    let debian = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut versions: Vec<(u32, PathBuf)> = debian
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    versions.sort();
    on_path
        .into_iter()
        .chain(versions.into_iter().rev().map(|(_, folder)| folder))
        .find(|folder| {
            ["initdb", "postgres", "pg_isready"]
                .iter()
                .all(|name| folder.join(name).is_file())
        })
}

fn free_port() -> Result<u16> {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|e| format!("no free port on 127.0.0.1: {e}"))
}

fn account_ids() -> Result<(u32, u32)> {
    let id = |flag| -> Result<u32> {
        let text = output(Command::new("id").args([flag, ACCOUNT]))?;
        text.trim()
            .parse()
            .map_err(|_| format!("`id {flag} {ACCOUNT}` gave {text:?}"))
    };
    Ok((id("-u")?, id("-g")?))
}

/// The program under an account without rights; it also gets SIGINT should we be killed.
fn unprivileged(program: &Path, root: bool) -> Result<Command> {
    let Some(setpriv) = find(&["setpriv"]) else {
        return if root {
            Err("as root PostgreSQL is started through `setpriv`; install util-linux".into())
        } else {
            Ok(Command::new(program))
        };
    };
    let mut command = Command::new(setpriv);
    if root {
        command.args(["--reuid", ACCOUNT, "--regid", ACCOUNT, "--init-groups"]);
    }
    command
        .args(["--pdeathsig", "INT"])
        .arg(program)
        .current_dir("/");
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt;

    #[test]
    fn a_server_starts_without_rights_and_leaves_nothing() {
        let postgres = Postgres::start(Durability::Off).unwrap();
        let pid = postgres.server.id();
        let folder = postgres.folder.path().to_owned();
        let process = std::path::PathBuf::from(format!("/proc/{pid}"));
        assert_ne!(std::fs::metadata(&process).unwrap().uid(), 0);
        assert!(std::net::TcpStream::connect(("127.0.0.1", postgres.port)).is_ok());
        drop(postgres);
        assert!(!folder.exists());
        assert!(!process.exists());
    }
}
