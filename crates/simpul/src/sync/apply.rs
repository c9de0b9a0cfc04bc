//! One entry through the same door as the pages.

use std::collections::HashMap;

use jiff::civil::Date;
use simpul_growth::{Grams, Position, TenthsMm};
use simpul_identity::{AreaCode, KkNumber, Nik, Phone, Sex};
use simpul_phone::entry::{self, Body};

use super::model::{NOTE_CONFLICT, NOTE_SECOND, Verdict, from_line};
use super::sent;
use crate::access::{Role, Work};
use crate::platform::{AppError, Id, Instant, Lang, Result};
use crate::posyandu::{self, EntrySource, NewDay, NewMeasurement, NewVisit, VisitItem};
use crate::registry::{
    self, FieldChanged, LifeEvent, NewBirth, NewFieldChange, NewHousehold, NewLifeEvent, NewPerson,
};
use crate::screening::{self, AnswerInput, BeginInput, DeclineInput};

/// What cannot be read here: another version, or changed on the way.
pub const UNREADABLE: AppError = AppError::Refused("sync-unreadable");
/// The family is on nobody's list any more.
const NOT_LISTED: AppError = AppError::Refused("sync-not-listed");

/// The hari buka that were named in this sending, by post and date.
pub type Days = HashMap<(String, Date), Id>;

/// Something that an entry speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refers {
    /// A person or household.
    Person(Id),
    Measurement(Id),
}

/// What an entry speaks of, in the order in which it should have come.
pub fn refers_to(body: &Body) -> Vec<Refers> {
    let person = |id: simpul_phone::Id| Refers::Person(from_line(id));
    let measured = |id: simpul_phone::Id| Refers::Measurement(from_line(id));
    match body {
        Body::OpenDay(_) | Body::RegisterHousehold(_) | Body::Withdraw(_) => Vec::new(),
        Body::Arrive(new) => vec![person(new.person)],
        Body::Measure(new) => {
            let replaces = new.replaces.map(measured);
            [person(new.person)].into_iter().chain(replaces).collect()
        }
        Body::RegisterBirth(new) => vec![person(new.mother)],
        Body::RegisterPerson(new) => vec![person(new.household)],
        Body::ChangeField(new) => [new.household]
            .iter()
            .chain(&new.person)
            .map(|id| person(*id))
            .collect(),
        Body::LifeEvent(new) => [new.household]
            .iter()
            .chain(&new.persons)
            .map(|id| person(*id))
            .collect(),
        Body::ScreenBegin(new) => {
            let finding = new.finding.map(measured);
            [person(new.household), person(new.person)]
                .into_iter()
                .chain(finding)
                .collect()
        }
        Body::ScreenAnswer(new) => vec![person(new.household)],
        Body::ScreenRefer(new) => vec![person(new.household)],
        Body::ScreenDecline(new) => vec![person(new.household)],
        Body::Intake(new) => vec![person(new.household)],
        Body::Emergency(new) => vec![person(new.household), person(new.person)],
        Body::Visit(new) => [new.household]
            .iter()
            .chain(&new.seen)
            .map(|id| person(*id))
            .collect(),
    }
}

/// Whether an entry is the task of a role: who does not measure runs no hari buka either, and does
/// not ask about what was found there.
pub fn is_task_of(role: Role, body: &Body) -> bool {
    match body {
        Body::OpenDay(_)
        | Body::Arrive(_)
        | Body::Measure(_)
        | Body::ScreenBegin(_)
        | Body::ScreenAnswer(_)
        | Body::ScreenRefer(_)
        | Body::ScreenDecline(_) => role.measures(),
        _ => true,
    }
}

