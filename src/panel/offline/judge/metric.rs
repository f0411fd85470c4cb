//! Metric first (rubric 3.1): is there a product KPI, is it specific, does it come before the technique, is it used again?

use std::collections::HashSet;

use super::{
    context::Context,
    facts::Kpi,
    finding::Finding,
    numbers::Unit,
    pattern::patterns,
    rule,
    text::Span,
    words::{content_stems, stem, word_count, words},
};
use crate::domain::{probe::Probe, signal::QuestionKind};

patterns! {
    PER = r"\b(?:per|for each|for every|for one|out of(?: every| each)?|in every|of every|for (?:100|1,?000|10,?000|a hundred|a thousand))\s+(?:\d[\d,.]*\s|hundred |thousand |ten |one |each |active |new |open(?:ing)? )?(?:\w+)(?: (?:session|search|started|granted|booked|sent|hour|visit|week|month|day|year|stay|order))?(?:(?: per| a| each| every) (?:day|week|month|season|year))?";
    PER_WHAT = r"(?:for each of|for every of|for (?:each|every) (?:title|lamp|street|bake|item|row|case|of)\b)|(?:per|each|every|one|of|for)\s+(?:seconds?|nodes?|shards?|cores?|gpus?|batch\w*|tokens?|layers?|cents?|frames?|requests?|models?|epochs?|language|group|match|example|time|me|us|now|this|that|it|the|instance|thread|pod)\b";
    COUNTED_BEFORE = r"\ba cent $|\ba (?:euro|dollar|pound|second|minute) $|(?:[$€£]?\d[\d.,]*\S*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|cents|ms|milliseconds))\s(?:\w+ ){0,2}$";
    SHARE = r"\b(?:share|fraction|proportion|percentage|per cent|percent|rate|number|count|amount|money|dollars|minutes?|hours?|days|time|value|part) (?:of )?(?:(?:a|an|the|all|our|any) )?(?:[\w'-]+ ){0,4}?(?:who|that|which|where|until|between|before|after|without|reached|lost|spent|back|within|is missing|waits?|missing|it takes|from [\w' -]{2,24} to|needs?|stands?|finish\w*|end(?:s|ed|ing)? (?:in|with)|on time|too late|sold|used|kept)\b(?: [\w'-]+){0,8}";
    HOW_MANY = r"\bhow (?:many|much|long|often|soon|fast) (?:[\w'-]+ ?){3,14}";
    ASKING = r"\b(?:do|does|did|can|have) (?:we|you)\b|\b(?:are|is) there\b";
    WINDOW = r"\b(?:within|in|by|at|after|inside|before|over) (?:the )?(?:first |next |same |last |a |each )?(?:<num>)?[ -]?(?:<cal>)\b|\b(?:at|by|on) day \d+|\bday[ -]\d+|\b(?:the )?(?:next|same|following) (?:day|week|month|year|season)\b|\b(?:each|every|a) (?:day|week|month|year|season|hour|night|morning|evening|shift|trip|visit|ride)\b|\b(?:daily|weekly|monthly|yearly|hourly)\b";
    NOUN_WINDOW = r"\b(?:<outcome>)\b (?:\w+ ){0,2}?(?:within|in|at|by|after|before|inside) (?:the )?(?:first )?(?:<num>|day)[ -](?:<cal>|\d+)\b";
    STRONG_MARKER = r"\b(?:i|we)(?:'d| would)? (?:count|measure|track)\b|\b(?:number|measure|metric|goal|aim|target|yardstick|north star|objective|scoreboard|compass)\b|\bwhat (?:counts|matters|suffers|hurts?|we want|i want|i'd (?:move|protect|watch|track|measure))|that's (?:the|my) (?:one|thing|number)";
    EMPTY = r"\b(?:i|we|you|it|he|she|good|great|nice|yes|no|well|okay|right|fine|sure|maybe|perhaps|hello|thanks?|first|start\w*|same|is|are|was|were|has|have|extend|use|give|keep|ship|open|launch|take|put|build|make|look|move|switch|roll|deploy|compare|match|begin|said|says|my|will|would|should|be|definitely|it's|that's)\b";
    QUALIFIED = r"\b(?:paid|completed|finished|sold|solved|resolved|repaid|kept|late|missed|unpaid|lost|repeat|returned|delivered|cancell?ed|confirmed|empty|unsold|wasted|successful|picked|booked|slept|avoided|prevented|accepted|rejected|failed|spoiled|overdue|active|real|reopened|avoidable|weekly active|monthly active) (?:[\w'-]+ ){0,2}?[\w'-]+s\b";
    RELATIVE = r"\b[\w'-]+s (?:who |that |which )?(?:are |is )?(?:really |actually )?(?:[\w'-]+ ){0,3}?(?:without|after|within|on time|until|before|unanswered|in time|too late|again|in full)\b(?: [\w'-]+){0,6}";
    PEOPLE_DEED = r"\b(?:more|fewer|less|most|do more|do|how many|each|a|every)? ?(?:<people>) (?:(?:who|that|which|will|would|can|could|should|have to|do|are|don't|cannot|don|really|actually|then) ){0,3}(?:[\w'-]+ ){0,3}?(?:<deed>)\b(?: [\w'-]+){0,7}";
    MOVE_OF = r"\b(?:more|fewer|less|higher|lower|better|increase[sd]?|reduce[sd]?|raise[sd]?|improve[sd]?|cut|grow|lift|save[sd]?|protect) (?:the |our |their |in )?(?:[\w'-]+ ){0,2}?(?:<outcome>)\b";
    OF_MOVE = r"\b(?:<outcome>)\b(?: \w+){0,3}? (?:<dir>)\b";
    COMPARATIVE = r"\b(?:more|fewer|less|higher|lower|better|worse|sooner|faster|earlier|longer|again|increas\w+|reduc\w+|rais\w+|improv\w+|cut|grow\w*|lift|sav\w+|protect|ris\w+|f[ae]ll\w*|up|down|drop\w*|flat|same|move\w*)\b";
    DEED_MOVE = r"\b[\w'-]+s (?:\w+ )?(?:<deed>) (?:faster|sooner|more|less|again|earlier|on time)\b";
    OUTCOME = r"\b(?:[\w'-]+ )?(?:<outcome>)\b(?:,? from [\w' -]+ to [\w'-]+| of [\w' -]{3,30})?";
    MARKER = r"\b(?:that|which|it|this) (?:should|has to|must|needs to) (?:shrink|fall|drop|rise|grow|go (?:up|down)|improve|get (?:better|shorter|less))|\b(?:should|must|has to) (?:go (?:up|down)|fall|drop|rise|shrink|grow)\b|\bwhat (?:i'd|i would|we'd|i) (?:hold (?:it|this) to|follow|steer by|go by|care about|look at first)|\b(?:is|are) (?:what|where) i'd|\bcomes? first for me|\bit is about\b|\bit's about\b|\bi'd steer by\b|\bwhat it should (?:buy|bring|give)\b|\bis (?:my|our|the) bar\b|\bdecides?\.|\b(?:number|measure|metric|goal|aim|target|yardstick|outcome|kpi|north star|objective|figure|quantity|success|question|thing|driver|scoreboard|compass)\b(?: (?:that|which|i|we|i'd|we'd|to|for)\b[^.;:]{0,30}?)? ?(?:is|are|stays?|remains?|would be|will be|:|=|-|i'd|i watch)"
        r"|\bthat's (?:the|my) (?:one|thing|number|pain)\b|\bwhat (?:counts|matters|suffers|hurts?|we want|i want|i'd (?:move|bring|protect|watch|look at|track|measure|report)|i'm after|we (?:sell|need|care))"
        r"|\b(?:is|are|as|that's|this is|be|call it|was|,) (?:still |really |simply )?(?:the|my|our|what|a fair|one) ?(?:\w+ )?(?:number|measure|metric|goal|aim|target|yardstick|outcome|kpi|start|cost driver|north star|thing|counts|matters|i'd (?:move|be|track|watch)|(?:we|i) (?:want|need|watch|count)|\w+ (?:hangs|lives|depends) on|hurts)"
        r"|\b(?:i|we)(?:'d| would|'ll| will)? (?:first |only |always |also )?(?:look at|count|measure|steer by|hold (?:it|this|the \w+) to|track|watch|judge (?:it |this |\w+ )?(?:by|on)|go for|care about|start (?:from|with)|optimi[sz]e|define|protect|follow|aim (?:at|for)|care|want to (?:move|see|know)|tie (?:it|this) to|anchor)"
        r"|\b(?:drives? the design|is the pain|whichever (?:can )?(?:moves?|gives?|brings?))";
    TECH = r"\b(?:<tech>)\b";
    MODEL_METRIC = r"\b(?:<modelmetric>)(?:\b|$)";
    PROXY = r"\b(?:<proxy>)\b";
    GUARDRAIL = r"\bguard-?rails?\b|\bkeep an eye\b|\balso (?:watch|look|check|track)|\blook also\b|\bmust not\b|\bwatch also\b|\bwith [\w' -]+ above\b";
    ASIDE = r"\b(?:takes? care of (?:itself|themselves)|(?:isn't|is not|not) (?:my|our) (?:job|business|concern|problem|department)|(?:don't|do not|wouldn't) (?:care|bother|worry) about|product can (?:worry|take|decide)|can come later|is for (?:product|marketing|others))";
    RULE = r"\b(?:if|when|once|should|unless)\b";
    LINKED = r"\b(?:click|vanity|proxy|input|surrogate|leading|intermediate|stand-in) (?:number|metric|figure|indicator|measure)\b|\bfine input\b|\bonly (?:a|the) (?:proxy|click|step|means)\b";
    PEOPLE = r"^(?:<people>|<cal>)$";
}

