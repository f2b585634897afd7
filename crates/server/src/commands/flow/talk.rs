//! `frontdesk flow try`.

use std::io::BufRead as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use domain::flow::trial::{self, Event, Trial, Waiting, World};
use domain::flow::{Document, Input, QueueFacts, RobotReply, RunState};
use domain::message::{Content, plain};
use domain::moment::Moment;
use serde_json::{Value, json};

use super::read;
use crate::commands::say;

const HELP: &str = "\
Lines are messages of the visitor; a line that begins with two slashes is one that begins with one. Beside them:
/file                 the visitor sends a picture or a file
/place                the visitor asks for the place in the queue
/accept               an agent takes the session
/timeout              nobody took it within the queue time
/end                  the agent ends the session
/reminder             the visitor was silent for the end node's time of a reminder
/silent               the visitor was silent for the end node's time
/inactive             nobody said anything for the end node's time
/bot TEXT             the bot answers
/bot-unknown          the bot knows no answer
/bot-solved           the bot says that the visitor is helped
/bot-gives-up         the bot gives up
/at TIME              from now on it is this time
/variables            lists what was collected
/help                 lists these words";

/// Flags of `flow try`.
#[derive(Args)]
pub(crate) struct Try {
    /// The flow, as exported (JSON). It may have faults, as a draft may.
    file: PathBuf,
    /// Print one JSON object a line for each thing that happens, and `waits` when it is the other side's turn.
    ///
    /// A line of input that is a JSON object or string is then an input of the interpreter, such as
    /// `{"visitor_text":"two\nlines"}` or `"accepted"`; options are answered by their own text only.
    #[arg(long)]
    json: bool,
    /// The time for service hours: `2026-10-01T09:30:00+08:00`, or `2026-10-01T09:30` in the flow's time zone [default:
    /// now].
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// What is answered to the calls of an API-call node, by the node's id; may be given for several nodes. Calls of
    /// other nodes fail.
    #[arg(long = "answer", value_name = "NODE=JSON")]
    answers: Vec<String>,
    /// How many sessions wait already in every queue.
    #[arg(long, default_value_t = 0, value_name = "SESSIONS", value_parser = clap::value_parser!(i64).range(0..=1_000_000))]
    ahead: i64,
    /// How many agents are online in every skill group.
    #[arg(long, default_value_t = 1, value_name = "AGENTS", value_parser = clap::value_parser!(i64).range(0..=1_000_000))]
    online: i64,
}

