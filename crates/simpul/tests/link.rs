//! `simpul link` as people run it.

use std::path::Path;
use std::process::{Command, Output};

const FILE: &str = "rec_id,nik,kk,nama,nama_ibu,jk,tgl_lahir,tempat_lahir,kode_desa,alamat,telepon\n\
    1,3204125201900003,3204120101200001,Siti Aminah,Sumiati,P,1990-01-12,Soreang,3204122001,Jl. Melati,\n\
    2,3204125201900003,3204120101200001,\"St. Aminah, S.Pd\",,P,1990-01-12,Soreang,3204122001,Jl. Melati,\n\
    \"tiga, 3\",3204121507850001,3204120101200002,Bambang Sutrisno,Kartini,L,1985-07-15,Garut,3204122001,Jl. Mawar,\n";

fn simpul(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_simpul"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("the program starts")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_file_becomes_pairs_clusters_and_a_report() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("in.csv"), FILE).unwrap();
    let done = simpul(
        folder.path(),
        &[
            "link",
            "dedupe",
            "in.csv",
            "--pairs",
            "p.csv",
            "--clusters",
            "c.csv",
            "--report",
            "r.html",
        ],
    );
    assert!(done.status.success(), "{}", said(&done));
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let pairs = read("p.csv");
    let mut lines = pairs.lines();
    assert_eq!(
        lines.next().unwrap(),
        "rec_id_l,rec_id_r,probability,weight,nik,kk,nama,nama_ibu,jk,tgl_lahir,tempat_lahir,kode_desa,alamat,telepon"
    );
    let pair: Vec<&str> = lines.next().unwrap().split(',').collect();
    assert_eq!(&pair[..2], ["1", "2"]);
    assert!(pair[2].parse::<f64>().unwrap() > 0.9);
    assert_eq!(
        &pair[4..],
        [
            "equal", "equal", "equal", "", "equal", "equal", "equal", "equal", "equal", ""
        ]
    );
    assert_eq!(lines.next(), None);
    assert_eq!(
        read("c.csv"),
        "rec_id,cluster_id\n1,1\n2,1\n\"tiga, 3\",\"tiga, 3\"\n"
    );
    assert!(read("r.html").contains("Bobot bukti"));
    assert!(
        !folder.path().join("simpul.keys").exists(),
        "it needs no keys"
    );
}

#[test]
fn two_files_are_matched() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.csv"), FILE).unwrap();
    let other = FILE
        .replace("\n2,", "\nb2,")
        .replace("\n1,", "\nb1,")
        .replace("tiga", "lain");
    std::fs::write(folder.path().join("b.csv"), other).unwrap();
    let done = simpul(
        folder.path(),
        &["link", "match", "a.csv", "b.csv", "--pairs", "p.csv"],
    );
    assert!(done.status.success(), "{}", said(&done));
    let pairs = std::fs::read_to_string(folder.path().join("p.csv")).unwrap();
    assert!(pairs.contains("\"tiga, 3\",\"lain, 3\","), "{pairs}");
    assert!(!pairs.contains("\n1,2,"), "pairs go across: {pairs}");
}

#[test]
fn what_is_wrong_is_said_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("in.csv", FILE);
    write("empty.csv", "");
    write("none.csv", "rec_id,nama\n");
    write("no-id.csv", "nama\nSiti\n");
    write(
        "wrong.toml",
        "id = 'rec_id'\nblock = ['x']\n[[column]]\nname = 'nama'\nkind = 'name'\n",
    );
    let out = ["--pairs", "p.csv", "--clusters", "c.csv"];
    for (arguments, expected) in [
        (vec!["absent.csv"], "cannot read absent.csv"),
        (
            vec!["empty.csv"],
            "empty.csv: the file has no column \"rec_id\"",
        ),
        (vec!["none.csv"], "none.csv: no records below the heading"),
        (
            vec!["no-id.csv"],
            "no-id.csv: the file has no column \"rec_id\"",
        ),
        (
            vec!["in.csv", "--schema", "wrong.toml"],
            "wrong.toml: the schema: block rule \"x\"",
        ),
        (vec!["in.csv", "--threshold", "1"], "between 0 and 1"),
    ] {
        let all: Vec<&str> = ["link", "dedupe"]
            .into_iter()
            .chain(arguments)
            .chain(out)
            .collect();
        let done = simpul(folder.path(), &all);
        assert!(!done.status.success());
        assert!(
            said(&done).contains(expected),
            "{} says {expected}",
            said(&done)
        );
        assert!(!folder.path().join("p.csv").exists() && !folder.path().join("c.csv").exists());
    }
}
