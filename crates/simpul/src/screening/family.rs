//! The family on one page: members, programmes, registry, answers, cases, consents.

use std::pin::Pin;

use askama::Template;
use axum::extract::Path;
use jiff::ToSpan as _;
use jiff::civil::Date;
use simpul_rules::Rulebook;

use super::facts::{self, years_between};
use super::reads::open_of;
use super::show::place;
use super::sql::AnswerRow;
use crate::access::{Posted, Role, Route, Scope, Signed, Who};
use crate::cases::{self, CaseLine, PostGap, PostReason, PostReferral, rules_lang};
use crate::platform::config::Profile;
use crate::platform::page::Page;
use crate::platform::{App, AppError, Id, Ids, Reply, Result};
use crate::registry::{
    self, CheckSource, ConsentAnswer, ConsentGiver, Family, Household, NewConsent, Person, Purpose,
    RegistryAnswer,
};

/// Those who serve families face to face, and those who watch over them.
const VIEWERS: &[Role] = Role::OF_FAMILIES;
/// Those to whom a guardian says yes or no.
const LISTENERS: &[Role] = Role::POST_AND_DESK;
/// Children below this age are measured at the Posyandu.
const MEASURED: i16 = 6;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/keluarga/{id}", Who::Roles(VIEWERS), family),
        Route::post("/keluarga/{id}/izin", Who::Roles(LISTENERS), consent),
    ]
}

struct MemberView {
    id: Id,
    name: String,
    relation: String,
    born: String,
    nik: Option<String>,
    /// Moved or died.
    state: Option<String>,
    /// Has a page of measurements.
    measured: bool,
}

/// One line of a list: what, how it stands, since when.
struct Line {
    what: String,
    state: String,
    when: String,
    link: Option<String>,
}

/// Somebody whom the post should see.
struct GapView {
    who: String,
    why: String,
    last: String,
    reason: &'static str,
    person: String,
}

/// What was sent to the post.
struct SentView {
    id: Id,
    what: String,
    state: String,
    mark: &'static str,
    no_deed: bool,
}

/// What another slice knows of whom the post has not seen; see `app.rs`.
pub struct PostGaps(pub for<'a> fn(&'a App, &'a Scope, &'a [Person], Date) -> GapsFound<'a>);

/// What is found in time.
pub type GapsFound<'a> = Pin<Box<dyn Future<Output = Result<Vec<PostGap>>> + Send + 'a>>;

struct ConsentView {
    what: String,
    purpose: &'static str,
    person: String,
    given: bool,
    answer: String,
    shape: &'static str,
}

#[derive(Template)]
#[template(path = "screening/templates/family.html")]
struct FamilyPage<'a> {
    p: &'a Page,
    ids: &'a Ids,
    household: &'a Household,
    kk: Option<String>,
    place: String,
    registry: String,
    /// For officers.
    decile: Option<String>,
    members: Vec<MemberView>,
    programmes: Vec<Line>,
    cases: Vec<Line>,
    /// A desk reads what a family said once the family agreed.
    answers_open: bool,
    answers: Vec<Line>,
    consents: Vec<ConsentView>,
    may_change: bool,
    /// Whether this role writes down what the family needs.
    may_bring: bool,
    /// For desks: whom the post should see, and what was sent there.
    gaps: Option<Vec<GapView>>,
    sent: Vec<SentView>,
    /// The open screening, for those who ask.
    waits: Option<Id>,
}

async fn family(signed: Signed, Path(id): Path<Id>) -> Result<Reply> {
    let (app, scope) = (signed.app(), signed.scope());
    let from = &mut app.db();
    let family = registry::family(from, scope, id).await?;
    let cases = cases::of_household(from, scope, id).await?;
    let p = signed.page("family-title");
    let consents = consents(&signed, &p, &family).await?;
    let agreed = consents.first().is_some_and(|rujukan| rujukan.given);
    let answers_open = scope.role().measures() || agreed;
    let answers = if answers_open {
        facts::answers(from, scope, id).await?
    } else {
        Vec::new()
    };
    let open = open_of(from, scope, id).await?;
    // What the post was asked for tells of health: it is for those who read answers too.
    let sent = match LISTENERS.contains(&scope.role()) {
        true => cases::post_referrals_of(from, scope, id).await?,
        false => Vec::new(),
    };
    let gaps = match Role::DESK.contains(&scope.role()) {
        true => Some(gaps(&signed, &p, &family, &answers, &sent).await?),
        false => None,
    };
    signed.saw("family", Some(id), family.members.len()).await?;
    let page = FamilyPage {
        ids: app.ids(),
        kk: family.household.kk_masked(app.keys()),
        place: place(&p, &family.household),
        registry: registry_words(&p, &family.answer),
        decile: decile_words(&signed, &p, &family.answer),
        members: family
            .members
            .iter()
            .map(|m| member(&signed, &p, m, &consents))
            .collect(),
        programmes: programmes(&p, &family),
        cases: cases
            .iter()
            .map(|case| case_line(&signed, &p, case))
            .collect(),
        answers_open,
        answers: answer_lines(&p, &answers),
        consents,
        may_change: LISTENERS.contains(&scope.role()),
        gaps,
        sent: sent.iter().map(|row| sent_line(&p, row)).collect(),
        may_bring: cases::BRINGERS.contains(&scope.role()),
        waits: open.filter(|_| full(&signed) && scope.role().measures()),
        household: &family.household,
        p: &p,
    };
    Reply::render(&page)
}

