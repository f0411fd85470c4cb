//! A whole run: every line judged, so many at once, in a fixed order; then the figures.

use futures_util::{StreamExt as _, stream};

use super::{
    EvalError,
    answers::{self, AnswerFigures},
    engine::{Engine, EngineError, Job, Measured},
    gold::{GoldAnswer, GoldSessions},
    guards::{self, Changed, Guards},
    predicted::{AnswerPrediction, SessionPrediction},
    report::{Cost, Latency, Report},
    sessions,
    state::State,
    variant::Variant,
};

/// What is measured.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Labelled answers.
    pub answers: Vec<GoldAnswer>,
    /// Labelled transcripts.
    pub sessions: Option<GoldSessions>,
    /// Whether answers are also judged in their worthless variants: five times the work.
    pub guards: bool,
    /// How many lines are judged at once; at least one.
    pub at_once: usize,
}

/// The lines to judge, in order, and what each is.
struct Plan {
    jobs: Vec<Job>,
    changed: Vec<(usize, Variant)>,
}

/// What was given, in the order of the plan.
type Given = Vec<Result<Measured, EngineError>>;

/// Runs a judge over labelled lines. `progress` is called with how many are done, and of how many.
pub async fn measure(
    engine: &Engine,
    request: &Request,
    state: &mut State,
    mut progress: impl FnMut(usize, usize),
) -> Result<Report, EvalError> {
    let plan = plan(request);
    let given = run(engine, plan.jobs, request.at_once.max(1), state, &mut progress).await?;
    let (of_answers, rest) = given.split_at(request.answers.len().min(given.len()));
    let (of_changed, of_sessions) = rest.split_at(plan.changed.len().min(rest.len()));
    let answers = predictions::<AnswerPrediction>(of_answers);
    let figures = (!request.answers.is_empty()).then(|| answers::score(&request.answers, &flat(&answers)));
    let guards = figures
        .as_ref()
        .filter(|_| request.guards)
        .map(|figures| guards(request, &plan.changed, &answers, of_changed, figures));
    let of_sessions = predictions::<SessionPrediction>(of_sessions);
    let measured: Vec<&Measured> = given.iter().flatten().collect();
    let timed: Vec<&Measured> = of_answers.iter().flatten().collect();
    Ok(Report {
        engine: engine.name(),
        failed: failures(request, &plan.changed, &given),
        answers: figures,
        guards,
        sessions: request
            .sessions
            .as_ref()
            .map(|gold| sessions::score(gold, &flat(&of_sessions))),
        latency: Latency::of(&timed),
        cost: Cost::of(&measured),
        ..Report::default()
    })
}

fn plan(request: &Request) -> Plan {
    let mut jobs: Vec<Job> = request
        .answers
        .iter()
        .map(|gold| Job::Answer(Box::new(gold.input.clone())))
        .collect();
    let mut changed = Vec::new();
    for (at, gold) in request.answers.iter().enumerate().filter(|_| request.guards) {
        for variant in Variant::ALL
            .into_iter()
            .filter(|variant| guards::is_tried(gold, *variant))
        {
            if let Some(line) = variant.of(&gold.input) {
                jobs.push(Job::Answer(Box::new(line)));
                changed.push((at, variant));
            }
        }
    }
    let transcripts = request.sessions.iter().flat_map(|sessions| &sessions.inputs);
    jobs.extend(transcripts.cloned().map(Job::Transcript));
    Plan { jobs, changed }
}

/// Judges lines, so many at once; results come in the order of the lines and are kept as they come.
async fn run(
    engine: &Engine,
    jobs: Vec<Job>,
    at_once: usize,
    state: &mut State,
    progress: &mut impl FnMut(usize, usize),
) -> Result<Given, EvalError> {
    let total = jobs.len();
    let mut given = Vec::with_capacity(total);
    progress(0, total);
    let found: Vec<(Job, String, Option<Measured>)> = jobs
        .into_iter()
        .map(|job| {
            let key = state.key(&job);
            let found = state.find(&key);
            (job, key, found)
        })
        .collect();
    let mut results = stream::iter(found)
        .map(|(job, key, found)| async move {
            match found {
                Some(found) => (None, Ok(found)),
                None => (Some(key), engine.judge(job).await),
            }
        })
        .buffered(at_once);
    while let Some((new, result)) = results.next().await {
        if let (Some(key), Ok(measured)) = (new, &result) {
            state.keep(key, measured)?;
        }
        given.push(result);
        progress(given.len(), total);
    }
    Ok(given)
}

fn predictions<T: serde::de::DeserializeOwned>(given: &[Result<Measured, EngineError>]) -> Vec<Option<T>> {
    given
        .iter()
        .map(|result| T::deserialize(&result.as_ref().ok()?.result).ok())
        .collect()
}

fn flat<T: Clone>(given: &[Option<T>]) -> Vec<T> {
    given.iter().flatten().cloned().collect()
}

fn guards(
    request: &Request,
    plan: &[(usize, Variant)],
    answers: &[Option<AnswerPrediction>],
    given: &[Result<Measured, EngineError>],
    figures: &AnswerFigures,
) -> Guards {
    let after = predictions::<AnswerPrediction>(given);
    let changed: Vec<Changed<'_>> = plan
        .iter()
        .zip(&after)
        .filter_map(|((at, variant), after)| {
            Some(Changed {
                gold: request.answers.get(*at)?,
                variant: *variant,
                before: answers.get(*at)?.as_ref()?,
                after: after.as_ref()?,
            })
        })
        .collect();
    guards::check(&changed, &figures.spread)
}

/// What was not judged, with its reason.
fn failures(request: &Request, changed: &[(usize, Variant)], given: &Given) -> Vec<String> {
    let answers = request.answers.iter().map(|gold| gold.input.id.clone());
    let variants = changed.iter().filter_map(|(at, variant)| {
        let gold = request.answers.get(*at)?;
        Some(format!("{} {variant:?}", gold.input.id))
    });
    let transcripts = request.sessions.iter().flat_map(|sessions| &sessions.inputs);
    let transcripts = transcripts.map(|line| Job::Transcript(line.clone()).id().to_owned());
    answers
        .chain(variants)
        .chain(transcripts)
        .zip(given)
        .filter_map(|(id, result)| Some(format!("{id}: {}", result.as_ref().err()?)))
        .collect()
}
