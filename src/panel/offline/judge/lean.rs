//! Lean first (rubric 3.5): unnecessary components, the smallest measurable step, and the gate before anything bigger.

use super::{context::Context, finding::Finding, numbers::Unit, pattern::patterns, text::Span, words::word_count};
use crate::domain::probe::Probe;

patterns! {
    // Heads of things that would have to be built.
    HEAD = r"\b(?:services?|stores?|data ?lakes?|lake|(?:data |feature )?warehouse|pipelines?|dashboards?|layers?|engines?|platforms?|simulators?|simulation|gateways?|managers?|portals?|digital twins?|twin|databases?|trainers?|miners?|tools?|frameworks?|registry|registries|orchestrat\w+|message bus|bus|event stream|streams?|queues?|clusters?|controllers?|knowledge graphs?|graph|monitoring|alerting|bots?|committees?|task forces?|microservices?|mobile apps?|apps?|(?:\w+ )?models?|agents?|systems?|modules?|labelling teams?|annotation teams?|mesh|schedulers?|brokers?|catalogues?|catalogs?|consoles?|plugins?|sdk|apis?|crawlers?|scrapers?|index|warehouse|backends?|data marts?|servers?|fleet|sandbox|suite|stack|hub|notebooks?|feedback loops?|explainers?|routers?|lab)\b";
    STRONG = r"\b(?:data ?lake|feature store|vector (?:database|store)|knowledge graph|digital twin|streaming|kafka|flink|kubernetes|microservices?|dashboards?|data warehouse|message bus|orchestrat\w+|simulators?|simulation|mlops|federated|multi-?agent|agents? that|reviewer model|second (?:large )?model|a third one|draft model|cluster|controller|gateway|portal|registry|real-time|mobile app)\b";
    EXTENSION = r"\b(?:also|plus|and a|and an|with it|on top|around (?:this|it)|underneath|besides|in addition|i'd want|we'd want|build|set up|setting up|stand up|need a|needs a|add|from day one|from the (?:start|beginning)|first release|together with|to run this|alongside|introduce|create|develop|hire|spin up|of course|as well|comes with|backed by|fed by|all for)\b|^(?:and|plus|then)\b";
    DEFERRED = r"\b(?:only (?:if|when|once|after|where)|later|once (?:that|it|the|we)|after that|next (?:phase|step|quarter)|second (?:phase|step)|phase two|v2|until|if (?:that|it|the|those|they|\w+ )|when (?:that|it) (?:works|holds)|not yet|can wait|at some point|down the road|before (?:somebody|anyone|we) (?:writes?|builds?))\b";
    REJECTED = r"\b(?:no|not|without|skip|don't need|wouldn't|won't|isn't needed|nothing fancy|instead of|rather than|than a|never|avoid|leave out)\b[^.;,]*$";
    EXISTING = r"\b(?:existing|already|our current|today's|the old|we have|off-the-shelf|hosted|that (?:is|are) there|as (?:is|today))\b";
    STEP = r"\b(?:start|begin|first|try|tried|alone|one|just|only|month one|week one|pilot|by hand|manual\w*|paper|spreadsheet|simple|small)\b";
    SCOPE = r"\b(?:<num>|a single|a few|the page|page|first) (?:\w+ ){0,2}?(?:<unit>|aisles?|cit(?:y|ies)|pages?|topics?|weeks?|months?|days?|neighbourhoods?|neighborhoods?|villages?|pickers?|wearers?|products?|street|depot|floor|clinic|language|category)\b|\bmonth one\b|\bweek one\b|\bcache in\b|\bpage,";
    GATE = r"\b(?:and|then) we (?:add|take|do|go on to|open|build) (?:the next|more|another|the other)|\bif [\w' ]{3,40}(?:don't|doesn't|do not|does not|isn't|aren't) [\w ]{2,30}, (?:no|stop|nothing|that's it|we stop|we leave)|\b(?:the next|more|the rest|the others) (?:one )?only (?:if|when|once|after)|\bdown by [\w ]+, and we\b|\b(?:only (?:if|when|once|after|where)|if (?:[\w',]+ ){1,12}?(?:then|extend|we (?:do|go|add|build|extend)|more|next)|(?:extend|expand|more|add|build|tune|go on|widen|wider|larger|other|others|bigger|the rest|a model|models?|next)[\w ]{0,30} (?:only )?(?:if|when|once)\b|then decide|once [\w ]+ (?:shows?|works?|helps?|proves?|holds?)|see (?:if|whether) [\w ]+|until (?:it|that|the) [\w ]*(?:shows|proves|works|moves)|before (?:somebody|anyone|we) (?:writes?|builds?|adds?|spends?)|and only then|earns?)\b";
}

/// The unnecessary components, each by the words that name it.
pub(super) fn components(ctx: &Context<'_>) -> Vec<Span> {
    ctx.components.get_or_init(|| proposed(ctx)).clone()
}

