//! Which database to use.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use super::error::StoreError;

/// What [`Store::open`](crate::Store::open) needs to know.
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    /// Where the database is.
    pub url: DatabaseUrl,
    /// At most this many connections for reading. Default 8.
    pub pool: usize,
    /// PostgreSQL: so many connections for writing. SQLite always has one. Default 4.
    pub lanes: usize,
}

impl DatabaseSettings {
    /// The defaults, for the database at `url`.
    #[must_use]
    pub const fn new(url: DatabaseUrl) -> Self {
        Self { url, pool: 8, lanes: 4 }
    }
}

/// The address of a database. Prints without its password (OPS-03).
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite:` and the path of the file.
    Sqlite(PathBuf),
    /// `postgres://user:password@host:port/name`, as PostgreSQL's own tools read it. TLS is used with
    /// `sslmode=require` or stricter, and then always checks certificate and name, against
    /// `sslrootcert` when that is given.
    Postgres(String),
}

impl FromStr for DatabaseUrl {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        if let Some(path) = text.strip_prefix("sqlite:").filter(|path| !path.is_empty()) {
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err(StoreError::Url(
            "a database URL begins with sqlite: and a path, postgres:// or postgresql://".to_owned(),
        ))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(out, "sqlite:{}", path.display()),
            Self::Postgres(url) => out.write_str(&redacted(url)),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// `url` without what follows the user's colon and without any `password` argument.
fn redacted(url: &str) -> String {
    const HIDDEN: &str = "[redacted]";
    let (place, arguments) = url.split_once('?').unwrap_or((url, ""));
    let mut shown = match (place.split_once("://"), place.rsplit_once('@')) {
        (Some((scheme, rest)), Some((_, host))) => match rest.split_once(':') {
            Some((user, _)) if !user.contains('@') => format!("{scheme}://{user}:{HIDDEN}@{host}"),
            _ => place.to_owned(),
        },
        _ => place.to_owned(),
    };
    for (number, argument) in arguments.split('&').filter(|argument| !argument.is_empty()).enumerate() {
        shown.push(if number == 0 { '?' } else { '&' });
        match argument.split_once('=') {
            Some((name, _)) if name.eq_ignore_ascii_case("password") => {
                shown.push_str(&format!("{name}={HIDDEN}"));
            }
            _ => shown.push_str(argument),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    /// OPS-04: the two kinds of address, and nothing else.
    #[test]
    fn an_address_names_its_engine() {
        assert_eq!("sqlite:/a/b.db".parse(), Ok(DatabaseUrl::Sqlite("/a/b.db".into())));
        for url in ["postgres://a@b/c", "postgresql://a@b/c"] {
            assert_eq!(url.parse(), Ok(DatabaseUrl::Postgres(url.to_owned())));
        }
        for bad in ["", "sqlite:", "mysql://a@b/c", "/a/b.db"] {
            assert!(bad.parse::<DatabaseUrl>().is_err(), "{bad:?} was taken");
        }
    }

    /// OPS-03: a password shows up neither in a log nor in a report.
    #[test]
    fn a_password_is_not_printed() {
        for (url, shown) in [
            (
                "postgres://ann:s3:cr@t@db:1/desk",
                "postgres://ann:[redacted]@db:1/desk",
            ),
            (
                "postgres://ann@db/desk?sslmode=require",
                "postgres://ann@db/desk?sslmode=require",
            ),
            (
                "postgres://db:5/desk?a=b&password=s3",
                "postgres://db:5/desk?a=b&password=[redacted]",
            ),
        ] {
            let parsed: DatabaseUrl = url.parse().expect("a good address");
            assert_eq!(format!("{parsed}"), shown);
            assert_eq!(format!("{parsed:?}"), shown);
        }
    }
}
