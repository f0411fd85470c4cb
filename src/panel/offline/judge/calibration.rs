//! Calibration (rubric 3.7): claims against their evidence, and what is left to validate.

use super::{context::Context, finding::Finding, numbers::Unit, pattern::patterns, text::Span, words::word_count};
use crate::domain::{assessment::CalibrationType, probe::Probe};

patterns! {
    UNCONDITIONAL = r"\b(?:hand in the fire|eat my hat|swear (?:to|on|by|it)|no way (?:it|this|that)|dead certain|there's nothing that could|nothing (?:that )?could go wrong|without fail|no two ways|end of story|it just works|simply works|no ifs|(?:won't|will not|can't possibly) (?:fail|break|hurt|cost)|a certainty|rest assured|take my word|whatever the weather|can only (?:rise|fall|go|win|get)|i(?:'d| would) (?:bet|stake|put) (?:my|the|anything|everything|money)|a hundred per ?cent|no chance (?:of|that)|there is no (?:risk|doubt|way|question)|zero doubt|foregone|a given\b|in the bag|a no-brainer|sure as|proves? what|(?:transformed|revolutioni[sz]ed) (?:the|our)|engagement exploded)\b|\b(?:guarantee\w*|no risk|zero risk|risk-free|without (?:a |any )?(?:doubt|risk)|no doubt|i (?:just )?know (?:it[.,;!]|that (?:it|this|we)|from experience)|100 ?(?:%|per ?cent) (?:safe|sure|certain|confident)|absolutely (?:sure|certain)|can't (?:fail|go wrong|lose)|cannot (?:fail|go wrong|lose)|impossible to fail|never fails?|always (?:halves?|wins?|beats?|improves?|better)|no need to test|speaks? for (?:itself|themselves)|take (?:that|it) to the bank|mark my words|bet my|it's dead|beats it on everything|everyone knows|trust me|foolproof|cannot be anything else|can't be anything else|nothing can go wrong|nothing will go wrong|certain of it|not a chance|surely will|a sure thing|believe me|will never)\b|\b(?:is|are|was) certain\b";
    CERTAIN = r"\b(?:it'll|that'll|which will|will|they'll|we'll) (?:surely|certainly|definitely|clearly|obviously|always|undoubtedly)|for certain|(?:is|are) bound to|no doubt about|without fail|every time|always come|sure to\b|certain to\b|can't but\b|plainly|\b(?:definitely|certainly|clearly|obviously|surely|undoubtedly|of course|for sure|no question|without question|inevitably|always|never|proves?|proven|is clear about|is zero|must be|bound to|confidence: high)\b";
    SIZE_CLAIM = r"\b(?:will|would|should|could|you'll|we'll|going to|expect|believe|think|guess|promise)\b[^.;]{0,60}(?:\d[\d.,]* ?%|\bper ?cent\b|\bpoints?\b|\bdouble|\bhalve|\bhalf\b|\btwice|\btriple|\bmillion)";
    PROCESS = r"\b(?:i|we)(?:'d| would|'ll| will)? (?:definitely|certainly|always|never|surely|of course) (?:\w+)|\b(?:definitely|certainly|always) (?:randomi[sz]e|test|measure|check|ask|run|start|keep|use|split)\b";
    SOURCED = r"\b(?:going by|according to|judging (?:by|from)|based on|as (?:that|this|it) was|come(?:s)? (?:from|off|out of)|(?:in|from|by|per) (?:the|our|last|a|her|his|my|that|this|earlier|two) (?:\w+ ){0,3}?(?:logs?|records?|lists?|survey|replay|pilot|trial|kitchen|letters?|books?|files?|archive|spreadsheet|sheet|study|sample|count|audit|figures|clocks?|meters?|diary|interviews|desk|tests?|season|spring|summer|autumn|winter|year|months?|weeks)|(?:<num>) of (?:the |our |last \w+ |her |his )?(?:<num>)|nine (?:of|in|out of) ten|most of (?:the|our)|we've (?:seen|had|measured|counted)|held in|the drop (?:on|in|at)|people (?:named|said|told|wrote)|they (?:said|told|wrote|named)|in october|against (?:cards|those|\w+) without|so far it's|on \d+ (?:cases|people|\w+s)\b)";
    CLAIM = r"\b(?:i(?:'d| would)? guess|wouldn't sign|i believe)\b|\b(?:stake my|decent chance|good chance|believe in|i think it's|i think it is|(?:i'm|we're|i am|we are|i was|we were) (?:\w+ )?(?:sure|confident|certain|positive)|i trust|we trust|confidence\b|confident|i(?:'d| would)? (?:also )?expect|expect(?:ed)?|likely|i believe|i'd (?:say|call|bet|put)|i trust|my (?:guess|estimate|belief|bet)|probabl[ye]|should (?:be|follow|rise|fall|mean)|supports? (?:it|this|that)|agree|solid|was certain|were certain|strong on|held|point the same way|convinced|i read|suggests?|hence|that's \d|went from|fell (?:by|from)|rose|saved|more than|half of|measured)\b";
    EVIDENCE = r"\b(?:same (?:sign|direction|result)|control (?:\w+ )?(?:didn't|did not|stayed|group)|didn't move|agree|because|which is why|did the same|earlier (?:tests?|trials?|texts?|ones?|pilots?)|previous|in (?:<num>) (?:<unit>)|over (?:<num>) (?:<unit>)|since|as the|interval|standard error|measured|last time|in (?:the|our|a) (?:test|pilot|trial|study|cohort)|cohorts?|held in|of (?:the )?(?:<num>) (?:\w+ )?point|(?:<num>) (?:of|in|out of) (?:<num>)|(?:<num>) (?:years?|seasons?|weeks?|months?) of|over (?:the )?(?:<num>|a|whole|full) ?\w*|whole|in every|three yearly|on clean|on desktop|data|we (?:saw|had|have seen|measured|counted|checked|tested|tried|compared|ran|watched)|said so|says? so|seeds|by hand|it (?:held|was)|accounting|the gap|replicat\w*|baseline|tight|sample|cases|benchmark|literature|gave \d+|from \d[\d.,]* to|before,|after,|same vendor|historical\w*|logs?|evidence|on \d[\d.,]* |with \d[\d.,]* |plain|\d+ ?% group)\b";
    PENDING = r"\b(?:(?:haven't|hasn't|have not|has not|not|never) (?:looked|checked|tested|measured|tried|counted|seen|asked|been)|i (?:want|need|would like|'d like|'d want) to see|(?:only|just) the (?:month|test|next|trial|pilot|winter|summer|data|numbers) (?:will|would|can) (?:tell|show|say)|(?:would|will|can|should) (?:tell|show|say|settle)\b|whether (?:that|it|this|they) (?:holds?|carries|lasts|is the same|works|stays)|(?:wouldn't|would not|won't|don't) (?:sign|bet|swear|promise|extend|claim|count)|can(?:'t|not) (?:explain|say|tell|show|promise|speak|know|rule)|couldn't (?:tell|say|explain)|(?:i'd|i would|i) (?:have to|still have to|need to|must) (?:check|look|see|ask|test)|(?:isn't|aren't|wasn't|weren't) (?:in|on|part of|among) (?:that|the|it|this)|look(?:ed|ing)? at (?:it|that|those|them|this) (?:apart|again|separately)|another look|(?:i|we) don't know\b|do not know|is what this is for|for the (?:live|real|next) \w+ to (?:say|show|tell)|though not for|but (?:\w+ ){1,3}(?:is|was|are|were) (?:short|small|few|only|one|mild|special|odd|quiet|different)|(?:on|with|from) (?:few|only|just|one|a handful|so few)|all from one|from one (?:shop|site|store|clinic|town|city|place|week|month)|how many i can't|only (?:the )?(?:one|two|three|first)|a (?:mild|dry|quiet|odd|special|short|strange|lucky) (?:\w+ )?(?:spring|summer|winter|autumn|month|week|year|season)|not (?:yet )?(?:for|in|on|at) (?:the )?(?:rest|others|teenagers|winter|summer|\w+ yet)|who knows whether|remains to|needs (?:checking|testing|confirming|proof)|to be proven|a second (?:shop|site|store|clinic|town|city|month|week|test|trial)|until (?:i|we) (?:have|see|know)|before i'd (?:say|sign|believe))\b|\b(?:only (?:quote|say|claim|promise|believe)[^.]{0,40}after|\w+ (?:will|would|should) (?:tell|show|decide)|re-?run\b|don't know until|not know until|know more (?:in|after)|before we (?:budget|plan|count|promise)|(?:spring|summer|winter|autumn|weekdays?|one \w+) only|still (?:has|have|needs?|must|open|to|unknown|unclear|wait\w*)|un(?:tested|proven|known|measured|checked|confirmed)|(?:not|n't|never)(?: \w+){0,3} yet\b|nobody (?:has|had|have) (?:\w+ed|seen)|needs? (?:a|another|one more|its own) (?:check|test|look|trial|sample)|was (?:only |just )?one (?:\w+) ?(?:though|only|so)?\b|not (?:yet )?(?:been )?(?:tested|measured|checked|seen|proven|validated|verified|confirmed|covered)|(?:must|has to|have to|needs? to|should|will) be \w+ed|(?:wasn't|weren't) (?:in|part|tested|covered|counted)|isn't (?:tested|proven|measured)|(?:must|has to|have to|needs to|need to|to|will|should|would|i'd) (?:still )?(?:confirm|validate|verify|replicate|repeat)\w*|confirm (?:it|that|this|first)|would measure|measure (?:that|it|this) (?:first|before|again)|before (?:promising|i (?:promise|believe|claim|say|trust))|too (?:few|early|small|little|short) (?:to|for|data)?|until (?:the|a|an|we|it|then|it's)|only (?:on )?(?:desktop|mobile|three|two|one|a few|from|in|for|phone)|don't promise|can't promise|won't promise|no promise|wouldn't promise|was still|is still open|still open|correlation|may not (?:hold|transfer|carry)|might not (?:hold|transfer|carry)|one (?:time|week|month|store|city|site) only|no (?:summer|winter|data (?:on|for|from))|remains? (?:open|to be|unclear|unproven)|what (?:i|we) (?:don't|do not|can't) know|don't know (?:yet|whether|if)|not sure (?:yet|about|whether|if)|unsure (?:about|whether|if)|to be (?:seen|checked|confirmed|validated)|check (?:that|it|this|whether|if) (?:first|again|on|with|before|in)|wait for|i'd like to see|have to see|was few|were few|for another (?:quarter|month|week)|look at \w+ first|second (?:test|check|sample|season)|provisional\w*|preliminary|pending|not (?:on|for|in) (?:mobile|winter|summer|\w+ yet))\b";
    DOUBT = r"\b(?:i (?:doubt|worry|wouldn't trust|don't trust|can't say|am not sure|'m not sure)|i'm not (?:sure|convinced|certain)|doubt\w*|medium confidence|confidence (?:is )?(?:medium|low|moderate)|low confidence|could be (?:chance|noise|luck)|may be (?:noise|chance|luck))\b";
    HEDGE = r"\b(?:or (?:maybe|perhaps)|i honestly can't say|either way|one (?:might|could)|more or less|so to say|if you will|hard to tell)\b|\b(?:<hedge>)\b";
    MISREAD = r"\b(?:so the effect is zero|means no effect|so (?:the model|it|this) (?:clearly |obviously )?works|the effect is zero|no effect at all|proves? (?:it|that))\b";
}

