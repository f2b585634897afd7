//! Mail: how it leaves (SMTP), and what it says.

use std::time::{Duration, UNIX_EPOCH};

use domain::ids::{Id, OutboxId};
use domain::moment::Moment;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

/// How long the mail server may take for one step.
const PATIENCE: Duration = Duration::from_secs(20);

/// How to reach the mail server; the operator's, never a tenant's.
#[derive(Clone)]
pub struct SmtpSettings {
    /// Name of the server; its certificate must bear it.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is secured.
    pub security: SmtpSecurity,
    /// Account at the server, when it wants one.
    pub username: Option<String>,
    /// That account's password.
    pub password: Option<String>,
    /// Who mails come from: `desk@example.com` or `Desk <desk@example.com>`.
    pub from: String,
}

/// How the connection to the mail server is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// TLS from the first byte (port 465).
    Tls,
    /// TLS after a greeting, always (port 587).
    StartTls,
    /// None: for a server on the same machine.
    None,
}

/// Why a mail cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// A setting makes no sense.
    #[error("{0}")]
    Setting(String),
    /// This mail can never be sent (T812).
    #[error("{0}")]
    Unsendable(String),
    /// The mail server does not answer or does not want it now.
    #[error("{0}")]
    Refused(String),
}

/// A mail on its way out.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    /// Names it for the receiver: the same mail sent twice has the same name (C06).
    pub id: OutboxId,
    /// To whom.
    pub to: &'a str,
    /// Its subject.
    pub subject: &'a str,
    /// Its text.
    pub body: &'a str,
    /// When it was written.
    pub written_at: Moment,
}

/// Sends mails by SMTP.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// A mailer with these settings; connects to nothing yet.
    ///
    /// # Errors
    /// [`MailError::Setting`] for a sender or host that cannot be.
    pub fn new(settings: &SmtpSettings) -> Result<Self, MailError> {
        let setting = |what: &str, why: &dyn std::fmt::Display| MailError::Setting(format!("{what}: {why}"));
        let from = settings
            .from
            .parse::<Mailbox>()
            .map_err(|error| setting("from", &error))?;
        let tls = || TlsParameters::new(settings.host.clone()).map_err(|error| setting("host", &error));
        let tls = match settings.security {
            SmtpSecurity::Tls => Tls::Wrapper(tls()?),
            SmtpSecurity::StartTls => Tls::Required(tls()?),
            SmtpSecurity::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(PATIENCE));
        if let (Some(username), Some(password)) = (&settings.username, &settings.password) {
            builder = builder.credentials(Credentials::new(username.clone(), password.clone()));
        }
        Ok(Self {
            transport: builder.build(),
            from,
        })
    }

    /// Sends one mail.
    ///
    /// # Errors
    /// [`MailError::Unsendable`] or [`MailError::Refused`].
    pub async fn send(&self, mail: Outgoing<'_>) -> Result<(), MailError> {
        let message = self.message(mail)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => Err(MailError::Refused(chain(&error))),
        }
    }

    fn message(&self, mail: Outgoing<'_>) -> Result<Message, MailError> {
        let unsendable = |error: &dyn std::fmt::Display| MailError::Unsendable(error.to_string());
        let to = mail.to.parse::<Address>().map_err(|error| unsendable(&error))?;
        // A line break in a header would begin another header (T812).
        if mail.subject.chars().any(char::is_control) {
            return Err(MailError::Unsendable("the subject holds control characters".to_owned()));
        }
        let millis = u64::try_from(mail.written_at.0).unwrap_or_default();
        let name = format!("<{}@{}>", mail.id.uuid(), self.from.email.domain());
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .date(UNIX_EPOCH + Duration::from_millis(millis))
            .message_id(Some(name))
            .subject(mail.subject)
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.body.to_owned())
            .map_err(|error| unsendable(&error))
    }
}

/// The error with what caused it, for the outbox.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text.chars().take(500).collect()
}

/// What a mail says, in both languages: nobody knows which one the reader speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub body: String,
}

