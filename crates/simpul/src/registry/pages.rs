//! Search for families, and their first registration.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::Path;
use simpul_identity::{AreaCode, KkNumber, Nik, NikError, Sex};

use super::compared::Compared;
use super::known::perhaps_known;
use super::member_form::{self, Home};
use super::model::{NewBirth, NewHousehold, NewPerson, Person, Relation, neighbourhood};
use super::{reads, register};
use crate::access::{Posted, Role, Route, Signed, Who};
use crate::platform::form::Form;
use crate::platform::page::Page;
use crate::platform::{Id, Reply, Result};

/// Those who search for families; all others meet them in lists of their own.
pub(super) const SEARCH: &[Role] = Role::OF_FAMILIES;
const REGISTER: &[Role] = Role::FACE_TO_FACE;
/// Persons on one page of search.
const FOUND: usize = 50;
/// The field in which somebody says that it is another person.
const OTHER: &str = "orang-lain";
/// What the field says once it is ticked.
const ASKED: &str = "_orang-lain";
/// Members on one form.
const MOST_MEMBERS: usize = 15;

pub(super) fn routes() -> Vec<Route> {
    let (search, register) = (Who::Roles(SEARCH), Who::Roles(REGISTER));
    let mut routes = super::update_pages::routes();
    routes.extend([
        Route::get("/keluarga", search, search_page),
        Route::post("/keluarga", search, find),
        Route::get("/keluarga/baru", register, new_family_page),
        Route::post("/keluarga/baru", register, new_family),
        Route::get("/keluarga/bayi", register, birth_page),
        Route::post("/keluarga/bayi", register, birth),
        Route::get("/keluarga/{id}/anggota", register, member_page),
        Route::post("/keluarga/{id}/anggota", register, member),
    ]);
    routes
}

#[derive(Template)]
#[template(path = "registry/templates/search.html")]
struct SearchPage<'a> {
    p: &'a Page,
    form: &'a Form,
    id: Id,
    hint: String,
    may_register: bool,
    /// `None` before anything was looked for.
    found: Option<Vec<Person>>,
    /// The last of a full page.
    more: Option<Id>,
}

async fn search_page(signed: Signed) -> Result<Reply> {
    show_search(&signed, &Form::new(), None)
}

fn show_search(signed: &Signed, form: &Form, found: Option<Vec<Person>>) -> Result<Reply> {
    let scope = signed.scope();
    let full = found.as_ref().filter(|found| found.len() == FOUND);
    let page = SearchPage {
        p: &signed.page("families-title"),
        form,
        id: signed.app().ids().make(),
        hint: signed.lang().t(if scope.area().village().is_some() {
            "families-hint"
        } else {
            "families-hint-wide"
        }),
        may_register: REGISTER.contains(&scope.role()),
        more: full.and_then(|found| found.last()).map(|person| person.id),
        found,
    };
    if form.has_errors() {
        Reply::again(&page)
    } else {
        Reply::render(&page)
    }
}

/// The text looked for comes in the body: names do not belong into addresses.
async fn find(signed: Signed, posted: Posted) -> Result<Reply> {
    let mut form = posted.form;
    let text = form.read("cari", signed.lang(), "families-too-short", |text| {
        (text.chars().count() >= 2).then(|| text.to_owned())
    });
    let Some(text) = text else {
        return show_search(&signed, &form, None);
    };
    let after = form.filled("sesudah").and_then(|id| id.parse().ok());
    let (app, scope) = (signed.app(), signed.scope());
    let limit = FOUND as i64;
    let found = reads::search(&mut app.db(), scope, app.keys(), &text, after, limit).await?;
    signed.saw("search", None, found.len()).await?;
    show_search(&signed, &form, Some(found))
}

/// Persons who are perhaps the one that is being registered, with their places in words.
type Known = Vec<(Person, String)>;

