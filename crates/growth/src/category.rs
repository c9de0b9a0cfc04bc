//! Categories of Permenkes 2/2020 and of the arm circumference.

use crate::assess::{Assessment, Child, Standard};
use crate::units::{Centimetres, Index};

/// A class of nutrition or growth; [`Category::key`] is what records keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(
    missing_docs,
    reason = "the field's own terms, each listed in `Category::of_score`"
)]
pub enum Category {
    SangatKurang,
    Kurang,
    RisikoLebih,
    SangatPendek,
    Pendek,
    Tinggi,
    GiziBuruk,
    GiziKurang,
    GiziBaik,
    BerisikoGiziLebih,
    GiziLebih,
    Obesitas,
    Mikrosefali,
    Makrosefali,
    Normal,
}

impl Category {
    /// The stable key of files and records.
    pub fn key(self) -> &'static str {
        match self {
            Self::SangatKurang => "sangat_kurang",
            Self::Kurang => "kurang",
            Self::RisikoLebih => "risiko_lebih",
            Self::SangatPendek => "sangat_pendek",
            Self::Pendek => "pendek",
            Self::Tinggi => "tinggi",
            Self::GiziBuruk => "gizi_buruk",
            Self::GiziKurang => "gizi_kurang",
            Self::GiziBaik => "gizi_baik",
            Self::BerisikoGiziLebih => "berisiko_gizi_lebih",
            Self::GiziLebih => "gizi_lebih",
            Self::Obesitas => "obesitas",
            Self::Mikrosefali => "mikrosefali",
            Self::Makrosefali => "makrosefali",
            Self::Normal => "normal",
        }
    }

    /// The class of a rounded z-score x 100. A border value belongs to the better class
    /// (Permenkes 2/2020; head circumference: WHO). Arm-for-age has none: its classes go by
    /// centimetres, see [`arm_category`]. From 5 years only IMT/U has one.
    fn of_score(index: Index, standard: Standard, z: i32) -> Option<Self> {
        let schoolchild = standard == Standard::Who2007;
        Some(match index {
            Index::BmiForAge if schoolchild => match z {
                ..-300 => Self::GiziBuruk,
                -300..-200 => Self::GiziKurang,
                -200..=100 => Self::GiziBaik,
                101..=200 => Self::GiziLebih,
                201.. => Self::Obesitas,
            },
            _ if schoolchild => return None,
            Index::WeightForAge => match z {
                ..-300 => Self::SangatKurang,
                -300..-200 => Self::Kurang,
                -200..=100 => Self::Normal,
                101.. => Self::RisikoLebih,
            },
            Index::LengthForAge => match z {
                ..-300 => Self::SangatPendek,
                -300..-200 => Self::Pendek,
                -200..=300 => Self::Normal,
                301.. => Self::Tinggi,
            },
            Index::WeightForLength | Index::BmiForAge => match z {
                ..-300 => Self::GiziBuruk,
                -300..-200 => Self::GiziKurang,
                -200..=100 => Self::GiziBaik,
                101..=200 => Self::BerisikoGiziLebih,
                201..=300 => Self::GiziLebih,
                301.. => Self::Obesitas,
            },
            Index::HeadForAge => match z {
                ..-200 => Self::Mikrosefali,
                -200..=200 => Self::Normal,
                201.. => Self::Makrosefali,
            },
            Index::ArmForAge => return None,
        })
    }
}

impl Assessment {
    /// The category of an index. None where there is no score or a flagged one; oedema is
    /// `gizi_buruk` in BB/TB and IMT/U whatever was measured.
    ///
    /// ```
    /// use simpul_growth::{Age, Category, Child, Index, Kilograms, Sex, assess};
    /// let mut child = Child::new(Sex::Female, Some(Age::Days(365)));
    /// child.weight = Kilograms::new(7.0);
    /// assert_eq!(assess(&child).category(Index::WeightForAge), Some(Category::Kurang));
    /// child.oedema = true;
    /// assert_eq!(assess(&child).category(Index::WeightForAge), None);
    /// assert_eq!(assess(&child).category(Index::WeightForLength), Some(Category::GiziBuruk));
    /// ```
    pub fn category(&self, index: Index) -> Option<Category> {
        if self.oedema && matches!(index, Index::WeightForLength | Index::BmiForAge) {
            return Some(Category::GiziBuruk);
        }
        Category::of_score(index, self.standard, self.plausible(index)?.hundredths())
    }
}

/// The class of an arm circumference from 6 to 59 months: below 11.5 cm `gizi_buruk`, below
/// 12.5 cm `gizi_kurang`, else `normal` (WHO and the national protocol of acute malnutrition).
pub fn arm_category(child: &Child) -> Option<Category> {
    let months = child.age?.months();
    let cm = child.arm.map(Centimetres::get)?;
    (6.0..60.0).contains(&months).then_some(if cm < 11.5 {
        Category::GiziBuruk
    } else if cm < 12.5 {
        Category::GiziKurang
    } else {
        Category::Normal
    })
}
