//! Which session is meant: always one of the person's own.

use serenity::all::{AutocompleteChoice, CreateAutocompleteResponse};

use super::{Bot, Context, Failed};
use crate::{discord::place::user_id, domain::ids::SessionId, service::ServiceError};

/// Sessions that are looked through.
const LOOKED_AT: usize = 1_000;
/// The most choices Discord shows.
pub(super) const CHOICES: usize = 25;

/// The session somebody means: the newest of theirs, or the one of theirs that begins so.
pub(super) async fn own(bot: &Bot, user: serenity::all::UserId, given: Option<&str>) -> Result<SessionId, Failed> {
    let limit = if given.is_some() { LOOKED_AT } else { 1 };
    let mine = bot.service.recent(&user_id(user), limit).await?;
    let Some(prefix) = given.map(str::trim).filter(|given| *given != "last") else {
        let newest = mine.into_iter().next().ok_or(ServiceError::NoneYet)?;
        return Ok(newest.session);
    };
    let mut fits = mine
        .into_iter()
        .map(|one| one.session)
        .filter(|session| session.as_str().starts_with(prefix));
    match (fits.next(), fits.next()) {
        (Some(one), None) => Ok(one),
        (Some(one), Some(_)) if one.as_str() == prefix => Ok(one),
        _ => Err(Failed::Told(
            "There is no such session of yours. `/history` lists them.".to_owned(),
        )),
    }
}

/// Offers a person's own sessions.
pub(super) async fn sessions(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let found = ctx.data().service.history(&user_id(ctx.author().id), LOOKED_AT).await;
    let entries = found.map(|history| history.sessions).unwrap_or_default();
    let fits = entries.into_iter().filter(|entry| {
        entry.point.session.as_str().contains(partial) || entry.lead.to_lowercase().contains(&partial.to_lowercase())
    });
    let choices = fits.take(CHOICES).map(|entry| {
        let score = entry
            .point
            .score
            .map_or_else(|| entry.status.clone(), |score| format!("{score:.0} of 100"));
        let name = format!("{} · {} · {score}", entry.point.session, entry.lead);
        AutocompleteChoice::new(
            crate::discord::text::shortened(&name, 100),
            entry.point.session.to_string(),
        )
    });
    CreateAutocompleteResponse::new().set_choices(choices.collect())
}
