//! In whose hands a case is: by which right a step is taken, who leaves it alone, who has it then.

use super::duty::Stand;
use super::model::{Act, Action};
use super::sql::CaseRow;
use super::transitions::{LEAD, OFFICE, Progress, Refusal};
use crate::access::{Role, Scope};
use crate::platform::{AppError, Id, Instant, Result};

/// The step by the own role, else by that of somebody in whose place one acts.
pub(super) fn judged(
    case: &Progress,
    own: Role,
    stands: &[Stand],
    action: &Action,
    at: Instant,
) -> Result<(Progress, Role, Option<Id>)> {
    let refused = |refusal: Refusal| AppError::Refused(refusal.key());
    match case.step(own, action, at) {
        Ok(after) => Ok((after, own, None)),
        Err(Refusal::NotYours) => {
            let other = stands.iter().find_map(|stand| {
                let after = case.step(stand.role, action, at).ok()?;
                Some((after, stand.role, Some(stand.officer)))
            });
            other.ok_or_else(|| refused(Refusal::NotYours))
        }
        Err(refusal) => Err(refused(refusal)),
    }
}

/// What one officer holds, another of the same desk leaves alone; who leads may always act, and
/// whoever finds the holder away takes over, with a word why.
pub(super) fn held(row: &CaseRow, scope: &Scope, stands: &[Stand], action: &Action) -> Result<()> {
    let mine =
        |holder: Id| holder == scope.user() || stands.iter().any(|stand| stand.officer == holder);
    let elsewhere = row.holder.is_some_and(|holder| !mine(holder));
    let free = matches!(
        action.act(),
        Act::TakeOver
            | Act::Accept
            | Act::DocumentsCame
            | Act::Reply
            | Act::FirstHelp
            | Act::Received
            | Act::NotReceived
            | Act::Escalate
    );
    let one_of_many = OFFICE.contains(&scope.role()) && !LEAD.contains(&scope.role());
    if elsewhere && one_of_many && !free {
        return Err(AppError::Refused("case-held"));
    }
    Ok(())
}

/// Who has the case after a step, and whether one person did all of it.
pub(super) fn in_hands(
    mut after: Progress,
    row: &CaseRow,
    user: Id,
    role: Role,
    act: Act,
) -> Progress {
    let office = OFFICE.contains(&role);
    let takes = role == Role::BackOffice && !matches!(act, Act::HandOver | Act::Reply);
    if takes && row.holder.is_none() {
        after.custody.holder = Some(user);
    }
    match act {
        // What the front office registers waits for the first of the back office who works on it.
        Act::Accept if role == Role::FrontOffice => after.custody.holder = None,
        Act::Accept if office && row.holder.is_none() => after.custody.holder = Some(user),
        Act::TakeOver => after.custody.holder = Some(user),
        Act::Approve | Act::Refuse | Act::Answer if office => {
            // The front office has registered it: the second pair of eyes.
            after.custody.alone = row.holder == Some(user) && role != Role::BackOffice;
        }
        _ => {}
    }
    after
}
