//! The two doors: a referral comes in, a step is taken.

use serde::Serialize;
use simpul_db::args;

use super::clock::due_at;
use super::duty::stands_for;
use super::emergency;
use super::hands::{held, in_hands, judged};
use super::kinds::{Field, Kind, Tier};
use super::model::{Act, Action, Json, Need, State, Urgency};
use super::notices::{NoticeKind, Tell, tell};
use super::reads;
use super::sql::{self, CaseRow, FindingRow, StepRow};
use super::tickets::ticket_of;
use super::transitions::{MAX_TEXT, OFFICE, Progress, tells};
use super::words;
use crate::access::{Place, Role, Work, colleagues};
use crate::platform::{AppError, Id, Instant, Result};
use crate::registry;
use simpul_phone::ticket::Ticket;

/// Who brings matters to the desk: posts, those who go out, and the desk itself.
pub const SENDERS: &[Role] = &[
    Role::Kader,
    Role::Bidan,
    Role::Fasilitator,
    Role::Mitra,
    Role::FrontOffice,
    Role::BackOffice,
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
    let sort = (Kind::Rujukan, Field::of(new.need));
    let opened = enter(work, &place, &new, sort, slip).await?;
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
    (kind, field): (Kind, Field),
    slip: Option<Ticket>,
) -> Result<Opened> {
    let made = make_case(work, place, new, (kind, field)).await?;
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
async fn make_case(
    work: &mut Work,
    place: &Place,
    new: &NewReferral,
    (kind, field): (Kind, Field),
) -> Result<bool> {
    let at = work.at();
    let case = Progress::new(new.need, at).of_kind(kind);
    // Above the villages only the secretariat is left; it also keeps what is brought to its desk.
    let scope = work.scope();
    let brought_there = OFFICE.contains(&scope.role()) && scope.area().village().is_none();
    let tier = match place.area().village() {
        Some(_) if !brought_there => Tier::Desa,
        _ => Tier::Kabupaten,
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
        tier,
        field
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
    let work_at = work.at();
    let (scope, tx) = work.parts();
    if let Some(first) = tx.opt(&sql::STEP, scope.bind(args![input.id])).await? {
        return same_step(&input, &first);
    }
    let row = reads::case_row(tx, scope, input.case).await?;
    if row.version != input.seen_version {
        return Err(CHANGED);
    }
    let place = scope.admit(&row.area)?;
    let (user, now) = (scope.user(), work_at);
    let stands = stands_for(tx, scope, place.area(), now.date_in(place.zone())).await?;
    held(&row, scope, &stands, &input.action)?;
    if row.kind == Kind::Darurat
        && input.action.act() == Act::Answer
        && !emergency::is_answered(tx, scope, input.case).await?
    {
        return Err(AppError::Refused("emergency-arms-open"));
    }
    if let Action::HandOver { to, .. } = &input.action
        && !colleagues(tx, scope, place.area())
            .await?
            .iter()
            .any(|one| one.id == *to)
    {
        return Err(AppError::Refused("case-no-colleague"));
    }
    let own = scope.role();
    let (after, role, stood) = judged(&row.progress(), own, &stands, &input.action, now)?;
    let after = in_hands(after, &row, user, role, input.action.act());
    let version = row.version + 1;
    let step = Step {
        place: &place,
        version,
        role,
        stands_for: stood,
    };
    if !step.keep(work, &input, &after).await? {
        // Sent twice at the same moment, or somebody was faster.
        let (scope, tx) = work.parts();
        let first: Option<StepRow> = tx.opt(&sql::STEP, scope.bind(args![input.id])).await?;
        return same_step(&input, &first.ok_or(CHANGED)?);
    }
    let news = tells(role, &input.action).then_some(version);
    keep(work, &place, &row, &after, row.urgency, news).await?;
    if row.kind == Kind::Darurat && after.state.is_final() {
        emergency::close(work, &place, input.case, row.household).await?;
    }
    if input.action.is_public() && news.is_some() {
        let told = Tell {
            case: input.case,
            need: row.need,
            source: input.id,
            kind: NoticeKind::Langkah,
        };
        tell(work, &place, told).await?;
    }
    let taken = Taken {
        input: &input,
        stands_for: stood,
    };
    work.record(&place, "cases", "step", row.household, &taken)?;
    Ok(after.state)
}

/// Where and in whose right a step is taken.
struct Step<'a> {
    place: &'a Place,
    /// The version that it makes.
    version: i64,
    role: Role,
    stands_for: Option<Id>,
}

impl Step<'_> {
    /// Writes the step; `false` when this version was made by another.
    async fn keep(&self, work: &mut Work, input: &ActionInput, after: &Progress) -> Result<bool> {
        let (kabupaten, area) = (self.place.kabupaten().as_str(), self.place.area().as_str());
        let user = work.scope().user();
        let step = args![
            kabupaten,
            input.id,
            area,
            input.case,
            self.version,
            after.changed_at,
            user,
            self.role,
            input.action.act(),
            Json(&input.action),
            after.state,
            self.stands_for
        ];
        Ok(work.tx().exec(&sql::MAKE_STEP, step).await? == 1)
    }
}

/// A step for the journal.
#[derive(Serialize)]
struct Taken<'a> {
    #[serde(flatten)]
    input: &'a ActionInput,
    #[serde(skip_serializing_if = "Option::is_none")]
    stands_for: Option<Id>,
}

/// Whether this step was taken before.
pub(super) async fn took(work: &mut Work, step: Id, case: Id) -> Result<bool> {
    let (scope, tx) = work.parts();
    let first: Option<StepRow> = tx.opt(&sql::STEP, scope.bind(args![step])).await?;
    Ok(first.is_some_and(|first| first.case_id == case))
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
    let day = |at: Option<Instant>| at.map(|at| at.date_in(zone).to_string());
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
        after.custody.reviewed_at,
        after.custody.advised_at,
        after.received_at,
        day(after.received_at)
    ];
    match tx.exec(&sql::KEEP_CASE, scope.bind(kept)).await? {
        1 => Ok(()),
        _ => Err(CHANGED),
    }
}
