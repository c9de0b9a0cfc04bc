//! Code and number of a case: drawn once, kept sealed.

use simpul_db::{Statement, System, args};
use simpul_identity::{Aad, KeyRing, LookupKind, Sealed};

use super::{reads, sql};
use crate::access::{Place, Work};
use crate::platform::id::random;
use crate::platform::{AppError, Id, Result};
use simpul_phone::ticket::Ticket;

/// The ticket of a referral: the slip that the family holds, a new one, or that of the case.
pub(super) async fn ticket_of(
    work: &mut Work,
    place: &Place,
    case: Id,
    made: bool,
    slip: Option<Ticket>,
) -> Result<Ticket> {
    let (statement, ticket) = match (made, slip) {
        (true, slip) => (
            &sql::MAKE_TICKET,
            slip.unwrap_or_else(|| Ticket::draw(random())),
        ),
        (false, Some(slip)) => (&sql::MAKE_MORE_TICKET, slip),
        (false, None) => {
            let (scope, keys) = (work.scope().clone(), work.app().clone());
            return reads::ticket(work.tx(), &scope, keys.keys(), case).await;
        }
    };
    keep_ticket(work, place, case, ticket, statement).await?;
    Ok(ticket)
}

async fn keep_ticket(
    work: &mut Work,
    place: &Place,
    case: Id,
    ticket: Ticket,
    statement: &'static Statement<System>,
) -> Result<()> {
    let keys = work.app().clone();
    let hash = keys.keys().lookup(LookupKind::Ticket, &ticket.code.plain());
    let sealed = seal(keys.keys(), case, ticket);
    let (kabupaten, area) = (place.kabupaten().as_str(), place.area().as_str());
    let row = args![kabupaten, case, area, hash.0, sealed.0];
    work.tx().exec(statement, row).await?;
    Ok(())
}

fn ticket_aad(case: &Id) -> Aad<'_> {
    Aad {
        table: "tickets",
        column: "sealed",
        row: case.as_bytes(),
    }
}

fn seal(keys: &KeyRing, case: Id, ticket: Ticket) -> Sealed {
    let plain = format!("{} {}", ticket.code.plain(), ticket.number);
    keys.seal(random(), ticket_aad(&case), plain.as_bytes())
}

/// Opens the sealed code and number of a case.
pub(super) fn unseal(keys: &KeyRing, case: Id, sealed: Vec<u8>) -> Result<Ticket> {
    let plain = keys
        .open(ticket_aad(&case), &Sealed(sealed))
        .map_err(AppError::internal)?;
    let parts = std::str::from_utf8(&plain)
        .ok()
        .and_then(|text| text.split_once(' '));
    let (code, number) = parts.ok_or_else(|| AppError::internal("a sealed ticket is malformed"))?;
    Ok(Ticket {
        code: code.parse().map_err(AppError::internal)?,
        number: number.parse().map_err(AppError::internal)?,
    })
}