/// A calibration finding with its direction.
#[derive(Debug, Clone)]
pub(super) struct Calibrated {
    /// The level.
    pub(super) finding: Finding,
    /// Which way claim and evidence part.
    pub(super) kind: CalibrationType,
}

fn with(kind: CalibrationType, finding: Finding) -> Calibrated {
    Calibrated { finding, kind }
}

/// Judges calibration, once for an answer.
pub(super) fn judge(ctx: &Context<'_>) -> Calibrated {
    ctx.calibrated.get_or_init(|| weigh(ctx)).clone()
}

fn weigh(ctx: &Context<'_>) -> Calibrated {
    let pending = ctx.any(&PENDING).filter(|_| !ctx.is_empty());
    let evidence = grounded_claim(ctx);
    if let Some(over) = overclaim(ctx, pending.is_some() && evidence.is_some()) {
        return over;
    }
    if let Some(under) = hedged_away(ctx, evidence.is_some() || pending.is_some() && !ctx.numbers.is_empty()) {
        return under;
    }
    match (evidence, pending) {
        (Some(claim), Some(check)) if near(ctx, &claim, &check) => {
            let finding = Finding::new(4, "a claim, its evidence and what is left to validate")
                .at(sentences(ctx, &[claim, check]));
            with(CalibrationType::Calibrated, finding)
        }
        (Some(claim), _) if explicit(ctx, &claim) => {
            let finding = Finding::new(3, "the claim fits its evidence, nothing on validation")
                .at(sentences(ctx, std::slice::from_ref(&claim)));
            with(
                CalibrationType::Calibrated,
                finding
                    .missing(Probe::CounterEvidence)
                    .focus(Some(ctx.text.clause_of(&claim))),
            )
        }
        (_, check) if ctx.has(&DOUBT) && (check.is_some() || ctx.has(&PLAN)) => {
            let places: Vec<Span> = [ctx.first(&DOUBT), check.or_else(|| ctx.first(&PLAN))]
                .into_iter()
                .flatten()
                .collect();
            let finding = Finding::new(4, "doubt with its reason and a plan to resolve it").at(sentences(ctx, &places));
            with(CalibrationType::Calibrated, finding)
        }
        _ if ctx.has(&DOUBT) => {
            let place = ctx.first(&DOUBT).map(|span| ctx.text.sentence_of(&span));
            with(
                CalibrationType::Calibrated,
                Finding::new(3, "doubt with a reason, no plan to resolve it")
                    .at(place.clone())
                    .focus(place),
            )
        }
        _ => with(
            CalibrationType::Neutral,
            Finding::new(2, "no confidence claim to judge"),
        ),
    }
}

