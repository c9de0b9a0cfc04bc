//! Sealing to a public key, so that an entry leaves the phone without the worker's PIN.
//!
//! This is HPKE (RFC 9180) in its base mode with the suite DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
//! AES-128-GCM, for which the RFC prints test vectors: any HPKE library opens it. What is sealed
//! begins with the 32 bytes of the encapsulated key.
//!
//! Entries of one session share a context ([`Sealer`]), so that the server agrees on a key once for
//! all of them: behind the encapsulated key stand the four bytes of the number that the RFC calls
//! the sequence number, and each opens by itself in any order.

use std::collections::BTreeMap;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes128Gcm, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hkdf::Hkdf;
use sha2::Sha256;
use x25519_dalek::{X25519_BASEPOINT_BYTES, x25519};

use crate::entry::Body;
use crate::wire::Entry;

/// Bytes of a key, public or secret, and of the randomness for one sealing.
pub const KEY: usize = 32;
/// Bytes of the number of a text among those of its sealer.
const NUMBER: usize = 4;
/// Bytes of the key of a text that is sealed to several.
const OWN_KEY: usize = 16;
/// Bytes of such a key sealed to one of them: encapsulated key, key, tag.
const SLOT: usize = KEY + OWN_KEY + 16;
/// What tells sealed entries from sealings for another purpose.
const INFO: &[u8] = b"simpul entry 1";

/// DHKEM(X25519, HKDF-SHA256), RFC 9180 section 7.1.
const KEM: &[u8] = b"KEM\x00\x20";
/// The suite: KEM 0x0020, KDF 0x0001, AEAD 0x0001.
const SUITE: &[u8] = b"HPKE\x00\x20\x00\x01\x00\x01";

/// What was sealed cannot be opened: another key, another entry, or changed on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not sealed for this key and this purpose, or changed since")]
pub struct NotSealed;

type Extracted = Hkdf<Sha256>;

fn extract(suite: &[u8], salt: &[u8], label: &[u8], ikm: &[u8]) -> Extracted {
    let ikm = [b"HPKE-v1", suite, label, ikm].concat();
    Hkdf::new(Some(salt), &ikm)
}

/// The bytes of an extraction, where they are input of the next step.
fn extract_bytes(label: &[u8], ikm: &[u8]) -> [u8; 32] {
    let ikm = [b"HPKE-v1", SUITE, label, ikm].concat();
    Extracted::extract(Some(b""), &ikm).0.into()
}

fn expand<const N: usize>(suite: &[u8], prk: &Extracted, label: &[u8], info: &[u8]) -> [u8; N] {
    let length = u16::try_from(N).unwrap_or(0).to_be_bytes();
    let info = [&length[..], b"HPKE-v1", suite, label, info].concat();
    let mut out = [0; N];
    prk.expand(&info, &mut out)
        .expect("at most 32 bytes are asked for");
    out
}

/// What both sides make of their shared secret.
struct Context {
    aead: Aes128Gcm,
    base_nonce: [u8; 12],
}

impl Context {
    fn new(dh: &[u8; KEY], enc: &[u8; KEY], to: &[u8; KEY], info: &[u8]) -> Self {
        let prk = extract(KEM, b"", b"eae_prk", dh);
        let context = [&enc[..], to].concat();
        let shared: [u8; 32] = expand(KEM, &prk, b"shared_secret", &context);
        let context = [
            &[0][..],
            &extract_bytes(b"psk_id_hash", b""),
            &extract_bytes(b"info_hash", info),
        ]
        .concat();
        let secret = extract(SUITE, &shared, b"secret", b"");
        let key: [u8; 16] = expand(SUITE, &secret, b"key", &context);
        Self {
            aead: Aes128Gcm::new(&key.into()),
            base_nonce: expand(SUITE, &secret, b"base_nonce", &context),
        }
    }

