//! Administrative regions by the codes of Kemendagri: province, kabupaten or kota, kecamatan,
//! village; their names, local words and time zones.
//!
//! Source: Kepmendagri 300.2.2-2430/2025, see `data/wilayah/README.md`. The tables are embedded
//! deflated and unpacked at first use; those of the villages apart, so that a program which never
//! asks for a village does not carry them.

mod find;
mod table;

use std::{fmt, str::FromStr, sync::LazyLock};

use crate::digits::Digits;
pub use find::{Found, find};
use table::Table;

include!(concat!(env!("OUT_DIR"), "/region.rs"));

macro_rules! packed {
    ($file:literal) => {
        LazyLock::new(|| Table::unpack(include_bytes!(concat!(env!("OUT_DIR"), "/", $file, ".z"))))
    };
}
static PROVINCES: LazyLock<Table> = packed!("provinsi");
static REGENCIES: LazyLock<Table> = packed!("kabkota");
static DISTRICTS: LazyLock<Table> = packed!("kecamatan");
static VILLAGES: LazyLock<Table> = packed!("desa");

/// Level of a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Provinsi, 2 digits.
    Province,
    /// Kabupaten or kota, 4 digits.
    Regency,
    /// Kecamatan, 6 digits.
    District,
    /// Desa, kelurahan or desa adat, 10 digits.
    Village,
}

impl Level {
    const ALL: [Self; 4] = [Self::Province, Self::Regency, Self::District, Self::Village];

    /// Number of digits of a code of this level.
    #[must_use]
    pub const fn digits(self) -> usize {
        match self {
            Self::Province => 2,
            Self::Regency => 4,
            Self::District => 6,
            Self::Village => 10,
        }
    }

    fn of(digits: usize) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.digits() == digits)
    }

    fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|level| *level > self)
    }

    fn table(self) -> &'static Table {
        match self {
            Self::Province => &PROVINCES,
            Self::Regency => &REGENCIES,
            Self::District => &DISTRICTS,
            Self::Village => &VILLAGES,
        }
    }
}

/// The kinds of village, told by the first digit of its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VillageKind {
    /// Kelurahan, digit 1: a part of the kota's or kabupaten's administration.
    Kelurahan,
    /// Desa, digit 2.
    Desa,
    /// Desa adat, digit 3.
    DesaAdat,
}

/// Time zone of a province; no daylight saving.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Zone {
    /// Waktu Indonesia Barat, UTC+7.
    Wib,
    /// Waktu Indonesia Tengah, UTC+8.
    Wita,
    /// Waktu Indonesia Timur, UTC+9.
    Wit,
}

impl Zone {
    /// Hours ahead of UTC.
    #[must_use]
    pub const fn hours(self) -> i8 {
        match self {
            Self::Wib => 7,
            Self::Wita => 8,
            Self::Wit => 9,
        }
    }

    /// The abbreviation people write after a time.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Wib => "WIB",
            Self::Wita => "WITA",
            Self::Wit => "WIT",
        }
    }
}

/// A text that is no region code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a region code has 2, 4, 6 or 10 digits, such as 32.04.12.2001")]
pub struct RegionError;

/// Code of a region. The form is checked, not the existence: codes of before a split stay valid in
/// old records; [`name`] tells whether it is in the current table.
///
/// ```
/// use simpul_identity::{RegionCode, region};
/// let village = RegionCode::parse("3204122001")?;
/// assert_eq!(village.to_string(), "32.04.12.2001");
/// assert_eq!(village.kabupaten().and_then(region::name), Some("Kabupaten Bandung"));
/// assert!(RegionCode::parse("32.04.1").is_err());
/// # Ok::<(), simpul_identity::RegionError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionCode(Digits<10>);

impl RegionCode {
    /// Reads a code with or without dots.
    ///
    /// # Errors
    /// [`RegionError`] if it has not 2, 4, 6 or 10 digits.
    pub fn parse(text: &str) -> Result<Self, RegionError> {
        let digits = Digits::parse(text.trim()).ok_or(RegionError)?;
        Level::of(digits.len())
            .map(|_| Self(digits))
            .ok_or(RegionError)
    }

    /// The code of these digits; `number` must not have more of them than the level.
    pub(crate) fn from_number(number: u64, level: Level) -> Self {
        let text = format!("{number:0width$}", width = level.digits());
        Self(Digits::parse(&text).expect("a level has at most 10 digits"))
    }

    /// The text as stored: no dots.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Its level.
    #[must_use]
    pub fn level(&self) -> Level {
        Level::of(self.0.len()).expect("parse lets only these lengths in")
    }

