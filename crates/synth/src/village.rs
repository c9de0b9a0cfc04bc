//! The records of a synthetic village: plain data, every field public.
//!
//! Numbers and names are unmasked, also in `Debug`: nobody real is meant. See
//! [`Person::nik`] for how that is made sure.

use jiff::civil::Date;
use simpul_growth::Position;
use simpul_identity::{Decile, RegionCode, Sex};

/// A village on one day: its Posyandu, its families, and who comes this morning.
#[derive(Debug, Clone, PartialEq)]
pub struct Village {
    /// Code of the village.
    pub area: RegionCode,
    /// The day up to which it is known; the day of the hari buka of this month.
    pub today: Date,
    /// The Posyandu, numbered from 1.
    pub posts: Vec<Post>,
    /// The families, one KK each.
    pub households: Vec<Household>,
    /// The children of this morning's hari buka, about 80 % of those under five.
    pub morning: Vec<Visit>,
}

/// A Posyandu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// 1 and up; written with three digits.
    pub number: u16,
    /// Name of a flower or fruit, with a number where a village has many posts.
    pub name: String,
    /// Day of the month of its hari buka up to last month.
    pub day: i8,
    /// Smallest step its scale shows, in grams.
    pub scale_grams: u32,
}

/// The family of one Kartu Keluarga.
#[derive(Debug, Clone, PartialEq)]
pub struct Household {
    /// KK number, 16 digits; its serial is from 9001 up, as in [`Person::nik`].
    pub kk: String,
    /// Dusun, pekon part or lingkungan.
    pub dusun: String,
    /// RT, 1 and up; written with three digits.
    pub rt: u16,
    /// RW, 1 and up; written with three digits.
    pub rw: u16,
    /// Number of the Posyandu that serves the house.
    pub post: u16,
    /// Street or hamlet with house number.
    pub address: String,
    /// Whether the family stands in DTSEN.
    pub in_dtsen: bool,
    /// Decile in DTSEN; none for some in it and all outside.
    pub decile: Option<Decile>,
    /// Date of the DTSEN data; none outside.
    pub dtsen_date: Option<Date>,
    /// Programmes it receives.
    pub memberships: Memberships,
    /// What it would answer at the double screening.
    pub answers: Answers,
    /// Members, head of the family first.
    pub members: Vec<Person>,
}

/// Programmes a family receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memberships {
    /// Program Keluarga Harapan.
    pub pkh: bool,
    /// Sembako (BPNT).
    pub sembako: bool,
    /// Health insurance of the family.
    pub jkn: Jkn,
}

/// Health insurance (JKN) of a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Jkn {
    /// Paid by the state.
    Pbi,
    /// Was paid by the state until this day, now inactive.
    PbiRemoved(Date),
    /// Paid by an employer or by the family.
    Paid,
    /// Joined on its own, in arrears: inactive.
    Arrears,
    /// Never joined.
    None,
}

impl Jkn {
    /// Whether care is paid for today.
    #[must_use]
    pub fn active(self) -> bool {
        matches!(self, Self::Pbi | Self::Paid)
    }
}

/// Answers to the double screening; `None` where the family does not know or does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answers {
    /// NIK and KK are at hand.
    pub nik_kk_known: Option<bool>,
    /// JKN is active, as the family believes.
    pub jkn_active: Option<bool>,
    /// Receives PKH, as it says.
    pub receives_pkh: Option<bool>,
    /// Receives Sembako, as it says.
    pub receives_sembako: Option<bool>,
    /// The breadwinner lost work.
    pub lost_work: Option<bool>,
    /// Meals were skipped in the last seven days.
    pub meals_skipped: Option<bool>,
    /// A child of school age is not at school.
    pub child_out_of_school: Option<bool>,
    /// Somebody has a chronic illness.
    pub chronic_illness: Option<bool>,
    /// An elderly person lives alone.
    pub elderly_alone: Option<bool>,
    /// A recent birth, death, divorce or move that the register may not know.
    pub life_event: Option<LifeEvent>,
    /// Floor of the house.
    pub floor: Floor,
    /// Toilet.
    pub toilet: Toilet,
    /// Drinking water.
    pub water: Water,
}

/// What happened in a family lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LifeEvent {
    /// A child was born.
    Birth,
    /// Somebody died.
    Death,
    /// A couple parted.
    Divorce,
    /// The family moved in.
    Move,
}

/// Floor of a house.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Floor {
    /// Earth.
    Earth,
    /// Wood or bamboo.
    Wood,
    /// Cement.
    Cement,
    /// Tiles.
    Tile,
}

/// Toilet of a house.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toilet {
    /// None.
    None,
    /// Shared with others.
    Shared,
    /// Its own.
    Own,
}

/// Drinking water of a house.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Water {
    /// River, rain or an open well.
    Open,
    /// A protected well, pump or spring.
    Protected,
    /// Piped or bottled.
    Piped,
}

/// A member of a family.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// Name as the register holds it.
    pub name: String,
    /// NIK, 16 digits, mostly with the kecamatan of the village; missing for some, for 60 % of
    /// the newborn. Its serial is from 9001 up: serials are issued in order from 0001 for each
    /// prefix and date, so none this high is in use, and the number is nobody's.
    pub nik: Option<String>,
    /// Sex.
    pub sex: Sex,
    /// Day of birth.
    pub birth_date: Date,
    /// Town of birth.
    pub birth_place: String,
    /// Mother's name; missing for some.
    pub mother_name: Option<String>,
    /// Father's name, where he is known.
    pub father_name: Option<String>,
    /// Index of the mother among the members, where she lives here.
    pub mother: Option<usize>,
    /// Relation to the head of the family.
    pub relation: Relation,
    /// Telephone, `0810` and eight digits: a prefix of no operator.
    pub phone: Option<String>,
    /// Marital status.
    pub marital: Marital,
    /// Highest schooling finished.
    pub education: Education,
    /// What the person does.
    pub occupation: Occupation,
    /// Attendance of school.
    pub school: School,
    /// Disability.
    pub disability: Disability,
    /// Expects a child.
    pub pregnant: bool,
    /// Hari buka before this month, oldest first; children under five only.
    pub measurements: Vec<Measurement>,
}

