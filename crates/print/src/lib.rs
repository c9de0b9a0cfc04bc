//! Letters of a desk as PDF: a [`letter::Letter`] in, A4 pages out. `simpul` starts the program of
//! this crate for each letter; see `docs/decisions` for why it is a program apart.

mod desk;
pub mod letter;
pub mod limits;

pub use desk::{Fault, print};