/// Whether the pages of posts are served too.
fn full(signed: &Signed) -> bool {
    signed.app().config().profile == Profile::Lengkap
}

fn member(signed: &Signed, p: &Page, member: &Person, consents: &[ConsentView]) -> MemberView {
    let id = member.id.to_string();
    let agreed = consents
        .iter()
        .any(|consent| consent.given && consent.person == id);
    let small = years_between(member.birth_date, signed.today()) < MEASURED;
    MemberView {
        id: member.id,
        name: member.name.clone(),
        relation: p.t(member.relation.words()),
        born: p.short_date(&member.birth_date),
        nik: member.nik_masked(signed.app().keys()),
        state: (!member.state.living()).then(|| p.t(member.state.words())),
        measured: full(signed) && small && (agreed || signed.scope().role().measures()),
    }
}

/// A pregnancy that was told is asked about for as long.
const PREGNANT_DAYS: i32 = 280;

/// Whom the post should see, without what was sent there already.
async fn gaps(
    signed: &Signed,
    p: &Page,
    family: &Family,
    answers: &[AnswerRow],
    sent: &[PostReferral],
) -> Result<Vec<GapView>> {
    let (app, today) = (signed.app(), signed.today());
    let others = app.part::<PostGaps>();
    let mut found = (others.0)(app, signed.scope(), &family.members, today).await?;
    let pregnant = |answer: &&AnswerRow| answer.fact == "ada_ibu_hamil";
    let catalogue = Rulebook::embedded().catalogue();
    if let Some(answer) = answers.iter().find(pregnant)
        && answer.value(catalogue).flatten() == Some(simpul_rules::Value::YesNo(true))
        && answer.observed.saturating_add(PREGNANT_DAYS.days()) >= today
    {
        found.push(PostGap {
            reason: PostReason::Anc,
            person: None,
            name: p.t("family-title"),
            last: None,
        });
    }
    let open = |gap: &PostGap| {
        sent.iter().any(|row| {
            row.closed_at.is_none() && row.person == gap.person && row.reason == gap.reason
        })
    };
    found.retain(|gap| !open(gap));
    let view = |gap: PostGap| GapView {
        why: p.t(gap.reason.words()),
        last: match gap.last {
            Some(day) => p.t1("post-gap-last", "day", p.short_date(&day)),
            None if gap.reason == PostReason::Timbang => p.t("post-gap-never"),
            None => String::new(),
        },
        reason: gap.reason.key(),
        person: gap.person.map(|id| id.to_string()).unwrap_or_default(),
        who: gap.name,
    };
    Ok(found.into_iter().map(view).collect())
}

fn sent_line(p: &Page, row: &PostReferral) -> SentView {
    SentView {
        id: row.id,
        what: p.t(row.reason.words()),
        state: p.t(row.state.words()),
        mark: row.state.mark(),
        no_deed: row.acted == Some(false),
    }
}

fn registry_words(p: &Page, answer: &RegistryAnswer) -> String {
    let (key, as_of, by) = match answer {
        RegistryAnswer::Found { as_of, by, .. } => ("family-registry-found", as_of, by),
        RegistryAnswer::NotFound { as_of, by } => ("family-registry-not-found", as_of, by),
        RegistryAnswer::NotChecked => return p.t("family-registry-not-checked"),
    };
    let by = match by {
        CheckSource::Extract => p.t("family-by-extract"),
        CheckSource::Desk => p.t("family-by-desk"),
    };
    format!("{} ({by})", p.t1(key, "date", p.date(as_of)))
}

fn decile_words(signed: &Signed, p: &Page, answer: &RegistryAnswer) -> Option<String> {
    let RegistryAnswer::Found { decile, as_of, .. } = answer else {
        return None;
    };
    let rank = match decile {
        Some(decile) => p.t1("family-decile", "decile", decile.get()),
        None => p.t("family-decile-none"),
    };
    let words = format!("{rank}, {}", p.t1("family-as-of", "date", p.date(as_of)));
    signed.scope().role().sees_decile().then_some(words)
}

