//! The offline judge: levels, quotes and events of one answer by rules over its text (see RUBRIC.md, version 1.0).
//!
//! The answer is read once into a live text, from which what is not meant (quotations of others, echoes, keyword lists, text aimed
//! at the grader) is blanked; rules then say what its clauses do, and each signal's own file combines that into a level. It must
//! never do I/O, look at a clock, or give a level of 2 or more that nobody could check in the answer.

mod calibration;
mod classify;
mod constraint;
mod context;
mod depth;
mod events;
mod experiment;
mod facts;
mod finding;
mod judgment;
mod lean;
mod lexicon;
mod mask;
mod metric;
mod numbers;
mod pattern;
mod quantity;
mod recruiter;
mod rule;
mod style;
mod system;
mod text;
mod translation;
mod words;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

pub use classify::classify;
pub use events::is_clarifying;

use self::{context::Context, finding::Finding, text::Span, text::Text, words::word_count};
use crate::domain::{
    assessment::{AnswerInput, Assessment, CalibrationType, Component, ConstraintError, Judged},
    probe::Probe,
    provenance::Provenance,
    signal::{Level, QuestionKind, Signal},
};

/// The version of the rules; results of different versions are not compared as progress.
pub const VERSION: u32 = 2;

/// The most words a pushback quotes.
const FOCUS_WORDS: usize = 12;

/// Judges one answer on the signals called for and on what it volunteers.
#[must_use]
pub fn judge(input: &AnswerInput<'_>, called: &BTreeSet<Signal>) -> Assessment {
    let text = Text::new(input.answer, input.question);
    let ctx = Context::new(input, &text);
    let mut sheet = Sheet::default();
    for &signal in called {
        sheet.judge(&ctx, signal);
    }
    sheet.volunteered(&ctx);
    sheet.into_assessment(&ctx)
}

/// What was found so far.
#[derive(Default)]
struct Sheet {
    findings: BTreeMap<Signal, Finding>,
    calibration: Option<CalibrationType>,
    constraint_error: Option<ConstraintError>,
    bloat: Vec<Span>,
}

impl Sheet {
    fn judge(&mut self, ctx: &Context<'_>, signal: Signal) {
        let finding = match signal {
            Signal::MetricFirst => metric::judge(ctx),
            Signal::ExperimentDesign => experiment::judge(ctx),
            Signal::DecisionRule => rule::judge(ctx),
            Signal::ProductTranslation => translation::judge(ctx),
            Signal::LeanFirst => {
                self.bloat = lean::components(ctx);
                if ctx.is_empty() {
                    return;
                }
                lean::judge(ctx, &self.bloat)
            }
            Signal::ConstraintTiming => match self.constraint(ctx) {
                Some(finding) => finding,
                None => return,
            },
            Signal::Calibration => {
                let judged = calibration::judge(ctx);
                self.calibration = Some(judged.kind);
                judged.finding
            }
            Signal::Clarity => style::clarity(ctx),
            Signal::Decisiveness => style::decisiveness(ctx),
            Signal::Quantification => quantity::judge(ctx),
            Signal::Timeline => recruiter::timeline(ctx),
            Signal::Responsiveness => recruiter::responsiveness(ctx),
            Signal::Compensation => recruiter::compensation(ctx),
            Signal::SystemDesign => system::judge(ctx),
            Signal::MlDepth => depth::judge(ctx),
            Signal::HmJudgment => judgment::judge(ctx),
        };
        self.findings.insert(signal, finding);
    }

    fn constraint(&mut self, ctx: &Context<'_>) -> Option<Finding> {
        let known = ctx.input.constraint.filter(|_| !ctx.input.constraint_unstated);
        let timed = match known {
            Some(limit) => constraint::stated(ctx, limit),
            None => constraint::unstated(ctx)?,
        };
        self.constraint_error = Some(timed.error);
        Some(timed.finding)
    }

    /// Lean first where an answer brings unnecessary components, constraint timing where it raises a trade-off (section 2).
    fn volunteered(&mut self, ctx: &Context<'_>) {
        let kind = ctx.input.kind;
        let builds = !matches!(
            kind,
            QuestionKind::Blueprint | QuestionKind::Logistics | QuestionKind::Pitch | QuestionKind::Behavioural
        );
        if builds && !self.findings.contains_key(&Signal::LeanFirst) && ctx.input.pressed.is_none() {
            let components = lean::components(ctx);
            if components.len() >= 2 {
                self.findings.insert(Signal::LeanFirst, lean::judge(ctx, &components));
                self.bloat = components;
            }
        }
        let design = matches!(
            kind,
            QuestionKind::Sketch | QuestionKind::Evaluate | QuestionKind::Explain
        );
        let open = design && !self.findings.contains_key(&Signal::ConstraintTiming) && ctx.input.pressed.is_none();
        if let Some(finding) = open.then(|| self.constraint(ctx)).flatten() {
            self.findings.insert(Signal::ConstraintTiming, finding);
        }
    }

