//! What an answer does besides answering: asks back, asks for the key, makes a result up, gives in or holds.

use std::collections::HashSet;

use super::{calibration, context::Context, numbers::Unit, pattern::patterns, text::Span, words::word_count};
use crate::domain::assessment::{IntegrityEvent, Stance};

patterns! {
    KEY = r"\b(?:tell|give|show|send|share|reveal|read) me (?:the |your |a |what the )?(?:\w+ )?(?:answers?|solution|scoring|key|rubric|score sheet|model answer|right answer|criteria)\b|\bwhat (?:would|will|does|do) (?:\w+ ){0,3}(?:score|get|earn|give me|need)s? (?:me )?(?:a |an )?(?:4|four|full|top|strong hire)|\b(?:what|which)(?:'s| is| are)? (?:the )?(?:right|correct|expected|ideal|model|best) answer\b|\bwhat (?:answer )?(?:do|would) you (?:want|like) (?:me )?to (?:say|hear)\b|\bhow (?:is|are) (?:this|it|i|we|answers) (?:scored|graded|rated)\b|\b(?:scoring|answer|marking) (?:key|scheme|sheet)\b|\bwhat's on the rubric\b";
    HOSTILE = r"\b(?:stupid|idiot\w*|nonsense|waste of|none of your|why should i|who cares|shut up|ridiculous)\b";
    OWN = r"\b(?:i'd|i would|i will|i'll|we'd|we should|we would|i (?:count|use|measure|propose|pick|keep|think|start|take|want to use|go)|my (?:goal|number|measure|range|plan|answer)|let's|we (?:split|ship|keep|measure|start|stop|go))\b";
    FACTS = r"\b(?:how (?:many|much|long|often|big|large|fast|old|do you define)|what (?:is|are|do you mean|does|counts|kind|exactly|would count|sort)|what's|which|is there|are there|do (?:we|you) (?:have|mean|know|already|want|count|track|measure)|does (?:the|it|that)|can (?:we|i|you)|could you (?:clarify|repeat|explain|say)|who|where|when|should i assume|may i assume|am i right|is (?:it|the|this|that)|has|have we|did|was|were|sorry|clarify|mean)\b";
    MADE_UP = r"\b(?:i (?:made|invented|make) (?:it|that|this|those|the \w+) up|made[- ]up (?:number|figure|result)s?|(?:just |i'll )?(?:invent|making up) (?:a|the|some) (?:number|figure|result)s?|the numbers (?:aren't|are not|weren't) real|i never (?:actually )?(?:ran|measured|did) (?:it|that))\b";
    CAVES = r"\b(?:you're right|you are right|okay,? (?:then|fine)|fair enough|i (?:give up|withdraw|take (?:it|that) back|was wrong|stand corrected|concede)|never ?mind|forget (?:it|what i said)|whatever you (?:say|think|prefer)|if you (?:say|think) so|then (?:i'd|we|let's) (?:drop|do the opposite|not|do it your way)|i guess (?:it|that|i)|i don't know (?:then|any more))\b";
    KEEPS = r"\b(?:still|keep|stand by|stay with|hold (?:on )?to|doesn't change|does not change|remains?|because|since|even so|nonetheless|all the same|but the|that pilot|the pilot|would need)\b";
    SHARPENS = r"\b(?:only (?:for|on|in|if|when)|except|narrow\w*|restrict\w*|for (?:new|small|the) \w+ (?:only|first)|limit(?:ed)? (?:it|this|the)|not for|more exactly|precisely|to be exact|instead of all|segment|split by|apart|separately|raise the (?:bar|threshold)|lower the (?:bar|threshold)|then (?:the )?(?:claim|rule) (?:is|becomes)|adjust|refine|revis\w+)\b";
}

/// Whether a short answer is only aimed at the panel: scolding or refusing, with nothing of one's own on the question.
pub(super) fn scolds(text: &str) -> bool {
    let lower = text.to_lowercase().replace('\u{2019}', "'");
    word_count(&lower) <= 16 && HOSTILE.is_match(&lower) && !OWN.is_match(&lower)
}

/// The question, where the whole answer is one about the case's facts, limits or words.
#[must_use]
pub fn is_clarifying(text: &str) -> Option<&str> {
    let trimmed = text.trim();
    if trimmed.len() > 600 || !trimmed.ends_with('?') && word_count(trimmed) > 14 {
        return None;
    }
    let lower = trimmed.to_lowercase().replace('\u{2019}', "'");
    let asks = lower.contains('?') || lower.starts_with("what do you mean");
    let own = OWN.is_match(&lower) && !lower.starts_with("should i");
    if !asks || own || KEY.is_match(&lower) || HOSTILE.is_match(&lower) || !FACTS.is_match(&lower) {
        return None;
    }
    let sentences: Vec<&str> = trimmed
        .split_inclusive(['.', '?', '!', '\n'])
        .map(str::trim)
        .filter(|part| part.contains(char::is_alphanumeric))
        .collect();
    let statements = sentences
        .iter()
        .filter(|part| !part.ends_with('?') && word_count(part) > 6)
        .count();
    let question = sentences
        .iter()
        .find(|part| part.ends_with('?'))
        .or_else(|| sentences.first())?;
    (statements == 0).then_some(*question)
}