/// Takes an entry in the name and at the time of its author, which the work has been told. `id` is
/// that of its fact.
///
/// # Errors
/// Those of the doors.
pub async fn apply(work: &mut Work, days: &mut Days, id: Id, body: &Body) -> Result<Verdict> {
    match body {
        Body::OpenDay(new) => {
            day(work, days, id, &new.post, new.date).await?;
        }
        Body::Arrive(new) => {
            let fresh = work.app().ids().make();
            let day = day(work, days, fresh, &new.post, new.date).await?;
            posyandu::arrive(work, day, from_line(new.person)).await?;
        }
        Body::Measure(new) => return measure(work, days, id, new).await,
        Body::RegisterBirth(new) => register_birth(work, id, new).await?,
        Body::RegisterPerson(new) => register_person(work, id, new).await?,
        Body::RegisterHousehold(new) => register_household(work, id, new).await?,
        Body::ChangeField(new) => return change_field(work, id, new).await,
        Body::LifeEvent(new) => life_event(work, id, new).await?,
        Body::ScreenBegin(new) => begin(work, id, new).await?,
        Body::ScreenAnswer(new) => {
            let screening = listed(work, from_line(new.household)).await?;
            let answers = new.answers.clone().into_iter().collect();
            let input = AnswerInput {
                id,
                screening,
                answers,
            };
            screening::answer(work, input).await?;
        }
        Body::ScreenRefer(new) => return sent::refer(work, id, new).await,
        Body::ScreenDecline(new) => {
            let screening = listed(work, from_line(new.household)).await?;
            let why = new.why.parse().map_err(|()| UNREADABLE)?;
            screening::decline(work, DeclineInput { id, screening, why }).await?;
        }
        Body::Intake(new) => return sent::intake(work, id, new).await,
        Body::Emergency(new) => return sent::emergency(work, id, new).await,
        Body::Visit(new) => visit(work, id, new).await?,
        // Closed by who reads `fixes`.
        Body::Withdraw(_) => {}
    }
    Ok(Verdict::TAKEN)
}

fn area(text: &str) -> Result<AreaCode> {
    AreaCode::parse(text).map_err(|_| UNREADABLE)
}

/// The hari buka of a post and date, opened when nobody did.
async fn day(work: &mut Work, days: &mut Days, id: Id, post: &str, date: Date) -> Result<Id> {
    let key = (post.to_owned(), date);
    if let Some(day) = days.get(&key) {
        return Ok(*day);
    }
    let new = NewDay {
        id,
        post_area: area(post)?,
        date,
    };
    let day = posyandu::open_day(work, new).await?;
    days.insert(key, day);
    Ok(day)
}

/// The figures of a measurement as the door takes them.
pub fn figures(id: Id, day: Option<Id>, new: &entry::Measure) -> Result<NewMeasurement> {
    let grams = |grams| Grams::new(grams).map_err(|_| AppError::Refused("sync-figure-unfit"));
    let length = |tenths| TenthsMm::new(tenths).map_err(|_| AppError::Refused("sync-figure-unfit"));
    let signs = new.danger_signs.iter().map(|key| key.parse());
    Ok(NewMeasurement {
        id,
        person: from_line(new.person),
        day,
        on: new.on,
        weight: new.weight.map(grams).transpose()?,
        lenhei: new.lenhei.map(length).transpose()?,
        position: new.position.map(|position| match position {
            entry::Position::Lying => Position::Lying,
            entry::Position::Standing => Position::Standing,
        }),
        head: new.head.map(length).transpose()?,
        arm: new.arm.map(length).transpose()?,
        oedema: new.oedema,
        measurer: new.measurer.clone().unwrap_or_default(),
        danger_signs: signs
            .collect::<std::result::Result<_, ()>>()
            .map_err(|()| UNREADABLE)?,
        replaces: new.replaces.map(from_line),
        source: match new.source {
            entry::Source::Phone => EntrySource::Phone,
            entry::Source::Book => EntrySource::Book,
        },
    })
}

/// The day of a measurement, and its figures.
async fn to_measure(
    work: &mut Work,
    days: &mut Days,
    id: Id,
    new: &entry::Measure,
) -> Result<NewMeasurement> {
    let day = match &new.post {
        Some(post) => {
            let fresh = work.app().ids().make();
            Some(day(work, days, fresh, post, new.on).await?)
        }
        None => None,
    };
    figures(id, day, new)
}

