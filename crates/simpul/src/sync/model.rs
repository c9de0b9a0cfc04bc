//! What became of an entry, and why one is held. Pure.

use simpul_phone::wire::Answer;

use super::sql::EntryRow;
use crate::platform::{Id, Instant, keyed};

keyed! {
    /// Where an entry stands.
    pub enum State ("entry-state") {
        Accepted = "accepted",
        /// It speaks of something that has not come yet.
        Waiting = "waiting",
        /// A person must look at it.
        Held = "held",
        /// Another entry of its author stands for it.
        Mended = "mended",
    }
}

/// Days an entry waits for another before it is held.
pub const WAITING_DAYS: i64 = simpul_phone::wire::WAITING_DAYS;

/// The other of the same day stands.
pub const NOTE_SECOND: &str = "sync-note-second";
/// Two values wait for the desk.
pub const NOTE_CONFLICT: &str = "sync-note-conflict";
/// The family had an open case of this need.
pub const NOTE_ATTACHED: &str = "sync-note-attached";
/// Another entry stands for it.
pub const NOTE_MENDED: &str = simpul_phone::outbox::MENDED;

/// What a door made of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Accepted {
        counts: bool,
        note: Option<&'static str>,
    },
    Waiting {
        on: Id,
    },
    Held {
        reason: String,
    },
    /// Another entry of this sending stands for it.
    Mended,
}

impl Verdict {
    /// Taken, and counted for the author.
    pub const TAKEN: Self = Self::Accepted {
        counts: true,
        note: None,
    };

    pub fn held(reason: &str) -> Self {
        Self::Held {
            reason: reason.to_owned(),
        }
    }

    pub fn state(&self) -> State {
        match self {
            Self::Accepted { .. } => State::Accepted,
            Self::Waiting { .. } => State::Waiting,
            Self::Held { .. } => State::Held,
            Self::Mended => State::Mended,
        }
    }
}

/// Ids as they go over the line.
pub fn on_line(id: Id) -> simpul_phone::Id {
    simpul_phone::Id(*id.as_bytes())
}

pub fn from_line(id: simpul_phone::Id) -> Id {
    Id::from_bytes(id.0)
}

/// The receipt of an entry: the journal number, and the last digits of its id, which tell the
/// entries of one sending apart.
pub fn receipt(seq: i64, id: Id) -> String {
    let tail = id.to_string();
    format!("{seq}-{}", tail[28..].to_uppercase())
}

impl EntryRow {
    /// The answer that this entry got.
    pub fn answer(&self) -> Answer {
        match self.state {
            State::Accepted | State::Mended => Answer::Accepted {
                receipt: receipt(self.seq, self.id),
                seq: self.seq,
                at: self.since.0,
                counts: self.counts,
                note: self.note.clone(),
            },
            State::Waiting => Answer::Waiting {
                on: on_line(self.waits_on.unwrap_or(self.id)),
                since: self.since.0,
            },
            State::Held => Answer::Held {
                reason: self.reason.clone().unwrap_or_default(),
                field: self.field.clone(),
                since: self.since.0,
            },
        }
    }
}

/// When something happened by our clock: the phone's clock put right by how far it is off now.
/// Nothing is older than the phone's first contact, and nothing lies in the future.
pub fn happened(entered_at: i64, skew_ms: i64, first_contact: Instant, now: Instant) -> Instant {
    Instant(entered_at.saturating_sub(skew_ms)).clamp(first_contact.min(now), now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_wrong_by_years_is_put_right() {
        let (now, first) = (Instant(1_000_000_000), Instant(900_000_000));
        let year = 31_536_000_000;
        assert_eq!(happened(950_000_000, 0, first, now).0, 950_000_000);
        let skew = 3 * year;
        assert_eq!(
            happened(950_000_000 + skew, skew, first, now).0,
            950_000_000
        );
        // Set right since: what was entered before seems to lie in the future or the far past.
        assert_eq!(happened(950_000_000 + skew, 0, first, now), now);
        assert_eq!(happened(950_000_000 - skew, 0, first, now), first);
        assert_eq!(happened(i64::MIN, 5, first, now), first);
    }

    #[test]
    fn a_receipt_tells_entries_of_one_sending_apart() {
        let ids: [Id; 2] = [1, 2].map(|n| Id::from_bytes([n; 16]));
        assert_eq!(receipt(4217, ids[0]), "4217-0101");
        assert_ne!(receipt(4217, ids[0]), receipt(4217, ids[1]));
    }
}
