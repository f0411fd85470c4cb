//! Who judges and speaks: a model where one is configured, the offline panel otherwise and wherever the model fails.
//!
//! A judge extracts and a speaker words; neither decides. Every result says who made it, and why the offline panel stood in where it
//! did.

pub mod llm;
pub mod offline;

use std::collections::BTreeMap;

use crate::{
    domain::{
        assessment::{Assessment, Reference},
        ids::QuestionRef,
        provenance::{Fallback, Provenance},
        signal::{Level, Signal},
    },
    interview::{
        Interview, JudgeContext, asks_again,
        event::{Act, Engine, Given, Heard, Ticket},
    },
    scoring::evidence,
};

/// Token budgets, prompts included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Of one answer: its judgement and what is said to it.
    pub answer: u32,
    /// Of one session.
    pub session: u32,
    /// Of one user's day.
    pub day: u32,
}

/// Tokens spent so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// On the answer at hand.
    pub answer: u64,
    /// In the session.
    pub session: u64,
    /// On the user's other sessions of the day.
    pub elsewhere_today: u64,
}

/// The panel behind a session.
#[derive(Clone)]
pub struct Panel {
    reference: Reference,
    model: Option<llm::ModelPanel>,
    model_name: String,
    budget: Budget,
}

impl Panel {
    /// A panel of rules only.
    #[must_use]
    pub fn offline(reference: Reference) -> Panel {
        Panel {
            reference,
            model: None,
            model_name: String::new(),
            budget: Budget {
                answer: 0,
                session: 0,
                day: 0,
            },
        }
    }

    /// A panel with a model, named for reports.
    #[must_use]
    pub fn with_model(reference: Reference, model: llm::ModelPanel, name: String, budget: Budget) -> Panel {
        Panel {
            reference,
            model: Some(model),
            model_name: name,
            budget,
        }
    }

    /// Whether a model is configured.
    #[must_use]
    pub fn has_model(&self) -> bool {
        self.model.is_some()
    }

    /// Hears the answer that waits: as a question about the case, or judged. None where no answer waits.
    pub async fn hear(&self, interview: &Interview, spent: Spent) -> Option<Heard> {
        let context = interview.judge_context()?;
        if interview.takes_asides() && asks_again(&context.exchange.answer) {
            return Some(Heard::Clarifying {
                gives: Some(Given::Question),
            });
        }
        if interview.takes_asides()
            && let Some(question) = offline::judge::is_clarifying(&context.exchange.answer)
        {
            return Some(Heard::Clarifying {
                gives: interview.fact_for(question),
            });
        }
        let rules = self.judge_offline(&context);
        let Some(model) = self.asked(interview.opened().engine) else {
            return Some(checked(rules, &context, BTreeMap::new()));
        };
        Some(match self.judge_by(model, interview, &context, spent).await {
            Ok(reply) => {
                let cross = levels(&rules);
                let grounded = checked(reply.assessment, &context, cross);
                add_ungrounded(grounded, reply.ungrounded)
            }
            Err(error) => {
                tracing::warn!(reason = %error, hint = error.operator_hint(), "the offline panel judges this answer");
                checked(self.stand_in(rules, &error), &context, BTreeMap::new())
            }
        })
    }

    /// Words what is due to be said.
    pub async fn speak(&self, interview: &Interview, ticket: Ticket, act: &Act, spent: Spent) -> (String, Provenance) {
        let Some(model) = self
            .asked(interview.opened().engine)
            .filter(|_| may_be_worded_by_model(act))
        else {
            return (word_offline(interview, ticket, act), self.rules(None));
        };
        match self.speak_by(model, interview, act, spent).await {
            Ok(reply) => (reply.text, reply.by),
            Err(error) => {
                tracing::warn!(reason = %error, hint = error.operator_hint(), "the offline panel speaks this turn");
                (
                    word_offline(interview, ticket, act),
                    self.rules(Some(self.fallback(&error))),
                )
            }
        }
    }

    fn asked(&self, engine: Engine) -> Option<&llm::ModelPanel> {
        self.model.as_ref().filter(|_| engine != Engine::Offline)
    }

    fn judge_offline(&self, context: &JudgeContext<'_>) -> Assessment {
        offline::judge::judge(&context.input(&self.reference), &context.called)
    }

    async fn judge_by(
        &self,
        model: &llm::ModelPanel,
        interview: &Interview,
        context: &JudgeContext<'_>,
        spent: Spent,
    ) -> Result<llm::JudgeReply, llm::LlmError> {
        let input = context.input(&self.reference);
        let turns = transcript(context);
        let before = turns.split_last().map_or(&[][..], |(_, before)| before);
        let brief = llm::JudgeBrief {
            input: &input,
            called: &context.called,
            rubric: &interview.materials().rubric,
            product: context.product,
            transcript: before,
        };
        model.judge(&brief, self.allowance(spent)).await
    }