/// Looks for who is perhaps recorded already, but for those of whom somebody has said that they are
/// others: their ids stand in the field.
async fn ask_known(signed: &Signed, form: &mut Form, newcomers: &[Compared]) -> Result<Known> {
    if form.has_errors() {
        return Ok(Vec::new());
    }
    let mut others: BTreeSet<Id> = form
        .get(OTHER)
        .split(' ')
        .filter_map(|id| id.parse().ok())
        .collect();
    let (mut db, scope) = (signed.app().db(), signed.scope());
    let mut found = perhaps_known(signed.app(), scope, newcomers).await?;
    found.retain(|person| others.insert(person.id));
    if found.is_empty() {
        return Ok(Vec::new());
    }
    signed.saw("perhaps-known", None, found.len()).await?;
    form.wrong(OTHER, signed.lang().t("known-ask"));
    let others: Vec<String> = others.iter().map(Id::to_string).collect();
    form.set(ASKED, others.join(" "));
    let mut known = Vec::with_capacity(found.len());
    for person in found {
        let home = reads::household(&mut db, scope, person.household).await?;
        let place = format!("{} RT {}/RW {}", home.dusun, home.rt, home.rw);
        known.push((person, place));
    }
    Ok(known)
}

#[derive(Template)]
#[template(path = "registry/templates/new_family.html")]
struct NewFamilyPage<'a> {
    p: &'a Page,
    form: &'a Form,
    known: Known,
    id: Id,
    asks_area: bool,
    rows: usize,
}

fn asks_area(signed: &Signed) -> bool {
    signed.scope().area().post_number().is_none()
}

/// How many members the form has room for.
fn rows(form: &Form) -> usize {
    form.get("baris")
        .parse()
        .unwrap_or(1)
        .clamp(1, MOST_MEMBERS)
}

/// Gives the members of the form their ids, so that sending it twice registers them once.
fn give_ids(signed: &Signed, form: &mut Form, rows: usize) {
    for n in 1..=rows {
        let field = member_form::at("id", &n);
        if form.filled(&field).is_none() {
            form.set(field, signed.app().ids().make().to_string());
        }
    }
}

fn show_new_family(
    signed: &Signed,
    form: &mut Form,
    id: Id,
    rows: usize,
    known: Known,
) -> Result<Reply> {
    give_ids(signed, form, rows);
    let page = NewFamilyPage {
        p: &signed.page("new-family-title"),
        form,
        known,
        id,
        asks_area: asks_area(signed),
        rows,
    };
    if form.has_errors() {
        Reply::again(&page)
    } else {
        Reply::render(&page)
    }
}

async fn new_family_page(signed: Signed) -> Result<Reply> {
    let mut form = Form::new();
    form.set(
        member_form::at("hubungan", &1),
        Relation::KepalaKeluarga.key(),
    );
    if signed.scope().area().village().is_some() {
        form.set("wilayah", signed.scope().area().to_string());
    }
    let id = signed.app().ids().make();
    show_new_family(&signed, &mut form, id, 1, Vec::new())
}

async fn new_family(signed: Signed, posted: Posted) -> Result<Reply> {
    let (mut form, id) = (posted.form, posted.id);
    let rows = rows(&form);
    if form.chosen("tambah", "ya") {
        let rows = (rows + 1).min(MOST_MEMBERS);
        return show_new_family(&signed, &mut form, id, rows, Vec::new());
    }
    give_ids(&signed, &mut form, rows);
    let home = read_household(&signed, &mut form, id);
    let members = read_members(&signed, &mut form, id, rows, home.as_ref());
    let compared = |home| {
        members
            .iter()
            .map(move |(_, new)| Compared::with_home(new, home))
    };
    let newcomers: Vec<Compared> = home.iter().flat_map(compared).collect();
    let known = ask_known(&signed, &mut form, &newcomers).await?;
    if let Some(home) = home.filter(|_| !form.has_errors())
        && save_family(&signed, &mut form, home, members).await?
    {
        return Ok(Reply::see(format!(
            "/keluarga/{id}?pesan=notice-family-registered"
        )));
    }
    show_new_family(&signed, &mut form, id, rows, known)
}

