//! The queue for the officer, the screen of the waiting room, the visiting schedule.

use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};

use super::doors::{
    NewVisit, NewVisitingHour, SameDay, Visit, VisitingHour, add_visiting_hour, call_next,
    drop_visiting_hour, move_visit, same_day, take_number, today, visiting_hours,
};
use super::{Officer, Priority, Purpose, VisitState};
use crate::access::{Posted, Role, Signed};
use crate::platform::form::Form;
use crate::platform::page::Page;
use crate::platform::{AppError, Id, Instant, Reply, Result, format};

/// Seconds after which the waiting room's screen is read anew.
const FRESH_SECONDS: &str = "10";
const MINUTE_MS: i64 = 60_000;

#[derive(Template)]
#[template(path = "cases/queue/templates/queue.html")]
struct QueuePage<'a> {
    p: &'a Page,
    form: &'a Form,
    id: Id,
    waiting: Vec<Line>,
    serving: Vec<Line>,
    served: usize,
    /// Minutes from the number to the call, on average today.
    wait: Option<i64>,
    same_day: SameDay,
}

struct Line {
    id: Id,
    number: i64,
    purpose: String,
    /// Words of the priority, when there is one.
    priority: Option<String>,
    state: VisitState,
    minutes: i64,
}

fn line(signed: &Signed, visit: &Visit, now: Instant) -> Line {
    let lang = signed.lang();
    let since = visit.started_at.unwrap_or(visit.taken_at);
    Line {
        id: visit.id,
        number: visit.number,
        purpose: lang.t(visit.purpose.words()),
        priority: (visit.priority != Priority::Biasa).then(|| lang.t(visit.priority.words())),
        state: visit.state,
        minutes: (now.0 - since.0) / MINUTE_MS,
    }
}

/// Minutes from number to call.
fn average_wait(visits: &[Visit]) -> Option<i64> {
    let waits = visits
        .iter()
        .filter_map(|visit| Some(visit.called_at?.0 - visit.taken_at.0));
    let (count, sum) = waits.fold((0, 0), |(count, sum), wait| (count + 1, sum + wait));
    (count > 0).then(|| sum / count / MINUTE_MS)
}

pub(in crate::cases) async fn queue(signed: Signed) -> Result<Reply> {
    show(&signed, &Form::new()).await
}

async fn show(signed: &Signed, form: &Form) -> Result<Reply> {
    let (scope, now, mut db) = (signed.scope(), signed.app().now(), signed.app().db());
    let visits = today(&mut db, scope, now).await?;
    let lines = |states: &[VisitState]| -> Vec<Line> {
        let found = visits.iter().filter(|visit| states.contains(&visit.state));
        found.map(|visit| line(signed, visit, now)).collect()
    };
    let mut waiting = lines(&[VisitState::Menunggu]);
    waiting.sort_by_key(|line| (line.priority.is_none(), line.number));
    let p = signed.page("queue-title");
    let page = QueuePage {
        p: &p,
        form,
        id: signed.app().ids().make(),
        waiting,
        serving: lines(&[VisitState::Dipanggil, VisitState::Dilayani]),
        served: lines(&[VisitState::Selesai]).len(),
        wait: average_wait(&visits),
        same_day: same_day(&mut db, scope, signed.today()).await?,
    };
    match form.has_errors() {
        true => Reply::again(&page),
        false => Reply::render(&page),
    }
}

pub(in crate::cases) async fn take(signed: Signed, posted: Posted) -> Result<Reply> {
    let (mut form, lang) = (posted.form, signed.lang());
    let purpose: Option<Purpose> =
        form.read("keperluan", lang, "case-choose", |key| key.parse().ok());
    let priority: Option<Priority> =
        form.read("prioritas", lang, "case-choose", |key| key.parse().ok());
    let (Some(purpose), Some(priority)) = (purpose, priority) else {
        return show(&signed, &form).await;
    };
    let mut work = signed.work().await?;
    let new = NewVisit {
        id: posted.id,
        purpose,
        priority,
    };
    take_number(&mut work, new).await?;
    work.commit().await?;
    Ok(Reply::see(format!("/antrean/{}", posted.id)))
}

pub(in crate::cases) async fn call(signed: Signed, _posted: Posted) -> Result<Reply> {
    let mut work = signed.work().await?;
    let called = call_next(&mut work).await?;
    work.commit().await?;
    Ok(Reply::see(match called {
        Some(_) => "/antrean?pesan=notice-called",
        None => "/antrean?pesan=notice-nobody-waits",
    }))
}

#[derive(Template)]
#[template(path = "cases/queue/templates/number.html")]
struct NumberPage<'a> {
    p: &'a Page,
    line: Line,
    at: String,
}

async fn visit_of(signed: &Signed, id: Id) -> Result<Visit> {
    let (scope, now) = (signed.scope(), signed.app().now());
    let visits = today(&mut signed.app().db(), scope, now).await?;
    let mut found = visits.into_iter().filter(|visit| visit.id == id);
    found.next().ok_or(AppError::NotFound)
}