    async fn speak_by(
        &self,
        model: &llm::ModelPanel,
        interview: &Interview,
        act: &Act,
        spent: Spent,
    ) -> Result<llm::SpeakReply, llm::LlmError> {
        let unknown = || llm::LlmError::Rejected {
            reason: "there is nobody to speak".to_owned(),
        };
        let plan = interview.lead_persona().ok_or_else(unknown)?;
        let context = interview.judge_context();
        let turns = context.as_ref().map(transcript).unwrap_or_default();
        let said: Vec<&str> = interview
            .said()
            .iter()
            .map(|utterance| utterance.text.as_str())
            .collect();
        let facts: Vec<&str> = given_text(interview, act).into_iter().collect();
        let (product, question) = interview.current_question().map_or(("", ""), |(case, question)| {
            (case.product.as_str(), question.text.as_str())
        });
        let brief = llm::SpeakBrief {
            persona: plan,
            product,
            act,
            question,
            facts_allowed: &facts,
            transcript: &turns,
            said_before: &said,
        };
        model.speak(&brief, self.allowance(spent), &mut |_| {}).await
    }

    fn allowance(&self, spent: Spent) -> llm::Allowance {
        let left = [
            u64::from(self.budget.answer).saturating_sub(spent.answer),
            u64::from(self.budget.session).saturating_sub(spent.session),
            u64::from(self.budget.day).saturating_sub(spent.session + spent.elsewhere_today),
        ];
        let tokens = left.into_iter().min().unwrap_or(0);
        llm::Allowance {
            tokens: u32::try_from(tokens).unwrap_or(u32::MAX),
        }
    }

    fn stand_in(&self, mut rules: Assessment, error: &llm::LlmError) -> Assessment {
        rules.by = self.rules(Some(self.fallback(error)));
        rules
    }

    fn fallback(&self, error: &llm::LlmError) -> Fallback {
        Fallback {
            model: self.model_name.clone(),
            reason: error.to_string(),
        }
    }

    #[expect(clippy::unused_self, reason = "reads as the panel's own doing beside its siblings")]
    fn rules(&self, instead_of: Option<Fallback>) -> Provenance {
        Provenance::Offline {
            version: offline::judge::VERSION,
            instead_of,
        }
    }
}

/// Questions, introductions and facts are the case's and the persona's own words; a model only words what presses.
fn may_be_worded_by_model(act: &Act) -> bool {
    matches!(act, Act::Pushback(_))
}

fn word_offline(interview: &Interview, ticket: Ticket, act: &Act) -> String {
    let Some(persona) = interview.lead_persona() else {
        return String::new();
    };
    let said: Vec<&str> = interview
        .said()
        .iter()
        .map(|utterance| utterance.text.as_str())
        .collect();
    let question: Option<&QuestionRef> = match act {
        Act::Ask { question, .. } => Some(question),
        _ => interview.thread().and_then(|thread| thread.asked.source.as_ref()),
    };
    offline::word(&offline::Wording {
        materials: interview.materials(),
        persona,
        act,
        question,
        last_prompt: interview.last_question(),
        after_skip: interview.thread().is_some_and(|thread| thread.skipped),
        said: &said,
        draw: (interview.opened().seed, ticket),
    })
}

fn given_text<'a>(interview: &'a Interview, act: &Act) -> Option<&'a str> {
    let Act::Clarify { gives: Some(given) } = act else {
        return None;
    };
    let (case, question) = interview.current_question()?;
    match given {
        Given::Fact(id) => case
            .fact
            .iter()
            .find(|fact| &fact.id == id)
            .map(|fact| fact.text.as_str()),
        Given::Constraint(_) => case.constraint_of(question).map(|limit| limit.text.as_str()),
        Given::Question => Some(question.text.as_str()),
    }
}

/// The turns of the thread up to the answer at hand, oldest first.
fn transcript<'a>(context: &JudgeContext<'a>) -> Vec<(llm::Speaker, &'a str)> {
    let mut turns = Vec::new();
    for exchange in &context.thread.exchanges {
        turns.push((llm::Speaker::Interviewer, exchange.prompt.as_str()));
        turns.push((llm::Speaker::Candidate, exchange.answer.as_str()));
    }
    turns
}

fn checked(assessment: Assessment, context: &JudgeContext<'_>, cross_check: BTreeMap<Signal, Level>) -> Heard {
    let (assessment, ungrounded) = evidence::ground(assessment, &context.exchange.answer);
    Heard::Answer {
        assessment: Box::new(assessment),
        ungrounded,
        cross_check,
    }
}

fn add_ungrounded(heard: Heard, more: u32) -> Heard {
    match heard {
        Heard::Answer {
            assessment,
            ungrounded,
            cross_check,
        } => Heard::Answer {
            assessment,
            ungrounded: ungrounded + more,
            cross_check,
        },
        heard @ Heard::Clarifying { .. } => heard,
    }
}

fn levels(assessment: &Assessment) -> BTreeMap<Signal, Level> {
    assessment
        .signals
        .iter()
        .filter_map(|(signal, judged)| Some((*signal, judged.level?)))
        .collect()
}