/// The KPI candidates of an answer, in its order.
fn candidates(ctx: &Context<'_>) -> Vec<Kpi> {
    let mut found = Vec::new();
    for (index, sentence) in ctx.sentences().iter().enumerate() {
        let text = ctx.slice(&sentence.span);
        if ASIDE.is_match(text) {
            continue;
        }
        let chosen = MARKER.is_match(text);
        let words = word_count(text);
        let fragment = (words <= 9 && index < 2) || words <= 5 || (index == 0 && words <= 13 && WINDOW.is_match(text));
        let mut here: Vec<Kpi> = specific(ctx, &sentence.span, chosen || fragment);
        here.extend(generic(ctx, &sentence.span, chosen, fragment));
        if here.is_empty() {
            here.extend(unnamed(ctx, &sentence.span, index));
        }
        here.retain(|kpi| !excluded(ctx, &kpi.span));
        here.sort_by_key(|kpi| (!kpi.specific, kpi.span.start));
        here.truncate(2);
        here.sort_by_key(|kpi| kpi.span.start);
        found.extend(here.into_iter().map(|kpi| Kpi {
            chosen: chosen || fragment,
            ..kpi
        }));
    }
    found
}

/// Guardrails, model metrics, proxies and rejected quantities are not KPIs.
fn excluded(ctx: &Context<'_>, span: &Span) -> bool {
    let clause = ctx.text.clause_of(span);
    let text = ctx.slice(span);
    let option =
        ctx.input.kind == QuestionKind::Prioritise && content_stems(text).iter().all(|word| ctx.asked.contains(word));
    ctx.text.negated(span.start)
        || option
        || GUARDRAIL.is_match(ctx.slice(&clause))
        || MODEL_METRIC.is_match(text)
        || (PROXY.is_match(text) && !OUTCOME.is_match(&PROXY.without(text)))
}

