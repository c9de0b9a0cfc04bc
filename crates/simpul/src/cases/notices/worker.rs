//! Sends what is due. A notice is taken for a while, sent, then marked: a crash in between sends
//! it again under the same id, and none is lost.

use std::time::Duration;

use serde_json::json;
use simpul_db::{Statement, System, Value, args};
use zeroize::Zeroizing;

use super::super::reads;
use super::super::slip::village_name;
use super::doors::refuses_notices;
use super::gateways::{Gateways, Quiet};
use super::send::Parcel;
use super::sql::{self, DueRow};
use super::texts::Filling;
use super::{Channel, Fault};
use crate::access::Scope;
use crate::platform::time::Zone;
use crate::platform::words::Lang;
use crate::platform::{App, AppError, Instant, Result};
use crate::registry;

/// How often the sender looks.
const EVERY: Duration = Duration::from_secs(5);
/// For how long a notice is taken; longer than any way out takes.
const TAKEN_SECONDS: i64 = 300;
/// Seconds until the next try: soon at first, a day at last.
const PATIENCE: [i64; 8] = [60, 300, 1_800, 7_200, 21_600, 43_200, 86_400, 86_400];
const HOUR_MS: i64 = 3_600_000;

/// Sends for as long as the program runs.
pub async fn run(app: App) {
    loop {
        if let Err(error) = deliver_due(&app).await {
            tracing::warn!(%error, "notices not sent");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Tries every notice that is due; the number of those that went out.
///
/// # Errors
/// When the database is away.
pub async fn deliver_due(app: &App) -> Result<usize> {
    let ways: &Gateways = app.part();
    let open = [
        ways.sms.is_some(),
        ways.smtp.is_some(),
        !ways.webhook.is_empty(),
    ];
    let mut sent = 0;
    if !open.contains(&true) {
        return Ok(sent);
    }
    loop {
        let now = app.now();
        let [sms, smtp, hooks] = open;
        let due: Vec<DueRow> = app
            .db()
            .all(&sql::DUE, args![now, sms, smtp, hooks])
            .await?;
        if due.is_empty() {
            return Ok(sent);
        }
        for row in due {
            sent += usize::from(deliver(app, ways, &row, now).await?);
        }
    }
}

/// Changes the row of a notice in a transaction of its own; whether it changed.
async fn mark(app: &App, statement: &'static Statement<System>, args: Vec<Value>) -> Result<bool> {
    let mut tx = app.db().begin().await?;
    let changed = tx.exec(statement, args).await?;
    tx.commit().await?;
    Ok(changed == 1)
}

async fn deliver(app: &App, ways: &Gateways, row: &DueRow, now: Instant) -> Result<bool> {
    let own = |rest: &[Value]| -> Vec<Value> {
        let own = args![row.kabupaten, row.id];
        own.into_iter().chain(rest.iter().cloned()).collect()
    };
    let zone = row.area.region().and_then(|region| region.zone());
    let wake = waking(now, zone.unwrap_or(Zone::Wib), ways.quiet);
    if let Some(wake) = wake.filter(|_| row.channel == Channel::Hp) {
        mark(app, &sql::WAIT_UNTIL, own(&args![wake])).await?;
        return Ok(false);
    }
    let until = now.plus_seconds(TAKEN_SECONDS);
    if !mark(app, &sql::TAKE, own(&args![row.due_at, until])).await? {
        return Ok(false);
    }
    let outcome = match parcel(app, ways, row).await? {
        Ok(parcel) => {
            let id = row.id;
            let sent = tokio::task::spawn_blocking(move || parcel.send(id)).await;
            sent.map_err(AppError::internal)?
        }
        Err(fault) => Err(fault),
    };
    let tries = usize::try_from(row.tries).unwrap_or(usize::MAX);
    match (outcome, PATIENCE.get(tries)) {
        (Ok(()), _) => {
            mark(app, &sql::SENT, own(&args![app.now()])).await?;
            Ok(true)
        }
        (Err(fault @ Fault::TakTerjangkau), Some(seconds)) => {
            let next = app.now().plus_seconds(*seconds);
            mark(app, &sql::AGAIN, own(&args![next, fault])).await?;
            Ok(false)
        }
        (Err(fault), _) => {
            mark(app, &sql::STOP, own(&args![app.now(), fault])).await?;
            Ok(false)
        }
    }
}

/// During quiet hours: when they end.
pub(super) fn waking(now: Instant, zone: Zone, quiet: Quiet) -> Option<Instant> {
    let hour = now.civil(zone).hour();
    let is_quiet = match quiet.from <= quiet.to {
        true => (quiet.from..quiet.to).contains(&hour),
        false => hour >= quiet.from || hour < quiet.to,
    };
    let into = i64::from((24 + quiet.to - hour) % 24) * HOUR_MS;
    let past = (now.0 + i64::from(zone.hours()) * HOUR_MS).rem_euclid(HOUR_MS);
    is_quiet.then_some(Instant(now.0 + into - past))
}

/// What goes to the receiver of a notice, or why nothing can.
async fn parcel(app: &App, ways: &Gateways, row: &DueRow) -> Result<Result<Parcel, Fault>> {
    Ok(match row.channel {
        Channel::Hp => return for_family(app, ways, row).await,
        Channel::Surel => {
            let to = ways.mail.iter().find(|one| one.name == row.target);
            let village = village_name(&row.area);
            let (subject, text) = Filling {
                village: &village,
                tail: "",
                address: &app.config().public_url,
            }
            .desk();
            ways.smtp
                .clone()
                .zip(to.cloned())
                .map(|(way, to)| Parcel::Mail {
                    way,
                    to,
                    subject,
                    text,
                })
                .ok_or(Fault::TanpaTujuan)
        }
        Channel::Kait => {
            let way = ways.webhook.iter().find(|one| one.name == row.target);
            // An opaque id: who may read the case asks for it with a right of its own.
            let body = json!({
                "id": row.id, "kind": row.kind, "case": row.case_id, "area": row.area.as_str(),
                "at": row.made_at,
            });
            way.cloned()
                .map(|way| Parcel::Hook {
                    way,
                    body: body.to_string(),
                })
                .ok_or(Fault::TanpaTujuan)
        }
    })
}

async fn for_family(app: &App, ways: &Gateways, row: &DueRow) -> Result<Result<Parcel, Fault>> {
    let Some(way) = ways.sms.clone() else {
        return Ok(Err(Fault::TanpaTujuan));
    };
    let refused = refuses_notices(&mut app.db(), row.kabupaten.as_str(), row.household).await?;
    if refused || row.need.is_restricted() {
        return Ok(Err(Fault::TidakMau));
    }
    let scope = Scope::of_program_at(*row.area);
    let phone = family_phone(app, &scope, row.household).await?;
    let Some(phone) = phone else {
        return Ok(Err(Fault::TanpaNomor));
    };
    let text = family_text(app, &scope, row.case_id, Lang::Id).await?;
    Ok(Ok(Parcel::Sms { way, phone, text }))
}

/// The number of the head of a family, else of any member: `62...`.
pub(super) async fn family_phone(
    app: &App,
    scope: &Scope,
    household: crate::platform::Id,
) -> Result<Option<Zeroizing<String>>> {
    let members = registry::members(&mut app.db(), scope, household).await?;
    let mut phones: Vec<_> = members
        .iter()
        .filter(|person| person.state == registry::PersonState::Active)
        .filter_map(|person| Some((person.relation, person.phone.as_ref()?)))
        .collect();
    phones.sort_by_key(|(relation, _)| *relation != registry::Relation::KepalaKeluarga);
    match phones.first() {
        Some((_, phone)) => Ok(Some(phone.for_notice(app.keys())?)),
        None => Ok(None),
    }
}

/// What the family reads on its telephone.
pub(super) async fn family_text(
    app: &App,
    scope: &Scope,
    case: crate::platform::Id,
    lang: Lang,
) -> Result<String> {
    let mut db = app.db();
    let ticket = reads::ticket(&mut db, scope, app.keys(), case).await?;
    let code = ticket.code.plain();
    let tail = &code[code.len().saturating_sub(3)..];
    let village = village_name(scope.area());
    let filling = Filling {
        village: &village,
        tail,
        address: &app.config().public_url,
    };
    Ok(filling.family(lang))
}
