//! Who worked where since when.

use simpul_db::{Source, args};
use simpul_identity::AreaCode;

use super::{Role, Scope, Work, sql};
use crate::platform::{AppError, Id, Instant, Result, Stored};

/// The work of one user through time, oldest first.
#[derive(Clone, Debug)]
pub struct Assignments {
    user: Id,
    all: Vec<(Instant, Role, AreaCode)>,
}

impl Assignments {
    /// What this user could see and do at an instant. Before the first assignment the first one
    /// counts: a phone's clock may be behind.
    pub fn at(&self, instant: Instant) -> Option<Scope> {
        let then = self
            .all
            .iter()
            .rfind(|(since, _, _)| *since <= instant)
            .or(self.all.first());
        then.map(|(_, role, area)| Scope::new(self.user, *role, *area))
    }

    /// What this user can see and do now.
    pub fn now(&self) -> Option<Scope> {
        let last = self.all.last();
        last.map(|(_, role, area)| Scope::new(self.user, *role, *area))
    }
}

/// The work of a user through time; empty when there is no such user.
///
/// # Errors
/// When the database is away.
pub async fn assignments(from: &mut impl Source, user: Id) -> Result<Assignments> {
    let rows: Vec<(Instant, Role, Stored<AreaCode>)> =
        from.all(&sql::ASSIGNMENTS, args![user]).await?;
    let all = rows
        .into_iter()
        .map(|(since, role, area)| (since, role, *area));
    Ok(Assignments {
        user,
        all: all.collect(),
    })
}

/// Gives a user another role or area from now on. What was done before stays where it was done.
///
/// # Errors
/// [`AppError::Refused`] when the area does not fit the role; [`AppError::NotFound`] without such
/// a user.
pub async fn assign(work: &mut Work, user: Id, role: Role, area: AreaCode) -> Result<()> {
    if !role.may_have(&area) {
        return Err(AppError::Refused("user-area-does-not-fit"));
    }
    let row = args![user, role, area.as_str()];
    if work.tx().exec(&sql::KEEP_ASSIGNMENT, row).await? == 0 {
        return Err(AppError::NotFound);
    }
    note(work, user, role, &area).await
}

pub(super) async fn note(work: &mut Work, user: Id, role: Role, area: &AreaCode) -> Result<()> {
    let row = args![user, work.at(), role, area.as_str()];
    work.tx().exec(&sql::NOTE_ASSIGNMENT, row).await?;
    Ok(())
}
