//! Measurements a second through HTTP: eight kader, each on a connection that is kept alive, send
//! the form of a child. Beside it the bare limits: the same doors called in this process, and a
//! commit that keeps one small row. Then what a page of a hari buka and of the desk costs.

mod support;
#[path = "support/village.rs"]
mod village;

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use simpul::access::Work;
use simpul::platform::App;
use simpul::posyandu;
use simpul_db::{Engine, Migration, OnConflict, args};

use support::browser::Browser;
use support::{PASSWORD, Server, Stage, cpu_of, now, percentile};
use village::{Kader, Turn, Village};

/// Forms that each kader sends alone, and children whom each takes as a browser does: form,
/// answer and page of the answer.
const FORMS: usize = 200;
const TURNS: usize = 50;
const COMMITS: usize = 500;
const PAGES: usize = 200;

simpul_db::bulk! { BARE = "bare_facts" ["id", "payload"]; }

const BARE_TABLE: &[Migration] = &[Migration {
    number: 1,
    name: "bare_facts",
    sql: "create table bare_facts (id bigint primary key, payload bytea not null);",
}];

fn main() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let stage = runtime.block_on(commits(engine));
        let (served, called) = runtime.block_on(seed(&stage));
        let mut program = stage.program();
        program.arg("serve");
        let server = Server::start(program);
        let forms = Forms::send(&server, &served);
        turns(&server, &served);
        pages(&server, &served);
        let memory = server.memory();
        println!(
            "  server memory: {:.1} MiB, peak {:.1} MiB",
            memory.now, memory.peak
        );
        drop(server);
        let doors = runtime.block_on(doors(&stage, called));
        println!(
            "  through HTTP the rate is {:.0}% of that of the doors in process",
            forms.rate() / doors.rate() * 100.0
        );
    }
}

/// The bare limit of durable commits, one after the other; then an empty stage.
async fn commits(engine: Engine) -> Stage {
    let db = support::database(engine, BARE_TABLE).await;
    support::announce(engine, &db).await;
    let (start, cpu) = (now(), cpu_of("self"));
    let mut each = Vec::with_capacity(COMMITS);
    for id in 0..COMMITS as i64 {
        let begun = now();
        let mut tx = db.begin().await.expect("a transaction");
        let row = args![id, [0_u8; 32]];
        tx.insert(&BARE, [row], OnConflict::Fail)
            .await
            .expect("a row");
        tx.commit().await.expect("a commit");
        each.push(begun.elapsed());
    }
    let run = Forms::of(start.elapsed(), cpu_of("self").saturating_sub(cpu), each);
    run.tell("bare commit, 1 writer");
    Stage::empty(engine).await
}

/// One village for the server, one of the same kind for the doors.
async fn seed(stage: &Stage) -> (Village, Village) {
    let app = stage.app().await;
    let start = now();
    let villages = (
        Village::settle(&app, 0, FORMS + TURNS).await,
        Village::settle(&app, 1, FORMS).await,
    );
    app.db().close().await;
    println!(
        "  two villages settled in {:.1} s",
        start.elapsed().as_secs_f64()
    );
    villages
}

/// How a number of equal requests went.
struct Forms {
    wall: Duration,
    cpu: Duration,
    /// Sorted.
    each: Vec<Duration>,
}

impl Forms {
    fn of(wall: Duration, cpu: Duration, mut each: Vec<Duration>) -> Self {
        each.sort();
        Self { wall, cpu, each }
    }

    /// Every kader sends forms at once.
    fn send(server: &Server, village: &Village) -> Self {
        let run = at_once(server, &village.kader, |browser, kader| {
            let turns = kader.turns.iter().take(FORMS);
            turns
                .map(|turn| timed(|| drop(send_form(browser, turn))))
                .collect()
        });
        run.tell("forms, 8 connections");
        run
    }

    fn rate(&self) -> f64 {
        self.each.len() as f64 / self.wall.as_secs_f64()
    }

    fn tell(&self, what: &str) {
        println!(
            "  {what:<26}{:>6} x{:>8.0}/s {:>7.3} ms CPU each   p50 {:>6.2} ms   p95 {:>6.2} ms",
            self.each.len(),
            self.rate(),
            self.cpu.as_secs_f64() * 1e3 / self.each.len() as f64,
            percentile(&self.each, 0.5),
            percentile(&self.each, 0.95),
        );
    }
}

