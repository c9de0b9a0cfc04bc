//! The errors of a second record.

use crate::doubles::{Entry, NOW, Rates};
use crate::rng::Rng;

/// Other usual spellings, both ways.
const VARIANTS: &[(&str, &str)] = &[
    ("MUHAMMAD", "MUH"),
    ("MUHAMMAD", "MOCHAMAD"),
    ("MUHAMMAD", "MOH"),
    ("AHMAD", "ACHMAD"),
    ("SITI", "ST"),
    ("NUR", "NOER"),
    ("SU", "SOE"),
    ("YA", "IA"),
    ("YANTI", "IANTI"),
    ("DI", "DY"),
    ("SY", "SJ"),
    ("J", "DJ"),
    ("Y", "J"),
    ("C", "TJ"),
    ("F", "P"),
    ("RR", "R"),
    ("TI", "TIE"),
];

/// Letters of a keyboard in rows, for keys beside.
const KEYS: [&str; 3] = ["QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM"];

/// A second record of a member of a family.
pub(crate) fn second(rng: &mut Rng, rates: &Rates, of: &Entry, family: &[Entry]) -> Entry {
    let mut entry = of.clone();
    numbers(rng, rates, &mut entry, family);
    names(rng, rates, &mut entry);
    let (year, month, day) = entry.born;
    if rng.chance(rates.date_turned) && day <= 12 {
        entry.born = (year, day, month);
    }
    if rng.chance(rates.date_default) {
        let (month, day) = *rng.pick(&[(1, 1), (7, 1), (12, 31)]);
        entry.born = (year, month, day);
    }
    if rng.chance(rates.year) {
        entry.born.0 = if rng.chance(500) || year >= NOW {
            year - 1
        } else {
            year + 1
        };
    }
    if rng.chance(rates.sex) {
        entry.woman = !entry.woman;
    }
    if rng.chance(rates.rt_rw) {
        entry.rt_rw = (entry.rt_rw.1, entry.rt_rw.0);
    }
    if rng.chance(rates.village) {
        entry.village = of.village / 10 * 10 + u64::from(rng.below(10));
    }
    if rng.chance(rates.moved) {
        entry.village =
            of.village / 1_000_000 * 1_000_000 + u64::from(1 + rng.below(30)) * 10_000 + 2001;
        entry.kk = of.kk + 10_000 * u64::from(1 + rng.below(9)) + 1;
        entry.rt_rw = (1 + rng.below(12), 1 + rng.below(8));
        entry.phone = 0;
    }
    entry
}

fn numbers(rng: &mut Rng, rates: &Rates, entry: &mut Entry, family: &[Entry]) {
    let missing = if entry.born.0 >= NOW - 1 {
        rates.nik_missing_newborn
    } else {
        rates.nik_missing
    };
    if rng.chance(missing) {
        entry.nik = 0;
    } else if rng.chance(rates.nik_of_other) {
        entry.nik = rng.pick(family).nik;
    } else if rng.chance(rates.nik_slip) {
        entry.nik = slip(rng, entry.nik);
    } else if rng.chance(rates.nik_forty) {
        let forty = 40 * 100_000_000;
        entry.nik = if entry.woman {
            entry.nik - forty
        } else {
            entry.nik + forty
        };
    }
    if rng.chance(rates.kk_new) {
        entry.kk += 1_000_000 * u64::from(1 + rng.below(3)) + 1;
    }
}

/// One digit wrong, or two neighbours exchanged.
fn slip(rng: &mut Rng, nik: u64) -> u64 {
    let mut digits = nik.to_string().into_bytes();
    let at = 1 + rng.below(digits.len() as u32 - 2) as usize;
    if rng.chance(500) && digits[at] != digits[at + 1] {
        digits.swap(at, at + 1);
    } else {
        digits[at] = b'0' + (digits[at] - b'0' + 1 + rng.below(9) as u8) % 10;
    }
    digits
        .iter()
        .fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'))
}

fn names(rng: &mut Rng, rates: &Rates, entry: &mut Entry) {
    for mother in [false, true] {
        let name = if mother {
            &mut entry.mother
        } else {
            &mut entry.name
        };
        if rng.chance(rates.name_variant) {
            variant(rng, name);
        }
        if rng.chance(rates.word_dropped) && name.contains(' ') {
            let mut words: Vec<&str> = name.split(' ').collect();
            words.remove(rng.below(words.len() as u32) as usize);
            *name = words.join(" ");
        }
        if rng.chance(rates.words_joined) {
            match name.find(' ') {
                Some(at) => {
                    name.remove(at);
                }
                None if name.len() > 7 => name.insert(name.len() / 2, ' '),
                None => {}
            }
        }
        if rng.chance(rates.typo) {
            typo(rng, name);
        }
        if rng.chance(rates.title) {
            let titles = if mother || entry.woman {
                ["HJ.", "IBU"]
            } else {
                ["H.", "BPK"]
            };
            *name = format!("{} {name}", rng.pick(&titles));
        }
    }
    if rng.chance(rates.mother_missing) {
        entry.mother.clear();
    }
}

pub(crate) fn variant(rng: &mut Rng, name: &mut String) {
    let fitting: Vec<_> = VARIANTS
        .iter()
        .filter(|(from, _)| name.contains(from))
        .collect();
    if !fitting.is_empty() {
        let (from, to) = rng.pick(&fitting);
        *name = name.replacen(from, to, 1);
    }
}

fn typo(rng: &mut Rng, name: &mut String) {
    let mut letters: Vec<char> = name.chars().collect();
    if letters.len() < 4 {
        return;
    }
    let at = 1 + rng.below(letters.len() as u32 - 2) as usize;
    match rng.below(4) {
        0 => letters[at] = beside(rng, letters[at]),
        1 => {
            letters.remove(at);
        }
        2 => letters.insert(at, letters[at]),
        _ => letters.swap(at, at + 1),
    }
    let written: String = letters.into_iter().collect();
    *name = written.trim().to_owned();
}

/// A key beside one.
fn beside(rng: &mut Rng, letter: char) -> char {
    let place = KEYS
        .iter()
        .find_map(|row| row.find(letter).map(|at| (row, at)));
    let Some((row, at)) = place else {
        return letter;
    };
    let left = rng.chance(500);
    let near = if (left && at > 0) || at + 1 == row.len() {
        at - 1
    } else {
        at + 1
    };
    char::from(row.as_bytes()[near])
}
