//! What a file must hold beyond its syntax. Everything wrong is named at once; a persona or a case that is wrong is left out.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::{Environment, UndefinedBehavior};

use super::{Library, Problem, Sourced};
use crate::domain::{
    case::Case,
    ids::PersonaId,
    persona::{Persona, Pushbacks, Wordings},
    probe::Probe,
    rubric::Rubric,
    signal::{QuestionKind, Round, Signal},
};

/// What is wrong in one text, with the words by which its line is found.
struct Finding {
    near: String,
    message: String,
}

fn finding(near: impl Into<String>, message: impl Into<String>) -> Finding {
    Finding {
        near: near.into(),
        message: message.into(),
    }
}

/// Checks the whole library; leaves out the personas and cases that are wrong. True where nothing can work with what is left.
pub(super) fn library(library: &mut Library, problems: &mut Vec<Problem>) -> bool {
    let rubric = report(
        "prompts/rubric.toml",
        &library.rubric,
        rubric_findings(&library.rubric.value),
        problems,
    );
    let wordings = pushback_findings(&library.pushback.value);
    let wordings = report("prompts/pushback.toml", &library.pushback, wordings, problems);
    let missing: Vec<&str> = Signal::ALL
        .iter()
        .filter(|s| !library.drills.contains_key(s))
        .map(|s| s.as_str())
        .collect();
    if !missing.is_empty() {
        problems.push(Problem {
            file: "prompts/drills.toml".to_owned(),
            line: None,
            message: format!("has no drill for {}", missing.join(", ")),
        });
    }
    keep_sound(&mut library.personas, "personas", persona_findings, problems);
    keep_sound(&mut library.cases, "cases", case_findings, problems);
    drop_doubled_names(&mut library.personas, problems);
    let led = leaders(library, problems);
    rubric || wordings || !missing.is_empty() || led || library.cases.is_empty()
}

/// Adds a problem for each finding; true where there was one.
fn report<T>(file: &str, source: &Sourced<T>, findings: Vec<Finding>, problems: &mut Vec<Problem>) -> bool {
    let any = !findings.is_empty();
    problems.extend(findings.into_iter().map(|found| Problem {
        file: file.to_owned(),
        line: line_of(&source.text, &found.near),
        message: found.message,
    }));
    any
}

fn line_of(text: &str, near: &str) -> Option<usize> {
    if near.is_empty() {
        return None;
    }
    text.lines().position(|line| line.contains(near)).map(|index| index + 1)
}

fn keep_sound<K: Ord + Clone + std::fmt::Display, T>(
    items: &mut BTreeMap<K, Sourced<T>>,
    folder: &str,
    check: impl Fn(&T) -> Vec<Finding>,
    problems: &mut Vec<Problem>,
) {
    items.retain(|id, item| {
        let findings = check(&item.value);
        !report(&format!("{folder}/{id}.toml"), item, findings, problems)
    });
}

fn drop_doubled_names(personas: &mut BTreeMap<PersonaId, Sourced<Persona>>, problems: &mut Vec<Problem>) {
    let mut seen: BTreeMap<String, PersonaId> = BTreeMap::new();
    personas.retain(|id, persona| {
        let Some(first) = seen.insert(persona.value.name.to_lowercase(), id.clone()) else {
            return true;
        };
        let doubled = finding(
            "name =",
            format!("has the same name as personas/{first}.toml: {}", persona.value.name),
        );
        report(&format!("personas/{id}.toml"), persona, vec![doubled], problems);
        seen.insert(persona.value.name.to_lowercase(), first);
        false
    });
}

/// Every round needs somebody to lead it and a question to ask.
fn leaders(library: &Library, problems: &mut Vec<Problem>) -> bool {
    let mut fatal = false;
    for &round in Round::ALL {
        let led = library
            .personas
            .values()
            .any(|persona| persona.value.rounds.contains(&round));
        let asked = library
            .cases
            .values()
            .any(|case| case.value.question.iter().any(|q| q.round == round));
        for (there, file, what) in [
            (led, "personas", "persona leads"),
            (asked, "cases", "case has a question for"),
        ] {
            if !there {
                fatal = true;
                let message = format!("no {what} the {} round", round.title());
                problems.push(Problem {
                    file: file.to_owned(),
                    line: None,
                    message,
                });
            }
        }
    }
    fatal
}

