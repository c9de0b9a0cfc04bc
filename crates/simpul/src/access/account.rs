//! Users: made by invitation, they choose their own password.

use sha2::{Digest, Sha256};
use simpul_db::{Source, args};
use simpul_identity::AreaCode;

use super::password::hash_password;
use super::{Role, Scope, Work, sql};
use crate::platform::id::random;
use crate::platform::{App, AppError, Id, Instant, Result, Stored};

/// Fewest characters of a password.
pub const MIN_PASSWORD: usize = 10;
const INVITATION_SECONDS: i64 = 7 * 24 * 3600;

/// A person who is to work here.
#[derive(Clone, Debug)]
pub struct NewUser {
    pub login: String,
    pub name: String,
    pub role: Role,
    pub area: AreaCode,
}

/// A link by which a person chooses a password; the token is shown once and stored as a hash.
#[derive(Debug)]
pub struct Invitation {
    pub token: String,
    pub expires_at: Instant,
}

/// A secret of 32 random bytes as text, and its hash as stored.
pub(super) fn secret() -> (String, [u8; 32]) {
    let text = hex::encode(random::<32>());
    let hash = secret_hash(&text);
    (text, hash)
}

pub(super) fn secret_hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// Makes a user who cannot sign in until the invitation is taken.
///
/// # Errors
/// [`AppError::Refused`] when the area does not fit the role; [`AppError::Conflict`] when the
/// login is taken.
pub async fn make_user(work: &mut Work, user: &NewUser) -> Result<Id> {
    if !user.role.may_have(&user.area) {
        return Err(AppError::Refused("user-area-does-not-fit"));
    }
    let id = work.app().ids().make();
    let at = work.at();
    let made = work
        .tx()
        .exec(
            &sql::MAKE_USER,
            args![
                id,
                &user.login,
                &user.name,
                "",
                user.role,
                user.area.as_str(),
                at
            ],
        )
        .await?;
    if made == 0 {
        return Err(AppError::Conflict("user-login-taken"));
    }
    super::assignment::note(work, id, user.role, &user.area).await?;
    Ok(id)
}

/// Makes a user whose password hash is known: invented people of demo and tests.
///
/// # Errors
/// As [`make_user`].
pub async fn make_user_with_password(work: &mut Work, user: &NewUser, hash: &str) -> Result<Id> {
    let id = make_user(work, user).await?;
    work.tx().exec(&sql::KEEP_PASSWORD, args![id, hash]).await?;
    Ok(id)
}

/// The name of a user, to stand beside what was done.
///
/// # Errors
/// When the database is away.
pub async fn user_name(app: &App, id: Id) -> Result<String> {
    Ok(app
        .db()
        .opt(&sql::USER_NAME, args![id])
        .await?
        .unwrap_or_default())
}

/// Makes a one-time link for a user; `None` is for the first administrator, who names himself.
///
/// # Errors
/// When the database is away.
pub async fn invite(work: &mut Work, user: Option<Id>) -> Result<Invitation> {
    let (token, hash) = secret();
    let at = work.at();
    let expires_at = at.plus_seconds(INVITATION_SECONDS);
    work.tx()
        .exec(&sql::MAKE_INVITATION, args![hash, user, at, expires_at])
        .await?;
    Ok(Invitation { token, expires_at })
}

/// Somebody who works at a desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    pub id: Id,
    pub name: String,
    pub role: Role,
    /// The village, or the kabupaten of the secretariat.
    pub area: AreaCode,
}

/// Those who can take over a case of an area: the desk of its village, and the secretariat.
///
/// # Errors
/// [`AppError::NotFound`] for an area outside the scope.
pub async fn colleagues(
    from: &mut impl Source,
    scope: &Scope,
    area: &AreaCode,
) -> Result<Vec<Colleague>> {
    scope.admit(area)?;
    let Some(kabupaten) = area.kabupaten() else {
        return Err(AppError::NotFound);
    };
    let secretariat = AreaCode::from(kabupaten);
    let desk = area.village().map(AreaCode::from);
    let mut found = Vec::new();
    for place in desk.into_iter().chain([secretariat]) {
        let users: Vec<sql::UserRow> = from.all(&sql::USERS_AT, args![place.as_str()]).await?;
        let works = |role: Role| Role::DESK.contains(&role) || role == Role::Manajer;
        let fit = |user: &sql::UserRow| user.active && works(user.role);
        found.extend(users.into_iter().filter(fit).map(|user| Colleague {
            id: user.id,
            name: user.name,
            role: user.role,
            area: place,
        }));
    }
    Ok(found)
}

/// The villages with a desk, for those who choose one without an account.
///
/// # Errors
/// When the database is away.
pub async fn villages_with_desk(from: &mut impl Source) -> Result<Vec<AreaCode>> {
    let areas: Vec<Stored<AreaCode>> = from.all(&sql::DESK_AREAS, args![]).await?;
    // The secretariat is nobody's village.
    let villages = areas.into_iter().filter(|area| area.village().is_some());
    Ok(villages.map(|area| *area).collect())
}

/// While nobody can sign in: a link for the first administrator.
///
/// # Errors
/// When the database is away.
pub async fn first_administrator(app: &App) -> Result<Option<Invitation>> {
    let users: i64 = app.db().one(&sql::COUNT_USERS, args![]).await?;
    if users > 0 {
        return Ok(None);
    }
    let mut work = Work::begin(app, &Scope::of_program()).await?;
    let invitation = invite(&mut work, None).await?;
    work.commit().await?;
    Ok(Some(invitation))
}

/// Keeps a password that a person chose.
pub(super) async fn keep_password(work: &mut Work, user: Id, password: String) -> Result<()> {
    let hash = hash_password(password).await?;
    work.tx()
        .exec(&sql::KEEP_PASSWORD, args![user, hash])
        .await?;
    Ok(())
}

/// The scope of a user named on the command line (`--as LOGIN`).
///
/// # Errors
/// [`AppError::NotFound`] when there is no such active user.
pub async fn scope_of_login(from: &mut impl Source, login: &str) -> Result<Scope> {
    let user: Option<sql::UserRow> = from.opt(&sql::USER_BY_LOGIN, args![login]).await?;
    user.filter(|user| user.active)
        .map(|user| Scope::new(user.id, user.role, *user.area))
        .ok_or(AppError::NotFound)
}
