//! One case: what was sent in, what was done, and what can be done now.

use std::collections::BTreeSet;
use std::str::FromStr;

use askama::Template;
use axum::extract::Path;

use super::doors::{ActionInput, act};
use super::duty::{is_alone, is_here, stands_for};
use super::intake::intakes;
use super::intake_pages;
use super::kinds::{Kind, Tier};
use super::model::{Act, Action, Advice, Decider, Destination, RefusalReason, State};
use super::pages::{Clock, family_name};
use super::reads::{Case, case};
use super::show::StepLine;
use super::slip;
use super::sql::IntakeRow;
use super::transitions::{MAX_TEXT, OFFICE};
use crate::access::{Colleague, Posted, Role, Scope, Signed, colleagues, user_name};
use crate::platform::form::Form;
use crate::platform::page::Page;
use crate::platform::words::Lang;
use crate::platform::{AppError, Id, Reply, Result, format};
use crate::registry::{self, Household};

pub(super) const ROLES: &[Role] = super::LISTERS;

#[derive(Template)]
#[template(path = "cases/templates/case.html")]
struct CasePage<'a> {
    p: &'a Page,
    form: &'a Form,
    id: Id,
    case: &'a Case,
    family: String,
    /// Whether the family's own page is open to this role.
    family_page: bool,
    slip: bool,
    /// Whether this role reads what the family writes.
    voices: bool,
    /// `None`: the matter names no family.
    household: Option<&'a Household>,
    /// Who took it.
    holder: String,
    colleagues: Vec<Colleague>,
    tiers: Vec<Tier>,
    told: Vec<ToldLine>,
    /// Whether this role may open the name of a reporter.
    reporter: bool,
    clock: Option<Clock>,
    offered: BTreeSet<Act>,
    deciders: &'static [Decider],
    /// Whether one officer may do all of it on one screen.
    at_once: bool,
    findings: Vec<FindingLine>,
    steps: Vec<StepLine>,
}

/// What was said at the door.
struct ToldLine {
    what: String,
    details: Vec<(String, String)>,
}

struct FindingLine {
    when: String,
    who: String,
    urgency: super::Urgency,
    note: String,
}

impl CasePage<'_> {
    /// Steps that need no words.
    fn is_plain(&self, act: &Act) -> bool {
        matches!(act, Act::Accept | Act::DocumentsCame)
    }

    /// The button of a step.
    fn label(&self, act: &Act) -> String {
        match (act, self.case.line.progress.state) {
            (Act::Accept, State::Dirujuk) => self.p.t("act-accept-service"),
            (Act::DocumentsCame, State::Dikembalikan) => self.p.t("act-send-again"),
            _ => self.p.t(act.words()),
        }
    }

    fn is_danger(&self, act: &Act) -> bool {
        matches!(act, Act::Refuse | Act::Cancel)
    }

    /// Whether the form of a step was sent and has to be mended.
    fn is_open(&self, act: &Act) -> bool {
        self.form.get("act") == act.key()
    }
}

pub(super) async fn page(signed: Signed, Path(id): Path<Id>) -> Result<Reply> {
    let fresh = signed.app().ids().make();
    show(&signed, id, &Form::new(), fresh).await
}

