//! What a citizen reads with the code and number of a slip, without signing in.

use jiff::civil::Date;
use simpul_db::args;
use simpul_identity::{AreaCode, LookupKind};
use simpul_rules::{PublicState, Rulebook, Text};

use super::directory::{Service, services_for};
use super::model::{Action, Decider};
use super::reads::Step;
use super::sql::{self, StepRow, TicketRow};
use super::tickets::unseal;
use super::transitions::Progress;
use super::voices::pages::{ObjectionLine, VoiceLine};
use super::voices::{Folder, Level, PUBLIC_CASE, Pass, PublicCase, Voice, folder};
use crate::access::Scope;
use crate::access::session::{count_failure, failure_subject, refuse_locked};
use crate::platform::time::Zone;
use crate::platform::words::Lang;
use crate::platform::{App, AppError, Id, Result};
use simpul_phone::ticket::{TicketCode, TicketNumber};

/// The state of a case as the public page tells it.
pub struct PublicStatus {
    pub state: PublicState,
    /// What has happened.
    pub words: Text,
    /// What to do next, as a rule of the state.
    pub next: Text,
    pub opened: Date,
    /// The village of the desk.
    pub area: AreaCode,
    pub decider: Option<Decider>,
    /// The steps that the family may read, oldest first.
    pub steps: Vec<Step>,
    pub zone: Zone,
    /// Proof that the ticket was shown, for the forms of the page.
    pub pass: String,
    /// Where to go, with what, while it is open.
    pub services: Vec<Service>,
    pub(super) folder: Folder,
}

impl PublicStatus {
    /// The shape of its mark.
    pub fn mark(&self) -> &'static str {
        match self.state {
            PublicState::Diajukan => "wait",
            PublicState::Diproses => "info",
            PublicState::Disetujui => "good",
            PublicState::Ditolak => "bad",
        }
    }

    /// What the officer who decided wrote for the family to do next.
    pub fn advice(&self) -> Option<&str> {
        match &self.steps.last()?.action {
            Action::Approve { next, .. } | Action::Refuse { next, .. } => Some(next),
            _ => None,
        }
    }

    /// What was written, oldest first.
    pub fn voices(&self, lang: Lang) -> Vec<VoiceLine> {
        let line = |voice: &Voice| voice.line(lang, self.zone);
        self.folder.voices.iter().map(line).collect()
    }

    /// What was objected, and the answers.
    pub fn objections(&self, lang: Lang) -> Vec<ObjectionLine> {
        let objections = self.folder.objections.iter();
        objections.map(|one| one.line(lang, self.zone)).collect()
    }

    /// What the family may raise now.
    pub fn may_object(&self) -> Option<Level> {
        self.folder.may_object
    }

    /// Whether to ask how it was.
    pub fn asks_rating(&self) -> bool {
        self.folder.asks_rating
    }
}

/// Reads the state of a case. Wrong numbers are counted per code, and an unknown code answers as
/// a wrong number does.
///
/// # Errors
/// [`AppError::Refused`] when code and number do not belong together;
/// [`AppError::TooMany`] while the code is locked.
pub async fn public_status(
    app: &App,
    code: TicketCode,
    number: TicketNumber,
) -> Result<PublicStatus> {
    let plain = code.plain();
    let subject = failure_subject(app, "ticket", &plain);
    refuse_locked(app, subject).await?;
    let hash = app.keys().lookup(LookupKind::Ticket, &plain).0;
    let row: Option<TicketRow> = app.db().opt(&sql::TICKET_ANYWHERE, args![hash]).await?;
    let right = match row {
        Some(row) => {
            let ticket = unseal(app.keys(), row.id, row.sealed.clone())?;
            let right = ticket.number == number && !row.need.is_restricted();
            right.then_some((row.kabupaten, row.id))
        }
        None => None,
    };
    match right {
        Some((kabupaten, id)) => status(app, kabupaten, id).await,
        None => {
            count_failure(app, subject).await?;
            Err(AppError::Refused("track-unknown"))
        }
    }
}

/// The state of a case whose ticket was shown a short while ago.
///
/// # Errors
/// [`AppError::Refused`] when the page is too old.
pub async fn status_of_pass(app: &App, pass: &str) -> Result<PublicStatus> {
    let pass = Pass::open(app, pass)?;
    status(app, pass.kabupaten, pass.case).await
}

/// The state of a case for an officer who reads it aloud, by the code alone. Elsewhere and
/// restricted cases answer as unknown ones do.
///
/// # Errors
/// [`AppError::Refused`] for such a code.
pub async fn status_for_desk(app: &App, scope: &Scope, code: TicketCode) -> Result<PublicStatus> {
    let hash = app.keys().lookup(LookupKind::Ticket, &code.plain()).0;
    let row: Option<TicketRow> = app.db().opt(&sql::TICKET_ANYWHERE, args![hash]).await?;
    let row = row.filter(|row| scope.admit(&row.area).is_ok() && !row.need.is_restricted());
    match row {
        Some(row) => status(app, row.kabupaten, row.id).await,
        None => Err(AppError::Refused("track-unknown-here")),
    }
}

async fn status(app: &App, kabupaten: String, id: Id) -> Result<PublicStatus> {
    let row: Option<PublicCase> = app.db().opt(&PUBLIC_CASE, args![kabupaten, id]).await?;
    let row = row.filter(|row| !row.need.is_restricted());
    let row = row.ok_or(AppError::Refused("track-pass"))?;
    let zone = row
        .area
        .region()
        .and_then(|region| region.zone())
        .unwrap_or(Zone::Wib);
    let case = Progress {
        state: row.state,
        decider: row.decider,
        ..Progress::new(row.need, row.opened_at)
    };
    let table = Rulebook::embedded()
        .publication(app.now().date_in(zone))
        .map_err(AppError::internal)?;
    let public = table.of(case.published()).ok_or(AppError::NotFound)?;
    let steps: Vec<StepRow> = app
        .db()
        .all(&sql::PUBLIC_STEPS, args![kabupaten, id])
        .await?;
    let steps = steps.into_iter().map(Step::from);
    Ok(PublicStatus {
        state: public.public,
        words: public.words.clone(),
        next: public.next.clone(),
        opened: row.opened_at.date_in(zone),
        area: *row.area,
        decider: row.decider,
        steps: steps.filter(|step| step.action.is_public()).collect(),
        zone,
        pass: Pass::new(app, kabupaten, id).seal(app)?,
        services: match row.closed_at {
            None => services_for(&mut app.db(), &row.area, row.need).await?,
            Some(_) => Vec::new(),
        },
        folder: folder(app, &row).await?,
    })
}

impl Action {
    /// Whether the family reads the step. A reply is between officers and kader.
    pub fn is_public(&self) -> bool {
        !self.is_inside() && !matches!(self, Self::Reply { .. })
    }
}