    /// Of a message by its number, RFC 9180 section 5.2.
    fn nonce(&self, number: [u8; NUMBER]) -> Nonce<aes_gcm::aead::consts::U12> {
        let mut nonce = self.base_nonce;
        for (byte, of) in nonce.iter_mut().rev().zip(number.iter().rev()) {
            *byte ^= of;
        }
        Nonce::from(nonce)
    }

    fn seal(&self, number: u32, aad: &[u8], text: &[u8]) -> Result<Vec<u8>, NotSealed> {
        let payload = Payload { msg: text, aad };
        let sealed = self
            .aead
            .encrypt(&self.nonce(number.to_be_bytes()), payload);
        sealed.map_err(|_| NotSealed)
    }

    fn open(&self, number: [u8; NUMBER], aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, NotSealed> {
        let payload = Payload { msg: sealed, aad };
        let text = self.aead.decrypt(&self.nonce(number), payload);
        text.map_err(|_| NotSealed)
    }
}

/// The public key of a secret key.
pub fn public(secret: &[u8; KEY]) -> [u8; KEY] {
    x25519(*secret, X25519_BASEPOINT_BYTES)
}

/// Seals a text to a public key. `random` comes from a cryptographic source and is used once;
/// `info` names the purpose; `aad` is bound to it and must be given again to open.
///
/// # Errors
/// The public key is none.
///
/// ```
/// use simpul_phone::seal;
///
/// let (secret, random) = ([7; 32], [9; 32]);
/// let sealed = seal::seal(&seal::public(&secret), b"purpose", b"row 1", b"text", random).unwrap();
/// assert_eq!(seal::open(&secret, b"purpose", b"row 1", &sealed).unwrap(), b"text");
/// assert!(seal::open(&secret, b"purpose", b"row 2", &sealed).is_err());
/// ```
pub fn seal(
    to: &[u8; KEY],
    info: &[u8],
    aad: &[u8],
    text: &[u8],
    random: [u8; KEY],
) -> Result<Vec<u8>, NotSealed> {
    let sealer = Sealer::new(to, info, random)?;
    let sealed = sealer.context.seal(0, aad, text)?;
    Ok([&sealer.enc[..], &sealed].concat())
}

/// Opens what was sealed to the public key of this secret.
///
/// # Errors
/// It was sealed to another key, for another purpose or row, or changed.
pub fn open(
    secret: &[u8; KEY],
    info: &[u8],
    aad: &[u8],
    sealed: &[u8],
) -> Result<Vec<u8>, NotSealed> {
    let (enc, sealed) = sealed.split_first_chunk::<KEY>().ok_or(NotSealed)?;
    let context = Opener::new(secret, info).agreed(enc)?;
    context.open([0; NUMBER], aad, sealed)
}

/// A context for many sealings to one key.
pub struct Sealer {
    enc: [u8; KEY],
    context: Context,
    next: u32,
}

impl Sealer {
    /// As [`seal`].
    ///
    /// # Errors
    /// The public key is none.
    pub fn new(to: &[u8; KEY], info: &[u8], random: [u8; KEY]) -> Result<Self, NotSealed> {
        let enc = public(&random);
        let dh = shared(random, to)?;
        Ok(Self {
            enc,
            context: Context::new(&dh, &enc, to, info),
            next: 0,
        })
    }

    /// For entries.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn of_entries(to: &[u8; KEY], random: [u8; KEY]) -> Result<Self, NotSealed> {
        Self::new(to, INFO, random)
    }

    /// Seals the next text.
    ///
    /// # Errors
    /// After four thousand million of them.
    pub fn seal(&mut self, aad: &[u8], text: &[u8]) -> Result<Vec<u8>, NotSealed> {
        let number = self.next;
        self.next = number.checked_add(1).ok_or(NotSealed)?;
        let sealed = self.context.seal(number, aad, text)?;
        Ok([&self.enc[..], &number.to_be_bytes(), &sealed].concat())
    }
}

