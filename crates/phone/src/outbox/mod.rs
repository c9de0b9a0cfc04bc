//! The phone's outbox: what is to be sent, what became of it, when it may go.
//!
//! A state machine without I/O. It is told what happened ([`Happened`]) and says what is to be done
//! ([`Command`]); storage, clock, randomness and network are the caller's. It holds of each entry
//! only what is needed to send it ([`Row`]): the sealed content stays in storage.
//!
//! What it keeps to:
//! - An entry leaves the phone's storage only when the server has it in a verified backup. No
//!   answer, status or failure ever drops one.
//! - An entry that the server may have lost goes again: the server's epoch changes when it is
//!   restored, and everything answered in another epoch is unsent.
//! - Sending the same entry twice is harmless: the server answers as it did the first time. So the
//!   machine never needs to know whether a lost request arrived.

mod step;
pub use step::MENDED;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::Id;
use crate::wire::{Answered, BATCH, Pushed};

/// First wait after a failure, in milliseconds; it doubles with each further failure.
pub const FIRST_WAIT: i64 = 5_000;
/// Longest wait between two tries, in milliseconds.
pub const LONGEST_WAIT: i64 = 15 * 60_000;
/// A request without answer for so long is taken for lost, in milliseconds.
pub const PATIENCE: i64 = 90_000;
/// Entries that wait or are held are asked after so often, in milliseconds.
pub const ASK_AGAIN: i64 = 6 * 3_600_000;
/// Most bytes of sealed content in one request: base64 and envelopes stay below the server's limit.
pub const BATCH_BYTES: u64 = 600_000;

crate::shapes! {
    /// The types of this module.
    pub fn types;

    /// What the outbox knows of one entry, as it is stored beside the sealed content.
    pub struct Row {
        /// The entry.
        pub id: Id,
        /// Who entered it.
        pub author: Id,
        /// Kind of its body.
        pub kind: String,
        /// The phone's clock when it was entered.
        pub at: i64,
        /// Place in the order of entering.
        pub order: u64,
        /// Bytes of its sealed content.
        pub bytes: u32,
        /// The held entry that it stands for.
        pub fixes: Option<Id>,
        /// What became of it.
        pub status: Status,
    }

    /// What became of an entry.
    pub enum Status by "is" {
        /// On this phone only.
        Pending = "pending",
        /// The server keeps it until something else comes.
        Waiting = "waiting" {
            /// Epoch of the answer.
            epoch: String,
            /// What it waits for.
            on: Id,
            /// Since when, by the server's clock.
            since: i64,
            /// When the server was last asked, by the phone's clock.
            asked: i64,
        },
        /// A person must look at it.
        Held = "held" {
            /// Epoch of the answer; none where the phone itself found that it cannot go.
            epoch: Option<String>,
            /// Key of the reason.
            reason: String,
            /// The field concerned.
            field: Option<String>,
            /// Since when.
            since: i64,
            /// When the server was last asked, by the phone's clock.
            asked: i64,
        },
        /// On the server, not yet in a verified backup.
        Accepted = "accepted" {
            /// Epoch of the answer.
            epoch: String,
            /// Receipt to read out.
            receipt: String,
            /// Journal number.
            seq: i64,
            /// When, by the server's clock.
            at: i64,
            /// Whether it counts for the author's month.
            counts: bool,
            /// What the author should know.
            note: Option<String>,
        },
    }

    /// What the outbox remembers besides its rows.
    pub struct Meta {
        /// The server's epoch, once known.
        pub epoch: Option<String>,
        /// Last contact by the phone's clock.
        pub contact: Option<i64>,
        /// The server's clock less the phone's at the last contact, in milliseconds.
        pub skew: i64,
        /// The server refused the credential: nothing goes until somebody signs in.
        pub signed_out: bool,
    }

    /// What happened.
    pub enum Happened by "on" {
        /// The app has started, or some time has passed.
        Tick = "tick",
        /// An entry is in storage, sealed.
        Saved = "saved" {
            /// As it was stored.
            row: Row,
        },
        /// The network came or went.
        Online = "online" {
            /// Whether it is there.
            online: bool,
        },
        /// Somebody pressed "Kirim data": do not wait any longer.
        Now = "now",
        /// Somebody signed in, or opened the app: their credential may do where another's did not.
        SignedIn = "signed_in",
        /// A pull was refused: the server does not know this credential any more.
        SignedOut = "signed_out",
        /// The server answered a push.
        Answered = "answered" {
            /// Number of the request.
            request: u64,
            /// Its answer.
            pushed: Pushed,
        },
        /// A push failed.
        Failed = "failed" {
            /// Number of the request.
            request: u64,
            /// HTTP status; none without any.
            status: Option<u16>,
            /// Seconds that the server asks to wait.
            wait: Option<u32>,
        },
        /// A pull brought news.
        Pulled = "pulled" {
            /// The server's epoch.
            epoch: String,
            /// Covered by a verified backup.
            safe_seq: i64,
            /// The server's clock.
            server_time: i64,
            /// Entries whose answer has changed.
            changed: Vec<Answered>,
        },
    }

    /// What is to be done, in this order.
    pub enum Command by "do" {
        /// Put a row beside its content, and with it, all or nothing, the receipt for the month's
        /// count under the id of the entry.
        Store = "store" {
            /// The row.
            row: Box<Row>,
            /// The receipt, where it changes.
            receipt: Option<Box<Receipt>>,
        },
        /// Forget an entry: it is safe.
        Delete = "delete" {
            /// The entry.
            id: Id,
        },
        /// Put what is remembered besides the rows.
        Remember = "remember" {
            /// All of it.
            meta: Meta,
        },
        /// Send these entries, as stored, in this order.
        Send = "send" {
            /// Number to give back with the answer.
            request: u64,
            /// The epoch to name.
            epoch: String,
            /// Entries.
            ids: Vec<Id>,
        },
        /// Pull: something has changed on the server.
        Pull = "pull",
        /// Come back with a tick in so many milliseconds.
        Wake = "wake" {
            /// Milliseconds from now.
            after: i64,
        },
    }

    /// A receipt, without anything about a person.
    pub struct Receipt {
        /// The entry.
        pub id: Id,
        /// Author.
        pub author: Id,
        /// Kind of the entry.
        pub kind: String,
        /// Receipt to read out.
        pub receipt: String,
        /// When it was accepted, by the server's clock.
        pub at: i64,
        /// Whether it counts for the author's month.
        pub counts: bool,
    }

    /// Figures for the page "Kirim data".
    pub struct Summary {
        /// On this phone only.
        pub pending: usize,
        /// Waiting on the server.
        pub waiting: usize,
        /// To be mended.
        pub held: usize,
        /// On the server.
        pub accepted: usize,
        /// A request is on its way.
        pub sending: bool,
        /// Nothing goes until somebody signs in.
        pub signed_out: bool,
        /// Last contact by the phone's clock.
        pub contact: Option<i64>,
        /// The server's clock less the phone's, in milliseconds.
        pub skew: i64,
    }
}

