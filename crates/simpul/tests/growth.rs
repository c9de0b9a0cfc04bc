//! `simpul growth` as people call it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const CHILDREN: &str = "../../data/real-children/measurements.csv";
const HEAD: &str = "id,sex,age_days,weight_kg,lenhei_cm";

fn simpul(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simpul"));
    command.current_dir(folder).arg("growth");
    command
}

fn run(command: &mut Command) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (status.code().expect("a status"), text(stdout), text(stderr))
}

fn children() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(CHILDREN)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let name = |entry: fs::DirEntry| entry.file_name().into_string().expect("a name");
    entries.map(|entry| name(entry.expect("a file"))).collect()
}

#[test]
fn the_real_children_are_scored_into_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut assess = simpul(folder.path());
    assess
        .arg("assess")
        .arg(children())
        .args(["--output", "z.csv"]);
    assert_eq!(run(&mut assess), (0, String::new(), String::new()));
    let scored = fs::read_to_string(folder.path().join("z.csv")).unwrap();
    assert_eq!(scored.lines().count(), 401);
    assert!(scored.starts_with("id,zlen,zwei,zwfl,zbmi,zhc,zac,flen,"));
    // The same through the pipes, over a file that is there already.
    let mut piped = simpul(folder.path());
    piped.args(["assess", "-", "--output", "-"]);
    piped.stdin(Stdio::from(fs::File::open(children()).unwrap()));
    assert_eq!(run(&mut piped), (0, scored, String::new()));
    assert_eq!(run(&mut assess).0, 0);
    assert_eq!(names(folder.path()), ["z.csv"]);
}

#[test]
fn the_real_children_are_summed_up_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    for (lang, first) in [("id", "Anak: 400\n"), ("en", "Children: 400\n")] {
        let mut summary = simpul(folder.path());
        summary
            .arg("summary")
            .arg(children())
            .args(["--lang", lang]);
        let (status, text, errors) = run(&mut summary);
        assert_eq!((status, errors.as_str()), (0, ""));
        assert!(text.starts_with(first), "{text}");
    }
}

#[test]
fn bad_rows_are_named_and_the_rest_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let rows = [
        HEAD,
        "a,1,300,7.3,69.1",
        "b,3,300,7.3,69.1",
        "c,1,300,7.3,69.1",
    ];
    fs::write(folder.path().join("in.csv"), rows.join("\n")).unwrap();
    let mut assess = simpul(folder.path());
    assess.args(["assess", "in.csv", "-o", "out.csv"]);
    let (status, output, errors) = run(&mut assess);
    assert_eq!((status, output.as_str()), (1, ""));
    assert_eq!(
        errors,
        "line 3: sex: must be 1 (boy) or 2 (girl)\n\
         1 of 3 rows left out; mend the lines named above and run again\n"
    );
    let written = fs::read_to_string(folder.path().join("out.csv")).unwrap();
    let ids: Vec<&str> = written.lines().map(|line| &line[..2]).collect();
    assert_eq!(ids, ["id", "a,", "c,"]);
    let (status, _, errors) = run(simpul(folder.path()).args(["summary", "in.csv"]));
    assert_eq!(status, 1);
    assert!(errors.starts_with("line 3: sex:"));
}

#[test]
fn a_file_that_cannot_be_used_is_named_and_nothing_is_half_written() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("empty.csv"), "").unwrap();
    fs::write(folder.path().join("wrong.csv"), "id,sex\n").unwrap();
    fs::write(folder.path().join("keep.csv"), "kept").unwrap();
    let before = names(folder.path()).len();
    for (args, said) in [
        (["none.csv", "-o", "keep.csv"], "cannot read none.csv"),
        (
            ["empty.csv", "-o", "keep.csv"],
            "empty.csv: the file is empty",
        ),
        (
            ["wrong.csv", "-o", "keep.csv"],
            "wrong.csv: line 1: the column weight_kg is missing",
        ),
        ([".", "-o", "keep.csv"], "cannot read .: "),
        (["wrong.csv", "-o", "no/out.csv"], "cannot write no/out.csv"),
        (["wrong.csv", "-o", "."], "cannot write .: "),
    ] {
        let (status, output, errors) = run(simpul(folder.path()).arg("assess").args(args));
        assert_eq!((status, output.as_str()), (1, ""), "{said}");
        assert!(errors.contains(said), "{errors}");
    }
    assert_eq!(names(folder.path()).len(), before);
    assert_eq!(fs::read(folder.path().join("keep.csv")).unwrap(), b"kept");
}

/// A limit on the size of files stands in for a full disk.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_old_file_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("z.csv"), "kept").unwrap();
    let mut limited = Command::new("bash");
    limited.current_dir(folder.path()).args([
        "-c",
        "trap '' XFSZ; ulimit -f 4; exec \"$0\" growth assess \"$1\" -o z.csv",
        env!("CARGO_BIN_EXE_simpul"),
    ]);
    let (status, _, errors) = run(limited.arg(children()));
    assert_eq!(status, 1);
    assert!(
        errors.contains("cannot write") && errors.contains("z.csv"),
        "{errors}"
    );
    assert_eq!(names(folder.path()), ["z.csv"]);
    assert_eq!(fs::read(folder.path().join("z.csv")).unwrap(), b"kept");
}
