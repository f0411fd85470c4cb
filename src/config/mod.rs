//! The configuration: the compiled-in `config.toml`, then a file, then the environment. The only place besides `main` that reads the
//! environment.

mod layers;

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::{
    domain::assessment::Reference,
    interview::event::{Engine, Mode},
    library::Problem,
};

/// The commented defaults, and the manual.
pub const DEFAULTS: &str = include_str!("../../config.toml");

/// Everything that can be configured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Terminal sessions.
    pub practice: Practice,
    /// Who judges and speaks.
    pub engine: EngineConfig,
    /// Own personas, cases and prompts.
    pub library: LibraryConfig,
    /// Where sessions are kept.
    pub store: StoreConfig,
    /// Limits on input.
    pub limits: Limits,
    /// Recruiter reference values.
    pub reference: Reference,
    /// The model.
    pub llm: LlmConfig,
    /// The Discord bot.
    pub discord: DiscordConfig,
    /// Logging.
    pub log: LogConfig,
}

/// Terminal sessions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Practice {
    /// How long an interview is.
    pub mode: Mode,
    /// Whose history.
    pub user: String,
}

/// Who judges and speaks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EngineConfig {
    /// The engine where the command line names none.
    pub default: Engine,
}

/// Own personas, cases and prompts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LibraryConfig {
    /// The folder; empty for the current one or those compiled in.
    pub folder: String,
}

/// Where sessions are kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreConfig {
    /// The folder; empty for the user's data folder.
    pub folder: String,
    /// Cache in MiB.
    pub cache_mb: u64,
}

/// Limits on input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// The longest answer, in characters.
    pub answer_chars: usize,
}

/// The model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config.toml is the manual of these keys, one comment a key")]
pub struct LlmConfig {
    pub base_url: String,
    pub model: String,
    pub judge_model: String,
    pub speak_model: String,
    pub structured: String,
    pub connect_s: u64,
    pub first_byte_s: u64,
    pub between_chunks_s: u64,
    pub total_s: u64,
    pub attempts: u32,
    pub max_wait_s: u64,
    pub concurrency: usize,
    pub judge_tokens: u32,
    pub speak_tokens: u32,
    pub tokens_per_answer: u32,
    pub tokens_per_session: u32,
    pub tokens_per_day: u32,
}

impl LlmConfig {
    /// The model that judges; none where none is configured.
    #[must_use]
    pub fn judging(&self) -> Option<&str> {
        [&self.judge_model, &self.model]
            .into_iter()
            .map(String::as_str)
            .find(|name| !name.is_empty())
    }

    /// The model that speaks; none where none is configured.
    #[must_use]
    pub fn speaking(&self) -> Option<&str> {
        [&self.speak_model, &self.model]
            .into_iter()
            .map(String::as_str)
            .find(|name| !name.is_empty())
    }
}

/// The Discord bot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config.toml is the manual of these keys, one comment a key")]
pub struct DiscordConfig {
    pub quiet_s: f64,
    pub visibility: Visibility,
    pub remind_min: u64,
    pub pause_min: u64,
    pub attachment_kb: u64,
    pub requests_per_s: u32,
    pub sessions: usize,
    pub transport: DiscordTransport,
}

/// Where an interview is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// A thread that others may join.
    Public,
    /// A thread only its members see.
    Private,
    /// Direct messages.
    Dm,
}

/// How Discord is reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config.toml is the manual of these keys, one comment a key")]
pub struct DiscordTransport {
    pub connect_to: String,
    pub extra_ca_file: String,
    pub connect_s: u64,
    pub request_s: u64,
}

/// Logging.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// The filter.
    pub level: String,
}

/// The environment, as far as it is Hotseat's.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// `HOTSEAT_ENGINE`, `HOTSEAT_LIBRARY` and the like, by the key they override.
    overrides: Vec<(&'static str, &'static str, String)>,
    /// `OPENAI_API_KEY`.
    pub api_key: Option<SecretString>,
    /// `DISCORD_TOKEN`.
    pub discord_token: Option<SecretString>,
    /// Whether `NO_COLOR` is set.
    pub no_colour: bool,
}

/// Which variable overrides which key.
const VARIABLES: [(&str, &str, &str); 7] = [
    ("HOTSEAT_ENGINE", "engine", "default"),
    ("HOTSEAT_LIBRARY", "library", "folder"),
    ("HOTSEAT_DATA_DIR", "store", "folder"),
    ("HOTSEAT_LLM_BASE_URL", "llm", "base_url"),
    ("HOTSEAT_LLM_MODEL", "llm", "model"),
    ("HOTSEAT_LOG", "log", "level"),
    ("HOTSEAT_USER", "practice", "user"),
];

impl Environment {
    /// Reads the process's environment.
    #[must_use]
    pub fn of_process() -> Environment {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the one place that reads the environment"
        )]
        let read = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        let secret = |name: &str| read(name).map(|value| SecretString::from(value.trim().to_owned()));
        Environment {
            overrides: VARIABLES
                .iter()
                .filter_map(|(name, section, key)| Some((*section, *key, read(name)?)))
                .collect(),
            api_key: secret("OPENAI_API_KEY"),
            discord_token: secret("DISCORD_TOKEN"),
            no_colour: read("NO_COLOR").is_some(),
        }
    }
}

