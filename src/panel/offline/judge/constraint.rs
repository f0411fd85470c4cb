//! Constraint timing (rubric 3.6): is a stated limit honoured before the solution, and is none invented?

use std::collections::HashSet;

use super::{
    context::Context,
    finding::Finding,
    metric,
    numbers::{Number, Unit, numbers},
    pattern::patterns,
    text::Span,
    words::content_stems,
};
use crate::domain::{assessment::ConstraintError, probe::Probe};

patterns! {
    LOAD = r"\b(?:latenc\w+|p9\d\S*|milliseconds?|\d+ ?ms|throughput|qps|gpus?|some memory|memory (?:budget|limit|footprint|per|is|use)|budget memory|ram\b|compute|inference (?:cost|bill|budget)|(?:the|our|a|cloud|gpu|token|monthly) bill|token streaming|spot (?:prices?|market)|capacity|server costs?|cloud costs?|cold starts?|batching windows?|speculative decoding|half precision|shards?|caches? (?:stay )?warm|scal(?:e|es|ing|ability)|infrastructure costs?|computational\w*|response time|time budget|cost per (?:query|request|call)|cpu|bandwidth|storage costs?|quantiz\w+|load balanc\w+|requests? per second|grpc|host-device|pinning)\b";
    ASKS = r"\b(?:is there|are there|do we have|what(?:'s| is| are)|how (?:fast|long|much|many)|any)\b[^?]{0,80}\b(?:limit\w*|budget|latency|constraint\w*|deadline|memory|cost|capacity|time|money|fast|hardware|staff|rule|regulat\w+|offline|connect\w+)\b[^?]{0,60}\?";
    MECHANISM = r"\b(?:only (?:when|if|where|for|the|crowded|until)|when (?:it|that|the|only|exactly|\w+ (?:is|has))|if (?:it|the|that|there|\w+) |else\b|otherwise|fall-?back|falls? back|the rest|first[, ]|then|cach\w+|cap(?:ped|s)?\b|allowance|until|small(?:er)? (?:model|net|network|one)|rule|table|in advance|pre-?comput\w+|overnight|nightly|batch|on (?:the )?device|locally|local\b|stays? on|tier\w*|stages?|two-stage|split|budget|light|simple|hosted|queue\w*|sync\w*|stored|store and|by hand|manual\w*|sample|share of|close to|unsure|each path|reserve|distil\w*|compress\w*|top \d+|shortlist|runs always|always on|at once|plan for|so (?:a|the|whatever|we|i|three)|without|must|in the (?:device|phone|hand|kiosk)|on the (?:wrist|hand|phone|device|edge))\b";
    // Words that send different cases different ways, or order them.
    PATHS = r"\b(?:only|when|if|unless|until|otherwise|else|the rest|remaining|everything else|fall-?back|falls? back|first|then|while|as soon as|cap(?:ped)?|allowance|above|below|unsure|just|second|tier\w*|stages?|stands|wins|instead|at once|always|near|for the|rarely|once|at night|overnight|later|no longer)\b";
    PROMISE = r"\b(?:stay|remain|keep|be|get) (?:well |safely )?(?:under|below|within|inside)\b|\b(?:is|are) clear\b|\brespect\b|\bof course\b|\bbear in mind\b|\bkeep (?:it|that) in mind\b|\bmake sure\b|\bnot (?:an? )?(?:issue|problem)\b";
    LIGHTEN = r"\b(?:so (?:the|nothing|it|that|only|all|each|we|one|as|everything)|hence|then|leaves us)\b|\b(?:so (?:whatever|the|a|an|we|i|no|first|each|everything)|means?|must|has to|have to|isn't much|not much|leaves?|therefore|which (?:leaves|means)|i may spend|plan for|that's|fine)\b";
    LATE = r"\b(?:as for|afterwards|somehow|in the end|at the end|one can|could be)\b|^\w+, right\b|\b(?:oh,? and|by the way|also,|as for|regarding|of course we|finally|one more thing|and yes|afterwards|later)\b";
    LABEL = r"\b(?:labels?|staff|people|nurse|analyst|engineer|network|offline|memory|graphics card|budget|dollars?|law|regulat\w*|consent|gdpr|battery|connection|signal|hours|night)\b";
}

