//! Sign in and out, password, language, invitations.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use simpul_db::args;
use simpul_identity::AreaCode;

use super::account::{MIN_PASSWORD, NewUser, keep_password, make_user, secret_hash};
use super::session::{self, SESSION_COOKIE};
use super::{Posted, PublicForm, Role, Route, Signed, Who, Work, home_for, sql};
use crate::platform::form::Form;
use crate::platform::http::{LANG_COOKIE, cookie, set_cookie};
use crate::platform::page::{Page, current_lang};
use crate::platform::words::Lang;
use crate::platform::{App, AppError, Id, Reply, Result};

const EVERYBODY: Who = Who::Roles(Role::ALL);
const LANG_SECONDS: i64 = 365 * 24 * 3600;

pub(super) fn routes() -> Vec<Route> {
    let mut routes = super::device_pages::routes();
    routes.extend(super::user_pages::routes());
    routes.extend([
        Route::get("/", Who::Public, home),
        Route::get("/masuk", Who::Public, sign_in_page),
        Route::post("/masuk", Who::Public, sign_in),
        Route::post("/keluar", EVERYBODY, sign_out),
        Route::get("/bahasa/{code}", Who::Public, switch_language),
        Route::get("/sandi", EVERYBODY, password_page),
        Route::post("/sandi", EVERYBODY, change_password),
        Route::get("/undangan/{token}", Who::Public, invitation_page),
        Route::post("/undangan/{token}", Who::Public, take_invitation),
    ]);
    routes
}

async fn home(State(app): State<App>, headers: HeaderMap) -> Result<Redirect> {
    let session = match cookie(&headers, SESSION_COOKIE) {
        Some(token) => session::session_of(&app, token).await?,
        None => None,
    };
    Ok(Redirect::to(session.map_or("/masuk", |session| {
        home_for(&app, session.scope.role())
    })))
}

#[derive(Template)]
#[template(path = "access/templates/sign_in.html")]
struct SignInPage<'a> {
    p: &'a Page,
    form: &'a Form,
}

fn public_page(app: &App, title_key: &str, path: &str) -> Page {
    Page {
        path: path.to_owned(),
        synthetic: app.part::<super::Marks>().synthetic(),
        ..Page::anonymous(current_lang(), title_key)
    }
}

async fn sign_in_page(State(app): State<App>) -> Result<Reply> {
    let p = public_page(&app, "sign-in-title", "/masuk");
    Reply::render(&SignInPage {
        p: &p,
        form: &Form::new(),
    })
}

async fn sign_in(State(app): State<App>, PublicForm(mut form): PublicForm) -> Result<Response> {
    let password = form.get("sandi").to_owned();
    match session::sign_in(&app, form.get("nama"), password).await {
        Ok((token, role)) => Ok(signed_in(&app, &token, role)),
        Err(AppError::Refused(key)) => {
            let p = public_page(&app, "sign-in-title", "/masuk");
            form.wrong("sandi", p.t(key));
            Ok(Reply::again(&SignInPage { p: &p, form: &form })?.into_response())
        }
        Err(error) => Err(error),
    }
}

fn signed_in(app: &App, token: &str, role: Role) -> Response {
    let cookie = set_cookie(SESSION_COOKIE, token, None, app.config().secure_cookies());
    ([(SET_COOKIE, cookie)], Redirect::to(home_for(app, role))).into_response()
}

async fn sign_out(State(app): State<App>, headers: HeaderMap, _: Posted) -> Result<Response> {
    if let Some(token) = cookie(&headers, SESSION_COOKIE) {
        session::sign_out(&app, token).await?;
    }
    let gone = set_cookie(SESSION_COOKIE, "", Some(0), app.config().secure_cookies());
    Ok(([(SET_COOKIE, gone)], Redirect::to("/masuk")).into_response())
}

#[derive(serde::Deserialize)]
struct BackTo {
    kembali: Option<String>,
}

async fn switch_language(
    State(app): State<App>,
    Path(code): Path<String>,
    Query(back): Query<BackTo>,
) -> Response {
    let lang = Lang::from_code(&code).code();
    let cookie = set_cookie(
        LANG_COOKIE,
        lang,
        Some(LANG_SECONDS),
        app.config().secure_cookies(),
    );
    // Only a path of ours: never another site.
    let local = |path: &String| {
        path.starts_with('/') && !path.starts_with("//") && HeaderValue::from_str(path).is_ok()
    };
    let to = back.kembali.filter(local).unwrap_or_else(|| "/".to_owned());
    ([(SET_COOKIE, cookie)], Redirect::to(&to)).into_response()
}

#[derive(Template)]
#[template(path = "access/templates/password.html")]
struct PasswordPage<'a> {
    p: &'a Page,
    form: &'a Form,
}

