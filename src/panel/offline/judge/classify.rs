//! What a question asks for (rubric section 2), read from its words where a transcript does not say.

use super::pattern::patterns;
use crate::domain::signal::{Ask, QuestionKind, Round};

patterns! {
    BLUEPRINT = r"\b(?:full|complete|production|entire|whole|end-to-end|all components)\b[^.?]{0,40}\b(?:architecture|blueprint|system|design|platform|included)\b|\bproduction (?:architecture|blueprint|system|design)\b|\ball components\b|\bblueprint\b";
    TEST = r"\b(?:how (?:would|will|do|could) (?:you|we) (?:test|measure|evaluate|know|check|validate|prove|verify)|how you(?:'d| would) (?:test|measure|evaluate|know)|test it|measure (?:it|success)|experiment|a\/b|know (?:if|whether) it)\b";
    NEXT = r"\b(?:next step|what next|what's next|next test|how would you (?:follow up|test)|what (?:test|experiment)|which (?:test|experiment))\b";
    EXPLAIN = r"\b(?:explain|why (?:might|can|does|do|is|would|are|may|could|should)|what is the (?:difference|idea)|when would you (?:not )?(?:use|prefer|choose)|how (?:does|do) \w+|how would you choose between|intuition|what happens (?:if|when)|what does [\w ]+ mean|difference between|choose between|walk me through how|what can go wrong with)\b";
    EVALUATE = r"\b(?:evaluat\w*|judge\b|how (?:would|do) you know|is (?:the|our|it)[\w' ]* (?:working|better|good|worth)|whether it is better|beats?|measure whether|assess|find out (?:whether|if)|how would you (?:test|measure|compare)|compare)\b";
    RESULT = r"\b(?:fell|rose|went from|went up|went down|lifted|raised|shortened|saves?|saved|improved|increased|decreased|dropped|cut|reduced|grew|halved|doubled|is now|are now|readout|plus \d|up by|down by|made [\w ]+ (?:create|buy|use)|got [\w ]+ to|did not change|p = |came back|showed|shows|gained|moved)\b";
    SO_WHAT = r"\b(?:so what|what (?:now|then|follows|does (?:it|that|this) (?:change|mean)|should|do (?:we|you)|would you (?:recommend|do|decide))|how does (?:that|it|this) translate|decide|recommend|what does that mean)\b";
    SKETCH = r"\b(?:sketch|propose|design|how would you (?:build|approach|detect|suggest|rank|recommend|compute|add|find|route|match|serve|predict|implement|plan|set up|handle|extract|sort|assign|warn|flag)|smallest version|first version|outline|architect\w*|what would you (?:build|change))\b";
    STORY = r"\b(?:tell me about (?:a|the|an|your) (?:time|model|project|decision|moment|situation|conflict|failure|mistake|disagreement)|describe a (?:time|situation|project|decision)|give me an example|when did you|have you ever|a time (?:you|when)|of yours|your (?:biggest|worst|last|proudest) \w+|walk me through a (?:time|project|decision))\b";
    IMPACT = r"\b(?:impact|changed what|business (?:did|result)|result|made a difference|effect on|moved (?:a|the) (?:number|metric)|value)\b";
    PRIORITISE = r"\b(?:which(?:,| one| first| and why|\?)|priorit\w*|launch (?:is|on|date|or)|one quarter|one analyst|only (?:one|test slot|budget)|how do you choose|how would you choose|what do you do|pick one|go or no[- ]go|you may (?:fix|do)|would you launch|cut (?:one|first)|first thing you|so is it|and [\w ]+ and [\w ]+\?)\b";
    PITCH = r"\b(?:introduc\w+|about yourself|why (?:us|this|do you want|are you|our)|pitch|one-minute|one minute|in a sentence|your (?:story|background)|who are you|what brings you|walk me through your (?:cv|resume|background))\b";
    TIMELINE = r"\b(?:three weeks|weeks|availab\w+|timing|process|schedul\w*|calendar|last interview|rounds|start date|does it fit|when can you|notice)\b";
    REPLY = r"\b(?:repl(?:y|ies)|answer (?:our|an|the)?[\w ]*(?:mail|invitation|message)|how (?:fast|quickly|soon)[\w ]*(?:answer|reply|respond|react|get back|confirm)|react to|respond|response time|get back to us|mails)\b";
    PAY = r"\b(?:pay|salary|compensation|base|money|range|expectations?|equity|sign-?on|package)\b";
    TEST_AT_STAKE = r"\b(?:(?:experiment|test|trial|pilot)[\w ]* (?:is|was|came|says|shows?)|inconclusive|how (?:would|will) (?:you|we) (?:test|measure|know|find out)|what would you change)\b";
    NUMBER = r"\b(?:number on|how much (?:is|does|would)|what it brings|size of)\b";
}

/// The kind of a question and what it asks beyond it. `constraint` is whether a limit was stated with it.
#[must_use]
pub fn classify(round: Round, question: &str, constraint: bool) -> (QuestionKind, Vec<Ask>) {
    let text = question.to_lowercase().replace('\u{2019}', "'");
    let kind = match round {
        Round::RecruiterScreen => recruiter(&text),
        Round::SystemDesign => design(&text),
        Round::MlFundamentals => fundamentals(&text, constraint),
        Round::ProductTranslation => translation(&text),
        Round::HiringManager => manager(&text),
    };
    (kind, asks(kind, &text))
}

