//! The doors: somebody is away, somebody is back, one officer runs a desk.

use jiff::civil::Date;
use serde::Serialize;
use serde_json::json;
use simpul_db::{Source, args};
use simpul_identity::AreaCode;

use super::sql::{self, AbsenceRow};
use crate::access::{Role, Scope, Work, colleagues};
use crate::cases::transitions::LEAD;
use crate::platform::{AppError, Id, Result};

pub type Absence = AbsenceRow;

/// The longest absence, in days.
const LONGEST: i32 = 180;

/// Days on which somebody is away, and who acts in that time.
#[derive(Clone, Debug, Serialize)]
pub struct NewAbsence {
    pub id: Id,
    pub officer: Id,
    pub deputy: Id,
    pub from: Date,
    /// Included.
    pub to: Date,
}

/// Somebody in whose place an officer acts today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cases) struct Stand {
    pub officer: Id,
    pub role: Role,
    pub area: AreaCode,
}

/// Notes an absence: one's own, or by who leads that of somebody at the desk. The deputy is of the
/// same desk, and acts with the hand and the right of who is away.
///
/// # Errors
/// [`AppError::NotFound`] for somebody else's absence without leading the desk;
/// [`AppError::Refused`] when the deputy is of another desk or the days do not fit.
pub async fn go(work: &mut Work, new: NewAbsence) -> Result<()> {
    let scope = work.scope().clone();
    let leads = LEAD.contains(&scope.role());
    if new.officer != scope.user() && !leads {
        return Err(AppError::NotFound);
    }
    let area = *scope.area();
    let place = scope.admit(&area)?;
    let desk = colleagues(work.tx(), &scope, &area).await?;
    let of_desk = |id: Id| {
        let found = desk.iter().find(|one| one.id == id);
        found.map(|one| (one.role, one.area))
    };
    let (role, at_desk) = of_desk(new.officer).ok_or(AppError::NotFound)?;
    // The secretariat's right stays in the secretariat, and its manajer's with a manajer.
    let fits = |deputy: Role| deputy == role || (role != Role::Manajer && deputy != Role::Manajer);
    let deputy = of_desk(new.deputy).filter(|(deputy, area)| fits(*deputy) && *area == at_desk);
    if deputy.is_none() || new.deputy == new.officer {
        return Err(AppError::Refused("absence-deputy"));
    }
    let today = work.at().date_in(place.zone());
    let days = new.to.since(new.from).map_or(-1, |span| span.get_days());
    if new.to < today || !(0..=LONGEST).contains(&days) {
        return Err(AppError::Refused("absence-days"));
    }
    let (by, at, kabupaten) = (scope.user(), work.at(), place.kabupaten().as_str());
    let (from, to) = (new.from.to_string(), new.to.to_string());
    let row = args![
        kabupaten,
        new.id,
        area.as_str(),
        new.officer,
        role,
        new.deputy,
        from,
        to,
        by,
        at
    ];
    if work.tx().exec(&sql::MAKE_ABSENCE, row).await? == 1 {
        work.record(&place, "cases", "absence", new.officer, &new)?;
    }
    Ok(())
}

/// Back earlier than planned. Sent twice it is one step.
///
/// # Errors
/// [`AppError::NotFound`] for an absence outside the area, or of somebody else without leading.
pub async fn back(work: &mut Work, id: Id) -> Result<()> {
    let scope = work.scope().clone();
    let place = scope.admit(scope.area())?;
    let officer: Option<Id> = work.tx().opt(&sql::ABSENT, scope.bind(args![id])).await?;
    let mine = |officer: &Id| LEAD.contains(&scope.role()) || *officer == scope.user();
    let officer = officer.filter(mine).ok_or(AppError::NotFound)?;
    let ended = scope.bind(args![id, work.at()]);
    if work.tx().exec(&sql::END_ABSENCE, ended).await? == 0 {
        return Ok(());
    }
    let said = json!({ "absence": id });
    work.record(&place, "cases", "back", officer, &said)
}

/// Absences of the area that are not over on a day.
///
/// # Errors
/// When the database is away.
pub async fn away(from: &mut impl Source, scope: &Scope, day: Date) -> Result<Vec<Absence>> {
    let bound = scope.bind(args![day.to_string()]);
    Ok(from.all(&sql::ABSENCES, bound).await?)
}

/// In whose place this person acts today, as far as the area of a case goes.
pub(in crate::cases) async fn stands_for(
    from: &mut impl Source,
    scope: &Scope,
    area: &AreaCode,
    today: Date,
) -> Result<Vec<Stand>> {
    let Some(kabupaten) = scope.area().kabupaten() else {
        return Ok(Vec::new());
    };
    let asked = args![kabupaten.as_str(), scope.user(), today.to_string()];
    let rows: Vec<AbsenceRow> = from.all(&sql::STANDS_FOR, asked).await?;
    // A right does not reach further than the deputy's own area.
    let near = |row: &AbsenceRow| row.area.contains(area) && scope.area().contains(&row.area);
    Ok(rows
        .into_iter()
        .filter(near)
        .map(|row| Stand {
            officer: row.officer,
            role: row.role,
            area: *row.area,
        })
        .collect())
}

/// Whether one officer runs the desk of a village.
///
/// # Errors
/// When the database is away.
pub async fn is_alone(from: &mut impl Source, scope: &Scope, area: &AreaCode) -> Result<bool> {
    let Some(village) = area.village().map(AreaCode::from) else {
        return Ok(false);
    };
    let bound = scope.bind(args![village.as_str()]);
    let alone: Option<(bool,)> = from.opt(&sql::MODE, bound).await?;
    Ok(alone.is_some_and(|(alone,)| alone))
}

/// Turns the mode of one officer on or off, for the own village.
///
/// # Errors
/// [`AppError::NotFound`] for somebody who does not lead a village desk.
pub async fn keep_mode(work: &mut Work, alone: bool) -> Result<()> {
    let scope = work.scope().clone();
    let village = scope.area().village().ok_or(AppError::NotFound)?;
    if scope.role() != Role::Koordinator {
        return Err(AppError::NotFound);
    }
    let place = scope.admit(&village.into())?;
    let (at, user) = (work.at(), scope.user());
    let row = args![
        place.kabupaten().as_str(),
        village.as_str(),
        alone,
        user,
        at
    ];
    work.tx().exec(&sql::KEEP_MODE, row).await?;
    work.record(
        &place,
        "cases",
        "desk_mode",
        user,
        &json!({ "alone": alone }),
    )
}