/// Tells a new agent the first password (ADM-02).
#[must_use]
pub fn initial_password(name: &str, email: &str, password: &str, url: &str, valid_hours: i64) -> Text {
    Text {
        subject: "您的客服工作台帐号 / Your Frontdesk account".to_owned(),
        body: format!(
            "{name}，您好：\n\n\
             已为您开通客服工作台帐号。\n\
             地址：{url}\n邮箱：{email}\n初始密码：{password}\n\n\
             初始密码 {valid_hours} 小时内有效，首次登录时必须修改。\n\n\
             ----\n\n\
             Hello {name},\n\n\
             an account was made for you at the desk.\n\
             Address: {url}\nE-mail: {email}\nInitial password: {password}\n\n\
             The initial password is good for {valid_hours} hours and must be changed at the first sign-in.\n"
        ),
    }
}

/// Tells an agent the password that an administrator had made (ADM-04).
#[must_use]
pub fn new_password(name: &str, email: &str, password: &str, url: &str, valid_hours: i64) -> Text {
    Text {
        subject: "您的密码已重置 / Your password was reset".to_owned(),
        body: format!(
            "{name}，您好：\n\n\
             管理员重置了您的密码，原密码已失效。\n\
             地址：{url}\n邮箱：{email}\n新密码：{password}\n\n\
             新密码 {valid_hours} 小时内有效，登录后必须修改。\n\n\
             ----\n\n\
             Hello {name},\n\n\
             an administrator has reset your password; the old one does not work any more.\n\
             Address: {url}\nE-mail: {email}\nNew password: {password}\n\n\
             The new password is good for {valid_hours} hours and must be changed after signing in.\n"
        ),
    }
}