async fn password_page(signed: Signed) -> Result<Reply> {
    let p = signed.page("change-password");
    Reply::render(&PasswordPage {
        p: &p,
        form: &Form::new(),
    })
}

async fn change_password(signed: Signed, posted: Posted) -> Result<Reply> {
    let mut form = posted.form;
    let lang = signed.lang();
    let app = signed.app();
    let user = user_by_id(app, signed.scope().user()).await?;
    let old = form.get("lama").to_owned();
    let right = super::password::password_matches(old, user.password).await?;
    if !right {
        form.wrong("lama", lang.t("password-old-wrong"));
    }
    let chosen = chosen_password(&mut form, lang);
    let Some(password) = chosen.filter(|_| right) else {
        let p = signed.page("change-password");
        return Reply::again(&PasswordPage { p: &p, form: &form });
    };
    let mut work = signed.work().await?;
    keep_password(&mut work, user.id, password).await?;
    work.commit().await?;
    Ok(Reply::see(format!(
        "{}?pesan=notice-password-changed",
        home_for(signed.app(), signed.scope().role())
    )))
}

/// The new password of a form, typed twice.
fn chosen_password(form: &mut Form, lang: Lang) -> Option<String> {
    let password = form.get("sandi").to_owned();
    if password.chars().count() < MIN_PASSWORD {
        form.wrong(
            "sandi",
            lang.t1("password-too-short", "count", MIN_PASSWORD),
        );
        None
    } else if password != form.get("ulang") {
        form.wrong("ulang", lang.t("password-not-same"));
        None
    } else {
        Some(password)
    }
}

#[derive(Template)]
#[template(path = "access/templates/invitation.html")]
struct InvitationPage<'a> {
    p: &'a Page,
    form: &'a Form,
    /// The first administrator names himself.
    first: bool,
    login: &'a str,
}

/// The user behind an unused invitation; `None` inside for the first administrator.
async fn invited(app: &App, token: &str) -> Result<Option<sql::UserRow>> {
    let invitation: Option<(Option<Id>,)> = app
        .db()
        .opt(&sql::INVITATION, args![secret_hash(token), app.now()])
        .await?;
    let (user,) = invitation.ok_or(AppError::Refused("invitation-used"))?;
    match user {
        Some(id) => user_by_id(app, id).await.map(Some),
        None => Ok(None),
    }
}

pub(super) async fn user_by_id(app: &App, id: Id) -> Result<sql::UserRow> {
    app.db()
        .opt(&sql::USER_BY_ID, args![id])
        .await?
        .ok_or(AppError::NotFound)
}

async fn invitation_page(State(app): State<App>, Path(token): Path<String>) -> Result<Reply> {
    let user = invited(&app, &token).await?;
    let p = public_page(&app, "invitation-title", "/masuk");
    let login = user.as_ref().map_or("", |user| &user.login);
    Reply::render(&InvitationPage {
        p: &p,
        form: &Form::new(),
        first: user.is_none(),
        login,
    })
}

async fn take_invitation(
    State(app): State<App>,
    Path(token): Path<String>,
    PublicForm(mut form): PublicForm,
) -> Result<Response> {
    let user = invited(&app, &token).await?;
    let p = public_page(&app, "invitation-title", "/masuk");
    let password = chosen_password(&mut form, p.lang);
    if user.is_none() {
        for field in ["nama", "login"] {
            form.read(field, p.lang, "field-needed", |text| {
                (!text.is_empty()).then_some(())
            });
        }
    }
    let Some(password) = password.filter(|_| !form.has_errors()) else {
        let login = user.as_ref().map_or("", |user| &user.login);
        let page = InvitationPage {
            p: &p,
            form: &form,
            first: user.is_none(),
            login,
        };
        return Ok(Reply::again(&page)?.into_response());
    };
    let mut work = Work::begin(&app, &super::Scope::of_program()).await?;
    let hash = secret_hash(&token);
    let at = work.at();
    if work
        .tx()
        .exec(&sql::USE_INVITATION, args![hash, at])
        .await?
        == 0
    {
        return Err(AppError::Refused("invitation-used"));
    }
    let (id, role) = match user {
        Some(user) => (user.id, user.role),
        None => {
            let first = NewUser {
                login: form.get("login").to_owned(),
                name: form.get("nama").to_owned(),
                role: Role::Administrator,
                area: AreaCode::NATION,
            };
            (make_user(&mut work, &first).await?, Role::Administrator)
        }
    };
    work.tx().exec(&sql::END_SESSIONS_OF, args![id]).await?;
    keep_password(&mut work, id, password).await?;
    work.commit().await?;
    let token = session::open_session(&app, id, None).await?;
    Ok(signed_in(&app, &token, role))
}
