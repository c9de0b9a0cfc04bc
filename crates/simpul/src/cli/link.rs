//! `simpul link`: double records found in files, without database or keys.

use std::fs::File;
use std::io::{BufWriter, Read as _, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use simpul_linkage::{LinkError, Linkage, Options, Progress, Quit, Schema, Table};

use super::files::{Target, open, shown};
use crate::platform::{AppError, Result};

/// Largest schema file, in bytes.
const LARGEST_SCHEMA: u64 = 1 << 20;

#[derive(Subcommand)]
pub(super) enum Link {
    /// Find the records of one file that are of the same person
    Dedupe {
        /// CSV file of records, `-` for standard input
        input: PathBuf,
        /// File for the clusters: `rec_id, cluster_id`
        #[arg(long)]
        clusters: PathBuf,
        #[command(flatten)]
        common: Common,
    },
    /// Find the records of two files that are of the same person
    Match {
        /// CSV file of records
        left: PathBuf,
        /// Another one, with the same columns
        right: PathBuf,
        #[command(flatten)]
        common: Common,
    },
}

#[derive(Args)]
pub(super) struct Common {
    /// File for the pairs: ids, probability, weight in bits, and the level of each comparison
    #[arg(long)]
    pairs: PathBuf,
    /// TOML file that names other columns, their kinds and the blocking rules
    #[arg(long)]
    schema: Option<PathBuf>,
    /// Probability from which two records count as the same person
    #[arg(long, default_value_t = 0.5, value_parser = probability)]
    threshold: f64,
    /// File for a report: weights, example pairs, what was not compared
    #[arg(long)]
    report: Option<PathBuf>,
    /// Threads; the result is the same for any number
    #[arg(long)]
    threads: Option<NonZero<usize>>,
}

fn probability(text: &str) -> std::result::Result<f64, String> {
    let number: f64 = text
        .replace(',', ".")
        .parse()
        .map_err(|_| "a number such as 0.5")?;
    if number > 0.0 && number < 1.0 {
        Ok(number)
    } else {
        Err("between 0 and 1, both left out".to_owned())
    }
}

/// Runs one of the commands.
pub(super) fn run(command: Link) -> Result<()> {
    match command {
        Link::Dedupe {
            input,
            clusters,
            common,
        } => {
            let mut table = Table::new(schema(common.schema.as_deref())?);
            read(&mut table, &input)?;
            let found = find(table, &common)?;
            let mut target = Target::create(&clusters)?;
            write_clusters(&found, &mut target)?;
            finish(&found, &common, &shown(&input))?;
            target.finish()
        }
        Link::Match {
            left,
            right,
            common,
        } => {
            let mut table = Table::new(schema(common.schema.as_deref())?);
            read(&mut table, &left)?;
            table.begin_right();
            read(&mut table, &right)?;
            let found = find(table, &common)?;
            finish(
                &found,
                &common,
                &format!("{}, {}", shown(&left), shown(&right)),
            )
        }
    }
}

fn schema(path: Option<&Path>) -> Result<Schema> {
    let Some(path) = path else {
        return Ok(Schema::standard());
    };
    let mut text = String::new();
    open(path)?.take(LARGEST_SCHEMA).read_to_string(&mut text)?;
    Schema::parse(&text).map_err(|error| explain(path, &error))
}

/// Reads a file into the table, with a bar while it takes long.
fn read(table: &mut Table, path: &Path) -> Result<()> {
    let size = File::open(path)
        .and_then(|file| file.metadata())
        .map_or(0, |data| data.len());
    let bar = bar(size, "Membaca {bar:30} {bytes} / {total_bytes}");
    let read = table.read(open(path)?, |bytes| {
        bar.set_position(bytes);
        Quit::No
    });
    bar.finish_and_clear();
    read.map_err(|error| explain(path, &error))?;
    if table.is_empty() {
        let empty = format!("{}: no records below the heading", shown(path));
        return Err(AppError::Internal(empty));
    }
    Ok(())
}

fn find(table: Table, common: &Common) -> Result<Linkage> {
    let options = Options {
        threshold: common.threshold,
        threads: common.threads,
    };
    let bar = bar(0, "Membandingkan {bar:30} {pos} / {len}");
    let found = Linkage::find(table, &options, |Progress { done, all }| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
        Quit::No
    });
    bar.finish_and_clear();
    found.map_err(AppError::internal)
}

fn bar(length: u64, template: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(template);
    ProgressBar::new(length).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn explain(path: &Path, error: &LinkError) -> AppError {
    AppError::Internal(format!("{}: {error}", shown(path)))
}

fn id(found: &Linkage, record: usize) -> &[u8] {
    found.table.id(record)
}

/// Writes the pairs and the report, and says what was found.
fn finish(found: &Linkage, common: &Common, title: &str) -> Result<()> {
    let mut pairs = Target::create(&common.pairs)?;
    write_pairs(found, &mut pairs)?;
    if let Some(path) = &common.report {
        let mut report = Target::create(path)?;
        let page = found.report(&format!("Data ganda: {title}"));
        report.write_all(page.as_bytes())?;
        report.finish()?;
    }
    pairs.finish()?;
    let left_out: u64 = found.rules.iter().map(|rule| rule.left_out).sum();
    eprintln!(
        "{} records, {} pairs compared, {} from {} on",
        found.table.len(),
        found.compared,
        found.pairs.len(),
        common.threshold
    );
    if left_out > 0 {
        eprintln!(
            "{left_out} times a record was in a group too large to compare; the report (--report) says in which"
        );
    }
    Ok(())
}

fn write_pairs(found: &Linkage, target: &mut Target) -> Result<()> {
    let mut out = csv::Writer::from_writer(BufWriter::new(target));
    let columns = found.table.schema().columns.iter();
    let fixed = ["rec_id_l", "rec_id_r", "probability", "weight"].into_iter();
    out.write_record(fixed.chain(columns.map(|column| column.name.as_str())))
        .map_err(written)?;
    for pair in &found.pairs {
        out.write_field(id(found, pair.left)).map_err(written)?;
        out.write_field(id(found, pair.right)).map_err(written)?;
        out.write_field(format!("{:.6}", pair.probability))
            .map_err(written)?;
        out.write_field(format!("{:.3}", pair.weight))
            .map_err(written)?;
        let levels = found.evidence(pair).into_iter();
        out.write_record(levels.map(|evidence| evidence.level.unwrap_or("")))
            .map_err(written)?;
    }
    Ok(out.flush()?)
}

fn write_clusters(found: &Linkage, target: &mut Target) -> Result<()> {
    let mut out = csv::Writer::from_writer(BufWriter::new(target));
    out.write_record(["rec_id", "cluster_id"])
        .map_err(written)?;
    for (record, first) in found.clusters.iter().enumerate() {
        out.write_record([id(found, record), id(found, *first as usize)])
            .map_err(written)?;
    }
    Ok(out.flush()?)
}

fn written(error: csv::Error) -> AppError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        other => AppError::Internal(format!("{other:?}")),
    }
}
