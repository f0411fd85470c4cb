//! System design (rubric 4.2): scope, flow, a trade-off with its choice, and what happens when a part fails.

use super::{context::Context, finding::Finding, lean, metric, pattern::patterns, text::Span, words::word_count};
use crate::domain::probe::Probe;

patterns! {
    // What a part of a system does to what it gets.
    STEP = r"\b(?:(?:send|return|show|compute|calculat|collect|count|rank|scor|split|assign|pair|match|pick|filter|embed|search|answer|serv|feed|convert|suggest|predict|check|sort|push|pull|cach|sync|settl|batch|solv|detect|report|upload|download|join|load|swap|mark|open|compar|text|notif|warn|alert|print|call|list|segment|stream|record|log|train|updat|combin|merg|extract|flag|rout|trigger|translat|measur|group|fetch|display|add|read|stor|writ|weigh|tak|look|run|fill|land|pass|giv|hold|ask|publish|aggregat|averag|deliver|prepar|build|request|replac|insert|classif|label|index|queri|spray|decid|appl|tag|place|estimat|lookup|freez|finish|mov|refit|confirm|tap)(?:e|es|s|ed|ied|ies|ing|y)?|goes (?:to|into|through|out|up|on)|go (?:to|on|into|out|up)|gets?|comes? (?:back|in|out)|sent|shown|written|held|kept|put|puts|keeps?|enters?|sees|taps|confirms)\b|\b\w{2,}s (?:a|an|the|it|them|each|every|only|one|what|similar|its|their|\d+)\b|\b(?:is|are|gets?) (?:\w+ed|sent|shown|kept|put)\b|\b(?:we|i) [a-z]{3,} (?:the|a|an|it|them|one|each|only)\b";
    ORDER = r"\b(?:then|when|where|first|next|after|every (?:<num>|night|morning|hour|day)|each|once|so that|in sequence|in,|out;|only|the rest|nightly|until|at once|and|on top|if|as soon as|while|below|above|nearest)\b|->|→|;";
    COMPARES = r"\b\w{3,}er than [^.]{0,60}(?:,|;| but| yet| and i)|^(?:\w{3,}er|less \w+|more \w+),? but\b|\bwhich beats\b";
    CHOSEN = r"\b(?:i|we|i'd|we'd|because|hence|so|worth|accept|prefer|that i|is worse than|against|suffers?|with \d+)\b|;|: ";
    STRONG_ORDER = r"\b(?:first|then|otherwise|when|only when|the rest|next|after that|out;|out\b|in sequence|on (?:the )?top|if not|above that|where)\b|\bin,";
    IDEA = r"\b(?:we could|could use|use (?:machine learning|ai|the largest|a (?:large|big) model|deep learning)|i'd (?:therefore )?go with|for everything)\b";
    QUALITY = r"\b(?:cheap\w*|simpl\w*|fast\w*|slow\w*|heav\w+|eas(?:y|ier)|hard\w*|fewer|less|more|better|worse|coarse\w*|safe\w*|late\w*|exact\w*|rough\w*|expensive|costs?|accurat\w*|short\w*|long\w*|small\w*|big\w*|miss(?:es|ing)?|los(?:e|es|ing)|blind|quality|best|older|brilliance|explain|meaning|catch|one|repair|hardware|speed|mistake|weak\w*|strong\w*|narrow\w*)\b";
    CONTRAST = r"\b(?:but|than|versus|against|although|though|yet|rather|instead|compared|price|trade-?offs?|trade|while|prefer|value|accept|sacrific\w*|in exchange|give up|suffers?|hence both|former|annoys?|at most|not the (?:shortest|best|finest|smartest|fastest))\b";
    CLEAR = r"\b(?:(?:which|that) i(?:'d| would)? (?:accept|take|can live with|put up with)|i(?:'ll| would|'d)? (?:take|live with|put up with|swallow|accept|pay|bear) (?:that|it|this|\w+ over|the|some|a few)|(?:is|are|that's|as) the price|the price (?:is|we|i|for|of)|i'd (?:sooner|rather)|rather (?:have )?(?:that|an?|\w+) than|we (?:lose|miss|pay|give up|leave)|at the (?:cost|expense|price)|(?:stiffer|cruder|coarser|rougher|duller|slower|simpler|dumber|clumsier|cheaper|heavier|plainer|blunter|less \w+|more \w+)[,:;] (?:and|but|though|yet|which)|blind to|you'd get (?:a bit )?more|would (?:be|give|get) (?:a bit |a little |somewhat )?(?:better|more|finer|sharper|smarter)|costs us (?:some|a few|an?)|in return|pay for (?:it|that) with|good enough for|worth (?:it|the)|less (?:exact|clever|precise|pretty|elegant|fancy|accurate|fresh)|not (?:as|so) (?:exact|clever|precise|good|fast|fresh|accurate)|leaves? (?:some|a few)|some (?:\w+ ){1,4}that way|instead of (?:an?|the) [\w ]+[:;,]|over (?:an?|two|the) (?:\w+ )?(?:model|network|system|one|chat|strangers|score))|\b(?:trade-?offs?|i trade|i'd (?:accept|take|prefer|rather)|i prefer|price of|in exchange|hence both|suffers?|is (?:worse|cheaper|simpler|heavier|better|easier) than|(?:we|i) (?:miss|give up|lose|notice)|not the (?:shortest|best|finest|smartest|fastest)|versus|and i value|that i value)\b";
    TROUBLE = r"\b(?:if|when|should|once|whenever) [\w', -]{0,60}?\b(?:isn't|aren't|not|no |nobody|none|never|without|empty|silent|dirty|stale|dark|fails?|too \w+|down|away|out)\b|\b(?:falls|goes|went|stays|turns|comes) (?:silent|dark|down|dead|missing|dirty|empty|late|stale|wrong|quiet|blank|off)\b|\b\w+ (?:dirty|down|empty|broken|silent|late|missing|full|offline|dead|stale|wrong|unreadable|unknown)[:,]|, else |\belse the \w+|\bnothing (?:found|matched|comes|fits)|\bin doubt\b|\bworst case\b|\bnormal timer\b|\bunknown \w+[:,]|\b(?:phones|rings|calls|asks) (?:a|the) (?:human|person|control|clerk|desk|office)|\ba (?:person|human|clerk|colleague) (?:gets|takes|looks|reads|answers)|^no [\w ]{2,30}[,:]|\bas a net\b|\bsafety net\b|\bplan b\b|\b(?:if|when|should|in case|whenever) [\w' ]{0,40}?\b(?:crash\w*|down|breaks?|broken|fail\w*|missing|misses|unavailable|dead|dies|offline|late|gone|lost|empty|hits?|hit|stops?|runs? out|times? out|unsure|hangs?|freezes?|stalls?|sends? nothing|nothing|no longer|wrong|changes?|can't|cannot|doesn't|silent|stuck|full|ill|sick|absent|not ready|neither|in time)\b"
        r"|^no (?:\w+ ){0,3}?\w+, |^(?:no \w+ ?){1,3}:|\b[\w ]{2,30} (?:down|breaks|dead|gone|fails|missing|unsure|offline)[:,]|\bfall-?back|\bfalls? back|\bno (?:free|location|neighbours?|match|answer|result|history|photo|reading)\w*(?: \w+)?,|\bmissing (?:input|data|file)\w*|\bdead-letter|\blast week's|\bdrift alarm|\bmanual override|\bbackup|\bstill (?:warns|works|answers|runs)|\balarm\b|\btells us when|\bretry|\bretries|\bdegrade\w*|\bbill can(?:not|'t) explode|\brule stays|\babove (?:that|the \w+),";
    MEASURED = r"\b(?:measure|monitor|we count|tells us|track)\b";
    BUILD = r"\b(?:models?|rules?|service|server|table|cache|index|search|embed\w*|vector\w*|detector|device|camera|batch|solver|store|database|queue|network|score|ranking|query|job|feature|algorithm|tree|lookup|machine learning|script|meter|sensor|list|app|form|spreadsheet|photo|clerk)\b";
    LOAD_ONLY = r"\b(?:latency|p9\d|tension|capacity|spot market|reserve half)\b";
    OPINION = r"\bthere(?:'s| is| are)\b[^.]*\bthere(?:'s| is| are)\b|\bone (?:might|could|can)\b|\bor something\b|\bof some sort\b|\bin some (?:manner|way|form)\b|\b(?:i've seen|in the literature|we'd rather not|after all|people tend to|is a wide field|quality first|i'd think about|sensitive|careful enough)\b";
}

