//! The village as a spreadsheet, as an operator would bring it.

use crate::village::{Jkn, Village};

/// Columns of [`roster_rows`]: the fields a proposal needs, and what else a roster carries.
pub const ROSTER_COLUMNS: [&str; 17] = [
    "no_kk",
    "nik",
    "nama_lengkap",
    "jenis_kelamin",
    "tempat_lahir",
    "tanggal_lahir",
    "nama_ibu_kandung",
    "hubungan_keluarga",
    "status_perkawinan",
    "alamat",
    "kode_wilayah",
    "dusun",
    "rt",
    "rw",
    "posyandu",
    "desil",
    "program",
];

/// One row for each person, in the order of [`ROSTER_COLUMNS`]; unknown fields are empty.
///
/// Dates are `YYYY-MM-DD`, sex is `L` or `P`, the region code has dots, RT, RW and post have three
/// digits, several programmes are parted by `;`.
///
/// ```
/// use jiff::civil::date;
/// use simpul_synth::{ROSTER_COLUMNS, Village, pilots, roster_rows};
///
/// let village = Village::generate(1, pilots()[0].area, 50, date(2026, 11, 20))?;
/// let row = roster_rows(&village).next().expect("somebody lives there");
/// let relation = ROSTER_COLUMNS.iter().position(|column| *column == "hubungan_keluarga");
/// assert_eq!(row[relation.expect("a column")], "KEPALA KELUARGA");
/// # Ok::<(), simpul_synth::UnknownVillage>(())
/// ```
pub fn roster_rows(village: &Village) -> impl Iterator<Item = [String; ROSTER_COLUMNS.len()]> {
    let area = village.area.to_string();
    village.households.iter().flat_map(move |home| {
        let area = area.clone();
        let program = [
            (home.memberships.pkh, "PKH"),
            (home.memberships.sembako, "SEMBAKO"),
            (home.memberships.jkn == Jkn::Pbi, "PBI-JKN"),
        ];
        let program: Vec<&str> = program
            .iter()
            .filter(|(is, _)| *is)
            .map(|(_, key)| *key)
            .collect();
        let program = program.join(";");
        home.members.iter().map(move |person| {
            [
                home.kk.clone(),
                person.nik.clone().unwrap_or_default(),
                person.name.clone(),
                person.sex.code().to_owned(),
                person.birth_place.clone(),
                person.birth_date.to_string(),
                person.mother_name.clone().unwrap_or_default(),
                person.relation.label().to_owned(),
                person.marital.label().to_owned(),
                home.address.clone(),
                area.clone(),
                home.dusun.clone(),
                format!("{:03}", home.rt),
                format!("{:03}", home.rw),
                format!("{:03}", home.post),
                home.decile
                    .map(|decile| decile.to_string())
                    .unwrap_or_default(),
                program.clone(),
            ]
        })
    })
}
