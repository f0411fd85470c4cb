//! Experiment design (rubric 3.2): what is compared with what, how the groups came about, and which safeguards there are.

use super::{context::Context, finding::Finding, numbers::Unit, pattern::patterns, text::Span};
use crate::domain::probe::Probe;

patterns! {
    CHANCE = r"\b(?:let (?:chance|luck|the computer|a machine) (?:decide|pick|choose)|luck of the draw|chance decides|computer picks|by (?:first letter|surname|postcode|house number|the first letter)|names? (?:from|out of) a|whoever (?:comes|calls|arrives) on|week on,? week off|by turns|turn about|coin-?flip|lotter\w+|even and odd|odds? and evens?)\b|\b(?:by (?:draw|ballot|roll|the toss)|drawn from|out of a hat|from a hat|in a hat|straws|each second|each other \w+ (?:gets|keeps)|ballot|picked by|odd and even|random half|raffle|assigned by|allocat\w+ by|in pairs|paired|heads or tails|last digits?|birth(?:day|date)s?)\b|\b(?:random\w*|by (?:lot|lottery|chance|coin|dice|draw|hash)|lottery|lots\b|toss\w*|flip\w* (?:a )?coin|coin|dice|drawn|draw lots|picked from a hat|every (?:second|other|third|fourth|fifth|tenth)|odd\b|even (?:numbers?|days|weeks|ids?)|last digit|alternat\w+|hash\w*|shuffl\w+|blindly|sealed halves)\b";
    GROUPS = r"\b(?:which (?:one |half |side )?gets|who gets|both (?:staffed|kept|run)|in pairs|each pair)\b|\b(?:control(?: group| arm)?|hold-?outs?|held back|hold back|treatment|arms?|the other (?:half|group|ones|part|\w+)|other half|others? (?:stay|keep|wait|get|use|see)\w*|the others?|the rest (?:stay|keep|wait|get|see)\w*|the other \d+|half (?:\w+ ){0,3}(?:and )?half|half (?:of )?(?:the |our |all )?(?:\w+ ){0,2}?<unit>|half on|half with|half without|one half|old (?:one|\w+) (?:on|in|for|against)|group (?:with|without)|without (?:the )?(?:\w+ ){0,2}(?:as comparison|to compare)|\d+ ?% (?:of (?:the |our |all )?(?:<unit>)|at random|picked|get|see|stay)|split\w*|two groups|side by side|matched|same (?:agents|shops|stores|users|people)|either (?:model|version|one)|versus (?:the )?(?:old|current)|against (?:the )?(?:old|current|today's|existing)|this shift the old|one (?:gets|keeps|sees|has)|kept (?:the )?old|stays? (?:with|on) (?:the )?(?:old|current|today)|four drawn|untouched|unchanged group|comparison group|waiting list)\b";
    CONTRAST = r"\b(?:new|one|some|first|half|who gets?|pair)\b[^.]{2,90}?\b(?:old|stays?|keeps?|the rest|others?|without|current|usual|routine|today's?|existing|as before|the \w+'s list|second)\b|\b(?:old|current)\b[^.]{2,60}?\bnew\b|\bwho gets\b";
    NAMED = r"\b(?:a\/?b(?:[ -]?test\w*)?|ab[ -]test\w*|experiment\w*|trial|pilot|test (?:it|the|this|on|in|with|for|half|both)|testing|split[ -]test|rct)\b";
    SUBSTITUTE = r"\b(?:(?:depot|ward|shop|store|branch|school|region|clinic|team|town|site|class|street) by \w+|one after (?:the other|another)|in (?:steps|stages|turn|batches)|swap(?:s|ped)? (?:every|each|weekly|daily)|alternat\w+|week by week|on (?:mondays|tuesdays|alternate) )|\b(?:difference[- ]in[- ]differences?|diff-in-diff|did design|stagger\w*|stepped[ -]wedge|switch-?back\w*|regression discontinuity|discontinuity|cut-?off (?:on|design)|synthetic control|synthetic \w+|encouragement|instrument(?:al)? variable|phased? in|waves|alternate the|by shift|difference[^.]{0,40}between (?:them|the two)[^.]{0,20}before and after|interleav\w*|one (?:week|day|shift|region|city|month) (?:on|with|old|new)|just (?:above|below|over|under) the)\b";
    COMPARED = r"\b(?:still waiting|waiting ones|not yet (?:on|had|got)|next to|beside|gap|difference)\b|\b(?:without|compare|compared|comparison|against|versus|vs\.?|with(?: it)? and without|old|current|today|as before|control|other(?:s| half)|unchanged|neighbou?r\w*|similar|the rest|did not|didn't|not yet|later)\b";
    OFFLINE = r"\b(?:standard set|benchmark|test bench|lab\b|replay|last \w+'s (?:data|cases|claims|records|orders)|we'd test (?:that|it)|old (?:cases|records|data)|labelled set|offline|on paper|colleagues try|demo)\b|\b(?:ask (?:them|people|users|the \w+)|offline|held-out|hold-?out (?:set|data)|test set|validation|replay\w*|backtest\w*|back-test\w*|experts?|panel of|human (?:judg\w+|rat\w+|label\w+)|raters?|annotators?|permutation test|log-likelihood|last (?:year|month)'s|historical|history|shadow|against the (?:\w+ ){0,2}(?:index|bound|baseline|benchmark|labels?)|ground truth|gold (?:set|standard)|cross-validation|compare (?:\w+ ){0,3}(?:loss|auc|ndcg|recall|error|accuracy))\b";
    BEFORE_AFTER = r"\b(?:before(?:\/| and | versus | vs\.? )after|before it and after|(?:compare|compared|against|versus|than)[^.]{0,30}(?:\blast|\bprevious|\bearlier|\bprior) \w+|month before|week before|watch (?:the )?(?:number|metric|trend|\w+) (?:go|after)|(?:choose|decide)s? whether|volunteer\w*|those who (?:did|use|chose|opted|click)\w*|people who (?:use|chose|opted)\w*|some (?:users|people)? ?yes,? some not|smaller launch)\b";
    CONFOUNDED = r"\b(?:together with (?:the|our|a)|at the same time as|along with the (?:new|re)|same release as|all at once with|also change the)\b";
    GUARDRAIL = r"\b(?:as (?:the |a |our )?(?:brake|guard|check|safety|stop)\b|mustn't|must not|may not (?:go|get|rise|fall)|not at the (?:cost|expense) of|i'd (?:also )?(?:watch|keep an eye|look at) (?:how|whether|that|if|the|on|out)|pull the plug|stop at once|off again if|whatever else|red line|nobody (?:gets|is) (?:hurt|worse)|no worse|not get(?:ting)? worse|shouldn't (?:rise|get|go|climb|drop)|while \w+ (?:stay|hold|don't))|\bguard-?rails?\b|\bkeep (?:an )?eye\b|\bwatch(?:ing)? (?:also |out for |for )?(?:the |our )?\w+|\b(?:i|we) (?:also )?(?:look|watch|check|track) (?:also )?(?:that|for|at|the)? ?\w+ (?:do(?:es)? not|don't|doesn't|stays?|isn't)|\bmust not (?:rise|fall|drop|grow|get|go|increase|suffer)|\b(?:do(?:es)? not|don't|doesn't|may not|can't|shouldn't) (?:explode|go up|rise|get worse|fall|drop|increase|suffer|move|grow)|\bas long as [\w ]+ (?:stays?|holds?|does)|\bwithout (?:hurting|harming|raising|more)|\band (?:no|not more) (?:\w+ ){1,3}(?:rise|increase|loss|complaints|drop)|\b\w+ (?:above|below|under) \d+ ?%|\brating level\b|\bside effects?\b|\bharm\b|\bsafety (?:check|limit|net)|\bstop(?:s|ped)? (?:early |at once )?if\b";
    POWER = r"\b(?:enough (?:of (?:them|those) )?(?:to|for)|long enough|to (?:see|spot|tell|notice|detect|catch) (?:an?|one|two|three|half|the|\d)|in (?:january|february|april|june|july|august|september|october|november|december)|(?:january|february|april|june|july|august|september|october|november|december) (?:to|until|through|and)|until (?:january|february|easter|june|july|august|september|october|november|december|christmas)|half a year|a school year|sample\b|chance alone)|\b(?:power(?:ed)?\b|sample size|minimum detectable|mde\b|detect\w*|to see (?:a|an|one|half|two|the)\b|enough (?:people|data|cases|weeks|visits|orders|users) (?:to|for)|confidence interval|significan\w+|standard error|stopping rule|pre-?register\w*)";
    NUISANCE = r"\b(?:since|because|as|so that) (?:[\w' ]+ )?(?:share|shared|meet|talk|chat|swap|see each|copy|undercut|tell each|same (?:family|house|street|team)|affect|influence|get used|settle|is in it|are in it|cancels?|arrive|take \w+ to arrive|take a (?:month|week))\b|\b(?:spill|each other|both (?:staffed|kept|run|open) the same|of like (?:size|kind)|similar size|term time|exam|school holidays|christmas|easter|ramadan|harvest|rainy|snow|so (?:october|november|september|winter|summer|spring|autumn)|first (?:two )?(?:weeks?|days?) (?:don't|do not|thrown|left out|discard\w*|ignored)|curiosity|excitement|honeymoon)\b|\b(?:heat ?waves?|storms?|weekdays?|weekends?|season\w*|novelty|spill-?over|interfer\w*|contaminat\w*|leak\w*|carry-?over|wash-?out|network effects?|sample[- ]ratio|srm\b|delayed|delay in|labels? (?:arrive|come)|late labels|pay ?day|holidays?|weather|full (?:pacing |billing |weekly )?cycle|shared|learning effect|get used to|wears? off|average(?:s)? out|each other's|cluster\w*|buffer|bots|selection|confound\w*|survivor\w*|regress(?:ion)? to the mean|a\/a test|seasons)\b";
    SEGMENTS = r"\b(?:as planned|looked at apart|look at \w+ and \w+ (?:apart|separately)|\w+ and \w+ apart|apart from the|one by one|each group by itself)\b|\b(?:looks? of (?:its|their) own|on their own|segments?|subgroups?|read (?:\w+ ){0,4}(?:apart|separately)|separately|split out|broken? (?:down|out)|by (?:device|country|region|language|age|size|channel|cohort|type|segment|tenure)|new (?:and|versus|vs\.?|or) (?:returning|old|existing)|cohorts?|strat\w+|heavy (?:and|versus) light|look at [\w ]+ apart)\b";
}