/// Judges system design.
pub(super) fn judge(ctx: &Context<'_>) -> Finding {
    let flow = flow(ctx);
    let trade = tradeoff(ctx);
    let fails = ctx
        .sentences()
        .iter()
        .map(|sentence| sentence.span.clone())
        .find(|span| TROUBLE.is_match(ctx.slice(span)) && !gate(ctx, span));
    let scoped = metric::of(ctx).is_some() || ctx.has(&MEASURED);
    let plan = ctx
        .sentences()
        .first()
        .and_then(|sentence| sentence.clauses.first().cloned());
    let focus = flow.first().map(|span| ctx.text.clause_of(span)).or(plan);
    if flow.is_empty() {
        let builds = ctx.any(&BUILD).or_else(|| ctx.any(&STEP));
        let level = u8::from(builds.is_some());
        let reason = if level == 0 {
            "no design"
        } else {
            "parts or an idea without a flow"
        };
        return Finding::new(level, reason)
            .at(builds.map(|span| ctx.text.sentence_of(&span)))
            .missing(Probe::NoFlow)
            .focus(focus);
    }
    let finding = match (trade.is_some(), fails.is_some() || scoped && ctx.has(&MEASURED)) {
        (true, true) => Finding::new(4, "flow, a trade-off with its choice, and a failure mode"),
        (true, false) => Finding::new(3, "flow and a trade-off, nothing on failure").missing(Probe::NoFailureMode),
        (false, _) => Finding::new(2, "a flow without a trade-off").missing(Probe::NoTradeoff),
    };
    finding.at(flow).at(trade).at(fails).focus(focus)
}

