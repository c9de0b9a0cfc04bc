//! Phones: entries a second uploaded in batches of 100, sealed and packed, through HTTP and by the
//! same functions called in this process; the first sync of a hundred phones; a sync without news.

mod support;
#[path = "support/village.rs"]
#[allow(dead_code, reason = "forms are the other bench's")]
mod village;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::ops::Range;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use simpul::platform::App;
use simpul::sync::{self, Sender};
use simpul_db::Engine;
use simpul_growth::Position;
use simpul_phone::entry::{Body, Measure, Position as Taken, Source};
use simpul_phone::wire::{Answer, Entry, Pulled, Push, Pushed, SignIn, SignedIn};
use simpul_phone::{Id, seal};

use support::{PASSWORD, Server, Stage, cpu_of, now, percentile};
use village::{Kader, Turn, Village};

/// Measurements that each of the eight kader uploads, and entries of one batch. The first batches
/// are not timed: PostgreSQL plans a statement anew for the first five times on a connection, and
/// does not know yet that the tables are not empty any more.
const TURNS: usize = 1_000;
const WARM_UP: usize = 500;
const BATCH: usize = 100;
/// Entries that a kader makes between two locks of the phone, which share a sealer.
const SESSION: usize = 20;
/// Phones that come for the first time, and syncs without news of each kader.
const PHONES: usize = 100;
const QUIET: usize = 50;

fn main() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let stage = runtime.block_on(Stage::empty(engine));
        let (served, called) = runtime.block_on(async {
            let app = stage.app().await;
            support::announce(engine, app.db()).await;
            let villages = (
                Village::settle(&app, 0, TURNS).await,
                Village::settle(&app, 1, TURNS).await,
            );
            app.db().close().await;
            villages
        });
        let mut program = stage.program();
        program.arg("serve");
        let server = Server::start(program);
        let http = upload(&server, &served, || runtime.block_on(stage.settle()));
        first_sync(&server, &served);
        quiet(&server, &served);
        let memory = server.memory();
        println!(
            "  server memory: {:.1} MiB, peak {:.1} MiB",
            memory.now, memory.peak
        );
        drop(server);
        let process = runtime.block_on(in_process(&stage, &called));
        println!(
            "  by processor time, HTTP does {:.0} % of the same called in process",
            process.cpu.as_secs_f64() / http.cpu.as_secs_f64() * 100.0
        );
    }
}

/// How a number of entries went.
struct Run {
    cpu: Duration,
}

fn tell(what: &str, n: usize, wall: Duration, cpu: Duration) -> Run {
    println!(
        "  {what:<34}{n:>6} entries {:>8.0}/s wall {:>8.0}/s by processor time, {:.3} ms CPU each",
        n as f64 / wall.as_secs_f64(),
        n as f64 / cpu.as_secs_f64(),
        cpu.as_secs_f64() * 1e3 / n as f64
    );
    Run { cpu }
}

/// A phone on a connection that is kept alive.
struct Phone {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
    signed_in: SignedIn,
    device: Id,
}

/// An answer with the bytes that it took, headers included.
struct Answered {
    status: u16,
    body: Vec<u8>,
    bytes: usize,
}

impl Phone {
    fn sign_in(address: SocketAddr, login: &str, number: u8) -> Self {
        let device = Id([number; 16]);
        let asked = SignIn {
            login: login.to_owned(),
            password: PASSWORD.to_owned(),
            device,
            device_name: "HP uji".to_owned(),
            device_key: seal::to_base64(&[number; 65]),
            sealing_key: seal::to_base64(&[number; seal::KEY]),
            at: 0,
        };
        let mut stream = connect(address);
        let body = serde_json::to_vec(&asked).expect("JSON");
        let answer = ask(
            &mut stream,
            address,
            "POST",
            "/api/v1/sync/masuk",
            "",
            &body,
        );
        assert_eq!(
            answer.status,
            200,
            "{}",
            String::from_utf8_lossy(&answer.body)
        );
        let signed_in = serde_json::from_slice(&answer.body).expect("a credential");
        Self {
            stream,
            address,
            signed_in,
            device,
        }
    }

