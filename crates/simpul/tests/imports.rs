//! `simpul import` as people call it: whole lists, in memory that does not grow with them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use rust_xlsxwriter::Workbook;
use simpul::cli::Place;
use simpul_db::{args, statements};

const ROWS: usize = 100_000;
const MIB: u64 = 1 << 20;
const HEAD: [&str; 9] = [
    "No. KK",
    "NIK",
    "Nama Lengkap",
    "JK",
    "Tanggal Lahir",
    "Hubungan Keluarga",
    "Nama Ibu",
    "Alamat",
    "RT",
];

statements! {
    MAKE_USER: system("a test") =
        "insert into users (id, login, name, password, role, area, active, created_at)
         values ($1, 'petugas', 'Uji', '', 'petugas', '1810012006', true, 0)";
}

/// A data folder with a database and one officer of the desk.
struct Desk(tempfile::TempDir);

impl Desk {
    fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let place = Place {
            data: folder.path().to_owned(),
            database: None,
        };
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            let app = place.open_quietly().await.expect("a database");
            let mut tx = app.db().begin().await.expect("a transaction");
            tx.exec(&MAKE_USER, args![[1_u8; 16]])
                .await
                .expect("a user");
            tx.commit().await.expect("a user");
            app.db().close().await;
        });
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn import(&self, file: &Path, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_simpul"));
        command.arg("--data").arg(self.0.path());
        command.args(["import", "people"]).arg(file);
        command.args(["--as", "petugas", "--lang", "en"]).args(more);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

/// Row `n`: a family of four every four rows; three of them without a neighbour's name.
fn row(n: usize) -> [String; 9] {
    const NAMES: [&str; 8] = [
        "SLAMET", "SITI", "AGUS", "DEWI", "BUDI", "SRI", "JOKO", "NUR",
    ];
    const RELATIONS: [&str; 4] = ["KEPALA KELUARGA", "ISTRI", "ANAK", "ANAK"];
    let (family, member) = (n / 4, n % 4);
    let female = member % 2;
    let (day, month, year) = (1 + n % 28, 1 + n / 28 % 12, 60 + n / 336 % 30);
    let serial = 1 + n / 10_080;
    let name = |n: usize| format!("{} {} {n}", NAMES[n % 8], NAMES[n / 8 % 8]);
    [
        format!("1810010101{:06}", 100_000 + family),
        format!("181001{:02}{month:02}{year}{serial:04}", day + 40 * female),
        name(n),
        ["L", "P"][female].to_owned(),
        format!("{day:02}-{month:02}-19{year}"),
        RELATIONS[member].to_owned(),
        name(n + 13),
        format!("JL. MAWAR NO. {family}"),
        format!("{:03}", 1 + family % 12),
    ]
}

fn csv(rows: usize) -> String {
    let mut text = HEAD.join(";");
    for n in 0..rows {
        write!(text, "\n{}", row(n).join(";")).expect("a String takes all text");
    }
    text
}

fn xlsx(path: &Path, rows: usize) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    // A letterhead stands above the names of the columns.
    sheet.write(0, 0, "DAFTAR PENDUDUK").expect("a cell");
    for (at, cells) in [HEAD.map(str::to_owned)]
        .into_iter()
        .chain((0..rows).map(row))
        .enumerate()
    {
        for (column, cell) in (0..).zip(cells) {
            sheet.write(at as u32 + 2, column, cell).expect("a cell");
        }
    }
    book.save(path).expect("a file");
}

fn ended(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code().expect("a status"),
        text(&output.stdout),
        text(&output.stderr),
    )
}

/// The most memory a process has held, read until it ends.
#[cfg(target_os = "linux")]
fn peak(mut child: Child) -> (u64, Output) {
    let mut peak = 0;
    while child.try_wait().expect("a process").is_none() {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id()));
        let held = status.ok().and_then(|status| {
            let line = status
                .lines()
                .find_map(|line| line.strip_prefix("VmHWM:"))?;
            line.trim().trim_end_matches(" kB").parse::<u64>().ok()
        });
        peak = held.unwrap_or(0).max(peak);
        std::thread::sleep(Duration::from_millis(5));
    }
    (peak * 1024, child.wait_with_output().expect("its output"))
}

