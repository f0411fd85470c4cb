//! Keeps what sled says when it panics out of the program's output: it prints its tree, and the tree holds what candidates wrote.

use std::{panic, sync::Once};

/// Puts a filter before the panic hook, once. A panic of sled's is reported by its place alone; every other one as before.
pub(super) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |panic| match panic.location() {
            Some(place) if is_sled(place.file()) => {
                tracing::error!(file = place.file(), line = place.line(), "the database broke off");
            }
            _ => usual(panic),
        }));
    });
}

/// Whether a source file is one of sled's, wherever the sources lie.
fn is_sled(file: &str) -> bool {
    file.split(['/', '\\'])
        .any(|part| part == "sled" || part.starts_with("sled-"))
}

#[cfg(test)]
mod tests {
    use super::is_sled;

    #[test]
    fn only_what_sled_says_is_kept_back() {
        assert!(is_sled(
            "/home/x/.cargo/registry/src/index.crates.io-1/sled-0.34.7/src/iter.rs"
        ));
        assert!(is_sled("vendor/sled/src/iter.rs"));
        assert!(!is_sled("src/store/mod.rs"));
        assert!(!is_sled("/work/sledge/src/lib.rs"));
    }
}
