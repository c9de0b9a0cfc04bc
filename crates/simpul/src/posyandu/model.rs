//! What is entered at a Posyandu and what is kept of it.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use simpul_growth::{Child, Grams, Index, Position, TenthsMm};
use simpul_identity::AreaCode;

pub use simpul_phone::judge::{age_days, age_months};

use super::sql::MeasurementRow;
use crate::platform::{Id, keyed};

/// A Posyandu to be registered; its area has 13 digits.
#[derive(Clone, Debug)]
pub struct NewPost {
    pub id: Id,
    pub area: AreaCode,
    pub name: String,
}

/// A hari buka to be held.
#[derive(Clone, Debug)]
pub struct NewDay {
    pub id: Id,
    pub post_area: AreaCode,
    pub date: Date,
}

/// What was measured of a child on a day.
#[derive(Clone)]
pub struct NewMeasurement {
    pub id: Id,
    pub person: Id,
    /// The hari buka; `None` for a home visit.
    pub day: Option<Id>,
    pub on: Date,
    pub weight: Option<Grams>,
    pub lenhei: Option<TenthsMm>,
    pub position: Option<Position>,
    pub head: Option<TenthsMm>,
    pub arm: Option<TenthsMm>,
    /// Swelling of both feet; `None` when nobody looked.
    pub oedema: Option<bool>,
    /// Who measured, where it was not the one who enters.
    pub measurer: String,
    pub danger_signs: Vec<DangerSign>,
    /// The measurement that this one mends.
    pub replaces: Option<Id>,
    pub source: EntrySource,
}

impl fmt::Debug for NewMeasurement {
    /// Masked: measures of a child do not belong in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewMeasurement")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

keyed! {
    /// How a measurement came in.
    pub enum EntrySource ("entry") {
        Page = "page",
        Phone = "phone",
        Book = "book",
        Import = "import",
        Demo = "demo",
    }
}

keyed! {
    /// What a kader looks for before anything else: each sends a child on at once.
    pub enum DangerSign ("danger") {
        TidakMauMinum = "tidak_mau_minum",
        MuntahTerus = "muntah_terus",
        Kejang = "kejang",
        Lemas = "lemas",
        Sesak = "sesak",
        DemamTinggi = "demam_tinggi",
        BabBerdarah = "bab_berdarah",
        MataCekung = "mata_cekung",
        TanganKakiDingin = "tangan_kaki_dingin",
        Kuning = "kuning",
        KulitMerah = "kulit_merah",
        TaliPusarBasah = "tali_pusar_basah",
    }
}

impl DangerSign {
    /// Signs of a newborn, to 28 days.
    pub fn of_newborn(self) -> bool {
        matches!(self, Self::Kuning | Self::KulitMerah | Self::TaliPusarBasah)
    }
}

keyed! {
    /// What a bidan found.
    pub enum BidanAnswer ("bidan") {
        Confirmed = "dipastikan",
        Fine = "baik",
        Note = "catatan",
    }
}

/// A bidan's answer to an entry of the bidan's list.
#[derive(Clone, Debug)]
pub struct NewBidanAnswer {
    pub id: Id,
    /// The entry: the id of the measurement.
    pub entry: Id,
    pub answer: BidanAnswer,
    pub note: String,
}

/// Keys kept in one text with commas between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List<T>(pub Vec<T>);

impl<T: FromStr> FromStr for List<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> Result<Self, T::Err> {
        text.split(',')
            .filter(|key| !key.is_empty())
            .map(str::parse)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// The keys of a list as one text.
pub fn join<'a>(keys: impl IntoIterator<Item = &'a str>) -> String {
    keys.into_iter().collect::<Vec<_>>().join(",")
}

pub fn position_key(position: Position) -> &'static str {
    match position {
        Position::Lying => "l",
        Position::Standing => "h",
    }
}

/// The growth engine's word for a registered sex.
pub fn growth_sex(sex: simpul_identity::Sex) -> simpul_growth::Sex {
    match sex {
        simpul_identity::Sex::Male => simpul_growth::Sex::Male,
        simpul_identity::Sex::Female => simpul_growth::Sex::Female,
    }
}

/// First day of the month.
pub fn month_start(day: Date) -> Date {
    day.first_of_month()
}

/// The born-after day of those who are under five on a day.
pub fn under_five_since(day: Date) -> Date {
    day.saturating_sub(jiff::Span::new().years(5))
}

/// A measurement as it is kept.
pub type StoredMeasurement = MeasurementRow;

impl MeasurementRow {
    /// The measures as the growth engine takes them.
    pub fn child(&self) -> Child {
        self.measures().child()
    }

    pub fn grams(&self) -> Option<Grams> {
        self.weight.and_then(|grams| Grams::new(grams).ok())
    }

    pub fn position(&self) -> Option<Position> {
        match self.position.as_deref() {
            Some("l") => Some(Position::Lying),
            Some("h") => Some(Position::Standing),
            _ => None,
        }
    }

    /// The z-score x 100 as it was stored.
    pub fn z(&self, index: Index) -> Option<i32> {
        match index {
            Index::LengthForAge => self.z_len,
            Index::WeightForAge => self.z_wei,
            Index::WeightForLength => self.z_wfl,
            Index::BmiForAge => self.z_bmi,
            Index::HeadForAge => self.z_hc,
            Index::ArmForAge => self.z_ac,
        }
    }

    /// The category as it was stored; the arm's goes by centimetres.
    pub fn category(&self, index: Index) -> Option<&str> {
        match index {
            Index::LengthForAge => self.tb_u.as_deref(),
            Index::WeightForAge => self.bb_u.as_deref(),
            Index::WeightForLength => self.bb_tb.as_deref(),
            Index::BmiForAge => self.imt_u.as_deref(),
            Index::HeadForAge => self.lingkar_kepala.as_deref(),
            Index::ArmForAge => None,
        }
    }

    /// Keys of the words of what asks for a second measurement.
    pub fn warning_words(&self) -> Vec<String> {
        let keys = self.warnings.split(',').filter(|key| !key.is_empty());
        keys.map(|key| format!("warning-{}", key.replace('_', "-")))
            .collect()
    }

    /// Key of the name of its length or height.
    pub fn length_words(&self) -> &'static str {
        match self.position() {
            Some(Position::Lying) => "length-l",
            Some(Position::Standing) => "length-h",
            None => "length-unknown",
        }
    }

    /// Whether it asks for a second measurement.
    pub fn doubtful(&self) -> bool {
        !self.warnings.is_empty()
    }
}

impl fmt::Debug for MeasurementRow {
    /// Masked: measures of a child do not belong in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredMeasurement")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