fn sentences(ctx: &Context<'_>, spans: &[Span]) -> Vec<Span> {
    spans.iter().map(|span| ctx.text.sentence_of(span)).collect()
}

fn near(ctx: &Context<'_>, left: &Span, right: &Span) -> bool {
    ctx.text
        .sentence_at(left.start)
        .abs_diff(ctx.text.sentence_at(right.start))
        <= 2
}

/// A sentence outside the rule that claims something and gives evidence for it.
fn grounded_claim(ctx: &Context<'_>) -> Option<Span> {
    let place = |index: usize| ctx.sentences().get(index).map(|sentence| sentence.span.clone());
    let mut claims: Vec<Span> = (0..ctx.sentences().len())
        .filter_map(place)
        .filter(|span| {
            let text = ctx.slice(span);
            let rule_like = text.starts_with("if ") || text.contains(" if ");
            let sourced = SOURCED.is_match(text) && TOLD.is_match(text) && !ctx.slice(span).contains("drawn");
            sourced && (!rule_like || explicit(ctx, span))
                || EVIDENCE.is_match(text) && CLAIM.is_match(text) && (!rule_like || explicit(ctx, span))
                || MEASURED.is_match(text) && PENDING.is_match(text) && !rule_like
        })
        .collect();
    claims.sort_by_key(|span| !explicit(ctx, span));
    claims.into_iter().next()
}

