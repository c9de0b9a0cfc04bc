//! Messages between family and desk, papers with a ticket, the one question at the end.

use serde_json::json;
use simpul_db::{Source, args};

use super::super::documents::{self, NewDocument};
use super::super::model::State;
use super::super::notices::{NoticeKind, Tell, tell};
use super::super::reads::case_row;
use super::super::transitions::MAX_TEXT;
use super::Rating;
use super::objections::{self, Level, Objection};
use super::pass::Pass;
use super::sql::{self, PublicCase, VoiceRow, WaitingRow};
use crate::access::{Role, Scope, Work};
use crate::platform::{App, AppError, Id, Instant, Result};

/// What a family may write to one case in a day.
const MOST_A_DAY: i64 = 10;
const DAY_MS: i64 = 86_400_000;

/// A message of a case.
pub type Voice = VoiceRow;

/// A message to write.
#[derive(Clone, Debug)]
pub struct NewVoice {
    pub id: Id,
    pub text: String,
}

/// What was said about a case, and what its family may still do.
#[derive(Default)]
pub(in crate::cases) struct Folder {
    pub voices: Vec<Voice>,
    pub objections: Vec<Objection>,
    /// What the family may raise now.
    pub may_object: Option<Level>,
    /// Whether to ask how it was.
    pub asks_rating: bool,
}

/// A ticket that was shown: its case, and a scope for just this work.
pub(super) struct Shown {
    pub case: PublicCase,
    pub scope: Scope,
}

/// Reads the case of a pass again. A case that became restricted has no public page.
pub(super) async fn shown(app: &App, pass: &str) -> Result<Shown> {
    let pass = Pass::open(app, pass)?;
    let case: Option<PublicCase> = app
        .db()
        .opt(&sql::PUBLIC_CASE, args![pass.kabupaten, pass.case])
        .await?;
    let case = case.filter(|case| !case.need.is_restricted());
    let case = case.ok_or(AppError::Refused("track-pass"))?;
    let scope = Scope::of_program_at(*case.area);
    Ok(Shown { case, scope })
}

fn good(text: &str) -> Result<&str> {
    let text = text.trim();
    match (1..=MAX_TEXT).contains(&text.chars().count()) {
        true => Ok(text),
        false => Err(AppError::Refused("case-text")),
    }
}

/// The family writes, with a ticket that was shown.
///
/// # Errors
/// [`AppError::Refused`] for an old pass, an empty or too long text, or too many in a day;
/// [`AppError::Conflict`] when the id came with another text.
pub async fn say(app: &App, pass: &str, new: NewVoice) -> Result<()> {
    let Shown { case, scope } = shown(app, pass).await?;
    let text = good(&new.text)?.to_owned();
    let mut work = Work::begin(app, &scope).await?;
    let new = NewVoice { text, ..new };
    if same_voice(&mut work, case.id, &new, None).await? {
        return Ok(());
    }
    let since = Instant(work.at().0 - DAY_MS);
    let (scope, tx) = work.parts();
    let written: i64 = tx
        .one(&sql::VOICES_SINCE, scope.bind(args![case.id, since]))
        .await?;
    if written >= MOST_A_DAY {
        return Err(AppError::Refused("voice-too-many"));
    }
    write(&mut work, &case, &new, None).await?;
    work.commit().await
}

/// Whether the same message came before.
async fn same_voice(work: &mut Work, case: Id, new: &NewVoice, by: Option<Id>) -> Result<bool> {
    let (scope, tx) = work.parts();
    let first: Option<VoiceRow> = tx.opt(&sql::VOICE, scope.bind(args![new.id])).await?;
    match first {
        None => Ok(false),
        Some(first) if first.case_id == case && first.text == new.text && first.by_user == by => {
            Ok(true)
        }
        Some(_) => Err(AppError::Conflict("error-conflict")),
    }
}

async fn write(
    work: &mut Work,
    case: &PublicCase,
    new: &NewVoice,
    by: Option<(Id, Role)>,
) -> Result<()> {
    let place = work.scope().admit(&case.area)?;
    let (kabupaten, at) = (place.kabupaten().as_str(), work.at());
    let (user, role) = (by.map(|(user, _)| user), by.map(|(_, role)| role));
    let row = args![
        kabupaten,
        new.id,
        case.id,
        new.text,
        user,
        role,
        at,
        by.map(|_| at)
    ];
    if work.tx().exec(&sql::MAKE_VOICE, row).await? == 0 {
        return Err(AppError::Conflict("error-conflict"));
    }
    let told = Tell {
        case: case.id,
        need: case.need,
        source: new.id,
        kind: match by {
            Some(_) => NoticeKind::Jawaban,
            None => NoticeKind::Suara,
        },
    };
    tell(work, &place, told).await?;
    let said = json!({ "voice": new.id, "case": case.id, "text": new.text });
    let kind = if by.is_some() {
        "voice_answered"
    } else {
        "voice"
    };
    work.record(&place, "cases", kind, case.household, &said)
}

