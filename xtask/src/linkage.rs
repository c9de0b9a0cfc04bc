//! `cargo xtask bench linkage`: time, memory and accuracy of record linkage on a register whose
//! truth is known, beside Splink if asked.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{fs, thread, time::Duration};

use crate::Result;
use crate::shell::{cargo, command, root, run, target_dir};

/// Splink's release the script is written for.
const SPLINK: &str = "splink==5.0.0";
/// Pairs of at least this probability are looked at for the best threshold.
const LEAST: &str = "0.02";
/// Kernel ticks of processor time in a second (`USER_HZ`, 100 on every Linux).
const TICKS: f64 = 100.0;

/// Generates registers of 100,000 and 1,000,000 persons and measures on each.
pub fn bench() -> Result {
    measure(false)
}

/// As [`bench`], with Splink on the same files in the same run.
pub fn bench_with_splink() -> Result {
    measure(true)
}

fn measure(with_splink: bool) -> Result {
    let dir = target_dir().join("linkage");
    fs::create_dir_all(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    for package in ["simpul-synth", "simpul-linkage"] {
        run(&mut cargo([
            "build",
            "--release",
            "-p",
            package,
            "--examples",
        ]))?;
    }
    let python = if with_splink {
        Some(environment(&dir)?)
    } else {
        None
    };
    for (persons, rates) in [("100000", ""), ("1000000", ""), ("1000000", "careless")] {
        println!("\n-- {persons} persons {rates}");
        let file = |name: &str| dir.join(format!("{persons}{rates}-{name}.csv"));
        let (list, truth) = (file("list"), file("truth"));
        let mut generate = example("doubles");
        generate.arg(persons).arg(&list).arg(&truth);
        if !rates.is_empty() {
            generate.arg(rates);
        }
        run(&mut generate)?;
        let truth = Truth::read(&truth)?;
        let (pairs, clusters) = (file("pairs"), file("clusters"));
        let mut ours = example("dedupe");
        let cost = watched(ours.arg(&list).arg(&pairs).arg(&clusters))?;
        println!("Simpul: {cost}");
        truth.judge_clusters(&clusters)?;
        // Once more, with the pairs below the default threshold, to look for the best one.
        run(ours.env("THRESHOLD", LEAST))?;
        truth.judge_pairs(&pairs, 0.5)?;
        println!("Simpul, asked live:");
        run(example("live").arg(&list))?;
        if let Some(python) = &python {
            let script = root().join("xtask/src/linkage_splink.py");
            let mut theirs = command(python, []);
            theirs
                .arg(script)
                .arg(&list)
                .arg(&pairs)
                .arg(&clusters)
                .arg(LEAST);
            let cost = watched(&mut theirs)?;
            println!("Splink: {cost}");
            truth.judge_clusters(&clusters)?;
            truth.judge_pairs(&pairs, 0.95)?;
        }
    }
    Ok(())
}

fn example(name: &str) -> Command {
    command(target_dir().join("release/examples").join(name), [])
}

/// A throw-away environment with Splink.
fn environment(dir: &Path) -> Result<PathBuf> {
    let place = dir.join("python");
    let python = place.join("bin/python");
    if !python.exists() {
        run(command("python3", ["-m", "venv"]).arg(&place))?;
    }
    run(&mut command(
        &python,
        ["-m", "pip", "install", "--quiet", SPLINK],
    ))?;
    Ok(python)
}

/// What a program cost.
struct Cost {
    seconds: f64,
    megabytes: u64,
}

impl std::fmt::Display for Cost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:.2} CPU s, {} MB at most",
            self.seconds, self.megabytes
        )
    }
}

/// Runs a program; its processor time comes from the kernel's account of ended children, its
/// memory from looking every 20 ms.
fn watched(command: &mut Command) -> Result<Cost> {
    let before = children_seconds()?;
    let mut child = command
        .stdin(Stdio::null())
        .spawn()
        .map_err(|e| format!("{command:?}: {e}"))?;
    let status = format!("/proc/{}/status", child.id());
    let mut megabytes = 0;
    let ended = loop {
        if let Some(ended) = child.try_wait().map_err(|e| e.to_string())? {
            break ended;
        }
        let text = fs::read_to_string(&status).unwrap_or_default();
        let peak = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse().ok());
        megabytes = megabytes.max(kilobytes.unwrap_or(0u64).div_ceil(1024));
        thread::sleep(Duration::from_millis(20));
    };
    if !ended.success() {
        return Err(format!("{command:?} failed ({ended})"));
    }
    Ok(Cost {
        seconds: children_seconds()? - before,
        megabytes,
    })
}

