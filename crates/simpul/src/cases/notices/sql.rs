//! SQL of the notices.

use simpul_db::{row, statements};
use simpul_identity::AreaCode;

use super::super::model::Need;
use super::{Channel, Fault, NoticeKind, NoticeState};
use crate::platform::{Id, Instant, Stored};

row! {
    /// A notice as lists show it.
    pub struct NoticeRow {
        pub id: Id,
        pub case_id: Id,
        pub household: Id,
        pub area: Stored<AreaCode>,
        pub kind: NoticeKind,
        pub channel: Channel,
        pub target: String,
        pub state: NoticeState,
        pub made_at: Instant,
        pub due_at: Instant,
        pub tries: i64,
        pub fault: Option<Fault>,
        pub done_at: Option<Instant>,
    }

    /// A notice to be tried now.
    pub struct DueRow {
        pub kabupaten: String,
        pub id: Id,
        pub case_id: Id,
        pub household: Id,
        pub area: Stored<AreaCode>,
        pub need: Need,
        pub kind: NoticeKind,
        pub channel: Channel,
        pub target: String,
        pub made_at: Instant,
        pub due_at: Instant,
        pub tries: i64,
    }
}

/// The order of the tables is said, since few notices are meant.
macro_rules! notices {
    ($where:literal) => {
        concat!(
            "select n.id, n.case_id, c.household, c.area, n.kind, n.channel, n.target, n.state,
                    n.made_at, n.due_at, n.tries, n.fault, n.done_at
             from notices n cross join cases c
             where n.kabupaten = $1 and c.id = n.case_id
               and c.kabupaten = $1 and c.area >= $2 and c.area < $3 ",
            $where
        )
    };
}

statements! {
    pub NOTICE: scoped = notices!("and n.id = $4");
    /// Those that wait or stopped, the latest first.
    pub NOTICES_OPEN: scoped = notices!(
        "and n.state <> 'terkirim' order by n.made_at desc, n.id desc limit 200"
    );
    /// Those sent of what was written since $4.
    pub NOTICES_SENT: scoped = notices!(
        "and n.state = 'terkirim' and n.made_at >= $4
         order by n.made_at desc, n.id desc limit 100"
    );
    pub MAKE_NOTICE: system("the place was admitted by a scope") =
        "insert into notices (kabupaten, id, case_id, source, kind, channel, target, state,
                              made_at, due_at, tries)
         values ($1, $2, $3, $4, $5, $6, $7, 'menunggu', $8, $8, 0)
         on conflict do nothing";
    /// $2 to $4: the channels that have a way out.
    pub DUE: system("the sender works for every area; the row says which") =
        "select n.kabupaten, n.id, n.case_id, c.household, c.area, c.need, n.kind, n.channel,
                n.target, n.made_at, n.due_at, n.tries
         from notices n join cases c on c.kabupaten = n.kabupaten and c.id = n.case_id
         where n.state = 'menunggu' and n.due_at <= $1
           and (($2 and n.channel = 'hp') or ($3 and n.channel = 'surel')
                or ($4 and n.channel = 'kait'))
         order by n.due_at, n.id limit 20";
    /// Takes a notice until $4, if nobody else did.
    pub TAKE: system("the sender works for every area") =
        "update notices set due_at = $4
         where kabupaten = $1 and id = $2 and state = 'menunggu' and due_at = $3";
    pub SENT: system("the sender works for every area") =
        "update notices set state = 'terkirim', tries = tries + 1, fault = null, done_at = $3
         where kabupaten = $1 and id = $2 and state = 'menunggu'";
    pub AGAIN: system("the sender works for every area") =
        "update notices set tries = tries + 1, due_at = $3, fault = $4
         where kabupaten = $1 and id = $2 and state = 'menunggu'";
    pub WAIT_UNTIL: system("the sender works for every area") =
        "update notices set due_at = $3
         where kabupaten = $1 and id = $2 and state = 'menunggu'";
    pub STOP: system("the sender works for every area") =
        "update notices set state = 'berhenti', tries = tries + 1, fault = $4, done_at = $3
         where kabupaten = $1 and id = $2 and state = 'menunggu'";

    pub REFUSAL: system("whether a family wants messages says nothing else of it") =
        "select at from notice_refusals where kabupaten = $1 and id = $2";
    pub REFUSE_NOTICES: system("the place was admitted by a scope") =
        "insert into notice_refusals (kabupaten, id, at) values ($1, $2, $3)
         on conflict do nothing";
    pub WANT_NOTICES: system("the place was admitted by a scope") =
        "delete from notice_refusals where kabupaten = $1 and id = $2";
}
