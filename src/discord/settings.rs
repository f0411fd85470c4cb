//! What a guild's managers decide for their guild: where, who, how long, how much. Noted, and read before each interview.

use serde::{Deserialize, Serialize};
use serenity::all::{ChannelId, GuildId, RoleId};

use super::bot::Bot;
use crate::{config::Visibility, interview::event::Mode, service::ServiceError};

/// The settings of a guild; what is not set is as configured.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Settings {
    /// The channels interviews may be started in; all where none is named.
    #[serde(default)]
    pub(super) channels: Vec<ChannelId>,
    /// The roles that may start one; everybody where none is named.
    #[serde(default)]
    pub(super) roles: Vec<RoleId>,
    /// Who leads unless asked otherwise.
    #[serde(default)]
    pub(super) persona: Option<String>,
    /// How long an interview is unless asked otherwise.
    #[serde(default)]
    pub(super) mode: Option<Mode>,
    /// Who sees it unless asked otherwise.
    #[serde(default)]
    pub(super) visibility: Option<Visibility>,
    /// Interviews a person may start in a day.
    #[serde(default)]
    pub(super) a_day: Option<u32>,
}

fn key(guild: GuildId) -> String {
    format!("settings/{guild}")
}

/// The settings that hold somewhere; direct messages have none.
pub(super) fn of(bot: &Bot, guild: Option<GuildId>) -> Settings {
    guild.and_then(|guild| bot.notes.get(&key(guild))).unwrap_or_default()
}

/// Keeps the settings of a guild; durable when it returns.
pub(super) async fn keep(bot: &Bot, guild: GuildId, settings: &Settings) -> Result<(), ServiceError> {
    bot.notes.put(&key(guild), settings).await
}

impl Settings {
    /// Why an interview can't be started there by somebody with these roles; none where it can.
    pub(super) fn refusal(&self, channel: ChannelId, roles: &[RoleId]) -> Option<String> {
        if !self.channels.is_empty() && !self.channels.contains(&channel) {
            let named: Vec<String> = self.channels.iter().map(|channel| format!("<#{channel}>")).collect();
            return Some(format!(
                "Interviews are held in {} here. Please start it there.",
                named.join(", ")
            ));
        }
        if !self.roles.is_empty() && !self.roles.iter().any(|role| roles.contains(role)) {
            return Some("In this server interviews are for certain roles, and you have none of them. Its managers can tell you more.".to_owned());
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_and_a_role_are_asked_for_only_where_some_are_named() {
        let (here, there) = (ChannelId::new(1), ChannelId::new(2));
        let (coach, guest) = (RoleId::new(3), RoleId::new(4));
        assert_eq!(Settings::default().refusal(here, &[]), None);
        let settings = Settings {
            channels: vec![here],
            roles: vec![coach],
            ..Settings::default()
        };
        assert_eq!(settings.refusal(here, &[guest, coach]), None);
        assert!(settings.refusal(there, &[coach]).unwrap().contains("<#1>"));
        assert!(settings.refusal(here, &[guest]).unwrap().contains("roles"));
    }
}
