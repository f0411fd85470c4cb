//! Quantification (rubric 3.10): is the size of an effect a number, absolute, with its base?

use super::{
    context::Context,
    experiment,
    finding::Finding,
    numbers::{Number, Unit, numbers},
    pattern::patterns,
    text::{Sentence, Span},
};
use crate::domain::probe::Probe;

patterns! {
    EFFECT = r"\b(?:a (?:day|week|month|quarter|year)|every (?:day|week|month|year)|each (?:day|week|month|year))\b|\b(?:want|another|on top|target|aim|more|fewer|less|extra|additional|saved?|saves|saving|sold|lost|gains?|gained|fell|fall|falls|rose|rises?|grew|grow|cut|cuts|went|from|instead of|up|down|above|below|at least|under|over|by|off|drops?|dropped|increases?|decreases?|reduc\w+|improv\w+|lift\w*|minus|plus|worth|costs?|means?|change|better|worse|keeps?|halved?|doubled?|nearer|beats?|needed|differ\w*|that's|after)\b|\+|=";
    RESULT = r"\b(?:saves?|costs?|brings?|is|are|that's|that is|so|means?|makes?|gives?|equals?|comes? (?:to|out)|about|near|roughly|around|adds? up|leaves?|which is|i\.e)\b|=|:|×";
    FROM_TO = r"\bfrom (?:<num>)[\w %$]{0,25}? to (?:<num>)|\b(?:<num>)\b[^.;]{0,40}\binstead of (?:<num>)|\bbefore,? [^.]{0,12}(?:<num>)[^.]{0,80}(?:after|now|today|since),? [^.]{0,12}(?:<num>)|\b(?:was|were) (?:<num>)[^.;]{0,30}(?:now|today|is|are) (?:<num>)|\b(?:down|up|fell|rose|went|grew|dropped) from (?:<num>)";
    SAMPLE = r"(?:%|per ?cent) (?:of (?:the |our |all )?(?:<unit>)|at random|picked|get|see|stay|on\b|drawn|chosen|hold-?out|group)|(?:first|other|only|run|start\w*|begin|try|on|with|for|in|every|of all|of the) $";
    QUALITATIVE = r"\b(?:big|huge|large|massive|enormous|significant(?:ly)?|substantial\w*|a lot|lots|much (?:better|more|less|higher)|dramatic\w*|tremendous\w*|great(?:ly)?|considerabl[ey]|halve|half of|double|landslide|strong(?:ly)?|noticeabl[ey]|small lift|slight\w*|(?:nice|good|decent) (?:lift|jump|gain|boost|step)|jump|boost|millions)\b";
    INVENTED = r"\b(?:promise|maybe|perhaps|i (?:believe|guess|think|bet)|or so|probably|easily|at least|always|you'll (?:see|free|get)|will (?:go|rise|grow|be up|increase|save)|from experience|guarantee\w*|surely|definitely|no doubt|i(?:'d| would)? expect|we expect|should)\b";
    GROUNDED = r"\b(?:because|since|last time|measured|we (?:saw|had|have|got)|at our|our usual|pass-through|of the \d|of \d|on \d|from \d|in the (?:test|pilot|trial)|data|per \d|each|times|so on|base)\b";
    ON_BASE = r"\d[\d,.]* [a-z-]+(?: \w+)? (?:on|of|out of|from) (?:the )?\d";
    PER_BASE = r"^(?: \w+){0,3} (?:per|in every|out of|of every|in each|for every) (?:\d|hundred|thousand|ten\b|every)";
    OF_THEM = r"^ (?:of (?:them|those|these)|more|fewer|less)\b";
    OBSERVED = r"\b(?:over|on|with|across|among|had|of|nearly all of) (?:the |our |about |only |some )?$";
    IS_FIGURE = r"\b(?:is|are|would be|so|to|means|saves?) (?:about |around |some |roughly |nearly )?(?:<num>)";
    THAT_MAKES = r"\b(?:so that's|so that is|that makes|that's|makes|equals|which is|so it's|comes to|adds up to)\b|=";
    LATENCY_WORDS = r"\bp ?=|\b(?:p-?values?|cosine|latency|p99|frames?)\b";
}

/// A number that sizes an effect, with its sentence.
struct Effect<'n> {
    number: &'n Number,
    sentence: Span,
}

