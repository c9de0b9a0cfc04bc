//! Finding a region by a name as people and other systems write it.

use super::{Region, RegionCode, children, provinces};

/// Names less alike than this (Jaro-Winkler) are not worth showing.
const WORTH_SHOWING: f64 = 0.85;
/// How many near names are shown.
const SHOWN: usize = 5;

/// What a name can mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Exactly one region.
    One(Region),
    /// Several of that name, such as Kabupaten and Kota Bandung for "Bandung": a person decides.
    Many(Vec<Region>),
    /// None; these are spelt alike, the likeliest first. Never taken without a person.
    Near(Vec<Region>),
}

/// Looks for a name among the regions one level below `parent`, or among the provinces. Case,
/// punctuation, spaces and words for the level ("Kab.", "Desa") do not matter, except that
/// kabupaten and kota stay apart.
///
/// ```
/// use simpul_identity::{RegionCode, region::{self, Found}};
/// let west_java = RegionCode::parse("32")?;
/// let Found::One(found) = region::find(Some(west_java), "KAB. BANDUNG") else { panic!() };
/// assert_eq!(found.code.to_string(), "32.04");
/// assert!(matches!(region::find(Some(west_java), "Bandung"), Found::Many(_)));
/// # Ok::<(), simpul_identity::RegionError>(())
/// ```
#[must_use]
pub fn find(parent: Option<RegionCode>, name: &str) -> Found {
    let candidates: Vec<_> = match parent {
        Some(parent) => children(parent).collect(),
        None => provinces().collect(),
    };
    let wanted = Key::of(name);
    let keys: Vec<_> = candidates
        .iter()
        .map(|region| Key::of(region.name))
        .collect();
    let pick = |same: &dyn Fn(&Key) -> bool| -> Vec<Region> {
        let pairs = candidates.iter().zip(&keys);
        pairs
            .filter(|(_, key)| same(key))
            .map(|(region, _)| *region)
            .collect()
    };
    let mut found = pick(&|key| key.whole == wanted.whole);
    if found.is_empty() {
        found = pick(&|key| key.bare == wanted.bare && key.agrees_on_level(&wanted));
    }
    match found[..] {
        [] => Found::Near(near(&candidates, &keys, &wanted)),
        [one] => Found::One(one),
        _ => Found::Many(found),
    }
}

fn near(candidates: &[Region], keys: &[Key], wanted: &Key) -> Vec<Region> {
    let likeness = |key: &Key| strsim::jaro_winkler(&key.bare, &wanted.bare);
    let mut near: Vec<_> = candidates.iter().zip(keys.iter().map(likeness)).collect();
    near.retain(|(_, likeness)| *likeness >= WORTH_SHOWING);
    near.sort_by(|a, b| b.1.total_cmp(&a.1));
    near.into_iter()
        .take(SHOWN)
        .map(|(region, _)| *region)
        .collect()
}

/// What is compared of a name.
struct Key {
    /// All letters and digits.
    whole: String,
    /// The same without leading words for the level.
    bare: String,
    /// `KABUPATEN` or `KOTA` if the name begins with it.
    level: Option<String>,
}

impl Key {
    fn of(name: &str) -> Self {
        let plain = crate::name::plain(name);
        let words: Vec<_> = plain
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(|word| match word {
                "KAB" => "KABUPATEN",
                "KOTAMADYA" | "KODYA" => "KOTA",
                "KEP" => "KEPULAUAN",
                other => other,
            })
            .collect();
        let is_level = |word: &&&str| LEVEL_WORDS.contains(word);
        // A name that is nothing but such words ("Kota") is a name.
        let skipped = words
            .iter()
            .take_while(is_level)
            .count()
            .min(words.len().saturating_sub(1));
        let level = words
            .first()
            .filter(|word| matches!(**word, "KABUPATEN" | "KOTA"));
        Self {
            whole: words.concat(),
            bare: words[skipped..].concat(),
            level: level.map(|word| (*word).to_owned()),
        }
    }

    fn agrees_on_level(&self, other: &Self) -> bool {
        self.level.is_none() || other.level.is_none() || self.level == other.level
    }
}

/// Words before a name that only say what it is.
const LEVEL_WORDS: [&str; 35] = [
    "PROVINSI",
    "PROPINSI",
    "PROV",
    "DKI",
    "D",
    "I",
    "DI",
    "DIY",
    "DAERAH",
    "KHUSUS",
    "IBUKOTA",
    "ISTIMEWA",
    "KABUPATEN",
    "KOTA",
    "KECAMATAN",
    "KEC",
    "DISTRIK",
    "KAPANEWON",
    "KEMANTREN",
    "DESA",
    "DS",
    "KELURAHAN",
    "KEL",
    "KALURAHAN",
    "PEKON",
    "NAGARI",
    "GAMPONG",
    "KAMPUNG",
    "KAMPONG",
    "KP",
    "LEMBANG",
    "TIYUH",
    "KUTE",
    "NEGERI",
    "ADAT",
];
