//! Contact centres.

use domain::ids::TenantId;
use domain::moment::Moment;

use crate::{Query, StoreError, Tx, params, row, sql};

sql! {
    INSERT = "INSERT INTO tenants (id, name, routing, created_at) VALUES ($1, $2, $3, $4)";
    FIND = "SELECT id, name FROM tenants WHERE id = $1";
    OLDEST = "SELECT id, name FROM tenants ORDER BY id LIMIT 1";
    RECEPTION = "SELECT reception FROM tenants WHERE id = $1";
    SET_RECEPTION = "UPDATE tenants SET reception = $2 WHERE id = $1";
    // Changes nothing, but is waited for: what follows in this transaction is decided one at a time for a tenant.
    LOCK = "UPDATE tenants SET name = name WHERE id = $1";
}

row! {
    /// A contact centre.
    #[derive(Debug, Clone)]
    pub struct TenantRow {
        /// Which.
        pub id: TenantId,
        /// Its name.
        pub name: String,
    }
}

/// Adds a contact centre; `routing` is its policy as JSON.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &mut Tx, id: TenantId, name: &str, routing: &str, now: Moment) -> Result<(), StoreError> {
    tx.execute(&INSERT, params![id, name, routing, now.0]).await?;
    Ok(())
}

/// A contact centre.
///
/// # Errors
/// When the database fails.
pub async fn find<Q: Query>(q: &mut Q, id: TenantId) -> Result<Option<TenantRow>, StoreError> {
    q.optional(&FIND, params![id]).await
}

/// How a contact centre receives visitors, as JSON; an empty object where nobody has set it.
///
/// # Errors
/// When the database fails, or there is no such contact centre.
pub async fn reception<Q: Query>(q: &mut Q, id: TenantId) -> Result<String, StoreError> {
    Ok(q.one::<(String,)>(&RECEPTION, params![id]).await?.0)
}

/// Sets how a contact centre receives visitors, as JSON.
///
/// # Errors
/// When the database fails.
pub async fn set_reception(tx: &mut Tx, id: TenantId, reception: &str) -> Result<(), StoreError> {
    tx.execute(&SET_RECEPTION, params![id, reception]).await?;
    Ok(())
}

/// The first contact centre that was made; none in an empty database.
///
/// # Errors
/// When the database fails.
pub async fn oldest<Q: Query>(q: &mut Q) -> Result<Option<TenantRow>, StoreError> {
    q.optional(&OLDEST, params![]).await
}

/// Makes other transactions that ask for the same wait until this one is over, so that rules over several rows
/// (one administrator stays, names are unique, nothing in use is deleted) hold on every engine.
///
/// # Errors
/// When the database fails.
pub async fn lock(tx: &mut Tx, id: TenantId) -> Result<(), StoreError> {
    tx.execute(&LOCK, params![id]).await?;
    Ok(())
}
