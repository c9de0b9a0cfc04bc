//! A worker signs in on a phone, once with a network.

use simpul_db::args;
use simpul_phone::seal;
use simpul_phone::wire::{SignIn, SignedIn};

use super::entry::sealing_secret;
use super::model::from_line;
use super::sql;
use super::{extract, handover};
use crate::access::{Epoch, Marks, NewDevice, Scope, Work, device};
use crate::platform::{App, AppError, Id, Result};

/// Lets a phone in.
///
/// # Errors
/// As [`device::enrol`](crate::access::device::enrol); [`AppError::Refused`] when the phone's key
/// is none.
pub async fn sign_in(app: &App, asked: SignIn) -> Result<SignedIn> {
    let key = |text: &str, length| {
        let key = seal::from_base64(text).filter(|key| key.len() == length);
        key.ok_or(AppError::Refused("sync-unreadable"))
    };
    let sealing_key = key(&asked.sealing_key, seal::KEY)?;
    let new = NewDevice {
        name: asked.device_name,
        public_key: key(&asked.device_key, handover::PUBLIC_KEY)?,
    };
    let enrolled = device::enrol(app, &asked.login, asked.password, new).await?;
    let scope = &enrolled.scope;
    let user = scope.user();
    let phone = from_line(asked.device);
    name_phone(app, scope, enrolled.device, phone, &sealing_key).await?;
    let key = seal::public(&sealing_secret(app.keys()));
    Ok(SignedIn {
        credential: enrolled.credential,
        user: super::model::on_line(user),
        name: enrolled.user_name,
        role: scope.role().key().to_owned(),
        area: scope.area().as_str().to_owned(),
        zone_hours: scope.zone().hours().into(),
        server_key: seal::to_base64(&key),
        server_key_id: "1".to_owned(),
        epoch: app.part::<Epoch>().0.clone(),
        posts: extract::posts(app, scope).await?,
        server_time: app.now().0,
        synthetic: app.part::<Marks>().synthetic(),
    })
}

/// Notes which phone, as it names itself, a credential belongs to, and the worker's key on it.
///
/// # Errors
/// When the database is away.
pub(crate) async fn name_phone(
    app: &App,
    scope: &Scope,
    device: Id,
    phone: Id,
    sealing_key: &[u8],
) -> Result<()> {
    let mut work = Work::begin(app, scope).await?;
    let row = args![device, phone, scope.user(), work.at(), sealing_key];
    work.tx().exec(&sql::KEEP_PHONE, row).await?;
    work.commit().await
}
