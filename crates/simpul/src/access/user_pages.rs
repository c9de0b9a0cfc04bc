//! The administrator's pages: who works in the area, invitations, other tasks, closed accounts.

use askama::Template;
use axum::extract::Path;
use simpul_db::args;
use simpul_identity::AreaCode;

use super::account::{NewUser, invite, make_user};
use super::pages::user_by_id;
use super::{Posted, Role, Route, Signed, Who, assignment, sql};
use crate::platform::form::Form;
use crate::platform::page::Page;
use crate::platform::{AppError, Id, Reply, Result};

const ADMIN: Who = Who::Roles(&[Role::Administrator]);

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/pengguna", ADMIN, users),
        Route::get("/pengguna/baru", ADMIN, new_user_page),
        Route::post("/pengguna/baru", ADMIN, new_user),
        Route::post("/pengguna/{id}/undang", ADMIN, invite_again),
        Route::post("/pengguna/{id}/aktif", ADMIN, switch_active),
        Route::get("/pengguna/{id}/tugas", ADMIN, task_page),
        Route::post("/pengguna/{id}/tugas", ADMIN, give_task),
    ]
}

#[derive(Template)]
#[template(path = "access/templates/users.html")]
struct UsersPage<'a> {
    p: &'a Page,
    users: Vec<sql::UserRow>,
    /// Nobody invites or closes oneself.
    me: Id,
}

async fn users(signed: Signed) -> Result<Reply> {
    let (lo, hi) = signed.scope().area().bounds();
    let users = signed.app().db().all(&sql::USERS_IN, args![lo, hi]).await?;
    let p = signed.page("users-title");
    Reply::render(&UsersPage {
        p: &p,
        users,
        me: signed.scope().user(),
    })
}

#[derive(Template)]
#[template(path = "access/templates/new_user.html")]
struct NewUserPage<'a> {
    p: &'a Page,
    form: &'a Form,
    id: Id,
}

async fn new_user_page(signed: Signed) -> Result<Reply> {
    let p = signed.page("new-user-title");
    Reply::render(&NewUserPage {
        p: &p,
        form: &Form::new(),
        id: signed.app().ids().make(),
    })
}

async fn new_user(signed: Signed, posted: Posted) -> Result<Reply> {
    let (mut form, lang) = (posted.form, signed.lang());
    let needed = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let name = form.read("nama", lang, "field-needed", needed);
    let login = form.read("login", lang, "user-login-form", |text| {
        let good = text.len() >= 3
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.');
        good.then(|| text.to_owned())
    });
    let task = task(&signed, &mut form);
    if let (Some(name), Some(login), Some((role, area))) = (name, login, task) {
        let mut work = signed.work().await?;
        match make_user(
            &mut work,
            &NewUser {
                login: login.clone(),
                name,
                role,
                area,
            },
        )
        .await
        {
            Ok(user) => {
                let invitation = invite(&mut work, Some(user)).await?;
                work.commit().await?;
                return show_invitation(&signed, &login, &invitation.token);
            }
            Err(AppError::Refused(key)) => form.wrong("wilayah", lang.t(key)),
            Err(AppError::Conflict(key)) => form.wrong("login", lang.t(key)),
            Err(error) => return Err(error),
        }
    }
    let p = signed.page("new-user-title");
    Reply::again(&NewUserPage {
        p: &p,
        form: &form,
        id: posted.id,
    })
}

/// Role and area of a form, in the administrator's own area.
fn task(signed: &Signed, form: &mut Form) -> Option<(Role, AreaCode)> {
    let lang = signed.lang();
    let role: Option<Role> = form.read("peran", lang, "field-needed", |text| text.parse().ok());
    let covered = |area: &AreaCode| signed.scope().area().contains(area);
    let area = form.read("wilayah", lang, "user-area-unknown", |text| {
        let area = AreaCode::parse(text).ok()?;
        (covered(&area) && known(&area)).then_some(area)
    });
    role.zip(area)
}

/// Whether the region tables have this area, or the village of this post.
fn known(area: &AreaCode) -> bool {
    area.region()
        .is_none_or(|region| simpul_identity::region::name(region).is_some())
}

#[derive(Template)]
#[template(path = "access/templates/invited.html")]
struct InvitedPage<'a> {
    p: &'a Page,
    login: &'a str,
    link: String,
}

fn show_invitation(signed: &Signed, login: &str, token: &str) -> Result<Reply> {
    let p = signed.page("invited-title");
    let link = format!("{}/undangan/{token}", signed.app().config().public_url);
    Reply::render(&InvitedPage { p: &p, login, link })
}

/// A user in the administrator's area, other than the administrator.
async fn managed(signed: &Signed, id: Id) -> Result<sql::UserRow> {
    let user = user_by_id(signed.app(), id).await?;
    let mine = signed.scope().area().contains(&user.area) && user.id != signed.scope().user();
    if mine {
        Ok(user)
    } else {
        Err(AppError::NotFound)
    }
}

async fn invite_again(signed: Signed, Path(id): Path<Id>, _: Posted) -> Result<Reply> {
    let user = managed(&signed, id).await?;
    let mut work = signed.work().await?;
    let invitation = invite(&mut work, Some(user.id)).await?;
    work.commit().await?;
    show_invitation(&signed, &user.login, &invitation.token)
}

async fn switch_active(signed: Signed, Path(id): Path<Id>, posted: Posted) -> Result<Reply> {
    let user = managed(&signed, id).await?;
    let active = posted.form.get("aktif") == "ya";
    let mut work = signed.work().await?;
    work.tx()
        .exec(&sql::KEEP_ACTIVE, args![user.id, active])
        .await?;
    if !active {
        work.tx()
            .exec(&sql::END_SESSIONS_OF, args![user.id])
            .await?;
    }
    work.commit().await?;
    Ok(Reply::see("/pengguna"))
}

#[derive(Template)]
#[template(path = "access/templates/user_task.html")]
struct TaskPage<'a> {
    p: &'a Page,
    form: &'a Form,
    user: &'a sql::UserRow,
}

async fn task_page(signed: Signed, Path(id): Path<Id>) -> Result<Reply> {
    let user = managed(&signed, id).await?;
    let mut form = Form::new();
    form.set("peran", user.role.key());
    form.set("wilayah", user.area.to_string());
    let (p, form) = (&signed.page("user-move"), &form);
    let user = &user;
    Reply::render(&TaskPage { p, form, user })
}

async fn give_task(signed: Signed, Path(id): Path<Id>, posted: Posted) -> Result<Reply> {
    let user = managed(&signed, id).await?;
    let mut form = posted.form;
    if let Some((role, area)) = task(&signed, &mut form) {
        let mut work = signed.work().await?;
        match assignment::assign(&mut work, user.id, role, area).await {
            Ok(()) => {
                work.commit().await?;
                return Ok(Reply::see("/pengguna?pesan=notice-user-moved"));
            }
            Err(AppError::Refused(key)) => form.wrong("wilayah", signed.lang().t(key)),
            Err(error) => return Err(error),
        }
    }
    let (p, form) = (&signed.page("user-move"), &form);
    let user = &user;
    Reply::again(&TaskPage { p, form, user })
}
