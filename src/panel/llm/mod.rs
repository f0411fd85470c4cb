//! The panel as a language model plays it: it judges one answer or words one utterance, against any OpenAI-compatible server.
//!
//! The model extracts and words; it decides nothing. A judgement counts only with quotes that stand in the answer, an utterance only
//! after the guard let it pass. Every failure is a typed [`LlmError`], and the caller goes on without the model: nothing here calls
//! the offline panel, reads the environment, or writes a candidate's words to a log.

mod assess;
mod delimit;
mod error;
mod give_away;
mod grounding;
pub mod guard;
mod judge_prompt;
mod meter;
mod options;
mod reply;
mod schema;
mod speak_prompt;
mod templates;
mod transport;

pub use error::{Barrier, LlmError, Phase};
pub use meter::estimate_tokens;
pub use options::{Breaker, LlmOptions, Structured, Timeouts};
pub use templates::{TemplateError, Templates};

use std::{collections::BTreeSet, sync::Arc};

use crate::{
    domain::{
        assessment::{AnswerInput, Assessment},
        persona::Persona,
        provenance::{Provenance, Usage},
        rubric::Rubric,
        signal::Signal,
    },
    interview::event::Act,
};
use assess::Findings;
use meter::Meter;
use transport::{Finish, Lane, Message, Reply, Request, Role, Shared, Transport};

/// Who said an earlier turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    /// Somebody on the panel.
    Interviewer,
    /// The candidate.
    Candidate,
}

impl Speaker {
    fn as_str(self) -> &'static str {
        match self {
            Speaker::Interviewer => "interviewer",
            Speaker::Candidate => "candidate",
        }
    }
}

/// What a judge gets.
#[derive(Debug, Clone, Copy)]
pub struct JudgeBrief<'a> {
    /// The answer and all that may be looked at.
    pub input: &'a AnswerInput<'a>,
    /// The signals the question calls for.
    pub called: &'a BTreeSet<Signal>,
    /// The rubric.
    pub rubric: &'a Rubric,
    /// What the product is.
    pub product: &'a str,
    /// Turns of the thread, oldest first.
    pub transcript: &'a [(Speaker, &'a str)],
}

/// A judgement.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgeReply {
    /// Levels, quotes and events, every quote checked.
    pub assessment: Assessment,
    /// Quotes the answer does not contain; dropped.
    pub ungrounded: u32,
}

/// What is to be said.
#[derive(Debug, Clone, Copy)]
pub struct SpeakBrief<'a> {
    /// Who speaks.
    pub persona: &'a Persona,
    /// What the product is.
    pub product: &'a str,
    /// The move, chosen in code.
    pub act: &'a Act,
    /// The question at hand. An [`Act::Ask`] says it word for word.
    pub question: &'a str,
    /// What may be stated as a fact. The first is the scene an [`Act::Ask`] sets, the fact a clarification gives, or the hint.
    pub facts_allowed: &'a [&'a str],
    /// Earlier turns, oldest first. The candidate's last one is the answer that is pressed.
    pub transcript: &'a [(Speaker, &'a str)],
    /// Every utterance of the panel in this session.
    pub said_before: &'a [&'a str],
}

/// An utterance, safe to show.
#[derive(Debug, Clone, PartialEq)]
pub struct SpeakReply {
    /// The words.
    pub text: String,
    /// Who worded it.
    pub by: Provenance,
}

/// What may still be spent, by the tightest of all limits. A request that could cost more is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Prompt and completion tokens.
    pub tokens: u32,
}

/// What a check of the server found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// The server's address, without a user name.
    pub address: String,
    /// The models that answered.
    pub models: Vec<String>,
    /// The slowest answer, in milliseconds.
    pub latency_ms: u32,
}

impl std::fmt::Display for Health {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} at {} answered in {} ms",
            self.models.join(" and "),
            self.address,
            self.latency_ms
        )
    }
}

struct Inner {
    transport: Shared,
    judge: Lane,
    speak: Lane,
    options: LlmOptions,
    templates: Templates,
}

/// The model side of the panel. Cheap to clone; clones share connections, limits and the circuit breaker.
#[derive(Clone)]
pub struct ModelPanel(Arc<Inner>);

impl ModelPanel {
    /// Sets up the connection; sends nothing. Errors name what is wrong with the options.
    pub fn new(options: LlmOptions, templates: Templates) -> Result<Self, LlmError> {
        let transport = Transport::new(options.clone())?;
        Ok(Self::over(transport, options, templates))
    }

    fn over(transport: Transport, options: LlmOptions, templates: Templates) -> Self {
        Self(Arc::new(Inner {
            transport: Arc::new(transport),
            judge: Lane::new(&options.judge_model, options.structured),
            speak: Lane::new(&options.speak_model, Structured::Plain),
            options,
            templates,
        }))
    }

