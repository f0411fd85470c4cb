//! Clarity and decisiveness (rubric 3.8, 3.9).

use super::{context::Context, events, finding::Finding, pattern::patterns, recruiter, text::Span, words::word_count};
use crate::domain::{
    probe::Probe,
    signal::{Ask, QuestionKind},
};

patterns! {
    VAGUE = r"\b(?:<vague>)\b";
    HEDGE = r"\b(?:<hedge>)\b";
    DETOUR = r"\bmy (?:brother|sister|wife|husband|mother|father|dad|mum|mom|cousin|uncle|aunt|neighbour|neighbor|professor|friend|dog|cat|son|daughter|kids?|grand\w+|flat ?mate|barber|dentist|old (?:boss|professor|teacher|place|job)|first (?:job|boss|pay\w*|car)|own (?:first|birthday|\w+ day))\b|\bi (?:love|collect|adore|once \w+|drove|met|play|sing|used to|take line)\b|\bi have two\b|\bi've one\b|\bnever mind\b|\bby the by\b|\bbut that's by\b|\b(?:long|another|different|funny) story\b|\bdon't ask\b|\bthere was (?:cake|a \w+ once)|\bthe one outside (?:mine|my)\b|\b(?:an?|our) \w+ incident\b|\blucky you ask\b|\b(?:écoutez|voilà|je dirais|mira|sabes|naja|tja|ma|allora)\b|\bwhat's the word\b|\bgood question\b|\b(?:a|one) colleague (?:in|of|from)\b|\banyway,|\bwhere i (?:grew|come)|\bfor what it's worth\b|\bno, (?:wait|sorry)\b|\bbut i(?:'m| am) (?:wandering|drifting|rambling)|(?:^|[.!?] )anyway\b|\b(?:where was i|by the way|my cousin|come to think of it|in a roundabout way|what was the question|long story|that reminds me|which is a whole|i digress|coming back to|going back to|back to the question)\b";
    DONT_KNOW = r"\b(?:i (?:don't|do not|really don't) know|no idea|i have no idea|can't answer|cannot answer|next question|i('d| would) pass|pass on (?:this|that))\b";
    OSCILLATION = r"\balthough\b[^.]*\bso\b|\bthen again\b|\bso \w+, right\?|\bbut then\b|\bor both\b|\bor (?:we|let|you) (?:look|the)\b|\bhmm?[.,] let's say\b|\bwait\b[,.]|\b(?:or (?:maybe|perhaps|really|i'd|do|no|let|rather)|on second thoughts?|after all|no, not|no, \w+ (?:it|them|that)\b|the other way (?:a)?round|both are (?:possible|fine|good)|or (?:we|i) could|actually,? wait|wait,? maybe|maybe not\b|,? no, (?:the )?\w+[.,]|maybe,? or|actually no|no, wait|wait, no|back and forth|i could live with (?:any|either|both)|(?:also|too) (?:be )?fine\b|would be fine too|both have|either (?:is|would be) fine|is (?:nice|fine|good) too|all (?:three|of them) have|then again|although (?:\w+ ){1,6}(?:might|could|would)|let me come back|can't decide|hard to choose|hm+, no|or the other)\b|^or \w+[.,]";
    OPEN = r"\b(?:see (?:together|what)|let's see|one would see|hear (?:from|what)|go from there|on board|can't say either way|either way|if (?:the )?\w+ (?:is|are) (?:there|on board|willing|up for it)|sit down|would see what|also been done|we could still|meet in the middle|think it over|come back to you|open question|we(?:'d| would) have to see|whichever|some sort of|one always finds|what to make of|i couldn't tell you)\b|\b(?:if (?:the )?(?:budget|others|boss|team|management|time) (?:allows?|agrees?|permits?)|arguments for both|lean(?:ing)? towards|could (?:also )?see us|it depends|depends on|we(?:'d| would)? (?:discuss|see)|we'll see|sit down (?:with|together)|figure (?:it )?out together|talk to|before recommending|hard to say|not my (?:call|decision|job)|manager's job|someone else|up to (?:you|them|the)|if she says|whatever (?:the|they|you)|either way|one could|could be|can't say)\b";
    COMMIT = r"\b(?:i(?:'d| would|'ll| will)? (?:also )?(?:\w+)|we(?:'d| would|'ll| will| should)? (?:\w+)|my (?:goal|number|measure|choice|answer|range|pick)|so |use|start|begin|count|keep|ship|launch|stop|first|is the|the goal|yes|no\b|launch|deploy|look at|fits?)\b";
}

