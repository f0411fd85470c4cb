//! The form of a judgement as a JSON schema, with its properties in the order in which they are to be written: the evidence before
//! the level, so that the level follows from it. A map type would sort them.

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::domain::{
    assessment::{CalibrationType, ConstraintError, IntegrityEvent, Stance},
    probe::Probe,
    signal::Signal,
};

/// JSON whose objects keep their order.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// An object.
    Object(Vec<(String, Node)>),
    /// A list.
    List(Vec<Node>),
    /// A string.
    Text(String),
    /// A whole number.
    Number(u8),
    /// True or false.
    Bool(bool),
    /// Null.
    Null,
}

impl Node {
    pub(super) fn text(text: &str) -> Self {
        Node::Text(text.to_owned())
    }

    pub(super) fn object<const N: usize>(fields: [(&str, Node); N]) -> Self {
        Node::Object(fields.into_iter().map(|(name, node)| (name.to_owned(), node)).collect())
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Node::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, node) in fields {
                    map.serialize_entry(name, node)?;
                }
                map.end()
            }
            Node::List(nodes) => nodes.serialize(serializer),
            Node::Text(text) => serializer.serialize_str(text),
            Node::Number(number) => serializer.serialize_u8(*number),
            Node::Bool(value) => serializer.serialize_bool(*value),
            Node::Null => serializer.serialize_unit(),
        }
    }
}

/// The schema of a judgement of these signals. Strict: every property is required and none besides is allowed.
pub(super) fn judgement(signals: &[Signal]) -> Node {
    let by_signal = signals
        .iter()
        .map(|&signal| (signal.to_string(), judged(signal)))
        .collect();
    strict(vec![
        ("signals".to_owned(), strict(by_signal)),
        (
            "calibration".to_owned(),
            nullable_name(CalibrationType::ALL.iter().map(|name| name.as_str())),
        ),
        (
            "constraint_error".to_owned(),
            nullable_name(ConstraintError::ALL.iter().map(|name| name.as_str())),
        ),
        ("bloat".to_owned(), list_of(string())),
        (
            "stance".to_owned(),
            nullable_name(Stance::ALL.iter().map(|name| name.as_str())),
        ),
        ("integrity".to_owned(), list_of(integrity())),
        (
            "kpi".to_owned(),
            Node::object([("type", Node::List(vec![Node::text("string"), Node::text("null")]))]),
        ),
    ])
}

/// The probes that say what a signal lacks. Two are chosen by the case and never by a judge.
pub(super) fn probes_of(signal: Signal) -> Vec<Probe> {
    let chosen_by_case = [Probe::CounterEvidence, Probe::RevealConstraint];
    let pressing = Probe::ALL
        .iter()
        .copied()
        .filter(|probe| probe.signal() == Some(signal));
    pressing.filter(|probe| !chosen_by_case.contains(probe)).collect()
}

fn judged(signal: Signal) -> Node {
    let levels = (0..=4).map(Node::Number).chain([Node::Null]).collect();
    strict(vec![
        ("evidence".to_owned(), list_of(string())),
        (
            "level".to_owned(),
            Node::object([
                ("type", Node::List(vec![Node::text("integer"), Node::text("null")])),
                ("enum", Node::List(levels)),
            ]),
        ),
        (
            "missing".to_owned(),
            nullable_name(probes_of(signal).iter().map(|probe| probe.as_str())),
        ),
    ])
}

fn integrity() -> Node {
    let events = IntegrityEvent::ALL
        .iter()
        .map(|event| Node::text(event.as_str()))
        .collect();
    strict(vec![
        (
            "event".to_owned(),
            Node::object([("type", Node::text("string")), ("enum", Node::List(events))]),
        ),
        ("quote".to_owned(), string()),
    ])
}

fn strict(properties: Vec<(String, Node)>) -> Node {
    let required = properties.iter().map(|(name, _)| Node::text(name)).collect();
    Node::object([
        ("type", Node::text("object")),
        ("properties", Node::Object(properties)),
        ("required", Node::List(required)),
        ("additionalProperties", Node::Bool(false)),
    ])
}

fn list_of(items: Node) -> Node {
    Node::object([("type", Node::text("array")), ("items", items)])
}

fn string() -> Node {
    Node::object([("type", Node::text("string"))])
}

fn nullable_name<'a>(names: impl Iterator<Item = &'a str>) -> Node {
    let names = names.map(Node::text).chain([Node::Null]).collect();
    Node::object([
        ("type", Node::List(vec![Node::text("string"), Node::text("null")])),
        ("enum", Node::List(names)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_written_before_the_level_and_the_level_before_what_is_missing() {
        let text = serde_json::to_string(&judgement(&[Signal::Clarity])).unwrap();
        let at = |word: &str| text.find(word).unwrap();
        assert!(
            at("\"evidence\"") < at("\"level\"") && at("\"level\"") < at("\"missing\""),
            "{text}"
        );
        assert!(at("\"signals\"") < at("\"calibration\""));
    }

    #[test]
    fn every_signal_has_a_probe_a_judge_may_name() {
        for &signal in Signal::ALL {
            assert!(!probes_of(signal).is_empty(), "{signal}");
        }
    }
}
