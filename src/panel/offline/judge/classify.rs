//! What a question asks for (rubric section 2), read from its words where a transcript does not say.

use super::pattern::patterns;
use crate::domain::signal::{Ask, QuestionKind, Round};

patterns! {
    BLUEPRINT = r"\b(?:full|complete|production|entire|whole|end-to-end|all components)\b[^.?]{0,40}\b(?:architecture|blueprint|system|design|platform|included)\b|\bproduction (?:architecture|blueprint|system|design)\b|\ball components\b|\bblueprint\b";
    TEST = r"\bhow (?:would|will|do|could|can|might|should) (?:you|we|one) (?:then |ever |actually )?(?:learn|find out|tell|see|prove|show|convince|decide if|decide whether|judge|compare|pilot|try|check)\b|\bhow (?:we|you)(?:\'d|\'ll| would| will) (?:know|tell|learn|find out|check|see)\b|\bprove (?:it|that)\b|\bknow (?:it|that it) (?:works|helps)|\b(?:how (?:would|will|do|could) (?:you|we) (?:test|measure|evaluate|know|check|validate|prove|verify)|how you(?:'d| would) (?:test|measure|evaluate|know)|test it|measure (?:it|success)|experiment|a\/b|know (?:if|whether) it)\b";
    NEXT = r"\b(?:where (?:to )?next|what (?:would|do) (?:you|we) (?:try|test|run|do) next|how (?:would|do|will|could) (?:you|we) (?:test|confirm|check|verify|find out|make sure|prove|learn|measure|settle)|which way next|now what test|follow-up test|next move)\b|\bnext\?|\b(?:next step|what next|what's next|next test|how would you (?:follow up|test)|what (?:test|experiment)|which (?:test|experiment))\b";
    EXPLAIN = r"\b(?:in your own words|how come|what makes|where (?:does it|it) (?:breaks?|fails?)|tell me (?:how|why|what)|what(?:'s| is) (?:an?|the) [\w -]{3,40}(?:\?| and)|teach|describe how|what goes wrong|why (?:not|use|did|was|were|have|has)|how (?:is|are) [\w ]+ different|the idea behind|what (?:does|do) [\w' ]+ (?:do|learn|assume|capture|tell)|when (?:does|do|is|are|should) )|\b(?:explain|why (?:might|can|does|do|is|would|are|may|could|should)|what is the (?:difference|idea)|when would you (?:not )?(?:use|prefer|choose)|how (?:does|do) \w+|how would you choose between|intuition|what happens (?:if|when)|what does [\w ]+ mean|difference between|choose between|walk me through how|what can go wrong with)\b";
    EVALUATE = r"\bhow (?:would|do|will|can|could|should|might|did) (?:you|we|i|one) (?:go about |then |ever )?(?:evaluat|judg|tell|decide (?:if|whether)|find out|measur|check|test|assess|compar|prove|convince|satisfy|say (?:if|whether)|see (?:if|whether)|rate|validat|verif|be sure|make sure)|\b(?:any good|good enough|worth (?:having|keeping|it)|would you trust|convince you|does it (?:work|help)|do(?:es)? (?:they|it|that|this) (?:actually |really )?(?:work|help)|is it ready|how good is|how well does|put it to the test|prove its worth|earns? its (?:keep|place))\b|\b(?:evaluat\w*|judge\b|how (?:would|do) you know|is (?:the|our|it)[\w' ]* (?:working|better|good|worth)|whether it is better|beats?|measure whether|assess|find out (?:whether|if)|how would you (?:test|measure|compare)|compare)\b";
    RESULT = r"\b(?:by (?:<num>|a|\d)|per ?cent (?:more|less|fewer|higher|lower)|% (?:more|less|fewer|higher|lower|up|down)|instead of|compared with|used to be|are flat|is flat|is up|are up|is down|are down|halves?|doubles?|trebled|tripled|climbed|slipped|shrank|rises|falls|lifts|cuts|shaved|won|beat|in the (?:pilot|trial|test))\b|\b(?:fell|rose|went from|went up|went down|lifted|raised|shortened|saves?|saved|improved|increased|decreased|dropped|cut|reduced|grew|halved|doubled|is now|are now|readout|plus \d|up by|down by|made [\w ]+ (?:create|buy|use)|got [\w ]+ to|did not change|p = |came back|showed|shows|gained|moved)\b";
    SO_WHAT = r"\b(?:and now|now what|where (?:do|does|would) (?:we|you|that|this|it)|what(?:'s| is) (?:your|the) (?:call|read|take|verdict|move|recommendation|consequence|plan)|what (?:do|would) (?:you|we) (?:make|say|tell|advise|propose|suggest)|what (?:does|would|will|is) (?:it|that|this)|your (?:call|verdict|advice)|how (?:do|should|would) (?:you|we) (?:read|react|respond|act|interpret)|is (?:that|this|it) (?:good|enough|worth|useful)|why (?:should|does|would) (?:we|it|that|anyone|that matter)|should we|do we (?:ship|launch|roll|keep)|make of (?:it|that|this)|means? (?:for|to) (?:us|you|them)|what next|go ahead)\b|\b(?:so what|what (?:now|then|follows|does (?:it|that|this) (?:change|mean)|should|do (?:we|you)|would you (?:recommend|do|decide))|how does (?:that|it|this) translate|decide|recommend|what does that mean)\b";
    SKETCH = r"\b(?:lay out|put together|draw up|rough out|come up with|what would (?:a|the|your) (?:first|smallest|simplest|minimal)|how would (?:you|we) (?:go about|get|do|make|let|help|tell|give|spot|forecast|estimate|produce|automate|tackle|solve|organi[sz]e|schedule|notice|send|show|decide which|choose which|pick|start)|describe (?:a|the|how)|a first (?:system|go|attempt|cut)|simplest|minimal|first (?:assistant|tool))\b|\b(?:sketch|propose|design|how would you (?:build|approach|detect|suggest|rank|recommend|compute|add|find|route|match|serve|predict|implement|plan|set up|handle|extract|sort|assign|warn|flag)|smallest version|first version|outline|architect\w*|what would you (?:build|change))\b";
    STORY = r"\b(?:tell (?:me|us) (?:about|of) |talk (?:me|us) through (?:a|an|the|your|something|one)|walk (?:me|us) through (?:a|an|something|one)|share (?:a|an|one)|describe (?:a|an|one|something|the (?:last|hardest|biggest)|your)|give (?:me|us) an? |have you (?:ever )?\w+ed|when (?:did|have|were) you|what(?:'s| is| was) (?:the|your) (?:\w+ )?(?:hardest|biggest|best|worst|toughest|most|last|proudest|one)|which (?:of your|decision|project|piece)|you (?:regret|disagreed|said no|are proud|got wrong)|you(?:'ve| have) (?:\w+ed|made|built|led|seen|taken|had)|you're (?:most )?proud|looking back|in your (?:career|last|current|past))|\b(?:tell me about (?:a|the|an|your) (?:time|model|project|decision|moment|situation|conflict|failure|mistake|disagreement)|describe a (?:time|situation|project|decision)|give me an example|when did you|have you ever|a time (?:you|when)|of yours|your (?:biggest|worst|last|proudest) \w+|walk me through a (?:time|project|decision))\b";
    IMPACT = r"\b(?:difference|proud\w*|outcome|changed (?:what|how|the)|benefit\w*|worth|paid off|success\w*|achiev\w+|mattered|counted|biggest win)\b|\b(?:impact|changed what|business (?:did|result)|result|made a difference|effect on|moved (?:a|the) (?:number|metric)|value)\b";
    PRIORITISE = r"\b(?:make the call|your call|do you launch|would you (?:go|ship|release)|only one|one thing|one of (?:them|these|the)|what (?:goes|comes) first|who (?:gets|wins)|where do you (?:start|put)|what do you (?:drop|cut|keep|fix|tell)|choose|pick)\b|\b(?:which(?:,| one| first| and why|\?)|priorit\w*|launch (?:is|on|date|or)|one quarter|one analyst|only (?:one|test slot|budget)|how do you choose|how would you choose|what do you do|pick one|go or no[- ]go|you may (?:fix|do)|would you launch|cut (?:one|first)|first thing you|so is it|and [\w ]+ and [\w ]+\?)\b";
    PITCH = r"\b(?:short version of|sum (?:yourself|up your)|yourself in|elevator|who(?:'s| is) (?:in front of|behind)|in (?:a minute|sixty seconds|two minutes|thirty seconds|a few (?:sentences|words))|what (?:do|would|will) you bring|why should we|what (?:makes|made|draws|drew|attracts) you|present yourself|a bit about you|tell (?:me|us) (?:a bit |a little |something )?about you\b|a (?:quick|brief) (?:intro|overview|summary))|\b(?:introduc\w+|about yourself|why (?:us|this|do you want|are you|our)|pitch|one-minute|one minute|in a sentence|your (?:story|background)|who are you|what brings you|walk me through your (?:cv|resume|background))\b";
    TIMELINE = r"\b(?:diary|agenda|when (?:could|would|are|do|is|will) (?:you|it)|free\b|stages|interviews|holidays?|how soon could you (?:start|come|do|begin)|dates?\b|slots?|start(?:ing)? (?:with us|day)|between (?:first|now)|until the (?:final|last|offer)|calls? to (?:the )?(?:offer|final|last)|on-?site|fits? (?:you|your|in)|works? for you|the coming|next month|days\b|plans)|\b(?:three weeks|weeks|availab\w+|timing|process|schedul\w*|calendar|last interview|rounds|start date|does it fit|when can you|notice)\b";
    REPLY = r"\b(?:invit\w+|hear(?:ing)? (?:back )?from you|write back|writing back|get(?:ting)? back|comes? back to us|reach(?:able)? |turnaround|e-?mails?|messages?|in touch|how (?:fast|quick|quickly|soon|promptly|long)[\w ']* (?:you|from you|reply|replies)|respon\w+|confirmations?|when we write)\b|\breact|\b(?:repl(?:y|ies)|answer (?:our|an|the)?[\w ]*(?:mail|invitation|message)|how (?:fast|quickly|soon)[\w ]*(?:answer|reply|respond|react|get back|confirm)|react to|respond|response time|get back to us|mails)\b";
    PAY = r"\b(?:paid|earn\w*|compensat\w*|remunerat\w*|wages?|income|figures?|what would it (?:take|cost)|number in mind|your number|number (?:are|do|would) you|looking for financially|financial\w*|budget|band|ask(?:ing)?(?: price)?|package|cost us|bring you (?:over|on board)|stock|bonus|thousand|how much|reward)\b|[$€£]|\b(?:pay|salary|compensation|base|money|range|expectations?|equity|sign-?on|package)\b";
    TEST_AT_STAKE = r"\b(?:learn more|find out|(?:isn't|is not|not|wasn't) (?:yet )?(?:conclusive|significant|clear|finished)|how would you (?:know|tell|prove|settle|check|try|compare|see|verify)|what test|which test|test first|unproven)\b|\b(?:(?:experiment|test|trial|pilot)[\w ]* (?:is|was|came|says|shows?)|inconclusive|how (?:would|will) (?:you|we) (?:test|measure|know|find out)|what would you change)\b";
    NUMBER = r"\b(?:what (?:would|does|will|is) it (?:be )?(?:worth|bring|cost)|how much (?:would|will|could|does|do|is|money)|how big|in (?:money|numbers|figures)|put a (?:number|figure)|size (?:it|the)|what(?:'s| is) (?:it|that) worth)\b|\b(?:number on|how much (?:is|does|would)|what it brings|size of)\b";
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
    let reply_or_pay = REPLY.is_match(text) || PAY.is_match(text);
    let logistics = TIMELINE.is_match(text) || reply_or_pay;
    if PITCH.is_match(text) && !reply_or_pay || !logistics {
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
    if RESULT.is_match(text) || SO_WHAT.is_match(text) && !EVALUATE.is_match(text) {
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
        QuestionKind::Prioritise => {
            asks.extend(TEST_AT_STAKE.is_match(text).then_some(Ask::Test));
            asks.extend(NUMBER.is_match(text).then_some(Ask::Impact));
        }
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
