//! `simpul demo`.

use std::net::SocketAddr;

use jiff::civil::Date;

use super::Place;
use super::serve::{bind, stop_asked};
use crate::platform::Result;
use crate::platform::config::Config;

#[derive(clap::Args)]
pub(super) struct Demo {
    /// Address and port to answer on
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Print the story and stop
    #[arg(long)]
    once: bool,
    /// Play the morning of this past day (YYYY-MM-DD), so that the children of a later day are still
    /// to be measured
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
}

pub(super) async fn run(place: &Place, demo: Demo) -> Result<()> {
    let listener = if demo.once {
        None
    } else {
        Some(bind(demo.listen).await?)
    };
    let address = match &listener {
        Some(listener) => listener.local_addr()?,
        None => demo.listen,
    };
    let config = Config::new(place.data.clone(), address, None);
    let app = crate::demo::prepare(place, config, demo.on).await?;
    crate::demo::tell(&app).await?;
    if let Some(listener) = listener {
        println!("serving http://{address}");
        let jobs = crate::app::jobs(&app);
        crate::platform::http::serve(crate::app::service(&app), listener, stop_asked()).await?;
        jobs.abort();
    }
    app.db().close().await;
    Ok(())
}