fn rubric_findings(rubric: &Rubric) -> Vec<Finding> {
    let mut found = Vec::new();
    for signal in Signal::ALL {
        if !rubric.signals.contains_key(signal) {
            found.push(finding("", format!("has no [signals.{signal}]")));
        }
        if !can_be_called_for(rubric, *signal) {
            found.push(finding(
                "[called_for]",
                format!("no question ever calls for {signal}, so it could never be shown"),
            ));
        }
    }
    for round in Round::ALL {
        let Some(weights) = rubric.weights.get(round) else {
            found.push(finding("", format!("has no [weights.{round}]")));
            continue;
        };
        let named: f64 = weights.by_signal.values().sum();
        let all = weights.by_signal.values().chain([&weights.default]);
        if all.clone().any(|weight| !weight.is_finite() || *weight < 0.0) || named + weights.default <= 0.0 {
            let sum = format!("{named} named + {} default", weights.default);
            found.push(finding(
                format!("[weights.{round}]"),
                format!("weights must be 0 or more and sum to more than 0; they are {sum}"),
            ));
        }
    }
    for kind in QuestionKind::ALL {
        if !rubric.called_for.contains_key(kind) {
            found.push(finding("[called_for]", format!("has no signals for {kind} questions")));
        }
    }
    found.extend(bands("overall", &rubric.bands.overall));
    found.extend(bands("verdict", &rubric.bands.verdict));
    for name in ["V1", "V2", "V3", "V4", "V5", "V6", "S1"] {
        if !rubric.vetoes.contains_key(name) {
            found.push(finding("", format!("has no [vetoes.{name}]")));
        }
    }
    found
}

fn can_be_called_for(rubric: &Rubric, signal: Signal) -> bool {
    signal == Signal::ConstraintTiming
        || rubric.called_for.values().flatten().any(|s| *s == signal)
        || rubric.asks.values().flatten().any(|s| *s == signal)
        || rubric.round_signal.values().any(|s| *s == signal)
}

fn bands(name: &str, bounds: &[f64]) -> Option<Finding> {
    let rising = bounds.windows(2).all(|pair| matches!(pair, [low, high] if low < high));
    let inside = bounds.iter().all(|bound| (0.0..=100.0).contains(bound));
    (!rising || !inside).then(|| {
        finding(
            format!("{name} ="),
            format!("the {name} bands {bounds:?} must rise and lie within 0 to 100"),
        )
    })
}

fn pushback_findings(pushback: &Pushbacks) -> Vec<Finding> {
    let mut found = Vec::new();
    for probe in Probe::ALL {
        match pushback.get(probe) {
            Some(wordings) if !wordings.plain.is_empty() => found.extend(wording_findings(*probe, wordings)),
            _ => found.push(finding(
                format!("[{probe}]"),
                format!("has no plain wording for {probe}"),
            )),
        }
    }
    found
}

/// The variables a wording of a probe may use besides the quote, and whether it must.
fn stated(probe: Probe) -> Option<(&'static str, bool)> {
    match probe {
        Probe::ConstraintIgnored | Probe::ConstraintLate => Some(("constraint", false)),
        Probe::RevealConstraint => Some(("constraint", true)),
        Probe::CounterEvidence => Some(("counter", true)),
        Probe::Bloat => Some(("component", false)),
        _ => None,
    }
}

fn wording_findings(probe: Probe, wordings: &Wordings) -> Vec<Finding> {
    let mut found = Vec::new();
    let texts = wordings
        .quoted
        .iter()
        .map(|text| (text, true))
        .chain(wordings.plain.iter().map(|text| (text, false)));
    for (text, quoted) in texts {
        let near: String = text.chars().take(40).collect();
        let used = match variables(text) {
            Ok(used) => used,
            Err(error) => {
                found.push(finding(near, format!("wording of {probe}: {error}")));
                continue;
            }
        };
        let quotes = used.iter().any(|name| name == "quote" || name == "component");
        let extra = stated(probe);
        let unknown: Vec<&String> = used
            .iter()
            .filter(|name| !(quoted && name.as_str() == "quote" || extra.is_some_and(|(allowed, _)| allowed == *name)))
            .collect();
        if let [first, ..] = unknown.as_slice() {
            found.push(finding(
                near.clone(),
                format!("wording of {probe} names the unknown variable `{first}`"),
            ));
        }
        if quoted && !quotes {
            found.push(finding(
                near.clone(),
                format!("wording of {probe} stands under `quoted` but quotes nothing"),
            ));
        }
        if let Some((name, true)) = extra
            && !used.contains(name)
        {
            found.push(finding(
                near,
                format!("wording of {probe} must state `{{{{ {name} }}}}`"),
            ));
        }
    }
    found
}