fn is_absolute(ctx: &Context<'_>, number: &Number) -> bool {
    let sentence = ctx.text.sentence_of(&number.span);
    let after = ctx.slice(&(number.span.end..sentence.end));
    let before = ctx.slice(&(sentence.start..number.span.start));
    let counted = matches!(number.unit, Unit::Bare) && OF_THEM.is_match(after);
    let worked = THAT_MAKES.is_match(ctx.slice(&sentence)) || IS_FIGURE.is_match(ctx.slice(&sentence));
    if OBSERVED.is_match(before) && number.unit != Unit::Money && !worked {
        return false;
    }
    counted || matches!(number.unit, Unit::Count | Unit::Money) && !number.base && !PER_BASE.is_match(after)
}

/// Numbers that size an effect: not samples, times, latencies, or a bare repeat of the question.
fn effects<'n>(ctx: &'n Context<'_>) -> Vec<Effect<'n>> {
    let mut found = Vec::new();
    let tests = experiment::of(ctx)
        .filter(|comparison| comparison.controlled)
        .map_or_else(Vec::new, |comparison| comparison.spans.clone());
    for sentence in ctx.sentences() {
        let text = ctx.slice(&sentence.span);
        if (experiment::sets_up(text) || tests.contains(&sentence.span))
            && !text.contains("if ")
            && !text.contains("change")
        {
            continue;
        }
        if !EFFECT.is_match(text) && !RESULT.is_match(text) || LATENCY_WORDS.is_match(text) {
            continue;
        }
        for number in ctx.numbers_in(&sentence.span) {
            if sizes(ctx, sentence, number) {
                found.push(Effect {
                    number,
                    sentence: sentence.span.clone(),
                });
            }
        }
    }
    found
}

fn sizes(ctx: &Context<'_>, sentence: &Sentence, number: &Number) -> bool {
    let clause = ctx.text.clause_of(&number.span);
    let after = ctx.slice(&(number.span.start..sentence.span.end));
    let before = ctx.slice(&(clause.start..number.span.start));
    let works = reasons(ctx, sentence);
    let sample = SAMPLE
        .find(after)
        .is_some_and(|found| found.start() < number.span.len() + 2)
        || (!works && SAMPLE.is_match(before));
    let figure = ctx.slice(&number.span);
    match number.unit {
        Unit::Rate => !sample && (!repeats(ctx, figure) || works),
        Unit::Money => true,
        Unit::Count => !number.base && !sample && number.value > 1.0 && (works || EFFECT.is_match(ctx.slice(&clause))),
        Unit::Bare => {
            EFFECT.is_match(ctx.slice(&clause))
                && (figure.contains('.') || number.value >= 2.0)
                && !sample
                && !repeats(ctx, figure)
        }
        Unit::Time | Unit::Latency | Unit::Memory => false,
    }
}

fn repeats(ctx: &Context<'_>, figure: &str) -> bool {
    let mine = numbers(figure, 0);
    mine.iter().any(|number| {
        ctx.asked_numbers
            .iter()
            .any(|other| (other.value - number.value).abs() < 1e-9)
    })
}

/// Whether a sentence works with its numbers: at least three of them, or two and a result.
fn reasons(ctx: &Context<'_>, sentence: &Sentence) -> bool {
    let figures = ctx
        .numbers_in(&sentence.span)
        .filter(|number| number.unit != Unit::Latency)
        .count();
    figures >= 3 || (figures == 2 && RESULT.is_match(ctx.slice(&sentence.span)))
}

/// Whether a stated product is wrong by more than a factor of two, where all three figures are plain.
fn miscounted(ctx: &Context<'_>, sentence: &Span) -> bool {
    let figures: Vec<&Number> = ctx
        .numbers_in(sentence)
        .filter(|number| number.unit != Unit::Time)
        .collect();
    let [rate, base, result] = figures.as_slice() else {
        return false;
    };
    let made = ctx.slice(&(base.span.end..result.span.start));
    if THAT_MAKES.is_match(made) && rate.unit != Unit::Rate && rate.value < 10.0 && base.value >= 100.0 {
        let ratio = result.value / (rate.value * base.value).max(1e-9);
        return !(0.45..=2.2).contains(&ratio) && !ctx.numbers_in(sentence).any(|number| number.unit == Unit::Time);
    }
    let between = ctx.slice(&(rate.span.end..base.span.start));
    let states = ctx.slice(&(base.span.end..result.span.start));
    if rate.unit != Unit::Rate || !(between.contains("of") || between.contains("on")) || !states.contains("is") {
        return false;
    }
    let expected = rate.value / 100.0 * base.value;
    expected > 0.0 && result.value > 0.0 && !(0.45..=2.2).contains(&(result.value / expected))
}

