//! The three calls of a phone. What goes wrong with a whole request is a `Problem` with a status;
//! none concerns an entry, and the phone keeps all of them.

use std::io::Read as _;

use axum::Extension;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use simpul_db::DbError;
use simpul_phone::wire::{PUSH_BYTES, Problem, Push, SignIn};

use super::{entry, pages, pull, push, shell, sign_in};
use crate::access::{Phone, Route, Who};
use crate::platform::{App, AppError};

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::post("/api/v1/sync/masuk", Who::Public, enter),
        Route::post("/api/v1/sync/kirim", Who::Phone, send),
        Route::get("/api/v1/sync/ambil", Who::Phone, fetch),
    ];
    routes.extend(pages::routes());
    routes.extend(shell::routes());
    routes
}

/// A refusal of the whole request.
struct Refusal(AppError);

impl From<AppError> for Refusal {
    fn from(error: AppError) -> Self {
        Self(error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = self.0.status();
        if status.is_server_error() {
            tracing::error!(error = %self.0, "request failed");
        }
        let (problem, wait) = match &self.0 {
            AppError::SignedOut => ("device-unknown", None),
            AppError::Refused("sign-in-wrong") => ("sign-in-wrong", None),
            AppError::TooMany { seconds } => ("sign-in-locked", Some(*seconds)),
            AppError::Refused("sync-too-many" | "sync-too-large") => ("too-large", None),
            AppError::Refused("sync-unreadable") => ("malformed", None),
            AppError::Refused(key) => (*key, None),
            AppError::Db(DbError::Busy | DbError::Unreachable(_) | DbError::Full) => {
                ("busy", Some(15))
            }
            _ => ("internal", Some(60)),
        };
        let problem = Problem {
            problem: problem.to_owned(),
            wait: wait.and_then(|wait| u32::try_from(wait).ok()),
        };
        let mut response = (status, Json(&problem)).into_response();
        if let Some(wait) = problem.wait {
            response.headers_mut().insert(RETRY_AFTER, wait.into());
        }
        response
    }
}

/// JSON that nobody on the way keeps.
fn answer(body: &impl Serialize) -> Response {
    let mut response = Json(body).into_response();
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(CACHE_CONTROL, no_store);
    response
}

/// The JSON of a request, unpacked where it is gzip, of bounded size.
fn read<T: DeserializeOwned>(headers: &HeaderMap, body: &Bytes) -> Result<T, Refusal> {
    let unreadable = AppError::Refused("sync-unreadable");
    let packed = headers
        .get(CONTENT_ENCODING)
        .is_some_and(|value| value == "gzip");
    if !packed {
        if body.len() > PUSH_BYTES {
            return Err(Refusal(AppError::Refused("sync-too-large")));
        }
        return serde_json::from_slice(body).map_err(|_| Refusal(unreadable));
    }
    let mut plain = Vec::new();
    let mut unpacked = flate2::read::GzDecoder::new(&body[..]).take(PUSH_BYTES as u64 + 1);
    match unpacked.read_to_end(&mut plain) {
        Ok(_) if plain.len() > PUSH_BYTES => Err(Refusal(AppError::Refused("sync-too-large"))),
        Ok(_) => serde_json::from_slice(&plain).map_err(|_| Refusal(unreadable)),
        Err(_) => Err(Refusal(unreadable)),
    }
}

async fn enter(
    State(app): State<App>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let asked: SignIn = read(&headers, &body)?;
    Ok(answer(&sign_in(&app, asked).await?))
}

async fn send(
    State(app): State<App>,
    Extension(phone): Extension<Phone>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let sent: Push = read(&headers, &body)?;
    let from = entry::sender(&app, &phone).await?;
    Ok(answer(&push(&app, &from, &sent).await?))
}

#[derive(serde::Deserialize)]
struct Since {
    cursor: Option<String>,
}

async fn fetch(
    State(app): State<App>,
    Extension(phone): Extension<Phone>,
    Query(since): Query<Since>,
) -> Result<Response, Refusal> {
    let from = entry::sender(&app, &phone).await?;
    Ok(answer(&pull(&app, &from, since.cursor.as_deref()).await?))
}
