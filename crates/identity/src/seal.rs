//! Sealing of personal data: AES-256-GCM for what must be read again, HMAC-SHA-256 for what must
//! only be found again.
//!
//! Randomness is passed in by the caller; a nonce must never be used twice under one key. Keys are
//! wiped when dropped and never printed.

use std::fmt;

use aes_gcm::{
    Aes256Gcm,
    aead::{Aead, KeyInit, Payload},
};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Deserializer, de::Error};
use sha2::Sha256;
use zeroize::{ZeroizeOnDrop, Zeroizing};

/// Bytes of a nonce of AES-GCM (NIST SP 800-38D).
pub const NONCE_LEN: usize = 12;
const KEY_LEN: usize = 32;
/// Bytes of the key id at the beginning of what is sealed.
const ID_LEN: usize = 2;

/// Random bytes that [`KeyRing::generate`] needs.
pub const GENERATE_LEN: usize = 3 * KEY_LEN;
/// Random bytes that [`KeyRing::rotate`] needs.
pub const ROTATE_LEN: usize = 2 * KEY_LEN;

type Secret = Zeroizing<[u8; KEY_LEN]>;

/// Why something could not be sealed, opened, or a key file not read. It holds no content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Sealed with a key that is not in the key file.
    #[error("sealed with key {0}, which is not in the key file; add the key file of that time")]
    UnknownKey(u16),
    /// Changed, moved from another row, or sealed with another key of the same id.
    #[error("does not belong here or was changed; restore this record from a backup")]
    Refused,
    /// Too short to have been sealed by this program.
    #[error("the sealed text is cut off; restore this record from a backup")]
    Truncated,
    /// The key file is not readable.
    #[error("the key file is not usable: {0}; restore it from its copy, never write a new one")]
    KeyFile(&'static str),
}

/// The place a sealed value belongs to. It opens nowhere else.
#[derive(Debug, Clone, Copy)]
pub struct Aad<'a> {
    /// Table.
    pub table: &'a str,
    /// Column.
    pub column: &'a str,
    /// Primary key of the row.
    pub row: &'a [u8],
}

impl Aad<'_> {
    /// The parts with their lengths, so that no two places give the same bytes.
    fn bytes(&self, key_id: &[u8]) -> Vec<u8> {
        let parts = [
            key_id,
            self.table.as_bytes(),
            self.column.as_bytes(),
            self.row,
        ];
        let sized = parts
            .iter()
            .flat_map(|part| [&(part.len() as u64).to_be_bytes(), *part].concat());
        sized.collect()
    }
}

/// A sealed value as stored: key id (2 bytes, big endian), nonce (12), ciphertext, tag (16).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Sealed(pub Vec<u8>);

/// A [`DataKey`] sealed under the journal key of a ring; bytes as in [`Sealed`].
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Wrapped(pub Vec<u8>);

/// Keyed hash of an identifier: equal for equal identifiers, and useless without the key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LookupHash(pub [u8; 32]);

/// Kinds of identifiers that are looked up, so that equal digits of two kinds do not meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LookupKind {
    /// NIK.
    Nik,
    /// KK number.
    Kk,
    /// Telephone number.
    Phone,
    /// Code of a slip.
    Ticket,
    /// What wrong tries are counted by: a login, a slip's code.
    Tries,
    /// Content of an entry of a phone.
    Entry,
}

impl LookupKind {
    /// Part of every stored hash: never change one.
    fn tag(self) -> &'static [u8] {
        match self {
            Self::Nik => b"nik:",
            Self::Kk => b"kk:",
            Self::Phone => b"phone:",
            Self::Ticket => b"ticket:",
            Self::Tries => b"tries:",
            Self::Entry => b"entry:",
        }
    }
}

/// The keys of an installation, oldest first: the newest seals, all of them open.
///
/// ```
/// use simpul_identity::{Aad, KeyRing, LookupKind, SealError};
/// // Real keys and nonces come from the operating system's random source.
/// let ring = KeyRing::generate(&[7; 96], "2026-01-31");
/// let place = Aad { table: "person", column: "nik", row: &[1; 16] };
/// let sealed = ring.seal([9; 12], place, b"3204125201900003");
/// assert_eq!(ring.open(place, &sealed)?.as_slice(), b"3204125201900003");
/// let other = Aad { row: &[2; 16], ..place };
/// assert_eq!(ring.open(other, &sealed), Err(SealError::Refused));
/// assert_eq!(KeyRing::parse(&ring.to_text())?.lookup(LookupKind::Nik, "3204125201900003"),
///            ring.lookup(LookupKind::Nik, "3204125201900003"));
/// # Ok::<(), SealError>(())
/// ```
pub struct KeyRing(Vec<Key>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    id: u16,
    created: String,
    #[serde(deserialize_with = "unhex")]
    seal: Secret,
    #[serde(deserialize_with = "unhex")]
    lookup: Secret,
    #[serde(deserialize_with = "unhex")]
    journal: Secret,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    key: Vec<Key>,
}

