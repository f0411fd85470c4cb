//! Recruiter logistics (rubric 4.1): timeline, responsiveness and compensation against the reference values.

use super::{
    context::Context,
    finding::Finding,
    numbers::{Unit, numbers},
    pattern::patterns,
    text::Span,
};
use crate::domain::probe::Probe;

patterns! {
    AVAILABLE = r"\b(?:any (?:weekday|hour|of them|date)|diary|nothing (?:planned|booked|on)|no trips|at your disposal|my (?:calendar|diary|time) is|between jobs|off work)\b|\b(?:free|available|availab\w+|mornings?|afternoons?|evenings?|mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|weekdays|any (?:day|time|slot|afternoon|morning)|after (?:<num>)\b|before noon|from (?:<num>) (?:on|to)|keep [\w ]+ (?:free|open)|blocked|clear(?:ed)?|open (?:on|from)|slots?|lunch|next (?:<num>)? ?weeks?|all (?:week|day)|whenever|flexible)\b";
    CONCRETE = r"\b(?:nothing (?:planned|booked|on)|any weekday|every weekday|from (?:monday|tuesday|wednesday|thursday|friday|nine|ten|noon|tomorrow|the \d+)|(?:january|february|april|june|july|august|september|october|november|december)|at your disposal|the \d+(?:st|nd|rd|th)?\b|free (?:all|the whole|until|from))\b|\b(?:mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|weekdays|mornings?|afternoons?|after (?:<num>)|before (?:noon|<num>)|from (?:<num>)|until the \w+|the \d+(?:st|nd|rd|th)|any (?:day|afternoon|morning|time)|every (?:day|morning|afternoon)|all (?:day|week)\w*|next (?:<num>) weeks|at (?:<num>)|fully (?:free|available)|no (?:conflicts?|other plans|holidays?))\b";
    AWARE = r"\b(?:(?:three|3|two|2|four|4|five|5) weeks?|21 days|the (?:whole )?process|(?:your|the) (?:usual )?(?:three|process|timeline|schedule|rounds|window)|it fits|fits? (?:me|well|fine|with)|that (?:works|fits)|works for me|five rounds|final (?:round|interview|on-?site)|last (?:round|interview))\b";
    WILLING = r"\b(?:flexible|should (?:work|be fine|fit|be ok)|will (?:make|find|try|manage)|happy to|somehow|make it work|i think so|sure|no problem|can do|evenings?|probably fine|fine|ok(?:ay)?|yes)\b";
    CONFLICT = r"\b(?:have to (?:see|check|ask)|need to (?:check|ask|see)|maybe|unclear|no idea|not sure|might (?:be|clash|not)|may (?:clash|not|be)|conflict\w*|clash\w*|travel\w*|vacation|holiday|away|exams?|move\b|moving|abroad|notice period|another offer|busy|don't know (?:which|when|yet)|hard to say|depends)\b";
    WORKAROUND = r"\b(?:before and after|can do any|still (?:works?|fits?)|but (?:i )?(?:can|could)|instead|by (?:video|phone)|remote(?:ly)?|before (?:that|then|i leave)|after (?:that|i return)|so (?:your|it|that) [\w ]*(?:fits?|works?)|leaves|except|move it|reschedul\w+|swap|early in the morning|from (?:there|the hotel)|which (?:covers|leaves|still))\b";
    REFUSES = r"\b(?:no\.|(?:can't|cannot|won't|not) (?:do |make |start |begin )?(?:any|it|that|before|until)|won't (?:rearrange|move|change)|not (?:available|possible|interested)|too (?:long|slow|many)|(?:<num>|several) months from now|in (?:half a year|(?:<num>) months)|not before|nothing (?:before|until)|i don't do)\b";
    WITHIN = r"\b(?:tonight|by tonight|before (?:the day is out|evening|i go to bed|you go home|midnight|dinner)|within the (?:day|working day|morning|afternoon)|straight ?away|on the spot|a few minutes|the day (?:it|they|i) (?:comes?|arrives?|gets?|land)|the same \w+|the very same|by end of (?:the )?day|not later than (?:the )?(?:next|same)|(?:1|2|3|4|5|6|8|10|12|24|36|48) ?h\b|at most (?:a|one|two) days?|in two days)\b|\b(?:same[- ](?:day|evening|morning|afternoon|hour)|within (?:a|one|the) (?:day|hour|few hours|same day)|within (?:24|48|12|36)|(?:24|48|12|36) ?(?:hours|h\b)|(?:a|one|two|few) hours?|within (?:minutes|two days|hours)|two days|by the evening|that (?:very )?(?:day|evening)|in (?:a|one) day|half a day|immediately|at once|right away|within the hour|minutes|by (?:the )?(?:next|following) (?:morning|day|evening)|two (?:working|business) days)\b";
    NEXT_DAY = r"\b(?:next morning|following day|by noon|a working day|one working day|from one day to the next|within a night)\b|\b(?:next (?:working |business )?day|tomorrow|the day after|daily|every (?:day|morning|evening)|twice a day|overnight|day or two|a day or so|each (?:morning|evening|day))\b";
    PROMPT = r"\b(?:prompt\w*|quick\w*|fast|soon|as soon as|asap|timely|usually|normally|without delay|responsive|right on it|reasonabl\w+|reply|answer|respond|in time|when i can|try to)\b";
    THREE = r"\b(?:third day|three days|3 days|72 hours|within three|two or three days|2-3 days|two to three|couple of days|few days|by the third)\b";
    SLOW = r"\b(?:within the week|end of (?:the )?(?:week|month)|by (?:the )?friday|fortnight\w*|a week or|every other week|ten days|once i(?:'m| am) back|in my own time|some time next)\b|\b(?:(?:a|one|the|per|each|every|next) week|(?:four|five|six|seven|ten|4|5|6|7|10|14) (?:days|business days|working days)|weekly|two weeks|weeks|weekends? only|on (?:sundays|fridays)|once a week|fortnight|when i (?:feel|get around)|no (?:promise|commitment|guarantee)|can't (?:say|promise)|whenever|wait until|until i'm back|don't (?:check|read)|month)\b";
    ESCALATION = r"\b(?:phone|call me|text me|sms|whatsapp|urgent|colleague|partner|assistant|tell you (?:before|in advance|first)|in advance|announce|auto-?reply|number)\b";
    REPLY = r"\b(?:mails?|e-?mails?|repl(?:y|ies)|answer\w*|respond|response|react|invitation\w*|hear(?:ing)? (?:from|back)|get back|confirm|messages?)\b";
    PAY = r"\b(?:salary|gross|net|a year|annual\w*|per annum|yearly|monthly|earn\w*|ask for|looking (?:for|at))\b|\b(?:base|salary|pay|range|equity|sign-?on|bonus|compensation|money|thousand|package|band|total|stock|shares|k\b|\d+ ?k|offer|dollars?|expect\w*|between)\b|[$€£]";
    ASKS_BAND = r"\b(?:rather (?:leave|wait|hear|not)|leave (?:it|that|this) (?:until|for)|too early|what do you (?:pay|offer|have in mind)|what (?:have|do) you (?:budgeted|usually)|your side first|first (?:the|your) (?:role|scope|level|band|range)|until i (?:know|see|hear)|depends (?:a lot )?on)\b|\b(?:what(?:'s| is) (?:the|your) (?:band|range|budget)|you tell me|tell me (?:the|your)|share (?:the|your)|your band|the band first|which band|know the (?:band|range|scope|level)|depends on (?:the )?(?:level|scope|role|package)|learn more|once i (?:know|understand)|after (?:i|we) (?:know|understand|talk)|prefer to (?:hear|wait|talk)|open to|like to (?:hear|understand|know))\b";
    EQUITY = r"\b(?:equity|stock|shares|options|0?\.\d+ ?%)\b";
    SIGN_ON = r"\b(?:sign-?on|signing|bonus)\b";
    RIGID = r"\b(?:never (?:discuss|talk|say)|not (?:a (?:cent|dollar|penny) )?(?:less|below|under|negotiable)|non-?negotiable|take it or leave|minimum|won't (?:discuss|negotiate|go|talk)|nothing (?:less|below|under)|final|no discussion|insult\w*|none of your|refuse|waste of (?:my )?time|don't (?:discuss|talk|want to talk)|not going to (?:say|tell))\b";
    FLEXIBLE = r"\b(?:flexible|negotiab\w+|open|depends|room|could|talk|discuss|adapt|consider)\b";
}

