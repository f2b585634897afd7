//! The outbox worker against a mail server of the test's own, and what is forgotten in time.

use std::sync::{Arc, Mutex};

use app::App;
use app::mail::{Mailer, SmtpSecurity, SmtpSettings};
use app::outbox::{MailFacts, MailState, send_due};
use app::pages::PageQuery;
use domain::moment::Moment;
use domain::permission::Permission;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::desk::{Desk, START};

/// A mail server that answers DATA with what the test says and keeps what it took.
#[derive(Clone)]
struct Server {
    port: u16,
    /// The answer to a mail's end.
    verdict: Arc<Mutex<&'static str>>,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let server = Self {
            port: listener.local_addr().expect("a port").port(),
            verdict: Arc::new(Mutex::new("250 taken")),
            seen: Arc::default(),
        };
        let there = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(there.clone().talk(stream));
            }
        });
        server
    }

    async fn talk(self, stream: TcpStream) -> std::io::Result<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 ready\r\n").await?;
        while let Some(line) = lines.next_line().await? {
            let answer = match line.split([' ', ':']).next().unwrap_or_default() {
                "DATA" => {
                    write.write_all(b"354 go on\r\n").await?;
                    let mut mail = String::new();
                    while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                        mail.push_str(&line);
                        mail.push('\n');
                    }
                    self.seen.lock().expect("no panic inside").push(mail);
                    *self.verdict.lock().expect("no panic inside")
                }
                "QUIT" => return write.write_all(b"221 bye\r\n").await,
                _ => "250 good",
            };
            write.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
        Ok(())
    }

    fn mailer(&self) -> Mailer {
        let settings = SmtpSettings {
            host: "127.0.0.1".into(),
            port: self.port,
            security: SmtpSecurity::None,
            username: None,
            password: None,
            from: "desk@example.com".into(),
        };
        Mailer::new(&settings).expect("good settings")
    }

    fn names(&self) -> Vec<String> {
        let seen = self.seen.lock().expect("no panic inside");
        let name = |mail: &String| {
            mail.lines()
                .find(|line| line.starts_with("Message-ID: "))
                .map(str::to_owned)
        };
        seen.iter().filter_map(name).collect()
    }
}

async fn only_mail(desk: &Desk) -> MailFacts {
    let by = desk.may(Permission::ReadMailOutbox);
    let mut page = app::outbox::list(&desk.app, &by, &PageQuery::default())
        .await
        .expect("the outbox");
    assert_eq!(page.items.len(), 1);
    page.items.remove(0)
}

async fn send(app: &App) -> Option<Moment> {
    send_due(app).await.expect("the database works")
}

/// ADM-02, OPS-06, T405: with SMTP a first password leaves by mail, and nobody can read it here.
#[tokio::test]
async fn a_mail_leaves_and_its_text_goes() {
    let server = Server::start().await;
    let desk = Desk::with_mailer(Some(server.mailer())).await;
    desk.add("Ann").await;
    let waiting = only_mail(&desk).await;
    assert_eq!((waiting.state, waiting.body), (MailState::Pending, None));
    assert_eq!(send(&desk.app).await, None);
    let sent = only_mail(&desk).await;
    assert_eq!(
        (sent.state, sent.to.as_str(), sent.body),
        (MailState::Sent, "ann@example.com", None)
    );
    let seen = server.seen.lock().expect("no panic inside").clone();
    assert_eq!(seen.len(), 1);
    assert!(seen[0].contains("To: ann@example.com"), "{}", seen[0]);
    desk.close().await;
}

