//! The pages on which a family is asked: list, companion and consent, questions, suggestions.

use askama::Template;
use axum::extract::{Path, Query};
use simpul_rules::{Audience, Help, Lang as Spoken, PEMICU, Rulebook};

use super::doors::{self, AnswerInput, BeginInput, DeclineInput, ReferInput};
use super::explain::{Explainer, Why};
use super::facts;
use super::family;
use super::hand;
use super::model::{self, Accompanied, Outcome, State, Suggestion};
use super::reads::{Waiting, waiting};
use super::sql::ScreeningRow;
use super::weigh;
use crate::access::{Posted, Role, Route, Signed, Who};
use crate::cases::{self, Need, rules_lang};
use crate::platform::form::Form;
use crate::platform::page::Page;
use crate::platform::{AppError, Id, Ids, Reply, Result};
use crate::registry::{self, Household, Purpose};

const POST: Who = Who::Roles(Role::POST);

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/tanya", POST, list),
        Route::get("/tanya/{id}", POST, ask),
        Route::post("/tanya/{id}/mulai", POST, begin),
        Route::post("/tanya/{id}/jawab", POST, answer),
        Route::post("/tanya/{id}/kirim", POST, send),
        Route::post("/tanya/{id}/selesai", POST, end),
    ];
    routes.extend(family::routes());
    routes
}

struct Line {
    screening: Id,
    child: String,
    place: String,
    since: String,
    until: String,
    late: bool,
    /// Somebody is to call or visit.
    calls: bool,
    state: String,
}

#[derive(Template)]
#[template(path = "screening/templates/list.html")]
struct ListPage<'a> {
    p: &'a Page,
    lines: Vec<Line>,
}

async fn list(signed: Signed) -> Result<Reply> {
    let waiting = waiting(&mut signed.app().db(), signed.scope()).await?;
    signed.saw("screenings", None, waiting.len()).await?;
    let p = signed.page("screening-title");
    let now = signed.app().now();
    let zone = signed.scope().zone();
    let line = |w: Waiting| Line {
        screening: w.screening,
        place: place(&p, &w.household),
        child: w.child.name,
        since: p.short_date(&w.opened_on),
        until: p.short_date(&w.due_at.date_in(zone)),
        late: now > w.due_at,
        calls: w.state == State::MenungguWali,
        state: w.state.words(),
    };
    let lines = waiting.into_iter().map(line).collect();
    Reply::render(&ListPage { p: &p, lines })
}

/// Dusun, RT and RW of a family.
pub(super) fn place(p: &Page, household: &Household) -> String {
    let values = [
        ("dusun", household.dusun.clone()),
        ("rt", household.rt.clone()),
        ("rw", household.rw.clone()),
    ];
    p.lang.format("screening-place", &values).trim().to_owned()
}

/// What every page of one screening says on top.
struct Head {
    screening: Id,
    household: Id,
    child: String,
    place: String,
    reasons: Vec<String>,
}

/// One screening as it is shown.
struct View {
    head: Head,
    row: ScreeningRow,
}

async fn view(signed: &Signed, p: &Page, id: Id) -> Result<View> {
    let from = &mut signed.app().db();
    let scope = signed.scope();
    let row = hand::by_id(from, scope, id).await?;
    let child = registry::person(from, scope, row.person).await?;
    let household = registry::household(from, scope, row.household).await?;
    let findings = facts::findings(from, scope, row.id).await?;
    let mut reasons = Vec::new();
    for finding in findings.values() {
        let pemicu = Rulebook::embedded()
            .pack(PEMICU, *finding.seen_on)
            .map_err(AppError::internal)?;
        let found = model::triggers(pemicu, &finding.facts()?, *finding.seen_on);
        reasons.extend(
            found
                .iter()
                .map(|f| f.title.get(rules_lang(p.lang)).to_owned()),
        );
    }
    reasons.dedup();
    signed.saw("screening", Some(row.person), 1).await?;
    let head = Head {
        screening: row.id,
        household: row.household,
        child: child.name,
        place: place(p, &household),
        reasons,
    };
    Ok(View { head, row })
}

#[derive(serde::Deserialize)]
struct Stage {
    /// `saran`: show the suggestions although questions are left.
    langkah: Option<String>,
}

async fn ask(signed: Signed, Path(id): Path<Id>, Query(stage): Query<Stage>) -> Result<Reply> {
    let enough = stage.langkah.as_deref() == Some("saran");
    show(&signed, id, Form::new(), enough).await
}

#[derive(Template)]
#[template(path = "screening/templates/begin.html")]
struct BeginPage<'a> {
    p: &'a Page,
    form: &'a Form,
    ids: &'a Ids,
    head: &'a Head,
    waits: bool,
}

struct QuestionView {
    key: String,
    text: String,
    options: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "screening/templates/ask.html")]
struct AskPage<'a> {
    p: &'a Page,
    form: &'a Form,
    ids: &'a Ids,
    head: &'a Head,
    questions: Vec<QuestionView>,
}

struct Item {
    title: String,
    next: String,
    why: Why,
}

