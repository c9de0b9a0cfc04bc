//! What a measurement means: scores, categories, KMS letter, warnings, the facts for the rules,
//! and the counts of a month. Pure.

use jiff::civil::Date;
use simpul_growth::kms::{Gain, Status};
use simpul_growth::{ALGORITHM, Assessment, Index, Standard};
use simpul_identity::AreaCode;
use simpul_phone::judge as shared;
use simpul_phone::judge::{Measures, Past};
use simpul_rules::{Action, Facts, PEMICU, RUJUKAN_ANAK, Rule};

use super::model::{NewMeasurement, StoredMeasurement, growth_sex, join, position_key};
use super::sql::StoredSex;
use crate::platform::{AppError, Id, Instant, Result, Stored};
use crate::registry::Person;
use crate::screening::Considered;

/// What is measured must be complete and possible.
///
/// # Errors
/// [`AppError::Refused`] with the sentence to show.
pub fn check(new: &NewMeasurement, birth: Date, today: Date) -> Result<u32> {
    // The sex decides nothing here.
    let measures = measures(new, birth, simpul_growth::Sex::Female);
    measures
        .check(today)
        .map_err(|impossible| AppError::Refused(impossible.0))
}

fn measures(new: &NewMeasurement, birth: Date, sex: simpul_growth::Sex) -> Measures {
    Measures {
        on: new.on,
        birth,
        sex,
        weight: new.weight,
        lenhei: new.lenhei,
        position: new.position,
        head: new.head,
        arm: new.arm,
        oedema: new.oedema,
        danger: !new.danger_signs.is_empty(),
    }
}

impl StoredMeasurement {
    /// The measures as the shared engine takes them.
    pub fn measures(&self) -> Measures {
        let long = |tenths: Option<u32>| tenths.and_then(|n| simpul_growth::TenthsMm::new(n).ok());
        Measures {
            on: *self.measured_on,
            birth: *self.birth_date,
            sex: growth_sex(*self.sex),
            weight: self.grams(),
            lenhei: long(self.lenhei),
            position: self.position(),
            head: long(self.head),
            arm: long(self.arm),
            oedema: self.oedema,
            danger: !self.danger_signs.0.0.is_empty(),
        }
    }

    /// Beside a measurement at this post.
    pub fn beside(&self, post: &AreaCode) -> Past {
        Past {
            measures: self.measures(),
            here: *self.area == *post,
        }
    }
}

/// Judges a measurement beside what is known of the child, oldest first. `past` holds
/// neither this measurement nor the one it mends. `triggers` and urgency are still open.
pub fn judge(
    new: &NewMeasurement,
    person: &Person,
    age_days: u32,
    past: &[Past],
    (author, at): (Id, Instant),
) -> (StoredMeasurement, Assessment) {
    judged(unjudged(new, person, age_days, (author, at)), past)
}

/// The same measurement of the child as it is known now, still judged as before.
///
/// # Errors
/// [`AppError::Refused`] where a child born that day could not have been measured so.
pub fn as_born(row: &StoredMeasurement, child: &Person, today: Date) -> Result<StoredMeasurement> {
    let mut row = row.clone();
    row.sex = StoredSex(child.sex);
    row.birth_date = Stored(child.birth_date);
    let age = row.measures().check(today);
    row.age_days = age.map_err(|impossible| AppError::Refused(impossible.0))?;
    Ok(row)
}

/// Says of a row what the figures mean beside what is known of the child.
pub fn judged(mut row: StoredMeasurement, past: &[Past]) -> (StoredMeasurement, Assessment) {
    let said = shared::judge(&row.measures(), past);
    row.warnings = join(said.warnings.iter().copied());
    for index in Index::ALL {
        let z = said.z(index);
        let category = said
            .assessment
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
    said.assessment.standard.key().clone_into(&mut row.standard);
    ALGORITHM.clone_into(&mut row.algorithm);
    row.below_red = said.below_red;
    tell(&mut row, said.status);
    (row, said.assessment)
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
fn letter(past: &[StoredMeasurement]) -> Option<Status> {
    let now = past.last()?;
    let past: Vec<Past> = past.iter().map(|row| row.beside(&now.area)).collect();
    shared::letter(&past)
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
    let said = shared::Said {
        categories: [
            ("bb_u", row.bb_u.as_deref()),
            ("tb_u", row.tb_u.as_deref()),
            ("bb_tb", row.bb_tb.as_deref()),
            ("imt_u", row.imt_u.as_deref()),
            ("lingkar_kepala", row.lingkar_kepala.as_deref()),
        ],
        gain: row.gain.as_deref(),
        twice: row.twice,
        below_red: row.below_red,
    };
    shared::facts(&row.measures(), &said)
}

/// The rules of a pack that apply to a measurement as seen on a day.
pub fn applying(pack: &str, row: &StoredMeasurement, day: Date) -> Vec<&'static Rule> {
    shared::applying(pack, &facts(row), day)
}

/// What sends the child on to a health worker, most urgent first.
pub fn referral(row: &StoredMeasurement) -> Vec<&'static Rule> {
    let mut found = applying(RUJUKAN_ANAK, row, *row.measured_on);
    found.sort_by_key(|rule| std::cmp::Reverse(rule.effect.urgency()));
    found
}

/// What puts a family on the list of the double screening, as seen on a day.
pub fn triggers(row: &StoredMeasurement, day: Date) -> Vec<&'static Rule> {
    let mut found = applying(PEMICU, row, day);
    found.retain(|rule| rule.effect.action() == Some(Action::Skrining));
    found
}

/// Whether a bidan should still look at what was urgent on its day: what is old says nothing of the
/// child today.
pub fn for_bidan(row: &StoredMeasurement, today: Date) -> bool {
    *row.measured_on == today || !applying(RUJUKAN_ANAK, row, today).is_empty()
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
