//! From what the model wrote to an assessment: quotes are looked up in the answer, and a level that has lost its evidence, or that
//! contradicts what was counted, is "not assessed". Nothing is made up in its place.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    JudgeBrief,
    grounding::{grounded, is_aimed_at_judge},
    reply::{Draft, Drafted},
};
use crate::domain::{
    assessment::{CalibrationType, Component, ConstraintError, IntegrityEvent, Judged, Stance},
    probe::Probe,
    rubric::Rubric,
    signal::{Level, QuestionKind, Round, Signal},
};

/// A fragment fit for a pushback has this many words.
const FOCUS_WORDS: std::ops::RangeInclusive<usize> = 2..=12;
/// Each breach of the time limits costs decisiveness one level, up to this many.
const MOST_BREACHES: usize = 2;

/// What a draft is worth.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Findings {
    /// The signals that apply.
    pub(super) signals: BTreeMap<Signal, Judged>,
    /// Calibration type.
    pub(super) calibration: Option<CalibrationType>,
    /// Constraint error.
    pub(super) constraint_error: Option<ConstraintError>,
    /// Unnecessary components.
    pub(super) bloat: Vec<Component>,
    /// Stance.
    pub(super) stance: Option<Stance>,
    /// Integrity events.
    pub(super) integrity: Vec<(IntegrityEvent, String)>,
    /// The product KPI.
    pub(super) kpi: Option<String>,
    /// Quotes that the answer does not contain.
    pub(super) ungrounded: u32,
    /// What a repair should mend.
    pub(super) problems: Vec<String>,
}

/// The signals a judge is asked about: those called for, and those an answer may bring up unasked.
pub(super) fn asked(called: &BTreeSet<Signal>, round: Round, kind: QuestionKind) -> Vec<Signal> {
    let mut signals = called.clone();
    signals.extend(volunteered(called, round, kind));
    signals.into_iter().collect()
}

/// Signals that apply only if the answer brings them up (rubric, section 2).
pub(super) fn volunteered(called: &BTreeSet<Signal>, round: Round, kind: QuestionKind) -> Vec<Signal> {
    if round == Round::RecruiterScreen {
        return Vec::new();
    }
    let lean = (kind != QuestionKind::Blueprint).then_some(Signal::LeanFirst);
    let possible = [lean, Some(Signal::ConstraintTiming)].into_iter().flatten();
    possible.filter(|signal| !called.contains(signal)).collect()
}

/// Checks a draft against the answer.
pub(super) fn find(draft: &Draft, brief: &JudgeBrief<'_>) -> Findings {
    let mut findings = Findings {
        problems: draft.problems.clone(),
        ..Findings::default()
    };
    let answer = brief.input.answer;
    findings.bloat = look_up(&mut findings, answer, &draft.bloat)
        .into_iter()
        .map(|quote| Component { quote })
        .collect();
    for signal in asked(brief.called, brief.input.round, brief.input.kind) {
        let judged = judge(&mut findings, signal, draft, brief);
        if let Some(judged) = judged {
            findings.signals.insert(signal, judged);
        }
    }
    if !findings.signals.contains_key(&Signal::LeanFirst) {
        findings.bloat.clear();
    }
    settle_calibration(&mut findings, draft);
    settle_constraint(&mut findings, draft, brief);
    findings.stance = draft
        .stance
        .filter(|_| brief.input.pressed == Some(Probe::CounterEvidence));
    for (event, quote) in &draft.integrity {
        let found = look_up(&mut findings, answer, std::slice::from_ref(quote));
        findings
            .integrity
            .extend(found.into_iter().map(|quote| (*event, quote)));
    }
    findings.kpi = draft
        .kpi
        .as_ref()
        .and_then(|quote| look_up(&mut findings, answer, std::slice::from_ref(quote)).pop());
    findings
}

