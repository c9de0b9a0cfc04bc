//! What goes to the desk: referrals, danger signs, and what a family brings.

use simpul_phone::entry;

use super::apply::{UNREADABLE, listed, part_of};
use super::model::{NOTE_ATTACHED, Verdict, from_line};
use crate::access::Work;
use crate::cases::{
    self, Channel, Field, Kind, Need, NewIntake, NewReferral, Speaker, Ticket, Urgency,
};
use crate::platform::{AppError, Id, Lang, Result};
use crate::screening::{self, ReferInput, Slip};

fn ticket(code: &str, number: &str) -> Result<Ticket> {
    Ok(Ticket {
        code: code.parse().map_err(|_| UNREADABLE)?,
        number: number.parse().map_err(|_| UNREADABLE)?,
    })
}

fn attached(any: bool) -> Verdict {
    Verdict::Accepted {
        counts: true,
        note: any.then_some(NOTE_ATTACHED),
    }
}

pub async fn refer(work: &mut Work, id: Id, new: &entry::ScreenRefer) -> Result<Verdict> {
    let mut slips = Vec::with_capacity(new.needs.len());
    for sent in &new.needs {
        slips.push(Slip {
            need: sent.need.parse().map_err(|()| UNREADABLE)?,
            case: from_line(sent.case),
            ticket: ticket(&sent.code, &sent.number)?,
        });
    }
    let input = ReferInput {
        id,
        screening: listed(work, from_line(new.household)).await?,
        needs: slips.iter().map(|slip| slip.need).collect(),
        note: new.note.clone(),
    };
    let opened = screening::refer_with(work, input, &slips).await?;
    Ok(attached(opened.iter().any(|opened| opened.attached)))
}

/// A danger sign goes to the desk at once: the family may need a way to the Puskesmas, and papers.
/// The desk reads the need and its urgency, never the signs.
pub async fn emergency(work: &mut Work, id: Id, new: &entry::Emergency) -> Result<Verdict> {
    let referral = NewReferral {
        id,
        household: from_line(new.household),
        person: Some(from_line(new.person)),
        need: Need::Lainnya,
        urgency: Urgency::Darurat,
        note: new.note.clone(),
        source: None,
    };
    let slip = ticket(&new.code, &new.number)?;
    let opened = cases::open_with(work, referral, Some(slip)).await?;
    Ok(attached(opened.attached))
}

pub async fn intake(work: &mut Work, id: Id, new: &entry::Intake) -> Result<Verdict> {
    let household = from_line(new.household);
    let need: Need = new.need.parse().map_err(|()| UNREADABLE)?;
    let kind: Kind = new.matter.parse().map_err(|()| UNREADABLE)?;
    let speaker: Speaker = new.speaker.parse().map_err(|()| UNREADABLE)?;
    if !Kind::BROUGHT.contains(&kind) {
        return Err(UNREADABLE);
    }
    if new.agreed {
        let said = (household, speaker);
        cases::note_agreement(work, part_of(id, 1), said, Lang::Id).await?;
    } else if speaker != Speaker::Sendiri {
        return Err(AppError::Refused("intake-consent-needed"));
    }
    let brought = NewIntake {
        id,
        kind,
        household: Some(household),
        village: None,
        field: Field::of(need),
        nature: None,
        urgency: new.urgency.parse().map_err(|()| UNREADABLE)?,
        channel: Channel::Lapangan,
        speaker,
        category: None,
        about: None,
        note: new.note.clone(),
        reporter: None,
    };
    let slip = ticket(&new.code, &new.number)?;
    let opened = cases::take_in(work, brought, Some(slip)).await?;
    Ok(attached(opened.attached))
}