async fn show(signed: &Signed, id: Id, form: &Form, fresh: Id) -> Result<Reply> {
    let (scope, lang) = (signed.scope(), signed.lang());
    let mut db = signed.app().db();
    let case = case(&mut db, scope, id).await?;
    let household = match case.line.family() {
        Some(id) => Some(registry::household(&mut db, scope, id).await?),
        None => None,
    };
    let subject = case.line.household;
    let mut heads = registry::heads(&mut db, scope, &[subject]).await?;
    signed.saw("case", Some(subject), 1).await?;
    let zone = scope.admit(&case.line.area)?.zone();
    let progress = &case.line.progress;
    let told = intakes(&mut db, scope, id).await?;
    let reporter =
        told.iter().any(|one| one.named) && intake_pages::OPENERS.contains(&scope.role());
    let office = OFFICE.contains(&scope.role());
    let colleagues = match office {
        true => colleagues(&mut db, scope, &case.line.area).await?,
        false => Vec::new(),
    };
    let holder = holder_name(signed, &case).await?;
    let (offered, deciders) = offered(&mut db, scope, &case, signed.today()).await?;
    let at_once = scope.role() == Role::Koordinator
        && is_here(progress.state)
        && is_alone(&mut db, scope, &case.line.area).await?;
    let above = Tier::ALL.iter().copied();
    let findings = case.findings.iter().map(|finding| FindingLine {
        when: format::moment(lang, finding.at.civil(zone), zone),
        who: lang.t(finding.role.words()),
        urgency: finding.urgency,
        note: finding.note.clone(),
    });
    let p = signed.page("case-title");
    let page = CasePage {
        p: &p,
        form,
        id: fresh,
        family: match &household {
            Some(_) => family_name(heads.remove(&subject), lang),
            None => lang.t("case-no-family"),
        },
        family_page: !matches!(scope.role(), Role::PengelolaProgram | Role::Mitra),
        slip: slip::ROLES.contains(&scope.role()),
        voices: super::voices::pages::READERS.contains(&scope.role()),
        household: household.as_ref(),
        holder,
        colleagues,
        tiers: above.filter(|tier| *tier > progress.custody.tier).collect(),
        told: told.iter().map(|one| told_line(lang, one)).collect(),
        reporter,
        clock: Clock::of(signed, &case.line)?,
        offered,
        deciders,
        at_once,
        findings: findings.collect(),
        steps: case
            .steps
            .iter()
            .rev()
            .map(|step| step.line(lang, zone))
            .collect(),
        case: &case,
    };
    if form.has_errors() {
        Reply::again(&page)
    } else {
        Reply::render(&page)
    }
}

/// Who took it, for the office and those who watch it.
async fn holder_name(signed: &Signed, case: &Case) -> Result<String> {
    let role = signed.scope().role();
    match case.line.progress.custody.holder {
        Some(holder) if OFFICE.contains(&role) || role == Role::Supervisor => {
            user_name(signed.app(), holder).await
        }
        _ => Ok(String::new()),
    }
}

/// What this person can do now, in the own right and in the place of those who are away; and in
/// whose name decisions fall.
async fn offered(
    db: &mut impl simpul_db::Source,
    scope: &Scope,
    case: &Case,
    today: jiff::civil::Date,
) -> Result<(BTreeSet<Act>, &'static [Decider])> {
    let progress = &case.line.progress;
    let mut offered = progress.offered(scope.role());
    let mut by = scope.role();
    for stand in stands_for(db, scope, &case.line.area, today).await? {
        let more = progress.offered(stand.role);
        if more.contains(&Act::Approve) && !offered.contains(&Act::Approve) {
            by = stand.role;
        }
        offered.extend(more);
    }
    Ok((offered, deciders(progress.state, by)))
}

/// In whose name this role can decide.
fn deciders(state: State, role: Role) -> &'static [Decider] {
    match state {
        State::DiterimaTujuan => &[Decider::Layanan],
        _ if role == Role::Manajer => &[Decider::Kabupaten],
        _ => &[Decider::Puskesos, Decider::Desa],
    }
}

/// What was said at the door, in words.
fn told_line(lang: Lang, one: &IntakeRow) -> ToldLine {
    let mut details = vec![
        (lang.t("intake-field"), lang.t(one.field.words())),
        (lang.t("intake-channel"), lang.t(one.channel.words())),
        (lang.t("intake-speaker"), lang.t(one.speaker.words())),
    ];
    let mut more = |label: &str, words: Option<String>| {
        details.extend(words.map(|words| (lang.t(label), words)));
    };
    more("intake-nature", one.nature.map(|it| lang.t(it.words())));
    more("intake-category", one.category.map(|it| lang.t(it.words())));
    more("intake-officer", one.about.map(|it| lang.t(it.words())));
    more(
        "intake-which-village",
        one.village.as_ref().map(|area| slip::village_name(area)),
    );
    ToldLine {
        what: lang.t(one.kind.words()),
        details,
    }
}

