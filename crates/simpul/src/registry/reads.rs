//! Reading the registry.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use simpul_db::{Source, args, list};
use simpul_identity::{AreaCode, KeyRing, KkNumber, Nik, search_key};

use super::model::{Family, Household, Membership, Person};
use super::{dtsen, numbers, sql};
use crate::access::Scope;
use crate::platform::{AppError, Id, Result};

/// A person within the scope.
///
/// # Errors
/// [`AppError::NotFound`] outside it.
pub async fn person(from: &mut impl Source, scope: &Scope, id: Id) -> Result<Person> {
    let row: Option<sql::PersonRow> = from.opt(&sql::PERSON, scope.bind(args![id])).await?;
    row.ok_or(AppError::NotFound)?.try_into()
}

/// Those of these persons who are within the scope.
///
/// # Errors
/// When the database is away.
pub async fn persons_by_id(
    from: &mut impl Source,
    scope: &Scope,
    ids: &BTreeSet<Id>,
) -> Result<BTreeMap<Id, Person>> {
    let row = scope.bind([list(ids)]);
    let found = persons(from.all(&sql::PERSONS_BY_ID, row).await?)?;
    Ok(found.into_iter().map(|one| (one.id, one)).collect())
}

/// A household within the scope.
///
/// # Errors
/// [`AppError::NotFound`] outside it.
pub async fn household(from: &mut impl Source, scope: &Scope, id: Id) -> Result<Household> {
    let row: Option<sql::HouseholdRow> = from.opt(&sql::HOUSEHOLD, scope.bind(args![id])).await?;
    Ok(row.ok_or(AppError::NotFound)?.into())
}

/// A household with its members, programmes and registry answer; the decile only for roles that
/// may see it.
///
/// # Errors
/// [`AppError::NotFound`] outside the scope.
pub async fn family(from: &mut impl Source, scope: &Scope, id: Id) -> Result<Family> {
    let household = household(from, scope, id).await?;
    let members = members(from, scope, id).await?;
    let memberships = memberships(from, scope, id).await?;
    let answer = dtsen::registry_answer(from, scope, id).await?;
    let answer = if scope.role().sees_decile() {
        answer
    } else {
        answer.without_decile()
    };
    Ok(Family {
        household,
        members,
        memberships,
        answer,
    })
}

/// The members of a household, head of the family first, then by age.
///
/// # Errors
/// When the database is away.
pub async fn members(from: &mut impl Source, scope: &Scope, household: Id) -> Result<Vec<Person>> {
    persons(
        from.all(&sql::MEMBERS, scope.bind(args![household]))
            .await?,
    )
}

/// The head of each household, or its eldest member, by name; households without anybody are left
/// out. For lists that show families.
///
/// # Errors
/// When the database is away.
pub async fn heads(
    from: &mut impl Source,
    scope: &Scope,
    households: &[Id],
) -> Result<BTreeMap<Id, String>> {
    let row = scope.bind([list(households)]);
    let rows: Vec<(Id, String)> = from.all(&sql::HEADS, row).await?;
    let mut heads = BTreeMap::new();
    for (household, name) in rows {
        heads.entry(household).or_insert(name);
    }
    Ok(heads)
}

/// What a household receives: the newest of each programme and person.
///
/// # Errors
/// When the database is away.
pub async fn memberships(
    from: &mut impl Source,
    scope: &Scope,
    household: Id,
) -> Result<Vec<Membership>> {
    let rows: Vec<sql::MembershipRow> = from
        .all(&sql::MEMBERSHIPS, scope.bind(args![household]))
        .await?;
    let newest_first = rows.into_iter().map(Membership::from);
    let mut seen = BTreeSet::new();
    Ok(newest_first
        .filter(|one| seen.insert((one.programme, one.person)))
        .collect())
}

/// The active children of a post or village born after a day, by name.
///
/// # Errors
/// [`AppError::NotFound`] when the area is not within the scope.
pub async fn children_under(
    from: &mut impl Source,
    scope: &Scope,
    area: &AreaCode,
    born_after: Date,
    limit: i64,
) -> Result<Vec<Person>> {
    scope.admit(area)?;
    let (lo, hi) = area.bounds();
    let row = scope.bind(args![lo, hi, born_after.to_string(), limit]);
    persons(from.all(&sql::CHILDREN_UNDER, row).await?)
}

/// Persons by name, or the one with this NIK when the text is one. Within a village any part of
/// the name is found, over more its beginning; a text of one letter finds nobody. `after` is the
/// last person of the page before.
///
/// # Errors
/// When the database is away.
pub async fn search(
    from: &mut impl Source,
    scope: &Scope,
    keys: &KeyRing,
    text: &str,
    after: Option<Id>,
    limit: i64,
) -> Result<Vec<Person>> {
    if let Ok(nik) = Nik::parse(text) {
        return match person_by_nik(from, scope, keys, &nik).await? {
            Some(id) => Ok(vec![person(from, scope, id).await?]),
            None => Ok(Vec::new()),
        };
    }
    let key = search_key(text);
    if key.len() < 2 {
        return Ok(Vec::new());
    }
    let after_key: Option<String> = match after {
        Some(id) => from.opt(&sql::NAME_KEY, scope.bind(args![id])).await?,
        None => None,
    };
    let after = after.map_or_else(Vec::new, |id| id.as_bytes().to_vec());
    if scope.area().village().is_some() {
        let part = format!("%{}%", key.replace(' ', "%"));
        let row = scope.bind(args![part, after_key.unwrap_or_default(), after, limit]);
        return persons(from.all(&sql::SEARCH_NEAR, row).await?);
    }
    let row = scope.bind(args![after_key.as_ref().unwrap_or(&key), after, limit]);
    let rows: Vec<sql::PersonRow> = from.all(&sql::SEARCH_WIDE, row).await?;
    let found = rows
        .into_iter()
        .take_while(|row| search_key(&row.name).starts_with(&key));
    found.map(Person::try_from).collect()
}

/// The person with this NIK within the scope.
///
/// # Errors
/// When the database is away.
pub async fn person_by_nik(
    from: &mut impl Source,
    scope: &Scope,
    keys: &KeyRing,
    nik: &Nik,
) -> Result<Option<Id>> {
    let row = scope.bind(args![numbers::nik_hash(keys, nik)]);
    Ok(from.opt(&sql::PERSON_BY_NIK, row).await?)
}

/// The household with this KK number within the scope.
///
/// # Errors
/// When the database is away.
pub async fn household_by_kk(
    from: &mut impl Source,
    scope: &Scope,
    keys: &KeyRing,
    kk: &KkNumber,
) -> Result<Option<Id>> {
    let row = scope.bind(args![numbers::kk_hash(keys, kk)]);
    Ok(from.opt(&sql::HOUSEHOLD_BY_KK, row).await?)
}

pub(super) fn persons(rows: Vec<sql::PersonRow>) -> Result<Vec<Person>> {
    rows.into_iter().map(Person::try_from).collect()
}
