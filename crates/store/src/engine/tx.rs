//! What the body of a write works with.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use domain::ids::{ChannelId, SessionId, VisitorId};
use domain::session::Session;

use super::error::StoreError;
use super::query::Query;
use super::row::FromRow;
use super::sql::Sql;
use super::value::{Value, check};
use super::{postgres, sqlite};
use crate::newest::{Newest, News};

/// One transaction on a lane. All of it happens, or nothing.
pub struct Tx {
    link: Link,
    failure: Option<StoreError>,
    waiting: Rc<Cell<bool>>,
    /// What bodies changed that is not committed yet, and where it goes then; only on SQLite.
    news: Vec<News>,
    newest: Option<Arc<Newest>>,
}

/// The lane's connection.
pub(crate) enum Link {
    Sqlite(sqlite::Writer),
    Postgres(postgres::Writer),
}

impl Tx {
    /// For a lane: transactions on `link`, one after another.
    pub(crate) fn new(link: Link, waiting: Rc<Cell<bool>>) -> Self {
        Self {
            link,
            failure: None,
            waiting,
            news: Vec::new(),
            newest: None,
        }
    }

    /// As [`Tx::new`], for the one lane of a database that nobody else writes.
    pub(crate) fn alone(link: Link, newest: Arc<Newest>) -> Self {
        Self {
            newest: Some(newest),
            ..Self::new(link, Rc::default())
        }
    }

    /// Keeps a change for those who read after the commit.
    pub(crate) fn note(&mut self, news: impl FnOnce() -> News) {
        if self.newest.is_some() {
            self.news.push(news());
        }
    }

    /// How much was noted so far, for [`Tx::forget_news`].
    pub(crate) fn noted_news(&self) -> usize {
        self.news.len()
    }

    /// Forgets what was noted since, because it is rolled back.
    pub(crate) fn forget_news(&mut self, since: usize) {
        self.news.truncate(since);
    }

    /// Shows what was noted: it is committed.
    pub(crate) fn publish_news(&mut self) {
        if let Some(newest) = &self.newest {
            newest.publish(self.news.drain(..));
        }
    }

    /// Changes rows; answers how many.
    ///
    /// # Errors
    /// What the engine says. The transaction is lost then, whatever the body answers.
    pub async fn execute(&mut self, sql: &'static Sql, params: Vec<Value>) -> Result<u64, StoreError> {
        let changed = match check(sql, &params) {
            Err(error) => Err(error),
            Ok(()) => match &mut self.link {
                Link::Sqlite(writer) => writer.execute(sql, &params),
                Link::Postgres(writer) => writer.execute(sql, &params).await,
            },
        };
        self.noted(changed)
    }

    /// Changes rows by several statements, none of which needs another's result, in their order; on
    /// PostgreSQL in one journey.
    ///
    /// # Errors
    /// As [`Tx::execute`], of the first statement that failed.
    pub async fn execute_all(&mut self, statements: Vec<(&'static Sql, Vec<Value>)>) -> Result<Vec<u64>, StoreError> {
        let refused = statements.iter().find_map(|(sql, params)| check(sql, params).err());
        let changed = match (refused, &mut self.link) {
            (Some(error), _) => Err(error),
            (None, Link::Sqlite(writer)) => statements
                .iter()
                .map(|(sql, params)| writer.execute(sql, params))
                .collect(),
            (None, Link::Postgres(writer)) => writer.execute_all(&statements).await,
        };
        self.noted(changed)
    }

    /// Runs a text of many statements without values: a migration.
    pub(crate) async fn batch(&mut self, name: &'static str, text: &str) -> Result<(), StoreError> {
        let done = match &mut self.link {
            Link::Sqlite(writer) => writer.batch(name, text),
            Link::Postgres(writer) => writer.batch(name, text).await,
        };
        self.noted(done)
    }

    /// Waits until no other process migrates, and keeps it so until the end of this transaction (C16).
    pub(crate) async fn lock_migrations(&mut self) -> Result<(), StoreError> {
        let locked = match &mut self.link {
            // There is one writer, and the lock file keeps other processes away.
            Link::Sqlite(_) => Ok(()),
            Link::Postgres(writer) => writer.lock_migrations().await,
        };
        self.noted(locked)
    }

    /// Waits until no transaction on any node holds this turn, and holds it until the end of this one. For work that is
    /// right without it and only fast with it: who does the same on several nodes would meet the same rows.
    pub(crate) async fn take_turn(&mut self, turn: i64) -> Result<(), StoreError> {
        let taken = match &mut self.link {
            // There is one writer.
            Link::Sqlite(_) => Ok(()),
            Link::Postgres(writer) => writer.take_turn(turn).await,
        };
        self.noted(taken)
    }

    pub(crate) fn link(&mut self) -> &mut Link {
        &mut self.link
    }

    /// Whether the body waits for this transaction at the moment.
    pub(crate) fn waiting(&self) -> Rc<Cell<bool>> {
        Rc::clone(&self.waiting)
    }

    /// What went wrong since [`Tx::forget_failure`], even if the body did not mind.
    pub(crate) fn failure(&self) -> Option<StoreError> {
        self.failure.clone()
    }

    pub(crate) fn forget_failure(&mut self) {
        self.failure = None;
    }

    fn noted<T>(&mut self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &outcome {
            self.failure.get_or_insert_with(|| error.clone());
        }
        outcome
    }
}

impl Query for Tx {
    /// What this group has changed stands above what is committed.
    fn known(&self, session: SessionId) -> Option<Arc<Session>> {
        let newest = self.newest.as_ref()?;
        for news in self.news.iter().rev() {
            match news {
                News::Session(saved) if saved.id == session => return Some(Arc::clone(saved)),
                News::Changed(changed) if *changed == session => return None,
                _ => {}
            }
        }
        newest.session(session)
    }

    fn known_open(&self, visitor: VisitorId, channel: ChannelId) -> Option<Arc<Session>> {
        let newest = self.newest.as_ref()?;
        for news in self.news.iter().rev() {
            match news {
                News::Session(saved) if (saved.visitor, saved.channel) == (visitor, channel) => {
                    return (!saved.is_ended()).then(|| Arc::clone(saved));
                }
                News::Changed(_) => return None,
                _ => {}
            }
        }
        newest.open_of(visitor, channel)
    }

    async fn all<R: FromRow>(&mut self, sql: &'static Sql, params: Vec<Value>) -> Result<Vec<R>, StoreError> {
        let rows = match check(sql, &params) {
            Err(error) => Err(error),
            Ok(()) => match &mut self.link {
                Link::Sqlite(writer) => writer.rows(sql, &params),
                Link::Postgres(writer) => writer.rows(sql, &params).await,
            },
        };
        self.noted(rows)
    }
}
