//! What others may read of cases, each as far as the role sees.

use jiff::civil::Date;
use simpul_db::{Source, Value, args};
use simpul_identity::{AreaCode, KeyRing};

use super::board::Waits;
use super::clock::{CaseClock, clock};
use super::kinds::Field;
use super::model::{Action, Need, State, Urgency};
use super::sql::{self, CaseRow, FindingRow, StepRow};
use super::tickets::unseal;
use super::transitions::{Custody, Progress, SENDERS};
use super::worklist::WorkList;
use crate::access::{Role, Scope};
use crate::duplicates;
use crate::platform::{AppError, Id, Instant, Result};
use simpul_phone::ticket::Ticket;

/// A case as lists show it.
#[derive(Clone, Debug)]
pub struct CaseLine {
    pub id: Id,
    pub household: Id,
    pub area: AreaCode,
    pub field: Field,
    pub urgency: Urgency,
    pub version: i64,
    pub progress: Progress,
    /// When the clock ends; orders the work list.
    pub due_at: Instant,
    /// The last thing the sender was told.
    pub news: Option<Step>,
}

/// A step that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub at: Instant,
    pub role: Role,
    pub action: Action,
    /// The state that it led to.
    pub state: State,
    /// Whether it was taken in the place of somebody who was away.
    pub stands: bool,
}

/// One of the referrals of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub at: Instant,
    pub person: Option<Id>,
    pub urgency: Urgency,
    pub note: String,
    pub role: Role,
}

/// A case with all that was sent in and done.
#[derive(Clone, Debug)]
pub struct Case {
    pub line: CaseLine,
    pub findings: Vec<Finding>,
    pub steps: Vec<Step>,
}

/// Which cases a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub closed: bool,
    pub need: Option<Need>,
    pub field: Option<Field>,
    /// Open ones that wait for these.
    pub waits: Option<Waits>,
    /// The list of somebody's work.
    pub list: Option<WorkList>,
    /// Who stands for whom changes by the day.
    pub today: Option<Date>,
    /// Open ones whose clock has ended by then.
    pub late_at: Option<Instant>,
}

/// Where the next page of a list begins: the sort key and id of the last line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor(pub Instant, pub Id);

impl CaseRow {
    pub(super) fn progress(&self) -> Progress {
        Progress {
            need: self.need,
            kind: self.kind,
            state: self.state,
            decider: self.decider,
            opened_at: self.opened_at,
            changed_at: self.changed_at,
            since: self.since,
            accepted_at: self.accepted_at,
            first_help_at: self.first_help_at,
            received_at: self.received_at,
            answered_at: self.answered_at,
            referred_at: self.referred_at,
            closed_at: self.closed_at,
            waited: self.waited.0.clone(),
            custody: Custody {
                holder: self.holder,
                tier: self.tier,
                raised_at: self.raised_at,
                alone: self.alone,
                reviewed_at: self.reviewed_at,
                advised_at: self.advised_at,
            },
        }
    }
}

impl From<CaseRow> for CaseLine {
    fn from(row: CaseRow) -> Self {
        let progress = row.progress();
        let news = row
            .news_at
            .zip(row.news_role)
            .zip(row.news_action.zip(row.news_state));
        let news = news.map(|((at, role), (action, state))| Step {
            at,
            role,
            action: action.0,
            state,
            stands: false,
        });
        Self {
            id: row.id,
            household: row.household,
            area: *row.area,
            field: row.field,
            urgency: row.urgency,
            version: row.version,
            progress,
            due_at: row.due_at,
            news,
        }
    }
}

impl CaseLine {
    /// Where the clock stands; `None` after the end.
    ///
    /// # Errors
    /// When no service time holds: a mistake in the rule files.
    pub fn clock(&self, scope: &Scope, now: Instant) -> Result<Option<CaseClock>> {
        clock(
            &self.progress,
            self.urgency,
            scope.admit(&self.area)?.zone(),
            now,
        )
    }

    /// The family it is about; a matter without one stands for itself.
    pub fn family(&self) -> Option<Id> {
        (self.household != self.id).then_some(self.household)
    }