fn specific(ctx: &Context<'_>, sentence: &Span, leading: bool) -> Vec<Kpi> {
    let text = ctx.slice(sentence);
    let mut spans = Vec::new();
    for found in PER.find_iter(text) {
        let at = sentence.start + found.start();
        let mut start = ctx.text.clause_of(&(at..sentence.start + found.end())).start;
        if word_count(ctx.slice(&(start..at))) == 0 && start > sentence.start {
            start = ctx.text.clause_of(&(start.saturating_sub(3)..at)).start;
        }
        let head = ctx.slice(&(start..at));
        let counted = COUNTED_BEFORE.is_match(head);
        if word_count(head) > 0 && !counted && !PER_WHAT.is_match(found.as_str()) && !TECH.is_match(head) {
            spans.push(start..sentence.start + found.end());
        }
    }
    let within = |span: &std::ops::Range<usize>| sentence.start + span.start..sentence.start + span.end;
    spans.extend(
        SHARE
            .find_iter(text)
            .map(|found| within(&found.range()))
            .filter(|span| !TECH.is_match(ctx.slice(span))),
    );
    let many = HOW_MANY
        .find_iter(text)
        .filter(|found| !ASKING.is_match(found.as_str()));
    spans.extend(many.map(|found| within(&found.range())));
    if leading {
        spans.extend(
            RELATIVE
                .find_iter(text)
                .map(|found| within(&found.range()))
                .filter(|span| !TECH.is_match(ctx.slice(span))),
        );
        spans.extend(QUALIFIED.find_iter(text).map(|found| within(&found.range())));
    }
    let deed = PEOPLE_DEED.find_iter(text).map(|found| within(&found.range()));
    spans.extend(deed.filter(|span| leading && (WINDOW.is_match(text) || word_count(ctx.slice(span)) >= 6)));
    let timed = NOUN_WINDOW.find_iter(text).map(|found| within(&found.range()));
    spans.extend(timed);
    let windowed = OUTCOME.find_iter(text).map(|found| within(&found.range()));
    spans.extend(windowed.filter(|span| {
        let clause = ctx.text.clause_of(span);
        leading && (WINDOW.is_match(ctx.slice(&clause)) || ctx.slice(span).contains(" from "))
    }));
    spans
        .into_iter()
        .map(|span| Kpi {
            span,
            specific: true,
            chosen: leading,
        })
        .collect()
}