/// Judges the timeline.
pub(super) fn timeline(ctx: &Context<'_>) -> Finding {
    let focus = ctx
        .first(&AVAILABLE)
        .or_else(|| ctx.any(&CONFLICT))
        .map(|span| ctx.text.clause_of(&span));
    let place: Vec<Span> = [ctx.sentence_with(&AVAILABLE), ctx.sentence_with(&AWARE)]
        .into_iter()
        .flatten()
        .take(1)
        .collect();
    let concrete = ctx.any(&CONCRETE).is_some();
    let around = ctx.has(&WORKAROUND);
    let refusal = ctx
        .any(&REFUSES)
        .filter(|_| !ctx.has(&AWARE) || ctx.slice(&(0..4)).starts_with("no"));
    if let Some(span) = refusal {
        let level = u8::from(around && concrete);
        let finding = Finding::new(level, "not compatible with the process").at([ctx.text.sentence_of(&span)]);
        return finding.missing(Probe::Timeline).focus(Some(ctx.text.clause_of(&span)));
    }
    let several = ctx.input.asks.len() > 1;
    let conflict = CONFLICT
        .find_iter(ctx.text.live())
        .map(|found| found.range())
        .find(|span| {
            let sentence = ctx.text.sentence_of(span);
            let text = ctx.slice(&sentence);
            !several
                || ON_TOPIC.is_match(text)
                || AVAILABLE.is_match(text)
                || !PAY.is_match(text) && !REPLY.is_match(text)
        })
        .filter(|_| !(concrete && around));
    if let Some(span) = conflict {
        let level = if concrete { 2 } else { 1 };
        let finding = Finding::new(level, "a possible conflict is left open").at([ctx.text.sentence_of(&span)]);
        return finding.missing(Probe::Timeline).focus(Some(ctx.text.clause_of(&span)));
    }
    let evening_only = ctx.has(&EVENINGS) && !ctx.has(&AWARE);
    let finding = match (concrete && !evening_only, ctx.has(&AWARE)) {
        (true, true) if ctx.any(&AWAY).is_some() => Finding::new(3, "a real conflict with a workable alternative"),
        (true, true) => Finding::new(4, "aware of the length, with concrete days"),
        (true, false) => Finding::new(3, "concrete and compatible availability"),
        (false, true) if ctx.has(&AVAILABLE) && ctx.numbers.len() > 1 => Finding::new(3, "compatible, days not named"),
        (false, true) => Finding::new(2, "willing, nothing concrete"),
        (false, false) if ctx.has(&WILLING) && ctx.has(&ON_TOPIC) => Finding::new(2, "willing, nothing concrete"),
        _ => return Finding::new(0, "availability is not answered").missing(Probe::Timeline),
    };
    let place = if place.is_empty() {
        ctx.any(&CONCRETE)
            .or_else(|| ctx.any(&WILLING))
            .map(|span| ctx.text.sentence_of(&span))
            .into_iter()
            .collect()
    } else {
        place
    };
    finding.at(place).missing(Probe::Timeline).focus(focus)
}

