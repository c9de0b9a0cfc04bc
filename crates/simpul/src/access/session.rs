//! Signing in and out, with a lock after too many wrong passwords.

use simpul_db::args;
use simpul_identity::{AreaCode, LookupKind};

use super::account::{secret, secret_hash};
use super::password::password_matches;
use super::{Role, Scope, sql};
use crate::platform::{App, AppError, Id, Result};

/// Name of the cookie that holds the session's token.
pub const SESSION_COOKIE: &str = "simpul";
/// A session's last use is written at most this often.
const TOUCH_AFTER_SECONDS: i64 = 300;

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Session {
    pub name: String,
    pub csrf: String,
    pub scope: Scope,
}

/// Checks login and password and opens a session; the token goes into the cookie.
///
/// # Errors
/// [`AppError::TooMany`] while locked; [`AppError::Refused`] when login and password do not
/// belong together (said alike for unknown logins).
pub async fn sign_in(app: &App, login: &str, password: String) -> Result<(String, Role)> {
    let user = prove(app, login, password).await?;
    let subject = failure_subject(app, "login", login);
    let token = open_session(app, user.id, Some(subject)).await?;
    Ok((token, user.role))
}

/// The user to whom login and password belong.
pub(super) async fn prove(app: &App, login: &str, password: String) -> Result<sql::UserRow> {
    let subject = failure_subject(app, "login", login);
    refuse_locked(app, subject).await?;
    let user: Option<sql::UserRow> = app.db().opt(&sql::USER_BY_LOGIN, args![login]).await?;
    let user = user.filter(|user| user.active);
    let stored = user
        .as_ref()
        .map_or_else(String::new, |user| user.password.clone());
    let right = password_matches(password, stored).await?;
    let Some(user) = user.filter(|_| right) else {
        count_failure(app, subject).await?;
        return Err(AppError::Refused("sign-in-wrong"));
    };
    Ok(user)
}

/// Opens a session for a user whose right to it was proven.
pub(crate) async fn open_session(
    app: &App,
    user: Id,
    failures: Option<[u8; 32]>,
) -> Result<String> {
    let (token, hash) = secret();
    let (csrf, _) = secret();
    let now = app.now();
    let expires_at = now.plus_seconds(app.config().session_seconds);
    let mut tx = app.db().begin().await?;
    tx.exec(&sql::DROP_OLD_SESSIONS, args![now]).await?;
    if let Some(subject) = failures {
        tx.exec(&sql::FORGET_FAILURES, args![subject]).await?;
    }
    tx.exec(&sql::MAKE_SESSION, args![hash, user, csrf, now, expires_at])
        .await?;
    tx.commit().await?;
    Ok(token)
}

/// The session of a cookie's token, if it is still good.
pub(crate) async fn session_of(app: &App, token: &str) -> Result<Option<Session>> {
    let (hash, now) = (secret_hash(token), app.now());
    let row: Option<sql::SessionRow> = app.db().opt(&sql::SESSION, args![hash, now]).await?;
    let Some(row) = row else { return Ok(None) };
    if now.0 - row.seen_at.0 > TOUCH_AFTER_SECONDS * 1000 {
        let expires_at = now.plus_seconds(app.config().session_seconds);
        let mut tx = app.db().begin().await?;
        tx.exec(&sql::TOUCH_SESSION, args![hash, now, expires_at])
            .await?;
        tx.commit().await?;
    }
    let area: AreaCode = *row.area;
    Ok(Some(Session {
        name: row.name,
        csrf: row.csrf,
        scope: Scope::new(row.user_id, row.role, area),
    }))
}

pub(super) async fn sign_out(app: &App, token: &str) -> Result<()> {
    let mut tx = app.db().begin().await?;
    tx.exec(&sql::END_SESSION, args![secret_hash(token)])
        .await?;
    Ok(tx.commit().await?)
}

/// What failures are counted by: a login, a ticket. A keyed hash, since a stolen table must not
/// tell which codes of slips were tried.
pub fn failure_subject(app: &App, kind: &str, text: &str) -> [u8; 32] {
    let text = format!("{kind}:{}", text.to_lowercase());
    app.keys().lookup(LookupKind::Tries, &text).0
}

/// # Errors
/// [`AppError::TooMany`] while this subject is locked.
pub async fn refuse_locked(app: &App, subject: [u8; 32]) -> Result<()> {
    let failure: Option<(i64, i64)> = app.db().opt(&sql::FAILURE, args![subject]).await?;
    let now = app.now().0;
    match failure {
        Some((_, until)) if until > now => Err(AppError::TooMany {
            seconds: (until - now + 999) / 1000,
        }),
        _ => Ok(()),
    }
}

/// Counts a failure of this subject; after the configured number it is locked for a while.
///
/// # Errors
/// When the database is away.
pub async fn count_failure(app: &App, subject: [u8; 32]) -> Result<()> {
    let config = app.config();
    let until = app.now().plus_seconds(config.lock_seconds);
    let mut tx = app.db().begin().await?;
    tx.exec(
        &sql::COUNT_FAILURE,
        args![subject, config.lock_after, until],
    )
    .await?;
    Ok(tx.commit().await?)
}
