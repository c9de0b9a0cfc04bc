//! A visit to a home: one fact for health and social, with what was looked at and how many
//! questions need not be asked again.

use jiff::civil::Date;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use simpul_db::{OnConflict, args};

use super::model::join;
use super::sql;
use crate::access::Work;
use crate::platform::{AppError, Id, Result};
use crate::registry;

/// Longest note, in characters, and most things looked at.
const LONGEST: usize = 500;
const MOST_ITEMS: usize = 200;
/// Most questions that one visit can ask or save.
const MOST_QUESTIONS: u32 = 1000;

/// A visit.
#[derive(Clone, Debug, Serialize)]
pub struct NewVisit {
    pub id: Id,
    pub household: Id,
    pub on: Date,
    /// Whether anybody was met.
    pub met: bool,
    /// Members who were seen.
    pub seen: Vec<Id>,
    pub items: Vec<VisitItem>,
    pub asked: u32,
    pub saved: u32,
    pub note: String,
}

/// One thing looked at.
#[derive(Clone, Debug, Serialize)]
pub struct VisitItem {
    /// Whom it is about; `None`: the home.
    pub person: Option<Id>,
    /// Key, small letters with `_`.
    pub item: String,
    pub value: String,
}

fn is_key(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    (1..=40).contains(&text.len()) && text.bytes().all(fits)
}

fn check(new: &NewVisit) -> Result<()> {
    let plain =
        |text: &str, longest: usize| text.chars().count() <= longest && !text.contains('\0');
    let items = new.items.len() <= MOST_ITEMS
        && new
            .items
            .iter()
            .all(|item| is_key(&item.item) && plain(&item.value, 200));
    let counts = new.asked <= MOST_QUESTIONS && new.saved <= MOST_QUESTIONS;
    if items && counts && plain(&new.note, LONGEST) {
        Ok(())
    } else {
        Err(AppError::Refused("visit-unfit"))
    }
}

/// Takes a visit.
///
/// # Errors
/// Outside the scope; a day to come; members of another family; the same id with other content.
pub async fn visit(work: &mut Work, new: NewVisit) -> Result<()> {
    check(&new)?;
    let (scope, tx) = work.parts();
    let home = registry::household(tx, scope, new.household).await?;
    let members = registry::members(tx, scope, new.household).await?;
    let place = scope.admit(&home.area)?;
    if new.on > work.at().date_in(place.zone()) {
        return Err(AppError::Refused("visit-future"));
    }
    let known = |id: &Id| members.iter().any(|member| member.id == *id);
    let persons = new.items.iter().filter_map(|item| item.person.as_ref());
    if !new.seen.iter().chain(persons).all(known) {
        return Err(AppError::NotFound);
    }
    let content = serde_json::to_vec(&new).map_err(AppError::internal)?;
    let hash: [u8; 32] = Sha256::digest(&content).into();
    let seen: Vec<String> = new.seen.iter().map(ToString::to_string).collect();
    let (user, at) = (work.scope().user(), work.at());
    let (kabupaten, area) = (place.kabupaten().as_str(), place.area().as_str());
    let row = args![
        kabupaten,
        new.id,
        area,
        new.household,
        new.on.to_string(),
        new.met,
        join(seen.iter().map(String::as_str)),
        new.note,
        i64::from(new.asked),
        i64::from(new.saved),
        user,
        at,
        hash
    ];
    if work.tx().exec(&sql::MAKE_VISIT, row).await? == 0 {
        let (scope, tx) = work.parts();
        let stored: Option<[u8; 32]> = tx.opt(&sql::VISIT, scope.bind(args![new.id])).await?;
        return match stored {
            Some(stored) if stored == hash => Ok(()),
            _ => Err(AppError::Conflict("error-conflict")),
        };
    }
    let items = (0_i64..).zip(&new.items).map(|(nth, item)| {
        args![
            kabupaten,
            new.id,
            nth,
            area,
            item.person,
            item.item,
            item.value
        ]
    });
    let rows: Vec<_> = items.collect();
    work.tx()
        .insert(&sql::VISIT_ITEMS, rows, OnConflict::Fail)
        .await?;
    work.record(&place, "posyandu", "visited", new.household, &new)
}