struct Group {
    title: &'static str,
    items: Vec<Item>,
}

struct NeedView {
    key: &'static str,
    words: String,
    ticked: bool,
}

#[derive(Template)]
#[template(path = "screening/templates/suggest.html")]
struct SuggestPage<'a> {
    p: &'a Page,
    form: &'a Form,
    ids: &'a Ids,
    head: &'a Head,
    counts: String,
    groups: Vec<Group>,
    /// What waits for the desk to look the family up.
    unchecked: Vec<String>,
    questions: Vec<QuestionView>,
    consented: bool,
    needs: Vec<NeedView>,
}

struct SlipView {
    case: Id,
    need: String,
}

#[derive(Template)]
#[template(path = "screening/templates/done.html")]
struct DonePage<'a> {
    p: &'a Page,
    head: &'a Head,
    sentence: &'static str,
    slips: Vec<SlipView>,
}

/// The page that fits the state of a screening. A form with errors is shown again as it was.
async fn show(signed: &Signed, id: Id, form: Form, enough: bool) -> Result<Reply> {
    let p = signed.page("screening-title");
    let View { head, row } = view(signed, &p, id).await?;
    let ids = signed.app().ids();
    match row.state {
        State::Menunggu | State::MenungguWali => {
            let waits = row.state == State::MenungguWali;
            let page = BeginPage {
                p: &p,
                form: &form,
                ids,
                head: &head,
                waits,
            };
            reply(&page, &form)
        }
        State::Ditanya => {
            let from = &mut signed.app().db();
            let outcome = weigh::outcome(from, signed.scope(), signed.app(), id).await?;
            let questions = question_views(&p, &outcome);
            if !enough && !questions.is_empty() {
                let page = AskPage {
                    p: &p,
                    form: &form,
                    ids,
                    head: &head,
                    questions,
                };
                return reply(&page, &form);
            }
            let page = suggest_page(signed, &p, &form, &head, outcome).await?;
            reply(&page, &form)
        }
        State::Dirujuk | State::Selesai | State::Dibatalkan => done(signed, &p, &head, &row).await,
    }
}

fn reply(page: &impl Template, form: &Form) -> Result<Reply> {
    if form.has_errors() {
        Reply::again(page)
    } else {
        Reply::render(page)
    }
}

fn question_views(p: &Page, outcome: &Outcome) -> Vec<QuestionView> {
    let lang = rules_lang(p.lang);
    outcome
        .questions_left
        .iter()
        .map(|q| QuestionView {
            key: q.key.clone(),
            text: q.text.get(lang).to_owned(),
            options: q
                .options
                .iter()
                .map(|(key, words)| (key.clone(), words.get(lang).to_owned()))
                .collect(),
        })
        .collect()
}

async fn suggest_page<'a>(
    signed: &'a Signed,
    p: &'a Page,
    form: &'a Form,
    head: &'a Head,
    outcome: Outcome,
) -> Result<SuggestPage<'a>> {
    let consent = registry::consent(
        &mut signed.app().db(),
        signed.scope(),
        head.household,
        None,
        Purpose::Rujukan,
    )
    .await?;
    let explainer = Explainer {
        catalogue: Rulebook::embedded().catalogue(),
        audience: audience(signed.scope().role()),
        lang: p.lang,
    };
    let spoken = rules_lang(p.lang);
    let suggested = |need: Need| outcome.suggestions.iter().any(|s| s.need == need);
    let typed = !form.all("butuh").is_empty();
    let needs = Need::ALL.iter().map(|need| NeedView {
        key: need.key(),
        words: need.words(),
        ticked: if typed {
            form.chosen("butuh", need.key())
        } else {
            suggested(*need)
        },
    });
    let group = |help: Help, title| Group {
        title,
        items: outcome
            .suggestions
            .iter()
            .filter(|s| s.help == help)
            .map(|s| item(&explainer, spoken, s))
            .collect(),
    };
    let mut groups = vec![
        group(Help::HariIni, "screening-first"),
        group(Help::Program, "screening-programme"),
        group(Help::Data, "screening-data"),
    ];
    groups.retain(|group| !group.items.is_empty());
    let unchecked = outcome.waiting_for_registry.iter();
    Ok(SuggestPage {
        p,
        form,
        ids: signed.app().ids(),
        head,
        counts: p.t2(
            "screening-counts",
            "asked",
            outcome.asked,
            "saved",
            outcome.saved,
        ),
        needs: needs.collect(),
        unchecked: unchecked
            .map(|s| s.finding.title.get(spoken).to_owned())
            .collect(),
        groups,
        questions: question_views(p, &outcome),
        consented: consent.is_some_and(|consent| consent.answer),
    })
}

/// Who may read a decile.
pub(super) fn audience(role: Role) -> Audience {
    if role.sees_decile() {
        Audience::Officer
    } else {
        Audience::Kader
    }
}

fn item(explainer: &Explainer<'_>, spoken: Spoken, suggestion: &Suggestion) -> Item {
    Item {
        title: suggestion.finding.title.get(spoken).to_owned(),
        next: suggestion.next.get(spoken).to_owned(),
        why: explainer.why(&suggestion.finding.verdict.tree),
    }
}

