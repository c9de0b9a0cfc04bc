//! Pages.
pub(super) fn routes() -> Vec<crate::access::Route> {
    Vec::new()
}
