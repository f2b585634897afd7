//! TLS that we speak ourselves (OPS-09): certificate and key from files, read again when they change (F78).

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use crate::config::Http;

/// How often to look whether the files changed: programs that renew certificates need not tell us.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// The certificate in use. Connections keep the one that they began with.
pub struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    current: RwLock<Current>,
}

struct Current {
    config: Arc<ServerConfig>,
    changed_at: ChangedAt,
}

/// When the two files were written last, as far as the system tells.
type ChangedAt = [Option<SystemTime>; 2];

impl Certificate {
    /// Reads the configured files; none when TLS is not ours to speak.
    ///
    /// # Errors
    /// When they cannot be read or do not belong together.
    pub fn of(http: &Http) -> Result<Option<Arc<Self>>> {
        let (Some(chain), Some(key)) = (&http.tls_cert, &http.tls_key) else {
            return Ok(None);
        };
        Ok(Some(Arc::new(Self {
            current: RwLock::new(Current {
                changed_at: changed_at(chain, key),
                config: read(chain, key)?,
            }),
            chain: chain.clone(),
            key: key.clone(),
        })))
    }

    /// For the next connection.
    #[must_use]
    pub fn acceptor(&self) -> TlsAcceptor {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        TlsAcceptor::from(Arc::clone(&current.config))
    }

    /// Reads the files again. Files that cannot be used change nothing, and are told in the log (F77).
    pub fn reload(&self) {
        let changed_at = changed_at(&self.chain, &self.key);
        let read = read(&self.chain, &self.key);
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        // A bad file is looked at again once it changes, not every minute.
        current.changed_at = changed_at;
        match read {
            Ok(config) => {
                current.config = config;
                tracing::info!("The certificate {} was read again", self.chain.display());
            }
            Err(error) => {
                tracing::error!("The new certificate cannot be used, the old one stays: {error:#}");
            }
        }
    }

    fn has_changed(&self) -> bool {
        let known = self.current.read().unwrap_or_else(PoisonError::into_inner).changed_at;
        known != changed_at(&self.chain, &self.key)
    }

    /// Reads the files again when they change, until `stop` is told.
    pub async fn follow(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut every = tokio::time::interval(LOOK_EVERY);
        loop {
            tokio::select! {
                _ = stop.changed() => return,
                _ = every.tick() => {}
            }
            if self.has_changed() {
                self.reload();
            }
        }
    }
}

fn changed_at(chain: &Path, key: &Path) -> ChangedAt {
    [chain, key].map(|path| std::fs::metadata(path).and_then(|facts| facts.modified()).ok())
}

fn read(chain: &Path, key: &Path) -> Result<Arc<ServerConfig>> {
    let at = |path: &Path| format!("reading {}", path.display());
    let certificates = CertificateDer::pem_file_iter(chain)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| at(chain))?;
    // The reason never quotes the file.
    let private = PrivateKeyDer::from_pem_file(key).with_context(|| at(key))?;
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(certificates, private)
        .with_context(|| format!("using {} with {}", chain.display(), key.display()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
