//! Services of a contact centre's own, which its flows call.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// One call, as the service heard it.
#[derive(Debug, Clone)]
pub struct Heard {
    /// The first line and the headers.
    pub head: String,
    /// What came after them.
    pub body: String,
}

impl Heard {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }
}

/// A service on this machine that keeps what it heard.
pub struct Service {
    pub port: u16,
    heard: Arc<Mutex<Vec<Heard>>>,
    open: watch::Sender<bool>,
}

impl Service {
    /// Answers each call with what `answer` makes of its number, from 0, and of the call: a status and a body.
    pub async fn start(answer: impl Fn(usize, &Heard) -> (u16, String) + Send + Sync + 'static) -> Self {
        Self::on(true, answer).await
    }

    /// Says nothing until it is opened.
    pub async fn hanging(answer: impl Fn(usize, &Heard) -> (u16, String) + Send + Sync + 'static) -> Self {
        Self::on(false, answer).await
    }

    async fn on(is_open: bool, answer: impl Fn(usize, &Heard) -> (u16, String) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (heard, answer) = (Arc::new(Mutex::new(Vec::new())), Arc::new(answer));
        let (open, is_open) = watch::channel(is_open);
        let keeping = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (keeping, answer, mut is_open) = (Arc::clone(&keeping), Arc::clone(&answer), is_open.clone());
                tokio::spawn(async move {
                    let _done = serve(stream, &keeping, &*answer, &mut is_open).await;
                });
            }
        });
        Self { port, heard, open }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/api", self.port)
    }

    /// What it heard so far.
    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Lets it answer what it heard and what it will hear.
    pub fn open(&self) {
        self.open.send_replace(true);
    }
}

async fn serve(
    mut stream: TcpStream,
    heard: &Mutex<Vec<Heard>>,
    answer: &(dyn Fn(usize, &Heard) -> (u16, String) + Send + Sync),
    is_open: &mut watch::Receiver<bool>,
) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    let (head, length) = loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let call = Heard {
                head: head.to_owned(),
                body: String::new(),
            };
            let length = call.header("content-length").and_then(|length| length.parse().ok());
            break (head.to_owned(), length.unwrap_or(0_usize));
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
    };
    while bytes.len() < head.len() + 4 + length {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
    }
    let body = String::from_utf8_lossy(&bytes[head.len() + 4..]).into_owned();
    let call = Heard { head, body };
    let number = {
        let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.push(call.clone());
        heard.len() - 1
    };
    if is_open.wait_for(|is_open| *is_open).await.is_err() {
        return Ok(());
    }
    let (status, body) = answer(number, &call);
    let head = format!(
        "HTTP/1.1 {status} Whatever\r\ncontent-type: application/json\r\nlocation: /elsewhere\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).await
}

/// A service that answers every call with this object.
pub async fn always(answer: Value) -> Service {
    Service::start(move |_, _| (200, answer.to_string())).await
}
