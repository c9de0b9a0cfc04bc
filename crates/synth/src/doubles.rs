//! Registers with double records, and the truth apart: to measure record linkage.
//!
//! Errors and their rates are those agreed for test data ([`Rates::usual`]; [`Rates::careless`] has
//! each twice). All rates are our assumptions, in per mille of the second records unless said
//! otherwise. Twins, fathers with sons of similar names, families that moved, dates of birth made
//! up at registration and telephones shared by a family are among the persons.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::rng::Rng;
use crate::slips;
use crate::words::{list, zipf};

/// Heading of the register.
pub const DOUBLES_COLUMNS: &str =
    "rec_id,nik,kk,nama,nama_ibu,jk,tgl_lahir,tempat_lahir,kode_desa,alamat,telepon";

/// Second records wait for their place among so many that follow.
const SHUFFLE: usize = 5_000;
/// Households of a village, about 3,000 persons.
const HOUSEHOLDS: usize = 850;

/// How often each error is made, per mille.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// One digit of the NIK wrong, or two exchanged.
    pub nik_slip: u32,
    /// The NIK of another member of the family.
    pub nik_of_other: u32,
    /// No NIK.
    pub nik_missing: u32,
    /// No NIK for a child born in the last year.
    pub nik_missing_newborn: u32,
    /// Day + 40 forgotten or added.
    pub nik_forty: u32,
    /// Day and month of birth exchanged.
    pub date_turned: u32,
    /// 1 January, 1 July or 31 December instead of the date.
    pub date_default: u32,
    /// Year of birth off by one.
    pub year: u32,
    /// A name written in another usual way.
    pub name_variant: u32,
    /// A key beside, a letter dropped, doubled or exchanged.
    pub typo: u32,
    /// A word of the name left out.
    pub word_dropped: u32,
    /// Words joined or split.
    pub words_joined: u32,
    /// A title before the name.
    pub title: u32,
    /// No name of the mother.
    pub mother_missing: u32,
    /// Another village's code.
    pub village: u32,
    /// RT and RW exchanged.
    pub rt_rw: u32,
    /// Another KK number.
    pub kk_new: u32,
    /// Wrong sex.
    pub sex: u32,
    /// Moved: another village, KK and address.
    pub moved: u32,
}

impl Rates {
    /// The agreed rates.
    #[must_use]
    pub fn usual() -> Self {
        Self {
            nik_slip: 30,
            nik_of_other: 10,
            nik_missing: 50,
            nik_missing_newborn: 600,
            nik_forty: 5,
            date_turned: 20,
            date_default: 40,
            year: 20,
            name_variant: 120,
            typo: 60,
            word_dropped: 60,
            words_joined: 40,
            title: 40,
            mother_missing: 150,
            village: 30,
            rt_rw: 20,
            kk_new: 50,
            sex: 3,
            moved: 40,
        }
    }