fn read_household(signed: &Signed, form: &mut Form, id: Id) -> Option<NewHousehold> {
    let lang = signed.lang();
    let kk = match form.filled("kk").map(KkNumber::parse) {
        None => None,
        Some(kk) => member_form::taken(form, "kk", lang, kk.map_err(NikError::key)),
    };
    let area = if asks_area(signed) {
        form.read("wilayah", lang, "registry-area-unknown", |text| {
            post_area(text).filter(|area| signed.scope().area().contains(area))
        })
    } else {
        Some(*signed.scope().area())
    };
    let rt = form.read("rt", lang, "registry-rt-form", neighbourhood);
    let rw = form.read("rw", lang, "registry-rt-form", neighbourhood);
    Some(NewHousehold {
        id,
        area: area?,
        kk,
        dusun: form.get("dusun").to_owned(),
        rt: rt?,
        rw: rw?,
        address: form.get("alamat").to_owned(),
    })
}

/// A post, or a village without one, that the region tables have.
fn post_area(text: &str) -> Option<AreaCode> {
    let area = AreaCode::parse(text).ok()?;
    let village = area.village()?;
    simpul_identity::region::name(village)?;
    AreaCode::post(village, area.post_number().unwrap_or(0)).ok()
}

/// The members that were filled in, each with its number on the form.
fn read_members(
    signed: &Signed,
    form: &mut Form,
    household: Id,
    rows: usize,
    home: Option<&NewHousehold>,
) -> Vec<(usize, NewPerson)> {
    let lang = signed.lang();
    let about = Home {
        id: household,
        village: home.and_then(|home| home.area.village()),
        kk: home.and_then(|home| home.kk.as_ref()),
        today: signed.today(),
    };
    let filled: Vec<usize> = (1..=rows)
        .filter(|n| !member_form::is_empty(form, *n))
        .collect();
    if filled.is_empty() {
        form.wrong(
            member_form::at("nama", &1),
            lang.t("registry-member-needed"),
        );
    }
    let members: Vec<(usize, NewPerson)> = filled
        .into_iter()
        .filter_map(|n| Some((n, member_form::read(form, lang, n, &about)?)))
        .collect();
    let niks: Vec<Option<Nik>> = members.iter().map(|(_, new)| new.nik.clone()).collect();
    for place in simpul_identity::nik::repeated(&niks) {
        let field = member_form::at("nik", &members[place].0);
        form.wrong(field, lang.t("number-repeated-in-family"));
    }
    members
}

/// Registers all or nothing; `false` when a field has to be mended.
async fn save_family(
    signed: &Signed,
    form: &mut Form,
    home: NewHousehold,
    members: Vec<(usize, NewPerson)>,
) -> Result<bool> {
    let mut work = signed.work().await?;
    if let Err(error) = register::register_household(&mut work, home).await {
        member_form::refused(form, signed.lang(), 1, error)?;
        return Ok(false);
    }
    for (n, new) in members {
        if let Err(error) = register::register_person(&mut work, new).await {
            member_form::refused(form, signed.lang(), n, error)?;
            return Ok(false);
        }
    }
    work.commit().await?;
    Ok(true)
}

#[derive(Template)]
#[template(path = "registry/templates/member_page.html")]
struct MemberPage<'a> {
    p: &'a Page,
    form: &'a Form,
    known: Known,
    id: Id,
    household: Id,
}

fn show_member(
    signed: &Signed,
    form: &mut Form,
    id: Id,
    household: Id,
    known: Known,
) -> Result<Reply> {
    form.set(member_form::at("id", &1), id.to_string());
    let page = MemberPage {
        p: &signed.page("new-member-title"),
        form,
        known,
        id,
        household,
    };
    if form.has_errors() {
        Reply::again(&page)
    } else {
        Reply::render(&page)
    }
}

async fn member_page(signed: Signed, Path(household): Path<Id>) -> Result<Reply> {
    reads::household(&mut signed.app().db(), signed.scope(), household).await?;
    let id = signed.app().ids().make();
    show_member(&signed, &mut Form::new(), id, household, Vec::new())
}