    /// The region one level up.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        Level::ALL
            .into_iter()
            .rev()
            .find_map(|level| (level < self.level()).then(|| self.up(level))?)
    }

    /// The province it is or lies in.
    #[must_use]
    pub fn province(&self) -> Self {
        self.up(Level::Province).expect("every code has two digits")
    }

    /// The kabupaten or kota it is or lies in; none for a province.
    #[must_use]
    pub fn kabupaten(&self) -> Option<Self> {
        self.up(Level::Regency)
    }

    /// The kecamatan it is or lies in, if it is that narrow.
    #[must_use]
    pub fn kecamatan(&self) -> Option<Self> {
        self.up(Level::District)
    }

    /// Whether `other` is this region or lies inside it.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        other.as_str().starts_with(self.as_str())
    }

    /// Kelurahan, desa or desa adat; none if it is no village.
    #[must_use]
    pub fn village_kind(&self) -> Option<VillageKind> {
        match self.as_str().as_bytes().get(6)? {
            b'1' => Some(VillageKind::Kelurahan),
            b'2' => Some(VillageKind::Desa),
            b'3' => Some(VillageKind::DesaAdat),
            _ => None,
        }
    }

    /// Time zone of its province, by Keppres 41/1987; none for a province that does not exist.
    #[must_use]
    pub fn zone(&self) -> Option<Zone> {
        let province = self.province();
        let [_, zone] = ZONES.iter().find(|[code, _]| *code == province.as_str())?;
        [Zone::Wib, Zone::Wita, Zone::Wit]
            .into_iter()
            .find(|known| known.label() == *zone)
    }

    /// What people of the place call this kind of region: `nagari`, `distrik`, `kota` ...
    #[must_use]
    pub fn label(&self) -> &'static str {
        let usual = match self.level() {
            Level::Province => return "provinsi",
            Level::Regency if self.as_str()[2..] > *"69" => return "kota",
            Level::Regency => return "kabupaten",
            Level::Village if self.village_kind() == Some(VillageKind::Kelurahan) => {
                return "kelurahan";
            }
            Level::District => "kecamatan",
            Level::Village => "desa",
        };
        let dotted = self.to_string();
        let here = LABELS
            .iter()
            .filter(|[prefix, level, _]| *level == usual && dotted.starts_with(prefix));
        here.max_by_key(|[prefix, ..]| prefix.len())
            .map_or(usual, |[_, _, label]| *label)
    }

    fn up(&self, level: Level) -> Option<Self> {
        Self::parse(self.0.first(level.digits())?).ok()
    }

    fn number(&self) -> u64 {
        self.as_str().parse().expect("up to 10 digits")
    }
}

impl FromStr for RegionCode {
    type Err = RegionError;
    fn from_str(text: &str) -> Result<Self, RegionError> {
        Self::parse(text)
    }
}

/// With dots, as people read it.
impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write_dotted(f)
    }
}

impl fmt::Debug for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write_dotted(f)
    }
}

/// A region of the current table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// Its code.
    pub code: RegionCode,
    /// Its official name; kabupaten and kota carry their prefix.
    pub name: &'static str,
}

/// The official name of a region; none if it is not in the current table.
#[must_use]
pub fn name(code: RegionCode) -> Option<&'static str> {
    code.level().table().find(code.number())
}

/// All provinces, in order of their codes.
pub fn provinces() -> impl Iterator<Item = Region> {
    rows(Level::Province, 0..100)
}

/// The regions one level below, in order of their codes.
pub fn children(parent: RegionCode) -> impl Iterator<Item = Region> {
    let below = parent.level().next();
    below.into_iter().flat_map(move |level| {
        let span = 10_u64.pow(u32::try_from(level.digits() - parent.level().digits()).unwrap_or(0));
        let first = parent.number() * span;
        rows(level, first..first + span)
    })
}

fn rows(level: Level, codes: std::ops::Range<u64>) -> impl Iterator<Item = Region> {
    let table = level.table();
    table.rows(codes).map(move |row| {
        let (code, name) = table.row(row);
        Region {
            code: RegionCode::from_number(code, level),
            name,
        }
    })
}

/// Whether a NIK may begin with this province: a current one or one of the past.
pub(crate) fn province_ever_existed(province: u16) -> bool {
    let code = RegionCode::from_number(province.into(), Level::Province);
    // This table alone: a program that names no village need not carry eighty thousand.
    PROVINCES.find(code.number()).is_some()
        || HISTORIC_PROVINCES.iter().any(|[old]| *old == code.as_str())
}

#[cfg(test)]
mod tests;