/// Judges clarity.
pub(super) fn clarity(ctx: &Context<'_>) -> Finding {
    let masked = &ctx.text.masked;
    let total = masked.total.max(1);
    if ctx.text.words == 0 || gibberish(ctx) {
        return Finding::new(0, "nothing that can be interpreted").missing(Probe::Vague);
    }
    if masked.to_grader * 2 >= total {
        return Finding::new(0, "text aimed at the grader").missing(Probe::Vague);
    }
    if events::scolds(ctx.text.live()) {
        return Finding::new(0, "aimed at the panel, not at the question").missing(Probe::Vague);
    }
    if masked.stuffed * 2 >= total {
        return Finding::new(1, "a bare list of keywords").missing(Probe::Vague);
    }
    if listed(ctx) * 2 >= total {
        return Finding::new(1, "a bare list of parts").missing(Probe::Vague);
    }
    if (masked.echoed + masked.repeated) * 2 >= total && ctx.live_words() < 8 || circular(ctx) {
        return Finding::new(1, "the question said again").missing(Probe::Vague);
    }
    let vague: Vec<Span> = VAGUE.find_iter(ctx.text.live()).map(|found| found.range()).collect();
    let detours = digressions(ctx);
    let swings = OSCILLATION.find_iter(ctx.text.live()).count();
    let hedges = HEDGE.find_iter(ctx.text.live()).count();
    let words = ctx.live_words().max(1);
    let focus = vague
        .first()
        .map(|span| ctx.text.clause_of(span))
        .or_else(|| hedged(ctx));
    let loose = vague.len() * 2 + detours * 2 + swings + hedges;
    let finding = if loose >= 7 && loose * 9 >= words {
        Finding::new(1, "mostly vague, the point is hard to find")
    } else if vague.len() >= 2 && vague.len() * 25 >= words
        || detours >= 3
        || OPEN.find_iter(ctx.text.live()).count() >= 3
        || (loose >= 4 && loose * 16 >= words)
    {
        Finding::new(2, "the point takes effort to find")
    } else if unaddressed(ctx) {
        Finding::new(2, "clear words that do not address the question")
    } else if words <= 6
        || vague.len() + detours + swings >= 2
        || detours >= 1
        || DONT_KNOW.is_match(ctx.text.live())
        || (vague.len() == 1 && words < 40)
    {
        Finding::new(3, "understandable, with a gap or a detour")
    } else {
        Finding::new(4, "direct and concrete")
    };
    let probe = finding.level <= 3 && focus.is_some();
    let finding = if probe || finding.level < 3 {
        finding.missing(Probe::Vague)
    } else {
        finding
    };
    finding.focus(focus)
}

/// Sentences that wander off.
fn digressions(ctx: &Context<'_>) -> usize {
    ctx.sentences()
        .iter()
        .filter(|sentence| DETOUR.is_match(ctx.slice(&sentence.span)))
        .count()
}

/// Words of sentences that are lists of five or more bare names.
fn listed(ctx: &Context<'_>) -> usize {
    ctx.sentences()
        .iter()
        .map(|sentence| ctx.slice(&sentence.span))
        .filter(|text| {
            let parts: Vec<&str> = text.split(',').collect();
            parts.len() >= 5 && parts.iter().all(|part| (1..=2).contains(&word_count(part)))
        })
        .map(word_count)
        .sum()
}

fn hedged(ctx: &Context<'_>) -> Option<Span> {
    ctx.any(&HEDGE).map(|span| ctx.text.clause_of(&span))
}

patterns! {
    FUNCTION_WORD = r"\b(?:the|a|an|is|are|i|we|it|to|of|in|and|that|for|on|with|be|if|at|by|as|so|not|or|you|they|this|was|my|our|no|yes|do|have|per|up|then|only|each|one|two|who|can|will|from)\b";
}

/// Letters without words: no word that holds a sentence together, or hardly a vowel.
fn gibberish(ctx: &Context<'_>) -> bool {
    let live = ctx.text.live();
    let letters = live.chars().filter(|c| c.is_alphabetic()).count();
    let ascii = live.chars().filter(char::is_ascii_alphabetic).count();
    if letters == 0 {
        return ctx.text.masked.total == 0 && !live.contains(|c: char| c.is_ascii_digit());
    }
    if ascii * 2 < letters {
        return false;
    }
    let vowels = live.chars().filter(|c| "aeiouy".contains(*c)).count();
    let words = word_count(live);
    let glue = FUNCTION_WORD.find_iter(live).count();
    vowels * 6 < ascii
        || (words >= 5 && glue == 0 && ctx.numbers.is_empty() && !live.contains([',', ';', ':']))
        || letters / words.max(1) > 25
}

