//! The papers of a case: see, add, open, erase.

use askama::Template;
use axum::extract::Path;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;

use super::super::reads::case;
use super::{
    Checked, DocumentForm, DocumentKind, NewDocument, check, documents, doors, erase_document,
    keep_document,
};
use crate::access::{Posted, PostedFile, Role, Signed};
use crate::cases::case_page;
use crate::platform::form::Form;
use crate::platform::page::Page;
use crate::platform::{AppError, Id, Reply, Result, format};

/// Nothing runs inside what is shown, whatever it holds.
const SANDBOX: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

pub(in crate::cases) const ROLES: &[Role] = case_page::ROLES;

#[derive(Template)]
#[template(path = "cases/documents/templates/documents.html")]
struct DocumentsPage<'a> {
    p: &'a Page,
    form: &'a Form,
    id: Id,
    case: Id,
    lines: Vec<Line>,
    /// Whether this role may erase.
    erases: bool,
}

struct Line {
    id: Id,
    kind: String,
    /// When, and who brought it.
    told: String,
    size: String,
    photo: bool,
    erased: bool,
}

pub(in crate::cases) async fn list(signed: Signed, Path(id): Path<Id>) -> Result<Reply> {
    let fresh = signed.app().ids().make();
    show(&signed, id, &Form::new(), fresh).await
}

async fn show(signed: &Signed, id: Id, form: &Form, fresh: Id) -> Result<Reply> {
    let (scope, lang) = (signed.scope(), signed.lang());
    let mut db = signed.app().db();
    let found = documents(&mut db, scope, id).await?;
    let line = case(&mut db, scope, id).await?.line;
    let zone = scope.admit(&line.area)?.zone();
    signed
        .saw("documents", Some(line.household), found.len())
        .await?;
    let lines = found.into_iter().map(|document| {
        let who = document
            .by_role
            .map_or_else(|| lang.t("document-by-family"), |role| lang.t(role.words()));
        let when = format::moment(lang, document.at.civil(zone), zone);
        Line {
            id: document.id,
            kind: lang.t(document.kind.words()),
            told: format!("{when} · {who}"),
            size: lang.t1("document-size", "kb", (document.size + 1023) / 1024),
            photo: document.form == DocumentForm::Jpeg,
            erased: document.erased_at.is_some(),
        }
    });
    let p = signed.page("documents-title");
    let page = DocumentsPage {
        p: &p,
        form,
        id: fresh,
        case: id,
        lines: lines.collect(),
        erases: Role::DESK.contains(&scope.role()),
    };
    match form.has_errors() {
        true => Reply::again(&page),
        false => Reply::render(&page),
    }
}

pub(in crate::cases) async fn add(
    signed: Signed,
    Path(id): Path<Id>,
    posted: PostedFile,
) -> Result<Reply> {
    let (mut form, lang) = (posted.form, signed.lang());
    // A stranger's case is not there, whatever the file is.
    documents(&mut signed.app().db(), signed.scope(), id).await?;
    let kind: Option<DocumentKind> =
        form.read("jenis", lang, "case-choose", |key| key.parse().ok());
    if posted.file.is_none() {
        form.wrong("berkas", lang.t("document-missing"));
    }
    if let (Some(kind), Some(file)) = (kind, posted.file) {
        match kept(&signed, posted.id, id, kind, file).await {
            Ok(()) => {
                let path = format!("/rujukan/{id}/berkas?pesan=notice-document");
                return Ok(Reply::see(path));
            }
            Err(AppError::Refused(key)) => form.wrong("berkas", lang.t(key)),
            Err(error) => return Err(error),
        }
    }
    show(&signed, id, &form, posted.id).await
}

async fn kept(signed: &Signed, id: Id, case: Id, kind: DocumentKind, file: Vec<u8>) -> Result<()> {
    let content = checked(file).await?;
    let mut work = signed.work().await?;
    let new = NewDocument {
        id,
        case,
        kind,
        content,
    };
    keep_document(&mut work, new).await?;
    work.commit().await
}

/// Checks a file on a thread of its own, one at a time: unpacking takes much memory.
///
/// # Errors
/// As [`check`].
pub async fn checked(file: Vec<u8>) -> Result<Checked> {
    static ONE: Semaphore = Semaphore::const_new(1);
    let _turn = ONE.acquire().await.map_err(AppError::internal)?;
    tokio::task::spawn_blocking(move || check(&file))
        .await
        .map_err(AppError::internal)?
}

pub(in crate::cases) async fn open(signed: Signed, Path(id): Path<Id>) -> Result<Response> {
    let paper = doors::paper(signed.app(), signed.scope(), id).await?;
    signed.saw("document", Some(paper.household), 1).await?;
    // A photo was written anew by us and may be looked at; a PDF is a stranger's file.
    let (kind, how) = match paper.form {
        DocumentForm::Jpeg => ("image/jpeg", "inline; filename=\"berkas.jpg\""),
        DocumentForm::Pdf => ("application/pdf", "attachment; filename=\"berkas.pdf\""),
    };
    let headers = [
        (CONTENT_TYPE, kind),
        (CONTENT_DISPOSITION, how),
        (CONTENT_SECURITY_POLICY, SANDBOX),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, paper.bytes.to_vec()).into_response())
}

pub(in crate::cases) async fn erase(
    signed: Signed,
    Path(id): Path<Id>,
    _posted: Posted,
) -> Result<Reply> {
    let mut work = signed.work().await?;
    let case = erase_document(&mut work, id).await?;
    work.commit().await?;
    let path = format!("/rujukan/{case}/berkas?pesan=notice-document-erased");
    Ok(Reply::see(path))
}
