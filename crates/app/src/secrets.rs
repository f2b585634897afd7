//! Tokens, hashes and sealed secrets (G6 of the threat model).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use ring::{digest, hmac};

use crate::error::AppError;

/// 256 random bits from the system, as text that fits an address or a header (T301).
///
/// # Panics
/// When the system has no randomness: nothing secret can be made then.
#[must_use]
pub fn new_token() -> String {
    URL_SAFE_NO_PAD.encode(random::<32>())
}

/// `N` random bytes.
///
/// # Panics
/// When the system has no randomness.
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0_u8; N];
    SystemRandom::new()
        .fill(&mut bytes)
        .expect("the system gives randomness");
    bytes
}

/// What is stored instead of a token: a stolen database opens nothing. `purpose` keeps the token of one
/// door from opening another (T310).
#[must_use]
pub fn token_hash(purpose: &str, token: &str) -> String {
    hex(digest::digest(&digest::SHA256, format!("{purpose}:{token}").as_bytes()).as_ref())
}

/// The page's proof that it may use the cookie, made from the sign-in's token (T217).
#[must_use]
pub fn csrf_token(login_token: &str) -> String {
    token_hash("csrf", login_token)
}

/// Compares without telling by its time where two texts differ (T1003): what is compared are their signatures under
/// a key of this moment.
#[must_use]
pub fn same(left: &str, right: &str) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &random::<32>());
    let left = hmac::sign(&key, left.as_bytes());
    hmac::verify(&key, right.as_bytes(), left.as_ref()).is_ok()
}

/// Lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Whether `signature` (64 lower-case hexadecimal digits) is HMAC-SHA256 of `message` under `secret`.
#[must_use]
pub fn is_signed(secret: &str, message: &str, signature: &str) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    same(&hex(hmac::sign(&key, message.as_bytes()).as_ref()), signature)
}

/// Seals secrets that the desk must read again later, with the operator's key (T1201).
pub struct Sealer {
    key: LessSafeKey,
    mark: String,
}

impl Sealer {
    /// A sealer with this key.
    ///
    /// # Panics
    /// Never: the key has the length that the cipher wants.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        // Tells nothing of a key of 256 random bits.
        let signed = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), b"frontdesk-key-mark:v1");
        let mark = hex(&signed.as_ref()[..8]);
        let key = UnboundKey::new(&AES_256_GCM, &key).expect("32 bytes are a key of this cipher");
        Self {
            key: LessSafeKey::new(key),
            mark,
        }
    }

    /// What differs between sealers with different keys, and may be known.
    #[must_use]
    pub fn mark(&self) -> &str {
        &self.mark
    }

    /// Seals `secret`; `context` says what it is for and must be given again to open it.
    ///
    /// # Errors
    /// When the cipher refuses, which it does for texts of many gigabytes only.
    pub fn seal(&self, context: &str, secret: &str) -> Result<String, AppError> {
        let nonce = random::<NONCE_LEN>();
        let mut bytes = secret.as_bytes().to_vec();
        self.key
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(context.as_bytes()),
                &mut bytes,
            )
            .map_err(|_| AppError::Internal(anyhow::anyhow!("a secret could not be sealed")))?;
        Ok(format!(
            "v1.{}.{}",
            URL_SAFE_NO_PAD.encode(nonce),
            URL_SAFE_NO_PAD.encode(bytes)
        ))
    }

    /// Opens what [`Sealer::seal`] sealed.
    ///
    /// # Errors
    /// When the key or the context is another one, or the text was changed.
    pub fn open(&self, context: &str, sealed: &str) -> Result<String, AppError> {
        self.try_open(context, sealed).ok_or_else(|| {
            AppError::Internal(anyhow::anyhow!(
                "a sealed secret does not open: is the key the right one?"
            ))
        })
    }

    fn try_open(&self, context: &str, sealed: &str) -> Option<String> {
        let (nonce, body) = sealed.strip_prefix("v1.")?.split_once('.')?;
        let nonce = Nonce::try_assume_unique_for_key(&URL_SAFE_NO_PAD.decode(nonce).ok()?).ok()?;
        let mut bytes = URL_SAFE_NO_PAD.decode(body).ok()?;
        let plain = self
            .key
            .open_in_place(nonce, Aad::from(context.as_bytes()), &mut bytes)
            .ok()?;
        String::from_utf8(plain.to_vec()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// T1201: a sealed secret opens with the same key and context only, and does not show itself.
    #[test]
    fn sealed_secrets_open_only_where_they_belong() {
        let sealer = Sealer::new([7; 32]);
        let sealed = sealer.seal("chn_1", "geheim").expect("short");
        assert!(!sealed.contains("geheim"));
        assert_eq!(sealer.open("chn_1", &sealed).ok().as_deref(), Some("geheim"));
        assert!(sealer.open("chn_2", &sealed).is_err());
        assert!(Sealer::new([8; 32]).open("chn_1", &sealed).is_err());
    }

    /// T301: tokens do not repeat and are long.
    #[test]
    fn tokens_are_long_and_never_repeat() {
        let tokens: std::collections::BTreeSet<_> = (0..100_000).map(|_| new_token()).collect();
        assert_eq!(tokens.len(), 100_000);
        assert!(tokens.iter().all(|token| token.len() == 43));
    }

    /// T301: each bit of a token is as often set as not, whatever came before; a fair coin strays further than this once in
    /// more than a billion runs.
    #[test]
    fn tokens_are_fair() {
        const TOKENS: u32 = 100_000;
        let mut set = [0_u32; 256];
        let mut like_before = [0_u32; 256];
        let mut before = [0_u8; 32];
        for _ in 0..TOKENS {
            let token = URL_SAFE_NO_PAD.decode(new_token()).expect("base64");
            for bit in 0..256 {
                let is_set = token[bit / 8] >> (bit % 8) & 1;
                set[bit] += u32::from(is_set);
                like_before[bit] += u32::from(is_set == before[bit / 8] >> (bit % 8) & 1);
            }
            before.copy_from_slice(&token);
        }
        // Half of them, give or take seven standard deviations.
        let fair = (TOKENS / 2 - 1_107)..=(TOKENS / 2 + 1_107);
        assert!(
            set.iter().chain(&like_before).all(|count| fair.contains(count)),
            "{set:?}"
        );
    }

    /// T1003: secrets are the same only to the last letter, whatever they have in common; a longer, a shorter and an empty one
    /// are others. What is compared is of one length always.
    #[test]
    fn only_equal_secrets_are_the_same() {
        let secret = new_token();
        assert!(same(&secret, &secret.clone()));
        let mut others = vec![
            String::new(),
            secret[..42].to_owned(),
            format!("{secret}A"),
            secret.to_lowercase(),
        ];
        for at in 0..secret.len() {
            let mut other = secret.clone().into_bytes();
            other[at] ^= 1;
            others.push(String::from_utf8(other).expect("ASCII"));
        }
        for other in &others {
            assert!(!same(&secret, other) && !same(other, &secret), "{other}");
        }
        assert!(same("", ""));
    }

    /// T304: upper case, shortened, empty and foreign signatures are refused.
    #[test]
    fn only_the_exact_signature_counts() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"secret");
        let good = hex(hmac::sign(&key, b"user-1").as_ref());
        assert!(is_signed("secret", "user-1", &good));
        for bad in ["", &good[..63], &good.to_uppercase(), &"0".repeat(64)] {
            assert!(!is_signed("secret", "user-1", bad), "{bad}");
        }
        assert!(!is_signed("secret", "user-2", &good));
        assert!(!is_signed("other", "user-1", &good));
    }
}
