//! `/settings`: what a guild's managers decide for it.

use std::fmt::Write as _;

use poise::ChoiceParameter;
use serenity::all::{ChannelId, Role};

use super::{Context, Failed, acknowledge, options};
use crate::discord::settings::{self, Settings};

/// How many channels or roles may be named.
const MOST: usize = 25;

#[derive(Debug, Clone, Copy, ChoiceParameter)]
enum Forget {
    #[name = "allowed channels"]
    Channels,
    #[name = "allowed roles"]
    Roles,
    #[name = "everything"]
    Everything,
}

/// Decide how interviews are held in this server. Without an option it shows what holds.
#[poise::command(
    slash_command,
    guild_only,
    default_member_permissions = "MANAGE_GUILD",
    required_permissions = "MANAGE_GUILD"
)]
#[expect(clippy::too_many_arguments, reason = "each is an option of the command")]
pub(super) async fn settings(
    ctx: Context<'_>,
    #[description = "One more channel that interviews may be started in"] channel: Option<ChannelId>,
    #[description = "One more role that may start them"] role: Option<Role>,
    #[description = "Who leads unless asked otherwise"]
    #[autocomplete = "options::personas"]
    persona: Option<String>,
    #[description = "How long unless asked otherwise"] mode: Option<options::ModeChoice>,
    #[description = "Who sees them unless asked otherwise"] visibility: Option<options::VisibilityChoice>,
    #[description = "Interviews a person may start in a day"]
    #[min = 1]
    #[max = 100]
    a_day: Option<u32>,
    #[description = "Go back to the usual"] forget: Option<Forget>,
) -> Result<(), Failed> {
    let answer = acknowledge(ctx).await;
    let Some(guild) = ctx.guild_id() else { return Ok(()) };
    let bot = ctx.data();
    let before = settings::of(bot, Some(guild));
    let mut now = forgotten(before.clone(), forget);
    if let Some(channel) = channel.filter(|channel| !now.channels.contains(channel)) {
        now.channels.push(channel);
    }
    if let Some(role) = role.filter(|role| !now.roles.contains(&role.id)) {
        now.roles.push(role.id);
    }
    if now.channels.len() > MOST || now.roles.len() > MOST {
        return Err(Failed::Told(format!(
            "At most {MOST} channels and {MOST} roles can be named."
        )));
    }
    if let Some(persona) = persona {
        if !bot.service.library().personas.keys().any(|id| id.as_str() == persona) {
            return Err(Failed::Told(
                "There is no such persona. `/personas` lists them.".to_owned(),
            ));
        }
        now.persona = Some(persona);
    }
    now.mode = mode.map(Into::into).or(now.mode);
    now.visibility = visibility.map(Into::into).or(now.visibility);
    now.a_day = a_day.or(now.a_day);
    if now != before {
        settings::keep(bot, guild, &now).await?;
    }
    answer.tell(shown(&now)).await
}

fn forgotten(settings: Settings, forget: Option<Forget>) -> Settings {
    match forget {
        None => settings,
        Some(Forget::Channels) => Settings {
            channels: Vec::new(),
            ..settings
        },
        Some(Forget::Roles) => Settings {
            roles: Vec::new(),
            ..settings
        },
        Some(Forget::Everything) => Settings::default(),
    }
}

fn shown(settings: &Settings) -> String {
    let list = |names: Vec<String>, all: &str| {
        if names.is_empty() {
            all.to_owned()
        } else {
            names.join(", ")
        }
    };
    let channels = settings
        .channels
        .iter()
        .map(|channel| format!("<#{channel}>"))
        .collect();
    let roles = settings.roles.iter().map(|role| format!("<@&{role}>")).collect();
    let usual = || "as usual".to_owned();
    let mut text = "**In this server**\n".to_owned();
    for (name, value) in [
        ("Channels", list(channels, "all")),
        ("Roles", list(roles, "everybody")),
        (
            "Persona",
            settings.persona.clone().unwrap_or_else(|| "drawn".to_owned()),
        ),
        (
            "Mode",
            settings
                .mode
                .map_or_else(usual, |mode| format!("{mode:?}").to_lowercase()),
        ),
        (
            "Visibility",
            settings
                .visibility
                .map_or_else(usual, |visibility| format!("{visibility:?}").to_lowercase()),
        ),
        (
            "Interviews a person and day",
            settings
                .a_day
                .map_or_else(|| "no limit".to_owned(), |limit| limit.to_string()),
        ),
    ] {
        let _ = writeln!(text, "{name}: {value}");
    }
    text
}
