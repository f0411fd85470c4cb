//! Words that would hand over what a pushback asks for. A word the case or the candidate has used is no secret; the guard sees to
//! that.

use crate::domain::probe::Probe;

/// An example is an answer, whatever is asked.
const ALWAYS: [&str; 6] = [
    "such as",
    "for example",
    "for instance",
    "e.g.",
    "for starters",
    "say, a",
];

const METRICS: [&str; 14] = [
    "retention",
    "churn",
    "revenue",
    "conversion",
    "renewals",
    "profit",
    "satisfaction",
    "active users",
    "wait time",
    "watch time",
    "per user",
    "per session",
    "weekly active",
    "lifetime value",
];
const EXPERIMENTS: [&str; 13] = [
    "a/b",
    "ab test",
    "control group",
    "holdout",
    "hold-out",
    "randomise",
    "randomised",
    "randomize",
    "randomized",
    "randomly",
    "switchback",
    "experiment",
    "difference-in-differences",
];
const SAFEGUARDS: [&str; 14] = [
    "guardrail",
    "guardrails",
    "sample size",
    "statistical power",
    "significance",
    "significant",
    "novelty",
    "seasonality",
    "interference",
    "network effects",
    "minimum detectable",
    "sample ratio",
    "confounders",
    "segments",
];
const RULES: [&str; 9] = [
    "threshold",
    "roll back",
    "rollback",
    "cut-off",
    "cutoff",
    "kill it",
    "ship it",
    "go/no-go",
    "stopping rule",
];
const LEAN: [&str; 8] = [
    "mvp",
    "minimum viable",
    "prototype",
    "spreadsheet",
    "by hand",
    "pilot",
    "heuristic",
    "baseline",
];
const LIMITS: [&str; 11] = [
    "cache",
    "caching",
    "cached",
    "quantise",
    "quantize",
    "distil",
    "distillation",
    "fallback",
    "batching",
    "precompute",
    "two-stage",
];
const EVIDENCE: [&str; 6] = [
    "confidence interval",
    "confidence intervals",
    "pilot",
    "backtest",
    "past data",
    "validate",
];
const FAILURES: [&str; 10] = [
    "fallback",
    "retry",
    "retries",
    "timeout",
    "timeouts",
    "monitoring",
    "alert",
    "alerts",
    "dead-letter",
    "circuit breaker",
];
const TRADEOFFS: [&str; 5] = ["consistency", "availability", "freshness", "cheaper", "simpler"];
const ASSUMPTIONS: [&str; 8] = [
    "cold start",
    "sparse",
    "sparsity",
    "drift",
    "overfit",
    "overfitting",
    "selection bias",
    "confounding",
];

/// The words that give the answer to a probe away.
pub(super) fn gives_away(probe: Probe) -> impl Iterator<Item = &'static str> {
    let own: &[&str] = match probe {
        Probe::MissingMetric | Probe::LateMetric | Probe::GenericMetric | Probe::ProxyMetric => &METRICS,
        Probe::NoExperiment | Probe::NoControl => &EXPERIMENTS,
        Probe::NoSafeguard => &SAFEGUARDS,
        Probe::NoDecisionRule | Probe::NoThreshold | Probe::NoElse => &RULES,
        Probe::Bloat | Probe::NoFirstStep => &LEAN,
        Probe::ConstraintIgnored | Probe::ConstraintLate | Probe::RevealConstraint => &LIMITS,
        Probe::Overclaim => &EVIDENCE,
        Probe::NoFailureMode => &FAILURES,
        Probe::NoTradeoff => &TRADEOFFS,
        Probe::NoAssumption => &ASSUMPTIONS,
        _ => &[],
    };
    ALWAYS.iter().chain(own).copied()
}