patterns! {
    AWAY = r"\b(?:conference|travel\w*|vacation|holiday|abroad|away|surgery|wedding|exams?)\b";
    EVENINGS = r"\b(?:evenings?|weekends?) ?(?:only)?\b";
    ON_TOPIC = r"\b(?:week|weeks|time|timing|schedule|process|days?|fits?|works?|rounds?|be (?:fine|okay|ok)|evenings?|calendar|availab\w+|free|yes|flexible)\b";
}

/// Judges responsiveness.
pub(super) fn responsiveness(ctx: &Context<'_>) -> Finding {
    let place = |pattern: &super::pattern::Pattern| about_replies(ctx, pattern);
    let (fast, next) = (place(&WITHIN), place(&NEXT_DAY));
    let (three, slow) = (place(&THREE), place(&SLOW));
    let escalates = ctx.has(&ESCALATION) && fast.is_some();
    let (level, span, reason) = match (fast, next, three, slow) {
        (Some(span), ..) if escalates => (4, span, "a slow period announced, with a way to be reached"),
        (_, _, _, Some(span)) => (0, span, "more than three days"),
        (None, _, Some(span), _) => (1, span, "over 48 hours"),
        (Some(span), ..) => (4, span, "48 hours or faster"),
        (_, Some(span), ..) => (3, span, "clearly within 48 hours"),
        _ => return vague_reply(ctx),
    };
    let focus = Some(ctx.text.clause_of(&span));
    Finding::new(level, reason)
        .at([ctx.text.sentence_of(&span)])
        .missing(Probe::Responsiveness)
        .focus(focus)
}