impl Try {
    pub(super) fn run(self) -> Result<ExitCode> {
        let document = read(&self.file)?;
        let at = match &self.at {
            Some(text) => Some(time(text, &document)?),
            None => None,
        };
        let world = self.world(&document)?;
        let mut talk = Talk {
            trial: Trial::new(&document),
            document,
            world,
            at,
            asked: None,
            is_json: self.json,
        };
        talk.take(Input::Started)?;
        for line in std::io::stdin().lock().lines() {
            if talk.trial.waiting() == Waiting::Over {
                break;
            }
            let line = line.context("reading from standard input")?;
            if let Err(error) = talk.line(&line) {
                talk.refuse(&error)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    fn world(&self, document: &Document) -> Result<World> {
        let mut world = World {
            queue: QueueFacts {
                ahead: self.ahead,
                online: self.online,
                free: if self.ahead > 0 { 0 } else { self.online },
            },
            ..World::default()
        };
        let parameters = &mut world.parameters;
        parameters.wait_no = self.ahead.to_string();
        "1001".clone_into(&mut parameters.staff_no);
        "Agent".clone_into(&mut parameters.staff_nickname);
        "chn_try".clone_into(&mut parameters.client_app_id);
        "Try".clone_into(&mut parameters.client_app_name);
        "vis_try".clone_into(&mut parameters.system_client_user_id);
        "ses_try".clone_into(&mut parameters.system_session_id);
        for answer in &self.answers {
            let Some((node, json)) = answer.split_once('=') else {
                bail!("--answer {answer}: write NODE=JSON");
            };
            if document.node(node).is_none() {
                bail!("--answer {answer}: the flow has no node \"{node}\"");
            }
            let _value: Value = serde_json::from_str(json).with_context(|| format!("--answer {answer}: not JSON"))?;
            world.answers.insert(node.to_owned(), json.to_owned());
        }
        Ok(world)
    }
}

fn time(text: &str, document: &Document) -> Result<Moment> {
    trial::time(text, document).with_context(|| format!("{text:?} is no time; write 2026-10-01T09:30"))
}

/// A conversation on the terminal.
struct Talk {
    document: Document,
    world: World,
    trial: Trial,
    /// The time; the clock's when nobody set one.
    at: Option<Moment>,
    /// What was asked last.
    asked: Option<Content>,
    is_json: bool,
}

impl Talk {
    /// Does what a line says.
    fn line(&mut self, line: &str) -> Result<()> {
        if self.is_json
            && let Ok(value @ (Value::Object(_) | Value::String(_))) = serde_json::from_str(line)
        {
            let input = serde_json::from_value(value).context("no such input")?;
            return self.take(input);
        }
        match line.strip_prefix('/') {
            Some(text) if text.starts_with('/') => self.visitor(text),
            Some(word) => self.word(word),
            None => self.visitor(line),
        }
    }

    fn visitor(&mut self, text: &str) -> Result<()> {
        // Blank messages are none: the desk takes none either.
        if text.trim().is_empty() {
            return Ok(());
        }
        let is_asking = self.trial.waiting() == Waiting::Answer;
        let asked = self.asked.as_ref().filter(|_| is_asking && !self.is_json);
        let text = match asked.and_then(|asked| plain::answer(asked, text)) {
            Some(plain::Answer::Item(item)) => item.content.clone(),
            _ => text.to_owned(),
        };
        self.take(Input::VisitorText(text))
    }

    fn word(&mut self, line: &str) -> Result<()> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let input = match word {
            "file" => Input::VisitorFile,
            "place" => Input::PlaceWanted,
            "accept" => Input::Accepted,
            "timeout" => Input::QueueTimedOut,
            "end" => Input::AgentEnded,
            "reminder" => Input::VisitorSlow,
            "silent" => Input::VisitorSilent,
            "inactive" => Input::Inactive,
            "bot" => {
                let text = rest.to_owned();
                let content = Content::Text { text };
                self.bot(RobotReply::Answer { content })?
            }
            "bot-unknown" => self.bot(RobotReply::Unknown)?,
            "bot-solved" => self.bot(RobotReply::Solved)?,
            "bot-gives-up" => self.bot(RobotReply::GaveUp)?,
            "at" => {
                self.at = Some(time(rest, &self.document)?);
                return Ok(());
            }
            "variables" => {
                self.tell_variables();
                return Ok(());
            }
            "help" => {
                say(HELP);
                return Ok(());
            }
            _ => bail!("/{word}: no such word; /help lists them"),
        };
        self.take(input)
    }

    fn bot(&self, reply: RobotReply) -> Result<Input> {
        match self.trial.run.state {
            RunState::AskingRobot { call, .. } => Ok(Input::RobotAnswered { call, reply }),
            _ => bail!("no bot was asked"),
        }
    }

    fn take(&mut self, input: Input) -> Result<()> {
        let now = self.at.unwrap_or_else(|| app::Clock::system().now());
        for event in self.trial.take(&self.document, input, &self.world, now) {
            if self.is_json {
                say(&serde_json::to_string(&event)?);
            } else {
                self.tell(&event);
            }
            if let Event::Asked { content, .. } = event {
                self.asked = Some(content);
            }
        }
        let waiting = self.trial.waiting();
        if self.is_json {
            let run = &self.trial.run;
            say(&json!({ "type": "waits", "for": waiting, "node": run.node, "variables": run.variables }).to_string());
        } else if let Some(hint) = hint(waiting) {
            say(&format!("  ({hint})"));
        }
        Ok(())
    }

    fn refuse(&self, error: &anyhow::Error) -> Result<()> {
        if self.is_json {
            say(&serde_json::to_string(
                &json!({ "type": "refused", "reason": format!("{error:#}") }),
            )?);
        } else {
            eprintln!("frontdesk: {error:#}");
        }
        Ok(())
    }

    fn tell_variables(&self) {
        let variables = &self.trial.run.variables;
        if self.is_json {
            say(&json!({ "type": "variables", "variables": variables }).to_string());
        } else {
            for (name, value) in variables {
                say(&format!("  {name} = {value}"));
            }
        }
    }

    fn tell(&self, event: &Event) {
        match event {
            Event::Step { node } => match self.document.node(node).map(|node| node.label.as_str()) {
                Some(label) if !label.is_empty() => say(&format!("  [{node}] {label}")),
                _ => say(&format!("  [{node}]")),
            },
            Event::Said { content, .. } | Event::Asked { content, .. } => say(&plain::to_text(content)),
            Event::Answered { choice, .. } => say(&format!("  answered: {}", choice.content)),
            Event::Called {
                attempt,
                url,
                body,
                answer,
                ..
            } => {
                let answer = answer.as_deref().unwrap_or("fails");
                say(&format!("  try {attempt}: POST {url} {body} -> {answer}"));
            }
            Event::AskedRobot { bot_id, text, .. } => say(&format!("  {bot_id} is asked: {text}")),
            Event::AskedQueue { skill_group_id } => {
                let QueueFacts { ahead, online, .. } = self.world.queue;
                say(&format!("  {skill_group_id}: {ahead} wait, {online} online"));
            }
            Event::Enqueued { skill_group_id, .. } => say(&format!("  waits for {skill_group_id}")),
            Event::LeftQueue => say("  leaves the queue"),
            Event::FellBack { reason } => say(&format!("  cannot go on ({reason:?}): the fallback follows")),
            Event::Ended => say("  the session ends"),
        }
    }
}

/// What can be done now that is not simply to write.
const fn hint(waiting: Waiting) -> Option<&'static str> {
    match waiting {
        Waiting::Robot => Some("/bot TEXT answers, /bot-unknown, /bot-solved and /bot-gives-up do not"),
        Waiting::Queue => Some("/accept takes the session, /timeout is the end of the wait"),
        Waiting::Agent => Some("/end, /reminder, /silent and /inactive are how it goes on"),
        Waiting::Answer | Waiting::Question | Waiting::Over => None,
    }
}
