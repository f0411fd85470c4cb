//! Decision rule (rubric 3.3): which outcome leads to which action, and is there a threshold?

use super::{
    context::Context, facts::Branch, finding::Finding, numbers::Unit, pattern::patterns, text::Span, words::word_count,
};
use crate::domain::probe::Probe;

patterns! {
    CONDITION = r"\b(?:where (?:it|that|they|this)|if|when|whenever|once|unless|provided|as long as|in case|whichever|suppose|only if)\b|^(?:and |but |then )?(?:should|had)\b";
    OUTCOME = r"\b(?:<dir>)\b|\d";
    DIRECTION = r"\b(?:<dir>)\b";
    ELSE = r"^(?:and |but |or |so )?(?:otherwise|else|if not|if (?:it|that|they|this|these|those|\w+) (?:doesn't|does not|don't|do not|isn't|is not|aren't|hasn't|haven't|didn't)|or else|failing that|failing which|in between|(?:anything|everything|all) (?:less|else|below|short|under|worse|over|above|more|better|beyond)|in (?:all|any|every) other|no (?:change|difference|gain|lift)\b|a fall\b|a drop\b|a rise\b)";
    BARE_ELSE = r"^(?:and |but |or |so )?(?:it's |it is )?(?:less|fewer|more|below|under|worse|better|lower|higher|down|up|flat|above|over|between|same|not|neither|short|level|equal)(?:[,:;.]|$| (?:than|that|by|of|and|we|i|it|ends?|keeps?|stays?|<num>|zero|half|a|the)\b)";
    DESCRIBES = r"^(?:then |so )?(?:it|that|this|they|there|you|he|she|people|which)(?:'s|'d|'re| is| are| was| were| would| will| means?| has| have| costs?)\b";
    TERSE = r"^(?:and |then |so )?(?:at least |at |with |plus |up |down |under |over |above |below |half )?(?:an? )?(?:<num>) ?-?(?:<pct>|\w+ )";
    ACTION = r"\b(?:<action>)\b|\b(?:we|i)(?:'d| would|'ll| will)? (?:all|another|only|then|also)? ?(?:add|build|start|go|take|use|put|send|give|hire|move|make|try|test|ask|return|invest|add|begin|cut|raise|lower|call|tell|limit|change|rebuild|look for|wait|run)\b";
    NOT_OUTCOME = r"\b(?:crash\w*|unavailable|dead|(?:model|service|server|system|line|app|site) (?:is|goes) down|service|server|misses its slot|unsure|no location|change my mind|i must|you (?:ask|like|want)|legal|network|offline)\b";
    MIND = r"\b(?:change (?:my|our|one's) mind|i'd (?:swap|flip|change)|would flip|convinced|contract (?:with|really|expires|ends))\b";
    SECOND_PERSON = r"\b(?:you|i must|i may|anything)\b";
    GATED = r"\b(?:unless|only (?:if|when|once)|provided|as long as|where (?:it|that|they|this))\b";
    IMPERATIVE = r"^(?:and |but )?(?:cross|miss|reach|hit|pass|beat|clear|fail|exceed|make|match) (?:it|that|this|the \w+)\b";
    BAR = r"\b(?:bar|line|threshold|cut-?off|target|minimum|success|hurdle|mark)\b[^.]{0,25}\b(?:is|at|means|of)\b|\b(?:i|we) (?:need|require|ask for|insist on|want to see)\b";
    SUBJECT = r" (?:we|i|i'd|we'd|i'll|we'll|everyone|everybody|nobody|then|all) \w+";
    LIMITED = r"^(?:and |but )?(?:under|above|below|over|at least|at most|less than|more than)\b";
    WINNER = r"^(?:the )?\w+er (?:one |model |score |value )?wins\b";
    FRONTED = r"^(?:and |but |so |then |or )?(?:if|when|once|should|unless|provided|otherwise|else|if not)\b";
    JOINED = r"\b(?:and|then)\b ";
    REGARDLESS = r"\b(?:(?:ship|launch|go|do it|release|roll (?:it )?out)[\w ]{0,20} anyway|regardless|either way|no matter what|whatever (?:the|it|they|happens|comes out)[\w ]{0,20}(?:result|say|shows?|number|we ship)|in any case|in (?:both|all) cases|even if it)\b";
    VAGUE = r"\b(?:depending on|accordingly|monitor (?:it|this|closely|the)|keep an eye on it|(?:lead|manager|boss|board|team|product|they|she|he|management) (?:will |can |should )?decides?|take the next step|look (?:at|into) (?:it|them|the (?:result|number|data|outcome|figure)s?|everything|all)|look deeper|dig (?:deeper|in)|discuss\w*|align\w*|sit (?:down|together)|figure (?:it )?out|think about it|talk (?:about|to|it)|see (?:what|how|whether|where|then|if)|decide (?:together|then|later|from there|what|on|case)|take it from there|common view|makes? sense|stakeholders|whatever (?:that|it|the)|depends on|meeting|their decision|her decision|if she says|let .{3,20} decide|judg[e]?ment call|evaluate (?:further|the results?)|weigh|consider the results?|before recommending|play it by ear)\b";
    MOVE = r"\b(?:ship|launch|everyone (?:should )?gets?|deploy|roll(?:ing)? (?:it |this )?out|rollout|release|switch (?:it|the|over|everything)|go live|send more|adopt|extend|keep it|we keep|should (?:send|use|keep)|give it to|put it|implement)\b";
}

