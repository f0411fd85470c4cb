//! A slash command as Discord's client would send it: looked up among the registered ones, its options typed and resolved.

use serde_json::{Map, Value, json};

use super::super::{
    permission, render,
    snowflake::Snowflake,
    world::{Channel, World},
};

/// A command ready to be sent, or why Discord's client would not send it.
pub(crate) fn data(
    world: &World,
    user: Snowflake,
    channel: &Channel,
    words: &str,
    given: &[(&str, &str)],
    focused: Option<&str>,
) -> Result<Value, String> {
    let mut words = words.split_whitespace();
    let name = words.next().unwrap_or_default();
    let command = find(world, channel.guild, name).ok_or_else(|| format!("there is no command /{name}"))?;
    may_use(world, user, channel, command)?;
    let mut path = Vec::new();
    let mut holder = command;
    for word in words {
        holder = options(holder)
            .find(|option| option["name"] == word && matches!(option["type"].as_u64(), Some(1 | 2)))
            .ok_or_else(|| format!("/{name} has no sub-command {word}"))?;
        path.push(holder);
    }
    if options(holder).any(|option| matches!(option["type"].as_u64(), Some(1 | 2))) {
        return Err(format!("/{name} needs a sub-command"));
    }
    let mut resolved = Map::new();
    let mut values = fill(world, channel, holder, given, focused, &mut resolved)?;
    for level in path.into_iter().rev() {
        values = vec![json!({"name": level["name"], "type": level["type"], "options": values})];
    }
    let mut data = json!({"id": command["id"], "name": name, "type": 1, "options": values});
    if !resolved.is_empty() {
        data["resolved"] = Value::Object(resolved);
    }
    if let Some(guild) = command.get("guild_id") {
        data["guild_id"] = guild.clone();
    }
    Ok(data)
}

fn find<'w>(world: &'w World, guild: Option<Snowflake>, name: &str) -> Option<&'w Value> {
    let own = guild.and_then(|guild| world.commands.get(&Some(guild)));
    let all = own.into_iter().chain(world.commands.get(&None)).flatten();
    all.into_iter()
        .find(|command| command["name"] == name && command["type"] == 1)
}

fn options(holder: &Value) -> impl Iterator<Item = &Value> {
    holder["options"].as_array().into_iter().flatten()
}

/// Refuses what the client would not offer: outside its contexts, or without the permissions a command asks for.
fn may_use(world: &World, user: Snowflake, channel: &Channel, command: &Value) -> Result<(), String> {
    let name = &command["name"];
    let context = u64::from(channel.guild.is_none());
    let offered = match command["contexts"].as_array() {
        Some(contexts) => contexts.iter().any(|one| *one == context),
        None => channel.guild.is_some() || command["dm_permission"] != false,
    };
    if !offered {
        return Err(format!("{name} is not offered here"));
    }
    let needed = match &command["default_member_permissions"] {
        Value::String(text) => text.parse().unwrap_or_default(),
        other => other.as_u64().unwrap_or_default(),
    };
    let has = permission::in_channel(world, channel, user);
    let closed = command["default_member_permissions"] == "0" && has != permission::ALL;
    if channel.guild.is_some() && (closed || has & needed != needed || has & permission::USE_APPLICATION_COMMANDS == 0)
    {
        return Err(format!("{name} is not offered to this member"));
    }
    Ok(())
}

fn fill(
    world: &World,
    channel: &Channel,
    holder: &Value,
    given: &[(&str, &str)],
    focused: Option<&str>,
    resolved: &mut Map<String, Value>,
) -> Result<Vec<Value>, String> {
    let mut values = Vec::new();
    for (name, text) in given {
        let option = options(holder)
            .find(|option| option["name"] == *name)
            .ok_or_else(|| format!("there is no option {name}"))?;
        let is_focused = focused == Some(*name);
        let value = if is_focused {
            json!(text)
        } else {
            value(world, channel, option, text, resolved)?
        };
        let mut filled = json!({"name": name, "type": option["type"], "value": value});
        if is_focused {
            filled["focused"] = json!(true);
        }
        values.push(filled);
    }
    let missing = options(holder).find(|option| {
        option["required"] == true && focused.is_none() && !given.iter().any(|(name, _)| option["name"] == *name)
    });
    missing.map_or(Ok(values), |option| {
        Err(format!("the option {} is required", option["name"]))
    })
}

fn value(
    world: &World,
    channel: &Channel,
    option: &Value,
    text: &str,
    resolved: &mut Map<String, Value>,
) -> Result<Value, String> {
    let name = &option["name"];
    if let Some(choices) = option["choices"].as_array().filter(|choices| !choices.is_empty()) {
        let chosen = choices
            .iter()
            .find(|choice| choice["name"] == text || plain(&choice["value"]) == text);
        return chosen
            .map(|choice| choice["value"].clone())
            .ok_or_else(|| format!("{name} has no choice {text}"));
    }
    let wrong = |kind: &str| format!("{name} takes {kind}, not {text}");
    match option["type"].as_u64() {
        Some(3) => {
            let (least, most) = (
                option["min_length"].as_u64().unwrap_or(0),
                option["max_length"].as_u64().unwrap_or(6_000),
            );
            let count = text.chars().count() as u64;
            if (least..=most).contains(&count) {
                Ok(json!(text))
            } else {
                Err(wrong("text of another length"))
            }
        }
        Some(4) => {
            in_range(option, text.parse::<i64>().ok().map(Value::from), text).ok_or_else(|| wrong("a whole number"))
        }
        Some(10) => in_range(option, text.parse::<f64>().ok().map(Value::from), text).ok_or_else(|| wrong("a number")),
        Some(5) => text
            .parse::<bool>()
            .map(Value::from)
            .map_err(|_| wrong("true or false")),
        Some(kind @ (6 | 7 | 8 | 11)) => {
            resolve(world, channel, kind, text, resolved).ok_or_else(|| wrong("the id of what is there"))
        }
        _ => Err(wrong("nothing the fake knows")),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn in_range(option: &Value, value: Option<Value>, text: &str) -> Option<Value> {
    let number: f64 = text.parse().ok()?;
    let low = option["min_value"].as_f64().is_none_or(|least| number >= least);
    let high = option["max_value"].as_f64().is_none_or(|most| number <= most);
    value.filter(|_| low && high)
}

fn resolve(
    world: &World,
    channel: &Channel,
    kind: u64,
    text: &str,
    resolved: &mut Map<String, Value>,
) -> Option<Value> {
    let id: Snowflake = text.parse().ok()?;
    let mut put = |group: &str, value: Value| {
        resolved.entry(group).or_insert_with(|| json!({}))[text] = value;
    };
    match kind {
        6 => {
            put("users", render::user(world.users.get(&id)?));
            if let Some(guild) = channel.guild {
                let mut member = render::partial_member(world, guild, id);
                if member.is_object() {
                    member["permissions"] = json!(permission::in_channel(world, channel, id).to_string());
                    put("members", member);
                }
            }
        }
        7 => put(
            "channels",
            render::partial_channel(world, world.channels.get(&id)?, world.bot),
        ),
        8 => put(
            "roles",
            render::role(world.guilds.get(&channel.guild?)?.roles.get(&id)?),
        ),
        _ => {
            let mut file = render::attachment(world.files.get(&id)?);
            file["ephemeral"] = json!(true);
            put("attachments", file);
        }
    }
    Some(json!(text))
}
