//! A wire between a node and one of its servers that a test can cut.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

/// What becomes of what is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It arrives.
    Open,
    /// Connections end, and new ones end at once.
    Closed,
    /// Connections stand, and nothing arrives.
    Silent,
}

/// How many answers to a word are still to be lost.
#[derive(Default)]
struct Snatch {
    left: AtomicUsize,
    done: AtomicUsize,
}

/// A port that leads to another address.
pub struct Proxy {
    address: SocketAddr,
    way: watch::Sender<Way>,
    snatch: Arc<Snatch>,
    accepting: AbortHandle,
}

impl Proxy {
    /// A new port that leads to `target`, for example `127.0.0.1:5432`.
    ///
    /// # Panics
    /// When no port is free.
    pub async fn to(target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (way, ways) = watch::channel(Way::Open);
        let snatch = Arc::<Snatch>::default();
        let accepting = tokio::spawn(accept(listener, target.to_owned(), ways, Arc::clone(&snatch)));
        Self {
            address,
            way,
            snatch,
            accepting: accepting.abort_handle(),
        }
    }

    /// `url` with this port instead of its host and port, and a new port that leads to them.
    ///
    /// # Panics
    /// When `url` names no host and port.
    pub async fn before(url: &str) -> (Self, String) {
        let begin = url.find("://").expect("a scheme") + 3;
        let end = url[begin..].find('/').map_or(url.len(), |at| begin + at);
        let begin = url[begin..end].find('@').map_or(begin, |at| begin + at + 1);
        let proxy = Self::to(&url[begin..end]).await;
        let replaced = format!("{}{}{}", &url[..begin], proxy.address, &url[end..]);
        (proxy, replaced)
    }

    /// Changes what becomes of what is sent, on connections that stand and on new ones.
    pub fn goes(&self, way: Way) {
        self.way.send_replace(way);
    }

    /// Ends the connections that stand; new ones are fine.
    pub fn cut(&self) {
        self.way.send_replace(Way::Closed);
        self.way.send_replace(Way::Open);
    }

    /// Lets the next `times` commits reach the server and loses the answers, with their connections.
    pub fn lose_commits(&self, times: usize) {
        self.snatch.left.store(times, Ordering::SeqCst);
    }

    /// How many answers to commits were lost.
    #[must_use]
    pub fn lost_commits(&self) -> usize {
        self.snatch.done.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, target: String, ways: watch::Receiver<Way>, snatch: Arc<Snatch>) {
    // Dropped with this task, it ends its connections.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((client, _)) = accepted else { continue };
                connections.spawn(lead(client, target.clone(), ways.clone(), Arc::clone(&snatch)));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn lead(client: TcpStream, target: String, mut ways: watch::Receiver<Way>, snatch: Arc<Snatch>) {
    if *ways.borrow_and_update() == Way::Closed {
        return;
    }
    let Ok(server) = TcpStream::connect(&target).await else {
        return;
    };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    let (is_snatched, snatched) = watch::channel(false);
    let up = pass(from_client, to_server, ways.clone(), |bytes| {
        if is_commit(bytes) && take_one(&snatch) {
            is_snatched.send_replace(true);
        }
        true
    });
    let down = pass(from_server, to_client, ways.clone(), |_| {
        let is_lost = *snatched.borrow();
        if is_lost {
            snatch.done.fetch_add(1, Ordering::SeqCst);
        }
        !is_lost
    });
    // A way that was closed for a moment only still ends what stood: each change is seen, whatever came after it.
    let closed = async {
        while ways.changed().await.is_ok() {
            if matches!(*ways.borrow_and_update(), Way::Closed | Way::Open) {
                return;
            }
        }
    };
    tokio::select! {
        () = up => {}
        () = down => {}
        () = closed => {}
    }
}

/// Passes bytes on as long as the way is open and `may` says so of them.
async fn pass(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut ways: watch::Receiver<Way>,
    mut may: impl FnMut(&[u8]) -> bool + Send,
) {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let Ok(read @ 1..) = from.read(&mut buffer).await else {
            return;
        };
        if ways.wait_for(|way| *way != Way::Silent).await.is_err() {
            return;
        }
        if !may(&buffer[..read]) || to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}

/// A simple query of PostgreSQL's protocol that commits.
fn is_commit(bytes: &[u8]) -> bool {
    bytes.windows(7).any(|word| word == b"COMMIT\0")
}

fn take_one(snatch: &Snatch) -> bool {
    let taken = snatch
        .left
        .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
    taken.is_ok()
}
