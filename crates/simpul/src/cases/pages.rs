//! The desk's first page: what came in, with its clock.

use askama::Template;
use axum::extract::Query;

use jiff::civil::Date;
use simpul_identity::AreaCode;

use super::model::Need;
use super::reads::{CaseLine, Cursor, Filter, incoming};
use super::transitions::OFFICE;
use super::worklist::WorkList;
use super::{
    LISTERS, board, case_page, checks, directory, documents, duty, emergency, intake_pages,
    letters, notices, post, queue, slip, voices,
};
use crate::access::{Role, Route, Signed, Who};
use crate::platform::page::Page;
use crate::platform::words::Lang;
use crate::platform::{Instant, Reply, Result, format};
use crate::registry;

/// Lines of one page.
const PAGE: u32 = 50;

pub(super) fn routes() -> Vec<Route> {
    let mut routes = case_routes();
    routes.extend(folder_routes());
    routes.extend(queue_routes());
    routes.extend(intake_pages::routes());
    routes.extend(board::pages::routes());
    routes.extend(emergency::pages::routes());
    routes.extend(duty::pages::routes());
    routes.extend(post::pages::routes());
    routes.extend(directory::pages::routes());
    routes
}

/// What lies in the folder of a case: its papers, and what the family says.
fn folder_routes() -> Vec<Route> {
    use documents::pages as papers;
    use letters::pages as letter;
    use notices::pages as out;
    use voices::pages as said;
    let all = Who::Roles(papers::ROLES);
    vec![
        Route::get("/rujukan/{id}/berkas", all, papers::list),
        Route::upload("/rujukan/{id}/berkas", all, papers::add),
        Route::get("/berkas/{id}", all, papers::open),
        Route::post("/berkas/{id}/hapus", Who::Roles(Role::DESK), papers::erase),
        Route::get(
            "/rujukan/{id}/surat",
            Who::Roles(letter::READERS),
            letter::list,
        ),
        Route::post(
            "/rujukan/{id}/surat",
            Who::Roles(letter::WRITERS),
            letter::write,
        ),
        Route::get("/surat/{id}", Who::Roles(letter::READERS), letter::page),
        Route::get("/surat/{id}/pdf", Who::Roles(letter::READERS), letter::pdf),
        Route::get("/kabar", Who::Roles(out::READERS), out::list),
        Route::get("/kabar/{id}", Who::Roles(Role::DESK), out::by_hand),
        Route::post("/kabar/{id}", Who::Roles(Role::DESK), out::sent),
        Route::post("/rujukan/{id}/kabar", Who::Roles(Role::DESK), out::refuse),
        Route::get("/suara", Who::Roles(said::READERS), said::list),
        Route::get("/rujukan/{id}/pesan", Who::Roles(said::READERS), said::page),
        Route::post("/rujukan/{id}/pesan", Who::Roles(Role::DESK), said::answer),
        Route::post("/sanggah/{id}", Who::Roles(said::DECIDERS), said::settle),
    ]
}

/// The shared secretariat: queue and visiting schedule.
fn queue_routes() -> Vec<Route> {
    use queue::pages as line;
    let desk = Who::Roles(Role::DESK);
    vec![
        Route::get("/antrean", desk, line::queue),
        Route::post("/antrean", desk, line::take),
        Route::post("/antrean/panggil", desk, line::call),
        Route::get("/antrean/layar", desk, line::screen),
        Route::get(
            "/antrean/jadwal",
            Who::Roles(line::VISITING),
            line::schedule,
        ),
        Route::post("/antrean/jadwal", Who::Roles(line::VISITING), line::plan),
        Route::post("/antrean/jadwal/{id}/hapus", desk, line::cancel),
        Route::get("/antrean/{id}", desk, line::number),
        Route::post("/antrean/{id}", desk, line::step),
    ]
}

fn case_routes() -> Vec<Route> {
    vec![
        Route::get("/puskesos", Who::Roles(LISTERS), list),
        Route::get("/puskesos/cek", Who::Roles(Role::DESK), checks::list),
        Route::get(
            "/puskesos/cek/{household}",
            Who::Roles(Role::DESK),
            checks::page,
        ),
        Route::post(
            "/puskesos/cek/{household}",
            Who::Roles(Role::DESK),
            checks::keep,
        ),
        Route::get(
            "/rujukan/{id}",
            Who::Roles(case_page::ROLES),
            case_page::page,
        ),
        Route::post(
            "/rujukan/{id}",
            Who::Roles(case_page::ROLES),
            case_page::take_step,
        ),
        Route::get("/bukti/{id}", Who::Roles(slip::ROLES), slip::page),
    ]
}

#[derive(serde::Deserialize)]
pub(super) struct Choice {
    daftar: Option<String>,
    kebutuhan: Option<String>,
    bidang: Option<String>,
    tunggu: Option<String>,
    lewat: Option<String>,
    kerja: Option<String>,
    desa: Option<String>,
    setelah: Option<String>,
}

impl Choice {
    fn filter(&self, now: Instant, today: Date) -> Filter {
        let list: Option<WorkList> = chosen(&self.kerja);
        let ended = list.is_some_and(WorkList::is_of_ended);
        let closed = ended || self.daftar.as_deref() == Some("selesai");
        Filter {
            closed,
            // What has ended waits for nobody.
            list: list.filter(|list| list.is_of_ended() == closed),
            today: Some(today),
            need: chosen(&self.kebutuhan),
            field: chosen(&self.bidang),
            waits: chosen(&self.tunggu).filter(|_| !closed),
            late_at: (!closed && self.lewat.as_deref() == Some("ya")).then_some(now),
        }
    }

