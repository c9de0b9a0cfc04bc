//! What a measurement means: scores, warnings, the letter of the KMS, the facts for the rules.

use jiff::civil::Date;
use simpul_growth::kms::{Rules, Status, Weighing};
use simpul_growth::plausibility::warnings;
use simpul_growth::{Age, Assessment, Child, Grams, Index, Position, Score, Sex, TenthsMm, assess};
use simpul_rules::{Audience, Facts, Origin, Rule, Rulebook};

/// Key of the warning that a score lies outside what children have.
pub const FLAGGED: &str = "skor_tidak_biasa";

/// What was measured of a child on a day.
#[derive(Clone, Copy, PartialEq)]
pub struct Measures {
    /// The day.
    pub on: Date,
    /// Day of birth.
    pub birth: Date,
    /// Sex of the child.
    pub sex: Sex,
    /// Weight.
    pub weight: Option<Grams>,
    /// Length or height.
    pub lenhei: Option<TenthsMm>,
    /// How it was taken.
    pub position: Option<Position>,
    /// Head circumference.
    pub head: Option<TenthsMm>,
    /// Upper arm circumference.
    pub arm: Option<TenthsMm>,
    /// Swelling of both feet; none when nobody looked.
    pub oedema: Option<bool>,
    /// Whether a danger sign was seen.
    pub danger: bool,
}

/// An earlier measurement of the same child.
#[derive(Clone, Copy)]
pub struct Past {
    /// What was measured.
    pub measures: Measures,
    /// Whether it was taken at the same post: the letter looks at its own post alone.
    pub here: bool,
}

/// Why a measurement cannot be taken, by the key of its sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Impossible(pub &'static str);

/// What a measurement means.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// Whole days of age.
    pub age_days: u32,
    /// Scores and standard.
    pub assessment: Assessment,
    /// Keys of what asks for a second measurement.
    pub warnings: Vec<&'static str>,
    /// Weight below the red line of the KMS.
    pub below_red: bool,
    /// Letter of the KMS; none without a weight.
    pub status: Option<Status>,
}

/// Whole days of age; `None` before birth.
pub fn age_days(birth: Date, on: Date) -> Option<u32> {
    u32::try_from((on - birth).get_days()).ok()
}

/// Completed months of age by the calendar.
pub fn age_months(birth: Date, on: Date) -> u32 {
    let months = (i32::from(on.year()) - i32::from(birth.year())) * 12 + i32::from(on.month())
        - i32::from(birth.month())
        - i32::from(on.day() < birth.day());
    u32::try_from(months).unwrap_or(0)
}

/// Calendar months counted, for what happened "last month".
pub fn month_number(day: Date) -> u32 {
    u32::try_from(i32::from(day.year()) * 12 + i32::from(day.month())).unwrap_or(0)
}

impl Measures {
    /// The measures as the growth engine takes them.
    pub fn child(&self) -> Child {
        let age = age_days(self.birth, self.on).map(Age::Days);
        Child {
            weight: self.weight.map(Into::into),
            lenhei: self.lenhei.map(Into::into),
            position: self.position,
            oedema: self.oedema == Some(true),
            head: self.head.map(Into::into),
            arm: self.arm.map(Into::into),
            ..Child::new(self.sex, age)
        }
    }

    /// Whether nothing was measured and nothing seen.
    pub fn is_empty(&self) -> bool {
        self.weight.is_none()
            && self.lenhei.is_none()
            && self.head.is_none()
            && self.arm.is_none()
            && self.oedema.is_none()
            && !self.danger
    }

    /// What is measured must be complete and possible; gives the age in days.
    ///
    /// # Errors
    /// Nothing measured, a day to come, a day before birth.
    pub fn check(&self, today: Date) -> Result<u32, Impossible> {
        if self.is_empty() {
            return Err(Impossible("measure-nothing"));
        }
        if self.on > today {
            return Err(Impossible("measure-future"));
        }
        age_days(self.birth, self.on).ok_or(Impossible("measure-before-birth"))
    }
}

/// Judges a measurement beside what is known of the child, oldest first. `history` holds neither
/// this measurement nor the one it mends; what came after it is left aside.
///
/// ```
/// use jiff::civil::date;
/// use simpul_growth::{Grams, Sex};
/// use simpul_phone::judge::{Measures, Past, judge};
///
/// let now = Measures {
///     on: date(2026, 11, 10),
///     birth: date(2026, 1, 10),
///     sex: Sex::Female,
///     weight: Grams::new(7850).ok(),
///     lenhei: None, position: None, head: None, arm: None, oedema: None, danger: false,
/// };
/// let october = Measures { on: date(2026, 10, 10), weight: Grams::new(7400).ok(), ..now };
/// let said = judge(&now, &[Past { measures: october, here: true }]);
/// assert_eq!(said.status.unwrap().gain.key(), "N");
/// ```
pub fn judge(new: &Measures, history: &[Past]) -> Judgement {
    let child = new.child();
    let assessment = assess(&child);
    let before: Vec<&Past> = history
        .iter()
        .filter(|past| past.measures.on <= new.on)
        .collect();
    let last = before.iter().rfind(|past| past.measures.on < new.on);
    let last = last.map(|past| past.measures.child());
    let mut doubts: Vec<&'static str> = warnings(&child, last.as_ref())
        .iter()
        .map(|warning| warning.key())
        .collect();
    if assessment.flagged() {
        doubts.push(FLAGGED);
    }
    let now = Past {
        measures: *new,
        here: true,
    };
    Judgement {
        age_days: age_days(new.birth, new.on).unwrap_or(0),
        warnings: doubts,
        below_red: assessment
            .score(Index::WeightForAge)
            .is_some_and(|score| Rules::standard().lines.below_red(score)),
        status: letter(before.into_iter().chain([&now])),
        assessment,
    }
}

