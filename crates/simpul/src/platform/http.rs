//! The frame around every request: headers, language, limits, a log line without personal data,
//! health pages, and a shutdown that lets requests finish.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use super::page::REQUEST_LANG;
use super::words::Lang;
use super::{App, AppError};

/// The largest body of any request. Where no file is expected the extractors take less.
const MAX_BODY_BYTES: usize = super::upload::MAX_UPLOAD_BYTES;
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Cookie that keeps the chosen language.
pub const LANG_COOKIE: &str = "bahasa";

/// No script, style, frame or connection but our own; nothing inline.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; \
     script-src 'self'; connect-src 'self'; font-src 'self'; manifest-src 'self'; \
     form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
];

/// Wraps the routes of all slices into the service that is served.
pub fn frame(routes: Router<App>, app: &App) -> Router {
    routes
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .merge(super::assets::routes())
        .fallback(|| async { AppError::NotFound })
        .layer(middleware::from_fn(same_origin))
        .layer(middleware::from_fn(dress))
        .layer(CatchPanicLayer::new())
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            REQUEST_TIMEOUT,
        ))
        .layer(RequestBodyLimitLayer::new(MAX_BODY_BYTES))
        .layer(CompressionLayer::new())
        .with_state(app.clone())
}

/// Answers until `stop` is ready, then lets open requests finish.
///
/// # Errors
/// When the listener fails.
pub async fn serve<L>(
    router: Router,
    listener: L,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()>
where
    L: axum::serve::Listener<Addr = SocketAddr>,
{
    axum::serve(listener, router)
        .with_graceful_shutdown(stop)
        .await
}

async fn ready(State(app): State<App>) -> Response {
    match app.db().ping().await {
        Ok(()) => "ready".into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "database away").into_response()
        }
    }
}

/// Sets language and headers, and writes one log line with the route's pattern, never the address.
async fn dress(request: Request, next: Next) -> Response {
    let lang = Lang::from_code(cookie(request.headers(), LANG_COOKIE).unwrap_or(""));
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "(none)".to_owned(), |path| path.as_str().to_owned());
    let mut response = REQUEST_LANG.scope(lang, next.run(request)).await;
    for (name, value) in HEADERS {
        // A file brings a stricter policy of its own.
        response
            .headers_mut()
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    tracing::info!(%method, route, status = response.status().as_u16(), "request");
    response
}

/// A request that changes something must come from our own pages.
async fn same_origin(request: Request, next: Next) -> Response {
    let safe = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if safe || comes_from_here(request.headers()) {
        next.run(request).await
    } else {
        AppError::StaleForm.into_response()
    }
}

fn comes_from_here(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("sec-fetch-site"), text("origin"), text("host")) {
        (Some(site), _, _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin), Some(host)) => origin
            .split_once("://")
            .is_some_and(|(_, rest)| rest == host),
        // Neither header: no browser of the last ten years on a form; the form token decides.
        (None, _, _) => true,
    }
}

/// The value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// A `Set-Cookie` value; without `max_age` seconds it ends with the browser.
pub fn set_cookie(name: &str, value: &str, max_age: Option<i64>, secure: bool) -> HeaderValue {
    let age = max_age.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
    let secure = if secure { "; Secure" } else { "" };
    HeaderValue::from_str(&format!(
        "{name}={value}; Path=/; HttpOnly; SameSite=Lax{age}{secure}"
    ))
    .unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect()
    }

    #[test]
    fn a_form_of_another_site_is_refused() {
        assert!(!comes_from_here(&headers(&[(
            "sec-fetch-site",
            "cross-site"
        )])));
        assert!(!comes_from_here(&headers(&[
            ("origin", "https://jahat.example"),
            ("host", "simpul.example")
        ])));
        assert!(comes_from_here(&headers(&[
            ("origin", "https://simpul.example"),
            ("host", "simpul.example")
        ])));
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let headers = headers(&[("cookie", "a=1; bahasa=en; b=2")]);
        assert_eq!(cookie(&headers, LANG_COOKIE), Some("en"));
        assert_eq!(cookie(&headers, "bahas"), None);
    }
}
