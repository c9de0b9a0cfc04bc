//! One row of a list of residents: read, checked, and kept sealed between preview and apply.

use std::collections::HashMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use simpul_identity::nik::{self, NikError};
use simpul_identity::region::{self, Found, Level};
use simpul_identity::{AreaCode, KkNumber, Nik, Phone, RegionCode, Sex};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::cells::Cells;
use super::mapping::{Field, Mapping};
use super::table::Row;
use super::told::{Fault, Told};
use crate::registry::model::{Programme, Relation, birth_day, neighbourhood};

/// The fields of the list, in the order of a row's cells.
pub const FIELDS: &[Field] = &[
    Field::required("no_kk"),
    Field::optional("nik"),
    Field::required("nama_lengkap"),
    Field::required("jenis_kelamin"),
    Field::optional("tempat_lahir"),
    Field::required("tanggal_lahir"),
    Field::optional("nama_ibu_kandung"),
    Field::required("hubungan_keluarga"),
    Field::optional("alamat"),
    Field::optional("dusun"),
    Field::optional("rt"),
    Field::optional("rw"),
    Field::optional("rt_rw"),
    Field::optional("kode_wilayah"),
    Field::optional("provinsi"),
    Field::optional("kabupaten"),
    Field::optional("kecamatan"),
    Field::optional("desa"),
    Field::optional("posyandu"),
    Field::optional("telepon"),
    Field::optional("program"),
];

/// How such lists are usually written.
pub const USUAL_MAPPING: &str = include_str!("../../../../../data/mapping/warga.toml");

/// Longest free text, in characters.
const TEXT_MAX: usize = 200;

/// A person of the list and the family they belong to. As stored it is sealed; it does not print.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub(super) struct ListedPerson {
    pub kk: String,
    pub nik: Option<String>,
    pub name: String,
    pub female: bool,
    pub birth_date: String,
    pub birth_place: String,
    pub relation: String,
    pub mother_name: String,
    pub phone: Option<String>,
    /// 13 digits.
    pub area: String,
    /// The list names the post; otherwise `000` says nothing.
    pub post_given: bool,
    pub dusun: String,
    pub rt: Option<String>,
    pub rw: Option<String>,
    pub address: String,
    pub programmes: Vec<String>,
}

impl ListedPerson {
    pub fn kk(&self) -> Result<KkNumber, NikError> {
        KkNumber::parse(&self.kk)
    }

    pub fn nik(&self) -> Option<Nik> {
        self.nik.as_deref().and_then(|nik| Nik::parse(nik).ok())
    }

    pub fn phone(&self) -> Option<Phone> {
        self.phone.as_deref().and_then(|p| Phone::parse(p).ok())
    }

    pub fn sex(&self) -> Sex {
        if self.female { Sex::Female } else { Sex::Male }
    }

    pub fn relation(&self) -> Relation {
        self.relation.parse().unwrap_or(Relation::Lainnya)
    }

    pub fn programmes(&self) -> impl Iterator<Item = Programme> {
        self.programmes.iter().filter_map(|key| key.parse().ok())
    }
}

/// Reads rows in the light of what holds for all of them.
pub(super) struct Reader<'a> {
    mapping: &'a Mapping,
    today: Date,
    /// Where the user works: the place of rows that name none, if it is narrow enough.
    area: AreaCode,
    villages: HashMap<Vec<String>, Result<RegionCode, Told>>,
}

impl<'a> Reader<'a> {
    pub fn new(mapping: &'a Mapping, today: Date, area: AreaCode) -> Self {
        Self {
            mapping,
            today,
            area,
            villages: HashMap::new(),
        }
    }

