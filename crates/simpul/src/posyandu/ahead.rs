//! What many measurements must know of their children, read at once; and the rows they make, until
//! these are written at once.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use simpul_db::{Source, Tx, args, list};
use simpul_identity::AreaCode;
use simpul_phone::judge::Past;

use super::brief::{self, Brief};
use super::model::{NewMeasurement, StoredMeasurement};
use super::{judge, reads, sql};
use crate::access::{Place, Scope};
use crate::platform::{AppError, Id, Instant, Result};
use crate::registry::{self, Person};
use crate::screening;

/// What is known within a scope, kept up to date with what is made.
pub struct Ahead {
    persons: BTreeMap<Id, Person>,
    /// Of each child, oldest first, mended ones too, as far as any new one must know them.
    briefs: BTreeMap<Id, Vec<Brief>>,
    /// The same as they are kept, of children for whom that is not enough.
    children: BTreeMap<Id, Vec<StoredMeasurement>>,
    days: BTreeMap<Id, Date>,
    /// Who came to which day, noted or about to be.
    arrived: BTreeSet<(Id, Id)>,
    pub families: screening::Ahead,
    made: Vec<(Place, StoredMeasurement)>,
    arrivals: Vec<Arrival>,
}

/// A child that came to a day, to be noted.
pub struct Arrival {
    pub place: Place,
    pub day: Id,
    pub person: Id,
    pub at: Instant,
}

impl Ahead {
    /// Reads what these measurements ask for, in the turn of their children's areas.
    pub async fn read(from: &mut Tx, scope: &Scope, news: &[NewMeasurement]) -> Result<Self> {
        let asked: BTreeSet<Id> = news.iter().map(|new| new.person).collect();
        let persons = registry::persons_by_id(from, scope, &asked).await?;
        let areas = persons.values().map(|child| child.area).collect();
        hold_areas(from, &areas).await?;
        let briefs = read_briefs(from, scope, news, &persons).await?;
        let whole = asks_for_rows(from, scope, news, &briefs).await?;
        let children = read_rows(from, scope, whole, &persons).await?;
        let households = persons.values().map(|person| person.household).collect();
        let findings = news.iter().map(|new| new.id).collect();
        let families = screening::Ahead::read(from, scope, &findings, &households).await?;
        let mut days = BTreeMap::new();
        let mut arrived = BTreeSet::new();
        let mut asked: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
        for new in news {
            if let Some(day) = new.day {
                asked.entry(day).or_default().push(new.person);
            }
        }
        for (day, children) in asked {
            match reads::held_on(from, scope, day).await {
                Ok(date) => days.insert(day, date),
                Err(AppError::NotFound) => continue,
                Err(error) => return Err(error),
            };
            let row = scope.bind(args![day, list(children)]);
            let came: Vec<Id> = from.all(&sql::ARRIVED_OF, row).await?;
            arrived.extend(came.into_iter().map(|child| (day, child)));
        }
        Ok(Self {
            persons,
            briefs,
            children,
            days,
            arrived,
            families,
            made: Vec::new(),
            arrivals: Vec::new(),
        })
    }

    /// The child.
    ///
    /// # Errors
    /// [`AppError::NotFound`] outside the scope.
    pub fn person(&self, id: Id) -> Result<&Person> {
        self.persons.get(&id).ok_or(AppError::NotFound)
    }

    fn of(&self, person: Id) -> &[StoredMeasurement] {
        self.children.get(&person).map_or(&[], Vec::as_slice)
    }

    /// The day is that of the measurement, what is mended is of the same child.
    pub fn check_links(&self, new: &NewMeasurement) -> Result<()> {
        if let Some(day) = new.day {
            let held_on = self.days.get(&day).ok_or(AppError::NotFound)?;
            if *held_on != new.on {
                return Err(AppError::Refused("measure-other-day"));
            }
        }
        match new.replaces {
            Some(old) if !self.of(new.person).iter().any(|past| past.id == old) => {
                Err(AppError::NotFound)
            }
            _ => Ok(()),
        }
    }

    /// What stands of the child beside this measurement, oldest first, without what it mends, as
    /// seen from its post.
    pub fn past(&self, new: &NewMeasurement, post: &AreaCode) -> Vec<Past> {
        if self.children.contains_key(&new.person) {
            let rows = self.history(new).into_iter();
            return rows.map(|row| row.beside(post)).collect();
        }
        let briefs = self.briefs.get(&new.person).map_or(&[][..], Vec::as_slice);
        let standing = briefs.iter().filter(|past| !past.mended);
        standing.map(|past| past.beside(post)).collect()
    }

