//! SQL of absences and desk modes.

use simpul_db::{row, statements};
use simpul_identity::AreaCode;

use crate::access::Role;
use crate::platform::{Id, Instant, Stored};

row! {
    pub struct AbsenceRow {
        pub id: Id,
        pub area: Stored<AreaCode>,
        pub officer: Id,
        pub role: Role,
        pub deputy: Id,
        pub from_day: String,
        pub to_day: String,
        pub at: Instant,
    }
}

statements! {
    pub MODE: scoped =
        "select alone from desk_modes
         where kabupaten = $1 and area >= $2 and area < $3 and area = $4";
    pub KEEP_MODE: system("the place was admitted by a scope") =
        "insert into desk_modes (kabupaten, area, alone, by_user, at) values ($1, $2, $3, $4, $5)
         on conflict (kabupaten, area) do update set alone = excluded.alone,
             by_user = excluded.by_user, at = excluded.at";

    pub MAKE_ABSENCE: system("the place was admitted by a scope") =
        "insert into absences (kabupaten, id, area, officer, role, deputy, from_day, to_day,
                               made_by, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing";
    /// Of this area, not over on $4.
    pub ABSENCES: scoped =
        "select id, area, officer, role, deputy, from_day, to_day, at from absences
         where kabupaten = $1 and area >= $2 and area < $3 and ended_at is null and to_day >= $4
         order by from_day, id limit 200";
    /// Whom $2 stands for on $3.
    pub STANDS_FOR: system("officers are no persons served; what they may do is judged by the door") =
        "select id, area, officer, role, deputy, from_day, to_day, at from absences
         where kabupaten = $1 and deputy = $2 and ended_at is null
           and from_day <= $3 and to_day >= $3
         order by from_day, id limit 20";
    /// Whose absence it is, over or not.
    pub ABSENT: scoped =
        "select officer from absences
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4";
    pub END_ABSENCE: scoped =
        "update absences set ended_at = $5
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4 and ended_at is null";
}
