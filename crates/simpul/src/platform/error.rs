//! The one application error: it knows its HTTP form and the sentence a person reads.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use simpul_db::DbError;

use super::page::{ErrorPage, Page};
use super::words::Lang;

pub type Result<T, E = AppError> = std::result::Result<T, E>;

/// What can go wrong in a request. Texts never hold personal data.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Not there, or outside the scope of who asks: the two look the same.
    #[error("not found")]
    NotFound,
    /// A form or file value that cannot be taken: the key of the sentence that says why.
    #[error("refused: {0}")]
    Refused(&'static str),
    /// The same id came with other content, or the record changed meanwhile.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    /// The form is too old, or did not come from our page.
    #[error("stale form")]
    StaleForm,
    /// The credential of a phone has ended or was never good.
    #[error("signed out")]
    SignedOut,
    #[error("too many tries, wait {seconds} s")]
    TooMany { seconds: i64 },
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("file: {0}")]
    Io(#[from] std::io::Error),
    /// There is no PDF, with a text for the log; the page itself can be printed.
    #[error("not printed: {0}")]
    Unprinted(String),
    /// A mistake of ours, with a text for the log.
    #[error("internal: {0}")]
    Internal(String),
}

impl AppError {
    /// A mistake of ours, from any error.
    pub fn internal(error: impl std::fmt::Display) -> Self {
        Self::Internal(error.to_string())
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::Db(DbError::NotFound { .. }) => StatusCode::NOT_FOUND,
            Self::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict(_) | Self::Db(DbError::Conflict { .. }) => StatusCode::CONFLICT,
            Self::StaleForm => StatusCode::FORBIDDEN,
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Db(DbError::Busy | DbError::Unreachable(_) | DbError::Full)
            | Self::Unprinted(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Db(_) | Self::Io(_) | Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The key of the sentence that tells a person what happened and what to do.
    pub fn sentence(&self) -> &'static str {
        match self {
            Self::NotFound | Self::Db(DbError::NotFound { .. }) => "error-not-found",
            Self::Refused(key) | Self::Conflict(key) => key,
            Self::StaleForm => "error-stale-form",
            Self::SignedOut => "error-device",
            Self::TooMany { .. } => "error-too-many",
            Self::Db(DbError::Conflict { .. }) => "error-conflict",
            Self::Db(DbError::Busy | DbError::Unreachable(_)) => "error-database-away",
            Self::Db(DbError::Full) => "error-disk-full",
            Self::Unprinted(_) => "error-unprinted",
            Self::Db(_) | Self::Io(_) | Self::Internal(_) => "error-internal",
        }
    }

    /// The error as a page in one language.
    pub fn page(&self, lang: Lang) -> Response {
        let status = self.status();
        if status.is_server_error() {
            tracing::error!(error = %self, "request failed");
        }
        let seconds = match self {
            Self::TooMany { seconds } => *seconds,
            _ => 0,
        };
        let minutes = (seconds + 59) / 60;
        let page = Page::anonymous(lang, "error-title");
        let message = lang.t1(self.sentence(), "minutes", minutes);
        let html = askama::Template::render(&ErrorPage {
            p: &page,
            message: &message,
        })
        .unwrap_or(message);
        let mut response = (status, Html(html)).into_response();
        if seconds > 0 {
            response
                .headers_mut()
                .insert(axum::http::header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        self.page(super::page::current_lang())
    }
}

/// The error as programs read it: `{"error": key, "message": sentence}`.
pub struct JsonError(pub AppError);

impl IntoResponse for JsonError {
    fn into_response(self) -> Response {
        let status = self.0.status();
        if status.is_server_error() {
            tracing::error!(error = %self.0, "request failed");
        }
        let key = self.0.sentence();
        let body = serde_json::json!({
            "error": key, "message": super::page::current_lang().t(key),
        });
        let mut response = (status, axum::Json(body)).into_response();
        if let AppError::TooMany { seconds } = self.0 {
            let wait = axum::http::header::RETRY_AFTER;
            response.headers_mut().insert(wait, seconds.into());
        }
        response
    }
}

impl From<AppError> for JsonError {
    fn from(error: AppError) -> Self {
        Self(error)
    }
}
