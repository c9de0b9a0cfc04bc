//! What a phone holds of its area, read from the slices that own it: names and figures, no numbers
//! and no decile. Who does not measure holds figures and answers of those alone whose family
//! consented, and neither hari buka nor the list of families to ask.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan as _;
use jiff::civil::Date;
use simpul_phone::entry::Position;
use simpul_phone::extract::{
    Answer, Consent, Day, Extract, Home, Measured, Membership, Person, Post, Referral, Registry,
    RegistryAnswer, Screening, Task, WorkNow,
};

use tokio::sync::Semaphore;

use super::consents::{Consents, consent, consented, shows_figures};
use super::model::on_line;
use crate::access::{Change, Scope};
use crate::cases::{self, Action, CaseLine};
use crate::platform::{App, AppError, Id, Instant, Result};
use crate::posyandu::{self, AreaDay, AreaMeasurement, BidanAnswer};
use crate::registry::{
    self, AreaHousehold, AreaPerson, AreaProgramme, LifeEvent, Standing, UpdateState, UpdateTask,
};
use crate::screening::{self, AreaAnswer, AreaScreening};

/// Months of measurements, and days of hari buka, referrals and tasks.
const MEASURED_MONTHS: i64 = 24;
const RECENT_DAYS: i64 = 62;

/// What changed in an area.
#[derive(Debug, Default)]
pub struct Touched {
    households: BTreeSet<Id>,
    persons: BTreeSet<Id>,
    measured: BTreeSet<Id>,
    asked: BTreeSet<Id>,
    days: bool,
    cases: bool,
    tasks: bool,
}

impl Touched {
    /// Notes what a fact touches.
    pub fn add(&mut self, change: &Change) {
        let subject = change.subject;
        match (change.slice.as_str(), change.kind.as_str()) {
            ("registry", "person" | "person-changed") => {
                self.persons.insert(subject);
            }
            ("registry", kind) => {
                self.households.insert(subject);
                self.tasks |= kind.starts_with("life-event");
                // Consents and look-ups change what is still to be asked.
                self.asked.insert(subject);
            }
            ("posyandu", "measured" | "measured_twice" | "judged_anew" | "bidan_answered") => {
                self.measured.insert(subject);
                self.days = true;
            }
            ("posyandu", "day_opened" | "arrived") => self.days = true,
            ("screening", _) => {
                self.asked.insert(subject);
            }
            ("cases", _) => self.cases = true,
            _ => {}
        }
    }

    pub fn is_empty(&self) -> bool {
        let sets = [&self.households, &self.persons, &self.measured, &self.asked];
        sets.iter().all(|set| set.is_empty()) && !self.days && !self.cases && !self.tasks
    }
}

/// Since when things are told.
struct Times {
    now: Instant,
    measured: Date,
    recent: Date,
    recent_at: Instant,
}

impl Times {
    fn of(app: &App, scope: &Scope) -> Self {
        let now = app.now();
        let today = now.date_in(scope.zone());
        Self {
            now,
            measured: today.saturating_sub(MEASURED_MONTHS.months()),
            recent: today.saturating_sub(RECENT_DAYS.days()),
            recent_at: now.plus_seconds(-RECENT_DAYS * 24 * 3600),
        }
    }
}

