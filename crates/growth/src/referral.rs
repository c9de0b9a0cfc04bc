//! What the measures of a child say for a referral, from the post and on to the hospital.
//!
//! Only what follows from measures; urgency and the other reasons (danger signs, development,
//! immunisation) are the business of the rules.

use crate::assess::{Assessment, Child, Score};
use crate::category::{Category, arm_category};
use crate::kms::{Gain, Lines, Status};
use crate::units::Index;

/// A reason to refer a child. Flagged scores give none: they ask for a second measurement first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// T: the weight did not rise enough this month.
    NoGain,
    /// 2T: nor the month before.
    NoGainTwice,
    /// Weight-for-age below the red line of the KMS.
    BelowRedLine,
    /// Weight-for-age above the orange line of the KMS.
    AboveOrangeLine,
    /// This index is below -2.
    Low(Index),
    /// Weight-for-length above +2.
    Overweight,
    /// Length-for-age above +3: a possible endocrine cause.
    VeryTall,
    /// Arm circumference below 12.5 cm, 6 to 59 months.
    ThinArm,
    /// Bilateral pitting oedema.
    Oedema,
    /// Head circumference beyond -2 or +2.
    Head,
    /// Puskesmas to hospital: gizi buruk under six months of age.
    SevereUnderSixMonths,
    /// Puskesmas to hospital: gizi buruk from six months, weighing less than 4 kg.
    SevereUnderFourKg,
}

impl Reason {
    /// The stable key of records and rules.
    pub fn key(self) -> &'static str {
        match self {
            Self::NoGain => "t",
            Self::NoGainTwice => "dua_t",
            Self::BelowRedLine => "bawah_garis_merah",
            Self::AboveOrangeLine => "atas_garis_oranye",
            Self::Low(Index::LengthForAge) => "tb_u_rendah",
            Self::Low(Index::WeightForAge) => "bb_u_rendah",
            Self::Low(Index::WeightForLength) => "bb_tb_rendah",
            Self::Low(Index::BmiForAge) => "imt_u_rendah",
            Self::Low(Index::HeadForAge) | Self::Head => "lingkar_kepala",
            Self::Low(Index::ArmForAge) => "lila_u_rendah",
            Self::Overweight => "bb_tb_lebih",
            Self::VeryTall => "tb_u_tinggi",
            Self::ThinArm => "lila_rendah",
            Self::Oedema => "edema",
            Self::SevereUnderSixMonths => "gizi_buruk_bawah_6_bulan",
            Self::SevereUnderFourKg => "gizi_buruk_bawah_4_kg",
        }
    }
}

