//! The world a fake starts with, and what a test adds to it or takes away.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::Duration,
};

use serde_json::json;

use super::{
    FakeDiscord, Limits, Options, event,
    gateway::sessions::Gateway,
    permission,
    rate::RateLimiter,
    render,
    snowflake::{Clock, Snowflake},
    world::{Channel, Guild, Member, Role, User, World},
};

/// One guild with `#general`, its owner, and the bot.
pub(crate) fn world(options: Options) -> World {
    let mut clock = Clock::default();
    let bot = clock.next();
    let rates = RateLimiter::new(options.limits.clone());
    let gateway = Gateway::new(options.identifies_left);
    let mut world = World {
        options,
        clock,
        bot,
        token_reset: false,
        users: BTreeMap::new(),
        guilds: BTreeMap::new(),
        channels: BTreeMap::new(),
        messages: BTreeMap::new(),
        webhooks: BTreeMap::new(),
        files: BTreeMap::new(),
        interactions: HashMap::new(),
        commands: BTreeMap::new(),
        nonces: HashMap::new(),
        typing: BTreeMap::new(),
        taken: BTreeMap::new(),
        threads_taken: BTreeSet::new(),
        watchers: Vec::new(),
        gateway,
        rates,
        faults: super::fault::Faults::default(),
        requests: Vec::new(),
        violations: Vec::new(),
    };
    world.users.insert(
        bot,
        User {
            id: bot,
            name: "Hotseat".to_owned(),
            bot: true,
            takes_dms: false,
        },
    );
    let guild = world.add_guild("Practice");
    world.add_channel(guild, "general");
    world
}

impl World {
    fn add_user(&mut self, name: &str) -> Snowflake {
        let id = self.clock.next();
        self.users.insert(
            id,
            User {
                id,
                name: name.to_owned(),
                bot: false,
                takes_dms: true,
            },
        );
        id
    }

    fn add_guild(&mut self, name: &str) -> Snowflake {
        let (id, bot_role) = (self.clock.next(), self.clock.next());
        let owner = self.add_user(&format!("owner of {name}"));
        let roles = [
            Role {
                id,
                name: "@everyone".to_owned(),
                permissions: permission::EVERYONE,
                managed: false,
            },
            Role {
                id: bot_role,
                name: "Hotseat".to_owned(),
                permissions: permission::BOT,
                managed: true,
            },
        ];
        let guild = Guild {
            id,
            name: name.to_owned(),
            owner,
            roles: roles.into_iter().map(|role| (role.id, role)).collect(),
            members: BTreeMap::new(),
            unavailable: false,
        };
        self.guilds.insert(id, guild);
        self.add_member(id, owner, &[]);
        self.add_member(id, self.bot, &[bot_role]);
        id
    }

    fn add_member(&mut self, guild: Snowflake, user: Snowflake, roles: &[Snowflake]) {
        let joined = self.clock.now();
        if let Some(guild) = self.guilds.get_mut(&guild) {
            guild.members.entry(user).or_insert(Member {
                roles: roles.iter().copied().collect(),
                joined,
            });
        }
    }

    fn add_channel(&mut self, guild: Snowflake, name: &str) -> Snowflake {
        let id = self.clock.next();
        let channel = Channel {
            id,
            kind: 0,
            guild: Some(guild),
            parent: None,
            name: name.to_owned(),
            overwrites: BTreeMap::new(),
            thread: None,
            recipients: Vec::new(),
        };
        self.channels.insert(id, channel);
        id
    }
}

impl FakeDiscord {
    /// The first guild.
    pub(crate) fn guild(&self) -> Snowflake {
        self.read(|world| *world.guilds.keys().next().expect("the world begins with a guild"))
    }

    /// The bot's user, which is its application's id too.
    pub(crate) fn bot(&self) -> Snowflake {
        self.read(|world| world.bot)
    }

    /// The channel of a name, in the first guild that has one.
    pub(crate) fn channel(&self, name: &str) -> Snowflake {
        let found = self.read(|world| {
            world
                .channels
                .values()
                .find(|channel| channel.name == name)
                .map(|channel| channel.id)
        });
        found.unwrap_or_else(|| panic!("there is no channel called {name}"))
    }

    /// Adds a guild with the bot in it.
    pub(crate) fn add_guild(&self, name: &str) -> Snowflake {
        self.change(|world| {
            let guild = world.add_guild(name);
            let whole = world
                .guilds
                .get(&guild)
                .map(|guild| render::whole_guild(world, guild))
                .unwrap_or_default();
            world.guild_event("GUILD_CREATE", guild, whole);
            guild
        })
    }

    /// Adds a text channel.
    pub(crate) fn add_channel(&self, guild: Snowflake, name: &str) -> Snowflake {
        self.change(|world| {
            let id = world.add_channel(guild, name);
            event::channel(world, "CHANNEL_CREATE", id, false);
            id
        })
    }

    /// A user's id by name; unknown ones are made, without a guild.
    pub(crate) fn user_id(&self, name: &str) -> Snowflake {
        self.change(|world| {
            let known = world.users.values().find(|user| user.name == name).map(|user| user.id);
            known.unwrap_or_else(|| world.add_user(name))
        })
    }

    /// Takes a user into a guild.
    pub(crate) fn add_member(&self, guild: Snowflake, user: Snowflake) {
        self.change(|world| {
            world.add_member(guild, user, &[]);
            let data = render::member(world, guild, user);
            let mut data = data;
            data["guild_id"] = guild.into();
            world.dispatch(&event::Event::plain(
                "GUILD_MEMBER_ADD",
                Some(guild),
                event::intent::GUILD_MEMBERS,
                data,
            ));
        });
    }

