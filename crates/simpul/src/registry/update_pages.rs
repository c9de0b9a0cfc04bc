//! "Pemutakhiran data": life events to be entered in SIKS-NG with the day by which, and fields
//! that two people changed at the same time.

use askama::Template;
use axum::extract::Path;

use super::conflicts::{self, Chosen, FieldConflict};
use super::events::{self, UpdateResult, UpdateState, UpdateTask};
use super::reads;
use crate::access::{Posted, Role, Route, Signed, Who, user_name};
use crate::platform::form::Form;
use crate::platform::page::Page;
use crate::platform::{AppError, Id, Reply, Result, format};

/// The desk works on the list; the supervisor sees what waits.
pub(super) const READERS: &[Role] = &[
    Role::FrontOffice,
    Role::BackOffice,
    Role::Petugas,
    Role::Koordinator,
    Role::Supervisor,
];
const DESK: Who = Who::Roles(Role::DESK);

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/pemutakhiran", Who::Roles(READERS), list),
        Route::get("/pemutakhiran/{id}", DESK, task),
        Route::post("/pemutakhiran/{id}", DESK, settle),
        Route::get("/pemutakhiran/beda/{id}", DESK, conflict),
        Route::post("/pemutakhiran/beda/{id}", DESK, choose),
    ]
}

struct Line {
    id: Id,
    kind: String,
    who: String,
    due: String,
    late: bool,
}

struct Both {
    id: Id,
    who: String,
    field: String,
    since: String,
}

#[derive(Template)]
#[template(path = "registry/templates/updates.html")]
struct ListPage<'a> {
    p: &'a Page,
    /// Whether this role works on the list.
    works: bool,
    lines: Vec<Line>,
    conflicts: Vec<Both>,
}

/// The person meant, or the head of the family.
async fn who(signed: &Signed, household: Id, person: Option<Id>) -> Result<String> {
    let (mut db, scope) = (signed.app().db(), signed.scope());
    let name = match person {
        Some(id) => reads::person(&mut db, scope, id).await.map(|p| p.name),
        None => {
            let heads = reads::heads(&mut db, scope, &[household]).await?;
            heads.into_values().next().ok_or(AppError::NotFound)
        }
    };
    match name {
        Ok(name) => Ok(name),
        // Moved out of this area since.
        Err(AppError::NotFound) => Ok(signed.lang().t("update-not-here")),
        Err(error) => Err(error),
    }
}

async fn list(signed: Signed) -> Result<Reply> {
    let (app, scope, lang) = (signed.app(), signed.scope(), signed.lang());
    let mut db = app.db();
    let tasks = events::updates_waiting(&mut db, scope).await?;
    let both = conflicts::field_conflicts(&mut db, scope, app.keys()).await?;
    signed
        .saw("updates", None, tasks.len() + both.len())
        .await?;
    let today = signed.today();
    let mut lines = Vec::with_capacity(tasks.len());
    for task in tasks {
        lines.push(Line {
            id: task.id,
            kind: lang.t(task.kind.words()),
            who: who(&signed, task.household, task.person).await?,
            due: format::short_date(lang, *task.due_on),
            late: *task.due_on < today,
        });
    }
    let mut conflicts = Vec::with_capacity(both.len());
    for conflict in both {
        conflicts.push(Both {
            id: conflict.id,
            who: who(&signed, conflict.household, conflict.person).await?,
            field: lang.t(conflict.field.words()),
            since: format::short_date(lang, conflict.came_at.date_in(scope.zone())),
        });
    }
    let p = signed.page("updates-title");
    Reply::render(&ListPage {
        p: &p,
        works: Role::DESK.contains(&scope.role()),
        lines,
        conflicts,
    })
}

#[derive(Template)]
#[template(path = "registry/templates/update.html")]
struct TaskPage<'a> {
    p: &'a Page,
    form: &'a Form,
    id: Id,
    task: &'a UpdateTask,
    who: String,
    kind: String,
    by: String,
    /// All digits: they are typed into another system.
    nik: Option<String>,
    kk: Option<String>,
}

async fn task(signed: Signed, Path(id): Path<Id>) -> Result<Reply> {
    show_task(&signed, id, &Form::new()).await
}

