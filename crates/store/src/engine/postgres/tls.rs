//! TLS to the database. Asked for is asked for whole: certificate and name are always checked.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::Config;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::connection::in_full;
use crate::engine::error::StoreError;

/// Reads the URL. `sslmode` and `sslrootcert` are ours to understand: the driver knows fewer modes than
/// PostgreSQL's own tools, and no root certificates.
pub(super) fn parse(url: &str) -> Result<(Config, Option<MakeRustlsConnect>), StoreError> {
    let (place, arguments) = url.split_once('?').unwrap_or((url, ""));
    let mut wants_tls = false;
    let mut roots = None;
    let mut others = Vec::new();
    for argument in arguments.split('&').filter(|argument| !argument.is_empty()) {
        match argument.split_once('=') {
            Some(("sslmode", "disable" | "allow" | "prefer")) => wants_tls = false,
            Some(("sslmode", "require" | "verify-ca" | "verify-full")) => wants_tls = true,
            Some(("sslmode", other)) => {
                return Err(StoreError::Url(format!(
                    "the database URL has an unknown sslmode, {other}"
                )));
            }
            Some(("sslrootcert", path)) => roots = Some(path.replace("%2F", "/").replace("%2f", "/")),
            _ => others.push(argument),
        }
    }
    let mut plain = place.to_owned();
    if !others.is_empty() {
        plain.push('?');
        plain.push_str(&others.join("&"));
    }
    let mut config: Config = plain
        .parse()
        .map_err(|error| StoreError::Url(format!("the database URL cannot be read: {}", in_full(&error))))?;
    if !wants_tls {
        config.ssl_mode(SslMode::Disable);
        return Ok((config, None));
    }
    config.ssl_mode(SslMode::Require);
    Ok((config, Some(MakeRustlsConnect::new(client(roots.as_deref())?))))
}

/// The file of root certificates that the URL names.
pub(super) fn roots(url: &str) -> Option<String> {
    let arguments = url.split_once('?')?.1;
    let path = arguments
        .split('&')
        .find_map(|argument| argument.strip_prefix("sslrootcert="))?;
    Some(path.replace("%2F", "/").replace("%2f", "/"))
}

fn client(roots: Option<&str>) -> Result<ClientConfig, StoreError> {
    let refused = |error: String| StoreError::Url(format!("TLS to the database: {error}"));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| refused(error.to_string()))?
        .with_root_certificates(match roots {
            None => RootCertStore {
                roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
            },
            Some(path) => read_roots(path).map_err(refused)?,
        })
        .with_no_client_auth();
    Ok(client)
}

fn read_roots(path: &str) -> Result<RootCertStore, String> {
    let failed = |error: &dyn std::fmt::Display| format!("sslrootcert {path}: {error}");
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| failed(&error))? {
        let certificate = certificate.map_err(|error| failed(&error))?;
        store.add(certificate).map_err(|error| failed(&error))?;
    }
    if store.is_empty() {
        return Err(failed(&"the file holds no certificate"));
    }
    Ok(store)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// OPS-04: TLS is used when the address asks for it, and a half-hearted mode is none.
    #[test]
    fn tls_follows_sslmode() {
        for (mode, has_tls) in [
            ("", false),
            ("?sslmode=disable", false),
            ("?sslmode=prefer&application_name=x", false),
            ("?application_name=x&sslmode=require", true),
            ("?sslmode=verify-full", true),
        ] {
            let (config, tls) = parse(&format!("postgres://ann:pw@db.example:5433/desk{mode}")).expect(mode);
            assert_eq!(tls.is_some(), has_tls, "{mode}");
            assert_eq!(config.get_ssl_mode() == SslMode::Require, has_tls, "{mode}");
            assert_eq!(config.get_dbname(), Some("desk"));
        }
    }

    /// A mistake in the address stops the start with its reason.
    #[test]
    fn mistakes_in_the_address_are_named() {
        for (arguments, named) in [
            ("sslmode=sometimes", "unknown sslmode, sometimes"),
            ("sslmode=require&sslrootcert=%2Fno%2Fsuch.pem", "/no/such.pem"),
            ("colour=blue", "colour"),
        ] {
            let refused = parse(&format!("postgres://db.example/desk?{arguments}"))
                .err()
                .expect(arguments);
            assert!(refused.to_string().contains(named), "{refused}");
        }
    }
}