    fn ask(&mut self, method: &str, path: &str, body: &[u8]) -> Answered {
        let credential = format!("Authorization: Bearer {}\r\n", self.signed_in.credential);
        let packed = if body.is_empty() {
            String::new()
        } else {
            "Content-Encoding: gzip\r\n".to_owned()
        };
        let headers = credential + &packed;
        ask(&mut self.stream, self.address, method, path, &headers, body)
    }

    fn pull(&mut self, cursor: &str) -> (Pulled, usize) {
        let path = format!("/api/v1/sync/ambil?cursor={cursor}");
        let answer = self.ask("GET", &path, &[]);
        assert_eq!(
            answer.status,
            200,
            "{}",
            String::from_utf8_lossy(&answer.body)
        );
        let pulled = serde_json::from_slice(&answer.body).expect("an area");
        (pulled, answer.bytes)
    }
}

fn connect(address: SocketAddr) -> BufReader<TcpStream> {
    let stream = TcpStream::connect(address).expect("the server answers");
    stream.set_nodelay(true).expect("a socket");
    BufReader::new(stream)
}

fn ask(
    stream: &mut BufReader<TcpStream>,
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &str,
    body: &[u8],
) -> Answered {
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nAccept-Encoding: gzip\r\n{headers}\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let sent = [head.as_bytes(), body].concat();
    stream
        .get_mut()
        .write_all(&sent)
        .expect("a request goes out");
    let mut bytes = sent.len();
    let mut line = || {
        let mut line = String::new();
        bytes += stream.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    };
    let status = line();
    let status = status.split(' ').nth(1).and_then(|code| code.parse().ok());
    let (mut length, mut chunked, mut packed) = (0, false, false);
    loop {
        let header = line();
        let Some((name, value)) = header.split_once(": ") else {
            break;
        };
        match name {
            "content-length" => length = value.parse().expect("a length"),
            "transfer-encoding" => chunked = true,
            "content-encoding" => packed = value == "gzip",
            _ => {}
        }
    }
    let mut body = Vec::new();
    loop {
        if chunked {
            let mut size = String::new();
            bytes += stream.read_line(&mut size).expect("a size");
            length = usize::from_str_radix(size.trim(), 16).expect("a size");
        }
        let start = body.len();
        body.resize(start + length, 0);
        stream.read_exact(&mut body[start..]).expect("a body");
        bytes += length;
        if !chunked {
            break;
        }
        let mut end = String::new();
        bytes += stream.read_line(&mut end).expect("an end");
        if length == 0 {
            break;
        }
    }
    if packed {
        let mut plain = Vec::new();
        let mut unpacked = flate2::read::GzDecoder::new(&body[..]);
        unpacked.read_to_end(&mut plain).expect("gzip");
        body = plain;
    }
    Answered {
        status: status.expect("a status"),
        body,
        bytes,
    }
}

/// A measurement as a phone enters it.
fn entry(kader: &Kader, turn: &Turn) -> Entry {
    let new = turn.measurement();
    let on_line = |id: simpul::platform::Id| Id(*id.as_bytes());
    let body = Body::Measure(Measure {
        person: on_line(new.person),
        post: Some(kader.scope.area().as_str().to_owned()),
        on: new.on,
        weight: new.weight.map(simpul_growth::Grams::get),
        lenhei: new.lenhei.map(simpul_growth::TenthsMm::get),
        position: new.position.map(|position| match position {
            Position::Lying => Taken::Lying,
            Position::Standing => Taken::Standing,
        }),
        head: new.head.map(simpul_growth::TenthsMm::get),
        arm: new.arm.map(simpul_growth::TenthsMm::get),
        oedema: new.oedema,
        danger_signs: Vec::new(),
        measurer: None,
        replaces: None,
        source: Source::Phone,
        shown: None,
    });
    Entry {
        id: on_line(new.id),
        kind: body.kind().to_owned(),
        version: simpul_phone::VERSION,
        author: on_line(kader.scope.user()),
        at: 0,
        fixes: None,
        sealed: None,
        handed: None,
        body: Some(body),
    }
}