/// Whether a sentence draws groups.
pub(super) fn sets_up(text: &str) -> bool {
    CHANCE.is_match(text)
}

/// What is compared with what, and where that is said.
#[derive(Debug, Clone)]
pub(super) struct Comparison {
    /// The sentences that set it up.
    pub(super) spans: Vec<Span>,
    /// The words that make it one.
    pub(super) core: Span,
    /// Groups are drawn and named, or a valid substitute names its comparison.
    pub(super) controlled: bool,
}

/// The comparison an answer sets up, if it does; found once.
pub(super) fn of<'x>(ctx: &'x Context<'_>) -> Option<&'x Comparison> {
    ctx.comparison.get_or_init(|| comparison(ctx)).as_ref()
}

fn comparison(ctx: &Context<'_>) -> Option<Comparison> {
    let chance: Vec<Span> = ctx.all(&CHANCE).collect();
    let groups: Vec<Span> = ctx.all(&GROUPS).collect();
    let substitute: Vec<Span> = ctx.all(&SUBSTITUTE).collect();
    let near = |left: &Span, right: &Span| {
        ctx.text
            .sentence_at(left.start)
            .abs_diff(ctx.text.sentence_at(right.start))
            <= 1
    };
    let drawn = chance.iter().find(|span| {
        groups.iter().any(|group| near(span, group))
            || CONTRAST.is_match(ctx.slice(&around(ctx, span)))
            || has_unit(ctx, span)
    });
    if let Some(span) = drawn {
        let with = groups
            .iter()
            .filter(|group| near(span, group))
            .map(|group| ctx.text.sentence_of(group));
        let spans = std::iter::once(ctx.text.sentence_of(span)).chain(with).collect();
        return Some(Comparison {
            core: ctx.text.clause_of(span),
            spans,
            controlled: true,
        });
    }
    let replaced = substitute
        .iter()
        .find(|span| COMPARED.is_match(ctx.slice(&around(ctx, span))));
    if let Some(span) = replaced {
        return Some(Comparison {
            core: ctx.text.clause_of(span),
            spans: vec![ctx.text.sentence_of(span)],
            controlled: true,
        });
    }
    let paired = groups.iter().find(|span| {
        let place = around(ctx, span);
        let text = ctx.slice(&place);
        NAMED.is_match(text)
            || GROUPS.find_iter(text).count() >= 2
            || (COMPARED.is_match(text) && text.contains("group"))
    });
    if let Some(span) = paired {
        return Some(Comparison {
            core: ctx.text.clause_of(span),
            spans: vec![ctx.text.sentence_of(span)],
            controlled: true,
        });
    }
    if let Some(span) = opposed(ctx) {
        return Some(Comparison {
            core: span.clone(),
            spans: vec![span],
            controlled: true,
        });
    }
    let named = ctx.first(&NAMED)?;
    Some(Comparison {
        core: ctx.text.clause_of(&named),
        spans: vec![ctx.text.sentence_of(&named)],
        controlled: false,
    })
}