    fn into_assessment(self, ctx: &Context<'_>) -> Assessment {
        let kpi = metric::of(ctx)
            .and_then(|kpi| ctx.text.exact(&kpi.span))
            .map(str::to_owned);
        let bloat = self
            .bloat
            .iter()
            .filter_map(|span| ctx.text.exact(span))
            .map(|quote| Component {
                quote: quote.to_owned(),
            });
        let stance = (ctx.input.pressed == Some(Probe::CounterEvidence)).then(|| events::stance(ctx));
        Assessment {
            bloat: bloat.collect(),
            signals: self
                .findings
                .into_iter()
                .map(|(signal, finding)| (signal, written(ctx, signal, finding)))
                .collect(),
            calibration: self.calibration,
            constraint_error: self.constraint_error,
            stance,
            integrity: events::integrity(ctx, ctx.input.answer),
            kpi,
            by: Provenance::Offline {
                version: VERSION,
                instead_of: None,
            },
        }
    }
}

/// Writes a finding down: quotes instead of places, and no level of 2 or more without one where a quote is due.
fn written(ctx: &Context<'_>, signal: Signal, finding: Finding) -> Judged {
    let mut evidence: Vec<String> = Vec::new();
    for quote in finding.evidence.iter().filter_map(|span| ctx.text.evidence(span)) {
        if !evidence.contains(&quote) {
            evidence.push(quote);
        }
    }
    evidence.truncate(4);
    let by_absence = matches!(signal, Signal::Clarity | Signal::Decisiveness | Signal::LeanFirst)
        || (signal == Signal::Calibration && finding.level == 2);
    let level = if evidence.is_empty() && !by_absence {
        finding.level.min(1)
    } else {
        finding.level
    };
    Judged {
        level: Level::new(level),
        evidence,
        reason: finding.reason.to_owned(),
        probe: finding.probe.filter(|_| level < 4),
        focus: finding.focus.and_then(|span| focus(ctx, &span)),
    }
}

/// The words a pushback quotes: 2 to 12 of the answer, cut at a word.
fn focus(ctx: &Context<'_>, span: &Span) -> Option<String> {
    let quote = ctx.text.exact(span)?;
    let quote = quote
        .split('\n')
        .next()
        .unwrap_or(quote)
        .trim()
        .trim_end_matches(['.', ',', ';', ':', '!', '?']);
    let short = whole_phrase(quote)?.trim_end_matches(|c: char| c.is_whitespace() || ",;:.-".contains(c));
    (word_count(short) >= 2 && short.chars().count() <= 120).then(|| short.to_owned())
}

/// Words a phrase may end before, since they begin what hangs on it.
const JOINTS: &[&str] = &[
    "and", "or", "but", "for", "to", "of", "with", "in", "on", "at", "by", "from", "into", "that", "which", "because",
    "so", "if", "when", "while", "then", "than", "as", "where", "who", "until", "after", "before", "over", "per",
    "without", "is", "are",
];

/// The beginning of a quote that is short enough to be said back, ended where a phrase ends and not in its middle.
fn whole_phrase(quote: &str) -> Option<&str> {
    if word_count(quote) <= FOCUS_WORDS {
        return Some(quote);
    }
    let starts: Vec<usize> = std::iter::once(0)
        .chain(
            quote
                .match_indices(char::is_whitespace)
                .map(|(at, space)| at + space.len()),
        )
        .take_while(|start| quote.get(..*start).is_some_and(|head| word_count(head) <= FOCUS_WORDS))
        .collect();
    let word_at = |start: usize| {
        quote
            .get(start..)
            .and_then(|rest| rest.split_whitespace().next())
            .unwrap_or_default()
    };
    let joint = |start: &&usize| {
        let after_comma = quote
            .get(..**start)
            .is_some_and(|head| head.trim_end().ends_with([',', ';', ':']));
        after_comma || JOINTS.contains(&word_at(**start).to_lowercase().as_str())
    };
    let end = starts.iter().skip(4).rev().find(joint).or(starts.last())?;
    quote.get(..*end)
}
