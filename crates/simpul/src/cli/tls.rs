//! TLS: certificate files of one's own, or a local certificate for the network of a village.
//!
//! A phone keeps the field app only where it was fetched over a secure connection. With a domain,
//! certificate files come from whoever gives them out. Without one, `--tls-local` makes an
//! authority that may speak for the named addresses alone, and a certificate signed by it; phones
//! are told to trust the authority once (`docs/operations/tls.md`).

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::ToSpan as _;
use jiff::civil::Date;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    NameConstraints,
};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::server::TlsStream;

use crate::platform::time::Zone;
use crate::platform::{AppError, Clock, Result};

/// Folder of the local authority in the data folder.
const FOLDER: &str = "tls";
/// Years that a phone trusts the local authority.
const AUTHORITY_YEARS: i64 = 10;
/// Days of a server's certificate: browsers refuse more than 398.
const SERVER_DAYS: i64 = 390;
/// A certificate is made anew when fewer days are left.
const RENEW_DAYS: i64 = 60;
/// Handshakes at the same time, and how long one may take.
const HANDSHAKES: usize = 256;
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);

/// How the server proves who it is.
#[derive(clap::Args, Clone, Debug, Default)]
pub(super) struct Tls {
    /// Certificate chain (PEM); answers over https
    #[arg(long, requires = "tls_key", env = "SIMPUL_TLS_CERT")]
    tls_cert: Option<PathBuf>,
    /// Private key of the certificate (PEM)
    #[arg(long, requires = "tls_cert", env = "SIMPUL_TLS_KEY")]
    tls_key: Option<PathBuf>,
    /// Make a local certificate for these names or addresses, e.g. 192.168.1.10; again for more
    #[arg(long, conflicts_with = "tls_cert", value_name = "NAME")]
    tls_local: Vec<String>,
}

/// Files of a certificate and its key.
struct Files {
    chain: PathBuf,
    key: PathBuf,
}

impl Tls {
    pub(super) fn is_asked(&self) -> bool {
        self.tls_cert.is_some() || !self.tls_local.is_empty()
    }

    /// The name by which people reach a local server.
    pub(super) fn name(&self) -> Option<&str> {
        self.tls_local.first().map(String::as_str)
    }

    /// Reads or makes the certificate.
    ///
    /// # Errors
    /// When a file cannot be read, written, or holds no certificate or key.
    pub(super) fn acceptor(&self, data: &Path, clock: &Clock) -> Result<TlsAcceptor> {
        let files = match (&self.tls_cert, &self.tls_key) {
            (Some(chain), Some(key)) => Files {
                chain: chain.clone(),
                key: key.clone(),
            },
            _ => local(data, &self.tls_local, clock.now().date_in(Zone::Wib))?,
        };
        Ok(TlsAcceptor::from(Arc::new(read(&files)?)))
    }
}

fn wrong(path: &Path, error: impl std::fmt::Display) -> AppError {
    AppError::Internal(format!("{}: {error}", path.display()))
}

