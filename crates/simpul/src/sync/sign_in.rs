//! A worker signs in on a phone, once with a network.

use simpul_db::args;
use simpul_phone::seal;
use simpul_phone::wire::{SignIn, SignedIn};

use super::entry::sealing_secret;
use super::extract;
use super::model::from_line;
use super::sql;
use crate::access::{Epoch, Marks, NewDevice, Scope, Work, device};
use crate::platform::{App, AppError, Id, Result};

/// Lets a phone in.
///
/// # Errors
/// As [`device::enrol`](crate::access::device::enrol); [`AppError::Refused`] when the phone's key
/// is none.
pub async fn sign_in(app: &App, asked: SignIn) -> Result<SignedIn> {
    let public_key = seal::from_base64(&asked.device_key);
    let public_key = public_key
        .filter(|key| key.len() == seal::KEY)
        .ok_or(AppError::Refused("sync-unreadable"))?;
    let new = NewDevice {
        name: asked.device_name,
        public_key,
    };
    let enrolled = device::enrol(app, &asked.login, asked.password, new).await?;
    let scope = &enrolled.scope;
    let user = scope.user();
    name_phone(app, scope, enrolled.device, from_line(asked.device)).await?;
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
        desk_key: None,
        epoch: app.part::<Epoch>().0.clone(),
        posts: extract::posts(app, scope).await?,
        server_time: app.now().0,
        synthetic: app.part::<Marks>().synthetic(),
    })
}

/// Notes which phone, as it names itself, a credential belongs to.
///
/// # Errors
/// When the database is away.
pub(crate) async fn name_phone(app: &App, scope: &Scope, device: Id, phone: Id) -> Result<()> {
    let mut work = Work::begin(app, scope).await?;
    let row = args![device, phone, scope.user(), work.at()];
    work.tx().exec(&sql::KEEP_PHONE, row).await?;
    work.commit().await
}