/// Seals a text to several public keys: to a key of its own, which is sealed to each of them.
/// `random` has one for the text and one for each key, each used once.
///
/// # Errors
/// One of the keys is none, there are none or more than 255, or too little randomness.
pub fn seal_to_all(
    to: &[[u8; KEY]],
    info: &[u8],
    text: &[u8],
    random: &[[u8; KEY]],
) -> Result<Vec<u8>, NotSealed> {
    let count = u8::try_from(to.len()).map_err(|_| NotSealed)?;
    let [own, random @ ..] = random else {
        return Err(NotSealed);
    };
    if count == 0 || random.len() < to.len() {
        return Err(NotSealed);
    }
    let own = *own.first_chunk().ok_or(NotSealed)?;
    let mut out = vec![count];
    for (to, random) in to.iter().zip(random) {
        out.extend(seal(to, info, b"", &own, *random)?);
    }
    let payload = Payload {
        msg: text,
        aad: &out,
    };
    let sealed = by_own_key(own)
        .encrypt(&Nonce::default(), payload)
        .map_err(|_| NotSealed)?;
    Ok([out, sealed].concat())
}

/// The key is used for one text, so that its nonce may stay the same.
fn by_own_key(key: [u8; OWN_KEY]) -> Aes128Gcm {
    Aes128Gcm::new(&key.into())
}

/// Opens what was sealed to several public keys, one of which belongs to this secret.
///
/// # Errors
/// It was sealed to others, for another purpose, or changed.
pub fn open_of_all(secret: &[u8; KEY], info: &[u8], sealed: &[u8]) -> Result<Vec<u8>, NotSealed> {
    let count = usize::from(*sealed.first().ok_or(NotSealed)?);
    let (head, sealed) = sealed.split_at_checked(1 + count * SLOT).ok_or(NotSealed)?;
    let mut slots = head[1..].chunks_exact(SLOT);
    let own = slots.find_map(|slot| open(secret, info, b"", slot).ok());
    let own = own.and_then(|own| own.try_into().ok()).ok_or(NotSealed)?;
    let payload = Payload {
        msg: sealed,
        aad: head,
    };
    by_own_key(own)
        .decrypt(&Nonce::default(), payload)
        .map_err(|_| NotSealed)
}

/// A secret key with what was worked out of it, for many openings.
pub struct Opener<'a> {
    secret: &'a [u8; KEY],
    public: [u8; KEY],
    info: &'a [u8],
    /// Those of the sealers met so far.
    contexts: BTreeMap<[u8; KEY], Context>,
}

impl<'a> Opener<'a> {
    /// For this secret key and purpose.
    pub fn new(secret: &'a [u8; KEY], info: &'a [u8]) -> Self {
        Self {
            secret,
            public: public(secret),
            info,
            contexts: BTreeMap::new(),
        }
    }

    /// For entries.
    pub fn of_entries(secret: &'a [u8; KEY]) -> Self {
        Self::new(secret, INFO)
    }

    fn agreed(&self, enc: &[u8; KEY]) -> Result<Context, NotSealed> {
        let dh = shared(*self.secret, enc)?;
        Ok(Context::new(&dh, enc, &self.public, self.info))
    }

