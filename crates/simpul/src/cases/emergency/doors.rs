//! The doors: an emergency is reported, a side says how far it is.

use serde::{Deserialize, Serialize};
use serde_json::json;
use simpul_db::{OnConflict, Source, args};
use simpul_identity::AreaCode;

use super::sql::{self, ArmRow, EmergencyRow, OpenRow};
use super::{ArmState, EmergencyKind, Side, moves, sees_all};
use crate::access::{Scope, Work, open_for};
use crate::cases::clock::due_after;
use crate::cases::doors::{CHANGED, NewReferral, Opened, SENDERS, enter, open};
use crate::cases::kinds::Kind;
use crate::cases::model::{Need, Urgency};
use crate::cases::reads;
use crate::cases::transitions::MAX_TEXT;
use crate::platform::{App, AppError, Id, Result};
use crate::registry;

/// The service time of every side.
const HOURS: &str = "darurat";

/// What was seen, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub place: String,
    pub people: String,
    pub needs: String,
    pub first_act: String,
    pub contacts: String,
}

impl Told {
    fn fits(&self) -> bool {
        let must = [&self.place, &self.needs];
        let may = [&self.people, &self.first_act, &self.contacts];
        let short = |text: &&String| text.chars().count() <= MAX_TEXT;
        must.iter().all(|text| !text.trim().is_empty()) && must.iter().chain(&may).all(short)
    }
}

/// An emergency to report.
#[derive(Clone, Debug, Serialize)]
pub struct NewEmergency {
    pub id: Id,
    pub kind: EmergencyKind,
    /// `None`: no family is known yet.
    pub household: Option<Id>,
    /// The village, for somebody whose area holds many.
    #[serde(skip)]
    pub village: Option<AreaCode>,
    /// Sides called besides those that the kind calls.
    pub more: Vec<Side>,
    pub told: Told,
}

/// An emergency with what was seen; nothing of that after its subject was erased.
pub struct Emergency {
    pub row: EmergencyRow,
    pub told: Option<Told>,
    pub arms: Vec<ArmRow>,
}

/// How far a side is, told by somebody who saw it at a state.
#[derive(Clone, Debug, Serialize)]
pub struct Arm {
    pub id: Id,
    pub case: Id,
    pub seen: ArmState,
    pub state: ArmState,
    /// What was done, or why not.
    pub note: String,
    /// What to do instead, when a side cannot come.
    pub next: String,
}

/// Opens the case and calls every side at once. Where care was refused for want of insurance, a
/// case for the insurance opens beside it.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope or for a role that reports nothing;
/// [`AppError::Refused`] for a text that is missing or too long, or without a village;
/// [`AppError::Conflict`] when the id came with other content.
pub async fn report(work: &mut Work, new: NewEmergency) -> Result<Opened> {
    if !SENDERS.contains(&work.scope().role()) {
        return Err(AppError::NotFound);
    }
    if !new.told.fits() {
        return Err(AppError::Refused("emergency-text"));
    }
    let scope = work.scope().clone();
    if let Some(first) = row(work.tx(), &scope, new.id).await? {
        return again(work, &new, &first).await;
    }
    let area = match new.household {
        Some(id) => registry::household(work.tx(), &scope, id).await?.area,
        None => new.village.unwrap_or(*scope.area()),
    };
    let place = scope.admit(&area)?;
    if place.area().village().is_none() {
        return Err(AppError::Refused("intake-village"));
    }
    let subject = new.household.unwrap_or(new.id);
    let case = NewReferral {
        id: new.id,
        household: subject,
        person: None,
        need: Need::Perlindungan,
        urgency: Urgency::Darurat,
        note: String::new(),
        source: None,
    };
    let sort = (Kind::Darurat, new.kind.field());
    let opened = enter(work, &place, &case, sort, None).await?;
    if opened.attached {
        // One sheet for one emergency of a family: what is new is said there.
        return Err(AppError::Refused("emergency-open"));
    }
    if let (EmergencyKind::DitolakJkn, Some(household)) = (new.kind, new.household) {
        let id = work.app().ids().make();
        let insurance = NewReferral {
            id,
            household,
            need: Need::Jaminan,
            urgency: Urgency::Segera,
            ..case
        };
        open(work, insurance).await?;
    }
    keep(work, &place, &new, subject).await?;
    work.record(&place, "cases", "emergency", subject, &new)?;
    Ok(opened)
}

async fn again(work: &mut Work, new: &NewEmergency, first: &EmergencyRow) -> Result<Opened> {
    let scope = work.scope().clone();
    let same = first.opened_by == scope.user()
        && first.kind == new.kind
        && first.subject == new.household.unwrap_or(new.id);
    let app = work.app().clone();
    // Of somebody who was erased nothing is left to compare.
    let told = told(&app, &scope, first).await?;
    if !same || told.is_some_and(|told| told != new.told) {
        return Err(CHANGED);
    }
    let ticket = reads::ticket(work.tx(), &scope, app.keys(), first.id).await?;
    Ok(Opened {
        case: first.id,
        ticket,
        attached: false,
    })
}

