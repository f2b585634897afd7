//! Changes that a body puts off, so that those of many bodies reach the database together.

use std::collections::HashMap;

use super::error::StoreError;
use super::sql::Sql;
use super::value::{Value, check};

/// A change that was put off.
#[derive(Debug)]
pub(crate) struct Later {
    sql: &'static Sql,
    params: Vec<Value>,
    must: Must,
}

/// What a change must do to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Must {
    /// Nothing but succeed.
    Succeed,
    /// Change one row (`$1`) from one version (`$2`) to another (`$3`).
    MoveRow,
}

impl Later {
    pub(crate) const fn add(sql: &'static Sql, params: Vec<Value>) -> Self {
        Self {
            sql,
            params,
            must: Must::Succeed,
        }
    }

    pub(crate) const fn move_row(sql: &'static Sql, params: Vec<Value>) -> Self {
        Self {
            sql,
            params,
            must: Must::MoveRow,
        }
    }

    /// Refuses what no engine could take, and what nobody would look for.
    ///
    /// # Errors
    /// As [`check`]; [`StoreError::Sql`] for a table that is not among those whose readers wait.
    pub(crate) fn is_sound(&self) -> Result<(), StoreError> {
        if !self.sql.meets_later() {
            return Err(StoreError::Sql {
                statement: self.sql.name,
                detail: "changes of this table are not put off".to_owned(),
            });
        }
        check(self.sql, &self.params)
    }
}

/// What there is to do, in the order in which it is to be done.
pub(crate) struct Due {
    /// The statements.
    pub(crate) statements: Vec<(&'static Sql, Vec<Value>)>,
    /// How many of them, at the beginning, must change one row each.
    moves: usize,
}

impl Due {
    /// Rows first: on PostgreSQL they hold others up until the commit. Several moves of one row become one, from the
    /// version that the first found to the version and the values of the last.
    pub(crate) fn of(later: impl Iterator<Item = Later>) -> Self {
        let (mut statements, mut rest) = (Vec::<(&'static Sql, Vec<Value>)>::new(), Vec::new());
        let mut places = HashMap::<(&'static str, String), usize>::new();
        for Later { sql, mut params, must } in later {
            if must == Must::Succeed {
                rest.push((sql, params));
                continue;
            }
            let row = match params.first() {
                Some(Value::Text(row)) => row.clone(),
                _ => String::new(),
            };
            match places.entry((sql.name, row)) {
                std::collections::hash_map::Entry::Occupied(place) => {
                    if let Some((_, known)) = statements.get_mut(*place.get()) {
                        if let (Some(first), Some(version)) = (known.get_mut(1), params.get_mut(1)) {
                            std::mem::swap(first, version);
                        }
                        *known = params;
                    }
                }
                std::collections::hash_map::Entry::Vacant(place) => {
                    place.insert(statements.len());
                    statements.push((sql, params));
                }
            }
        }
        let moves = statements.len();
        statements.append(&mut rest);
        Self { statements, moves }
    }

    /// Whether every row was moved.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody was faster.
    pub(crate) fn check(&self, changed: &[u64]) -> Result<(), StoreError> {
        if changed.iter().take(self.moves).all(|rows| *rows == 1) {
            Ok(())
        } else {
            Err(StoreError::Stale)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params;

    static MOVE: Sql = Sql::new(
        "MOVE",
        file!(),
        "UPDATE t SET version = $3, word = $4 WHERE id = $1 AND version = $2",
    );
    static ADD: Sql = Sql::new("ADD", file!(), "INSERT INTO t (id) VALUES ($1)");

    /// C05: one row that several bodies of a group move is moved once, from where the first found it to where the last
    /// left it, and anything else stays in its order.
    #[test]
    fn c05_moves_of_one_row_become_one() {
        let later = [
            Later::add(&ADD, params!["first"]),
            Later::move_row(&MOVE, params!["a", 4, 5, "one"]),
            Later::move_row(&MOVE, params!["b", 9, 10, "other"]),
            Later::add(&ADD, params!["second"]),
            Later::move_row(&MOVE, params!["a", 5, 6, "two"]),
        ];
        let due = Due::of(later.into_iter());
        let told: Vec<_> = due
            .statements
            .iter()
            .map(|(sql, params)| (sql.name, params.clone()))
            .collect();
        assert_eq!(
            told,
            [
                ("MOVE", params!["a", 4, 6, "two"]),
                ("MOVE", params!["b", 9, 10, "other"]),
                ("ADD", params!["first"]),
                ("ADD", params!["second"]),
            ]
        );
        assert!(
            Later::add(&ADD, params!["third"]).is_sound().is_err(),
            "nobody would look for it"
        );
        assert_eq!(due.check(&[1, 1, 0, 0]), Ok(()));
        assert_eq!(due.check(&[1, 0, 1, 1]), Err(StoreError::Stale));
    }
}