    /// Judges one answer.
    pub async fn judge(&self, brief: &JudgeBrief<'_>, allowance: Allowance) -> Result<JudgeReply, LlmError> {
        self.judge_metered(brief, allowance, &mut Usage::default()).await
    }

    /// Judges one answer and says what it cost, also where it failed.
    pub async fn judge_metered(
        &self,
        brief: &JudgeBrief<'_>,
        allowance: Allowance,
        usage: &mut Usage,
    ) -> Result<JudgeReply, LlmError> {
        let panel = &*self.0;
        let mut meter = Meter::new(usage, allowance);
        let schema = schema::judgement(&assess::asked(brief.called, brief.input.round, brief.input.kind));
        let fetch = Fetch {
            lane: &panel.judge,
            max_tokens: panel.options.max_judge_tokens,
            schema: Some(&schema),
        };
        let write = |turns| judge_prompt::messages(&panel.templates, brief, turns);
        let (messages, reply) = panel.fitting(&fetch, brief.transcript.len(), write, &mut meter).await?;
        let first = findings(brief, &reply);
        let mut findings = if first.problems.is_empty() {
            first
        } else {
            panel
                .repaired(&fetch, brief, messages, &reply, first, &mut meter)
                .await?
        };
        assess::conclude(&mut findings, brief);
        let ungrounded = findings.ungrounded;
        let assessment = panel.assessment(brief, findings, meter.usage())?;
        Ok(JudgeReply { assessment, ungrounded })
    }

    /// Words one utterance. `on_text` gets it whole and once, after the guard let it pass: a text that is on the screen is never
    /// taken back, so nothing is shown while it is being written.
    pub async fn speak(
        &self,
        brief: &SpeakBrief<'_>,
        allowance: Allowance,
        on_text: &mut (dyn FnMut(&str) + Send),
    ) -> Result<SpeakReply, LlmError> {
        self.speak_metered(brief, allowance, on_text, &mut Usage::default())
            .await
    }

    /// Words one utterance and says what it cost, also where it failed.
    pub async fn speak_metered(
        &self,
        brief: &SpeakBrief<'_>,
        allowance: Allowance,
        on_text: &mut (dyn FnMut(&str) + Send),
        usage: &mut Usage,
    ) -> Result<SpeakReply, LlmError> {
        let panel = &*self.0;
        let mut meter = Meter::new(usage, allowance);
        let fetch = Fetch {
            lane: &panel.speak,
            max_tokens: panel.options.max_speak_tokens,
            schema: None,
        };
        let write = |turns| speak_prompt::prompt(&panel.templates, brief, turns).map(|prompt| prompt.messages);
        let (mut messages, reply) = panel.fitting(&fetch, brief.transcript.len(), write, &mut meter).await?;
        let text = match panel.sayable(brief, &reply)? {
            Ok(text) => text,
            Err(objection) => {
                tracing::debug!(%objection, "a wording was rejected; asking once more");
                messages.extend(speak_prompt::retry(
                    &panel.templates,
                    reply::bare(&reply.text),
                    &objection,
                )?);
                let second = panel
                    .transport
                    .complete(fetch.lane, &fetch.request(&messages), &mut meter)
                    .await?;
                panel
                    .sayable(brief, &second)?
                    .map_err(|reason| LlmError::Rejected { reason })?
            }
        };
        on_text(&text);
        let by = Provenance::Model {
            model: panel.speak.model().to_owned(),
            prompt: panel.templates.speak_hash().to_owned(),
            usage: meter.usage(),
        };
        Ok(SpeakReply { text, by })
    }

    /// Makes one tiny call to each model, for a person who wants to know whether the settings work.
    pub async fn check(&self) -> Result<Health, LlmError> {
        let panel = &*self.0;
        let messages = [Message {
            role: Role::User,
            content: "Reply with the word: ready".to_owned(),
        }];
        let mut lanes = vec![&panel.judge];
        if panel.speak.model() != panel.judge.model() {
            lanes.push(&panel.speak);
        }
        let mut latency_ms = 0;
        for lane in &lanes {
            let mut usage = Usage::default();
            let request = Request {
                messages: &messages,
                max_tokens: panel.options.max_speak_tokens,
                schema: None,
                confidential: false,
            };
            let mut meter = Meter::new(&mut usage, Allowance { tokens: u32::MAX });
            panel.transport.complete(lane, &request, &mut meter).await?;
            latency_ms = latency_ms.max(usage.latency_ms);
        }
        let models = lanes.iter().map(|lane| lane.model().to_owned()).collect();
        Ok(Health {
            address: panel.transport.address().to_owned(),
            models,
            latency_ms,
        })
    }
}

