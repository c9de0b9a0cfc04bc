//! "Mungkin sudah tercatat": who within the scope may be the person that is being registered.

use jiff::civil::Date;
use simpul_db::{Source, args};
use simpul_identity::{Sex, normalise, search_key, similar};

use super::model::{NewBirth, NewPerson, Person};
use super::{reads, sql};
use crate::access::Scope;
use crate::platform::{Id, Result};

/// Likeness of two names from which they may be one.
const ALIKE: f64 = 0.88;
/// Cards shown at most.
const SHOWN: usize = 5;

/// What is known of somebody who is about to be registered.
pub struct Newcomer {
    /// The id under which the person will be registered: one and the same is no other.
    pub id: Id,
    /// Empty, or `BY. NY.` and the mother's name, before naming.
    pub name: String,
    pub sex: Sex,
    pub birth_date: Date,
    pub mother_name: String,
}

impl From<&NewPerson> for Newcomer {
    fn from(new: &NewPerson) -> Self {
        Self {
            id: new.id,
            name: new.name.clone(),
            sex: new.sex,
            birth_date: new.birth_date,
            mother_name: new.mother_name.clone(),
        }
    }
}

impl Newcomer {
    /// A newborn of a mother.
    pub fn born(new: &NewBirth, mother: &Person) -> Self {
        Self {
            id: new.id,
            name: new.name.clone(),
            sex: new.sex,
            birth_date: new.birth_date,
            mother_name: mother.name.clone(),
        }
    }

    /// Whether a known person may be this one.
    fn may_be(&self, known: &Person) -> bool {
        if known.id == self.id || known.sex != self.sex {
            return false;
        }
        let mothers = match (self.mother_name.as_str(), known.mother_name.as_str()) {
            ("", _) | (_, "") => None,
            (one, other) => Some(similar(one, other) >= ALIKE),
        };
        if is_unnamed(&self.name) || is_unnamed(&known.name) {
            return known.birth_date == self.birth_date && mothers == Some(true);
        }
        // Brothers, sisters and cousins have names alike; another mother is another person.
        let near = known.birth_date.year().abs_diff(self.birth_date.year()) <= 1;
        near && mothers != Some(false) && similar(&self.name, &known.name) >= ALIKE
    }
}

fn is_unnamed(name: &str) -> bool {
    name.trim().is_empty() || normalise(name).unnamed
}

/// Day and month exchanged.
fn turned(date: Date) -> Option<Date> {
    Date::new(date.year(), date.day(), date.month()).ok()
}

/// Persons of the scope who may be one of these, each once, likeliest first.
///
/// # Errors
/// When the database is away.
pub async fn perhaps_known(
    from: &mut impl Source,
    scope: &Scope,
    newcomers: &[Newcomer],
) -> Result<Vec<Person>> {
    let mut found: Vec<(f64, Person)> = Vec::new();
    for new in newcomers {
        let born = new.birth_date;
        let key = search_key(&new.name);
        let row = args![
            new.sex.code(),
            born.to_string(),
            turned(born).unwrap_or(born).to_string(),
            key
        ];
        let near = reads::persons(from.all(&sql::PERHAPS_KNOWN, scope.bind(row)).await?)?;
        for known in near.into_iter().filter(|known| new.may_be(known)) {
            if found.iter().all(|(_, there)| there.id != known.id) {
                found.push((similar(&new.name, &known.name), known));
            }
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.id.cmp(&b.1.id)));
    Ok(found
        .into_iter()
        .take(SHOWN)
        .map(|(_, known)| known)
        .collect())
}
