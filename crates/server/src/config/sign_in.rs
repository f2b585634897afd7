//! `[sign_in]`: agents' and administrators' way in.

use super::section::{Fault, Section, described, section};

section! {
    /// Agents' and administrators' way in.
    pub struct SignIn in "sign_in" {
        /// Hours until a sign-in ends by itself.
        hours: i64 = 12;
        /// Terms of use, linked on the sign-in page.
        terms_url: Option<String> = None => "\"https://example.com/terms\"";
    }
}

impl Section for SignIn {
    described!();

    fn check(&self) -> Result<(), Fault> {
        Fault::unless_in("hours", self.hours, 1..=24 * 90)?;
        let Some(text) = &self.terms_url else { return Ok(()) };
        let is_web = url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if is_web {
            return Ok(());
        }
        Err(Fault {
            key: "terms_url",
            reason: format!("{text:?} is no address of a web page"),
        })
    }
}
