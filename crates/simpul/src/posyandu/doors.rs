//! The doors of this slice: whatever the source, a fact enters here.

use jiff::civil::Date;
use serde::Serialize;
use serde_json::json;
use simpul_db::{DbError, OnConflict, Value, args};
use simpul_growth::Assessment;
use simpul_growth::kms::Status;
use simpul_identity::AreaCode;

use super::ahead::{Ahead, Arrival};
use super::judge;
use super::model::{
    DangerSign, EntrySource, NewBidanAnswer, NewDay, NewMeasurement, NewPost, StoredMeasurement,
    join,
};
use super::sql;
use crate::access::{Place, Work};
use crate::platform::{AppError, Id, Instant, Result, Stored};
use crate::registry;
use crate::screening::{self, Considered, HealthReferral, NewFinding};

/// Registers a Posyandu.
///
/// # Errors
/// [`AppError::Refused`] when the area is no post; [`AppError::Conflict`] when another post or
/// name stands there; [`AppError::NotFound`] outside the scope.
pub async fn make_post(work: &mut Work, new: NewPost) -> Result<()> {
    if new.area.post_number().is_none_or(|number| number == 0) || new.name.trim().is_empty() {
        return Err(AppError::Refused("post-needs-number"));
    }
    let place = work.scope().admit(&new.area)?;
    let (kabupaten, area) = (place.kabupaten().as_str(), new.area.as_str());
    let made = work
        .tx()
        .exec(&sql::MAKE_POST, args![kabupaten, new.id, area, &new.name])
        .await?;
    if made == 0 {
        let (scope, tx) = work.parts();
        let there: Option<sql::PostRow> = tx.opt(&sql::POST_AT, scope.bind(args![area])).await?;
        let same = there.is_some_and(|post| post.id == new.id && post.name == new.name);
        return if same {
            Ok(())
        } else {
            Err(AppError::Conflict("post-exists"))
        };
    }
    let payload = json!({ "area": area, "name": new.name });
    work.record(&place, "posyandu", "post_made", new.id, &payload)
}

/// Opens a hari buka, and gives its id: one per post and date, so that who comes second gets the
/// day that is open already.
///
/// # Errors
/// [`AppError::Refused`] for a day to come; [`AppError::Conflict`] when the id names another day.
pub async fn open_day(work: &mut Work, new: NewDay) -> Result<Id> {
    if new.post_area.post_number().is_none() {
        return Err(AppError::Refused("post-needs-number"));
    }
    let place = work.scope().admit(&new.post_area)?;
    if new.date > work.at().date_in(place.zone()) {
        return Err(AppError::Refused("day-future"));
    }
    let (area, date) = (new.post_area.as_str(), new.date.to_string());
    let (at, user) = (work.at(), work.scope().user());
    let made = work
        .tx()
        .exec(
            &sql::OPEN_DAY,
            args![place.kabupaten().as_str(), new.id, area, &date, user, at],
        )
        .await?;
    if made == 0 {
        let (scope, tx) = work.parts();
        let open = super::reads::day_at(tx, scope, &new.post_area, new.date).await?;
        return open.ok_or(AppError::Conflict("error-conflict"));
    }
    let payload = json!({ "area": area, "date": date });
    work.record(&place, "posyandu", "day_opened", new.id, &payload)?;
    Ok(new.id)
}

/// Notes that a child came to a hari buka; again is no error.
///
/// # Errors
/// [`AppError::NotFound`] when day or child are not in the scope.
pub async fn arrive(work: &mut Work, day: Id, person: Id) -> Result<()> {
    let (scope, tx) = work.parts();
    let person = registry::person(tx, scope, person).await?;
    super::reads::held_on(tx, scope, day).await?;
    let place = scope.admit(&person.area)?;
    note_arrival(work, &place, day, person.id).await
}

async fn note_arrival(work: &mut Work, place: &Place, day: Id, person: Id) -> Result<()> {
    let at = work.at();
    let row = args![
        place.kabupaten().as_str(),
        day,
        person,
        place.area().as_str(),
        at
    ];
    if work.tx().exec(&sql::ARRIVE, row).await? == 0 {
        return Ok(());
    }
    work.record(place, "posyandu", "arrived", person, &json!({ "day": day }))
}