async fn keep(
    work: &mut Work,
    place: &crate::access::Place,
    new: &NewEmergency,
    subject: Id,
) -> Result<()> {
    let at = work.at();
    let plain = serde_json::to_vec(&new.told).map_err(AppError::internal)?;
    let sealed = work
        .seal_for(place, subject, new.id.as_bytes(), &plain)
        .await?;
    let (user, role) = (work.scope().user(), work.scope().role());
    let (kabupaten, area) = (place.kabupaten().as_str(), place.area().as_str());
    let row = args![
        kabupaten, new.id, area, new.kind, sealed, subject, user, role, at
    ];
    if work.tx().exec(&sql::MAKE_EMERGENCY, row).await? == 0 {
        return Err(CHANGED);
    }
    let due = due_after(HOURS, at, place.zone())?;
    let called = |side: &&Side| new.kind.sides().contains(side) || new.more.contains(side);
    let ids = work.app().clone();
    let arms = Side::ALL.iter().filter(called).map(|side| {
        args![
            kabupaten,
            ids.ids().make(),
            area,
            new.id,
            *side,
            ArmState::Dipanggil,
            due,
            "",
            ""
        ]
    });
    let arms: Vec<_> = arms.collect();
    work.tx()
        .insert(&sql::ARM_ROWS, arms, OnConflict::Fail)
        .await?;
    Ok(())
}

async fn row(from: &mut impl Source, scope: &Scope, id: Id) -> Result<Option<EmergencyRow>> {
    let seen = args![sees_all(scope.role()), scope.user(), id];
    Ok(from.opt(&sql::EMERGENCY, scope.bind(seen)).await?)
}

/// An emergency as this person sees it.
///
/// # Errors
/// [`AppError::NotFound`] when this person does not see it.
pub async fn emergency(app: &App, scope: &Scope, id: Id) -> Result<Emergency> {
    let mut db = app.db();
    let row = row(&mut db, scope, id).await?.ok_or(AppError::NotFound)?;
    let arms = Source::all(&mut db, &sql::ARMS_OF, scope.bind(args![id])).await?;
    Ok(Emergency {
        told: told(app, scope, &row).await?,
        row,
        arms,
    })
}

/// What was seen; `None` after its subject was erased.
async fn told(app: &App, scope: &Scope, row: &EmergencyRow) -> Result<Option<Told>> {
    let kabupaten = scope.admit(&row.area)?.kabupaten().as_str().to_owned();
    let context = row.id.as_bytes();
    let plain = open_for(app, &kabupaten, row.subject, context, &row.sealed).await?;
    let told = plain.map(|plain| serde_json::from_slice(&plain));
    told.transpose().map_err(AppError::internal)
}

/// Open emergencies that this person sees, the oldest first.
///
/// # Errors
/// When the database is away.
pub async fn open_arms(from: &mut impl Source, scope: &Scope) -> Result<Vec<OpenRow>> {
    let seen = args![sees_all(scope.role()), scope.user()];
    Ok(from.all(&sql::OPEN_EMERGENCIES, scope.bind(seen)).await?)
}

/// A side says how far it is.
///
/// # Errors
/// [`AppError::NotFound`] for an emergency that this person does not see; [`AppError::Refused`]
/// for a step that does not follow, another's side, or a text that is missing;
/// [`AppError::Conflict`] when somebody was faster.
pub async fn move_arm(work: &mut Work, arm: &Arm) -> Result<()> {
    let scope = work.scope().clone();
    let emergency = row(work.tx(), &scope, arm.case).await?;
    let emergency = emergency.ok_or(AppError::NotFound)?;
    let arms: Vec<ArmRow> = work
        .tx()
        .all(&sql::ARMS_OF, scope.bind(args![arm.case]))
        .await?;
    let now = arms.iter().find(|one| one.id == arm.id);
    let now = now.ok_or(AppError::NotFound)?;
    if now.state == arm.state && now.by_user == Some(scope.user()) && now.note == arm.note {
        return Ok(());
    }
    if !moves(scope.role(), now.arm) {
        return Err(AppError::Refused("case-not-yours"));
    }
    if now.state != arm.seen {
        return Err(CHANGED);
    }
    if emergency.closed_at.is_some() || !now.state.next().contains(&arm.state) {
        return Err(AppError::Refused("case-not-now"));
    }
    let said = |text: &str| (1..=MAX_TEXT).contains(&text.trim().chars().count());
    let needs_next = arm.state == ArmState::TidakBisa;
    if !said(&arm.note) || (needs_next && !said(&arm.next)) {
        return Err(AppError::Refused("case-text"));
    }
    let at = work.at();
    let moved = args![
        arm.id,
        arm.state,
        scope.user(),
        scope.role(),
        at,
        arm.seen,
        &arm.note,
        &arm.next
    ];
    if work.tx().exec(&sql::MOVE_ARM, scope.bind(moved)).await? == 0 {
        return Err(CHANGED);
    }
    let place = scope.admit(&emergency.area)?;
    work.record(&place, "cases", "emergency_side", emergency.subject, arm)
}

/// Whether every side has answered and none is still on its way: only then an emergency ends.
pub(in crate::cases) async fn is_answered(
    from: &mut impl Source,
    scope: &Scope,
    case: Id,
) -> Result<bool> {
    let arms: Vec<ArmRow> = from.all(&sql::ARMS_OF, scope.bind(args![case])).await?;
    let done = |arm: &ArmRow| matches!(arm.state, ArmState::Selesai | ArmState::TidakBisa);
    Ok(arms.iter().all(done))
}

/// The case has ended, and with it the sheet.
pub(in crate::cases) async fn close(
    work: &mut Work,
    place: &crate::access::Place,
    case: Id,
    subject: Id,
) -> Result<()> {
    let at = work.at();
    let (scope, tx) = work.parts();
    let done = scope.bind(args![case, at]);
    if tx.exec(&sql::CLOSE_EMERGENCY, done).await? == 1 {
        let said = json!({ "case": case });
        work.record(place, "cases", "emergency_ended", subject, &said)?;
    }
    Ok(())
}