pub(in crate::cases) async fn number(signed: Signed, Path(id): Path<Id>) -> Result<Reply> {
    let visit = visit_of(&signed, id).await?;
    let zone = signed.scope().zone();
    let p = signed.page("queue-number");
    Reply::render(&NumberPage {
        p: &p,
        line: line(&signed, &visit, signed.app().now()),
        at: format::moment(signed.lang(), visit.taken_at.civil(zone), zone),
    })
}

pub(in crate::cases) async fn step(
    signed: Signed,
    Path(id): Path<Id>,
    posted: Posted,
) -> Result<Reply> {
    visit_of(&signed, id).await?;
    let to = posted.form.get("ke").parse();
    let to = to.map_err(|()| AppError::Refused("queue-not-now"))?;
    let mut work = signed.work().await?;
    move_visit(&mut work, id, to).await?;
    work.commit().await?;
    Ok(Reply::see("/antrean"))
}

#[derive(Template)]
#[template(path = "cases/queue/templates/screen.html")]
struct ScreenPage<'a> {
    p: &'a Page,
    called: Vec<i64>,
    waiting: usize,
}

/// Numbers alone, read anew by itself: no script is needed for that.
pub(in crate::cases) async fn screen(signed: Signed) -> Result<Response> {
    let (scope, now) = (signed.scope(), signed.app().now());
    let visits = today(&mut signed.app().db(), scope, now).await?;
    let mut called: Vec<&Visit> = visits
        .iter()
        .filter(|visit| matches!(visit.state, VisitState::Dipanggil | VisitState::Dilayani))
        .collect();
    called.sort_by_key(|visit| std::cmp::Reverse(visit.called_at));
    let waiting = visits
        .iter()
        .filter(|visit| visit.state == VisitState::Menunggu);
    let p = signed.page("queue-screen");
    let reply = Reply::render(&ScreenPage {
        p: &p,
        called: called.iter().map(|visit| visit.number).collect(),
        waiting: waiting.count(),
    })?;
    let mut response = reply.into_response();
    let name = HeaderName::from_static("refresh");
    let fresh = HeaderValue::from_static(FRESH_SECONDS);
    response.headers_mut().insert(name, fresh);
    Ok(response)
}

/// Who sees when other officers come, and writes it down.
pub(in crate::cases) const VISITING: &[Role] = &[
    Role::FrontOffice,
    Role::BackOffice,
    Role::Petugas,
    Role::Koordinator,
    Role::Mitra,
];

#[derive(Template)]
#[template(path = "cases/queue/templates/schedule.html")]
struct SchedulePage<'a> {
    p: &'a Page,
    form: &'a Form,
    id: Id,
    /// Who works at the desk takes lines out, and has the queue.
    desk: bool,
    lines: Vec<(Id, String, String, VisitingHour)>,
}

pub(in crate::cases) async fn schedule(signed: Signed) -> Result<Reply> {
    let fresh = signed.app().ids().make();
    show_schedule(&signed, &Form::new(), fresh).await
}

async fn show_schedule(signed: &Signed, form: &Form, fresh: Id) -> Result<Reply> {
    let (scope, lang) = (signed.scope(), signed.lang());
    let hours = visiting_hours(&mut signed.app().db(), scope, signed.today()).await?;
    let lines = hours.into_iter().map(|hour| {
        let day = hour.day.parse();
        let day = day.map_or_else(|_| hour.day.clone(), |day| format::date(lang, day));
        (hour.id, lang.t(hour.officer.words()), day, hour)
    });
    let p = signed.page("visiting-title");
    let page = SchedulePage {
        p: &p,
        form,
        id: fresh,
        desk: Role::DESK.contains(&scope.role()),
        lines: lines.collect(),
    };
    match form.has_errors() {
        true => Reply::again(&page),
        false => Reply::render(&page),
    }
}

pub(in crate::cases) async fn plan(signed: Signed, posted: Posted) -> Result<Reply> {
    let (mut form, lang) = (posted.form, signed.lang());
    let officer: Option<Officer> = form.read("siapa", lang, "case-choose", |key| key.parse().ok());
    let day = form.read("tanggal", lang, "visiting-day", format::parse_date);
    let hours = form.read("jam", lang, "visiting-text", |text| {
        (1..=40)
            .contains(&text.chars().count())
            .then(|| text.to_owned())
    });
    let note = form.read("catatan", lang, "visiting-text", |text| {
        (text.chars().count() <= 120).then(|| text.to_owned())
    });
    let (Some(officer), Some(day), Some(hours), Some(note)) = (officer, day, hours, note) else {
        return show_schedule(&signed, &form, posted.id).await;
    };
    let mut work = signed.work().await?;
    let new = NewVisitingHour {
        id: posted.id,
        officer,
        day,
        hours,
        note,
    };
    add_visiting_hour(&mut work, new).await?;
    work.commit().await?;
    Ok(Reply::see("/antrean/jadwal?pesan=notice-case-step"))
}

pub(in crate::cases) async fn cancel(
    signed: Signed,
    Path(id): Path<Id>,
    _posted: Posted,
) -> Result<Reply> {
    let mut work = signed.work().await?;
    drop_visiting_hour(&mut work, id).await?;
    work.commit().await?;
    Ok(Reply::see("/antrean/jadwal?pesan=notice-case-step"))
}