/// A request on its way.
struct Flight {
    request: u64,
    ids: Vec<Id>,
    sent: i64,
}

/// The outbox of one phone.
pub struct Outbox {
    rows: BTreeMap<Id, Row>,
    /// Pending rows in the order of entering.
    queue: BTreeSet<(u64, Id)>,
    meta: Meta,
    online: bool,
    flight: Option<Flight>,
    requests: u64,
    failures: u32,
    /// Not before this, by the phone's clock.
    not_before: i64,
    /// Most entries of the next request; smaller while a refused batch is searched.
    most: usize,
}

impl Meta {
    /// Before any contact.
    pub fn fresh() -> Self {
        Self {
            epoch: None,
            contact: None,
            skew: 0,
            signed_out: false,
        }
    }
}

impl Status {
    /// Whether this answer was given in an epoch that is no longer.
    fn of_other_epoch(&self, now: Option<&str>) -> bool {
        match self {
            Self::Pending => false,
            Self::Held { epoch, .. } => epoch.is_some() && epoch.as_deref() != now,
            Self::Waiting { epoch, .. } | Self::Accepted { epoch, .. } => {
                Some(epoch.as_str()) != now
            }
        }
    }
}

impl Outbox {
    /// The outbox as it was stored, whatever was interrupted.
    pub fn open(rows: Vec<Row>, meta: Meta) -> Self {
        let mut outbox = Self {
            rows: BTreeMap::new(),
            queue: BTreeSet::new(),
            meta,
            online: true,
            flight: None,
            requests: 0,
            failures: 0,
            not_before: i64::MIN,
            most: BATCH,
        };
        for mut row in rows {
            // The app was killed between noting the epoch and unsending what it concerns.
            if row.status.of_other_epoch(outbox.meta.epoch.as_deref()) {
                row.status = Status::Pending;
            }
            outbox.keep(row);
        }
        outbox
    }

    fn keep(&mut self, row: Row) {
        let place = (row.order, row.id);
        if row.status == Status::Pending {
            self.queue.insert(place);
        } else {
            self.queue.remove(&place);
        }
        self.rows.insert(row.id, row);
    }

    /// The next place in the order of entering.
    pub fn next_order(&self) -> u64 {
        let last = self.rows.values().map(|row| row.order).max();
        last.map_or(0, |order| order + 1)
    }

    /// All entries that the phone still holds.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.values()
    }

    /// What is remembered besides the rows.
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// Figures for the page "Kirim data".
    pub fn summary(&self) -> Summary {
        let count = |wanted: fn(&Status) -> bool| {
            self.rows.values().filter(|row| wanted(&row.status)).count()
        };
        Summary {
            pending: self.queue.len(),
            waiting: count(|status| matches!(status, Status::Waiting { .. })),
            held: count(|status| matches!(status, Status::Held { .. })),
            accepted: count(|status| matches!(status, Status::Accepted { .. })),
            sending: self.flight.is_some(),
            signed_out: self.meta.signed_out,
            contact: self.meta.contact,
            skew: self.meta.skew,
        }
    }
}