    /// A member leaves or is removed: out of the guild and of its threads.
    pub(crate) fn remove_member(&self, guild: Snowflake, user: Snowflake) {
        self.change(|world| {
            if let Some(guild) = world.guilds.get_mut(&guild) {
                guild.members.remove(&user);
            }
            let channels = world
                .channels
                .values_mut()
                .filter(|channel| channel.guild == Some(guild));
            let threads: Vec<Snowflake> = channels
                .filter_map(|channel| channel.thread.as_mut()?.members.remove(&user).then_some(channel.id))
                .collect();
            let data = json!({"guild_id": guild, "user": render::user_by_id(world, user)});
            let intents = event::intent::GUILD_MEMBERS;
            world.dispatch(&event::Event::plain("GUILD_MEMBER_REMOVE", Some(guild), intents, data));
            for thread in threads {
                event::thread_members(world, thread, &[], &[user]);
            }
        });
    }

    /// Adds a role with permissions.
    pub(crate) fn add_role(&self, guild: Snowflake, name: &str, permissions: u64) -> Snowflake {
        self.change(|world| {
            let id = world.clock.next();
            if let Some(guild) = world.guilds.get_mut(&guild) {
                guild.roles.insert(
                    id,
                    Role {
                        id,
                        name: name.to_owned(),
                        permissions,
                        managed: false,
                    },
                );
            }
            id
        })
    }

    /// Gives a member a role.
    pub(crate) fn give_role(&self, guild: Snowflake, user: Snowflake, role: Snowflake) {
        self.change(|world| {
            let member = world
                .guilds
                .get_mut(&guild)
                .and_then(|guild| guild.members.get_mut(&user));
            member.expect("only members have roles").roles.insert(role);
        });
    }

    /// Takes permissions from the bot in one channel.
    pub(crate) fn deny_bot(&self, channel: Snowflake, permissions: u64) {
        let bot = self.bot();
        self.deny(channel, bot, permissions);
    }

    /// Takes permissions from a user or a role in one channel; nothing else is denied there.
    pub(crate) fn deny(&self, channel: Snowflake, who: Snowflake, permissions: u64) {
        self.change(|world| {
            let place = world.channels.get_mut(&channel).expect("the channel exists");
            place.overwrites.insert(who, (0, permissions));
            event::channel(world, "CHANNEL_UPDATE", channel, false);
        });
    }

    /// Closes or opens a user's direct messages.
    pub(crate) fn takes_dms(&self, user: Snowflake, yes: bool) {
        self.change(|world| world.users.get_mut(&user).expect("the user exists").takes_dms = yes);
    }

    /// Archives a thread, as inactivity does; a locked one is not opened by a message.
    pub(crate) fn archive(&self, thread: Snowflake, locked: bool) {
        self.change(|world| {
            let now = world.clock.now();
            let state = world.thread_mut(thread).expect("it is a thread");
            (state.archived, state.locked, state.archive_changed) = (true, locked, now);
            event::channel(world, "THREAD_UPDATE", thread, false);
        });
    }

    /// Deletes a channel or thread with its messages and webhooks.
    pub(crate) fn delete_channel(&self, channel: Snowflake) {
        self.change(|world| world.remove_channel(channel));
    }

    /// Removes the bot from a guild.
    pub(crate) fn kick_bot(&self, guild: Snowflake) {
        self.change(|world| {
            world.guild_event("GUILD_DELETE", guild, json!({"id": guild}));
            let bot = world.bot;
            if let Some(guild) = world.guilds.get_mut(&guild) {
                guild.members.remove(&bot);
            }
        });
    }

    /// Begins or ends an outage of a guild.
    pub(crate) fn outage(&self, guild: Snowflake, unavailable: bool) {
        self.change(|world| {
            if let Some(guild) = world.guilds.get_mut(&guild) {
                guild.unavailable = unavailable;
            }
            if unavailable {
                world.guild_event("GUILD_DELETE", guild, json!({"id": guild, "unavailable": true}));
            } else {
                let whole = world
                    .guilds
                    .get(&guild)
                    .map(|guild| render::whole_guild(world, guild))
                    .unwrap_or_default();
                world.guild_event("GUILD_CREATE", guild, whole);
            }
        });
    }

    /// Replaces the limits.
    pub(crate) fn set_limits(&self, limits: Limits) {
        self.change(|world| world.rates.limits = limits);
    }

    /// Moves Discord's clock ahead: tokens expire, nonces are forgotten. Rate limits keep real time.
    pub(crate) fn advance(&self, by: Duration) {
        self.change(|world| world.clock.advance(by));
    }

    /// Switches privileged intents on or off in the portal.
    pub(crate) fn set_privileged_intents(&self, intents: u64) {
        self.change(|world| world.options.privileged_intents = intents);
    }

    /// Makes the token invalid.
    pub(crate) fn reset_token(&self) {
        self.change(|world| world.token_reset = true);
    }
}

impl World {
    /// Deletes a channel or thread with its threads, messages and webhooks.
    pub(crate) fn remove_channel(&mut self, id: Snowflake) {
        let threads: BTreeSet<Snowflake> = self
            .channels
            .values()
            .filter(|channel| channel.parent == Some(id))
            .map(|channel| channel.id)
            .collect();
        for thread in threads {
            self.remove_channel(thread);
        }
        let Some(channel) = self.channels.get(&id).cloned() else {
            return;
        };
        if permission::sees(self, &channel, self.bot) {
            event::channel_deleted(self, &channel);
        }
        self.channels.remove(&id);
        self.messages.remove(&id);
        self.webhooks.retain(|_, webhook| webhook.channel != id);
    }
}
