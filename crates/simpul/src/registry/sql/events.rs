//! Life events, tasks for the operator, and conflicts of fields.

use jiff::civil::Date;
use simpul_db::{row, statements};
use simpul_identity::{AreaCode, RegionCode};

use crate::platform::{Id, Instant, Stored};
use crate::registry::conflicts::Field;
use crate::registry::events::{LifeEvent, UpdateState};

row! {
    pub struct UpdateTaskRow {
        pub id: Id,
        pub area: Stored<AreaCode>,
        pub household: Id,
        pub person: Option<Id>,
        pub kind: LifeEvent,
        pub happened_on: Stored<Date>,
        pub detail: String,
        pub reported_by: Id,
        pub at: Instant,
        pub due_on: Stored<Date>,
        pub state: UpdateState,
        pub reason: String,
        pub settled_at: Option<Instant>,
    }

    /// A day of birth or a sex that was put right, on a version of its person.
    pub struct BirthCorrected {
        pub kabupaten: Stored<RegionCode>,
        pub person: Id,
        pub version: i64,
    }

    pub struct ConflictRow {
        pub id: Id,
        pub household: Id,
        pub person: Option<Id>,
        pub field: Field,
        pub here: Vec<u8>,
        pub came: Vec<u8>,
        pub came_by: Id,
        pub came_at: Instant,
    }
}

macro_rules! tasks {
    ($rest:literal) => {
        concat!(
            "select id, area, household, person, kind, happened_on, detail, reported_by, at, due_on,
               state, reason, settled_at
             from life_events where kabupaten = $1 and area >= $2 and area < $3 ",
            $rest
        )
    };
}

macro_rules! conflicts {
    ($rest:literal) => {
        concat!(
            "select id, household, person, field, here, came, came_by, came_at
             from field_conflicts where kabupaten = $1 and area >= $2 and area < $3
               and settled is null ",
            $rest
        )
    };
}

statements! {
    pub MAKE_EVENT: system("the household was found within the scope") =
        "insert into life_events
           (kabupaten, id, area, household, person, kind, happened_on, detail, reported_by, at,
            due_on, state, reason)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'waiting', '')
         on conflict do nothing";
    pub SAME_EVENT: system("the household was found within the scope") =
        "select count(*) from life_events
         where kabupaten = $1 and id = $2 and household = $3 and person is not distinct from $4
           and kind = $5 and happened_on = $6 and detail = $7";
    pub UPDATES_WAITING: scoped =
        tasks!("and state = 'waiting' order by due_on, at, id limit 200");
    pub UPDATE_TASK: scoped = tasks!("and id = $4");
    pub EVENTS_BY: scoped =
        tasks!("and reported_by = $4 and at >= $5 order by at desc, id limit 200");
    pub SETTLE_UPDATE: scoped =
        "update life_events set state = $5, reason = $6, settled_by = $7, settled_at = $8
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4 and state = 'waiting'";
    pub MOVE_EVENTS: scoped =
        "update life_events set area = $5
         where kabupaten = $1 and area >= $2 and area < $3 and household = $4";

    pub CORRECT_BIRTH: system("the place was admitted by a scope") =
        "insert into births_corrected (kabupaten, person, version) values ($1, $2, $3)
         on conflict (kabupaten, person) do update set version = excluded.version";
    pub BIRTHS_CORRECTED: system("what follows is done by the program itself") =
        "select kabupaten, person, version from births_corrected
         where (kabupaten, person) > ($1, $2) order by kabupaten, person limit 100";
    pub BIRTH_SEEN_TO: system("what follows is done by the program itself") =
        "delete from births_corrected where kabupaten = $1 and person = $2 and version = $3";

    pub MAKE_CONFLICT: system("the household was found within the scope") =
        "insert into field_conflicts
           (kabupaten, id, area, household, person, field, here, came, came_by, came_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict do nothing";
    pub CONFLICTS: scoped = conflicts!("order by came_at, id limit 200");
    pub CONFLICT: scoped = conflicts!("and id = $4");
    pub SETTLE_CONFLICT: scoped =
        "update field_conflicts set settled = $5, settled_by = $6, settled_at = $7
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4 and settled is null";
    pub MOVE_CONFLICTS: scoped =
        "update field_conflicts set area = $5
         where kabupaten = $1 and area >= $2 and area < $3 and household = $4";
}