/// What was loaded, and from where.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// The file that was read; none where only the defaults hold.
    pub file: Option<PathBuf>,
}

/// The configuration can't be used: everything that is wrong in it.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct ConfigError(pub Vec<Problem>);

/// Loads the configuration: the defaults, then the file, then the environment.
pub fn load(named: Option<&Path>, environment: &Environment) -> Result<Loaded, ConfigError> {
    let file = find(named);
    let mut table = layers::defaults();
    let mut problems = Vec::new();
    if let Some(path) = &file {
        layers::add_file(&mut table, path, &mut problems);
    }
    for (section, key, value) in &environment.overrides {
        layers::add_value(&mut table, section, key, value);
    }
    if !problems.is_empty() {
        return Err(ConfigError(problems));
    }
    let config = layers::typed(table, file.as_deref()).map_err(|problem| ConfigError(vec![problem]))?;
    let wrong = layers::out_of_range(&config, file.as_deref());
    if wrong.is_empty() {
        Ok(Loaded { config, file })
    } else {
        Err(ConfigError(wrong))
    }
}

/// The file to read: the one named, else `./config.toml`, else the one in the user's configuration folder.
fn find(named: Option<&Path>) -> Option<PathBuf> {
    let here = || Some(PathBuf::from("config.toml"));
    let users = || Some(folders()?.config_dir().join("config.toml"));
    named
        .map(Path::to_path_buf)
        .or_else(|| [here(), users()].into_iter().flatten().find(|path| path.is_file()))
}

/// Where the store lies: the configured folder, else the user's data folder.
#[must_use]
pub fn data_folder(configured: &str) -> PathBuf {
    if configured.is_empty() {
        folders().map_or_else(
            || PathBuf::from("hotseat-data"),
            |folders| folders.data_dir().to_path_buf(),
        )
    } else {
        PathBuf::from(configured)
    }
}

fn folders() -> Option<directories::ProjectDirs> {
    directories::ProjectDirs::from("", "", "hotseat")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load_text(text: &str) -> Result<Loaded, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, text).unwrap();
        load(Some(&path), &Environment::default())
    }

    #[test]
    fn the_defaults_are_a_sound_configuration() {
        let loaded = load_text("").unwrap();
        assert_eq!(loaded.config.practice.mode, Mode::Quick);
        assert_eq!(loaded.config.reference, Reference::default());
    }

    #[test]
    fn a_file_changes_only_what_it_names() {
        let loaded = load_text("[llm]\nmodel = \"small\"\n").unwrap();
        assert_eq!(loaded.config.llm.judging(), Some("small"));
        assert_eq!(loaded.config.llm.attempts, 4);
    }

    #[test]
    fn every_error_is_named_with_its_line_and_what_was_expected() {
        let error = load_text("[practice]\nmood = 1\nmode = 3\n\n[stor]\nx = 1\n")
            .unwrap_err()
            .to_string();
        assert!(error.contains(":2: unknown key `practice.mood`"), "{error}");
        assert!(
            error.contains(":3: `practice.mode` is an integer; text is expected"),
            "{error}"
        );
        assert!(error.contains(":5: unknown section `stor`"), "{error}");
    }

    #[test]
    fn a_secret_in_the_file_is_refused_and_not_repeated() {
        let error = load_text("[llm]\napi_key = \"sk-canary\"\n").unwrap_err().to_string();
        assert!(error.contains("OPENAI_API_KEY"), "{error}");
        assert!(!error.contains("sk-canary"));
    }

    #[test]
    fn a_value_outside_its_range_is_named() {
        let error = load_text("[limits]\nanswer_chars = 0\n[llm]\nbase_url = \"nonsense\"\n")
            .unwrap_err()
            .to_string();
        assert!(error.contains("limits.answer_chars"), "{error}");
        assert!(error.contains("llm.base_url"), "{error}");
    }

    #[test]
    fn a_section_within_a_section_is_read_and_checked() {
        let loaded = load_text("[discord]\nquiet_s = 2\n[discord.transport]\nconnect_to = \"127.0.0.1:9\"\n").unwrap();
        assert_eq!(loaded.config.discord.transport.connect_to, "127.0.0.1:9");
        let error = load_text("[discord.transport]\nproxy = 1\n[discord]\ntoken = \"canary\"\nrequests_per_s = 60\n")
            .unwrap_err()
            .to_string();
        assert!(error.contains(":2: unknown key `discord.transport.proxy`"), "{error}");
        assert!(error.contains("DISCORD_TOKEN") && !error.contains("canary"), "{error}");
    }

    #[test]
    fn the_environment_comes_after_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, "[llm]\nmodel = \"a\"\n").unwrap();
        let environment = Environment {
            overrides: vec![("llm", "model", "b".into())],
            ..Environment::default()
        };
        assert_eq!(load(Some(&path), &environment).unwrap().config.llm.model, "b");
    }
}