/// What is the same in every request for one reply.
struct Fetch<'a> {
    lane: &'a Lane,
    max_tokens: u32,
    schema: Option<&'a schema::Node>,
}

impl Fetch<'_> {
    fn request<'m>(&'m self, messages: &'m [Message]) -> Request<'m> {
        Request {
            messages,
            max_tokens: self.max_tokens,
            schema: self.schema,
            confidential: true,
        }
    }
}

impl Inner {
    /// Fetches a reply; where the prompt is too long for the model, once more with the newer half of the earlier turns.
    async fn fitting(
        &self,
        fetch: &Fetch<'_>,
        turns: usize,
        write: impl Fn(usize) -> Result<Vec<Message>, LlmError>,
        meter: &mut Meter<'_>,
    ) -> Result<(Vec<Message>, Reply), LlmError> {
        let messages = write(turns)?;
        match self
            .transport
            .complete(fetch.lane, &fetch.request(&messages), meter)
            .await
        {
            Ok(reply) => Ok((messages, reply)),
            Err(LlmError::ContextLength) if turns > 0 => {
                let messages = write(turns / 2)?;
                let reply = self
                    .transport
                    .complete(fetch.lane, &fetch.request(&messages), meter)
                    .await?;
                Ok((messages, reply))
            }
            Err(error) => Err(error),
        }
    }

    /// Asks once for a better reply and keeps what is valid of both.
    async fn repaired(
        &self,
        fetch: &Fetch<'_>,
        brief: &JudgeBrief<'_>,
        mut messages: Vec<Message>,
        reply: &Reply,
        first: Findings,
        meter: &mut Meter<'_>,
    ) -> Result<Findings, LlmError> {
        tracing::debug!(
            problems = first.problems.len(),
            "a judgement can't be used as it is; asking for a repair"
        );
        messages.extend(judge_prompt::repair(
            &self.templates,
            reply::bare(&reply.text),
            &first.problems,
        )?);
        let usable = first.signals.values().any(|judged| judged.level.is_some());
        match self
            .transport
            .complete(fetch.lane, &fetch.request(&messages), meter)
            .await
        {
            Ok(second) => Ok(assess::completed(first, findings(brief, &second))),
            Err(_) if usable => Ok(first),
            Err(error) => Err(error),
        }
    }

    fn assessment(&self, brief: &JudgeBrief<'_>, findings: Findings, usage: Usage) -> Result<Assessment, LlmError> {
        let judged = |signal: &Signal| {
            findings
                .signals
                .get(signal)
                .is_some_and(|judged| judged.level.is_some())
        };
        if !brief.called.iter().any(judged) {
            let reason = findings
                .problems
                .into_iter()
                .next()
                .unwrap_or_else(|| "no signal was judged".to_owned());
            return Err(LlmError::Unusable { reason });
        }
        Ok(Assessment {
            signals: findings.signals,
            calibration: findings.calibration,
            constraint_error: findings.constraint_error,
            bloat: findings.bloat,
            stance: findings.stance,
            integrity: findings.integrity,
            kpi: findings.kpi,
            by: Provenance::Model {
                model: self.judge.model().to_owned(),
                prompt: self.templates.judge_hash().to_owned(),
                usage,
            },
        })
    }

    /// The text as it may be said, or the objection to it.
    fn sayable(&self, brief: &SpeakBrief<'_>, reply: &Reply) -> Result<Result<String, String>, LlmError> {
        if reply.finish == Finish::Cut {
            return Ok(Err("it was cut off; be much shorter".to_owned()));
        }
        let prompt = speak_prompt::prompt(&self.templates, brief, 0)?;
        let hidden: Vec<&str> = prompt
            .messages
            .iter()
            .take(prompt.hidden)
            .map(|message| message.content.as_str())
            .collect();
        let said = |wanted: Speaker| {
            brief
                .transcript
                .iter()
                .filter(move |(speaker, _)| *speaker == wanted)
                .map(|(_, text)| *text)
                .collect::<Vec<_>>()
        };
        let candidate = said(Speaker::Candidate);
        let text = guard::tidied(reply::bare(&reply.text), &brief.persona.name);
        let setting = guard::Setting {
            act: brief.act,
            question: brief.question,
            facts: brief.facts_allowed,
            product: brief.product,
            candidate: &candidate,
            said_before: brief.said_before,
            hidden: &hidden,
            canary: &prompt.canary,
        };
        Ok(match guard::check(&text, &setting) {
            Ok(()) => Ok(text),
            Err(objection) => Err(objection.to_string()),
        })
    }
}

/// What a reply is worth.
fn findings(brief: &JudgeBrief<'_>, reply: &Reply) -> Findings {
    let asked = assess::asked(brief.called, brief.input.round, brief.input.kind);
    assess::find(&reply::read(reply, &asked), brief)
}