/// All kader sign in, and when all have, each does its part; the processor time is the server's.
fn at_once(
    server: &Server,
    all: &[Kader],
    part: impl Fn(&mut Browser, &Kader) -> Vec<Duration> + Sync,
) -> Forms {
    let ready = Barrier::new(all.len() + 1);
    thread::scope(|scope| {
        let parts: Vec<_> = all
            .iter()
            .map(|kader| {
                scope.spawn(|| {
                    let mut browser = Browser::sign_in(server.address, &kader.login, PASSWORD);
                    ready.wait();
                    part(&mut browser, kader)
                })
            })
            .collect();
        ready.wait();
        let (start, cpu) = (now(), server.cpu());
        let each = parts
            .into_iter()
            .flat_map(|part| part.join().expect("a kader"));
        let each = each.collect();
        Forms::of(start.elapsed(), server.cpu().saturating_sub(cpu), each)
    })
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = now();
    work();
    start.elapsed()
}

/// Sends the form of a child at the scales, and gives where the answer is.
fn send_form(browser: &mut Browser, turn: &Turn) -> String {
    let fields = turn.fields();
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, &**value))
        .collect();
    let answer = browser.post(&turn.path(), &fields);
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.location
}

/// Every kader takes children as a browser does.
fn turns(server: &Server, village: &Village) {
    let run = at_once(server, &village.kader, |browser, kader| {
        let turns = kader.turns.iter().skip(FORMS).take(TURNS);
        let whole = |browser: &mut Browser, turn: &Turn| {
            assert_eq!(browser.get(&turn.path()).status, 200);
            let answer = send_form(browser, turn);
            assert_eq!(browser.get(&answer).status, 200);
        };
        turns.map(|turn| timed(|| whole(browser, turn))).collect()
    });
    run.tell("form, send, answer");
}

/// One reader asks for the lists again and again.
fn pages(server: &Server, village: &Village) {
    let kader = &village.kader[0];
    let day = kader.turns[0].day;
    for (what, login, path) in [
        (
            "children of a hari buka",
            &kader.login,
            format!("/posyandu/hari/{day}"),
        ),
        (
            "referrals at the desk",
            &village.desk,
            "/puskesos".to_owned(),
        ),
    ] {
        let mut browser = Browser::sign_in(server.address, login, PASSWORD);
        let page = browser.get(&path);
        assert_eq!(page.status, 200, "{}", page.text);
        let (start, cpu) = (now(), server.cpu());
        let each = (0..PAGES)
            .map(|_| timed(|| drop(browser.get(&path))))
            .collect();
        let cpu = server.cpu().saturating_sub(cpu);
        let kb = page.text.len() / 1000;
        Forms::of(start.elapsed(), cpu, each).tell(&format!("{what}, {kb} kB"));
    }
}

/// The same forms by the door, a task for each kader; the processor time is this process's.
async fn doors(stage: &Stage, village: Village) -> Forms {
    let app = stage.app().await;
    let (start, cpu) = (now(), cpu_of("self"));
    let tasks: Vec<_> = village
        .kader
        .into_iter()
        .map(|kader| tokio::spawn(measure_all(app.clone(), kader)))
        .collect();
    let mut each = Vec::new();
    for task in tasks {
        each.extend(task.await.expect("a kader"));
    }
    let run = Forms::of(start.elapsed(), cpu_of("self").saturating_sub(cpu), each);
    run.tell("doors in process, 8 tasks");
    app.db().close().await;
    run
}

async fn measure_all(app: App, kader: Kader) -> Vec<Duration> {
    let mut each = Vec::with_capacity(FORMS);
    for turn in kader.turns.into_iter().take(FORMS) {
        let start = now();
        let mut work = Work::begin(&app, &kader.scope).await.expect("a work");
        posyandu::measure(&mut work, turn.measurement())
            .await
            .expect("a measurement");
        work.commit().await.expect("a commit");
        each.push(start.elapsed());
    }
    each
}