/// Every condition tied to an action, found once.
pub(super) fn of<'x>(ctx: &'x Context<'_>) -> &'x [Branch] {
    ctx.branches.get_or_init(|| branches(ctx))
}

/// Every condition tied to an action, in the answer's order.
fn branches(ctx: &Context<'_>) -> Vec<Branch> {
    let mut found = Vec::new();
    let mut bar = false;
    let mut required: Option<Span> = None;
    for sentence in ctx.sentences() {
        let whole = ctx.slice(&sentence.span);
        if let Some(span) = required
            .take()
            .filter(|_| whole.starts_with("then ") && ACTION.is_match(whole))
        {
            found.push(Branch {
                span: span.start..sentence.span.end,
                threshold: true,
            });
            continue;
        }
        if BAR.is_match(whole) && !CONDITION.is_match(whole) && threshold(ctx, &sentence.span) {
            bar = true;
            required = Some(sentence.span.clone());
        }
        let mut pending: Option<(Span, bool)> = None;
        let mut since = 0usize;
        for clause in &sentence.clauses {
            let text = ctx.slice(clause).trim();
            let opens = opens(ctx, clause);
            if opens {
                pending = Some((
                    pending
                        .take()
                        .filter(|_| since == 0)
                        .map_or(clause.clone(), |(span, _)| span.start..clause.end),
                    threshold(ctx, clause),
                ));
                since = 0;
            }
            let Some((span, mut limit)) = pending.clone() else {
                continue;
            };
            let acts = ACTION.is_match(text) || (opens && SUBJECT.is_match(text)) || follows(ctx, &span, clause, opens);
            limit |= bar || (!opens && since == 0 && threshold(ctx, clause) && !acts);
            if acts && (!opens || acts_after(text) || joined(text)) {
                found.push(Branch {
                    span: span.start..clause.end,
                    threshold: limit,
                });
                pending = None;
            } else {
                since += usize::from(!opens);
                pending = Some((span, limit));
            }
        }
    }
    found
}

/// Whether the clause states an outcome that something could depend on.
fn opens(ctx: &Context<'_>, clause: &Span) -> bool {
    let text = ctx.slice(clause).trim();
    if NOT_OUTCOME.is_match(text) || MIND.is_match(ctx.slice(&ctx.text.sentence_of(clause))) {
        return false;
    }
    if CONDITION.is_match(text) && !ELSE.is_match(text) {
        let fronted = FRONTED.is_match(text) && !SECOND_PERSON.is_match(text);
        return fronted || GATED.is_match(text) || OUTCOME.is_match(text);
    }
    if IMPERATIVE.is_match(text) {
        return true;
    }
    let bare = BARE_ELSE.is_match(text)
        && (word_count(text) <= 5 || word_count(text) <= 10 && (joined(text) || ACTION.is_match(text)));
    ELSE.is_match(text) || WINNER.is_match(text) || bare || (TERSE.is_match(text) && threshold(ctx, clause))
}

