//! A million cases in the database of one kabupaten: what lists, searches and boards cost through
//! HTTP, for the secretariat, a kecamatan and a desk. Target: p95 of 50 ms for lists and searches.

mod support;

use std::time::Duration;

use simpul::access::{NewUser, Role};
use simpul::platform::App;
use simpul_db::{Engine, OnConflict, Value, args};
use simpul_identity::{AreaCode, RegionCode, region};

use support::browser::Browser;
use support::{PASSWORD, Server, Stage, now, percentile, user, users};

const CASES: u64 = 1_000_000;
/// Families to whom they belong.
const FAMILIES: u64 = 20_000;
/// One of so many cases is open.
const OPEN: u64 = 25;
/// Rows of one transaction.
const AT_ONCE: u64 = 10_000;
const READS: usize = 100;
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
         "due_at", "kind", "lane", "tier", "field", "alone"];
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
            "  {CASES} cases written in {:.0} s",
            start.elapsed().as_secs_f64()
        );
        let server = Server::start(stage.program());
        for who in ["manajer", "supervisor", "petugas"] {
            reads(&server, who);
        }
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
    users(&app, &staff).await;
    let areas: Vec<String> = villages.iter().map(|code| post_of(*code)).collect();
    families(&app, &areas).await;
    for first in (0..CASES).step_by(AT_ONCE as usize) {
        some_cases(&app, &areas, first..first + AT_ONCE).await;
    }
    app.db().close().await;
}

fn post_of(village: RegionCode) -> String {
    AreaCode::post(village, 1).expect("a post").to_string()
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
    let (mut cases, mut words) = (Vec::new(), Vec::new());
    for n in numbers {
        let case = Case::of(n, areas, end);
        cases.push(case.row());
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
            opened: end - SPAN_MS + (n as i64) * (SPAN_MS / CASES as i64),
            end,
        }
    }

    fn row(&self) -> [Value; 21] {
        let n = self.n;
        // Open ones are spread over time and villages; each has a lane of its own.
        let open = (n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40).is_multiple_of(OPEN);
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
        let lane = if open { format!("{n}") } else { String::new() };
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
            "desa",
            field,
            false
        ]
    }
}

/// Reads pages as one person.
fn reads(server: &Server, who: &str) {
    let mut browser = Browser::sign_in(server.address, who, PASSWORD);
    println!("  {who}");
    let deep = {
        let text = browser.get("/puskesos").text;
        let start = text.split("setelah=").nth(1).unwrap_or_default();
        start.split('"').next().unwrap_or_default().to_owned()
    };
    let mut pages = vec![
        ("list of open cases", "/puskesos".to_owned()),
        ("its second page", format!("/puskesos?setelah={deep}")),
        ("late ones", "/puskesos?lewat=ya".to_owned()),
        ("of a field", "/puskesos?bidang=perumahan".to_owned()),
        ("work: to be verified", "/puskesos?kerja=periksa".to_owned()),
        ("ended ones", "/puskesos?daftar=selesai".to_owned()),
        ("database, newest", "/puskesos/cari".to_owned()),
        ("frequent word", "cari:kata=bantuan".to_owned()),
        ("rare word", "cari:kata=kata777".to_owned()),
        ("three words", "cari:kata=bantuan+anak+rumah".to_owned()),
        ("rare together", "cari:kata=bantuan+kata778".to_owned()),
        (
            "word, field, open",
            "cari:kata=beras&bidang=sosial&daftar=terbuka".to_owned(),
        ),
        ("board", "/puskesos/papan".to_owned()),
        ("trend", "/puskesos/papan/tren".to_owned()),
    ];
    if who == "petugas" {
        pages.truncate(pages.len() - 2);
    }
    for (what, path) in pages {
        let reads = if what == "trend" { READS / 10 } else { READS };
        let mut each: Vec<Duration> = (0..reads)
            .map(|_| {
                let begun = now();
                let answer = match path.strip_prefix("cari:") {
                    Some(asked) => {
                        let fields = asked.split('&').filter_map(|pair| pair.split_once('='));
                        let fields: Vec<_> = fields.collect();
                        browser.post("/puskesos/cari", &fields)
                    }
                    None => browser.get(&path),
                };
                assert_eq!(answer.status, 200, "{path}");
                begun.elapsed()
            })
            .collect();
        each.sort();
        println!(
            "    {what:<24} p50 {:>7.2} ms   p95 {:>7.2} ms",
            percentile(&each, 0.5),
            percentile(&each, 0.95)
        );
    }
}
