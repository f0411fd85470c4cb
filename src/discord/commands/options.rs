//! The options that more than one command takes: choices, and what is offered while one types.

#![expect(
    clippy::unused_async,
    reason = "what is offered while one types is async to the framework"
)]

use std::fmt::Write as _;

use poise::ChoiceParameter;
use serenity::all::{AutocompleteChoice, CreateAutocompleteResponse};

use super::{Context, Failed, pick::CHOICES};
use crate::{
    config::Visibility,
    discord::text,
    domain::signal::Round,
    interview::{
        LOOP,
        event::{Engine, Mode},
    },
};

#[derive(Debug, Clone, Copy, ChoiceParameter)]
pub(super) enum ModeChoice {
    #[name = "quick: one question"]
    Quick,
    #[name = "round: about 45 minutes"]
    Round,
    #[name = "loop: five rounds, one debrief"]
    Loop,
}

#[derive(Debug, Clone, Copy, ChoiceParameter)]
pub(super) enum VisibilityChoice {
    #[name = "private thread"]
    Private,
    #[name = "public thread"]
    Public,
    #[name = "direct messages"]
    Direct,
}

#[derive(Debug, Clone, Copy, ChoiceParameter)]
pub(super) enum EngineChoice {
    #[name = "auto"]
    Auto,
    #[name = "offline"]
    Offline,
    #[name = "llm"]
    Llm,
}

pub(super) async fn personas(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let personas = &ctx.data().service.library().personas;
    let leads = personas.iter().filter(|(_, persona)| !persona.value.rounds.is_empty());
    offer(
        partial,
        leads.map(|(id, persona)| {
            (
                format!("{}, {}", persona.value.name, persona.value.title),
                id.to_string(),
            )
        }),
    )
}

pub(super) async fn cases(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let cases = &ctx.data().service.library().cases;
    offer(
        partial,
        cases
            .iter()
            .map(|(id, case)| (format!("{} ({})", case.value.name, case.value.domain), id.to_string())),
    )
}

pub(super) async fn rounds(_ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    offer(
        partial,
        LOOP.into_iter()
            .map(|round| (round.title().to_owned(), round.to_string())),
    )
}

fn offer(partial: &str, all: impl Iterator<Item = (String, String)>) -> CreateAutocompleteResponse {
    let wanted = partial.to_lowercase();
    let fits = all.filter(|(name, value)| name.to_lowercase().contains(&wanted) || value.contains(&wanted));
    let choices = fits
        .take(CHOICES)
        .map(|(name, value)| AutocompleteChoice::new(text::shortened(&name, 100), value));
    CreateAutocompleteResponse::new().set_choices(choices.collect())
}

pub(super) fn read_round(given: &str) -> Result<Round, Failed> {
    let known = LOOP
        .into_iter()
        .find(|round| round.title() == given || round.to_string() == given);
    known.ok_or_else(|| {
        let mut names = String::new();
        for round in LOOP {
            let _ = write!(names, "{}{}", if names.is_empty() { "" } else { ", " }, round.title());
        }
        Failed::Told(format!("There is no such round; there are {names}."))
    })
}

impl From<ModeChoice> for Mode {
    fn from(choice: ModeChoice) -> Mode {
        match choice {
            ModeChoice::Quick => Mode::Quick,
            ModeChoice::Round => Mode::Round,
            ModeChoice::Loop => Mode::Loop,
        }
    }
}

impl From<VisibilityChoice> for Visibility {
    fn from(choice: VisibilityChoice) -> Visibility {
        match choice {
            VisibilityChoice::Private => Visibility::Private,
            VisibilityChoice::Public => Visibility::Public,
            VisibilityChoice::Direct => Visibility::Dm,
        }
    }
}

impl From<EngineChoice> for Engine {
    fn from(choice: EngineChoice) -> Engine {
        match choice {
            EngineChoice::Auto => Engine::Auto,
            EngineChoice::Offline => Engine::Offline,
            EngineChoice::Llm => Engine::Llm,
        }
    }
}
