//! The way from a method and a path to a handler. A path that is not here is the bot's mistake or a gap of the fake; either way the
//! test fails.

use super::{
    super::{error::ApiResult, rate::Kind, rest},
    call::Call,
    reply::Reply,
};

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Needs `Authorization: Bot ...`.
    Bot,
    /// The token stands in the path.
    Token,
}

/// A route.
#[derive(Debug)]
pub(crate) struct Route {
    /// Method and pattern, such as `POST /channels/{channel}/messages`.
    pub name: &'static str,
    pub bucket: Kind,
    pub access: Access,
    /// Fields of the body; others are refused. None where there is no body.
    pub handler: fn(&mut Call<'_>) -> ApiResult<Reply>,
}

impl Route {
    /// A route for the bot's token.
    pub(crate) const fn bot(name: &'static str, bucket: Kind, handler: fn(&mut Call<'_>) -> ApiResult<Reply>) -> Self {
        Self {
            name,
            bucket,
            access: Access::Bot,
            handler,
        }
    }

    /// A route whose token stands in the path.
    pub(crate) const fn token(
        name: &'static str,
        bucket: Kind,
        handler: fn(&mut Call<'_>) -> ApiResult<Reply>,
    ) -> Self {
        Self {
            name,
            bucket,
            access: Access::Token,
            handler,
        }
    }

    /// The variable parts of a path, if it is this route's.
    fn matches<'p>(&self, method: &str, path: &'p str) -> Option<Vec<&'p str>> {
        let pattern = self.name.strip_prefix(method)?.strip_prefix(' ')?;
        let mut wanted = pattern.split('/');
        let mut parts = Vec::new();
        for part in path.split('/') {
            let want = wanted.next()?;
            if want.starts_with('{') {
                parts.push(part);
            } else if want != part {
                return None;
            }
        }
        wanted.next().is_none().then_some(parts)
    }
}

const TABLES: [&[Route]; 8] = [
    rest::messages::ROUTES,
    rest::channels::ROUTES,
    rest::threads::ROUTES,
    rest::webhooks::ROUTES,
    rest::callback::ROUTES,
    rest::applications::ROUTES,
    rest::users::ROUTES,
    rest::guilds::ROUTES,
];

/// All routes.
pub(crate) fn all() -> impl Iterator<Item = &'static Route> {
    TABLES.into_iter().flatten()
}

/// The route of a request with the variable parts of its path; fixed parts win over variable ones.
pub(crate) fn find<'p>(method: &str, path: &'p str) -> Option<(&'static Route, Vec<&'p str>)> {
    let fits = all().filter_map(|route| route.matches(method, path).map(|parts| (route, parts)));
    fits.min_by_key(|(_, parts)| parts.len())
}