pub(super) async fn take_step(signed: Signed, Path(id): Path<Id>, posted: Posted) -> Result<Reply> {
    let (mut form, lang) = (posted.form, signed.lang());
    let kind: Act = form.get("act").parse().map_err(|()| AppError::StaleForm)?;
    let seen_version = form.get("versi").parse().map_err(|_| AppError::StaleForm)?;
    let mut fields = Fields {
        form: &mut form,
        lang,
        act: kind,
    };
    if let Some(action) = fields.action() {
        let mut work = signed.work().await?;
        let input = ActionInput {
            id: posted.id,
            case: id,
            seen_version,
            action,
        };
        match act(&mut work, input).await {
            Ok(_) => {
                work.commit().await?;
                return Ok(Reply::see(format!("/rujukan/{id}?pesan=notice-case-step")));
            }
            Err(AppError::Refused(key)) => form.wrong(kind.key(), lang.t(key)),
            Err(error) => return Err(error),
        }
    }
    show(&signed, id, &form, posted.id).await
}

/// The fields of one step; each is named after the step, since a page has many.
struct Fields<'a> {
    form: &'a mut Form,
    lang: Lang,
    act: Act,
}

impl Fields<'_> {
    /// The step, unless a field has to be mended.
    fn action(&mut self) -> Option<Action> {
        match self.act {
            Act::Accept => Some(Action::Accept),
            Act::DocumentsCame => Some(Action::DocumentsCame),
            Act::FirstHelp => Some(Action::FirstHelp {
                what: self.text("what")?,
            }),
            Act::Received => Some(Action::Received {
                what: self.text("what")?,
            }),
            Act::NotReceived => Some(Action::NotReceived {
                why: self.text("why")?,
            }),
            Act::AskDocuments => Some(Action::AskDocuments {
                what: self.text("what")?,
            }),
            Act::ReferOn => {
                let to: Option<Destination> = self.choice("to");
                let note = self.form.get(self.name("note")).to_owned();
                Some(Action::ReferOn { to: to?, note })
            }
            Act::Advise => {
                let (to, why) = (self.choice("to"), self.text("why"));
                Some(Action::Advise { to: to?, why: why? })
            }
            Act::Approve => {
                let (by, what, next) = (self.choice("by"), self.text("what"), self.text("next"));
                Some(Action::Approve {
                    what: what?,
                    by: by?,
                    next: next?,
                })
            }
            Act::Answer => Some(Action::Answer {
                text: self.text("text")?,
            }),
            Act::Refuse => {
                let reason: Option<RefusalReason> = self.choice("reason");
                let (why, next) = (self.text("why"), self.text("next"));
                Some(Action::Refuse {
                    reason_code: reason?,
                    why: why?,
                    next: next?,
                })
            }
            Act::Reply => Some(Action::Reply {
                text: self.text("text")?,
            }),
            Act::SendBack => Some(Action::SendBack {
                why: self.text("why")?,
            }),
            Act::HandOver => {
                let (to, why) = (self.choice("to"), self.text("why"));
                Some(Action::HandOver { to: to?, why: why? })
            }
            Act::TakeOver => Some(Action::TakeOver {
                why: self.text("why")?,
            }),
            Act::Escalate => {
                let (to, why) = (self.choice("to"), self.text("why"));
                Some(Action::Escalate { to: to?, why: why? })
            }
            Act::Review => Some(Action::Review {
                note: self.text("note")?,
            }),
            Act::Cancel => Some(Action::Cancel {
                why: self.text("why")?,
            }),
        }
    }

    fn name(&self, field: &str) -> String {
        format!("{}_{field}", self.act.key())
    }

    fn text(&mut self, field: &str) -> Option<String> {
        let fits = |text: &str| (1..=MAX_TEXT).contains(&text.chars().count());
        self.form
            .read(&self.name(field), self.lang, "case-text", |text| {
                fits(text).then(|| text.to_owned())
            })
    }

    fn choice<T: FromStr>(&mut self, field: &str) -> Option<T> {
        self.form
            .read(&self.name(field), self.lang, "case-choose", |key| {
                key.parse().ok()
            })
    }
}