/// The findings of a first reply, completed by those of its repair.
pub(super) fn completed(first: Findings, second: Findings) -> Findings {
    let judged = |findings: &Findings, signal: Signal| {
        findings
            .signals
            .get(&signal)
            .is_some_and(|judged| judged.level.is_some())
    };
    let taken: BTreeSet<Signal> = second
        .signals
        .keys()
        .copied()
        .filter(|&signal| !judged(&first, signal) && judged(&second, signal))
        .collect();
    let nothing_read = first.signals.values().all(|judged| judged.level.is_none());
    let mut all = first;
    for (&signal, judged) in &second.signals {
        if taken.contains(&signal) {
            all.signals.insert(signal, judged.clone());
        } else {
            all.signals.entry(signal).or_insert_with(|| judged.clone());
        }
    }
    if taken.contains(&Signal::LeanFirst) {
        all.bloat = second.bloat;
    }
    if taken.contains(&Signal::Calibration) {
        all.calibration = second.calibration;
    }
    if taken.contains(&Signal::ConstraintTiming) {
        all.constraint_error = second.constraint_error;
    }
    if nothing_read {
        (all.stance, all.integrity, all.kpi) = (second.stance, second.integrity, second.kpi);
    }
    all.ungrounded = all.ungrounded.saturating_add(second.ungrounded);
    all.problems = second.problems;
    all
}

/// Fills in what follows from the levels: the reason in the rubric's words, the probe where the model named none, and the times.
pub(super) fn conclude(findings: &mut Findings, brief: &JudgeBrief<'_>) {
    let breaches = brief
        .input
        .timing
        .map_or(0, |timing| timing.breaches().min(MOST_BREACHES));
    if let Some(judged) = findings.signals.get_mut(&Signal::Decisiveness) {
        judged.level = judged
            .level
            .map(|level| level.lowered(u8::try_from(breaches).unwrap_or(0)));
    }
    let (calibration, constraint_error) = (findings.calibration, findings.constraint_error);
    let bloat = findings.bloat.len();
    for (&signal, judged) in &mut findings.signals {
        judged.reason = reason(brief.rubric, signal, judged.level);
        judged.probe = match judged.level {
            None | Some(Level::MAX) => None,
            Some(level) => judged
                .probe
                .or_else(|| usual_probe(signal, level, calibration, constraint_error, bloat)),
        };
        judged.focus = judged.evidence.iter().find_map(|quote| focus(quote));
    }
}

fn judge(findings: &mut Findings, signal: Signal, draft: &Draft, brief: &JudgeBrief<'_>) -> Option<Judged> {
    let called = brief.called.contains(&signal);
    let Some(drafted) = draft.signals.get(&signal) else {
        if called {
            findings.problems.push(format!("signals.{signal} is missing"));
        }
        return called.then(not_assessed);
    };
    if !called && drafted.level.is_none() {
        return None;
    }
    let evidence = look_up(findings, brief.input.answer, &drafted.evidence);
    let level = level(findings, signal, drafted, &evidence, brief);
    // An unneeded component is what makes the signal apply unasked.
    if signal == Signal::LeanFirst && !called && findings.bloat.is_empty() {
        return None;
    }
    // What was brought up unasked can be quoted; without a quote it was not brought up.
    if !called && (level.is_none() || evidence.is_empty() && signal != Signal::LeanFirst) {
        return None;
    }
    Some(Judged {
        level,
        evidence,
        reason: String::new(),
        probe: drafted.missing,
        focus: None,
    })
}

fn not_assessed() -> Judged {
    Judged {
        level: None,
        evidence: Vec::new(),
        reason: String::new(),
        probe: None,
        focus: None,
    }
}

fn level(
    findings: &mut Findings,
    signal: Signal,
    drafted: &Drafted,
    evidence: &[String],
    brief: &JudgeBrief<'_>,
) -> Option<Level> {
    if signal == Signal::LeanFirst {
        return lean_level(findings, drafted, evidence);
    }
    let Some(level) = drafted.level else {
        if brief.called.contains(&signal) {
            findings
                .problems
                .push(format!("signals.{signal}.level is null, but the question calls for it"));
        }
        return None;
    };
    if evidence.is_empty() && needs_evidence(signal, level) {
        findings.problems.push(format!(
            "signals.{signal} has level {level} and no quote that is in the answer"
        ));
        return None;
    }
    Some(level)
}

