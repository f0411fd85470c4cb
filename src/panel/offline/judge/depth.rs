//! ML depth (rubric 4.3): a mechanism, its assumption or failure, and what that means for the product.

use super::{
    context::Context,
    experiment,
    finding::Finding,
    metric,
    pattern::patterns,
    text::Span,
    words::{content_stems, word_count},
};
use crate::domain::{probe::Probe, signal::QuestionKind};

patterns! {
    CAUSE = r"\b(?:so that|learned (?:so )?that|set by|driven by|flows? to|flatten\w*|teach\w*|it (?:does )?takes?|only (?:sees|knows|counts|learns)|counts (?:every|all|each|the)|knows|cannot know|can't know|sees only|multiply\w*|splits?|end up|and (?:that|this) is why|makes? (?:the|it|them)|pulls?|pushes)\b|\b(?:because|since|and where|learns from|so (?:the|that|a|an|it|they|you|titles?|its|their|there|\w+ \w+s?\b)|therefore|hence|thus|which (?:is why|means|lets|makes|gives|hides|can)|as (?:the|a|it|they)|that's why|the reason|means (?:that)?|leads? to|depends? on|comes? from|only tell|lets? |cannot|can't|gives away|punish\w*|rewards?|saw little|sits? (?:below|above|near|close)|and (?:then )?(?:look|end up)|instead of)\b|:";
    TERM = r"\b(?:numbers?|pairs?|list|table|signal|pitch|spectrum|sensors?|pattern|likes?|repl(?:y|ies)|frequency|order|weights?|sees|remembers?|forgets?|guess\w*|average|chance|neighbours?|product|train(?:ed|ing)|silent|counterfactual|without us|replay|mask)\b|\b(?:<tech>|<modelmetric>|models?|ranking|ratings?|scores?|averages?|mean|error|correlat\w+|caus\w+|selection|bias\w*|confound\w*|uplift|labels?|distribution|data|pushes people|words?|meaning|row|column|factor|learns?|trained|noisy|sparse|predict\w*|filter|cut-?off|threshold|cold start|popularity|history|tabular|counters|price|bids?|similar|near)\b";
    FAILURE = r"\b(?:covers? it|can't (?:show|know|see|tell|learn)|cannot (?:show|know|see|tell|learn)|never (?:be|seen|met|shown|suggested)|silence|away|nobody (?:has|had|walked|stopped|knows)|would (?:never|not)|does not (?:know|see)|dies|breaks|noise\b|hardly|no idea|nothing|same few|scarcer|gets? lost|mistakes?|confus\w+|blurs?|except|but (?:not|a|an|the|it|they|in|on|for)|new (?:hall|item|user|member|customer|product|title|word|road)s?)\b|\b(?:thinks? it|hides?|fails?|failing|hurts?|wrong|miss(?:es)?|cannot|can't|biased?|assum\w+|only (?:if|when|works|as long)|unless|breaks?|noisy|thin|rare|sparse|cold|censored|over-?fit\w*|under-?\w+|worse|lost|too (?:few|little|easy|sparse)|never (?:learns?|saw|sees|did)|nobody|anyway|leak\w*|drift\w*|shift\w*|unseen|not (?:random|independent|the same|comparable)|confound\w*|uncertain|so there's nothing|can't hide|isn't what|shouldn't count|doesn't (?:hold|see|know)|blind|stale|collapse\w*|arbitrary|nobody's|they are not|it is not|is not\b|rather than|in winter|on paper|crowd\w*|exact part|confident mistakes|would (?:have )?(?:stay|buy|bought|come)\w* anyway|closest to)\b";
    CONSEQUENCE = r"\b(?:get(?:s)? (?:shown|suggested|missed|picked)|(?:ordinary|new|small|rare|old|poor|young) \w+ (?:get|never|would|lose|wait|are|don't)|show dies|moves nothing|that's why i|hence i|for that (?:reason|i)|then i'd)|\b(?:i'd trust|so (?:i'd|i would|we'd|we|i)|i'd (?:read|report|fall back|keep|show|use|factor|drop|split|watch|treat|therefore|weight|route|send|test)|which is why|fall back|that's why|therefore (?:i|we)|should(?:n't| not) count|isn't what|is what|worth|hide|in thin markets|would (?:be )?(?:shown|see|get)|i'd start|hand over|so it copies|the (?:van|driver|nurse|buyer|user|guest) |the wrong (?:model|show|product|item|one)|they'd (?:stay|buy|come) anyway|the eight|are lost|for (?:the )?(?:users?|customers?|product|shoppers?|people)|just sort|more per|if (?:it|that|this)[\w ]+ (?:not|no|more|less)|reads? those|on .* trips|means for|not (?:worth|useful))\b";
    DEFINITION = r"\b(?:uses (?:the|a)|turns?|maps?|puts?|is a|are a|means|into (?:a )?vectors?|learns?|predicts?|estimates?|equals?|measures?|represent\w*|groups?|fits?|compares?|near|similar)\b";
    CORRELATION_AS_CAUSE = r"\b(?:clearly works|so (?:the|it|our) (?:model |filter )?(?:clearly |obviously |definitely )?(?:works|is working)|it's dead|(?:is|are) always better|because it's (?:smarter|better|newer)|beats it on everything|the effect is zero)\b";
    OWN_PLAN = r"\b(?:i|we|i'd|we'd|you)\b";
    OWN_WORDS = r"\b(?:too little|not enough|few|rare|cold start|over-?fitting|bias|variance|drift|confounding|leakage|calibration|imbalance|sparsity|collinearity)\b";
}

