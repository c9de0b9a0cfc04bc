//! `simpul serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use tokio::net::TcpListener;

use super::Place;
use super::tls::{Tls, TlsListener};
use crate::access::{first_administrator, settings};
use crate::platform::config::{Config, Profile};
use crate::platform::{AppError, Clock, Result};

#[derive(clap::Args)]
pub(super) struct Serve {
    /// Address and port to answer on
    #[arg(long, default_value = "127.0.0.1:8080", env = "SIMPUL_LISTEN")]
    listen: SocketAddr,
    /// The address people type, e.g. <https://simpul.example.go.id>; printed on slips
    #[arg(long, env = "SIMPUL_PUBLIC_URL")]
    public_url: Option<String>,
    /// What to serve: everything (lengkap), or referral, reply and tracking alone (rujukan)
    #[arg(long, value_enum, default_value_t, env = "SIMPUL_PROFILE")]
    profile: Profile,
    /// The program that makes PDF; without it, `simpul-print` beside this one
    #[arg(long, env = "SIMPUL_PRINTER")]
    printer: Option<PathBuf>,
    #[command(flatten)]
    tls: Tls,
}

pub(super) async fn run(place: &Place, serve: Serve) -> Result<()> {
    let listener = bind(serve.listen).await?;
    let address = listener.local_addr()?;
    let (acceptor, public_url) = if serve.tls.is_asked() {
        let named = serve
            .tls
            .name()
            .map(|name| format!("{name}:{}", address.port()));
        let url = named.unwrap_or_else(|| address.to_string());
        let acceptor = serve.tls.acceptor(&place.data, &Clock::System)?;
        let url = serve.public_url.unwrap_or_else(|| format!("https://{url}"));
        (Some(acceptor), Some(url))
    } else {
        (None, serve.public_url)
    };
    let mut config = Config::new(place.data.clone(), address, public_url);
    config.profile = serve.profile;
    config.printer = serve.printer.unwrap_or(config.printer);
    let app = place.open_with(config).await?;
    if settings::get(app.db(), settings::KEYS_EXPORTED)
        .await?
        .is_none()
    {
        eprintln!(
            "The keys are not exported yet: run `simpul keys export FILE` and keep FILE in a safe \
             place. A backup cannot be opened without them."
        );
    }
    if let Some(invitation) = first_administrator(&app).await? {
        println!(
            "First administrator: {}/undangan/{}",
            app.config().public_url,
            invitation.token
        );
    }
    let sender = tokio::spawn(crate::cases::send_notices(app.clone()));
    let clock = tokio::spawn(crate::cases::watch(app.clone()));
    let service = crate::app::service(&app);
    // Without phones no entry waits for them.
    let jobs = match serve.profile {
        Profile::Lengkap => Some(crate::app::jobs(&app)),
        Profile::Rujukan => None,
    };
    match acceptor {
        None => {
            println!("Simpul answers on http://{address}");
            crate::platform::http::serve(service, listener, stop_asked()).await?;
        }
        Some(acceptor) => {
            println!("Simpul answers on {}", app.config().public_url);
            let listener = TlsListener::new(listener, acceptor)?;
            crate::platform::http::serve(service, listener, stop_asked()).await?;
        }
    }
    if let Some(jobs) = jobs {
        jobs.abort();
    }
    sender.abort();
    clock.abort();
    app.db().close().await;
    Ok(())
}

/// Takes the port, or says what to do when it is taken.
pub(super) async fn bind(listen: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(listen).await.map_err(|error| {
        let hint = match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                "another program uses this port; stop it or choose another with --listen"
            }
            std::io::ErrorKind::PermissionDenied => {
                "this port needs more rights; choose one above 1023 with --listen"
            }
            _ => "choose another address with --listen",
        };
        AppError::Internal(format!("cannot answer on {listen}: {hint}"))
    })
}

/// Ready when the program is asked to stop: Ctrl-C or SIGTERM.
pub(super) async fn stop_asked() {
    let ctrl_c = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = ctrl_c => {}
        () = terminated => {}
    }
}
