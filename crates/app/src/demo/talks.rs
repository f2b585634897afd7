//! The conversations of the sample contact centre.

use domain::agent::AgentStatus;
use domain::ids::SkillGroupId;
use domain::message::ClientId;
use domain::moment::Moment;
use domain::visitor::Language;
use uuid::Uuid;

use super::CHANNEL_KEY;
use crate::command::CommandKey;
use crate::conversation::{self, NewContent, Post};
use crate::error::AppError;
use crate::principals::{Agent, Visitor};
use crate::visitors::{self, About, Claim};
use crate::{App, agents, routing, sessions};

/// Who says a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Visitor,
    Agent,
}

use By::{Agent as A, Visitor as V};

/// One conversation.
struct Talk {
    /// Index into [`VISITORS`].
    visitor: usize,
    /// Index of the agent.
    agent: usize,
    /// When it begins, in minutes after the first day's beginning.
    minute: i64,
    /// Who says what.
    lines: &'static [(By, &'static str)],
    /// Who ends it.
    ended_by: By,
}

/// Somebody who writes.
struct Person {
    nickname: &'static str,
    language: Language,
    address: &'static str,
    user_agent: &'static str,
}

const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                     Version/17.4 Mobile/15E148 Safari/604.1";
const COMPUTER: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                        Chrome/124.0.0.0 Safari/537.36";

const VISITORS: [Person; 5] = [
    Person {
        nickname: "周女士",
        language: Language::Zh,
        address: "203.0.113.10",
        user_agent: PHONE,
    },
    Person {
        nickname: "Michael",
        language: Language::En,
        address: "203.0.113.20",
        user_agent: COMPUTER,
    },
    Person {
        nickname: "李先生",
        language: Language::Zh,
        address: "203.0.113.30",
        user_agent: COMPUTER,
    },
    Person {
        nickname: "Sofia",
        language: Language::En,
        address: "203.0.113.40",
        user_agent: PHONE,
    },
    Person {
        nickname: "赵同学",
        language: Language::Zh,
        address: "203.0.113.50",
        user_agent: PHONE,
    },
];

const TALKS: [Talk; 7] = [
    Talk {
        visitor: 0,
        agent: 0,
        minute: 75,
        lines: &[
            (V, "你好，想问一下桌面咖啡机有现货吗？"),
            (A, "您好，有现货的，黑色和米白色都有 😊"),
            (V, "米白色大概几天能到杭州？"),
            (A, "今天下午四点前下单，今天就能发出，杭州一般第二天到。"),
            (V, "好的，我先下单看看"),
            (A, "好的，下单后有问题随时找我们。"),
        ],
        ended_by: A,
    },
    Talk {
        visitor: 1,
        agent: 1,
        minute: 190,
        lines: &[
            (V, "Hi, do you ship to Singapore?"),
            (A, "Hello Michael, yes we do. It takes 4 to 6 days."),
            (V, "And what about customs?"),
            (
                A,
                "Below 400 SGD there is nothing to pay. Above that 9 % GST is collected at delivery.",
            ),
            (V, "Perfect, thanks!"),
        ],
        ended_by: V,
    },
    Talk {
        visitor: 2,
        agent: 2,
        minute: 1_510,
        lines: &[
            (V, "磨豆机的保修是多久？"),
            (A, "您好李先生，整机保修两年，电机保修五年。"),
            (V, "发票能开公司抬头吗"),
            (A, "可以的，下单时填写公司名称和税号，电子发票会发到您的邮箱。"),
            (V, "收到，谢谢"),
        ],
        ended_by: A,
    },
    Talk {
        visitor: 0,
        agent: 0,
        minute: 1_640,
        lines: &[
            (V, "我昨天下单的咖啡机，想把地址改成公司可以吗？"),
            (A, "可以的周女士，请把新地址和电话发给我。"),
            (V, "杭州市西湖区文三路 90 号 3 幢 501"),
            (A, "已经改好了，快递单号稍后会用短信发给您。"),
            (V, "太快了，谢谢！"),
        ],
        ended_by: V,
    },
    Talk {
        visitor: 3,
        agent: 1,
        minute: 2_860,
        lines: &[
            (V, "Hello! Is the glass jug of the drip set sold separately?"),
            (A, "Hi Sofia, yes: 600 ml and 800 ml, both fit your set."),
            (V, "Which one for four cups?"),
            (A, "The 800 ml one. Shall I send you the link?"),
            (V, "Please do"),
            (A, "https://example.com/shop/jug-800"),
            (V, "Great 👍"),
        ],
        ended_by: A,
    },
    Talk {
        visitor: 4,
        agent: 2,
        minute: 3_950,
        lines: &[
            (V, "学生有优惠吗？"),
            (A, "有的，认证学生身份后全店九五折。"),
            (V, "怎么认证呀"),
            (A, "在「我的 - 学生认证」里上传学生证照片，一般十分钟内通过。"),
            (V, "好嘞"),
        ],
        ended_by: V,
    },
    Talk {
        visitor: 0,
        agent: 1,
        minute: 4_120,
        lines: &[
            (V, "咖啡机收到了，很漂亮！请问第一次用要先清洗吗？"),
            (A, "感谢喜欢！第一次请先空煮两次清水，再开始使用。"),
            (V, "好的，说明书里没看到，还好问了一下"),
            (A, "我们会把这一条补进说明书，祝您使用愉快 ☕"),
        ],
        ended_by: A,
    },
];