/// A condition and its action in one clause: the action has to be more than the condition's own verb.
fn acts_after(text: &str) -> bool {
    let Some(condition) = CONDITION.find(text) else {
        return true;
    };
    let (head, tail) = text.split_at(condition.start());
    let outcome = DIRECTION.find(tail).map_or(tail.len(), |found| found.end());
    let moved = SUBJECT
        .find(tail)
        .is_some_and(|found| word_count(tail.get(..found.start()).unwrap_or("")) >= 3);
    let later = moved || ACTION.find_iter(tail).any(|found| found.start() >= outcome);
    ACTION.is_match(head) || later || word_count(head) >= 2
}

/// Whether the clause is the consequence of an open condition by its place: after a colon (`one point better: all`), or the main
/// clause of a sentence that its condition opens.
fn follows(ctx: &Context<'_>, condition: &Span, clause: &Span, opens: bool) -> bool {
    let text = ctx.slice(clause).trim();
    if opens {
        return joined(text);
    }
    let head = ctx.slice(&(0..clause.start)).trim_end();
    let stated = ctx.slice(condition).trim();
    let main = (FRONTED.is_match(stated) || ELSE.is_match(stated) || BARE_ELSE.is_match(stated))
        && !DESCRIBES.is_match(text)
        && word_count(text) >= 2;
    let short = word_count(text) <= 5 && head.ends_with(',') && (ELSE.is_match(stated) || BARE_ELSE.is_match(stated));
    head.ends_with(':') || main || short
}

/// `five more and everyone gets it`: condition and consequence joined by `and` or `then`.
fn joined(text: &str) -> bool {
    !CONDITION.is_match(text)
        && JOINED
            .find(text)
            .is_some_and(|found| word_count(text.get(found.end()..).unwrap_or("")) >= 2)
}

/// Whether a number in the clause can decide: not a time, a latency or a denominator.
fn threshold(ctx: &Context<'_>, clause: &Span) -> bool {
    ctx.numbers_in(clause).any(|number| {
        let text = ctx.slice(&number.span);
        match number.unit {
            Unit::Rate | Unit::Money => true,
            Unit::Count | Unit::Bare => {
                !number.base && text != "one" && DIRECTION.is_match(&ctx.slice(clause).replace(text, " "))
            }
            Unit::Time => LIMITED.is_match(ctx.slice(clause).trim()),
            Unit::Latency | Unit::Memory => false,
        }
    })
}

/// Judges the decision rule.
pub(super) fn judge(ctx: &Context<'_>) -> Finding {
    let branches = of(ctx);
    let spans: Vec<Span> = branches
        .iter()
        .map(|branch| ctx.text.sentence_of(&branch.span))
        .collect();
    let limit = branches.iter().any(|branch| branch.threshold);
    let focus = branches.first().map(|branch| branch.span.clone());
    if let (Some(span), true) = (ctx.first(&REGARDLESS), branches.len() < 2) {
        return Finding::new(0, "the action does not depend on the result")
            .missing(Probe::NoDecisionRule)
            .focus(Some(ctx.text.clause_of(&span)));
    }
    let finding = match (branches.len(), limit) {
        (0, _) => return without(ctx),
        (1, false) => Finding::new(2, "one action, no threshold and no else").missing(Probe::NoThreshold),
        (1, true) => Finding::new(3, "a threshold, but the else is only implied").missing(Probe::NoElse),
        (_, false) => Finding::new(3, "branches without a threshold").missing(Probe::NoThreshold),
        (_, true) => Finding::new(4, "a threshold and an action for each outcome"),
    };
    finding.at(spans).focus(focus)
}

fn without(ctx: &Context<'_>) -> Finding {
    if let Some(span) = ctx.any(&VAGUE) {
        let finding = Finding::new(1, "the decision is left to a later look").at([span.clone()]);
        return finding
            .missing(Probe::NoDecisionRule)
            .focus(Some(ctx.text.clause_of(&span)));
    }
    if let Some(span) = ctx.first(&MOVE) {
        let finding = Finding::new(1, "a move without an outcome it depends on").at([span.clone()]);
        return finding
            .missing(Probe::NoDecisionRule)
            .focus(Some(ctx.text.clause_of(&span)));
    }
    let plan = ctx
        .sentences()
        .last()
        .and_then(|sentence| sentence.clauses.first().cloned());
    Finding::new(0, "no rule says what happens at which result")
        .missing(Probe::NoDecisionRule)
        .focus(plan)
}
