//! Programmes a family receives, and what it agreed to.

use serde_json::json;
use simpul_db::{Source, args};

use super::model::{ConsentAnswer, NewConsent, NewMembership, Purpose};
use super::{reads, sql};
use crate::access::{Place, Scope, Work};
use crate::platform::{AppError, Id, Instant, Result};

/// The place of a household within the scope.
pub(super) async fn home_of(work: &mut Work, household: Id) -> Result<Place> {
    let (scope, tx) = work.parts();
    let home = reads::household(tx, scope, household).await?;
    scope.admit(&home.area)
}

/// A fact that was not new must be the same fact.
pub(super) fn same_fact(count: i64) -> Result<()> {
    if count == 1 {
        Ok(())
    } else {
        Err(AppError::Conflict("error-conflict"))
    }
}

/// Notes whether a family or a member receives a programme.
///
/// # Errors
/// When the household is outside the scope; a day in the future; the same id with other content.
pub async fn record_membership(work: &mut Work, new: NewMembership) -> Result<()> {
    let place = home_of(work, new.household).await?;
    if new.as_of > work.at().date_in(place.zone()) {
        return Err(AppError::Refused("registry-day-future"));
    }
    let (actor, at) = (work.scope().user(), work.at());
    let mut row = args![
        place.kabupaten().as_str(),
        new.id,
        place.area().as_str(),
        new.household,
        new.person,
        new.programme,
        new.state,
        new.as_of.to_string(),
        new.source,
        actor,
        at
    ]
    .to_vec();
    if work.tx().exec(&sql::MAKE_MEMBERSHIP, row.clone()).await? == 0 {
        row.truncate(9);
        row.remove(2);
        return same_fact(work.tx().one(&sql::SAME_MEMBERSHIP, row).await?);
    }
    let fact = json!({
        "id": new.id, "person": new.person, "programme": new.programme, "state": new.state,
        "as_of": new.as_of, "source": new.source,
    });
    work.record(&place, "registry", "membership", new.household, &fact)
}

/// Notes an answer to a question of consent. Withdrawing is a newer "no".
///
/// # Errors
/// When the household is outside the scope; the same id with other content.
pub async fn record_consent(work: &mut Work, new: NewConsent) -> Result<()> {
    let place = home_of(work, new.household).await?;
    let (actor, at) = (work.scope().user(), work.at());
    let mut row = args![
        place.kabupaten().as_str(),
        new.id,
        place.area().as_str(),
        new.household,
        new.person,
        new.purpose,
        new.answer,
        new.by,
        new.wording,
        new.lang.code(),
        actor,
        at
    ]
    .to_vec();
    if work.tx().exec(&sql::MAKE_CONSENT, row.clone()).await? == 0 {
        row.truncate(10);
        row.remove(2);
        return same_fact(work.tx().one(&sql::SAME_CONSENT, row).await?);
    }
    let fact = json!({
        "id": new.id, "person": new.person, "purpose": new.purpose, "answer": new.answer,
        "by": new.by, "wording": new.wording, "lang": new.lang,
    });
    work.record(&place, "registry", "consent", new.household, &fact)
}

/// The newest answer for this purpose: one for the whole family covers each member, and without
/// a person only such count. `None`: not asked yet.
///
/// # Errors
/// When the database is away.
pub async fn consent(
    from: &mut impl Source,
    scope: &Scope,
    household: Id,
    person: Option<Id>,
    purpose: Purpose,
) -> Result<Option<ConsentAnswer>> {
    let row: Option<(bool, Instant)> = from
        .opt(&sql::CONSENT, scope.bind(args![household, purpose, person]))
        .await?;
    Ok(row.map(|(answer, at)| ConsentAnswer { answer, at }))
}
