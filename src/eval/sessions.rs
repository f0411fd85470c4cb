//! All figures over labelled transcripts, ranking pairs and histories.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    agreement::{kappa, macro_f1, mean, normal, share},
    gold::{Expected, Fact, GoldSessions, SessionLine},
    interval::{Interval, bootstrap},
    predicted::SessionPrediction,
};

/// The verdicts, lowest first.
const VERDICTS: [&str; 4] = ["strong no hire", "no hire", "hire", "strong hire"];
/// The lowest verdict on the hire side.
const HIRE: u8 = 2;
/// The timing facts that are checked, ...
const TIMING: [&str; 3] = ["pauses_over_5s", "longest_pause_s", "answers_over_120s"];
/// ... and how near they have to be.
const NEAR: f64 = 0.05;

/// All figures over labelled transcripts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SessionFigures {
    /// Labelled transcripts.
    pub n: usize,
    /// Those without a judgement.
    pub missing: usize,
    /// Verdicts.
    pub verdict: VerdictFigures,
    /// The strongest signal, where its label is decisive.
    pub strongest: ExtremeFigures,
    /// The weakest signal, where its label is decisive.
    pub weakest: ExtremeFigures,
    /// Facts that a debrief must hold.
    pub must_mention: MentionFigures,
    /// The share of right timing facts, by name.
    pub timing: BTreeMap<String, Option<f64>>,
    /// Pairs of transcripts in the order of their worth; a tie is half right.
    pub ranking: RankingFigures,
    /// Trends over a history.
    pub trend: TrendFigures,
}

/// Agreement on verdicts; a missing one counts as the farthest.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VerdictFigures {
    /// The share with the labelled verdict.
    pub exact: Option<f64>,
    /// The share with it or one as good.
    pub acceptable: Option<f64>,
    /// The share on the right side of hire.
    pub hire_side: Option<f64>,
    /// Quadratic weighted kappa.
    pub qwk: Option<f64>,
    /// The mean F1 over verdicts.
    #[serde(rename = "macroF1")]
    pub macro_f1: Option<f64>,
    /// The share of transcripts under a veto that are not hired.
    pub veto_sessions_not_hired: Option<f64>,
    /// The interval of `exact`.
    pub exact_ci: Option<Interval>,
}

/// Agreement on the strongest or weakest signal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExtremeFigures {
    /// Transcripts with a decisive label.
    pub n: usize,
    /// The share that is right.
    pub exact: Option<f64>,
    /// The share that is right or as good.
    pub acceptable: Option<f64>,
}

/// Facts that a debrief must hold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MentionFigures {
    /// Facts.
    pub n: usize,
    /// The share that some note holds.
    pub recall_loose: Option<f64>,
    /// The share that some note holds with the right polarity.
    pub recall_strict: Option<f64>,
    /// Transcripts whose notes all have a polarity.
    pub structured_debriefs: usize,
}

/// Pairs in the order of their worth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RankingFigures {
    /// Pairs.
    pub n: usize,
    /// The share in the right order.
    pub acc: Option<f64>,
    /// The same of pairs far apart.
    pub wide: Option<f64>,
    /// The same of pairs close to each other.
    pub narrow: Option<f64>,
    /// The same of pairs that differ in a few words.
    pub minimal: Option<f64>,
    /// The share in the right order without ties.
    pub strict: Option<f64>,
}

/// Trends over a history.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrendFigures {
    /// Trends.
    pub n: usize,
    /// The share that is right.
    pub exact: Option<f64>,
    /// The share that is right or as good.
    pub acceptable: Option<f64>,
    /// The mean F1 over trends.
    #[serde(rename = "macroF1")]
    pub macro_f1: Option<f64>,
}

type ById<'a> = BTreeMap<&'a str, &'a SessionPrediction>;

/// A labelled transcript and what was given.
type Held<'a> = (&'a Expected, Option<&'a SessionPrediction>);

