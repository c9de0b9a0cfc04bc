//! Papers of a case: photos and PDF, checked by content, sealed each under a key of its own, so
//! that destroying the key erases a paper in every backup.

mod check;
mod doors;
pub(super) mod pages;
mod sql;
#[cfg(test)]
mod tests;

pub use check::{Checked, check};
pub(super) use doors::keep_from_family;
pub use doors::{Document, NewDocument, documents, erase_document, erase_documents, keep_document};
pub use pages::checked;

use crate::platform::keyed;

keyed! {
    /// What a paper is.
    pub enum DocumentKind ("document") {
        Ktp = "ktp",
        Kk = "kk",
        Foto = "foto",
        Surat = "surat",
        Lainnya = "lainnya",
    }

    /// How a paper is kept.
    pub enum DocumentForm ("document-form") {
        Jpeg = "jpeg",
        Pdf = "pdf",
    }
}
