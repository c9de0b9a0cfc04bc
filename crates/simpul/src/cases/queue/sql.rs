//! SQL of the queue.

use simpul_db::{row, statements};
use simpul_identity::AreaCode;

use super::{Officer, Priority, Purpose, VisitState};
use crate::platform::{Id, Instant, Stored};

row! {
    pub struct VisitRow {
        pub id: Id,
        pub area: Stored<AreaCode>,
        pub number: i64,
        pub purpose: Purpose,
        pub priority: Priority,
        pub state: VisitState,
        pub taken_at: Instant,
        pub called_at: Option<Instant>,
        pub started_at: Option<Instant>,
        pub ended_at: Option<Instant>,
        pub served_by: Option<Id>,
    }

    pub struct VisitingRow {
        pub id: Id,
        pub area: Stored<AreaCode>,
        pub officer: Officer,
        pub day: String,
        pub hours: String,
        pub note: String,
    }

    /// Cases opened on a day, and how many of them got so far on the same day.
    pub struct SameDayRow {
        pub opened: i64,
        pub first_help: i64,
        pub proposed: i64,
        pub received: i64,
    }
}

macro_rules! visits {
    ($where:literal) => {
        concat!(
            "select id, area, number, purpose, priority, state, taken_at, called_at, started_at,
                    ended_at, served_by
             from queue_visits where kabupaten = $1 and area >= $2 and area < $3 ",
            $where
        )
    };
}

statements! {
    pub TAKE_NUMBER: system("the place was admitted by a scope") =
        "insert into queue_days (kabupaten, area, day, last) values ($1, $2, $3, 1)
         on conflict (kabupaten, area, day) do update set last = queue_days.last + 1
         returning last";
    pub MAKE_VISIT: system("the place was admitted by a scope") =
        "insert into queue_visits (kabupaten, id, area, day, number, purpose, priority, state,
                                   taken_at)
         values ($1, $2, $3, $4, $5, $6, $7, 'menunggu', $8)
         on conflict do nothing";
    pub VISIT: scoped = visits!("and id = $4");
    pub VISITS_OF_DAY: scoped = visits!("and area = $5 and day = $4 order by number limit 500");
    /// The next to be called: those with priority, then by number.
    pub NEXT_VISIT: scoped = visits!(
        "and area = $5 and day = $4 and state = 'menunggu'
         order by case when priority = 'biasa' then 1 else 0 end, number limit 1"
    );
    /// From state $5 to $6; instants that are null stay as they are.
    pub MOVE_VISIT: scoped =
        "update queue_visits
         set state = $6, called_at = coalesce($7, called_at),
             started_at = coalesce($8, started_at), ended_at = coalesce($9, ended_at),
             served_by = coalesce($10, served_by)
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4 and state = $5";

    pub MAKE_VISITING: system("the place was admitted by a scope") =
        "insert into visiting_hours (kabupaten, id, area, officer, day, hours, note)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict do nothing";
    pub DROP_VISITING: scoped =
        "delete from visiting_hours
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4";
    pub VISITING: scoped =
        "select id, area, officer, day, hours, note from visiting_hours
         where kabupaten = $1 and area >= $2 and area < $3 and area = $5
           and day >= $4
         order by day, hours, id limit 100";
    pub VISITING_HOUR: scoped =
        "select id, area, officer, day, hours, note from visiting_hours
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4";

    /// $5 and $6 bound the day in instants.
    pub SAME_DAY: scoped =
        "select count(*) as opened,
                count(*) filter (where first_help_day = opened_day) as first_help,
                count(*) filter (where decider = 'desa' and closed_at >= $5 and closed_at < $6)
                  as proposed,
                count(*) filter (where received_day = opened_day) as received
         from cases
         where kabupaten = $1 and area >= $2 and area < $3 and opened_day = $4";
}