/// The level of a lean first version is a count (rubric 3.5); the model's own number decides only between 3 and 4.
fn lean_level(findings: &mut Findings, drafted: &Drafted, evidence: &[String]) -> Option<Level> {
    let level = drafted.level?;
    let count = u8::try_from(findings.bloat.len()).unwrap_or(u8::MAX);
    if count > 0 {
        return Some(Level::MAX.lowered(count));
    }
    if level.get() < 3 {
        findings.problems.push(format!(
            "signals.lean_first has level {level}, but bloat names no component that is in the answer"
        ));
        return None;
    }
    if level == Level::MAX && evidence.is_empty() {
        findings
            .problems
            .push("signals.lean_first has level 4 and no quote that is in the answer".to_owned());
        return None;
    }
    Some(level)
}

/// Whether a level stands for something that can be quoted (R9).
fn needs_evidence(signal: Signal, level: Level) -> bool {
    match signal {
        // The answer as a whole is the evidence.
        Signal::Clarity => false,
        Signal::Decisiveness => level.get() >= 3,
        Signal::Calibration => level.get() != 2,
        _ => level > Level::ZERO,
    }
}

fn look_up(findings: &mut Findings, answer: &str, quotes: &[String]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for quote in quotes {
        match grounded(answer, quote) {
            Some(words) if is_aimed_at_judge(words) || found.iter().any(|other| other == words) => {}
            Some(words) => found.push(words.to_owned()),
            None => findings.ungrounded = findings.ungrounded.saturating_add(1),
        }
    }
    found
}

/// Level and type of calibration must agree (rubric 3.7); where they don't, neither is believed.
fn settle_calibration(findings: &mut Findings, draft: &Draft) {
    let Some(judged) = findings.signals.get_mut(&Signal::Calibration) else {
        return;
    };
    let Some(level) = judged.level else {
        return;
    };
    let agrees = match draft.calibration {
        Some(CalibrationType::Calibrated) => level.get() >= 3,
        Some(CalibrationType::Neutral) => level.get() == 2,
        Some(CalibrationType::Over | CalibrationType::Under) => level.get() <= 1,
        None => level.get() >= 2,
    };
    if !agrees {
        judged.level = None;
        let problem =
            "calibration and its level don't agree: 3 and 4 are calibrated, 2 is neutral, 0 and 1 are over or under";
        findings.problems.push(problem.to_owned());
        return;
    }
    findings.calibration = Some(match level.get() {
        3.. => CalibrationType::Calibrated,
        2 => CalibrationType::Neutral,
        _ => draft.calibration.unwrap_or(CalibrationType::Over),
    });
}

/// Levels 0 and 1 always carry an error, the others never (rubric 3.6).
fn settle_constraint(findings: &mut Findings, draft: &Draft, brief: &JudgeBrief<'_>) {
    let Some(level) = findings
        .signals
        .get(&Signal::ConstraintTiming)
        .and_then(|judged| judged.level)
    else {
        return;
    };
    let stated = if brief.input.constraint.is_some() {
        ConstraintError::Ignored
    } else {
        ConstraintError::Premature
    };
    findings.constraint_error = Some(match (level.get(), draft.constraint_error) {
        (2.., _) => ConstraintError::None,
        (_, Some(error)) if error != ConstraintError::None => error,
        _ => stated,
    });
}

fn reason(rubric: &Rubric, signal: Signal, level: Option<Level>) -> String {
    let anchor = level.and_then(|level| rubric.signals.get(&signal)?.anchors.get(usize::from(level.get())));
    anchor.cloned().unwrap_or_default()
}