fn vague_reply(ctx: &Context<'_>) -> Finding {
    let found = ctx.first(&PROMPT).filter(|_| ctx.has(&REPLY) || ctx.live_words() < 25);
    match found {
        Some(span) => Finding::new(2, "no time given")
            .at([ctx.text.sentence_of(&span)])
            .missing(Probe::Responsiveness)
            .focus(Some(ctx.text.clause_of(&span))),
        None => Finding::new(0, "reply time is not answered").missing(Probe::Responsiveness),
    }
}

/// A match in a sentence about replies, or anywhere where only replies were asked about.
fn about_replies(ctx: &Context<'_>, pattern: &super::pattern::Pattern) -> Option<Span> {
    let only = !ctx.input.asks.contains(&crate::domain::signal::Ask::Timeline);
    pattern
        .find_iter(ctx.text.live())
        .map(|found| found.range())
        .find(|span| {
            let sentence = ctx.slice(&ctx.text.sentence_of(span)).to_owned();
            only || REPLY.is_match(&sentence) || !AVAILABLE.is_match(&sentence) && !AWARE.is_match(&sentence)
        })
}

/// Judges compensation against the reference band, or the band the interviewer states.
pub(super) fn compensation(ctx: &Context<'_>) -> Finding {
    let band = stated_band(ctx).unwrap_or(ctx.input.reference.base_k);
    let figures = pay_figures(ctx);
    let rigid = ctx.any(&RIGID);
    let components = 1 + usize::from(ctx.has(&EQUITY)) + usize::from(ctx.has(&SIGN_ON));
    let sentence = |span: &Span| ctx.text.sentence_of(span);
    let Some((low, high, place)) = figures else {
        return match (ctx.first(&ASKS_BAND), rigid) {
            (_, Some(span)) => Finding::new(0, "refuses to talk about pay")
                .at([sentence(&span)])
                .missing(Probe::Compensation)
                .focus(Some(span)),
            (Some(span), None) => Finding::new(2, "defers, or asks for the band")
                .at([sentence(&span)])
                .missing(Probe::Compensation)
                .focus(Some(ctx.text.clause_of(&span))),
            (None, None) => {
                let said = ctx.first(&PAY);
                let level = u8::from(said.is_some());
                Finding::new(level, "no figure")
                    .at(said.clone())
                    .missing(Probe::Compensation)
                    .focus(said.map(|span| ctx.text.clause_of(&span)))
            }
        };
    };
    let overlaps = low <= band[1] * 1.001 && high >= band[0] * 0.999;
    let gap = if low > band[1] {
        low / band[1] - 1.0
    } else {
        1.0 - high / band[0]
    };
    let finding = if overlaps && components >= 2 {
        Finding::new(4, "overlaps the band, with more than one component")
    } else if overlaps {
        Finding::new(3, "overlaps the band, base only")
    } else if gap <= 0.15 || (rigid.is_none() && ctx.has(&FLEXIBLE)) {
        Finding::new(1, "outside the band")
    } else {
        Finding::new(0, "far outside the band")
    };
    finding
        .at([sentence(&place)])
        .missing(Probe::Compensation)
        .focus(Some(ctx.text.clause_of(&place)))
}