patterns! {
    WEIGHED = r"\b(?:compar\w+|against|versus|vs|difference|gap|next to|beside|held up to|side by side)\b";
    UNITS = r"\b(?:<unit>)\b";
    WITH_SIDE = r"\b(?:with|get|gets|where|see|sees|use|uses|on the new|new|dim|guess|run|runs|take|takes|try|tries|works?|receive\w*|hear\w*|read\w*|have|has|goes|go)\b";
    WITHOUT_SIDE = r"\b(?:without|don't|do not|doesn't|not|stays?|keeps?|as (?:usual|before|today|now|ever|it was|always)|old|nothing|no \w+|carry on|go on|current|today's|like (?:before|today|now)|the (?:usual|way)|wait|waits|later|silent|untouched|by hand|plain|same as|business as usual|left (?:alone|as)|record but)\b";
    OTHER_SIDE = r"\b(?:the others?|the rest|others|other (?:half|<num>|side|ones)|second half|another <num>|the remaining|those that (?:don't|do not)|the (?:control|comparison))\b";
    ONE_SIDE = r"\b(?:half|<num>|each (?:second|other)|every (?:second|third|other)|some|one (?:side|group|arm|part))\b";
    SELF_SELECTED = r"\b(?:who (?:chose|want|wanted|opted|volunteer\w*|like)|volunteer\w*|those who (?:use|used|click\w*|accept\w*)|last (?:year|month|week)|before (?:and|versus)|previous)\b";
    CONDITIONED = r"\b(?:if|when|once|should|unless)\b";
}

