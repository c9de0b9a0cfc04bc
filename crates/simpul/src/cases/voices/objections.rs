//! Objection (sanggah) and appeal (banding): within a time, answered within a time, and by
//! somebody who had no part in the decision (UU 30/2014, articles 75 to 78).

use serde::Serialize;
use serde_json::json;
use simpul_db::{Cell, Column, Refused, ToValue, Value, args};
use simpul_identity::AreaCode;

use super::super::clock::due_after;
use super::super::doors::keep;
use super::super::notices::{NoticeKind, Tell, tell};
use super::super::reads::{self, case_row};
use super::super::sql as case_sql;
use super::super::transitions::MAX_TEXT;
use super::doors::{Shown, shown};
use super::sql::{self, ObjectionRow, PublicCase};
use crate::access::{Role, Scope, Work};
use crate::platform::time::Zone;
use crate::platform::{App, AppError, Id, Instant, Result, keyed};

/// An objection or appeal, and its answer.
pub type Objection = ObjectionRow;

/// The first or the second time that a family does not agree with one decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Sanggah,
    Banding,
}

impl Level {
    /// Who may answer: never the village that decided.
    pub fn deciders(self) -> &'static [Role] {
        match self {
            Self::Sanggah => &[Role::Supervisor, Role::Manajer],
            Self::Banding => &[Role::Manajer],
        }
    }

    /// Service times: within which it is raised, and within which it is answered.
    fn times(self) -> (&'static str, &'static str) {
        match self {
            Self::Sanggah => ("sanggah_diajukan", "sanggah"),
            Self::Banding => ("banding_diajukan", "banding"),
        }
    }

    /// Key of its words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Sanggah => "objection-sanggah",
            Self::Banding => "objection-banding",
        }
    }
}

impl Column for Level {
    fn from_cell(cell: Cell<'_>) -> Result<Self, Refused> {
        match i64::from_cell(cell)? {
            1 => Ok(Self::Sanggah),
            2 => Ok(Self::Banding),
            _ => Err(Refused("a level")),
        }
    }
}

impl ToValue for Level {
    const NULL: Value = Value::Int(None);

    fn to_value(&self) -> Value {
        Value::from(match self {
            Self::Sanggah => 1_i64,
            Self::Banding => 2,
        })
    }
}

keyed! {
    /// What became of an objection.
    pub enum Outcome ("outcome") {
        /// The decision falls, and the desk looks at the case anew.
        Diterima = "diterima",
        Ditolak = "ditolak",
    }
}

/// The answer to an objection.
#[derive(Clone, Debug)]
pub struct Decision {
    pub objection: Id,
    pub outcome: Outcome,
    pub reason: String,
    pub next: String,
}

fn zone_of(area: &AreaCode) -> Zone {
    let region = area.region();
    region.and_then(|region| region.zone()).unwrap_or(Zone::Wib)
}

/// What a family may raise now. A question that was answered is no decision.
pub(super) fn may_object(
    case: &PublicCase,
    raised: &[Objection],
    now: Instant,
) -> Result<Option<Level>> {
    let Some(decision_at) = case.closed_at else {
        return Ok(None);
    };
    if case.state == super::super::model::State::Selesai && case.decider.is_none() {
        return Ok(None);
    }
    let last = raised.iter().rfind(|one| one.decision_at == decision_at);
    let (level, since) = match last {
        None => (Level::Sanggah, decision_at),
        Some(Objection {
            level: Level::Sanggah,
            outcome: Some(Outcome::Ditolak),
            decided_at: Some(at),
            ..
        }) => (Level::Banding, *at),
        Some(_) => return Ok(None),
    };
    let until = due_after(level.times().0, since, zone_of(&case.area))?;
    Ok((now <= until).then_some(level))
}

/// The family does not agree, with a ticket that was shown. Returns the id.
///
/// # Errors
/// [`AppError::Refused`] for an old pass, an empty or too long reason, or when there is nothing to
/// object to any more.
pub async fn object(app: &App, pass: &str, id: Id, why: &str) -> Result<()> {
    let Shown { case, scope } = shown(app, pass).await?;
    let why = why.trim();
    if !(1..=MAX_TEXT).contains(&why.chars().count()) {
        return Err(AppError::Refused("case-text"));
    }
    let mut work = Work::begin(app, &scope).await?;
    let (bound, tx) = work.parts();
    let raised: Vec<Objection> = tx
        .all(&sql::OBJECTIONS_OF, bound.bind(args![case.id]))
        .await?;
    if let Some(first) = raised.iter().find(|one| one.id == id) {
        return match first.why == why {
            true => Ok(()),
            false => Err(AppError::Conflict("error-conflict")),
        };
    }
    let at = work.at();
    let level = may_object(&case, &raised, at)?.ok_or(AppError::Refused("objection-not-now"))?;
    let due = due_after(level.times().1, at, zone_of(&case.area))?;
    let row = args![
        case.kabupaten,
        id,
        case.id,
        case.closed_at,
        level,
        why,
        at,
        due
    ];
    if work.tx().exec(&sql::MAKE_OBJECTION, row).await? == 0 {
        return Err(AppError::Refused("objection-not-now"));
    }
    let place = scope.admit(&case.area)?;
    let told = Tell {
        case: case.id,
        need: case.need,
        source: id,
        kind: NoticeKind::Suara,
    };
    tell(&mut work, &place, told).await?;
    let said = json!({ "objection": id, "case": case.id, "level": level, "why": why });
    work.record(&place, "cases", "objection", case.household, &said)?;
    work.commit().await
}

