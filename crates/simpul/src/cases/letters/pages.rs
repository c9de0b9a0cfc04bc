//! Letters of a case: write one, print it.

use askama::Template;
use axum::extract::Path;

use super::doors::{NewLetter, letter, letters_of, write_letter};
use super::{Letter, LetterKind};
use crate::access::{Posted, Role, Signed, user_name};
use crate::cases::model::Action;
use crate::cases::pages::family_name;
use crate::cases::reads::{Case, case};
use crate::cases::slip::{qr, village_name};
use crate::cases::transitions::MAX_TEXT;
use crate::platform::form::Form;
use crate::platform::page::Page;
use crate::platform::words::Lang;
use crate::platform::{AppError, Id, Reply, Result, format};
use crate::registry::{self, Household};

pub(in crate::cases) const READERS: &[Role] = &[
    Role::Petugas,
    Role::Koordinator,
    Role::Supervisor,
    Role::Manajer,
];

const MONTHS: [&str; 12] = [
    "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII",
];

#[derive(Template)]
#[template(path = "cases/letters/templates/letters.html")]
struct LettersPage<'a> {
    p: &'a Page,
    form: &'a Form,
    id: Id,
    case: Id,
    lines: Vec<(Id, String, String, String)>,
    /// Whether this role writes letters.
    writes: bool,
}

/// `007/PUSKESOS/XI/2026`.
fn numbered(letter: &Letter, lang: Lang, signed: &Signed) -> (String, String) {
    let day = letter.at.date_in(signed.scope().zone());
    let month = MONTHS[usize::from(day.month().unsigned_abs()) - 1];
    let number = format!("{:03}/PUSKESOS/{month}/{}", letter.number, letter.year);
    (number, format::date(lang, day))
}

pub(in crate::cases) async fn list(signed: Signed, Path(id): Path<Id>) -> Result<Reply> {
    let fresh = signed.app().ids().make();
    show(&signed, id, &Form::new(), fresh).await
}

async fn show(signed: &Signed, id: Id, form: &Form, fresh: Id) -> Result<Reply> {
    let (scope, lang) = (signed.scope(), signed.lang());
    let letters = letters_of(&mut signed.app().db(), scope, id).await?;
    signed.saw("letters", None, letters.len()).await?;
    let lines = letters.iter().map(|one| {
        let (number, day) = numbered(one, lang, signed);
        (one.id, lang.t(one.kind.words()), number, day)
    });
    let p = signed.page("letters-title");
    let page = LettersPage {
        p: &p,
        form,
        id: fresh,
        case: id,
        lines: lines.collect(),
        writes: Role::DESK.contains(&scope.role()),
    };
    match form.has_errors() {
        true => Reply::again(&page),
        false => Reply::render(&page),
    }
}

pub(in crate::cases) async fn write(
    signed: Signed,
    Path(case): Path<Id>,
    posted: Posted,
) -> Result<Reply> {
    letters_of(&mut signed.app().db(), signed.scope(), case).await?;
    let (mut form, lang) = (posted.form, signed.lang());
    let kind: Option<LetterKind> = form.read("jenis", lang, "case-choose", |key| key.parse().ok());
    let text = form.read("isi", lang, "case-text", |text| {
        let fits = (1..=MAX_TEXT).contains(&text.chars().count());
        fits.then(|| text.to_owned())
    });
    let (Some(kind), Some(text)) = (kind, text) else {
        return show(&signed, case, &form, posted.id).await;
    };
    let mut work = signed.work().await?;
    let new = NewLetter {
        id: posted.id,
        case,
        kind,
        text,
    };
    write_letter(&mut work, &new).await?;
    work.commit().await?;
    Ok(Reply::see(format!("/surat/{}", posted.id)))
}

#[derive(Template)]
#[template(path = "cases/letters/templates/letter.html")]
struct LetterPage<'a> {
    p: &'a Page,
    case: Id,
    /// Of a letter everything is in Indonesian, whatever the page is in.
    l: Lang,
    title: String,
    number: String,
    day: String,
    village: String,
    above: String,
    /// Who is asked, in a letter of referral.
    to: Option<String>,
    family: String,
    household: &'a Household,
    /// `None` in a case that nobody else should know of.
    need: Option<String>,
    opening: String,
    text: String,
    signed_by: String,
    signed_role: String,
    address: String,
    qr: Option<String>,
}

pub(in crate::cases) async fn page(signed: Signed, Path(id): Path<Id>) -> Result<Reply> {
    let (app, scope, l) = (signed.app(), signed.scope(), Lang::Id);
    let (letter, text) = letter(app, scope, id).await?;
    let text = text.ok_or(AppError::NotFound)?;
    let text = std::str::from_utf8(&text).map_err(AppError::internal)?;
    let mut db = app.db();
    let case = case(&mut db, scope, letter.case_id).await?;
    let household = registry::household(&mut db, scope, letter.household).await?;
    let mut heads = registry::heads(&mut db, scope, &[household.id]).await?;
    signed.saw("letter", Some(household.id), 1).await?;
    let (number, day) = numbered(&letter, l, &signed);
    let restricted = case.line.progress.need.is_restricted();
    let address = format!("{}/lacak", app.config().public_url);
    let key = letter.kind.words();
    let p = signed.page("letters-title");
    Reply::render(&LetterPage {
        p: &p,
        case: letter.case_id,
        l,
        title: l.t(&key),
        number,
        day,
        village: village_name(&letter.area),
        above: above(&letter),
        to: destination(&case, letter.kind),
        family: family_name(heads.remove(&household.id), l),
        household: &household,
        need: (!restricted).then(|| l.t(case.line.progress.need.words())),
        opening: l.t(format!("{key}-opening")),
        text: text.to_owned(),
        signed_by: user_name(app, letter.made_by).await?,
        signed_role: l.t(letter.made_role.words()),
        qr: match restricted {
            true => None,
            false => Some(qr(&address)?),
        },
        address,
    })
}

/// Kecamatan and kabupaten by name.
fn above(letter: &Letter) -> String {
    let name = |region: &simpul_identity::RegionCode| {
        simpul_identity::region::name(*region).map(str::to_owned)
    };
    let code = letter.area.as_str();
    let kecamatan = code.get(..6).and_then(|code| code.parse().ok());
    let parts = [kecamatan, letter.area.kabupaten()];
    let names: Vec<String> = parts.iter().flatten().filter_map(name).collect();
    names.join(", ")
}

/// Where the case was referred to last.
fn destination(case: &Case, kind: LetterKind) -> Option<String> {
    let to = case.steps.iter().rev().find_map(|step| match &step.action {
        Action::ReferOn { to, .. } => Some(Lang::Id.t(to.words())),
        _ => None,
    });
    to.filter(|_| kind == LetterKind::Rujukan)
}