async fn show_task(signed: &Signed, id: Id, form: &Form) -> Result<Reply> {
    let (app, scope) = (signed.app(), signed.scope());
    let (mut db, keys) = (app.db(), app.keys());
    let task = events::update_task(&mut db, scope, id).await?;
    let home = reads::household(&mut db, scope, task.household).await?;
    let kk = home.kk.as_ref().map(|kk| kk.digits(keys, scope));
    let nik = match task.person {
        Some(person) => {
            let person = reads::person(&mut db, scope, person).await?;
            person.nik.map(|nik| nik.digits(keys, scope))
        }
        None => None,
    };
    signed.saw("update", Some(task.household), 1).await?;
    let p = signed.page("update-title");
    let page = TaskPage {
        form,
        id,
        who: who(signed, task.household, task.person).await?,
        kind: p.t(task.kind.words()),
        by: user_name(app, task.reported_by).await?,
        nik: nik.transpose()?.map(|digits| digits.to_string()),
        kk: kk.transpose()?.map(|digits| digits.to_string()),
        task: &task,
        p: &p,
    };
    if form.has_errors() {
        Reply::again(&page)
    } else {
        Reply::render(&page)
    }
}

async fn settle(signed: Signed, Path(id): Path<Id>, posted: Posted) -> Result<Reply> {
    let (mut form, lang) = (posted.form, signed.lang());
    events::update_task(&mut signed.app().db(), signed.scope(), id).await?;
    let state = form.read("hasil", lang, "update-choose", |text| {
        text.parse()
            .ok()
            .filter(|state| *state != UpdateState::Waiting)
    });
    if let Some(state) = state {
        let result = UpdateResult {
            task: id,
            state,
            reason: form.get("alasan").to_owned(),
        };
        let mut work = signed.work().await?;
        match events::settle_update(&mut work, result).await {
            Ok(()) => {
                work.commit().await?;
                return Ok(Reply::see("/pemutakhiran?pesan=notice-update-kept"));
            }
            Err(AppError::Refused(key)) => form.wrong("alasan", lang.t(key)),
            Err(error) => return Err(error),
        }
    }
    show_task(&signed, id, &form).await
}

#[derive(Template)]
#[template(path = "registry/templates/conflict.html")]
struct ConflictPage<'a> {
    p: &'a Page,
    form: &'a Form,
    id: Id,
    conflict: &'a FieldConflict,
    who: String,
    field: String,
    by: String,
    at: String,
}

async fn conflict(signed: Signed, Path(id): Path<Id>) -> Result<Reply> {
    show_conflict(&signed, id, &Form::new()).await
}

async fn show_conflict(signed: &Signed, id: Id, form: &Form) -> Result<Reply> {
    let (app, scope) = (signed.app(), signed.scope());
    let conflict = conflicts::field_conflict(&mut app.db(), scope, app.keys(), id).await?;
    signed.saw("update", Some(conflict.household), 1).await?;
    let p = signed.page("conflict-title");
    let zone = scope.zone();
    let page = ConflictPage {
        form,
        id,
        who: who(signed, conflict.household, conflict.person).await?,
        field: p.t(conflict.field.words()),
        by: user_name(app, conflict.came_by).await?,
        at: format::moment(signed.lang(), conflict.came_at.civil(zone), zone),
        conflict: &conflict,
        p: &p,
    };
    if form.has_errors() {
        Reply::again(&page)
    } else {
        Reply::render(&page)
    }
}

async fn choose(signed: Signed, Path(id): Path<Id>, posted: Posted) -> Result<Reply> {
    let (app, lang, mut form) = (signed.app(), signed.lang(), posted.form);
    conflicts::field_conflict(&mut app.db(), signed.scope(), app.keys(), id).await?;
    let chosen: Option<Chosen> =
        form.read("benar", lang, "conflict-choose", |text| text.parse().ok());
    let Some(chosen) = chosen else {
        return show_conflict(&signed, id, &form).await;
    };
    let mut work = signed.work().await?;
    conflicts::settle_conflict(&mut work, id, chosen).await?;
    work.commit().await?;
    Ok(Reply::see("/pemutakhiran?pesan=notice-conflict-settled"))
}
