//! Sessions: what each has been sent, so that it can be resumed, and to which connection it speaks now.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use super::super::{
    event::{Event, intent},
    render,
    snowflake::{Snowflake, since},
    world::World,
};

/// What a connection is told to do.
#[derive(Debug, Clone)]
pub(crate) enum Out {
    Send(String),
    Close(u16, &'static str),
    /// Cuts the connection without a close frame.
    Cut,
}

/// A session.
#[derive(Debug)]
pub(crate) struct Session {
    pub id: String,
    pub intents: u64,
    pub shard: (u64, u64),
    pub sequence: u64,
    /// Every event it was sent, by sequence number.
    pub log: Vec<(u64, Value)>,
    pub outbox: Option<UnboundedSender<Out>>,
}

impl Session {
    fn push(&mut self, name: &str, data: &Value) {
        self.sequence += 1;
        let frame = json!({"op": 0, "s": self.sequence, "t": name, "d": data});
        self.log.push((self.sequence, frame.clone()));
        self.send(&frame);
    }

    /// Sends a frame if it is connected.
    pub(crate) fn send(&mut self, frame: &Value) {
        if let Some(outbox) = &self.outbox
            && outbox.send(Out::Send(frame.to_string())).is_err()
        {
            self.outbox = None;
        }
    }
}

/// The order in which held events go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    AsTheyCame,
    Reversed,
    /// Shuffled, always in the same way for the same seed.
    Shuffled(u64),
}

/// All sessions, and the faults of the gateway.
#[derive(Debug)]
pub(crate) struct Gateway {
    pub sessions: BTreeMap<String, Session>,
    /// How often each event is sent.
    pub copies: usize,
    /// Names of events that are never sent.
    pub lost: Vec<String>,
    /// Events kept back, if they are.
    pub held: Option<Vec<Event>>,
    /// Heartbeats are answered.
    pub acknowledges: bool,
    /// New connections are accepted.
    pub open: bool,
    pub identifies_left: u64,
    pub last_identify: Option<Timestamp>,
}

impl Gateway {
    /// No session yet.
    pub(crate) fn new(identifies_left: u64) -> Self {
        Self {
            sessions: BTreeMap::new(),
            copies: 1,
            lost: Vec::new(),
            held: None,
            acknowledges: true,
            open: true,
            identifies_left,
            last_identify: None,
        }
    }

    /// The sessions that have a connection.
    pub(crate) fn connected(&self) -> usize {
        self.sessions
            .values()
            .filter(|session| session.outbox.as_ref().is_some_and(|outbox| !outbox.is_closed()))
            .count()
    }

    /// Tells every connection something.
    pub(crate) fn tell(&mut self, out: &Out) {
        for session in self.sessions.values_mut() {
            if let Some(outbox) = &session.outbox {
                // A connection that has ended needs telling no more.
                let _ = outbox.send(out.clone());
            }
            if !matches!(out, Out::Send(_)) {
                session.outbox = None;
            }
        }
    }
}