/// What a level of a signal usually lacks, where that is plain from the rubric.
fn usual_probe(
    signal: Signal,
    level: Level,
    calibration: Option<CalibrationType>,
    constraint_error: Option<ConstraintError>,
    bloat: usize,
) -> Option<Probe> {
    Some(match (signal, level.get()) {
        (Signal::MetricFirst, 0) => Probe::MissingMetric,
        (Signal::ExperimentDesign, 0) => Probe::NoExperiment,
        (Signal::ExperimentDesign, 1) => Probe::NoControl,
        (Signal::ExperimentDesign, _) => Probe::NoSafeguard,
        (Signal::DecisionRule, 0 | 1) => Probe::NoDecisionRule,
        (Signal::DecisionRule, 2) => Probe::NoThreshold,
        (Signal::DecisionRule, _) => Probe::NoElse,
        (Signal::ProductTranslation, 0) => Probe::ImpactMissing,
        (Signal::ProductTranslation, 1) => Probe::ImpactAsserted,
        (Signal::ProductTranslation, _) => Probe::NoEffort,
        (Signal::LeanFirst, _) if bloat > 0 => Probe::Bloat,
        (Signal::LeanFirst, _) => Probe::NoFirstStep,
        (Signal::ConstraintTiming, 0 | 1) if constraint_error == Some(ConstraintError::Premature) => {
            Probe::ConstraintPremature
        }
        (Signal::ConstraintTiming, 0) => Probe::ConstraintIgnored,
        (Signal::ConstraintTiming, 1) => Probe::ConstraintLate,
        (Signal::Calibration, 0 | 1) if calibration == Some(CalibrationType::Under) => Probe::Hedging,
        (Signal::Calibration, 0 | 1) => Probe::Overclaim,
        (Signal::Clarity, 0..=2) => Probe::Vague,
        (Signal::Decisiveness, 0..=2) => Probe::Indecisive,
        (Signal::Quantification, 0 | 1) => Probe::NoNumber,
        (Signal::Quantification, _) => Probe::NoBase,
        (Signal::MlDepth, 0 | 1) => Probe::NoMechanism,
        (Signal::MlDepth, _) => Probe::NoAssumption,
        (Signal::SystemDesign, 0 | 1) => Probe::NoFlow,
        (Signal::SystemDesign, 2) => Probe::NoTradeoff,
        (Signal::SystemDesign, _) => Probe::NoFailureMode,
        (Signal::HmJudgment, 0 | 1) => Probe::NoOwnDecision,
        (Signal::HmJudgment, 2) => Probe::NoCost,
        (Signal::HmJudgment, _) => Probe::NoLesson,
        (Signal::Timeline, 0..=2) => Probe::Timeline,
        (Signal::Responsiveness, 0..=2) => Probe::Responsiveness,
        (Signal::Compensation, 0..=2) => Probe::Compensation,
        _ => return None,
    })
}

/// A fragment of a quote that reads well inside quotation marks: 2 to 12 words, one clause where there is one of that length.
fn focus(quote: &str) -> Option<String> {
    let fits = |text: &str| {
        FOCUS_WORDS.contains(&text.split_whitespace().count()) && !text.contains(['"', '\u{201c}', '\u{201d}', '\n'])
    };
    let clean = |text: &str| {
        text.trim()
            .trim_end_matches(['.', ',', ';', ':', '!', '?'])
            .trim_end()
            .to_owned()
    };
    let whole = clean(quote);
    if fits(&whole) {
        return Some(whole);
    }
    let clauses = quote
        .split(['.', ',', ';', ':', '!', '?', '\n'])
        .map(clean)
        .filter(|clause| fits(clause));
    clauses
        .max_by_key(|clause| clause.split_whitespace().count())
        .or_else(|| {
            let (cut, _) = quote.match_indices(' ').nth(7)?;
            let opening = clean(quote.get(..cut)?);
            fits(&opening).then_some(opening)
        })
}