/// A constraint finding with its error.
pub(super) struct Timed {
    /// The level.
    pub(super) finding: Finding,
    /// How the limit was mishandled.
    pub(super) error: ConstraintError,
}

/// Judges a stated limit.
pub(super) fn stated(ctx: &Context<'_>, limit: &str) -> Timed {
    let limits = numbers(&limit.to_lowercase(), 0);
    let found = acknowledgement(ctx, limit, &limits).or_else(|| already(ctx, limit, &limits));
    let Some(at) = found else {
        let focus = metric::technical(ctx).first().cloned().or_else(|| {
            ctx.sentences()
                .first()
                .and_then(|sentence| sentence.clauses.first().cloned())
        });
        let finding = Finding::new(0, "the stated limit is never honoured")
            .missing(Probe::ConstraintIgnored)
            .focus(focus);
        return Timed {
            finding,
            error: ConstraintError::Ignored,
        };
    };
    let place = ctx.text.sentence_of(&at);
    let focus = Some(ctx.text.clause_of(&at));
    if exceeds(ctx, &limits) {
        let finding = Finding::new(1, "the proposed numbers do not fit the limit")
            .at([place])
            .missing(Probe::ConstraintIgnored)
            .focus(focus);
        return Timed {
            finding,
            error: ConstraintError::Ignored,
        };
    }
    let late = ctx.depth(place.start) > 0.6 && LATE.is_match(ctx.slice(&place)) || ctx.depth(place.start) > 0.75;
    if late && ctx.sentences().len() > 2 {
        let finding = Finding::new(1, "the limit comes only as an afterthought")
            .at([place])
            .missing(Probe::ConstraintLate)
            .focus(focus);
        return Timed {
            finding,
            error: ConstraintError::Ignored,
        };
    }
    let (level, mechanism) = mechanism(ctx, &place);
    let finding = match level {
        4 => Finding::new(4, "the limit first, then a staged solution that fits"),
        3 => Finding::new(3, "the limit first, then one mechanism that fits"),
        _ => Finding::new(2, "the limit is acknowledged without a mechanism"),
    };
    let finding = finding
        .at([place])
        .at(mechanism)
        .missing(Probe::ConstraintIgnored)
        .focus(focus);
    Timed {
        finding,
        error: ConstraintError::None,
    }
}

/// A limit taken up in an earlier answer to the same question stays taken up: the first sentence stands for it.
fn already(ctx: &Context<'_>, limit: &str, limits: &[Number]) -> Option<Span> {
    let words: HashSet<String> = content_stems(limit).into_iter().collect();
    let before = ctx.input.earlier.iter().any(|text| {
        let lower = text.to_lowercase();
        let by_number = numbers(&lower, 0).iter().any(|number| {
            limits
                .iter()
                .any(|stated| stated.unit == number.unit && (stated.value - number.value).abs() < stated.value * 0.01)
        });
        let shared = content_stems(&lower)
            .iter()
            .filter(|word| words.contains(*word))
            .count();
        by_number || shared >= 2
    });
    let first = ctx.sentences().first()?;
    before.then(|| first.span.clone())
}

