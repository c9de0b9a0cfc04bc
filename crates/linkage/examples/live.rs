//! `live IN.csv`: how long it takes to ask an index of a register who is perhaps already known.

use std::fs::File;
use std::time::Instant;

use simpul_linkage::{Index, Linkage, Options, Quit, Schema, Table};

/// Records that are asked for, evenly spread over the file.
const ASKED: usize = 10_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let input = std::env::args().nth(1).ok_or("IN.csv")?;
    let schema = Schema::standard();
    let mut table = Table::new(schema.clone());
    table.read(File::open(&input)?, |_| Quit::No)?;
    let every = (table.len() / ASKED).max(1);
    let found = Linkage::find(table, &Options::default(), |_| Quit::No)?;
    let mut index = Index::new(found);
    let mut rows = csv::Reader::from_path(&input)?;
    let heads = rows.headers()?.clone();
    let place = |name: &str| heads.iter().position(|head| head == name);
    let places: Vec<Option<usize>> = schema.columns.iter().map(|c| place(&c.name)).collect();
    let (mut times, mut known) = (Vec::new(), 0);
    for row in rows.byte_records().step_by(every) {
        let row = row?;
        let value = |at: &Option<usize>| at.and_then(|at| row.get(at)).unwrap_or(b"");
        let start = now();
        let found = index.find_matches(places.iter().map(value), 0.5)?;
        times.push(start.elapsed().as_secs_f64() * 1000.0);
        known += usize::from(!found.is_empty());
    }
    times.sort_by(f64::total_cmp);
    let part = |percent: usize| times[(times.len() - 1) * percent / 100];
    println!(
        "{} records asked for, {known} known: p50 {:.3} ms, p95 {:.3} ms, longest {:.3} ms",
        times.len(),
        part(50),
        part(95),
        part(100),
    );
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "an example that measures time")]
fn now() -> Instant {
    Instant::now()
}
