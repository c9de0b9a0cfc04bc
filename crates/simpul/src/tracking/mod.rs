//! The citizen's page: what became of a request, with the code and number of the slip.

mod aloud;
mod pages;
#[cfg(test)]
mod tests;
mod tries;
mod write;

pub use tries::Tries;

use crate::access::Slice;
use crate::platform::words::Words;

/// What this slice gives to the application.
pub const SLICE: Slice = Slice {
    name: "tracking",
    migrations: &[],
    words: Words {
        id: include_str!("words/id.ftl"),
        en: include_str!("words/en.ftl"),
    },
    routes: pages::routes,
    nav: &[],
};
