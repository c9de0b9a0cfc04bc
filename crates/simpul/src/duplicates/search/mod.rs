//! The search for double records: the engine looks through the registry of an area, in the
//! background.

mod engine;
mod runs;
mod watch;
mod why;
mod worker;

pub use runs::{Run, RunState, RunStep, ask_search, latest_run};
pub use watch::look_at_changes;
pub(super) use why::{NEARLY_SURE, VERY_LIKELY};
pub use why::{Reason, Score};
#[cfg(test)]
pub(super) use worker::take;
pub use worker::{SearchBell, next_search, watch_searches};
