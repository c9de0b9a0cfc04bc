//! One officer, one screen: front office, back office and decision, each step noted by itself. The
//! second pair of eyes is the supervisor, who finds the case on the list of what one did alone.

use askama::Template;
use axum::extract::Path;

use super::doors::is_alone;
use crate::access::{Posted, Signed, Work};
use crate::cases::doors::{ActionInput, act, took};
use crate::cases::model::{Act, Action, Advice, Decider, RefusalReason, State};
use crate::cases::reads::{Case, case};
use crate::cases::transitions::MAX_TEXT;
use crate::platform::form::Form;
use crate::platform::page::Page;
use crate::platform::words::Lang;
use crate::platform::{AppError, Id, Reply, Result, keyed};

keyed! {
    /// How it ends.
    pub enum Ending ("at-once") {
        Puskesos = "approve_puskesos",
        Desa = "approve_desa",
        Refuse = "refuse",
        Answer = "answer",
    }
}

#[derive(Template)]
#[template(path = "cases/duty/templates/at_once.html")]
struct AtOncePage<'a> {
    p: &'a Page,
    form: &'a Form,
    id: Id,
    case: &'a Case,
    endings: Vec<Ending>,
}

impl AtOncePage<'_> {
    fn is_here(&self) -> bool {
        is_here(self.case.line.progress.state)
    }

    /// Whether it ends with a decision, which may be a refusal.
    fn decides(&self) -> bool {
        self.endings.contains(&Ending::Refuse)
    }
}

/// How a case can end at this desk.
fn endings(case: &Case) -> Vec<Ending> {
    let progress = &case.line.progress;
    let fits = |ending: &Ending| match ending {
        Ending::Answer => progress.fits(Act::Answer),
        _ => progress.fits(Act::Approve),
    };
    Ending::ALL.iter().copied().filter(fits).collect()
}

/// Whether a case can go through on one screen: it lies with the desk, and nothing waits elsewhere.
pub(in crate::cases) fn is_here(state: State) -> bool {
    matches!(
        state,
        State::Diajukan | State::Diverifikasi | State::Ditangani
    )
}

pub(in crate::cases) async fn show(signed: Signed, Path(id): Path<Id>) -> Result<Reply> {
    let fresh = signed.app().ids().make();
    page(&signed, id, &Form::new(), fresh).await
}

async fn page(signed: &Signed, id: Id, form: &Form, fresh: Id) -> Result<Reply> {
    let mut db = signed.app().db();
    let case = case(&mut db, signed.scope(), id).await?;
    if !is_alone(&mut db, signed.scope(), &case.line.area).await? {
        return Err(AppError::NotFound);
    }
    signed.saw("case", Some(case.line.household), 1).await?;
    let p = signed.page("at-once-title");
    let page = AtOncePage {
        p: &p,
        form,
        id: fresh,
        endings: endings(&case),
        case: &case,
    };
    match form.has_errors() {
        true => Reply::again(&page),
        false => Reply::render(&page),
    }
}

/// What was typed, read.
struct Reading {
    checked: String,
    help: Option<String>,
    ending: Ending,
    reason: Option<RefusalReason>,
    what: String,
    next: String,
}

fn read(form: &mut Form, lang: Lang) -> Option<Reading> {
    let fits = |text: &str| {
        (1..=MAX_TEXT)
            .contains(&text.chars().count())
            .then(|| text.to_owned())
    };
    let checked = form.read("diperiksa", lang, "case-text", fits);
    let help = form.read_optional("bantuan", lang, "case-text", fits);
    let ending: Option<Ending> =
        form.read("keputusan", lang, "case-choose", |key| key.parse().ok());
    let reason = match ending {
        Some(Ending::Refuse) => form.read("sebab", lang, "case-choose", |key| key.parse().ok()),
        _ => None,
    };
    let what = form.read("isi", lang, "case-text", fits);
    let next = match ending {
        Some(Ending::Answer) => Some(String::new()),
        _ => form.read("lanjut", lang, "case-text", fits),
    };
    if form.has_errors() {
        return None;
    }
    Some(Reading {
        checked: checked?,
        help,
        ending: ending?,
        reason,
        what: what?,
        next: next?,
    })
}

impl Reading {
    /// The steps from where the case stands.
    fn steps(self, from: State) -> Vec<Action> {
        let mut steps = Vec::new();
        if from == State::Diajukan {
            steps.push(Action::Accept);
        }
        if let Some(what) = self.help {
            steps.push(Action::FirstHelp { what });
        }
        let advice = match self.ending {
            Ending::Refuse => Advice::Tolak,
            Ending::Answer => Advice::Jawab,
            _ => Advice::Setujui,
        };
        steps.push(Action::Advise {
            to: advice,
            why: self.checked,
        });
        let approve = |by, what, next| Action::Approve { what, by, next };
        steps.push(match self.ending {
            Ending::Puskesos => approve(Decider::Puskesos, self.what, self.next),
            Ending::Desa => approve(Decider::Desa, self.what, self.next),
            Ending::Answer => Action::Answer { text: self.what },
            Ending::Refuse => Action::Refuse {
                reason_code: self.reason.unwrap_or(RefusalReason::AlasanLain),
                why: self.what,
                next: self.next,
            },
        });
        steps
    }
}

pub(in crate::cases) async fn finish(
    signed: Signed,
    Path(id): Path<Id>,
    posted: Posted,
) -> Result<Reply> {
    let (mut form, lang) = (posted.form, signed.lang());
    let mut db = signed.app().db();
    let now = case(&mut db, signed.scope(), id).await?.line;
    if !is_alone(&mut db, signed.scope(), &now.area).await? {
        return Err(AppError::NotFound);
    }
    let seen: i64 = form.get("versi").parse().map_err(|_| AppError::StaleForm)?;
    if let Some(read) = read(&mut form, lang) {
        let steps = read.steps(now.progress.state);
        let mut work = signed.work().await?;
        match walk(&mut work, (id, seen), posted.id, steps).await {
            Ok(()) => {
                work.commit().await?;
                return Ok(Reply::see(format!("/rujukan/{id}?pesan=notice-case-step")));
            }
            Err(AppError::Refused(key)) => form.wrong("keputusan", lang.t(key)),
            Err(error) => return Err(error),
        }
    }
    page(&signed, id, &form, posted.id).await
}

/// Takes the steps one after the other; all are kept, or none. The last one has the id of the form,
/// so that two taps are one decision.
async fn walk(
    work: &mut Work,
    (case, seen): (Id, i64),
    form: Id,
    steps: Vec<Action>,
) -> Result<()> {
    if took(work, form, case).await? {
        return Ok(());
    }
    let last = steps.len().saturating_sub(1);
    for ((number, action), seen_version) in steps.into_iter().enumerate().zip(seen..) {
        let id = match number == last {
            true => form,
            false => work.app().ids().make(),
        };
        let input = ActionInput {
            id,
            case,
            seen_version,
            action,
        };
        act(work, input).await?;
    }
    Ok(())
}
