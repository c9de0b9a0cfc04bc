//! A paper comes in, is looked at, is erased.

use serde_json::json;
use simpul_db::{Source, Value, args};
use simpul_identity::AreaCode;
use zeroize::Zeroizing;

use super::super::reads::case_row;
use super::check::Checked;
use super::sql::{self, DocumentRow, SealedRow};
use super::{DocumentForm, DocumentKind};
use crate::access::{Role, Scope, Work, journal, open_for};
use crate::platform::{App, AppError, Id, Result};

/// Papers of one case.
const MOST: i64 = 30;
/// Those who see every paper of a case that they see; others see what they brought themselves.
const READERS: &[Role] = &[
    Role::FrontOffice,
    Role::BackOffice,
    Role::Petugas,
    Role::Koordinator,
    Role::Supervisor,
    Role::Manajer,
    Role::PengelolaProgram,
];

/// A paper as lists show it.
pub type Document = DocumentRow;

/// A paper for a case.
#[derive(Clone, Debug)]
pub struct NewDocument {
    pub id: Id,
    pub case: Id,
    pub kind: DocumentKind,
    pub content: Checked,
}

/// Where a paper goes, and who brings it.
struct Owner {
    area: AreaCode,
    household: Id,
    by: Option<(Id, Role)>,
}

/// Keeps a paper that an officer brings.
///
/// # Errors
/// [`AppError::NotFound`] for a case that this person does not see; [`AppError::Refused`] when it
/// has too many papers; [`AppError::Conflict`] when the id came with another paper.
pub async fn keep_document(work: &mut Work, new: NewDocument) -> Result<()> {
    let (scope, tx) = work.parts();
    let case = case_row(tx, scope, new.case).await?;
    let by = Some((scope.user(), scope.role()));
    let owner = Owner {
        area: *case.area,
        household: case.household,
        by,
    };
    keep(work, new, owner).await
}

/// Keeps a paper that the family sends with its ticket.
///
/// # Errors
/// As [`keep_document`].
pub(in super::super) async fn keep_from_family(
    work: &mut Work,
    area: AreaCode,
    household: Id,
    new: NewDocument,
) -> Result<()> {
    let owner = Owner {
        area,
        household,
        by: None,
    };
    keep(work, new, owner).await
}

async fn keep(work: &mut Work, new: NewDocument, owner: Owner) -> Result<()> {
    let (scope, tx) = work.parts();
    let place = scope.admit(&owner.area)?;
    let kabupaten = place.kabupaten().as_str();
    let row: Option<SealedRow> = tx.opt(&sql::DOCUMENT, scope.bind(args![new.id])).await?;
    if let Some(first) = row {
        return same_paper(work.app(), kabupaten, &new, &owner, first).await;
    }
    let kept: i64 = tx
        .one(&sql::DOCUMENTS_KEPT, scope.bind(args![new.case]))
        .await?;
    if kept >= MOST {
        return Err(AppError::Refused("document-too-many"));
    }
    let content = &new.content;
    let sealed = work
        .seal_for(&place, new.id, new.id.as_bytes(), &content.bytes)
        .await?;
    let size = i64::try_from(content.bytes.len()).map_err(AppError::internal)?;
    let row = args![
        kabupaten,
        new.id,
        new.case,
        new.kind,
        content.form,
        size,
        sealed,
        owner.by.map(|(user, _)| user),
        owner.by.map(|(_, role)| role),
        work.at()
    ];
    if work.tx().exec(&sql::MAKE_DOCUMENT, row).await? == 0 {
        return Err(AppError::Conflict("error-conflict"));
    }
    let said = json!({
        "document": new.id, "case": new.case, "kind": new.kind, "form": content.form, "size": size,
    });
    work.record(&place, "cases", "document", owner.household, &said)
}