    /// Where the list goes on after this line.
    pub fn cursor(&self) -> Cursor {
        Cursor(self.progress.closed_at.unwrap_or(self.due_at), self.id)
    }
}

impl From<FindingRow> for Finding {
    fn from(row: FindingRow) -> Self {
        Self {
            at: row.at,
            person: row.person,
            urgency: row.urgency,
            note: row.note,
            role: row.sent_role,
        }
    }
}

impl From<StepRow> for Step {
    fn from(row: StepRow) -> Self {
        Self {
            at: row.at,
            role: row.role,
            action: row.action.0,
            state: row.state,
            stands: row.stands_for.is_some(),
        }
    }
}

/// Those who see every case of their area.
pub(super) const SEE_ALL: &[Role] = &[
    Role::FrontOffice,
    Role::BackOffice,
    Role::Petugas,
    Role::Koordinator,
    Role::Supervisor,
    Role::Manajer,
];

/// Which cases of the area a role sees: desks and those above them all, services what was
/// referred on, and everybody what they sent themselves.
fn sight(scope: &Scope) -> [Value; 3] {
    let role = scope.role();
    args![
        SEE_ALL.contains(&role),
        role == Role::PengelolaProgram,
        scope.user()
    ]
}

/// The sight of a role, then other arguments.
fn seen(scope: &Scope, rest: impl IntoIterator<Item = Value>) -> Vec<Value> {
    sight(scope).into_iter().chain(rest).collect()
}

fn lines(rows: Vec<CaseRow>) -> Vec<CaseLine> {
    rows.into_iter().map(CaseLine::from).collect()
}

pub(super) async fn case_row(from: &mut impl Source, scope: &Scope, id: Id) -> Result<CaseRow> {
    let row = from
        .opt(&sql::CASE, scope.bind(seen(scope, args![id])))
        .await?;
    row.ok_or(AppError::NotFound)
}

/// The work list: open cases by the end of their clock, or ended ones, the newest first.
///
/// # Errors
/// When the database is away.
pub async fn incoming(
    from: &mut impl Source,
    scope: &Scope,
    filter: Filter,
    after: Option<Cursor>,
    limit: u32,
) -> Result<Vec<CaseLine>> {
    let need = filter.need.map_or("", Need::key);
    let field = filter.field.map_or("", Field::key);
    let village = scope.area().village();
    let village = village.map(|village| Value::from(village.as_str()));
    let page = |Cursor(at, id): Cursor, more: Vec<Value>| {
        let args = args![need, field, at, id, limit];
        scope.bind(seen(scope, args.into_iter().chain(more)))
    };
    if filter.closed {
        let first = Cursor(Instant(i64::MAX), Id::from_bytes([0xff; 16]));
        let unreviewed = filter.list.is_some_and(WorkList::is_of_ended);
        let near = village.filter(|_| !unreviewed);
        let statement = match &near {
            _ if unreviewed => &sql::UNREVIEWED,
            Some(_) => &sql::CLOSED_NEAR,
            None if filter.need.is_some() => &sql::CLOSED_OF_NEED,
            None if filter.field.is_some() => &sql::CLOSED_OF_FIELD,
            None => &sql::CLOSED_WIDE,
        };
        let page = page(after.unwrap_or(first), near.into_iter().collect());
        return Ok(lines(from.all(statement, page).await?));
    }
    let waits = filter.waits.map_or("", Waits::key);
    let list = filter.list.map_or("", WorkList::key);
    let today = filter.today.map_or_else(String::new, |day| day.to_string());
    let first = Cursor(Instant(i64::MIN), Id::from_bytes([0; 16]));
    // What stands still ends at the very end of time, and is listed unless late ones are meant.
    let late_at = filter.late_at.unwrap_or(Instant(i64::MAX));
    let mine = filter.list == Some(WorkList::Saya);
    // The work of the secretariat's desk is what was passed up or brought to it.
    let own = filter.list.is_some() && Role::DESK.contains(&scope.role());
    let (statement, more) = match village {
        _ if mine => (&sql::OPEN_MINE, Some(Value::from(today))),
        Some(village) => (&sql::OPEN_NEAR, Some(village)),
        None if own => (&sql::OPEN_ABOVE, None),
        None => (&sql::OPEN_WIDE, None),
    };
    let narrowed = args![waits, list, late_at, filter.late_at.is_none()];
    let narrowed = narrowed.into_iter().chain(more).collect();
    let page = page(after.unwrap_or(first), narrowed);
    Ok(lines(from.all(statement, page).await?))
}

