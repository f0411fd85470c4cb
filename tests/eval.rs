//! Measuring a judge: the figures agree with the scorer the labelled data came with, and the command fails when it should.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails says where")]

#[path = "support/program.rs"]
mod program;

use std::{collections::BTreeMap, fs, path::PathBuf};

use hotseat::eval::{
    AnswerPrediction, Figures, Floors, GoldSessions, Report, SessionPrediction, Variant, compare, degenerate, f1,
    kappa, overlap, pearson, read_answers, read_sessions, score_answers, score_sessions,
};
use program::Hotseat;
use serde::de::DeserializeOwned;
use serde_json::Value;

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/eval")
        .join(name)
}

fn lines<T: DeserializeOwned>(name: &str) -> Vec<T> {
    let text = fs::read_to_string(fixture(name)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The fixture's predictions, measured.
fn measured() -> Report {
    let gold = read_answers(&[fixture("gold_answers.jsonl")]).unwrap();
    let sessions = read_sessions(&fixture("gold_sessions.jsonl")).unwrap();
    Report {
        answers: Some(score_answers(&gold, &lines::<AnswerPrediction>("given_answers.jsonl"))),
        sessions: Some(score_sessions(
            &sessions,
            &lines::<SessionPrediction>("given_sessions.jsonl"),
        )),
        ..Report::default()
    }
}

/// Every figure of the scorer that ours does not equal to three decimals; a null there is a figure we must not have.
fn differences(path: &str, expected: &Value, given: &Figures, found: &mut Vec<String>) -> usize {
    match expected {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                differences(&path, value, given, found)
            })
            .sum(),
        value => {
            let (theirs, ours) = (value.as_f64(), given.numbers.get(path).copied());
            let equal = match (theirs, ours) {
                (Some(theirs), Some(ours)) => (theirs - ours).abs() < 0.000_5,
                (theirs, ours) => theirs.is_none() && ours.is_none(),
            };
            if !equal {
                found.push(format!("{path}: {theirs:?} there, {ours:?} here"));
            }
            1
        }
    }
}

#[test]
fn figures_agree_with_the_scorer_to_three_decimals() {
    let expected: Value = serde_json::from_str(&fs::read_to_string(fixture("expected.json")).unwrap()).unwrap();
    let mut found = Vec::new();
    let compared = differences("", &expected, &measured().figures(), &mut found);
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(compared > 250, "only {compared} figures were compared");
}

#[test]
fn an_interval_is_the_same_each_time_and_holds_its_figure() {
    let (one, other) = (measured().figures(), measured().figures());
    assert_eq!(one.intervals, other.intervals);
    for path in [
        "answers.overall.qwk",
        "answers.pairs.both_right",
        "answers.per_signal.clarity.qwk",
    ] {
        let [from, to] = one.interval(path).unwrap();
        assert!((from..=to).contains(&one.numbers[path]), "{path}");
    }
}

fn close(figure: impl Into<Option<f64>>, wanted: f64) -> bool {
    figure.into().is_some_and(|figure| (figure - wanted).abs() < 1e-9)
}

#[test]
fn kappa_f1_overlap_and_correlation_by_hand() {
    // Observed disagreement 1; by chance 4 * (2 * 3 + 2 * 1) / (4 * 4) = 2.
    assert!(close(kappa(&[(0, 0), (0, 4), (4, 4), (4, 4)], 4), 0.5));
    assert!(close(kappa(&[(0, 4), (4, 0)], 4), -1.0));
    assert!(close(kappa(&[(0, 4), (4, 4)], 4), 0.0));
    assert!(close(kappa(&[(2, 2), (2, 2)], 4), 1.0) && close(kappa(&[(3, 2)], 4), 0.0));
    assert_eq!(kappa(&[], 4), None);
    assert!(close(f1(&[(1, 1), (1, 0), (0, 1), (0, 0)], &1), 0.5));
    assert_eq!(f1(&[(0, 0)], &1), None);
    assert!(close(overlap("abcdef", "abcd", "cdef"), 0.5) && close(overlap("abc", "zz", "abc"), 0.0));
    assert!(close(overlap("à la carte, ça va", "ça va", "ÇA VA"), 1.0));
    assert!(close(pearson(&[(1.0, 2.0), (2.0, 4.0), (3.0, 6.0)]), 1.0));
    assert_eq!(pearson(&[(1.0, 2.0), (1.0, 4.0)]), None);
}