/// Where the answer takes the limit up: its number with the unit, or two of its words.
fn acknowledgement(ctx: &Context<'_>, limit: &str, limits: &[Number]) -> Option<Span> {
    let same = |number: &&Number| {
        limits.iter().any(|stated| {
            stated.unit == number.unit
                && (stated.value - number.value).abs() < stated.value * 0.01
                && stated.unit != Unit::Bare
        })
    };
    let by_number = ctx.numbers.iter().find(same).map(|number| number.span.clone());
    let words: HashSet<String> = content_stems(limit).into_iter().collect();
    let by_words = ctx.sentences().iter().find(|sentence| {
        let text = ctx.slice(&sentence.span);
        let shared = content_stems(text)
            .iter()
            .filter(|word| words.contains(*word))
            .collect::<HashSet<_>>()
            .len();
        let negative = text.contains("no ")
            || text.contains("without")
            || text.contains("only")
            || text.contains("small")
            || SCARCE.is_match(text);
        (shared >= 2 || (shared == 1 && negative))
            && (LABEL.is_match(text) || LOAD.is_match(text))
            && (LIGHTEN.is_match(text) || SCARCE.is_match(text))
    });
    let by_words = by_words.map(|sentence| sentence.span.clone());
    let generic = ctx.first(&HONOUR).or_else(|| taken_up(ctx, &words, limits.is_empty()));
    match (by_number, by_words) {
        (Some(number), Some(words)) => Some(if words.start < number.start { words } else { number }),
        (number, words) => number.or(words).or(generic),
    }
}

/// A word of the limit said again: early with what follows from it, or late as a concession.
fn taken_up(ctx: &Context<'_>, limit: &HashSet<String>, wordy: bool) -> Option<Span> {
    let sentence = ctx.sentences().iter().find(|sentence| {
        let text = ctx.slice(&sentence.span);
        let own = sentence.clauses.iter().map(|clause| ctx.slice(clause)).any(|clause| {
            content_stems(clause).iter().any(|word| limit.contains(word))
                && (CONCEDES.is_match(clause) || wordy && FORBIDS.is_match(clause))
        });
        let concedes = content_stems(text).iter().any(|word| limit.contains(word)) && CONCEDES.is_match(text);
        own || concedes
    })?;
    Some(sentence.span.clone())
}

patterns! {
    CONCEDES = r"\b(?:as for|regarding|concerning|when it comes to|about the)\b|^(?:\w+ ){0,2}\w+, (?:right|yes|sure|okay|of course|well)\b|^(?:oh|ah|and|yes|right),? ";
    FORBIDS = r"\b(?:no|not|nothing|never|without|may not|only|must|can't|cannot|stays?|inside|our own|until|few|small|little|limited|offline|since|because|given)\b";
    SCARCE = r"\b(?:limited|scarce|tight|few|little|short of|isn't much|not many|not much)\b";
    HONOUR = r"\b(?:(?:within|under|inside|given|with) (?:the|that|this|your|our) (?:limit|budget|deadline|cap|constraint)|the (?:limit|budget|constraint) (?:means|is|leaves|decides)|time budget|latency budget|the clock is)\b";
}

/// Whether a figure of the same unit goes over the limit, alone or summed along one path.
fn exceeds(ctx: &Context<'_>, limits: &[Number]) -> bool {
    let Some(limit) = limits
        .iter()
        .find(|number| matches!(number.unit, Unit::Latency | Unit::Memory))
    else {
        return false;
    };
    ctx.sentences().iter().any(|sentence| {
        let text = ctx.slice(&sentence.span);
        let values: Vec<f64> = ctx
            .numbers_in(&sentence.span)
            .filter(|number| number.unit == limit.unit)
            .map(|number| number.value)
            .collect();
        let spends = SPENDS.is_match(text);
        spends
            && (values.iter().any(|value| *value > limit.value * 1.001)
                || (text.contains(" then ") && values.iter().sum::<f64>() > limit.value * 1.5))
    })
}

patterns! {
    SPENDS = r"\b(?:takes?|needs?|costs?|runs? in|spends?|uses?|at about|about|around|roughly|is|averages?)\b";
}

