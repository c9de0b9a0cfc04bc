//! A notice is written; lists of what waits.

use serde_json::json;
use simpul_db::{Source, args};

use super::super::model::Need;
use super::super::reads::case_row;
use super::gateways::Gateways;
use super::sql::{self, NoticeRow};
use super::{Channel, NoticeKind, NoticeState};
use crate::access::{Place, Scope, Work};
use crate::platform::{AppError, Id, Instant, Result};

/// A notice as lists show it.
pub type Notice = NoticeRow;

/// What is told, and of which case.
#[derive(Clone, Copy)]
pub(in crate::cases) struct Tell {
    pub case: Id,
    pub need: Need,
    /// The fact: telling of it twice is telling once.
    pub source: Id,
    pub kind: NoticeKind,
}

/// Writes the notices of a fact into the transaction of the fact.
pub(in crate::cases) async fn tell(work: &mut Work, place: &Place, tell: Tell) -> Result<()> {
    let app = work.app().clone();
    let gateways: &Gateways = app.part();
    let for_family = matches!(tell.kind, NoticeKind::Langkah | NoticeKind::Jawaban);
    let mut receivers = Vec::new();
    // Somebody else may hold the telephone of a family in danger.
    if for_family && !tell.need.is_restricted() {
        receivers.push((Channel::Hp, ""));
    }
    if !for_family {
        let boxes = gateways.mailboxes(place.area());
        receivers.extend(boxes.map(|name| (Channel::Surel, name)));
    }
    let hooks = gateways.hooks(place.area());
    receivers.extend(hooks.map(|name| (Channel::Kait, name)));
    let (kabupaten, at) = (place.kabupaten().as_str(), work.at());
    for (channel, target) in receivers {
        let row = args![
            kabupaten,
            app.ids().make(),
            tell.case,
            tell.source,
            tell.kind,
            channel,
            target,
            at
        ];
        work.tx().exec(&sql::MAKE_NOTICE, row).await?;
    }
    Ok(())
}

/// What stopped and what waits, then what was written since an instant and was sent.
///
/// # Errors
/// When the database is away.
pub async fn notices(from: &mut impl Source, scope: &Scope, since: Instant) -> Result<Vec<Notice>> {
    let mut found: Vec<Notice> = from.all(&sql::NOTICES_OPEN, scope.bind(args![])).await?;
    found.sort_by_key(|notice| notice.state != NoticeState::Berhenti);
    let sent: Vec<Notice> = from
        .all(&sql::NOTICES_SENT, scope.bind(args![since]))
        .await?;
    found.extend(sent);
    Ok(found)
}

/// One notice.
pub(super) async fn notice(from: &mut impl Source, scope: &Scope, id: Id) -> Result<Notice> {
    let row = from.opt(&sql::NOTICE, scope.bind(args![id])).await?;
    row.ok_or(AppError::NotFound)
}

/// Whether a family wants no messages on its telephone.
pub(in crate::cases) async fn refuses_notices(
    from: &mut impl Source,
    kabupaten: &str,
    household: Id,
) -> Result<bool> {
    let since: Option<Instant> = from.opt(&sql::REFUSAL, args![kabupaten, household]).await?;
    Ok(since.is_some())
}

/// The family wants no messages on its telephone, or wants them again.
///
/// # Errors
/// [`AppError::NotFound`] for a case that this person does not see.
pub async fn refuse_notices(work: &mut Work, case: Id, refused: bool) -> Result<()> {
    let (scope, tx) = work.parts();
    let row = case_row(tx, scope, case).await?;
    let place = scope.admit(&row.area)?;
    let (kabupaten, at) = (place.kabupaten().as_str(), work.at());
    let changed = match refused {
        true => {
            let args = args![kabupaten, row.household, at];
            work.tx().exec(&sql::REFUSE_NOTICES, args).await?
        }
        false => {
            let args = args![kabupaten, row.household];
            work.tx().exec(&sql::WANT_NOTICES, args).await?
        }
    };
    if changed == 1 {
        let said = json!({ "refused": refused });
        work.record(&place, "cases", "notices_refused", row.household, &said)?;
    }
    Ok(())
}

/// An officer sent it from his own telephone.
pub(super) async fn sent_by_hand(work: &mut Work, id: Id) -> Result<()> {
    let (scope, tx) = work.parts();
    let row = notice(tx, scope, id).await?;
    let place = scope.admit(&row.area)?;
    let args = args![place.kabupaten().as_str(), id, work.at()];
    if work.tx().exec(&sql::SENT, args).await? == 1 {
        let said = json!({ "notice": id });
        work.record(&place, "cases", "notice_by_hand", row.household, &said)?;
    }
    Ok(())
}