/// Two sides of like size in one sentence, one with the change and one without it: `six with the new list, six without`.
fn opposed(ctx: &Context<'_>) -> Option<Span> {
    let sides = |span: &Span| {
        let text = ctx.slice(span);
        if CONDITIONED.is_match(text) || SELF_SELECTED.is_match(text) || !WITHOUT_SIDE.is_match(text) {
            return false;
        }
        let counts: Vec<f64> = ctx
            .numbers_in(span)
            .filter(|number| matches!(number.unit, Unit::Count | Unit::Bare) && !number.base)
            .map(|number| number.value)
            .collect();
        let twice = counts
            .iter()
            .enumerate()
            .any(|(index, value)| counts.iter().skip(index + 1).any(|other| (other - value).abs() < 0.01));
        let others = ONE_SIDE.is_match(text) && OTHER_SIDE.is_match(text);
        let weighed =
            WEIGHED.is_match(text) && UNITS.is_match(text) && ONE_SIDE.is_match(text) && !OFFLINE.is_match(text);
        (twice || others || weighed) && WITH_SIDE.is_match(text)
    };
    ctx.sentences()
        .iter()
        .map(|sentence| sentence.span.clone())
        .find(|span| sides(span) && !ctx.text.negated(span.start))
}

/// The sentence a place is in and the one after it.
fn around(ctx: &Context<'_>, span: &Span) -> Span {
    let at = ctx.text.sentence_at(span.start);
    let start = ctx
        .sentences()
        .get(at)
        .map_or(span.start, |sentence| sentence.span.start);
    let end = ctx
        .sentences()
        .get(at + 1)
        .or_else(|| ctx.sentences().get(at))
        .map_or(span.end, |sentence| sentence.span.end);
    start..end
}

