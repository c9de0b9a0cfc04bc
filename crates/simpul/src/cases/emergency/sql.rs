//! SQL of emergencies.

use simpul_db::{bulk, row, statements};
use simpul_identity::AreaCode;

use super::{ArmState, EmergencyKind, Side};
use crate::access::Role;
use crate::platform::{Id, Instant, Stored};

row! {
    pub struct EmergencyRow {
        pub id: Id,
        pub area: Stored<AreaCode>,
        pub kind: EmergencyKind,
        pub sealed: Vec<u8>,
        pub subject: Id,
        pub opened_by: Id,
        pub opened_role: Role,
        pub opened_at: Instant,
        pub closed_at: Option<Instant>,
    }

    pub struct ArmRow {
        pub id: Id,
        pub case_id: Id,
        pub arm: Side,
        pub state: ArmState,
        pub due_at: Instant,
        pub by_user: Option<Id>,
        pub by_role: Option<Role>,
        pub moved_at: Option<Instant>,
        pub note: String,
        pub next: String,
    }

    /// An open emergency of the list.
    pub struct OpenRow {
        pub id: Id,
        pub area: Stored<AreaCode>,
        pub kind: EmergencyKind,
        pub opened_at: Instant,
        /// Sides that have not answered, and when the first of their clocks ends.
        pub waiting: i64,
        pub due_at: Option<Instant>,
    }
}

bulk! {
    pub ARM_ROWS = "emergency_arms"
        ["kabupaten", "id", "area", "case_id", "arm", "state", "due_at", "note", "next"];
}

/// The open cases of household $4 that go with it.
macro_rules! moving {
    () => {
        "(select id from emergencies
          where kabupaten = $1 and subject = $4 and closed_at is null)"
    };
}

statements! {
    pub MAKE_EMERGENCY: system("the place was admitted by a scope") =
        "insert into emergencies (kabupaten, id, area, kind, sealed, subject, opened_by,
                                  opened_role, opened_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing";
    /// $4: whether all are seen, else those of $5.
    pub EMERGENCY: scoped =
        "select id, area, kind, sealed, subject, opened_by, opened_role, opened_at, closed_at
         from emergencies
         where kabupaten = $1 and area >= $2 and area < $3 and ($4 or opened_by = $5) and id = $6";
    pub OPEN_EMERGENCIES: scoped =
        "select e.id, e.area, e.kind, e.opened_at,
                (select count(*) from emergency_arms a where a.kabupaten = e.kabupaten
                 and a.case_id = e.id and a.state = 'dipanggil') as waiting,
                (select min(a.due_at) from emergency_arms a where a.kabupaten = e.kabupaten
                 and a.case_id = e.id and a.state = 'dipanggil') as due_at
         from emergencies e
         where e.kabupaten = $1 and e.area >= $2 and e.area < $3 and e.closed_at is null
           and ($4 or e.opened_by = $5)
         order by e.opened_at, e.id limit 100";
    pub ARMS_OF: scoped =
        "select id, case_id, arm, state, due_at, by_user, by_role, moved_at, note, next
         from emergency_arms
         where kabupaten = $1 and area >= $2 and area < $3 and case_id = $4 order by arm limit 10";
    /// $9: the state that was seen.
    pub MOVE_ARM: scoped =
        "update emergency_arms set state = $5, by_user = $6, by_role = $7, moved_at = $8,
                note = $10, next = $11
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4 and state = $9";
    pub CLOSE_EMERGENCY: scoped =
        "update emergencies set closed_at = $5
         where kabupaten = $1 and area >= $2 and area < $3 and id = $4 and closed_at is null";
    pub MOVE_EMERGENCIES: scoped =
        "update emergencies set area = $5
         where kabupaten = $1 and area >= $2 and area < $3 and subject = $4 and closed_at is null";
    pub MOVE_ARMS: scoped = concat!(
        "update emergency_arms set area = $5
         where kabupaten = $1 and area >= $2 and area < $3 and case_id in ", moving!());
}