/// 4 for a staged solution, 3 for one mechanism, 2 for none; and where it is said.
fn mechanism(ctx: &Context<'_>, acknowledged: &Span) -> (u8, Vec<Span>) {
    let own = ctx.slice(acknowledged);
    let from = ctx.text.sentence_at(acknowledged.start);
    let technical = |text: &str| LOAD.is_match(text) || SYSTEM.is_match(text);
    let later: Vec<&super::text::Sentence> = ctx.sentences().iter().skip(from).take(4).collect();
    let staged = later.iter().find(|sentence| {
        let text = ctx.slice(&sentence.span);
        PATHS.find_iter(text).count() >= 2 && technical(text)
    });
    let split = PATHS.find_iter(own).count();
    if LIGHTEN.is_match(own) && !PROMISE.is_match(own) && own.split_whitespace().count() >= 14 {
        return (if split >= 2 { 4 } else { 3 }, vec![acknowledged.clone()]);
    }
    let promise = PROMISE.is_match(own) && !LIGHTEN.is_match(&PROMISE.without(own));
    if let Some(sentence) = staged.filter(|_| !promise) {
        return (4, vec![sentence.span.clone()]);
    }
    let one = later.iter().find(|sentence| {
        let text = ctx.slice(&sentence.span);
        MECHANISM.is_match(text) && technical(text) && !(promise && sentence.span.start == acknowledged.start)
    });
    match one.filter(|_| !promise) {
        Some(sentence) => (3, vec![sentence.span.clone()]),
        None => (2, Vec::new()),
    }
}

patterns! {
    SYSTEM = r"\b(?:models?|rules?|cache\w*|network|net|device|phone|kiosk|server|table|store[sd]?|index|solver|trees?|transformer|score\w*|answers?|order|path|picture|image|batch\w*|query|queries|lookup|list|check\w*|detector|compute[sd]?|runs?|predict\w*|page|zones?|match|stops|embedding\w*|vector\w*|file|copy|sync\w*|download\w*|handheld|wrist|hand)\b";
}

/// Judges a trade-off raised though no limit was stated; none where nothing was raised.
pub(super) fn unstated(ctx: &Context<'_>) -> Option<Timed> {
    if let Some(question) = ctx.any(&ASKS) {
        let finding = Finding::new(3, "asks whether there is a limit").at([ctx.text.sentence_of(&question)]);
        return Some(Timed {
            finding,
            error: ConstraintError::None,
        });
    }
    let places: Vec<usize> = ctx.all(&LOAD).map(|span| ctx.text.sentence_at(span.start)).collect();
    let (first, count) = (*places.first()?, places.len());
    let sentences = ctx.sentences().len();
    let sentence = ctx.sentences().get(first)?.span.clone();
    let distinct = places.iter().collect::<HashSet<_>>().len();
    let budget = BUDGET.is_match(ctx.slice(&sentence));
    let mostly = distinct * 5 >= sentences * 2 && count >= 2;
    let opens = first == 0 && (OPENING.is_match(ctx.slice(&sentence)) || count >= 2);
    if mostly || opens || budget {
        let finding = Finding::new(0, "a trade-off nobody had raised leads the answer").at([sentence.clone()]);
        let finding = finding
            .missing(Probe::ConstraintPremature)
            .focus(Some(ctx.text.clause_of(&sentence)));
        return Some(Timed {
            finding,
            error: ConstraintError::Premature,
        });
    }
    if !ASIDE.is_match(ctx.slice(&sentence)) {
        return None;
    }
    let finding = Finding::new(1, "an aside on a limit nobody had stated").at([sentence.clone()]);
    Some(Timed {
        finding: finding
            .missing(Probe::ConstraintPremature)
            .focus(Some(ctx.text.clause_of(&sentence))),
        error: ConstraintError::Premature,
    })
}

patterns! {
    BUDGET = r"\b(?:with|within|at|under|in) (?:a |the )?\d+ ?(?:ms|milliseconds)\b|\bbudget of\b|\b(?:latency|time) budget\b";
    OPENING = r"\b(?:latency|p9\d|cost|compute|memory|gpu|scale|bill)\b";
    ASIDE = r"\b(?:oh|guess|by the way|also|compute|cost|bill|latency|cheap|expensive|gpu|memory)\b";
}