#[test]
fn nothing_given_is_nothing_right() {
    let gold = read_answers(&[fixture("gold_answers.jsonl")]).unwrap();
    let figures = score_answers(&gold, &[]);
    assert_eq!((figures.missing_items, figures.mean_acc), (12, Some(0.0)));
    assert_eq!(
        (figures.pushback.acceptable, figures.pairs.both_right),
        (Some(0.0), Some(0.0))
    );
    let sessions = score_sessions(&GoldSessions::default(), &[]);
    assert_eq!((sessions.n, sessions.verdict.exact), (0, None));
}

#[test]
fn one_level_for_everything_is_degenerate() {
    let gold = read_answers(&[fixture("gold_answers.jsonl")]).unwrap();
    let mut given: Vec<AnswerPrediction> = Vec::new();
    for answer in &gold {
        let mut same = answer.labels.signals.clone();
        for level in same.values_mut().flatten() {
            *level = 4.try_into().unwrap();
        }
        given.push(AnswerPrediction {
            id: answer.input.id.clone(),
            signals: same,
            overall: Some(answer.labels.overall),
            ..AnswerPrediction::default()
        });
    }
    let figures = score_answers(&gold, &given);
    assert!(
        degenerate(&figures.spread).contains(&"calibration".to_owned()),
        "{:?}",
        figures.spread
    );
    let report = Report {
        answers: Some(figures),
        ..Report::default()
    };
    assert!(report.faults().iter().any(|fault| fault.contains("on calibration")));
    assert!(measured().degenerate().is_empty());
}

fn figures(numbers: &[(&str, f64)]) -> Figures {
    Figures {
        numbers: numbers
            .iter()
            .map(|(path, number)| ((*path).to_owned(), *number))
            .collect(),
        intervals: BTreeMap::from([("answers.overall.qwk_ci".to_owned(), [0.5, 0.8])]),
    }
}

#[test]
fn a_comparison_knows_which_way_is_better() {
    let before = figures(&[
        ("answers.overall.qwk", 0.70),
        ("answers.overall.mae", 0.50),
        ("answers.pairs.both_right", 0.6),
        ("latency.p50_ms", 1.0),
    ]);
    let after = figures(&[
        ("answers.overall.qwk", 0.60),
        ("answers.overall.mae", 0.30),
        ("answers.pairs.both_right", 0.6),
        ("latency.p50_ms", 9.0),
        ("sessions.verdict.exact", 0.5),
    ]);
    let moved = compare(&before, &after);
    let [better] = moved.better.as_slice() else {
        panic!("{moved:?}")
    };
    let [worse] = moved.worse.as_slice() else {
        panic!("{moved:?}")
    };
    assert_eq!(
        (better.path.as_str(), worse.path.as_str()),
        ("answers.overall.mae", "answers.overall.qwk")
    );
    assert_eq!(worse.within_interval, Some(true));
    assert_eq!(moved.added, ["sessions.verdict.exact"]);
}

#[test]
fn a_worthless_variant_is_the_same_each_time_and_keeps_its_sentences() {
    let gold = read_answers(&[fixture("gold_answers.jsonl")]).unwrap();
    for answer in gold.iter().map(|gold| &gold.input) {
        for variant in Variant::ALL {
            assert_eq!(variant.of(answer), variant.of(answer));
        }
        let Some(shuffled) = Variant::Shuffled.of(answer) else {
            continue;
        };
        assert_ne!(shuffled.answer, answer.answer);
        let words = |text: &str| {
            let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
            words.sort();
            words
        };
        assert_eq!(words(&shuffled.answer), words(&answer.answer));
    }
}

#[test]
fn the_command_measures_plots_and_is_the_same_with_any_number_of_jobs() {
    let hotseat = Hotseat::new();
    let (answers, sessions) = (fixture("gold_answers.jsonl"), fixture("gold_sessions.jsonl"));
    let svg = hotseat.home().join("agreement.svg");
    let run = |jobs: &str| {
        let (answers, sessions) = (answers.to_str().unwrap(), sessions.to_str().unwrap());
        let plot = svg.to_str().unwrap();
        let args = [
            "eval",
            answers,
            "--sessions",
            sessions,
            "--json",
            "--jobs",
            jobs,
            "--plot",
            plot,
        ];
        let mut report = hotseat.json(&args);
        report["latency"] = Value::Null;
        report
    };
    let report = run("1");
    assert_eq!(report, run("4"));
    assert_eq!(report["answers"]["evidence"]["grounded_exact"], 1.0);
    assert_eq!(report["answers"]["missing_items"], 0);
    assert_eq!(report["sessions"]["missing"], 0);
    assert_eq!(report["guards"]["doubled"]["n"], 12);
    let svg = fs::read_to_string(&svg).unwrap();
    assert!(
        svg.contains("metric_first") && svg.contains("mean over signals"),
        "{svg}"
    );
}