/// What a measurement said at once.
pub struct Measured {
    /// Scores and standard.
    pub assessment: Assessment,
    /// Letter of the KMS, where a weight was taken.
    pub kms: Option<Status>,
    /// The row as it is kept, with warnings and categories.
    pub stored: StoredMeasurement,
    /// What the rules made of it.
    pub considered: Considered,
}

impl Measured {
    /// Keys of what asks for a second measurement.
    pub fn warnings(&self) -> impl Iterator<Item = &str> {
        self.stored
            .warnings
            .split(',')
            .filter(|key| !key.is_empty())
    }
}

/// Takes a measurement: keeps raw figures with scores and categories, tells the KMS letter, notes
/// the arrival, hands the finding to the screening and, where a referral is due, to the bidan.
/// Figures that look wrong are kept, and asked for again.
///
/// # Errors
/// [`AppError::Refused`] when nothing was measured or the date cannot be;
/// [`AppError::Conflict`] when the child has another measurement of that date or what it mends was
/// mended already; [`AppError::NotFound`] outside the scope.
pub async fn measure(work: &mut Work, new: NewMeasurement) -> Result<Measured> {
    let mut said = measure_many(work, &[new]).await?;
    said.pop().unwrap_or(Err(AppError::NotFound))
}

/// Takes many measurements in one unit of work, each with an answer of its own, in their order:
/// what is known of the children is read at once, and the rows are written at once. Nothing was
/// written of one that is refused.
///
/// # Errors
/// When the database is away, or somebody else measured one of the children at the same moment:
/// then the work must be dropped.
pub async fn measure_many(
    work: &mut Work,
    news: &[NewMeasurement],
) -> Result<Vec<Result<Measured>>> {
    let ats = vec![work.at(); news.len()];
    measure_many_at(work, news, &ats).await
}

/// As [`measure_many`], each at an instant of its own.
///
/// # Errors
/// As [`measure_many`].
pub async fn measure_many_at(
    work: &mut Work,
    news: &[NewMeasurement],
    ats: &[Instant],
) -> Result<Vec<Result<Measured>>> {
    let (scope, tx) = work.parts();
    let mut ahead = Ahead::read(tx, scope, news).await?;
    let mut said = Vec::with_capacity(news.len());
    for (new, at) in news.iter().zip(ats) {
        work.act_at(*at);
        said.push(match take(work, &mut ahead, new).await {
            Err(error @ (AppError::Refused(_) | AppError::Conflict(_) | AppError::NotFound)) => {
                Err(error)
            }
            Err(error) => return Err(error),
            Ok(measured) => Ok(measured),
        });
    }
    let rows: Vec<[Value; 43]> = ahead.take_made().map(bound).collect();
    let expected = rows.len();
    let made = work.tx().insert(&sql::MEASUREMENTS, rows, OnConflict::Skip);
    if usize::try_from(made.await?).is_ok_and(|made| made < expected) {
        return Err(AppError::Db(DbError::Busy));
    }
    note_arrivals(work, ahead.arrivals()).await?;
    Ok(said)
}

/// Notes who came, all at once; the journal has it with what was measured. When somebody else notes
/// one of them at the same moment, the work has to be done again.
async fn note_arrivals(work: &mut Work, all: &[Arrival]) -> Result<()> {
    let rows = all.iter().map(|one| {
        args![
            one.place.kabupaten().as_str(),
            one.day,
            one.person,
            one.place.area().as_str(),
            one.at
        ]
    });
    let rows: Vec<[Value; 5]> = rows.collect();
    let made = work.tx().insert(&sql::ARRIVALS, rows, OnConflict::Skip);
    if usize::try_from(made.await?).is_ok_and(|made| made < all.len()) {
        return Err(AppError::Db(DbError::Busy));
    }
    Ok(())
}

