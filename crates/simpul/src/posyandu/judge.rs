//! What a measurement means: scores, categories, KMS letter, warnings, the facts for the rules,
//! and the counts of a month. Pure.

use jiff::civil::Date;
use simpul_growth::kms::{Gain, Rules, Status, Weighing};
use simpul_growth::plausibility::warnings;
use simpul_growth::{ALGORITHM, Assessment, Index, Score, Standard, assess};
use simpul_rules::{Audience, Facts, Finding, Origin, RUJUKAN_ANAK, Rulebook};

use super::model::{
    NewMeasurement, StoredMeasurement, age_days, age_months, join, month_number, position_key,
};
use super::sql::StoredSex;
use crate::platform::{AppError, Id, Instant, Result, Stored};
use crate::registry::Person;
use crate::screening::Considered;

/// Key of the warning that a score lies outside what children have.
pub const FLAGGED: &str = "skor_tidak_biasa";

/// What is measured must be complete and possible.
///
/// # Errors
/// [`AppError::Refused`] with the sentence to show.
pub fn check(new: &NewMeasurement, birth: Date, today: Date) -> Result<u32> {
    let nothing = new.weight.is_none()
        && new.lenhei.is_none()
        && new.head.is_none()
        && new.arm.is_none()
        && new.oedema.is_none()
        && new.danger_signs.is_empty();
    if nothing {
        return Err(AppError::Refused("measure-nothing"));
    }
    if new.on > today {
        return Err(AppError::Refused("measure-future"));
    }
    age_days(birth, new.on).ok_or(AppError::Refused("measure-before-birth"))
}

/// Judges a measurement beside what is known of the child, oldest first. `history` holds
/// neither this measurement nor the one it mends. `triggers` and urgency are still open.
pub fn judge(
    new: &NewMeasurement,
    person: &Person,
    age_days: u32,
    history: &[StoredMeasurement],
    (author, at): (Id, Instant),
) -> (StoredMeasurement, Assessment) {
    let mut row = unjudged(new, person, age_days, (author, at));
    let child = row.child();
    let scores = assess(&child);
    let before: Vec<&StoredMeasurement> = history
        .iter()
        .filter(|past| *past.measured_on <= new.on)
        .collect();
    let last = before.iter().rfind(|past| *past.measured_on < new.on);
    let last = last.map(|past| past.child());
    let mut doubts: Vec<&str> = warnings(&child, last.as_ref())
        .iter()
        .map(|warning| warning.key())
        .collect();
    if scores.flagged() {
        doubts.push(FLAGGED);
    }
    row.warnings = join(doubts);
    for index in Index::ALL {
        let z = scores.score(index).map(Score::hundredths);
        let category = scores
            .category(index)
            .map(|category| category.key().to_owned());
        match index {
            Index::LengthForAge => (row.z_len, row.tb_u) = (z, category),
            Index::WeightForAge => (row.z_wei, row.bb_u) = (z, category),
            Index::WeightForLength => (row.z_wfl, row.bb_tb) = (z, category),
            Index::BmiForAge => (row.z_bmi, row.imt_u) = (z, category),
            Index::HeadForAge => (row.z_hc, row.lingkar_kepala) = (z, category),
            Index::ArmForAge => row.z_ac = z,
        }
    }
    scores.standard.key().clone_into(&mut row.standard);
    row.below_red = scores
        .score(Index::WeightForAge)
        .is_some_and(|score| Rules::standard().lines.below_red(score));
    let status = letter(before.into_iter().chain([&row]));
    tell(&mut row, status);
    (row, scores)
}

