//! The three calls between phone and server.
//!
//! - `POST /api/v1/sync/masuk`: [`SignIn`] -> [`SignedIn`], once per worker and phone.
//! - `POST /api/v1/sync/kirim`: [`Push`] -> [`Pushed`], at most [`BATCH`] entries.
//! - `GET /api/v1/sync/ambil?cursor=`: -> [`Pulled`].
//!
//! Bodies are JSON, gzip both ways. The credential goes in `Authorization: Bearer`. Numbers stay
//! below 2^53. Instants are milliseconds since 1970, as the phone's clock has them where they come
//! from a phone. Errors that concern the whole request are [`Problem`] with an HTTP status; none
//! of them concerns an entry, and the phone keeps all of them.

use jiff::civil::Date;

use crate::Id;
use crate::entry::Body;
use crate::extract::{Extract, Post};

/// Most entries of one [`Push`].
pub const BATCH: usize = 100;
/// Most bytes of one [`Push`] before gzip.
pub const PUSH_BYTES: usize = 1 << 20;
/// Days an entry may wait for another before it is held.
pub const WAITING_DAYS: i64 = 7;
/// Days a credential lives without contact.
pub const CREDENTIAL_DAYS: i64 = 90;

crate::shapes! {
    /// The types of this module.
    pub fn types;

    /// A worker signs in on a phone.
    pub struct SignIn {
        /// Login name.
        pub login: String,
        /// Password.
        pub password: String,
        /// Id that the phone has given itself; the same for all its workers.
        pub device: Id,
        /// Name of the phone as the worker knows it.
        pub device_name: String,
        /// The phone's public key for signatures: ECDSA P-256, uncompressed (SEC 1), base64.
        pub device_key: String,
        /// The worker's public key on this phone, to which others seal what they hand over: X25519,
        /// base64.
        pub sealing_key: String,
        /// The phone's clock.
        pub at: i64,
    }

    /// What the phone needs from then on.
    pub struct SignedIn {
        /// Secret of this worker on this phone.
        pub credential: String,
        /// Worker.
        pub user: Id,
        /// Name to greet with.
        pub name: String,
        /// Key of the role.
        pub role: String,
        /// Area of the assignment.
        pub area: String,
        /// Hours before UTC: 7, 8 or 9.
        pub zone_hours: i32,
        /// Public key that entries are sealed to: X25519, base64.
        pub server_key: String,
        /// Id of that key.
        pub server_key_id: String,
        /// Epoch of the server.
        pub epoch: String,
        /// Posts of the area.
        pub posts: Vec<Post>,
        /// The server's clock.
        pub server_time: i64,
        /// The invented data of a demo, not real people.
        pub synthetic: bool,
    }

    /// Entries for the server.
    pub struct Push {
        /// Phone.
        pub device: Id,
        /// The epoch that the phone knows.
        pub epoch: String,
        /// The phone's clock at sending.
        pub at: i64,
        /// At most 100, in the order in which they were entered.
        pub entries: Vec<Entry>,
    }

    /// One entry: sealed to the server's key, or open where the phone has no key.
    pub struct Entry {
        /// Id of the entry and of its fact.
        pub id: Id,
        /// Kind of the body.
        pub kind: String,
        /// Version of the body.
        pub version: u16,
        /// Worker who entered it.
        pub author: Id,
        /// The phone's clock when it was entered.
        pub at: i64,
        /// The held entry that this one stands for.
        pub fixes: Option<Id>,
        /// JSON of the body, sealed (`simpul_phone::seal`), base64.
        pub sealed: Option<String>,
        /// The body itself.
        pub body: Option<Body>,
        /// How it came to the phone that sends it, where that is not its author's.
        pub handed: Option<Handed>,
    }

    /// How an entry was handed over, with what proves that its author's phone did it.
    pub struct Handed {
        /// The author's phone, as it names itself.
        pub phone: Id,
        /// Its clock when it handed over.
        pub at: i64,
        /// The carrying phone's clock at that moment.
        pub seen_at: i64,
        /// SHA-256 of all that was handed over together, base64; this entry is one of them.
        pub marks: Vec<String>,
        /// ECDSA P-256 with SHA-256 of the author's phone, r and s, base64.
        pub signature: String,
    }

    /// Answers to a [`Push`].
    pub struct Pushed {
        /// The server's epoch; another than before: it was restored from a backup.
        pub epoch: String,
        /// All journal numbers up to this are in a verified backup.
        pub safe_seq: i64,
        /// The server's clock.
        pub server_time: i64,
        /// One for each entry, in the same order.
        pub answers: Vec<Answered>,
        /// Entries of this phone and worker that were answered earlier and have changed since:
        /// those released, held or mended.
        pub changed: Vec<Answered>,
    }

    /// What became of one entry.
    pub struct Answered {
        /// The entry.
        pub id: Id,
        /// Whether it had been answered before.
        pub replayed: bool,
        /// The answer.
        pub answer: Answer,
    }

    /// The answer to one entry.
    pub enum Answer by "is" {
        /// It is on the server, once.
        Accepted = "accepted" {
            /// Receipt to read out.
            receipt: String,
            /// Journal number by which it is certainly kept.
            seq: i64,
            /// When it was accepted.
            at: i64,
            /// Whether it counts for the author's month; a second of the same fact does not.
            counts: bool,
            /// Key of what the author should know, such as that another phone measured too.
            note: Option<String>,
        },
        /// It speaks of something that has not come yet. The server keeps it.
        Waiting = "waiting" {
            /// What it waits for.
            on: Id,
            /// Since when.
            since: i64,
        },
        /// A person must look at it. The server keeps it.
        Held = "held" {
            /// Key of the reason.
            reason: String,
            /// The field concerned.
            field: Option<String>,
            /// Since when.
            since: i64,
        },
    }

    /// The area, or what changed since the cursor.
    pub struct Pulled {
        /// The server's epoch.
        pub epoch: String,
        /// Where to go on.
        pub cursor: String,
        /// All journal numbers up to this are in a verified backup.
        pub safe_seq: i64,
        /// The server's clock.
        pub server_time: i64,
        /// The extract stands for all that the phone had.
        pub whole: bool,
        /// Another pull brings more.
        pub more: bool,
        /// None when nothing changed.
        pub extract: Option<Extract>,
        /// Entries of this phone and worker whose answer has changed.
        pub changed: Vec<Answered>,
        /// The worker's month by the server's receipts.
        pub month: Option<Month>,
        /// Next day by which updates count, such as the 17th.
        pub cut_off: Option<Date>,
        /// Keys for handing over; none when they are as they were.
        pub keys: Option<Keys>,
    }

    /// What two phones need to hand over without network.
    pub struct Keys {
        /// The village's desks, the newest sign-in first.
        pub desks: Vec<DeskKey>,
        /// The phones that a desk may take from; empty for who is no desk.
        pub phones: Vec<PhoneKey>,
    }

    /// Somebody at the desk with a phone.
    pub struct DeskKey {
        /// Name of the officer.
        pub name: String,
        /// Public key to seal to: X25519, base64.
        pub key: String,
    }

    /// A worker's phone.
    pub struct PhoneKey {
        /// As it names itself.
        pub phone: Id,
        /// The worker.
        pub author: Id,
        /// Name of the worker.
        pub name: String,
        /// Public key of its signatures: ECDSA P-256, uncompressed (SEC 1), base64.
        pub key: String,
        /// Its credential was ended, or ran out.
        pub ended: bool,
    }

    /// What counts for a worker in a month.
    pub struct Month {
        /// First day of the month.
        pub month: Date,
        /// Children measured.
        pub measured: u32,
        /// Families asked.
        pub asked: u32,
        /// Referrals sent.
        pub referred: u32,
        /// Homes visited.
        pub visited: u32,
        /// Life events and newcomers brought.
        pub updated: u32,
    }

    /// Why a whole request was refused.
    pub struct Problem {
        /// Key: `device-unknown`, `device-role`, `sign-in-wrong`, `sign-in-locked`, `too-large`,
        /// `busy`, `malformed`.
        pub problem: String,
        /// Seconds to wait at least.
        pub wait: Option<u32>,
    }
}
