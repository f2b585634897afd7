//! Values on their way into a statement and out of a row.

use domain::ids::{self, Id};
use domain::moment::Moment;
use uuid::Uuid;

use super::error::StoreError;
use super::row::{Columns, FromRow};
use super::sql::Sql;

/// A value for a placeholder. Whatever both engines store alike is one of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// No value.
    Null,
    /// Text without the character NUL, which PostgreSQL cannot store.
    Text(String),
    /// An integer.
    Int(i64),
    /// A flag.
    Bool(bool),
}

/// A value as a row holds it.
#[derive(Debug, Clone, Copy)]
pub enum Cell<'r> {
    /// No value.
    Null,
    /// Text.
    Text(&'r str),
    /// An integer; SQLite's flags too.
    Int(i64),
    /// A flag.
    Bool(bool),
}

/// What a placeholder can be given.
pub trait IntoValue {
    /// The value as it is stored.
    fn into_value(self) -> Value;
}

/// What a column can be read as.
pub trait FromValue: Sized + Send + 'static {
    /// Reads the cell, or says what was expected.
    ///
    /// # Errors
    /// The reason for a programmer: the column is of another kind, or holds NULL.
    fn from_cell(cell: Cell<'_>) -> Result<Self, String>;
}

/// The values for a statement's placeholders in order: `params![id, version, text]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$($crate::IntoValue::into_value($value)),*] };
}

/// Refuses what does not fit the statement, before any engine sees it, so that both refuse alike.
pub(crate) fn check(sql: &Sql, params: &[Value]) -> Result<(), StoreError> {
    if params.len() != sql.parameters() {
        let detail = format!("{} values for {} placeholders", params.len(), sql.parameters());
        return Err(StoreError::Sql {
            statement: sql.name,
            detail,
        });
    }
    for (index, value) in params.iter().enumerate() {
        if matches!(value, Value::Text(text) if text.as_bytes().contains(&0)) {
            let reason = "text with the character NUL";
            return Err(StoreError::Encode {
                statement: sql.name,
                position: index + 1,
                reason,
            });
        }
    }
    Ok(())
}

impl IntoValue for Value {
    fn into_value(self) -> Value {
        self
    }
}

impl IntoValue for &str {
    fn into_value(self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl IntoValue for String {
    fn into_value(self) -> Value {
        Value::Text(self)
    }
}

impl IntoValue for bool {
    fn into_value(self) -> Value {
        Value::Bool(self)
    }
}

impl IntoValue for usize {
    /// Sizes of things in memory; none comes near the largest `i64`.
    fn into_value(self) -> Value {
        Value::Int(i64::try_from(self).unwrap_or(i64::MAX))
    }
}

impl IntoValue for Moment {
    fn into_value(self) -> Value {
        Value::Int(self.0)
    }
}

impl<T: IntoValue> IntoValue for Option<T> {
    fn into_value(self) -> Value {
        self.map_or(Value::Null, IntoValue::into_value)
    }
}

impl<T: IntoValue + Clone> IntoValue for &T {
    fn into_value(self) -> Value {
        self.clone().into_value()
    }
}

impl FromValue for String {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Text(text) => Ok(text.to_owned()),
            other => Err(format!("text expected, found {other:?}")),
        }
    }
}

impl FromValue for i64 {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Int(number) => Ok(number),
            other => Err(format!("an integer expected, found {other:?}")),
        }
    }
}

impl FromValue for bool {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Bool(flag) => Ok(flag),
            Cell::Int(0) => Ok(false),
            Cell::Int(1) => Ok(true),
            other => Err(format!("a flag expected, found {other:?}")),
        }
    }
}

impl FromValue for Moment {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        i64::from_cell(cell).map(Moment)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Null => Ok(None),
            some => T::from_cell(some).map(Some),
        }
    }
}

/// A column alone is a row too: `tx.one::<i64>(…)`.
macro_rules! single_column_rows {
    ($($type:ty),* $(,)?) => { $(
        impl FromRow for $type {
            const COLUMNS: usize = 1;
            fn from_row(columns: &mut Columns<'_>) -> Result<Self, StoreError> {
                columns.next()
            }
        }
    )* };
}
single_column_rows!(String, i64, bool, Moment);

/// Integers narrower than `i64` go in whole; out they come checked.
macro_rules! integers {
    ($($type:ty),*) => { $(
        impl IntoValue for $type {
            fn into_value(self) -> Value {
                Value::Int(i64::from(self))
            }
        }
        impl FromValue for $type {
            fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
                let number = i64::from_cell(cell)?;
                <$type>::try_from(number)
                    .map_err(|_| format!("{number} does not fit {}", stringify!($type)))
            }
        }
        single_column_rows!($type);
    )* };
}
integers!(u8, u16, u32, i32);

impl IntoValue for i64 {
    fn into_value(self) -> Value {
        Value::Int(self)
    }
}

/// Ids are stored as bare UUIDs: 36 characters, in order of their making.
macro_rules! stored_ids {
    ($($id:ident),* $(,)?) => { $(
        impl IntoValue for ids::$id {
            fn into_value(self) -> Value {
                Value::Text(self.uuid().hyphenated().to_string())
            }
        }
        impl FromValue for ids::$id {
            fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
                match cell {
                    Cell::Text(text) => Uuid::try_parse(text)
                        .map(Self::from_uuid)
                        .map_err(|_| format!("{text:?} is no UUID")),
                    other => Err(format!("a UUID expected, found {other:?}")),
                }
            }
        }
        single_column_rows!(ids::$id);
    )* };
}
stored_ids!(
    TenantId,
    AgentId,
    LoginId,
    SkillGroupId,
    ChannelId,
    FlowId,
    RatingConfigId,
    BotId,
    SecretId,
    VisitorId,
    SessionId,
    EntryId,
    AttachmentId,
    OutboxId,
    NodeId,
);
