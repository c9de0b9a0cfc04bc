//! SQL of the papers. They lie where their case lies.

use simpul_db::{row, statements};

use super::{DocumentForm, DocumentKind};
use crate::access::Role;
use crate::platform::{Id, Instant};

row! {
    pub struct DocumentRow {
        pub id: Id,
        pub kind: DocumentKind,
        pub form: DocumentForm,
        pub size: i64,
        pub by_user: Option<Id>,
        pub by_role: Option<Role>,
        pub at: Instant,
        pub erased_at: Option<Instant>,
    }

    pub struct SealedRow {
        pub id: Id,
        pub case_id: Id,
        pub form: DocumentForm,
        pub kind: DocumentKind,
        pub by_user: Option<Id>,
        pub sealed: Option<Vec<u8>>,
    }
}

statements! {
    /// $5: all of them, or those of user $6 alone.
    pub DOCUMENTS_OF: scoped =
        "select d.id, d.kind, d.form, d.size, d.by_user, d.by_role, d.at, d.erased_at
         from case_documents d join cases c on c.kabupaten = d.kabupaten and c.id = d.case_id
         where c.kabupaten = $1 and c.area >= $2 and c.area < $3 and d.case_id = $4
           and ($5 or d.by_user = $6)
         order by d.at, d.id limit 100";
    pub DOCUMENT: scoped =
        "select d.id, d.case_id, d.form, d.kind, d.by_user, d.sealed
         from case_documents d join cases c on c.kabupaten = d.kabupaten and c.id = d.case_id
         where c.kabupaten = $1 and c.area >= $2 and c.area < $3 and d.id = $4";
    pub DOCUMENTS_KEPT: scoped =
        "select count(*) from case_documents d
         join cases c on c.kabupaten = d.kabupaten and c.id = d.case_id
         where c.kabupaten = $1 and c.area >= $2 and c.area < $3 and d.case_id = $4
           and d.erased_at is null";
    pub DOCUMENTS_OF_FAMILY: scoped =
        "select d.id from case_documents d
         join cases c on c.kabupaten = d.kabupaten and c.id = d.case_id
         where c.kabupaten = $1 and c.area >= $2 and c.area < $3 and c.household = $4
           and d.erased_at is null
         order by d.id limit 1000";
    pub MAKE_DOCUMENT: system("the place was admitted by a scope") =
        "insert into case_documents (kabupaten, id, case_id, kind, form, size, sealed, by_user,
                                     by_role, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict do nothing";
    pub ERASE_DOCUMENT: system("the place was admitted by a scope") =
        "update case_documents set sealed = null, erased_at = $3
         where kabupaten = $1 and id = $2 and erased_at is null";
}
