//! Agents: the people who answer. Their status, their limits, and what their fields may hold (ADM-02).

use crate::field::{Fault, LABEL_MAX_CHARS, check_label, is_reserved};
use crate::words::words;

/// One wrong field of a [`Profile`].
pub use crate::field::FieldError as ProfileError;

/// The highest limit that agents may set for themselves (R7).
pub const OWN_LIMIT_MAX: i64 = 100;
/// At this many open sessions nothing reaches an agent on any path (ROUTE-03, U8).
pub const HARD_LIMIT: i64 = 200;
/// Longest public name, in characters.
pub const NICKNAME_MAX_CHARS: usize = 32;
/// Longest staff number and phone number, in characters.
pub const NUMBER_MAX_CHARS: usize = 32;
/// Longest e-mail address, in characters.
pub const EMAIL_MAX_CHARS: usize = 254;
/// Length of a password, in characters.
pub const PASSWORD_CHARS: std::ops::RangeInclusive<usize> = 10..=128;

words! {
    /// What an agent chose (ROUTE-07). Busy is not chosen but seen, see [`ShownStatus`].
    pub enum AgentStatus {
        /// Not at work.
        Offline = "offline",
        /// At work, but takes no new sessions; those at hand stay.
        NotReady = "not_ready",
        /// Takes sessions up to the limit.
        Free = "free",
    }
}

words! {
    /// Whether an agent's workbench is connected (C11). Whether it is at this moment is told by living nodes; this is
    /// what was noted of it, with its consequences.
    pub enum AgentConnection {
        /// It is.
        Connected = "connected",
        /// It was lost; sessions stay for the grace (ROUTE-22).
        Disconnected = "disconnected",
        /// The grace is over, or nobody was connected yet.
        Gone = "gone",
    }
}

impl AgentConnection {
    /// The connection as it is at this moment, by what living nodes say; a loss may not be noted yet.
    #[must_use]
    pub const fn seen(self, is_online: bool) -> Self {
        match self {
            _ if is_online => Self::Connected,
            Self::Connected => Self::Disconnected,
            noted => noted,
        }
    }
}

words! {
    /// What began a state of an agent, for the history (ROUTE-07, DATA-04).
    pub enum SpanCause {
        /// The agent signed in.
        SignedIn = "signed_in",
        /// The agent signed out.
        SignedOut = "signed_out",
        /// The agent chose another status.
        Chosen = "chosen",
        /// The workbench was connected.
        Connected = "connected",
        /// The connection was lost.
        Disconnected = "disconnected",
        /// The agent did not come back within the grace.
        GraceOver = "grace_over",
        /// A new password, an administrator, or the account's end took the sign-in away.
        ShutOut = "shut_out",
    }
}

words! {
    /// An agent's status as others see it (ROUTE-04).
    pub enum ShownStatus {
        /// Not at work, or the connection is gone (U9).
        Offline = "offline",
        /// The connection was lost a moment ago: nothing new comes, sessions stay for the grace (ROUTE-22).
        Disconnected = "disconnected",
        /// At work, but takes no new sessions.
        NotReady = "not_ready",
        /// Takes sessions.
        Free = "free",
        /// Would take sessions, but is at the limit.
        Busy = "busy",
    }
}

/// The status that others see. Busy comes and goes with the load by itself (ROUTE-04), and who is not connected is
/// disconnected and soon offline, whatever was chosen (U9).
#[must_use]
pub const fn shown(status: AgentStatus, connection: AgentConnection, load: i64, cap: i64) -> ShownStatus {
    match (status, connection) {
        (AgentStatus::Offline, _) | (_, AgentConnection::Gone) => ShownStatus::Offline,
        (_, AgentConnection::Disconnected) => ShownStatus::Disconnected,
        (AgentStatus::NotReady, _) => ShownStatus::NotReady,
        (AgentStatus::Free, _) if load >= cap => ShownStatus::Busy,
        (AgentStatus::Free, _) => ShownStatus::Free,
    }
}