impl KeyRing {
    /// A ring of one new key with id 1. `random` must come from a cryptographic source; `created`
    /// is the date that the key file shows.
    #[must_use]
    pub fn generate(random: &[u8; GENERATE_LEN], created: &str) -> Self {
        let (seal, rest) = take(random);
        let (lookup, rest) = take(rest);
        let (journal, _) = take(rest);
        Self(vec![Key {
            id: 1,
            created: created.to_owned(),
            seal,
            lookup,
            journal,
        }])
    }

    /// Adds a new sealing and journal key. The lookup key stays, since every unique index over
    /// personal data is made of its hashes.
    ///
    /// # Errors
    /// [`SealError::KeyFile`] after 65,535 keys.
    pub fn rotate(&mut self, random: &[u8; ROTATE_LEN], created: &str) -> Result<(), SealError> {
        let newest = self.newest();
        let id = newest
            .id
            .checked_add(1)
            .ok_or(SealError::KeyFile("no key id is left"))?;
        let lookup = newest.lookup.clone();
        let (seal, rest) = take(random);
        let (journal, _) = take(rest);
        self.0.push(Key {
            id,
            created: created.to_owned(),
            seal,
            lookup,
            journal,
        });
        Ok(())
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// [`SealError::KeyFile`]; the reason names no key.
    pub fn parse(text: &str) -> Result<Self, SealError> {
        // The parser's own message would quote the line, and so a key.
        let KeyFile { key: keys } = toml::from_str(text)
            .map_err(|_| SealError::KeyFile("it does not have the form of a key file"))?;
        if keys.is_empty() {
            return Err(SealError::KeyFile("it holds no key"));
        }
        if !keys.is_sorted_by(|a, b| a.id < b.id) {
            return Err(SealError::KeyFile("the key ids do not increase"));
        }
        Ok(Self(keys))
    }

    /// The text of the key file. It is the secret itself: write it only where the administrator
    /// keeps keys.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(128 + 320 * self.0.len()));
        text.push_str("# Keys of this installation. Without them no sealed data can be read.\n");
        text.push_str("# Keep a copy apart from the database and its backups.\n");
        for key in &self.0 {
            // Formatted piece by piece into reserved space, so that no unwiped copy is left behind.
            text.push_str(&format!("\n[[key]]\nid = {}\n", key.id));
            text.push_str(&format!(
                "created = {}\n",
                toml::Value::from(key.created.as_str())
            ));
            for (name, secret) in [
                ("seal", &key.seal),
                ("lookup", &key.lookup),
                ("journal", &key.journal),
            ] {
                text.push_str(name);
                text.push_str(" = \"");
                text.push_str(&Zeroizing::new(hex::encode(secret.as_slice())));
                text.push_str("\"\n");
            }
        }
        text
    }

    /// Id of the key that seals now.
    #[must_use]
    pub fn key_id(&self) -> u16 {
        self.newest().id
    }

    /// Seals `plain` for its place.
    #[must_use]
    pub fn seal(&self, nonce: [u8; NONCE_LEN], aad: Aad<'_>, plain: &[u8]) -> Sealed {
        let key = self.newest();
        let id = key.id.to_be_bytes();
        Sealed(encrypt(&key.seal, &id, nonce, &aad.bytes(&id), plain))
    }

    /// Opens what was sealed for this place, by whichever key.
    ///
    /// # Errors
    /// [`SealError`] if the key is missing, the text was changed, cut off or is of another place.
    pub fn open(&self, aad: Aad<'_>, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (key, id, rest) = self.key_of(&sealed.0)?;
        decrypt(&key.seal, &aad.bytes(id), rest)
    }

    /// Seals a data key under the journal key.
    #[must_use]
    pub fn wrap(&self, nonce: [u8; NONCE_LEN], aad: Aad<'_>, data_key: &DataKey) -> Wrapped {
        let key = self.newest();
        let id = key.id.to_be_bytes();
        Wrapped(encrypt(
            &key.journal,
            &id,
            nonce,
            &aad.bytes(&id),
            &*data_key.0,
        ))
    }

