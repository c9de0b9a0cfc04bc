//! `doubles PERSONS OUT.csv TRUTH.csv [careless]`: a register in which 15 % stand twice.

use std::fs::File;
use std::io::{BufWriter, Write as _};

use simpul_synth::{Rates, write_doubles};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [persons, list, truth, rest @ ..] = &arguments[..] else {
        return Err("PERSONS OUT.csv TRUTH.csv [careless]".into());
    };
    let rates = match rest {
        [] => Rates::usual(),
        [word] if word == "careless" => Rates::careless(),
        more => return Err(format!("what is {more:?}?").into()),
    };
    let mut list = BufWriter::new(File::create(list)?);
    let mut truth = BufWriter::new(File::create(truth)?);
    let count = write_doubles(1, persons.parse()?, 150, &rates, &mut list, &mut truth)?;
    list.flush()?;
    truth.flush()?;
    println!("{count:?}");
    Ok(())
}
