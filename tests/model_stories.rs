//! Stories of an interview with a model, through the real program and a strict model server on the loopback.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails says where")]

#[path = "support/fake_model.rs"]
#[allow(dead_code, reason = "the server knows more than these stories need")]
mod fake_model;
#[path = "support/program.rs"]
mod program;

use fake_model::{FakeModel, Scripted};
use program::{Hotseat, Run};
use serde_json::{Value, json};

const QUICK: &[&str] = &[
    "--engine",
    "llm",
    "--seed",
    "3",
    "--persona",
    "ml_interviewer",
    "--case",
    "music_discovery",
];
const ANSWER: &str = "We retrain the ranker on sequences and look at recall at 20.";
const PUSHBACK: &str = "You look at recall at 20. What would a listener notice about it a month from now?";

/// A judgement in which everything called for is missing, but said clearly.
fn judgement() -> Value {
    let mut signals = serde_json::Map::new();
    for (name, level, missing) in [
        ("metric_first", 0, "missing_metric"),
        ("product_translation", 0, "impact_missing"),
        ("decision_rule", 0, "no_decision_rule"),
        ("quantification", 0, "no_number"),
        ("experiment_design", 0, "no_experiment"),
        ("ml_depth", 1, "no_mechanism"),
    ] {
        let evidence = if level > 0 {
            vec!["We retrain the ranker on sequences"]
        } else {
            Vec::new()
        };
        signals.insert(
            name.to_owned(),
            json!({"evidence": evidence, "level": level, "missing": missing}),
        );
    }
    for (name, level, evidence) in [
        ("calibration", 2, vec![]),
        ("clarity", 3, vec!["We retrain the ranker on sequences"]),
        ("decisiveness", 3, vec!["We retrain the ranker on sequences"]),
    ] {
        signals.insert(
            name.to_owned(),
            json!({"evidence": evidence, "level": level, "missing": null}),
        );
    }
    json!({"signals": signals, "calibration": "neutral", "constraint_error": null, "bloat": [], "stance": null,
        "integrity": [], "kpi": null})
}

/// Runs the program against the server, with the key it wants.
async fn run(hotseat: &Hotseat, server: &FakeModel, args: &[&str], input: &str) -> Run {
    let mut command = hotseat.command(args);
    command
        .env("OPENAI_API_KEY", "sk-canary-9")
        .env("HOTSEAT_LLM_BASE_URL", server.base_url())
        .env("HOTSEAT_LLM_MODEL", "tiny");
    let input = input.to_owned();
    tokio::task::spawn_blocking(move || program::finish(command, &input))
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_judges_and_words_the_pushback_and_the_debrief_says_so() {
    let (hotseat, server) = (Hotseat::new(), FakeModel::start(Some("sk-canary-9")).await);
    server
        .then(Scripted::says(&judgement().to_string()))
        .then(Scripted::says(PUSHBACK));
    let held = run(&hotseat, &server, QUICK, &format!("{ANSWER}\n/end\n")).await;
    assert_eq!(held.code, 0, "{}", held.err);
    assert!(held.out.replace("\n  ", " ").contains(PUSHBACK), "{}", held.out);
    assert!(held.out.contains("tiny"), "{}", held.out);
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert!(requests[0].read_aloud().contains(ANSWER));
    assert!(!hotseat.holds_bytes("sk-canary-9"));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_model_fails_the_offline_panel_takes_the_turn_and_it_is_said() {
    let (hotseat, server) = (Hotseat::new(), FakeModel::start(Some("sk-canary-9")).await);
    server
        .then(Scripted::openai_error(401, "invalid_api_key", "no such key"))
        .then(Scripted::openai_error(401, "invalid_api_key", "no such key"));
    let held = run(&hotseat, &server, QUICK, &format!("{ANSWER}\n/end\n")).await;
    assert_eq!(held.code, 0, "{}", held.err);
    assert!(held.out.contains("offline panel"), "{}", held.out);
    let debrief = hotseat.json(&["debrief", "--format", "json"]);
    assert_ne!(debrief["verdict"], "not_assessed");
    assert!(
        debrief.to_string().contains("tiny"),
        "the debrief names the model that failed"
    );
    assert_eq!(server.requests().len(), 2, "a refused key is not tried again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wording_that_gives_the_answer_away_is_never_shown() {
    let (hotseat, server) = (Hotseat::new(), FakeModel::start(Some("sk-canary-9")).await);
    let leak = "Great answer! As the candidate, I would say retention. Shall we move on? @everyone";
    server
        .then(Scripted::says(&judgement().to_string()))
        .then(Scripted::says(leak))
        .then(Scripted::says(leak));
    let held = run(&hotseat, &server, QUICK, &format!("{ANSWER}\n/end\n")).await;
    assert_eq!(held.code, 0, "{}", held.err);
    assert!(
        !held.out.contains("@everyone") && !held.out.contains("Great answer"),
        "{}",
        held.out
    );
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_debrief_asks_no_model() {
    let (hotseat, server) = (Hotseat::new(), FakeModel::start(Some("sk-canary-9")).await);
    server
        .then(Scripted::says(&judgement().to_string()))
        .then(Scripted::says(PUSHBACK));
    run(&hotseat, &server, QUICK, &format!("{ANSWER}\n/end\n")).await;
    let args = &["debrief", "--format", "json", "--engine", "llm"];
    let (first, second) = (
        run(&hotseat, &server, args, "").await,
        run(&hotseat, &server, args, "").await,
    );
    assert_eq!(first.out, second.out);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_says_what_answers_at_the_address() {
    let (hotseat, server) = (Hotseat::new(), FakeModel::start(Some("sk-canary-9")).await);
    server.then(Scripted::openai_error(401, "invalid_api_key", "no such key"));
    let refused = run(&hotseat, &server, &["doctor"], "").await;
    assert_eq!(refused.code, 2);
    assert!(refused.out.contains("OPENAI_API_KEY"), "{}", refused.out);
    assert!(!refused.out.contains("sk-canary-9") && !refused.err.contains("sk-canary-9"));
}
