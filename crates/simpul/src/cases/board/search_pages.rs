//! `/puskesos/cari`: the database of all matters.

use askama::Template;
use simpul_identity::AreaCode;

use super::search::{Found, Lists, Question, search};
use super::sql::FoundRow;
use crate::access::{Posted, Route, Signed, Who};
use crate::cases::kinds::{Field, Kind};
use crate::cases::pages::{cursor_in_address, family_name};
use crate::cases::reads::Cursor;
use crate::cases::slip::village_name;
use crate::platform::form::Form;
use crate::platform::page::Page;
use crate::platform::{Id, Reply, Result, format};
use crate::registry;

pub(in crate::cases) use crate::cases::reads::SEE_ALL as SEEKERS;

pub(super) fn routes() -> Vec<Route> {
    let seekers = Who::Roles(SEEKERS);
    vec![
        Route::get("/puskesos/cari", seekers, newest),
        Route::post("/puskesos/cari", seekers, find),
    ]
}

/// What was chosen; words are sent in the body, since people type names whatever the page says.
fn question(form: &Form) -> Question {
    Question {
        text: form.get("kata").to_owned(),
        kind: form.get("jenis").parse().ok(),
        field: form.get("bidang").parse().ok(),
        lists: form.get("daftar").parse().ok(),
        from: format::parse_date(form.get("dari")),
        to: format::parse_date(form.get("sampai")),
        after: cursor_in_address(form.get("setelah")),
    }
}

struct Line {
    case: FoundRow,
    family: String,
    village: String,
    opened: String,
}

#[derive(Template)]
#[template(path = "cases/board/templates/search.html")]
struct SearchPage<'a> {
    p: &'a Page,
    form: &'a Form,
    id: Id,
    villages: Vec<(String, String)>,
    lines: Vec<Line>,
    no_words: bool,
    more: Option<String>,
}

impl SearchPage<'_> {
    /// What the way to older ones must send again.
    fn kept(&self) -> Vec<(&'static str, String)> {
        let names = [
            "kata", "jenis", "bidang", "daftar", "desa", "dari", "sampai",
        ];
        let kept = names.into_iter();
        kept.map(|name| (name, self.form.get(name).to_owned()))
            .collect()
    }
}

async fn newest(signed: Signed) -> Result<Reply> {
    show(&signed, &Form::new()).await
}

async fn find(signed: Signed, posted: Posted) -> Result<Reply> {
    show(&signed, &posted.form).await
}

async fn show(signed: &Signed, form: &Form) -> Result<Reply> {
    let (lang, mut db) = (signed.lang(), signed.app().db());
    let villages = crate::cases::intake_pages::villages(&mut db, Some(signed.scope())).await?;
    let village: Option<AreaCode> = form.get("desa").parse().ok();
    let scope = match village {
        Some(village) => signed.scope().narrowed(&village)?,
        None => signed.scope().clone(),
    };
    let Found {
        lines,
        more,
        no_words,
    } = search(&mut db, &scope, &question(form)).await?;
    let households: Vec<_> = lines.iter().map(|line| line.household).collect();
    let heads = registry::heads(&mut db, &scope, &households).await?;
    signed.saw("cases-search", None, lines.len()).await?;
    let lines = lines.into_iter().map(|case| {
        let zone = case.area.region().and_then(|region| region.zone());
        let zone = zone.unwrap_or(scope.zone());
        Line {
            family: match case.household == case.id {
                true => lang.t("case-no-family"),
                false => family_name(heads.get(&case.household).cloned(), lang),
            },
            village: village_name(&case.area),
            opened: format::short_date(lang, case.opened_at.date_in(zone)),
            case,
        }
    });
    let p = signed.page("search-cases-title");
    Reply::render(&SearchPage {
        p: &p,
        villages: match signed.scope().area().village() {
            Some(_) => Vec::new(),
            None => villages,
        },
        lines: lines.collect(),
        no_words,
        more: more.map(|Cursor(at, id)| format!("{}.{id}", at.0)),
        id: signed.app().ids().make(),
        form,
    })
}