    /// The same as they are kept, where something came after this measurement.
    pub fn with_later(&self, new: &NewMeasurement) -> Vec<StoredMeasurement> {
        let history = self.history(new);
        match history.last() {
            Some(last) if *last.measured_on > new.on => history.into_iter().cloned().collect(),
            _ => Vec::new(),
        }
    }

    fn history(&self, new: &NewMeasurement) -> Vec<&StoredMeasurement> {
        let all = self.of(new.person);
        let mended: BTreeSet<Id> = all.iter().filter_map(|past| past.replaces).collect();
        all.iter()
            .filter(|past| past.id != new.id && Some(past.id) != new.replaces)
            .filter(|past| !mended.contains(&past.id))
            .collect()
    }

    /// The same measurement, if it was taken before.
    ///
    /// # Errors
    /// [`AppError::Conflict`] for other content under its id, for a second measurement of a date,
    /// and when what it mends was mended already.
    pub fn again(&self, row: &StoredMeasurement) -> Result<Option<&StoredMeasurement>> {
        let all = self.of(row.person);
        match all.iter().find(|past| past.id == row.id) {
            Some(there) if judge::same(there, row) => return Ok(Some(there)),
            Some(_) => return Err(AppError::Conflict("error-conflict")),
            None => {}
        }
        let briefs = match self.children.contains_key(&row.person) {
            true => &[][..],
            false => self.briefs.get(&row.person).map_or(&[][..], Vec::as_slice),
        };
        let brief = |past: &Brief| !past.mends && past.on == *row.measured_on;
        if row.replaces.is_none() && briefs.iter().any(brief) {
            return Err(AppError::Conflict("measure-exists"));
        }
        let taken = all.iter().any(|past| {
            past.replaces == row.replaces
                && (row.replaces.is_some() || *past.measured_on == *row.measured_on)
        });
        if taken {
            return Err(AppError::Conflict("measure-exists"));
        }
        Ok(None)
    }

    /// Keeps a row that is to be written, for the measurements after it.
    pub fn make(&mut self, place: Place, row: StoredMeasurement) {
        match self.children.get_mut(&row.person) {
            Some(all) => {
                let at = all.partition_point(|past| *past.measured_on <= *row.measured_on);
                all.insert(at, row.clone());
            }
            // What comes after it is of a later day.
            None => {
                let briefs = self.briefs.entry(row.person).or_default();
                briefs.push(Brief::of(&row));
            }
        }
        self.made.push((place, row));
    }

    /// Puts a letter that was told anew into what is known; whether its row is still to be written.
    pub fn tell(&mut self, told: &StoredMeasurement) -> bool {
        let all = self.children.entry(told.person).or_default();
        if let Some(known) = all.iter_mut().find(|past| past.id == told.id) {
            *known = told.clone();
        }
        let made = self.made.iter_mut().find(|(_, row)| row.id == told.id);
        let Some((_, row)) = made else {
            return false;
        };
        *row = told.clone();
        true
    }

    /// Notes that a child came, unless that is known.
    pub fn arrive(&mut self, place: &Place, day: Id, person: Id, at: Instant) {
        if self.arrived.insert((day, person)) {
            self.arrivals.push(Arrival {
                place: place.clone(),
                day,
                person,
                at,
            });
        }
    }

    /// Who is to be noted as having come.
    pub fn arrivals(&self) -> &[Arrival] {
        &self.arrivals
    }

    /// The rows to write.
    pub fn take_made(&mut self) -> impl Iterator<Item = (Place, StoredMeasurement)> {
        std::mem::take(&mut self.made).into_iter()
    }
}

/// Lets nobody else measure children of these areas until the transaction ends: a letter looks at
/// the months before it, and one of these may be on its way from another phone. Areas are taken in
/// their order, so that two works never wait for each other: whoever comes to several of them one
/// after the other holds all before.
///
/// # Errors
/// When the database is away, or others take too long.
pub async fn hold_areas(tx: &mut Tx, areas: &BTreeSet<AreaCode>) -> Result<()> {
    for area in areas {
        let kabupaten = area.kabupaten().ok_or(AppError::NotFound)?;
        let row = args![kabupaten.as_str(), area.as_str()];
        tx.exec(&sql::HOLD_AREA, row).await?;
    }
    Ok(())
}

