//! An agent's connection is a lease with a grace (C11, ROUTE-22): who loses it gets nothing new at once, keeps what is
//! at hand for a while, and then the contact centre's rule decides about it. A short drop moves nothing (M9).

use domain::agent::SpanCause;
use domain::ids::{AgentId, TenantId};
use domain::moment::Moment;
use domain::reception::AfterGrace;
use domain::session::RequeueReason;
use store::Tx;
use store::timers::TimerKind;

use crate::effects::Aftermath;
use crate::error::AppError;
use crate::sessions::requeue_all_of;
use crate::{App, reception_settings, streams};

/// A connection of the agent stands.
///
/// # Errors
/// When the database fails.
pub(crate) async fn came(tx: &mut Tx, id: AgentId, now: Moment) -> Result<(), AppError> {
    if store::agent_connections::connect(tx, id, now).await? {
        store::agent_spans::note(tx, id, SpanCause::Connected, Some(id), now).await?;
        store::timers::disarm(tx, TimerKind::AgentGrace, id).await?;
    }
    Ok(())
}

/// The agent's last connection may be lost: on this node, or with another one.
///
/// # Errors
/// When the database fails.
pub(crate) async fn went(tx: &mut Tx, id: AgentId, now: Moment) -> Result<Aftermath, AppError> {
    let mut aftermath = Aftermath::default();
    let Some(lost) = store::agent_connections::lose(tx, id, now).await? else {
        return Ok(aftermath);
    };
    store::agent_spans::note(tx, id, SpanCause::Disconnected, None, now).await?;
    let grace = reception_settings::of(tx, lost.tenant_id).await?.grace_seconds;
    store::timers::arm(tx, TimerKind::AgentGrace, (lost.tenant_id, id), now.plus_seconds(grace)).await?;
    aftermath.set_timer();
    aftermath.ring(streams::agent(id));
    Ok(aftermath)
}

/// Notes who was connected to a node that is gone.
///
/// # Errors
/// When the database fails.
pub(crate) async fn notice_lost(app: &App) -> Result<(), AppError> {
    let lost = store::agent_connections::lost(&mut app.store.reader(), app.clock.now()).await?;
    for id in lost {
        let now = app.clock.now();
        let aftermath = app.store.write(async move |tx| went(tx, id, now).await).await?;
        aftermath.tell(app);
    }
    Ok(())
}

/// The time to come back is over: the contact centre's rule decides about the sessions at hand (ROUTE-22).
///
/// # Errors
/// When the database fails.
pub(crate) async fn grace_over(
    app: &App,
    tx: &mut Tx,
    (tenant, id): (TenantId, AgentId),
) -> Result<Aftermath, AppError> {
    let (mut aftermath, now) = (Aftermath::default(), app.clock.now());
    let Some(lost) = store::agent_connections::lost_since(tx, id).await? else {
        return Ok(aftermath);
    };
    let settings = reception_settings::of(tx, tenant).await?;
    // While no node ran nobody could come back: the grace counts from when there was one again.
    let up = store::agent_connections::up_since(tx, now).await?.unwrap_or(now);
    let due = lost.max(up).plus_seconds(settings.grace_seconds);
    if due > now {
        store::timers::arm(tx, TimerKind::AgentGrace, (tenant, id), due).await?;
        aftermath.set_timer();
        return Ok(aftermath);
    }
    aftermath.join(give_up(app, tx, (tenant, id)).await?);
    Ok(aftermath)
}

/// Nobody comes back to a lost connection: its time is over, or the agent has signed out. The contact centre's rule
/// decides about the sessions at hand. Changes nothing while a connection stands.
///
/// # Errors
/// When the database fails.
pub(crate) async fn give_up(app: &App, tx: &mut Tx, (tenant, id): (TenantId, AgentId)) -> Result<Aftermath, AppError> {
    let (mut aftermath, now) = (Aftermath::default(), app.clock.now());
    if !store::agent_connections::give_up(tx, id, now).await? {
        return Ok(aftermath);
    }
    store::agent_spans::note(tx, id, SpanCause::GraceOver, None, now).await?;
    store::timers::disarm(tx, TimerKind::AgentGrace, id).await?;
    aftermath.ring(streams::agent(id));
    if reception_settings::of(tx, tenant).await?.after_grace == AfterGrace::Requeue {
        let requeued = requeue_all_of(app, tx, (tenant, id), RequeueReason::AgentDisconnected).await?;
        requeued.streams.into_iter().for_each(|stream| aftermath.ring(stream));
        requeued.groups.into_iter().for_each(|group| aftermath.fill(group));
    }
    Ok(aftermath)
}
