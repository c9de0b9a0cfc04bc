//! One test harness: the application on a database of its own, on SQLite and on PostgreSQL, and a
//! client per role that talks to the real router.

use axum::Router;
pub mod fixture;
mod matrix;
pub mod merged;
mod plans;
#[cfg(unix)]
mod print;
mod story;

use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, LOCATION};
use axum::http::{Method, Request, StatusCode};
use simpul_db::testing::{TestDb, test_databases};
use simpul_identity::{AreaCode, KeyRing};
use tower::ServiceExt as _;

use crate::access::{NewUser, Role, Scope, Work, make_user};
use crate::app;
use crate::platform::config::Config;
use crate::platform::{App, Clock, Id, Instant};

/// A village of Pringsewu (WIB), and one of its posts.
pub const VILLAGE: &str = "1810012006";
pub const POST: &str = "1810012006001";
/// Another post of the village, another village of the kecamatan, another kabupaten.
pub const OTHER_POST: &str = "1810012006002";
pub const OTHER_VILLAGE: &str = "1810012007";
pub const OTHER_KABUPATEN_VILLAGE: &str = "3503012001";

/// Saturday 21 November 2026, 08.00 WIB.
pub const MORNING: Instant = Instant(1_795_222_800_000);

/// The application on one engine.
pub struct TestApp {
    pub app: App,
    pub clock: Clock,
    service: Router,
    _db: TestDb,
}

/// Somebody who is signed in.
pub struct Client {
    service: Router,
    cookie: String,
    /// Of a phone; empty for browsers.
    credential: String,
    csrf: String,
    pub scope: Scope,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub location: Option<String>,
    pub headers: axum::http::HeaderMap,
    pub text: String,
}

impl Answer {
    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.and_then(|value| value.to_str().ok()).unwrap_or("")
    }
}

/// A program of this name that does what a shell script says.
#[cfg(unix)]
pub fn planted(folder: &std::path::Path, name: &str, script: &str) -> std::path::PathBuf {
    use std::os::unix::fs::PermissionsExt as _;
    let path = folder.join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a script");
    let runs = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&path, runs).expect("a script that runs");
    path
}

pub fn area(text: &str) -> AreaCode {
    AreaCode::parse(text).expect("a test's area")
}

impl TestApp {
    /// One application per engine, each on an empty database.
    pub async fn each() -> Vec<Self> {
        Self::each_in(std::path::Path::new(".")).await
    }

    /// As [`TestApp::each`], with the settings of a data folder.
    pub async fn each_in(data: &std::path::Path) -> Vec<Self> {
        let config = Config::new(data.to_owned(), ([127, 0, 0, 1], 8080).into(), None);
        Self::each_with(config).await
    }

    /// As [`TestApp::each`], with these settings.
    pub async fn each_with(config: Config) -> Vec<Self> {
        let mut apps = Vec::new();
        for db in test_databases(&app::migrations()).await {
            let clock = Clock::manual(MORNING);
            let keys = KeyRing::generate(&crate::platform::id::random(), "2026-11-21");
            let app = app::assemble((*db).clone(), keys, clock.clone(), config.clone())
                .await
                .expect("the application starts");
            apps.push(Self {
                service: app::service(&app),
                app,
                clock,
                _db: db,
            });
        }
        apps
    }

    /// The usual area of a role in tests: a kader has [`POST`], a desk [`VILLAGE`], and so on.
    pub fn area_of(role: Role) -> AreaCode {
        let digits = *role.area_lengths().last().expect("each role has areas");
        area(&POST[..digits.min(POST.len())])
    }

    /// The scope of a new user with the usual area.
    pub async fn scope(&self, role: Role) -> Scope {
        self.scope_in(role, Self::area_of(role)).await
    }

    /// The scope of a new user with this area.
    pub async fn scope_in(&self, role: Role, area: AreaCode) -> Scope {
        let id = self.user(role, area).await;
        Scope::for_test(id, role, area)
    }

    async fn user(&self, role: Role, area: AreaCode) -> Id {
        let system = Scope::for_test(
            Id::from_bytes([0; 16]),
            Role::Administrator,
            AreaCode::NATION,
        );
        let mut work = Work::begin(&self.app, &system)
            .await
            .expect("a work begins");
        let login = format!("{}.{}", role.key(), self.app.ids().make());
        let name = format!("Uji {}", role.key());
        let id = make_user(
            &mut work,
            &NewUser {
                login,
                name,
                role,
                area,
            },
        )
        .await
        .expect("a user");
        work.commit().await.expect("a user is kept");
        id
    }

