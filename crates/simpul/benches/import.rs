//! Rows a second of `simpul import people`, preview and apply, csv and xlsx, beside the bare limit:
//! the same rows inserted into one table by transactions of the same size.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use jiff::civil::{Date, date};
use rust_xlsxwriter::Workbook;
use simpul::access::{Role, scope_of_login};
use simpul::platform::App;
use simpul::registry::{compared_persons, live_register};
use simpul_db::{Engine, Migration, OnConflict, Value};
use simpul_identity::{AreaCode, RegionCode, region};
use simpul_synth::{ROSTER_COLUMNS, Village, roster_rows};

use support::{Cost, Stage, cpu_of, now, percentile};

const ROWS: usize = 100_000;
const VILLAGES: usize = 10;
/// Kabupaten Bandung has more kecamatan than this bench has villages.
const KABUPATEN: &str = "3204";
const DAY: Date = date(2025, 12, 1);
const LOGIN: &str = "manajer";
/// Rows of one transaction, as the import applies them.
const TOGETHER: usize = 200;

simpul_db::bulk! {
    BARE = "bare_roster" [
        "line", "no_kk", "nik", "nama_lengkap", "jenis_kelamin", "tempat_lahir", "tanggal_lahir",
        "nama_ibu_kandung", "hubungan_keluarga", "status_perkawinan", "alamat", "kode_wilayah",
        "dusun", "rt", "rw", "posyandu", "desil", "program",
    ];
}

const BARE_TABLE: &[Migration] = &[Migration {
    number: 1,
    name: "bare_roster",
    sql:
        "create table bare_roster (line bigint primary key, no_kk text not null, nik text not null,
          nama_lengkap text not null, jenis_kelamin text not null, tempat_lahir text not null,
          tanggal_lahir text not null, nama_ibu_kandung text not null,
          hubungan_keluarga text not null, status_perkawinan text not null, alamat text not null,
          kode_wilayah text not null, dusun text not null, rt text not null, rw text not null,
          posyandu text not null, desil text not null, program text not null);",
}];

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = write_rosters(folder.path());
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let limit = bare(engine, &files[0]).await;
        for file in &files {
            let stage = Stage::empty(engine).await;
            let app = stage.app().await;
            let kabupaten = AreaCode::parse(KABUPATEN).expect("a kabupaten");
            support::users(&app, &[support::user(Role::Manajer, kabupaten, LOGIN)]).await;
            app.db().close().await;
            for (step, apply) in [("preview", None), ("apply", Some("--apply"))] {
                let cost = support::run(import(&stage, file).args(apply));
                assert!(cost.said.contains(" rows read"), "the import read its file");
                let kind = file
                    .extension()
                    .and_then(|kind| kind.to_str())
                    .unwrap_or("");
                tell(&format!("{kind} {step}"), &cost, limit);
                let said = cost.said.lines().filter(|line| line.contains(" rows "));
                said.for_each(|line| println!("    {line}"));
            }
            live(&stage.app().await).await;
        }
    }
}

/// How soon the register is in memory, and how long somebody who registers a person waits for who
/// is perhaps known.
async fn live(app: &App) {
    let kabupaten = RegionCode::parse(KABUPATEN).expect("a kabupaten");
    let before = resident();
    let start = now();
    while live_register(app, kabupaten)
        .await
        .expect("a database")
        .is_none()
    {}
    let read = start.elapsed();
    let grown = resident() - before;
    let scope = scope_of_login(&mut app.db(), LOGIN).await.expect("a user");
    let asked = compared_persons(&mut app.db(), &scope, app.keys(), None).await;
    let mut each = Vec::new();
    for person in &asked.expect("persons") {
        let start = now();
        let register = live_register(app, kabupaten).await.expect("a database");
        let found = register.expect("in memory").alike(person, 0.01);
        each.push(start.elapsed());
        found.expect("an answer");
    }
    each.sort_unstable();
    println!(
        "  live register   read in {:.1} s, {grown:.0} MiB; asked p50 {:.2} ms, p95 {:.2} ms",
        read.as_secs_f64(),
        percentile(&each, 0.5),
        percentile(&each, 0.95),
    );
}

