//! Whom the post should see and has not: for the family page of the desk. It tells days, never
//! figures.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use simpul_db::{Source, args};

use super::{reads, sql};
use crate::access::Scope;
use crate::cases::{PostGap, PostReason};
use crate::duplicates;
use crate::platform::{App, Id, Result};
use crate::registry::Person;
use crate::screening::GapsFound;

/// A small child is weighed every month; after two without it somebody looks.
const UNWEIGHED_DAYS: i32 = 60;
const UNWEIGHED_YEARS: i16 = 5;
const ELDERLY_YEARS: i16 = 60;
const UNSEEN_MONTHS: i32 = 6;

/// The gaps of a family, as the family page asks for them.
pub fn gaps<'a>(
    app: &'a App,
    scope: &'a Scope,
    members: &'a [Person],
    today: Date,
) -> GapsFound<'a> {
    Box::pin(find(app, scope, members, today))
}

async fn find(app: &App, scope: &Scope, members: &[Person], today: Date) -> Result<Vec<PostGap>> {
    let mut db = app.db();
    let mut found = Vec::new();
    let Some(first) = members.first() else {
        return Ok(found);
    };
    let mut visits = visits_of(&mut db, scope, first.household, today).await?;
    // By record, the member that stands for it.
    let mut stands = BTreeMap::new();
    for (record, member) in duplicates::records_elsewhere(&mut db, scope, first.household).await? {
        visits.extend(visits_of(&mut db, scope, record.household, today).await?);
        stands.insert(record.id.to_string(), member);
    }
    let before = today.saturating_sub(UNWEIGHED_DAYS.days());
    for member in members.iter().filter(|member| member.state.living()) {
        let age = member.birth_date.until((jiff::Unit::Year, today));
        let age = age.map_or(0, |age| age.get_years());
        let gap = |reason, last| PostGap {
            reason,
            person: Some(member.id),
            name: member.name.clone(),
            last,
        };
        if age < UNWEIGHED_YEARS {
            let last = last_weighed(&mut db, scope, member.id).await?;
            // A newborn has its first two months to come.
            if last.unwrap_or(member.birth_date) < before {
                found.push(gap(PostReason::Timbang, last));
            }
        } else if age >= ELDERLY_YEARS {
            let is_member =
                |id: &str| id == member.id.to_string() || stands.get(id) == Some(&member.id);
            let seen = |(_, seen): &(String, String)| seen.split(',').any(is_member);
            if !visits.iter().any(seen) {
                found.push(gap(PostReason::Lansia, None));
            }
        }
    }
    Ok(found)
}

async fn last_weighed(from: &mut impl Source, scope: &Scope, person: Id) -> Result<Option<Date>> {
    let rows = reads::history(from, scope, person).await?;
    let weighed = rows.iter().rfind(|row| row.weight.is_some());
    Ok(weighed.map(|row| *row.measured_on))
}

/// Visits of the last months: the day and the ids of those who were seen.
async fn visits_of(
    from: &mut impl Source,
    scope: &Scope,
    household: Id,
    today: Date,
) -> Result<Vec<(String, String)>> {
    let since = today.saturating_sub(UNSEEN_MONTHS.months()).to_string();
    let bound = scope.bind(args![household, since]);
    Ok(from.all(&sql::VISITS_OF, bound).await?)
}
