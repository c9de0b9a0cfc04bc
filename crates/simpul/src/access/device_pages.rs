//! Phones of an area: who signed in on which, when it was heard of last, and the end of a lost one.

use askama::Template;
use axum::extract::Path;

use super::device::{self, DeviceLine};
use super::{Posted, Role, Route, Signed, Who};
use crate::platform::page::Page;
use crate::platform::{Id, Reply, Result, format};

/// Those who may end the credential of a phone in their area.
pub(super) const WATCHERS: &[Role] = &[Role::Supervisor, Role::Manajer, Role::Administrator];

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/perangkat", Who::Roles(WATCHERS), list),
        Route::post("/perangkat/{id}/cabut", Who::Roles(WATCHERS), revoke),
    ]
}

struct Line {
    device: DeviceLine,
    seen: String,
    /// Word and mark of its state.
    state: (&'static str, &'static str),
    /// Minutes that its clock is off, when that is more than a few.
    off: Option<i64>,
}

#[derive(Template)]
#[template(path = "access/templates/devices.html")]
struct DevicesPage<'a> {
    p: &'a Page,
    lines: Vec<Line>,
}

async fn list(signed: Signed) -> Result<Reply> {
    let (app, lang) = (signed.app(), signed.lang());
    let found = device::devices(&mut app.db(), signed.scope()).await?;
    let (now, zone) = (app.now(), signed.scope().zone());
    let line = |device: DeviceLine| {
        let state = if device.revoked_at.is_some() {
            ("device-revoked", "bad")
        } else if device.is_good(now) {
            ("device-good", "good")
        } else {
            ("device-silent", "wait")
        };
        Line {
            seen: format::moment(lang, device.seen_at.civil(zone), zone),
            off: device.skew.map(|ms| ms / 60_000).filter(|m| m.abs() >= 5),
            state,
            device,
        }
    };
    let lines = found.into_iter().map(line).collect();
    let p = signed.page("devices-title");
    Reply::render(&DevicesPage { p: &p, lines })
}

async fn revoke(signed: Signed, Path(id): Path<Id>, _: Posted) -> Result<Reply> {
    let mut work = signed.work().await?;
    device::revoke(&mut work, id).await?;
    work.commit().await?;
    Ok(Reply::see("/perangkat?pesan=notice-device-revoked"))
}
