//! Reports that write themselves from a session: SKDN, register, figures for each Buku KIA.

use std::collections::{BTreeMap, HashMap, HashSet};

use askama::Template;
use axum::extract::Path;
use simpul_growth::{Index, Sex};

use super::judge::Skdn;
use super::model::{StoredMeasurement, growth_sex, month_start};
use super::pages::{children, day_title, parse};
use super::sql::DayRow;
use super::{reads, show};
use crate::access::Signed;
use crate::platform::format;
use crate::platform::page::Page;
use crate::platform::{Id, Reply, Result};
use crate::registry::Person;

/// A child of the post and its last measurement of the month.
struct Line {
    person: Person,
    age: String,
    row: Option<StoredMeasurement>,
}

/// A month of a post.
struct Month {
    day: DayRow,
    lines: Vec<Line>,
    ever: HashSet<Id>,
}

impl Month {
    async fn read(signed: &Signed, id: &str) -> Result<Self> {
        let (scope, lang) = (signed.scope(), signed.lang());
        let db = &mut signed.app().db();
        let day = reads::day(db, scope, parse(id)?).await?;
        let since = month_start(*day.held_on);
        let until = since.saturating_add(jiff::Span::new().months(1));
        let rows = reads::of_post(db, scope, &day.area, (since, until)).await?;
        let ever = reads::ever_weighed(db, scope, &day.area, until).await?;
        let mut ever: HashSet<Id> = ever.into_iter().collect();
        let children = children(signed, &day.area, *day.held_on).await?;
        let there = children.iter().map(|child| child.id).collect();
        let others = reads::under_other_records(db, scope, &there).await?;
        // Oldest first, so the last of a child stays; one without a weight does not hide one with.
        let mut last: HashMap<Id, StoredMeasurement> = HashMap::new();
        for (child, row) in in_time(rows, others) {
            if *row.measured_on < until && row.weight.is_some() {
                ever.insert(child);
            }
            let this_month = (since..until).contains(&*row.measured_on);
            if this_month && (row.weight.is_some() || !last.contains_key(&child)) {
                last.insert(child, row);
            }
        }
        let lines: Vec<Line> = children
            .into_iter()
            .map(|person| Line {
                age: show::age(lang, person.birth_date, *day.held_on),
                row: last.remove(&person.id),
                person,
            })
            .collect();
        signed.saw("children", None, lines.len()).await?;
        Ok(Self { day, lines, ever })
    }

    fn skdn(&self, of: impl Fn(Sex) -> bool) -> Skdn {
        let mut counts = Skdn::default();
        for line in &self.lines {
            if of(growth_sex(line.person.sex)) {
                counts.count(self.ever.contains(&line.person.id), line.row.as_ref());
            }
        }
        counts
    }
}

/// Measurements with the child each counts for, oldest first.
fn in_time(
    rows: Vec<StoredMeasurement>,
    others: BTreeMap<Id, Vec<StoredMeasurement>>,
) -> Vec<(Id, StoredMeasurement)> {
    let own = rows.into_iter().map(|row| (row.person, row));
    let others = others.into_iter();
    let others = others.flat_map(|(child, rows)| rows.into_iter().map(move |row| (child, row)));
    let mut all: Vec<_> = own.chain(others).collect();
    all.sort_by_key(|(_, row)| *row.measured_on);
    all
}

/// A row of the recap: boys, girls, together.
struct Count {
    /// Key of its words.
    key: &'static str,
    letter: &'static str,
    of: [usize; 3],
}

/// A share of the recap.
struct Share {
    key: &'static str,
    letter: &'static str,
    percent: Option<String>,
}

#[derive(Template)]
#[template(path = "posyandu/templates/skdn.html")]
struct SkdnPage<'a> {
    p: &'a Page,
    day: &'a DayRow,
    month: String,
    post: String,
    counts: Vec<Count>,
    shares: Vec<Share>,
}

