//! The doors of a screening: the family is asked, and its needs go to the Puskesos.

use serde::Serialize;
use simpul_db::{OnConflict, args};
use simpul_phone::screening::STRANDED;
use simpul_rules::{Audience, Facts, PEMICU, Rulebook, SKRINING_GANDA};

use super::facts;
use super::hand::{Hand, move_to, next, take};
use super::model::{self, Accompanied, Ending, Outcome, Step, part_of};
use super::sql;
use super::weigh::{outcome, outcome_of, pack, weigh};
use crate::access::{Role, Work};
use crate::cases::{self, Need, NewReferral, Opened, Ticket};
use crate::platform::{AppError, Id, Lang, Result};
use crate::registry::{self, ConsentGiver, NewConsent, Purpose};

/// Version of the wording of the two questions for consent.
pub const WORDING: &str = "izin-2026.1";

/// Who sits with the child, and what they allow.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct BeginInput {
    pub id: Id,
    pub screening: Id,
    pub accompanied_by: Accompanied,
    /// "Boleh kami sampaikan ke Puskesos?"; none when it was not asked.
    pub consent_rujukan: Option<bool>,
    /// The same for the measurements of the child.
    pub consent_ukuran: Option<bool>,
    /// Language in which consent was asked.
    pub lang: Lang,
}

/// Answers by fact key; without a value: asked, and nobody could say.
#[derive(Clone, Debug, Serialize)]
pub struct AnswerInput {
    pub id: Id,
    pub screening: Id,
    pub answers: Vec<(String, Option<String>)>,
}

/// What goes to the Puskesos.
#[derive(Clone, Debug, Serialize)]
pub struct ReferInput {
    pub id: Id,
    pub screening: Id,
    pub needs: Vec<Need>,
    /// For the desk; never measurements.
    pub note: String,
}

/// The family was asked, or could not be, and nothing is sent.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct DeclineInput {
    pub id: Id,
    pub screening: Id,
    pub why: Ending,
}

/// Notes who sits with the child and what they allow. Without a guardian nothing is asked and no
/// consent is taken: the screening waits for a call or a visit.
///
/// # Errors
/// Refused when somebody other than a guardian is said to consent.
pub async fn begin(work: &mut Work, input: BeginInput) -> Result<()> {
    let Hand {
        screening,
        place,
        again,
    } = take(work, input.screening, input.id, "begin", &input).await?;
    if again {
        return Ok(());
    }
    let guardian = input.accompanied_by == Accompanied::Guardian;
    let consents = [
        (Purpose::Rujukan, None, input.consent_rujukan),
        (
            Purpose::Ukuran,
            Some(screening.person),
            input.consent_ukuran,
        ),
    ];
    if !guardian && consents.iter().any(|(_, _, answer)| answer.is_some()) {
        return Err(AppError::Refused("screening-only-guardian"));
    }
    move_to(
        work,
        &screening,
        next(&screening, Step::Begin(input.accompanied_by.into()))?,
        "",
    )
    .await?;
    for (part, (purpose, person, answer)) in (0..).zip(consents) {
        if let Some(answer) = answer {
            let consent = NewConsent {
                id: part_of(input.id, part),
                household: screening.household,
                person,
                purpose,
                answer,
                by: ConsentGiver::Guardian,
                wording: WORDING,
                lang: input.lang,
            };
            registry::record_consent(work, consent).await?;
        }
    }
    work.record(&place, "screening", "begun", screening.household, &input)?;
    if guardian {
        weigh(work, &place, &screening, input.id).await?;
    }
    Ok(())
}