async fn member(signed: Signed, Path(household): Path<Id>, posted: Posted) -> Result<Reply> {
    let (mut form, id) = (posted.form, posted.id);
    form.set(member_form::at("id", &1), id.to_string());
    let home = reads::household(&mut signed.app().db(), signed.scope(), household).await?;
    let about = Home {
        id: household,
        village: home.area.village(),
        kk: None,
        today: signed.today(),
    };
    let new = member_form::read(&mut form, signed.lang(), 1, &about);
    let compared = |new| Compared::at_home(new, &home, signed.app().keys());
    let newcomer: Vec<Compared> = new.iter().map(compared).collect();
    let known = ask_known(&signed, &mut form, &newcomer).await?;
    if let Some(new) = new.filter(|_| known.is_empty()) {
        let mut work = signed.work().await?;
        match register::register_person(&mut work, new).await {
            Ok(()) => {
                work.commit().await?;
                let notice = "notice-member-registered";
                return Ok(Reply::see(format!("/keluarga/{household}?pesan={notice}")));
            }
            Err(error) => member_form::refused(&mut form, signed.lang(), 1, error)?,
        }
    }
    show_member(&signed, &mut form, id, household, known)
}

#[derive(Template)]
#[template(path = "registry/templates/birth.html")]
struct BirthPage<'a> {
    p: &'a Page,
    form: &'a Form,
    known: Known,
    id: Id,
}

fn show_birth(signed: &Signed, form: &Form, id: Id, known: Known) -> Result<Reply> {
    let page = BirthPage {
        p: &signed.page("birth-title"),
        form,
        known,
        id,
    };
    if form.has_errors() {
        Reply::again(&page)
    } else {
        Reply::render(&page)
    }
}

async fn birth_page(signed: Signed) -> Result<Reply> {
    let mut form = Form::new();
    form.set("urutan", "1");
    let id = signed.app().ids().make();
    show_birth(&signed, &form, id, Vec::new())
}

async fn birth(signed: Signed, posted: Posted) -> Result<Reply> {
    let (mut form, id, lang) = (posted.form, posted.id, signed.lang());
    let mother = read_mother(&signed, &mut form).await?;
    let sex = form.read("jk", lang, "registry-sex-needed", |text| {
        Sex::parse(text).ok()
    });
    let born = member_form::read_birth_date(&mut form, "lahir", lang, signed.today());
    let order = form.read("urutan", lang, "registry-order-form", |text| {
        text.parse().ok().filter(|order| (1..=6_u8).contains(order))
    });
    if let (Some(mother), Some(sex), Some(birth_date), Some(order)) = (mother, sex, born, order) {
        let new = NewBirth {
            id,
            mother,
            order,
            name: form.get("nama-1").to_owned(),
            sex,
            birth_date,
            birth_place: form.get("tempat").to_owned(),
        };
        let known = known_birth(&signed, &mut form, &new).await?;
        if !known.is_empty() {
            return show_birth(&signed, &form, id, known);
        }
        let mut work = signed.work().await?;
        match register::register_birth(&mut work, new).await {
            Ok(household) => {
                work.commit().await?;
                let notice = "notice-birth-registered";
                return Ok(Reply::see(format!("/keluarga/{household}?pesan={notice}")));
            }
            Err(error) => member_form::refused(&mut form, lang, 1, error)?,
        }
    }
    show_birth(&signed, &form, id, Vec::new())
}

/// Who is perhaps this newborn; a twin or a later child of the same day is asked about once.
async fn known_birth(signed: &Signed, form: &mut Form, new: &NewBirth) -> Result<Known> {
    let (mut db, scope) = (signed.app().db(), signed.scope());
    let mother = reads::person(&mut db, scope, new.mother).await?;
    let home = reads::household(&mut db, scope, mother.household).await?;
    let newcomer = Compared::at_home(&new.person(&mother), &home, signed.app().keys());
    ask_known(signed, form, &[newcomer]).await
}

/// The mother by her NIK, within the scope.
async fn read_mother(signed: &Signed, form: &mut Form) -> Result<Option<Id>> {
    let lang = signed.lang();
    let nik = Nik::parse(form.get("nik-ibu")).map_err(NikError::key);
    let Some(nik) = member_form::taken(form, "nik-ibu", lang, nik) else {
        return Ok(None);
    };
    let app = signed.app();
    let found = reads::person_by_nik(&mut app.db(), signed.scope(), app.keys(), &nik).await?;
    if found.is_none() {
        form.wrong("nik-ibu", lang.t("registry-mother-unknown"));
    }
    Ok(found)
}