/// Holds what was given against the labels.
#[must_use]
pub fn score(gold: &GoldSessions, given: &[SessionPrediction]) -> SessionFigures {
    let by_id: ById<'_> = given.iter().map(|given| (given.id.as_str(), given)).collect();
    let held: Vec<Held<'_>> = gold
        .lines
        .iter()
        .filter_map(|line| match line {
            SessionLine::Session { id, expected } => Some((expected.as_ref(), by_id.get(id.as_str()).copied())),
            _ => None,
        })
        .collect();
    SessionFigures {
        n: held.len(),
        missing: held.iter().filter(|(_, given)| given.is_none()).count(),
        verdict: verdict(&held),
        strongest: strongest(&held),
        weakest: weakest(&held),
        must_mention: must_mention(&held),
        timing: timing(&held),
        ranking: ranking(gold, &by_id),
        trend: trend(gold, &by_id),
    }
}

#[derive(Debug, Clone, Copy)]
struct Verdict {
    gold: u8,
    given: u8,
    exact: bool,
    acceptable: bool,
    vetoed: bool,
}

fn verdict(held: &[Held<'_>]) -> VerdictFigures {
    let all: Vec<Verdict> = held
        .iter()
        .map(|(expected, given)| verdict_of(expected, *given))
        .collect();
    let pairs: Vec<(u8, u8)> = all.iter().map(|it| (it.gold, it.given)).collect();
    let vetoed = all.iter().filter(|it| it.vetoed && it.gold < HIRE);
    let exact = |of: &[Verdict]| share(of.iter().map(|it| it.exact));
    VerdictFigures {
        exact: exact(&all),
        acceptable: share(all.iter().map(|it| it.acceptable)),
        hire_side: share(pairs.iter().map(|(gold, given)| (*gold >= HIRE) == (*given >= HIRE))),
        qwk: kappa(&pairs, 3),
        macro_f1: macro_f1(&pairs),
        veto_sessions_not_hired: share(vetoed.map(|it| it.given < HIRE)),
        exact_ci: bootstrap(&all, exact),
    }
}

fn verdict_of(expected: &Expected, given: Option<&SessionPrediction>) -> Verdict {
    let gold = verdict_number(&expected.verdict).unwrap_or(0);
    let number = given.and_then(|given| verdict_number(given.verdict.as_deref()?));
    let as_good = expected
        .verdict_acceptable
        .iter()
        .filter_map(|other| verdict_number(other));
    let exact = number == Some(gold);
    Verdict {
        gold,
        given: number.unwrap_or(if gold >= HIRE { 0 } else { 3 }),
        exact,
        acceptable: exact || as_good.into_iter().any(|other| Some(other) == number),
        vetoed: !expected.vetoes.is_empty(),
    }
}

fn verdict_number(text: &str) -> Option<u8> {
    let words = text.split(|c: char| c.is_whitespace() || c == '_' || c == '-');
    let plain = words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase();
    VERDICTS
        .iter()
        .zip(0..)
        .find(|(name, _)| **name == plain)
        .map(|(_, number)| number)
}

fn strongest(held: &[Held<'_>]) -> ExtremeFigures {
    extreme(
        held.iter()
            .filter(|(expected, _)| expected.strongest_scored)
            .map(|(expected, given)| {
                let given = given.and_then(|given| given.strongest.as_deref());
                (
                    expected.strongest.as_str(),
                    expected.strongest_acceptable.as_slice(),
                    given,
                )
            }),
    )
}

fn weakest(held: &[Held<'_>]) -> ExtremeFigures {
    extreme(
        held.iter()
            .filter(|(expected, _)| expected.weakest_scored)
            .map(|(expected, given)| {
                let given = given.and_then(|given| given.weakest.as_deref());
                (expected.weakest.as_str(), expected.weakest_acceptable.as_slice(), given)
            }),
    )
}

fn extreme<'a>(of: impl Iterator<Item = (&'a str, &'a [String], Option<&'a str>)>) -> ExtremeFigures {
    let all: Vec<(bool, bool)> = of
        .map(|(label, as_good, given)| {
            let exact = given == Some(label);
            let acceptable = exact || given.is_some_and(|given| as_good.iter().any(|other| other == given));
            (exact, acceptable)
        })
        .collect();
    ExtremeFigures {
        n: all.len(),
        exact: share(all.iter().map(|it| it.0)),
        acceptable: share(all.iter().map(|it| it.1)),
    }
}

/// A note as it is searched, with its polarity.
type Note = (String, Option<String>);

fn must_mention(held: &[Held<'_>]) -> MentionFigures {
    let (mut loose, mut strict, mut structured) = (Vec::new(), Vec::new(), 0);
    for (expected, given) in held {
        let notes = given.map(notes).unwrap_or_default();
        structured += usize::from(!notes.is_empty() && notes.iter().all(|(_, polarity)| polarity.is_some()));
        for fact in &expected.must_mention {
            let holding: Vec<&Note> = notes.iter().filter(|(text, _)| holds(text, fact)).collect();
            let agrees = |polarity: &String| fact.polarity == "=" || *polarity == fact.polarity;
            loose.push(!holding.is_empty());
            strict.push(
                holding
                    .iter()
                    .any(|(_, polarity)| polarity.as_ref().is_some_and(agrees)),
            );
        }
    }
    MentionFigures {
        n: loose.len(),
        recall_loose: share(loose),
        recall_strict: share(strict),
        structured_debriefs: structured,
    }
}

fn notes(given: &SessionPrediction) -> Vec<Note> {
    let note = |text: &str, quote: &str| normal(&format!("{text} {quote}"));
    let of = given.debrief.iter();
    of.map(|line| (note(&line.text, &line.quote), line.polarity.clone()))
        .collect()
}

fn holds(text: &str, fact: &Fact) -> bool {
    let one_of = |group: &Vec<String>| group.iter().any(|words| text.contains(&normal(words)));
    fact.groups.iter().all(one_of)
}

fn timing(held: &[Held<'_>]) -> BTreeMap<String, Option<f64>> {
    let right = |name: &str, (expected, given): &Held<'_>| {
        let label = expected.timing.get(name);
        let value = given.and_then(|given| given.timing.get(name));
        label
            .zip(value)
            .is_some_and(|(label, value)| (label - value).abs() < NEAR)
    };
    let names = TIMING.iter().filter(|_| !held.is_empty());
    names
        .map(|name| ((*name).to_owned(), share(held.iter().map(|held| right(name, held)))))
        .collect()
}

fn ranking(gold: &GoldSessions, by_id: &ById<'_>) -> RankingFigures {
    let worth = |id: &str| {
        let given = by_id.get(id)?;
        given
            .score
            .or_else(|| verdict_number(given.verdict.as_deref()?).map(f64::from))
    };
    let mut ranked: Vec<(&str, f64)> = Vec::new();
    for line in &gold.lines {
        if let SessionLine::RankingPair { better, worse, margin } = line {
            let points = match (worth(better), worth(worse)) {
                (Some(better), Some(worse)) if better > worse => 1.0,
                (Some(better), Some(worse)) if (better - worse).abs() < f64::EPSILON => 0.5,
                _ => 0.0,
            };
            ranked.push((margin, points));
        }
    }
    let at = |wanted: &str| mean(ranked.iter().filter(|(margin, _)| *margin == wanted).map(|it| it.1));
    RankingFigures {
        n: ranked.len(),
        acc: mean(ranked.iter().map(|it| it.1)),
        wide: at("wide"),
        narrow: at("narrow"),
        minimal: at("minimal"),
        strict: share(ranked.iter().map(|it| it.1 > 0.75)),
    }
}

fn trend(gold: &GoldSessions, by_id: &ById<'_>) -> TrendFigures {
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    let mut acceptable = Vec::new();
    for line in &gold.lines {
        let SessionLine::History {
            id,
            expected_trend,
            acceptable_trend,
        } = line
        else {
            continue;
        };
        for (signal, label) in expected_trend {
            let given = by_id.get(id.as_str()).and_then(|given| given.trend.get(signal));
            let given = given.map_or("missing", String::as_str);
            let as_good = acceptable_trend.get(signal).into_iter().flatten();
            acceptable.push(given == label || as_good.into_iter().any(|other| other == given));
            pairs.push((label, given));
        }
    }
    TrendFigures {
        n: pairs.len(),
        exact: share(pairs.iter().map(|(label, given)| label == given)),
        acceptable: share(acceptable),
        macro_f1: macro_f1(&pairs),
    }
}