/// The reasons that follow from the measures of a child, in the order of [`Reason`]; `kms` is the
/// status of this month's weighing where there is one.
///
/// ```
/// use simpul_growth::kms::Rules;
/// use simpul_growth::referral::{Reason, reasons};
/// use simpul_growth::{Age, Centimetres, Child, Sex, assess};
/// let mut child = Child::new(Sex::Male, Some(Age::Days(500)));
/// child.arm = Centimetres::new(12.4);
/// let lines = Rules::standard().lines;
/// assert_eq!(reasons(&child, &assess(&child), None, &lines), [
///     Reason::Low(simpul_growth::Index::ArmForAge),
///     Reason::ThinArm,
/// ]);
/// // Nothing measured, nothing to refer for.
/// let unmeasured = Child::new(Sex::Male, None);
/// assert_eq!(reasons(&unmeasured, &assess(&unmeasured), None, &lines), []);
/// ```
pub fn reasons(
    child: &Child,
    scores: &Assessment,
    kms: Option<Status>,
    lines: &Lines,
) -> Vec<Reason> {
    let z = |index| scores.plausible(index).map(Score::hundredths);
    let mut found = Vec::new();
    let mut when = |condition: bool, reason| {
        if condition {
            found.push(reason);
        }
    };
    if let Some(status) = kms {
        when(status.gain == Gain::T, Reason::NoGain);
        when(status.twice, Reason::NoGainTwice);
    }
    if let Some(weight) = scores.score(Index::WeightForAge) {
        when(lines.below_red(weight), Reason::BelowRedLine);
        when(lines.above_orange(weight), Reason::AboveOrangeLine);
    }
    for index in Index::ALL {
        let low = z(index).is_some_and(|z| z < -200);
        when(low && index != Index::HeadForAge, Reason::Low(index));
    }
    when(
        z(Index::WeightForLength).is_some_and(|z| z > 200),
        Reason::Overweight,
    );
    when(
        scores.category(Index::LengthForAge) == Some(Category::Tinggi),
        Reason::VeryTall,
    );
    let arm = arm_category(child);
    when(
        arm.is_some_and(|class| class != Category::Normal),
        Reason::ThinArm,
    );
    when(child.oedema, Reason::Oedema);
    when(
        z(Index::HeadForAge).is_some_and(|z| !(-200..=200).contains(&z)),
        Reason::Head,
    );
    let severe = arm == Some(Category::GiziBuruk)
        || scores.category(Index::WeightForLength) == Some(Category::GiziBuruk);
    if let (true, Some(age)) = (severe, child.age) {
        let young = age.months() < 6.0;
        when(young, Reason::SevereUnderSixMonths);
        let light = child.weight.is_some_and(|weight| weight.get() < 4.0);
        when(!young && light, Reason::SevereUnderFourKg);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::assess;
    use crate::kms::Rules;
    use crate::units::{Age, Centimetres, Kilograms, Sex};

    fn keys(child: &Child, kms: Option<Status>) -> Vec<&'static str> {
        reasons(child, &assess(child), kms, &Rules::standard().lines)
            .into_iter()
            .map(Reason::key)
            .collect()
    }

    fn child(days: u32, kg: f64, cm: f64) -> Child {
        Child {
            weight: Kilograms::new(kg),
            lenhei: Centimetres::new(cm),
            ..Child::new(Sex::Female, Some(Age::Days(days)))
        }
    }

    #[test]
    fn each_measure_gives_its_reason_and_a_well_child_none() {
        assert_eq!(keys(&child(365, 8.9, 74.0), None), [""; 0]);
        let status = Status {
            gain: Gain::T,
            twice: true,
            gained: Some(0),
            needed: Some(200),
        };
        assert_eq!(keys(&child(365, 8.9, 74.0), Some(status)), ["t", "dua_t"]);
        let thin = [
            "bawah_garis_merah",
            "bb_u_rendah",
            "bb_tb_rendah",
            "imt_u_rendah",
        ];
        assert_eq!(keys(&child(365, 6.6, 73.0), None), thin);
        assert_eq!(
            keys(&child(365, 12.5, 74.0), None),
            ["atas_garis_oranye", "bb_tb_lebih"]
        );
        assert_eq!(keys(&child(365, 9.9, 83.5), None), ["tb_u_tinggi"]);
        let oedema = Child {
            oedema: true,
            ..child(120, 6.5, 62.0)
        };
        assert_eq!(keys(&oedema, None), ["edema", "gizi_buruk_bawah_6_bulan"]);
        let tiny = Child {
            oedema: true,
            ..child(250, 3.9, 68.0)
        };
        assert_eq!(keys(&tiny, None), ["edema", "gizi_buruk_bawah_4_kg"]);
        let head = Child {
            head: Centimetres::new(50.0),
            ..Child::new(Sex::Male, Some(Age::Days(365)))
        };
        assert_eq!(keys(&head, None), ["lingkar_kepala"]);
    }

    #[test]
    fn a_flagged_score_refers_nobody() {
        let flagged = child(365, 2.0, 74.0);
        assert!(assess(&flagged).flagged());
        assert_eq!(keys(&flagged, None), [""; 0]);
    }
}
