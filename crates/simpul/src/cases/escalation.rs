//! The clock passes up what nobody moved: from the village to the supervisor, from there to the
//! manajer. It may be stopped and started at any time: each case is raised in a transaction of its
//! own, under the version that was seen.

use simpul_db::args;

use super::clock::due_after;
use super::doors::keep;
use super::model::{Action, Json};
use super::sql::{self, CaseRow, OverdueRow};
use crate::access::{Role, Scope, Work};
use crate::platform::{App, AppError, Instant, Result};

/// The service time that those above have before it goes further up.
const HIGHER: &str = "eskalasi";
/// No service time of those above is shorter than this: what was raised later is not read.
const AT_LEAST_MS: i64 = 3_600_000;
/// How often the clock looks.
const EVERY: std::time::Duration = std::time::Duration::from_secs(60);

/// Passes up every case whose time has run out; gives how many.
///
/// # Errors
/// When the database is away.
pub async fn raise_late(app: &App) -> Result<usize> {
    let now = app.now();
    let late: Vec<OverdueRow> = app
        .db()
        .all(&sql::OVERDUE, args![now, Instant(now.0 - AT_LEAST_MS)])
        .await?;
    let mut raised = 0;
    for row in late {
        match raise(app, &row, now).await {
            Ok(true) => raised += 1,
            // Somebody moved it at this very moment.
            Ok(false) | Err(AppError::Conflict(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(raised)
}

async fn raise(app: &App, late: &OverdueRow, now: Instant) -> Result<bool> {
    let scope = Scope::of_program_at(*late.area);
    let mut work = Work::begin(app, &scope).await?;
    let (scope, tx) = work.parts();
    let seen = scope.bind(args![true, false, scope.user(), late.id]);
    let Some(row): Option<CaseRow> = tx.opt(&sql::CASE, seen).await? else {
        return Ok(false);
    };
    let place = scope.admit(&row.area)?;
    let before = row.progress();
    if before.state.is_final() || row.due_at > now {
        return Ok(false);
    }
    if let Some(raised) = before.custody.raised_at
        && due_after(HIGHER, raised, place.zone())? > now
    {
        return Ok(false);
    }
    let Some(after) = before.raised(now) else {
        return Ok(false);
    };
    let action = Action::Escalate {
        to: after.custody.tier,
        why: "Waktunya lewat.".to_owned(),
    };
    let (kabupaten, area) = (place.kabupaten().as_str(), place.area().as_str());
    let step = args![
        kabupaten,
        app.ids().make(),
        area,
        row.id,
        row.version + 1,
        after.changed_at,
        scope.user(),
        Role::Administrator,
        action.act(),
        Json(&action),
        after.state,
        None::<crate::platform::Id>
    ];
    if tx.exec(&sql::MAKE_STEP, step).await? == 0 {
        return Ok(false);
    }
    keep(&mut work, &place, &row, &after, row.urgency, None).await?;
    work.record(&place, "cases", "raised", row.household, &(row.id, &action))?;
    work.commit().await?;
    Ok(true)
}

/// Looks every minute, as long as the program runs.
pub async fn watch(app: App) {
    loop {
        if let Err(error) = raise_late(&app).await {
            tracing::warn!(%error, "late cases could not be passed up; tried again in a minute");
        }
        tokio::time::sleep(EVERY).await;
    }
}
