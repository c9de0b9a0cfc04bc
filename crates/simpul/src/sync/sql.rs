//! All SQL of this slice.

use simpul_db::{bulk, row, statements};

use super::model::State;
use crate::platform::{Id, Instant};

row! {
    /// An entry with the answer it got.
    #[derive(Clone)]
    pub struct EntryRow {
        pub id: Id,
        pub area: String,
        pub author: Id,
        pub phone: Id,
        pub kind: String,
        pub version: i64,
        pub entered_at: Instant,
        pub happened_at: Instant,
        pub received_at: Instant,
        pub content: [u8; 32],
        pub state: State,
        pub since: Instant,
        pub seq: i64,
        pub counts: bool,
        pub note: Option<String>,
        pub waits_on: Option<Id>,
        pub reason: Option<String>,
        pub field: Option<String>,
        pub fixes: Option<Id>,
        pub body: Option<Vec<u8>>,
    }

    /// A worker's phone.
    pub struct PhoneRow { pub device: Id, pub phone: Id, pub sealing_key: Option<Vec<u8>> }

    /// What counts for a month.
    pub struct CountRow { pub kind: String, pub n: i64 }
}

bulk! {
    pub ENTRIES = "sync_entries" [
        "kabupaten", "id", "area", "author", "phone", "kind", "version", "entered_at",
        "happened_at", "received_at", "content", "state", "since", "changed", "seq", "counts", "note",
        "waits_on", "reason", "field", "fixes", "body", "shown",
    ];
}

macro_rules! entries {
    ($rest:literal) => {
        concat!(
            "select id, area, author, phone, kind, version, entered_at, happened_at, received_at,
               content, state, since, seq, counts, note, waits_on, reason, field, fixes, body
             from sync_entries ",
            $rest
        )
    };
}

statements! {
    pub KNOWN: system("ids that the phone itself names; answers go to their author alone") = entries!(
        "where kabupaten = $1 and id = any($2)");
    /// Which of these another entry of the same author stands for already, itself or through a
    /// further one, and whose that is.
    pub STOOD_FOR: system("ids that the phone itself names; answers go to their author alone") =
        "select fixes, author from sync_entries
         where kabupaten = $1 and fixes is not null and state in ('accepted', 'mended')
           and fixes = any($2)";
    /// What waits for this, oldest first.
    pub WAITING_ON: system("entries are judged again in the name of their author") = entries!(
        "where kabupaten = $1 and state = 'waiting' and waits_on = $2
         order by happened_at, id limit 500");
    /// What is waited for.
    pub WAITED_FOR: system("ids that are waited for say nothing of a person") =
        "select distinct waits_on from sync_entries
         where kabupaten = $1 and state = 'waiting' and waits_on is not null limit 2000";
    pub WAITING_ANYWHERE: system("entries are judged again in the name of their author") =
        "select distinct kabupaten from sync_entries where state = 'waiting'";
    pub WAITING_LONG: system("entries are judged again in the name of their author") = entries!(
        "where kabupaten = $1 and state = 'waiting' order by since, id limit 500");
    /// Another answer than before.
    pub CHANGE: system("the entry was found by its id") =
        "update sync_entries set state = $3, since = $4, changed = true, seq = $5, counts = $6, note = $7,
           waits_on = $8, reason = $9, body = $10
         where kabupaten = $1 and id = $2";
    /// The answers to a phone's entries of one author that changed after a number.
    pub CHANGED: system("answers go to the phone and author of the entries") = entries!(
        "where kabupaten = $1 and phone = $2 and author = $3 and seq > $4 and changed
         order by seq, id limit 500");
    pub MONTH: system("a worker's own count") =
        "select kind, count(*) as n from sync_entries
         where kabupaten = $1 and author = $2 and happened_at >= $3 and happened_at < $4
           and state = 'accepted' and counts
         group by kind order by kind";
    pub HELD: scoped = entries!(
        "where kabupaten = $1 and area >= $2 and area < $3 and state = 'held'
         order by since, id limit 200");
    pub ONE: system("the entry was named by its author or found within a scope") = entries!(
        "where kabupaten = $1 and id = $2");

    pub KEEP_PHONE: system("sign-in") =
        "insert into sync_phones (device, phone, user_id, at, sealing_key)
         values ($1, $2, $3, $4, $5)";
    pub PHONE_OF: system("sign-in") =
        "select phone from sync_phones where device = $1";
    pub PHONES_OF: system("keys of workers say nothing of a person") =
        "select device, phone, sealing_key from sync_phones
         where device = any($1)";
    /// The newest sign-in of a worker on a phone.
    pub LAST_CONTACT: system("what a phone signed is checked") =
        "select device from sync_phones where phone = $1 and user_id = $2
         order by at desc, device limit 1";
    /// When a worker first signed in on a phone; none: never.
    pub FIRST_CONTACT: system("sign-in") =
        "select at from sync_phones where phone = $1 and user_id = $2 order by at limit 1";
}
