//! The two doors: a referral comes in, a step is taken.

use serde::Serialize;
use simpul_db::{Statement, System, args};
use simpul_identity::{Aad, KeyRing, LookupKind, Sealed};

use super::clock::due_at;
use super::kinds::{Kind, Tier};
use super::model::{Act, Action, Json, Need, State, Urgency};
use super::notices::{NoticeKind, Tell, tell};
use super::reads;
use super::sql::{self, CaseRow, FindingRow, StepRow};
use super::transitions::{MAX_TEXT, OFFICE, Progress, tells};
use super::words;
use crate::access::{Place, Role, Scope, Work, colleagues};
use crate::platform::id::random;
use crate::platform::{AppError, Id, Result};
use crate::registry;
use simpul_phone::ticket::Ticket;

/// Who brings matters to the desk: posts, those who go out, and the desk itself.
pub const SENDERS: &[Role] = &[
    Role::Kader,
    Role::Bidan,
    Role::Fasilitator,
    Role::Petugas,
    Role::Koordinator,
    Role::Manajer,
];
pub(super) const CHANGED: AppError = AppError::Conflict("error-conflict");

/// A family's need, sent to the desk.
#[derive(Clone, Debug, Serialize)]
pub struct NewReferral {
    pub id: Id,
    pub household: Id,
    pub person: Option<Id>,
    pub need: Need,
    pub urgency: Urgency,
    /// For the desk; never measurements.
    pub note: String,
    /// The screening it came from.
    pub source: Option<Id>,
}

/// What became of a referral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    pub case: Id,
    pub ticket: Ticket,
    /// The family had an open case of this need, and the referral was added to it.
    pub attached: bool,
}

/// Opens a case, or attaches to the family's open case of this need.
///
/// # Errors
/// [`AppError::NotFound`] for a family outside the scope or a role that refers nobody;
/// [`AppError::Refused`] when the person is of another family or the note is too long;
/// [`AppError::Conflict`] when the id came with other content.
pub async fn open(work: &mut Work, new: NewReferral) -> Result<Opened> {
    open_with(work, new, None).await
}

/// As [`open`], with the slip that the family holds already: a phone without network drew it. A
/// slip of a referral that attaches opens the same case as the first one.
///
/// # Errors
/// As [`open`].
pub async fn open_with(work: &mut Work, new: NewReferral, slip: Option<Ticket>) -> Result<Opened> {
    if !SENDERS.contains(&work.scope().role()) {
        return Err(AppError::NotFound);
    }
    if new.note.chars().count() > MAX_TEXT {
        return Err(AppError::Refused("case-text"));
    }
    let (scope, tx) = work.parts();
    if let Some(first) = tx.opt(&sql::FINDING, scope.bind(args![new.id])).await? {
        return first_answer(work, &new, &first).await;
    }
    let household = registry::household(tx, scope, new.household).await?;
    let place = scope.admit(&household.area)?;
    if let Some(person) = new.person
        && registry::person(tx, scope, person).await?.household != new.household
    {
        return Err(AppError::Refused("case-other-family"));
    }
    let opened = enter(work, &place, &new, Kind::Rujukan, slip).await?;
    let kind = if opened.attached {
        "attached"
    } else {
        "opened"
    };
    work.record(&place, "cases", kind, new.household, &new)?;
    Ok(opened)
}

/// Writes what was sent in: as a case of its own, or at the open one of its lane.
pub(super) async fn enter(
    work: &mut Work,
    place: &Place,
    new: &NewReferral,
    kind: Kind,
    slip: Option<Ticket>,
) -> Result<Opened> {
    let made = make_case(work, place, new, kind).await?;
    let (scope, tx) = work.parts();
    let case = match made {
        true => new.id,
        false => tx
            .opt(
                &sql::OPEN_CASE_OF,
                scope.bind(args![new.household, new.need, kind.lane()]),
            )
            .await?
            .ok_or(CHANGED)?,
    };
    let (kabupaten, area) = (place.kabupaten().as_str(), place.area().as_str());
    let (by, role, at) = (work.scope().user(), work.scope().role(), work.at());
    let sent = args![
        kabupaten,
        new.id,
        area,
        case,
        new.household,
        new.person,
        new.need,
        new.urgency,
        new.note,
        new.source,
        by,
        role,
        at
    ];
    if work.tx().exec(&sql::MAKE_FINDING, sent).await? == 0 {
        return Err(CHANGED);
    }
    if !new.need.is_restricted() {
        words::keep(work, place, case, &new.note).await?;
    }
    if !made {
        attach(work, place, case, new).await?;
    }
    let ticket = ticket_of(work, place, case, made, slip).await?;
    if made {
        tell_desk(work, place, new).await?;
    }
    Ok(Opened {
        case,
        ticket,
        attached: !made,
    })
}

/// The desk hears that a case came in; its id is that of the referral.
async fn tell_desk(work: &mut Work, place: &Place, new: &NewReferral) -> Result<()> {
    let told = Tell {
        case: new.id,
        need: new.need,
        source: new.id,
        kind: NoticeKind::Masuk,
    };
    tell(work, place, told).await
}

