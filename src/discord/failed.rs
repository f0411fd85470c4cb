//! What a command could not do, for the person who used it; everything that is no use to them is logged once and answered with a
//! number they can pass on.

use super::{text, undelivered::Undelivered};
use crate::service::ServiceError;

/// What a command could not do.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failed {
    /// A sentence for the person.
    #[error("{0}")]
    Told(String),
    /// The service.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// Discord.
    #[error(transparent)]
    Undelivered(#[from] Undelivered),
}

impl Failed {
    /// The sentence for the person; `reference` stands for what is only logged.
    pub(super) fn sentence(&self, reference: u64) -> String {
        match self {
            Failed::Told(sentence) => sentence.clone(),
            Failed::Service(error) => of_service(error).unwrap_or_else(|| unexpected(reference)),
            Failed::Undelivered(Undelivered::Forbidden(_)) => {
                "I lack a permission for that here. `/interview start` names which one.".to_owned()
            }
            Failed::Undelivered(Undelivered::NoDirectMessages) => {
                "You take no direct messages from me. Open them in this server's privacy settings, or choose another way.".to_owned()
            }
            Failed::Undelivered(Undelivered::Unknown(_) | Undelivered::HeldBack) => {
                "Discord does not take that from me right now. Please try again in a minute.".to_owned()
            }
            Failed::Undelivered(_) => unexpected(reference),
        }
    }

    /// Whether the operator should see it.
    pub(super) fn is_unexpected(&self) -> bool {
        match self {
            Failed::Told(_) => false,
            Failed::Service(error) => of_service(error).is_none() || matches!(error, ServiceError::Store(_)),
            Failed::Undelivered(_) => true,
        }
    }
}

fn unexpected(reference: u64) -> String {
    format!(
        "That did not work, and it is not your fault. Please try again; if it stays so, tell whoever runs me the number {reference}."
    )
}

fn of_service(error: &ServiceError) -> Option<String> {
    Some(match error {
        ServiceError::Plan(plan) => text::inert(&format!("That can't be planned: {plan}.")),
        ServiceError::NoModel => "No model is configured for me. Choose the engine `offline` or `auto`.".to_owned(),
        ServiceError::NoneYet => "You have no interview yet. `/interview start` begins one.".to_owned(),
        ServiceError::NothingToResume => {
            "There is no interview to go on with. `/interview start` begins one.".to_owned()
        }
        ServiceError::NoSession { .. } | ServiceError::Ambiguous { .. } => {
            "There is no such session of yours. `/history` lists them.".to_owned()
        }
        ServiceError::Ended { .. } => "That interview has ended. `/debrief` shows how it went.".to_owned(),
        ServiceError::Store(_) => {
            "I can't reach my store right now; nothing that was stored is lost. Please try again in a while.".to_owned()
        }
        _ => return None,
    })
}
