//! "Data ganda": two records side by side, why they match, and what people say of them.

use askama::Template;
use axum::extract::Path;

use super::doors::{agree, decide, may_agree, undo};
use super::history::history;
use super::model::{Decision, PairState, SECOND, Verdict};
use super::pages::chip;
use super::reads::{self, Pair};
use crate::access::{Posted, Signed, user_name};
use crate::platform::form::Form;
use crate::platform::page::Page;
use crate::platform::{AppError, Id, Reply, Result, format};
use crate::registry::{self, Family, Person};

async fn both(signed: &Signed, pair: &Pair) -> Result<(Person, Person)> {
    let (mut db, scope) = (signed.app().db(), signed.scope());
    let one = registry::person(&mut db, scope, pair.one).await?;
    let other = registry::person(&mut db, scope, pair.other).await?;
    Ok((one, other))
}

/// One field of both records.
struct Field {
    label: String,
    one: String,
    other: String,
    differs: bool,
    /// The field whose value may be taken from the record that goes.
    take: Option<registry::Field>,
}

#[derive(Template)]
#[template(path = "duplicates/templates/pair.html")]
struct PairPage<'a> {
    p: &'a Page,
    form: &'a Form,
    id: Id,
    pair: &'a Pair,
    mark: &'static str,
    homes: [Id; 2],
    fields: Vec<Field>,
    /// Fields that may be taken over: their keys, and both values in words.
    choices: Vec<(&'static str, String)>,
    /// Names of the fields that were or are to be taken over.
    taken: String,
    said: Option<String>,
    seconded: Option<String>,
    /// What was said of the pair, with who and when.
    history: Vec<(PairState, String)>,
    /// The record that is to go or has gone: 1 or 2.
    gone: Option<u8>,
    may_agree: bool,
    may_undo: bool,
}

pub(super) async fn page(signed: Signed, Path(id): Path<Id>) -> Result<Reply> {
    show(&signed, id, &Form::new()).await
}

async fn show(signed: &Signed, id: Id, form: &Form) -> Result<Reply> {
    let (app, scope, lang) = (signed.app(), signed.scope(), signed.lang());
    let mut db = app.db();
    let pair = reads::pair(&mut db, scope, id).await?;
    let (one, other) = both(signed, &pair).await?;
    let homes = [one.household, other.household];
    let left = registry::family(&mut db, scope, homes[0]).await?;
    let right = registry::family(&mut db, scope, homes[1]).await?;
    signed.saw("duplicates", Some(pair.one), 1).await?;
    signed.saw("duplicates", Some(pair.other), 1).await?;
    let p = signed.page("duplicates-title");
    let when = |at: Option<crate::platform::Instant>| {
        at.map(|at| format::moment(lang, at.civil(scope.zone()), scope.zone()))
    };
    let mut words = Vec::new();
    for (by, at) in [
        (pair.first_by, when(pair.first_at)),
        (pair.second_by, when(pair.second_at)),
    ] {
        words.push(match (by, at) {
            (Some(by), Some(at)) => Some(format!("{}, {at}", user_name(app, by).await?)),
            _ => None,
        });
    }
    let seconded = words.pop().flatten();
    let fields = fields(signed, &p, (&one, &left), (&other, &right));
    let page = PairPage {
        form,
        id: app.ids().make(),
        mark: chip(pair.state),
        homes,
        choices: choices(&p, &fields),
        taken: taken(&fields, &pair),
        fields,
        said: words.pop().flatten(),
        seconded,
        history: told(signed, &pair).await?,
        gone: pair.gone.map(|gone| if gone == pair.one { 1 } else { 2 }),
        may_agree: may_agree(&pair, scope.user(), scope.role()),
        may_undo: pair.second_by.is_none() || SECOND.contains(&scope.role()),
        pair: &pair,
        p: &p,
    };
    if form.has_errors() {
        Reply::again(&page)
    } else {
        Reply::render(&page)
    }
}

/// The history of a pair in words.
async fn told(signed: &Signed, pair: &Pair) -> Result<Vec<(PairState, String)>> {
    let (app, scope, lang) = (signed.app(), signed.scope(), signed.lang());
    let mut lines = Vec::new();
    for said in history(app, scope, pair).await? {
        let at = format::moment(lang, said.at.civil(scope.zone()), scope.zone());
        let who = user_name(app, said.by).await?;
        lines.push((said.state, format!("{at}, {who}")));
    }
    Ok(lines)
}

fn choices(p: &Page, fields: &[Field]) -> Vec<(&'static str, String)> {
    let choice = |row: &Field| {
        let field = row.take.filter(|_| row.one != row.other)?;
        let [one, other] = [&row.one, &row.other].map(|value| {
            if value.is_empty() {
                p.t("unknown")
            } else {
                value.clone()
            }
        });
        let (first, second) = (p.t("pair-one"), p.t("pair-other"));
        let label = format!("{} ({first}: {one} · {second}: {other})", row.label);
        Some((field.key(), label))
    };
    fields.iter().filter_map(choice).collect()
}

