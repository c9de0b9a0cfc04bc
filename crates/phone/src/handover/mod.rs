//! A referral from phone to phone without network.
//!
//! The kader's phone shows QR codes, the desk's phone reads them. They carry what the desk may read
//! of the referral, and the entries as they lie in the outbox, sealed to the server's key: the
//! measurements and answers that the referral rests on are not for the desk. All of it is sealed to
//! the desks of the village and signed by the phone. The desk's phone sends the entries as those of
//! their author; the server knows them by their ids, whoever brings them first.
//!
//! Signing and packing are the caller's: the phone's key never leaves the browser.

mod frames;
mod needs;
#[cfg(test)]
mod tests;

pub use frames::{Gather, Gathered, TooLarge, frames};
pub use needs::needed;

use sha2::{Digest as _, Sha256};

use crate::Id;
use crate::seal::{from_base64, to_base64};
use crate::wire::{Entry, Handed};

/// Version of this form; a phone reads its own alone.
pub const VERSION: u16 = 1;
/// What the sealing of a hand-over is for.
pub const INFO: &[u8] = b"simpul hand-over 1";

/// The types of this module.
pub fn types() -> Vec<crate::shape::Declared> {
    let mut types = said();
    types.extend(frames::types());
    types
}

crate::shapes! {
    /// What is handed over.
    pub fn said;

    /// What one phone hands to another.
    pub struct HandOver {
        /// Version of this form.
        pub version: u16,
        /// The phone that hands over, as it names itself.
        pub phone: Id,
        /// Its clock.
        pub at: i64,
        /// What the desk reads.
        pub referral: Referred,
        /// The referral and what it rests on, as they are sent, in the order of entering.
        pub entries: Vec<Entry>,
        /// ECDSA P-256 with SHA-256 of the phone over all of this, r and s, base64.
        pub signature: String,
    }

    /// A referral as the desk reads it: need and urgency, no measurement.
    pub struct Referred {
        /// Id of its entry.
        pub entry: Id,
        /// Who refers.
        pub author: Id,
        /// When, by the phone's clock.
        pub at: i64,
        /// The family.
        pub household: Id,
        /// Head of the family.
        pub family: String,
        /// Where it lives.
        pub place: String,
        /// What it needs.
        pub needs: Vec<ReferredNeed>,
        /// For the desk; may be empty.
        pub note: String,
    }

    /// One need.
    pub struct ReferredNeed {
        /// Key of the need.
        pub need: String,
        /// Key of its urgency.
        pub urgency: String,
    }
}

impl HandOver {
    /// What the phone signs.
    pub fn message(&self) -> Vec<u8> {
        message(self.phone, self.at, &self.marks())
    }

    fn marks(&self) -> Vec<String> {
        let read = serde_json::to_vec(&self.referral).unwrap_or_default();
        let entries = self.entries.iter().map(mark);
        [to_base64(&Sha256::digest(read))]
            .into_iter()
            .chain(entries)
            .collect()
    }

    /// The entries as the desk's phone sends them: with how they came, by its clock.
    pub fn carried(mut self, seen_at: i64) -> Vec<Entry> {
        let marks = self.marks();
        for entry in &mut self.entries {
            entry.handed = Some(Handed {
                phone: self.phone,
                at: self.at,
                seen_at,
                marks: marks.clone(),
                signature: self.signature.clone(),
            });
        }
        self.entries
    }
}

impl Entry {
    /// What the author's phone signed of an entry that was handed over, and its signature; `None`
    /// where it was not, or something else was.
    pub fn signed(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        let handed = self.handed.as_ref()?;
        if !handed.marks.contains(&mark(self)) {
            return None;
        }
        let text = message(handed.phone, handed.at, &handed.marks);
        Some((text, from_base64(&handed.signature)?))
    }
}

/// By which a sealed entry is known.
fn mark(entry: &Entry) -> String {
    let sealed = entry.sealed.as_deref().unwrap_or_default();
    let text = [&entry.aad()[..], b"\n", sealed.as_bytes()].concat();
    to_base64(&Sha256::digest(text))
}

fn message(phone: Id, at: i64, marks: &[String]) -> Vec<u8> {
    format!("simpul hand-over 1\n{phone}\n{at}\n{}", marks.join("\n")).into_bytes()
}