    /// Opens a wrapped data key.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn unwrap(&self, aad: Aad<'_>, wrapped: &Wrapped) -> Result<DataKey, SealError> {
        let (key, id, rest) = self.key_of(&wrapped.0)?;
        let plain = decrypt(&key.journal, &aad.bytes(id), rest)?;
        let bytes = plain
            .as_slice()
            .try_into()
            .map_err(|_| SealError::Refused)?;
        Ok(DataKey(Zeroizing::new(bytes)))
    }

    /// Keyed hash of an identifier, for unique indexes and look-up.
    #[must_use]
    pub fn lookup(&self, kind: LookupKind, text: &str) -> LookupHash {
        let mut mac = Hmac::<Sha256>::new_from_slice(&*self.newest().lookup)
            .expect("HMAC takes a key of any length");
        mac.update(kind.tag());
        mac.update(text.as_bytes());
        LookupHash(mac.finalize().into_bytes().into())
    }

    /// A secret of this installation for one purpose. It stays the same for the life of the key
    /// file, so that what was sealed to its public half long ago can still be opened.
    #[must_use]
    pub fn secret_for(&self, purpose: &str) -> Zeroizing<[u8; KEY_LEN]> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&*self.newest().lookup)
            .expect("HMAC takes a key of any length");
        mac.update(b"secret:");
        mac.update(purpose.as_bytes());
        Zeroizing::new(mac.finalize().into_bytes().into())
    }

    fn newest(&self) -> &Key {
        self.0.last().expect("a ring is made with a key")
    }

    fn key_of<'a>(&self, bytes: &'a [u8]) -> Result<(&Key, &'a [u8; ID_LEN], &'a [u8]), SealError> {
        let (id, rest) = bytes
            .split_first_chunk::<ID_LEN>()
            .ok_or(SealError::Truncated)?;
        let number = u16::from_be_bytes(*id);
        let key = self.0.iter().find(|key| key.id == number);
        key.map(|key| (key, id, rest))
            .ok_or(SealError::UnknownKey(number))
    }
}

/// The key of one subject's journal payloads: destroy it and they can never be read again.
#[derive(Clone, ZeroizeOnDrop)]
pub struct DataKey(Secret);

impl DataKey {
    /// A key of 32 bytes from a cryptographic source.
    #[must_use]
    pub fn new(random: [u8; KEY_LEN]) -> Self {
        Self(Zeroizing::new(random))
    }

    /// Seals a payload; `context` (such as the id of the entry) is needed again to open it.
    /// The bytes are nonce (12), ciphertext, tag (16).
    #[must_use]
    pub fn seal(&self, nonce: [u8; NONCE_LEN], context: &[u8], plain: &[u8]) -> Vec<u8> {
        encrypt(&self.0, &[], nonce, context, plain)
    }

    /// Opens a payload.
    ///
    /// # Errors
    /// [`SealError`] if it was changed, cut off or is of another context or key.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        decrypt(&self.0, context, sealed)
    }
}

fn encrypt(key: &Secret, head: &[u8], nonce: [u8; NONCE_LEN], aad: &[u8], plain: &[u8]) -> Vec<u8> {
    let body = Aes256Gcm::new((&**key).into())
        .encrypt(&nonce.into(), Payload { msg: plain, aad })
        .expect("only messages over 64 GiB are refused");
    [head, &nonce, &body].concat()
}

fn decrypt(key: &Secret, aad: &[u8], bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let (nonce, body) = bytes
        .split_first_chunk::<NONCE_LEN>()
        .ok_or(SealError::Truncated)?;
    if body.len() < 16 {
        return Err(SealError::Truncated);
    }
    Aes256Gcm::new((&**key).into())
        .decrypt(&(*nonce).into(), Payload { msg: body, aad })
        .map(Zeroizing::new)
        .map_err(|_| SealError::Refused)
}

fn take(random: &[u8]) -> (Secret, &[u8]) {
    let (key, rest) = random
        .split_first_chunk::<KEY_LEN>()
        .expect("the caller counts in keys");
    (Zeroizing::new(*key), rest)
}

fn unhex<'de, D: Deserializer<'de>>(from: D) -> Result<Secret, D::Error> {
    let text = Zeroizing::new(String::deserialize(from)?);
    let mut key = Zeroizing::new([0; KEY_LEN]);
    hex::decode_to_slice(text.as_bytes(), &mut *key)
        .map_err(|_| D::Error::custom("not 64 hexadecimal digits"))?;
    Ok(key)
}

macro_rules! hidden {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )*};
}
hidden!(KeyRing, DataKey, Sealed, Wrapped, LookupHash);

#[cfg(test)]
mod tests;