fn generic(ctx: &Context<'_>, sentence: &Span, chosen: bool, fragment: bool) -> Vec<Kpi> {
    let text = ctx.slice(sentence);
    let patterns: &[&super::pattern::Pattern] = if chosen || fragment {
        &[&OUTCOME, &MOVE_OF, &OF_MOVE, &PEOPLE_DEED, &DEED_MOVE]
    } else {
        &[&MOVE_OF, &OF_MOVE, &PEOPLE_DEED, &DEED_MOVE]
    };
    let mut spans: Vec<Span> = Vec::new();
    for pattern in patterns {
        spans.extend(
            pattern
                .find_iter(text)
                .map(|found| sentence.start + found.start()..sentence.start + found.end()),
        );
    }
    spans.retain(|span| {
        !TECH.is_match(ctx.slice(span)) && (chosen || fragment || COMPARATIVE.is_match(ctx.slice(span)))
    });
    spans
        .into_iter()
        .map(|span| Kpi {
            span,
            specific: false,
            chosen,
        })
        .collect()
}

/// A yardstick without any word we know: what a marker points at, or a bare noun phrase that opens the answer.
fn unnamed(ctx: &Context<'_>, sentence: &Span, index: usize) -> Option<Kpi> {
    let text = ctx.slice(sentence);
    let technical = TECH.is_match(text) || MODEL_METRIC.is_match(text) || PROXY.is_match(text);
    if technical {
        return None;
    }
    if let Some(marker) = STRONG_MARKER.find(text).filter(|_| MARKER.is_match(text)) {
        let at = sentence.start + marker.start();
        let clause = ctx.text.clause_of(&(at..at + 1));
        let before = ctx.slice(&(clause.start..at));
        let pointed = if word_count(before) <= 2 && clause.start > sentence.start {
            ctx.text.clause_of(&(clause.start.saturating_sub(3)..clause.start))
        } else {
            clause
        };
        let words = word_count(ctx.slice(&pointed));
        let specific = words >= 4 && (WINDOW.is_match(ctx.slice(&pointed)) || PER.is_match(ctx.slice(&pointed)));
        return (words >= 2).then_some(Kpi {
            span: pointed,
            specific,
            chosen: true,
        });
    }
    let opens = index == 0 && (2..=5).contains(&word_count(text)) && !EMPTY.is_match(text);
    let kind = matches!(
        ctx.input.kind,
        QuestionKind::Evaluate | QuestionKind::Sketch | QuestionKind::Result | QuestionKind::Blueprint
    );
    (opens && kind && text.ends_with('.') && ctx.sentences().len() > 1).then(|| Kpi {
        span: sentence.clone(),
        specific: false,
        chosen: true,
    })
}