/// Makes an enum whose values have the text of Indonesian forms.
macro_rules! labelled {
    ($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident = $label:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$value_doc])* $value,)+ }

        impl $name {
            /// The text of Indonesian forms.
            #[must_use]
            pub fn label(self) -> &'static str {
                match self { $(Self::$value => $label,)+ }
            }
        }
    };
}

labelled! {
    /// Relation to the head of the family.
    Relation {
        /// Head of the family.
        KepalaKeluarga = "KEPALA KELUARGA",
        /// Husband of the head.
        Suami = "SUAMI",
        /// Wife of the head.
        Istri = "ISTRI",
        /// Child of the head.
        Anak = "ANAK",
        /// Wife or husband of a child.
        Menantu = "MENANTU",
        /// Grandchild.
        Cucu = "CUCU",
        /// Parent of the head.
        OrangTua = "ORANG TUA",
        /// Parent of the head's wife or husband.
        Mertua = "MERTUA",
        /// Other kin.
        FamiliLain = "FAMILI LAIN",
    }
}

labelled! {
    /// Marital status.
    Marital {
        /// Never married.
        BelumKawin = "BELUM KAWIN",
        /// Married.
        Kawin = "KAWIN",
        /// Divorced.
        CeraiHidup = "CERAI HIDUP",
        /// Widowed.
        CeraiMati = "CERAI MATI",
    }
}

labelled! {
    /// Highest schooling finished.
    Education {
        /// None, or not yet.
        TidakSekolah = "TIDAK/BELUM SEKOLAH",
        /// Elementary school begun.
        BelumTamatSd = "BELUM TAMAT SD/SEDERAJAT",
        /// Elementary school.
        Sd = "TAMAT SD/SEDERAJAT",
        /// Lower secondary school.
        Smp = "SLTP/SEDERAJAT",
        /// Upper secondary school.
        Sma = "SLTA/SEDERAJAT",
        /// University or academy.
        Tinggi = "DIPLOMA IV/STRATA I",
    }
}

labelled! {
    /// What a person does.
    Occupation {
        /// Not working, or too young or old.
        BelumBekerja = "BELUM/TIDAK BEKERJA",
        /// Pupil or student.
        Pelajar = "PELAJAR/MAHASISWA",
        /// Keeps the house.
        RumahTangga = "MENGURUS RUMAH TANGGA",
        /// Farmer.
        Petani = "PETANI/PEKEBUN",
        /// Farm labourer.
        BuruhTani = "BURUH TANI/PERKEBUNAN",
        /// Day labourer.
        BuruhHarian = "BURUH HARIAN LEPAS",
        /// Trader.
        Pedagang = "PEDAGANG",
        /// Self-employed.
        Wiraswasta = "WIRASWASTA",
        /// Private employee.
        Karyawan = "KARYAWAN SWASTA",
        /// Civil servant.
        Pns = "PEGAWAI NEGERI SIPIL",
        /// Retired with a pension.
        Pensiunan = "PENSIUNAN",
    }
}

labelled! {
    /// Attendance of school.
    School {
        /// Too young.
        Belum = "BELUM SEKOLAH",
        /// At school.
        Aktif = "MASIH SEKOLAH",
        /// Of school age (7 to 18) and not at school.
        Putus = "PUTUS SEKOLAH",
        /// No longer of school age.
        Selesai = "TIDAK SEKOLAH LAGI",
    }
}

labelled! {
    /// Disability.
    Disability {
        /// None.
        Tidak = "TIDAK ADA",
        /// Lives with little help.
        Ringan = "RINGAN",
        /// Needs care.
        Berat = "BERAT",
    }
}

/// One measurement of a child, as the kader writes it down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measurement {
    /// Day.
    pub date: Date,
    /// Weight in grams, in steps of the post's scale.
    pub weight_grams: u32,
    /// Length or height in tenths of a millimetre, to 1 mm; not taken on some days.
    pub length_tenths_mm: Option<u32>,
    /// How the length was taken.
    pub position: Position,
    /// Head circumference in tenths of a millimetre, every third month.
    pub head_tenths_mm: Option<u32>,
    /// LiLA in tenths of a millimetre, from six months.
    pub lila_tenths_mm: Option<u32>,
    /// Pitting oedema of both feet.
    pub oedema: bool,
}

/// A child at this morning's hari buka.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Index of the family in [`Village::households`].
    pub household: usize,
    /// Index of the child among its members.
    pub member: usize,
    /// Number of the post.
    pub post: u16,
    /// Who brings the child.
    pub companion: Companion,
    /// The companion's name.
    pub companion_name: String,
    /// What is measured.
    pub measurement: Measurement,
    /// What a guardian answers when asked for consent; `None` where none is there to ask.
    pub consent: Option<bool>,
}

/// Who brings a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Companion {
    /// Mother.
    Mother,
    /// Father.
    Father,
    /// Grandparent.
    Grandparent,
    /// Grown brother, sister, aunt or uncle of the house.
    Kin,
    /// Somebody of another house.
    Neighbour,
}

impl Companion {
    /// Whether consent may be asked of them.
    #[must_use]
    pub fn guardian(self) -> bool {
        matches!(self, Self::Mother | Self::Father)
    }
}
