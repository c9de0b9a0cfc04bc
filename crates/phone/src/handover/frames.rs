//! A sealed hand-over as texts of QR codes, read in any order.
//!
//! A text is `SP1:` and Base45 (RFC 9285) of: four bytes that tell hand-overs apart, place, number
//! of codes, a part of the content, and four bytes that tell whether all of this was read rightly.
//! Base45 stays within the letters that QR codes pack densest, and every reader gives them as text.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

/// Before each text; the digit is the version of the form.
const PREFIX: &str = "SP";
const FORM: &str = "1:";
/// Most bytes of the content in one code: with version 13 and correction M a cheap camera reads it
/// off a screen of 360 px.
const PART: usize = 304;
/// Most codes of one hand-over: nobody holds a phone still for more.
const MOST: usize = 40;
const MARK: usize = 4;
const LETTERS: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// There is more than a row of codes can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too large to be shown as codes")]
pub struct TooLarge;

crate::shapes! {
    /// The types of this module.
    pub fn types;

    /// What came of a code that was read.
    pub enum Gathered by "is" {
        /// More are needed.
        More = "more" {
            /// Codes read so far.
            have: usize,
            /// Codes in all.
            of: usize,
        },
        /// All have been read.
        Whole = "whole",
        /// No code of a hand-over.
        Foreign = "foreign",
        /// Of a newer app.
        Newer = "newer",
        /// Not read rightly.
        Damaged = "damaged",
        /// Of another hand-over than those before; it was not taken.
        Other = "other" {
            /// Codes read so far.
            have: usize,
            /// Codes in all.
            of: usize,
        },
    }
}

fn mark(bytes: &[u8]) -> [u8; MARK] {
    let digest = Sha256::digest(bytes);
    std::array::from_fn(|at| digest[at])
}

/// The texts of the codes of this content, all of about one size.
///
/// # Errors
/// There is too much of it.
pub fn frames(content: &[u8]) -> Result<Vec<String>, TooLarge> {
    let count = content.len().div_ceil(PART).max(1);
    let of = u8::try_from(count).ok().filter(|_| count <= MOST);
    let of = of.ok_or(TooLarge)?;
    let parts = content.chunks(content.len().div_ceil(count).max(1));
    let frame = |(place, part): (u8, &[u8])| {
        let mut bytes = [&mark(content)[..], &[place, of], part].concat();
        bytes.extend(mark(&bytes));
        format!("{PREFIX}{FORM}{}", base45(&bytes))
    };
    Ok((0..of).zip(parts).map(frame).collect())
}

/// Codes read so far.
#[derive(Default)]
pub struct Gather {
    mark: [u8; MARK],
    of: u8,
    parts: BTreeMap<u8, Vec<u8>>,
}

impl Gather {
    /// Takes the text of a code.
    pub fn take(&mut self, text: &str) -> Gathered {
        let Some(rest) = text.strip_prefix(PREFIX) else {
            return Gathered::Foreign;
        };
        let Some(rest) = rest.strip_prefix(FORM) else {
            return match rest.split_once(':') {
                Some((form, _)) if form.parse::<u16>().is_ok() => Gathered::Newer,
                _ => Gathered::Foreign,
            };
        };
        let Some(Frame {
            mark,
            place,
            of,
            part,
        }) = Frame::read(rest)
        else {
            return Gathered::Damaged;
        };
        if self.parts.is_empty() {
            (self.mark, self.of) = (mark, of);
        } else if (self.mark, self.of) != (mark, of) {
            let (have, of) = (self.parts.len(), usize::from(self.of));
            return Gathered::Other { have, of };
        }
        self.parts.insert(place, part);
        match (self.parts.len(), usize::from(self.of)) {
            (have, of) if have < of => Gathered::More { have, of },
            _ if self.content().is_some() => Gathered::Whole,
            _ => {
                *self = Self::default();
                Gathered::Damaged
            }
        }
    }

    /// The content, once all codes have been read.
    pub fn content(&self) -> Option<Vec<u8>> {
        if self.parts.is_empty() || self.parts.len() < usize::from(self.of) {
            return None;
        }
        let content: Vec<u8> = self.parts.values().flatten().copied().collect();
        (mark(&content) == self.mark).then_some(content)
    }
}

struct Frame {
    mark: [u8; MARK],
    place: u8,
    of: u8,
    part: Vec<u8>,
}

impl Frame {
    fn read(text: &str) -> Option<Self> {
        let bytes = from_base45(text)?;
        let (bytes, check) = bytes.split_last_chunk::<MARK>()?;
        let (mark_of, rest) = bytes.split_first_chunk::<MARK>()?;
        let [place, of, part @ ..] = rest else {
            return None;
        };
        let fits = mark(bytes) == *check && place < of && usize::from(*of) <= MOST;
        fits.then(|| Self {
            mark: *mark_of,
            place: *place,
            of: *of,
            part: part.to_vec(),
        })
    }
}

fn base45(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3 / 2 + 1);
    let mut letters = |mut value: usize, count| {
        for _ in 0..count {
            text.push(char::from(LETTERS[value % 45]));
            value /= 45;
        }
    };
    for two in bytes.chunks(2) {
        match *two {
            [high, low] => letters(usize::from(high) << 8 | usize::from(low), 3),
            [one] => letters(usize::from(one), 2),
            _ => {}
        }
    }
    text
}

fn from_base45(text: &str) -> Option<Vec<u8>> {
    let value = |letter: &u8| LETTERS.iter().position(|one| one == letter);
    let values: Option<Vec<usize>> = text.as_bytes().iter().map(value).collect();
    let mut bytes = Vec::with_capacity(text.len() * 2 / 3 + 1);
    for some in values?.chunks(3) {
        let number = some.iter().rev().fold(0, |sum, value| sum * 45 + value);
        match some.len() {
            3 => bytes.extend(u16::try_from(number).ok()?.to_be_bytes()),
            2 => bytes.push(u8::try_from(number).ok()?),
            _ => return None,
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 9285, sections 4.3 and 4.4.
    #[test]
    fn the_examples_of_the_rfc() {
        for (plain, text) in [
            ("AB", "BB8"),
            ("Hello!!", "%69 VD92EX0"),
            ("base-45", "UJCLQE7W581"),
            ("ietf!", "QED8WEX0"),
        ] {
            assert_eq!(base45(plain.as_bytes()), text);
            assert_eq!(from_base45(text).unwrap(), plain.as_bytes());
        }
        for wrong in ["GGW", "Z", "ab", "::"] {
            assert_eq!(from_base45(wrong), None, "{wrong}");
        }
    }
}
