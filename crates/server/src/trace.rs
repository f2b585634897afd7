//! Traces for a collector (OPS-07): spans with the target [`TARGET`] leave by OTLP over HTTP when an address is set. They
//! hold names of steps, routes, statuses and request ids; never texts, names or addresses of people.

use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::http::{HeaderMap, HeaderValue, Request, Response, header};
use bytes::Bytes;
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::{Layer, Registry};

use crate::config::Trace;

/// Target of the spans that are meant for traces. Logs at `debug` show them too.
pub const TARGET: &str = "trace";
/// How long the collector may take, also at the end of the program.
const PATIENCE: Duration = Duration::from_secs(5);

/// What must be sent before the program ends.
static PROVIDER: OnceLock<SdkTracerProvider> = OnceLock::new();

/// A layer that sends spans, if there is an address.
///
/// # Errors
/// When the client cannot be made.
pub fn layer(settings: &Trace, node: &str) -> Result<Option<Box<dyn Layer<Registry> + Send + Sync>>> {
    let Some(endpoint) = settings.endpoint() else {
        return Ok(None);
    };
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(Client::new(settings)?)
        .with_endpoint(endpoint.as_str())
        .with_timeout(PATIENCE)
        .build()
        .context("preparing traces")?;
    let resource = Resource::builder_empty()
        .with_service_name("frontdesk")
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .with_attribute(KeyValue::new("service.instance.id", node.to_owned()))
        .build();
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(
            settings.sample,
        ))))
        .with_resource(resource)
        .build();
    let tracer = provider.tracer("frontdesk");
    let _first = PROVIDER.set(provider);
    let layer = tracing_opentelemetry::layer()
        .with_tracer(tracer)
        .with_location(false)
        .with_threads(false)
        .with_filter(Targets::new().with_target(TARGET, Level::DEBUG));
    Ok(Some(Box::new(layer)))
}

/// Sends what is left; afterwards there are no traces any more.
pub async fn finish() {
    let Some(provider) = PROVIDER.get() else { return };
    let ended = tokio::task::spawn_blocking(|| provider.shutdown_with_timeout(PATIENCE)).await;
    if !matches!(ended, Ok(Ok(()))) {
        tracing::warn!("The last traces were not taken");
    }
}

/// Sends for the library, whose own thread has no runtime.
#[derive(Debug)]
struct Client {
    http: reqwest::Client,
    runtime: Handle,
    headers: HeaderMap,
}

impl Client {
    fn new(settings: &Trace) -> Result<Self> {
        let mut headers = HeaderMap::new();
        if let Some(secret) = &settings.otlp_authorization {
            let mut value = HeaderValue::from_str(secret.reveal())
                .map_err(|_| anyhow::anyhow!("trace.otlp_authorization holds characters that no header may have"))?;
            value.set_sensitive(true);
            headers.insert(header::AUTHORIZATION, value);
        }
        Ok(Self {
            // The address is the operator's own, often inside the own network.
            http: reqwest::Client::builder()
                .timeout(PATIENCE)
                .build()
                .context("preparing traces")?,
            runtime: Handle::current(),
            headers,
        })
    }
}

impl HttpClient for Client {
    fn send_bytes<'client, 'sending>(
        &'client self,
        mut request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'sending>>
    where
        'client: 'sending,
        Self: 'sending,
    {
        request.headers_mut().extend(self.headers.clone());
        let (told, answer) = oneshot::channel();
        let http = self.http.clone();
        self.runtime.spawn(async move {
            let sent = send(&http, request).await;
            if let Err(error) = &sent {
                tracing::warn!(%error, "Traces were not taken");
            }
            // The library gave up waiting.
            let _gone = told.send(sent);
        });
        Box::pin(async move { answer.await? })
    }
}

async fn send(http: &reqwest::Client, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
    let answer = http.execute(request.try_into()?).await?.error_for_status()?;
    let mut response = Response::builder().status(answer.status());
    if let Some(headers) = response.headers_mut() {
        headers.extend(answer.headers().clone());
    }
    Ok(response.body(answer.bytes().await?)?)
}
