//! The six pilot regions, with one village each.

use simpul_identity::{RegionCode, region};

/// A village of a pilot region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pilot {
    /// Code of the village.
    pub area: RegionCode,
    /// Name of the village.
    pub village: &'static str,
    /// Name of its kabupaten or kota.
    pub kabupaten: &'static str,
}

/// One real village of each pilot region; what is made for it is synthetic. Codes and names are of
/// Kepmendagri 300.2.2-2430/2025, as in `simpul_identity::region`.
///
/// ```
/// let [first, ..] = simpul_synth::pilots();
/// assert_eq!((first.area.as_str(), first.village), ("3204332011", "Sukamukti"));
/// ```
#[must_use]
pub fn pilots() -> [Pilot; 6] {
    [
        "3204332011",
        "3503092003",
        "1810022002",
        "7309102001",
        "6371041002",
        "5271051006",
    ]
    .map(|code| {
        let area = RegionCode::parse(code).expect("ten digits each");
        let name = |code: Option<RegionCode>| code.and_then(region::name);
        Pilot {
            area,
            village: name(Some(area)).expect("in the current table, as a test holds"),
            kabupaten: name(area.kabupaten()).expect("every village has its kabupaten"),
        }
    })
}
