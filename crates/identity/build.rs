//! Packs the region tables and the small data tables into what the crate embeds.
//!
//! A packed table is: number of rows (u32, little endian), the distances between the sorted codes
//! as LEB128, the names joined by line feeds; deflated.

use std::{
    env, fs,
    io::{Read, Write},
    path::{Path, PathBuf},
};

use flate2::{Compression, read::GzDecoder, write::DeflateEncoder};

fn main() {
    let data =
        PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo")).join("../../data");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("set by cargo"));
    println!("cargo::rerun-if-changed=build.rs");
    for folder in ["wilayah", "names"] {
        println!("cargo::rerun-if-changed={}", data.join(folder).display());
    }
    for level in ["provinsi", "kabkota", "kecamatan", "desa"] {
        let packed = pack(&regions(&data.join("wilayah"), level));
        fs::write(out.join(level).with_extension("z"), packed).expect("OUT_DIR is writable");
    }
    for (file, tables) in [
        (
            "region.rs",
            &[
                ("ZONES", "wilayah/zona.csv", 2),
                ("LABELS", "wilayah/sebutan.csv", 3),
                ("HISTORIC_PROVINCES", "wilayah/provinsi-lama.csv", 1),
            ][..],
        ),
        (
            "name.rs",
            &[
                ("TITLES", "names/titles.csv", 2),
                ("CLASSES", "names/classes.csv", 2),
                ("JOINED", "names/joined.csv", 1),
                ("LETTERS", "names/letters.csv", 3),
            ][..],
        ),
    ] {
        let tables = tables
            .iter()
            .map(|(name, csv, columns)| small_table(name, &data.join(csv), *columns));
        fs::write(out.join(file), tables.collect::<String>()).expect("OUT_DIR is writable");
    }
}

/// Code without dots and name of every region of a level, as in the file: sorted.
fn regions(folder: &Path, level: &str) -> Vec<(u64, String)> {
    let plain = folder.join(level).with_extension("csv");
    let text = if plain.exists() {
        fs::read_to_string(plain).expect("the table is UTF-8")
    } else {
        let packed =
            fs::File::open(folder.join(format!("{level}.csv.gz"))).expect("the table is there");
        let mut text = String::new();
        GzDecoder::new(packed)
            .read_to_string(&mut text)
            .expect("the table is UTF-8");
        text
    };
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.deserialize().map(|row| {
        let (code, name): (String, String) = row.expect("code,name");
        (
            code.replace('.', "")
                .parse()
                .expect("a code is digits and dots"),
            name,
        )
    });
    rows.collect()
}

fn pack(rows: &[(u64, String)]) -> Vec<u8> {
    let mut plain = u32::try_from(rows.len())
        .expect("fewer than 2^32 rows")
        .to_le_bytes()
        .to_vec();
    let mut before = 0;
    for (code, _) in rows {
        let mut distance = code
            .checked_sub(before)
            .filter(|d| *d > 0)
            .expect("codes are sorted");
        before = *code;
        while distance >= 0x80 {
            plain.push((distance & 0x7f) as u8 | 0x80);
            distance >>= 7;
        }
        plain.push(distance as u8);
    }
    let names: Vec<_> = rows.iter().map(|(_, name)| name.as_str()).collect();
    plain.extend(names.join("\n").bytes());
    let mut deflate = DeflateEncoder::new(Vec::new(), Compression::best());
    deflate.write_all(&plain).expect("memory takes every write");
    deflate.finish().expect("memory takes every write")
}

/// A static of the first columns of a CSV file; the others (the source) stay in the file.
fn small_table(name: &str, file: &Path, columns: usize) -> String {
    let mut reader = csv::Reader::from_path(file).expect("the table is there");
    let rows = reader.records().map(|row| {
        let row = row.expect("the table is CSV");
        let cells: Vec<_> = row.iter().take(columns).collect();
        assert_eq!(cells.len(), columns, "{name}: {row:?}");
        format!("    {cells:?},\n")
    });
    format!(
        "pub(super) static {name}: &[[&str; {columns}]] = &[\n{}];\n",
        rows.collect::<String>()
    )
}
