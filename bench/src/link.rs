//! One connection of the load: connected in peace, then driven without ever waiting.

use std::io::ErrorKind;
use std::net::TcpStream;
use std::os::fd::AsRawFd as _;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use mio::unix::SourceFd;
use mio::{Interest, Registry, Token};
use serde_json::Value;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes, WebSocket, client};

/// How long the other side may take while connections are made.
const PATIENCE: Duration = Duration::from_secs(60);

/// A WebSocket, small and by hand.
pub struct Link {
    socket: WebSocket<TcpStream>,
    has_unsent: bool,
}

impl Link {
    /// Connects to `ws://ADDRESS PATH`.
    ///
    /// # Errors
    /// When the other side refuses.
    pub fn open(address: &str, path: &str, headers: &[(&str, String)]) -> Result<Self> {
        let stream = TcpStream::connect(address).with_context(|| format!("connecting to {address}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut request = format!("ws://{address}{path}").into_client_request()?;
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes())?;
            request.headers_mut().insert(name, HeaderValue::from_str(value)?);
        }
        let config = WebSocketConfig::default()
            .read_buffer_size(4096)
            .write_buffer_size(4096);
        let (socket, _) = client::client_with_config(request, stream, Some(config))
            .map_err(|error| anyhow::anyhow!("the WebSocket at {path}: {error}"))?;
        Ok(Self {
            socket,
            has_unsent: false,
        })
    }

    /// Sends a frame and waits until it is gone.
    ///
    /// # Errors
    /// When the connection is over.
    pub fn say(&mut self, text: &str) -> Result<()> {
        Ok(self.socket.send(Message::text(text))?)
    }

    /// Waits for a frame of this type.
    ///
    /// # Errors
    /// When it does not come in time.
    pub fn hear(&mut self, kind: &str) -> Result<Value> {
        let begin = format!(r#"{{"type":"{kind}""#);
        loop {
            match self.socket.read().with_context(|| format!("waiting for {kind}"))? {
                Message::Text(text) if text.starts_with(&begin) => return Ok(serde_json::from_str(&text)?),
                Message::Text(text) if text.starts_with(r#"{"type":"refused""#) => bail!("refused: {text}"),
                Message::Close(_) => bail!("closed while waiting for {kind}"),
                _ => {}
            }
        }
    }

    /// From here on nothing waits.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn drive(&mut self, registry: &Registry, token: Token) -> Result<()> {
        self.socket.get_ref().set_nonblocking(true)?;
        let descriptor = self.socket.get_ref().as_raw_fd();
        registry.register(
            &mut SourceFd(&descriptor),
            token,
            Interest::READABLE | Interest::WRITABLE,
        )?;
        Ok(())
    }

    /// Puts a frame behind those that wait to leave.
    ///
    /// # Errors
    /// When the connection is over.
    pub fn put(&mut self, text: String) -> Result<()> {
        self.has_unsent = true;
        match self.socket.write(Message::text(text)) {
            Err(error) if !is_later(&error) => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Sends what waits to leave, as far as the other side takes it.
    ///
    /// # Errors
    /// When the connection is over.
    pub fn flush(&mut self) -> Result<()> {
        if !self.has_unsent {
            return Ok(());
        }
        match self.socket.flush() {
            Ok(()) => {
                self.has_unsent = false;
                Ok(())
            }
            Err(error) if is_later(&error) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The next frame that is there already.
    ///
    /// # Errors
    /// When the connection is over.
    pub fn next(&mut self) -> Result<Option<Utf8Bytes>> {
        loop {
            match self.socket.read() {
                Ok(Message::Text(text)) => return Ok(Some(text)),
                // The library answers a ping itself, with the next flush.
                Ok(Message::Ping(_)) => self.has_unsent = true,
                Ok(Message::Close(frame)) => bail!("closed: {frame:?}"),
                Ok(_) => {}
                Err(error) if is_later(&error) => return Ok(None),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

fn is_later(error: &Error) -> bool {
    matches!(error, Error::Io(error) if error.kind() == ErrorKind::WouldBlock)
}
