//! Password hashing: argon2id, a bounded number at once, on threads that may block.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{self, PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use tokio::sync::Semaphore;

use crate::error::AppError;
use crate::secrets::random;

/// Passwords hashed at the same time: each takes 19 MiB and a whole core.
const AT_ONCE: usize = 2;
/// Without letters and digits that look alike; 32 of them, so each holds 5 bits.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Longest password that is looked at, in bytes: 128 characters of UTF-8 (T403).
const MAX_BYTES: usize = 512;

/// Hashes and checks passwords.
pub struct Passwords {
    argon2: Argon2<'static>,
    permits: Arc<Semaphore>,
    /// Checked when there is no account, so that the answer takes as long (T401).
    nobody: String,
    checked: AtomicU64,
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

impl Passwords {
    /// With the parameters that OWASP recommends: 19 MiB, two passes, one lane.
    #[must_use]
    pub fn new() -> Self {
        Self::with(Params::DEFAULT)
    }

    /// With parameters that guard nothing: for tests, which sign in all the time.
    #[must_use]
    pub fn cheap() -> Self {
        Self::with(Params::new(Params::MIN_M_COST, 1, 1, None).unwrap_or(Params::DEFAULT))
    }

    fn with(params: Params) -> Self {
        let nobody = format!(
            "$argon2id$v=19$m={},t={},p={}${}${}",
            params.m_cost(),
            params.t_cost(),
            params.p_cost(),
            STANDARD_NO_PAD.encode(random::<16>()),
            STANDARD_NO_PAD.encode(random::<32>())
        );
        Self {
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            permits: Arc::new(Semaphore::new(AT_ONCE)),
            nobody,
            checked: AtomicU64::new(0),
        }
    }

    /// Passwords that were looked at since the start. Each costs the same, so that this is what a sign-in's answer takes:
    /// as much for nobody's account as for anybody's (T401).
    #[must_use]
    pub fn checked(&self) -> u64 {
        self.checked.load(Ordering::Relaxed)
    }

    /// A hash with its salt and parameters, as PHC text.
    ///
    /// # Errors
    /// When the system has no memory or randomness for it.
    pub async fn hash(&self, password: &str) -> Result<String, AppError> {
        let (argon2, password) = (self.argon2.clone(), password.to_owned());
        self.blocking(move || {
            let hash: PasswordHash = argon2.hash_password(password.as_bytes()).map_err(AppError::internal)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether this is the password behind `hash`. Without a hash the answer is no, and takes as long (T401).
    ///
    /// # Errors
    /// When the stored hash is broken.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, AppError> {
        if password.len() > MAX_BYTES {
            return Ok(false);
        }
        self.checked.fetch_add(1, Ordering::Relaxed);
        let is_somebody = hash.is_some();
        let (password, hash) = (password.to_owned(), hash.unwrap_or(&self.nobody).to_owned());
        let argon2 = self.argon2.clone();
        self.blocking(move || {
            let hash = PasswordHash::new(&hash).map_err(AppError::internal)?;
            match argon2.verify_password(password.as_bytes(), &hash) {
                Ok(()) => Ok(is_somebody),
                Err(password_hash::Error::PasswordInvalid) => Ok(false),
                Err(error) => Err(AppError::internal(error)),
            }
        })
        .await
    }

    /// Whether a hash was made with other parameters than today's, and should be made anew (T404).
    #[must_use]
    pub fn is_old(&self, hash: &str) -> bool {
        let made_with = PasswordHash::new(hash).ok().and_then(|hash| {
            let params = Params::try_from(&hash).ok()?;
            Some((
                hash.algorithm.as_str() == "argon2id",
                params.m_cost(),
                params.t_cost(),
                params.p_cost(),
            ))
        });
        let params = self.argon2.params();
        made_with != Some((true, params.m_cost(), params.t_cost(), params.p_cost()))
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(AppError::internal)?;
        // The permit goes along: a request that is dropped does not make room before its thread is done.
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        });
        done.await.map_err(AppError::internal)?
    }
}

/// A new password that a person can read and type: 100 random bits in four groups (T405).
#[must_use]
pub fn random_password() -> String {
    let letters: Vec<char> = random::<20>()
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte & 31)]))
        .collect();
    letters
        .chunks(5)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join("-")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// T404: only the password opens; its hash does not, and two hashes of one password differ.
    #[tokio::test]
    async fn a_password_opens_and_its_hash_does_not() {
        let passwords = Passwords::cheap();
        let hash = passwords.hash("correct horse").await.expect("hashes");
        assert!(
            passwords
                .verify("correct horse", Some(&hash))
                .await
                .expect("a good hash")
        );
        for wrong in ["correct Horse", "correct horse ", "", &hash] {
            assert!(
                !passwords.verify(wrong, Some(&hash)).await.expect("a good hash"),
                "{wrong:?} opened"
            );
        }
        assert_ne!(hash, passwords.hash("correct horse").await.expect("hashes"));
    }

    /// T401, T403: nobody's password is checked like anybody's, and a huge one is not looked at.
    #[tokio::test]
    async fn nobody_has_a_password() {
        let passwords = Passwords::cheap();
        assert!(
            !passwords
                .verify("anything at all", None)
                .await
                .expect("the stand-in is a good hash")
        );
        let huge = "x".repeat(1 << 20);
        assert!(!passwords.verify(&huge, None).await.expect("refused early"));
    }

    /// T401: the stand-in costs what a real hash costs.
    #[test]
    fn the_stand_in_has_todays_parameters() {
        let passwords = Passwords::new();
        assert!(!passwords.is_old(&passwords.nobody));
    }

    /// T404: hashes of other parameters are found out.
    #[tokio::test]
    async fn old_parameters_are_noticed() {
        let hash = Passwords::cheap().hash("correct horse").await.expect("hashes");
        assert!(!Passwords::cheap().is_old(&hash));
        assert!(Passwords::new().is_old(&hash));
        assert!(Passwords::new().is_old("$2y$10$abc"));
    }

    /// T405: made-up passwords are long, readable, fit to be used and never repeat.
    #[test]
    fn made_up_passwords_are_strong_and_readable() {
        let made: BTreeSet<String> = (0..1_000).map(|_| random_password()).collect();
        assert_eq!(made.len(), 1_000);
        for password in &made {
            assert_eq!(password.len(), 23);
            assert!(!password.contains(['0', 'o', '1', 'l']), "{password} can be misread");
            assert_eq!(domain::agent::check_password(password, "a@b.c", "Ann"), Ok(()));
        }
    }
}
