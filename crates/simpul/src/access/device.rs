//! Phones: a user signs in once with a network and gets a credential that lives as long as the
//! phone is in contact; whoever watches an area can end it.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use simpul_db::{Source, args, list};
use simpul_identity::AreaCode;

use super::account::{secret, secret_hash};
use super::session::{Session, prove};
use super::{Role, Scope, Work, sql};
use crate::platform::{App, AppError, Id, Instant, Result};

/// A phone that was not heard of for this long has to sign in anew: 90 days.
pub const LIVES_SECONDS: i64 = 90 * 24 * 3600;
/// A phone's last contact is written at most this often.
const TOUCH_AFTER_SECONDS: i64 = 3600;
/// Longest name of a phone, in characters.
const LONGEST_NAME: usize = 60;
/// Longest public key, in bytes.
const LONGEST_KEY: usize = 256;

/// A phone that signs in.
#[derive(Clone, Debug)]
pub struct NewDevice {
    /// What the user calls it, or the make.
    pub name: String,
    /// With which it signs what it hands to another phone.
    pub public_key: Vec<u8>,
}

/// A phone that was let in.
#[derive(Debug)]
pub struct Enrolled {
    pub device: Id,
    /// Shown once; only its hash is stored.
    pub credential: String,
    pub user_name: String,
    pub scope: Scope,
}

/// A phone behind a request, and the user who signed in on it.
#[derive(Clone, Debug)]
pub struct Phone {
    pub id: Id,
    pub session: Session,
    pub public_key: Vec<u8>,
}

/// A phone as lists show it.
pub type DeviceLine = sql::DeviceLine;
/// A phone's key for signatures, as of one sign-in.
pub type DeviceKey = sql::DeviceKey;

/// Those who may work on a phone.
pub const WORKERS: &[Role] = Role::FACE_TO_FACE;

/// Whether somebody may hold an area on a phone: the families of a kecamatan at most.
pub fn works_on_phone(role: Role, area: &AreaCode) -> bool {
    let kecamatan = area.region().and_then(|region| region.kecamatan());
    WORKERS.contains(&role) && kecamatan.is_some()
}

/// Lets a phone in by login and password.
///
/// # Errors
/// As signing in on the pages: [`AppError::TooMany`] while locked, [`AppError::Refused`] when
/// login and password do not belong together or the role does not work on a phone.
pub async fn enrol(app: &App, login: &str, password: String, new: NewDevice) -> Result<Enrolled> {
    let name = new.name.trim();
    let fits = !name.is_empty() && name.chars().count() <= LONGEST_NAME;
    if !fits || new.public_key.len() > LONGEST_KEY {
        return Err(AppError::Refused("device-name-needed"));
    }
    let user = prove(app, login, password).await?;
    if !works_on_phone(user.role, &user.area) {
        return Err(AppError::Refused("device-role"));
    }
    let scope = Scope::new(user.id, user.role, *user.area);
    let (device, credential) = let_in(app, &scope, &new).await?;
    Ok(Enrolled {
        device,
        credential,
        user_name: user.name,
        scope,
    })
}

/// Lets in a phone of a user whose right to it was proven: its id and credential.
pub(crate) async fn let_in(app: &App, scope: &Scope, new: &NewDevice) -> Result<(Id, String)> {
    let (credential, hash) = secret();
    let device = app.ids().make();
    let mut work = Work::begin(app, scope).await?;
    let (user, at, name) = (scope.user(), work.at(), new.name.trim());
    let row = args![device, user, name, new.public_key, hash, at];
    work.tx().exec(&sql::MAKE_DEVICE, row).await?;
    work.commit().await?;
    Ok((device, credential))
}

/// The phone of a request's credential (`Authorization: Bearer ...`), if it is still good.
///
/// # Errors
/// When the database is away.
pub async fn phone_of(app: &App, headers: &HeaderMap) -> Result<Option<Phone>> {
    let credential = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let Some(credential) = credential else {
        return Ok(None);
    };
    let (hash, now) = (secret_hash(credential), app.now());
    let since = now.plus_seconds(-LIVES_SECONDS);
    let row: Option<sql::DeviceRow> = app.db().opt(&sql::DEVICE, args![hash, since]).await?;
    let Some(row) = row else { return Ok(None) };
    if now.0 - row.seen_at.0 > TOUCH_AFTER_SECONDS * 1000 {
        let mut tx = app.db().begin().await?;
        tx.exec(&sql::TOUCH_DEVICE, args![row.id, now]).await?;
        tx.commit().await?;
    }
    Ok(Some(Phone {
        id: row.id,
        public_key: row.public_key,
        session: Session {
            name: row.name,
            csrf: String::new(),
            scope: Scope::new(row.user_id, row.role, *row.area),
        },
    }))
}

/// The key of a phone.
///
/// # Errors
/// When the database is away.
pub async fn key(from: &mut impl Source, device: Id) -> Result<Option<DeviceKey>> {
    Ok(from.opt(&sql::DEVICE_KEY, args![device]).await?)
}

/// The keys of the phones of an area's workers of these roles, the newest sign-in first.
///
/// # Errors
/// When the database is away.
pub async fn keys(
    from: &mut impl Source,
    area: &AreaCode,
    roles: &[Role],
) -> Result<Vec<DeviceKey>> {
    let (lo, hi) = area.bounds();
    let row = args![lo, hi, list(roles)];
    Ok(from.all(&sql::DEVICE_KEYS, row).await?)
}

/// Notes how far the clock of a phone is from ours.
///
/// # Errors
/// When the database is away.
pub async fn note_skew(work: &mut Work, device: Id, skew_ms: i64) -> Result<()> {
    let row = args![device, skew_ms, work.received()];
    work.tx().exec(&sql::NOTE_SKEW, row).await?;
    Ok(())
}

/// The phones of an area's users, the latest contact first.
///
/// # Errors
/// When the database is away.
pub async fn devices(from: &mut impl Source, scope: &Scope) -> Result<Vec<DeviceLine>> {
    let (lo, hi) = scope.area().bounds();
    Ok(from.all(&sql::DEVICES_IN, args![lo, hi]).await?)
}

/// Ends the credential of a phone in the area. What lies on the phone and was not sent stays
/// there, and goes out when somebody signs in on it again.
///
/// # Errors
/// [`AppError::NotFound`] outside the area.
pub async fn revoke(work: &mut Work, device: Id) -> Result<()> {
    let (lo, hi) = work.scope().area().bounds();
    let (by, at) = (work.scope().user(), work.at());
    let there: i64 = work
        .tx()
        .one(&sql::DEVICE_IN, args![device, lo, hi])
        .await?;
    if there == 0 {
        return Err(AppError::NotFound);
    }
    work.tx()
        .exec(&sql::REVOKE_DEVICE, args![device, at, by])
        .await?;
    Ok(())
}

/// Whether a phone can still come in.
fn is_good(revoked_at: Option<Instant>, seen_at: Instant, now: Instant) -> bool {
    revoked_at.is_none() && seen_at > now.plus_seconds(-LIVES_SECONDS)
}

impl sql::DeviceLine {
    /// Whether it can still come in.
    pub fn is_good(&self, now: Instant) -> bool {
        is_good(self.revoked_at, self.seen_at, now)
    }
}

impl sql::DeviceKey {
    /// Whether what it signs still counts: as long as it can come in.
    pub fn is_good(&self, now: Instant) -> bool {
        self.active && is_good(self.revoked_at, self.seen_at, now)
    }
}
