//! What goes out: what waits, what stopped and why; and the message that an officer sends from
//! his own telephone where there is no gateway.

use askama::Template;
use axum::extract::Path;

use super::doors::{notice, notices, refuse_notices, sent_by_hand};
use super::gateways::Gateways;
use super::worker::{family_phone, family_text};
use super::{Channel, Notice, NoticeState};
use crate::access::{Posted, Role, Signed};
use crate::cases::pages::family_name;
use crate::platform::page::Page;
use crate::platform::{Id, Reply, Result, format};
use crate::registry;

pub(in crate::cases) const READERS: &[Role] = crate::cases::reads::SEE_ALL;

/// What was sent stays on the page for a week.
const SENT_SHOWN_SECONDS: i64 = 7 * 86_400;

#[derive(Template)]
#[template(path = "cases/notices/templates/list.html")]
struct ListPage<'a> {
    p: &'a Page,
    waiting: usize,
    stopped: usize,
    sent: usize,
    /// Whether messages to families go out by themselves.
    gateway: bool,
    lines: Vec<Line>,
}

struct Line {
    id: Id,
    case: Id,
    family: String,
    channel: String,
    kind: String,
    state: String,
    mark: &'static str,
    made: String,
    /// What came of the tries.
    tries: Option<String>,
    /// Whether an officer may send it by hand.
    by_hand: bool,
}

impl NoticeState {
    fn mark(self) -> &'static str {
        match self {
            Self::Menunggu => "wait",
            Self::Terkirim => "good",
            Self::Berhenti => "bad",
        }
    }
}

pub(in crate::cases) async fn list(signed: Signed) -> Result<Reply> {
    let (scope, lang, mut db) = (signed.scope(), signed.lang(), signed.app().db());
    let since = signed.app().now().plus_seconds(-SENT_SHOWN_SECONDS);
    let found = notices(&mut db, scope, since).await?;
    let households: Vec<Id> = found.iter().map(|one| one.household).collect();
    let heads = registry::heads(&mut db, scope, &households).await?;
    signed.saw("notices", None, found.len()).await?;
    let count = |state| found.iter().filter(|one| one.state == state).count();
    let desk = Role::DESK.contains(&scope.role());
    let line = |one: &Notice| -> Result<Line> {
        let zone = scope.admit(&one.area)?.zone();
        let fault = one.fault.map(|fault| lang.t(fault.words()));
        let tries =
            fault.map(|fault| lang.t2("notice-tries", ("count", one.tries), ("fault", fault)));
        Ok(Line {
            id: one.id,
            case: one.case_id,
            family: family_name(heads.get(&one.household).cloned(), lang),
            channel: lang.t(one.channel.words()),
            kind: lang.t(one.kind.words()),
            state: lang.t(one.state.words()),
            mark: one.state.mark(),
            made: format::moment(lang, one.made_at.civil(zone), zone),
            tries,
            by_hand: desk && one.channel == Channel::Hp && one.state != NoticeState::Terkirim,
        })
    };
    let p = signed.page("notices-title");
    let gateways: &Gateways = signed.app().part();
    Reply::render(&ListPage {
        p: &p,
        waiting: count(NoticeState::Menunggu),
        stopped: count(NoticeState::Berhenti),
        sent: count(NoticeState::Terkirim),
        gateway: gateways.sms.is_some(),
        lines: found.iter().map(line).collect::<Result<_>>()?,
    })
}

#[derive(Template)]
#[template(path = "cases/notices/templates/by_hand.html")]
struct ByHandPage<'a> {
    p: &'a Page,
    id: Id,
    notice: Id,
    case: Id,
    text: String,
    /// All digits, to be chosen among the officer's contacts.
    phone: Option<String>,
    /// Opens WhatsApp with the text. The number stands in no address.
    address: String,
}

pub(in crate::cases) async fn by_hand(signed: Signed, Path(id): Path<Id>) -> Result<Reply> {
    let (app, scope) = (signed.app(), signed.scope());
    let row = notice(&mut app.db(), scope, id).await?;
    let text = family_text(app, scope, row.case_id, signed.lang()).await?;
    let phone = family_phone(app, scope, row.household).await?;
    signed.saw("notice", Some(row.household), 1).await?;
    let p = signed.page("notice-by-hand");
    Reply::render(&ByHandPage {
        p: &p,
        id: app.ids().make(),
        notice: id,
        case: row.case_id,
        address: format!("https://wa.me/?text={}", percent(&text)),
        phone: phone.map(|phone| format!("+{}", *phone)),
        text,
    })
}

/// A text as it stands in a query (RFC 3986, 2.1).
fn percent(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    text.bytes()
        .map(|byte| match plain(&byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}

pub(in crate::cases) async fn sent(
    signed: Signed,
    Path(id): Path<Id>,
    _posted: Posted,
) -> Result<Reply> {
    let mut work = signed.work().await?;
    sent_by_hand(&mut work, id).await?;
    work.commit().await?;
    Ok(Reply::see("/kabar?pesan=notice-notice-sent"))
}

pub(in crate::cases) async fn refuse(
    signed: Signed,
    Path(case): Path<Id>,
    posted: Posted,
) -> Result<Reply> {
    let refused = posted.form.get("kabar") != "mau";
    let mut work = signed.work().await?;
    refuse_notices(&mut work, case, refused).await?;
    work.commit().await?;
    let path = format!("/rujukan/{case}/pesan?pesan=notice-case-step");
    Ok(Reply::see(path))
}
