//! Whom a message would ping, and what `allowed_mentions` makes of it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    super::{error::Mistakes, snowflake::Snowflake},
    fields::{given, list, only},
};

/// Whom a text names.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub everyone: bool,
    pub users: BTreeSet<Snowflake>,
    pub roles: BTreeSet<Snowflake>,
}

impl Named {
    /// Whether nobody is named.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Reads the mentions out of a text.
pub(crate) fn named(text: &str) -> Named {
    let mut named = Named {
        everyone: text.contains("@everyone") || text.contains("@here"),
        ..Named::default()
    };
    for piece in text.split("<@").skip(1) {
        let Some((inside, _)) = piece.split_once('>') else {
            continue;
        };
        if let Some(role) = inside.strip_prefix('&') {
            named.roles.extend(role.parse::<Snowflake>());
        } else {
            named.users.extend(inside.trim_start_matches('!').parse::<Snowflake>());
        }
    }
    named
}

/// Checks the form of `allowed_mentions`.
pub(crate) fn check(mistakes: &mut Mistakes, message: &Value) {
    let Some(allowed) = given(message, "allowed_mentions") else {
        return;
    };
    let path = "allowed_mentions";
    only(mistakes, path, allowed, &["parse", "users", "roles", "replied_user"]);
    let parse = list(mistakes, path, allowed, "parse", 3);
    for wrong in parse
        .iter()
        .filter(|kind| !["users", "roles", "everyone"].contains(&kind.as_str().unwrap_or_default()))
    {
        mistakes.add(
            "allowed_mentions.parse",
            "BASE_TYPE_CHOICES",
            &format!("{wrong} is not one of users, roles, everyone"),
        );
    }
    for kind in ["users", "roles"] {
        let ids = list(mistakes, path, allowed, kind, 100);
        if !ids.is_empty() && parse.iter().any(|parsed| parsed == kind) {
            let message = format!("parse:[\"{kind}\"] and {kind}: [ids...] are mutually exclusive.");
            mistakes.add(path, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", &message);
        }
    }
}

/// Whom a message pings after `allowed_mentions` has been heard; without it, everyone it names.
pub(crate) fn pinged(named: Named, allowed: Option<&Value>) -> Named {
    let Some(allowed) = allowed.filter(|allowed| !allowed.is_null()) else {
        return named;
    };
    let parses = |kind: &str| {
        allowed["parse"]
            .as_array()
            .is_some_and(|parse| parse.iter().any(|one| one == kind))
    };
    let listed = |kind: &str| -> BTreeSet<Snowflake> {
        allowed[kind]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Snowflake::read)
            .collect()
    };
    let keep = |ids: BTreeSet<Snowflake>, kind: &str| {
        let list = listed(kind);
        ids.into_iter().filter(|id| parses(kind) || list.contains(id)).collect()
    };
    Named {
        everyone: named.everyone && parses("everyone"),
        users: keep(named.users, "users"),
        roles: keep(named.roles, "roles"),
    }
}
