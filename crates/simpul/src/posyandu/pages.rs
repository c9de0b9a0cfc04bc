//! The kader's first page, the hari buka, and the table of routes.

use askama::Template;
use axum::extract::{Path, Query};
use jiff::civil::Date;
use simpul_identity::{AreaCode, search_key};

use super::doors::{arrive, make_post, open_day};
use super::model::{NewDay, NewPost, StoredMeasurement, month_start, under_five_since};
use super::sql::{DayRow, PostRow};
use super::{bidan, book, child, prints, reads, show};
use crate::access::{Posted, Role, Route, Signed, Who};
use crate::cases;
use crate::platform::form::Form;
use crate::platform::format::parse_date;
use crate::platform::page::Page;
use crate::platform::{AppError, Id, Instant, Reply, Result};
use crate::registry::{self, Person};
use crate::screening;

pub(super) const POST: Who = Who::Roles(Role::POST);
const BIDAN: Who = Who::Roles(&[Role::Bidan]);
/// Those who may see a child's measurements: by task, or with consent.
const READERS: Who = Who::Roles(Role::POST_AND_DESK);
/// More children than a post has.
pub(super) const CHILDREN: i64 = 500;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/posyandu", POST, home),
        Route::post("/posyandu/baru", BIDAN, new_post),
        Route::post("/posyandu/hari", POST, start_day),
        Route::get("/posyandu/hari/{id}", POST, day_page),
        Route::post("/posyandu/hari/{id}/datang", POST, came),
        Route::get("/posyandu/hari/{id}/buku", POST, book::page),
        Route::post("/posyandu/hari/{id}/buku", POST, book::fill_in),
        Route::get("/posyandu/hari/{id}/skdn", POST, prints::skdn),
        Route::get("/posyandu/hari/{id}/register", POST, prints::register),
        Route::get("/posyandu/hari/{id}/kia", POST, prints::kia),
        Route::get("/anak/{id}", READERS, child::profile),
        Route::get("/anak/{id}/ukur", POST, child::form_page),
        Route::post("/anak/{id}/ukur", POST, child::take),
        Route::get("/ukuran/{id}", POST, child::answer),
        Route::post("/ukuran/{id}/belum-berangkat", POST, child::cannot_go),
        Route::get("/bidan", BIDAN, bidan::page),
        Route::post("/bidan/{id}", BIDAN, bidan::answer),
    ]
}

/// The children of a post on a day, by name.
pub(super) async fn children(signed: &Signed, post: &AreaCode, on: Date) -> Result<Vec<Person>> {
    let db = signed.app().db();
    let born_after = under_five_since(on);
    registry::children_under(&mut &*db, signed.scope(), post, born_after, CHILDREN).await
}

pub(super) fn day_title(signed: &Signed, day: &DayRow) -> String {
    let lang = signed.lang();
    let number = day.area.post_number().unwrap_or(0);
    let post = day
        .post
        .clone()
        .unwrap_or_else(|| lang.t1("post-number", "number", format!("{number:03}")));
    lang.t1("post-title", "name", post)
}

/// What became of one referral.
struct News {
    case: Id,
    family: String,
    /// Keys of the words of need and state.
    need: String,
    state: String,
    done: bool,
    sent: Date,
    /// What the Puskesos wrote last; none while it has not answered.
    told: Option<String>,
}

/// What became of this person's referrals since the month began.
async fn news(signed: &Signed, today: Date) -> Result<Vec<News>> {
    let (scope, db) = (signed.scope(), &mut signed.app().db());
    let since = start_of(signed, month_start(today));
    let lines = cases::sent_by(db, scope, since).await?;
    let households: Vec<Id> = lines.iter().map(|line| line.household).collect();
    let heads = registry::heads(db, scope, &households).await?;
    if !lines.is_empty() {
        signed.saw("referrals", None, lines.len()).await?;
    }
    Ok(lines
        .into_iter()
        .map(|line| News {
            case: line.id,
            family: heads.get(&line.household).cloned().unwrap_or_default(),
            need: line.progress.need.words(),
            state: line.progress.state.words(),
            done: line.progress.state.is_final(),
            sent: line.progress.opened_at.date_in(scope.zone()),
            told: line.news.map(|step| {
                let texts = step.action.texts();
                let texts: Vec<&str> = texts.into_iter().map(|(_, text)| text).collect();
                texts.join(" ")
            }),
        })
        .collect())
}

