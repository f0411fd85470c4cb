//! A persona speaking as itself: through a webhook under its own name where the bot may manage webhooks, else in a message that opens
//! with the name.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serenity::{
    all::{
        ChannelId, CreateActionRow, CreateAllowedMentions, CreateMessage, ExecuteWebhook, Message, MessageFlags,
        MessageId, Webhook, WebhookId,
    },
    builder::CreateWebhook,
    http::Http,
};

use tokio::time::Instant;

use super::{
    brake::Priority,
    outbox::{Outbox, Repeat},
    place::Place,
    text,
    undelivered::Undelivered,
};
use crate::service::Speaker;

/// The webhook's name in the channel's settings.
const WEBHOOK: &str = "Hotseat panel";
/// The longest name above a message.
const NAME: usize = 80;

/// What is said, and under which number.
pub(super) struct Utterance<'a> {
    /// Who says it.
    pub(super) speaker: &'a Speaker,
    /// The words.
    pub(super) text: &'a str,
    /// What is shown below.
    pub(super) rows: Vec<CreateActionRow>,
    /// The turn's name, for the nonce.
    pub(super) nonce: String,
    /// A message it comes after.
    pub(super) after: MessageId,
}

/// What a webhook sends in [`WINDOW`] at most: one less than Discord allows it over all threads of its channel. Under load the rest
/// goes by the bot's own messages, whose limit is each thread's own.
const AT_ONCE: usize = 4;
/// The time that counts for it: Discord's two seconds, and what a request may take longer than another.
const WINDOW: Duration = Duration::from_millis(2_500);

/// The webhooks known so far, by channel.
#[derive(Default)]
pub(super) struct Voices {
    known: Mutex<HashMap<ChannelId, Voice>>,
    /// Held while one is looked for, so that many who come at once don't make one each.
    looking: tokio::sync::Mutex<()>,
}

/// A channel's webhook; none where there can't be one.
struct Voice {
    webhook: Option<Arc<Webhook>>,
    sent: VecDeque<Instant>,
}

impl Voice {
    /// The webhook, where it may send now.
    fn take(&mut self, now: Instant) -> Option<Arc<Webhook>> {
        let webhook = self.webhook.clone()?;
        while self.sent.front().is_some_and(|sent| now.duration_since(*sent) > WINDOW) {
            self.sent.pop_front();
        }
        if self.sent.len() >= AT_ONCE {
            return None;
        }
        self.sent.push_back(now);
        Some(webhook)
    }
}

impl Voices {
    /// Says something in a place. The last message of it.
    pub(super) async fn say(
        &self,
        outbox: &Outbox,
        place: &Place,
        said: Utterance<'_>,
    ) -> Result<Option<MessageId>, Undelivered> {
        self.learn(outbox, place).await;
        let name = text::name(&said.speaker.name, NAME);
        let pieces = pieces(said.text);
        let mut last = None;
        for (index, piece) in pieces.iter().enumerate() {
            let rows = if index + 1 == pieces.len() {
                said.rows.clone()
            } else {
                Vec::new()
            };
            let sent = if let Some(sent) = self.through_webhook(outbox, place, &said, piece, rows.clone()).await? {
                sent
            } else {
                let opening = format!("**{name}**\n");
                let opening = if index == 0 { opening.as_str() } else { "" };
                plainly(outbox, place, &format!("{opening}{piece}"), rows, &said.nonce, index).await?
            };
            last = Some(sent.id);
        }
        Ok(last)
    }

    /// Sends through the webhook; nothing where there is none, it is gone, or it may not send now. Webhooks know no nonce, so a send of
    /// unknown outcome is looked for before it is repeated.
    async fn through_webhook(
        &self,
        outbox: &Outbox,
        place: &Place,
        said: &Utterance<'_>,
        piece: &str,
        rows: Vec<CreateActionRow>,
    ) -> Result<Option<Message>, Undelivered> {
        let message = ExecuteWebhook::new()
            .username(who(said.speaker))
            .content(piece)
            .components(rows)
            .flags(MessageFlags::SUPPRESS_EMBEDS)
            .allowed_mentions(CreateAllowedMentions::new())
            .in_thread(place.channel);
        // The webhook is taken when the request's turn has come, so that what waited at the brake does not go all at once.
        let send = |http: Arc<Http>| {
            let (message, webhook) = (message.clone(), self.take(place.parent));
            async move {
                match webhook {
                    Some(webhook) => webhook.execute(&*http, true, message).await,
                    None => Ok(None),
                }
            }
        };
        match outbox.ask(Priority::Speech, Repeat::Once, send).await {
            Err(Undelivered::Archived) => {
                outbox.open(place.channel).await?;
                outbox.ask(Priority::Speech, Repeat::Once, send).await
            }
            Err(Undelivered::Unknown(status)) => {
                let there = outbox.after(place.channel, said.after).await?;
                let is_it = |message: &&Message| message.webhook_id.is_some() && message.content.trim() == piece.trim();
                there
                    .iter()
                    .find(is_it)
                    .cloned()
                    .map(Some)
                    .ok_or(Undelivered::Unknown(status))
            }
            Err(error @ (Undelivered::Expired(_) | Undelivered::Gone(_) | Undelivered::Forbidden(_))) => {
                tracing::info!(%error, "a webhook can't be used; the bot speaks itself, and looks for one the next time");
                self.forget(place.parent);
                Ok(None)
            }
            outcome => outcome,
        }
    }