/// The whole area.
///
/// # Errors
/// When the database is away.
pub async fn whole(app: &App, scope: &Scope) -> Result<Extract> {
    // Whole areas fill memory, and after a restore or an import every phone asks for its own.
    static TURNS: Semaphore = Semaphore::const_new(2);
    let _turn = TURNS.acquire().await.map_err(AppError::internal)?;
    let times = Times::of(app, scope);
    let mut db = app.db();
    let households = registry::area_households(&mut db, scope).await?;
    let persons = registry::area_persons(&mut db, scope).await?;
    let known = registry::area_known(&mut db, scope, &households).await?;
    let year_ago = times.now.plus_seconds(-366 * 24 * 3600);
    let consents = registry::area_consents(&mut db, scope, Instant(0)).await?;
    let consents = Consents::newest(&consents, &persons);
    let under_five = times.recent.saturating_sub(5.years());
    let measured = posyandu::area_measurements(&mut db, scope, times.measured, under_five).await?;
    let bidan = posyandu::area_bidan_answers(&mut db, scope, year_ago).await?;
    let mut extract = Extract {
        posts: posts(app, scope).await?,
        households: households
            .iter()
            .map(|home| {
                let (standing, programmes) = (known.standing(home.id), known.programmes(home.id));
                line_home(home, standing, programmes, consents.family(home.id))
            })
            .collect(),
        persons: persons
            .iter()
            .map(|person| line_person(person, consents.person(person.id)))
            .collect(),
        measurements: measured
            .iter()
            .filter(|row| shows_figures(scope, consents.person(row.person).as_ref()))
            .map(|row| line_measured(row, &bidan))
            .collect(),
        work: Some(WorkNow {
            role: scope.role().key().to_owned(),
            area: scope.area().as_str().to_owned(),
        }),
        ..Extract::empty()
    };
    if scope.role().measures() {
        let screenings = screening::area_screenings(&mut db, scope).await?;
        extract.screenings = screenings.iter().map(line_screening).collect();
        extract.days = days(app, scope, &times).await?;
    }
    let answers = screening::area_answers(&mut db, scope, times.now).await?;
    let told =
        |answer: &&AreaAnswer| shows_figures(scope, consents.family(answer.household).as_ref());
    extract.answers = answers.iter().filter(told).map(line_answer).collect();
    extract.referrals = referrals(app, scope, &times).await?;
    extract.tasks = tasks(app, scope, &times).await?;
    Ok(extract)
}

/// What changed.
///
/// # Errors
/// When the database is away.
pub async fn part(app: &App, scope: &Scope, touched: &Touched) -> Result<Extract> {
    let times = Times::of(app, scope);
    let mut extract = Extract::empty();
    let mut db = app.db();
    let mut households = touched.households.clone();
    for person in &touched.persons {
        match registry::person(&mut db, scope, *person).await {
            Ok(person) => {
                households.insert(person.household);
            }
            Err(AppError::NotFound) => extract.left.push(on_line(*person)),
            Err(error) => return Err(error),
        }
    }
    let mut measured = touched.measured.clone();
    for household in households {
        let entered = touched.households.contains(&household);
        let members = family(app, scope, household, &mut extract).await?;
        if entered {
            measured.extend(members);
        }
    }
    let year_ago = times.now.plus_seconds(-366 * 24 * 3600);
    let bidan = if measured.is_empty() {
        BTreeMap::new()
    } else {
        posyandu::area_bidan_answers(&mut db, scope, year_ago).await?
    };
    for person in measured {
        if !scope.role().measures() && !consented(app, scope, person).await? {
            continue;
        }
        let rows = posyandu::person_measurements(&mut db, scope, person, times.measured).await?;
        let lines = rows.iter().map(|row| line_measured(row, &bidan));
        extract.measurements.extend(lines);
    }
    for household in &touched.asked {
        let asked = screening::family_asked(&mut db, scope, *household, times.now).await?;
        if scope.role().measures() {
            let open = asked.open.iter().map(line_screening);
            extract.screenings.extend(open);
        }
        extract.closed.extend(asked.closed.into_iter().map(on_line));
        let rujukan = consent(app, scope, *household, None).await?;
        if shows_figures(scope, rujukan.as_ref()) {
            let answers = asked.answers.iter().map(line_answer);
            extract.answers.extend(answers);
        }
    }
    if touched.days && scope.role().measures() {
        extract.days = days(app, scope, &times).await?;
    }
    if touched.cases {
        extract.referrals = referrals(app, scope, &times).await?;
    }
    if touched.tasks {
        extract.tasks = tasks(app, scope, &times).await?;
    }
    Ok(extract)
}

