//! The ground floor: what every slice stands on and no slice owns.

mod app;
pub mod assets;
pub mod config;
pub mod error;
pub mod form;
pub mod format;
pub mod http;
pub mod id;
mod keyed;
pub mod page;
pub mod points;
pub mod print;
mod stored;
pub mod time;
pub mod upload;
pub mod words;

pub use app::{App, Parts};
pub use error::{AppError, Result};
pub use id::{Id, Ids};
pub(crate) use keyed::keyed;
pub use page::{Page, Reply};
pub use stored::Stored;
pub use time::{Clock, Instant};
pub use words::Lang;
