//! What the benches share: fresh databases with users on them, the program as a child process, and
//! what a process costs. Figures of processes are read from `/proc`, so the benches need Linux.

#![allow(dead_code, reason = "each bench uses its part")]

pub mod browser;

use std::fmt;
use std::fs;
use std::io::Read as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::Request;
use axum::http::header::CONTENT_TYPE;
use simpul::access::{self, Marks, NewUser, Scope, Work};
use simpul::app;
use simpul::cli::Place;
use simpul::platform::App;
use simpul_db::testing::{TestDb, test_postgres, test_sqlite};
use simpul_db::{Db, Engine, Migration};
use simpul_identity::AreaCode;
use tempfile::TempDir;
use tower::ServiceExt as _;

/// The password of every user of a bench.
pub const PASSWORD: &str = "ukur dengan tenang";
const ADMINISTRATOR: &str = "administrator";
/// A clock tick of `/proc`: 100 a second on every Linux.
const TICK: Duration = Duration::from_millis(10);
/// How often a process is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// The machine's clock.
#[expect(clippy::disallowed_methods, reason = "a bench measures time")]
pub fn now() -> Instant {
    Instant::now()
}

/// A fresh database of one engine, without tables but these.
pub async fn database(engine: Engine, migrations: &[Migration]) -> TestDb {
    match engine {
        Engine::Sqlite => test_sqlite(migrations).await,
        Engine::Postgres => test_postgres(migrations).await,
    }
}

/// Says which engine follows, and the settings that decide how much a commit promises.
pub async fn announce(engine: Engine, db: &Db) {
    let settings = db
        .settings()
        .await
        .expect("the database tells its settings");
    let shown: Vec<String> = settings
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    println!("\n{engine}: {}", shown.join(" "));
}

/// Where the program under measurement keeps its data.
pub struct Stage {
    folder: TempDir,
    database: Option<TestDb>,
}

impl Stage {
    /// An empty place on one engine.
    pub async fn empty(engine: Engine) -> Self {
        let database = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(test_postgres(&[]).await),
        };
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            database,
        }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Has the database do now what it does by itself after a while.
    pub async fn settle(&self) {
        if let Some(database) = &self.database {
            database.analyze().await;
        }
    }

    /// The address with the user, which what is shown of it leaves out.
    fn address(&self) -> Option<String> {
        let shown = self.database.as_ref()?.url().to_string();
        let server = std::env::var(simpul_db::testing::SERVER).ok()?;
        let (host, _) = server.rsplit_once('/')?;
        Some(format!("{host}/{}", shown.rsplit_once('/')?.1))
    }

    /// Processor time that a database server spent in the sessions of this stage.
    pub fn database_cpu(&self) -> Duration {
        let Some(address) = self.address() else {
            return Duration::ZERO;
        };
        let name = address.rsplit_once('/').expect("a database").1;
        let processes = fs::read_dir("/proc").expect("Linux").flatten();
        // A session carries the database in its title.
        let ours = processes.filter(|process| {
            let title = fs::read_to_string(process.path().join("cmdline")).unwrap_or_default();
            title.starts_with("postgres: ") && title.contains(name)
        });
        ours.map(|process| cpu_of(process.file_name().display()))
            .sum()
    }

    /// The application in this process, for invented people.
    pub async fn app(&self) -> App {
        let place = Place {
            data: self.folder().to_owned(),
            database: self.address(),
        };
        let app = place.open_quietly().await.expect("the application opens");
        let marks = app.part::<Marks>();
        marks.become_synthetic(app.db()).await.expect("a mark");
        app
    }

    /// The program as people start it.
    pub fn program(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_simpul"));
        command.arg("--data").arg(self.folder());
        if let Some(address) = self.address() {
            command.args(["--database", &address]);
        }
        // As in operation, but for the line per request, which a terminal would have to take.
        command.env("SIMPUL_LOG", "warn");
        command
    }
}

/// Makes users, by the first administrator's link, and gives their scopes.
pub async fn users(app: &App, all: &[NewUser]) -> Vec<Scope> {
    if let Some(invitation) = access::first_administrator(app).await.expect("a link") {
        let form = format!("nama=Uji&login={ADMINISTRATOR}&sandi={PASSWORD}&ulang={PASSWORD}");
        let request = Request::post(format!("/undangan/{}", invitation.token))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.replace(' ', "+")));
        let answer = app::service(app).oneshot(request.expect("a request")).await;
        assert!(answer.expect("an answer").status().is_redirection());
    }
    let db = &mut app.db();
    let administrator = access::scope_of_login(db, ADMINISTRATOR)
        .await
        .expect("a scope");
    let hash = access::hash_password(PASSWORD.to_owned())
        .await
        .expect("a hash");
    let mut work = Work::begin(app, &administrator).await.expect("a work");
    let mut scopes = Vec::with_capacity(all.len());
    for user in all {
        let made = access::make_user_with_password(&mut work, user, &hash).await;
        made.expect("a user");
        let scope = access::scope_of_login(work.tx(), &user.login).await;
        scopes.push(scope.expect("a scope"));
    }
    work.commit().await.expect("users are kept");
    scopes
}

