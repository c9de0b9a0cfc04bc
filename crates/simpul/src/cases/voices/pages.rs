//! What families say, as desk and those above it read and answer it.

use askama::Template;
use axum::extract::Path;

use super::doors::{read, waiting};
use super::objections::{self, Decision, Level, Objection, Outcome, decide};
use super::sql::WaitingRow;
use super::{NewVoice, Voice, answer_voice};
use crate::access::{Posted, Role, Signed};
use crate::cases::notices::refuses_notices;
use crate::cases::pages::family_name;
use crate::cases::reads::case;
use crate::cases::transitions::MAX_TEXT;
use crate::platform::form::Form;
use crate::platform::page::Page;
use crate::platform::time::Zone;
use crate::platform::words::Lang;
use crate::platform::{AppError, Id, Reply, Result, format};
use crate::registry;

pub(in crate::cases) const READERS: &[Role] = crate::cases::reads::SEE_ALL;
pub(in crate::cases) const DECIDERS: &[Role] = &[Role::Supervisor, Role::Manajer];

#[derive(Template)]
#[template(path = "cases/voices/templates/voices.html")]
struct VoicesPage<'a> {
    p: &'a Page,
    form: &'a Form,
    id: Id,
    case: Id,
    family: String,
    voices: Vec<VoiceLine>,
    objections: Vec<ObjectionLine>,
    /// Whether this role answers messages.
    answers: bool,
    /// Whether the family wants no messages on its telephone.
    refuses: bool,
}

/// A message as pages show it.
#[derive(Clone, Debug)]
pub struct VoiceLine {
    pub told: String,
    pub text: String,
    pub of_family: bool,
}

/// An objection as pages show it.
#[derive(Clone, Debug)]
pub struct ObjectionLine {
    pub id: Id,
    pub title: String,
    pub at: String,
    pub due: String,
    pub why: String,
    /// Who answered, what, why, and what to do next.
    pub answer: Option<[String; 4]>,
    /// Whether this person may answer.
    pub offered: bool,
}

impl Voice {
    pub fn line(&self, lang: Lang, zone: Zone) -> VoiceLine {
        let who = self
            .by_role
            .map_or_else(|| lang.t("document-by-family"), |role| lang.t(role.words()));
        let when = format::moment(lang, self.at.civil(zone), zone);
        VoiceLine {
            told: format!("{who} · {when}"),
            text: self.text.clone(),
            of_family: self.by_role.is_none(),
        }
    }
}

impl Objection {
    pub fn line(&self, lang: Lang, zone: Zone) -> ObjectionLine {
        let day = |at: crate::platform::Instant| format::date(lang, at.date_in(zone));
        let answer = self.outcome.zip(self.decided_role).zip(self.decided_at);
        ObjectionLine {
            id: self.id,
            title: lang.t(self.level.words()),
            at: day(self.at),
            due: day(self.due_at),
            why: self.why.clone(),
            answer: answer.map(|((outcome, role), at)| {
                [
                    format!("{} · {}", lang.t(role.words()), day(at)),
                    lang.t(outcome.words()),
                    self.reason.clone().unwrap_or_default(),
                    self.next.clone().unwrap_or_default(),
                ]
            }),
            offered: false,
        }
    }
}

impl Level {
    /// What a citizen is offered.
    pub fn offer(self) -> &'static str {
        match self {
            Self::Sanggah => "objection-raise-sanggah",
            Self::Banding => "objection-raise-banding",
        }
    }
}

pub(in crate::cases) async fn page(signed: Signed, Path(id): Path<Id>) -> Result<Reply> {
    let fresh = signed.app().ids().make();
    show(&signed, id, &Form::new(), fresh).await
}