/// Processor time of the children that have ended, in seconds.
fn children_seconds() -> Result<f64> {
    let stat =
        fs::read_to_string("/proc/self/stat").map_err(|e| format!("/proc/self/stat: {e}"))?;
    // After the name in brackets: state is field 3, cutime and cstime are 16 and 17.
    let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|f| f.parse::<f64>().ok());
    match (ticks(13), ticks(14)) {
        (Some(user), Some(system)) => Ok((user + system) / TICKS),
        _ => Err("/proc/self/stat has another form".into()),
    }
}

/// Which person each record is of.
struct Truth {
    person: HashMap<String, String>,
    pairs: u64,
}

impl Truth {
    fn read(path: &Path) -> Result<Self> {
        let person: HashMap<_, _> = rows(path)?
            .into_iter()
            .filter_map(|row| Some((row.first()?.clone(), row.get(1)?.clone())))
            .collect();
        let pairs = joined(person.values());
        Ok(Self { person, pairs })
    }

    /// F1 of the pairs at a threshold, and at the best one.
    fn judge_pairs(&self, pairs: &Path, threshold: f64) -> Result {
        let mut found = Vec::new();
        for row in rows(pairs)? {
            let [left, right, probability, ..] = &row[..] else {
                continue;
            };
            let probability: f64 = probability.parse().map_err(|_| "pairs: no probability")?;
            found.push((probability, self.person.get(left) == self.person.get(right)));
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut given = 0.0;
        let mut best = (0.0, 1.0);
        let mut hits = 0;
        for (at, (probability, right)) in found.iter().enumerate() {
            hits += u64::from(*right);
            let here = f1(hits, at as u64 + 1, self.pairs);
            if *probability >= threshold {
                given = here;
            }
            if here > best.0 {
                best = (here, *probability);
            }
        }
        println!(
            "  pairs: F1 {given:.4}; best {:.4} at {:.3}",
            best.0, best.1
        );
        Ok(())
    }

    fn judge_clusters(&self, clusters: &Path) -> Result {
        let clusters = rows(clusters)?;
        let cluster = clusters.iter().filter_map(|row| row.get(1));
        let both = clusters
            .iter()
            .filter_map(|row| Some((row.get(1)?, self.person.get(&row[0])?)));
        println!(
            "  clusters: F1 {:.4}",
            f1(joined(both), joined(cluster), self.pairs)
        );
        Ok(())
    }
}

/// How many pairs of equal values there are.
fn joined<T: std::hash::Hash + Eq>(values: impl Iterator<Item = T>) -> u64 {
    let mut counts = HashMap::<T, u64>::new();
    values.for_each(|value| *counts.entry(value).or_default() += 1);
    counts.values().map(|n| n * (n - 1) / 2).sum()
}

/// Harmonic mean of precision and recall.
fn f1(right: u64, given: u64, wanted: u64) -> f64 {
    2.0 * right as f64 / (given + wanted).max(1) as f64
}

/// The fields of a file without its heading; the ids of these registers hold no commas.
fn rows(path: &Path) -> Result<Vec<Vec<String>>> {
    let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let fields = |row: &str| row.split(',').take(3).map(str::to_owned).collect();
    Ok(text.lines().skip(1).map(fields).collect())
}

#[cfg(test)]
mod tests {
    use super::{f1, joined};

    #[test]
    fn pairs_are_counted_within_equal_values() {
        assert_eq!(joined([1, 1, 1, 2, 2, 3].iter()), 4);
        assert_eq!(joined::<u8>([].into_iter()), 0);
    }

    #[test]
    fn f1_is_one_only_if_nothing_is_missed_or_wrong() {
        assert!((f1(10, 10, 10) - 1.0).abs() < 1e-12);
        assert!((f1(5, 10, 10) - 0.5).abs() < 1e-12);
        assert!(f1(0, 0, 0).abs() < 1e-12);
    }
}