patterns! {
    TOLD = r"\b(?:trust|fits?|saved?|nearer|covers?|gets?|had|named|held|was|were|come|comes|shows?|made|drops?|fell|rose|lost|believe|sign|it's|that's|equal|complaint|letters)\b";
    MEASURED = r"\b(?:<num>) (?:\w+ )?(?:seasons?|weeks?|months?|years?|tests?|cohorts?|trials?|runs?|seeds)\b|\b(?:measured|counted|logs|said so)\b";
    PLAN = r"\bi(?:'d| would|'ll) (?:look|check|test|compare|run|measure|split|repeat|rerun)\b|\bbefore (?:saying|deciding|concluding)\b";
    EXPLICIT = r"\b(?:(?:direction|number|figure|minutes|result|drop|gain|rise|part|it|that|this|those|them) i (?:do )?trust|i'd (?:believe|sign|stand by)|i believe\b|i(?:'d| would)? guess|i'd expect|(?:fits|fit) with|going by|in (?:our|a|the|last) (?:\w+ ){0,3}(?:replay|pilot|kitchen|survey|list|log|trial|test|letters)\b|from the log|(?:<num>) of (?:the |our |last \w+ )(?:<num>)|nine of ten|held in (?:<num>)|come from|comes? off|by last year's|by the desk's|so far it's)|\bstake my\b|\b(?:decent|good|fair) chance\b|\bi'd bet\b|\bi (?:do )?believe in\b|\bi think it's (?:real|true)|\bsolid to me\b|\b(?:i'm|i am|i was|we're|we are|we were) (?:\w+ ){0,2}(?:sure|confident|certain)|\bi trust\b|\bconfidence|\bconfident|\bi(?:'d| would)? expect|\bi'd (?:say|call) (?:\w+ ){0,3}(?:likely|medium|high|low|confiden\w+)|\blikely\b|\bsupports? it|\bpoint the same way|\bsolid\b|\breach(?:es)? values";
}