/// The KPI that counts, found once.
pub(super) fn of<'x>(ctx: &'x Context<'_>) -> Option<&'x Kpi> {
    ctx.kpi.get_or_init(|| leading(ctx)).as_ref()
}

/// The technical clauses, found once.
pub(super) fn technical<'x>(ctx: &'x Context<'_>) -> &'x [Span] {
    ctx.technical.get_or_init(|| technical_clauses(ctx))
}

/// Where technical content that the question did not name begins, clause by clause.
fn technical_clauses(ctx: &Context<'_>) -> Vec<Span> {
    let mut clauses: Vec<Span> = Vec::new();
    for found in TECH.find_iter(ctx.text.live()) {
        if words(found.as_str()).all(|word| ctx.asked.contains(&stem(word))) {
            continue;
        }
        let clause = ctx.text.clause_of(&found.range());
        if clauses.last() != Some(&clause) {
            clauses.push(clause);
        }
    }
    clauses
}

/// The KPI that counts: the first specific one unless technique comes before it, else the first.
fn leading(ctx: &Context<'_>) -> Option<Kpi> {
    let all = candidates(ctx);
    let tech = technical(ctx);
    let before = |kpi: &&Kpi| !tech.iter().any(|clause| clause.end <= kpi.span.start);
    all.iter()
        .find(|kpi| kpi.specific && kpi.chosen && before(kpi))
        .or_else(|| all.iter().find(|kpi| kpi.specific && before(kpi)))
        .or_else(|| all.iter().find(before))
        .or_else(|| all.iter().find(|kpi| kpi.specific))
        .or_else(|| all.first())
        .cloned()
}

/// Whether the KPI is used again after it was named, by its words or by a rule that can only mean it.
fn used_again(ctx: &Context<'_>, kpi: &Kpi) -> Option<Span> {
    let key: HashSet<String> = content_stems(ctx.slice(&kpi.span))
        .into_iter()
        .filter(|word| !PEOPLE.is_match(word) && !PEOPLE.is_match(&format!("{word}s")))
        .collect();
    let said_before = |text: &&str| content_stems(text).iter().any(|word| key.contains(word));
    if ctx.input.earlier.iter().any(said_before) {
        return Some(ctx.text.sentence_of(&kpi.span));
    }
    let own = ctx.text.sentence_at(kpi.span.start);
    for (index, sentence) in ctx.sentences().iter().enumerate().filter(|(index, _)| *index != own) {
        if index < own && !RULE.is_match(ctx.slice(&ctx.text.sentence_of(&kpi.span))) {
            continue;
        }
        let text = ctx.slice(&sentence.span);
        if content_stems(text).iter().any(|word| key.contains(word)) {
            return Some(sentence.span.clone());
        }
    }
    if !kpi.specific && content_stems(ctx.slice(&kpi.span)).len() > 1 {
        return None;
    }
    let sized = ctx.numbers.iter().find(|number| {
        let after = ctx
            .slice(&(number.span.end..number.span.end + 8))
            .trim_start()
            .to_owned();
        let sample = ["of", "picked", "at ", "get", "see"]
            .iter()
            .any(|word| after.starts_with(word));
        number.unit == Unit::Rate
            && number.span.start > kpi.span.end
            && !sample
            && !MODEL_METRIC.is_match(ctx.slice(&ctx.text.clause_of(&number.span)))
    });
    if let Some(number) = sized {
        return Some(ctx.text.sentence_of(&number.span));
    }
    let rest = rule::of(ctx).iter().find(|branch| branch.span.start > kpi.span.end)?;
    let names_model = MODEL_METRIC.is_match(ctx.slice(&rest.span)) || PROXY.is_match(ctx.slice(&rest.span));
    (!names_model).then(|| rest.span.clone())
}

