//! Simpul joins the village social desk (Puskesos) and the health post (Posyandu).
//!
//! One folder per capability; lower floors first: `platform`, `access`, `registry`, `cases`,
//! `screening`, `posyandu`, `tracking`, `monitoring`, `sync`. A slice uses those before it, never those after.

pub mod access;
pub mod app;
pub mod cases;
pub mod cli;
pub mod demo;
pub mod duplicates;
pub mod keys;
pub mod monitoring;
pub mod platform;
pub mod posyandu;
pub mod registry;
pub mod screening;
pub mod sync;
#[cfg(test)]
mod testing;
pub mod tracking;
