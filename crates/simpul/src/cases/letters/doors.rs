//! A letter is written, and never changed: a better one is another letter.

use serde_json::json;
use simpul_db::{Source, args};
use zeroize::Zeroizing;

use super::super::reads::case_row;
use super::super::transitions::MAX_TEXT;
use super::LetterKind;
use super::sql::{self, LetterRow};
use crate::access::{Scope, Work, open_for};
use crate::platform::{App, AppError, Id, Result};

/// A letter, its text sealed.
pub type Letter = LetterRow;

/// A letter to write.
#[derive(Clone, Debug)]
pub struct NewLetter {
    pub id: Id,
    pub case: Id,
    pub kind: LetterKind,
    /// What it says, in the officer's words.
    pub text: String,
}

/// Writes a letter and gives its number of the village and year. Sent twice it is one letter.
///
/// # Errors
/// [`AppError::NotFound`] for a case that this person does not see; [`AppError::Refused`] for an
/// empty or too long text; [`AppError::Conflict`] when the id came with another letter.
pub async fn write_letter(work: &mut Work, new: &NewLetter) -> Result<i64> {
    let text = new.text.trim();
    if !(1..=MAX_TEXT).contains(&text.chars().count()) {
        return Err(AppError::Refused("case-text"));
    }
    let (scope, tx) = work.parts();
    let case = case_row(tx, scope, new.case).await?;
    let first: Option<LetterRow> = tx.opt(&sql::LETTER, scope.bind(args![new.id])).await?;
    if let Some(first) = first {
        return match first.case_id == new.case && first.kind == new.kind {
            true => Ok(first.number),
            false => Err(AppError::Conflict("error-conflict")),
        };
    }
    let place = scope.admit(&case.area)?;
    let (user, role) = (scope.user(), scope.role());
    // A letter is about a family, and is numbered by the desk that writes it.
    if case.household == case.id {
        return Err(AppError::NotFound);
    }
    let desk = scope.desk();
    let (kabupaten, at) = (place.kabupaten().as_str(), work.at());
    let year = i64::from(at.date_in(place.zone()).year());
    let taken = args![kabupaten, desk.as_str(), year];
    let number: i64 = work.tx().one(&sql::TAKE_NUMBER, taken).await?;
    let sealed = work
        .seal_for(&place, case.household, new.id.as_bytes(), text.as_bytes())
        .await?;
    let row = args![
        kabupaten,
        new.id,
        new.case,
        desk.as_str(),
        year,
        number,
        new.kind,
        sealed,
        user,
        role,
        at
    ];
    if work.tx().exec(&sql::MAKE_LETTER, row).await? == 0 {
        return Err(AppError::Conflict("error-conflict"));
    }
    let said = json!({
        "letter": new.id, "case": new.case, "kind": new.kind, "year": year, "number": number,
        "text": text,
    });
    work.record(&place, "cases", "letter", case.household, &said)?;
    Ok(number)
}

/// The letters of a case, the newest first.
///
/// # Errors
/// [`AppError::NotFound`] for a case that this person does not see.
pub async fn letters_of(from: &mut impl Source, scope: &Scope, case: Id) -> Result<Vec<Letter>> {
    case_row(from, scope, case).await?;
    Ok(from.all(&sql::LETTERS_OF, scope.bind(args![case])).await?)
}

/// One letter and what it says; `None` after the family was erased.
pub(super) async fn letter(
    app: &App,
    scope: &Scope,
    id: Id,
) -> Result<(Letter, Option<Zeroizing<Vec<u8>>>)> {
    let mut db = app.db();
    let row: Option<LetterRow> = Source::opt(&mut db, &sql::LETTER, scope.bind(args![id])).await?;
    let row = row.ok_or(AppError::NotFound)?;
    let case = case_row(&mut db, scope, row.case_id).await?;
    let place = scope.admit(&case.area)?;
    let kabupaten = place.kabupaten().as_str();
    let text = open_for(app, kabupaten, row.household, id.as_bytes(), &row.sealed).await?;
    Ok((row, text))
}
