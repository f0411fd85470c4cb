//! A person at the keyboard. What Discord's client would not let them do fails the test.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    super::{
        FakeDiscord, event,
        interaction::{FIRST_ANSWER, Interaction, Kind},
        permission, render,
        rest::compose,
        snowflake::Snowflake,
        world::{Author, Channel, File, Message, World},
    },
    command, component,
    view::{InteractionView, MessageView},
};

/// A person.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Person<'f> {
    pub fake: &'f FakeDiscord,
    pub id: Snowflake,
}

/// The bot did not answer in time: "The application did not respond".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DidNotRespond;

/// What an interaction is made of.
struct Use {
    kind: Kind,
    channel: Snowflake,
    source: Option<Snowflake>,
    data: Value,
}

impl FakeDiscord {
    /// A person by name, made a member of the first guild when they are new.
    pub(crate) fn user(&self, name: &str) -> Person<'_> {
        let id = self.user_id(name);
        let homeless = self.read(|world| !world.guilds.values().any(|guild| guild.members.contains_key(&id)));
        if homeless {
            self.add_member(self.guild(), id);
        }
        Person { fake: self, id }
    }
}

impl<'f> Person<'f> {
    /// Uses a slash command such as `interview start` and waits for the first answer.
    pub(crate) async fn slash(
        &self,
        channel: impl Into<Snowflake>,
        words: &str,
        options: &[(&str, &str)],
    ) -> InteractionView<'f> {
        expect(self.try_slash(channel, words, options).await, words)
    }

    /// Uses a slash command that the bot may leave unanswered.
    pub(crate) async fn try_slash(
        &self,
        channel: impl Into<Snowflake>,
        words: &str,
        options: &[(&str, &str)],
    ) -> Result<InteractionView<'f>, DidNotRespond> {
        let channel = channel.into();
        let data = self.known(channel, |world, place| {
            command::data(world, self.id, place, words, options, None)
        });
        self.use_it(Use {
            kind: Kind::Command,
            channel,
            source: None,
            data,
        })
        .await
    }

    /// Types into an option and gets the choices offered; `options` are what was filled in before.
    pub(crate) async fn autocomplete(
        &self,
        channel: impl Into<Snowflake>,
        words: &str,
        option: &str,
        text: &str,
        options: &[(&str, &str)],
    ) -> Vec<(String, Value)> {
        let channel = channel.into();
        let given: Vec<(&str, &str)> = options.iter().copied().chain([(option, text)]).collect();
        let data = self.known(channel, |world, place| {
            command::data(world, self.id, place, words, &given, Some(option))
        });
        expect(
            self.use_it(Use {
                kind: Kind::Autocomplete,
                channel,
                source: None,
                data,
            })
            .await,
            words,
        )
        .choices
    }

    /// Presses a button, named by its label or custom id.
    pub(crate) async fn click(&self, message: &MessageView, button: &str) -> InteractionView<'f> {
        expect(self.try_click(message, button).await, button)
    }

    /// Presses a button that may be left unanswered.
    pub(crate) async fn try_click(
        &self,
        message: &MessageView,
        button: &str,
    ) -> Result<InteractionView<'f>, DidNotRespond> {
        let data = allowed(component::press(&self.sees_now(message), button));
        self.use_it(Use {
            kind: Kind::Component,
            channel: message.channel,
            source: Some(message.id),
            data,
        })
        .await
    }

    /// Presses a button of a message as it was when it was read, as a finger does that was already on its way.
    pub(crate) async fn click_stale(&self, message: &MessageView, button: &str) -> InteractionView<'f> {
        let data = allowed(component::press(message, button));
        expect(
            self.use_it(Use {
                kind: Kind::Component,
                channel: message.channel,
                source: Some(message.id),
                data,
            })
            .await,
            button,
        )
    }

    /// Chooses in a select, named by its placeholder or custom id.
    pub(crate) async fn select(&self, message: &MessageView, select: &str, chosen: &[&str]) -> InteractionView<'f> {
        let data = allowed(component::choose(&self.sees_now(message), select, chosen));
        expect(
            self.use_it(Use {
                kind: Kind::Component,
                channel: message.channel,
                source: Some(message.id),
                data,
            })
            .await,
            select,
        )
    }

    /// Fills in the modal that opened and sends it.
    pub(crate) async fn submit_modal(
        &self,
        opened: &InteractionView<'_>,
        fields: &[(&str, &str)],
    ) -> InteractionView<'f> {
        let data = allowed(component::submit(opened.modal(), fields));
        let source = self
            .fake
            .read(|world| world.interactions.get(&opened.token).and_then(|opened| opened.source));
        expect(
            self.use_it(Use {
                kind: Kind::Modal,
                channel: opened.channel,
                source,
                data,
            })
            .await,
            "a modal",
        )
    }

    /// Uploads a file for an option that takes one, and gives the value for it.
    pub(crate) fn uploads(&self, name: &str, bytes: &[u8], content_type: &str) -> String {
        let file = self.fake.change(|world| {
            let id = world.clock.next();
            let file = new_file(id, id, name, bytes, content_type);
            world.files.insert(id, file);
            id
        });
        file.to_string()
    }

    /// Writes a message.
    pub(crate) fn says(&self, channel: impl Into<Snowflake>, text: &str) -> MessageView {
        self.writes(channel.into(), text, Vec::new())
    }

    /// Sends a file.
    pub(crate) fn attaches(
        &self,
        channel: impl Into<Snowflake>,
        name: &str,
        bytes: &[u8],
        content_type: &str,
    ) -> MessageView {
        let channel = channel.into();
        self.attaches_showing(channel, |id| new_file(id, channel, name, bytes, content_type))
    }

    /// Sends a file whose address or size the fake shows otherwise than it is: what a hostile client could not do on Discord, and the
    /// bot must not rely on.
    pub(crate) fn attaches_showing(
        &self,
        channel: impl Into<Snowflake>,
        file: impl FnOnce(Snowflake) -> File,
    ) -> MessageView {
        let id = self.fake.change(|world| {
            let id = world.clock.next();
            world.files.insert(id, file(id));
            id
        });
        self.writes(channel.into(), "", vec![id])
    }

    /// Sends a file with an address and a size of the test's choice.
    pub(crate) fn attaches_with_url(
        &self,
        channel: impl Into<Snowflake>,
        name: &str,
        url: &str,
        size: u64,
    ) -> MessageView {
        let channel = channel.into();
        self.attaches_showing(channel, |id| File {
            shown_url: Some(url.to_owned()),
            shown_size: Some(size),
            ..new_file(id, channel, name, b"", "text/plain")
        })
    }

    fn writes(&self, channel: Snowflake, text: &str, files: Vec<Snowflake>) -> MessageView {
        assert!(
            text.chars().count() <= 2_000,
            "Discord lets nobody write more than 2,000 characters"
        );
        self.fake.change(|world| {
            let place = world.channel(channel).expect("the channel is there").clone();
            let may = permission::require(world, &place, self.id, permission::to_send(&place));
            assert!(
                may.is_ok(),
                "Discord does not let this person write in {channel}: {may:?}"
            );
            compose::open_thread(world, channel).expect("the thread is not locked");
            if let Some(thread) = world
                .channels
                .get_mut(&channel)
                .and_then(|channel| channel.thread.as_mut())
                && thread.members.insert(self.id)
            {
                event::thread_members(world, channel, &[self.id], &[]);
            }
            let id = world.clock.next();
            let message = person_message(world, id, channel, self.id, text, files);
            compose::put(world, message);
            MessageView::of(world, world.message(channel, id).expect("it was put there"))
        })
    }

    /// Changes a message of their own.
    pub(crate) fn edits(&self, message: &MessageView, text: &str) -> MessageView {
        self.fake.change(|world| {
            let now = world.clock.now();
            let stored = world
                .message_mut(message.channel, message.id)
                .expect("the message is there");
            assert_eq!(
                stored.author,
                Author::User(self.id),
                "only one's own messages can be edited"
            );
            let old = std::mem::replace(&mut stored.content, text.to_owned());
            stored.earlier.push((now, old));
            stored.edited = Some(now);
            event::message(world, "MESSAGE_UPDATE", message.channel, message.id);
            MessageView::of(world, world.message(message.channel, message.id).expect("it is there"))
        })
    }

    /// Deletes a message.
    pub(crate) fn deletes(&self, message: &MessageView) {
        self.fake.change(|world| {
            let own = world
                .message(message.channel, message.id)
                .expect("the message is there")
                .author
                == Author::User(self.id);
            let place = world.channel(message.channel).expect("the channel is there");
            let manages = permission::in_channel(world, place, self.id) & permission::MANAGE_MESSAGES != 0;
            assert!(own || manages, "only one's own messages can be deleted");
            compose::remove(world, message.channel, message.id).expect("it is there");
        });
    }

    /// Starts to type.
    pub(crate) fn types(&self, channel: impl Into<Snowflake>) {
        let channel = channel.into();
        self.fake.change(|world| event::typing(world, channel, self.id));
    }

    /// Joins a thread.
    pub(crate) fn joins(&self, thread: impl Into<Snowflake>) {
        let thread = thread.into();
        self.fake.change(|world| {
            let place = world.channel(thread).expect("the thread is there").clone();
            assert!(
                permission::sees(world, &place, self.id),
                "this person cannot see the thread"
            );
            if world
                .thread_mut(thread)
                .expect("it is a thread")
                .members
                .insert(self.id)
            {
                event::thread_members(world, thread, &[self.id], &[]);
            }
        });
    }

    /// Leaves a thread.
    pub(crate) fn leaves(&self, thread: impl Into<Snowflake>) {
        let thread = thread.into();
        self.fake.change(|world| {
            if world
                .thread_mut(thread)
                .expect("it is a thread")
                .members
                .remove(&self.id)
            {
                event::thread_members(world, thread, &[], &[self.id]);
            }
        });
    }

    /// The messages of a channel as they see it; nothing where they cannot look.
    pub(crate) fn reads(&self, channel: impl Into<Snowflake>) -> Vec<MessageView> {
        let channel = channel.into();
        self.fake.read(|world| {
            if !world
                .channel(channel)
                .is_ok_and(|place| permission::sees(world, place, self.id))
            {
                return Vec::new();
            }
            MessageView::all(world, channel, |message| {
                message.only_for.is_none_or(|user| user == self.id)
            })
        })
    }

    /// Their direct channel with the bot, opened if there is none.
    pub(crate) fn dm(&self) -> Snowflake {
        self.fake.change(|world| world.dm_with(self.id))
    }

    /// A message as it is now, if they see it.
    pub(crate) fn sees_now(&self, message: &MessageView) -> MessageView {
        let found = self
            .reads(message.channel)
            .into_iter()
            .find(|seen| seen.id == message.id);
        found.unwrap_or_else(|| panic!("this person does not see the message {}", message.id))
    }

    /// Looks something up in a channel they can see.
    fn known(&self, channel: Snowflake, look: impl FnOnce(&World, &Channel) -> Result<Value, String>) -> Value {
        self.fake.read(|world| {
            let place = world.channel(channel).expect("the channel is there");
            assert!(
                permission::sees(world, place, self.id),
                "this person cannot see channel {channel}"
            );
            allowed(look(world, place))
        })
    }

    /// Sends an interaction and waits for its first answer, at most as long as Discord does.
    async fn use_it(&self, used: Use) -> Result<InteractionView<'f>, DidNotRespond> {
        let token = self.fake.change(|world| send(world, self.id, &used));
        let patience = FIRST_ANSWER + Duration::from_millis(100);
        let found = self
            .fake
            .wait_at_most(patience, |world| {
                InteractionView::of(self.fake, world.interactions.get(&token)?)
            })
            .await;
        found.ok_or(DidNotRespond)
    }
}