    /// Opens what a [`Sealer`] sealed.
    ///
    /// # Errors
    /// As [`open`].
    pub fn open(&mut self, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, NotSealed> {
        let (enc, sealed) = sealed.split_first_chunk::<KEY>().ok_or(NotSealed)?;
        let (number, sealed) = sealed.split_first_chunk::<NUMBER>().ok_or(NotSealed)?;
        if !self.contexts.contains_key(enc) {
            self.contexts.insert(*enc, self.agreed(enc)?);
        }
        self.contexts[enc].open(*number, aad, sealed)
    }
}

/// X25519; a public key of small order would give a secret that everybody knows.
fn shared(secret: [u8; KEY], public: &[u8; KEY]) -> Result<[u8; KEY], NotSealed> {
    let dh = x25519(secret, *public);
    if dh == [0; KEY] {
        return Err(NotSealed);
    }
    Ok(dh)
}

/// A key as it goes over the line.
pub fn to_base64(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// Bytes as they came over the line; `None` when it is no base64.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    BASE64.decode(text).ok()
}

impl Entry {
    /// What a sealed body is bound to: it cannot be put under another id, author or time.
    pub fn aad(&self) -> Vec<u8> {
        let fixes = self.fixes.map(|id| id.to_string()).unwrap_or_default();
        format!(
            "{}\n{}\n{}\n{}\n{}\n{fixes}",
            self.id, self.author, self.kind, self.version, self.at
        )
        .into_bytes()
    }

    /// Seals the body to the server's key.
    ///
    /// # Errors
    /// There is no body.
    pub fn seal(&mut self, with: &mut Sealer) -> Result<(), NotSealed> {
        let body = self.body.take().ok_or(NotSealed)?;
        let text = serde_json::to_vec(&body).map_err(|_| NotSealed)?;
        self.sealed = Some(to_base64(&with.seal(&self.aad(), &text)?));
        Ok(())
    }

    /// The body, opened where it is sealed.
    ///
    /// # Errors
    /// It cannot be opened, or is no body of a version that is known here.
    pub fn open(&self, with: &mut Opener<'_>) -> Result<Body, NotSealed> {
        let body = match (&self.sealed, &self.body) {
            (Some(sealed), _) => {
                let sealed = from_base64(sealed).ok_or(NotSealed)?;
                let text = with.open(&self.aad(), &sealed)?;
                serde_json::from_slice(&text).map_err(|_| NotSealed)?
            }
            (None, Some(body)) => body.clone(),
            (None, None) => return Err(NotSealed),
        };
        (body.kind() == self.kind).then_some(body).ok_or(NotSealed)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes<const N: usize>(text: &str) -> [u8; N] {
        let mut bytes = [0; N];
        hex::decode_to_slice(text, &mut bytes).unwrap();
        bytes
    }

    /// RFC 9180, appendix A.1.1.
    #[test]
    fn the_vectors_of_the_rfc() {
        let sender = bytes("52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736");
        let to = bytes("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d");
        let secret = bytes("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8");
        let info: [u8; 20] = bytes("4f6465206f6e2061204772656369616e2055726e");
        let text = b"Beauty is truth, truth beauty";
        let sealed = seal(&to, &info, b"Count-0", text, sender).unwrap();
        let enc: [u8; 32] =
            bytes("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431");
        let cipher: [u8; 45] = bytes(
            "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a",
        );
        assert_eq!(sealed, [&enc[..], &cipher].concat());
        assert_eq!(public(&secret), to);
        assert_eq!(open(&secret, &info, b"Count-0", &sealed).unwrap(), text);
        let mut sealer = Sealer::new(&to, &info, sender).unwrap();
        let mut opener = Opener::new(&secret, &info);
        let numbered = ["Count-0", "Count-1", "Count-2"].map(|aad| {
            let sealed = sealer.seal(aad.as_bytes(), text).unwrap();
            (aad.as_bytes(), sealed)
        });
        let cipher_1: [u8; 45] = bytes(
            "af2d7e9ac9ae7e270f46ba1f975be53c09f8d875bdc8535458c2494e8a6eab251c03d0c22a56b8ca42c2063b84",
        );
        assert_eq!(numbered[0].1, [&enc[..], &[0; 4], &cipher].concat());
        assert_eq!(numbered[1].1, [&enc[..], &[0, 0, 0, 1], &cipher_1].concat());
        for (aad, sealed) in numbered.iter().rev() {
            assert_eq!(opener.open(aad, sealed).unwrap(), text);
        }
        assert_eq!(opener.contexts.len(), 1, "one agreement for all");
    }

    #[test]
    fn a_key_that_everybody_shares_is_refused() {
        assert_eq!(seal(&[0; 32], b"", b"", b"x", [5; 32]), Err(NotSealed));
    }

    proptest! {
        #[test]
        fn what_is_changed_or_moved_does_not_open(
            secret: [u8; 32], random: [u8; 32],
            text in prop::collection::vec(any::<u8>(), 0..200), at: prop::sample::Index, bit in 0..8_u8,
        ) {
            let sealed = seal(&public(&secret), b"info", b"row", &text, random).unwrap();
            prop_assert_eq!(open(&secret, b"info", b"row", &sealed).unwrap(), text);
            prop_assert!(open(&secret, b"info", b"other", &sealed).is_err());
            prop_assert!(open(&secret, b"other", b"row", &sealed).is_err());
            let mut changed = sealed.clone();
            let at = at.index(changed.len());
            // The top bit of an X25519 key is no part of it (RFC 7748, section 5), but of the
            // context that keys are derived from.
            changed[at] ^= 1_u8 << bit;
            prop_assert!(open(&secret, b"info", b"row", &changed).is_err());
            prop_assert!(open(&secret, b"info", b"row", &sealed[..at]).is_err());
        }

        #[test]
        fn what_one_sealer_sealed_opens_in_its_own_place_alone(
            secret: [u8; 32], random: [u8; 32],
            texts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..50), 2..5),
            at: prop::sample::Index, bit in 0..8_u8,
        ) {
            let mut sealer = Sealer::new(&public(&secret), b"info", random).unwrap();
            let sealed: Vec<_> = texts.iter().map(|text| sealer.seal(b"row", text).unwrap()).collect();
            let mut opener = Opener::new(&secret, b"info");
            for (text, sealed) in texts.iter().zip(&sealed).rev() {
                prop_assert_eq!(&opener.open(b"row", sealed).unwrap(), text);
                prop_assert!(opener.open(b"other", sealed).is_err());
                let mut changed = sealed.clone();
                changed[at.index(sealed.len())] ^= 1_u8 << bit;
                prop_assert!(opener.open(b"row", &changed).is_err());
                prop_assert!(opener.open(b"row", &sealed[..at.index(sealed.len())]).is_err());
            }
            let mut moved = sealed[0].clone();
            moved[..KEY + NUMBER].copy_from_slice(&sealed[1][..KEY + NUMBER]);
            prop_assert!(opener.open(b"row", &moved).is_err());
        }

