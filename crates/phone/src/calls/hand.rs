//! Calls about a hand-over.

use super::{Wrong, bytes, json};
use crate::Id;
use crate::handover::{self, Gather, HandOver};
use crate::seal::{self, KEY};
use crate::wire::Entry;

crate::shapes! {
    /// The types of this module.
    pub fn types;

    /// About a hand-over.
    pub enum Hand by "hand" {
        /// What has to go along with a referral: ids in their order.
        Needed = "needed" {
            /// The referral.
            referral: Id,
            /// What is on this phone only, with bodies, in the order of entering.
            entries: Vec<Entry>,
        },
        /// What the phone's key signs, base64.
        Message = "message" {
            /// Its signature may still be missing.
            hand_over: Box<HandOver>,
        },
        /// The texts of the codes that carry it.
        Frames = "frames" {
            /// Public keys of the desks, base64.
            to: Vec<String>,
            /// Its JSON, packed, base64.
            packed: String,
            /// 32 bytes from a cryptographic source for each desk and one more, hexadecimal.
            random: Vec<String>,
        },
        /// A code was read.
        Read = "read" {
            /// Its text.
            text: String,
        },
        /// The codes read so far are left aside.
        Again = "again",
        /// What the codes carried, packed, base64; none when it is for somebody else.
        Open = "open" {
            /// The worker's secret key, base64.
            secret: String,
        },
        /// The entries as this phone sends them.
        Carried = "carried" {
            /// Whose signature was checked.
            hand_over: Box<HandOver>,
            /// This phone's clock.
            seen_at: i64,
        },
    }
}

impl Hand {
    pub(super) fn answer(self, gather: &mut Gather) -> Result<String, Wrong> {
        match self {
            Self::Needed { referral, entries } => json(&handover::needed(referral, &entries)),
            Self::Message { hand_over } => json(&seal::to_base64(&hand_over.message())),
            Self::Frames { to, packed, random } => json(&frames(&to, &packed, &random)?),
            Self::Read { text } => json(&gather.take(&text)),
            Self::Again => {
                *gather = Gather::default();
                json(&())
            }
            Self::Open { secret } => json(&open(gather, &secret)?),
            Self::Carried { hand_over, seen_at } => json(&hand_over.carried(seen_at)),
        }
    }
}

fn key(text: &str) -> Result<[u8; KEY], Wrong> {
    let key = seal::from_base64(text).and_then(|key| key.try_into().ok());
    key.ok_or("key")
}

/// The texts of the codes that carry what was packed to these keys.
fn frames(to: &[String], packed: &str, random: &[String]) -> Result<Vec<String>, Wrong> {
    let to: Vec<_> = to.iter().map(|text| key(text)).collect::<Result<_, _>>()?;
    let random: Vec<_> = random
        .iter()
        .map(|hex| bytes(hex))
        .collect::<Result<_, _>>()?;
    let packed = seal::from_base64(packed).ok_or("packed")?;
    let sealed = seal::seal_to_all(&to, handover::INFO, &packed, &random);
    let sealed = sealed.map_err(|_| "keys or random bytes")?;
    handover::frames(&sealed).map_err(|_| "too large")
}

/// What was packed, when it is for this secret.
fn open(gather: &Gather, secret: &str) -> Result<Option<String>, Wrong> {
    let sealed = gather.content().ok_or("codes are missing")?;
    let opened = seal::open_of_all(&key(secret)?, handover::INFO, &sealed);
    Ok(opened.ok().map(|packed| seal::to_base64(&packed)))
}