fn gate(ctx: &Context<'_>, span: &Span) -> bool {
    lean::is_gate(ctx.slice(span)) && !ctx.slice(span).starts_with("no ")
}

/// A sentence that weighs one quality against another.
fn tradeoff(ctx: &Context<'_>) -> Option<Span> {
    let weighs = |text: &str| {
        let chosen = CHOSEN.is_match(text);
        (CLEAR.is_match(text) && (chosen || word_count(text) >= 6))
            || (CONTRAST.is_match(text) && QUALITY.is_match(text) && (chosen || word_count(text) >= 5))
            || COMPARES.is_match(text)
    };
    ctx.sentences()
        .iter()
        .map(|sentence| sentence.span.clone())
        .find(|span| {
            let text = ctx.slice(span);
            weighs(text) && !OPINION.is_match(text) && !LOAD_ONLY.is_match(text) && !gate(ctx, span)
        })
}

/// Sentences that say what goes where: steps in an order, not opinions, goals or gates.
fn flow(ctx: &Context<'_>) -> Vec<Span> {
    let listed: Vec<Span> = lean::components(ctx)
        .iter()
        .map(|part| ctx.text.sentence_of(part))
        .collect();
    let kpi = metric::of(ctx).map(|kpi| ctx.text.sentence_at(kpi.span.start));
    let mut found: Vec<(usize, Span)> = Vec::new();
    for (index, sentence) in ctx.sentences().iter().enumerate() {
        let text = ctx.slice(&sentence.span);
        let other = OPINION.is_match(text) || LOAD_ONLY.is_match(text) || IDEA.is_match(text) || text.ends_with('?');
        let bloated = listed.iter().filter(|span| **span == sentence.span).count() >= 2;
        if other || bloated || gate(ctx, &sentence.span) || (kpi == Some(index) && sentence.clauses.len() < 3) {
            continue;
        }
        let steps = STEP.find_iter(text).count();
        let strength = steps + ORDER.find_iter(text).count().min(4);
        let ordered = STRONG_ORDER.find_iter(text).count();
        let flows = (steps >= 2 && strength >= 3)
            || ordered >= 2
            || (steps >= 1 && ordered >= 1)
            || (steps >= 1 && sentence.clauses.len() >= 3)
            || (steps >= 1 && sentence.clauses.len() >= 2 && BUILD.is_match(text));
        if flows && word_count(text) >= 7 {
            found.push((strength, sentence.span.clone()));
        }
    }
    found.sort_by_key(|(strength, span)| (std::cmp::Reverse(*strength), span.start));
    found.truncate(2);
    found.into_iter().map(|(_, span)| span).collect()
}
