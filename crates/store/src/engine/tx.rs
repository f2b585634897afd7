//! What the body of a write works with.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use domain::ids::{ChannelId, SessionId, VisitorId};
use domain::session::Session;

use super::error::StoreError;
use super::later::{Due, Later};
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
    /// Changes that were put off, in their order.
    later: Vec<Later>,
    /// How many of them are of the bodies before this one.
    others_later: usize,
    /// Whether this body has something to roll back by itself.
    has_savepoint: bool,
    /// Whether nothing is put off and nothing hoped for: that went wrong before.
    is_careful: bool,
    has_hoped: bool,
    /// Why what the bodies before this one put off could not be written.
    others_failure: Option<StoreError>,
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
            later: Vec::new(),
            others_later: 0,
            has_savepoint: false,
            is_careful: false,
            has_hoped: false,
            others_failure: None,
        }
    }

    /// As [`Tx::new`], for the one lane of a database that nobody else writes.
    pub(crate) fn alone(link: Link, newest: Arc<Newest>) -> Self {
        Self {
            newest: Some(newest),
            ..Self::new(link, Rc::default())
        }
    }

    /// Begins a body; a careful one puts nothing off.
    pub(crate) fn begin_body(&mut self, is_careful: bool) {
        self.failure = None;
        self.others_later = self.later.len();
        self.has_savepoint = false;
        self.is_careful = is_careful;
        self.has_hoped = false;
    }

    /// Forgets what this body has put off.
    pub(crate) fn forget_later(&mut self) {
        self.later.truncate(self.others_later);
    }

    /// Forgets everything that was put off, because the whole transaction is rolled back.
    pub(crate) fn forget_all_later(&mut self) {
        self.later.clear();
        self.others_later = 0;
        self.others_failure = None;
    }

    /// Whether this body has a savepoint.
    pub(crate) const fn has_savepoint(&self) -> bool {
        self.has_savepoint
    }

    /// Why what the bodies before this one put off could not be written: they are lost with this one.
    pub(crate) const fn take_others_failure(&mut self) -> Option<StoreError> {
        self.others_failure.take()
    }

    /// Whether this body may go on without looking whether it was done before, since what it writes would clash then:
    /// it would run again, and this be false. Whatever it refuses in hope it decides again, too.
    pub fn hopes(&mut self) -> bool {
        self.has_hoped |= !self.is_careful;
        !self.is_careful
    }

    /// Whether this body's answer rests on a hope.
    pub(crate) const fn has_hoped(&self) -> bool {
        self.has_hoped
    }

    /// Adds rows at the latest with the commit, together with those of other bodies. Whoever reads their tables in this
    /// transaction sees them. When they clash with others, this body runs again and puts nothing off.
    ///
    /// # Errors
    /// As [`Tx::execute`], where nothing is put off.
    pub async fn put_off(&mut self, sql: &'static Sql, params: Vec<Value>) -> Result<(), StoreError> {
        self.put(Later::add(sql, params)).await
    }

    /// Changes a row, `$1`, from its version `$2` to the version `$3`, at the latest with the commit; as
    /// [`Tx::put_off`].
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody was faster, where nothing is put off.
    pub async fn put_off_move(&mut self, sql: &'static Sql, params: Vec<Value>) -> Result<(), StoreError> {
        self.put(Later::move_row(sql, params)).await
    }

    async fn put(&mut self, later: Later) -> Result<(), StoreError> {
        if let Err(error) = later.is_sound() {
            return self.noted(Err(error));
        }
        self.later.push(later);
        if self.is_careful {
            self.settle().await?;
        }
        Ok(())
    }

    /// Writes what was put off.
    ///
    /// # Errors
    /// [`StoreError::Stale`] and [`StoreError::Duplicate`] when it clashes with what others did.
    pub(crate) async fn settle(&mut self) -> Result<(), StoreError> {
        if self.later.is_empty() {
            return Ok(());
        }
        self.settle_others().await?;
        if self.later.is_empty() {
            return Ok(());
        }
        self.open_savepoint().await?;
        let own = Due::of(self.later.drain(..));
        let written = self.write_due(own).await;
        self.noted(written)
    }

    /// Writes what the bodies before this one put off.
    async fn settle_others(&mut self) -> Result<(), StoreError> {
        let others = std::mem::take(&mut self.others_later);
        if others == 0 {
            return Ok(());
        }
        let due = Due::of(self.later.drain(..others));
        let written = self.write_due(due).await;
        self.others_failure = written.clone().err();
        self.noted(written)
    }

    async fn write_due(&mut self, due: Due) -> Result<(), StoreError> {
        let changed = match &mut self.link {
            Link::Sqlite(writer) => due
                .statements
                .iter()
                .map(|(sql, params)| writer.execute(sql, params))
                .collect(),
            Link::Postgres(writer) => writer.execute_all(&due.statements).await,
        };
        due.check(&changed?)
    }

    /// Before the first change of a body on SQLite, whose transaction it shares with others.
    async fn open_savepoint(&mut self) -> Result<(), StoreError> {
        if self.has_savepoint || matches!(self.link, Link::Postgres(_)) {
            return Ok(());
        }
        self.settle_others().await?;
        if let Link::Sqlite(writer) = &self.link {
            let opened = writer.open_savepoint();
            self.noted(opened)?;
        }
        self.has_savepoint = true;
        Ok(())
    }

    /// Before a change.
    async fn before_change(&mut self, sql: &Sql) -> Result<(), StoreError> {
        self.open_savepoint().await?;
        self.before_look(sql).await
    }

    /// Before anything that meets rows whose changes were put off.
    async fn before_look(&mut self, sql: &Sql) -> Result<(), StoreError> {
        if sql.meets_later() { self.settle().await } else { Ok(()) }
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
        self.before_change(sql).await?;
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
        self.open_savepoint().await?;
        self.settle().await?;
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
        self.open_savepoint().await?;
        self.settle().await?;
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
        // `… RETURNING` and the like change rows, too.
        if sql.is_select() {
            self.before_look(sql).await?;
        } else {
            self.before_change(sql).await?;
        }
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
