//! "Isi dari buku": a whole session from the paper book in one grid; all of it is kept, or
//! nothing and the cells to mend are shown.

use askama::Template;
use axum::extract::Path;

use super::doors::measure_many;
use super::figures::{Figures, usual_position};
use super::model::{EntrySource, NewMeasurement, StoredMeasurement};
use super::pages::{children, day_title, parse};
use super::sql::DayRow;
use super::{reads, show};
use crate::access::{Posted, Signed};
use crate::platform::form::Form;
use crate::platform::page::Page;
use crate::platform::{AppError, Id, Reply, Result};
use crate::registry::Person;

/// The fields of a row that are typed.
const MEASURES: [&str; 4] = ["bb", "tb", "lila", "lk"];

/// A child's row of the grid.
struct Line {
    person: Person,
    age: String,
    /// The id its measurement will have.
    id: String,
    /// The last weight, beside the field.
    last: String,
    /// Measured lying, as the form says.
    lying: bool,
    /// Some cell must be mended.
    wrong: bool,
    /// Of this day already: not entered again.
    done: Option<Id>,
}

impl Line {
    /// Name of a field of this row.
    fn field(&self, measure: &str) -> String {
        format!("{measure}-{}", self.person.id)
    }
}

#[derive(Template)]
#[template(path = "posyandu/templates/book.html")]
struct BookPage<'a> {
    p: &'a Page,
    form: &'a Form,
    day: &'a DayRow,
    lines: Vec<Line>,
    /// How many children are measured already.
    done: usize,
}

/// The day, its children, and what is measured of them.
struct Session {
    day: DayRow,
    children: Vec<Person>,
    measured: Vec<StoredMeasurement>,
}

impl Session {
    async fn read(signed: &Signed, id: &str) -> Result<Self> {
        let db = &mut signed.app().db();
        let scope = signed.scope();
        let day = reads::day(db, scope, parse(id)?).await?;
        let since = day.held_on.saturating_sub(jiff::Span::new().months(3));
        let until = day.held_on.saturating_add(jiff::Span::new().days(1));
        let measured = reads::of_post(db, scope, &day.area, (since, until)).await?;
        let children = children(signed, &day.area, *day.held_on).await?;
        let ids = children.iter().map(|child| child.id).collect();
        Ok(Self {
            measured: reads::of_children(db, scope, &ids, measured).await?,
            children,
            day,
        })
    }

    async fn show(&self, signed: &Signed, form: &Form) -> Result<Reply> {
        signed.saw("children", None, self.children.len()).await?;
        let lang = signed.lang();
        let on = *self.day.held_on;
        let lines = self.children.iter().map(|person| {
            let of_child = || self.measured.iter().filter(|row| row.person == person.id);
            let last = of_child().rfind(|row| row.weight.is_some() && *row.measured_on < on);
            let kept = form.get(format!("_m-{}", person.id)).to_owned();
            Line {
                age: show::age(lang, person.birth_date, on),
                id: if kept.is_empty() {
                    signed.app().ids().make().to_string()
                } else {
                    kept
                },
                last: last
                    .and_then(|row| row.weight)
                    .map_or_else(String::new, |grams| show::kg(lang, grams)),
                lying: form.chosen(format!("posisi-{}", person.id), "l"),
                wrong: MEASURES
                    .iter()
                    .any(|measure| !form.error(format!("{measure}-{}", person.id)).is_empty()),
                done: of_child()
                    .rfind(|row| *row.measured_on == on)
                    .map(|row| row.id),
                person: person.clone(),
            }
        });
        let mut p = signed.page("book-title");
        p.title = format!(
            "{} · {}",
            lang.t("book-title"),
            day_title(signed, &self.day)
        );
        let lines: Vec<Line> = lines.collect();
        let page = BookPage {
            p: &p,
            done: lines.iter().filter(|line| line.done.is_some()).count(),
            form,
            day: &self.day,
            lines,
        };
        if form.has_errors() {
            Reply::again(&page)
        } else {
            Reply::render(&page)
        }
    }

    /// Reads every filled row; a cell that cannot be taken names itself in the form.
    fn entries(&self, form: &mut Form, signed: &Signed) -> Vec<NewMeasurement> {
        let measurer = form.get("pengukur").to_owned();
        let mut entries = Vec::new();
        for person in &self.children {
            let ending = format!("-{}", person.id);
            let figures = Figures::read(form, &ending, signed.lang());
            let id = form.get(format!("_m{ending}")).parse();
            let (false, Ok(id)) = (figures.is_empty(), id) else {
                continue;
            };
            entries.push(NewMeasurement {
                id,
                person: person.id,
                day: Some(self.day.id),
                on: *self.day.held_on,
                weight: figures.weight,
                lenhei: figures.lenhei,
                position: figures.position,
                head: figures.head,
                arm: figures.arm,
                oedema: None,
                measurer: measurer.clone(),
                danger_signs: Vec::new(),
                replaces: None,
                source: EntrySource::Book,
            });
        }
        entries
    }
}

pub(super) async fn page(signed: Signed, Path(id): Path<String>) -> Result<Reply> {
    let session = Session::read(&signed, &id).await?;
    let mut form = Form::new();
    for person in &session.children {
        let usual = usual_position(person.birth_date, *session.day.held_on);
        form.set(format!("posisi-{}", person.id), usual);
    }
    session.show(&signed, &form).await
}

pub(super) async fn fill_in(
    signed: Signed,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Reply> {
    let session = Session::read(&signed, &id).await?;
    let (mut form, lang) = (posted.form, signed.lang());
    if form.filled("pengukur").is_none() {
        form.wrong("pengukur", lang.t("field-needed"));
    }
    let entries = session.entries(&mut form, &signed);
    if entries.is_empty() && !form.has_errors() {
        form.wrong("pengukur", lang.t("book-empty"));
    }
    if form.has_errors() {
        return session.show(&signed, &form).await;
    }
    let mut work = signed.work().await?;
    let said = measure_many(&mut work, &entries).await?;
    for (entry, said) in entries.iter().zip(said) {
        let person: Id = entry.person;
        match said {
            Ok(_) => {}
            Err(AppError::Refused(key) | AppError::Conflict(key)) => {
                form.wrong(format!("bb-{person}"), lang.t(key));
            }
            Err(error) => return Err(error),
        }
    }
    if form.has_errors() {
        // Dropping the work takes all of it back.
        drop(work);
        return session.show(&signed, &form).await;
    }
    work.commit().await?;
    let path = format!("/posyandu/hari/{}?pesan=notice-book-saved", session.day.id);
    Ok(Reply::see(path))
}