/// Judges ML depth.
pub(super) fn judge(ctx: &Context<'_>) -> Finding {
    let first = ctx
        .sentences()
        .first()
        .and_then(|sentence| sentence.clauses.first().cloned());
    if let Some(span) = ctx.any(&CORRELATION_AS_CAUSE) {
        return Finding::new(0, "the mechanism is wrong")
            .missing(Probe::NoMechanism)
            .focus(Some(ctx.text.clause_of(&span)));
    }
    let technical = metric::technical(ctx);
    let Some(place) = mechanism(ctx) else {
        return without(ctx, technical, first);
    };
    let around = neighbourhood(ctx, &place);
    let text = ctx.slice(&around);
    let failure = FAILURE.is_match(text);
    let consequence = CONSEQUENCE.is_match(text) && word_count(text) > 8;
    let finding = match (failure, consequence) {
        (true, true) => Finding::new(4, "mechanism, its failure and what follows for the product"),
        (true, false) => Finding::new(3, "mechanism and its failure, no consequence").missing(Probe::NoAssumption),
        (false, true) => Finding::new(3, "mechanism and a consequence, no assumption").missing(Probe::NoAssumption),
        (false, false) => Finding::new(2, "a mechanism or definition on its own").missing(Probe::NoAssumption),
    };
    finding.at([place.clone()]).focus(Some(ctx.text.clause_of(&place)))
}

/// The sentence that explains: technical or modelling terms with a cause, outside tests and rules; the richest one.
fn mechanism(ctx: &Context<'_>) -> Option<Span> {
    let explains = ctx.input.kind == QuestionKind::Explain;
    let tests: Vec<Span> = experiment::of(ctx)
        .filter(|comparison| comparison.controlled)
        .map_or_else(Vec::new, |comparison| comparison.spans.clone());
    ctx.sentences()
        .iter()
        .map(|sentence| sentence.span.clone())
        .filter(|span| {
            let text = ctx.slice(span);
            (CAUSE.is_match(text) || SUBJECT.is_match(text) && word_count(text) >= 8)
                && (explains
                    || !(word_count(text) < 40
                        && (PLANNED.is_match(text) || tests.contains(span) && TERM.find_iter(text).count() < 3)))
                && !OFF_TOPIC.is_match(text)
                && !NOT_MECHANISM.is_match(text)
                && word_count(text) >= 5
                && (TERM.is_match(text) || explains || (FAILURE.is_match(text) && !OWN_PLAN.is_match(text)))
        })
        .max_by_key(|span| {
            let text = ctx.slice(span);
            (
                TERM.find_iter(text).count()
                    + 2 * FAILURE.find_iter(text).count().min(3)
                    + 2 * CAUSE.find_iter(text).count().min(2),
                std::cmp::Reverse(span.start),
            )
        })
}

