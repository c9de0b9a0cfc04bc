//! The doors: a service is kept, services are read.

use std::collections::BTreeSet;

use serde::Serialize;
use simpul_db::{OnConflict, Source, args};
use simpul_identity::{AreaCode, RegionCode};

use super::KEEPERS;
use super::sql::{self, ServiceRow};
use crate::access::{Scope, Work};
use crate::cases::doors::CHANGED;
use crate::cases::model::Need;
use crate::platform::{AppError, Id, Result, keyed};

/// The longest text of a field, in characters, and the most lines of a list.
const LONGEST: usize = 300;
const LINES: usize = 20;

keyed! {
    /// A day of the week, as in iCalendar.
    pub enum Day ("day") {
        Senin = "MO",
        Selasa = "TU",
        Rabu = "WE",
        Kamis = "TH",
        Jumat = "FR",
        Sabtu = "SA",
        Minggu = "SU",
    }
}

/// A service to keep: new, or as it is from now on.
#[derive(Clone, Debug, Serialize)]
pub struct NewService {
    pub id: Id,
    /// The version that was seen; 0 of a new one.
    pub version: i64,
    pub name: String,
    pub description: String,
    pub need: Option<Need>,
    pub active: bool,
    pub organization: String,
    pub phone: String,
    pub location: String,
    pub address: String,
    pub days: Vec<Day>,
    pub opens: String,
    pub closes: String,
    /// Hours in words: only with an appointment, closed on holidays.
    pub hours: String,
    pub documents: Vec<String>,
    pub eligible: Vec<String>,
}

/// A service with its lists.
pub struct Service {
    pub row: ServiceRow,
    pub documents: Vec<String>,
    pub eligible: Vec<String>,
}

impl NewService {
    fn check(&self) -> Result<Need> {
        let must = [&self.name, &self.organization, &self.location];
        let may = [
            &self.description,
            &self.phone,
            &self.address,
            &self.opens,
            &self.closes,
            &self.hours,
        ];
        let lists = self.documents.iter().chain(&self.eligible);
        let short = |text: &String| text.chars().count() <= LONGEST;
        let filled = must.iter().all(|text| !text.trim().is_empty());
        let fits = must.into_iter().chain(may).chain(lists).all(short);
        let lines = self.documents.len() <= LINES && self.eligible.len() <= LINES;
        let clock = |text: &String| text.is_empty() || is_clock(text);
        match self.need {
            Some(need) if filled && fits && lines && clock(&self.opens) && clock(&self.closes) => {
                Ok(need)
            }
            _ => Err(AppError::Refused("service-text")),
        }
    }

    /// Whether a service is what this made of it: the same tap came twice.
    fn made(&self, kept: &Service) -> bool {
        let (row, days) = (&kept.row, self.days.iter().map(|day| day.key()));
        let may = |kept: &Option<String>| kept.clone().unwrap_or_default();
        row.version == self.version + 1
            && Some(row.need) == self.need
            && (row.status == "active") == self.active
            && may(&row.byday) == days.collect::<Vec<_>>().join(",")
            && [
                (&row.name, &self.name),
                (&row.description, &self.description),
                (&row.organization, &self.organization),
                (&row.phone, &self.phone),
                (&may(&row.location), &self.location),
                (&may(&row.address), &self.address),
                (&may(&row.opens_at), &self.opens),
                (&may(&row.closes_at), &self.closes),
                (&may(&row.hours), &self.hours),
            ]
            .iter()
            .all(|(kept, sent)| kept == sent)
            && (&kept.documents, &kept.eligible) == (&self.documents, &self.eligible)
    }
}

/// `08:00`
fn is_clock(text: &str) -> bool {
    let Some((hours, minutes)) = text.split_once(':') else {
        return false;
    };
    let within =
        |part: &str, most: u8| part.len() == 2 && part.parse().is_ok_and(|n: u8| n <= most);
    within(hours, 23) && within(minutes, 59)
}

/// Kabupaten, kecamatan and village of an area, which serve it from above.
fn above(area: &AreaCode) -> [String; 3] {
    let kecamatan = area.region().and_then(|code| code.kecamatan());
    let text =
        |code: Option<RegionCode>| code.map_or_else(String::new, |code| code.as_str().into());
    [
        text(area.kabupaten()),
        text(kecamatan),
        text(area.village()),
    ]
}

/// The kabupaten whose directory this person reads: every role reads it, whatever persons it sees.
fn kabupaten(scope: &Scope) -> Result<RegionCode> {
    scope.area().kabupaten().ok_or(AppError::NotFound)
}