    /// A careless office: each error twice as often.
    #[must_use]
    pub fn careless() -> Self {
        let Self {
            nik_slip,
            nik_of_other,
            nik_missing,
            nik_missing_newborn: _,
            nik_forty,
            date_turned,
            date_default,
            year,
            name_variant,
            typo,
            word_dropped,
            words_joined,
            title,
            mother_missing,
            village,
            rt_rw,
            kk_new,
            sex,
            moved,
        } = Self::usual();
        Self {
            nik_slip: 2 * nik_slip,
            nik_of_other: 2 * nik_of_other,
            nik_missing: 2 * nik_missing,
            // It cannot be twice as often.
            nik_missing_newborn: 900,
            nik_forty: 2 * nik_forty,
            date_turned: 2 * date_turned,
            date_default: 2 * date_default,
            year: 2 * year,
            name_variant: 2 * name_variant,
            typo: 2 * typo,
            word_dropped: 2 * word_dropped,
            words_joined: 2 * words_joined,
            title: 2 * title,
            mother_missing: 2 * mother_missing,
            village: 2 * village,
            rt_rw: 2 * rt_rw,
            kk_new: 2 * kk_new,
            sex: 2 * sex,
            moved: 2 * moved,
        }
    }
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DoublesCount {
    /// Persons.
    pub persons: usize,
    /// Records, one or two of each person.
    pub records: usize,
    /// Persons with a twin.
    pub twins: usize,
}

#[derive(Clone)]
pub(crate) struct Entry {
    pub person: usize,
    pub nik: u64,
    pub kk: u64,
    pub name: String,
    pub mother: String,
    pub woman: bool,
    /// Year, month, day.
    pub born: (u32, u32, u32),
    pub birthplace: &'static str,
    pub village: u64,
    pub street: &'static str,
    pub rt_rw: (u32, u32),
    pub phone: u64,
}

/// Year of the register: the youngest are born in it.
pub(crate) const NOW: u32 = 2026;

/// Writes a register of about `persons` persons, of whom `doubled` per mille stand in it twice,
/// and apart from it which person each record is of (`rec_id,person`). The same arguments write
/// the same bytes. Memory does not grow with the register.
///
/// ```
/// use simpul_synth::{Rates, write_doubles};
/// let (mut list, mut truth) = (Vec::new(), Vec::new());
/// let count = write_doubles(1, 500, 150, &Rates::usual(), &mut list, &mut truth)?;
/// assert!(count.records > count.persons);
/// assert_eq!(list.iter().filter(|b| **b == b'\n').count(), count.records + 1);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// Those of the writers.
pub fn write_doubles(
    seed: u64,
    persons: usize,
    doubled: u32,
    rates: &Rates,
    list: &mut impl Write,
    truth: &mut impl Write,
) -> io::Result<DoublesCount> {
    writeln!(list, "{DOUBLES_COLUMNS}")?;
    writeln!(truth, "rec_id,person")?;
    let mut count = DoublesCount::default();
    let mut waiting: Vec<Entry> = Vec::new();
    let mut household = 0;
    let mut order = Rng::new(seed, "doubles", "order", 0);
    while count.persons < persons {
        let mut rng = Rng::new(seed, "doubles", "household", household);
        let family = family(&mut rng, household, &mut count);
        for member in &family {
            if rng.chance(doubled) {
                let second = slips::second(&mut rng, rates, member, &family);
                waiting.push(second);
            }
        }
        for entry in &family {
            put(entry, &mut count, list, truth)?;
        }
        while waiting.len() > SHUFFLE {
            let at = order.below(waiting.len() as u32) as usize;
            put(&waiting.swap_remove(at), &mut count, list, truth)?;
        }
        household += 1;
    }
    for entry in &waiting {
        put(entry, &mut count, list, truth)?;
    }
    Ok(count)
}

fn put(
    entry: &Entry,
    count: &mut DoublesCount,
    list: &mut impl Write,
    truth: &mut impl Write,
) -> io::Result<()> {
    count.records += 1;
    let id = count.records;
    let number = |n: u64| if n == 0 { String::new() } else { n.to_string() };
    let mut phone = number(entry.phone);
    if !phone.is_empty() {
        phone.insert(0, '0');
    }
    let (year, month, day) = entry.born;
    let (rt, rw) = entry.rt_rw;
    writeln!(
        list,
        "{id},{},{},{},{},{},{year}-{month:02}-{day:02},{},{},{} RT {rt:03} RW {rw:03},{phone}",
        number(entry.nik),
        number(entry.kk),
        entry.name,
        entry.mother,
        if entry.woman { 'P' } else { 'L' },
        entry.birthplace,
        entry.village,
        entry.street,
    )?;
    writeln!(truth, "{id},{}", entry.person)
}

/// Code of the village that a household lives in: ten digits in West and Central Java.
fn village(household: usize) -> u64 {
    let number = (household / HOUSEHOLDS) as u64;
    let (province, number) = (32 + number % 2, number / 2);
    let (kabupaten, number) = (1 + number % 18, number / 18);
    let (kecamatan, number) = (1 + number % 30, number / 30);
    ((province * 100 + kabupaten) * 100 + kecamatan) * 10_000 + 2001 + number
}

/// Parents, up to four children, twins among them.
fn family(rng: &mut Rng, household: usize, count: &mut DoublesCount) -> Vec<Entry> {
    let village = village(household);
    let culture = if village / 100_000_000 == 32 {
        "sunda"
    } else {
        "jawa"
    };
    let issued = date(rng, 2008, NOW - 1);
    let kk = number(
        village / 10_000,
        issued,
        false,
        1 + (household % HOUSEHOLDS) as u64,
    );
    let mut member = Entry {
        person: 0,
        nik: 0,
        kk,
        name: String::new(),
        mother: String::new(),
        woman: false,
        born: (0, 0, 0),
        birthplace: zipf(rng, &format!("{culture}.lahir")),
        village,
        street: zipf(rng, &format!("{culture}.jalan")),
        rt_rw: (1 + rng.below(12), 1 + rng.below(8)),
        phone: if rng.chance(600) {
            81_200_000_000 + u64::from(rng.below(99_999_999))
        } else {
            0
        },
    };
    let mut all = Vec::new();
    let father_born = date(rng, 1940, 2000);
    for woman in [false, true] {
        let year = father_born.0 + rng.below(5) - 2 + u32::from(woman) * 2;
        member.woman = woman;
        member.born = date(rng, year, year);
        member.name = name(rng, culture, woman, member.born.0);
        member.mother = name(rng, culture, true, year - 24);
        member.nik = nik(rng, &member, count.persons);
        add(&mut all, &member, count);
    }
    let (father, mother) = (all[0].name.clone(), all[1].name.clone());
    member.mother = mother;
    for _ in 0..rng.weighted(&[15, 25, 30, 20, 10]) {
        let year = (father_born.0 + 22 + rng.below(15)).min(NOW);
        member.woman = rng.chance(490);
        member.born = date(rng, year, year);
        member.name = name(rng, culture, member.woman, year);
        if !member.woman && rng.chance(60) {
            // A son with a name of his father.
            let own = member.name.split(' ').next().unwrap_or_default().to_owned();
            member.name = format!("{own} {father}");
        }
        member.nik = nik(rng, &member, count.persons);
        add(&mut all, &member, count);
        if rng.chance(10) {
            member.name = twin(rng, culture, &member);
            member.nik = member.nik / 10_000 * 10_000 + serial(count.persons);
            add(&mut all, &member, count);
            count.twins += 2;
        }
    }
    all
}

/// A twin: the same sex, often the same first or last word.
fn twin(rng: &mut Rng, culture: &str, first: &Entry) -> String {
    let other = name(rng, culture, first.woman, first.born.0);
    match first.name.rsplit_once(' ') {
        Some((_, last)) if rng.chance(500) => {
            let own = other.split(' ').next().unwrap_or_default();
            format!("{own} {last}")
        }
        _ => other,
    }
}

fn name(rng: &mut Rng, culture: &str, woman: bool, born: u32) -> String {
    let sex = if woman { "pr" } else { "lk" };
    let old = match born {
        0..1970 => "tua",
        1970..2000 => "tengah",
        2000..2015 => "muda",
        _ => "bayi",
    };
    let section = match old {
        "tua" | "tengah" if rng.chance(600) => format!("{culture}.{sex}.{old}"),
        _ => format!("nasional.{sex}.{old}"),
    };
    let mut written = zipf(rng, &section).to_owned();
    let words = match old {
        "tua" => u32::from(rng.chance(350)),
        "tengah" => u32::from(rng.chance(750)),
        _ => 1 + u32::from(rng.chance(450)),
    };
    for _ in 0..words {
        let more = *rng.pick(list(&format!("nasional.{sex}.belakang")));
        let _ = write!(written, " {more}");
    }
    written.to_uppercase()
}

fn date(rng: &mut Rng, from: u32, to: u32) -> (u32, u32, u32) {
    let year = from + rng.below(to - from + 1);
    // One in 40 is registered under a made-up date from the first.
    if year < 1975 && rng.chance(25) {
        return (year, 1, 1);
    }
    (year, 1 + rng.below(12), 1 + rng.below(28))
}

fn nik(rng: &mut Rng, person: &Entry, number_of: usize) -> u64 {
    // Some were registered first in another kecamatan of the province.
    let area = if rng.chance(200) {
        let kabupaten = u64::from(1 + rng.below(18));
        (person.village / 100_000_000 * 100 + kabupaten) * 100 + u64::from(1 + rng.below(30))
    } else {
        person.village / 10_000
    };
    number(area, person.born, person.woman, serial(number_of))
}

/// Numbers of neighbours differ, so that hardly two persons share a NIK; twins follow each other.
fn serial(number_of: usize) -> u64 {
    1 + (number_of % 2_999) as u64
}

fn add(all: &mut Vec<Entry>, entry: &Entry, count: &mut DoublesCount) {
    count.persons += 1;
    all.push(Entry {
        person: count.persons,
        ..entry.clone()
    });
}

fn number(area: u64, date: (u32, u32, u32), woman: bool, serial: u64) -> u64 {
    let (year, month, day) = date;
    let day = u64::from(day) + if woman { 40 } else { 0 };
    let date = (day * 100 + u64::from(month)) * 100 + u64::from(year % 100);
    (area * 1_000_000 + date) * 10_000 + serial
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{Rates, write_doubles};

    type Rows = Vec<Vec<String>>;

    fn register(rates: &Rates) -> (Rows, Vec<usize>, super::DoublesCount) {
        let (mut list, mut truth) = (Vec::new(), Vec::new());
        let count = write_doubles(3, 20_000, 150, rates, &mut list, &mut truth).unwrap();
        let text = String::from_utf8(list).unwrap();
        let rows = text.lines().skip(1);
        let rows = rows.map(|row| row.split(',').map(str::to_owned).collect());
        let truth = String::from_utf8(truth).unwrap();
        let persons = truth.lines().skip(1);
        let persons = persons.map(|row| row.split_once(',').unwrap().1.parse().unwrap());
        (rows.collect(), persons.collect(), count)
    }

    fn pairs<'a>(rows: &'a [Vec<String>], persons: &[usize]) -> Vec<(&'a [String], &'a [String])> {
        let mut first = HashMap::new();
        let mut pairs = Vec::new();
        for (row, person) in rows.iter().zip(persons) {
            if let Some(before) = first.insert(*person, row) {
                pairs.push((before.as_slice(), row.as_slice()));
            }
        }
        pairs
    }