patterns! {
    SUBJECT = r"\b(?:it|the (?:model|network|classifier|ranker|filter|forecast|method|algorithm|tree|score|embedding)|such (?:a )?models?|models?) (?:only |just |never |also )?(?:learns?|sees?|knows?|assumes?|treats?|confuses?|weighs?|copies|remembers?|guesses|splits?|averages?|pulls?|pushes|maps?|scores?|hears?|listens?|looks?|can't|cannot|has (?:never|only))\b";
    OFF_TOPIC = r"\b(?:and stuff|state of the art|somehow|some kind of|some sort|one would|number of angles|once,|another story|my \w+ (?:used|is|was|has|said)|is a big word|couldn't tell|no idea how|a good \w+ is)\b";
    PLANNED = r"\b(?:guard-?rails?|drawn from|by draw|the number i|what i'd hold|keeps? the (?:old|plain|staff)|(?:<num>) (?:weeks|months))\b|\?$";
    NOT_MECHANISM = r"^(?:then )?(?:if|when|should|otherwise|up|below|above)\b|\b(?:guard-?rails?|at random|by (?:lot|lottery|coin)|roll (?:it )?out|we (?:switch|keep|ship|launch)|weekday|the number i'd|my (?:number|measure))\b";
}

fn neighbourhood(ctx: &Context<'_>, place: &Span) -> Span {
    let at = ctx.text.sentence_at(place.start);
    let end = ctx.sentences().get(at + 1).map_or(place.end, |sentence| {
        if NOT_MECHANISM.is_match(ctx.slice(&sentence.span)) {
            place.end
        } else {
            sentence.span.end
        }
    });
    place.start..end
}

fn without(ctx: &Context<'_>, technical: &[Span], first: Option<Span>) -> Finding {
    let defined = ctx.sentences().iter().find(|sentence| {
        let text = ctx.slice(&sentence.span);
        DEFINITION.is_match(text)
            && (TERM.is_match(text) || similar_to_question(ctx, text))
            && !NOT_MECHANISM.is_match(text)
            && metric_free(ctx, &sentence.span)
    });
    let named = technical.first().cloned();
    let explains = ctx.input.kind == QuestionKind::Explain;
    if let Some(sentence) = defined.filter(|sentence| {
        explains
            || technical
                .iter()
                .any(|clause| clause.start >= sentence.span.start && clause.start < sentence.span.end)
    }) {
        return Finding::new(2, "a definition without why it works")
            .at([sentence.span.clone()])
            .missing(Probe::NoMechanism)
            .focus(Some(ctx.text.clause_of(&sentence.span)));
    }
    if let Some(span) = named.clone().or_else(|| ctx.any(&OWN_WORDS)) {
        return Finding::new(1, "a technique is named, not explained")
            .at([span.clone()])
            .missing(Probe::NoMechanism)
            .focus(Some(ctx.text.clause_of(&span)));
    }
    Finding::new(0, "nothing on how it works")
        .missing(Probe::NoMechanism)
        .focus(named.or(first))
}

/// A sentence about the very concept that was asked about.
fn similar_to_question(ctx: &Context<'_>, text: &str) -> bool {
    content_stems(text)
        .iter()
        .filter(|stem| ctx.asked.contains(*stem))
        .count()
        >= 2
}

fn metric_free(ctx: &Context<'_>, span: &Span) -> bool {
    !ctx.slice(span).contains(" per ")
}
