//! Any need, any door: what a person brings, for a family or for nobody by name.

use serde::Serialize;
use simpul_db::args;
use simpul_identity::{Aad, AreaCode, Sealed};

use super::doors::{CHANGED, NewReferral, Opened, SENDERS, enter};
use super::kinds::{About, Category, Channel, Field, Kind, Nature, Speaker};
use super::model::{Need, Urgency};
use super::reads;
use super::sql::{self, FindingRow, IntakeRow};
use super::transitions::MAX_TEXT;
use crate::access::{Place, Scope, Work};
use crate::platform::id::random;
use crate::platform::{AppError, Id, Lang, Result};
use crate::registry::{self, ConsentGiver, NewConsent, Purpose};
use simpul_phone::ticket::Ticket;

/// Who reported: kept sealed and apart from the case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reporter {
    pub name: String,
    pub phone: String,
}

/// What a person brings.
#[derive(Clone, Debug, Serialize)]
pub struct NewIntake {
    pub id: Id,
    pub kind: Kind,
    /// `None`: no family is named.
    pub household: Option<Id>,
    /// The village, for a matter without family.
    #[serde(serialize_with = "as_code")]
    pub village: Option<AreaCode>,
    pub field: Field,
    pub nature: Option<Nature>,
    pub urgency: Urgency,
    pub channel: Channel,
    pub speaker: Speaker,
    pub category: Option<Category>,
    /// The officer that a complaint is about.
    pub about: Option<About>,
    pub note: String,
    /// `None` for an anonymous report; never in the journal.
    #[serde(skip)]
    pub reporter: Option<Reporter>,
}

fn as_code<S: serde::Serializer>(
    area: &Option<AreaCode>,
    to: S,
) -> std::result::Result<S::Ok, S::Error> {
    area.as_ref().map(AreaCode::as_str).serialize(to)
}

impl NewIntake {
    /// Violence and sensitive categories are restricted whatever the field.
    fn need(&self) -> Need {
        match self.category {
            Some(category) if category.is_sensitive() => Need::Perlindungan,
            _ => self.field.need(),
        }
    }

    /// Where it is kept. A complaint about an officer goes to the kabupaten, names no family, and
    /// so lies outside every village's sight.
    async fn place(&self, work: &mut Work) -> Result<(Scope, Place)> {
        let scope = work.scope().clone();
        if self.about.is_some() {
            if self.kind != Kind::Pengaduan || self.household.is_some() {
                return Err(AppError::Refused("intake-about"));
            }
            let above = scope.past_the_village().ok_or(AppError::NotFound)?;
            let place = above.admit(above.area())?;
            return Ok((above, place));
        }
        let area = match (self.household, self.village) {
            (Some(id), _) => registry::household(work.tx(), &scope, id).await?.area,
            (None, Some(village)) => village,
            (None, None) => *scope.area(),
        };
        let place = scope.admit(&area)?;
        if place.area().village().is_none() {
            return Err(AppError::Refused("intake-village"));
        }
        Ok((scope, place))
    }
}

/// Takes in what a person brings: one open case per family and need, to which repeats attach; a
/// question, proposal or complaint has a case of its own. The slip is the one that the family holds
/// already, if any.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope or for a role that brings nothing in;
/// [`AppError::Refused`] when the text is empty or too long, no village is known, or a complaint
/// about an officer names a family; [`AppError::Conflict`] when the id came with other content.
pub async fn take_in(work: &mut Work, mut new: NewIntake, slip: Option<Ticket>) -> Result<Opened> {
    if !SENDERS.contains(&work.scope().role()) {
        return Err(AppError::NotFound);
    }
    if !(1..=MAX_TEXT).contains(&new.note.trim().chars().count()) {
        return Err(AppError::Refused("case-text"));
    }
    let own = work.scope().area().village().map(AreaCode::from);
    new.village = new.village.or(own);
    let (scope, place) = new.place(work).await?;
    let first: Option<FindingRow> = work
        .tx()
        .opt(&sql::FINDING, scope.bind(args![new.id]))
        .await?;
    if let Some(first) = first {
        return same(work, &scope, &new, &first).await;
    }
    // Nobody but the case itself is the subject of a matter without a family.
    let subject = new.household.unwrap_or(new.id);
    let sent = NewReferral {
        id: new.id,
        household: subject,
        person: None,
        need: new.need(),
        urgency: new.urgency,
        note: new.note.clone(),
        source: None,
    };
    let sort = (new.kind, new.field);
    let opened = enter(work, &place, &sent, sort, slip).await?;
    keep(work, &place, opened.case, &new).await?;
    work.record(&place, "cases", "intake", subject, &new)?;
    Ok(opened)
}