async fn show(signed: &Signed, id: Id, form: &Form, fresh: Id) -> Result<Reply> {
    let (scope, lang) = (signed.scope(), signed.lang());
    let mut db = signed.app().db();
    let line = case(&mut db, scope, id).await?.line;
    let (voices, objections) = read(&mut db, scope, id).await?;
    let mut heads = registry::heads(&mut db, scope, &[line.household]).await?;
    signed.saw("voices", Some(line.household), 1).await?;
    let place = scope.admit(&line.area)?;
    let (kabupaten, zone) = (place.kabupaten(), place.zone());
    let refuses = refuses_notices(&mut db, kabupaten.as_str(), line.household).await?;
    let p = signed.page("voices-title");
    let objections = objections.iter().map(|one| ObjectionLine {
        offered: objections::offered(scope, one),
        ..one.line(lang, zone)
    });
    let page = VoicesPage {
        p: &p,
        form,
        id: fresh,
        case: id,
        family: family_name(heads.remove(&line.household), lang),
        voices: voices.iter().map(|one| one.line(lang, zone)).collect(),
        objections: objections.collect(),
        answers: Role::DESK.contains(&scope.role()),
        refuses,
    };
    match form.has_errors() {
        true => Reply::again(&page),
        false => Reply::render(&page),
    }
}

fn text(form: &mut Form, lang: Lang, field: &str) -> Option<String> {
    form.read(field, lang, "case-text", |text| {
        let fits = (1..=MAX_TEXT).contains(&text.chars().count());
        fits.then(|| text.to_owned())
    })
}

pub(in crate::cases) async fn answer(
    signed: Signed,
    Path(id): Path<Id>,
    posted: Posted,
) -> Result<Reply> {
    let (mut form, lang) = (posted.form, signed.lang());
    if let Some(text) = text(&mut form, lang, "jawaban") {
        let mut work = signed.work().await?;
        let new = NewVoice {
            id: posted.id,
            text,
        };
        answer_voice(&mut work, id, new).await?;
        work.commit().await?;
        let path = format!("/rujukan/{id}/pesan?pesan=notice-case-step");
        return Ok(Reply::see(path));
    }
    show(&signed, id, &form, posted.id).await
}

pub(in crate::cases) async fn settle(
    signed: Signed,
    Path(id): Path<Id>,
    posted: Posted,
) -> Result<Reply> {
    let case = objections::case_of(signed.app(), signed.scope(), id).await?;
    let (mut form, lang) = (posted.form, signed.lang());
    let outcome: Option<Outcome> = form.read("hasil", lang, "case-choose", |key| key.parse().ok());
    let (reason, next) = (
        text(&mut form, lang, "alasan"),
        text(&mut form, lang, "lanjut"),
    );
    if let (Some(outcome), Some(reason), Some(next)) = (outcome, reason, next) {
        let mut work = signed.work().await?;
        let decision = Decision {
            objection: id,
            outcome,
            reason,
            next,
        };
        match decide(&mut work, &decision).await {
            Ok(_) => {
                work.commit().await?;
                let path = format!("/rujukan/{case}/pesan?pesan=notice-case-step");
                return Ok(Reply::see(path));
            }
            Err(AppError::Refused(key)) => form.wrong("hasil", lang.t(key)),
            Err(error) => return Err(error),
        }
    }
    show(&signed, case, &form, posted.id).await
}

#[derive(Template)]
#[template(path = "cases/voices/templates/waiting.html")]
struct WaitingPage<'a> {
    p: &'a Page,
    voices: Vec<WaitingLine>,
    objections: Vec<WaitingLine>,
}

struct WaitingLine {
    case: Id,
    family: String,
    need: String,
    day: String,
    late: bool,
}

pub(in crate::cases) async fn list(signed: Signed) -> Result<Reply> {
    let (scope, mut db) = (signed.scope(), signed.app().db());
    let (voices, objections) = waiting(&mut db, scope).await?;
    let households: Vec<Id> = voices
        .iter()
        .chain(&objections)
        .map(|row| row.household)
        .collect();
    let heads = registry::heads(&mut db, scope, &households).await?;
    signed.saw("voices", None, households.len()).await?;
    let now = signed.app().now();
    let lines = |rows: Vec<WaitingRow>, clock: bool| -> Result<Vec<WaitingLine>> {
        let line = |row: WaitingRow| {
            let zone = scope.admit(&row.area)?.zone();
            Ok(WaitingLine {
                case: row.case_id,
                family: family_name(heads.get(&row.household).cloned(), signed.lang()),
                need: signed.lang().t(row.need.words()),
                day: format::short_date(signed.lang(), row.at.date_in(zone)),
                late: clock && row.at < now,
            })
        };
        rows.into_iter().map(line).collect()
    };
    let p = signed.page("voices-list-title");
    Reply::render(&WaitingPage {
        p: &p,
        voices: lines(voices, false)?,
        objections: lines(objections, true)?,
    })
}