/// A family that changed, or that left; the ids of its members.
async fn family(app: &App, scope: &Scope, household: Id, extract: &mut Extract) -> Result<Vec<Id>> {
    let mut db = app.db();
    let kabupaten = scope.area().kabupaten();
    let kabupaten = kabupaten
        .as_ref()
        .map_or("", |kabupaten| kabupaten.as_str());
    let Some((home, members)) = registry::area_family(&mut db, scope, household).await? else {
        extract.left.push(on_line(household));
        let all = registry::to_forget(&mut db, kabupaten, household, true).await?;
        extract.left.extend(all.into_iter().map(on_line));
        return Ok(Vec::new());
    };
    let gone = registry::to_forget(&mut db, kabupaten, household, false).await?;
    extract.left.extend(gone.into_iter().map(on_line));
    let answer = registry::registry_answer(&mut db, scope, household).await?;
    let programmes = registry::memberships(&mut db, scope, household).await?;
    let programmes: Vec<AreaProgramme> = programmes
        .into_iter()
        .map(|one| AreaProgramme {
            person: one.person,
            programme: one.programme,
            state: one.state,
            as_of: one.as_of,
        })
        .collect();
    let rujukan = consent(app, scope, household, None).await?;
    if !shows_figures(scope, rujukan.as_ref()) {
        // As of a person below: what the phone knew, it forgets.
        extract.left.push(on_line(household));
    }
    let home = line_home(&home, answer.into(), &programmes, rujukan);
    extract.households.push(home);
    for person in &members {
        let ukuran = consent(app, scope, household, Some(person.id)).await?;
        if !shows_figures(scope, ukuran.as_ref()) {
            // The phone forgets what it knew, and takes the person anew.
            extract.left.push(on_line(person.id));
        }
        extract.persons.push(line_person(person, ukuran));
    }
    Ok(members.iter().map(|person| person.id).collect())
}

/// The posts of an area.
///
/// # Errors
/// When the database is away.
pub async fn posts(app: &App, scope: &Scope) -> Result<Vec<Post>> {
    let rows = posyandu::posts(&mut app.db(), scope).await?;
    let line = |row: posyandu::PostRow| Post {
        area: row.area.as_str().to_owned(),
        name: row.name,
    };
    Ok(rows.into_iter().map(line).collect())
}

fn line_home(
    home: &AreaHousehold,
    standing: Standing,
    programmes: &[AreaProgramme],
    consent_rujukan: Option<Consent>,
) -> Home {
    Home {
        id: on_line(home.id),
        area: home.area.as_str().to_owned(),
        version: home.version,
        dusun: home.dusun.clone(),
        rt: home.rt.clone(),
        rw: home.rw.clone(),
        address: home.address.clone(),
        has_kk: home.has_kk,
        registry: Registry {
            answer: match standing.found {
                Some(true) => RegistryAnswer::Found,
                Some(false) => RegistryAnswer::NotFound,
                None => RegistryAnswer::NotChecked,
            },
            as_of: standing.as_of,
            by_desk: standing.by_desk,
        },
        memberships: programmes
            .iter()
            .map(|one| Membership {
                programme: one.programme.key().to_owned(),
                state: one.state.key().to_owned(),
                as_of: one.as_of,
            })
            .collect(),
        consent_rujukan,
    }
}

fn line_person(person: &AreaPerson, consent_ukuran: Option<Consent>) -> Person {
    Person {
        id: on_line(person.id),
        household: on_line(person.household),
        version: person.version,
        name: person.name.clone(),
        sex: person.sex.clone(),
        birth_date: *person.birth_date,
        relation: person.relation.key().to_owned(),
        mother_name: person.mother_name.clone(),
        has_nik: person.has_nik,
        consent_ukuran,
    }
}