/// Events that break trust, each with its words.
pub(super) fn integrity(ctx: &Context<'_>, original: &str) -> Vec<(IntegrityEvent, String)> {
    let mut events = Vec::new();
    let lower = original.to_ascii_lowercase();
    for (pattern, event) in [
        (&KEY, IntegrityEvent::AskedForKey),
        (&MADE_UP, IntegrityEvent::MadeUpResult),
    ] {
        let quote = pattern.find(&lower).and_then(|found| original.get(found.range()));
        events.extend(quote.map(|quote| (event, quote.to_owned())));
    }
    events.extend(
        contradiction(ctx)
            .and_then(|span| ctx.text.evidence(&span))
            .map(|quote| (IntegrityEvent::Contradiction, quote)),
    );
    events
}

/// A figure about the same thing that differs from what was said earlier under the same question.
fn contradiction(ctx: &Context<'_>) -> Option<Span> {
    let earlier = ctx.input.earlier.join(". ").to_lowercase();
    if earlier.is_empty() {
        return None;
    }
    let before = super::numbers::numbers(&earlier, 0);
    let mine = ctx
        .numbers
        .iter()
        .filter(|number| number.unit == Unit::Count && CLAIMED.is_match(ctx.slice(&ctx.text.clause_of(&number.span))));
    for number in mine {
        let thing = ctx.slice(&number.span).split_whitespace().last().unwrap_or("");
        let same = before.iter().filter(|other| {
            other.unit == Unit::Count
                && earlier
                    .get(other.span.clone())
                    .is_some_and(|text| text.split_whitespace().last() == Some(thing))
        });
        let values: Vec<f64> = same.map(|other| other.value).collect();
        if !values.is_empty()
            && values
                .iter()
                .all(|value| (value - number.value).abs() > value.max(number.value) * 0.2)
        {
            return Some(number.span.clone());
        }
    }
    None
}

patterns! {
    CLAIMED = r"\b(?:i|we|my|our) (?:\w+ )?(?:had|have|led|managed|ran|built|were|was|shipped|hired|worked|saw|served)\b";
}

/// How a counter-evidence probe was met.
pub(super) fn stance(ctx: &Context<'_>) -> Stance {
    let caves = ctx.first(&CAVES);
    let keeps = ctx.first(&KEEPS).or_else(|| ctx.first(&STANDS));
    let reason = ctx.has(&REASON) || matches!(calibration::judge(ctx).finding.level, 3 | 4);
    let sharpens = ctx.has(&SHARPENS) || (adds_figures(ctx) && reason);
    match (caves, keeps) {
        _ if ctx.is_empty() => Stance::Caved,
        (Some(_), _) if !sharpens && !reason => Stance::Caved,
        (Some(gives), Some(holds)) if gives.start > holds.start && !sharpens => Stance::Caved,
        (Some(_), None) if !sharpens => Stance::Caved,
        _ if sharpens => Stance::Sharpened,
        (_, Some(_)) if reason || ctx.live_words() >= 8 => Stance::Held,
        _ if reason => Stance::Held,
        _ => Stance::Caved,
    }
}

patterns! {
    STANDS = r"\b(?:i(?:'d| would|'ll| will)? (?:still|stick|stand|insist|maintain|hold|stay)|my (?:answer|position|plan|call) (?:stays|stands|is the same)|not convinced|i disagree|no,? (?:because|the|that)|nothing changes|same (?:plan|answer|rule)|one pilot (?:is|does))\b";
    REASON = r"\b(?:because|since|as (?:the|that|it)|due to|the reason|which means|was (?:too )?(?:short|small|only|just|in|run)|only (?:ran|had|covered|\d)|noise|chance|different (?:season|people|users|site|group)|holiday|august|december|self-selected|without a control)\b";
}

/// Whether the answer brings figures that neither the question nor the earlier answers had.
fn adds_figures(ctx: &Context<'_>) -> bool {
    let known: HashSet<String> = figures(ctx.input.question)
        .chain(ctx.input.earlier.iter().flat_map(|text| figures(text)))
        .collect();
    figures(ctx.input.answer).any(|figure| !known.contains(&figure))
}

fn figures(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '.'))
        .map(|part| part.trim_matches('.').to_owned())
        .filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::is_clarifying;

    #[test]
    fn questions_about_the_case_are_clarifying() {
        for text in [
            "How many listeners do we have?",
            "Is there a latency limit?",
            "Sorry, what do you mean by good?",
        ] {
            assert!(is_clarifying(text).is_some(), "{text}");
        }
    }

    #[test]
    fn answers_and_requests_for_the_key_are_not() {
        for text in [
            "How bad can it be? I'd start with ten shops and count refunds.",
            "What would score a 4?",
            "Can you tell me the answer?",
            "Why should I answer this?",
            "",
            "?",
        ] {
            assert_eq!(is_clarifying(text), None, "{text}");
        }
    }
}
