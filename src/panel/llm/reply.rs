//! Reads a judgement strictly: a number that is no level, a name that is no signal or a second object is a problem by name, and
//! nothing is ever bent to fit.

use std::{collections::BTreeMap, fmt::Display, str::FromStr};

use serde_json::{Map, Value};

use super::transport::{Finish, Reply};
use crate::domain::{
    assessment::{CalibrationType, ConstraintError, IntegrityEvent, Stance},
    probe::Probe,
    signal::{Level, Signal},
};

/// The most quotes of one signal that are looked at.
const QUOTES: usize = 4;
/// The most components that are looked at; four already are the highest penalty.
const COMPONENTS: usize = 12;

/// One signal as the model wrote it, checked for form alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Drafted {
    /// Quotes, not yet looked for in the answer.
    pub(super) evidence: Vec<String>,
    /// The level; none for null.
    pub(super) level: Option<Level>,
    /// What is missing.
    pub(super) missing: Option<Probe>,
}

/// A judgement as the model wrote it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Draft {
    /// The signals whose form is right.
    pub(super) signals: BTreeMap<Signal, Drafted>,
    /// Calibration type.
    pub(super) calibration: Option<CalibrationType>,
    /// Constraint error.
    pub(super) constraint_error: Option<ConstraintError>,
    /// Quotes of unnecessary components.
    pub(super) bloat: Vec<String>,
    /// Stance.
    pub(super) stance: Option<Stance>,
    /// Integrity events.
    pub(super) integrity: Vec<(IntegrityEvent, String)>,
    /// The quote of the product KPI.
    pub(super) kpi: Option<String>,
    /// What is wrong, in words the model can act on. Never a word of the reply beyond numbers and known names.
    pub(super) problems: Vec<String>,
}

/// Reads a reply in which these signals were asked for.
pub(super) fn read(reply: &Reply, asked: &[Signal]) -> Draft {
    let mut draft = Draft::default();
    if reply.finish == Finish::Cut {
        draft
            .problems
            .push("the reply was cut off at its length limit; give at most one short quote a signal".to_owned());
    }
    match only_object(&reply.text) {
        Ok(object) => fill(&mut draft, &object, asked),
        Err(problem) => draft.problems.push(problem),
    }
    draft
}

/// The text of a reply without its reasoning and without a code fence.
pub(super) fn bare(text: &str) -> &str {
    let text = match text.rfind("</think>") {
        Some(at) => text.get(at + "</think>".len()..).unwrap_or_default(),
        None if text.trim_start().starts_with("<think>") => "",
        None => text,
    };
    let text = text.trim();
    let Some(opened) = text.find("```") else {
        return text;
    };
    let inside = text.get(opened + 3..).unwrap_or_default();
    let inside = inside.strip_prefix("json").unwrap_or(inside);
    inside
        .find("```")
        .and_then(|end| inside.get(..end))
        .unwrap_or(inside)
        .trim()
}

fn only_object(text: &str) -> Result<Map<String, Value>, String> {
    let text = bare(text);
    let start = text.find('{').ok_or("the reply has no JSON object")?;
    let rest = text.get(start..).unwrap_or_default();
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
    let object = match values.next() {
        Some(Ok(Value::Object(object))) => object,
        Some(Err(error)) if error.is_eof() => return Err("the JSON object is not complete".to_owned()),
        _ => return Err("the reply is not valid JSON".to_owned()),
    };
    if rest.get(values.byte_offset()..).unwrap_or_default().contains('{') {
        return Err("the reply has more than one JSON object".to_owned());
    }
    Ok(object)
}

const FIELDS: [&str; 7] = [
    "signals",
    "calibration",
    "constraint_error",
    "bloat",
    "stance",
    "integrity",
    "kpi",
];

