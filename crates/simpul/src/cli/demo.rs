//! `simpul demo`.

use std::net::SocketAddr;

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
    let app = crate::demo::prepare(place, Config::new(place.data.clone(), address, None)).await?;
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
