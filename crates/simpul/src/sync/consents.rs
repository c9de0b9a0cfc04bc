//! What families agreed to, as far as it decides what a phone shows.

use std::collections::BTreeMap;

use simpul_phone::extract::Consent;

use crate::access::Scope;
use crate::platform::{App, AppError, Id, Instant, Result};
use crate::registry::{self, AreaConsent, AreaPerson, Purpose};

/// Whether a phone of this scope shows what a person weighs, or what a family answered.
pub fn shows_figures(scope: &Scope, agreed: Option<&Consent>) -> bool {
    scope.role().measures() || agreed.is_some_and(|consent| consent.answer)
}

/// The newest consent: of a family to be referred, of a person to have figures shown.
pub async fn consent(
    app: &App,
    scope: &Scope,
    household: Id,
    person: Option<Id>,
) -> Result<Option<Consent>> {
    let purpose = match person {
        Some(_) => Purpose::Ukuran,
        None => Purpose::Rujukan,
    };
    let newest = registry::consent(&mut app.db(), scope, household, person, purpose).await?;
    Ok(newest.map(|consent| line_consent(consent.answer, consent.at)))
}

/// Whether somebody here has agreed that figures are shown.
pub async fn consented(app: &App, scope: &Scope, person: Id) -> Result<bool> {
    let household = match registry::person(&mut app.db(), scope, person).await {
        Ok(person) => person.household,
        Err(AppError::NotFound) => return Ok(false),
        Err(error) => return Err(error),
    };
    let newest = consent(app, scope, household, Some(person)).await?;
    Ok(newest.is_some_and(|consent| consent.answer))
}

/// The newest consent of each family and person.
pub struct Consents {
    family: BTreeMap<Id, Consent>,
    person: BTreeMap<Id, Consent>,
}

impl Consents {
    /// Of rows whose newest stand last; what was said of a whole family holds for each of it.
    pub fn newest(rows: &[AreaConsent], persons: &[AreaPerson]) -> Self {
        let mut members: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
        for person in persons {
            members.entry(person.household).or_default().push(person.id);
        }
        let mut all = Self {
            family: BTreeMap::new(),
            person: BTreeMap::new(),
        };
        for row in rows {
            let consent = line_consent(row.answer, row.at);
            match (row.purpose, row.person) {
                (Purpose::Rujukan, _) => {
                    all.family.insert(row.household, consent);
                }
                (Purpose::Ukuran, Some(person)) => {
                    all.person.insert(person, consent);
                }
                (Purpose::Ukuran, None) => {
                    for person in members.get(&row.household).into_iter().flatten() {
                        all.person.insert(*person, consent.clone());
                    }
                }
            }
        }
        all
    }

    pub fn family(&self, id: Id) -> Option<Consent> {
        self.family.get(&id).cloned()
    }

    pub fn person(&self, id: Id) -> Option<Consent> {
        self.person.get(&id).cloned()
    }
}

fn line_consent(answer: bool, at: Instant) -> Consent {
    Consent { answer, at: at.0 }
}
