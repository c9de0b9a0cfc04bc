//! Searches through the registry of an area.

use simpul_db::{row, statements};
use simpul_identity::AreaCode;

use crate::duplicates::search::{RunState, RunStep};
use crate::platform::{Id, Instant, Stored};

row! {
    pub struct RunRow {
        pub id: Id,
        pub area: Stored<AreaCode>,
        pub asked_by: Id,
        pub asked_at: Instant,
        pub state: RunState,
        pub tries: i64,
        pub step: RunStep,
        pub done: i64,
        pub total: i64,
        pub people: i64,
        pub found: i64,
        pub fresh: i64,
        pub ended_at: Option<Instant>,
    }
}

macro_rules! run_columns {
    () => {
        "id, area, asked_by, asked_at, state, tries, step, done, total, people, found, fresh,
           ended_at"
    };
}

statements! {
    pub ASK_RUN: system("the area was admitted by the scope") =
        "insert into duplicate_runs
           (kabupaten, id, area, asked_by, asked_at, state, tries, held_until, step, done, total,
            people, found, fresh)
         values ($1, $2, $3, $4, $5, 'waiting', 0, 0, 'reading', 0, 0, 0, 0, 0)
         on conflict do nothing";
    pub LATEST_RUN: scoped =
        concat!("select ", run_columns!(), " from duplicate_runs
         where kabupaten = $1 and area >= $2 and area < $3
         order by asked_at desc, id desc limit 1");
    /// The oldest search that nobody works on, or whose worker was not heard of any more.
    pub NEXT_RUN: system("the program works on the searches of all areas; no person is read") =
        "select kabupaten, id from duplicate_runs
         where state in ('waiting', 'running') and held_until <= $1
         order by asked_at, id limit 1";
    pub TAKE_RUN: system("the program works on the searches of all areas; no person is read") =
        concat!("update duplicate_runs
         set state = 'running', tries = tries + 1, held_until = $4, step = 'reading', done = 0,
           total = 0, people = 0, found = 0, fresh = 0
         where kabupaten = $1 and id = $2 and state in ('waiting', 'running') and held_until <= $3
         returning ", run_columns!());
    /// Nothing changes once somebody else works on it.
    pub NOTE_RUN: system("the program works on the searches of all areas; no person is read") =
        "update duplicate_runs set held_until = $4, step = $5, done = $6, total = $7, people = $8,
           found = $9, fresh = $10
         where kabupaten = $1 and id = $2 and tries = $3 and state = 'running'";
    pub END_RUN: system("the program works on the searches of all areas; no person is read") =
        "update duplicate_runs set state = $4, ended_at = $5, held_until = $6
         where kabupaten = $1 and id = $2 and tries = $3 and state = 'running'";
    pub WATCHED: system("how far the program has looked; no person is read") =
        "select upto from duplicate_watches where kabupaten = $1";
    pub BEGIN_WATCH: system("how far the program has looked; no person is read") =
        "insert into duplicate_watches (kabupaten, upto) values ($1, $2) on conflict do nothing";
    /// Another program may have looked at the same in the meantime.
    pub KEEP_WATCHED: system("how far the program has looked; no person is read") =
        "update duplicate_watches set upto = $2 where kabupaten = $1 and upto < $2";
}
