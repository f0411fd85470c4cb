//! The rows of buttons below a message, and the forms they open.

use serenity::all::{ButtonStyle, CreateActionRow, CreateButton, CreateInputText, CreateModal, InputTextStyle};

use super::custom_id::{Action, CustomId};
use crate::domain::ids::SessionId;

/// The longest text of a form.
const FORM_CHARS: u16 = 4_000;
/// The levels of certainty on offer, in per cent.
const SURE: [u8; 3] = [50, 70, 90];

fn button(session: &SessionId, turn: u32, action: Action, label: &str, style: ButtonStyle) -> CreateButton {
    let id = CustomId {
        action,
        session: session.clone(),
        turn,
    };
    CreateButton::new(id.to_string()).label(label).style(style)
}

/// Below what the candidate answers to.
pub(super) fn of_prompt(session: &SessionId, turn: u32, public: bool) -> Vec<CreateActionRow> {
    let one = |action, label: &str, style| button(session, turn, action, label, style);
    let acts = vec![
        one(Action::Answer, "Answer", ButtonStyle::Primary),
        one(Action::Hint, "Hint", ButtonStyle::Secondary),
        one(Action::Skip, "Skip", ButtonStyle::Secondary),
        one(Action::Pause, "Pause", ButtonStyle::Secondary),
        one(Action::End, "End & debrief", ButtonStyle::Danger),
    ];
    let mut more = vec![one(Action::Done, "Done", ButtonStyle::Success)];
    more.extend(SURE.map(|percent| {
        one(
            Action::Sure(percent),
            &format!("{percent} % sure"),
            ButtonStyle::Secondary,
        )
    }));
    let mut rows = vec![CreateActionRow::Buttons(acts), CreateActionRow::Buttons(more)];
    if public {
        rows.push(CreateActionRow::Buttons(vec![
            one(Action::Push, "Push back (peers)", ButtonStyle::Secondary),
            one(Action::Card, "Scorecard (peers)", ButtonStyle::Secondary),
        ]));
    }
    rows
}

/// Below the word that an interview is paused.
pub(super) fn of_pause(session: &SessionId, turn: u32) -> Vec<CreateActionRow> {
    vec![CreateActionRow::Buttons(vec![
        button(session, turn, Action::Resume, "Resume", ButtonStyle::Primary),
        button(session, turn, Action::End, "End & debrief", ButtonStyle::Danger),
    ])]
}

/// Below a debrief.
pub(super) fn of_debrief(session: &SessionId) -> Vec<CreateActionRow> {
    vec![CreateActionRow::Buttons(vec![button(
        session,
        0,
        Action::Debrief,
        "Show it only to me",
        ButtonStyle::Secondary,
    )])]
}

/// Before something is deleted for good.
pub(super) fn of_deletion(session: &SessionId, what: &str) -> Vec<CreateActionRow> {
    vec![CreateActionRow::Buttons(vec![
        button(session, 0, Action::Delete, what, ButtonStyle::Danger),
        button(session, 0, Action::Keep, "Keep", ButtonStyle::Secondary),
    ])]
}

/// The form to answer in.
pub(super) fn answer_form(session: &SessionId, turn: u32) -> CreateModal {
    form(
        session,
        turn,
        Action::Answer,
        "Your answer",
        "Answer as you would say it",
    )
}

/// The form for a peer's pushback.
pub(super) fn push_form(session: &SessionId, turn: u32) -> CreateModal {
    form(session, turn, Action::Push, "Your pushback", "What would you press on?")
}

fn form(session: &SessionId, turn: u32, action: Action, title: &str, label: &str) -> CreateModal {
    let id = CustomId {
        action,
        session: session.clone(),
        turn,
    };
    let input = CreateInputText::new(InputTextStyle::Paragraph, label, "text").max_length(FORM_CHARS);
    CreateModal::new(id.to_string(), title).components(vec![CreateActionRow::InputText(input)])
}
