//! SQL of what families say. It lies where their case lies.

use simpul_db::{row, statements};
use simpul_identity::AreaCode;

use super::super::model::{Decider, Need, State};
use super::objections::{Level, Outcome};
use crate::access::Role;
use crate::platform::{Id, Instant, Stored};

row! {
    /// A case as its family may know it.
    pub struct PublicCase {
        pub kabupaten: String,
        pub id: Id,
        pub household: Id,
        pub area: Stored<AreaCode>,
        pub need: Need,
        pub state: State,
        pub decider: Option<Decider>,
        pub opened_at: Instant,
        pub closed_at: Option<Instant>,
    }

    pub struct VoiceRow {
        pub id: Id,
        pub case_id: Id,
        pub text: String,
        pub by_user: Option<Id>,
        pub by_role: Option<Role>,
        pub at: Instant,
        pub answered_at: Option<Instant>,
    }

    pub struct ObjectionRow {
        pub id: Id,
        pub case_id: Id,
        pub decision_at: Instant,
        pub level: Level,
        pub why: String,
        pub at: Instant,
        pub due_at: Instant,
        pub decided_at: Option<Instant>,
        pub decided_by: Option<Id>,
        pub decided_role: Option<Role>,
        pub outcome: Option<Outcome>,
        pub reason: Option<String>,
        pub next: Option<String>,
    }

    /// A line of what waits: a message or an objection.
    pub struct WaitingRow {
        pub case_id: Id,
        pub household: Id,
        pub area: Stored<AreaCode>,
        pub need: Need,
        pub at: Instant,
    }
}

macro_rules! voices {
    ($where:literal) => {
        concat!(
            "select v.id, v.case_id, v.text, v.by_user, v.by_role, v.at, v.answered_at
             from case_voices v join cases c on c.kabupaten = v.kabupaten and c.id = v.case_id
             where c.kabupaten = $1 and c.area >= $2 and c.area < $3 ",
            $where
        )
    };
}

macro_rules! objections {
    ($where:literal) => {
        concat!(
            "select o.id, o.case_id, o.decision_at, o.level, o.why, o.at, o.due_at, o.decided_at,
                    o.decided_by, o.decided_role, o.outcome, o.reason, o.next
             from case_objections o join cases c on c.kabupaten = o.kabupaten and c.id = o.case_id
             where c.kabupaten = $1 and c.area >= $2 and c.area < $3 ",
            $where
        )
    };
}

statements! {
    pub PUBLIC_CASE: system("the ticket of the case was shown") =
        "select kabupaten, id, household, area, need, state, decider, opened_at, closed_at
         from cases where kabupaten = $1 and id = $2";

    pub VOICE: scoped = voices!("and v.id = $4");
    pub VOICES_OF: scoped = voices!("and v.case_id = $4 order by v.at, v.id limit 200");
    /// What the family wrote since $5.
    pub VOICES_SINCE: scoped =
        "select count(*) from case_voices v
         join cases c on c.kabupaten = v.kabupaten and c.id = v.case_id
         where c.kabupaten = $1 and c.area >= $2 and c.area < $3 and v.case_id = $4
           and v.by_user is null and v.at >= $5";
    pub MAKE_VOICE: system("the place was admitted by a scope") =
        "insert into case_voices (kabupaten, id, case_id, text, by_user, by_role, at, answered_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict do nothing";
    pub ANSWER_VOICES: system("the place was admitted by a scope") =
        "update case_voices set answered_at = $3
         where kabupaten = $1 and case_id = $2 and answered_at is null";
    /// Cases in which the family waits for an answer, longest first. The order of the tables is
    /// said, since the messages that wait are few.
    pub VOICES_WAITING: scoped =
        "select c.id as case_id, c.household, c.area, c.need, min(v.at) as at
         from case_voices v cross join cases c
         where v.kabupaten = $1 and v.answered_at is null
           and c.id = v.case_id and c.kabupaten = $1 and c.area >= $2 and c.area < $3
         group by c.id, c.household, c.area, c.need
         order by 5, 1 limit 200";

    pub OBJECTION: scoped = objections!("and o.id = $4");
    pub OBJECTIONS_OF: scoped =
        objections!("and o.case_id = $4 order by o.decision_at, o.level limit 50");
    pub MAKE_OBJECTION: system("the place was admitted by a scope") =
        "insert into case_objections (kabupaten, id, case_id, decision_at, level, why, at, due_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict do nothing";
    pub DECIDE_OBJECTION: system("the place was admitted by a scope") =
        "update case_objections
         set decided_at = $3, decided_by = $4, decided_role = $5, outcome = $6, reason = $7,
             next = $8
         where kabupaten = $1 and id = $2 and decided_at is null";
    /// Objections without an answer, the most pressing first. `at` is the end of their clock.
    pub OBJECTIONS_WAITING: scoped =
        "select c.id as case_id, c.household, c.area, c.need, o.due_at as at
         from case_objections o cross join cases c
         where o.kabupaten = $1 and o.decided_at is null
           and c.id = o.case_id and c.kabupaten = $1 and c.area >= $2 and c.area < $3
         order by o.due_at, o.id limit 200";

    pub RATING: system("the ticket of the case was shown") =
        "select score from case_ratings where kabupaten = $1 and id = $2";
    pub MAKE_RATING: system("the ticket of the case was shown") =
        "insert into case_ratings (kabupaten, id, score, at) values ($1, $2, $3, $4)
         on conflict do nothing";
}
