//! The numbers of a report by their paths, `answers.per_signal.clarity.qwk`: what floors and comparisons speak of.

use std::collections::BTreeMap;

use serde_json::Value;

use super::interval::Interval;

/// Numbers and intervals by path.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figures {
    /// Single numbers.
    pub numbers: BTreeMap<String, f64>,
    /// Bootstrap intervals.
    pub intervals: BTreeMap<String, Interval>,
}

impl Figures {
    /// Of a report as JSON.
    #[must_use]
    pub fn of(report: &Value) -> Figures {
        let mut figures = Figures::default();
        figures.collect(String::new(), report);
        figures
    }

    fn collect(&mut self, path: String, value: &Value) {
        match value {
            Value::Number(number) => self.numbers.extend(number.as_f64().map(|number| (path, number))),
            Value::Array(pair) => self.intervals.extend(interval(pair).map(|interval| (path, interval))),
            Value::Object(fields) => {
                for (name, value) in fields {
                    let path = if path.is_empty() {
                        name.clone()
                    } else {
                        format!("{path}.{name}")
                    };
                    self.collect(path, value);
                }
            }
            Value::Null | Value::Bool(_) | Value::String(_) => {}
        }
    }

    /// The interval of a number, where it has one.
    #[must_use]
    pub fn interval(&self, path: &str) -> Option<Interval> {
        let (parent, name) = path.rsplit_once('.')?;
        self.intervals
            .get(&format!("{path}_ci"))
            .or_else(|| self.intervals.get(&format!("{parent}.ci_{name}")))
            .copied()
    }
}

fn interval(pair: &[Value]) -> Option<Interval> {
    match pair {
        [from, to] => Some([from.as_f64()?, to.as_f64()?]),
        _ => None,
    }
}