#[cfg(target_os = "linux")]
#[test]
fn a_hundred_thousand_rows_of_csv_pass_in_flat_memory() {
    let desk = Desk::open();
    fs::write(desk.path("warga.csv"), csv(ROWS)).unwrap();
    let (held, output) = peak(
        desk.import(&desk.path("warga.csv"), &["--apply"])
            .spawn()
            .unwrap(),
    );
    let (status, said, errors) = ended(&output);
    assert_eq!(status, 0, "{said}{errors}");
    assert!(
        said.starts_with("100000 rows read. New 100000, changed 0,"),
        "{said}"
    );
    assert!(held < 100 * MIB, "{} MiB", held / MIB);
    println!("csv: {} MiB", held / MIB);
}

#[cfg(target_os = "linux")]
#[test]
fn a_hundred_thousand_rows_of_xlsx_pass_in_flat_memory() {
    let desk = Desk::open();
    xlsx(&desk.path("warga.xlsx"), ROWS);
    let (held, output) = peak(
        desk.import(&desk.path("warga.xlsx"), &["--apply"])
            .spawn()
            .unwrap(),
    );
    let (status, said, errors) = ended(&output);
    assert_eq!(status, 0, "{said}{errors}");
    assert!(
        said.starts_with("100000 rows read. New 100000, changed 0,"),
        "{said}"
    );
    assert!(held < 150 * MIB, "{} MiB", held / MIB);
    println!("xlsx: {} MiB", held / MIB);
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_of_two_gigabytes_costs_no_memory() {
    let desk = Desk::open();
    // Holes only, and text that never ends a row.
    let hollow = fs::File::create(desk.path("hollow.csv")).unwrap();
    hollow.set_len(2 << 30).unwrap();
    let mut endless = csv(2) + "\n\"";
    endless.push_str(&"x".repeat(1 << 20));
    fs::write(desk.path("endless.csv"), endless).unwrap();
    let file = fs::File::options()
        .write(true)
        .open(desk.path("endless.csv"))
        .unwrap();
    file.set_len(64 << 20).unwrap();
    for (name, reason) in [
        ("hollow.csv", "neither CSV nor xlsx"),
        ("endless.csv", "neither CSV nor xlsx"),
    ] {
        let (held, output) = peak(desk.import(&desk.path(name), &["--apply"]).spawn().unwrap());
        let (status, said, errors) = ended(&output);
        assert_eq!((status, said.as_str()), (1, ""));
        assert!(errors.contains(name) && errors.contains(reason), "{errors}");
        assert!(held < 60 * MIB, "{} MiB", held / MIB);
    }
}

#[test]
fn a_list_is_shown_then_saved_with_a_report_that_names_nobody() {
    let desk = Desk::open();
    let mut text = csv(6);
    text.push_str("\n1810010101100009;18100101019O0001;NAMA RAHASIA;L;01-01-1990;ANAK;;;\n");
    fs::write(desk.path("warga.csv"), text).unwrap();
    let report = desk.path("laporan.csv");
    let report_option = ["--report", report.to_str().unwrap()];
    let run = |more: &[&str]| {
        let mut command = desk.import(&desk.path("warga.csv"), more);
        ended(&command.args(report_option).output().unwrap())
    };
    let (status, said, errors) = run(&[]);
    assert_eq!(status, 1, "{errors}");
    assert_eq!(
        said,
        "Row 8, nik: This number may hold digits alone.\n\
         7 rows read. New 6, changed 0, unchanged 0, to be checked 0, to be mended 1.\n\
         Nothing was saved. Run again with --apply to save what is new and changed.\n"
    );
    let (_, said, _) = run(&["--apply"]);
    assert!(said.ends_with("\n6 rows saved.\n"), "{said}");
    let written = fs::read_to_string(&report).unwrap();
    let lines: Vec<&str> = written.lines().collect();
    assert_eq!(lines[0], "row,verdict,column,reason");
    assert_eq!(lines[1], "2,New,,");
    assert!(lines[7].starts_with("8,To be mended,nik,"));
    for secret in ["RAHASIA", "1810010101", "18100101"] {
        assert!(!written.contains(secret) && !said.contains(secret));
    }
    let (_, said, _) = run(&["--apply"]);
    assert!(
        said.contains("unchanged 6") && said.ends_with("\n0 rows saved.\n"),
        "{said}"
    );
}

#[test]
fn what_cannot_be_done_is_said_with_what_to_do() {
    let desk = Desk::open();
    fs::write(desk.path("warga.csv"), csv(3)).unwrap();
    fs::write(desk.path("salah.toml"), "[columns]\nnik = 3").unwrap();
    let file = desk.path("warga.csv");
    let mapping = desk.path("salah.toml");
    let refused = |command: &mut Command| {
        let (status, said, errors) = ended(&command.output().unwrap());
        assert_eq!((status, said.as_str()), (1, ""), "{errors}");
        errors
    };
    let errors = refused(&mut desk.import(&desk.path("tidak-ada.csv"), &[]));
    assert!(
        errors.contains("tidak-ada.csv: The file is not there."),
        "{errors}"
    );
    let errors = refused(&mut desk.import(&file, &["--mapping", mapping.to_str().unwrap()]));
    assert!(errors.contains("mapping file cannot be read"), "{errors}");
    let errors = refused(&mut desk.import(&file, &["--report", "/tidak/ada/r.csv"]));
    assert!(errors.contains("cannot write /tidak/ada/r.csv"), "{errors}");
    let errors = refused(&mut desk.import(&file, &["--synthetic"]));
    assert!(errors.contains("holds real people"), "{errors}");
    let mut stranger = Command::new(env!("CARGO_BIN_EXE_simpul"));
    stranger.arg("--data").arg(desk.0.path());
    stranger.args(["import", "people"]).arg(&file);
    let errors = refused(stranger.args(["--as", "orang.lain"]));
    assert!(errors.contains("Tidak ada pengguna aktif"), "{errors}");
}

#[test]
fn a_database_that_is_away_is_said_so() {
    let desk = Desk::open();
    fs::write(desk.path("warga.csv"), csv(3)).unwrap();
    let mut away = desk.import(&desk.path("warga.csv"), &["--apply"]);
    // Nothing listens on port 1.
    away.args(["--database", "postgres://simpul@127.0.0.1:1/simpul"]);
    let (status, said, errors) = ended(&away.output().unwrap());
    assert_eq!((status, said.as_str()), (1, ""));
    assert!(
        errors.contains("the database cannot be reached"),
        "{errors}"
    );
}

/// A limit on the size of files stands in for a full disk.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_nothing_half_written() {
    let desk = Desk::open();
    fs::write(desk.path("warga.csv"), csv(3000)).unwrap();
    let size = |name: &str| fs::metadata(desk.path(name)).map_or(0, |file| file.len());
    let room = (size("simpul.db") + (256 << 10)) / 1024;
    let mut limited = Command::new("bash");
    limited
        .arg("-c")
        .arg(format!("trap '' XFSZ; ulimit -f {room}; exec \"$@\""))
        .arg("bash");
    let import = desk.import(&desk.path("warga.csv"), &["--apply", "--report"]);
    limited
        .arg(import.get_program())
        .args(import.get_args())
        .arg(desk.path("r.csv"));
    let (status, said, errors) = ended(&limited.output().unwrap());
    assert_eq!(status, 1, "{said}");
    assert!(
        errors.contains("disk") || errors.contains("database"),
        "{errors}"
    );
    assert!(!desk.path("r.csv").exists(), "no half report");
    // With room again, the same call goes on, and every row is there once.
    let mut again = desk.import(&desk.path("warga.csv"), &["--apply"]);
    let (status, said, errors) = ended(&again.output().unwrap());
    assert_eq!(status, 0, "{errors}");
    assert!(said.starts_with("3000 rows read."), "{said}");
    let mut known = desk.import(&desk.path("warga.csv"), &[]);
    let (_, said, _) = ended(&known.output().unwrap());
    assert!(said.contains("unchanged 3000"), "{said}");
}
