//! The door by which a pair gets on the list, and off it when nobody needs to look any more.

use serde_json::json;
use simpul_db::args;
use simpul_identity::AreaCode;

use super::model::{NewPair, PairState, both_receive, common_area};
use super::search::Score;
use super::sql::{self, KnownRow};
use super::stakes::{Stake, at_risk};
use crate::access::{Place, Work};
use crate::platform::{AppError, Id, Result};
use crate::registry::{self, Person, PersonState};

/// What is known of a pair besides who it is.
struct About {
    benefits: i64,
    stake: Stake,
    /// Both households, the smaller id first.
    homes: Vec<u8>,
    mark: Vec<u8>,
    score: Option<Score>,
}

/// Puts two records on the list; whether they are asked about now. Two that were called different
/// are asked about again only when a compared field has changed.
///
/// # Errors
/// Outside the scope; one and the same record, or one that no longer stands for itself.
pub async fn propose(work: &mut Work, new: NewPair) -> Result<bool> {
    let (first, second) = (new.one.min(new.other), new.one.max(new.other));
    if first == second {
        return Err(AppError::Refused("pair-one-record"));
    }
    let (scope, tx) = work.parts();
    let one = registry::person(tx, scope, first).await?;
    let other = registry::person(tx, scope, second).await?;
    let gone = |person: &Person| matches!(person.state, PersonState::Merged | PersonState::Erased);
    if gone(&one) || gone(&other) {
        return Err(AppError::Refused("pair-record-gone"));
    }
    let area = common_area(&one.area, &other.area).ok_or(AppError::NotFound)?;
    let place = scope.admit(&area)?;
    let keys = work.app().keys();
    let marks = [&one, &other].map(|person| registry::compared_mark(keys, person));
    let (benefits, stake) = benefits(work, &one, &other).await?;
    let mut homes = [one.household, other.household];
    homes.sort_unstable();
    let about = About {
        mark: marks.concat(),
        benefits,
        stake,
        homes: homes.map(|home| *home.as_bytes()).concat(),
        score: new.score,
    };
    let Some(id) = on_list(work, &place, new.id, (first, second), &about).await? else {
        return Ok(false);
    };
    let fact = json!({ "id": id, "one": first, "other": second });
    work.record(&place, "duplicates", "pair-found", first, &fact)?;
    Ok(true)
}

/// How many programmes both families receive, and what that may cost in a year. What one family
/// receives is received once, however many records a member has.
async fn benefits(work: &mut Work, one: &Person, other: &Person) -> Result<(i64, Stake)> {
    if one.household == other.household {
        return Ok((0, Stake::default()));
    }
    let (scope, tx) = work.parts();
    let left = registry::memberships(tx, scope, one.household).await?;
    let right = registry::memberships(tx, scope, other.household).await?;
    let both = both_receive(&left, &right);
    let stake = at_risk(
        &both,
        one.birth_date,
        work.at().date_in(work.scope().zone()),
    );
    Ok((
        i64::try_from(both.len()).map_err(AppError::internal)?,
        stake,
    ))
}

/// Writes the pair, or what is new about one that is known; its id when it is asked about anew.
async fn on_list(
    work: &mut Work,
    place: &Place,
    id: Id,
    (one, other): (Id, Id),
    about: &About,
) -> Result<Option<Id>> {
    let (kabupaten, at) = (place.kabupaten().as_str(), work.at());
    let area = place.area().as_str();
    let score = about.score.as_ref();
    let (probability, weight) = (score.map(|s| s.probability), score.map(|s| s.weight));
    let why = score.map(Score::text).unwrap_or_default();
    let (mark, benefits) = (about.mark.as_slice(), about.benefits);
    let (stake, homes) = (about.stake, about.homes.as_slice());
    let row = args![
        kabupaten,
        id,
        area,
        one,
        other,
        benefits,
        mark,
        at,
        probability,
        weight,
        why,
        stake.all,
        stake.family,
        homes
    ];
    if work.tx().exec(&sql::MAKE_PAIR, row).await? == 1 {
        return Ok(Some(id));
    }
    let key = args![kabupaten, one, other];
    let known: Option<KnownRow> = work.tx().opt(&sql::KNOWN, key).await?;
    let known = known.ok_or(AppError::Conflict("error-conflict"))?;
    let row = args![
        kabupaten,
        known.id,
        known.version,
        area,
        mark,
        benefits,
        probability,
        weight,
        why,
        stake.all,
        stake.family,
        homes,
        at
    ];
    let again = match known.state {
        PairState::Lapsed => true,
        PairState::Different => known.mark != mark,
        PairState::Open | PairState::Unsure => {
            if is_news(&known, about) {
                work.tx().exec(&sql::RENEW, row[..12].to_vec()).await?;
            }
            return Ok(None);
        }
        PairState::Same | PairState::Waiting => false,
    };
    if again && work.tx().exec(&sql::ASK_AGAIN, row).await? == 0 {
        return Err(AppError::Conflict("error-conflict"));
    }
    Ok(again.then_some(known.id))
}

/// Whether there is more to say of a pair on the list than it says.
fn is_news(known: &KnownRow, about: &About) -> bool {
    let likelier = match (known.probability, &about.score) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(before), Some(now)) => (before - now.probability).abs() >= 0.01,
    };
    likelier
        || (known.benefits, known.money) != (about.benefits, about.stake.all)
        || known.mark != about.mark
}

/// Takes a pair off the list that nobody needs to look at any more; it comes back when it is found
/// again.
pub(super) async fn lapse(
    work: &mut Work,
    area: &AreaCode,
    (id, version): (Id, i64),
    subject: Id,
) -> Result<()> {
    let place = work.scope().admit(area)?;
    let (scope, tx) = work.parts();
    if tx.exec(&sql::LAPSE, scope.bind(args![id, version])).await? == 1 {
        let fact = json!({ "id": id, "state": PairState::Lapsed });
        work.record(&place, "duplicates", "pair-decided", subject, &fact)?;
    }
    Ok(())
}