/// The sendings of a kader, sealed to the server's key.
fn sendings(kader: &Kader, device: Id, key: &[u8; seal::KEY]) -> Vec<Push> {
    let entries: Vec<Entry> = kader
        .turns
        .chunks(SESSION)
        .enumerate()
        .flat_map(|(number, turns)| {
            let mut random = [7; seal::KEY];
            random[..8].copy_from_slice(&(number as u64).to_be_bytes());
            let mut sealer = seal::Sealer::of_entries(key, random).expect("a key");
            let sealed = turns.iter().map(move |turn| {
                let mut entry = entry(kader, turn);
                entry.seal(&mut sealer).expect("a body");
                entry
            });
            sealed.collect::<Vec<_>>()
        })
        .collect();
    entries
        .chunks(BATCH)
        .map(|some| Push {
            device,
            epoch: String::new(),
            at: 0,
            entries: some.to_vec(),
        })
        .collect()
}

fn all_taken(pushed: &Pushed) {
    for answered in &pushed.answers {
        let taken = matches!(answered.answer, Answer::Accepted { .. });
        assert!(taken, "{:?}", answered.answer);
    }
}

/// Eight phones upload at once; the processor time is the server's alone.
fn upload(server: &Server, village: &Village, warm: impl FnOnce()) -> Run {
    let ready = Barrier::new(village.kader.len() + 1);
    thread::scope(|scope| {
        let parts: Vec<_> = (1..)
            .zip(&village.kader)
            .map(|(number, kader)| {
                let ready = &ready;
                scope.spawn(move || {
                    let mut phone = Phone::sign_in(server.address, &kader.login, number);
                    let key = seal::from_base64(&phone.signed_in.server_key).expect("a key");
                    let key = key.try_into().expect("a key of 32 bytes");
                    let packed: Vec<Vec<u8>> = sendings(kader, phone.device, &key)
                        .iter()
                        .map(|push| {
                            let fast = flate2::Compression::fast();
                            let mut packed = flate2::write::GzEncoder::new(Vec::new(), fast);
                            serde_json::to_writer(&mut packed, push).expect("JSON");
                            packed.finish().expect("gzip")
                        })
                        .collect();
                    for (number, body) in packed.iter().enumerate() {
                        if number == WARM_UP / BATCH {
                            ready.wait();
                            ready.wait();
                        }
                        let answer = phone.ask("POST", "/api/v1/sync/kirim", body);
                        assert_eq!(answer.status, 200);
                        all_taken(&serde_json::from_slice(&answer.body).expect("answers"));
                    }
                })
            })
            .collect();
        ready.wait();
        warm();
        let (start, cpu) = (now(), server.cpu());
        ready.wait();
        for part in parts {
            part.join().expect("a phone");
        }
        let (wall, cpu) = (start.elapsed(), server.cpu().saturating_sub(cpu));
        tell(
            "upload by HTTP, 8 phones",
            (TURNS - WARM_UP) * village.kader.len(),
            wall,
            cpu,
        )
    })
}

