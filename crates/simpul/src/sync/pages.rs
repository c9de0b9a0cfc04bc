//! "Perlu diperbaiki": entries of phones that a person must look at, for whoever watches an area.

use askama::Template;
use simpul_db::args;

use super::sql::{self, EntryRow};
use crate::access::{Role, Route, Signed, Who, user_name};
use crate::platform::page::Page;
use crate::platform::{Reply, Result, format};

/// The kader sees those of the post, the desk those of the village, others those above.
pub(super) const READERS: &[Role] = &[
    Role::Bidan,
    Role::FrontOffice,
    Role::BackOffice,
    Role::Petugas,
    Role::Koordinator,
    Role::Supervisor,
    Role::Manajer,
];

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/kiriman", Who::Roles(READERS), list)]
}

struct Line {
    kind: String,
    reason: String,
    by: String,
    place: String,
    when: String,
    /// Whole days that it has been held.
    days: i64,
}

#[derive(Template)]
#[template(path = "sync/templates/held.html")]
struct HeldPage<'a> {
    p: &'a Page,
    lines: Vec<Line>,
}

async fn list(signed: Signed) -> Result<Reply> {
    let (app, scope, lang) = (signed.app(), signed.scope(), signed.lang());
    let rows: Vec<EntryRow> = app.db().all(&sql::HELD, scope.bind(args![])).await?;
    signed.saw("held", None, rows.len()).await?;
    let (now, zone) = (app.now(), scope.zone());
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let kind = format!("entry-kind-{}", row.kind.replace('_', "-"));
        lines.push(Line {
            kind: lang.t(if lang.has(&kind) {
                &kind
            } else {
                "entry-kind-other"
            }),
            reason: lang.t(row.reason.as_deref().unwrap_or("sync-internal")),
            by: user_name(app, row.author).await?,
            place: row.area,
            when: format::moment(lang, row.happened_at.civil(zone), zone),
            days: (now.0 - row.since.0) / (24 * 3600 * 1000),
        });
    }
    let p = signed.page("held-title");
    Reply::render(&HeldPage { p: &p, lines })
}
