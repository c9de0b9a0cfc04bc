//! The program as it is started by hand: serve, backup, restore, keys.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use simpul_db::testing::test_postgres;

fn simpul(data: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simpul"));
    command
        .arg("--data")
        .arg(data)
        .args(args)
        .env("SIMPUL_LOG", "warn");
    command
}

fn run(data: &Path, args: &[&str]) -> Output {
    simpul(data, args).output().expect("simpul starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A server that is stopped, gently, when it goes out of scope.
struct Server {
    child: Child,
    address: String,
    invitation: Option<String>,
}

impl Server {
    fn start(mut command: Command) -> Self {
        let mut child = command
            .args(["--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("simpul starts");
        let mut invitation = None;
        let lines = BufReader::new(child.stdout.take().expect("its output"));
        for line in lines.lines().map_while(Result::ok) {
            if let Some(link) = line.strip_prefix("First administrator: ") {
                invitation = Some(link.to_owned());
            }
            if let Some(address) = line.strip_prefix("Simpul answers on http://") {
                return Self {
                    child,
                    address: address.to_owned(),
                    invitation,
                };
            }
        }
        panic!("simpul ended: {:?}", child.wait());
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("the server answers");
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.address
        )
        .expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    fn stop(mut self) -> bool {
        let killed = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        killed.is_ok() && self.child.wait().is_ok_and(|status| status.success())
    }
}

#[test]
fn serve_needs_nothing_and_stops_gently() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(simpul(data.path(), &["serve"]));
    assert!(server.get("/healthz").starts_with("HTTP/1.1 200"));
    assert!(server.get("/readyz").starts_with("HTTP/1.1 200"));
    let page = server.get("/masuk");
    assert!(page.contains("content-security-policy") && page.contains("Kata sandi"));
    let link = server
        .invitation
        .as_deref()
        .expect("a link for the first administrator");
    let path = link.split_once("/undangan/").expect("a link").1;
    assert!(
        server
            .get(&format!("/undangan/{path}"))
            .contains("akun pengelola")
    );
    assert!(data.path().join("simpul.keys").exists());
    assert!(server.stop(), "SIGTERM ends it without an error");
}

#[tokio::test]
async fn serve_runs_the_same_on_postgresql() {
    let (data, db) = (tempfile::tempdir().unwrap(), test_postgres(&[]).await);
    let server = std::env::var(simpul_db::testing::SERVER).unwrap();
    let (host, _) = server.rsplit_once('/').unwrap();
    let shown = db.url().to_string();
    let (_, name) = shown.rsplit_once('/').unwrap();
    let url = format!("{host}/{name}");
    let server = Server::start(simpul(data.path(), &["--database", &url, "serve"]));
    assert!(server.get("/readyz").starts_with("HTTP/1.1 200"));
    assert!(server.invitation.is_some());
    assert!(server.stop());

    let elsewhere = tempfile::tempdir().unwrap();
    let output = run(elsewhere.path(), &["--database", &url, "journal"]);
    let said = text(&output.stderr);
    assert!(
        !output.status.success() && said.contains("keys export"),
        "new keys open nothing: {said}"
    );
}

#[test]
fn a_port_in_use_is_named_with_what_to_do() {
    let data = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = run(data.path(), &["serve", "--listen", &address]);
    let said = text(&output.stderr);
    assert!(!output.status.success());
    assert!(
        said.contains(&address) && said.contains("--listen"),
        "{said}"
    );
}

#[test]
fn a_backup_comes_back_and_keys_are_not_inside() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(simpul(data.path(), &["serve"]));
    let copy = data.path().join("copy.db");
    let copy_name = copy.to_str().unwrap();
    let backup = run(data.path(), &["backup", copy_name]);
    assert!(
        backup.status.success(),
        "while the server runs: {}",
        text(&backup.stderr)
    );
    assert!(
        text(&backup.stdout).contains("opened and is whole"),
        "phones may count on it"
    );
    assert!(!copy.with_extension("checking").exists());
    assert!(
        !run(data.path(), &["backup", copy_name]).status.success(),
        "never written over"
    );
    assert!(server.stop());

    let keys = std::fs::read_to_string(data.path().join("simpul.keys")).unwrap();
    let secret = keys
        .lines()
        .filter_map(|line| line.split('"').nth(1))
        .max_by_key(|s| s.len());
    let secret = secret.expect("the key file quotes its keys").to_owned();
    let stored = std::fs::read(&copy).unwrap();
    assert!(
        !stored
            .windows(secret.len())
            .any(|window| window == secret.as_bytes())
    );

    let refused = run(data.path(), &["restore", copy_name]);
    assert!(
        text(&refused.stderr).contains("--replace"),
        "an existing database is not lost"
    );
    let restored = run(data.path(), &["restore", "--replace", copy_name]);
    assert!(restored.status.success(), "{}", text(&restored.stderr));
    assert!(data.path().join("simpul.db.before-restore").exists());
    assert!(run(data.path(), &["journal"]).status.success());
    let epoch = |data: &Path| {
        let told = run(data, &["restored"]);
        assert!(told.status.success(), "{}", text(&told.stderr));
        let checked = run(data, &["backup-checked", copy_name]);
        (checked.status.success(), text(&checked.stdout).to_owned())
    };
    assert!(
        epoch(data.path()).0,
        "a copy of this database is taken as one"
    );
}

#[test]
fn a_database_without_its_keys_is_not_given_new_ones() {
    let data = tempfile::tempdir().unwrap();
    assert!(run(data.path(), &["journal"]).status.success());
    let exported = data.path().join("kunci.txt");
    assert!(
        run(data.path(), &["keys", "export", exported.to_str().unwrap()])
            .status
            .success()
    );
    std::fs::remove_file(data.path().join("simpul.keys")).unwrap();
    let output = run(data.path(), &["journal"]);
    assert!(
        text(&output.stderr).contains("keys export"),
        "{}",
        text(&output.stderr)
    );
    std::fs::rename(exported, data.path().join("simpul.keys")).unwrap();
    assert!(run(data.path(), &["journal"]).status.success());
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let data = tempfile::tempdir().unwrap();
    let junk = data.path().join("junk.db");
    std::fs::write(&junk, "bukan basis data".repeat(500)).unwrap();
    assert!(run(data.path(), &["journal"]).status.success());
    let output = run(
        data.path(),
        &["restore", "--replace", junk.to_str().unwrap()],
    );
    assert!(!output.status.success());
    assert!(
        run(data.path(), &["journal"]).status.success(),
        "the old database is still there"
    );
}