/// Notes the family's word that its matter goes to the Puskesos, by who speaks for it.
///
/// # Errors
/// As [`registry::record_consent`].
pub async fn note_agreement(
    work: &mut Work,
    id: Id,
    (household, speaker): (Id, Speaker),
    lang: Lang,
) -> Result<()> {
    let consent = NewConsent {
        id,
        household,
        person: None,
        purpose: Purpose::Rujukan,
        answer: true,
        by: match speaker {
            Speaker::Sendiri => ConsentGiver::Myself,
            _ => ConsentGiver::Other,
        },
        wording: "intake-consent",
        lang,
    };
    registry::record_consent(work, consent).await
}

/// It came before: who brought it gets the first answer.
async fn same(
    work: &mut Work,
    scope: &Scope,
    new: &NewIntake,
    first: &FindingRow,
) -> Result<Opened> {
    let same = first.sent_by == scope.user()
        && first.household == new.household.unwrap_or(new.id)
        && first.need == new.need()
        && first.note == new.note;
    if !same {
        return Err(CHANGED);
    }
    let app = work.app().clone();
    let ticket = reads::ticket(work.tx(), scope, app.keys(), first.case_id).await?;
    Ok(Opened {
        case: first.case_id,
        ticket,
        attached: first.case_id != first.id,
    })
}

fn reporter_aad(id: &Id) -> Aad<'_> {
    Aad {
        table: "case_intakes",
        column: "reporter",
        row: id.as_bytes(),
    }
}

async fn keep(work: &mut Work, place: &Place, case: Id, new: &NewIntake) -> Result<()> {
    let sealed = new.reporter.as_ref().map(|who| {
        let plain = format!("{}\n{}", who.name, who.phone);
        let keys = work.app().keys();
        keys.seal(random(), reporter_aad(&new.id), plain.as_bytes())
            .0
    });
    let (kabupaten, area) = (place.kabupaten().as_str(), place.area().as_str());
    let village = new.village.as_ref().map(AreaCode::as_str);
    let row = args![
        kabupaten,
        new.id,
        area,
        case,
        new.kind,
        new.field,
        new.nature,
        new.channel,
        new.speaker,
        new.category,
        new.about,
        village,
        sealed
    ];
    work.tx().exec(&sql::MAKE_INTAKE, row).await?;
    Ok(())
}

/// What was said at the door, oldest first, for who sees the case.
pub(super) async fn intakes(
    from: &mut impl simpul_db::Source,
    scope: &Scope,
    case: Id,
) -> Result<Vec<IntakeRow>> {
    Ok(from.all(&sql::INTAKES_OF, scope.bind(args![case])).await?)
}

/// Name and telephone of those who reported; for who leads, and the caller notes the reading.
///
/// # Errors
/// [`AppError::NotFound`] for a case outside the sight.
pub(super) async fn reporters(work: &mut Work, case: Id) -> Result<Vec<Reporter>> {
    let (scope, tx) = work.parts();
    reads::case_row(tx, scope, case).await?;
    let rows: Vec<(Id, Vec<u8>)> = tx.all(&sql::REPORTERS_OF, scope.bind(args![case])).await?;
    let mut found = Vec::new();
    for (id, sealed) in rows {
        let plain = work
            .app()
            .keys()
            .open(reporter_aad(&id), &Sealed(sealed))
            .map_err(AppError::internal)?;
        let text = std::str::from_utf8(&plain).map_err(AppError::internal)?;
        let (name, phone) = text.split_once('\n').unwrap_or((text, ""));
        found.push(Reporter {
            name: name.to_owned(),
            phone: phone.to_owned(),
        });
    }
    Ok(found)
}