fn expect<'f>(answered: Result<InteractionView<'f>, DidNotRespond>, what: &str) -> InteractionView<'f> {
    answered.unwrap_or_else(|DidNotRespond| panic!("{what}: the application did not respond in 3 s"))
}

/// What Discord's client lets a person do, or a failed test.
fn allowed<T>(outcome: Result<T, String>) -> T {
    outcome.unwrap_or_else(|why| panic!("Discord's client would not let this happen: {why}"))
}

/// A file as a person uploads it.
pub(crate) fn new_file(id: Snowflake, channel: Snowflake, name: &str, bytes: &[u8], content_type: &str) -> File {
    File {
        id,
        channel,
        name: name.to_owned(),
        content_type: Some(content_type.to_owned()),
        description: None,
        bytes: bytes.to_vec(),
        shown_url: None,
        shown_size: None,
    }
}

fn person_message(
    world: &World,
    id: Snowflake,
    channel: Snowflake,
    author: Snowflake,
    text: &str,
    files: Vec<Snowflake>,
) -> Message {
    let named = super::super::check::mention::named(text);
    Message {
        id,
        channel,
        kind: 0,
        author: Author::User(author),
        content: text.to_owned(),
        embeds: Vec::new(),
        components: Vec::new(),
        attachments: files,
        flags: 0,
        nonce: Some(json!(id)),
        created: world.clock.now(),
        edited: None,
        mentions: named
            .users
            .into_iter()
            .filter(|user| world.users.contains_key(user))
            .collect(),
        mentions_everyone: false,
        only_for: None,
        interaction: None,
        reference: None,
        earlier: Vec::new(),
    }
}

