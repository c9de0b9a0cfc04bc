//! A million cases in the database of one kabupaten: what lists, searches and boards cost through
//! HTTP, for the secretariat, a kecamatan and a desk, one reader at a time and two hundred desks at
//! once. Target: p95 of 50 ms for lists and searches. `SIMPUL_BENCH_CASES` takes fewer, from 200,000.

mod support;

use std::collections::BTreeMap;
use std::sync::{Barrier, LazyLock};
use std::thread;
use std::time::Duration;

use simpul::access::{NewUser, Role};
use simpul::platform::App;
use simpul_db::{Engine, OnConflict, Value, args};
use simpul_identity::{AreaCode, RegionCode, region};

use support::browser::Browser;
use support::{PASSWORD, Server, Stage, cpu_of, now, percentile, user, users};

static CASES: LazyLock<u64> = LazyLock::new(|| {
    let fewer = std::env::var("SIMPUL_BENCH_CASES").ok();
    fewer.map_or(1_000_000, |n| n.parse().expect("a number of cases"))
});
/// Families to whom they belong.
const FAMILIES: u64 = 20_000;
/// Of the last year's cases one of so many is open.
const OPEN: u64 = 8;
/// Rows of one transaction.
const AT_ONCE: u64 = 10_000;
const READS: usize = 100;
/// Officers of desks who read at once, pages of each, and how long one looks at a page on average.
const DESKS: usize = 200;
const ROUNDS: u64 = 12;
const LOOK_MS: u64 = 5_000;
const KABUPATEN: &str = "1810";
/// Cases come in evenly over three years up to now.
const SPAN_MS: i64 = 3 * 365 * 24 * 3_600_000;

simpul_db::bulk! {
    FAMILY_ROWS = "households"
        ["kabupaten", "id", "area", "version", "dusun", "rt", "rw", "address", "content"];
    PERSON_ROWS = "persons"
        ["kabupaten", "id", "area", "household", "version", "state", "name", "name_key", "sex",
         "birth_date", "birth_place", "relation", "mother_name", "content"];
    CASE_ROWS = "cases"
        ["kabupaten", "id", "area", "household", "need", "urgency", "state", "version",
         "opened_by", "opened_at", "changed_at", "since", "closed_at", "opened_day", "waited",
         "due_at", "kind", "lane", "tier", "field", "alone", "advised_at", "news"];
    STEP_ROWS = "case_steps"
        ["kabupaten", "id", "area", "case_id", "version", "at", "actor", "role", "act", "action",
         "state"];
    WORD_ROWS = "case_words" ["kabupaten", "word", "case_id", "area", "at"];
}

const NEEDS: [(&str, &str); 7] = [
    ("pangan", "pangan"),
    ("jaminan_kesehatan", "kesehatan"),
    ("bantuan_sosial", "bantuan"),
    ("data_kependudukan", "kependudukan"),
    ("perumahan", "perumahan"),
    ("pendidikan", "pendidikan"),
    ("lainnya", "sosial"),
];
const STATES: [&str; 6] = [
    "diajukan",
    "diverifikasi",
    "ditangani",
    "dirujuk",
    "menunggu_dokumen",
    "dikembalikan",
];
/// Words of stories: the first is said in every second one, the next in every third, and so on.
const COMMON: [&str; 6] = ["bantuan", "keluarga", "beras", "anak", "rumah", "sekolah"];
/// Of so many others each case says one.
const RARE: u64 = 20_000;

fn main() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let stage = runtime.block_on(Stage::empty(engine));
        let start = now();
        runtime.block_on(seed(&stage, engine));
        println!(
            "  {} cases written in {:.0} s",
            *CASES,
            start.elapsed().as_secs_f64()
        );
        let mut program = stage.program();
        program.arg("serve");
        let server = Server::start(program);
        for who in ["manajer", "supervisor", "petugas"] {
            reads(&server, who);
        }
        desks(&server, &stage);
        let memory = server.memory();
        println!(
            "  server memory: {:.1} MiB, peak {:.1} MiB",
            memory.now, memory.peak
        );
    }
}