#[derive(Template)]
#[template(path = "posyandu/templates/home.html")]
struct HomePage<'a> {
    p: &'a Page,
    form: &'a Form,
    id: Id,
    today: Date,
    news: Vec<News>,
    waiting: i64,
    /// Days of today.
    open: Vec<DayRow>,
    past: Vec<DayRow>,
    posts: Vec<PostRow>,
    /// A bidan chooses the post.
    one_post: bool,
    bidan: bool,
    to_confirm: usize,
    /// What the Puskesos asks the post to look at.
    asked: usize,
}

async fn home(signed: Signed) -> Result<Reply> {
    show_home(&signed, &Form::new(), signed.app().ids().make()).await
}

async fn show_home(signed: &Signed, form: &Form, id: Id) -> Result<Reply> {
    let (scope, today) = (signed.scope(), signed.today());
    let db = &mut signed.app().db();
    let news = news(signed, today).await?;
    let waiting = screening::count_waiting(db, scope).await?;
    let since = today.saturating_sub(jiff::Span::new().days(60));
    let (open, past): (Vec<DayRow>, Vec<DayRow>) = reads::days(db, scope, since)
        .await?
        .into_iter()
        .partition(|day| *day.held_on == today);
    let posts = reads::posts(db, scope).await?;
    let bidan = scope.role() == Role::Bidan;
    let to_confirm = match bidan {
        true => reads::bidan_waiting(db, scope).await?.len(),
        false => 0,
    };
    let unanswered = |row: &&cases::PostReferral| !row.state.is_answered();
    let asked = cases::to_post(db, scope)
        .await?
        .iter()
        .filter(unanswered)
        .count();
    let p = signed.page("posyandu-title");
    let page = HomePage {
        p: &p,
        form,
        id,
        today,
        news,
        waiting,
        open,
        past,
        posts,
        one_post: scope.area().post_number().is_some(),
        bidan,
        to_confirm,
        asked,
    };
    if form.has_errors() {
        Reply::again(&page)
    } else {
        Reply::render(&page)
    }
}

/// Midnight at the beginning of a day, in the person's own zone.
fn start_of(signed: &Signed, day: Date) -> Instant {
    let hours = i64::from(signed.scope().zone().hours());
    let days = i64::from((day - Date::constant(1970, 1, 1)).get_days());
    Instant((days * 24 - hours) * 3_600_000)
}

async fn start_day(signed: Signed, posted: Posted) -> Result<Reply> {
    let (mut form, lang) = (posted.form, signed.lang());
    let date = form.read("tanggal", lang, "day-date", parse_date);
    let area = match signed.scope().area().post_number() {
        Some(_) => Some(*signed.scope().area()),
        None => form.read("pos", lang, "post-choose", |text| {
            AreaCode::parse(text).ok()
        }),
    };
    if let (Some(date), Some(post_area)) = (date, area) {
        let mut work = signed.work().await?;
        let new = NewDay {
            id: posted.id,
            post_area,
            date,
        };
        match open_day(&mut work, new).await {
            Ok(day) => {
                work.commit().await?;
                let book = if form.chosen("buku", "ya") {
                    "/buku"
                } else {
                    ""
                };
                return Ok(Reply::see(format!("/posyandu/hari/{day}{book}")));
            }
            Err(AppError::Refused(key)) => form.wrong("tanggal", lang.t(key)),
            Err(error) => return Err(error),
        }
    }
    show_home(&signed, &form, posted.id).await
}

