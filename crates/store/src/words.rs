//! Enums of the domain as columns: each is stored as its word.

use domain::agent::{AgentConnection, AgentStatus, SpanCause};
use domain::channel::ChannelKind;
use domain::permission::Role;
use domain::skill_group::SkillGroupKind;
use domain::widget::Side;

use crate::engine::value::{Cell, FromValue, IntoValue, Value};

macro_rules! stored_words {
    ($($word:ty),* $(,)?) => { $(
        impl IntoValue for $word {
            fn into_value(self) -> Value {
                Value::Text(self.as_str().to_owned())
            }
        }
        impl FromValue for $word {
            fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
                match cell {
                    Cell::Text(text) => text.parse().map_err(|_| format!("{text:?} is no {}", stringify!($word))),
                    other => Err(format!("a word expected, found {other:?}")),
                }
            }
        }
    )* };
}
stored_words!(
    Role,
    AgentStatus,
    AgentConnection,
    SpanCause,
    SkillGroupKind,
    ChannelKind,
    Side
);