/// An id whose order is that of its number.
fn id(kind: u8, number: u64) -> Vec<u8> {
    let mut bytes = vec![kind; 16];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    bytes
}

fn villages() -> Vec<RegionCode> {
    let kabupaten = RegionCode::parse(KABUPATEN).expect("Pringsewu");
    let kecamatan = region::children(kabupaten);
    kecamatan
        .flat_map(|one| region::children(one.code))
        .map(|one| one.code)
        .collect()
}

async fn seed(stage: &Stage, engine: Engine) {
    let app = stage.app().await;
    support::announce(engine, app.db()).await;
    let villages = villages();
    let kecamatan = villages[0].kecamatan().expect("a kecamatan");
    let kabupaten = villages[0].kabupaten().expect("a kabupaten");
    let staff: [NewUser; 3] = [
        user(Role::Manajer, kabupaten.into(), "manajer"),
        user(Role::Supervisor, kecamatan.into(), "supervisor"),
        user(Role::Petugas, villages[0].into(), "petugas"),
    ];
    let desks = (0..DESKS).zip(villages.iter().cycle());
    let desks = desks.map(|(n, village)| user(Role::Petugas, (*village).into(), &desk_login(n)));
    let staff: Vec<NewUser> = staff.into_iter().chain(desks).collect();
    users(&app, &staff).await;
    let areas: Vec<String> = villages.iter().map(|code| post_of(*code)).collect();
    families(&app, &areas).await;
    for first in (0..*CASES).step_by(AT_ONCE as usize) {
        some_cases(&app, &areas, first..first + AT_ONCE).await;
    }
    app.db().close().await;
}

fn post_of(village: RegionCode) -> String {
    let post = AreaCode::post(village, 1).expect("a post");
    post.as_str().to_owned()
}

async fn families(app: &App, areas: &[String]) {
    let mut tx = app.db().begin().await.expect("a transaction");
    let numbers = || 0..FAMILIES;
    let area = |n: u64| areas[n as usize % areas.len()].as_str();
    let homes: Vec<_> = numbers()
        .map(|n| {
            args![
                KABUPATEN,
                id(1, n),
                area(n),
                1_i64,
                "",
                "001",
                "001",
                "Jalan",
                [0_u8; 32]
            ]
        })
        .collect();
    let people: Vec<_> = numbers()
        .map(|n| {
            args![
                KABUPATEN,
                id(2, n),
                area(n),
                id(1, n),
                1_i64,
                "active",
                "Suminah",
                "SUMINAH",
                "P",
                "1990-05-01",
                "",
                "kepala_keluarga",
                "",
                [0_u8; 32]
            ]
        })
        .collect();
    tx.insert(&FAMILY_ROWS, homes, OnConflict::Fail)
        .await
        .expect("families");
    tx.insert(&PERSON_ROWS, people, OnConflict::Fail)
        .await
        .expect("people");
    tx.commit().await.expect("families");
}

async fn some_cases(app: &App, areas: &[String], numbers: std::ops::Range<u64>) {
    let mut tx = app.db().begin().await.expect("a transaction");
    let end = app.now().0;
    let (mut cases, mut steps, mut words) = (Vec::new(), Vec::new(), Vec::new());
    for n in numbers {
        let case = Case::of(n, areas, end);
        cases.push(case.row());
        if case.open() {
            steps.push(case.step());
        }
        let said = (2..)
            .zip(COMMON)
            .filter(|(every, _)| n.is_multiple_of(*every));
        let said = said.map(|(_, word)| word.to_owned());
        for word in said.chain([format!("kata{}", n * 7919 % RARE)]) {
            words.push(args![KABUPATEN, word, id(3, n), case.area, case.opened]);
        }
    }
    tx.insert(&CASE_ROWS, cases, OnConflict::Fail)
        .await
        .expect("cases");
    tx.insert(&STEP_ROWS, steps, OnConflict::Fail)
        .await
        .expect("steps");
    tx.insert(&WORD_ROWS, words, OnConflict::Fail)
        .await
        .expect("words");
    tx.commit().await.expect("cases");
}

struct Case<'a> {
    n: u64,
    area: &'a str,
    opened: i64,
    end: i64,
}