/// Makes an interaction known and sends it to the bot.
fn send(world: &mut World, person: Snowflake, used: &Use) -> String {
    let id = world.clock.next();
    let token = format!("aW50ZXJhY3Rpb24{:x}", id.0);
    let place = world.channel(used.channel).expect("the channel is there").clone();
    let mut data = json!({
        "id": id, "application_id": world.bot, "type": used.kind.number(), "token": token, "version": 1, "data": used.data,
        "channel_id": place.id, "channel": render::partial_channel(world, &place, person), "locale": "en-US", "entitlements": [],
        "authorizing_integration_owners": {"0": place.guild.map_or_else(|| "0".to_owned(), |guild| guild.to_string())},
        "context": u64::from(place.guild.is_none()), "attachment_size_limit": 10_485_760,
        "app_permissions": permission::in_channel(world, &place, world.bot).to_string(),
    });
    if let Some(guild) = place.guild {
        let mut member = render::member(world, guild, person);
        member["permissions"] = json!(permission::in_channel(world, &place, person).to_string());
        data["member"] = member;
        data["guild_id"] = guild.into();
        data["guild_locale"] = json!("en-US");
    } else {
        data["user"] = render::user_by_id(world, person);
    }
    if let Some(source) = used.source {
        let message = world
            .message(used.channel, source)
            .expect("the message is there")
            .clone();
        data["message"] = render::message(world, &message);
    }
    let interaction = Interaction {
        id,
        token: token.clone(),
        kind: used.kind,
        user: person,
        channel: used.channel,
        created: world.clock.now(),
        sent: jiff::Timestamp::now(),
        source: used.source,
        response: None,
        latency: None,
        original: None,
        loading: false,
        followups: Vec::new(),
    };
    world.interactions.insert(token.clone(), interaction);
    world.dispatch(&event::Event::plain("INTERACTION_CREATE", place.guild, 0, data));
    token
}