/// A user to be made, whose name says nothing.
pub fn user(role: access::Role, area: AreaCode, login: &str) -> NewUser {
    NewUser {
        login: login.to_owned(),
        name: "Uji".to_owned(),
        role,
        area,
    }
}

/// Processor time of a running process, user and system; `self` is this one.
pub fn cpu_of(process: impl fmt::Display) -> Duration {
    ticks(process, 11)
}

/// Processor time of a process's children that have ended.
fn cpu_of_children() -> Duration {
    ticks("self", 13)
}

/// Two neighbouring figures of `/proc/PID/stat`, counted from the one after the name.
fn ticks(process: impl fmt::Display, first: usize) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).expect("a process of Linux");
    let figures = stat.rsplit_once(')').expect("a name").1;
    let two = figures.split_whitespace().skip(first).take(2);
    let ticks: u32 = two.map(|n| n.parse::<u32>().expect("ticks")).sum();
    TICK * ticks
}

/// Main memory of a process, in MiB.
#[derive(Clone, Copy, Default)]
pub struct Memory {
    pub peak: f64,
    pub now: f64,
}

/// `None` when the process has ended.
pub fn memory_of(process: u32) -> Option<Memory> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let mib = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        let kib: f64 = line.split_whitespace().next()?.parse().ok()?;
        Some(kib / 1024.0)
    };
    Some(Memory {
        peak: mib("VmHWM:")?,
        now: mib("VmRSS:")?,
    })
}

/// What a program took from start to end.
pub struct Cost {
    pub wall: Duration,
    pub cpu: Duration,
    /// MiB.
    pub peak: f64,
    /// Standard output.
    pub said: String,
}

/// Runs a program to its end.
pub fn run(command: &mut Command) -> Cost {
    let (start, cpu) = (now(), cpu_of_children());
    let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
    let mut peak = 0.0;
    let status = loop {
        if let Some(memory) = memory_of(child.id()) {
            peak = memory.peak;
        }
        match child.try_wait().expect("a child") {
            Some(status) => break status,
            None => std::thread::sleep(LOOK),
        }
    };
    let wall = start.elapsed();
    // It says less than a pipe holds.
    let mut said = String::new();
    let mut output = child.stdout.take().expect("its output");
    output.read_to_string(&mut said).expect("text");
    // 1 says that rows were left for a person to look at.
    assert!(status.code().is_some_and(|code| code <= 1), "{said}");
    Cost {
        wall,
        cpu: cpu_of_children().saturating_sub(cpu),
        peak,
        said,
    }
}

/// The program serving on a free port of this machine; stopped when dropped.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    /// What it said until it answered.
    pub said: String,
}

impl Server {
    pub fn start(mut command: Command) -> Self {
        let nobody = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        command.args(["--listen", &nobody.to_string()]);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
        let mut output = child.stdout.take().expect("its output");
        let mut said = String::new();
        let mut bytes = [0; 1024];
        let address = loop {
            let read = output.read(&mut bytes).expect("its output");
            assert!(read > 0, "it ended: {said}");
            said.push_str(&String::from_utf8_lossy(&bytes[..read]));
            let mut addresses = said.lines().filter_map(|line| line.rsplit_once("http://"));
            match addresses.find_map(|(_, address)| address.parse().ok()) {
                Some(address) if said.ends_with('\n') => break address,
                _ => {}
            }
        };
        // What it says from here on is read by nobody, and need not be.
        drop(output);
        Self {
            child,
            address,
            said,
        }
    }

    pub fn cpu(&self) -> Duration {
        cpu_of(self.child.id())
    }

    pub fn memory(&self) -> Memory {
        memory_of(self.child.id()).expect("it runs")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The standard library can only kill; gently is by the shell's own `kill`.
        let stop = format!("kill {}", self.child.id());
        drop(Command::new("sh").args(["-c", &stop]).status());
        drop(self.child.wait());
    }
}

/// The value below which this share of all lies, in milliseconds.
pub fn percentile(sorted: &[Duration], share: f64) -> f64 {
    let at = (sorted.len() as f64 * share) as usize;
    sorted
        .get(at.min(sorted.len().saturating_sub(1)))
        .map_or(0.0, |d| d.as_secs_f64() * 1e3)
}
