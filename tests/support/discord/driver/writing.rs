//! What people do without the bot's help: they write, edit, delete, type, send files, join and leave.

use serde_json::json;

use super::{
    super::{
        FakeDiscord,
        check::mention,
        event, permission,
        rest::compose,
        snowflake::Snowflake,
        world::{Author, File, Message, World},
    },
    person::Person,
    view::MessageView,
};

/// The flag of a voice message.
const VOICE: u64 = 1 << 13;

impl FakeDiscord {
    /// Another bot in the first guild, which can write like a person.
    pub(crate) fn other_bot(&self, name: &str) -> Person<'_> {
        let person = self.user(name);
        self.change(|world| {
            if let Some(user) = world.users.get_mut(&person.id) {
                user.bot = true;
            }
        });
        person
    }

    /// A message through a webhook that is not the bot's, under any name.
    pub(crate) fn foreign_webhook_says(&self, channel: impl Into<Snowflake>, name: &str, text: &str) -> MessageView {
        let channel = channel.into();
        self.change(|world| {
            let author = Author::Webhook {
                id: world.clock.next(),
                name: name.to_owned(),
                avatar: None,
            };
            let message = Message {
                content: text.to_owned(),
                ..Message::empty(&mut world.clock, compose::PLAIN, channel, author)
            };
            let view = MessageView::of(world, &message);
            compose::put(world, message);
            view
        })
    }

    /// A moderator deletes several messages at once.
    pub(crate) fn bulk_delete(&self, messages: &[&MessageView]) {
        let Some(channel) = messages.first().map(|message| message.channel) else {
            return;
        };
        let ids: Vec<Snowflake> = messages.iter().map(|message| message.id).collect();
        self.change(|world| {
            if let Some(all) = world.messages.get_mut(&channel) {
                all.retain(|id, _| !ids.contains(id));
            }
            event::deleted(world, channel, &ids);
        });
    }

    /// Discord adds a link's preview: an update of the message without its words.
    pub(crate) fn adds_preview(&self, message: &MessageView) {
        self.change(|world| event::preview(world, message.channel, message.id));
    }
}

impl Person<'_> {
    /// Uploads a file for an option that takes one, and gives the value for it.
    pub(crate) fn uploads(&self, name: &str, bytes: &[u8], content_type: &str) -> String {
        self.keeps(|id| new_file(id, id, name, bytes, content_type)).to_string()
    }

    /// Writes a message.
    pub(crate) fn says(&self, channel: impl Into<Snowflake>, text: &str) -> MessageView {
        self.writes(channel.into(), text, |_| {})
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
        let id = self.keeps(file);
        self.writes(channel.into(), "", |message| message.attachments = vec![id])
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

    /// Replies to a message.
    pub(crate) fn replies(&self, to: &MessageView, text: &str) -> MessageView {
        self.writes(to.channel, text, |message| {
            message.kind = compose::REPLY;
            message.reference = Some(to.id);
        })
    }

    /// Sends a sticker and no words.
    pub(crate) fn sends_sticker(&self, channel: impl Into<Snowflake>, name: &str) -> MessageView {
        self.writes(channel.into(), "", |message| message.sticker = Some(name.to_owned()))
    }

    /// Sends a voice message.
    pub(crate) fn sends_voice(&self, channel: impl Into<Snowflake>, seconds: u64) -> MessageView {
        let channel = channel.into();
        let id = self.keeps(|id| File {
            voice_seconds: Some(seconds),
            ..new_file(id, channel, "voice-message.ogg", b"OggS", "audio/ogg")
        });
        self.writes(channel, "", |message| {
            message.flags = VOICE;
            message.attachments = vec![id];
        })
    }

    /// Stores a file.
    fn keeps(&self, file: impl FnOnce(Snowflake) -> File) -> Snowflake {
        self.fake.change(|world| {
            let id = world.clock.next();
            world.files.insert(id, file(id));
            id
        })
    }

    fn writes(&self, channel: Snowflake, text: &str, more: impl FnOnce(&mut Message)) -> MessageView {
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
            join(world, channel, self.id);
            let mut message = Message {
                content: text.to_owned(),
                mentions: mention::named(text)
                    .users
                    .into_iter()
                    .filter(|user| world.users.contains_key(user))
                    .collect(),
                ..Message::empty(&mut world.clock, compose::PLAIN, channel, Author::User(self.id))
            };
            message.nonce = Some(json!(message.id));
            more(&mut message);
            let view = MessageView::of(world, &message);
            compose::put(world, message);
            view
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
            join(world, thread, self.id);
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
}

/// Takes a user into a thread, as writing in it does.
fn join(world: &mut World, channel: Snowflake, user: Snowflake) {
    let thread = world
        .channels
        .get_mut(&channel)
        .and_then(|channel| channel.thread.as_mut());
    if thread.is_some_and(|thread| thread.members.insert(user)) {
        event::thread_members(world, channel, &[user], &[]);
    }
}

/// A file as a person uploads it.
fn new_file(id: Snowflake, channel: Snowflake, name: &str, bytes: &[u8], content_type: &str) -> File {
    File {
        id,
        channel,
        name: name.to_owned(),
        content_type: Some(content_type.to_owned()),
        description: None,
        bytes: bytes.to_vec(),
        shown_url: None,
        shown_size: None,
        voice_seconds: None,
    }
}
