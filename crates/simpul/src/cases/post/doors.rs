//! The doors: a desk refers to the post, the post answers, the desk closes.

use serde::Serialize;
use serde_json::json;
use simpul_db::{Source, args};

use super::sql::{self, PostReferralRow};
use super::{PostReason, PostState};
use crate::access::{Role, Scope, Work};
use crate::cases::clock::due_after;
use crate::cases::doors::CHANGED;
use crate::cases::transitions::MAX_TEXT;
use crate::duplicates;
use crate::platform::{AppError, Id, Result};
use crate::registry;

/// The time in which a post answers.
const ANSWER: &str = "prioritas";

pub type PostReferral = PostReferralRow;

/// Somebody whom the post should see.
#[derive(Clone, Debug, Serialize)]
pub struct NewPostReferral {
    pub id: Id,
    pub household: Id,
    pub person: Option<Id>,
    pub reason: PostReason,
}

/// What a post answers.
#[derive(Clone, Debug, Serialize)]
pub struct PostAnswer {
    pub id: Id,
    pub seen: PostState,
    /// Taken on, answered or refused.
    pub state: PostState,
    pub reply: String,
    /// Of an answer: whether something was done. An answer without a deed is shown as such.
    pub acted: Option<bool>,
    /// Of a refusal or an answer without a deed: what should happen.
    pub next: String,
}

/// Refers somebody to the post. One that is open already is not doubled.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope or for another role; [`AppError::Refused`] for a
/// person of another family; [`AppError::Conflict`] when the id came with other content.
pub async fn refer_to_post(work: &mut Work, new: NewPostReferral) -> Result<()> {
    let scope = work.scope().clone();
    if !Role::DESK.contains(&scope.role()) {
        return Err(AppError::NotFound);
    }
    let household = registry::household(work.tx(), &scope, new.household).await?;
    if let Some(person) = new.person
        && registry::person(work.tx(), &scope, person).await?.household != new.household
    {
        return Err(AppError::Refused("case-other-family"));
    }
    let place = scope.admit(&household.area)?;
    let at = work.at();
    let due = due_after(ANSWER, at, place.zone())?;
    let (kabupaten, area) = (place.kabupaten().as_str(), place.area().as_str());
    let (user, role) = (scope.user(), scope.role());
    let row = args![
        kabupaten,
        new.id,
        area,
        new.household,
        new.person,
        new.reason,
        PostState::Dikirim,
        due,
        user,
        role,
        at
    ];
    if work.tx().exec(&sql::MAKE_POST_REFERRAL, row).await? == 1 {
        return work.record(&place, "cases", "to_post", new.household, &new);
    }
    let same = |row: &PostReferral| row.person == new.person && row.reason == new.reason;
    match one(work.tx(), &scope, new.id).await {
        Ok(first) if !(same(&first) && first.household == new.household) => Err(CHANGED),
        // The same again, or one that is open already.
        _ => Ok(()),
    }
}

async fn one(from: &mut impl Source, scope: &Scope, id: Id) -> Result<PostReferral> {
    let row = from.opt(&sql::POST_REFERRAL, scope.bind(args![id])).await?;
    row.ok_or(AppError::NotFound)
}

/// One referral to the post.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope.
pub(super) async fn post_referral(
    from: &mut impl Source,
    scope: &Scope,
    id: Id,
) -> Result<PostReferral> {
    one(from, scope, id).await
}

/// What is open for the post, or from the desk: what ends first at the top.
///
/// # Errors
/// When the database is away.
pub async fn to_post(from: &mut impl Source, scope: &Scope) -> Result<Vec<PostReferral>> {
    Ok(from
        .all(&sql::OPEN_POST_REFERRALS, scope.bind(args![]))
        .await?)
}

/// The referrals of a family to its post, the newest first; also those of its members under records
/// that point to theirs.
///
/// # Errors
/// When the database is away.
pub async fn post_referrals_of(
    from: &mut impl Source,
    scope: &Scope,
    household: Id,
) -> Result<Vec<PostReferral>> {
    let of = |household: Id| scope.bind(args![household]);
    let mut all: Vec<PostReferral> = from.all(&sql::POST_REFERRALS_OF, of(household)).await?;
    for (record, stands) in duplicates::records_elsewhere(from, scope, household).await? {
        let there: Vec<PostReferral> = from
            .all(&sql::POST_REFERRALS_OF, of(record.household))
            .await?;
        let mut there: Vec<PostReferral> = there
            .into_iter()
            .filter(|row| row.person == Some(record.id))
            .collect();
        for row in &mut there {
            row.person = Some(stands);
        }
        all.extend(there);
    }
    all.sort_by_key(|row| (std::cmp::Reverse(row.at), row.id));
    Ok(all)
}

/// The post takes it on, answers or refuses.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope or for another role; [`AppError::Refused`] when a text
/// is missing or the step does not follow; [`AppError::Conflict`] when somebody was faster.
pub async fn answer_desk(work: &mut Work, answer: &PostAnswer) -> Result<()> {
    let scope = work.scope().clone();
    if !Role::POST.contains(&scope.role()) {
        return Err(AppError::NotFound);
    }
    let now = one(work.tx(), &scope, answer.id).await?;
    if now.state == answer.state && now.reply == answer.reply {
        return Ok(());
    }
    let follows = match now.state {
        PostState::Dikirim => answer.state != PostState::Dikirim,
        PostState::Diterima => answer.state.is_answered(),
        _ => false,
    };
    if !follows || answer.state == PostState::Ditutup {
        return Err(AppError::Refused("case-not-now"));
    }
    if now.state != answer.seen {
        return Err(CHANGED);
    }
    let said = |text: &str| (1..=MAX_TEXT).contains(&text.trim().chars().count());
    let without_deed = answer.state == PostState::Dijawab && answer.acted != Some(true);
    let needs_next = answer.state == PostState::Ditolak || without_deed;
    if answer.state.is_answered() && !said(&answer.reply) || needs_next && !said(&answer.next) {
        return Err(AppError::Refused("post-text"));
    }
    let acted = (answer.state == PostState::Dijawab).then_some(answer.acted == Some(true));
    let at = work.at();
    let row = args![
        answer.id,
        answer.seen,
        answer.state,
        &answer.reply,
        acted,
        &answer.next,
        scope.user(),
        scope.role(),
        at
    ];
    let moved = work
        .tx()
        .exec(&sql::ANSWER_POST_REFERRAL, scope.bind(row))
        .await?;
    if moved == 0 {
        return Err(CHANGED);
    }
    let place = scope.admit(&now.area)?;
    work.record(&place, "cases", "post_answer", now.household, answer)
}

/// The desk has read the answer and closes it; without an answer nothing is closed.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope or for another role; [`AppError::Refused`] while the
/// post has not answered.
pub async fn close_post(work: &mut Work, id: Id) -> Result<()> {
    let scope = work.scope().clone();
    if !Role::DESK.contains(&scope.role()) {
        return Err(AppError::NotFound);
    }
    let now = one(work.tx(), &scope, id).await?;
    if now.closed_at.is_some() {
        return Ok(());
    }
    let at = work.at();
    let bound = scope.bind(args![id, at]);
    if work.tx().exec(&sql::CLOSE_POST_REFERRAL, bound).await? == 0 {
        return Err(AppError::Refused("post-no-reply"));
    }
    let place = scope.admit(&now.area)?;
    let closed = json!({ "referral": id });
    work.record(&place, "cases", "post_closed", now.household, &closed)
}
