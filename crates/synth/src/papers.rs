//! Numbers on cards: NIK and KK, each given once in a village.

use std::collections::BTreeMap;

use jiff::civil::Date;
use simpul_identity::{RegionCode, Sex, region};

use crate::rng::Rng;

/// First serial given: those of real cards begin at 0001 and never come so far.
const FIRST_SERIAL: u16 = 9001;

/// Gives out numbers.
pub(crate) struct Numbers {
    kecamatan: RegionCode,
    /// The other kecamatan of the kabupaten, then those of the province.
    elsewhere: [Vec<RegionCode>; 2],
    last: BTreeMap<String, u16>,
}

impl Numbers {
    pub(crate) fn new(kecamatan: RegionCode) -> Self {
        let province = region::children(kecamatan.province())
            .flat_map(|kabupaten| region::children(kabupaten.code))
            .map(|region| region.code)
            .filter(|code| *code != kecamatan);
        let (near, far) = province.partition(|code| code.kabupaten() == kecamatan.kabupaten());
        Self {
            kecamatan,
            elsewhere: [near, far],
            last: BTreeMap::new(),
        }
    }

    /// A KK number of the village's kecamatan, issued on `date`.
    pub(crate) fn kk(&mut self, date: Date) -> String {
        self.next(self.kecamatan, date, 0)
    }

    /// A NIK; `local` when first registered in the village's kecamatan.
    pub(crate) fn nik(&mut self, rng: &mut Rng, local: bool, birth: Date, sex: Sex) -> String {
        let prefix = match &self.elsewhere[usize::from(rng.chance(300))] {
            some if !local && !some.is_empty() => *rng.pick(some),
            _ => self.kecamatan,
        };
        self.next(prefix, birth, if sex == Sex::Female { 40 } else { 0 })
    }

    /// The next number of a prefix and day; twins get successive ones. KK and NIK share the count,
    /// so that no KK equals a NIK.
    fn next(&mut self, prefix: RegionCode, date: Date, day_offset: i8) -> String {
        let stem = format!(
            "{}{:02}{:02}{:02}",
            prefix.as_str(),
            date.day() + day_offset,
            date.month(),
            date.year() % 100
        );
        let serial = self.last.get(&stem).map_or(FIRST_SERIAL, |last| last + 1);
        let number = format!("{stem}{serial:04}");
        self.last.insert(stem, serial);
        number
    }
}