#[test]
fn a_floor_that_is_not_reached_is_named_and_fails_the_run() {
    let hotseat = Hotseat::new();
    let answers = fixture("gold_answers.jsonl");
    let floors = hotseat.home().join("floors.toml");
    let run = |text: &str| {
        fs::write(&floors, text).unwrap();
        let args = [
            "eval",
            answers.to_str().unwrap(),
            "--no-guards",
            "--floors",
            floors.to_str().unwrap(),
        ];
        hotseat.run(&args, &[])
    };
    let passes = run("[answers]\nevidence.grounded_exact = 1\n");
    assert_eq!(passes.code, 0, "{}", passes.err);
    let fails = run("\"answers.evidence.grounded_exact\" = 1.01\n[sessions.verdict]\nexact = 0.5\n");
    assert_eq!(fails.code, 1);
    assert_eq!(
        fails.err,
        "hotseat: answers.evidence.grounded_exact is 1.000, below its floor of 1.010\n\
         hotseat: sessions.verdict.exact was not measured; its floor is 0.500\n"
    );
    let broken = run("[answers]\nmean_qwk = \"high\"\n");
    assert_eq!(broken.code, 2);
    assert!(broken.err.contains("answers.mean_qwk is no number"), "{}", broken.err);
}

#[test]
fn a_stopped_run_goes_on_from_its_file_and_an_earlier_report_is_compared_with() {
    let hotseat = Hotseat::new();
    let (answers, state) = (fixture("gold_answers.jsonl"), hotseat.home().join("state.jsonl"));
    let before = hotseat.home().join("before.json");
    let (answers, state) = (answers.to_str().unwrap(), state.to_str().unwrap());
    let args = ["eval", answers, "--json", "--resume", state];
    let first = hotseat.run(&args, &[]);
    assert_eq!(first.code, 0, "{}", first.err);
    fs::write(&before, &first.out).unwrap();
    let kept = fs::read_to_string(state).unwrap();
    // A crash cuts the last line short.
    fs::write(state, &kept[..kept.len() - 40]).unwrap();
    // An earlier result is used: a changed one shows.
    let second = hotseat.run(&args, &[]);
    assert_eq!(second.code, 0, "{}", second.err);
    let told = |text: &str| {
        let mut report: Value = serde_json::from_str(text).unwrap();
        report["latency"] = Value::Null;
        report
    };
    assert_eq!(told(&first.out), told(&second.out));
    assert_eq!(fs::read_to_string(state).unwrap().lines().count(), kept.lines().count());
    fs::write(state, kept.replacen("\"overall\":", "\"overall\":null,\"was\":", 1)).unwrap();
    let args = [
        "eval",
        answers,
        "--resume",
        state,
        "--compare",
        before.to_str().unwrap(),
    ];
    let third = hotseat.run(&args, &[]);
    assert!(
        third.out.contains("worse   answers.overall."),
        "{}\n{}",
        third.out,
        third.err
    );
}

#[test]
fn what_is_no_labelled_file_is_named_with_its_line() {
    let hotseat = Hotseat::new();
    let file = hotseat.home().join("answers.jsonl");
    let text = fs::read_to_string(fixture("gold_answers.jsonl")).unwrap();
    let first = text.lines().next().unwrap();
    let run = |lines: String| {
        fs::write(&file, lines).unwrap();
        hotseat.run(&["eval", file.to_str().unwrap()], &[])
    };
    let twice = run(format!("{first}\n\n{first}\n"));
    assert_eq!(twice.code, 2);
    assert!(
        twice.err.contains("answers.jsonl:3: the id ") && twice.err.contains("is there twice"),
        "{}",
        twice.err
    );
    let broken = run("{\n".to_owned());
    assert!(broken.err.contains("answers.jsonl:1: is not JSON"), "{}", broken.err);
    let nothing = hotseat.run(&["eval"], &[]);
    assert_eq!(nothing.code, 2);
}

#[test]
fn the_shipped_floors_can_be_read() {
    let floors = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("evals/floors.toml");
    assert!(Floors::read(&floors).unwrap().0.contains_key("answers.mean_qwk"));
}
