//! A person at the keyboard. What Discord's client would not let them do fails the test.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    super::{
        FakeDiscord, event,
        interaction::{FIRST_ANSWER, Interaction, Kind},
        permission, render,
        snowflake::Snowflake,
        world::{Channel, World},
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
        let used = Use {
            kind: Kind::Component,
            channel: message.channel,
            source: Some(message.id),
            data,
        };
        expect(self.use_it(used).await, button)
    }

    /// Chooses in a select, named by its placeholder or custom id.
    pub(crate) async fn select(&self, message: &MessageView, select: &str, chosen: &[&str]) -> InteractionView<'f> {
        let data = allowed(component::choose(&self.sees_now(message), select, chosen));
        let used = Use {
            kind: Kind::Component,
            channel: message.channel,
            source: Some(message.id),
            data,
        };
        expect(self.use_it(used).await, select)
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