fn programmes(p: &Page, family: &Family) -> Vec<Line> {
    let line = |membership: &registry::Membership| {
        let who = family
            .members
            .iter()
            .find(|m| Some(m.id) == membership.person);
        let programme = p.t(membership.programme.words());
        Line {
            what: who.map_or_else(
                || programme.clone(),
                |m| format!("{programme} ({})", m.name),
            ),
            state: p.t(membership.state.words()),
            when: p.t1("family-as-of", "date", p.short_date(&membership.as_of)),
            link: None,
        }
    };
    family.memberships.iter().map(line).collect()
}

fn case_line(signed: &Signed, p: &Page, case: &CaseLine) -> Line {
    let opened = case.progress.opened_at.date_in(signed.scope().zone());
    Line {
        what: p.t(case.progress.need.words()),
        state: p.t(case.progress.state.words()),
        when: p.short_date(&opened),
        link: Some(format!("/rujukan/{}", case.id)),
    }
}

/// The newest answer to each question, in the order of asking.
fn answer_lines(p: &Page, answers: &[AnswerRow]) -> Vec<Line> {
    let catalogue = Rulebook::embedded().catalogue();
    let lang = rules_lang(p.lang);
    let newest = |key: &str| answers.iter().find(|answer| answer.fact == key);
    let line = |def: &simpul_rules::FactDef| {
        let answer = newest(&def.key)?;
        let words = match answer.value(catalogue)? {
            Some(value) => catalogue.value_words(&def.key, &value, lang),
            None => p.t("unknown"),
        };
        Some(Line {
            what: def.name.get(lang).to_owned(),
            state: super::model::capital(&words),
            when: format!(
                "{}, {}",
                p.short_date(&answer.observed),
                answer.origin().word(lang)
            ),
            link: None,
        })
    };
    catalogue.all().iter().filter_map(line).collect()
}

/// The consent for what goes to the desk, then for the measurements of each small child.
async fn consents(signed: &Signed, p: &Page, family: &Family) -> Result<Vec<ConsentView>> {
    let from = &mut signed.app().db();
    let (scope, id, today) = (signed.scope(), family.household.id, signed.today());
    let zone = scope.zone();
    let view =
        |what: String, purpose: Purpose, person: Option<Id>, found: Option<ConsentAnswer>| {
            let (key, shape) = match found {
                Some(ConsentAnswer { answer: true, .. }) => ("family-consent-yes", "good"),
                Some(_) => ("family-consent-no", "bad"),
                None => ("family-consent-none", "wait"),
            };
            let day = found.map(|found| p.short_date(&found.at.date_in(zone)));
            ConsentView {
                what,
                purpose: purpose.key(),
                person: person.map(|id| id.to_string()).unwrap_or_default(),
                given: found.is_some_and(|found| found.answer),
                answer: p.t1(key, "date", day.unwrap_or_default()),
                shape,
            }
        };
    let rujukan = registry::consent(from, scope, id, None, Purpose::Rujukan).await?;
    let mut views = vec![view(
        p.t("family-consent-rujukan"),
        Purpose::Rujukan,
        None,
        rujukan,
    )];
    let small = |m: &&Person| m.state.living() && years_between(m.birth_date, today) < MEASURED;
    for child in family.members.iter().filter(small) {
        let found = registry::consent(from, scope, id, Some(child.id), Purpose::Ukuran).await?;
        let what = p.t1("family-consent-ukuran", "name", &child.name);
        views.push(view(what, Purpose::Ukuran, Some(child.id), found));
    }
    Ok(views)
}

/// A guardian changed their mind.
async fn consent(signed: Signed, Path(id): Path<Id>, posted: Posted) -> Result<Reply> {
    let form = posted.form;
    let answer = match form.get("jawaban") {
        "ya" => true,
        "tidak" => false,
        _ => return Err(AppError::StaleForm),
    };
    let person = match form.filled("orang") {
        Some(text) => Some(text.parse().map_err(|_| AppError::StaleForm)?),
        None => None,
    };
    let mut work = signed.work().await?;
    let consent = NewConsent {
        id: posted.id,
        household: id,
        person,
        purpose: form
            .get("tujuan")
            .parse()
            .map_err(|()| AppError::StaleForm)?,
        answer,
        by: ConsentGiver::Guardian,
        wording: super::doors::WORDING,
        lang: signed.lang(),
    };
    registry::record_consent(&mut work, consent).await?;
    work.commit().await?;
    Ok(Reply::see(format!(
        "/keluarga/{id}?pesan=notice-family-consent"
    )))
}