/// One of many; its row is written with those of the others.
async fn take(work: &mut Work, ahead: &mut Ahead, new: &NewMeasurement) -> Result<Measured> {
    let author = (work.scope().user(), work.at());
    let person = ahead.person(new.person)?;
    let place = work.scope().admit(&person.area)?;
    let age = judge::check(new, person.birth_date, author.1.date_in(place.zone()))?;
    ahead.check_links(new)?;
    let born = (person.birth_date, place.zone());
    let past = ahead.past(new, &person.area);
    let (mut row, assessment) = judge::judge(new, person, age, &past, author);
    // Only what comes between others changes their letters.
    let history = ahead.with_later(new);
    if let Some(there) = ahead.again(&row)? {
        let there = there.clone();
        return Ok(Measured {
            assessment,
            kms: judge::status_of(&there),
            considered: considered_before(work, &there).await?,
            stored: there,
        });
    }
    let considered = ahead.families.consider(work, born, finding(&row)).await?;
    judge::note(&mut row, &considered);
    work.record(&place, "posyandu", "measured", row.person, &payload(&row))?;
    ahead.make(place.clone(), row.clone());
    if !history.is_empty() {
        tell_later(work, ahead, &place, &row, history).await?;
    }
    put_on_bidan_list(work, &place, &row).await?;
    if let Some(day) = row.day_id {
        ahead.arrive(&place, day, row.person, work.at());
    }
    Ok(Measured {
        assessment,
        kms: judge::status_of(&row),
        stored: row,
        considered,
    })
}

pub(super) fn finding(row: &StoredMeasurement) -> NewFinding {
    NewFinding {
        id: row.id,
        person: row.person,
        household: row.household,
        source: row.id,
        facts: judge::facts(row),
        on: *row.measured_on,
    }
}

/// What the rules said the first time; letters told anew since then do not put a family on the
/// list.
async fn considered_before(work: &mut Work, row: &StoredMeasurement) -> Result<Considered> {
    let (scope, tx) = work.parts();
    let open = screening::open_of(tx, scope, row.household).await?;
    let referred = judge::referral(row);
    let triggers = judge::triggers(row, *row.measured_on);
    let urgency = referred.first().and_then(|rule| rule.effect.urgency());
    Ok(Considered {
        screening: open.filter(|_| row.asks_family),
        triggers: triggers.iter().map(|rule| rule.key.clone()).collect(),
        health_referral: urgency.map(|urgency| HealthReferral {
            urgency,
            reasons: referred.iter().map(|rule| rule.title.clone()).collect(),
        }),
    })
}

/// The letters of later weighings are told anew; what that reveals of today is not left for next
/// month.
async fn tell_later(
    work: &mut Work,
    ahead: &mut Ahead,
    place: &Place,
    row: &StoredMeasurement,
    mut history: Vec<StoredMeasurement>,
) -> Result<()> {
    let later = history.partition_point(|past| *past.measured_on <= *row.measured_on);
    history.insert(later, row.clone());
    let newest = history.len() - 1;
    for at in judge::tell_anew(&mut history, *row.measured_on) {
        let told = &mut history[at];
        if at == newest {
            let finding = NewFinding {
                id: work.app().ids().make(),
                household: row.household,
                ..finding(told)
            };
            let considered = screening::consider(work, finding).await?;
            ahead.families.look_again(row.person);
            judge::note(told, &considered);
            put_on_bidan_list(work, place, told).await?;
        }
        if !ahead.tell(told) {
            tell_letter(work, place, told).await?;
        }
    }
    Ok(())
}

async fn tell_letter(work: &mut Work, place: &Place, row: &StoredMeasurement) -> Result<()> {
    let letter = args![
        place.kabupaten().as_str(),
        row.id,
        row.gain,
        row.gained,
        row.needed,
        row.twice,
        row.urgency,
        row.asks_family
    ];
    work.tx().exec(&sql::TELL_LETTER, letter).await?;
    Ok(())
}

pub(super) async fn put_on_bidan_list(
    work: &mut Work,
    place: &Place,
    row: &StoredMeasurement,
) -> Result<()> {
    let at = work.at();
    if let Some(urgency) = &row.urgency
        && judge::for_bidan(row, at.date_in(place.zone()))
    {
        let (kabupaten, area) = (place.kabupaten().as_str(), row.area.as_str());
        let entry = args![kabupaten, row.id, area, row.person, urgency, at];
        work.tx().exec(&sql::PUT_ON_BIDAN_LIST, entry).await?;
    }
    Ok(())
}