impl<'a> Case<'a> {
    fn of(n: u64, areas: &'a [String], end: i64) -> Self {
        Self {
            n,
            area: &areas[(n % FAMILIES) as usize % areas.len()],
            opened: end - SPAN_MS + (n as i64) * (SPAN_MS / *CASES as i64),
            end,
        }
    }

    /// Open ones are spread over the last of the three years, and over villages.
    fn open(&self) -> bool {
        self.n * 3 >= *CASES * 2
            && (self.n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40).is_multiple_of(OPEN)
    }

    /// The news of it.
    fn step(&self) -> [Value; 11] {
        args![
            KABUPATEN,
            id(5, self.n),
            self.area,
            id(3, self.n),
            1_i64,
            self.opened,
            id(4, 1),
            "petugas",
            "accept",
            r#"{"act":"accept"}"#,
            "diverifikasi"
        ]
    }

    fn row(&self) -> [Value; 23] {
        let (n, open) = (self.n, self.open());
        let (need, field) = NEEDS[(n / FAMILIES) as usize % NEEDS.len()];
        let state = if open {
            STATES[(n / OPEN) as usize % STATES.len()]
        } else {
            "selesai"
        };
        let day = self.opened / 86_400_000;
        let opened_day = jiff::civil::date(1970, 1, 1) + jiff::Span::new().days(day);
        let due = if open {
            self.end + (n as i64 % 2_000 - 1_000) * 3_600_000
        } else {
            i64::MAX
        };
        // Each has a lane of its own: one family may have several.
        let lane = if open { format!("{n}") } else { String::new() };
        let tier = match n / OPEN % 40 {
            0..3 => "kecamatan",
            3 => "kabupaten",
            _ => "desa",
        };
        let alone = n.is_multiple_of(1_000);
        let advised = (n / OPEN).is_multiple_of(8).then_some(self.opened);
        args![
            KABUPATEN,
            id(3, n),
            self.area,
            id(1, n % FAMILIES),
            need,
            "rutin",
            state,
            1_i64,
            id(4, 1),
            self.opened,
            self.opened,
            self.opened,
            (!open).then_some(self.opened + 86_400_000),
            opened_day.to_string(),
            "[]",
            due,
            "rujukan",
            lane,
            tier,
            field,
            alone,
            advised,
            open.then_some(1_i64)
        ]
    }
}

fn desk_login(n: usize) -> String {
    format!("meja.{n}")
}

/// Reads a page; a search is sent as its form.
fn read(browser: &mut Browser, path: &str) -> (Duration, String) {
    let begun = now();
    let answer = match path.strip_prefix("cari:") {
        Some(asked) => {
            let fields = asked.split('&').filter_map(|pair| pair.split_once('='));
            let fields: Vec<_> = fields.collect();
            browser.post("/puskesos/cari", &fields)
        }
        None => browser.get(path),
    };
    assert_eq!(answer.status, 200, "{path}");
    (begun.elapsed(), answer.text)
}

fn addresses<'a>(page: &'a str, of: &'a str) -> impl Iterator<Item = String> + 'a {
    let links = page.split("href=\"").skip(1);
    let links = links.filter_map(|rest| rest.split('"').next());
    let links = links.map(|link| link.replace("&#38;", "&").replace("&amp;", "&"));
    links.filter(move |link| link.contains(of))
}

/// Lists and searches of whoever signed in. The first page says where the second one is, and which
/// work is that of the role.
fn lists(browser: &mut Browser) -> Vec<(String, String)> {
    let (_, first) = read(browser, "/puskesos");
    let deep = addresses(&first, "setelah=").next();
    let deep = deep.unwrap_or_else(|| panic!("more open cases than a page holds: {first}"));
    let (_, second) = read(browser, &deep);
    assert!(second.contains("href=\"/rujukan/"), "{deep} is empty");
    let work = addresses(&first, "?kerja=").map(|path| {
        let list = path.rsplit_once('=').map_or("", |(_, list)| list);
        (format!("work: {list}"), path.clone())
    });
    let pages = [
        ("list of open cases", "/puskesos"),
        ("its second page", &*deep),
        ("late ones", "/puskesos?lewat=ya"),
        ("of a field", "/puskesos?bidang=perumahan"),
        ("ended ones", "/puskesos?daftar=selesai"),
        ("database, newest", "/puskesos/cari"),
        ("frequent word", "cari:kata=bantuan"),
        ("rare word", "cari:kata=kata777"),
        ("three words", "cari:kata=bantuan anak rumah"),
        ("rare together", "cari:kata=bantuan kata778"),
        (
            "word, field, open",
            "cari:kata=beras&bidang=sosial&daftar=terbuka",
        ),
    ];
    let pages = pages.map(|(what, path)| (what.to_owned(), path.to_owned()));
    pages.into_iter().chain(work).collect()
}