    /// The person in a row, with what deserves a look at the card; or all that is wrong.
    pub fn read(&mut self, row: &Row) -> Result<(ListedPerson, Vec<Fault>), Vec<Fault>> {
        let mut cells = Cells::new(self.mapping, row);
        let kk = cells.number("no_kk", KkNumber::parse);
        if cells.is_empty("no_kk") {
            cells.put("no_kk", "import-kk-missing");
        }
        let nik = cells.number("nik", Nik::parse);
        let name = cells.name("nama_lengkap");
        let sex = cells.needed("jenis_kelamin", "import-sex-unknown", |text| {
            Sex::parse(text).ok()
        });
        let birth_date = cells.birth_date(self.today);
        let relation = cells.needed(
            "hubungan_keluarga",
            "import-relation-unknown",
            Relation::parse,
        );
        let (rt, rw) = cells.neighbourhoods();
        let area = self.area(&mut cells);
        let post_given = !cells.is_empty("posyandu");
        let phone = cells.phone();
        let programmes = cells.programmes();
        let [birth_place, mother_name, dusun, address] =
            ["tempat_lahir", "nama_ibu_kandung", "dusun", "alamat"].map(|key| cells.free_text(key));
        let faults = cells.faults;
        let (Some(kk), Some(name), Some(sex), Some(birth_date), Some(relation), Some(area)) =
            (kk, name, sex, birth_date, relation, area)
        else {
            return Err(faults);
        };
        if !faults.is_empty() {
            return Err(faults);
        }
        let stated = nik::Stated {
            birth_date: Some(birth_date),
            sex: Some(sex),
            address: None,
            kk: Some(&kk),
            today: self.today,
        };
        let notes = nik.iter().flat_map(|nik| nik.check(&stated));
        let notes = notes.map(|f| Fault::new("nik", f.key())).collect();
        let person = ListedPerson {
            kk: kk.expose().to_string(),
            nik: nik.map(|nik| nik.expose().to_string()),
            name,
            female: sex == Sex::Female,
            birth_date: birth_date.to_string(),
            birth_place,
            relation: relation.key().to_owned(),
            mother_name,
            phone: phone.map(|phone| phone.expose().to_string()),
            area: area.as_str().to_owned(),
            post_given,
            dusun,
            rt,
            rw,
            address,
            programmes,
        };
        Ok((person, notes))
    }

    /// Village and post of a row: its code, its names, the mapping's place, the user's village.
    fn area(&mut self, cells: &mut Cells<'_>) -> Option<AreaCode> {
        let found = self.village(cells);
        let post = cells.text("posyandu").map(|text| text.parse::<u16>());
        match (found, post) {
            (Ok((village, _)), Some(Ok(post))) => match AreaCode::post(village, post) {
                Ok(area) => Some(area),
                Err(_) => cells.fault("posyandu", Told::new("import-post-number")),
            },
            (Ok(_), Some(Err(_))) => cells.fault("posyandu", Told::new("import-post-number")),
            (Ok((village, post)), None) => AreaCode::post(village, post)
                .ok()
                .or_else(|| cells.fault("kode_wilayah", Told::new("import-area-missing"))),
            (Err(fault), _) => {
                cells.faults.push(fault);
                None
            }
        }
    }

    fn village(&mut self, cells: &Cells<'_>) -> Result<(RegionCode, u16), Fault> {
        let at_code = |told| Fault::of("kode_wilayah", told);
        let coded = match cells.text("kode_wilayah") {
            None => None,
            Some(text) => {
                let area = AreaCode::parse(&text).ok();
                let village = area.and_then(|area| area.village());
                Some(
                    village
                        .zip(area)
                        .ok_or_else(|| at_code(Told::new("import-area-code")))?,
                )
            }
        };
        let named = self.named_village(cells);
        let known = coded.filter(|(village, _)| region::name(*village).is_some());
        match (known, named) {
            (Some((coded, _)), Some(Ok(named))) if coded != named => Err(at_code(
                Told::new("import-area-disagrees").with("code", coded),
            )),
            (Some((village, area)), _) => Ok((village, area.post_number().unwrap_or(0))),
            // A code of another numbering; the names decide.
            (None, Some(Ok(named))) => Ok((named, 0)),
            (None, Some(Err(told))) => Err(Fault::of("desa", told)),
            (None, None) if coded.is_some() => Err(at_code(Told::new("import-area-unknown"))),
            (None, None) => {
                let usual = self.mapping.area().unwrap_or(&self.area);
                let village = usual
                    .village()
                    .ok_or_else(|| at_code(Told::new("import-area-missing")))?;
                Ok((village, usual.post_number().unwrap_or(0)))
            }
        }
    }

