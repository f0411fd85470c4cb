//! The sixteen signals of the rubric, the five rounds, the kinds of question and the level scale.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Declares a closed set of names: the enum, its list, its text form and how it is read back.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$vdoc])* $variant),+
        }

        impl $name {
            /// Every member, in the order of the rubric.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The name used in files, exports and on the command line.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $text),+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownName;

            fn from_str(text: &str) -> Result<Self, UnknownName> {
                $name::ALL
                    .iter()
                    .copied()
                    .find(|member| member.as_str() == text)
                    .ok_or_else(|| UnknownName {
                        what: stringify!($name),
                        given: text.to_owned(),
                        known: $name::ALL.iter().map(|m| m.as_str()).collect::<Vec<_>>().join(", "),
                    })
            }
        }
    };
}
pub(crate) use named;

/// A name that is none of a closed set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is no {}; expected one of {known}", .what.to_lowercase())]
pub struct UnknownName {
    /// The set.
    pub what: &'static str,
    /// What was given.
    pub given: String,
    /// Its members, for the message.
    pub known: String,
}

named! {
    /// One criterion of the rubric.
    Signal {
        /// Does the product outcome come before the technique?
        MetricFirst = "metric_first",
        /// Is the effect of the change isolated?
        ExperimentDesign = "experiment_design",
        /// What happens at which outcome?
        DecisionRule = "decision_rule",
        /// Impact, confidence, effort.
        ProductTranslation = "product_translation",
        /// Is the first version the smallest that can be measured?
        LeanFirst = "lean_first",
        /// Is a limit honoured at its moment?
        ConstraintTiming = "constraint_timing",
        /// Does the claim match its evidence?
        Calibration = "calibration",
        /// Can it be understood in one reading?
        Clarity = "clarity",
        /// Does it commit?
        Decisiveness = "decisiveness",
        /// Is the size of an effect a number with a base?
        Quantification = "quantification",
        /// Availability against the process.
        Timeline = "timeline",
        /// Reply time.
        Responsiveness = "responsiveness",
        /// Pay expectation.
        Compensation = "compensation",
        /// Flow, trade-off, failure.
        SystemDesign = "system_design",
        /// Mechanism, assumption, consequence.
        MlDepth = "ml_depth",
        /// A decision of one's own, its cost, its lesson.
        HmJudgment = "hm_judgment",
    }
}

named! {
    /// One persona's lead in a session.
    Round {
        /// Logistics and pitch.
        RecruiterScreen = "recruiter_screen",
        /// Sketches and blueprints.
        SystemDesign = "system_design",
        /// Models, evaluation, theory.
        MlFundamentals = "ml_fundamentals",
        /// What a result means for the product.
        ProductTranslation = "product_translation",
        /// Priorities and stories.
        HiringManager = "hiring_manager",
    }
}

impl Round {
    /// The round's name as it is said aloud.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Round::RecruiterScreen => "recruiter screen",
            Round::SystemDesign => "system design",
            Round::MlFundamentals => "ML fundamentals",
            Round::ProductTranslation => "product translation",
            Round::HiringManager => "hiring manager",
        }
    }
}

named! {
    /// What a question asks for; decides which signals it calls for (rubric, section 2).
    QuestionKind {
        /// Evaluate a model or a change.
        Evaluate = "evaluate",
        /// Explain a concept.
        Explain = "explain",
        /// Here is a result, what now?
        Result = "result",
        /// Sketch, propose, smallest version.
        Sketch = "sketch",
        /// A production blueprint, explicitly requested.
        Blueprint = "blueprint",
        /// Prioritise, launch call.
        Prioritise = "prioritise",
        /// A story from the candidate's own work.
        Behavioural = "behavioural",
        /// Recruiter logistics.
        Logistics = "logistics",
        /// Recruiter pitch.
        Pitch = "pitch",
    }
}

named! {
    /// Something a question asks for beyond its kind.
    Ask {
        /// How would you test or measure it?
        Test = "test",
        /// What next step or test follows?
        NextStep = "next_step",
        /// A story about impact.
        Impact = "impact",
        /// Availability.
        Timeline = "timeline",
        /// Reply time.
        Responsiveness = "responsiveness",
        /// Pay.
        Compensation = "compensation",
    }
}

/// A level on the rubric's scale, 0 to 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Level(u8);

impl Level {
    /// The lowest level.
    pub const ZERO: Level = Level(0);
    /// The highest level.
    pub const MAX: Level = Level(4);
    /// Every level, lowest first.
    pub const ALL: [Level; 5] = [Level(0), Level(1), Level(2), Level(3), Level(4)];

    /// The level, or nothing where the number is outside 0 to 4. A number is never clamped.
    #[must_use]
    pub fn new(value: u8) -> Option<Level> {
        (value <= 4).then_some(Level(value))
    }

    /// The level as a number.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }

    /// So many levels down, not below 0.
    #[must_use]
    pub fn lowered(self, by: u8) -> Level {
        Level(self.0.saturating_sub(by))
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl From<Level> for u8 {
    fn from(level: Level) -> u8 {
        level.0
    }
}

impl TryFrom<u8> for Level {
    type Error = String;

    fn try_from(value: u8) -> Result<Self, String> {
        Level::new(value).ok_or_else(|| format!("level {value} is outside 0 to 4"))
    }
}
