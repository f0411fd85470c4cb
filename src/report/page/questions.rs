//! The words of a debrief, question by question: what was asked and said, how pushbacks were met, and what was heard.

use super::{Block, Page, debrief::name, in_passing, plain};
use crate::{
    domain::{probe::Probe, signal::Signal},
    report::{
        Debrief,
        debrief::{AnswerReport, Met, Pressed, QuestionReport, QuestionStatus},
        figures,
    },
};

/// Quotes a question's summary shows at most.
const HEARD: usize = 4;

pub(super) fn questions(page: &mut Page, value: &Debrief) {
    if value.questions.is_empty() {
        return;
    }
    page.heading("Question by question");
    for question in &value.questions {
        page.subheading(format!("{}. {}", question.number, question.text));
        page.text(asked(value, question));
        before(page, question);
        for answer in &question.answers {
            said(page, value, answer);
        }
        if question.skipped && !question.answers.is_empty() {
            page.item("You skipped the rest of it.");
        } else if question.unanswered.is_some() {
            page.item("The last pushback was left without an answer.");
        }
        heard(page, value, question);
    }
}

fn asked(value: &Debrief, question: &QuestionReport) -> String {
    let case = question
        .case
        .as_ref()
        .map(|case| format!(", on “{case}”"))
        .unwrap_or_default();
    let asked = format!(
        "{}, {}{case}.",
        figures::sentence(question.round.title()),
        question.lead.name
    );
    let result = match (&question.score, question.status) {
        (Some(score), _) if score.capped < score.raw => {
            let caps: Vec<String> = value
                .decision
                .caps
                .iter()
                .filter(|cap| cap.question == question.number)
                .map(|cap| format!("{} ({})", cap.cap, cap.name))
                .collect();
            let noun = if caps.len() == 1 { "cap" } else { "caps" };
            format!(
                "{} of 100, held down from {} by {noun} {}.",
                figures::score(score.capped),
                figures::score(score.raw),
                figures::listed(&caps)
            )
        }
        (Some(score), _) => format!("{} of 100.", figures::score(score.capped)),
        (None, QuestionStatus::Skipped) => "You skipped it, so it is not assessed and costs nothing.".to_owned(),
        (None, QuestionStatus::NotAnswered) => "It has no answer and is not assessed.".to_owned(),
        (None, _) => "Your answer was not judged, so it is not assessed.".to_owned(),
    };
    format!("{asked} {result}")
}

fn said(page: &mut Page, value: &Debrief, answer: &AnswerReport) {
    if let Some(pressed) = &answer.pressed {
        page.item(pushback(value, pressed));
    }
    if answer.asked_by.is_some() {
        page.item(format!("A peer asked: {}", in_passing(&answer.prompt)));
    }
    page.answer(format!("turn {}", answer.turn), &answer.text);
    if answer.edited_later {
        page.note("You changed it after the panel had spoken; what you first said counts.");
    }
}

fn pushback(value: &Debrief, pressed: &Pressed) -> String {
    match pressed.probe {
        Probe::CounterEvidence => {
            let met = match pressed.met {
                Met::Held => "you held it and said why",
                Met::Sharpened => "you kept it and made it more exact",
                Met::Caved => "you gave it up without a reason",
                _ => "how you met it was not judged",
            };
            format!("Evidence against your position: {met}.")
        }
        Probe::RevealConstraint => {
            let met = match pressed.met {
                Met::Recovered => "you designed for it",
                Met::Partly => "you took it up, without a design that fits it",
                Met::NotRecovered => "you did not work with it",
                _ => "whether you took it up was not judged",
            };
            format!("A limit you had not been told: {met}.")
        }
        Probe::NoContent => {
            let met = match pressed.met {
                Met::Recovered => "this time there was something to judge",
                Met::NotRecovered => "there was nothing to judge again",
                _ => "that answer was not judged",
            };
            format!("Asked once more: {met}.")
        }
        Probe::DontKnow => {
            let met = match pressed.met {
                Met::Recovered => "you found a way in",
                Met::NotRecovered => "you had none there either",
                _ => "that answer was not judged",
            };
            format!("Asked where you would begin: {met}.")
        }
        _ => {
            let signal = pressed.signal.map(|signal| name(value, signal)).unwrap_or_default();
            format!("Pressed on “{signal}”: {}.", gap(pressed))
        }
    }
}

fn gap(pressed: &Pressed) -> String {
    let from_to = match (pressed.before, pressed.after) {
        (Some(before), Some(after)) if before == after => format!("still at {after}"),
        (Some(before), Some(after)) => format!("from {before} to {after}"),
        (None, Some(after)) => format!("at {after}"),
        _ => String::new(),
    };
    match pressed.met {
        Met::Recovered => format!("you closed the gap, {from_to}"),
        Met::Partly => format!("better, {from_to}, with a gap left"),
        Met::NotRecovered => format!("the gap stayed, {from_to}"),
        _ => "your answer was not judged on it".to_owned(),
    }
}

/// What the panel took from the answers: each quote once, with what it stands for.
fn heard(page: &mut Page, value: &Debrief, question: &QuestionReport) {
    let mut quotes: Vec<(&str, Vec<Signal>)> = Vec::new();
    for quote in question.answers.iter().flat_map(|answer| &answer.quotes) {
        match quotes.iter_mut().find(|(text, _)| *text == quote.text) {
            Some((_, signals)) if signals.contains(&quote.signal) => {}
            Some((_, signals)) => signals.push(quote.signal),
            None => quotes.push((&quote.text, vec![quote.signal])),
        }
    }
    if quotes.is_empty() {
        return;
    }
    page.blocks.push(Block::Text(plain("What the panel heard in it:")));
    for (text, signals) in quotes.iter().take(HEARD) {
        let names: Vec<String> = signals.iter().map(|signal| name(value, *signal)).collect();
        page.item(format!("{}: {}", in_passing(text), figures::listed(&names)));
    }
    if quotes.len() > HEARD {
        page.item(format!(
            "and {}, shown signal by signal above",
            figures::counted(quotes.len() - HEARD, "more quote", "more quotes")
        ));
    }
}

/// What was asked back, and the hint.
fn before(page: &mut Page, question: &QuestionReport) {
    for aside in &question.asides {
        page.item(format!("You asked {}; asking costs nothing.", in_passing(&aside.text)));
        if let Some(reply) = &aside.reply {
            page.note(format!("The panel said: {}", in_passing(reply)));
        }
    }
    if question.hints > 0 {
        page.item(if question.hints == 1 {
            "You took a hint.".to_owned()
        } else {
            format!("You took {} hints.", question.hints)
        });
    }
}