fn unjudged(
    new: &NewMeasurement,
    person: &Person,
    age_days: u32,
    (author, at): (Id, Instant),
) -> StoredMeasurement {
    StoredMeasurement {
        id: new.id,
        area: Stored(person.area),
        person: new.person,
        household: person.household,
        day_id: new.day,
        measured_on: Stored(new.on),
        sex: StoredSex(person.sex),
        birth_date: Stored(person.birth_date),
        age_days,
        weight: new.weight.map(simpul_growth::Grams::get),
        lenhei: new.lenhei.map(simpul_growth::TenthsMm::get),
        position: new
            .position
            .map(|position| position_key(position).to_owned()),
        head: new.head.map(simpul_growth::TenthsMm::get),
        arm: new.arm.map(simpul_growth::TenthsMm::get),
        oedema: new.oedema,
        danger_signs: Stored(super::model::List(new.danger_signs.clone())),
        measurer: new.measurer.clone(),
        source: new.source,
        replaces: new.replaces,
        author,
        at,
        z_len: None,
        z_wei: None,
        z_wfl: None,
        z_bmi: None,
        z_hc: None,
        z_ac: None,
        standard: Standard::Who2006.key().to_owned(),
        algorithm: ALGORITHM.to_owned(),
        bb_u: None,
        tb_u: None,
        bb_tb: None,
        imt_u: None,
        lingkar_kepala: None,
        gain: None,
        gained: None,
        needed: None,
        twice: false,
        below_red: false,
        warnings: String::new(),
        urgency: None,
        asks_family: false,
    }
}

/// The letter of the last of these measurements, seen at its own post; none without a weight.
pub fn letter<'a>(past: impl IntoIterator<Item = &'a StoredMeasurement>) -> Option<Status> {
    let past: Vec<&StoredMeasurement> = past.into_iter().collect();
    let now = past.last().filter(|row| row.weight.is_some())?;
    let weighings: Vec<Weighing> = past
        .iter()
        .filter(|row| row.area == now.area)
        .filter_map(|row| {
            Some(Weighing {
                month: month_number(*row.measured_on),
                age_months: age_months(*row.birth_date, *row.measured_on),
                weight: row.grams()?,
            })
        })
        .collect();
    Rules::standard().status(super::model::growth_sex(*now.sex), &weighings)
}

/// Notes a letter in a row.
pub fn tell(row: &mut StoredMeasurement, status: Option<Status>) {
    row.gain = status.map(|status| status.gain.key().to_owned());
    row.gained = status.and_then(|status| status.gained);
    row.needed = status.and_then(|status| status.needed);
    row.twice = status.is_some_and(|status| status.twice);
}

/// Notes what the rules made of a row.
pub fn note(row: &mut StoredMeasurement, considered: &Considered) {
    row.asks_family = considered.screening.is_some();
    row.urgency = considered
        .health_referral
        .as_ref()
        .map(|referral| referral.urgency.key().to_owned());
}

/// Tells the letters of later weighings anew; the ids of those that changed. `history` is whole
/// and oldest first.
pub fn tell_anew(history: &mut [StoredMeasurement], from: Date) -> Vec<usize> {
    let mut changed = Vec::new();
    for at in 0..history.len() {
        if *history[at].measured_on <= from {
            continue;
        }
        let status = letter(&history[..=at]);
        let row = &mut history[at];
        let before = (row.gain.take(), row.gained, row.twice);
        tell(row, status);
        if before != (row.gain.clone(), row.gained, row.twice) {
            changed.push(at);
        }
    }
    changed
}

/// What the rules may know of a measurement. What was flagged has no category and so no fact.
pub fn facts(row: &StoredMeasurement) -> Facts {
    let on = *row.measured_on;
    let mut facts = Facts::new();
    facts.set("tanggal_lahir", *row.birth_date, Origin::Registry, on);
    let mut know = |key: &str, value: Option<simpul_rules::Value>| {
        if let Some(value) = value {
            facts.set(key, value, Origin::Measurement, on);
        }
    };
    for (key, category) in [
        ("bb_u", &row.bb_u),
        ("tb_u", &row.tb_u),
        ("bb_tb", &row.bb_tb),
        ("imt_u", &row.imt_u),
        ("lingkar_kepala", &row.lingkar_kepala),
    ] {
        know(key, category.as_deref().map(Into::into));
    }
    // Whole millimetres, rounded down: below 12.5 cm stays below. Outside the rules' own bounds
    // somebody wrote millimetres or inches.
    let arm = row.arm.and_then(|tenths| i32::try_from(tenths / 10).ok());
    know(
        "lila_mm",
        arm.filter(|mm| (50..=400).contains(mm)).map(Into::into),
    );
    know("edema", row.oedema.map(Into::into));
    let gain = row.gain.as_deref().map(Into::into);
    know("status_kms", gain);
    know("dua_t", row.gain.is_some().then(|| row.twice.into()));
    let weighed = row.bb_u.is_some();
    know("bgm", weighed.then(|| row.below_red.into()));
    let grams = row.weight.and_then(|grams| i32::try_from(grams).ok());
    know(
        "berat_gram",
        grams
            .filter(|g| (300..=150_000).contains(g))
            .map(Into::into),
    );
    let danger = !row.danger_signs.0.0.is_empty();
    know("tanda_bahaya", danger.then(|| true.into()));
    facts
}

