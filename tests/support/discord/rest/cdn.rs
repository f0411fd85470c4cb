//! Files as the CDN serves them: only under their signed address.

use super::super::{
    render,
    snowflake::Snowflake,
    world::{File, World},
};

/// The file at a path, if the address is whole.
pub(crate) fn file<'w>(world: &'w World, path: &str, query: Option<&str>) -> Option<&'w File> {
    let id: Snowflake = path.strip_prefix("/attachments/")?.split('/').nth(1)?.parse().ok()?;
    let file = world.files.get(&id)?;
    let whole = format!("https://cdn.discordapp.com{path}?{}", query.unwrap_or_default());
    (render::cdn_url(file) == whole).then_some(file)
}