/// The letter of the last of these measurements; none without a weight.
pub fn letter<'a>(past: impl IntoIterator<Item = &'a Past>) -> Option<Status> {
    let past: Vec<&Past> = past.into_iter().collect();
    let now = past.last().filter(|past| past.measures.weight.is_some())?;
    let weighings: Vec<Weighing> = past
        .iter()
        .filter(|past| past.here)
        .filter_map(|past| {
            let taken = &past.measures;
            Some(Weighing {
                month: month_number(taken.on),
                age_months: age_months(taken.birth, taken.on),
                weight: taken.weight?,
            })
        })
        .collect();
    Rules::standard().status(now.measures.sex, &weighings)
}

/// What was said of a measurement, fresh or as it was stored.
#[derive(Clone, Copy)]
pub struct Said<'a> {
    /// Keys of the categories by fact, where a score is plausible.
    pub categories: [(&'static str, Option<&'a str>); 5],
    /// Letter of the KMS.
    pub gain: Option<&'a str>,
    /// The weight did not rise twice in a row.
    pub twice: bool,
    /// Below the red line.
    pub below_red: bool,
}

/// Facts and the indices whose categories they are.
const CATEGORIES: [(&str, Index); 5] = [
    ("bb_u", Index::WeightForAge),
    ("tb_u", Index::LengthForAge),
    ("bb_tb", Index::WeightForLength),
    ("imt_u", Index::BmiForAge),
    ("lingkar_kepala", Index::HeadForAge),
];

impl Judgement {
    /// The score x 100 of an index.
    pub fn z(&self, index: Index) -> Option<i32> {
        self.assessment.score(index).map(Score::hundredths)
    }

    /// What the rules may be told.
    pub fn said(&self) -> Said<'static> {
        Said {
            categories: CATEGORIES.map(|(fact, index)| {
                let category = self.assessment.category(index);
                (fact, category.map(simpul_growth::Category::key))
            }),
            gain: self.status.map(|status| status.gain.key()),
            twice: self.status.is_some_and(|status| status.twice),
            below_red: self.below_red,
        }
    }
}

/// What the rules may know of a measurement. What was flagged has no category and so no fact.
pub fn facts(taken: &Measures, said: &Said<'_>) -> Facts {
    let on = taken.on;
    let mut facts = Facts::new();
    facts.set("tanggal_lahir", taken.birth, Origin::Registry, on);
    let mut know = |key: &'static str, value: Option<simpul_rules::Value>| {
        if let Some(value) = value {
            facts.set(key, value, Origin::Measurement, on);
        }
    };
    for (key, category) in said.categories {
        know(key, category.map(Into::into));
    }
    // Whole millimetres, rounded down: below 12.5 cm stays below. Outside the rules' own bounds
    // somebody wrote millimetres or inches.
    let arm = taken.arm.and_then(|arm| i32::try_from(arm.get() / 10).ok());
    know(
        "lila_mm",
        arm.filter(|mm| (50..=400).contains(mm)).map(Into::into),
    );
    know("edema", taken.oedema.map(Into::into));
    know("status_kms", said.gain.map(Into::into));
    know("dua_t", said.gain.is_some().then(|| said.twice.into()));
    let weighed = said.categories[0].1.is_some();
    know("bgm", weighed.then(|| said.below_red.into()));
    let grams = taken
        .weight
        .and_then(|weight| i32::try_from(weight.get()).ok());
    know(
        "berat_gram",
        grams
            .filter(|g| (300..=150_000).contains(g))
            .map(Into::into),
    );
    know("tanda_bahaya", taken.danger.then(|| true.into()));
    facts
}

/// The rules of a pack that apply to these facts as seen on a day, when what was measured may
/// have grown old; none before the first edition, for a measurement from an old book is kept
/// unweighed.
pub fn applying(pack: &str, facts: &Facts, day: Date) -> Vec<&'static Rule> {
    let Ok(pack) = Rulebook::embedded().pack(pack, day) else {
        return Vec::new();
    };
    pack.applying(facts, day, Audience::Officer)
}