    /// The channel's webhook, where there is one and it may send now.
    fn take(&self, parent: Option<ChannelId>) -> Option<Arc<Webhook>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get_mut(&parent?)?.take(Instant::now())
    }

    /// Makes sure that a place's webhook is known: found or made.
    pub(super) async fn learn(&self, outbox: &Outbox, place: &Place) {
        let Some(parent) = place.parent else { return };
        if self.knows_of(parent) {
            return;
        }
        let _looking = self.looking.lock().await;
        if self.knows_of(parent) {
            return;
        }
        let webhook = match find_or_make(outbox, parent).await {
            Ok(webhook) => Some(Arc::new(webhook)),
            // Only a refusal is remembered; an outage passes.
            Err(Undelivered::Forbidden(_) | Undelivered::Refused(..)) => None,
            Err(_) => return,
        };
        let voice = Voice {
            webhook,
            sent: VecDeque::new(),
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(parent, voice);
    }

    fn knows_of(&self, parent: ChannelId) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.contains_key(&parent)
    }

    /// Forgets a channel's webhook, so that it is looked for again.
    pub(super) fn forget(&self, parent: Option<ChannelId>) {
        if let Some(parent) = parent {
            self.known
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&parent);
        }
    }

    /// Whether a message was said by the bot or through its webhook.
    pub(super) fn is_ours(&self, outbox: &Outbox, message: &Message) -> bool {
        let own = message.application_id.is_some()
            || outbox
                .http
                .application_id()
                .is_some_and(|id| id.get() == message.author.id.get());
        own || message.webhook_id.is_some_and(|id| self.knows(id))
    }

    fn knows(&self, id: WebhookId) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known
            .values()
            .filter_map(|voice| voice.webhook.as_ref())
            .any(|webhook| webhook.id == id)
    }
}

/// The pieces of a text, as they are shown, each with room for the name before it.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = text::split(&text::inert(text), text::MESSAGE - NAME - "****\n".len());
    pieces.retain(|piece| !piece.trim().is_empty());
    pieces
}

/// Whether messages show the text, as far as it would have been said.
pub(super) fn shows(messages: &[&Message], said: &str) -> bool {
    let mark = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some(last) = pieces(said).pop() else { return true };
    let wanted = mark(&last);
    messages.iter().any(|message| mark(&message.content).ends_with(&wanted))
}

fn who(speaker: &Speaker) -> String {
    let name = text::name(&speaker.name, NAME);
    let title = text::name(&speaker.title, NAME);
    let both = if title.is_empty() {
        name
    } else {
        format!("{name} · {title}")
    };
    // Discord refuses names that pass for its own.
    let lower = both.to_lowercase();
    if both.is_empty() || lower.contains("discord") || lower.contains("clyde") {
        return "The panel".to_owned();
    }
    text::shortened(&both, NAME)
}

async fn find_or_make(outbox: &Outbox, parent: ChannelId) -> Result<Webhook, Undelivered> {
    let list = |http: Arc<Http>| async move { parent.webhooks(&*http).await };
    let found = outbox.ask(Priority::Speech, Repeat::Harmless, list).await?;
    let own = outbox.http.application_id();
    let is_own = |webhook: &Webhook| {
        webhook.token.is_some() && (webhook.application_id == own || webhook.name.as_deref() == Some(WEBHOOK))
    };
    if let Some(webhook) = found.into_iter().find(is_own) {
        return Ok(webhook);
    }
    let make = |http: Arc<Http>| async move { parent.create_webhook(&*http, CreateWebhook::new(WEBHOOK)).await };
    outbox.ask(Priority::Speech, Repeat::Once, make).await
}

async fn plainly(
    outbox: &Outbox,
    place: &Place,
    piece: &str,
    rows: Vec<CreateActionRow>,
    nonce: &str,
    index: usize,
) -> Result<Message, Undelivered> {
    let message = CreateMessage::new()
        .content(piece)
        .components(rows)
        .flags(MessageFlags::SUPPRESS_EMBEDS);
    outbox
        .send(Priority::Speech, place.channel, &format!("{nonce}-{index}"), message)
        .await
}