/// The row in the order of [`sql::MEASUREMENTS`].
pub(super) fn bound((place, row): (Place, StoredMeasurement)) -> [Value; 43] {
    args![
        place.kabupaten().as_str(),
        row.id,
        row.area.as_str(),
        row.person,
        row.household,
        row.day_id,
        row.measured_on.to_string(),
        row.sex.code(),
        row.birth_date.to_string(),
        row.age_days,
        row.weight,
        row.lenhei,
        row.position,
        row.head,
        row.arm,
        row.oedema,
        join(row.danger_signs.0.0.iter().map(|sign| sign.key())),
        row.measurer,
        row.source,
        row.replaces,
        row.author,
        row.at,
        row.z_len,
        row.z_wei,
        row.z_wfl,
        row.z_bmi,
        row.z_hc,
        row.z_ac,
        row.standard,
        row.algorithm,
        row.bb_u,
        row.tb_u,
        row.bb_tb,
        row.imt_u,
        row.lingkar_kepala,
        row.gain,
        row.gained,
        row.needed,
        row.twice,
        row.below_red,
        row.warnings,
        row.urgency,
        row.asks_family
    ]
}

/// What the journal keeps: the raw figures, and what was said about them.
#[derive(Serialize)]
struct Payload<'a> {
    id: Id,
    day: Option<Id>,
    on: Date,
    weight_g: Option<u32>,
    lenhei_tenths_mm: Option<u32>,
    position: Option<&'a str>,
    head_tenths_mm: Option<u32>,
    arm_tenths_mm: Option<u32>,
    oedema: Option<bool>,
    danger_signs: &'a [DangerSign],
    measurer: &'a str,
    source: EntrySource,
    replaces: Option<Id>,
    z: [Option<i32>; 6],
    standard: &'a str,
    algorithm: &'a str,
    gain: Option<&'a str>,
    twice: bool,
    below_red: bool,
    warnings: &'a str,
    urgency: Option<&'a str>,
}

fn payload(row: &StoredMeasurement) -> Payload<'_> {
    Payload {
        id: row.id,
        day: row.day_id,
        on: *row.measured_on,
        weight_g: row.weight,
        lenhei_tenths_mm: row.lenhei,
        position: row.position.as_deref(),
        head_tenths_mm: row.head,
        arm_tenths_mm: row.arm,
        oedema: row.oedema,
        danger_signs: &row.danger_signs.0.0,
        measurer: &row.measurer,
        source: row.source,
        replaces: row.replaces,
        z: [
            row.z_len, row.z_wei, row.z_wfl, row.z_bmi, row.z_hc, row.z_ac,
        ],
        standard: &row.standard,
        algorithm: &row.algorithm,
        gain: row.gain.as_deref(),
        twice: row.twice,
        below_red: row.below_red,
        warnings: &row.warnings,
        urgency: row.urgency.as_deref(),
    }
}

/// Takes a bidan's answer to an entry of the list; an entry is answered once.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope; [`AppError::Conflict`] when it was answered.
pub async fn answer_bidan(work: &mut Work, new: NewBidanAnswer) -> Result<()> {
    let (user, at) = (work.scope().user(), work.at());
    let (scope, tx) = work.parts();
    let entry: Option<(Stored<AreaCode>, Id)> = tx
        .opt(&sql::BIDAN_ENTRY, scope.bind(args![new.entry]))
        .await?;
    let (area, person) = entry.ok_or(AppError::NotFound)?;
    let place = scope.admit(&area)?;
    let (kabupaten, key) = (place.kabupaten().as_str(), new.answer.key());
    let row = args![
        kabupaten,
        new.id,
        area.as_str(),
        new.entry,
        person,
        key,
        &new.note,
        user,
        at
    ];
    if tx.exec(&sql::BIDAN_ANSWER, row).await? == 0 {
        let past: Vec<sql::AnswerRow> = tx
            .all(&sql::BIDAN_ANSWERED, scope.bind(args![person]))
            .await?;
        let same = past.iter().any(|past| {
            past.entry == new.entry && past.answer == new.answer && past.note == new.note
        });
        return if same {
            Ok(())
        } else {
            Err(AppError::Conflict("error-conflict"))
        };
    }
    let payload = json!({ "measurement": new.entry, "answer": key, "note": new.note });
    work.record(&place, "posyandu", "bidan_answered", person, &payload)
}