fn recruiter(text: &str) -> QuestionKind {
    let logistics = TIMELINE.is_match(text) || REPLY.is_match(text) || PAY.is_match(text);
    if PITCH.is_match(text) || !logistics {
        QuestionKind::Pitch
    } else {
        QuestionKind::Logistics
    }
}

fn design(text: &str) -> QuestionKind {
    if BLUEPRINT.is_match(text) && !text.contains("not the full") {
        return QuestionKind::Blueprint;
    }
    if RESULT.is_match(text) && SO_WHAT.is_match(text) {
        return QuestionKind::Result;
    }
    if EVALUATE.is_match(text) && !SKETCH.is_match(text) {
        QuestionKind::Evaluate
    } else {
        QuestionKind::Sketch
    }
}

fn fundamentals(text: &str, constraint: bool) -> QuestionKind {
    let what_now = SO_WHAT.is_match(text);
    if text.starts_with("say ") && what_now || RESULT.is_match(text) && what_now && !EVALUATE.is_match(text) {
        return QuestionKind::Result;
    }
    if EXPLAIN.is_match(text) && !EVALUATE.is_match(text) || constraint && text.contains("choose between") {
        return QuestionKind::Explain;
    }
    if EVALUATE.is_match(text) && text.contains("how ") {
        return QuestionKind::Evaluate;
    }
    if NUMBER.is_match(text) || text.contains("if it had") || text.contains("what do we do") || text.contains("goes up")
    {
        return QuestionKind::Result;
    }
    if EVALUATE.is_match(text) {
        QuestionKind::Evaluate
    } else if SKETCH.is_match(text) || BLUEPRINT.is_match(text) {
        QuestionKind::Sketch
    } else if RESULT.is_match(text) {
        QuestionKind::Result
    } else if EXPLAIN.is_match(text) || text.contains("what") {
        QuestionKind::Explain
    } else {
        QuestionKind::Evaluate
    }
}

fn translation(text: &str) -> QuestionKind {
    if RESULT.is_match(text) || SO_WHAT.is_match(text) {
        return QuestionKind::Result;
    }
    if EVALUATE.is_match(text) {
        QuestionKind::Evaluate
    } else if PRIORITISE.is_match(text) {
        QuestionKind::Prioritise
    } else {
        QuestionKind::Result
    }
}

fn manager(text: &str) -> QuestionKind {
    if STORY.is_match(text) {
        QuestionKind::Behavioural
    } else {
        QuestionKind::Prioritise
    }
}

fn asks(kind: QuestionKind, text: &str) -> Vec<Ask> {
    let mut asks = Vec::new();
    match kind {
        QuestionKind::Logistics => {
            asks.extend(TIMELINE.is_match(text).then_some(Ask::Timeline));
            asks.extend(REPLY.is_match(text).then_some(Ask::Responsiveness));
            asks.extend(PAY.is_match(text).then_some(Ask::Compensation));
            if asks.is_empty() {
                asks.push(Ask::Timeline);
            }
        }
        QuestionKind::Behavioural => asks.extend(IMPACT.is_match(text).then_some(Ask::Impact)),
        QuestionKind::Result => asks.extend(NEXT.is_match(text).then_some(Ask::NextStep)),
        QuestionKind::Sketch | QuestionKind::Blueprint => asks.extend(TEST.is_match(text).then_some(Ask::Test)),
        QuestionKind::Prioritise => asks.extend(TEST_AT_STAKE.is_match(text).then_some(Ask::Test)),
        _ => {}
    }
    asks
}

#[cfg(test)]
mod tests {
    use super::classify;
    use crate::domain::signal::{Ask, QuestionKind, Round};

    #[test]
    fn kinds_are_read_from_the_words() {
        let kind = |round, text| classify(round, text, false).0;
        assert_eq!(
            kind(
                Round::MlFundamentals,
                "How would you evaluate a new model for bus arrival times?"
            ),
            QuestionKind::Evaluate
        );
        assert_eq!(
            kind(
                Round::MlFundamentals,
                "Why might boosted trees overfit on our small clinic data?"
            ),
            QuestionKind::Explain
        );
        assert_eq!(
            kind(Round::SystemDesign, "Sketch a first version of seat suggestions."),
            QuestionKind::Sketch
        );
        assert_eq!(
            kind(Round::SystemDesign, "Give me the full production architecture for it."),
            QuestionKind::Blueprint
        );
        assert_eq!(
            kind(Round::HiringManager, "Tell me about a time you said no."),
            QuestionKind::Behavioural
        );
        assert_eq!(
            kind(Round::RecruiterScreen, "Tell me about yourself."),
            QuestionKind::Pitch
        );
    }

    #[test]
    fn logistics_say_what_was_asked() {
        let (kind, asks) = classify(
            Round::RecruiterScreen,
            "How fast do you reply, and what salary do you expect?",
            false,
        );
        assert_eq!(kind, QuestionKind::Logistics);
        assert_eq!(asks, [Ask::Responsiveness, Ask::Compensation]);
    }
}