fn taken(fields: &[Field], pair: &Pair) -> String {
    let taken = |row: &&Field| row.take.is_some_and(|field| pair.taken.contains(&field));
    let labels: Vec<&str> = fields.iter().filter(taken).map(|row| &*row.label).collect();
    labels.join(", ")
}

/// The field behind a line of the table.
fn take_of(key: &str) -> Option<registry::Field> {
    Some(match key {
        "pair-name" => registry::Field::Name,
        "pair-sex" => registry::Field::Sex,
        "pair-born" => registry::Field::BirthDate,
        "pair-born-in" => registry::Field::BirthPlace,
        "pair-mother" => registry::Field::MotherName,
        "person-nik" => registry::Field::Nik,
        "pair-phone" => registry::Field::Phone,
        _ => return None,
    })
}

fn fields(
    signed: &Signed,
    p: &Page,
    (one, left): (&Person, &Family),
    (other, right): (&Person, &Family),
) -> Vec<Field> {
    let keys = signed.app().keys();
    let receives = |family: &Family| {
        let now = crate::registry::MembershipState::Recipient;
        let list = family.memberships.iter().filter(|one| one.state == now);
        let mut words: Vec<String> = list.map(|one| p.t(one.programme.words())).collect();
        // In whatever order they were recorded, the same programmes are the same.
        words.sort();
        words.join(", ")
    };
    let phone = |person: &Person| person.phone.as_ref().map(|phone| phone.masked(keys));
    let home = |family: &Family| {
        let home = &family.household;
        format!(
            "{} RT {}/RW {} {}",
            home.dusun, home.rt, home.rw, home.address
        )
    };
    let rows: [(&str, [String; 2]); 11] = [
        ("pair-name", [one.name.clone(), other.name.clone()]),
        ("pair-sex", [one.sex.code().into(), other.sex.code().into()]),
        (
            "pair-born",
            [p.date(&one.birth_date), p.date(&other.birth_date)],
        ),
        (
            "pair-born-in",
            [one.birth_place.clone(), other.birth_place.clone()],
        ),
        (
            "pair-mother",
            [one.mother_name.clone(), other.mother_name.clone()],
        ),
        (
            "person-nik",
            [one, other].map(|person| person.nik_masked(keys).unwrap_or_default()),
        ),
        (
            "pair-phone",
            [one, other].map(|person| phone(person).unwrap_or_default()),
        ),
        (
            "family-kk",
            [left, right].map(|family| family.household.kk_masked(keys).unwrap_or_default()),
        ),
        ("pair-home", [home(left), home(right)]),
        ("pair-receives", [receives(left), receives(right)]),
        (
            "pair-record",
            [p.t(one.state.words()), p.t(other.state.words())],
        ),
    ];
    rows.into_iter()
        .map(|(key, [one, other])| Field {
            label: p.t(key),
            take: take_of(key),
            // A value that is missing on one side is no difference.
            differs: one != other && !one.is_empty() && !other.is_empty(),
            one,
            other,
        })
        .collect()
}

pub(super) async fn take(signed: Signed, Path(id): Path<Id>, posted: Posted) -> Result<Reply> {
    let (mut form, lang) = (posted.form, signed.lang());
    let pair = reads::pair(&mut signed.app().db(), signed.scope(), id).await?;
    both(&signed, &pair).await?;
    // No pair has version 0: a form that does not say what was seen is stale.
    let seen_version: i64 = form.get("versi").parse().unwrap_or(0);
    let mut work = signed.work().await?;
    let done = match form.get("langkah").to_owned().as_str() {
        "setuju" => agree(&mut work, id, seen_version, true).await,
        "tolak" => agree(&mut work, id, seen_version, false).await,
        "urungkan" => undo(&mut work, id, seen_version).await,
        _ => {
            let verdict: Option<Verdict> =
                form.read("putusan", lang, "pair-choose", |text| text.parse().ok());
            let Some(verdict) = verdict else {
                drop(work);
                return show(&signed, id, &form).await;
            };
            let keep = match form.get("tetap") {
                "1" => Some(pair.one),
                "2" => Some(pair.other),
                _ => None,
            };
            let decision = Decision {
                pair: id,
                seen_version,
                verdict,
                keep,
                take: form
                    .all("ambil")
                    .iter()
                    .filter_map(|key| key.parse().ok())
                    .collect(),
            };
            decide(&mut work, decision).await.map(|_| ())
        }
    };
    match done {
        Ok(()) => {
            work.commit().await?;
            Ok(Reply::see("/data-ganda?pesan=notice-pair-kept"))
        }
        Err(AppError::Refused(key)) => {
            drop(work);
            let field = if key == "pair-choose-keep" {
                "tetap"
            } else {
                "putusan"
            };
            form.wrong(field, lang.t(key));
            show(&signed, id, &form).await
        }
        Err(error) => Err(error),
    }
}
