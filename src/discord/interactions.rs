//! Buttons, selects and forms: acknowledged before anything else, then taken to the room or answered here. Only the candidate's own
//! presses count, except for what peers may do.

use std::sync::Arc;

use serenity::all::{
    ActionRowComponent, ComponentInteraction, CreateAllowedMentions, CreateInteractionResponse,
    CreateInteractionResponseFollowup, CreateInteractionResponseMessage, CreateModal, Interaction, ModalInteraction,
};

use super::{
    bot::Bot,
    commands, controls,
    custom_id::{Action, CustomId},
    failed::Failed,
    hall::Door,
    outbox::Outbox,
    peers,
    room::Knock,
    undelivered::Undelivered,
};

const NOT_YOURS: &str =
    "This is not your interview, so its buttons are not yours. `/interview start` begins one of your own.";
const OVER: &str = "This button is from an interview that is not going on any more. `/debrief` shows how it went, `/interview resume` goes on with a paused one.";
const OLD: &str = "This button is from an earlier question. Please use the ones below the last message.";
const UNKNOWN: &str = "This button is from an earlier version of me. Please use a command instead; `/help` lists them.";

/// Answers somebody alone, after an interaction of theirs was acknowledged.
#[derive(Clone)]
pub(super) struct Reply {
    outbox: Outbox,
    token: String,
}

impl Reply {
    /// To whoever used this.
    pub(super) fn new(bot: &Bot, token: &str) -> Reply {
        Reply {
            outbox: bot.outbox.clone(),
            token: token.to_owned(),
        }
    }

    /// To whoever used a command.
    pub(super) fn of_command(bot: &Bot, ctx: &poise::Context<'_, Arc<Bot>, Failed>) -> Reply {
        let token = match ctx {
            poise::Context::Application(app) => app.interaction.token.as_str(),
            poise::Context::Prefix(_) => "",
        };
        Reply::new(bot, token)
    }

    /// Tells them something that nobody else sees.
    pub(super) async fn tell(&self, text: &str) {
        self.show(CreateInteractionResponseFollowup::new().content(text)).await;
    }

    /// Shows them something that nobody else sees.
    pub(super) async fn show(&self, message: CreateInteractionResponseFollowup) {
        if let Err(error) = self.outbox.follow_up(&self.token, message.ephemeral(true)).await {
            tracing::info!(%error, "a private answer was not shown");
        }
    }
}

/// Takes a button, a select or a form; commands are the framework's.
pub(super) fn take(bot: &Arc<Bot>, interaction: &Interaction) {
    let bot = Arc::clone(bot);
    match interaction.clone() {
        Interaction::Component(pressed) => drop(tokio::spawn(async move { component(&bot, &pressed).await })),
        Interaction::Modal(sent) => drop(tokio::spawn(async move { form(&bot, &sent).await })),
        _ => {}
    }
}

async fn component(bot: &Arc<Bot>, pressed: &ComponentInteraction) {
    let respond = |response| async {
        bot.outbox
            .sorted(pressed.create_response(&*bot.outbox.http, response).await)
    };
    let Ok(id) = pressed.data.custom_id.parse::<CustomId>() else {
        noted(respond(alone(UNKNOWN)).await);
        return;
    };
    let door = bot.hall.door(&id.session);
    if let Some(first) = first_answer(door.as_deref(), &id, pressed) {
        noted(respond(first).await);
        return;
    }
    // Acknowledged before anything is looked up. Where that came too late the work is done all the same.
    noted(respond(CreateInteractionResponse::Acknowledge).await);
    let reply = Reply::new(bot, &pressed.token);
    match (id.action, door) {
        (Action::Debrief, _) => commands::debrief_button(bot, pressed.user.id, &id.session, &reply).await,
        (Action::Delete | Action::Keep, _) => commands::privacy_button(bot, pressed.user.id, &id, &reply).await,
        (Action::Card | Action::Level(_), Some(door)) => peers::card(bot, &door, pressed, &id, reply).await,
        (_, Some(door)) if door.place.owner != pressed.user.id => reply.tell(NOT_YOURS).await,
        (action, Some(door)) => {
            let turn = id.turn;
            door.knock(Knock::Pressed { action, turn, reply });
        }
        (Action::Resume | Action::End, None) => commands::without_room(bot, pressed.user.id, &id, &reply).await,
        (_, None) => reply.tell(OVER).await,
    }
}

/// What has to be the first answer: a form, or the reason why there is none.
fn first_answer(
    door: Option<&Door>,
    id: &CustomId,
    pressed: &ComponentInteraction,
) -> Option<CreateInteractionResponse> {
    let open: fn(&crate::domain::ids::SessionId, u32) -> CreateModal = match id.action {
        Action::Answer => controls::answer_form,
        Action::Push => controls::push_form,
        _ => return None,
    };
    let Some(door) = door else { return Some(alone(OVER)) };
    let is_owner = door.place.owner == pressed.user.id;
    let refused = match id.action {
        Action::Answer if !is_owner => Some(NOT_YOURS),
        Action::Push if is_owner => Some(peers::NOT_A_PEER),
        _ if door.turn() != id.turn => Some(OLD),
        _ => None,
    };
    Some(refused.map_or_else(|| CreateInteractionResponse::Modal(open(&id.session, id.turn)), alone))
}

fn alone(text: &str) -> CreateInteractionResponse {
    let message = CreateInteractionResponseMessage::new().content(text).ephemeral(true);
    CreateInteractionResponse::Message(message.allowed_mentions(CreateAllowedMentions::new()))
}

fn noted(acknowledged: Result<(), Undelivered>) {
    if let Err(error) = acknowledged {
        tracing::warn!(%error, "an interaction was not acknowledged in time");
    }
}

async fn form(bot: &Arc<Bot>, sent: &ModalInteraction) {
    let Ok(id) = sent.data.custom_id.parse::<CustomId>() else {
        return;
    };
    let response = if sent.message.is_some() {
        CreateInteractionResponse::Acknowledge
    } else {
        alone("Thank you.")
    };
    noted(
        bot.outbox
            .sorted(sent.create_response(&*bot.outbox.http, response).await),
    );
    let reply = Reply::new(bot, &sent.token);
    let Some(door) = bot.hall.door(&id.session) else {
        return reply.tell(OVER).await;
    };
    let Some(text) = written(sent) else { return };
    let is_owner = door.place.owner == sent.user.id;
    match id.action {
        Action::Answer if !is_owner => reply.tell(NOT_YOURS).await,
        Action::Answer if door.turn() != id.turn => reply.tell(OLD).await,
        Action::Answer => {
            let key = sent.id.to_string();
            door.knock(Knock::Form { key, text, reply });
        }
        Action::Push => peers::push(bot, &door, sent, text, reply).await,
        _ => {}
    }
}

fn written(sent: &ModalInteraction) -> Option<String> {
    let parts = sent.data.components.iter().flat_map(|row| &row.components);
    let mut texts = parts.filter_map(|part| match part {
        ActionRowComponent::InputText(input) => input.value.clone(),
        _ => None,
    });
    texts.rfind(|text| !text.trim().is_empty())
}
