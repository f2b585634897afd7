//! Signing in and passwords.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// E-mail or phone, and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// E-mail or phone (ADM-16).
    #[schema(max_length = 254)]
    pub identifier: String,
    /// Password.
    #[schema(max_length = 128)]
    pub password: String,
}

/// A change of one's own password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The one in force.
    #[schema(max_length = 128)]
    pub current_password: String,
    /// The new one, 10 to 128 characters.
    #[schema(min_length = 10, max_length = 128)]
    pub new_password: String,
}

/// A forgotten password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForgottenPassword {
    /// Where the link goes, if somebody signs in with it.
    #[schema(max_length = 254)]
    pub email: String,
}

/// The way back in by a mailed link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordReset {
    /// From the link.
    #[schema(max_length = 128)]
    pub token: String,
    /// The new password, 10 to 128 characters.
    #[schema(min_length = 10, max_length = 128)]
    pub new_password: String,
}

/// What the sign-in page shows before anybody is known.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignInPage {
    /// Terms of use, when the operator has some (ADM-16).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub terms_url: Option<String>,
}