/// Takes many measurements of one author at once, each of its own instant; none of those that
/// somebody has to look at, or that are second ones of their day.
///
/// # Errors
/// When all of it must be undone.
pub async fn measure_many(
    work: &mut Work,
    days: &mut Days,
    run: &[(Id, Instant, &entry::Measure)],
) -> Result<Vec<Option<Verdict>>> {
    let mut verdicts = vec![None; run.len()];
    let (mut places, mut news, mut ats) = (Vec::new(), Vec::new(), Vec::new());
    for (place, (id, at, new)) in run.iter().enumerate() {
        work.act_at(*at);
        match to_measure(work, days, *id, new).await {
            Ok(new) => {
                places.push(place);
                news.push(new);
                ats.push(*at);
            }
            Err(AppError::Refused(_) | AppError::Conflict(_) | AppError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    let said = posyandu::measure_many_at(work, &news, &ats).await?;
    for (place, said) in places.into_iter().zip(said) {
        let Ok(measured) = said else { continue };
        let (_, at, new) = run[place];
        work.act_at(at);
        if let Some(shown) = &new.shown {
            super::shown::compare(work, shown, &measured)?;
        }
        verdicts[place] = Some(Verdict::TAKEN);
    }
    Ok(verdicts)
}

async fn measure(
    work: &mut Work,
    days: &mut Days,
    id: Id,
    new: &entry::Measure,
) -> Result<Verdict> {
    let figures = to_measure(work, days, id, new).await?;
    match posyandu::measure(work, figures.clone()).await {
        Ok(measured) => {
            if let Some(shown) = &new.shown {
                super::shown::compare(work, shown, &measured)?;
            }
            Ok(Verdict::TAKEN)
        }
        Err(AppError::Conflict("measure-exists")) if figures.replaces.is_none() => {
            posyandu::measure_second(work, figures).await?;
            Ok(Verdict::Accepted {
                counts: false,
                note: Some(NOTE_SECOND),
            })
        }
        Err(error) => Err(error),
    }
}

fn sex(text: &str) -> Result<Sex> {
    Sex::parse(text).map_err(|_| UNREADABLE)
}

async fn register_birth(work: &mut Work, id: Id, new: &entry::RegisterBirth) -> Result<()> {
    let birth = NewBirth {
        id,
        mother: from_line(new.mother),
        order: new.order,
        name: new.name.clone(),
        sex: sex(&new.sex)?,
        birth_date: new.birth_date,
        birth_place: new.birth_place.clone(),
    };
    registry::register_birth(work, birth).await.map(drop)
}

async fn register_person(work: &mut Work, id: Id, new: &entry::RegisterPerson) -> Result<()> {
    let nik = new.nik.as_deref().map(Nik::parse).transpose();
    let phone = new.phone.as_deref().map(Phone::parse).transpose();
    let person = NewPerson {
        id,
        household: from_line(new.household),
        name: new.name.clone(),
        sex: sex(&new.sex)?,
        birth_date: new.birth_date,
        birth_place: new.birth_place.clone(),
        relation: new.relation.parse().map_err(|()| UNREADABLE)?,
        mother_name: new.mother_name.clone(),
        nik: nik.map_err(|error| AppError::Refused(error.key()))?,
        phone: phone.map_err(|_| AppError::Refused("registry-field-unfit"))?,
    };
    registry::register_person(work, person).await
}

async fn register_household(work: &mut Work, id: Id, new: &entry::RegisterHousehold) -> Result<()> {
    let kk = new.kk.as_deref().map(KkNumber::parse).transpose();
    let household = NewHousehold {
        id,
        area: area(&new.post)?,
        kk: kk.map_err(|error| AppError::Refused(error.key()))?,
        dusun: new.dusun.clone(),
        rt: new.rt.clone(),
        rw: new.rw.clone(),
        address: new.address.clone(),
    };
    registry::register_household(work, household).await
}

async fn change_field(work: &mut Work, id: Id, new: &entry::ChangeField) -> Result<Verdict> {
    let change = NewFieldChange {
        id,
        household: from_line(new.household),
        person: new.person.map(from_line),
        field: new.field.parse().map_err(|()| UNREADABLE)?,
        seen: new.seen.clone(),
        value: new.value.clone(),
    };
    Ok(match registry::change_field(work, change).await? {
        FieldChanged::Taken => Verdict::TAKEN,
        FieldChanged::Conflict => Verdict::Accepted {
            counts: true,
            note: Some(NOTE_CONFLICT),
        },
    })
}

/// The id of one part of a fact that was given the id `whole`.
pub(super) fn part_of(whole: Id, part: u8) -> Id {
    let mut bytes = *whole.as_bytes();
    bytes[14] ^= part;
    Id::from_bytes(bytes)
}

async fn life_event(work: &mut Work, id: Id, new: &entry::LifeEvent) -> Result<()> {
    let kind = match new.event {
        entry::Event::Death => LifeEvent::Meninggal,
        entry::Event::MoveIn => LifeEvent::PindahMasuk,
        entry::Event::MoveOut => LifeEvent::PindahKeluar,
        entry::Event::Divorce => LifeEvent::Cerai,
        entry::Event::Marriage => LifeEvent::Nikah,
    };
    let said = [new.place.trim(), new.note.trim()];
    let said: Vec<&str> = said.into_iter().filter(|text| !text.is_empty()).collect();
    let event = |id, person| NewLifeEvent {
        id,
        household: from_line(new.household),
        person,
        kind,
        on: new.on,
        detail: said.join("; "),
    };
    if new.persons.is_empty() {
        return registry::record_event(work, event(id, None)).await;
    }
    for (part, person) in (0_u8..).zip(&new.persons) {
        let one = event(part_of(id, part), Some(from_line(*person)));
        registry::record_event(work, one).await?;
    }
    Ok(())
}

/// The open screening of a family.
pub(super) async fn listed(work: &mut Work, household: Id) -> Result<Id> {
    let (scope, tx) = work.parts();
    // Outside the scope the family does not exist, whatever lists say.
    registry::household(tx, scope, household).await?;
    let open = screening::open_of(tx, scope, household).await?;
    open.ok_or(NOT_LISTED)
}

async fn begin(work: &mut Work, id: Id, new: &entry::ScreenBegin) -> Result<()> {
    if let Some(finding) = new.finding {
        let (scope, tx) = work.parts();
        posyandu::measurement(tx, scope, from_line(finding)).await?;
    }
    let input = BeginInput {
        id,
        screening: listed(work, from_line(new.household)).await?,
        accompanied_by: new.accompanied_by.parse().map_err(|()| UNREADABLE)?,
        consent_rujukan: new.consent_rujukan,
        consent_ukuran: new.consent_ukuran,
        lang: Lang::from_code(&new.lang),
    };
    screening::begin(work, input).await
}

async fn visit(work: &mut Work, id: Id, new: &entry::Visit) -> Result<()> {
    let household = from_line(new.household);
    let mut items: Vec<VisitItem> = Vec::with_capacity(new.items.len());
    for item in &new.items {
        items.push(VisitItem {
            person: item.person.map(from_line),
            item: item.key.clone(),
            value: item.value.clone(),
        });
    }
    let open = {
        let (scope, tx) = work.parts();
        registry::household(tx, scope, household).await?;
        screening::asked_of(tx, scope, household).await?
    };
    let weighed = work.scope().role().measures() && !new.answers.is_empty();
    if let Some(screening) = open.filter(|_| weighed) {
        let input = AnswerInput {
            id: part_of(id, 1),
            screening,
            answers: new.answers.clone().into_iter().collect(),
        };
        screening::answer(work, input).await?;
    } else {
        // Nobody asks this family just now, or others do: what was said stays with the visit.
        let said = new.answers.iter().map(|(fact, value)| VisitItem {
            person: None,
            item: fact.clone(),
            value: value.clone().unwrap_or_default(),
        });
        items.extend(said);
    }
    let visit = NewVisit {
        id,
        household,
        on: new.on,
        met: new.met,
        seen: new.seen.iter().map(|id| from_line(*id)).collect(),
        items,
        asked: new.asked,
        saved: new.saved,
        note: new.note.clone(),
    };
    posyandu::visit(work, visit).await
}
