//! `/darurat`: one screen to report, one page to work with and to print.

use std::sync::LazyLock;

use askama::Template;
use axum::extract::Path;
use simpul_rules::Text;

use super::doors::{Arm, NewEmergency, Told, emergency, move_arm, open_arms, report};
use super::sql::{ArmRow, OpenRow};
use super::{ArmState, EmergencyKind, Side, moves};
use crate::access::{Posted, Role, Route, Signed, Who};
use crate::cases::clock::rules_lang;
use crate::cases::intake_pages::villages;
use crate::cases::pages::family_name;
use crate::cases::slip::village_name;
use crate::platform::form::Form;
use crate::platform::page::Page;
use crate::platform::words::Lang;
use crate::platform::{AppError, Id, Instant, Reply, Result, format};
use crate::registry;

const REPORTERS: &[Role] = crate::cases::doors::SENDERS;
/// Those who report, and those who are called.
const READERS: &[Role] = crate::cases::LISTERS;
const MOVERS: &[Role] = &[
    Role::Bidan,
    Role::FrontOffice,
    Role::BackOffice,
    Role::Petugas,
    Role::Koordinator,
    Role::Supervisor,
    Role::Manajer,
    Role::PengelolaProgram,
];
const MINUTE_MS: i64 = 60_000;

pub(in crate::cases) fn routes() -> Vec<Route> {
    let reporters = Who::Roles(REPORTERS);
    let of_families = Who::Roles(crate::cases::intake_pages::OF_FAMILIES);
    vec![
        Route::get("/darurat", Who::Roles(READERS), list),
        Route::get("/darurat/lapor", reporters, ask),
        Route::post("/darurat/lapor", reporters, take),
        Route::get("/keluarga/{id}/darurat", of_families, ask_for),
        Route::post("/keluarga/{id}/darurat", of_families, take_for),
        Route::get("/darurat/{id}", Who::Roles(READERS), show),
        Route::post("/darurat/{id}", Who::Roles(MOVERS), tell),
    ]
}

/// A number to call, from `data/darurat/`.
#[derive(Clone, Debug, serde::Deserialize)]
struct Number {
    number: String,
    name: Text,
}

static NUMBERS: LazyLock<Vec<Number>> = LazyLock::new(|| {
    #[derive(serde::Deserialize)]
    struct File {
        number: Vec<Number>,
    }
    let text = include_str!("../../../../../data/darurat/nomor.toml");
    let file: File = toml::from_str(text).expect("the embedded numbers are read by a test");
    file.number
});

fn numbers(lang: Lang) -> Vec<(String, String)> {
    let told = |one: &Number| {
        (
            one.number.clone(),
            one.name.get(rules_lang(lang)).to_owned(),
        )
    };
    NUMBERS.iter().map(told).collect()
}

/// How long a clock still runs, in words and as a mark.
fn clock(lang: Lang, due: Instant, now: Instant) -> (&'static str, String) {
    let minutes = (due.0 - now.0) / MINUTE_MS;
    let (mark, key, count) = match minutes {
        120.. => ("info", "clock-hours", minutes / 60),
        0..120 => ("warn", "clock-minutes", minutes),
        -59..0 => ("bad", "emergency-late-minutes", -minutes),
        _ => ("bad", "clock-late-hours", -minutes / 60),
    };
    (mark, lang.t1(key, "count", count))
}

struct OpenLine {
    row: OpenRow,
    village: String,
    when: String,
    clock: Option<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "cases/emergency/templates/list.html")]
struct ListPage<'a> {
    p: &'a Page,
    reports: bool,
    lines: Vec<OpenLine>,
    numbers: Vec<(String, String)>,
}

async fn list(signed: Signed) -> Result<Reply> {
    let (scope, lang, now) = (signed.scope(), signed.lang(), signed.app().now());
    let rows = open_arms(&mut signed.app().db(), scope).await?;
    signed.saw("emergencies", None, rows.len()).await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let zone = scope.admit(&row.area)?.zone();
        lines.push(OpenLine {
            village: village_name(&row.area),
            when: format::moment(lang, row.opened_at.civil(zone), zone),
            clock: row.due_at.map(|due| clock(lang, due, now)),
            row,
        });
    }
    let p = signed.page("emergencies-title");
    Reply::render(&ListPage {
        p: &p,
        reports: REPORTERS.contains(&scope.role()),
        lines,
        numbers: numbers(lang),
    })
}

