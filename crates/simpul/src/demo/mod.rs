//! `simpul demo`: six villages of invented people, one Posyandu morning in each, played through
//! the same doors that the pages use, and its story in numbers.

mod desk;
mod morning;
mod people;
mod story;
mod users;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};
use jiff::ToSpan as _;
use jiff::civil::Date;
use simpul_db::{Db, DbUrl};
use simpul_synth::{Pilot, Village, pilots};

use crate::access::{Marks, Role, settings};
use crate::cli::Place;
use crate::platform::config::Config;
use crate::platform::time::Zone;
use crate::platform::{App, AppError, Clock, Instant, Result};

/// Changes whenever the demo would play otherwise.
const EDITION: &str = "2";
const SEED: u64 = 2026;
/// Families of each village that a second post recorded again.
const AGAIN: usize = 6;
/// Residents of each village.
const RESIDENTS: usize = 2_000;
/// Setting that says which demo a database holds.
const DEMO: &str = "demo";
/// The hour by which all is played, in the westernmost zone.
const PLAYED_BY_HOUR: i8 = 16;

/// The demo's database, played if it is not there yet: on the last day that is over, or on an
/// earlier one.
///
/// # Errors
/// When the folder holds real data, the day is not over, or the database cannot be used.
pub async fn prepare(place: &Place, config: Config, on: Option<Date>) -> Result<App> {
    if place.database.is_some() {
        return Err(AppError::Internal(
            "the demo plays on the embedded database only".into(),
        ));
    }
    std::fs::create_dir_all(&place.data)?;
    let last = play_day(&Clock::System);
    let day = on.unwrap_or(last);
    if day > last {
        return Err(AppError::Internal(format!(
            "--on {day}: that day is not over yet; the last one is {last}"
        )));
    }
    let mark = format!("{EDITION}/{:x}/{SEED}/{RESIDENTS}/{day}", schema_mark());
    let file = place.database_file();
    if file.exists() {
        if holds(&file).await? == Some(mark.clone()) {
            return place.open(config.listen, Some(config.public_url)).await;
        }
        remove(&file)?;
    }
    let keys = crate::keys::load_or_make(&place.data, false, &Clock::System)?;
    let db = Db::open(&DbUrl::sqlite(&file)).await?;
    let clock = Clock::manual(at(day, 6, Zone::Wib));
    let stage = crate::app::assemble(db.clone(), keys, clock.clone(), config.clone()).await?;
    stage.part::<Marks>().become_synthetic(&db).await?;
    play(&stage, &clock, day, RESIDENTS, &pilots()).await?;
    settings::keep(&db, DEMO, &mark).await?;
    db.close().await;
    place.open(config.listen, Some(config.public_url)).await
}

/// Plays the villages on a stage whose clock it moves.
///
/// # Errors
/// When a door refuses what the demo brings: a mistake of ours.
pub async fn play(
    stage: &App,
    clock: &Clock,
    day: Date,
    residents: usize,
    pilots: &[Pilot],
) -> Result<()> {
    let bar = progress(pilots.len());
    let password = users::password_hash().await?;
    users::nationwide(stage, &password).await?;
    for (number, pilot) in (0..).zip(pilots) {
        bar.set_message(format!("{}: families", pilot.village));
        let village = Village::generate(SEED + number, pilot.area, residents, day)
            .map_err(AppError::internal)?;
        let zone = pilot.area.zone().unwrap_or(Zone::Wib);
        clock.set(at(day, 6, zone));
        let cast = users::cast(stage, &village, number == users::PRINTED, &password).await?;
        let homes = people::register(stage, &cast, &village).await?;
        bar.inc(1);
        bar.set_message(format!("{}: growth until last month", pilot.village));
        people::grow(stage, &cast, &village, &homes).await?;
        bar.inc(1);
        bar.set_message(format!("{}: the morning", pilot.village));
        clock.set(at(day, 8, zone));
        morning::play(stage, clock, &cast, &village, &homes).await?;
        bar.set_message(format!("{}: the desk", pilot.village));
        clock.set(at(day, 13, zone));
        desk::play(stage, clock, &cast, &village, &homes).await?;
        people::record_again(stage, &cast, &village, SEED + number).await?;
        desk::look_for_doubles(stage, &cast).await?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}

/// Prints the story, and the users to sign in with.
///
/// # Errors
/// When the database is away.
pub async fn tell(app: &App) -> Result<()> {
    let mark = settings::get(app.db(), DEMO).await?.unwrap_or_default();
    let day = mark.rsplit('/').next().and_then(|day| day.parse().ok());
    story::tell(
        app,
        day.ok_or_else(|| AppError::Internal("no demo here".into()))?,
    )
    .await?;
    for &role in Role::ALL {
        println!(
            "user {} {} {}",
            role.key(),
            users::login(role),
            users::PASSWORD
        );
    }
    Ok(())
}

/// Changes whenever a table does: an older demo is played anew, never migrated.
fn schema_mark() -> u64 {
    let mut hasher = DefaultHasher::new();
    for migration in crate::app::migrations() {
        migration.sql.hash(&mut hasher);
    }
    hasher.finish()
}

/// The last day on which a whole demo day is over.
fn play_day(clock: &Clock) -> Date {
    let now = clock.now();
    let today = now.date_in(Zone::Wib);
    if now >= at(today, PLAYED_BY_HOUR, Zone::Wib) {
        today
    } else {
        today.saturating_sub(1.day())
    }
}

/// A full hour of a local day.
fn at(day: Date, hour: i8, zone: Zone) -> Instant {
    let midnight = day
        .duration_since(jiff::civil::date(1970, 1, 1))
        .as_millis();
    let hours = i64::from(hour) - i64::from(zone.hours());
    Instant(i64::try_from(midnight).unwrap_or(0) + hours * 3_600_000)
}

/// Which demo a database holds. One that is not marked synthetic is never touched.
async fn holds(file: &Path) -> Result<Option<String>> {
    let db = Db::open(&DbUrl::sqlite(file)).await?;
    let (synthetic, mark) = match settings::get(&db, settings::SYNTHETIC).await {
        Ok(synthetic) => (synthetic.is_some(), settings::get(&db, DEMO).await?),
        Err(_) => (false, None),
    };
    db.close().await;
    if !synthetic {
        return Err(AppError::Internal(format!(
            "{} does not hold the demo; choose an empty folder with --data",
            file.display()
        )));
    }
    Ok(mark)
}

fn remove(file: &Path) -> Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        let part = format!("{}{suffix}", file.display());
        match std::fs::remove_file(part) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

fn progress(villages: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(villages as u64 * 3).with_style(style)
}
