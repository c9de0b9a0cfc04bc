//! Life events: what happened in a family becomes a fact here and a task for whoever keeps the
//! social registry, whose result comes back to who reported it.

use std::sync::LazyLock;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;
use simpul_db::{Source, args};

use super::facts::same_fact;
use super::model::{PersonChange, PersonState, free_text};
use super::{change, reads, sql};
use crate::access::{Place, Scope, Work};
use crate::platform::{AppError, Id, Instant, Result, keyed};

keyed! {
    /// What happened.
    pub enum LifeEvent ("life") {
        Lahir = "lahir",
        Meninggal = "meninggal",
        PindahMasuk = "pindah_masuk",
        PindahKeluar = "pindah_keluar",
        Nikah = "nikah",
        Cerai = "cerai",
    }

    /// What became of the task.
    pub enum UpdateState ("update") {
        Waiting = "waiting",
        /// Entered in SIKS-NG.
        Done = "done",
        /// The registry did not take it.
        Refused = "refused",
    }
}

/// Something that happened to a person, or to the family as a whole.
#[derive(Clone, Debug)]
pub struct NewLifeEvent {
    pub id: Id,
    pub household: Id,
    /// `None`: the whole family; only for moves.
    pub person: Option<Id>,
    pub kind: LifeEvent,
    pub on: Date,
    /// Where from or where to, with whom; may be empty.
    pub detail: String,
}

/// A task as lists show it.
pub type UpdateTask = sql::UpdateTaskRow;

/// What the operator says of a task.
#[derive(Clone, Debug)]
pub struct UpdateResult {
    pub task: Id,
    pub state: UpdateState,
    /// Needed when the registry refused.
    pub reason: String,
}

#[derive(Deserialize)]
struct Rhythm {
    edition: Edition,
}

#[derive(Deserialize)]
struct Edition {
    cut_off_day: i8,
}

/// The day of the month up to which an update counts for this month; the calendar file names its
/// source.
static CUT_OFF_DAY: LazyLock<i8> = LazyLock::new(|| {
    let text = include_str!("../../../../data/calendar/pemutakhiran.toml");
    let rhythm: Rhythm = toml::from_str(text).expect("the calendar of updates is well formed");
    rhythm.edition.cut_off_day
});

/// The last day to enter something that was reported today.
pub fn cut_off(today: Date) -> Date {
    let day = *CUT_OFF_DAY;
    let month = if today.day() <= day {
        today.first_of_month()
    } else {
        today.first_of_month().saturating_add(1.month())
    };
    month.saturating_add(i64::from(day - 1).days())
}

/// Takes a life event: the person's state follows, and the operator has a task.
///
/// # Errors
/// Outside the scope; a day in the future; a person of another family; the whole family where one
/// person is meant; the same id with other content.
pub async fn record_event(work: &mut Work, new: NewLifeEvent) -> Result<()> {
    let (scope, tx) = work.parts();
    let home = reads::household(tx, scope, new.household).await?;
    let place = scope.admit(&home.area)?;
    let moves = matches!(new.kind, LifeEvent::PindahMasuk | LifeEvent::PindahKeluar);
    if new.person.is_none() && !moves {
        return Err(AppError::Refused("life-whose"));
    }
    if new.on > work.at().date_in(place.zone()) {
        return Err(AppError::Refused("life-future"));
    }
    if let Some(person) = new.person {
        let (scope, tx) = work.parts();
        let person = reads::person(tx, scope, person).await?;
        // Who marries or moves in comes from another family.
        let comes = matches!(new.kind, LifeEvent::Nikah | LifeEvent::PindahMasuk);
        if person.household != new.household && !comes {
            return Err(AppError::Refused("life-other-family"));
        }
        if new.on < person.birth_date {
            return Err(AppError::Refused("life-before-birth"));
        }
    }
    if note_event(work, &place, &new).await? {
        follow(work, &new).await?;
    }
    Ok(())
}