/// The referral came before: the same content gets the first answer.
async fn first_answer(work: &mut Work, new: &NewReferral, first: &FindingRow) -> Result<Opened> {
    let same = first.household == new.household
        && first.person == new.person
        && first.need == new.need
        && first.urgency == new.urgency
        && first.note == new.note
        && first.source == new.source;
    if !same {
        return Err(CHANGED);
    }
    let (scope, app) = (work.scope().clone(), work.app().clone());
    let ticket = reads::ticket(work.tx(), &scope, app.keys(), first.case_id).await?;
    let attached = first.case_id != first.id;
    Ok(Opened {
        case: first.case_id,
        ticket,
        attached,
    })
}

/// Makes the case unless the family has an open one of this need.
async fn make_case(work: &mut Work, place: &Place, new: &NewReferral, kind: Kind) -> Result<bool> {
    let at = work.at();
    let case = Progress::new(new.need, at).of_kind(kind);
    // Above the villages only the secretariat is left.
    let tier = match place.area().village() {
        Some(_) => Tier::Desa,
        None => Tier::Kabupaten,
    };
    let due = due_at(&case, new.urgency, place.zone())?;
    let day = at.date_in(place.zone()).to_string();
    let by = work.scope().user();
    let (kabupaten, area) = (place.kabupaten().as_str(), place.area().as_str());
    let row = args![
        kabupaten,
        new.id,
        area,
        new.household,
        new.need,
        new.urgency,
        case.state,
        by,
        at,
        day,
        due,
        kind,
        kind.lane(),
        tier
    ];
    Ok(work.tx().exec(&sql::MAKE_CASE, row).await? == 1)
}

/// A repeated finding may press harder, and completes what was sent back.
async fn attach(work: &mut Work, place: &Place, case: Id, new: &NewReferral) -> Result<()> {
    let (scope, tx) = work.parts();
    let row: CaseRow = tx
        .one(
            &sql::CASE,
            scope.bind(args![true, false, scope.user(), case]),
        )
        .await?;
    let before = row.progress();
    let after = match before.state {
        State::Dikembalikan => before.again(work.at()),
        _ => before,
    };
    keep(
        work,
        place,
        &row,
        &after,
        row.urgency.max(new.urgency),
        None,
    )
    .await
}

/// The ticket of a referral: the slip that the family holds, a new one, or that of the case.
async fn ticket_of(
    work: &mut Work,
    place: &Place,
    case: Id,
    made: bool,
    slip: Option<Ticket>,
) -> Result<Ticket> {
    let (statement, ticket) = match (made, slip) {
        (true, slip) => (
            &sql::MAKE_TICKET,
            slip.unwrap_or_else(|| Ticket::draw(random())),
        ),
        (false, Some(slip)) => (&sql::MAKE_MORE_TICKET, slip),
        (false, None) => {
            let (scope, keys) = (work.scope().clone(), work.app().clone());
            return reads::ticket(work.tx(), &scope, keys.keys(), case).await;
        }
    };
    keep_ticket(work, place, case, ticket, statement).await?;
    Ok(ticket)
}

async fn keep_ticket(
    work: &mut Work,
    place: &Place,
    case: Id,
    ticket: Ticket,
    statement: &'static Statement<System>,
) -> Result<()> {
    let keys = work.app().clone();
    let hash = keys.keys().lookup(LookupKind::Ticket, &ticket.code.plain());
    let sealed = seal(keys.keys(), case, ticket);
    let (kabupaten, area) = (place.kabupaten().as_str(), place.area().as_str());
    let row = args![kabupaten, case, area, hash.0, sealed.0];
    work.tx().exec(statement, row).await?;
    Ok(())
}

fn ticket_aad(case: &Id) -> Aad<'_> {
    Aad {
        table: "tickets",
        column: "sealed",
        row: case.as_bytes(),
    }
}

fn seal(keys: &KeyRing, case: Id, ticket: Ticket) -> Sealed {
    let plain = format!("{} {}", ticket.code.plain(), ticket.number);
    keys.seal(random(), ticket_aad(&case), plain.as_bytes())
}

/// Opens the sealed code and number of a case.
pub(super) fn unseal(keys: &KeyRing, case: Id, sealed: Vec<u8>) -> Result<Ticket> {
    let plain = keys
        .open(ticket_aad(&case), &Sealed(sealed))
        .map_err(AppError::internal)?;
    let parts = std::str::from_utf8(&plain)
        .ok()
        .and_then(|text| text.split_once(' '));
    let (code, number) = parts.ok_or_else(|| AppError::internal("a sealed ticket is malformed"))?;
    Ok(Ticket {
        code: code.parse().map_err(AppError::internal)?,
        number: number.parse().map_err(AppError::internal)?,
    })
}

