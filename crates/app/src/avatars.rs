//! Visitors' pictures that host pages tell of by address: fetched by the desk, made small, and shown from here, so that no
//! agent's browser calls a stranger's host (CHAN-04, T106).
//!
//! Nothing of them is kept on disk: they lie elsewhere and can be had again.

use std::io::Cursor;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use domain::ids::SessionId;
use egress::{Call, EgressError};
use moka::sync::Cache;
use reqwest::header::{ACCEPT, HeaderMap, HeaderValue};
use reqwest::{Method, Url};
use tokio::sync::{OnceCell, Semaphore};

use crate::App;
use crate::error::AppError;
use crate::pictures::{self, Bounds, Picture};
use crate::principals::Agent;

/// Largest picture that is fetched, in bytes.
const FETCHED_MAX: usize = 1024 * 1024;
/// How long fetching one may take.
const FETCHED_WITHIN: Duration = Duration::from_secs(5);
/// Pictures that are fetched and made small at the same time.
const AT_ONCE: usize = 4;
/// Shown at the size of a name; twice that for dense screens.
const SHOWN: Bounds = Bounds {
    pixels: 16_000_000,
    side: 128,
};
/// How long an address is not asked again, whether it gave a picture or not.
const KEPT_FOR: Duration = Duration::from_secs(15 * 60);
/// Addresses that are remembered at most; a small picture has some 5 kB, 66 kB at the very most.
const KEPT_MAX: u64 = 500;

/// What addresses gave, and how many may be asked at the same time.
pub struct Avatars {
    /// Filled once by whoever comes first, while others wait for it.
    known: Cache<String, Arc<OnceCell<Option<Bytes>>>>,
    places: Semaphore,
}

impl Default for Avatars {
    fn default() -> Self {
        Self {
            known: Cache::builder().max_capacity(KEPT_MAX).time_to_live(KEPT_FOR).build(),
            places: Semaphore::new(AT_ONCE),
        }
    }
}

/// A small picture.
#[derive(Debug, Clone)]
pub struct Avatar {
    /// What it is: JPEG or PNG, written by this desk.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: Bytes,
}

/// The picture of the visitor of a session that the agent serves or served (T507).
///
/// # Errors
/// [`AppError::NotFound`] for a session out of reach, and when there is no picture or none can be had.
pub async fn of_session(app: &App, by: &Agent, session: SessionId) -> Result<Avatar, AppError> {
    let mut reader = app.store.reader();
    let session = crate::sessions::own(&mut reader, by, session).await?;
    let address = store::visitors::avatar(&mut reader, by.tenant, session.visitor).await?;
    drop(reader);
    let address = address.ok_or(MISSING)?;
    let cell = app.avatars.known.get_with_by_ref(&address, Arc::default);
    let found = cell.get_or_init(|| fetch(app, &address)).await;
    let bytes = found.clone().ok_or(MISSING)?;
    Ok(Avatar {
        media_type: pictures::media_type_of_small(&bytes),
        bytes,
    })
}

const MISSING: AppError = AppError::NotFound { what: "picture" };

async fn fetch(app: &App, address: &str) -> Option<Bytes> {
    let _place = app.avatars.places.acquire().await.ok()?;
    match load(app, address).await {
        Ok(picture) => Some(picture),
        Err(reason) => {
            // The address stays out of the log: it came through a visitor's browser and may hold secrets of its host.
            tracing::debug!(
                error = &reason as &dyn std::error::Error,
                "A visitor's picture could not be had"
            );
            None
        }
    }
}

/// Why an address gave no picture.
#[derive(Debug, thiserror::Error)]
enum NoPicture {
    #[error("the address cannot be read")]
    Address,
    #[error("the call gave nothing")]
    Call(#[from] EgressError),
    #[error("the answer was {0}")]
    Status(u16),
    #[error("the answer is no picture, or too large a one")]
    Content,
}

async fn load(app: &App, address: &str) -> Result<Bytes, NoPicture> {
    let call = Call {
        method: Method::GET,
        url: Url::parse(address).map_err(|_| NoPicture::Address)?,
        headers: HeaderMap::from_iter([(
            ACCEPT,
            HeaderValue::from_static("image/webp,image/png,image/jpeg,image/gif"),
        )]),
        body: Vec::new(),
        timeout: FETCHED_WITHIN,
    };
    let reply = app.egress.call_for(call, FETCHED_MAX).await?;
    if reply.status != 200 {
        return Err(NoPicture::Status(reply.status));
    }
    // Bytes decide, not what the other side says of them (T602); what is shown was written here.
    let decoding = tokio::task::spawn_blocking(move || pictures::decode(Cursor::new(reply.body), SHOWN));
    match decoding.await {
        Ok(Picture::Good { small, .. }) => Ok(small.into()),
        Ok(Picture::TooLarge | Picture::None) | Err(_) => Err(NoPicture::Content),
    }
}