        #[test]
        fn each_of_several_opens_and_nobody_else(
            secrets in prop::collection::vec(any::<[u8; 32]>(), 1..5), stranger: [u8; 32],
            random in prop::collection::vec(any::<[u8; 32]>(), 5),
            text in prop::collection::vec(any::<u8>(), 0..200), at: prop::sample::Index, bit in 0..8_u8,
        ) {
            let to: Vec<_> = secrets.iter().map(public).collect();
            let sealed = seal_to_all(&to, b"info", &text, &random).unwrap();
            for secret in &secrets {
                prop_assert_eq!(open_of_all(secret, b"info", &sealed).unwrap(), text.clone());
                prop_assert!(open_of_all(secret, b"other", &sealed).is_err());
                let mut changed = sealed.clone();
                changed[at.index(sealed.len())] ^= 1_u8 << bit;
                prop_assert!(open_of_all(secret, b"info", &changed).is_err());
                prop_assert!(open_of_all(secret, b"info", &sealed[..at.index(sealed.len())]).is_err());
            }
            prop_assume!(!to.contains(&public(&stranger)));
            prop_assert!(open_of_all(&stranger, b"info", &sealed).is_err());
            prop_assert!(seal_to_all(&to, b"info", &text, &random[..to.len()]).is_err());
            prop_assert!(seal_to_all(&[], b"info", &text, &random).is_err());
        }
    }
}