#[derive(Template)]
#[template(path = "cases/emergency/templates/report.html")]
struct ReportPage<'a> {
    p: &'a Page,
    form: &'a Form,
    id: Id,
    action: String,
    family: Option<String>,
    villages: Vec<(String, String)>,
    numbers: Vec<(String, String)>,
}

async fn ask(signed: Signed) -> Result<Reply> {
    let fresh = signed.app().ids().make();
    show_form(&signed, &Form::new(), fresh, None).await
}

async fn ask_for(signed: Signed, Path(id): Path<Id>) -> Result<Reply> {
    let fresh = signed.app().ids().make();
    show_form(&signed, &Form::new(), fresh, Some(id)).await
}

async fn show_form(signed: &Signed, form: &Form, fresh: Id, home: Option<Id>) -> Result<Reply> {
    let (scope, mut db) = (signed.scope(), signed.app().db());
    let mut family = None;
    if let Some(id) = home {
        registry::household(&mut db, scope, id).await?;
        let mut heads = registry::heads(&mut db, scope, &[id]).await?;
        family = Some(family_name(heads.remove(&id), signed.lang()));
        signed.saw("emergency-form", Some(id), 1).await?;
    }
    let villages = match scope.area().village() {
        Some(_) => Vec::new(),
        None => villages(&mut db, Some(scope)).await?,
    };
    let p = signed.page("emergency-title");
    let page = ReportPage {
        p: &p,
        form,
        id: fresh,
        action: home.map_or_else(
            || "/darurat/lapor".to_owned(),
            |id| format!("/keluarga/{id}/darurat"),
        ),
        family,
        villages,
        numbers: numbers(signed.lang()),
    };
    match form.has_errors() {
        true => Reply::again(&page),
        false => Reply::render(&page),
    }
}

async fn take(signed: Signed, posted: Posted) -> Result<Reply> {
    bring(&signed, posted, None).await
}

async fn take_for(signed: Signed, Path(id): Path<Id>, posted: Posted) -> Result<Reply> {
    registry::household(&mut signed.app().db(), signed.scope(), id).await?;
    bring(&signed, posted, Some(id)).await
}

async fn bring(signed: &Signed, posted: Posted, household: Option<Id>) -> Result<Reply> {
    let (mut form, lang) = (posted.form, signed.lang());
    let kind: Option<EmergencyKind> =
        form.read("jenis", lang, "case-choose", |key| key.parse().ok());
    for field in ["tempat", "perlu"] {
        form.read(field, lang, "emergency-missing", |text| {
            (!text.is_empty()).then_some(())
        });
    }
    let Some(kind) = kind.filter(|_| !form.has_errors()) else {
        return show_form(signed, &form, posted.id, household).await;
    };
    let said = |field: &str| form.get(field).to_owned();
    let new = NewEmergency {
        id: posted.id,
        kind,
        household,
        village: form.get("desa").parse().ok(),
        more: form
            .all("pihak")
            .iter()
            .filter_map(|key| key.parse().ok())
            .collect(),
        told: Told {
            place: said("tempat"),
            people: said("orang"),
            needs: said("perlu"),
            first_act: said("tindakan"),
            contacts: said("kontak"),
        },
    };
    let mut work = signed.work().await?;
    match report(&mut work, new).await {
        Ok(opened) => {
            work.commit().await?;
            let case = opened.case;
            Ok(Reply::see(format!(
                "/darurat/{case}?pesan=notice-emergency"
            )))
        }
        Err(AppError::Refused(key)) => {
            drop(work);
            form.wrong("jenis", lang.t(key));
            show_form(signed, &form, posted.id, household).await
        }
        Err(error) => Err(error),
    }
}

/// A side on the sheet.
struct SideLine {
    arm: ArmRow,
    clock: Option<(&'static str, String)>,
    moved: Option<String>,
    next: Vec<ArmState>,
    /// Names of its fields: a page has many sides.
    field: String,
    note_field: String,
    next_field: String,
}

impl SideLine {
    /// Whether it can say that it cannot come.
    fn may_fail(&self) -> bool {
        self.next.contains(&ArmState::TidakBisa)
    }
}

#[derive(Template)]
#[template(path = "cases/emergency/templates/sheet.html")]
struct SheetPage<'a> {
    p: &'a Page,
    form: &'a Form,
    id: Id,
    case: Id,
    kind: EmergencyKind,
    family: String,
    village: String,
    opened: String,
    by: String,
    ended: bool,
    told: Option<Told>,
    sides: Vec<SideLine>,
    /// Whether this role works on the case itself.
    works: bool,
    numbers: Vec<(String, String)>,
}