pub(super) async fn skdn(signed: Signed, Path(id): Path<String>) -> Result<Reply> {
    let month = Month::read(&signed, &id).await?;
    let lang = signed.lang();
    let split = [
        month.skdn(|sex| sex == Sex::Male),
        month.skdn(|sex| sex == Sex::Female),
        month.skdn(|_| true),
    ];
    let count = |key, letter, of: fn(&Skdn) -> usize| Count {
        key,
        letter,
        of: split.map(|counts| of(&counts)),
    };
    let counts = vec![
        count("skdn-s", "S", |c| c.s),
        count("skdn-k", "K", |c| c.k),
        count("skdn-d", "D", |c| c.d),
        count("skdn-n", "N", |c| c.n),
        count("skdn-t", "T", |c| c.t),
        count("skdn-o", "O", |c| c.o),
        count("skdn-b", "B", |c| c.b),
        count("skdn-2t", "2T", |c| c.twice),
        count("skdn-bgm", "BGM", |c| c.below_red),
    ];
    let all = split[2];
    let share = |key, letter, part, whole| Share {
        key,
        letter,
        percent: Skdn::share(part, whole).map(|tenths| format::decimal(lang, tenths, 1)),
    };
    let shares = vec![
        share("skdn-d-s", "D/S", all.d, all.s),
        share("skdn-n-d", "N/D", all.n, all.d),
        share("skdn-k-s", "K/S", all.k, all.s),
    ];
    let p = signed.page("skdn-title");
    Reply::render(&SkdnPage {
        p: &p,
        post: day_title(&signed, &month.day),
        month: format::month(lang, *month.day.held_on),
        day: &month.day,
        counts,
        shares,
    })
}

#[derive(Template)]
#[template(path = "posyandu/templates/register.html")]
struct RegisterPage<'a> {
    p: &'a Page,
    month: String,
    post: String,
    lines: Vec<Line>,
}

pub(super) async fn register(signed: Signed, Path(id): Path<String>) -> Result<Reply> {
    let month = Month::read(&signed, &id).await?;
    let p = signed.page("register-title");
    Reply::render(&RegisterPage {
        p: &p,
        post: day_title(&signed, &month.day),
        month: format::month(signed.lang(), *month.day.held_on),
        lines: month.lines,
    })
}

/// The charts of the booklet: weight, length, weight for length, head.
const BOOKLET: [Index; 4] = [
    Index::WeightForAge,
    Index::LengthForAge,
    Index::WeightForLength,
    Index::HeadForAge,
];

/// What is copied into the booklet of one child.
struct Booklet {
    name: String,
    age: String,
    row: StoredMeasurement,
    /// Between which lines its dots lie, in the order of [`BOOKLET`].
    dots: Vec<String>,
}

#[derive(Template)]
#[template(path = "posyandu/templates/kia.html")]
struct KiaPage<'a> {
    p: &'a Page,
    day: &'a DayRow,
    post: String,
    charts: [Index; 4],
    booklets: Vec<Booklet>,
}

pub(super) async fn kia(signed: Signed, Path(id): Path<String>) -> Result<Reply> {
    let month = Month::read(&signed, &id).await?;
    let on = *month.day.held_on;
    let post = day_title(&signed, &month.day);
    let dot = |row: &StoredMeasurement, index| {
        row.z(index).map_or_else(String::new, show::place_in_signs)
    };
    let booklets = month
        .lines
        .into_iter()
        .filter_map(|line| Some((line.person, line.age, line.row?)))
        .filter(|(_, _, row)| *row.measured_on == on)
        .map(|(person, age, row)| Booklet {
            name: person.name,
            age,
            dots: BOOKLET.map(|index| dot(&row, index)).to_vec(),
            row,
        })
        .collect();
    let p = signed.page("kia-title");
    Reply::render(&KiaPage {
        p: &p,
        day: &month.day,
        post,
        charts: BOOKLET,
        booklets,
    })
}
