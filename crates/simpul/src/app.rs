//! Puts the application together: database, keys, slices.

use axum::Router;
use simpul_db::{Db, Migration};
use simpul_identity::KeyRing;

use crate::access::{self, Marks, Menu, Nav, ReadLog, Route, Slice};
use crate::cases;
use crate::duplicates;
use crate::monitoring;
use crate::platform::config::{Config, Profile};
use crate::platform::points::Points;
use crate::platform::print::Printer;
use crate::platform::words::{self, Words};
use crate::platform::{App, Clock, Parts, Result};
use crate::posyandu;
use crate::registry;
use crate::screening;
use crate::sync;
use crate::tracking;

/// All slices, lower floors first.
pub const SLICES: &[Slice] = &[
    access::SLICE,
    registry::SLICE,
    duplicates::SLICE,
    cases::SLICE,
    screening::SLICE,
    posyandu::SLICE,
    tracking::SLICE,
    monitoring::SLICE,
    sync::SLICE,
];

const PLATFORM_WORDS: Words = Words {
    id: include_str!("platform/words/id.ftl"),
    en: include_str!("platform/words/en.ftl"),
};

/// The numbered migrations of all slices, in order.
pub fn migrations() -> Vec<Migration> {
    let mut all: Vec<Migration> = SLICES
        .iter()
        .flat_map(|slice| slice.migrations.iter().copied())
        .collect();
    all.sort_by_key(|migration| migration.number);
    all
}

/// Brings the database to this program's version and builds the application on it.
///
/// # Errors
/// When the database is away, newer than the program, cannot be migrated, or has other keys.
pub async fn assemble(db: Db, keys: KeyRing, clock: Clock, config: Config) -> Result<App> {
    simpul_db::migrate(&db, &migrations()).await?;
    words::install(std::iter::once(&PLATFORM_WORDS).chain(SLICES.iter().map(|s| &s.words)));
    crate::keys::check(&db, &keys).await?;
    let marks = Marks::read(&db).await?;
    let epoch = access::epoch(&db).await?;
    let gateways = cases::Gateways::read(&config.data)?;
    let parts = Parts::default()
        .with(gateways)
        .with(ReadLog::start(db.clone()))
        .with(menu(config.profile))
        .with(registry::GoesAlong(&[
            cases::GOES_ALONG,
            screening::GOES_ALONG,
        ]))
        .with(registry::LiveRegisters::default())
        .with(screening::PostGaps(posyandu::gaps))
        .with(tracking::Tries::default())
        .with(cases::Doorbell::default())
        .with(duplicates::SearchBell::default())
        .with(Points::default())
        .with(Printer::new(config.printer.clone(), Default::default()))
        .with(epoch)
        .with(marks);
    Ok(App::new(db, keys, clock, config, parts))
}

/// The service that is served.
pub fn service(app: &App) -> Router {
    let routes = routes(app.config().profile);
    crate::platform::http::frame(access::router(routes, app), app)
}

/// What referral, reply and tracking need, without posts, figures and phones.
const REFERRALS: &[Slice] = &[
    access::SLICE,
    registry::SLICE,
    cases::SLICE,
    tracking::SLICE,
];

fn routes(profile: Profile) -> Vec<Route> {
    let all = |slice: &Slice| (slice.routes)();
    match profile {
        Profile::Lengkap => SLICES.iter().flat_map(all).collect(),
        Profile::Rujukan => {
            // The page of a family stands above cases, and every list leads to it.
            let of_families = |route: &Route| route.path.starts_with("/keluarga/");
            let families = (screening::SLICE.routes)();
            let families = families.into_iter().filter(of_families);
            REFERRALS.iter().flat_map(all).chain(families).collect()
        }
    }
}

fn menu(profile: Profile) -> Menu {
    let of = |slices: &[Slice]| slices.iter().flat_map(|slice| slice.nav).copied().collect();
    match profile {
        Profile::Lengkap => Menu(of(SLICES)),
        Profile::Rujukan => {
            let mut menu: Vec<Nav> = of(REFERRALS);
            menu.extend(cases::POST_NAV);
            Menu(menu)
        }
    }
}

/// How often what waits is tried again, in seconds.
const WAITING_EVERY: u64 = 600;

/// How often corrections are looked for that change what was concluded, in seconds.
const CORRECTED_EVERY: u64 = 30;

/// Does what is due or was asked for in the background, until the returned task is dropped or
/// ended.
pub fn jobs(app: &App) -> tokio::task::JoinHandle<()> {
    let app = app.clone();
    tokio::spawn(async move {
        tokio::join!(
            every(WAITING_EVERY, "try waiting entries", || sync::tick(&app)),
            every(CORRECTED_EVERY, "judge anew what was corrected", || {
                posyandu::judge_corrected(&app)
            }),
            duplicates::watch_searches(app.clone())
        );
    })
}

/// Does a job at once and then again and again; one that fails is tried the next time.
async fn every<F: Future<Output = Result<()>>>(
    seconds: u64,
    job: &str,
    mut run: impl FnMut() -> F,
) {
    let mut due = tokio::time::interval(std::time::Duration::from_secs(seconds));
    loop {
        due.tick().await;
        if let Err(error) = run().await {
            tracing::warn!(%error, job, "a job of the background failed");
        }
    }
}
