//! `[trace]`: where traces go.

use super::secret::Secret;
use super::section::{Fault, Section, described, section};

section! {
    /// Traces: which steps each request took, and how long. Off, and free of cost, without an address.
    pub struct Trace in "trace" {
        /// Address of a collector that takes OTLP over HTTP; without a path `/v1/traces` is meant.
        otlp_endpoint: Option<String> = None => "\"http://127.0.0.1:4318\"";
        /// Sent along as `Authorization`.
        otlp_authorization: Option<Secret> = None => "\"Bearer secret\"";
        /// Part of all requests that are traced, between 0 and 1.
        sample: f64 = 1.0;
    }
}

impl Section for Trace {
    described!();

    fn check(&self) -> Result<(), Fault> {
        Fault::unless_in("sample", self.sample, 0.0..=1.0)?;
        match &self.otlp_endpoint {
            Some(endpoint) if parse(endpoint).is_none() => Err(Fault {
                key: "otlp_endpoint",
                reason: format!("{endpoint:?} is no address that begins with http:// or https://"),
            }),
            _ => Ok(()),
        }
    }
}

impl Trace {
    /// Where traces go, with the path.
    #[must_use]
    pub fn endpoint(&self) -> Option<url::Url> {
        let mut url = parse(self.otlp_endpoint.as_deref()?)?;
        if url.path() == "/" {
            url.set_path("/v1/traces");
        }
        Some(url)
    }
}

fn parse(text: &str) -> Option<url::Url> {
    url::Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}
