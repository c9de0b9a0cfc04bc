//! How a matter comes in and whom it concerns. Keys are stored; words are in the word files.
//! Fields, natures and categories: Permensos 15/2018 and 8/2012.

use super::model::Need;
use crate::platform::keyed;

keyed! {
    /// What a case is at its door. Referrals and stated needs share one open case per need;
    /// the others have cases of their own.
    pub enum Kind ("kind") {
        /// Sent by a post or a service.
        Rujukan = "rujukan",
        /// Stated by the family itself.
        Kebutuhan = "kebutuhan",
        Pertanyaan = "pertanyaan",
        Saran = "saran",
        Pengaduan = "pengaduan",
        Darurat = "darurat",
    }

    /// What a matter is about.
    pub enum Field ("field") {
        Pangan = "pangan",
        Kesehatan = "kesehatan",
        Bantuan = "bantuan",
        Kependudukan = "kependudukan",
        Pendidikan = "pendidikan",
        Perumahan = "perumahan",
        Ekonomi = "ekonomi",
        Usaha = "usaha",
        Ketenagakerjaan = "ketenagakerjaan",
        Sosial = "sosial",
        Bencana = "bencana",
        Kekerasan = "kekerasan",
    }

    /// Membership of a programme, need of one, or something that a village, company or Baznas
    /// can solve.
    pub enum Nature ("nature") {
        Kepesertaan = "kepesertaan",
        KebutuhanProgram = "kebutuhan_program",
        NonProgram = "non_program",
    }

    /// How it reached us.
    pub enum Channel ("channel") {
        Meja = "meja",
        Lapangan = "lapangan",
        Telepon = "telepon",
        Halaman = "halaman",
    }

    /// Who speaks, when it is not the family itself.
    pub enum Speaker ("speaker") {
        Sendiri = "sendiri",
        Kerabat = "kerabat",
        Tetangga = "tetangga",
        Petugas = "petugas",
    }

    /// The officer a complaint is about: it goes past the village.
    pub enum About ("about") {
        KepalaDesa = "kepala_desa",
        Kader = "kader",
        Petugas = "petugas",
    }

    /// Who has to look after a case now: the village first.
    pub enum Tier ("tier") {
        Desa = "desa",
        Kecamatan = "kecamatan",
        Kabupaten = "kabupaten",
    }

    /// The 26 categories of people in need of social services (PPKS).
    pub enum Category ("ppks") {
        BalitaTerlantar = "01",
        AnakTerlantar = "02",
        AnakBerhadapanHukum = "03",
        AnakJalanan = "04",
        AnakDisabilitas = "05",
        AnakKorbanKekerasan = "06",
        AnakPerlindunganKhusus = "07",
        LansiaTerlantar = "08",
        PenyandangDisabilitas = "09",
        TunaSusila = "10",
        Gelandangan = "11",
        Pengemis = "12",
        Pemulung = "13",
        Minoritas = "14",
        BekasWargaBinaan = "15",
        OrangDenganHiv = "16",
        KorbanNapza = "17",
        KorbanPerdagangan = "18",
        KorbanKekerasan = "19",
        PekerjaMigran = "20",
        KorbanBencanaAlam = "21",
        KorbanBencanaSosial = "22",
        PerempuanRawan = "23",
        FakirMiskin = "24",
        KeluargaBermasalah = "25",
        KomunitasTerpencil = "26",
    }
}

impl Kind {
    /// Ends with an answer, never with a decision on help; an emergency with what was learnt.
    pub fn is_talk(self) -> bool {
        matches!(
            self,
            Self::Pertanyaan | Self::Saran | Self::Pengaduan | Self::Darurat
        )
    }

    /// Cases of one lane are one while they are open.
    pub fn lane(self) -> &'static str {
        match self {
            Self::Rujukan | Self::Kebutuhan => "",
            other => other.key(),
        }
    }
}

impl Field {
    /// The need that this field asks for.
    pub fn need(self) -> Need {
        match self {
            Self::Pangan => Need::Pangan,
            Self::Kesehatan => Need::Jaminan,
            Self::Bantuan => Need::Bantuan,
            Self::Kependudukan => Need::Data,
            Self::Pendidikan => Need::Pendidikan,
            Self::Perumahan => Need::Perumahan,
            Self::Kekerasan => Need::Perlindungan,
            Self::Ekonomi | Self::Usaha | Self::Ketenagakerjaan | Self::Sosial | Self::Bencana => {
                Need::Lainnya
            }
        }
    }
}

impl Kind {
    /// What a person chooses from; the others come by their own ways.
    pub const BROUGHT: &'static [Self] = &[
        Self::Kebutuhan,
        Self::Pertanyaan,
        Self::Pengaduan,
        Self::Saran,
    ];
}

impl Field {
    /// The field of a need that came in without one.
    pub fn of(need: Need) -> Self {
        match need {
            Need::Pangan => Self::Pangan,
            Need::Jaminan => Self::Kesehatan,
            Need::Bantuan => Self::Bantuan,
            Need::Data => Self::Kependudukan,
            Need::Pendidikan => Self::Pendidikan,
            Need::Perumahan => Self::Perumahan,
            Need::Perlindungan => Self::Kekerasan,
            Need::Lainnya => Self::Sosial,
        }
    }
}

impl Category {
    /// Shown to few and never on a list for a village meeting (categories 03, 06, 10, 14 to 19).
    pub fn is_sensitive(self) -> bool {
        matches!(
            self,
            Self::AnakBerhadapanHukum
                | Self::AnakKorbanKekerasan
                | Self::TunaSusila
                | Self::Minoritas
                | Self::BekasWargaBinaan
                | Self::OrangDenganHiv
                | Self::KorbanNapza
                | Self::KorbanPerdagangan
                | Self::KorbanKekerasan
        )
    }
}

impl Tier {
    /// Who comes next; `None` above the kabupaten.
    pub fn above(self) -> Option<Self> {
        match self {
            Self::Desa => Some(Self::Kecamatan),
            Self::Kecamatan => Some(Self::Kabupaten),
            Self::Kabupaten => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_categories_are_sensitive_by_their_numbers() {
        let numbers: Vec<&str> = Category::ALL
            .iter()
            .filter(|one| one.is_sensitive())
            .map(|one| one.key())
            .collect();
        assert_eq!(
            numbers,
            ["03", "06", "10", "14", "15", "16", "17", "18", "19"]
        );
        assert_eq!(Category::ALL.len(), 26);
    }
}