/// The variables a template names; an error where it is no template.
pub fn variables(template: &str) -> Result<BTreeSet<String>, String> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let parsed = environment
        .template_from_str(template)
        .map_err(|error| match error.detail() {
            Some(detail) => format!("is no template: {detail}"),
            None => format!("is no template: {error}"),
        })?;
    Ok(parsed.undeclared_variables(false).into_iter().collect())
}

fn persona_findings(persona: &Persona) -> Vec<Finding> {
    let mut found = Vec::new();
    for (key, text) in [
        ("name", &persona.name),
        ("title", &persona.title),
        ("about", &persona.about),
    ] {
        if text.trim().is_empty() {
            found.push(finding(format!("{key} ="), format!("`{key}` is empty")));
        }
    }
    if persona.name.chars().count() > 60 {
        found.push(finding("name =", "`name` is longer than 60 characters"));
    }
    if persona.introduction.trim().is_empty() || persona.introduction.contains('\n') {
        found.push(finding("introduction =", "`introduction` must be one line"));
    }
    if persona.focus.is_empty() {
        found.push(finding("focus =", "`focus` names no signal"));
    }
    if persona.weights.values().any(|weight| !(0.0..=5.0).contains(weight)) {
        found.push(finding("[weights]", "a weight must lie within 0 to 5"));
    }
    let voice = &persona.voice;
    for (key, lines) in [
        ("acknowledge", &voice.acknowledge),
        ("move_on", &voice.move_on),
        ("unknown", &voice.unknown),
        ("fact", &voice.fact),
        ("close", &voice.close),
        ("skip", &voice.skip),
    ] {
        if lines.is_empty() || lines.iter().any(|line| line.trim().is_empty()) {
            found.push(finding(
                format!("{key} ="),
                format!("`voice.{key}` needs at least one line and no empty one"),
            ));
        }
    }
    found.extend(
        persona
            .pushback
            .iter()
            .flat_map(|(probe, wordings)| wording_findings(*probe, wordings)),
    );
    found
}

fn case_findings(case: &Case) -> Vec<Finding> {
    let mut found = Vec::new();
    for (key, text) in [
        ("name", &case.name),
        ("product", &case.product),
        ("opening", &case.opening),
    ] {
        if text.trim().is_empty() {
            found.push(finding(format!("{key} ="), format!("`{key}` is empty")));
        }
    }
    if case.kpi.is_empty() {
        found.push(finding("", "has no [[kpi]]"));
    }
    found.extend(doubled("fact", case.fact.iter().map(|fact| fact.id.as_str())));
    found.extend(doubled(
        "constraint",
        case.constraint.iter().map(|constraint| constraint.id.as_str()),
    ));
    found.extend(doubled(
        "question",
        case.question.iter().map(|question| question.id.as_str()),
    ));
    for fact in case.fact.iter().filter(|fact| fact.about.is_empty()) {
        found.push(finding(
            format!("\"{}\"", fact.id),
            format!("fact `{}` says nothing under `about`", fact.id),
        ));
    }
    for question in &case.question {
        let near = format!("\"{}\"", question.id);
        if let Some(id) = &question.constraint
            && case.constraint_of(question).is_none()
        {
            found.push(finding(
                near.clone(),
                format!("question `{}` names the unknown constraint `{id}`", question.id),
            ));
        }
        if question.text.trim().is_empty() || question.hint.trim().is_empty() || question.outline.is_empty() {
            found.push(finding(
                near,
                format!("question `{}` needs a text, a hint and an outline", question.id),
            ));
        }
    }
    found
}

fn doubled<'a>(what: &str, ids: impl Iterator<Item = &'a str>) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    ids.filter(|id| !seen.insert(id.to_owned()))
        .map(|id| finding(format!("\"{id}\""), format!("{what} `{id}` is there twice")))
        .collect()
}