/// MiB of this process.
fn resident() -> f64 {
    let memory = support::memory_of(std::process::id());
    memory.expect("a running process").now
}

fn import(stage: &Stage, file: &Path) -> Command {
    let mut command = stage.program();
    command.args(["import", "people"]).arg(file);
    command.args(["--as", LOGIN, "--synthetic", "--lang", "en"]);
    command.args(["--data-date", &DAY.to_string()]);
    command
}

/// The same rows as csv and as xlsx: villages of one kabupaten, each in a kecamatan of its own.
fn write_rosters(folder: &Path) -> [PathBuf; 2] {
    let files = ["csv", "xlsx"].map(|kind| folder.join("warga").with_extension(kind));
    let mut csv = csv::Writer::from_path(&files[0]).expect("a file");
    let mut workbook = Workbook::new();
    let sheet = workbook
        .add_worksheet_with_constant_memory()
        .expect("a sheet");
    let mut write = |line: usize, row: &[String]| {
        csv.write_record(row).expect("a row");
        for (column, cell) in (0..).zip(row) {
            let line = u32::try_from(line).expect("a sheet's row");
            sheet.write_string(line, column, cell).expect("a cell");
        }
    };
    write(0, &ROSTER_COLUMNS.map(str::to_owned));
    let kabupaten = RegionCode::parse(KABUPATEN).expect("a kabupaten");
    let villages = region::children(kabupaten).filter_map(|kecamatan| {
        let village = region::children(kecamatan.code).next()?;
        Some(village.code)
    });
    let rows = (0..).zip(villages.take(VILLAGES)).flat_map(|(seed, area)| {
        let village = Village::generate(seed, area, ROWS / VILLAGES, DAY).expect("a village");
        roster_rows(&village).collect::<Vec<_>>()
    });
    for (line, row) in (1..).zip(rows.take(ROWS)) {
        write(line, &row);
    }
    csv.flush().expect("a file");
    workbook.save(&files[1]).expect("a file");
    println!("{ROWS} rows of {VILLAGES} villages");
    files
}

/// The bare limit.
async fn bare(engine: Engine, file: &Path) -> Duration {
    let db = support::database(engine, BARE_TABLE).await;
    support::announce(engine, &db).await;
    println!(
        "  {:<16}{:>10}{:>10}{:>10}{:>14}",
        "", "rows/s", "CPU s", "peak MiB", "of the limit"
    );
    let (start, cpu) = (now(), cpu_of("self"));
    let mut rows = csv::Reader::from_path(file)
        .expect("a file")
        .into_records()
        .zip(1_i64..);
    loop {
        let some: Vec<[Value; ROSTER_COLUMNS.len() + 1]> = rows
            .by_ref()
            .take(TOGETHER)
            .map(|(row, line)| {
                let row = row.expect("a row");
                std::array::from_fn(|at| match at {
                    0 => Value::from(line),
                    at => Value::from(&row[at - 1]),
                })
            })
            .collect();
        if some.is_empty() {
            break;
        }
        let mut tx = db.begin().await.expect("a transaction");
        tx.insert(&BARE, some, OnConflict::Fail)
            .await
            .expect("rows");
        tx.commit().await.expect("a commit");
    }
    let cost = Cost {
        wall: start.elapsed(),
        cpu: cpu_of("self").saturating_sub(cpu),
        peak: 0.0,
        said: String::new(),
    };
    tell("bare insert", &cost, cost.wall);
    cost.wall
}

fn tell(what: &str, cost: &Cost, limit: Duration) {
    println!(
        "  {what:<16}{:>10.0}{:>10.2}{:>10.1}{:>13.0}%",
        ROWS as f64 / cost.wall.as_secs_f64(),
        cost.cpu.as_secs_f64(),
        cost.peak,
        limit.as_secs_f64() / cost.wall.as_secs_f64() * 100.0
    );
}
