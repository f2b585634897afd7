//! A TCP proxy that breaks things on purpose (D1): `latency`, `jitter`, `bandwidth`, `slice`, `blackhole` in either
//! direction, `reset`, `limit_data`, `half_close`, `refuse`, `heal`.
//!
//! One proxy is one listener; faults hold for all of its connections, also for those that come later, until they are
//! healed. A black hole holds bytes back and passes them on when it heals, as retransmission does: neither end sees a
//! close or a reset before.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::{AbortHandle, JoinHandle};
use tokio::time::{Instant, sleep, sleep_until};

use crate::chance::Chance;

/// Pieces that may be on their way at once in one direction.
const IN_FLIGHT: usize = 256;
/// Bytes read at once.
const PIECE: usize = 16 * 1024;

/// What is broken; nothing by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    /// Everything comes later by this.
    pub latency: Duration,
    /// Everything comes later by up to this more; the order stays.
    pub jitter: Duration,
    /// Bytes a second in each direction.
    pub bandwidth: Option<u64>,
    /// What clients send is passed on in pieces of so many bytes, each in a packet of its own.
    pub slice_up: Option<usize>,
    /// The same for what the server sends.
    pub slice_down: Option<usize>,
    /// What clients send does not arrive.
    pub hole_up: bool,
    /// What the server sends does not arrive.
    pub hole_down: bool,
    /// Each connection is reset after so many bytes from the client.
    pub limit_up: Option<usize>,
    /// Each connection is reset after so many bytes from the server.
    pub limit_down: Option<usize>,
    /// New connections are reset at once.
    pub refuse: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

/// Where connections lead to, asked for each one; `None` refuses it.
pub type Upstream = Arc<dyn Fn() -> Option<SocketAddr> + Send + Sync>;

/// A listener that passes connections on, and its faults.
pub struct Proxy {
    /// Where clients connect to.
    pub address: SocketAddr,
    faults: watch::Sender<Faults>,
    connections: Arc<Mutex<Vec<Connection>>>,
    listener: JoinHandle<()>,
}

/// A connection that can be cut.
struct Connection {
    cut: watch::Sender<Cut>,
    task: AbortHandle,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    None,
    Reset,
    /// The client's side is told that nothing more comes, while its own bytes still pass.
    HalfClose,
}

impl Proxy {
    /// Opens a proxy on a free port of this machine.
    ///
    /// # Errors
    /// When there is no port.
    pub async fn open(upstream: Upstream, mut chance: Chance) -> io::Result<Self> {
        let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let faults = watch::Sender::new(Faults::default());
        let connections: Arc<Mutex<Vec<Connection>>> = Arc::default();
        let (told, known) = (faults.clone(), Arc::clone(&connections));
        let listener = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let to = upstream().filter(|_| !told.borrow().refuse);
                let Some(to) = to else {
                    reset(&client);
                    continue;
                };
                let (cut, is_cut) = watch::channel(Cut::None);
                let wires = Wires {
                    faults: told.subscribe(),
                    cut: is_cut,
                };
                let chance = Chance::new(chance.among(0..u64::MAX));
                let task = tokio::spawn(carry(client, to, wires, chance)).abort_handle();
                let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
                known.retain(|connection| !connection.task.is_finished());
                known.push(Connection { cut, task });
            }
        });
        Ok(Self {
            address,
            faults,
            connections,
            listener,
        })
    }

    /// A proxy to one fixed place.
    ///
    /// # Errors
    /// When there is no port.
    pub async fn to(upstream: SocketAddr, chance: Chance) -> io::Result<Self> {
        Self::open(Arc::new(move || Some(upstream)), chance).await
    }

    /// Changes what is broken.
    pub fn change(&self, change: impl FnOnce(&mut Faults)) {
        self.faults.send_modify(change);
    }

    /// Nothing is broken any more; connections that were cut stay cut.
    pub fn heal(&self) {
        self.faults.send_replace(Faults::default());
    }

    /// Resets all connections.
    pub fn reset(&self) {
        self.cut(Cut::Reset);
    }

    /// Tells all clients that nothing more comes, while what they send still passes.
    pub fn half_close(&self) {
        self.cut(Cut::HalfClose);
    }

    fn cut(&self, how: Cut) {
        for connection in self.connections.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            connection.cut.send_replace(how);
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listener.abort();
        for connection in self.connections.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            connection.task.abort();
        }
    }
}

/// Closing it sends RST instead of FIN.
fn reset(stream: &TcpStream) {
    // Fails only on a socket that is gone already.
    let _gone = SockRef::from(stream).set_linger(Some(Duration::ZERO));
}

/// What a connection listens to.
#[derive(Clone)]
struct Wires {
    faults: watch::Receiver<Faults>,
    cut: watch::Receiver<Cut>,
}