/// Holds all conversations, one after the other; all of them end.
pub(super) async fn hold(app: &App, group: SkillGroupId, agents: &[Agent]) -> Result<(), AppError> {
    let beginning = app.clock.now();
    let mut tokens: [Option<String>; VISITORS.len()] = Default::default();
    for talk in &TALKS {
        wait_until(app, beginning.plus_seconds(talk.minute * 60));
        let person = &VISITORS[talk.visitor];
        let claimed = visitors::claim(app, claim(person, tokens[talk.visitor].clone())).await?;
        if claimed.token.is_some() {
            tokens[talk.visitor] = claimed.token;
        }
        hold_one(app, group, talk, &claimed.visitor, &agents[talk.agent]).await?;
    }
    Ok(())
}

fn claim(person: &Person, token: Option<String>) -> Claim {
    Claim {
        channel_key: CHANNEL_KEY.to_owned(),
        token,
        language: person.language,
        about: About {
            nickname: Some(person.nickname.to_owned()),
            ..About::default()
        },
        identity: None,
        address: person.address.to_owned(),
        user_agent: person.user_agent.to_owned(),
    }
}

async fn hold_one(
    app: &App,
    group: SkillGroupId,
    talk: &Talk,
    visitor: &Visitor,
    agent: &Agent,
) -> Result<(), AppError> {
    // Only this one is free, so this one gets the session.
    agents::set_status(app, agent, AgentStatus::Free).await?;
    let address = VISITORS[talk.visitor].address;
    let mut session = None;
    for (by, text) in talk.lines {
        let post = Post {
            client_id: new_client_id()?,
            content: NewContent::Text((*text).to_owned()),
        };
        let posted = match (by, session) {
            (By::Agent, Some(session)) => conversation::post_agent_message(app, agent, session, post).await?,
            _ => conversation::post_visitor_message(app, visitor, address, post).await?,
        };
        if session.replace(posted.session).is_none() {
            wait(app, 4);
            routing::fill(app, group).await?;
        }
        match by {
            By::Visitor => sessions::read_by_agent(app, agent, posted.session, posted.seq).await?,
            By::Agent => sessions::read_by_visitor(app, visitor, posted.seq).await?,
        }
        wait(app, 12 + i64::try_from(text.chars().count()).unwrap_or_default());
    }
    let Some(session) = session else { return Ok(()) };
    match talk.ended_by {
        By::Visitor => {
            let key = CommandKey::new(visitor.id, None, "visitor.end", &())?;
            sessions::end_by_visitor(app, visitor, key).await?;
        }
        By::Agent => {
            sessions::end_by_agent(app, agent, session, unrepeated(agent, "end")?).await?;
        }
    }
    sessions::complete(app, agent, session, unrepeated(agent, "complete")?).await?;
    agents::set_status(app, agent, AgentStatus::NotReady).await?;
    Ok(())
}

/// The key of a command that will not come twice.
fn unrepeated(agent: &Agent, operation: &'static str) -> Result<CommandKey, AppError> {
    CommandKey::new(agent.id, None, operation, &())
}

fn new_client_id() -> Result<ClientId, AppError> {
    ClientId::parse(Uuid::new_v4().to_string()).map_err(AppError::internal)
}

fn wait(app: &App, seconds: i64) {
    app.clock.advance(seconds * 1_000);
}

fn wait_until(app: &App, moment: Moment) {
    app.clock.advance(moment.millis_since(app.clock.now()).max(0));
}