/// One case with its history.
///
/// # Errors
/// [`AppError::NotFound`] when this person does not see it.
pub async fn case(from: &mut impl Source, scope: &Scope, id: Id) -> Result<Case> {
    let line = case_row(from, scope, id).await?.into();
    // What the post wrote is for the desk; a service reads the note of who referred on.
    let mut findings: Vec<FindingRow> = match scope.role() {
        Role::PengelolaProgram => Vec::new(),
        _ => from.all(&sql::FINDINGS_OF, scope.bind(args![id])).await?,
    };
    if scope.role() == Role::Mitra {
        findings.retain(|finding| finding.sent_by == scope.user());
    }
    let steps: Vec<StepRow> = from.all(&sql::STEPS_OF, scope.bind(args![id])).await?;
    Ok(Case {
        line,
        findings: findings.into_iter().map(Finding::from).collect(),
        steps: steps
            .into_iter()
            .filter_map(|row| shown_to(scope.role(), row.into()))
            .collect(),
    })
}

/// A step as a role may read it: messages stay between desk and sender, the note to a service
/// between desk and service.
fn shown_to(role: Role, mut step: Step) -> Option<Step> {
    match &mut step.action {
        Action::Reply { .. } if role == Role::PengelolaProgram && step.role != role => return None,
        action
            if action.is_inside()
                && (SENDERS.contains(&role) || role == Role::PengelolaProgram) =>
        {
            return None;
        }
        Action::ReferOn { note, .. } if SENDERS.contains(&role) => note.clear(),
        _ => {}
    }
    Some(step)
}

/// The cases of a family, newest first; also those of its members under records that point to
/// theirs.
///
/// # Errors
/// When the database is away.
pub async fn of_household(
    from: &mut impl Source,
    scope: &Scope,
    household: Id,
) -> Result<Vec<CaseLine>> {
    let args = scope.bind(seen(scope, args![household]));
    let mut all = lines(from.all(&sql::CASES_OF_HOUSEHOLD, args).await?);
    for (record, _) in duplicates::records_elsewhere(from, scope, household).await? {
        let args = scope.bind(seen(scope, args![record.household, record.id]));
        all.extend(lines(from.all(&sql::CASES_ABOUT, args).await?));
    }
    all.sort_by_key(|line| (std::cmp::Reverse(line.progress.opened_at), line.id));
    all.dedup_by_key(|line| line.id);
    Ok(all)
}

/// What became of what this person sent since then, the latest change first.
///
/// # Errors
/// When the database is away.
pub async fn sent_by(
    from: &mut impl Source,
    scope: &Scope,
    since: Instant,
) -> Result<Vec<CaseLine>> {
    let own = [false.into(), false.into()].into_iter();
    let args: Vec<Value> = own.chain(args![scope.user(), since]).collect();
    Ok(lines(from.all(&sql::CASES_SENT, scope.bind(args)).await?))
}

/// Code and number of a case's slip, for another print.
///
/// # Errors
/// [`AppError::NotFound`] when this person does not see the case.
pub async fn slip(
    from: &mut impl Source,
    scope: &Scope,
    keys: &KeyRing,
    case: Id,
) -> Result<Ticket> {
    case_row(from, scope, case).await?;
    ticket(from, scope, keys, case).await
}

pub(super) async fn ticket(
    from: &mut impl Source,
    scope: &Scope,
    keys: &KeyRing,
    case: Id,
) -> Result<Ticket> {
    let sealed: Option<Vec<u8>> = from.opt(&sql::TICKET, scope.bind(args![case])).await?;
    unseal(keys, case, sealed.ok_or(AppError::NotFound)?)
}