fn explicit(ctx: &Context<'_>, span: &Span) -> bool {
    EXPLICIT.is_match(ctx.slice(&ctx.text.sentence_of(span)))
}

fn overclaim(ctx: &Context<'_>, covered: bool) -> Option<Calibrated> {
    let bold = ctx
        .all(&UNCONDITIONAL)
        .find(|span| !PROCESS.is_match(ctx.slice(&ctx.text.clause_of(span))));
    if let Some(span) = bold.filter(|_| !covered) {
        return Some(over(ctx, 0, &span, "unconditional certainty without evidence"));
    }
    let sized = ctx.all(&SIZE_CLAIM).find(|span| {
        let sentence = ctx.text.sentence_of(span);
        let text = ctx.slice(&sentence);
        let rate = ctx
            .numbers_in(&sentence)
            .any(|number| matches!(number.unit, Unit::Rate));
        rate && !text.starts_with("should")
            && !EVIDENCE.is_match(text)
            && !text.contains("if ")
            && ctx.numbers_in(&sentence).count() < 3
    });
    if let Some(span) = sized.filter(|_| !covered) {
        let hedged = HEDGE.is_match(ctx.slice(&ctx.text.sentence_of(&span))) || ctx.slice(&span).contains("believe");
        return Some(over(ctx, u8::from(hedged), &span, "a size of effect without evidence"));
    }
    let certain = ctx.all(&CERTAIN).chain(ctx.all(&MISREAD)).find(|span| {
        let clause = ctx.text.clause_of(span);
        !PROCESS.is_match(ctx.slice(&clause)) && FORECAST.is_match(ctx.slice(&ctx.text.sentence_of(span)))
    });
    certain
        .filter(|_| !covered)
        .map(|span| over(ctx, 1, &span, "certainty on a mere direction"))
}

patterns! {
    FORECAST = r"\b(?:feel|follow|win|come round|love|like|find|be thrilled|thrilled|minutes?|faster|sooner|go up|go down|grow|pay|buy|keep)\b|\b(?:went up|did it|rose|will|would|is going to|works?|working|improves?|better|effect|increase\w*|reduc\w*|raise\w*|higher|lower|happy|happier|more|less|fewer|zero|beats?|best|confidence)\b";
}

fn over(ctx: &Context<'_>, level: u8, span: &Span, reason: &'static str) -> Calibrated {
    let clause = ctx.text.clause_of(span);
    let finding = Finding::new(level, reason)
        .at([ctx.text.sentence_of(span)])
        .missing(Probe::Overclaim)
        .focus(Some(clause));
    with(CalibrationType::Over, finding)
}

fn hedged_away(ctx: &Context<'_>, grounded: bool) -> Option<Calibrated> {
    let hedges: Vec<Span> = HEDGE.find_iter(ctx.text.live()).map(|found| found.range()).collect();
    let words = word_count(ctx.text.live()).max(1);
    let dense = hedges.len() * 14 >= words;
    if grounded || hedges.len() < 3 || !dense {
        return None;
    }
    let level = u8::from(hedges.len() < 5 && hedges.len() * 9 < words);
    let reason = if level == 0 {
        "hedged until no position is left"
    } else {
        "repeated hedges without a reason"
    };
    let places = hedges.iter().take(3).map(|span| ctx.text.clause_of(span));
    let finding = Finding::new(level, reason).at(places).missing(Probe::Hedging);
    Some(with(
        CalibrationType::Under,
        finding.focus(hedges.first().map(|span| ctx.text.clause_of(span))),
    ))
}