/// C06, F62: a mail that was not taken is sent again later, as the same mail, until it is taken.
#[tokio::test]
async fn a_refused_mail_is_sent_again_as_the_same_mail() {
    let server = Server::start().await;
    let desk = Desk::with_mailer(Some(server.mailer())).await;
    *server.verdict.lock().expect("no panic inside") = "451 try later";
    desk.add("Ann").await;
    let next = send(&desk.app).await.expect("another try");
    assert!(next.millis_since(desk.app.clock.now()) >= 30_000);
    let waiting = only_mail(&desk).await;
    assert_eq!(waiting.state, MailState::Pending);
    assert!(waiting.last_error.expect("a reason").contains("try later"));
    assert_eq!(send(&desk.app).await, Some(next), "it is not due yet");
    *server.verdict.lock().expect("no panic inside") = "250 taken";
    desk.app.clock.advance(next.millis_since(desk.app.clock.now()));
    assert_eq!(send(&desk.app).await, None);
    assert_eq!(only_mail(&desk).await.state, MailState::Sent);
    let names = server.names();
    assert_eq!(names.len(), 2);
    assert_eq!(names[0], names[1]);
    desk.close().await;
}

/// C06: after ten tries a mail is given up, and its text goes.
#[tokio::test]
async fn a_mail_is_given_up_in_the_end() {
    let server = Server::start().await;
    let desk = Desk::with_mailer(Some(server.mailer())).await;
    *server.verdict.lock().expect("no panic inside") = "550 never";
    desk.add("Ann").await;
    let mut tries = 1;
    while let Some(next) = send(&desk.app).await {
        desk.app.clock.advance(next.millis_since(desk.app.clock.now()));
        tries += 1;
    }
    assert_eq!((tries, server.names().len()), (10, 10));
    let dead = only_mail(&desk).await;
    assert_eq!((dead.state, dead.body), (MailState::Dead, None));
    assert!(
        desk.app.clock.now().millis_since(START) > 2 * 3_600_000,
        "a bad hour is outlasted"
    );
    desk.close().await;
}

/// C06: a mail server that cannot be reached loses nothing.
#[tokio::test]
async fn an_unreachable_server_loses_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("a port").port();
    drop(listener);
    let server = Server {
        port,
        verdict: Arc::new(Mutex::new("")),
        seen: Arc::default(),
    };
    let desk = Desk::with_mailer(Some(server.mailer())).await;
    desk.add("Ann").await;
    assert!(send(&desk.app).await.is_some());
    assert_eq!(only_mail(&desk).await.state, MailState::Pending);
    desk.close().await;
}

/// C02, V29: answers are kept for a day, ended logins for a month.
#[tokio::test]
async fn tidying_forgets_only_what_is_over() {
    let desk = Desk::new().await;
    let by = desk.may(Permission::ManageSkillGroups);
    let new = app::skill_groups::NewGroup {
        name: "Sales".into(),
        reception_limit: 5,
    };
    let command = crate::desk::key(by.id, "k1", "sales");
    app::skill_groups::create(&desk.app, &by, new, command)
        .await
        .expect("a group");
    let ann = desk.signed_in("Ann").await;
    app::sign_in::sign_out(&desk.app, &ann.agent).await.expect("signed out");
    let principal = by.id.to_string();
    let is_kept = async || {
        let found = store::commands::find(&mut desk.app.store.reader(), &principal, "k1").await;
        found.expect("an answer").is_some()
    };
    let login = app::secrets::token_hash("login", &ann.token);
    let login_is_kept = async || {
        let found = store::logins::by_token(&mut desk.app.store.reader(), &login).await;
        found.expect("an answer").is_some()
    };
    app::housekeeping::tidy(&desk.app).await.expect("tidied");
    assert!(is_kept().await && login_is_kept().await);
    desk.app.clock.advance(86_400_001);
    app::housekeeping::tidy(&desk.app).await.expect("tidied");
    assert!(!is_kept().await && login_is_kept().await);
    desk.app.clock.advance(30 * 86_400_000);
    app::housekeeping::tidy(&desk.app).await.expect("tidied");
    assert!(!login_is_kept().await);
    desk.try_sign_in("ann@example.com", crate::desk::CHOSEN)
        .await
        .expect("the account stays");
    desk.close().await;
}