/// An answer that goes round in circles: few different words for its length.
fn circular(ctx: &Context<'_>) -> bool {
    let stems = super::words::content_stems(ctx.text.live());
    let distinct: std::collections::HashSet<&String> = stems.iter().collect();
    let new = distinct.iter().filter(|stem| !ctx.asked.contains(**stem)).count();
    stems.len() >= 8 && (distinct.len() * 2 < stems.len() && stems.len() < 40 || new * 3 <= distinct.len())
        || stems.len() >= 6 && new <= 1
}

/// Recruiter logistics: none of what was asked is answered.
fn unaddressed(ctx: &Context<'_>) -> bool {
    let levels: Vec<u8> = ctx
        .input
        .asks
        .iter()
        .filter_map(|ask| match ask {
            Ask::Timeline => Some(recruiter::timeline(ctx)),
            Ask::Responsiveness => Some(recruiter::responsiveness(ctx)),
            Ask::Compensation => Some(recruiter::compensation(ctx)),
            _ => None,
        })
        .map(|finding| u8::from(!finding.evidence.is_empty()))
        .collect();
    ctx.input.kind == QuestionKind::Logistics && !levels.is_empty() && levels.iter().all(|level| *level == 0)
}

/// Judges decisiveness on the text alone, then takes off for timing.
pub(super) fn decisiveness(ctx: &Context<'_>) -> Finding {
    let text = text_level(ctx);
    let breaches = ctx.input.timing.map_or(0, |timing| timing.breaches().min(2));
    let taken = u8::try_from(breaches).unwrap_or(2);
    if taken == 0 {
        return text;
    }
    Finding {
        level: text.level.saturating_sub(taken),
        reason: "long pauses or an answer over two minutes",
        probe: Some(Probe::Indecisive),
        ..text
    }
}

fn text_level(ctx: &Context<'_>) -> Finding {
    let live = ctx.text.live();
    let masked = &ctx.text.masked;
    if ctx.is_empty()
        || gibberish(ctx)
        || (masked.to_grader + masked.stuffed + masked.echoed) * 2 >= masked.total.max(1) && !COMMIT.is_match(live)
    {
        return Finding::new(0, "no commitment").missing(Probe::Indecisive);
    }
    let swings: Vec<Span> = OSCILLATION.find_iter(live).map(|found| found.range()).collect();
    let focus = swings
        .first()
        .map(|span| ctx.text.clause_of(span))
        .or_else(|| ctx.any(&OPEN).map(|span| ctx.text.clause_of(&span)));
    let hedges = HEDGE.find_iter(live).count();
    let open = OPEN.find_iter(live).count();
    let words = ctx.live_words().max(1);
    let detours = digressions(ctx);
    let commits = COMMIT.is_match(live);
    let finding = if unaddressed(ctx) {
        Finding::new(1, "what was asked is not addressed")
    } else if words <= 5 && open >= 1
        || DONT_KNOW.is_match(live) && words < 30
        || (open >= 2 && !commits)
        || (hedges + open >= 4 && (hedges + open) * 10 >= words)
        || circular(ctx)
    {
        Finding::new(0, "no commitment")
    } else if swings.len() >= 2
        || (open >= 1 && words < 25 && hedges + swings.len() >= 1)
        || (hedges + open >= 3 && (hedges + open) * 14 >= words)
    {
        Finding::new(1, "goes back and forth")
    } else if open >= 2 || (open == 1 && words < 20) || (hedges >= 3 && hedges * 20 >= words) || detours >= 3 {
        Finding::new(2, "commits late, or leaves it open")
    } else if !swings.is_empty() || hedges + open >= 2 && (hedges + open) * 30 >= words || !commits && words <= 6 {
        Finding::new(3, "commits after some delay")
    } else {
        Finding::new(4, "commits early and stays")
    };
    let finding = if finding.level < 3 {
        finding.missing(Probe::Indecisive)
    } else {
        finding
    };
    let evidence: Vec<Span> = if finding.level <= 2 {
        swings.iter().map(|span| ctx.text.sentence_of(span)).collect()
    } else {
        Vec::new()
    };
    finding.at(evidence).focus(focus)
}