fn proposed(ctx: &Context<'_>) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::new();
    for sentence in ctx.sentences() {
        let text = ctx.slice(&sentence.span);
        if DEFERRED.is_match(text) {
            continue;
        }
        let items = items(ctx, &sentence.span);
        let extends = EXTENSION.is_match(text);
        let strong: Vec<Span> = items
            .iter()
            .filter(|item| STRONG.is_match(ctx.slice(item)))
            .cloned()
            .collect();
        if extends && (items.len() >= 2 || !strong.is_empty()) && (items.len() >= 2 || word_count(text) < 30) {
            found.extend(items);
        } else {
            found.extend(strong.into_iter().filter(|item| ADDED.is_match(ctx.slice(item))));
        }
    }
    found.truncate(12);
    found
}

patterns! {
    MOVES = r"\b(?:fall|falls|rise|rises|move|moves|drop|drops|go (?:up|down)|went (?:up|down)|too (?:many|often|few)|works?|wrong|good|enough|better|worse|improves?|over that|shows?)\b";
    ADDED = r"\b(?:second|third|another|reviewer|draft|check each other|agents)\b";
    ITEM_END = r",\s+(?:and )?|;\s+|\s(?:and|plus|or|with)\s+(?:an?\s|another\s|the\s)?|:\s+";
}

/// The listed things of a sentence that have a head to build.
fn items(ctx: &Context<'_>, sentence: &Span) -> Vec<Span> {
    let text = ctx.slice(sentence);
    let mut parts: Vec<Span> = Vec::new();
    let mut start = 0;
    for cut in ITEM_END.find_iter(text) {
        parts.push(start..cut.start());
        start = cut.end();
    }
    parts.push(start..text.len());
    parts
        .into_iter()
        .filter_map(|part| {
            let words = text.get(part.clone())?;
            let head = HEAD.find_iter(words).last()?;
            let listed = head.end() + 45 >= words.len() && word_count(words) <= 16;
            let standing =
                EXISTING.is_match(words) || REJECTED.is_match(words.get(..head.start())?) || FLOW.is_match(words);
            (listed && !standing).then(|| sentence.start + part.start..sentence.start + part.end)
        })
        .collect()
}

patterns! {
    FLOW = r"\b(?:goes to|is sent|sends?|comes? back|looks? at (?:that|the) |runs?|returns?|reads?|takes the|lands?|fires|crashes|is down|answers|writes|keeps?|held in|compares|calculates|i take|trade)\b";
}

/// What the answer proposes to do first, if anything can be told.
fn first_step(ctx: &Context<'_>) -> Option<Span> {
    ctx.sentences()
        .iter()
        .rev()
        .find(|sentence| {
            let text = ctx.slice(&sentence.span);
            let timed = ctx.numbers_in(&sentence.span).any(|number| number.unit == Unit::Time);
            SCOPE.is_match(text) && (STEP.is_match(text) || timed)
        })
        .map(|sentence| sentence.span.clone())
}

/// Whether a sentence holds back what is bigger until something has been shown.
pub(super) fn is_gate(text: &str) -> bool {
    GATE.is_match(text) && SCOPE.is_match(text) && MOVES.is_match(text)
}

/// Judges lean first; the components are returned beside it.
pub(super) fn judge(ctx: &Context<'_>, components: &[Span]) -> Finding {
    let sentences: Vec<Span> = components.iter().map(|span| ctx.text.sentence_of(span)).collect();
    let focus = components
        .first()
        .map(|span| span.start..components.last().map_or(span.end, |last| last.end));
    match components.len() {
        0 => {}
        1 => {
            return Finding::new(3, "one component the first version could do without")
                .at(components.iter().cloned())
                .missing(Probe::Bloat)
                .focus(focus);
        }
        2 => {
            return Finding::new(2, "two components the first version could do without")
                .at(sentences)
                .missing(Probe::Bloat)
                .focus(focus);
        }
        3 => {
            return Finding::new(1, "three components the first version could do without")
                .at(sentences)
                .missing(Probe::Bloat)
                .focus(focus);
        }
        _ => {
            return Finding::new(0, "four or more components the first version could do without")
                .at(sentences)
                .missing(Probe::Bloat)
                .focus(focus);
        }
    }
    let step = first_step(ctx);
    let gate = ctx
        .sentences()
        .iter()
        .rev()
        .find(|sentence| GATE.is_match(ctx.slice(&sentence.span)))
        .map(|sentence| sentence.span.clone());
    if let (Some(step), Some(gate)) = (step.clone(), gate) {
        return Finding::new(4, "a smallest measurable step and a gate").at([step, gate]);
    }
    let plan = ctx
        .sentences()
        .first()
        .and_then(|sentence| sentence.clauses.first().cloned());
    Finding::new(3, "nothing unnecessary, but no gate before more")
        .at(step.clone())
        .missing(Probe::NoFirstStep)
        .focus(step.or(plan))
}
