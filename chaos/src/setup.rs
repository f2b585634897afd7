//! Fills an empty desk before anything breaks: a skill group with a low limit, agents in it, a channel.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{ADMIN_EMAIL, ADMIN_PASSWORD, CHANNEL};

use crate::load::{Account, Answered, Http};

/// Most sessions of one agent at a time: low, so that the limit is met all the time (I08).
pub const RECEPTION_LIMIT: i64 = 3;
const PASSWORD: &str = "correct horse battery staple";
const PATIENCE: Duration = Duration::from_secs(15);

/// Makes the channel and so many agents; answers how these sign in.
///
/// # Errors
/// When the desk refuses something.
pub async fn fill(address: SocketAddr, agents: usize) -> Result<Vec<Account>> {
    let nobody = Http::new(address, PATIENCE)?;
    let admin = sign_in(&nobody, ADMIN_EMAIL, ADMIN_PASSWORD).await?;
    let groups = admin.must(Method::GET, "/skill-groups", &Value::Null).await?;
    let group = groups["items"][0]["id"].as_str().context("a skill group")?.to_owned();
    let limit = json!({ "reception_limit": RECEPTION_LIMIT });
    admin
        .must(Method::PATCH, &format!("/skill-groups/{group}"), &limit)
        .await?;
    let flows = admin.must(Method::GET, "/flows", &Value::Null).await?;
    let channel = json!({ "title": "Shop", "flow_id": flows["items"][0]["id"], "key": CHANNEL });
    admin.must(Method::POST, "/channels", &channel).await?;
    let mut accounts = Vec::new();
    for number in 1..=agents {
        accounts.push(hire(&admin, &nobody, number, &group).await?);
    }
    Ok(accounts)
}

async fn hire(admin: &Http, nobody: &Http, number: usize, group: &str) -> Result<Account> {
    let email = format!("a{number}@example.com");
    let new = json!({
        "name": format!("Agent {number}"), "nickname": format!("a{number}"), "staff_no": format!("S{number}"),
        "email": email, "role": "agent", "skill_group_ids": [group],
    });
    admin.must(Method::POST, "/agents", &new).await?;
    let mails = admin.must(Method::GET, "/mail-outbox?limit=100", &Value::Null).await?;
    let mails = mails["items"].as_array().context("mails")?;
    let mail = mails
        .iter()
        .find(|mail| mail["to"] == *email)
        .context("the agent's mail")?;
    let told = mail["body"].as_str().and_then(|body| body.split_once("assword: "));
    let first = told
        .and_then(|(_, rest)| rest.split_whitespace().next())
        .context("a password")?;
    let agent = sign_in(nobody, &email, first).await?;
    let change = json!({ "current_password": first, "new_password": PASSWORD });
    agent.must(Method::POST, "/password", &change).await?;
    let me = agent.must(Method::GET, "/me", &Value::Null).await?;
    Ok(Account {
        email,
        password: PASSWORD.to_owned(),
        id: me["id"].as_str().context("an id")?.to_owned(),
    })
}

async fn sign_in(nobody: &Http, email: &str, password: &str) -> Result<Http> {
    let body = json!({ "identifier": email, "password": password });
    match nobody.call(Method::POST, "/sign-in", &body).await {
        Answered::Ok { body, cookie, .. } => Ok(nobody
            .clone()
            .with("cookie", &cookie.context("a cookie")?)
            .with("x-csrf-token", body["csrf_token"].as_str().context("a token")?)),
        other => bail!("{email} cannot sign in: {other:?}"),
    }
}
