//! How a test acts and looks: as people in the channel do, and as the one who keeps the watch.

mod command;
pub(crate) mod component;
pub(crate) mod person;
pub(crate) mod view;
pub(crate) mod watch;
mod writing;
