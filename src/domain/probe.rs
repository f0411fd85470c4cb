//! The kinds of pushback a panel may make, and which signal each presses.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::signal::{Signal, UnknownName, named};

named! {
    /// One kind of pushback.
    Probe {
        /// No product outcome was named.
        MissingMetric = "missing_metric",
        /// The outcome came only after the technique.
        LateMetric = "late_metric",
        /// The outcome can't be measured as it was said.
        GenericMetric = "generic_metric",
        /// A proxy or a model metric stands as the goal.
        ProxyMetric = "proxy_metric",
        /// Nothing is compared.
        NoExperiment = "no_experiment",
        /// There is no control.
        NoControl = "no_control",
        /// A comparison without safeguards.
        NoSafeguard = "no_safeguard",
        /// No rule.
        NoDecisionRule = "no_decision_rule",
        /// An action without a threshold.
        NoThreshold = "no_threshold",
        /// One branch only.
        NoElse = "no_else",
        /// The impact layer is missing.
        ImpactMissing = "impact_missing",
        /// Impact merely asserted.
        ImpactAsserted = "impact_asserted",
        /// No confidence or no effort.
        NoEffort = "no_effort",
        /// Too many components.
        Bloat = "bloat",
        /// No smallest step or no gate.
        NoFirstStep = "no_first_step",
        /// A stated limit is not honoured.
        ConstraintIgnored = "constraint_ignored",
        /// A limit honoured late or by numbers that don't fit.
        ConstraintLate = "constraint_late",
        /// A trade-off that nobody had raised.
        ConstraintPremature = "constraint_premature",
        /// A claim without evidence.
        Overclaim = "overclaim",
        /// No position left.
        Hedging = "hedging",
        /// Vague words.
        Vague = "vague",
        /// No commitment.
        Indecisive = "indecisive",
        /// No size as a number.
        NoNumber = "no_number",
        /// A rate without its base.
        NoBase = "no_base",
        /// A technique without its mechanism.
        NoMechanism = "no_mechanism",
        /// A mechanism without its assumption.
        NoAssumption = "no_assumption",
        /// Parts without a flow.
        NoFlow = "no_flow",
        /// A flow without a trade-off.
        NoTradeoff = "no_tradeoff",
        /// A design without a failure mode.
        NoFailureMode = "no_failure_mode",
        /// No decision of one's own.
        NoOwnDecision = "no_own_decision",
        /// A decision without its cost.
        NoCost = "no_cost",
        /// A decision without its lesson.
        NoLesson = "no_lesson",
        /// Dates left open.
        Timeline = "timeline",
        /// Reply time left open.
        Responsiveness = "responsiveness",
        /// Pay left open.
        Compensation = "compensation",
        /// The pilot says the opposite.
        CounterEvidence = "counter_evidence",
        /// A limit the candidate had not been told.
        RevealConstraint = "reveal_constraint",
        /// Nothing to judge.
        NoContent = "no_content",
        /// An honest "I don't know".
        DontKnow = "dont_know",
    }
}

impl Probe {
    /// The signal a pushback of this kind presses; none where the answer
    /// had nothing to press on.
    #[must_use]
    pub fn signal(self) -> Option<Signal> {
        Some(match self {
            Probe::MissingMetric | Probe::LateMetric | Probe::GenericMetric | Probe::ProxyMetric => Signal::MetricFirst,
            Probe::NoExperiment | Probe::NoControl | Probe::NoSafeguard => Signal::ExperimentDesign,
            Probe::NoDecisionRule | Probe::NoThreshold | Probe::NoElse => Signal::DecisionRule,
            Probe::ImpactMissing | Probe::ImpactAsserted | Probe::NoEffort => Signal::ProductTranslation,
            Probe::Bloat | Probe::NoFirstStep => Signal::LeanFirst,
            Probe::ConstraintIgnored | Probe::ConstraintLate | Probe::ConstraintPremature | Probe::RevealConstraint => {
                Signal::ConstraintTiming
            }
            Probe::Overclaim | Probe::Hedging | Probe::CounterEvidence => Signal::Calibration,
            Probe::Vague => Signal::Clarity,
            Probe::Indecisive => Signal::Decisiveness,
            Probe::NoNumber | Probe::NoBase => Signal::Quantification,
            Probe::NoMechanism | Probe::NoAssumption => Signal::MlDepth,
            Probe::NoFlow | Probe::NoTradeoff | Probe::NoFailureMode => Signal::SystemDesign,
            Probe::NoOwnDecision | Probe::NoCost | Probe::NoLesson => Signal::HmJudgment,
            Probe::Timeline => Signal::Timeline,
            Probe::Responsiveness => Signal::Responsiveness,
            Probe::Compensation => Signal::Compensation,
            Probe::NoContent | Probe::DontKnow => return None,
        })
    }
}