async fn new_post(signed: Signed, posted: Posted) -> Result<Reply> {
    let (mut form, lang) = (posted.form, signed.lang());
    let covered = |area: &AreaCode| signed.scope().area().contains(area);
    let area = form.read("kode", lang, "post-code", |text| {
        AreaCode::parse(text).ok().filter(covered)
    });
    let name = form.read("nama", lang, "field-needed", |text| {
        (!text.is_empty()).then(|| text.to_owned())
    });
    if let (Some(area), Some(name)) = (area, name) {
        let mut work = signed.work().await?;
        let new = NewPost {
            id: posted.id,
            area,
            name,
        };
        match make_post(&mut work, new).await {
            Ok(()) => {
                work.commit().await?;
                return Ok(Reply::see("/posyandu?pesan=notice-post-made"));
            }
            Err(AppError::Refused(key) | AppError::Conflict(key)) => {
                form.wrong("kode", lang.t(key));
            }
            Err(error) => return Err(error),
        }
    }
    show_home(&signed, &form, posted.id).await
}

/// A child on the list of a hari buka.
struct Expected {
    person: Person,
    age: String,
    /// The measurement of the day.
    measured: Option<StoredMeasurement>,
}

#[derive(Template)]
#[template(path = "posyandu/templates/day.html")]
struct DayPage<'a> {
    p: &'a Page,
    day: &'a DayRow,
    search: &'a str,
    /// Children of the post, before the search.
    total: usize,
    expected: Vec<Expected>,
    arrived: Vec<Expected>,
    done: Vec<Expected>,
}

#[derive(serde::Deserialize)]
pub(super) struct Search {
    cari: Option<String>,
}

async fn day_page(
    signed: Signed,
    Path(id): Path<String>,
    Query(search): Query<Search>,
) -> Result<Reply> {
    let (scope, lang) = (signed.scope(), signed.lang());
    let db = &mut signed.app().db();
    let day = reads::day(db, scope, parse(&id)?).await?;
    let all = children(&signed, &day.area, *day.held_on).await?;
    let came = reads::arrived(db, scope, day.id).await?;
    let measured = reads::of_day(db, scope, day.id).await?;
    let ids = all.iter().map(|child| child.id).collect();
    let mut measured = reads::of_children(db, scope, &ids, measured).await?;
    let search = search.cari.unwrap_or_default();
    let wanted = search_key(&search);
    let total = all.len();
    let (mut expected, mut arrived, mut done) = (Vec::new(), Vec::new(), Vec::new());
    for person in all {
        let key = search_key(&person.name);
        if !wanted.split(' ').all(|word| key.contains(word)) {
            continue;
        }
        let at = measured.iter().position(|row| row.person == person.id);
        let child = Expected {
            age: show::age(lang, person.birth_date, *day.held_on),
            measured: at.map(|at| measured.swap_remove(at)),
            person,
        };
        if child.measured.is_some() {
            done.push(child);
        } else if came.contains(&child.person.id) {
            arrived.push(child);
        } else {
            expected.push(child);
        }
    }
    let shown = expected.len() + arrived.len() + done.len();
    signed.saw("children", None, shown).await?;
    let mut p = signed.page("posyandu-title");
    p.title = day_title(&signed, &day);
    Reply::render(&DayPage {
        p: &p,
        day: &day,
        search: search.trim(),
        total,
        expected,
        arrived,
        done,
    })
}

async fn came(signed: Signed, Path(id): Path<String>, posted: Posted) -> Result<Reply> {
    let mut work = signed.work().await?;
    let (scope, tx) = work.parts();
    let day = reads::day(tx, scope, parse(&id)?).await?.id;
    let person = posted
        .form
        .filled("anak")
        .ok_or(AppError::Refused("field-needed"))?;
    arrive(&mut work, day, parse(person)?).await?;
    work.commit().await?;
    Ok(Reply::see(format!("/posyandu/hari/{day}")))
}

/// An id of an address; anything else does not exist.
pub(super) fn parse(text: &str) -> Result<Id> {
    text.parse().map_err(|_| AppError::NotFound)
}
