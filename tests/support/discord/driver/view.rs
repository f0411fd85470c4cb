//! What people see: messages, answers to what they did, and modals.

use std::time::Duration;

use serde_json::Value;

use super::super::{
    FakeDiscord,
    interaction::{Interaction, Response},
    snowflake::Snowflake,
    world::{Author, EPHEMERAL, LOADING, Message, World},
};

/// A file as a reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileView {
    pub name: String,
    pub content_type: Option<String>,
    pub bytes: Vec<u8>,
}

impl FileView {
    /// Its bytes as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// A message as a reader sees it at one moment.
#[derive(Debug, Clone)]
pub(crate) struct MessageView {
    pub id: Snowflake,
    pub channel: Snowflake,
    /// The name that stands above it.
    pub author: String,
    pub by_webhook: bool,
    pub content: String,
    pub embeds: Vec<Value>,
    pub components: Vec<Value>,
    pub files: Vec<FileView>,
    pub ephemeral: bool,
    pub loading: bool,
    /// How often it was edited.
    pub edits: usize,
    /// The message it replies to.
    pub reply_to: Option<Snowflake>,
}

impl MessageView {
    /// A message as it is now.
    pub(crate) fn of(world: &World, message: &Message) -> Self {
        let author = match &message.author {
            Author::User(id) => world.users.get(id).map(|user| user.name.clone()).unwrap_or_default(),
            Author::Webhook { name, .. } => name.clone(),
        };
        let files = message.attachments.iter().filter_map(|id| world.files.get(id));
        let files = files.map(|file| FileView {
            name: file.name.clone(),
            content_type: file.content_type.clone(),
            bytes: file.bytes.clone(),
        });
        Self {
            id: message.id,
            channel: message.channel,
            author,
            by_webhook: matches!(message.author, Author::Webhook { .. }),
            content: message.content.clone(),
            embeds: message.embeds.clone(),
            components: message.components.clone(),
            files: files.collect(),
            ephemeral: message.flags & EPHEMERAL != 0,
            loading: message.flags & LOADING != 0,
            edits: message.earlier.len(),
            reply_to: message.reference,
        }
    }

    /// The messages of a channel that pass, oldest first.
    pub(crate) fn all(world: &World, channel: Snowflake, passes: impl Fn(&Message) -> bool) -> Vec<Self> {
        world
            .messages_in(channel)
            .filter(|message| passes(message))
            .map(|message| Self::of(world, message))
            .collect()
    }

    /// Everything in it that is read: the words, then the embeds.
    pub(crate) fn text(&self) -> String {
        let mut parts = vec![self.content.clone()];
        for embed in &self.embeds {
            let fields = embed["fields"].as_array().map_or(&[][..], Vec::as_slice);
            let pairs = fields.iter().flat_map(|field| [&field["name"], &field["value"]]);
            let all = [&embed["author"]["name"], &embed["title"], &embed["description"]]
                .into_iter()
                .chain(pairs);
            parts.extend(
                all.chain([&embed["footer"]["text"]])
                    .filter_map(Value::as_str)
                    .map(str::to_owned),
            );
        }
        parts.retain(|part| !part.is_empty());
        parts.join("\n")
    }

    /// The labels of its buttons that can be pressed.
    pub(crate) fn buttons(&self) -> Vec<String> {
        let parts = self
            .parts()
            .filter(|part| part["type"] == 2 && part["disabled"] != true);
        parts
            .filter_map(|part| part["label"].as_str())
            .map(str::to_owned)
            .collect()
    }

    /// The labels of the options of its selects.
    pub(crate) fn options(&self) -> Vec<String> {
        let options = self.parts().filter_map(|part| part["options"].as_array()).flatten();
        options
            .filter_map(|option| option["label"].as_str())
            .map(str::to_owned)
            .collect()
    }

    /// Its buttons and selects.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &Value> {
        self.components
            .iter()
            .filter_map(|row| row["components"].as_array())
            .flatten()
    }

    /// The file of a name.
    pub(crate) fn file(&self, name: &str) -> &FileView {
        let names = || self.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>();
        self.files
            .iter()
            .find(|file| file.name == name)
            .unwrap_or_else(|| panic!("no file {name} among {:?}", names()))
    }
}

/// A modal as it opens.
#[derive(Debug, Clone)]
pub(crate) struct ModalView {
    pub custom_id: String,
    pub title: String,
    pub data: Value,
}

impl ModalView {
    /// Its text inputs.
    pub(crate) fn inputs(&self) -> impl Iterator<Item = &Value> {
        let rows = self.data["components"].as_array().into_iter().flatten();
        rows.filter_map(|row| row["components"].as_array()).flatten()
    }

    /// The labels of its inputs.
    pub(crate) fn labels(&self) -> Vec<String> {
        self.inputs()
            .filter_map(|input| input["label"].as_str())
            .map(str::to_owned)
            .collect()
    }
}

/// What came back on a command, a press or a modal.
#[derive(Debug, Clone)]
pub(crate) struct InteractionView<'f> {
    pub fake: &'f FakeDiscord,
    pub user: Snowflake,
    pub channel: Snowflake,
    pub token: String,
    /// How long the bot took to answer at all.
    pub latency: Duration,
    pub deferred: bool,
    /// The choices of an autocomplete, as name and value.
    pub choices: Vec<(String, Value)>,
    pub modal: Option<ModalView>,
}

impl<'f> InteractionView<'f> {
    /// What a first answer shows.
    pub(crate) fn of(fake: &'f FakeDiscord, interaction: &Interaction) -> Option<Self> {
        let response = interaction.response.as_ref()?;
        let modal = match response {
            Response::Modal(data) => Some(ModalView {
                custom_id: data["custom_id"].as_str().unwrap_or_default().to_owned(),
                title: data["title"].as_str().unwrap_or_default().to_owned(),
                data: data.clone(),
            }),
            _ => None,
        };
        let choices = match response {
            Response::Choices(list) => list.as_slice(),
            _ => &[],
        };
        let named = choices.iter().map(|choice| {
            (
                choice["name"].as_str().unwrap_or_default().to_owned(),
                choice["value"].clone(),
            )
        });
        Some(Self {
            fake,
            user: interaction.user,
            channel: interaction.channel,
            token: interaction.token.clone(),
            latency: interaction.latency.unwrap_or_default(),
            deferred: matches!(response, Response::Deferred | Response::DeferredUpdate),
            choices: named.collect(),
            modal,
        })
    }

    /// The answer, once it is there in full: a deferred one when it has been filled in.
    pub(crate) async fn reply(&self) -> MessageView {
        self.fake
            .wait_for("the bot's answer to an interaction", |world| {
                let interaction = world.interactions.get(&self.token)?;
                let message = world.message(interaction.channel, interaction.original?).ok()?;
                (!interaction.loading).then(|| MessageView::of(world, message))
            })
            .await
    }

    /// A follow-up, counted from the first.
    pub(crate) async fn follow_up(&self, index: usize) -> MessageView {
        self.fake
            .wait_for("a follow-up to an interaction", |world| {
                let interaction = world.interactions.get(&self.token)?;
                let message = world
                    .message(interaction.channel, *interaction.followups.get(index)?)
                    .ok()?;
                Some(MessageView::of(world, message))
            })
            .await
    }

    /// The modal that opened.
    pub(crate) fn modal(&self) -> &ModalView {
        self.modal.as_ref().unwrap_or_else(|| panic!("no modal opened"))
    }
}