fn has_unit(ctx: &Context<'_>, span: &Span) -> bool {
    let clause = ctx.text.sentence_of(span);
    ctx.numbers_in(&clause)
        .any(|number| matches!(number.unit, Unit::Rate | Unit::Count))
        || ctx.slice(&clause).contains("half")
}

/// The different kinds of safeguards, with where each is said.
pub(super) fn safeguards(ctx: &Context<'_>, comparison: &Comparison) -> Vec<Span> {
    let mut found = Vec::new();
    let near = |pattern: &super::pattern::Pattern| {
        pattern
            .find_iter(ctx.text.live())
            .map(|hit| hit.range())
            .find(|span| close(ctx, comparison, span))
    };
    let duration = near(&POWER).or_else(|| duration(ctx, comparison));
    for span in [near(&GUARDRAIL), duration, near(&NUISANCE), near(&SEGMENTS)]
        .into_iter()
        .flatten()
    {
        let clause = ctx.text.clause_of(&span);
        if !found.iter().any(|other| ctx.text.clause_of(other) == clause) || ctx.slice(&clause).contains(" and ") {
            found.push(span);
        }
    }
    found
}

/// Whether a place is about the comparison: at most three sentences from it.
fn close(ctx: &Context<'_>, comparison: &Comparison, span: &Span) -> bool {
    let at = ctx.text.sentence_at(span.start);
    comparison
        .spans
        .iter()
        .any(|place| ctx.text.sentence_at(place.start).abs_diff(at) <= 3)
}

/// How long the comparison runs: a calendar time in or next to its sentences, outside the KPI's own window.
fn duration(ctx: &Context<'_>, comparison: &Comparison) -> Option<Span> {
    let near = |span: &Span| {
        let at = ctx.text.sentence_at(span.start);
        comparison.spans.iter().any(|place| {
            let own = ctx.text.sentence_at(place.start);
            (own..=own + 2).contains(&at)
        })
    };
    ctx.numbers
        .iter()
        .filter(|number| number.unit == Unit::Time && near(&number.span))
        .map(|number| number.span.clone())
        .next()
        .or_else(|| ctx.all(&DURATION).find(near))
}

patterns! {
    DURATION = r"\b(?:a|one|the whole|one whole|a full|full|two full|whole|another|an entire) (?:week|month|quarter|season|fortnight|cycle|summer|winter|year)\b|\bfortnight\b|\buntil (?:week|month) \w+";
}

/// Judges experiment design.
pub(super) fn judge(ctx: &Context<'_>) -> Finding {
    let Some(comparison) = of(ctx).cloned() else {
        return uncontrolled(ctx);
    };
    if !comparison.controlled {
        let focus = Some(comparison.core.clone());
        let finding = Finding::new(1, "a test is named, but not what is compared with what").at(comparison.spans);
        return finding.missing(Probe::NoControl).focus(focus);
    }
    let focus = Some(comparison.core.clone());
    let guards = safeguards(ctx, &comparison);
    let finding = match guards.len() {
        0 => Finding::new(2, "a controlled comparison without a safeguard"),
        1 => Finding::new(3, "a controlled comparison with one safeguard"),
        _ => Finding::new(4, "a controlled comparison with safeguards"),
    };
    let guards: Vec<Span> = guards.iter().map(|span| ctx.text.clause_of(span)).collect();
    finding
        .at(comparison.spans)
        .at(guards)
        .missing(Probe::NoSafeguard)
        .focus(focus)
}

fn uncontrolled(ctx: &Context<'_>) -> Finding {
    let found = ctx.first(&BEFORE_AFTER).or_else(|| ctx.first(&OFFLINE));
    if let Some(span) = ctx.first(&CONFOUNDED).filter(|_| found.is_none()) {
        return Finding::new(0, "the change is mixed with others")
            .missing(Probe::NoExperiment)
            .focus(Some(ctx.text.clause_of(&span)));
    }
    let plan = ctx
        .sentences()
        .first()
        .and_then(|sentence| sentence.clauses.first().cloned());
    match found {
        Some(span) => Finding::new(1, "only an offline or uncontrolled comparison")
            .at([span.clone()])
            .missing(Probe::NoControl)
            .focus(Some(ctx.text.clause_of(&span))),
        None => Finding::new(0, "nothing is compared")
            .missing(Probe::NoExperiment)
            .focus(plan),
    }
}
