//! Pages of the desk.

use crate::access::Route;

pub(super) fn routes() -> Vec<Route> {
    vec![]
}