/// Keeps a service of the own area. Sent twice it is one change.
///
/// # Errors
/// [`AppError::NotFound`] for a role that keeps no directory or a service of another area;
/// [`AppError::Refused`] for texts that are missing, too long or no time of day;
/// [`AppError::Conflict`] when somebody changed it meanwhile.
pub async fn keep_service(work: &mut Work, new: &NewService) -> Result<()> {
    let scope = work.scope().clone();
    if !KEEPERS.contains(&scope.role()) {
        return Err(AppError::NotFound);
    }
    let need = new.check()?;
    let (code, area) = (kabupaten(&scope)?, *scope.area());
    let first = match service(work.tx(), &scope, new.id).await {
        Ok(first) => Some(first),
        Err(AppError::NotFound) => None,
        Err(error) => return Err(error),
    };
    if let Some(first) = &first {
        if !area.contains(&first.row.area) {
            return Err(AppError::NotFound);
        }
        if new.made(first) {
            return Ok(());
        }
    }
    let area = first.map_or(area, |first| *first.row.area);
    let (kabupaten, at, ids) = (code.as_str(), area.as_str(), work.app().clone());
    let fresh = || ids.ids().make();
    let today = work.at().date_in(scope.zone()).to_string();
    let given = args![kabupaten, fresh(), at, &new.organization, &new.phone];
    let organization: Id = work.tx().one(&sql::MAKE_ORGANIZATION, given).await?;
    let given = args![kabupaten, fresh(), at, &new.location, &new.address];
    let location: Id = work.tx().one(&sql::MAKE_LOCATION, given).await?;
    let status = if new.active { "active" } else { "inactive" };
    let row = args![
        kabupaten,
        new.id,
        at,
        organization,
        &new.name,
        &new.description,
        need,
        status,
        new.version,
        today
    ];
    if work.tx().exec(&sql::KEEP_SERVICE, row).await? == 0 {
        return Err(CHANGED);
    }
    lists(work, kabupaten, location, new).await?;
    // The directory holds no persons: who keeps users keeps it too.
    let place = Scope::of_program_at(area).admit(&area)?;
    work.record(&place, "cases", "service", new.id, new)
}

/// Place, hours, papers and who may use it, written anew.
async fn lists(work: &mut Work, kabupaten: &str, location: Id, new: &NewService) -> Result<()> {
    let old = || args![kabupaten, new.id];
    for statement in [
        &sql::DROP_SCHEDULE,
        &sql::DROP_PLACES,
        &sql::DROP_DOCUMENTS,
        &sql::DROP_ELIGIBILITY,
    ] {
        work.tx().exec(statement, old()).await?;
    }
    let ids = work.app().clone();
    let fresh = || ids.ids().make();
    let place = fresh();
    let at_location = args![kabupaten, place, new.id, location];
    work.tx().exec(&sql::MAKE_PLACE, at_location).await?;
    let days: Vec<&str> = new.days.iter().map(|day| day.key()).collect();
    let hours = args![
        kabupaten,
        fresh(),
        place,
        days.join(","),
        &new.opens,
        &new.closes,
        &new.hours
    ];
    work.tx().exec(&sql::MAKE_SCHEDULE, hours).await?;
    let lines = |all: &[String]| -> Vec<_> {
        let numbered = (1_i64..).zip(all);
        numbered
            .map(|(nth, text)| args![kabupaten, new.id, nth, text])
            .collect()
    };
    for (bulk, rows) in [
        (&sql::DOCUMENT_ROWS, lines(&new.documents)),
        (&sql::ELIGIBILITY_ROWS, lines(&new.eligible)),
    ] {
        if !rows.is_empty() {
            work.tx().insert(bulk, rows, OnConflict::Fail).await?;
        }
    }
    Ok(())
}

/// The services that this person's area has, and those that serve it from above.
///
/// # Errors
/// When the database is away; above a kabupaten there are none.
pub async fn services(
    from: &mut impl Source,
    scope: &Scope,
    need: Option<Need>,
) -> Result<Vec<ServiceRow>> {
    let Some(code) = scope.area().kabupaten() else {
        return Ok(Vec::new());
    };
    let [whole, kecamatan, village] = above(scope.area());
    let all = KEEPERS.contains(&scope.role());
    let asked = args![whole, kecamatan, village, need.map_or("", Need::key), all];
    let bound = scope.bind_figures(&code, asked);
    Ok(from.all(&sql::SERVICES, bound).await?)
}

/// One service with its lists.
///
/// # Errors
/// [`AppError::NotFound`] when it does not serve this person's area.
pub async fn service(from: &mut impl Source, scope: &Scope, id: Id) -> Result<Service> {
    let [whole, kecamatan, village] = above(scope.area());
    let code = kabupaten(scope)?;
    let bound = scope.bind_figures(&code, args![whole, kecamatan, village, id]);
    let row: Option<ServiceRow> = from.opt(&sql::SERVICE, bound).await?;
    let row = row.ok_or(AppError::NotFound)?;
    with_lists(from, code.as_str(), row).await
}

async fn with_lists(from: &mut impl Source, kabupaten: &str, row: ServiceRow) -> Result<Service> {
    let of = || args![kabupaten, row.id];
    Ok(Service {
        documents: from.all(&sql::DOCUMENTS_OF_SERVICE, of()).await?,
        eligible: from.all(&sql::ELIGIBILITY_OF, of()).await?,
        row,
    })
}

/// The services for a need at a place, for who shows a ticket.
///
/// # Errors
/// When the database is away.
pub async fn services_for(
    from: &mut impl Source,
    area: &AreaCode,
    need: Need,
) -> Result<Vec<Service>> {
    let Some(kabupaten) = area.kabupaten() else {
        return Ok(Vec::new());
    };
    if need.is_restricted() {
        return Ok(Vec::new());
    }
    let [_, kecamatan, village] = above(area);
    let asked = args![kabupaten.as_str(), village, kecamatan, need];
    let rows: Vec<ServiceRow> = from.all(&sql::SERVICES_FOR, asked).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        found.push(with_lists(from, kabupaten.as_str(), row).await?);
    }
    Ok(found)
}

/// The papers to bring, each once: what a slip may say without naming the need.
pub fn papers_for(services: &[Service]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let all = services.iter().flat_map(|service| &service.documents);
    all.filter(|paper| seen.insert(paper.to_lowercase()))
        .cloned()
        .collect()
}
