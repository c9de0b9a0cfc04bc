//! The slip that the family keeps: code, number and where to look; nothing of its condition.

use askama::Template;
use axum::extract::Path;
use qrcode::QrCode;
use qrcode::render::svg;

use super::directory::{papers_for, services_for};
use super::reads::{case, slip};
use crate::access::{Role, Signed};
use crate::platform::page::Page;
use crate::platform::{AppError, Id, Reply, Result, format};
use simpul_phone::ticket::Ticket;

pub(super) const ROLES: &[Role] = super::doors::SENDERS;

#[derive(Template)]
#[template(path = "cases/templates/slip.html")]
struct SlipPage<'a> {
    p: &'a Page,
    /// `None` for a case without public page.
    ticket: Option<Ticket>,
    /// Papers to bring; never what for.
    papers: Vec<String>,
    opened: String,
    village: String,
    address: String,
    qr: String,
}

pub(super) async fn page(signed: Signed, Path(id): Path<Id>) -> Result<Reply> {
    let (app, scope) = (signed.app(), signed.scope());
    let mut db = app.db();
    let ticket = slip(&mut db, scope, app.keys(), id).await?;
    let line = case(&mut db, scope, id).await?.line;
    signed.saw("slip", Some(line.household), 1).await?;
    let zone = scope.admit(&line.area)?.zone();
    let services = services_for(&mut db, &line.area, line.progress.need).await?;
    let address = format!("{}/lacak", app.config().public_url);
    let p = signed.page("slip-title");
    Reply::render(&SlipPage {
        p: &p,
        ticket: (!line.progress.need.is_restricted()).then_some(ticket),
        opened: format::date(signed.lang(), line.progress.opened_at.date_in(zone)),
        village: village_name(&line.area),
        papers: papers_for(&services),
        qr: qr(&address)?,
        address,
    })
}

/// The village of an area by name; above the villages, the area itself.
pub fn village_name(area: &simpul_identity::AreaCode) -> String {
    let village = area.village().or_else(|| area.region());
    let name = village.and_then(simpul_identity::region::name);
    name.map_or_else(|| area.to_string(), str::to_owned)
}

/// The address as an inline drawing.
pub(super) fn qr(text: &str) -> Result<String> {
    let code = QrCode::new(text).map_err(AppError::internal)?;
    let svg = code.render::<svg::Color>().min_dimensions(160, 160).build();
    // The declaration of an XML file has no place inside a page.
    let start = svg.find("<svg").unwrap_or(0);
    Ok(svg[start..].replacen("<svg", "<svg aria-hidden=\"true\"", 1))
}