async fn show(signed: Signed, Path(id): Path<Id>) -> Result<Reply> {
    let fresh = signed.app().ids().make();
    sheet(&signed, id, &Form::new(), fresh).await
}

async fn sheet(signed: &Signed, id: Id, form: &Form, fresh: Id) -> Result<Reply> {
    let (scope, lang, app) = (signed.scope(), signed.lang(), signed.app());
    let found = emergency(app, scope, id).await?;
    let (row, now) = (&found.row, app.now());
    let mut heads = registry::heads(&mut app.db(), scope, &[row.subject]).await?;
    signed.saw("emergency", Some(row.subject), 1).await?;
    let zone = scope.admit(&row.area)?.zone();
    let role = scope.role();
    let moment = |at: Instant| format::moment(lang, at.civil(zone), zone);
    let line = |arm: ArmRow| SideLine {
        field: format!("jadi_{}", arm.id),
        note_field: format!("catatan_{}", arm.id),
        next_field: format!("lanjut_{}", arm.id),
        clock: (arm.state == ArmState::Dipanggil).then(|| clock(lang, arm.due_at, now)),
        moved: arm
            .moved_at
            .zip(arm.by_role)
            .map(|(at, role)| format!("{} · {}", moment(at), lang.t(role.words()))),
        next: match moves(role, arm.arm) && row.closed_at.is_none() {
            true => arm.state.next().to_vec(),
            false => Vec::new(),
        },
        arm,
    };
    let p = signed.page("emergency-title");
    let page = SheetPage {
        p: &p,
        form,
        id: fresh,
        case: id,
        kind: row.kind,
        family: match row.subject == id {
            true => lang.t("case-no-family"),
            false => family_name(heads.remove(&row.subject), lang),
        },
        village: village_name(&row.area),
        opened: moment(row.opened_at),
        by: lang.t(row.opened_role.words()),
        ended: row.closed_at.is_some(),
        told: found.told,
        sides: found.arms.into_iter().map(line).collect(),
        works: crate::cases::transitions::OFFICE.contains(&role),
        numbers: numbers(lang),
    };
    match form.has_errors() {
        true => Reply::again(&page),
        false => Reply::render(&page),
    }
}

async fn tell(signed: Signed, Path(id): Path<Id>, posted: Posted) -> Result<Reply> {
    let (mut form, lang) = (posted.form, signed.lang());
    let read = |form: &Form, field: &str| form.get(field).parse::<ArmState>().ok();
    // A stranger's emergency is not there, whatever the form says.
    emergency(signed.app(), signed.scope(), id).await?;
    let side: Option<Id> = form.get("pihak").parse().ok();
    let field = side.map_or_else(|| "jadi".to_owned(), |side| format!("jadi_{side}"));
    let (seen, state) = (read(&form, "dari"), read(&form, &field));
    let (Some(side), Some(seen), Some(state)) = (side, seen, state) else {
        form.wrong(field, lang.t("case-choose"));
        return sheet(&signed, id, &form, posted.id).await;
    };
    let arm = Arm {
        id: side,
        case: id,
        seen,
        state,
        note: form.get(format!("catatan_{side}")).to_owned(),
        next: form.get(format!("lanjut_{side}")).to_owned(),
    };
    let mut work = signed.work().await?;
    match move_arm(&mut work, &arm).await {
        Ok(()) => {
            work.commit().await?;
            Ok(Reply::see(format!("/darurat/{id}?pesan=notice-case-step")))
        }
        Err(AppError::Refused(key)) => {
            drop(work);
            form.wrong(format!("catatan_{side}"), lang.t(key));
            sheet(&signed, id, &form, posted.id).await
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_read_and_the_clock_tells_hours_and_minutes() {
        assert!(numbers(Lang::Id).iter().any(|(number, _)| number == "119"));
        crate::platform::words::install([&crate::cases::SLICE.words]);
        let told = |minutes: i64| clock(Lang::Id, Instant(minutes * MINUTE_MS), Instant(0));
        assert_eq!(told(180).1, "Sisa 3 jam");
        assert_eq!(told(59), ("warn", "Sisa 59 menit".to_owned()));
        assert_eq!(told(-5).0, "bad");
        assert_eq!(told(-130).1, "Lewat 2 jam");
    }
}
