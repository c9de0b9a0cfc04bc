//! One screening as it is shown: the page that fits its state.

use askama::Template;
use simpul_rules::{Audience, Help, Lang as Spoken, PEMICU, Rulebook};

use super::explain::{Explainer, Why};
use super::model::{self, Outcome, State, Suggestion};
use super::sql::ScreeningRow;
use super::{facts, hand, weigh};
use crate::access::{Role, Signed};
use crate::cases::{self, Need, rules_lang};
use crate::platform::form::Form;
use crate::platform::page::Page;
use crate::platform::{AppError, Id, Ids, Reply, Result};
use crate::registry::{self, Household, Purpose};

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
                .map(|rule| rule.title.get(rules_lang(p.lang)).to_owned()),
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
pub(super) async fn show(signed: &Signed, id: Id, form: Form, enough: bool) -> Result<Reply> {
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
fn audience(role: Role) -> Audience {
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
