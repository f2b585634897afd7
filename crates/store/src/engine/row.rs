//! Rows: columns by position become fields in order.

use super::error::StoreError;
use super::value::{Cell, FromValue};

/// A type that a whole row becomes.
pub trait FromRow: Sized + Send + 'static {
    /// How many columns the statement must have.
    const COLUMNS: usize;
    /// Takes the columns from left to right.
    ///
    /// # Errors
    /// [`StoreError::Decode`] when a column is of another kind than its field.
    fn from_row(columns: &mut Columns<'_>) -> Result<Self, StoreError>;
}

/// The columns of one row, taken from left to right.
pub struct Columns<'r> {
    statement: &'static str,
    next: usize,
    cell: &'r dyn Fn(usize) -> Result<Cell<'r>, String>,
}

impl<'r> Columns<'r> {
    /// The columns of one row of `statement`; `cell` reads one of them by its number.
    pub(crate) fn new(statement: &'static str, cell: &'r dyn Fn(usize) -> Result<Cell<'r>, String>) -> Self {
        Self {
            statement,
            next: 0,
            cell,
        }
    }

    /// The next column.
    ///
    /// # Errors
    /// [`StoreError::Decode`] when it cannot be read as a `T`.
    #[expect(clippy::should_implement_trait, reason = "each column is of a type of its own")]
    pub fn next<T: FromValue>(&mut self) -> Result<T, StoreError> {
        let column = self.next;
        self.next += 1;
        (self.cell)(column)
            .and_then(T::from_cell)
            .map_err(|reason| StoreError::Decode {
                statement: self.statement,
                column,
                reason,
            })
    }
}

/// Refuses a statement whose columns are not those of `R`; also when it finds no row.
pub(crate) fn check_columns<R: FromRow>(statement: &'static str, found: usize) -> Result<(), StoreError> {
    if found == R::COLUMNS {
        return Ok(());
    }
    let reason = format!("the statement has {found} columns, the row type {}", R::COLUMNS);
    Err(StoreError::Decode {
        statement,
        column: found.min(R::COLUMNS),
        reason,
    })
}

/// Declares a row type: `row! { #[derive(Debug)] pub struct GroupRow { pub id: SkillGroupId, … } }`.
/// The first field is the first column, and so on.
#[macro_export]
macro_rules! row {
    ($(
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $($(#[$field_meta:meta])* $field_vis:vis $field:ident : $type:ty),+ $(,)?
        }
    )+) => { $(
        $(#[$meta])*
        $vis struct $name {
            $($(#[$field_meta])* $field_vis $field: $type),+
        }

        impl $crate::FromRow for $name {
            const COLUMNS: usize = [$(stringify!($field)),+].len();
            fn from_row(columns: &mut $crate::Columns<'_>) -> Result<Self, $crate::StoreError> {
                Ok(Self { $($field: columns.next()?),+ })
            }
        }
    )+ };
}

macro_rules! tuples {
    ($($count:literal: $($column:ident)+;)+) => { $(
        impl<$($column: FromValue),+> FromRow for ($($column,)+) {
            const COLUMNS: usize = $count;
            fn from_row(columns: &mut Columns<'_>) -> Result<Self, StoreError> {
                Ok(($(columns.next::<$column>()?,)+))
            }
        }
    )+ };
}
tuples! {
    1: A;
    2: A B;
    3: A B C;
    4: A B C D;
    5: A B C D E;
    6: A B C D E F;
    7: A B C D E F G;
    8: A B C D E F G H;
}