/// Gives an agent who forgot the password a link (ADM-16).
#[must_use]
pub fn reset_link(name: &str, tenant: &str, link: &str, valid_minutes: i64) -> Text {
    Text {
        subject: "重置密码 / Reset your password".to_owned(),
        body: format!(
            "{name}，您好：\n\n\
             请在 {valid_minutes} 分钟内打开下面的链接，为“{tenant}”的帐号设置新密码。链接只能使用一次。\n\
             {link}\n\n\
             如果这不是您本人的操作，请忽略本邮件，密码不会改变。\n\n\
             ----\n\n\
             Hello {name},\n\n\
             open the link below within {valid_minutes} minutes to set a new password for your account at \
             \"{tenant}\". It works once.\n\
             {link}\n\n\
             If you did not ask for this, ignore this mail; your password stays as it is.\n"
        ),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn mailer() -> Mailer {
        let settings = SmtpSettings {
            host: "localhost".into(),
            port: 25,
            security: SmtpSecurity::None,
            username: None,
            password: None,
            from: "客服 <desk@example.com>".into(),
        };
        Mailer::new(&settings).expect("good settings")
    }

    fn mail<'a>(to: &'a str, subject: &'a str) -> Outgoing<'a> {
        let id = OutboxId::from_uuid(Uuid::from_u128(7));
        Outgoing {
            id,
            to,
            subject,
            body: "正文",
            written_at: Moment(1_700_000_000_000),
        }
    }

    /// T812: neither an address nor a subject can smuggle in a header.
    #[tokio::test]
    async fn headers_cannot_be_smuggled_in() {
        let mailer = mailer();
        for (to, subject) in [
            ("a@b.example\r\nBcc: c@d.example", "x"),
            ("a@b.example, c@d.example", "x"),
            ("a@b.example", "x\r\nBcc: c@d.example"),
            ("a@b.example", "x\nBcc: c@d.example"),
        ] {
            let refused = mailer.message(mail(to, subject));
            assert!(matches!(refused, Err(MailError::Unsendable(_))), "{to:?} {subject:?}");
        }
    }

    /// C06: a mail that is sent again is the same mail, byte for byte.
    #[tokio::test]
    async fn a_mail_keeps_its_name() {
        let mailer = mailer();
        let [first, again] = [(); 2].map(|()| mailer.message(mail("a@b.example", "你好")).expect("good").formatted());
        assert_eq!(first, again);
        let text = String::from_utf8(first).expect("mail is ASCII");
        assert!(
            text.contains("Message-ID: <00000000-0000-0000-0000-000000000007@example.com>"),
            "{text}"
        );
        assert!(text.contains("Auto-Submitted: auto-generated"), "{text}");
        assert!(text.contains("Date: Tue, 14 Nov 2023 22:13:20 +0000"), "{text}");
    }

    /// A mail server without TLS, which offers none or talks as if somebody had taken the offer away; answers what it heard.
    async fn plain_server() -> (u16, tokio::task::JoinHandle<String>) {
        use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};

        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let heard = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a call");
            let mut heard = String::new();
            let (reader, mut writer) = stream.split();
            let mut reader = BufReader::new(reader);
            // Who expects TLS from the first byte does not wait for a greeting.
            let _gone = writer.write_all(b"220 mail.example ESMTP\r\n").await;
            let mut line = Vec::new();
            while reader.read_until(b'\n', &mut line).await.is_ok_and(|read| read > 0) {
                let said = String::from_utf8_lossy(&line).into_owned();
                let answer: &[u8] = if said.starts_with("EHLO") {
                    b"250-mail.example\r\n250 AUTH PLAIN LOGIN\r\n"
                } else if said.starts_with("QUIT") {
                    b"221 bye\r\n"
                } else {
                    b"250 ok\r\n"
                };
                heard.push_str(&said);
                line.clear();
                if writer.write_all(answer).await.is_err() {
                    break;
                }
            }
            heard
        });
        (port, heard)
    }

    /// T714: where TLS is set, a server that offers none gets neither the password nor the mail: nothing falls back.
    #[tokio::test]
    async fn nothing_is_sent_in_the_clear_where_tls_is_set() {
        for security in [SmtpSecurity::StartTls, SmtpSecurity::Tls] {
            let (port, heard) = plain_server().await;
            let settings = SmtpSettings {
                host: "127.0.0.1".into(),
                port,
                security,
                username: Some("desk".into()),
                password: Some("planted-secret".into()),
                from: "desk@example.com".into(),
            };
            let mailer = Mailer::new(&settings).expect("good settings");
            let sent = mailer.send(mail("a@b.example", "planted-subject")).await;
            assert!(matches!(sent, Err(MailError::Refused(_))), "{security:?}: {sent:?}");
            drop(mailer);
            let heard = heard.await.expect("no panic");
            for word in ["AUTH", "MAIL FROM", "planted", "cGxhbnRlZC1zZWNyZXQ"] {
                assert!(!heard.contains(word), "{security:?}: {heard}");
            }
        }
    }

    /// T111, T812: names and links that people wrote stay text in a mail: no markup is sent at all, and no line of theirs
    /// becomes a header.
    #[tokio::test]
    async fn what_people_wrote_stays_text_in_a_mail() {
        let hostile = "<img src=x onerror=alert(1)>\r\nBcc: evil@example.com\r\n\r\n<script>";
        for text in [
            initial_password(hostile, "a@b.example", "one", "http://desk", 72),
            new_password(hostile, "a@b.example", "one", "http://desk", 72),
            reset_link(hostile, hostile, "http://desk/#token=x", 60),
        ] {
            assert!(
                !text.subject.contains("img"),
                "the subject is the desk's own: {}",
                text.subject
            );
            let mail = Outgoing {
                body: &text.body,
                ..mail("a@b.example", &text.subject)
            };
            let bytes = mailer().message(mail).expect("good").formatted();
            let message = String::from_utf8(bytes).expect("mail is ASCII");
            let (head, _) = message.split_once("\r\n\r\n").expect("a head and a body");
            assert!(head.contains("Content-Type: text/plain"), "{head}");
            assert!(!head.to_lowercase().contains("bcc") && !head.contains("evil"), "{head}");
        }
    }

    /// A setting that cannot work is refused at the start.
    #[test]
    fn settings_are_checked() {
        let settings = SmtpSettings {
            host: "localhost".into(),
            port: 25,
            security: SmtpSecurity::None,
            username: None,
            password: None,
            from: "nobody".into(),
        };
        assert!(matches!(Mailer::new(&settings), Err(MailError::Setting(why)) if why.starts_with("from: ")));
    }
}
