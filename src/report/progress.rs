//! Each signal over a person's sessions. A change of rubric or judge ends a series: what lies on its two sides is not compared.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        ids::{CaseId, SessionId},
        signal::{Round, Signal},
    },
    library::Drill,
    scoring::trend::{self, Trend},
};

/// What progress needs of one session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The session.
    pub session: SessionId,
    /// When it was opened, in milliseconds since 1970.
    pub opened_ms: i64,
    /// Its rounds.
    pub rounds: Vec<Round>,
    /// Its cases.
    pub cases: Vec<CaseId>,
    /// The mean level of each signal that was judged, 0 to 4.
    pub levels: BTreeMap<Signal, f64>,
    /// Its verdict, where there is one.
    pub verdict: Option<String>,
    /// Its score, 0 to 100, where there is one.
    pub score: Option<f64>,
    /// Who judged, as short names.
    pub judges: Vec<String>,
    /// The hex SHA-256 of its rubric's file.
    pub rubric: String,
}

/// Each signal over a person's sessions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// The version of this form.
    pub schema: u32,
    /// The sessions, oldest first.
    pub points: Vec<Point>,
    /// Where a series ends, oldest first.
    pub breaks: Vec<Break>,
    /// Where the latest series begins, as an index into `points`.
    pub latest: usize,
    /// Each signal that was ever judged, in the order of the rubric.
    pub signals: Vec<SignalProgress>,
    /// The score over the latest series.
    pub score: Movement,
}

/// A change of what is measured with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Break {
    /// The first session after it, as an index into `points`.
    pub at: usize,
    /// That session.
    pub session: SessionId,
    /// Whether the rubric is another.
    pub rubric: bool,
    /// Whether the judges are others.
    pub judges: bool,
}

/// One signal over a person's sessions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignalProgress {
    /// The signal.
    pub signal: Signal,
    /// Its name in plain English.
    pub name: String,
    /// Its means over the latest series.
    pub movement: Movement,
    /// Where it goes over the latest series; none of fewer than two sessions.
    pub trend: Option<Trend>,
    /// Its mean in each session, in the order of `points`; none where it was not assessed.
    pub means: Vec<Option<f64>>,
}

/// How a figure moved over the latest series.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Movement {
    /// Sessions that have it.
    pub n: usize,
    /// In the first of them.
    pub first: Option<f64>,
    /// In the last of them.
    pub last: Option<f64>,
}

/// The progress over sessions, in any order.
#[must_use]
pub fn progress(points: &[Point], drills: &BTreeMap<Signal, Drill>) -> Progress {
    let mut points = points.to_vec();
    points.sort_by(|a, b| a.opened_ms.cmp(&b.opened_ms).then_with(|| a.session.cmp(&b.session)));
    let breaks = breaks(&points);
    let latest = breaks.last().map_or(0, |last| last.at);
    let scores: Vec<f64> = points.iter().skip(latest).filter_map(|point| point.score).collect();
    let signals = Signal::ALL
        .iter()
        .filter_map(|signal| of_signal(&points, latest, *signal, drills))
        .collect();
    Progress {
        schema: super::SCHEMA,
        breaks,
        latest,
        signals,
        score: movement(&scores),
        points,
    }
}

fn breaks(points: &[Point]) -> Vec<Break> {
    let mut breaks = Vec::new();
    for (index, pair) in points.windows(2).enumerate() {
        let [before, after] = pair else { continue };
        let (rubric, judges) = (before.rubric != after.rubric, before.judges != after.judges);
        if rubric || judges {
            breaks.push(Break {
                at: index + 1,
                session: after.session.clone(),
                rubric,
                judges,
            });
        }
    }
    breaks
}

fn of_signal(
    points: &[Point],
    latest: usize,
    signal: Signal,
    drills: &BTreeMap<Signal, Drill>,
) -> Option<SignalProgress> {
    let means: Vec<Option<f64>> = points.iter().map(|point| point.levels.get(&signal).copied()).collect();
    if means.iter().all(Option::is_none) {
        return None;
    }
    let series: Vec<f64> = means.iter().skip(latest).flatten().copied().collect();
    let name = drills
        .get(&signal)
        .map_or_else(|| signal.as_str().replace('_', " "), |drill| drill.name.clone());
    Some(SignalProgress {
        signal,
        name,
        movement: movement(&series),
        trend: trend::of(&series),
        means,
    })
}

fn movement(values: &[f64]) -> Movement {
    Movement {
        n: values.len(),
        first: values.first().copied(),
        last: values.last().copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library;

    fn point(day: i64, level: f64, judge: &str, rubric: &str) -> Point {
        Point {
            session: SessionId::new(format!("s{day}")),
            opened_ms: day * 86_400_000,
            rounds: vec![Round::MlFundamentals],
            cases: vec!["music_discovery".into()],
            levels: BTreeMap::from([(Signal::MetricFirst, level)]),
            verdict: Some("hire".to_owned()),
            score: Some(25.0 * level),
            judges: vec![judge.to_owned()],
            rubric: rubric.to_owned(),
        }
    }

    #[test]
    fn a_trend_never_runs_over_a_change_of_judge_or_rubric() {
        let points = [
            point(3, 3.0, "offline 2", "r"),
            point(1, 0.0, "offline 1", "r"),
            point(4, 3.0, "offline 2", "r"),
        ];
        let progress = progress(&points, &library::shipped().drills);
        let metric = &progress.signals[0];
        assert_eq!(
            progress.breaks,
            [Break {
                at: 1,
                session: "s3".into(),
                rubric: false,
                judges: true
            }]
        );
        assert_eq!(
            (metric.movement.n, metric.movement.first, metric.trend),
            (2, Some(3.0), Some(Trend::Flat))
        );
        assert_eq!(metric.means, [Some(0.0), Some(3.0), Some(3.0)]);
    }
}
