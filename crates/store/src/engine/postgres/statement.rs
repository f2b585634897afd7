//! Statements, values and rows of PostgreSQL.

use futures_util::TryStreamExt;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type};
use tokio_postgres::{Client, Error, Row, Statement};

use crate::engine::error::StoreError;
use crate::engine::row::{Columns, FromRow};
use crate::engine::value::{Cell, Value};

/// The types of the values, so that the server need not guess them. It guesses for NULL, which fits
/// everywhere a guess is possible.
pub(super) fn types(params: &[Value]) -> Vec<Type> {
    let type_of = |value: &Value| match value {
        Value::Null => Type::UNKNOWN,
        Value::Text(_) => Type::TEXT,
        Value::Int(_) => Type::INT8,
        Value::Bool(_) => Type::BOOL,
    };
    params.iter().map(type_of).collect()
}

/// The rows as the driver has them.
pub(super) async fn fetch(client: &Client, statement: &Statement, params: &[Value]) -> Result<Vec<Row>, Error> {
    client.query_raw(statement, params).await?.try_collect().await
}

/// The rows as their type wants them.
pub(super) fn decode<R: FromRow>(name: &'static str, found: &[Row]) -> Result<Vec<R>, StoreError> {
    let row = |row: &Row| R::from_row(&mut Columns::new(name, &|column| cell(row, column)));
    found.iter().map(row).collect()
}

fn cell(row: &Row, column: usize) -> Result<Cell<'_>, String> {
    let Some(type_) = row.columns().get(column).map(|column| column.type_().clone()) else {
        return Err("there is no such column".to_owned());
    };
    let read = match type_ {
        Type::TEXT | Type::VARCHAR | Type::NAME | Type::BPCHAR | Type::UNKNOWN => {
            row.try_get::<_, Option<&str>>(column).map(|text| text.map(Cell::Text))
        }
        Type::INT8 => row
            .try_get::<_, Option<i64>>(column)
            .map(|number| number.map(Cell::Int)),
        Type::INT4 => row
            .try_get::<_, Option<i32>>(column)
            .map(|number| number.map(|number| Cell::Int(i64::from(number)))),
        Type::BOOL => row.try_get::<_, Option<bool>>(column).map(|flag| flag.map(Cell::Bool)),
        other => return Err(format!("the type {other} is not used here: cast it")),
    };
    read.map(|cell| cell.unwrap_or(Cell::Null))
        .map_err(|error| error.to_string())
}

impl ToSql for Value {
    fn to_sql(&self, type_: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Text(text) => text.to_sql(type_, out),
            Self::Int(number) => number.to_sql(type_, out),
            Self::Bool(flag) => flag.to_sql(type_, out),
        }
    }

    /// The statement was prepared with the types of these very values.
    fn accepts(_: &Type) -> bool {
        true
    }

    tokio_postgres::types::to_sql_checked!();
}
