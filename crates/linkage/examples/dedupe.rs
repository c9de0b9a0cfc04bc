//! `dedupe IN.csv PAIRS.csv CLUSTERS.csv [SCHEMA.toml] [RIGHT.csv]`: the engine alone, to measure it.

use std::fs::File;
use std::io::{BufWriter, Write as _};

use simpul_linkage::{Linkage, Options, Quit, Schema, Table};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, pairs, clusters, rest @ ..] = &arguments[..] else {
        return Err("IN.csv PAIRS.csv CLUSTERS.csv [SCHEMA.toml] [RIGHT.csv]".into());
    };
    let schema = match rest.first() {
        Some(path) => Schema::parse(&std::fs::read_to_string(path)?)?,
        None => Schema::standard(),
    };
    let mut table = Table::new(schema);
    table.read(File::open(input)?, |_| Quit::No)?;
    if let Some(right) = rest.get(1) {
        table.begin_right();
        table.read(File::open(right)?, |_| Quit::No)?;
    }
    let options = Options {
        threshold: std::env::var("THRESHOLD").map_or(Ok(0.5), |t| t.parse())?,
        ..Options::default()
    };
    let found = Linkage::find(table, &options, |_| Quit::No)?;
    let mut out = BufWriter::new(File::create(pairs)?);
    writeln!(out, "rec_id_l,rec_id_r,probability,weight")?;
    let id = |record| String::from_utf8_lossy(found.table.id(record));
    for pair in &found.pairs {
        let (left, right) = (id(pair.left), id(pair.right));
        write!(
            out,
            "{left},{right},{:.6},{:.3}",
            pair.probability, pair.weight
        )?;
        for evidence in found.evidence(pair) {
            write!(out, ",{}", evidence.level.unwrap_or(""))?;
        }
        writeln!(out)?;
    }
    out.flush()?;
    let mut out = BufWriter::new(File::create(clusters)?);
    writeln!(out, "rec_id,cluster_id")?;
    for record in 0..found.table.len() {
        writeln!(
            out,
            "{},{}",
            id(record),
            id(found.clusters[record] as usize)
        )?;
    }
    out.flush()?;
    println!(
        "{} records, {} compared, {} pairs, {} vetoed",
        found.table.len(),
        found.compared,
        found.pairs.len(),
        found.vetoed
    );
    for rule in &found.rules {
        println!("{rule:?}");
    }
    if std::env::var("MODEL").is_ok() {
        println!("{:#?}", found.model);
    }
    Ok(())
}