    fn village(&self) -> Option<AreaCode> {
        chosen(&self.desa)
    }

    /// What the list is narrowed to by the way one came, in words.
    fn told(&self, filter: Filter, lang: Lang) -> Vec<String> {
        [
            self.village().map(|village| slip::village_name(&village)),
            filter.field.map(|field| lang.t(field.words())),
            filter.waits.map(|waits| lang.t(waits.words())),
            filter.late_at.map(|_| lang.t("board-late")),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// What the filter's form must send again.
    fn kept(&self) -> Vec<(&'static str, &str)> {
        let fields = [
            ("bidang", &self.bidang),
            ("tunggu", &self.tunggu),
            ("lewat", &self.lewat),
            ("kerja", &self.kerja),
            ("desa", &self.desa),
        ];
        fields
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.as_deref()?)))
            .filter(|(_, value)| {
                value
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            })
            .collect()
    }
}

fn chosen<T: std::str::FromStr>(text: &Option<String>) -> Option<T> {
    text.as_deref().and_then(|key| key.parse().ok())
}

/// A cursor as it stands in the address: sort key and id.
pub(super) fn cursor_in_address(text: &str) -> Option<Cursor> {
    let (at, id) = text.split_once('.')?;
    Some(Cursor(Instant(at.parse().ok()?), id.parse().ok()?))
}

#[derive(Template)]
#[template(path = "cases/templates/list.html")]
struct ListPage<'a> {
    p: &'a Page,
    /// Families that this role has to look up.
    checks: usize,
    filter: Filter,
    /// What the list is narrowed to besides, in words, and as fields of the form.
    told: Vec<String>,
    kept: Vec<(&'static str, &'a str)>,
    /// The lists of this role's work.
    lists: &'static [WorkList],
    duty: bool,
    desk: bool,
    board: bool,
    seeks: bool,
    lines: Vec<Line>,
    /// Address of the next page.
    more: Option<String>,
}

impl ListPage<'_> {
    fn works_on(&self, list: &WorkList) -> bool {
        self.filter.list == Some(*list)
    }

    fn chosen(&self, need: &Need) -> bool {
        self.filter.need == Some(*need)
    }
}

struct Line {
    case: CaseLine,
    family: String,
    clock: Option<Clock>,
    ended: Option<String>,
}

/// A clock in words.
pub(super) struct Clock {
    pub mark: &'static str,
    pub left: String,
    pub why: String,
}

impl Clock {
    pub fn of(signed: &Signed, case: &CaseLine) -> Result<Option<Self>> {
        let clock = case.clock(signed.scope(), signed.app().now())?;
        Ok(clock.map(|clock| Self {
            mark: clock.mark(),
            left: clock.left(signed.lang()),
            why: clock.why(signed.lang()),
        }))
    }
}

async fn list(signed: Signed, Query(choice): Query<Choice>) -> Result<Reply> {
    let (lang, mut db) = (signed.lang(), signed.app().db());
    let scope = &match choice.village() {
        Some(village) => signed.scope().narrowed(&village)?,
        None => signed.scope().clone(),
    };
    let (filter, kept) = (
        choice.filter(signed.app().now(), signed.today()),
        choice.kept(),
    );
    let after = choice.setelah.as_deref().and_then(cursor_in_address);
    let mut cases = incoming(&mut db, scope, filter, after, PAGE + 1).await?;
    let more = cases.len() > PAGE as usize;
    cases.truncate(PAGE as usize);
    let more = cases
        .last()
        .filter(|_| more)
        .map(|last| next_page(filter, &kept, last.cursor()));
    let households: Vec<_> = cases.iter().map(|case| case.household).collect();
    let mut heads = registry::heads(&mut db, scope, &households).await?;
    let looks_up = Role::DESK.contains(&scope.role()) && scope.area().village().is_some();
    let checks = match looks_up {
        true => registry::checks_waiting(&mut db, scope).await?.len(),
        false => 0,
    };
    let mut lines = Vec::with_capacity(cases.len());
    for case in cases {
        let zone = scope.admit(&case.area)?.zone();
        let ended = case
            .progress
            .closed_at
            .map(|at| format::short_date(lang, at.date_in(zone)));
        lines.push(Line {
            family: family_name(heads.get_mut(&case.household).cloned(), lang),
            clock: Clock::of(&signed, &case)?,
            ended,
            case,
        });
    }
    signed.saw("cases", None, lines.len()).await?;
    let lists = WorkList::of(scope.role());
    let p = signed.page(if lists.is_empty() {
        "cases-sent-title"
    } else {
        "cases-title"
    });
    Reply::render(&ListPage {
        p: &p,
        checks,
        filter,
        told: choice.told(filter, lang),
        kept,
        lists,
        desk: Role::DESK.contains(&scope.role()),
        duty: OFFICE.contains(&scope.role()),
        board: board::pages::WATCHERS.contains(&scope.role()),
        seeks: board::pages::SEEKERS.contains(&scope.role()),
        lines,
        more,
    })
}

fn next_page(filter: Filter, kept: &[(&str, &str)], Cursor(at, id): Cursor) -> String {
    let list = if filter.closed { "selesai" } else { "" };
    let need = filter.need.map_or("", Need::key);
    let kept: String = kept
        .iter()
        .map(|(name, value)| format!("&{name}={value}"))
        .collect();
    format!(
        "/puskesos?daftar={list}&kebutuhan={need}{kept}&setelah={}.{id}",
        at.0
    )
}

/// A family by its head; a household whose members have all left still has its case.
pub(super) fn family_name(head: Option<String>, lang: crate::platform::Lang) -> String {
    head.unwrap_or_else(|| lang.t("case-family-unnamed"))
}
