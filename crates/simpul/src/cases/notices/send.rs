//! The three ways out. Each call blocks, so it runs on a thread of its own.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Message, SmtpTransport, Transport as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::Fault;
use super::gateways::{Mail, Security, Sms, Smtp, Webhook};
use crate::platform::Id;

const TIMEOUT: Duration = Duration::from_secs(10);
/// Header with the signature of a body: `sha256=` and hexadecimal digits.
const SIGNATURE: &str = "X-Simpul-Signature";
const IDEMPOTENCY: &str = "Idempotency-Key";

/// A message on its way to one receiver.
pub(super) enum Parcel {
    Sms {
        way: Sms,
        phone: Zeroizing<String>,
        text: String,
    },
    Mail {
        way: Smtp,
        to: Mail,
        subject: String,
        text: String,
    },
    Hook {
        way: Webhook,
        body: String,
    },
}

impl Parcel {
    /// Sends; the id tells the receiver a repetition.
    pub fn send(self, id: Id) -> Result<(), Fault> {
        match self {
            Self::Sms { way, phone, text } => sms(&way, &phone, &text, id),
            Self::Mail {
                way,
                to,
                subject,
                text,
            } => mail(&way, &to, &subject, text, id),
            Self::Hook { way, body } => hook(&way, &body, id),
        }
    }
}

/// What a receiver's answer means: too busy or broken may change, a refusal does not.
fn judged(status: u16) -> Result<(), Fault> {
    match status {
        200..300 => Ok(()),
        408 | 425 | 429 | 500.. => Err(Fault::TakTerjangkau),
        _ => Err(Fault::Tolak),
    }
}

fn post(url: &str, headers: &[(&str, &str)], body: &str) -> Result<(), Fault> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .into();
    let mut request = agent.post(url).header("Content-Type", "application/json");
    for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
        request = request.header(*name, *value);
    }
    // The error may name the address; it is not kept.
    let answer = request.send(body).map_err(|_| Fault::TakTerjangkau)?;
    judged(answer.status().as_u16())
}

/// A text as it stands inside a JSON string.
fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

fn sms(way: &Sms, phone: &str, text: &str, id: Id) -> Result<(), Fault> {
    let id = id.to_string();
    let body = way.body.replace("{id}", &id);
    let body = body.replace("{text}", &escaped(text));
    let body = Zeroizing::new(body.replace("{phone}", phone));
    let headers = [
        ("Authorization", way.authorization.as_str()),
        (IDEMPOTENCY, id.as_str()),
    ];
    post(&way.url, &headers, &body)
}

/// The signature of a body: HMAC-SHA-256 under the secret of the hook.
pub(super) fn signature(secret: &str, body: &str) -> String {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret.as_bytes())
        .expect("a key of any length will do");
    mac.update(body.as_bytes());
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

fn hook(way: &Webhook, body: &str, id: Id) -> Result<(), Fault> {
    let (id, signed) = (id.to_string(), signature(&way.secret, body));
    let headers = [(SIGNATURE, signed.as_str()), (IDEMPOTENCY, id.as_str())];
    post(&way.url, &headers, body)
}

fn mail(way: &Smtp, to: &Mail, subject: &str, text: String, id: Id) -> Result<(), Fault> {
    let host = way.from.rsplit_once('@').map_or("simpul", |(_, host)| host);
    let host = host.trim_end_matches('>');
    let message = Message::builder()
        .message_id(Some(format!("<{id}@{host}>")))
        .from(way.from.parse().map_err(|_| Fault::Tolak)?)
        .to(to.to.parse().map_err(|_| Fault::Tolak)?)
        .subject(subject)
        .header(ContentType::TEXT_PLAIN)
        .body(text)
        .map_err(|_| Fault::Tolak)?;
    let builder = match way.security {
        Security::Starttls => SmtpTransport::starttls_relay(&way.host),
        Security::Tls => SmtpTransport::relay(&way.host),
        Security::None => Ok(SmtpTransport::builder_dangerous(&way.host)),
    };
    let mut builder = builder
        .map_err(|_| Fault::TakTerjangkau)?
        .port(way.port)
        .timeout(Some(TIMEOUT));
    if !way.user.is_empty() {
        let proof = Credentials::new(way.user.clone(), way.password.clone());
        builder = builder.credentials(proof);
    }
    match builder.build().send(&message) {
        Ok(_) => Ok(()),
        Err(error) if error.is_permanent() => Err(Fault::Tolak),
        Err(_) => Err(Fault::TakTerjangkau),
    }
}