/// The lowest and highest yearly base the answer names, in thousands.
fn pay_figures(ctx: &Context<'_>) -> Option<(f64, f64, Span)> {
    let mut values: Vec<(f64, Span)> = Vec::new();
    for number in &ctx.numbers {
        let thousands = if number.value >= 4_000.0 {
            number.value / 1000.0
        } else {
            number.value
        };
        let monthly = MONTHLY.is_match(ctx.slice(&(number.span.start..ctx.text.sentence_of(&number.span).end)));
        let thousands = if monthly && (4.0..=50.0).contains(&thousands) {
            thousands * 12.0
        } else {
            thousands
        };
        let plausible =
            (60.0..=900.0).contains(&thousands) && matches!(number.unit, Unit::Bare | Unit::Money | Unit::Count);
        let after = ctx.slice(&(number.span.end..(number.span.end + 14).min(ctx.text.live().len())));
        if plausible && !after.trim_start().starts_with("sign") {
            values.push((thousands, number.span.clone()));
        }
    }
    values.extend(spoken_figures(ctx));
    let place = values.first()?.1.clone();
    let low = values.iter().map(|(value, _)| *value).fold(f64::INFINITY, f64::min);
    let high = values.iter().map(|(value, _)| *value).fold(0.0, f64::max);
    Some((low, high, place))
}

patterns! {
    MONTHLY = r"^\S+(?: \w+)?,? (?:a|per|each|every) month\b|^\S+(?: \w+)? monthly\b";
    SPOKEN = r"\b(?:one|a hundred(?: and)?|one hundred(?: and)?)[ -](?:fifty|sixty|seventy|eighty|ninety)(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?\b";
}

/// Pay as it is spoken: `one-seventy-five`, in thousands.
fn spoken_figures(ctx: &Context<'_>) -> Vec<(f64, Span)> {
    const TENS: &[(&str, f64)] = &[
        ("fifty", 50.0),
        ("sixty", 60.0),
        ("seventy", 70.0),
        ("eighty", 80.0),
        ("ninety", 90.0),
    ];
    const ONES: &[(&str, f64)] = &[
        ("two", 2.0),
        ("three", 3.0),
        ("four", 4.0),
        ("five", 5.0),
        ("six", 6.0),
        ("seven", 7.0),
        ("eight", 8.0),
        ("nine", 9.0),
    ];
    SPOKEN
        .find_iter(ctx.text.live())
        .filter_map(|found| {
            let words: Vec<&str> = found.as_str().split([' ', '-']).collect();
            let tens = TENS.iter().find(|(word, _)| words.contains(word))?.1;
            let last = words.last()?;
            let ones = ONES
                .iter()
                .find(|(word, _)| word == last)
                .map_or(0.0, |(_, value)| *value);
            Some((100.0 + tens + ones, found.range()))
        })
        .collect()
}

/// A band in the question, in thousands.
fn stated_band(ctx: &Context<'_>) -> Option<[f64; 2]> {
    let values: Vec<f64> = numbers(&ctx.question, 0)
        .iter()
        .map(|number| {
            if number.value >= 10_000.0 {
                number.value / 1000.0
            } else {
                number.value
            }
        })
        .filter(|value| (60.0..=900.0).contains(value))
        .collect();
    match values.as_slice() {
        [low, high, ..] if low < high => Some([*low, *high]),
        _ => None,
    }
}
