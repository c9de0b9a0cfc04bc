//! Style sheet and icon, built in; served under a name that changes with their content.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::{App, AppError};

struct Asset {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
}

const ASSETS: [Asset; 2] = [
    Asset {
        name: "simpul.css",
        kind: "text/css; charset=utf-8",
        bytes: include_bytes!("assets/simpul.css"),
    },
    Asset {
        name: "simpul.svg",
        kind: "image/svg+xml",
        bytes: include_bytes!("assets/simpul.svg"),
    },
];

/// One short mark for all assets together: it changes when any of them does.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = DefaultHasher::new();
    for asset in &ASSETS {
        asset.bytes.hash(&mut hasher);
    }
    format!("{:08x}", hasher.finish() as u32)
});

/// The address of an asset.
pub fn path(name: &str) -> String {
    format!("/aset/{}/{name}", *VERSION)
}

pub fn routes() -> Router<App> {
    Router::new().route("/aset/{version}/{name}", get(show))
}

async fn show(Path((_, name)): Path<(String, String)>) -> Response {
    match ASSETS.iter().find(|asset| asset.name == name) {
        Some(asset) => (
            [
                (CONTENT_TYPE, asset.kind),
                (CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ],
            asset.bytes,
        )
            .into_response(),
        None => AppError::NotFound.into_response(),
    }
}