/// What is known about an agent as a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Real name, for colleagues: 1 to 64 characters.
    pub name: String,
    /// Public name, for visitors: 1 to 32 characters, not a reserved one (T114).
    pub nickname: String,
    /// Public number: 1 to 32 letters, digits, `-` and `_`.
    pub staff_no: String,
    /// The login.
    pub email: String,
    /// Also good for signing in (ADM-16).
    pub phone: Option<String>,
}

impl Profile {
    /// The profile as it is stored: without blanks around, e-mail and phone in their normal form, an empty phone as
    /// none.
    ///
    /// # Errors
    /// Everything that is wrong, field by field.
    pub fn checked(self) -> Result<Self, Vec<ProfileError>> {
        let phone = self.phone.as_deref().map(str::trim).filter(|phone| !phone.is_empty());
        let faults: Vec<ProfileError> = [
            check_name(self.name.trim()),
            check_nickname(self.nickname.trim()),
            check_staff_no(self.staff_no.trim()),
            check_email(&normal_email(&self.email)),
            phone.map_or(Ok(()), check_phone),
        ]
        .into_iter()
        .filter_map(Result::err)
        .collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Self {
            name: self.name.trim().to_owned(),
            nickname: self.nickname.trim().to_owned(),
            staff_no: self.staff_no.trim().to_owned(),
            email: normal_email(&self.email),
            phone: phone.map(normal_phone),
        })
    }
}

/// Checks a real name.
///
/// # Errors
/// Empty, longer than 64 characters, or with hidden characters (T108).
pub fn check_name(name: &str) -> Result<(), ProfileError> {
    check_label(name, LABEL_MAX_CHARS).map_err(|fault| fault.of("name"))
}

/// Checks a public name.
///
/// # Errors
/// Empty, longer than 32 characters, with hidden characters (T108), or a reserved name (T114).
pub fn check_nickname(nickname: &str) -> Result<(), ProfileError> {
    check_label(nickname, NICKNAME_MAX_CHARS).map_err(|fault| fault.of("nickname"))?;
    if is_reserved(nickname) {
        Err(Fault::Reserved.of("nickname"))
    } else {
        Ok(())
    }
}

/// Checks a staff number.
///
/// # Errors
/// Empty, longer than 32, or with anything but letters, digits, `-` and `_`.
pub fn check_staff_no(staff_no: &str) -> Result<(), ProfileError> {
    let is_plain = staff_no
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    match staff_no.len() {
        0 => Err(Fault::Required.of("staff_no")),
        _ if !is_plain => Err(Fault::Malformed.of("staff_no")),
        1..=NUMBER_MAX_CHARS => Ok(()),
        _ => Err(Fault::TooLong.of("staff_no")),
    }
}

/// The form in which e-mail addresses are stored and compared: small letters, no blanks around.
#[must_use]
pub fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Checks an e-mail address in its normal form. Quoted local parts and other rarities are refused: they buy nothing
/// here and make mail headers dangerous.
///
/// # Errors
/// Empty, too long, or not of the form `name@host`.
pub fn check_email(email: &str) -> Result<(), ProfileError> {
    if email.is_empty() {
        return Err(Fault::Required.of("email"));
    }
    if email.len() > EMAIL_MAX_CHARS {
        return Err(Fault::TooLong.of("email"));
    }
    match email.split_once('@') {
        Some((local, host)) if is_local_part(local) && is_host(host) => Ok(()),
        _ => Err(Fault::Malformed.of("email")),
    }
}

fn is_local_part(local: &str) -> bool {
    local.len() <= 64
        && local.split('.').all(|atom| {
            !atom.is_empty()
                && atom
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&byte))
        })
}

