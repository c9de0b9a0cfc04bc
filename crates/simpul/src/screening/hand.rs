//! One step of one screening: read, admitted, not done twice, and moved on in its version.

use serde::Serialize;
use sha2::{Digest, Sha256};
use simpul_db::{Source, args};

use super::model::{State, Step};
use super::sql::{self, ScreeningRow, StepRow};
use crate::access::{Place, Scope, Work};
use crate::platform::{AppError, Id, Result};

/// A screening in hand: read, admitted, and not done twice.
pub struct Hand {
    pub screening: ScreeningRow,
    pub place: Place,
    /// This very step was taken before: nothing is to be written.
    pub again: bool,
}

/// Takes a screening in hand for one step.
///
/// # Errors
/// Not found outside the scope; a conflict when the id came with another content.
pub async fn take(
    work: &mut Work,
    screening: Id,
    id: Id,
    kind: &'static str,
    content: &impl Serialize,
) -> Result<Hand> {
    let content = serde_json::to_vec(content).map_err(AppError::internal)?;
    let hash: [u8; 32] = Sha256::digest(&content).into();
    let at = work.at();
    let (scope, tx) = work.parts();
    let screening = by_id(tx, scope, screening).await?;
    let place = scope.admit(&screening.area)?;
    let new = tx
        .exec(
            &sql::ADD_STEP,
            args![
                place.kabupaten().as_str(),
                id,
                place.area().as_str(),
                screening.id,
                kind,
                hash,
                at,
                scope.user()
            ],
        )
        .await?;
    if new == 0 {
        let step: Option<StepRow> = tx.opt(&sql::STEP, scope.bind(args![id])).await?;
        let same = step.is_some_and(|step| {
            step.kind == kind && step.screening == screening.id && step.content_hash == hash
        });
        if !same {
            return Err(AppError::Conflict("error-conflict"));
        }
    }
    Ok(Hand {
        screening,
        place,
        again: new == 0,
    })
}

/// One screening in the scope.
///
/// # Errors
/// Not found outside the scope.
pub async fn by_id(from: &mut impl Source, scope: &Scope, id: Id) -> Result<ScreeningRow> {
    from.opt(&sql::SCREENING, scope.bind(args![id]))
        .await?
        .ok_or(AppError::NotFound)
}

/// Moves a screening on. `why` names the ending of a screening that ends without a referral.
pub async fn move_to(
    work: &mut Work,
    screening: &ScreeningRow,
    next: State,
    why: &str,
) -> Result<()> {
    let zone = work.scope().admit(&screening.area)?.zone();
    let today = work.at().date_in(zone).to_string();
    let asked = (next == State::Ditanya).then_some(&today);
    let closed = (!next.is_open()).then_some(&today);
    let (scope, tx) = work.parts();
    let by = asked.map(|_| scope.user());
    let why = (!why.is_empty()).then_some(why);
    let moved = tx
        .exec(
            &sql::MOVE,
            scope.bind(args![
                screening.id,
                screening.version,
                next,
                asked,
                by,
                closed,
                why
            ]),
        )
        .await?;
    if moved == 1 {
        Ok(())
    } else {
        Err(AppError::Conflict("error-conflict"))
    }
}

/// Where a step leads, or a conflict: the page shown was older than the screening.
pub fn next(screening: &ScreeningRow, step: Step) -> Result<State> {
    screening
        .state
        .after(step)
        .ok_or(AppError::Conflict("error-conflict"))
}
