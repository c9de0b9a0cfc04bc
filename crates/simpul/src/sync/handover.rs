//! Entries that one phone carries for the author of another: which phones may, and the proof that the
//! author's phone handed them over.

use std::collections::{BTreeMap, BTreeSet};

use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use sha2::{Digest as _, Sha256};
use simpul_db::{Source, args, list};
use simpul_identity::AreaCode;
use simpul_phone::seal::to_base64;
use simpul_phone::wire::{DeskKey, Entry, Keys, PhoneKey};

use super::model::on_line;
use super::sql::{self, PhoneRow};
use crate::access::device::{self, DeviceKey, WORKERS};
use crate::access::{Role, Scope};
use crate::platform::{App, AppError, Id, Instant, Result};

/// Bytes of a public key of ECDSA P-256, uncompressed.
pub const PUBLIC_KEY: usize = 65;
/// Most desks that a referral is sealed to.
const MOST_DESKS: usize = 4;

/// The author never signed in on the phone that is said to have signed.
pub const UNKNOWN: &str = "sync-handed-unknown";
/// The phone was ended, or was not heard of for too long.
pub const ENDED: &str = "sync-handed-ended";
/// Something else was signed, or by another phone.
pub const FORGED: &str = "sync-handed-forged";
/// The author works outside the area of who carries it.
pub const ELSEWHERE: &str = "sync-handed-elsewhere";

/// The key by which an author signs on a phone, as of the newest sign-in.
///
/// # Errors
/// When the database is away.
pub async fn key_of(from: &mut impl Source, phone: Id, author: Id) -> Result<Option<DeviceKey>> {
    let newest: Option<Id> = from.opt(&sql::LAST_CONTACT, args![phone, author]).await?;
    match newest {
        Some(device) => device::key(from, device).await,
        None => Ok(None),
    }
}

/// Why an entry that another phone carries cannot be taken for its author's; `None` when it can.
pub fn unproven(
    entry: &Entry,
    key: Option<&DeviceKey>,
    (author, carrier): (Option<&Scope>, &Scope),
    now: Instant,
) -> Option<&'static str> {
    let (Some(key), Some(author)) = (key, author) else {
        return Some(UNKNOWN);
    };
    let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &key.public_key);
    let signed = entry.signed();
    if signed.is_none_or(|(text, signature)| public.verify(&text, &signature).is_err()) {
        return Some(FORGED);
    }
    if !key.is_good(now) {
        return Some(ENDED);
    }
    let near = carrier.area().contains(author.area());
    (!near).then_some(ELSEWHERE)
}

/// What a phone needs to hand over, and a desk to take from others.
///
/// # Errors
/// When the database is away.
pub async fn keys(app: &App, scope: &Scope) -> Result<Keys> {
    let (area, now) = (*scope.area(), app.now());
    let desks = phones(app, &scope.desk(), Role::DESK).await?;
    let desk = |(key, phone): (DeviceKey, PhoneRow)| {
        let sealing = phone.sealing_key.filter(|_| key.is_good(now))?;
        Some(DeskKey {
            name: key.name,
            key: to_base64(&sealing),
        })
    };
    let others = match Role::DESK.contains(&scope.role()) {
        true => phones(app, &area, WORKERS).await?,
        false => Vec::new(),
    };
    let phone = |(key, phone): (DeviceKey, PhoneRow)| PhoneKey {
        ended: !key.is_good(now),
        phone: on_line(phone.phone),
        author: on_line(key.user_id),
        name: key.name,
        key: to_base64(&key.public_key),
    };
    Ok(Keys {
        desks: desks
            .into_iter()
            .filter_map(desk)
            .take(MOST_DESKS)
            .collect(),
        phones: others.into_iter().map(phone).collect(),
    })
}

/// The newest sign-in of each worker of an area on each phone, the newest first.
async fn phones(app: &App, area: &AreaCode, roles: &[Role]) -> Result<Vec<(DeviceKey, PhoneRow)>> {
    let mut db = app.db();
    let keys = device::keys(&mut db, area, roles).await?;
    let ids = list(keys.iter().map(|key| key.id));
    let rows: Vec<PhoneRow> = db.all(&sql::PHONES_OF, [ids]).await?;
    let mut named: BTreeMap<Id, PhoneRow> = rows.into_iter().map(|row| (row.device, row)).collect();
    let mut seen = BTreeSet::new();
    let both = keys
        .into_iter()
        .filter_map(|key| named.remove(&key.id).map(|phone| (key, phone)));
    Ok(both
        .filter(|(key, phone)| seen.insert((phone.phone, key.user_id)))
        .collect())
}

/// By which a phone's cursor says which keys it has: short, since it goes both ways with every pull.
pub fn mark(keys: &Keys) -> Result<String> {
    let text = serde_json::to_vec(keys).map_err(AppError::internal)?;
    let [a, b, c, ..] = <[u8; 32]>::from(Sha256::digest(text));
    Ok(format!("{:05x}", u32::from_be_bytes([0, a, b, c]) >> 4))
}