fn read(files: &Files) -> Result<ServerConfig> {
    let chain = CertificateDer::pem_file_iter(&files.chain)
        .and_then(Iterator::collect::<std::result::Result<Vec<_>, _>>)
        .map_err(|error| wrong(&files.chain, error))?;
    if chain.is_empty() {
        return Err(wrong(&files.chain, "holds no certificate (PEM)"));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|error| wrong(&files.key, error))?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(AppError::internal)?
        .with_no_client_auth()
        .with_single_cert(chain, key);
    let mut config = config.map_err(|error| wrong(&files.key, error))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// The certificate of the local authority for these names, made or renewed when needed.
fn local(data: &Path, names: &[String], today: Date) -> Result<Files> {
    let folder = data.join(FOLDER);
    std::fs::create_dir_all(&folder)?;
    let files = Files {
        chain: folder.join("server.crt"),
        key: folder.join("server.key"),
    };
    let note = folder.join("server.txt");
    let asked = names.join(" ");
    if let Some((until, named)) = std::fs::read_to_string(&note)
        .ok()
        .as_deref()
        .and_then(|text| text.trim().split_once(' '))
        && named == asked
        && until
            .parse::<Date>()
            .is_ok_and(|until| until > today.saturating_add(RENEW_DAYS.days()))
    {
        return Ok(files);
    }
    let authority = authority(&folder, names, today)?;
    let until = today.saturating_add(SERVER_DAYS.days());
    let mut leaf = CertificateParams::new(names.to_vec()).map_err(AppError::internal)?;
    leaf.distinguished_name = named(&names[0]);
    let [from, to] = [today.saturating_sub(1.day()), until].map(year_month_day);
    leaf.not_before = rcgen::date_time_ymd(from.0, from.1, from.2);
    leaf.not_after = rcgen::date_time_ymd(to.0, to.1, to.2);
    leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    leaf.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate().map_err(AppError::internal)?;
    let signed = leaf
        .signed_by(&key, &authority)
        .map_err(AppError::internal)?;
    replace(&files.chain, &signed.pem())?;
    replace(&files.key, &key.serialize_pem())?;
    replace(&note, &format!("{until} {asked}\n"))?;
    Ok(files)
}

/// The local authority: the one that phones trust already, while its names are the same.
fn authority(folder: &Path, names: &[String], today: Date) -> Result<Issuer<'static, KeyPair>> {
    let (certificate, key) = (folder.join("simpul-ca.crt"), folder.join("ca.key"));
    let note = folder.join("ca.txt");
    let asked = names.join(" ");
    let kept = std::fs::read_to_string(&note).ok();
    let begun = kept
        .as_deref()
        .and_then(|text| text.trim().split_once(' '))
        .filter(|(_, named)| *named == asked)
        .and_then(|(begun, _)| begun.parse::<Date>().ok())
        .filter(|begun| begun.saturating_add((AUTHORITY_YEARS - 2).years()) > today);
    if let Some(begun) = begun {
        let text = zeroize::Zeroizing::new(std::fs::read_to_string(&key)?);
        let pair = KeyPair::from_pem(&text).map_err(|error| wrong(&key, error))?;
        return Ok(Issuer::new(authority_params(names, begun), pair));
    }
    let pair = KeyPair::generate().map_err(AppError::internal)?;
    let params = authority_params(names, today);
    let made = params.self_signed(&pair).map_err(AppError::internal)?;
    replace(&key, &pair.serialize_pem())?;
    replace(&certificate, &made.pem())?;
    replace(&note, &format!("{today} {asked}\n"))?;
    println!(
        "A local certificate authority was made. Let each phone trust {} once; see \
         docs/operations/tls.md.",
        certificate.display()
    );
    Ok(Issuer::new(params, pair))
}

/// An authority that may speak for these names alone, so that whoever steals its key can pose as
/// nobody else.
fn authority_params(names: &[String], begun: Date) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = named("Simpul, jaringan desa");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let until = begun.saturating_add(AUTHORITY_YEARS.years());
    let [from, to] = [begun.saturating_sub(1.day()), until].map(year_month_day);
    params.not_before = rcgen::date_time_ymd(from.0, from.1, from.2);
    params.not_after = rcgen::date_time_ymd(to.0, to.1, to.2);
    let permitted = names.iter().map(|name| match name.parse::<IpAddr>() {
        Ok(address) => {
            let bits = if address.is_ipv4() { 32 } else { 128 };
            GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, bits))
        }
        Err(_) => GeneralSubtree::DnsName(name.clone()),
    });
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: permitted.collect(),
        excluded_subtrees: Vec::new(),
    });
    params
}

fn named(name: &str) -> DistinguishedName {
    let mut all = DistinguishedName::new();
    all.push(DnType::CommonName, name);
    all
}

fn year_month_day(date: Date) -> (i32, u8, u8) {
    let part = |number: i8| u8::try_from(number).unwrap_or(1);
    (date.year().into(), part(date.month()), part(date.day()))
}

/// Writes a file that only its owner can read, in place of the one before.
fn replace(path: &Path, text: &str) -> Result<()> {
    let fresh = path.with_extension("new");
    if fresh.exists() {
        std::fs::remove_file(&fresh)?;
    }
    crate::keys::write_secret(&fresh, text)?;
    Ok(std::fs::rename(&fresh, path)?)
}

/// Connections whose handshake is done. A slow or silent one holds up nobody.
pub(super) struct TlsListener {
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    address: SocketAddr,
}

