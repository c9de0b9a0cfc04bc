//! The table of routes: every page says who may come, and the router is built from it. A test
//! walks the same table with every role and area.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, on};
use simpul_db::Migration;

use super::Role;
use super::session::{SESSION_COOKIE, session_of};
use crate::platform::error::JsonError;
use crate::platform::http::cookie;
use crate::platform::page::NavItem;
use crate::platform::upload::MAX_UPLOAD_BYTES;
use crate::platform::words::Words;
use crate::platform::{App, AppError};

/// One capability of the application.
#[derive(Clone, Copy)]
pub struct Slice {
    pub name: &'static str,
    pub migrations: &'static [Migration],
    pub words: Words,
    pub routes: fn() -> Vec<Route>,
    pub nav: &'static [Nav],
}

/// A menu entry and the roles that have it.
#[derive(Clone, Copy, Debug)]
pub struct Nav {
    pub item: NavItem,
    /// Work of every day: it stands in sight where a role has more entries than a phone shows.
    pub daily: bool,
    pub roles: &'static [Role],
}

/// Who may come to a route.
#[derive(Clone, Copy, Debug)]
pub enum Who {
    Public,
    Roles(&'static [Role]),
    /// A phone with its credential, for programs: answers are JSON.
    Phone,
}

/// One route.
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub who: Who,
    handler: MethodRouter<App>,
}

impl Route {
    pub fn get<H, T>(path: &'static str, who: Who, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let handler = on(axum::routing::MethodFilter::GET, handler);
        Self {
            method: Method::GET,
            path,
            who,
            handler,
        }
    }

    pub fn post<H, T>(path: &'static str, who: Who, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let handler = on(axum::routing::MethodFilter::POST, handler);
        Self {
            method: Method::POST,
            path,
            who,
            handler,
        }
    }
}

impl Route {
    /// A form that may bring a file.
    pub fn upload<H, T>(path: &'static str, who: Who, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let route = Self::post(path, who, handler);
        let limit = DefaultBodyLimit::max(MAX_UPLOAD_BYTES);
        Self {
            handler: route.handler.layer(limit),
            ..route
        }
    }
}

/// The menus of all slices, as a part of the application.
pub struct Menu(pub Vec<Nav>);

/// The first page of a role: its own, or the first of its menu where that one is not served.
pub fn home_for(app: &App, role: Role) -> &'static str {
    let nav = nav_for(app, role);
    let own = nav.iter().find(|item| item.path == role.home());
    own.or(nav.first()).map_or("/layanan", |item| item.path)
}

/// The menu of a role: its first page first, then the daily work, in the order of the slices.
pub fn nav_for(app: &App, role: Role) -> Vec<NavItem> {
    let menu = app.part::<Menu>();
    let mine = menu.0.iter().filter(|nav| nav.roles.contains(&role));
    let mut mine: Vec<&Nav> = mine.collect();
    mine.sort_by_key(|nav| (nav.item.path != role.home(), !nav.daily));
    mine.into_iter().map(|nav| nav.item).collect()
}

/// The router of these routes.
pub fn router(routes: Vec<Route>, app: &App) -> Router<App> {
    routes.into_iter().fold(Router::new(), |router, route| {
        let handler = match route.who {
            Who::Public => route.handler,
            Who::Phone => {
                let guard = middleware::from_fn_with_state(app.clone(), phone_guard);
                route.handler.layer(guard)
            }
            Who::Roles(roles) => {
                let guard = middleware::from_fn_with_state((app.clone(), roles), guard);
                route.handler.layer(guard)
            }
        };
        router.route(route.path, handler)
    })
}

/// Lets in who is signed in with one of the roles. Anonymous people are sent to sign in; for a
/// wrong role the page does not exist.
async fn guard(
    State((app, roles)): State<(App, &'static [Role])>,
    mut request: Request,
    next: Next,
) -> Response {
    let token = cookie(request.headers(), SESSION_COOKIE).map(str::to_owned);
    let session = match token {
        Some(token) => match session_of(&app, &token).await {
            Ok(session) => session,
            Err(error) => return error.into_response(),
        },
        None => None,
    };
    match session {
        None if request.method() == Method::GET => Redirect::to("/masuk").into_response(),
        None => AppError::StaleForm.into_response(),
        Some(session) if roles.contains(&session.scope.role()) => {
            request.extensions_mut().insert(session);
            next.run(request).await
        }
        Some(_) => AppError::NotFound.into_response(),
    }
}

/// Lets in a phone whose credential is good. Nothing on the phone is lost by a refusal: it keeps
/// its entries and asks its user to sign in again.
async fn phone_guard(State(app): State<App>, mut request: Request, next: Next) -> Response {
    match super::device::phone_of(&app, request.headers()).await {
        Ok(Some(phone)) => {
            request.extensions_mut().insert(phone);
            next.run(request).await
        }
        Ok(None) => JsonError(AppError::SignedOut).into_response(),
        Err(error) => JsonError(error).into_response(),
    }
}