/// Reads pages as one person.
fn reads(server: &Server, who: &str) {
    let mut browser = Browser::sign_in(server.address, who, PASSWORD);
    println!("  {who}");
    let mut pages = lists(&mut browser);
    if who != "petugas" {
        let boards = [
            ("board", "/puskesos/papan"),
            ("trend", "/puskesos/papan/tren"),
        ];
        pages.extend(boards.map(|(what, path)| (what.to_owned(), path.to_owned())));
    }
    for (what, path) in pages {
        let reads = if what == "trend" { READS / 10 } else { READS };
        let each = (0..reads).map(|_| read(&mut browser, &path).0);
        tell(&what, each.collect());
    }
}

fn tell(what: &str, mut each: Vec<Duration>) {
    each.sort();
    println!(
        "    {what:<24} p50 {:>7.2} ms   p95 {:>7.2} ms",
        percentile(&each, 0.5),
        percentile(&each, 0.95)
    );
}

/// Two hundred officers at their desks: each opens a page, looks at it for a while, opens the next.
/// They do not wait for each other, so a slow answer does not lessen what is asked meanwhile.
fn desks(server: &Server, stage: &Stage) {
    let ready = Barrier::new(DESKS + 1);
    let parts = thread::scope(|scope| {
        let parts: Vec<_> = (0..DESKS)
            .map(|n| {
                let ready = &ready;
                scope.spawn(move || {
                    let mut browser = Browser::sign_in(server.address, &desk_login(n), PASSWORD);
                    let pages = lists(&mut browser);
                    ready.wait();
                    desk(&mut browser, n as u64, &pages)
                })
            })
            .collect();
        ready.wait();
        let cpu = || [server.cpu(), stage.database_cpu(), cpu_of("self")];
        let (start, before) = (now(), cpu());
        let parts: Vec<_> = parts
            .into_iter()
            .map(|part| part.join().expect("an officer"))
            .collect();
        let (wall, after) = (start.elapsed().as_secs_f64(), cpu());
        let pages = DESKS as f64 * ROUNDS as f64;
        let each = |n: usize| (after[n] - before[n]).as_secs_f64() * 1e3 / pages;
        println!(
            "  {DESKS} desks at once: {:.0} pages/s; CPU of a page: server {:.2} ms, \
             database's own {:.2} ms, the load driver apart {:.2} ms",
            pages / wall,
            each(0),
            each(1),
            each(2)
        );
        parts
    });
    let mut by_page = BTreeMap::<String, Vec<Duration>>::new();
    for (what, taken) in parts.into_iter().flatten() {
        by_page.entry(what).or_default().push(taken);
    }
    let all = by_page.values().flatten().copied().collect();
    for (what, each) in by_page {
        tell(&what, each);
    }
    tell("all of them", all);
}

/// One officer's pages, one after the other, each with what it took.
fn desk(browser: &mut Browser, n: u64, pages: &[(String, String)]) -> Vec<(String, Duration)> {
    let start = now();
    let rounds = (0..ROUNDS).map(|round| {
        // Anywhere within the round, by a step that visits all places.
        let within = (n * 7_919 + round * 104_729) % LOOK_MS;
        let due = Duration::from_millis(round * LOOK_MS + within);
        thread::sleep(due.saturating_sub(start.elapsed()));
        let (what, path) = &pages[(n + round) as usize % pages.len()];
        (what.clone(), read(browser, path).0)
    });
    rounds.collect()
}