/// The rules of a pack that apply to a measurement as seen on a day, when what was measured may
/// have grown old; none before the first edition, for a measurement from an old book is kept
/// unweighed.
pub fn applying(pack: &str, row: &StoredMeasurement, day: Date) -> Vec<Finding> {
    let Ok(pack) = Rulebook::embedded().pack(pack, day) else {
        return Vec::new();
    };
    let mut found = pack.findings(&facts(row), day, Audience::Officer);
    found.retain(Finding::applies);
    found
}

/// What sends the child on to a health worker, most urgent first.
pub fn referral(row: &StoredMeasurement) -> Vec<Finding> {
    let mut found = applying(RUJUKAN_ANAK, row, *row.measured_on);
    found.sort_by_key(|finding| std::cmp::Reverse(finding.urgency()));
    found
}

/// Whether a bidan should still look at it: what is old says nothing of the child today.
pub fn for_bidan(row: &StoredMeasurement, today: Date) -> bool {
    !applying(RUJUKAN_ANAK, row, today).is_empty()
}

/// The same fact again, whatever id the request had.
pub fn same(a: &StoredMeasurement, b: &StoredMeasurement) -> bool {
    let raw = |row: &StoredMeasurement| {
        (
            (
                row.id,
                row.person,
                row.day_id,
                *row.measured_on,
                row.replaces,
            ),
            (
                row.weight,
                row.lenhei,
                row.position.clone(),
                row.head,
                row.arm,
                row.oedema,
            ),
            (row.danger_signs.clone(), row.measurer.clone()),
        )
    };
    raw(a) == raw(b)
}

/// The monthly recap of a post: S, K, D, N, T, O, B, 2T, BGM.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Skdn {
    pub s: usize,
    pub k: usize,
    pub d: usize,
    pub n: usize,
    pub t: usize,
    pub o: usize,
    pub b: usize,
    pub twice: usize,
    pub below_red: usize,
}

impl Skdn {
    /// Counts one child: whether it was ever weighed here, and its last weighing of the month.
    pub fn count(&mut self, ever: bool, month: Option<&StoredMeasurement>) {
        self.s += 1;
        self.k += usize::from(ever);
        let Some(row) = month.filter(|row| row.weight.is_some()) else {
            return;
        };
        self.d += 1;
        match row.gain.as_deref() {
            Some("N") => self.n += 1,
            Some("T") => self.t += 1,
            Some("B") => self.b += 1,
            _ => self.o += 1,
        }
        self.twice += usize::from(row.twice);
        self.below_red += usize::from(row.below_red);
    }

    /// A share in tenths of a percent; none of nothing.
    pub fn share(part: usize, whole: usize) -> Option<i64> {
        let (part, whole) = (i64::try_from(part).ok()?, i64::try_from(whole).ok()?);
        (whole > 0).then(|| (part * 2000 + whole) / (2 * whole))
    }
}

/// The letter of a row as the engine has it.
pub fn status_of(row: &StoredMeasurement) -> Option<Status> {
    let gain = [Gain::N, Gain::T, Gain::O, Gain::B]
        .into_iter()
        .find(|gain| row.gain.as_deref() == Some(gain.key()))?;
    Some(Status {
        gain,
        twice: row.twice,
        gained: row.gained,
        needed: row.needed,
    })
}
