//! `/layanan`: where to go, with what, and when.

use askama::Template;
use axum::extract::{Path, Query};

use super::KEEPERS;
use super::doors::{Day, NewService, Service, keep_service, service, services};
use super::sql::ServiceRow;
use crate::access::{Posted, Role, Route, Signed, Who};
use crate::cases::model::Need;
use crate::cases::slip::village_name;
use crate::platform::form::Form;
use crate::platform::page::Page;
use crate::platform::words::Lang;
use crate::platform::{AppError, Id, Reply, Result, format};

/// Everybody who works here may tell a family where to go.
const READERS: &[Role] = Role::ALL;

pub(in crate::cases) fn routes() -> Vec<Route> {
    let keep = Who::Roles(KEEPERS);
    vec![
        Route::get("/layanan", Who::Roles(READERS), list),
        Route::get("/layanan/baru", keep, new_one),
        Route::post("/layanan/baru", keep, add),
        Route::get("/layanan/{id}", Who::Roles(READERS), show),
        Route::get("/layanan/{id}/ubah", keep, edit),
        Route::post("/layanan/{id}/ubah", keep, change),
    ]
}

#[derive(serde::Deserialize)]
struct Choice {
    #[serde(default)]
    kebutuhan: String,
}

#[derive(Template)]
#[template(path = "cases/directory/templates/list.html")]
struct ListPage<'a> {
    p: &'a Page,
    choice: &'a Choice,
    keeps: bool,
    lines: Vec<Line>,
}

struct Line {
    row: ServiceRow,
    hours: String,
}

/// `Senin, Selasa 08:00–12:00; libur hari besar`
pub fn hours_words(lang: Lang, row: &ServiceRow) -> String {
    let days = row.byday.as_deref().unwrap_or_default().split(',');
    let days: Vec<String> = days
        .filter_map(|key| key.parse::<Day>().ok())
        .map(|day| lang.t(day.words().to_lowercase()))
        .collect();
    let clock = match (row.opens_at.as_deref(), row.closes_at.as_deref()) {
        (Some(from), Some(to)) if !from.is_empty() && !to.is_empty() => format!(" {from}–{to}"),
        (Some(from), _) if !from.is_empty() => format!(" {from}"),
        _ => String::new(),
    };
    let more = row.hours.as_deref().filter(|text| !text.is_empty());
    let first = format!("{}{clock}", days.join(", "));
    match more {
        Some(text) if first.is_empty() => text.to_owned(),
        Some(text) => format!("{first}; {text}"),
        None => first,
    }
}

async fn list(signed: Signed, Query(choice): Query<Choice>) -> Result<Reply> {
    let (scope, lang) = (signed.scope(), signed.lang());
    let need: Option<Need> = choice.kebutuhan.parse().ok();
    let rows = services(&mut signed.app().db(), scope, need).await?;
    let lines = rows.into_iter().map(|row| Line {
        hours: hours_words(lang, &row),
        row,
    });
    let p = signed.page("services-title");
    Reply::render(&ListPage {
        p: &p,
        choice: &choice,
        keeps: KEEPERS.contains(&scope.role()) && scope.area().kabupaten().is_some(),
        lines: lines.collect(),
    })
}

#[derive(Template)]
#[template(path = "cases/directory/templates/one.html")]
struct OnePage<'a> {
    p: &'a Page,
    service: Service,
    area: String,
    hours: String,
    assured: String,
    keeps: bool,
}

async fn show(signed: Signed, Path(id): Path<Id>) -> Result<Reply> {
    let (scope, lang) = (signed.scope(), signed.lang());
    let service = service(&mut signed.app().db(), scope, id).await?;
    let p = signed.page("service-title");
    let day = format::parse_date(&service.row.assured_on);
    Reply::render(&OnePage {
        p: &p,
        area: village_name(&service.row.area),
        hours: hours_words(lang, &service.row),
        assured: day.map_or_else(String::new, |day| format::date(lang, day)),
        keeps: KEEPERS.contains(&scope.role()) && scope.area().contains(&service.row.area),
        service,
    })
}

#[derive(Template)]
#[template(path = "cases/directory/templates/edit.html")]
struct EditPage<'a> {
    p: &'a Page,
    form: &'a Form,
    id: Id,
    action: String,
}