fn keys(list: &str) -> Vec<String> {
    let keys = list.split(',').filter(|key| !key.is_empty());
    keys.map(str::to_owned).collect()
}

fn line_measured(row: &AreaMeasurement, bidan: &BTreeMap<Id, BidanAnswer>) -> Measured {
    Measured {
        id: on_line(row.id),
        person: on_line(row.person),
        on: *row.measured_on,
        area: row.area.clone(),
        weight: row.weight,
        lenhei: row.lenhei,
        position: match row.position.as_deref() {
            Some("l") => Some(Position::Lying),
            Some("h") => Some(Position::Standing),
            _ => None,
        },
        head: row.head,
        arm: row.arm,
        oedema: row.oedema,
        danger_signs: keys(&row.danger_signs),
        warnings: keys(&row.warnings),
        gain: row.gain.clone(),
        author: on_line(row.author),
        bidan: bidan.get(&row.id).map(|answer| answer.key().to_owned()),
        second: row.second.then_some(true),
    }
}

async fn days(app: &App, scope: &Scope, times: &Times) -> Result<Vec<Day>> {
    let rows = posyandu::area_days(&mut app.db(), scope, times.recent).await?;
    let line = |(day, came): (AreaDay, Vec<Id>)| Day {
        id: on_line(day.id),
        post: day.area.as_str().to_owned(),
        date: *day.held_on,
        arrived: came.into_iter().map(on_line).collect(),
    };
    Ok(rows.into_iter().map(line).collect())
}

fn line_screening(row: &AreaScreening) -> Screening {
    Screening {
        id: on_line(row.id),
        household: on_line(row.household),
        person: on_line(row.person),
        state: row.state.key().to_owned(),
        opened_on: *row.opened_on,
        due_at: row.due_at.0,
    }
}

fn line_answer(row: &AreaAnswer) -> Answer {
    Answer {
        household: on_line(row.household),
        fact: row.fact.clone(),
        value: row.value.clone(),
        on: *row.observed,
        by_desk: row.origin == "desk",
        screening: on_line(row.screening),
    }
}

async fn referrals(app: &App, scope: &Scope, times: &Times) -> Result<Vec<Referral>> {
    let lines = cases::sent_by(&mut app.db(), scope, times.recent_at).await?;
    let line = |case: CaseLine| Referral {
        case: on_line(case.id),
        household: on_line(case.household),
        need: case.progress.need.key().to_owned(),
        urgency: case.urgency.key().to_owned(),
        state: case.progress.state.key().to_owned(),
        opened_at: case.progress.opened_at.0,
        changed_at: case.progress.changed_at.0,
        reply: case.news.and_then(|step| said(&step.action)),
        mine: true,
    };
    Ok(lines.into_iter().map(line).collect())
}

/// What a step tells the sender.
fn said(action: &Action) -> Option<String> {
    let texts = action.texts();
    let all: Vec<&str> = texts.into_iter().map(|(_, text)| text).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

async fn tasks(app: &App, scope: &Scope, times: &Times) -> Result<Vec<Task>> {
    let rows = registry::events_by(&mut app.db(), scope, times.recent_at).await?;
    let line = |task: UpdateTask| Task {
        id: on_line(task.id),
        event: match task.kind {
            LifeEvent::Lahir => "birth",
            LifeEvent::Meninggal => "death",
            LifeEvent::PindahMasuk => "move_in",
            LifeEvent::PindahKeluar => "move_out",
            LifeEvent::Nikah => "marriage",
            LifeEvent::Cerai => "divorce",
        }
        .to_owned(),
        household: on_line(task.household),
        on: *task.happened_on,
        state: match task.state {
            UpdateState::Waiting => "open",
            UpdateState::Done => "done",
            UpdateState::Refused => "refused",
        }
        .to_owned(),
        cut_off: *task.due_on,
        reply: (!task.reason.is_empty()).then_some(task.reason),
    };
    Ok(rows.into_iter().map(line).collect())
}
