//! Product translation (rubric 3.4): impact, confidence and effort, and a move that follows.

use super::{
    calibration, context::Context, finding::Finding, metric, numbers::Unit, pattern::patterns, rule, text::Span,
};
use crate::domain::{assessment::CalibrationType, probe::Probe};

patterns! {
    CHANGE = r"\b(?:shrinks?|fills?|gets? (?:her|his|their|a|an|the|it|there|home)|arrives?|waits?|home (?:that|the|a)|doesn't have to|don't have to|can (?:now )?|room for|time for|free(?:s|d)?|survive\w*|misses|watch|run|per cent is|is about|are (?:about )?\d|of them a|leave[s]?|takes?|comes?|come in|buys?|which is)\b|\b(?:more|fewer|less|extra|saves?|saved|saving|don't|doesn't|no longer|any more|instead of|fell|rose|went|sooner|faster|earlier|means?|get (?:through|what|their|to)|give up|lose|used to lose|worth|nothing|follow|reach|avoid\w*|free[sd]?|need(?:s)? (?:a|no)|find|open|pay for|goes home|sold|stop(?:s|ped)?|will be|up around|is \d|happier|to fall|to rise|falls?\b|goes? (?:up|down)|costs? us|cost us|fills?)\b";
    FELT = r"\b(?:person|reader|wearer|owner|dispatcher|crew|somebody|someone|queue|line|desk|bus|train|trains|dinner|chats?|visits?|slots?|books?|hands|bed|beds|slot|spots?|meals?|customer|family|child|children|caller|pupil|buyer|seller|guest|resident|worker|commuter|neighbour|a (?:week|month|year|quarter|day))\b|\b(?:<people>|<outcome>|dollars?|euros?|money|choice|cost|costs|sales|orders?|rooms?|seats?|loops|tickets?|calls|trips|overstock|emergency|stock|waste|stays|parcels|appointments?|trials|applicant|minutes|hours saved|seconds saved|kilowatt-hours|megawatt-hours)\b|[$€£]";
    ASSERTED = r"\b(?:it means a lot|means a lot|thrilled|love it|massive|huge|transform\w*|revolution\w*|step forward|big step|matters a lot)\b|\b(?:huge|big|great|massive|enormous|good|excellent|positive|important|major|high)\b[^.;]{0,25}\b(?:impact|business|result|win|value|company|us|users|improvement)\b|\bimpact\b|\b(?:good|great) (?:result|news)\b|\bvery valuable\b|\bgame.?changer\b|\b(?:double|triple|boost|explode|skyrocket)\w* (?:our|the|your)\b";
    EFFORT = r"\b(?:costs? (?:us |them |the \w+ )?(?:an?|one|two|three|four|half|some|\d)|(?:an?|<num>) cents? (?:a|per|each)|\w+ cents a|us nothing|(?:<num>|an?) (?:\w+ )?(?:days?|weeks?|hours?|months?|minutes?|afternoons?|evenings?|sprints?|fridays?) of (?:\w+ )?(?:training|work|work\w*|coding|setup|clean\w*|hers|his|theirs|mine)|(?:one|an?|two|<num>) (?:cook|nurse|engineer|developer|clerk|person|designer|analyst|editor|student|technician|electrician|teacher|\w+er|\w+ist)s? (?:for|a|,)|takes? (?:an?|the|us|me|one) (?:\w+ ){0,2}(?:minute|hour|day|week|month|afternoon|evening)|is (?:already )?built|(?:is|are) (?:already )?paid|training\b|new roster|the union|(?:writing|switching|printing|installing|verifying|setting|building|rolling|changing|retraining|translating) [\w' ]{1,30}(?:is|takes|costs|needs|,)|took (?:an?|one|two|<num>) \w+|spare (?:time|fridays|hours)|help pages|person[- ]\w+|man[- ](?:days?|weeks?)|work for|an afternoon|half a day|two days|a morning|cost:|effort:)|\bcosts? (?:us )?(?:cents|pennies|peanuts|hardly|no )|\b(?:just |only |it )takes? (?:an?|one|no|two)\b|\beffort\b|\b(?:an? |one |<num> )?(?:hour|day|week|sprint|afternoon|month)s?'?s? (?:of )?(?:work|engineering|coding)\b|\bcosts? (?:us |me |next to |almost |hardly )?(?:nothing|little|one|a|two|about|\d)|\b(?:takes?|took|needs?|needed) (?:me |us |only |just |about |one |an? )*(?:<num>|text|line|server|few|week|day|hour|engineer|flag|template|person|developer)|\b(?:template|copy|config\w*|one-line|server|text|code|settings?) (?:change|update|switch|message)\b|\bone flag\b|\bbehind a flag\b|\bline of (?:text|code)\b|\bcheap to\b|\bengineers?\b[^.;]{0,20}\b(?:week|day|month)|\bno (?:new |extra )?(?:code|work|engineering|build\w*) (?:is )?needed|\balready (?:built|there|live|running)|\bretrain\w* costs\b|\b(?:easy|hard|expensive|cheap|quick) to (?:build|do|change|run|ship|switch)|\bwithout (?:any )?new (?:code|hardware|staff)\b|\bperson[- ](?:days?|weeks?|months?)\b|\bit's (?:just |only )?(?:a|an|one) (?:\w+ )?(?:switch|flag|config|setting|template|text|copy|change|edit|swap|line|toggle|file)|\bnothing (?:new )?to (?:build|install|buy|change|code)\b|\b(?:there|hanging|in place|installed|live|running|paid for|built) already\b|\balready (?:in place|hanging|installed|there|paid)";
    NOT_IMPACT = r"\b(?:loss|ndcg|auc|re-?ranker|augmentation|beam|converged|gradient|smaller images|widget|error is near|wilcoxon|embedding|training data|architecture)\b";
}