async fn new_one(signed: Signed) -> Result<Reply> {
    let mut form = Form::new();
    form.set("versi", "0");
    form.set("aktif", "ya");
    let fresh = signed.app().ids().make();
    show_form(&signed, &form, fresh, "/layanan/baru".to_owned())
}

async fn edit(signed: Signed, Path(id): Path<Id>) -> Result<Reply> {
    let service = service(&mut signed.app().db(), signed.scope(), id).await?;
    if !signed.scope().area().contains(&service.row.area) {
        return Err(AppError::NotFound);
    }
    let form = filled(service);
    let fresh = signed.app().ids().make();
    show_form(&signed, &form, fresh, format!("/layanan/{id}/ubah"))
}

/// The form as the service stands.
fn filled(service: Service) -> Form {
    let row = service.row;
    let text = |text: Option<String>| text.unwrap_or_default();
    let mut pairs = vec![
        ("versi", row.version.to_string()),
        ("nama", row.name),
        ("uraian", row.description),
        ("kebutuhan", row.need.key().to_owned()),
        ("lembaga", row.organization),
        ("telepon", row.phone),
        ("tempat", text(row.location)),
        ("alamat", text(row.address)),
        ("buka", text(row.opens_at)),
        ("tutup", text(row.closes_at)),
        ("jam", text(row.hours)),
        ("berkas", service.documents.join("\n")),
        ("siapa", service.eligible.join("\n")),
    ];
    let days = text(row.byday);
    pairs.extend(days.split(',').map(|day| ("hari", day.to_owned())));
    if row.status == "active" {
        pairs.push(("aktif", "ya".to_owned()));
    }
    let pairs = pairs.into_iter();
    Form::from_pairs(pairs.map(|(name, value)| (name.to_owned(), value)))
}

fn show_form(signed: &Signed, form: &Form, id: Id, action: String) -> Result<Reply> {
    let p = signed.page("service-edit");
    let page = EditPage {
        p: &p,
        form,
        id,
        action,
    };
    match form.has_errors() {
        true => Reply::again(&page),
        false => Reply::render(&page),
    }
}

async fn add(signed: Signed, posted: Posted) -> Result<Reply> {
    if signed.scope().area().kabupaten().is_none() {
        return Err(AppError::NotFound);
    }
    let id = posted.id;
    keep(&signed, posted, id, "/layanan/baru".to_owned()).await
}

async fn change(signed: Signed, Path(id): Path<Id>, posted: Posted) -> Result<Reply> {
    service(&mut signed.app().db(), signed.scope(), id).await?;
    keep(&signed, posted, id, format!("/layanan/{id}/ubah")).await
}

fn lines(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

async fn keep(signed: &Signed, posted: Posted, id: Id, action: String) -> Result<Reply> {
    let (mut form, lang) = (posted.form, signed.lang());
    let need: Option<Need> = form.read("kebutuhan", lang, "case-choose", |key| key.parse().ok());
    for field in ["nama", "lembaga", "tempat"] {
        form.read(field, lang, "service-missing", |text| {
            (!text.is_empty()).then_some(())
        });
    }
    if form.has_errors() {
        return show_form(signed, &form, posted.id, action);
    }
    let said = |field: &str| form.get(field).to_owned();
    let new = NewService {
        id,
        version: form.get("versi").parse().map_err(|_| AppError::StaleForm)?,
        name: said("nama"),
        description: said("uraian"),
        need,
        active: form.chosen("aktif", "ya"),
        organization: said("lembaga"),
        phone: said("telepon"),
        location: said("tempat"),
        address: said("alamat"),
        days: Day::ALL
            .iter()
            .copied()
            .filter(|day| form.chosen("hari", day.key()))
            .collect(),
        opens: said("buka"),
        closes: said("tutup"),
        hours: said("jam"),
        documents: lines(form.get("berkas")),
        eligible: lines(form.get("siapa")),
    };
    let mut work = signed.work().await?;
    match keep_service(&mut work, &new).await {
        Ok(()) => {
            work.commit().await?;
            Ok(Reply::see(format!("/layanan/{id}?pesan=notice-service")))
        }
        Err(AppError::Refused(key)) => {
            form.wrong("nama", lang.t(key));
            show_form(signed, &form, posted.id, action)
        }
        Err(error) => Err(error),
    }
}
