//! "Cek di SIKS-NG": families that the desk looks up where no extract of the registry exists.

use askama::Template;
use axum::extract::Path;
use simpul_identity::Decile;

use super::pages::family_name;
use crate::access::{Posted, Signed};
use crate::platform::form::Form;
use crate::platform::page::Page;
use crate::platform::{AppError, Id, Reply, Result, format};
use crate::registry::{self, CheckLine, Household, NewCheck, Relation};

#[derive(Template)]
#[template(path = "cases/templates/checks.html")]
struct ChecksPage<'a> {
    p: &'a Page,
    lines: Vec<(CheckLine, String)>,
}

pub(super) async fn list(signed: Signed) -> Result<Reply> {
    let (scope, lang) = (signed.scope(), signed.lang());
    let lines = registry::checks_waiting(&mut signed.app().db(), scope).await?;
    signed.saw("checks", None, lines.len()).await?;
    let asked = |line: &CheckLine| format::short_date(lang, line.asked_at.date_in(scope.zone()));
    let lines = lines.into_iter().map(|line| {
        let asked = asked(&line);
        (line, asked)
    });
    let p = signed.page("checks-title");
    Reply::render(&ChecksPage {
        p: &p,
        lines: lines.collect(),
    })
}

#[derive(Template)]
#[template(path = "cases/templates/check.html")]
struct CheckPage<'a> {
    p: &'a Page,
    form: &'a Form,
    id: Id,
    household: &'a Household,
    family: String,
    /// All digits: they are typed into another system.
    kk: Option<String>,
    nik: Option<String>,
}

pub(super) async fn page(signed: Signed, Path(household): Path<Id>) -> Result<Reply> {
    let fresh = signed.app().ids().make();
    show(&signed, household, &Form::new(), fresh).await
}

async fn show(signed: &Signed, household: Id, form: &Form, fresh: Id) -> Result<Reply> {
    let (scope, keys) = (signed.scope(), signed.app().keys());
    let mut db = signed.app().db();
    let household = registry::household(&mut db, scope, household).await?;
    let members = registry::members(&mut db, scope, household.id).await?;
    let head = members
        .iter()
        .find(|member| member.relation == Relation::KepalaKeluarga)
        .or(members.first());
    let digits = |number: Option<&registry::SealedNumber>| {
        number.map(|number| number.digits(keys, scope).map(|digits| digits.to_string()))
    };
    let kk = digits(household.kk.as_ref()).transpose()?;
    let nik = digits(head.and_then(|head| head.nik.as_ref())).transpose()?;
    signed.saw("check", Some(household.id), 1).await?;
    let p = signed.page("check-title");
    let page = CheckPage {
        p: &p,
        form,
        id: fresh,
        family: family_name(head.map(|head| head.name.clone()), signed.lang()),
        household: &household,
        kk,
        nik,
    };
    if form.has_errors() {
        Reply::again(&page)
    } else {
        Reply::render(&page)
    }
}

pub(super) async fn keep(
    signed: Signed,
    Path(household): Path<Id>,
    posted: Posted,
) -> Result<Reply> {
    let (mut form, lang) = (posted.form, signed.lang());
    let found = form.read("ditemukan", lang, "case-choose", |text| match text {
        "ya" => Some(true),
        "tidak" => Some(false),
        _ => None,
    });
    let decile = form.read("desil", lang, "check-decile-wrong", |text| {
        Decile::parse(text).ok()
    });
    let as_of = form.read("tanggal", lang, "check-date-wrong", format::parse_date);
    if let (Some(found), Some(decile), Some(as_of)) = (found, decile, as_of) {
        let mut work = signed.work().await?;
        let check = NewCheck {
            id: posted.id,
            household,
            found,
            decile,
            as_of,
        };
        match registry::record_check(&mut work, check).await {
            Ok(()) => {
                work.commit().await?;
                return Ok(Reply::see("/puskesos/cek?pesan=notice-check-kept"));
            }
            Err(AppError::Refused(key)) => form.wrong("tanggal", lang.t(key)),
            Err(error) => return Err(error),
        }
    }
    show(&signed, household, &form, posted.id).await
}