/// The sentence that says what the result changes for users or the business.
fn impact(ctx: &Context<'_>) -> Option<Span> {
    let rules: Vec<usize> = rule::of(ctx)
        .iter()
        .map(|branch| ctx.text.sentence_at(branch.span.start))
        .collect();
    ctx.sentences()
        .iter()
        .enumerate()
        .flat_map(|(index, sentence)| {
            let only_rule = rules.contains(&index) && sentence.clauses.len() < 3;
            sentence
                .clauses
                .iter()
                .filter(move |_| !only_rule)
                .map(move |clause| (clause, sentence))
        })
        .find(|(clause, sentence)| {
            let text = ctx.slice(clause);
            let whole = ctx.slice(&sentence.span);
            let sized = ctx
                .numbers_in(&sentence.span)
                .any(|number| matches!(number.unit, Unit::Count | Unit::Money) && !number.base);
            !NOT_IMPACT.is_match(whole)
                && !CONDITIONAL.is_match(text)
                && !YARDSTICK.is_match(text)
                && (CHANGE.is_match(text) || ctx.numbers_in(&sentence.span).count() >= 3)
                && (FELT.is_match(text)
                    || (sized && (FELT.is_match(whole) || ctx.numbers_in(&sentence.span).count() >= 3)))
        })
        .map(|(clause, sentence)| {
            if clause.len() > 30 {
                clause.clone()
            } else {
                sentence.span.clone()
            }
        })
}

patterns! {
    CONDITIONAL = r"^(?:so |and |but |or )?(?:if|when|unless|should|otherwise|below|above|less|under)\b|\bif\b";
    YARDSTICK = r"\b(?:measure|metric|yardstick|i(?:'d| would)? (?:look at|count|watch|track)|is what (?:counts|matters)|guardrail|confidence|effort|per (?:learner|user|visitor|\w+) per)\b";
}

/// Judges product translation.
pub(super) fn judge(ctx: &Context<'_>) -> Finding {
    let confidence = calibration::judge(ctx);
    let sure = matches!(confidence.kind, CalibrationType::Calibrated)
        .then(|| confidence.finding.evidence.first().cloned())
        .flatten();
    let effort = ctx.any(&EFFORT);
    let Some(impact) = impact(ctx) else {
        return without(ctx, sure, effort);
    };
    let moves = !rule::of(ctx).is_empty() || ctx.has(&MOVE);
    let layers = usize::from(sure.is_some()) + usize::from(effort.is_some());
    let evidence = [Some(impact.clone()), sure, effort].into_iter().flatten();
    let finding = match (layers, moves) {
        (2, true) => Finding::new(4, "impact, confidence and effort, and a move that follows"),
        (0, _) => Finding::new(2, "impact only"),
        _ => Finding::new(3, "impact and one more layer"),
    };
    finding.at(evidence).missing(Probe::NoEffort).focus(Some(impact))
}

patterns! {
    MOVE = r"\b(?:<action>|i'd|we'd|so i|decided|i decide|proposed|mail(?:ed)?|ordered?)\b";
}

fn without(ctx: &Context<'_>, sure: Option<Span>, effort: Option<Span>) -> Finding {
    if let Some(span) = ctx.first(&ASSERTED) {
        let clause = ctx.text.clause_of(&span);
        return Finding::new(1, "impact is only asserted")
            .at([span])
            .missing(Probe::ImpactAsserted)
            .focus(Some(clause));
    }
    let others: Vec<Span> = [sure, effort].into_iter().flatten().collect();
    let technical = metric::technical(ctx).first().cloned();
    let first = ctx
        .sentences()
        .first()
        .and_then(|sentence| sentence.clauses.first().cloned());
    Finding::new(0, "nothing is said on what the result changes")
        .at(others)
        .missing(Probe::ImpactMissing)
        .focus(technical.or(first))
}