/// What new measurements must know of the earlier ones of their children; of those who were weighed
/// lately that does not reach far back.
async fn read_briefs(
    from: &mut impl Source,
    scope: &Scope,
    news: &[NewMeasurement],
    persons: &BTreeMap<Id, Person>,
) -> Result<BTreeMap<Id, Vec<Brief>>> {
    let Some(first) = news.iter().map(|new| new.on).min() else {
        return Ok(BTreeMap::new());
    };
    let since = brief::decisive_from(first);
    let mut briefs = briefs_since(from, scope, persons.keys(), since).await?;
    let mut firsts: BTreeMap<Id, Date> = BTreeMap::new();
    for new in news {
        let first = firsts.entry(new.person).or_insert(new.on);
        *first = new.on.min(*first);
    }
    let enough = |child: &&Person| {
        let both = briefs.get(&child.id).zip(firsts.get(&child.id));
        both.is_some_and(|(known, first)| brief::is_enough(known, &child.area, *first))
    };
    let others: Vec<Id> = persons
        .values()
        .filter(|child| !enough(child))
        .map(|child| child.id)
        .collect();
    if !others.is_empty() {
        briefs.extend(briefs_since(from, scope, &others, Date::ZERO).await?);
    }
    Ok(briefs)
}

async fn briefs_since(
    from: &mut impl Source,
    scope: &Scope,
    children: impl IntoIterator<Item = &Id>,
    since: Date,
) -> Result<BTreeMap<Id, Vec<Brief>>> {
    let row = scope.bind(args![list(children), since.to_string()]);
    let rows: Vec<(Id, String)> = from.all(&sql::BRIEF, row).await?;
    let read = |(child, text): (Id, String)| Ok((child, Brief::read_all(&text)?));
    rows.into_iter().map(read).collect()
}

/// The children of whom a brief is not enough: something is mended, comes between others, or came
/// before.
async fn asks_for_rows(
    from: &mut impl Source,
    scope: &Scope,
    news: &[NewMeasurement],
    briefs: &BTreeMap<Id, Vec<Brief>>,
) -> Result<BTreeSet<Id>> {
    let row = scope.bind([list(news.iter().map(|new| new.id))]);
    let rows: Vec<StoredMeasurement> = from.all(&sql::MEASURED_AS, row).await?;
    let known: BTreeSet<Id> = rows.iter().flat_map(|row| [row.id, row.person]).collect();
    let (mut newest, mut whole) = (BTreeMap::new(), BTreeSet::new());
    let mut ids = BTreeSet::new();
    for new in news {
        let last = briefs.get(&new.person).and_then(|all| all.last());
        let between = last.is_some_and(|last| last.on > new.on);
        let before = known.contains(&new.id) || known.contains(&new.person);
        let ascending = newest
            .insert(new.person, new.on)
            .is_none_or(|earlier| earlier < new.on);
        let twice = !ids.insert(new.id);
        if new.replaces.is_some() || between || before || twice || !ascending {
            whole.insert(new.person);
        }
    }
    Ok(whole)
}

/// All measurements of children, those under other records of them too.
pub(super) async fn read_rows(
    from: &mut impl Source,
    scope: &Scope,
    mut whole: BTreeSet<Id>,
    persons: &BTreeMap<Id, Person>,
) -> Result<BTreeMap<Id, Vec<StoredMeasurement>>> {
    let living = persons.keys().copied().collect();
    let others = reads::under_other_records(from, scope, &living).await?;
    whole.extend(others.keys().copied());
    let children: Vec<Id> = whole
        .into_iter()
        .filter(|id| persons.contains_key(id))
        .collect();
    let mut all: BTreeMap<Id, Vec<StoredMeasurement>> =
        children.iter().map(|child| (*child, Vec::new())).collect();
    if !children.is_empty() {
        let row = scope.bind([list(&children)]);
        let rows: Vec<StoredMeasurement> = from.all(&sql::OF_CHILDREN, row).await?;
        for row in rows {
            all.entry(row.person).or_default().push(row);
        }
    }
    for (child, rows) in others {
        let all = all.entry(child).or_default();
        all.extend(rows);
        all.sort_by_key(|row| *row.measured_on);
    }
    Ok(all)
}