/// The same by the functions, a task for each phone; the processor time is this process's.
async fn in_process(stage: &Stage, village: &Village) -> Run {
    let app = stage.app().await;
    let key = seal::public(&sync::sealing_secret(app.keys()));
    let mut ready = Vec::new();
    for (number, kader) in (101..).zip(&village.kader) {
        let asked = SignIn {
            login: kader.login.clone(),
            password: PASSWORD.to_owned(),
            device: Id([number; 16]),
            device_name: "HP uji".to_owned(),
            device_key: seal::to_base64(&[number; 65]),
            sealing_key: seal::to_base64(&[number; seal::KEY]),
            at: 0,
        };
        sync::sign_in(&app, asked).await.expect("a credential");
        let from = Sender {
            device: simpul::platform::Id::from_bytes([number; 16]),
            phone: simpul::platform::Id::from_bytes([number; 16]),
            scope: kader.scope.clone(),
        };
        ready.push((from, sendings(kader, Id([number; 16]), &key)));
    }
    let warm_up = 0..WARM_UP / BATCH;
    push_all(&app, &ready, warm_up.clone()).await;
    stage.settle().await;
    let (start, cpu) = (now(), cpu_of("self"));
    push_all(&app, &ready, warm_up.end..TURNS / BATCH).await;
    let (wall, cpu) = (start.elapsed(), cpu_of("self").saturating_sub(cpu));
    app.db().close().await;
    tell(
        "the same in process, 8 tasks",
        (TURNS - WARM_UP) * village.kader.len(),
        wall,
        cpu,
    )
}

/// Some of the sendings of each phone, all phones at once.
async fn push_all(app: &App, phones: &[(Sender, Vec<Push>)], which: Range<usize>) {
    let tasks: Vec<_> = phones
        .iter()
        .map(|(from, sendings)| {
            let (app, from, some) = (app.clone(), from.clone(), sendings[which.clone()].to_vec());
            tokio::spawn(async move {
                for push in some {
                    all_taken(&sync::push(&app, &from, &push).await.expect("answers"));
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("a phone");
    }
}

/// A hundred phones take their area for the first time, all at once. The desk's phone has the
/// whole village, which is what a phone of two thousand persons would have.
fn first_sync(server: &Server, village: &Village) {
    let mut desk = Phone::sign_in(server.address, &village.desk, 201);
    let (whole, _) = desk.pull("");
    let persons = whole.extract.expect("an area").persons.len();
    let credential = desk.signed_in.credential.clone();
    let ready = Barrier::new(PHONES + 1);
    let mut each: Vec<(Duration, usize)> = thread::scope(|scope| {
        let phones: Vec<_> = (0..PHONES)
            .map(|_| {
                scope.spawn(|| {
                    let mut stream = connect(server.address);
                    let headers = format!("Authorization: Bearer {credential}\r\n");
                    ready.wait();
                    let start = now();
                    let path = "/api/v1/sync/ambil";
                    let answer = ask(&mut stream, server.address, "GET", path, &headers, &[]);
                    assert_eq!(answer.status, 200);
                    (start.elapsed(), answer.bytes)
                })
            })
            .collect();
        ready.wait();
        let phones = phones
            .into_iter()
            .map(|phone| phone.join().expect("a phone"));
        phones.collect()
    });
    each.sort();
    let bytes = each[0].1;
    let each: Vec<Duration> = each.into_iter().map(|(wall, _)| wall).collect();
    println!(
        "  first sync of {PHONES} phones at once     {persons} persons each, {} kB, p50 {:.1} s, p95 {:.1} s",
        bytes / 1000,
        percentile(&each, 0.5) / 1e3,
        percentile(&each, 0.95) / 1e3
    );
}

/// Kader ask again although nothing happened.
fn quiet(server: &Server, village: &Village) {
    let kader = &village.kader[0];
    let mut phone = Phone::sign_in(server.address, &kader.login, 1);
    let (first, _) = phone.pull("");
    let (cpu, mut bytes) = (server.cpu(), 0);
    let mut each: Vec<Duration> = (0..QUIET)
        .map(|_| {
            let start = now();
            let (pulled, taken) = phone.pull(&first.cursor);
            assert!(pulled.extract.is_none());
            bytes = taken;
            start.elapsed()
        })
        .collect();
    each.sort();
    let cpu = server.cpu().saturating_sub(cpu).as_secs_f64() * 1e3 / QUIET as f64;
    println!(
        "  sync without news                 {bytes} bytes both ways, p50 {:.1} ms, p95 {:.1} ms, {cpu:.2} ms CPU",
        percentile(&each, 0.5),
        percentile(&each, 0.95)
    );
}