    /// Starts a unit of work in a new user's name.
    pub async fn work(&self, role: Role) -> Work {
        let scope = self.scope(role).await;
        self.work_as(&scope).await
    }

    pub async fn work_as(&self, scope: &Scope) -> Work {
        Work::begin(&self.app, scope).await.expect("a work begins")
    }

    /// A signed-in client with the role's usual area.
    pub async fn client(&self, role: Role) -> Client {
        self.client_in(role, Self::area_of(role)).await
    }

    /// A signed-in client with this area.
    pub async fn client_in(&self, role: Role, area: AreaCode) -> Client {
        let scope = self.scope_in(role, area).await;
        let token = crate::access::session::open_session(&self.app, scope.user(), None)
            .await
            .expect("a session opens");
        let session = crate::access::session::session_of(&self.app, &token).await;
        let csrf = session.expect("a session").expect("a session").csrf;
        Client {
            service: self.service.clone(),
            cookie: format!("simpul={token}"),
            credential: String::new(),
            csrf,
            scope,
        }
    }

    /// A phone that shows this credential.
    pub fn with_credential(&self, credential: &str) -> Client {
        Client {
            credential: format!("Bearer {credential}"),
            ..self.anonymous()
        }
    }

    /// A client who is not signed in.
    pub fn anonymous(&self) -> Client {
        Client {
            service: self.service.clone(),
            cookie: String::new(),
            credential: String::new(),
            csrf: String::new(),
            scope: Scope::for_test(Id::from_bytes([0; 16]), Role::Pemantau, AreaCode::NATION),
        }
    }
}

impl Client {
    /// Switches the language of the pages.
    #[must_use]
    pub fn in_english(mut self) -> Self {
        self.cookie = format!("{}; bahasa=en", self.cookie);
        self
    }

    pub async fn get(&self, path: impl AsRef<str>) -> Answer {
        self.send(Request::get(path.as_ref()), Body::empty()).await
    }

    /// Sends a form as a browser does, with the form token.
    pub async fn post(&self, path: impl AsRef<str>, fields: &[(&str, &str)]) -> Answer {
        let mut fields: Vec<(&str, &str)> = fields.to_vec();
        fields.push(("_csrf", &self.csrf));
        self.post_raw(path, &fields).await
    }

    /// Sends a form with just these fields.
    pub async fn post_raw(&self, path: impl AsRef<str>, fields: &[(&str, &str)]) -> Answer {
        let body = serde_urlencoded::to_string(fields).expect("a form");
        let request =
            Request::post(path.as_ref()).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(body)).await
    }

    /// Sends a form with a file as a browser does, with the form token.
    pub async fn upload(
        &self,
        path: impl AsRef<str>,
        fields: &[(&str, &str)],
        file: &[u8],
    ) -> Answer {
        const EDGE: &str = "----edge-of-a-test";
        let csrf = ("_csrf", self.csrf.as_str());
        let mut body = Vec::new();
        for (name, value) in fields.iter().chain([&csrf]) {
            let head = format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"");
            body.extend(format!("{head}\r\n\r\n{value}\r\n").into_bytes());
        }
        let named = "name=\"berkas\"; filename=\"../../x.svg\"\r\nContent-Type: image/svg+xml";
        let head = format!("--{EDGE}\r\nContent-Disposition: form-data; {named}\r\n\r\n");
        body.extend(head.into_bytes());
        body.extend(file);
        body.extend(format!("\r\n--{EDGE}--\r\n").into_bytes());
        let kind = format!("multipart/form-data; boundary={EDGE}");
        let request = Request::post(path.as_ref()).header(CONTENT_TYPE, kind);
        self.send(request, Body::from(body)).await
    }

    /// Asks as a program does.
    pub async fn json(&self, method: &Method, path: impl AsRef<str>, body: &str) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path.as_ref())
            .header(CONTENT_TYPE, "application/json");
        self.send(request, Body::from(body.to_owned())).await
    }

    async fn send(&self, request: axum::http::request::Builder, body: Body) -> Answer {
        let request = if self.credential.is_empty() {
            request.header(COOKIE, &self.cookie)
        } else {
            request.header(AUTHORIZATION, &self.credential)
        };
        let request = request.body(body).expect("a request");
        let response = self
            .service
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        let header = |name| {
            let value: Option<&axum::http::HeaderValue> = response.headers().get(name);
            value
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        let (status, location) = (response.status(), header(LOCATION));
        let headers = response.headers().clone();
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX)
            .await
            .expect("a body");
        Answer {
            status,
            location,
            headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}