fn fill(draft: &mut Draft, object: &Map<String, Value>, asked: &[Signal]) {
    if object.keys().any(|key| !FIELDS.contains(&key.as_str())) {
        draft
            .problems
            .push(format!("only these keys are allowed at the top: {}", FIELDS.join(", ")));
    }
    match object.get("signals") {
        Some(Value::Object(signals)) => read_signals(draft, signals, asked),
        _ => draft.problems.push("signals is missing or is no object".to_owned()),
    }
    let problems = &mut draft.problems;
    draft.calibration = name_in(problems, "calibration", object.get("calibration"));
    draft.constraint_error = name_in(problems, "constraint_error", object.get("constraint_error"));
    draft.stance = name_in(problems, "stance", object.get("stance"));
    draft.bloat = quotes(problems, "bloat", object.get("bloat"), COMPONENTS);
    draft.integrity = read_integrity(problems, object.get("integrity"));
    draft.kpi = match object.get("kpi") {
        Some(Value::String(quote)) => Some(quote.clone()),
        None | Some(Value::Null) => None,
        Some(_) => {
            problems.push("kpi must be a quote or null".to_owned());
            None
        }
    };
}

fn read_signals(draft: &mut Draft, signals: &Map<String, Value>, asked: &[Signal]) {
    for (name, value) in signals {
        let Some(signal) = Signal::from_str(name).ok().filter(|signal| asked.contains(signal)) else {
            draft
                .problems
                .push("signals has a key that was not asked for".to_owned());
            continue;
        };
        match read_signal(signal, value) {
            Ok(drafted) => {
                draft.signals.insert(signal, drafted);
            }
            Err(problem) => draft.problems.push(problem),
        }
    }
}

fn read_signal(signal: Signal, value: &Value) -> Result<Drafted, String> {
    let object = value
        .as_object()
        .ok_or_else(|| format!("signals.{signal} must be an object"))?;
    if object
        .keys()
        .any(|key| !matches!(key.as_str(), "evidence" | "level" | "missing"))
    {
        return Err(format!("signals.{signal} may have evidence, level and missing only"));
    }
    let mut problems = Vec::new();
    let evidence = quotes(
        &mut problems,
        &format!("signals.{signal}.evidence"),
        object.get("evidence"),
        QUOTES,
    );
    let missing = name_in::<Probe>(
        &mut problems,
        &format!("signals.{signal}.missing"),
        object.get("missing"),
    );
    if let Some(problem) = problems.into_iter().next() {
        return Err(problem);
    }
    let level = match object.get("level") {
        Some(Value::Null) => None,
        Some(Value::Number(number)) => Some(
            number
                .as_u64()
                .and_then(|number| Level::new(u8::try_from(number).ok()?))
                .ok_or_else(|| format!("signals.{signal}.level is {number}; a level is 0, 1, 2, 3, 4 or null"))?,
        ),
        _ => return Err(format!("signals.{signal}.level must be 0, 1, 2, 3, 4 or null")),
    };
    Ok(Drafted {
        evidence,
        level,
        missing: missing.filter(|probe| probe.signal() == Some(signal)),
    })
}

fn read_integrity(problems: &mut Vec<String>, value: Option<&Value>) -> Vec<(IntegrityEvent, String)> {
    let entries = match value {
        None | Some(Value::Null) => return Vec::new(),
        Some(Value::Array(entries)) => entries,
        Some(_) => {
            problems.push("integrity must be a list".to_owned());
            return Vec::new();
        }
    };
    let read = |entry: &Value| {
        let event = IntegrityEvent::from_str(entry.get("event")?.as_str()?).ok()?;
        Some((event, entry.get("quote")?.as_str()?.to_owned()))
    };
    let events: Vec<_> = entries.iter().filter_map(read).collect();
    if events.len() < entries.len() {
        problems.push("integrity has an entry without a known event or a quote".to_owned());
    }
    events
}

fn quotes(problems: &mut Vec<String>, place: &str, value: Option<&Value>, most: usize) -> Vec<String> {
    match value {
        Some(Value::Array(entries)) if entries.iter().all(Value::is_string) => entries
            .iter()
            .take(most)
            .filter_map(|entry| entry.as_str())
            .map(str::to_owned)
            .collect(),
        _ => {
            problems.push(format!("{place} must be a list of quotes"));
            Vec::new()
        }
    }
}

