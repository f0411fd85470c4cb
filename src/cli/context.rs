//! What every command stands on: configuration, library, store, service and how to print.

use std::{
    io::{IsTerminal as _, Write as _},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use tokio_util::sync::CancellationToken;

use super::{Colour, Common, Failure, Format};
use crate::{
    config::{self, Config, Environment, LlmConfig},
    domain::ids::UserId,
    interview::event::Engine,
    library::{self, Library, Problem},
    panel::{Budget, Panel, llm},
    report::terminal::Style,
    service::Service,
    store::{Store, StoreOptions},
    telemetry,
};

/// What a command stands on.
pub(super) struct Context {
    pub(super) config: Config,
    pub(super) config_file: Option<PathBuf>,
    pub(super) common: Common,
    pub(super) stop: CancellationToken,
    environment: Environment,
    runtime: tokio::runtime::Runtime,
}

impl Context {
    /// Reads the configuration and starts logging.
    pub(super) fn new(common: Common) -> Result<Context, Failure> {
        let environment = Environment::of_process();
        let loaded = config::load(common.config.as_deref(), &environment)?;
        telemetry::start(&loaded.config.log.level, std::io::stderr().is_terminal()).map_err(Failure::new)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        Ok(Context {
            config: loaded.config,
            config_file: loaded.file,
            common,
            stop: CancellationToken::new(),
            environment,
            runtime,
        })
    }

    /// Runs a command to its end.
    pub(super) fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Whose sessions.
    pub(super) fn user(&self) -> UserId {
        UserId::new(self.common.user.as_deref().unwrap_or(&self.config.practice.user))
    }

    /// The Discord bot's token.
    pub(super) fn discord_token(&self) -> Option<secrecy::SecretString> {
        self.environment.discord_token.clone()
    }

    /// The engine asked for.
    pub(super) fn engine(&self) -> Engine {
        self.common.engine.map_or(self.config.engine.default, Engine::from)
    }

    /// Where the store lies.
    pub(super) fn data_folder(&self) -> PathBuf {
        self.common
            .data_dir
            .clone()
            .unwrap_or_else(|| config::data_folder(&self.config.store.folder))
    }

    /// The library's folder; none for what is compiled in.
    pub(super) fn library_folder(&self) -> Option<PathBuf> {
        let configured = match (&self.common.library, self.config.library.folder.as_str()) {
            (Some(folder), _) => Some(folder.clone()),
            (None, "") => None,
            (None, folder) => Some(PathBuf::from(folder)),
        };
        library::find(configured.as_deref())
    }

    /// The library, and what was refused of it.
    pub(super) fn load_library(&self) -> (Option<Library>, Vec<Problem>) {
        let folder = self.library_folder();
        if let Some(missing) = folder.as_ref().filter(|folder| !folder.is_dir()) {
            let message = "is no folder; --library or [library] folder names it".to_owned();
            return (
                None,
                vec![Problem {
                    file: missing.display().to_string(),
                    line: None,
                    message,
                }],
            );
        }
        let loaded = library::load(folder.as_deref());
        (loaded.library, loaded.problems)
    }

    /// The library. What was refused of it is named on stderr and does not stop what needs other files.
    pub(super) fn library(&self) -> Result<Library, Failure> {
        let (library, problems) = self.load_library();
        match library {
            Some(library) => {
                for problem in &problems {
                    let _ = writeln!(std::io::stderr(), "hotseat: left out: {problem}");
                }
                Ok(library)
            }
            None => Err(Failure::new(library::Unusable(problems))),
        }
    }

    /// The service on the store.
    pub(super) fn service(&self) -> Result<Service, Failure> {
        let library = Arc::new(self.library()?);
        let panel = self.panel(&library)?;
        let options = StoreOptions {
            folder: self.data_folder(),
            cache_bytes: self.config.store.cache_mb << 20,
        };
        let store = Store::open(&options)?;
        Ok(Service::new(
            store,
            library,
            panel,
            self.config.limits.answer_chars,
            self.stop.clone(),
        ))
    }

    /// The panel: with a model where one is configured and the engine is not offline.
    pub(super) fn panel(&self, library: &Library) -> Result<Panel, Failure> {
        let reference = self.config.reference.clone();
        if self.engine() == Engine::Offline {
            return Ok(Panel::offline(reference));
        }
        match self.model(library)? {
            Some((model, name)) => Ok(Panel::with_model(reference, model, name, budget(&self.config.llm))),
            None => Ok(Panel::offline(reference)),
        }
    }

    /// The model, where one is configured, with its name.
    pub(super) fn model(&self, library: &Library) -> Result<Option<(llm::ModelPanel, String)>, Failure> {
        let llm = &self.config.llm;
        let (Some(judging), Some(speaking)) = (llm.judging(), llm.speaking()) else {
            return Ok(None);
        };
        let templates = llm::Templates::parse(&library.templates)?;
        let options = llm::LlmOptions {
            api_key: self.environment.api_key.clone(),
            judge_model: judging.to_owned(),
            speak_model: speaking.to_owned(),
            timeouts: llm::Timeouts {
                connect: Duration::from_secs(llm.connect_s),
                first_byte: Duration::from_secs(llm.first_byte_s),
                between_chunks: Duration::from_secs(llm.between_chunks_s),
                total: Duration::from_secs(llm.total_s),
            },
            max_attempts: llm.attempts,
            max_wait: Duration::from_secs(llm.max_wait_s),
            concurrency: llm.concurrency,
            structured: structured(&llm.structured),
            max_judge_tokens: llm.judge_tokens,
            max_speak_tokens: llm.speak_tokens,
            ..llm::LlmOptions::new(&llm.base_url, judging)
        };
        Ok(Some((llm::ModelPanel::new(options, templates)?, judging.to_owned())))
    }

    /// How text is laid out on standard output.
    pub(super) fn style(&self) -> Style {
        let terminal = std::io::stdout().is_terminal();
        let colour = match self.common.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => terminal && !self.environment.no_colour,
        };
        let width = rustix::termios::tcgetwinsize(std::io::stdout()).map_or(80, |size| usize::from(size.ws_col));
        Style {
            colour,
            width: if width < 20 { 80 } else { width.min(80) },
        }
    }

    /// Prints a result in the format asked for.
    pub(super) fn print<T: serde::Serialize>(
        &self,
        value: &T,
        text: impl FnOnce(Style) -> String,
        markdown: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        let shown = match self.common.format {
            Format::Text => text(self.style()),
            Format::Markdown => markdown(),
            Format::Json => serde_json::to_string_pretty(value)?,
        };
        print(&shown)
    }
}

/// Prints a text and a final newline.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", text.trim_end())?;
    Ok(out.flush()?)
}

fn structured(name: &str) -> llm::Structured {
    match name {
        "json_schema" => llm::Structured::JsonSchema,
        "json_object" => llm::Structured::JsonObject,
        "plain" => llm::Structured::Plain,
        _ => llm::Structured::Auto,
    }
}

fn budget(llm: &LlmConfig) -> Budget {
    Budget {
        answer: llm.tokens_per_answer,
        session: llm.tokens_per_session,
        day: llm.tokens_per_day,
    }
}