impl Wires {
    /// Waits until nothing holds this direction up.
    async fn until_open(&mut self, direction: Direction) {
        // An error means that the proxy is gone, and with it this connection.
        let _gone = self
            .faults
            .wait_for(|faults| match direction {
                Direction::Up => !faults.hole_up,
                Direction::Down => !faults.hole_down,
            })
            .await;
    }

    async fn until_cut(&mut self, how: Cut) {
        // The proxy's end is no cut: its task ends this connection.
        if self.cut.wait_for(|cut| *cut == how).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// The connection must be reset.
#[derive(Debug)]
struct Broken;

async fn carry(mut client: TcpStream, to: SocketAddr, wires: Wires, mut chance: Chance) {
    let Ok(mut server) = TcpStream::connect(to).await else {
        reset(&client);
        return;
    };
    // Only speed suffers where this fails.
    let _ignored = (client.set_nodelay(true), server.set_nodelay(true));
    let (mut own, mut cutting) = (wires.clone(), wires.clone());
    let ended = {
        let (from_client, to_client) = client.split();
        let (from_server, to_server) = server.split();
        let other = Chance::new(chance.among(0..u64::MAX));
        let up = pump(from_client, to_server, Direction::Up, wires.clone(), chance);
        let down = pump(from_server, to_client, Direction::Down, wires, other);
        tokio::select! {
            ended = async { tokio::try_join!(up, down) } => {
                if ended.is_err() {
                    // A reset does not pass through a black hole either.
                    own.until_open(Direction::Up).await;
                    own.until_open(Direction::Down).await;
                }
                ended.map(|_| ())
            }
            () = cutting.until_cut(Cut::Reset) => Err(Broken),
        }
    };
    if ended.is_err() {
        reset(&client);
        reset(&server);
    }
}

/// Some bytes, and when they may arrive.
struct Piece {
    bytes: Vec<u8>,
    due: Instant,
    /// After these the connection is reset.
    is_last: bool,
}

async fn pump(
    from: ReadHalf<'_>,
    to: WriteHalf<'_>,
    direction: Direction,
    wires: Wires,
    chance: Chance,
) -> Result<(), Broken> {
    let (pieces, arriving) = mpsc::channel(IN_FLIGHT);
    let reading = read(from, pieces, direction, wires.faults.clone(), chance);
    tokio::try_join!(reading, write(to, arriving, direction, wires)).map(|_| ())
}

async fn read(
    mut from: ReadHalf<'_>,
    pieces: mpsc::Sender<Piece>,
    direction: Direction,
    faults: watch::Receiver<Faults>,
    mut chance: Chance,
) -> Result<(), Broken> {
    let mut buffer = vec![0; PIECE];
    let (mut passed, mut due) = (0, Instant::now());
    loop {
        let length = from.read(&mut buffer).await.map_err(|_| Broken)?;
        if length == 0 {
            return Ok(());
        }
        let faults = faults.borrow().clone();
        let jitter = u64::try_from(faults.jitter.as_millis()).unwrap_or(0);
        due = due.max(Instant::now() + faults.latency + chance.millis(0..jitter + 1));
        let limit = match direction {
            Direction::Up => faults.limit_up,
            Direction::Down => faults.limit_down,
        };
        let room = limit.map_or(usize::MAX, |limit| limit.saturating_sub(passed));
        passed += length;
        let piece = Piece {
            bytes: buffer[..length.min(room)].to_vec(),
            due,
            is_last: length >= room,
        };
        if pieces.send(piece).await.is_err() {
            return Ok(());
        }
    }
}

async fn write(
    mut to: WriteHalf<'_>,
    mut pieces: mpsc::Receiver<Piece>,
    direction: Direction,
    mut wires: Wires,
) -> Result<(), Broken> {
    let mut cut = wires.clone();
    loop {
        let piece = tokio::select! {
            piece = pieces.recv() => piece,
            () = cut.until_cut(Cut::HalfClose), if direction == Direction::Down => None,
        };
        if let Some(piece) = &piece {
            sleep_until(piece.due).await;
        }
        wires.until_open(direction).await;
        let Some(piece) = piece else {
            return to.shutdown().await.map_err(|_| Broken);
        };
        let faults = wires.faults.borrow().clone();
        let slice = match direction {
            Direction::Up => faults.slice_up,
            Direction::Down => faults.slice_down,
        };
        for part in piece.bytes.chunks(slice.unwrap_or(PIECE)) {
            to.write_all(part).await.map_err(|_| Broken)?;
            if let Some(bandwidth) = faults.bandwidth {
                sleep(Duration::from_micros(part.len() as u64 * 1_000_000 / bandwidth.max(1))).await;
            } else if slice.is_some() {
                tokio::task::yield_now().await;
            }
        }
        if piece.is_last {
            return Err(Broken);
        }
    }
}