/// A name of a closed set, or null. A name outside the set is a problem.
fn name_in<T: FromStr>(problems: &mut Vec<String>, place: impl Display, value: Option<&Value>) -> Option<T> {
    match value {
        None | Some(Value::Null) => None,
        Some(value) => {
            let read = value.as_str().and_then(|name| T::from_str(name).ok());
            if read.is_none() {
                problems.push(format!("{place} must be one of the names given, or null"));
            }
            read
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: [Signal; 2] = [Signal::MetricFirst, Signal::Clarity];

    fn read_text(text: &str) -> Draft {
        read(
            &Reply {
                text: text.to_owned(),
                finish: Finish::Whole,
            },
            &ASKED,
        )
    }

    fn good() -> String {
        let signal = r#"{"evidence":["a b"],"level":3,"missing":null}"#;
        format!(
            r#"{{"signals":{{"metric_first":{signal},"clarity":{signal}}},"calibration":"neutral","constraint_error":null,"bloat":[],"stance":null,"integrity":[],"kpi":null}}"#
        )
    }

    #[test]
    fn a_good_reply_is_read_bare_fenced_or_after_reasoning() {
        let plain = read_text(&good());
        assert_eq!(plain.problems, Vec::<String>::new());
        assert_eq!(plain.signals.len(), 2);
        for wrapped in [
            format!("```json\n{}\n```", good()),
            format!("```\n{}\n```", good()),
            format!("<think>{{\"a\": 1}} hm</think>\n{}", good()),
            format!("Here it is:\n{}\nDone.", good()),
        ] {
            assert_eq!(read_text(&wrapped), plain, "{wrapped}");
        }
    }

    #[test]
    fn every_broken_reply_is_a_problem_by_name() {
        let good = good();
        let cases = [
            ("", "no JSON object"),
            ("<think>I wonder {", "no JSON object"),
            (&good[..good.len() / 2], "not complete"),
            (&format!("{good}{good}"), "more than one"),
            (&good.replacen('3', "NaN", 1), "not valid JSON"),
            (&good.replacen('3', "1e309", 1), "not valid JSON"),
            (&good.replacen('3', "11", 1), "level is 11"),
            (&good.replacen('3', "-1", 1), "level is -1"),
            (&good.replacen('3', "3.5", 1), "level is 3.5"),
            (&good.replacen('3', "3.0", 1), "level is 3.0"),
            (&good.replacen('3', "\"3\"", 1), "level must be"),
            (&good.replacen("clarity", "charm", 1), "not asked for"),
            (&good.replacen("clarity", "timeline", 1), "not asked for"),
            (&good.replacen("\"kpi\"", "\"overall\":4,\"kpi\"", 1), "only these keys"),
            (
                &good.replacen("\"level\"", "\"score\":4,\"level\"", 1),
                "evidence, level and missing only",
            ),
            (&good.replacen("[\"a b\"]", "\"a b\"", 1), "must be a list of quotes"),
            (&good.replacen("neutral", "sure", 1), "calibration must be one of"),
            ("[]", "no JSON object"),
            ("{\"signals\":[]}", "signals is missing or is no object"),
        ];
        for (text, problem) in cases {
            let problems = read_text(text).problems;
            assert!(
                problems.iter().any(|found| found.contains(problem)),
                "{text}: {problems:?}"
            );
        }
    }

    #[test]
    fn what_is_valid_beside_a_problem_is_kept() {
        let draft = read_text(&good().replacen('3', "11", 1));
        assert_eq!(draft.signals.keys().collect::<Vec<_>>(), [&Signal::Clarity]);
    }

    #[test]
    fn a_probe_of_another_signal_is_no_probe() {
        let draft = read_text(&good().replacen("\"missing\":null", "\"missing\":\"vague\"", 1));
        assert!(draft.problems.is_empty());
        assert_eq!(draft.signals[&Signal::MetricFirst].missing, None);
    }

    #[test]
    fn problems_never_repeat_what_the_model_wrote() {
        let text = good()
            .replacen("clarity", "secret words", 1)
            .replacen("neutral", "secret words", 1);
        assert!(
            read_text(&text)
                .problems
                .iter()
                .all(|problem| !problem.contains("secret"))
        );
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic_or_gives_a_level_outside_the_scale(text in "\\PC{0,80}") {
            let draft = read_text(&text);
            proptest::prop_assert!(draft.signals.is_empty() || draft.problems.is_empty());
        }
    }
}