/// Why a connection is refused: a close code and its reason.
pub(crate) type Closed = (u16, &'static str);

/// How an IDENTIFY ends.
#[derive(Debug)]
pub(crate) enum Identified {
    Session(String),
    /// Too soon after the last one: op 9.
    TooSoon,
}

impl World {
    /// Sends an event to every session that may have it, as often as the test wants.
    pub(crate) fn dispatch(&mut self, event: &Event) {
        if let Some(held) = &mut self.gateway.held {
            held.push(event.clone());
            return;
        }
        self.send_now(event);
    }

    /// Sends an event though others are held.
    pub(crate) fn send_now(&mut self, event: &Event) {
        if self.gateway.lost.iter().any(|name| name == event.name) {
            return;
        }
        for _ in 0..self.gateway.copies {
            for session in self.gateway.sessions.values_mut() {
                let (shard, shards) = session.shard;
                let mine = event.guild.map_or(0, |guild| (guild.0 >> 22) % shards) == shard;
                let wanted = event.intents == 0 || session.intents & event.intents != 0;
                if mine && wanted {
                    session.push(event.name, &event.for_intents(session.intents));
                }
            }
        }
    }

    /// Opens a session, or says why not.
    pub(crate) fn identify(&mut self, data: &Value, outbox: &UnboundedSender<Out>) -> Result<Identified, Closed> {
        self.rates.counters.identifies += 1;
        let (intents, shard) = self.check_identify(data)?;
        let now = Timestamp::now();
        let every = self.options.identify_every;
        if self.gateway.last_identify.is_some_and(|last| since(now, last) < every) {
            return Ok(Identified::TooSoon);
        }
        self.gateway.last_identify = Some(now);
        let id = format!("{:032x}", self.clock.next().0);
        let session = Session {
            id: id.clone(),
            intents,
            shard,
            sequence: 0,
            log: Vec::new(),
            outbox: Some(outbox.clone()),
        };
        self.gateway.sessions.insert(id.clone(), session);
        self.greet(&id);
        Ok(Identified::Session(id))
    }

    fn check_identify(&mut self, data: &Value) -> Result<(u64, (u64, u64)), Closed> {
        if self.gateway.identifies_left == 0 {
            self.token_reset = true;
        }
        self.gateway.identifies_left = self.gateway.identifies_left.saturating_sub(1);
        if !self.is_gateway_token(data) {
            return Err((4004, "Authentication failed."));
        }
        if !data["properties"].is_object() {
            return Err((4002, "Error while decoding payload."));
        }
        let intents = data["intents"].as_u64().ok_or((4013, "Invalid intent(s)."))?;
        if intents & !intent::ALL != 0 {
            return Err((4013, "Invalid intent(s)."));
        }
        let privileged = intent::GUILD_MEMBERS | intent::GUILD_PRESENCES | intent::MESSAGE_CONTENT;
        if intents & privileged & !self.options.privileged_intents != 0 {
            return Err((4014, "Disallowed intent(s)."));
        }
        let shard = match data["shard"].as_array().map(Vec::as_slice) {
            None => (0, 1),
            Some([id, count]) => (id.as_u64().unwrap_or(u64::MAX), count.as_u64().unwrap_or_default()),
            Some(_) => return Err((4010, "Invalid shard.")),
        };
        if shard.0 >= shard.1 {
            Err((4010, "Invalid shard."))
        } else {
            Ok((intents, shard))
        }
    }

    /// READY, then each guild.
    fn greet(&mut self, id: &str) {
        let guilds: Vec<_> = self
            .guilds
            .values()
            .filter(|guild| guild.members.contains_key(&self.bot))
            .cloned()
            .collect();
        let Some(session) = self.gateway.sessions.get(id) else {
            return;
        };
        let (shard, intents) = (session.shard, session.intents);
        let mine: Vec<_> = guilds
            .into_iter()
            .filter(|guild| (guild.id.0 >> 22) % shard.1 == shard.0)
            .collect();
        let mut user = render::user_by_id(self, self.bot);
        user["verified"] = json!(true);
        user["mfa_enabled"] = json!(false);
        let ready = json!({
            "v": 10, "user": user, "session_id": id, "resume_gateway_url": self.options.gateway_url, "shard": [shard.0, shard.1],
            "guilds": mine.iter().map(|guild| json!({"id": guild.id, "unavailable": true})).collect::<Vec<_>>(),
            "application": {"id": self.bot, "flags": 0}, "private_channels": [], "user_settings": {},
        });
        let wants_guilds = intents & intent::GUILDS != 0;
        let open = mine.iter().filter(|guild| wants_guilds && !guild.unavailable);
        let whole: Vec<Value> = open.map(|guild| render::whole_guild(self, guild)).collect();
        let Some(session) = self.gateway.sessions.get_mut(id) else {
            return;
        };
        session.push("READY", &ready);
        for guild in &whole {
            session.push("GUILD_CREATE", guild);
        }
    }

    /// Takes a session up again and replays what it missed; `None` is an invalid session.
    pub(crate) fn resume(&mut self, data: &Value, outbox: &UnboundedSender<Out>) -> Result<Option<String>, Closed> {
        self.rates.counters.resumes += 1;
        if !self.is_gateway_token(data) {
            return Err((4004, "Authentication failed."));
        }
        let seen = data["seq"].as_u64().ok_or((4002, "Error while decoding payload."))?;
        let id = data["session_id"].as_str().unwrap_or_default().to_owned();
        let Some(session) = self.gateway.sessions.get_mut(&id) else {
            return Ok(None);
        };
        if seen > session.sequence {
            self.gateway.sessions.remove(&id);
            return Err((4007, "Invalid seq."));
        }
        session.outbox = Some(outbox.clone());
        let missed: Vec<Value> = session
            .log
            .iter()
            .filter(|(sequence, _)| *sequence > seen)
            .map(|(_, frame)| frame.clone())
            .collect();
        for frame in &missed {
            session.send(frame);
        }
        session.push("RESUMED", &json!({}));
        Ok(Some(id))
    }

    /// The gateway takes the token with or without the `Bot ` that REST asks for.
    fn is_gateway_token(&self, data: &Value) -> bool {
        let token = data["token"].as_str().unwrap_or_default();
        self.is_token(token.strip_prefix("Bot ").unwrap_or(token))
    }

    /// Whether this is the bot's token.
    pub(crate) fn is_token(&self, token: &str) -> bool {
        !self.token_reset && token == self.options.token
    }

    /// Takes a guild's outage or its end to the sessions.
    pub(crate) fn guild_event(&mut self, name: &'static str, guild: Snowflake, data: Value) {
        self.dispatch(&Event::plain(name, Some(guild), intent::GUILDS, data));
    }
}

/// A connection must send a heartbeat within this.
pub(crate) fn patience(interval: Duration) -> Duration {
    interval.saturating_mul(3) / 2
}
