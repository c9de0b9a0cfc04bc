//! The fields of one member on a form; several members stand on one page, numbered.

use jiff::civil::Date;
use simpul_identity::nik::{Finding, Stated};
use simpul_identity::{
    KkNumber, NameError, Nik, NikError, PersonName, Phone, PhoneError, RegionCode, Sex,
};

use super::model::{NewPerson, Relation, birth_day};
use crate::platform::form::Form;
use crate::platform::format::parse_date;
use crate::platform::{AppError, Id, Lang};

/// The name of a field of member `n`.
pub(super) fn at(field: &str, n: &usize) -> String {
    format!("{field}-{n}")
}

/// What is known of the family a member is entered in.
pub(super) struct Home<'a> {
    pub id: Id,
    pub village: Option<RegionCode>,
    pub kk: Option<&'a KkNumber>,
    pub today: Date,
}

/// Notes the sentence of a refusal under its field.
pub(super) fn taken<T>(
    form: &mut Form,
    field: &str,
    lang: Lang,
    value: Result<T, &'static str>,
) -> Option<T> {
    value.map_err(|key| form.wrong(field, lang.t(key))).ok()
}

/// Whether nothing was typed for member `n`.
pub(super) fn is_empty(form: &Form, n: usize) -> bool {
    ["nama", "nik", "lahir"]
        .iter()
        .all(|field| form.filled(at(field, &n)).is_none())
}

/// The day of birth in a field.
pub(super) fn read_birth_date(
    form: &mut Form,
    field: &str,
    lang: Lang,
    today: Date,
) -> Option<Date> {
    let date = form.read(field, lang, "registry-date-form", parse_date)?;
    let day = birth_day(date, today).map_err(|error| error.sentence());
    taken(form, field, lang, day)
}

/// Reads member `n`; `None` when a field has to be mended.
pub(super) fn read(form: &mut Form, lang: Lang, n: usize, home: &Home<'_>) -> Option<NewPerson> {
    let field = |name: &str| at(name, &n);
    let name = PersonName::parse(form.get(field("nama"))).map_err(NameError::key);
    let name = taken(form, &field("nama"), lang, name);
    let sex = form.read(&field("jk"), lang, "registry-sex-needed", |text| {
        Sex::parse(text).ok()
    });
    let birth_date = read_birth_date(form, &field("lahir"), lang, home.today);
    let relation = form.read(
        &field("hubungan"),
        lang,
        "registry-relation-needed",
        Relation::parse,
    );
    let nik = read_nik(form, lang, n, home, sex, birth_date);
    let phone = match form.filled(field("hp")).map(Phone::parse) {
        None => None,
        Some(phone) => {
            let phone = phone.map_err(PhoneError::key);
            taken(form, &field("hp"), lang, phone)
        }
    };
    let id = form.read(&field("id"), lang, "error-stale-form", |id| id.parse().ok());
    if form.has_errors() {
        return None;
    }
    Some(NewPerson {
        id: id?,
        household: home.id,
        name: name?.as_str().to_owned(),
        sex: sex?,
        birth_date: birth_date?,
        birth_place: form.get(field("tempat")).to_owned(),
        relation: relation?,
        mother_name: form.get(field("ibu")).to_owned(),
        nik,
        phone,
    })
}

/// Reads a NIK. One that does not fit to date or sex is taken when somebody has looked at the
/// card: real cards do differ. Where it was first registered says nothing of the address.
fn read_nik(
    form: &mut Form,
    lang: Lang,
    n: usize,
    home: &Home<'_>,
    sex: Option<Sex>,
    birth_date: Option<Date>,
) -> Option<Nik> {
    let field = at("nik", &n);
    let nik = Nik::parse(form.filled(&field)?).map_err(NikError::key);
    let nik = taken(form, &field, lang, nik)?;
    let stated = Stated {
        birth_date,
        sex,
        address: home.village,
        kk: home.kk,
        today: home.today,
    };
    let findings = nik.check(&stated);
    if findings.contains(&Finding::EqualsKk) {
        form.wrong(field, lang.t(Finding::EqualsKk.key()));
        return None;
    }
    let odd: Vec<String> = findings
        .into_iter()
        .filter(|finding| {
            matches!(
                finding,
                Finding::BirthDateDiffers | Finding::SexDiffers | Finding::AgeAbove110
            )
        })
        .map(|finding| lang.t(finding.key()))
        .collect();
    if !odd.is_empty() {
        form.set(at("tanya", &n), "ya");
        if !form.chosen(at("periksa", &n), "ya") {
            let ask = lang.t("registry-nik-confirm");
            form.wrong(field, format!("{} {ask}", odd.join(" ")));
        }
    }
    Some(nik)
}

/// Puts the refusal of a door under the field it is about.
///
/// # Errors
/// What no field can mend.
pub(super) fn refused(
    form: &mut Form,
    lang: Lang,
    n: usize,
    error: AppError,
) -> Result<(), AppError> {
    let field = match &error {
        AppError::Conflict("registry-kk-taken") => "kk".to_owned(),
        AppError::Conflict("registry-nik-taken") => at("nik", &n),
        AppError::Conflict("registry-birth-known") => "urutan".to_owned(),
        AppError::Refused("registry-mother-unlikely") => "nik-ibu".to_owned(),
        AppError::Refused(_) => at("nama", &n),
        _ => return Err(error),
    };
    form.wrong(field, lang.t(error.sentence()));
    Ok(())
}