    fn share(pairs: &[(&[String], &[String])], of: impl Fn(&[String], &[String]) -> bool) -> f64 {
        let hits = pairs.iter().filter(|(a, b)| of(a, b)).count();
        hits as f64 / pairs.len() as f64
    }

    #[test]
    fn a_register_has_its_share_of_doubles_with_the_errors_that_were_asked_for() {
        let (rows, persons, count) = register(&Rates::usual());
        assert!(rows.iter().all(|row| row.len() == 11));
        assert_eq!(rows.len(), count.records);
        let pairs = pairs(&rows, &persons);
        let doubled = pairs.len() as f64 / count.persons as f64;
        assert!((0.14..0.16).contains(&doubled), "{doubled}");
        let missing = share(&pairs, |_, b| b[1].is_empty());
        assert!((0.04..0.09).contains(&missing), "{missing}");
        let mother = share(&pairs, |_, b| b[4].is_empty());
        assert!((0.13..0.17).contains(&mother), "{mother}");
        let name = share(&pairs, |a, b| a[3] != b[3]);
        assert!((0.15..0.35).contains(&name), "{name}");
        assert!(count.twins > 50, "{}", count.twins);
    }

    #[test]
    fn a_careless_office_errs_more() {
        let (usual, persons, _) = register(&Rates::usual());
        let (careless, others, _) = register(&Rates::careless());
        let changed = |a: &[String], b: &[String]| a[1..] != b[1..];
        let few = share(&pairs(&usual, &persons), changed);
        let many = share(&pairs(&careless, &others), changed);
        assert!(many > few + 0.1, "{few} {many}");
    }

    #[test]
    fn the_numbers_of_different_persons_differ_but_for_those_issued_alike_by_chance() {
        let (rows, persons, count) = register(&Rates::usual());
        let mut by_nik: HashMap<&str, Vec<usize>> = HashMap::new();
        for (row, person) in rows.iter().zip(&persons) {
            if !row[1].is_empty() {
                assert_eq!(row[1].len(), 16);
                by_nik.entry(&row[1]).or_default().push(*person);
            }
        }
        let shared = by_nik.values().filter(|of| of.iter().any(|p| *p != of[0]));
        assert!(shared.count() * 200 < count.persons);
    }

    #[test]
    fn the_same_seed_writes_the_same_bytes() {
        assert_eq!(register(&Rates::usual()).0, register(&Rates::usual()).0);
    }
}
