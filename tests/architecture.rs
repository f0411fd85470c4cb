//! The map of ARCHITECTURE.md, held to the code: modules depend downwards only, and an outside crate is named in one room.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails says where")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// What each module may use. A module that is not here is a mistake.
const MAY_USE: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("scoring", &["domain"]),
    ("library", &["domain"]),
    ("interview", &["domain", "scoring"]),
    ("report", &["domain", "interview", "library", "scoring"]),
    ("panel", &["domain", "interview", "scoring"]),
    ("store", &["domain", "interview"]),
    ("config", &["domain", "interview", "library"]),
    ("batch", &["domain", "library", "panel", "scoring"]),
    ("eval", &["batch", "domain", "library", "panel"]),
    (
        "service",
        &["domain", "interview", "library", "panel", "report", "scoring", "store"],
    ),
    ("terminal", &["domain", "interview", "report", "service"]),
    ("discord", &["config", "domain", "interview", "report", "service"]),
    ("telemetry", &[]),
    (
        "cli",
        &[
            "batch",
            "config",
            "discord",
            "domain",
            "eval",
            "interview",
            "library",
            "panel",
            "report",
            "service",
            "store",
            "telemetry",
            "terminal",
        ],
    ),
];

/// Where an outside name may stand: its folder or file below `src`.
const ROOMS: &[(&str, &[&str])] = &[
    ("sled::", &["store/"]),
    ("async_openai", &["panel/llm"]),
    ("rustyline", &["terminal"]),
    ("serenity", &["discord"]),
    ("poise", &["discord"]),
    ("reqwest12", &["discord"]),
    ("clap", &["cli"]),
    ("env::var", &["config/mod.rs"]),
    ("plotters", &["eval/plot.rs"]),
    ("serenity", &["discord"]),
    ("poise", &["discord"]),
    ("SystemTime::now", &[]),
    ("Timestamp::now", &["service/clock.rs"]),
];

struct Source {
    path: String,
    module: String,
    text: String,
}

/// Every file below `src`, without its tests.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files
        .into_iter()
        .filter_map(|file| {
            let path = file.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
            let module = path.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
            let text = fs::read_to_string(&file).unwrap();
            let text = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
            (module != "lib" && module != "main").then_some(Source { path, module, text })
        })
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The modules a text names after `crate::`, one by one or in braces.
fn used(text: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            used.extend(top_level_names(group));
        } else {
            used.extend(name(rest));
        }
    }
    used
}

/// The names at the first level of a brace group.
fn top_level_names(group: &str) -> Vec<String> {
    let mut names = Vec::new();
    let (mut depth, mut at_start) = (0_i32, true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => at_start = true,
            c if c.is_whitespace() => {}
            _ if at_start && depth == 0 => {
                names.extend(name(&group[at..]));
                at_start = false;
            }
            _ => {}
        }
    }
    names
}

fn name(text: &str) -> Option<String> {
    let end = text
        .find(|c: char| !(c.is_ascii_lowercase() || c == '_'))
        .unwrap_or(text.len());
    (end > 0).then(|| text[..end].to_owned())
}

#[test]
fn modules_depend_downwards_only() {
    let may_use: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let mut wrong = Vec::new();
    for source in sources() {
        let Some(allowed) = may_use.get(source.module.as_str()) else {
            wrong.push(format!(
                "{}: the module `{}` is not on the map",
                source.path, source.module
            ));
            continue;
        };
        for target in used(&source.text) {
            if target != source.module && may_use.contains_key(target.as_str()) && !allowed.contains(&target.as_str()) {
                wrong.push(format!("{}: `{}` may not use `{target}`", source.path, source.module));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_map_has_no_cycle() {
    let may_use: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    for (module, allowed) in MAY_USE {
        let mut reached: BTreeSet<&str> = BTreeSet::new();
        let mut next: Vec<&str> = allowed.to_vec();
        while let Some(target) = next.pop() {
            assert_ne!(target, *module, "`{module}` reaches itself");
            if reached.insert(target) {
                next.extend(may_use.get(target).copied().unwrap_or_default());
            }
        }
    }
}

#[test]
fn an_outside_name_stands_in_its_own_room() {
    let mut wrong = Vec::new();
    for source in sources() {
        let code: String = source
            .text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect::<Vec<_>>()
            .join("\n");
        for (outside, rooms) in ROOMS {
            let at_home = rooms.iter().any(|room| source.path.starts_with(room));
            if !at_home && names(&code, outside) {
                wrong.push(format!("{}: `{outside}` belongs in {rooms:?}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether code names something as a word of its own, not as the end of another path.
fn names(code: &str, outside: &str) -> bool {
    code.match_indices(outside).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
            || outside.contains("::now") && !code[..at].ends_with("tokio::time::")
    })
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<String> = sources()
        .into_iter()
        .filter(|source| !source.text.starts_with("//!"))
        .map(|source| source.path)
        .collect();
    assert!(silent.is_empty(), "no `//!` at the top of {silent:?}");
}
