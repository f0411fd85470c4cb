//! Stories of a person at the terminal, through the real program in a pseudo-terminal.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails says where")]

#[path = "support/program.rs"]
mod program;

use program::Hotseat;
use rexpect::process::Signal;

const QUICK: &[&str] = &[
    "--seed",
    "3",
    "--persona",
    "ml_interviewer",
    "--case",
    "music_discovery",
];

#[test]
fn a_newcomer_sits_an_interview_to_its_debrief() {
    let hotseat = Hotseat::new();
    let mut terminal = hotseat.terminal(QUICK);
    terminal.sees("Katarzyna Wolska");
    terminal.is_asked();
    terminal.says(
        "Kept new artists per opener per week. Half of openers by coin, the rest as today, four weeks, skips capped.",
    );
    terminal.is_asked();
    terminal.says("If kept artists rise by 0.01 it goes in, otherwise it goes out.");
    terminal.is_asked();
    terminal.says("/end");
    let debrief = terminal.ends();
    assert!(debrief.contains("What decided it"), "{debrief}");
    assert_eq!(hotseat.answers().len(), 2);
}

#[test]
fn alt_enter_and_pasted_newlines_go_on_and_enter_sends() {
    let hotseat = Hotseat::new();
    let mut terminal = hotseat.terminal(QUICK);
    terminal.is_asked();
    terminal.types("first line");
    terminal.types("\u{1b}\r");
    terminal.types("second line");
    terminal.says("\u{1b}[200~\npasted third\npasted fourth\u{1b}[201~");
    terminal.is_asked();
    terminal.says("/pause");
    terminal.ends();
    assert_eq!(
        hotseat.answers(),
        ["first line\nsecond line\npasted third\npasted fourth"]
    );
}

#[test]
fn ctrl_c_pauses_and_resume_goes_on_with_the_same_question() {
    let hotseat = Hotseat::new();
    let mut terminal = hotseat.terminal(QUICK);
    terminal.sees("and what comes next?");
    terminal.is_asked();
    terminal.types("half an ans");
    terminal.control('c');
    let last = terminal.ends();
    assert!(last.contains("paused"), "{last}");

    let mut terminal = hotseat.terminal(&["practice", "--resume"]);
    terminal.sees("going on where you stopped");
    terminal.sees("and what comes next?");
    terminal.is_asked();
    terminal.control('d');
    terminal.ends();
    assert!(hotseat.answers().is_empty());
}

#[test]
fn a_kill_in_mid_turn_loses_nothing_and_asks_nothing_twice() {
    let hotseat = Hotseat::new();
    let mut terminal = hotseat.terminal(QUICK);
    terminal.is_asked();
    terminal.says("I would train a bigger transformer and compare it offline.");
    terminal.is_asked();
    terminal.signal(Signal::SIGKILL);
    drop(terminal);

    let mut terminal = hotseat.terminal(&["practice", "--resume"]);
    let again = terminal.is_asked();
    assert!(again.contains('?'), "{again}");
    terminal.says("/end");
    terminal.ends();
    assert_eq!(
        hotseat.answers(),
        ["I would train a bigger transformer and compare it offline."]
    );
    let debrief = hotseat.json(&["debrief", "--format", "json"]);
    assert_eq!(debrief["questions"].as_array().unwrap().len(), 1);
}

#[test]
fn a_polite_request_to_stop_leaves_the_interview_to_be_resumed() {
    let hotseat = Hotseat::new();
    let mut terminal = hotseat.terminal(QUICK);
    terminal.is_asked();
    terminal.signal(Signal::SIGTERM);
    let last = terminal.ends();
    assert!(last.contains("--resume"), "{last}");
    let mut terminal = hotseat.terminal(&["practice", "--resume"]);
    terminal.is_asked();
    terminal.says("/end");
    terminal.ends();
}

#[test]
fn hint_skip_help_and_an_unknown_command() {
    let hotseat = Hotseat::new();
    let mut terminal = hotseat.terminal(&["--seed", "3", "--mode", "round", "--round", "system_design"]);
    terminal.is_asked();
    terminal.says("/help");
    terminal.sees("/pause");
    terminal.is_asked();
    terminal.says("/hint");
    terminal.sees("hint:");
    terminal.is_asked();
    terminal.says("/hint");
    terminal.sees("one hint a question");
    terminal.is_asked();
    terminal.says("/frobnicate");
    terminal.sees("there is no /frobnicate");
    terminal.is_asked();
    terminal.says("/skip");
    terminal.is_asked();
    terminal.says("/end");
    terminal.ends();
    let debrief = hotseat.json(&["debrief", "--format", "json"]);
    assert_eq!(debrief["verdict"], "not_assessed");
    assert!(hotseat.answers().is_empty());
}