/// Keeps an event and its task; whether it is new.
pub(super) async fn note_event(work: &mut Work, place: &Place, new: &NewLifeEvent) -> Result<bool> {
    let detail = free_text(&new.detail)?;
    let due = cut_off(work.received().date_in(place.zone()));
    let (by, at) = (work.scope().user(), work.at());
    let row = args![
        place.kabupaten().as_str(),
        new.id,
        place.area().as_str(),
        new.household,
        new.person,
        new.kind,
        new.on.to_string(),
        detail,
        by,
        at,
        due.to_string()
    ];
    if work.tx().exec(&sql::MAKE_EVENT, row).await? == 0 {
        let row = args![
            place.kabupaten().as_str(),
            new.id,
            new.household,
            new.person,
            new.kind,
            new.on.to_string(),
            detail
        ];
        same_fact(work.tx().one(&sql::SAME_EVENT, row).await?)?;
        return Ok(false);
    }
    let fact = json!({
        "id": new.id, "person": new.person, "kind": new.kind, "on": new.on, "detail": detail,
    });
    work.record(place, "registry", "life-event", new.household, &fact)?;
    Ok(true)
}

/// Who died or left is no longer expected anywhere.
async fn follow(work: &mut Work, new: &NewLifeEvent) -> Result<()> {
    let state = match new.kind {
        LifeEvent::Meninggal => PersonState::Dead,
        LifeEvent::PindahKeluar => PersonState::Moved,
        LifeEvent::PindahMasuk => PersonState::Active,
        LifeEvent::Lahir | LifeEvent::Nikah | LifeEvent::Cerai => return Ok(()),
    };
    let (scope, tx) = work.parts();
    let members = reads::members(tx, scope, new.household).await?;
    let meant = members
        .into_iter()
        .filter(|member| new.person.is_none_or(|person| person == member.id))
        // The dead do not move, and a record that points to another one has nothing of its own.
        .filter(|member| !matches!(member.state, PersonState::Dead | PersonState::Merged))
        .filter(|member| member.state != state);
    for member in meant.collect::<Vec<_>>() {
        let change = PersonChange {
            state: Some(state),
            ..PersonChange::default()
        };
        change::change_person(work, member.id, member.version, change).await?;
    }
    Ok(())
}

/// The tasks of an area that wait, the nearest cut-off first, at most 200.
///
/// # Errors
/// When the database is away.
pub async fn updates_waiting(from: &mut impl Source, scope: &Scope) -> Result<Vec<UpdateTask>> {
    Ok(from.all(&sql::UPDATES_WAITING, scope.bind(args![])).await?)
}

/// One task.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope.
pub async fn update_task(from: &mut impl Source, scope: &Scope, id: Id) -> Result<UpdateTask> {
    let row = from.opt(&sql::UPDATE_TASK, scope.bind(args![id])).await?;
    row.ok_or(AppError::NotFound)
}

/// What became of the events that this person reported since then, the newest first.
///
/// # Errors
/// When the database is away.
pub async fn events_by(
    from: &mut impl Source,
    scope: &Scope,
    since: Instant,
) -> Result<Vec<UpdateTask>> {
    let row = scope.bind(args![scope.user(), since]);
    Ok(from.all(&sql::EVENTS_BY, row).await?)
}

/// Takes the operator's result; it comes back to who reported the event.
///
/// # Errors
/// Outside the scope; a refusal without a reason; a task that was settled otherwise.
pub async fn settle_update(work: &mut Work, result: UpdateResult) -> Result<()> {
    let reason = free_text(&result.reason)?;
    if result.state == UpdateState::Waiting {
        return Err(AppError::Refused("update-choose"));
    }
    if result.state == UpdateState::Refused && reason.is_empty() {
        return Err(AppError::Refused("update-reason-needed"));
    }
    let (scope, tx) = work.parts();
    let task = update_task(tx, scope, result.task).await?;
    let place = scope.admit(&task.area)?;
    if task.state != UpdateState::Waiting {
        let same = task.state == result.state && task.reason == reason;
        return if same {
            Ok(())
        } else {
            Err(AppError::Conflict("error-conflict"))
        };
    }
    let (by, at) = (work.scope().user(), work.at());
    let (scope, tx) = work.parts();
    let row = scope.bind(args![result.task, result.state, &reason, by, at]);
    if tx.exec(&sql::SETTLE_UPDATE, row).await? == 0 {
        return Err(AppError::Conflict("error-conflict"));
    }
    let fact = json!({ "id": result.task, "state": result.state, "reason": reason });
    work.record(
        &place,
        "registry",
        "life-event-settled",
        task.household,
        &fact,
    )
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::cut_off;

    #[test]
    fn what_comes_after_the_cut_off_counts_for_the_next_month() {
        assert_eq!(cut_off(date(2026, 11, 17)), date(2026, 11, 17));
        assert_eq!(cut_off(date(2026, 11, 18)), date(2026, 12, 17));
        assert_eq!(cut_off(date(2026, 12, 31)), date(2027, 1, 17));
    }
}