/// Takes the answers of a family and says what they come to.
///
/// # Errors
/// Refused for a question that is not asked here, or an answer that does not fit it.
pub async fn answer(work: &mut Work, input: AnswerInput) -> Result<Outcome> {
    let Hand {
        screening,
        place,
        again,
    } = take(work, input.screening, input.id, "answer", &input).await?;
    if again {
        let app = work.app().clone();
        let (scope, tx) = work.parts();
        return outcome(tx, scope, &app, input.screening).await;
    }
    next(&screening, Step::Answer)?;
    let today = work.at().date_in(place.zone());
    let origin = if Role::DESK.contains(&work.scope().role()) {
        "desk"
    } else {
        "kader"
    };
    let catalogue = Rulebook::embedded().catalogue();
    let asked_here =
        pack(SKRINING_GANDA, today)?.open_facts(&Facts::new(), today, Audience::Officer);
    let at = work.at();
    let mut rows = Vec::with_capacity(input.answers.len());
    for (key, text) in &input.answers {
        let asked = asked_here
            .iter()
            .any(|def| def.key == *key && def.ask == Some(Audience::Kader));
        let fits = catalogue.answer(key, text.as_deref().unwrap_or("")).is_ok();
        if !asked || !fits {
            return Err(AppError::Refused("screening-answer-unfit"));
        }
        rows.push(args![
            place.kabupaten().as_str(),
            input.id,
            key,
            place.area().as_str(),
            screening.id,
            screening.household,
            text.as_deref().map(str::trim),
            today.to_string(),
            origin,
            at
        ]);
    }
    work.tx()
        .insert(&sql::ANSWER_ROWS, rows, OnConflict::Fail)
        .await?;
    work.record(&place, "screening", "answered", screening.household, &input)?;
    weigh(work, &place, &screening, input.id).await
}

/// Sends the needs that a person confirmed to the Puskesos, one case each.
///
/// # Errors
/// Refused without a need, or without the guardian's consent.
pub async fn refer(work: &mut Work, input: ReferInput) -> Result<Vec<Opened>> {
    refer_with(work, input, &[]).await
}

/// A need whose case and slip a phone without network has given out already.
#[derive(Clone, Copy, Debug)]
pub struct Slip {
    pub need: Need,
    pub case: Id,
    pub ticket: Ticket,
}

/// As [`refer`], with the slips that the family holds already.
///
/// # Errors
/// As [`refer`].
pub async fn refer_with(work: &mut Work, input: ReferInput, slips: &[Slip]) -> Result<Vec<Opened>> {
    let Hand {
        screening,
        place,
        again,
    } = take(work, input.screening, input.id, "refer", &input).await?;
    if input.needs.is_empty() {
        return Err(AppError::Refused("screening-need-missing"));
    }
    let today = work.at().date_in(place.zone());
    let (scope, tx) = work.parts();
    let known = facts::known(tx, scope, &screening, today).await?;
    if !again {
        let step = next(&screening, Step::Refer)?;
        let consent =
            registry::consent(tx, scope, screening.household, None, Purpose::Rujukan).await?;
        if !consent.is_some_and(|consent| consent.answer) {
            return Err(AppError::Refused("screening-no-consent"));
        }
        move_to(work, &screening, step, "").await?;
        work.record(&place, "screening", "referred", screening.household, &input)?;
    }
    let outcome = outcome_of(pack(SKRINING_GANDA, today)?, &known, today);
    let pemicu = pack(PEMICU, today)?;
    let stranded = known
        .children
        .iter()
        .flat_map(|child| model::triggers(pemicu, &child.facts, today))
        .any(|trigger| trigger.key == STRANDED);
    let mut opened = Vec::with_capacity(input.needs.len());
    for (part, need) in (0..).zip(Need::ALL.iter().copied()) {
        if input.needs.contains(&need) {
            let slip = slips.iter().find(|slip| slip.need == need);
            let referral = NewReferral {
                id: slip.map_or_else(|| part_of(input.id, part), |slip| slip.case),
                household: screening.household,
                person: Some(screening.person),
                need,
                urgency: model::urgency_of(need, &outcome.suggestions, stranded),
                note: input.note.clone(),
                source: Some(screening.id),
            };
            let ticket = slip.map(|slip| slip.ticket);
            opened.push(cases::open_with(work, referral, ticket).await?);
        }
    }
    Ok(opened)
}

/// Ends a screening without a referral.
///
/// # Errors
/// A conflict when it has ended already.
pub async fn decline(work: &mut Work, input: DeclineInput) -> Result<()> {
    let Hand {
        screening,
        place,
        again,
    } = take(work, input.screening, input.id, "decline", &input).await?;
    if again {
        return Ok(());
    }
    let state = next(&screening, Step::Decline)?;
    move_to(work, &screening, state, input.why.key()).await?;
    work.record(&place, "screening", "declined", screening.household, &input)
}