    /// The village by its name within kecamatan, kabupaten and province; what the row does not
    /// name is taken from where the user works.
    fn named_village(&mut self, cells: &Cells<'_>) -> Option<Result<RegionCode, Told>> {
        cells.text("desa")?;
        let names: Vec<String> = ["provinsi", "kabupaten", "kecamatan", "desa"]
            .map(|key| cells.text(key).unwrap_or_default())
            .into();
        let within = self.mapping.area().copied().unwrap_or(self.area);
        let found = self
            .villages
            .entry(names)
            .or_insert_with_key(|names| by_name(names, &within));
        Some(found.clone())
    }
}

fn by_name(names: &[String], within: &AreaCode) -> Result<RegionCode, Told> {
    let levels = [
        Level::Province,
        Level::Regency,
        Level::District,
        Level::Village,
    ];
    let region = within.region();
    let mut parent: Option<RegionCode> = None;
    for (level, name) in levels.into_iter().zip(names) {
        if name.is_empty() {
            let known = region.and_then(|region| match level {
                Level::Province => Some(region.province()),
                Level::Regency => region.kabupaten(),
                Level::District => region.kecamatan(),
                Level::Village => None,
            });
            parent = Some(known.ok_or_else(|| Told::new("import-area-missing"))?);
            continue;
        }
        parent = Some(match region::find(parent, name) {
            Found::One(region) => region.code,
            Found::Many(_) => return Err(Told::new("import-area-many").with("name", name)),
            Found::Near(near) => {
                let near: Vec<&str> = near.iter().map(|region| region.name).collect();
                let key = if near.is_empty() {
                    "import-area-no-name"
                } else {
                    "import-area-near"
                };
                return Err(Told::new(key)
                    .with("name", name)
                    .with("near", near.join(", ")));
            }
        });
    }
    parent.ok_or_else(|| Told::new("import-area-missing"))
}

impl Cells<'_> {
    fn birth_date(&mut self, today: Date) -> Option<Date> {
        const KEY: &str = "tanggal_lahir";
        match birth_day(self.date(KEY)?, today) {
            Ok(date) => Some(date),
            Err(error) => self.fault(KEY, Told::new(error.sentence())),
        }
    }

    /// RT and RW; `None` where the list says nothing.
    fn neighbourhoods(&mut self) -> (Option<String>, Option<String>) {
        let (mut rt, mut rw) = (self.readable("rt"), self.readable("rw"));
        if let Some(both) = self.readable("rt_rw") {
            let mut parts = both.split(['/', '-']).map(str::to_owned);
            (rt, rw) = (rt.or(parts.next()), rw.or(parts.next()));
        }
        let mut three_digits = |key, text: Option<String>| {
            let text = text?;
            neighbourhood(&text).or_else(|| self.fault(key, Told::new("import-neighbourhood")))
        };
        (three_digits("rt", rt), three_digits("rw", rw))
    }

    fn phone(&mut self) -> Option<Phone> {
        let text = self.readable("telepon")?;
        match Phone::parse(&text) {
            Ok(phone) => Some(phone),
            Err(error) => self.fault("telepon", Told::new(error.key())),
        }
    }

    fn programmes(&mut self) -> Vec<String> {
        let Some(text) = self.readable("program") else {
            return Vec::new();
        };
        let mut keys = Vec::new();
        for name in text.split([';', ',']).map(str::trim) {
            match self.mapping().code("program", name).parse::<Programme>() {
                Ok(programme) => keys.push(programme.key().to_owned()),
                Err(()) if name.is_empty() || name == "-" => {}
                Err(()) => {
                    self.put("program", "import-programme-unknown");
                }
            }
        }
        keys
    }

    /// Free text with single spaces; empty where the list says nothing.
    fn free_text(&mut self, key: &'static str) -> String {
        let text = self.readable(key).unwrap_or_default();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.chars().any(char::is_control) {
            self.put(key, "import-cell-kind");
        } else if text.chars().count() > TEXT_MAX {
            self.put(key, "import-cell-long");
        }
        text
    }
}