impl TlsListener {
    pub(super) fn new(tcp: TcpListener, acceptor: TlsAcceptor) -> Result<Self> {
        let address = tcp.local_addr()?;
        let (sender, ready) = mpsc::channel(HANDSHAKES);
        tokio::spawn(shake_hands(tcp, acceptor, sender));
        Ok(Self { ready, address })
    }
}

type Ready = mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>;

async fn shake_hands(mut tcp: TcpListener, acceptor: TlsAcceptor, ready: Ready) {
    let places = Arc::new(Semaphore::new(HANDSHAKES));
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        // Logs and waits by itself when the system has no connection left.
        let accepted = tokio::select! {
            accepted = axum::serve::Listener::accept(&mut tcp) => accepted,
            () = ready.closed() => return,
        };
        let (stream, address) = accepted;
        let (acceptor, ready) = (acceptor.clone(), ready.clone());
        tokio::spawn(async move {
            let shaken = tokio::time::timeout(HANDSHAKE_TIME, acceptor.accept(stream)).await;
            if let Ok(Ok(stream)) = shaken {
                // The server is stopping when nobody takes it.
                let _ = ready.send((stream, address)).await;
            }
            drop(place);
        });
    }
}

impl axum::serve::Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(accepted) => accepted,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        Ok(self.address)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const NAMES: [&str; 2] = ["simpul.desa", "192.168.1.10"];

    fn made(folder: &Path, names: &[&str], today: Date) -> (String, String) {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let files = local(folder, &names, today).unwrap();
        read(&files).unwrap();
        let text = |path: &Path| std::fs::read_to_string(path).unwrap();
        (text(&files.chain), text(&folder.join("tls/simpul-ca.crt")))
    }

    #[test]
    fn a_local_certificate_is_kept_renewed_and_made_anew_for_other_names() {
        let folder = tempfile::tempdir().unwrap();
        let (first, authority) = made(folder.path(), &NAMES, date(2026, 11, 21));
        let again = made(folder.path(), &NAMES, date(2026, 11, 22));
        assert_eq!(again, (first.clone(), authority.clone()));
        let (renewed, trusted) = made(folder.path(), &NAMES, date(2027, 11, 21));
        assert_ne!(renewed, first);
        assert_eq!(trusted, authority, "phones trust it already");
        let (_, other) = made(folder.path(), &["simpul.lain"], date(2027, 11, 22));
        assert_ne!(other, authority);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_reads_the_keys() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        made(folder.path(), &NAMES, date(2026, 11, 21));
        for name in ["ca.key", "server.key"] {
            let path = folder.path().join("tls").join(name);
            let mode = std::fs::metadata(path).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{name}");
        }
    }

    #[tokio::test]
    async fn a_phone_that_trusts_the_authority_is_answered() {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        use tokio_rustls::TlsConnector;
        use tokio_rustls::rustls::{ClientConfig, RootCertStore};

        let folder = tempfile::tempdir().unwrap();
        let tls = Tls {
            tls_local: NAMES.map(str::to_owned).to_vec(),
            ..Tls::default()
        };
        let acceptor = tls.acceptor(folder.path(), &Clock::System).unwrap();
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = tcp.local_addr().unwrap();
        let listener = TlsListener::new(tcp, acceptor).unwrap();
        let router = axum::Router::new().route("/", axum::routing::get(|| async { "aman" }));
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let served = tokio::spawn(crate::platform::http::serve(router, listener, async {
            let _ = stopped.await;
        }));
        // Somebody who says nothing holds up nobody.
        let silent = TcpStream::connect(address).await.unwrap();

        let mut roots = RootCertStore::empty();
        let authority = folder.path().join("tls/simpul-ca.crt");
        roots
            .add(CertificateDer::from_pem_file(authority).unwrap())
            .unwrap();
        let client = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector = TlsConnector::from(Arc::new(client));
        for (name, trusted) in [
            ("192.168.1.10", true),
            ("simpul.desa", true),
            ("lain", false),
        ] {
            let tcp = TcpStream::connect(address).await.unwrap();
            let shaken = connector.connect(name.try_into().unwrap(), tcp).await;
            assert_eq!(shaken.is_ok(), trusted, "{name}");
            let Ok(mut stream) = shaken else { continue };
            let request = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
            stream.write_all(request).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("aman"));
        }
        drop((silent, stop));
        served.await.unwrap().unwrap();
    }
}
