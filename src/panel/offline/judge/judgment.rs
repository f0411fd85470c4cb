//! Hiring-manager judgement (rubric 4.4): a decision of one's own, what it cost, what was learned or would change one's mind.

use super::{context::Context, finding::Finding, pattern::patterns, text::Span, words::content_stems};
use crate::domain::{probe::Probe, signal::QuestionKind};

patterns! {
    DECIDED = r"\b(?:for me (?:it's |it is )?(?:the )?\w+[,.]|i'd (?:say|still|have|take|call|let|make|ask|leave|open|close|tell|keep|win|drop|say no)|i (?:moved|chose|had|let|made|put|took|left|sent|gave|ended|shelved|scrapped|froze|parked|said|went|overruled|pulled|wrote|called|halved|rang|bought|threw|parked)|goes first|comes first|(?:it|that) (?:goes|opens|waits|stays|starts) (?:on|out|for|only|off)|will wait|can wait|has to wait|not (?:next|this) (?:week|month|friday|monday)|not for (?:everybody|everyone|all)|no launch|we (?:wait|hold|stop|fix|start with|go with))\b|^(?:yes|no|not)[,. ]|\b(?:i|we) (?:\w+ )?(?:cut|chose|choose|decide[ds]?|stopped|stop|proposed|propose|killed|kill|picked|pick|dropped|drop|said no|refused|cancell?ed|delayed|postponed|pushed (?:back|for)|insisted|reduced|moved|switched|turned (?:off|down)|pulled|shut|narrowed|limited|replaced|changed|held (?:back|off)|argued|told|asked for|launched|shipped|made the call|took out|left out|started with|kept|keep|order(?:ed)? only|gave up|swapped|rolled back|closed|built)\b|\b(?:i(?:'d| would|'ll| will)) (?:\w+ )?(?:pick|choose|take|go (?:with|for)|start|stop|fix|do|put|drop|launch|not launch|delay|hold|give|spend|keep|cut|say no|postpone|move|steer|wait)\b|\b(?:i|we) (?:don't|do not|won't|would not|wouldn't) (?:launch|ship|start|do|build)|\bso we start\b|\bwhichever can\b|\bthey wait\b|\bwe go to\b|\bthen i (?:stop|launch|go)\b";
    ACTED = r"\b(?:i|we) (?:once |then |finally |also )?(?:\w+ed|let|cut|put|took|sent|held|chose|kept|left|gave|ran|built|set|made|said|went)\b";
    COST = r"\b(?:this hurts|that hurts|it hurts|hurts\b|will wait|somebody (?:was|is) promised|promised \w+ to|is gone\b|that's my doing|on my head|lose (?:a|the|some)|a bit of face|lost face|weren't happy|wasn't happy|not happy|unhappy|wasn't (?:pleased|amused)|didn't (?:like|speak|talk)|against what|against the|got no |goes without|go without|pay(?:s|ing)? (?:the price|for)|grumbl\w+|sulk\w*|hate\w*|swallow|cost (?:us|me|him|her|them)|expensive|sore|bitter|painful|a shouting|shouted|fought|swore|stays? (?:undone|broken|unfixed)|for (?:that|it) we|someone (?:else )?has to|bad mood|mean\w* that [\w ]+ (?:wait|late|later|not))|\b(?:give up|gave up|giving up|lose|lost|loses|cost (?:me|us)|costs (?:me|us)|the (?:price|cost) (?:was|is|of)|do without|spoiled|hate it|annoyed|cross with|furious|mad at|waited since|complain\w*|pay for it|angry|unhappy|upset|grumble|disappointed|won't like|don't like|hate[sd]?|against (?:the wish|my|our|her|his|their)|at the expense|in exchange|sacrific\w+|waits? (?:\w+ )?(?:<num>|for|longer|until)|has to wait|have to wait|the loser|trade-?off|which meant|meant (?:that|no|less|fewer)|pushed back by|missed|delayed|less angry|instead of (?:the|my|our)|no (?:headline|credit|bonus)|trust (?:of|was)|without the|suffer\w*|overtime|behind schedule|lost its|couldn't tell|escalate\w*|that means no|no \w+ \w+ before|no \w+ before)\b";
    LEARNED = r"\b(?:what i (?:learned|learnt|took|would do|'d do)|taught me|i(?:'ve| have) (?:since|never)|(?:would|could|might) (?:make|bring|get|move|turn) me|make me (?:go|change|think|do|turn|stop)|i'd (?:go|do|think|turn) (?:wider|otherwise|differently|again|round)|unless|should (?:it|they|the) turn|if it turned out|these days|since that|after that i|from that day|not everybody|i know now|now i know|would be a reason|then i was wrong|prove me wrong|the other way if|again i'd|another time|a second time)\b|\b(?:i was wrong|i (?:\w+ )?(?:ask|check|test|show|call|write) [\w ]{0,20}(?:first|now)|learn(?:ed|t)?|lesson|today i'd|now i|since then|next time|would (?:do|have done) (?:it )?(?:differently|earlier)|in hindsight|looking back|i'd (?:now|today)|change (?:my|one's|our) mind|would (?:change|flip|beat|overrule|reverse)|i'd (?:swap|flip|reverse|reconsider|change)|had (?:the|it|they|that) [\w ]+ (?:failed|fallen|risen|gone)|if (?:someone|somebody|sales|they|the|it|a|he|she) [\w ]{0,40}(?:show\w*|really|prove[sd]?|turns? out|expires)|unless (?:someone|the|it|they)|but they trust|what i'd do differently|before the numbers|ever since|now (?:nothing|no|every|all)\b|turn me (?:round|around)|from then on|never again|these days i|i (?:check|ask|write|start) (?:\w+ ){0,3}(?:first|now|every time)|a legal deadline|would beat)\b";
    PLATITUDE = r"\b(?:talent|keynote|innovation award|transform\w*|everyone (?:from|talked)|exploded|revolution\w*|visionary|best in|world-?class)\b|\b(?:passion\w*|team ?work|team player|communicat\w+|hard work|work(?:ed)? hard|always give|110|best (?:effort|practice)s?|proud|award\w*|doctorate|phd|patents?|papers|degree|published|graduated|top performer|years of experience|it's all about|people say|is beautiful|great leader|values?|mindset|synerg\w+|customer first|data-driven culture|excellence|in the nature|famous|leading (?:company|school)|lead scientist|senior)\b";
    NAMED = r"^(?:an?|the|our|my) [a-z-]+(?: [a-z-]+){0,3}[.,;:]";
    EVADES = r"\b(?:knows? (?:that |this |it )?better|(?:they|management|the team|leadership|it) (?:didn't|did not|never) (?:understand|listen|want|care)\w*|manager's job|not my (?:job|decision|call|problem|fault)|someone else('s)?|(?:their|his|her|its) fault|blame\w*|they (?:ruined|messed|failed|never)|never (?:had|happened|failed|made)|can't think of|nothing comes to mind|no comment|i don't (?:know|have)|wouldn't know|because of (?:them|him|her)|idiots?|incompetent)\b";
    FIRST_PERSON = r"\b(?:i|i'd|i'm|i've|my|me)\b";
    RELEVANT = r"\b(?:smaller|first|priorit\w*|depends|risk|value|impact|small|start|cheap\w*|focus|talk to|lay out|slow\w*|decide|team)\b";
}

