//! Looks at whoever was registered or changed, by whatever way it came: a page, a phone, an import.
//! Who may be somebody known, in the own village or in another one, gets on the list of those who
//! may see both.

use simpul_db::args;
use simpul_identity::{AreaCode, RegionCode};
use simpul_linkage::Options;

use super::super::sql::runs;
use super::engine::{Alike, score};
use super::worker::{KEPT_AT_ONCE, hold, put_on_list};
use crate::access::{self, Scope, Work, journal};
use crate::platform::{App, AppError, Result};
use crate::registry::{self, LiveRegister};

/// Persons that are compared before others may ask.
const ASKED_AT_ONCE: usize = 500;

/// Looks at what changed in every kabupaten whose register is in memory or has room there; the
/// others are looked through by a search. How many pairs got on the list.
///
/// # Errors
/// When the database is away.
pub async fn look_at_changes(app: &App) -> Result<usize> {
    let mut fresh = 0;
    for code in journal::kabupaten(app).await? {
        let kabupaten = RegionCode::parse(&code).map_err(AppError::internal)?;
        if registry::has_room(app, kabupaten) {
            fresh += look_at(app, kabupaten).await?;
        }
    }
    Ok(fresh)
}

async fn look_at(app: &App, kabupaten: RegionCode) -> Result<usize> {
    // In memory before somebody registers a person and waits for it. Still being read: next time.
    if registry::live_register(app, kabupaten).await?.is_none() {
        return Ok(0);
    }
    let Some(after) = watched(app, kabupaten).await? else {
        return Ok(0);
    };
    let scope = Scope::of_program_at(AreaCode::from(kabupaten));
    let changed = registry::changed_since(&mut app.db(), &scope, app.keys(), after).await?;
    let Some(changed) = changed else { return Ok(0) };
    let mut found = Vec::new();
    // After an import there are many: who registers somebody meanwhile asks in between.
    for some in changed.living.chunks(ASKED_AT_ONCE) {
        let Some(mut register) = registry::live_register(app, kabupaten).await? else {
            return Ok(0);
        };
        for person in some {
            let known = register.alike(person, Options::default().threshold)?;
            found.extend(known.iter().map(|known| pair(&register, person, known)));
        }
    }
    let mut fresh = 0;
    for some in found.chunks(KEPT_AT_ONCE) {
        let mut work = Work::begin(app, &scope).await?;
        hold(&mut work, some.iter().map(|alike| (alike.one, alike.other))).await?;
        for alike in some {
            fresh += usize::from(put_on_list(&mut work, alike).await?);
        }
        work.commit().await?;
    }
    let mut tx = app.db().begin().await?;
    tx.exec(&runs::KEEP_WATCHED, args![kabupaten.as_str(), changed.upto])
        .await?;
    tx.commit().await?;
    Ok(fresh)
}

/// Up to which number a kabupaten was looked at; from the first time on, from there.
async fn watched(app: &App, kabupaten: RegionCode) -> Result<Option<i64>> {
    let db = app.db();
    let upto: Option<i64> = db.opt(&runs::WATCHED, args![kabupaten.as_str()]).await?;
    if upto.is_none() {
        let mut tx = db.begin().await?;
        let head = access::head(&mut tx, kabupaten.as_str()).await?;
        tx.exec(&runs::BEGIN_WATCH, args![kabupaten.as_str(), head])
            .await?;
        tx.commit().await?;
    }
    Ok(upto)
}

fn pair(register: &LiveRegister, person: &registry::Compared, known: &registry::Alike) -> Alike {
    let index = register.index();
    let found = &known.found;
    Alike {
        one: person.id.min(known.id),
        other: person.id.max(known.id),
        score: score(
            (index.schema(), index.model()),
            (found.probability, found.weight),
            &found.evidence,
        ),
    }
}
