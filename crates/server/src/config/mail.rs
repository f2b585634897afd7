//! `[mail]`: how mails leave.

use app::mail::{Mailer, SmtpSecurity, SmtpSettings};
use serde::{Deserialize, Serialize};

use super::secret::Secret;
use super::section::{Fault, Section, described, section};

section! {
    /// How mails leave. Without a host they are kept for the administrator to read in the console.
    pub struct Mail in "mail" {
        /// Name of the SMTP server; its certificate must bear it.
        host: Option<String> = None => "\"smtp.example.com\"";
        /// Its port.
        port: u16 = 465;
        /// `tls` from the first byte (usually port 465), `start_tls` (usually port 587), or `none` for a server on
        /// this machine.
        security: Security = Security::Tls;
        /// Account at the server, if it wants one.
        username: Option<String> = None => "\"desk@example.com\"";
        /// That account's password.
        password: Option<Secret> = None => "\"secret\"";
        /// Who mails come from.
        from: Option<String> = None => "\"Frontdesk <desk@example.com>\"";
    }
}

/// How the connection to the mail server is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS after a greeting, always.
    StartTls,
    /// None.
    None,
}

impl Section for Mail {
    described!();

    fn check(&self) -> Result<(), Fault> {
        if self.host.is_some() && self.from.is_none() {
            return Err(Fault {
                key: "from",
                reason: "is needed once there is a host".to_owned(),
            });
        }
        if self.username.is_some() != self.password.is_some() {
            return Err(Fault {
                key: "username",
                reason: "goes together with a password".to_owned(),
            });
        }
        let Some(settings) = self.smtp() else { return Ok(()) };
        let made = Mailer::new(&settings).map(drop);
        made.map_err(|error| Fault {
            key: "from",
            reason: error.to_string(),
        })
    }
}

impl Mail {
    /// How to reach the mail server, when there is one.
    #[must_use]
    pub fn smtp(&self) -> Option<SmtpSettings> {
        let (host, from) = self.host.clone().zip(self.from.clone())?;
        Some(SmtpSettings {
            host,
            port: self.port,
            security: match self.security {
                Security::Tls => SmtpSecurity::Tls,
                Security::StartTls => SmtpSecurity::StartTls,
                Security::None => SmtpSecurity::None,
            },
            username: self.username.clone(),
            password: self.password.as_ref().map(|password| password.reveal().to_owned()),
            from,
        })
    }
}