/// Judges quantification.
pub(super) fn judge(ctx: &Context<'_>) -> Finding {
    let wrong = ctx
        .sentences()
        .iter()
        .map(|sentence| sentence.span.clone())
        .find(|sentence| miscounted(ctx, sentence));
    if let Some(sentence) = wrong {
        let focus = Some(ctx.text.clause_of(&sentence));
        return Finding::new(1, "the arithmetic does not hold")
            .at([sentence])
            .missing(Probe::NoBase)
            .focus(focus);
    }
    let effects = effects(ctx);
    let focus = effects.first().map(|effect| ctx.text.clause_of(&effect.number.span));
    let absolute: Vec<&Effect<'_>> = effects
        .iter()
        .filter(|effect| is_absolute(ctx, effect.number))
        .collect();
    let based = absolute.iter().find(|effect| shows_base(ctx, &effect.sentence));
    if let Some(effect) = based {
        return Finding::new(4, "an absolute number with its base").at([effect.sentence.clone()]);
    }
    if let Some(sentence) = moved(ctx) {
        return Finding::new(4, "an absolute number before and after").at([sentence]);
    }
    if let Some(effect) = effects.iter().find(|effect| invented(ctx, &effect.sentence)) {
        let finding = Finding::new(1, "a number without a source").at([effect.sentence.clone()]);
        return finding
            .missing(Probe::NoBase)
            .focus(Some(ctx.text.clause_of(&effect.number.span)));
    }
    if let Some(effect) = absolute.first() {
        return Finding::new(3, "an absolute number, its base not shown")
            .at([effect.sentence.clone()])
            .missing(Probe::NoBase)
            .focus(focus);
    }
    if !effects.is_empty() {
        let finding =
            Finding::new(2, "the size is a rate only").at(effects.iter().take(3).map(|effect| effect.sentence.clone()));
        return finding.missing(Probe::NoBase).focus(focus);
    }
    let (level, reason) = if ctx.has(&QUALITATIVE) {
        (1, "only a qualitative size")
    } else {
        (0, "no size of an effect")
    };
    let place = ctx.first(&QUALITATIVE).map(|span| ctx.text.clause_of(&span));
    let first = ctx
        .sentences()
        .first()
        .and_then(|sentence| sentence.clauses.first().cloned());
    Finding::new(level, reason)
        .at(place.clone())
        .missing(Probe::NoNumber)
        .focus(place.or(first))
}

/// A sentence that says from which absolute number to which, other than what the question said.
fn moved(ctx: &Context<'_>) -> Option<Span> {
    ctx.sentences()
        .iter()
        .map(|sentence| sentence.span.clone())
        .find(|sentence| {
            let text = ctx.slice(sentence);
            let fresh = ctx
                .numbers_in(sentence)
                .filter(|number| {
                    number.value >= 2.0 && number.unit != Unit::Latency && !repeats(ctx, ctx.slice(&number.span))
                })
                .count();
            let rates = ctx.numbers_in(sentence).any(|number| number.unit == Unit::Rate);
            fresh >= 2 && FROM_TO.is_match(text) && !rates && !LATENCY_WORDS.is_match(text) && !text.contains("if ")
        })
}

fn shows_base(ctx: &Context<'_>, sentence: &Span) -> bool {
    let text = ctx.slice(sentence);
    let figures = ctx
        .numbers_in(sentence)
        .filter(|number| !matches!(number.unit, Unit::Latency | Unit::Time))
        .count();
    let at = ctx.text.sentence_at(sentence.start);
    let stated_before = at > 0
        && ctx.sentences().get(at - 1).is_some_and(|before| {
            let counts = ctx
                .numbers_in(&before.span)
                .filter(|number| matches!(number.unit, Unit::Count | Unit::Money) && number.value >= 10.0);
            counts.count() >= 2
        });
    let timed = ctx
        .numbers_in(sentence)
        .filter(|number| number.unit == Unit::Time)
        .count();
    if figures >= 2 && figures + timed >= 4 && RESULT.is_match(text) || stated_before && RESULT.is_match(text) {
        return true;
    }
    ON_BASE.is_match(text) || FROM_TO.is_match(text) || (figures >= 3 && RESULT.is_match(text))
}

fn invented(ctx: &Context<'_>, sentence: &Span) -> bool {
    let text = ctx.slice(sentence);
    INVENTED.is_match(text) && !GROUNDED.is_match(text) && !text.contains("if ")
}
