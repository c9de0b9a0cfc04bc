//! What stands on a letter, the same on the page and in the PDF. All of it is in Indonesian,
//! whatever the page around it is in. `simpul-print` knows this form as its `Letter`.

use serde::Serialize;

use super::doors::letter;
use super::{Letter, LetterKind};
use crate::access::{Signed, user_name};
use crate::cases::model::Action;
use crate::cases::pages::family_name;
use crate::cases::reads::{Case, case, ticket};
use crate::cases::slip::village_name;
use crate::platform::words::Lang;
use crate::platform::{AppError, Id, Result, format};
use crate::registry::{self, Household};

const L: Lang = Lang::Id;
const MONTHS: [&str; 12] = [
    "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII",
];

#[derive(Serialize)]
pub(super) struct Sheet {
    pub kind: LetterKind,
    /// The office, its village, and what that belongs to.
    pub head: [String; 3],
    pub title: String,
    pub number: Pair,
    /// Who is asked, in a letter of referral.
    pub to: Option<Pair>,
    pub opening: String,
    pub facts: Vec<Pair>,
    pub text: String,
    pub closing: String,
    pub place_and_day: String,
    pub signatures: Vec<Signature>,
    /// `None` in a case that nobody else should know of.
    pub qr: Option<Qr>,
    #[serde(skip)]
    pub household: Id,
    #[serde(skip)]
    pub case: Id,
}

#[derive(Serialize)]
pub(super) struct Pair {
    pub label: String,
    pub value: String,
}

impl Pair {
    fn of(label: &str, value: String) -> Self {
        let label = L.t(label);
        Self { label, value }
    }
}

#[derive(Serialize)]
pub(super) struct Signature {
    pub role: String,
    /// Empty where somebody signs by hand.
    pub name: String,
}

/// Where the family reads how it goes, and the code of its slip. The code follows the address as a
/// fragment, which browsers send to nobody.
#[derive(Serialize)]
pub(super) struct Qr {
    pub content: String,
    pub words: String,
}

/// `007/PUSKESOS/XI/2026`, and the day.
pub(super) fn numbered(letter: &Letter, lang: Lang, signed: &Signed) -> (String, String) {
    let day = letter.at.date_in(signed.scope().zone());
    let month = MONTHS[usize::from(day.month().unsigned_abs()) - 1];
    let office = match letter.area.village() {
        Some(_) => "PUSKESOS",
        None => "SLRT",
    };
    let number = format!("{:03}/{office}/{month}/{}", letter.number, letter.year);
    (number, format::date(lang, day))
}

impl Sheet {
    /// # Errors
    /// [`AppError::NotFound`] for a letter that this person does not see, and after the family was
    /// erased.
    pub async fn of(signed: &Signed, id: Id) -> Result<Self> {
        let (app, scope) = (signed.app(), signed.scope());
        let (letter, text) = letter(app, scope, id).await?;
        let text = text.ok_or(AppError::NotFound)?;
        let text = std::str::from_utf8(&text).map_err(AppError::internal)?;
        let mut db = app.db();
        let case = case(&mut db, scope, letter.case_id).await?;
        let household = registry::household(&mut db, scope, letter.household).await?;
        let mut heads = registry::heads(&mut db, scope, &[household.id]).await?;
        let (number, day) = numbered(&letter, L, signed);
        let village = village_name(&letter.area);
        let need = case.line.progress.need;
        let (key, restricted) = (letter.kind.words(), need.is_restricted());
        let family = family_name(heads.remove(&household.id), L);
        let need = (!restricted).then(|| Pair::of("case-need", L.t(need.words())));
        let facts = [
            Pair::of("letter-family", family),
            Pair::of("case-address", address(&household)),
        ];
        Ok(Self {
            kind: letter.kind,
            head: [L.t(office(&letter)), village.clone(), above(&letter)],
            title: L.t(&key),
            number: Pair::of("letter-number", number),
            to: destination(&case, letter.kind).map(|to| Pair::of("letter-to", to)),
            opening: L.t(format!("{key}-opening")),
            facts: facts.into_iter().chain(need).collect(),
            text: text.to_owned(),
            closing: L.t("letter-closing"),
            place_and_day: format!("{village}, {day}"),
            signatures: signatures(&letter, user_name(app, letter.made_by).await?),
            qr: match restricted {
                true => None,
                false => qr(signed, letter.case_id).await?,
            },
            household: household.id,
            case: letter.case_id,
        })
    }
}

/// Of a receipt both sides sign.
fn signatures(letter: &Letter, officer: String) -> Vec<Signature> {
    let giver = (letter.kind == LetterKind::TandaTerima).then(|| Signature {
        role: L.t("letter-handed-over"),
        name: String::new(),
    });
    let role = L.t(letter.made_role.words());
    let role = match giver {
        Some(_) => format!("{}, {role}", L.t("letter-received")),
        None => role,
    };
    let officer = Signature {
        role,
        name: officer,
    };
    giver.into_iter().chain([officer]).collect()
}

async fn qr(signed: &Signed, case: Id) -> Result<Option<Qr>> {
    let (app, scope) = (signed.app(), signed.scope());
    let ticket = match ticket(&mut app.db(), scope, app.keys(), case).await {
        Err(AppError::NotFound) => return Ok(None),
        ticket => ticket?,
    };
    let (page, code) = (format!("{}/lacak", app.config().public_url), ticket.code);
    Ok(Some(Qr {
        content: format!("{page}#{}", code.plain()),
        words: format!("{} {page}. {} {code}", L.t("letter-qr"), L.t("letter-code")),
    }))
}

fn address(household: &Household) -> String {
    let mut lines = household.address.clone();
    for (before, part) in [
        (", ", &household.dusun),
        (", RT ", &household.rt),
        ("/RW ", &household.rw),
    ] {
        if !part.is_empty() {
            lines = lines + before + part;
        }
    }
    lines
}

/// Kecamatan and kabupaten by name.
fn above(letter: &Letter) -> String {
    if letter.area.village().is_none() {
        return String::new();
    }
    let name = |region: &simpul_identity::RegionCode| {
        simpul_identity::region::name(*region).map(str::to_owned)
    };
    let code = letter.area.as_str();
    let kecamatan = code.get(..6).and_then(|code| code.parse().ok());
    let parts = [kecamatan, letter.area.kabupaten()];
    let names: Vec<String> = parts.iter().flatten().filter_map(name).collect();
    names.join(", ")
}

fn office(letter: &Letter) -> &'static str {
    match letter.area.village() {
        Some(_) => "letter-office",
        None => "letter-office-above",
    }
}

/// Where the case was referred to last.
fn destination(case: &Case, kind: LetterKind) -> Option<String> {
    let to = case.steps.iter().rev().find_map(|step| match &step.action {
        Action::ReferOn { to, .. } => Some(L.t(to.words())),
        _ => None,
    });
    to.filter(|_| kind == LetterKind::Rujukan)
}
