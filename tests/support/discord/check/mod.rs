//! Discord's limits on forms, each mistake noted at its path. Pure: these look at JSON only.

pub(crate) mod command;
pub(crate) mod component;
pub(crate) mod embed;
pub(crate) mod fields;
pub(crate) mod mention;
pub(crate) mod message;
pub(crate) mod modal;
