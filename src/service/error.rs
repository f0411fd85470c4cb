//! What can go wrong in the service, written for the person in front of it.

use crate::{domain::ids::SessionId, interview::PlanError, library::Problem, store::StoreError};

/// What can go wrong in the service. Each message is one plain sentence.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// What was asked for can't be planned.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A model was asked for and none is configured.
    #[error("no model is configured; set [llm] model in config.toml or HOTSEAT_LLM_MODEL, or use --engine offline")]
    NoModel,
    /// No session of that name.
    #[error("there is no session `{asked}`; `hotseat history` lists yours")]
    NoSession {
        /// What was asked for.
        asked: String,
    },
    /// More than one session begins so.
    #[error("more than one session begins with `{asked}`: {found}")]
    Ambiguous {
        /// What was asked for.
        asked: String,
        /// Some that do.
        found: String,
    },
    /// Nothing waits to be gone on with.
    #[error("there is no interview to go on with; `hotseat practice` starts one")]
    NothingToResume,
    /// There is none yet.
    #[error("there is no session yet; `hotseat practice` starts one")]
    NoneYet,
    /// It has ended.
    #[error("session {session} has ended; `hotseat debrief {session}` shows its debrief")]
    Ended {
        /// Which.
        session: SessionId,
    },
    /// What a session was opened with is no longer whole.
    #[error("what this session was opened with can't be read any more; import it from an export")]
    Incomplete,
    /// A stored file can't be read by this version.
    #[error("a file stored with this session can't be read by this version: {0}")]
    Content(Problem),
    /// The system gave no random number.
    #[error("the system gave no random number ({0}); give a --seed")]
    NoRandomness(String),
    /// Reading or writing an export.
    #[error("{doing}: {source}")]
    File {
        /// What was tried.
        doing: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}
