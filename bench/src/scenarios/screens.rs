//! S6: lists and sessions over HTTP, while the database grows.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use reqwest::Client;
use serde_json::Value;

use super::{Bench, Form, On};
use crate::fill;
use crate::report;
use crate::target::desk::{block_on, new_folder};

/// Calls of each kind.
const CALLS: usize = 400;
/// Ended sessions of one page.
const PAGE: usize = 50;

/// What the calls of one kind took, in milliseconds.
struct Times(Vec<f64>);

impl Times {
    fn percentile(&self, share: f64) -> f64 {
        let last = self.0.len().saturating_sub(1);
        self.0
            .get((last as f64 * share).ceil() as usize)
            .copied()
            .unwrap_or_default()
    }
}

/// An agent's page without the page.
struct Caller {
    client: Client,
    url: String,
    cookie: String,
}

impl Caller {
    async fn get(&self, path: &str) -> Result<Value> {
        let answer = self
            .client
            .get(format!("{}/api/v1{path}", self.url))
            .header("cookie", &self.cookie);
        let answer = answer.send().await?.error_for_status()?;
        Ok(serde_json::from_slice(&answer.bytes().await?)?)
    }

    async fn time(&self, path: impl Fn(usize) -> String) -> Result<Times> {
        let mut times = Vec::with_capacity(CALLS);
        for number in 0..CALLS {
            let path = path(number);
            let begin = Instant::now();
            self.get(&path).await?;
            times.push(begin.elapsed().as_secs_f64() * 1000.0);
        }
        times.sort_unstable_by(f64::total_cmp);
        Ok(Times(times))
    }
}

/// S6 at all sizes of the form; growth compares the two largest.
///
/// # Errors
/// When a call fails.
pub fn s6(bench: &Bench) -> Result<()> {
    let sizes: &[(u64, &str)] = match bench.form {
        Form::Quick => &[(20_000, "20k"), (100_000, "100k")],
        Form::Normal => &[(100_000, "100k"), (1_000_000, "1M")],
        Form::Full => &[(100_000, "100k"), (1_000_000, "1M"), (10_000_000, "10M")],
    };
    bench.probe("S6")?;
    let mut medians: Vec<Vec<(&str, f64)>> = Vec::new();
    for (messages, size) in sizes {
        let found = at_size(bench, *messages)?;
        let mut of_size = Vec::new();
        for (what, times) in found {
            eprintln!("  {what} at {size}: p50 {:.2} ms", times.percentile(0.5));
            report::alone(&format!("S6-{what}-{size}"), times.percentile(0.99), "ms p99");
            of_size.push((what, times.percentile(0.5)));
        }
        medians.push(of_size);
    }
    if let [.., small, large] = medians.as_slice() {
        for ((what, small), (_, large)) in small.iter().zip(large) {
            report::compared(
                &format!("S6-growth-{what}"),
                *large,
                "ms p50, to the size before",
                *small,
            );
        }
    }
    Ok(())
}

fn at_size(bench: &Bench, messages: u64) -> Result<Vec<(&'static str, Times)>> {
    let folder = new_folder(&bench.work)?;
    let begin = Instant::now();
    let people = fill::fill(folder.path(), messages)?;
    eprintln!("  filled {messages} messages in {:.0} s", begin.elapsed().as_secs_f64());
    let serving = bench.site(folder.path(), On::Sqlite)?.serve("one")?;
    let caller = Caller {
        client: Client::builder().timeout(Duration::from_secs(30)).build()?,
        url: format!("http://{}", serving.address),
        cookie: format!("frontdesk={}", people.agents[0]),
    };
    let found = block_on(async {
        let (ids, cursors) = walk(&caller).await?;
        let pick = |number: usize| &ids[number * 7919 % ids.len()];
        let list = caller.time(|_| "/workbench".to_owned()).await?;
        let ended = caller.time(|_| format!("/sessions?limit={PAGE}")).await?;
        let deep = caller.time(|number| format!("/sessions?limit={PAGE}&cursor={}", cursors[number % cursors.len()]));
        let deep = deep.await?;
        let filtered = caller.time(|number| format!("/sessions?limit={PAGE}&query=Visitor%20{number}"));
        let filtered = filtered.await?;
        let open = caller
            .time(|number| format!("/sessions/{}/entries?limit={PAGE}", pick(number)))
            .await?;
        Ok(vec![
            ("list", list),
            ("ended", ended),
            ("deep", deep),
            ("filtered", filtered),
            ("open", open),
        ])
    })?;
    serving.stop()?;
    Ok(found)
}

/// Ids of this agent's ended sessions and the cursors of the last pages.
async fn walk(caller: &Caller) -> Result<(Vec<String>, Vec<String>)> {
    let (mut ids, mut cursors) = (Vec::new(), Vec::new());
    let mut path = "/sessions?limit=10".to_owned();
    loop {
        let page = caller.get(&path).await?;
        let items = page["items"].as_array().context("a page without items")?;
        ids.extend(items.iter().filter_map(|item| item["id"].as_str().map(str::to_owned)));
        let Some(next) = page["next"].as_str() else { break };
        cursors.push(next.to_owned());
        path = format!("/sessions?limit=10&cursor={next}");
    }
    ensure!(!ids.is_empty() && !cursors.is_empty(), "the agent has too few sessions");
    let deepest = cursors.split_off(cursors.len() - cursors.len().div_ceil(4));
    Ok((ids, deepest))
}
