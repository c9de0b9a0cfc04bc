//! The ways out, from `gateways.toml` in the data folder. Without that file the program starts
//! all the same, and officers send messages to families from their own telephone.

use std::path::Path;

use serde::Deserialize;
use simpul_identity::AreaCode;

use crate::platform::{AppError, Result};

/// Name of the settings file in the data folder.
pub const FILE: &str = "gateways.toml";

/// The ways out of one installation. It holds secrets, so it is never printed.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Gateways {
    pub(super) sms: Option<Sms>,
    pub(super) smtp: Option<Smtp>,
    pub(super) mail: Vec<Mail>,
    pub(super) webhook: Vec<Webhook>,
    pub(super) quiet: Quiet,
}

/// A gateway for SMS or WhatsApp that takes JSON over HTTP.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sms {
    pub url: String,
    /// Value of the header `Authorization`.
    #[serde(default)]
    pub authorization: String,
    /// JSON in which `{phone}` (`62...`), `{text}` and `{id}` are filled in.
    pub body: String,
}

/// A mail server.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Smtp {
    pub host: String,
    pub port: u16,
    /// `starttls`, `tls`, or `none` for a server on this machine.
    pub security: Security,
    #[serde(default)]
    pub user: String,
    #[serde(default)]
    pub password: String,
    pub from: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Security {
    Starttls,
    Tls,
    None,
}

/// The mailbox of a desk.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mail {
    pub name: String,
    /// Facts in this area are told.
    pub area: String,
    pub to: String,
}

/// A web hook of another system.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Webhook {
    pub name: String,
    pub area: String,
    pub url: String,
    /// Key of the signature.
    pub secret: String,
}

/// Hours of the local day during which no family is disturbed.
#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Quiet {
    pub from: i8,
    pub to: i8,
}

impl Default for Quiet {
    fn default() -> Self {
        Self { from: 20, to: 7 }
    }
}

impl Gateways {
    /// Reads the settings of a data folder.
    ///
    /// # Errors
    /// When the file is there but cannot be used; the text names the file, never its values.
    pub fn read(data: &Path) -> Result<Self> {
        match std::fs::read_to_string(data.join(FILE)) {
            Ok(text) => Self::parse(&text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) fn parse(text: &str) -> Result<Self> {
        let wrong = |what: &str| AppError::Internal(format!("{FILE} is not usable: {what}"));
        let read: Self = toml::from_str(text).map_err(|error| wrong(error.message()))?;
        let hours = [read.quiet.from, read.quiet.to];
        if hours.iter().any(|hour| !(0..24).contains(hour)) {
            return Err(wrong("quiet hours lie between 0 and 23"));
        }
        if !read.mail.is_empty() && read.smtp.is_none() {
            return Err(wrong("[[mail]] needs [smtp]"));
        }
        let areas = read.mail.iter().map(|one| &one.area);
        let areas = areas.chain(read.webhook.iter().map(|one| &one.area));
        for area in areas {
            if !area.is_empty() && AreaCode::parse(area).is_err() {
                return Err(wrong("an area is not a region code"));
            }
        }
        Ok(read)
    }

    /// Names of the mailboxes and hooks that hear of an area.
    pub(super) fn mailboxes(&self, area: &AreaCode) -> impl Iterator<Item = &str> {
        let heard = self.mail.iter().filter(|one| hears(&one.area, area));
        heard.map(|one| one.name.as_str())
    }

    pub(super) fn hooks(&self, area: &AreaCode) -> impl Iterator<Item = &str> {
        let heard = self.webhook.iter().filter(|one| hears(&one.area, area));
        heard.map(|one| one.name.as_str())
    }
}

/// The empty area is the whole country.
fn hears(of: &str, area: &AreaCode) -> bool {
    of.is_empty() || AreaCode::parse(of).is_ok_and(|of| of.contains(area))
}