/// Whether this person had no part in what is objected to.
async fn is_apart(work: &mut Work, objection: &Objection) -> Result<bool> {
    let (scope, tx) = work.parts();
    let user = scope.user();
    let steps: Vec<case_sql::StepRow> = tx
        .all(&case_sql::STEPS_OF, scope.bind(args![objection.case_id]))
        .await?;
    let raised: Vec<Objection> = tx
        .all(&sql::OBJECTIONS_OF, scope.bind(args![objection.case_id]))
        .await?;
    let decided = steps
        .iter()
        .any(|step| step.actor == user && step.at == objection.decision_at);
    let answered = raised
        .iter()
        .any(|one| one.decision_at == objection.decision_at && one.decided_by == Some(user));
    Ok(!decided && !answered)
}

/// Answers an objection. When it is found right the case opens anew, unless the family has a new
/// one of this need.
///
/// # Errors
/// [`AppError::NotFound`] for an objection that this person does not see; [`AppError::Refused`]
/// when another must answer or a text is missing; [`AppError::Conflict`] when it was answered.
pub async fn decide(work: &mut Work, decision: &Decision) -> Result<Id> {
    let (scope, tx) = work.parts();
    let row: Option<Objection> = tx
        .opt(&sql::OBJECTION, scope.bind(args![decision.objection]))
        .await?;
    let row = row.ok_or(AppError::NotFound)?;
    let case = case_row(tx, scope, row.case_id).await?;
    let place = scope.admit(&case.area)?;
    let (user, role) = (scope.user(), scope.role());
    if row.decided_at.is_some() {
        let same = row.decided_by == Some(user) && row.outcome == Some(decision.outcome);
        return match same {
            true => Ok(row.case_id),
            false => Err(AppError::Conflict("error-conflict")),
        };
    }
    if !row.level.deciders().contains(&role) || !is_apart(work, &row).await? {
        return Err(AppError::Refused("objection-not-yours"));
    }
    let (reason, next) = (decision.reason.trim(), decision.next.trim());
    let good = |text: &str| (1..=MAX_TEXT).contains(&text.chars().count());
    if !good(reason) || !good(next) {
        return Err(AppError::Refused("case-text"));
    }
    let at = work.at();
    let kept = args![
        place.kabupaten().as_str(),
        row.id,
        at,
        user,
        role,
        decision.outcome,
        reason,
        next
    ];
    if work.tx().exec(&sql::DECIDE_OBJECTION, kept).await? == 0 {
        return Err(AppError::Conflict("error-conflict"));
    }
    let told = Tell {
        case: row.case_id,
        need: case.need,
        source: answer_source(row.id),
        kind: NoticeKind::Jawaban,
    };
    tell(work, &place, told).await?;
    if decision.outcome == Outcome::Diterima {
        reopen(work, &case).await?;
    }
    let said = json!({
        "objection": row.id, "case": row.case_id, "outcome": decision.outcome,
        "reason": reason, "next": next,
    });
    work.record(&place, "cases", "objection_decided", case.household, &said)?;
    Ok(row.case_id)
}

/// The answer is another fact than the objection: its id with the last bit turned.
fn answer_source(objection: Id) -> Id {
    let mut bytes = *objection.as_bytes();
    bytes[15] ^= 1;
    Id::from_bytes(bytes)
}

async fn reopen(work: &mut Work, case: &case_sql::CaseRow) -> Result<()> {
    let place = work.scope().admit(&case.area)?;
    let (scope, tx) = work.parts();
    let newer: Option<Id> = tx
        .opt(
            &case_sql::OPEN_CASE_OF,
            scope.bind(args![case.household, case.need, case.kind.lane()]),
        )
        .await?;
    if newer.is_some() || case.closed_at.is_none() {
        return Ok(());
    }
    let after = case.progress().reopened(work.at());
    keep(work, &place, case, &after, case.urgency, None).await
}

/// Whether an officer may answer, for the page.
pub(super) fn offered(scope: &Scope, objection: &Objection) -> bool {
    objection.decided_at.is_none() && objection.level.deciders().contains(&scope.role())
}

/// The case that an objection is about, for its page.
pub(super) async fn case_of(app: &App, scope: &Scope, objection: Id) -> Result<Id> {
    let mut db = app.db();
    let row: Option<Objection> =
        simpul_db::Source::opt(&mut db, &sql::OBJECTION, scope.bind(args![objection])).await?;
    let row = row.ok_or(AppError::NotFound)?;
    reads::case(&mut db, scope, row.case_id).await?;
    Ok(row.case_id)
}