/// A step of somebody who saw the case at a version.
#[derive(Clone, Debug, Serialize)]
pub struct ActionInput {
    pub id: Id,
    pub case: Id,
    pub seen_version: i64,
    pub action: Action,
}

/// Takes a step.
///
/// # Errors
/// [`AppError::NotFound`] for a case this person does not see; [`AppError::Refused`] when the
/// table of steps, a guard or a text refuses it; [`AppError::Conflict`] when somebody was faster
/// or the id came with other content.
pub async fn act(work: &mut Work, input: ActionInput) -> Result<State> {
    let (scope, tx) = work.parts();
    if let Some(first) = tx.opt(&sql::STEP, scope.bind(args![input.id])).await? {
        return same_step(&input, &first);
    }
    let row = reads::case_row(tx, scope, input.case).await?;
    if row.version != input.seen_version {
        return Err(CHANGED);
    }
    let place = scope.admit(&row.area)?;
    let (user, role) = (scope.user(), scope.role());
    held(&row, scope, &input.action)?;
    if let Action::HandOver { to, .. } = &input.action
        && !colleagues(tx, scope, place.area())
            .await?
            .iter()
            .any(|one| one.id == *to)
    {
        return Err(AppError::Refused("case-no-colleague"));
    }
    let after = row
        .progress()
        .step(role, &input.action, work.at())
        .map_err(|refusal| AppError::Refused(refusal.key()))?;
    let after = in_hands(after, &row, user, role, input.action.act());
    let version = row.version + 1;
    let (kabupaten, area) = (place.kabupaten().as_str(), place.area().as_str());
    let step = args![
        kabupaten,
        input.id,
        area,
        input.case,
        version,
        after.changed_at,
        user,
        role,
        input.action.act(),
        Json(&input.action),
        after.state
    ];
    if work.tx().exec(&sql::MAKE_STEP, step).await? == 0 {
        // Sent twice at the same moment, or somebody was faster.
        let (scope, tx) = work.parts();
        let first: Option<StepRow> = tx.opt(&sql::STEP, scope.bind(args![input.id])).await?;
        return same_step(&input, &first.ok_or(CHANGED)?);
    }
    let news = tells(role, &input.action).then_some(version);
    keep(work, &place, &row, &after, row.urgency, news).await?;
    if input.action.is_public() && news.is_some() {
        let told = Tell {
            case: input.case,
            need: row.need,
            source: input.id,
            kind: NoticeKind::Langkah,
        };
        tell(work, &place, told).await?;
    }
    work.record(&place, "cases", "step", row.household, &input)?;
    Ok(after.state)
}

/// What one officer holds, another of the same desk leaves alone; who leads may always act, and
/// whoever finds the holder away takes over, with a word why.
fn held(row: &CaseRow, scope: &Scope, action: &Action) -> Result<()> {
    let elsewhere = row.holder.is_some_and(|holder| holder != scope.user());
    let free = matches!(
        action.act(),
        Act::TakeOver | Act::Reply | Act::FirstHelp | Act::Escalate
    );
    if elsewhere && scope.role() == Role::Petugas && !free {
        return Err(AppError::Refused("case-held"));
    }
    Ok(())
}

/// Who has the case after a step, and whether one person did all of it.
fn in_hands(mut after: Progress, row: &CaseRow, user: Id, role: Role, act: Act) -> Progress {
    let office = OFFICE.contains(&role);
    match act {
        Act::Accept if office && row.holder.is_none() => after.custody.holder = Some(user),
        Act::TakeOver => after.custody.holder = Some(user),
        Act::Approve | Act::Refuse | Act::Answer if office => {
            after.custody.alone = row.holder == Some(user);
        }
        _ => {}
    }
    after
}

fn same_step(input: &ActionInput, first: &StepRow) -> Result<State> {
    if first.case_id == input.case && first.action.0 == input.action {
        Ok(first.state)
    } else {
        Err(CHANGED)
    }
}

/// Writes how far the case is now, if nobody was faster.
pub(super) async fn keep(
    work: &mut Work,
    place: &Place,
    row: &CaseRow,
    after: &Progress,
    urgency: Urgency,
    news: Option<i64>,
) -> Result<()> {
    let zone = place.zone();
    let due = due_at(after, urgency, zone)?;
    let day = |at: Option<crate::platform::Instant>| at.map(|at| at.date_in(zone).to_string());
    let (scope, tx) = work.parts();
    let kept = args![
        row.id,
        row.version,
        urgency,
        after.state,
        after.decider,
        after.changed_at,
        after.since,
        after.accepted_at,
        after.first_help_at,
        after.answered_at,
        after.referred_at,
        after.closed_at,
        day(after.first_help_at),
        day(after.answered_at),
        Json(&after.waited),
        due,
        news,
        after.custody.holder,
        after.custody.tier,
        after.custody.raised_at,
        after.custody.alone,
        after.custody.reviewed_at
    ];
    match tx.exec(&sql::KEEP_CASE, scope.bind(kept)).await? {
        1 => Ok(()),
        _ => Err(CHANGED),
    }
}
