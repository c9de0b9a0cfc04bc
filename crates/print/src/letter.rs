//! What is printed, as it comes in. Every text is data: it is set as it stands, never evaluated.

use serde::{Deserialize, Serialize};

/// Which form the letter has; the words are the sender's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// To a service that is asked for something.
    Rujukan,
    /// To whom it may concern.
    Keterangan,
    /// A receipt, signed by both sides.
    TandaTerima,
}

/// A letter on A4.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    pub kind: Kind,
    /// Lines above the rule: the office first, then what it belongs to.
    pub head: Vec<String>,
    pub title: String,
    /// The words "Nomor" and the number.
    pub number: Pair,
    /// The words "Kepada Yth." and who is asked.
    pub to: Option<Pair>,
    pub opening: String,
    pub facts: Vec<Pair>,
    /// What the officer wrote; lines are kept.
    pub text: String,
    pub closing: String,
    /// "Pringsewu, 16 November 2026".
    pub place_and_day: String,
    /// From left to right; one without a name is signed by hand.
    pub signatures: Vec<Signature>,
    pub qr: Option<Qr>,
}

/// A label and what stands behind it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    pub label: String,
    pub value: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// Jabatan, or what the person does here.
    pub role: String,
    pub name: String,
}

/// A code to be scanned, and the words beside it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Qr {
    pub content: String,
    pub words: String,
}
