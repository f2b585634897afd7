//! The reference as a process.

use std::path::Path;

use anyhow::Result;

use super::Serving;
use crate::link::Link;
use crate::load::Pair;

/// A running reference.
pub struct Bare {
    /// Its process.
    pub serving: Serving,
}

impl Bare {
    /// Starts it with a new file in `folder`, or on the PostgreSQL database at `postgres`.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(folder: &Path, postgres: Option<&str>) -> Result<Self> {
        let file = folder.join("reference.db");
        let database = match postgres {
            Some(url) => url.as_ref(),
            None => file.as_os_str(),
        };
        let program = std::env::current_exe()?;
        let arguments = ["reference".as_ref(), "--database".as_ref(), database];
        let serving = Serving::start(&program, &arguments, &[], &folder.join("reference.log"))?;
        Ok(Self { serving })
    }

    /// Connects pairs.
    ///
    /// # Errors
    /// When it refuses.
    pub fn pairs(&self, count: usize) -> Result<Vec<Pair>> {
        (0..count)
            .map(|pair| {
                Ok(Pair {
                    links: [self.link(pair, 0)?, self.link(pair, 1)?],
                    heads: Default::default(),
                })
            })
            .collect()
    }

    /// One connection, which is side 0 or 1 of a pair.
    ///
    /// # Errors
    /// When it refuses.
    pub fn link(&self, pair: usize, side: usize) -> Result<Link> {
        let mut link = Link::open(&self.serving.address, "/", &[])?;
        link.say(&format!("{pair} {side}"))?;
        Ok(link)
    }
}