/// Judges metric first.
pub(super) fn judge(ctx: &Context<'_>) -> Finding {
    let tech = technical(ctx);
    let first_technical = tech.first().cloned();
    let Some(kpi) = of(ctx).cloned() else {
        return without(ctx, first_technical);
    };
    let again = used_again(ctx, &kpi);
    let before = tech.iter().filter(|clause| clause.end <= kpi.span.start).count();
    let short = tech.first().is_some_and(|clause| word_count(ctx.slice(clause)) <= 12);
    let last = ctx.text.sentence_at(kpi.span.start) + 1 == ctx.sentences().len();
    let evidence: Vec<Span> = std::iter::once(kpi.span.clone())
        .chain(again.clone().filter(|_| kpi.specific))
        .collect();
    let ruled = RULE.is_match(ctx.slice(&ctx.text.sentence_of(&kpi.span)));
    let loose = !(kpi.chosen || kpi.specific && ruled);
    let afterthought = last && ctx.sentences().len() > 2 && again.is_none() && (before > 0 || loose);
    let linked = ctx.first(&LINKED).is_some_and(|span| span.start < kpi.span.start);
    let finding = if linked {
        Finding::new(2, "a proxy comes first, linked to an outcome").missing(Probe::ProxyMetric)
    } else if afterthought {
        Finding::new(1, "the outcome comes only as an afterthought").missing(Probe::LateMetric)
    } else if before == 0 || (before == 1 && short && kpi.specific && again.is_some()) {
        let level = 2 + u8::from(kpi.specific) + u8::from(again.is_some());
        let probe = if kpi.specific {
            Probe::LateMetric
        } else {
            Probe::GenericMetric
        };
        early(if before == 0 { level } else { level.min(3) }).missing(probe)
    } else {
        Finding::new(2, "the outcome comes after the technique").missing(Probe::LateMetric)
    };
    let focus = if finding.probe == Some(Probe::LateMetric) && before > 0 {
        first_technical
    } else {
        Some(kpi.span.clone())
    };
    finding.at(evidence).focus(focus)
}

fn early(level: u8) -> Finding {
    Finding::new(
        level,
        match level {
            4 => "a specific outcome comes first and is used again",
            3 => "the outcome comes first, but it is generic or not used again",
            _ => "the outcome comes first, generic and never used again",
        },
    )
}

/// No product KPI: a proxy, a model metric or nothing.
fn without(ctx: &Context<'_>, technical: Option<Span>) -> Finding {
    let first_clause = ctx
        .sentences()
        .first()
        .and_then(|sentence| sentence.clauses.first().cloned());
    if let Some(proxy) = ctx.first(&PROXY) {
        let finding = Finding::new(1, "a proxy stands as the goal").at([proxy.clone()]);
        return finding
            .missing(Probe::ProxyMetric)
            .focus(Some(ctx.text.phrase_of(&proxy)));
    }
    let outcomes: Vec<Span> = ctx.all(&OUTCOME).collect();
    if outcomes.len() >= 3 {
        let finding =
            Finding::new(1, "several outcomes are listed, none is chosen").at(outcomes.iter().take(2).cloned());
        return finding
            .missing(Probe::GenericMetric)
            .focus(outcomes.first().map(|span| ctx.text.clause_of(span)));
    }
    if let Some(metric) = ctx.first(&MODEL_METRIC) {
        let finding = Finding::new(0, "only model metrics are named").at([metric.clone()]);
        return finding
            .missing(Probe::ProxyMetric)
            .focus(Some(ctx.text.phrase_of(&metric)));
    }
    Finding::new(0, "no outcome of the product is named")
        .missing(Probe::MissingMetric)
        .focus(technical.or(first_clause))
}