fn is_host(host: &str) -> bool {
    host.split('.').all(|label| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}

/// The form in which phone numbers are stored and compared: without blanks and `-`.
#[must_use]
pub fn normal_phone(phone: &str) -> String {
    phone
        .chars()
        .filter(|character| *character != ' ' && *character != '-')
        .collect()
}

/// Checks a phone number as a person writes it.
///
/// # Errors
/// Longer than 32 characters, with anything but digits, blanks, `-` and one `+` in front, or with fewer than 3 digits.
pub fn check_phone(phone: &str) -> Result<(), ProfileError> {
    if phone.len() > NUMBER_MAX_CHARS {
        return Err(Fault::TooLong.of("phone"));
    }
    let normal = normal_phone(phone);
    let digits = normal.strip_prefix('+').unwrap_or(&normal);
    if digits.len() >= 3 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(())
    } else {
        Err(Fault::Malformed.of("phone"))
    }
}

/// Checks a limit that agents set for themselves (ROUTE-03).
///
/// # Errors
/// Outside 1 to 100.
pub fn check_own_limit(limit: i64) -> Result<(), ProfileError> {
    crate::field::check_range(limit, &(1..=OWN_LIMIT_MAX)).map_err(|fault| fault.of("own_limit"))
}

/// Why a password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Fewer than 10 characters.
    #[error("the password is shorter than {} characters", PASSWORD_CHARS.start())]
    TooShort,
    /// More than 128 characters: hashing must stay cheap (T403).
    #[error("the password is longer than {} characters", PASSWORD_CHARS.end())]
    TooLong,
    /// U+0000, at which some tools stop reading.
    #[error("the password holds a character that cannot be used")]
    Unusable,
    /// The e-mail address or name of its owner.
    #[error("the password is the owner's e-mail address or name")]
    OwnName,
    /// The one that is to be replaced, which somebody else may have seen.
    #[error("the password is the one in force")]
    Unchanged,
    /// So few different characters, or so plain a row of them, that it is among the first guesses.
    #[error("the password is too simple")]
    TooSimple,
}

/// Checks a new password. Its bytes are taken as they are, when it is set and when it is checked (T403). Length is
/// what makes a password good, so no kinds of characters are demanded; only what guessers try first is refused.
///
/// # Errors
/// The first thing that is wrong.
pub fn check_password(password: &str, email: &str, name: &str) -> Result<(), PasswordError> {
    if password.len() > PASSWORD_CHARS.end() * 4 {
        return Err(PasswordError::TooLong);
    }
    let characters: Vec<char> = password.chars().collect();
    if characters.len() > *PASSWORD_CHARS.end() {
        return Err(PasswordError::TooLong);
    }
    if characters.len() < *PASSWORD_CHARS.start() {
        return Err(PasswordError::TooShort);
    }
    if characters.contains(&'\0') {
        return Err(PasswordError::Unusable);
    }
    let bare = password.trim().to_lowercase();
    if bare == normal_email(email) || bare == name.trim().to_lowercase() {
        return Err(PasswordError::OwnName);
    }
    if is_simple(&characters) {
        Err(PasswordError::TooSimple)
    } else {
        Ok(())
    }
}

/// Fewer than five different characters (blanks not counted), or a row such as `1234567890` or `zyxwvutsrq`.
fn is_simple(characters: &[char]) -> bool {
    let seen: std::collections::BTreeSet<char> = characters
        .iter()
        .copied()
        .filter(|character| !character.is_whitespace())
        .collect();
    let step_of = |pair: &[char]| match pair {
        ['9', '0'] => 1,
        ['0', '9'] => -1,
        [a, b] => i64::from(u32::from(*b)) - i64::from(u32::from(*a)),
        _ => 0,
    };
    let mut steps = characters.windows(2).map(step_of);
    let first = steps.next().unwrap_or_default();
    seen.len() < 5 || (first.abs() == 1 && steps.all(|step| step == first))
}

#[cfg(test)]
mod tests;