/// The id came before: the same paper from the same hand is the same fact.
async fn same_paper(
    app: &App,
    kabupaten: &str,
    new: &NewDocument,
    owner: &Owner,
    first: SealedRow,
) -> Result<()> {
    let plain = match &first.sealed {
        Some(sealed) => open_for(app, kabupaten, new.id, new.id.as_bytes(), sealed).await?,
        None => None,
    };
    let same = first.case_id == new.case
        && first.kind == new.kind
        && first.by_user == owner.by.map(|(user, _)| user)
        && plain.is_some_and(|plain| *plain == new.content.bytes);
    match same {
        true => Ok(()),
        false => Err(AppError::Conflict("error-conflict")),
    }
}

fn sight(scope: &Scope) -> [Value; 2] {
    args![READERS.contains(&scope.role()), scope.user()]
}

/// The papers of a case, oldest first.
///
/// # Errors
/// [`AppError::NotFound`] for a case that this person does not see.
pub async fn documents(from: &mut impl Source, scope: &Scope, case: Id) -> Result<Vec<Document>> {
    case_row(from, scope, case).await?;
    let args = args![case].into_iter().chain(sight(scope));
    let args: Vec<Value> = args.collect();
    Ok(from.all(&sql::DOCUMENTS_OF, scope.bind(args)).await?)
}

/// One paper, opened, with its family for the access log.
pub(super) struct Paper {
    pub form: DocumentForm,
    pub household: Id,
    pub bytes: Zeroizing<Vec<u8>>,
}

/// Opens a paper.
///
/// # Errors
/// [`AppError::NotFound`] when this person does not see it, or it was erased.
pub(super) async fn paper(app: &App, scope: &Scope, id: Id) -> Result<Paper> {
    let mut db = app.db();
    let row: Option<SealedRow> = db.opt(&sql::DOCUMENT, scope.bind(args![id])).await?;
    let row = row.ok_or(AppError::NotFound)?;
    let case = case_row(&mut db, scope, row.case_id).await?;
    if !READERS.contains(&scope.role()) && row.by_user != Some(scope.user()) {
        return Err(AppError::NotFound);
    }
    let place = scope.admit(&case.area)?;
    let sealed = row.sealed.ok_or(AppError::NotFound)?;
    let bytes = open_for(app, place.kabupaten().as_str(), id, id.as_bytes(), &sealed)
        .await?
        .ok_or(AppError::NotFound)?;
    Ok(Paper {
        form: row.form,
        household: case.household,
        bytes,
    })
}

/// Erases a paper: its key is destroyed, so that no copy of the database opens it. What the
/// journal says of it stays: that there was one, and who erased it.
///
/// # Errors
/// [`AppError::NotFound`] when this person does not see the case.
pub async fn erase_document(work: &mut Work, id: Id) -> Result<Id> {
    let (scope, tx) = work.parts();
    let row: Option<SealedRow> = tx.opt(&sql::DOCUMENT, scope.bind(args![id])).await?;
    let row = row.ok_or(AppError::NotFound)?;
    let case = case_row(tx, scope, row.case_id).await?;
    erase(work, &case.area, case.household, id).await?;
    Ok(row.case_id)
}

/// Erases all papers of a family.
///
/// # Errors
/// [`AppError::NotFound`] when the scope does not cover the area.
pub async fn erase_documents(work: &mut Work, area: &AreaCode, household: Id) -> Result<usize> {
    let (scope, tx) = work.parts();
    scope.admit(area)?;
    let ids: Vec<Id> = tx
        .all(&sql::DOCUMENTS_OF_FAMILY, scope.bind(args![household]))
        .await?;
    for id in &ids {
        erase(work, area, household, *id).await?;
    }
    Ok(ids.len())
}

async fn erase(work: &mut Work, area: &AreaCode, household: Id, id: Id) -> Result<()> {
    let place = work.scope().admit(area)?;
    let (kabupaten, at) = (place.kabupaten().as_str(), work.at());
    let gone = args![kabupaten, id, at];
    if work.tx().exec(&sql::ERASE_DOCUMENT, gone).await? == 0 {
        return Ok(());
    }
    journal::erase(work, &place, id).await?;
    let said = json!({ "document": id });
    work.record(&place, "cases", "document_erased", household, &said)
}
