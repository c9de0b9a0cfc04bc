//! The field workers' app at `/lapangan/`: files that are built into the program. They hold no
//! data; what a worker sees comes over the calls of this slice.

use axum::extract::Path;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use crate::access::{Route, Who};
use crate::platform::AppError;

/// A file of the app.
pub struct File {
    name: &'static str,
    bytes: &'static [u8],
    brotli: Option<&'static [u8]>,
    /// Changes with the content.
    mark: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/field.rs"));

/// The app runs WebAssembly, draws charts with styles of their own and reads codes by the camera;
/// it loads nothing from elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; \
     connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; \
     form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/lapangan", Who::Public, to_folder),
        Route::get("/lapangan/", Who::Public, first),
        Route::get("/lapangan/{*path}", Who::Public, file),
    ]
}

async fn to_folder() -> Redirect {
    Redirect::permanent("/lapangan/")
}

async fn first(headers: HeaderMap) -> Response {
    serve("index.html", &headers)
}

async fn file(Path(path): Path<String>, headers: HeaderMap) -> Response {
    serve(&path, &headers)
}

fn kind(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// Names under `assets/` change with their content; all others are asked for again.
fn caching(name: &str) -> &'static str {
    if name.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

fn serve(name: &str, headers: &HeaderMap) -> Response {
    let Some(file) = FILES.iter().find(|file| file.name == name) else {
        return AppError::NotFound.into_response();
    };
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let known = text(IF_NONE_MATCH).is_some_and(|mark| mark == file.mark);
    let takes_brotli = text(ACCEPT_ENCODING)
        .is_some_and(|all| all.split(',').any(|one| one.trim().starts_with("br")));
    let mut response = match (known, file.brotli.filter(|_| takes_brotli)) {
        (true, _) => StatusCode::NOT_MODIFIED.into_response(),
        (false, Some(packed)) => {
            ([(CONTENT_ENCODING, HeaderValue::from_static("br"))], packed).into_response()
        }
        (false, None) => file.bytes.into_response(),
    };
    let own = [
        (CONTENT_TYPE, kind(name)),
        (CACHE_CONTROL, caching(name)),
        (CONTENT_SECURITY_POLICY, POLICY),
        (ETAG, file.mark),
        (VARY, "accept-encoding"),
    ];
    for (header, value) in own {
        response
            .headers_mut()
            .insert(header, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::{FILES, caching, kind, serve};
    use axum::http::header::{CONTENT_SECURITY_POLICY, ETAG, IF_NONE_MATCH};
    use axum::http::{HeaderMap, StatusCode};

    #[test]
    fn files_are_told_apart_by_their_names() {
        assert_eq!(kind("simpul.wasm"), "application/wasm");
        assert_eq!(kind("manifest.webmanifest"), "application/manifest+json");
        assert_eq!(caching("sw.js"), "no-cache");
        assert!(caching("assets/index-4f2a.js").ends_with("immutable"));
    }

    #[test]
    fn what_is_known_is_not_sent_again() {
        let unknown = serve("../simpul.keys", &HeaderMap::new());
        assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
        // Where the app was built.
        for file in FILES {
            let first = serve(file.name, &HeaderMap::new());
            assert_eq!(first.status(), StatusCode::OK);
            let policy = &first.headers()[CONTENT_SECURITY_POLICY];
            assert!(policy.to_str().unwrap().contains("wasm-unsafe-eval"));
            let mut again = HeaderMap::new();
            again.insert(IF_NONE_MATCH, first.headers()[ETAG].clone());
            assert_eq!(serve(file.name, &again).status(), StatusCode::NOT_MODIFIED);
        }
    }
}