/// Judges hiring-manager judgement.
pub(super) fn judge(ctx: &Context<'_>) -> Finding {
    let first = ctx.sentences().first().map(|sentence| sentence.span.clone());
    let decided = decision(ctx);
    let focus = decided.clone().or(first.clone()).map(|span| ctx.text.clause_of(&span));
    let cost = ctx.any(&COST).map(|span| ctx.text.sentence_of(&span));
    let learned = ctx.any(&LEARNED).map(|span| ctx.text.sentence_of(&span));
    let Some(decided) = decided else {
        return without(ctx, first);
    };
    let finding = match (cost.is_some(), learned.is_some()) {
        (true, true) => Finding::new(4, "a decision, its cost and what would change it"),
        (true, false) => Finding::new(3, "a decision and its cost, no lesson").missing(Probe::NoLesson),
        (false, true) => Finding::new(3, "a decision and a lesson, no cost").missing(Probe::NoCost),
        (false, false) => Finding::new(2, "a decision without its cost or lesson").missing(Probe::NoCost),
    };
    finding.at([decided]).at(cost).at(learned).focus(focus)
}

/// A decision in the first person; in a case also an option of the question named at once.
fn decision(ctx: &Context<'_>) -> Option<Span> {
    let acted = ctx.any(&ACTED).filter(|_| ctx.input.kind == QuestionKind::Behavioural);
    let own = ctx
        .any(&DECIDED)
        .or(acted)
        .filter(|span| !WEAK.is_match(ctx.slice(&ctx.text.clause_of(span))));
    let evasive = ctx.any(&EVADES).is_some() && ctx.live_words() < 40;
    let named = (ctx.input.kind != QuestionKind::Behavioural)
        .then(|| ctx.sentences().first())
        .flatten()
        .filter(|sentence| {
            let text = ctx.slice(&sentence.span);
            (content_stems(text).iter().any(|stem| ctx.asked.contains(stem)) || NAMED.is_match(text))
                && text.split_whitespace().count() <= 14
                && !WEAK.is_match(text)
        });
    let place = named
        .map(|sentence| sentence.span.clone())
        .or_else(|| own.map(|span| ctx.text.sentence_of(&span)));
    place.filter(|_| !evasive)
}

patterns! {
    WEAK = r"\b(?:graduated|worked (?:at|for|in|with)|studied|published|received|attended|was attached|wanted|liked|loved|learned that|maybe|whatever|whichever is best|the best|both|often|talk to|usually|people say|would want to|shipped things|told (?:me|us))\b";
}

fn without(ctx: &Context<'_>, first: Option<Span>) -> Finding {
    let focus = first.clone().map(|span| ctx.text.clause_of(&span));
    if let Some(span) = ctx.any(&EVADES) {
        let clause = ctx.text.clause_of(&span);
        return Finding::new(0, "evades the decision")
            .at([span])
            .missing(Probe::NoOwnDecision)
            .focus(Some(clause));
    }
    let platitude = ctx.any(&PLATITUDE);
    if let Some(span) = platitude {
        return Finding::new(1, "platitudes or a resume")
            .at([ctx.text.sentence_of(&span)])
            .missing(Probe::NoOwnDecision)
            .focus(focus);
    }
    let position = ctx.any(&RELEVANT).filter(|_| ctx.live_words() >= 8);
    match position {
        Some(span) if ctx.has(&FIRST_PERSON) => Finding::new(2, "a relevant but generic position")
            .at([ctx.text.sentence_of(&span)])
            .missing(Probe::NoOwnDecision)
            .focus(focus),
        _ if ctx.live_words() >= 5 => Finding::new(1, "no decision of one's own")
            .at(first)
            .missing(Probe::NoOwnDecision)
            .focus(focus),
        _ => Finding::new(0, "no answer").missing(Probe::NoOwnDecision).focus(focus),
    }
}