/// The desk answers on the public page; what the family wrote waits no longer.
///
/// # Errors
/// [`AppError::NotFound`] for a case that this person does not see; else as [`say`].
pub async fn answer_voice(work: &mut Work, case: Id, new: NewVoice) -> Result<()> {
    let text = good(&new.text)?.to_owned();
    let new = NewVoice { text, ..new };
    let (scope, tx) = work.parts();
    let row = case_row(tx, scope, case).await?;
    let by = (scope.user(), scope.role());
    if same_voice(work, case, &new, Some(by.0)).await? {
        return Ok(());
    }
    let place = work.scope().admit(&row.area)?;
    let kabupaten = place.kabupaten().as_str();
    let known: PublicCase = work
        .tx()
        .one(&sql::PUBLIC_CASE, args![kabupaten, case])
        .await?;
    write(work, &known, &new, Some(by)).await?;
    let at = work.at();
    let waiting = args![kabupaten, case, at];
    work.tx().exec(&sql::ANSWER_VOICES, waiting).await?;
    Ok(())
}

/// The family brings a paper with its ticket.
///
/// # Errors
/// [`AppError::Refused`] for an old pass or too many papers.
pub async fn bring_paper(app: &App, pass: &str, new: NewDocument) -> Result<()> {
    let Shown { case, scope } = shown(app, pass).await?;
    let new = NewDocument {
        case: case.id,
        ..new
    };
    let mut work = Work::begin(app, &scope).await?;
    documents::keep_from_family(&mut work, *case.area, case.household, new).await?;
    work.commit().await
}

/// Whether the family is asked how it was: after the end, once.
async fn ratable(app: &App, case: &PublicCase) -> Result<bool> {
    if !case.state.is_final() || case.state == State::Dibatalkan {
        return Ok(false);
    }
    let args = args![case.kabupaten, case.id];
    let score: Option<i64> = app.db().opt(&sql::RATING, args).await?;
    Ok(score.is_none())
}

/// The family says how it was. A second answer changes nothing.
///
/// # Errors
/// [`AppError::Refused`] for an old pass, or while the case is open.
pub async fn rate(app: &App, pass: &str, rating: Rating) -> Result<()> {
    let Shown { case, scope } = shown(app, pass).await?;
    if !case.state.is_final() {
        return Err(AppError::Refused("rating-not-yet"));
    }
    let mut work = Work::begin(app, &scope).await?;
    let place = scope.admit(&case.area)?;
    let row = args![case.kabupaten, case.id, rating.score(), work.at()];
    if work.tx().exec(&sql::MAKE_RATING, row).await? == 1 {
        let said = json!({ "case": case.id, "score": rating.score() });
        work.record(&place, "cases", "rated", case.household, &said)?;
        work.commit().await?;
    }
    Ok(())
}

/// What the family reads below the state of its case.
pub(in crate::cases) async fn folder(app: &App, case: &PublicCase) -> Result<Folder> {
    let (db, scope) = (app.db(), Scope::of_program_at(*case.area));
    let bound = || scope.bind(args![case.id]);
    let voices = db.all(&sql::VOICES_OF, bound()).await?;
    let objections: Vec<Objection> = db.all(&sql::OBJECTIONS_OF, bound()).await?;
    Ok(Folder {
        may_object: objections::may_object(case, &objections, app.now())?,
        asks_rating: ratable(app, case).await?,
        voices,
        objections,
    })
}

/// Messages of a case that an officer sees, and its objections.
pub(super) async fn read(
    from: &mut impl Source,
    scope: &Scope,
    case: Id,
) -> Result<(Vec<Voice>, Vec<Objection>)> {
    let voices = from.all(&sql::VOICES_OF, scope.bind(args![case])).await?;
    let objections = from
        .all(&sql::OBJECTIONS_OF, scope.bind(args![case]))
        .await?;
    Ok((voices, objections))
}

/// What waits for an answer: messages, then objections.
pub(super) async fn waiting(
    from: &mut impl Source,
    scope: &Scope,
) -> Result<(Vec<WaitingRow>, Vec<WaitingRow>)> {
    let voices = from.all(&sql::VOICES_WAITING, scope.bind(args![])).await?;
    let objections = from
        .all(&sql::OBJECTIONS_WAITING, scope.bind(args![]))
        .await?;
    Ok((voices, objections))
}
