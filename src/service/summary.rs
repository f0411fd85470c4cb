//! What a list shows of a session, computed from its fold.

use std::collections::BTreeSet;

use crate::{
    domain::{ids::SessionId, provenance::Provenance, signal::Round},
    interview::Interview,
    scoring::verdict,
    store::{Status, Summary},
};

/// The summary of a session as it stands.
pub(super) fn of(session: &SessionId, interview: &Interview) -> Summary {
    let opened = interview.opened();
    let outcome = verdict::decide(&interview.materials().rubric, interview.transcript());
    let (opened_ms, updated_ms) = interview.times_ms();
    let rounds: Vec<Round> = opened.rounds.iter().map(|plan| plan.round).collect();
    let cases: BTreeSet<_> = opened
        .rounds
        .iter()
        .flat_map(|plan| &plan.questions)
        .map(|question| question.case.clone())
        .collect();
    let judges: BTreeSet<String> = provenances(interview).0.into_iter().map(Provenance::label).collect();
    let status = match (interview.ended().is_some(), interview.is_paused()) {
        (true, _) => Status::Finished,
        (false, true) => Status::Paused,
        (false, false) => Status::Open,
    };
    Summary {
        session: session.clone(),
        user: opened.user.clone(),
        guild: opened.guild.clone(),
        opened_ms,
        updated_ms,
        mode: opened.mode,
        status,
        rounds,
        cases: cases.into_iter().collect(),
        lead: opened
            .rounds
            .first()
            .map_or_else(|| "".into(), |plan| plan.lead.clone()),
        answers: u32::try_from(interview.transcript().exchanges().count()).unwrap_or(u32::MAX),
        score: outcome.score,
        verdict: outcome.score.map(|_| outcome.verdict.to_string()),
        levels: outcome.levels,
        judges: judges.into_iter().collect(),
        rubric: opened.frozen.rubric.clone(),
        tokens: tokens(interview),
        events: interview.next_seq(),
    }
}

/// Tokens a session has cost.
pub(super) fn tokens(interview: &Interview) -> u64 {
    let (judged, said) = provenances(interview);
    judged.into_iter().chain(said).map(cost).sum()
}

/// Tokens the answer at hand has cost: its judgement and what was said since.
pub(super) fn tokens_of_answer(interview: &Interview) -> u64 {
    let last = interview.transcript().exchanges().last();
    let judged = last
        .and_then(|exchange| exchange.assessment.as_ref())
        .map_or(0, |assessment| cost(&assessment.by));
    let turn = last.map_or(0, |exchange| exchange.turn);
    let said = interview.said().iter().filter(|utterance| utterance.after_turn >= turn);
    judged + said.map(|utterance| cost(&utterance.by)).sum::<u64>()
}

/// Who judged and who spoke, each time.
fn provenances(interview: &Interview) -> (Vec<&Provenance>, Vec<&Provenance>) {
    let judged = interview
        .transcript()
        .exchanges()
        .filter_map(|exchange| Some(&exchange.assessment.as_ref()?.by));
    (
        judged.collect(),
        interview.said().iter().map(|utterance| &utterance.by).collect(),
    )
}

fn cost(by: &Provenance) -> u64 {
    match by {
        Provenance::Offline { .. } => 0,
        Provenance::Model { usage, .. } => u64::from(usage.prompt_tokens) + u64::from(usage.completion_tokens),
    }
}