async fn done(signed: &Signed, p: &Page, head: &Head, row: &ScreeningRow) -> Result<Reply> {
    let sentence = match row.state {
        State::Dirujuk => "screening-done-sent",
        State::Dibatalkan => "screening-done-withdrawn",
        _ => "screening-done-ended",
    };
    let from = &mut signed.app().db();
    let cases = cases::of_household(from, signed.scope(), head.household).await?;
    let slips = cases
        .into_iter()
        .filter(|case| !case.progress.state.is_final())
        .map(|case| SlipView {
            case: case.id,
            need: case.progress.need.words(),
        })
        .collect();
    Reply::render(&DonePage {
        p,
        head,
        sentence,
        slips,
    })
}

/// A radio button of yes and no; none when it was left open.
fn yes_no(form: &Form, field: &str) -> Option<bool> {
    match form.get(field) {
        "ya" => Some(true),
        "tidak" => Some(false),
        _ => None,
    }
}

async fn begin(signed: Signed, Path(id): Path<Id>, posted: Posted) -> Result<Reply> {
    let mut form = posted.form;
    let lang = signed.lang();
    let companion = form.read("dampingi", lang, "field-needed", |text| text.parse().ok());
    let Some(accompanied_by) = companion else {
        return show(&signed, id, form, true).await;
    };
    let guardian = accompanied_by == Accompanied::Guardian;
    if !guardian
        && ["izin_rujukan", "izin_ukuran"]
            .iter()
            .any(|f| form.get(f) == "ya")
    {
        form.wrong("dampingi", signed.lang().t("screening-only-guardian"));
        return show(&signed, id, form, true).await;
    }
    let consent = |field| yes_no(&form, field).filter(|_| guardian);
    let input = BeginInput {
        id: posted.id,
        screening: id,
        accompanied_by,
        consent_rujukan: consent("izin_rujukan"),
        consent_ukuran: consent("izin_ukuran"),
        lang: signed.lang(),
    };
    let mut work = signed.work().await?;
    doors::begin(&mut work, input).await?;
    work.commit().await?;
    Ok(Reply::see(if guardian {
        format!("/tanya/{id}?pesan=notice-screening-begun")
    } else {
        "/tanya?pesan=notice-screening-waits".to_owned()
    }))
}

async fn answer(signed: Signed, Path(id): Path<Id>, posted: Posted) -> Result<Reply> {
    let mut form = posted.form;
    let catalogue = Rulebook::embedded().catalogue();
    let mut answers = Vec::new();
    for def in catalogue.all() {
        let Some(text) = form.filled(&def.key).map(str::to_owned) else {
            continue;
        };
        let value = (text != "?").then_some(text);
        if catalogue
            .answer(&def.key, value.as_deref().unwrap_or(""))
            .is_err()
        {
            form.wrong(&def.key, signed.lang().t("screening-answer-unfit"));
        }
        answers.push((def.key.clone(), value));
    }
    if form.has_errors() {
        return show(&signed, id, form, false).await;
    }
    let enough = answers.is_empty() || form.get("cukup") == "ya";
    if !answers.is_empty() {
        let mut work = signed.work().await?;
        let input = AnswerInput {
            id: posted.id,
            screening: id,
            answers,
        };
        doors::answer(&mut work, input).await?;
        work.commit().await?;
    }
    let stage = if enough { "?langkah=saran" } else { "" };
    Ok(Reply::see(format!("/tanya/{id}{stage}")))
}

async fn send(signed: Signed, Path(id): Path<Id>, posted: Posted) -> Result<Reply> {
    let mut form = posted.form;
    let needs = form.all("butuh").iter().filter_map(|key| key.parse().ok());
    let input = ReferInput {
        id: posted.id,
        screening: id,
        needs: needs.collect(),
        note: form.get("catatan").to_owned(),
    };
    let mut work = signed.work().await?;
    match doors::refer(&mut work, input).await {
        Ok(_) => work.commit().await?,
        Err(AppError::Refused(key)) => {
            drop(work);
            let field = if key == "case-text" {
                "catatan"
            } else {
                "butuh"
            };
            form.wrong(field, signed.lang().t(key));
            return show(&signed, id, form, true).await;
        }
        Err(error) => return Err(error),
    }
    Ok(Reply::see(format!(
        "/tanya/{id}?pesan=notice-screening-sent"
    )))
}

async fn end(signed: Signed, Path(id): Path<Id>, posted: Posted) -> Result<Reply> {
    let mut form = posted.form;
    let lang = signed.lang();
    let why = form.read("alasan", lang, "screening-end-choose", |text| {
        text.parse().ok()
    });
    let Some(why) = why else {
        return show(&signed, id, form, true).await;
    };
    let mut work = signed.work().await?;
    doors::decline(
        &mut work,
        DeclineInput {
            id: posted.id,
            screening: id,
            why,
        },
    )
    .await?;
    work.commit().await?;
    Ok(Reply::see("/tanya?pesan=notice-screening-ended"))
}
