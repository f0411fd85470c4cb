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
    MOVED_BY = r"\b(?:by|than|at least|under|over|below|above|beyond|within) (?:an? |the )?(?:<num>)? ?[\w -]{0,12}$";
    WINNER = r"^(?:the )?\w+er (?:one |model |score |value )?wins\b";
    FRONTED = r"^(?:and |but |so |then |or )?(?:if|when|once|should|unless|provided|otherwise|else|if not)\b";
    JOINED = r"\b(?:and|then)\b ";
    REGARDLESS = r"\b(?:(?:ship|launch|go|do it|release|roll (?:it )?out)[\w ]{0,20} anyway|regardless|either way|no matter what|whatever (?:the|it|they|happens|comes out)[\w ]{0,20}(?:result|say|shows?|number|we ship)|in any case|in (?:both|all) cases|even if it)\b";
    VAGUE = r"\b(?:see together|let's see|one would see|we would see|hear (?:from|what)|go from there|come together|what to make of|get (?:everyone|people|them) (?:in|round|around|together)|in (?:a|the) (?:room|workshop)|then we'd know|play it|see what)|\b(?:depending on|accordingly|monitor (?:it|this|closely|the)|keep an eye on it|(?:lead|manager|boss|board|team|product|they|she|he|management) (?:will |can |should )?decides?|take the next step|look (?:at|into) (?:it|them|the (?:result|number|data|outcome|figure)s?|everything|all)|look deeper|dig (?:deeper|in)|discuss\w*|align\w*|sit (?:down|together)|figure (?:it )?out|think about it|talk (?:about|to|it)|see (?:what|how|whether|where|then|if)|decide (?:together|then|later|from there|what|on|case)|take it from there|common view|makes? sense|stakeholders|whatever (?:that|it|the)|depends on|meeting|their decision|her decision|if she says|let .{3,20} decide|judg[e]?ment call|evaluate (?:further|the results?)|weigh|consider the results?|before recommending|play it by ear)\b";
    MOVE = r"\b(?:push (?:it|this|them) to|do it|send them|so send|give it|for (?:all|everyone)|turn it on|put it in|go ahead|make it|start it|open it)\b|\b(?:ship|launch|everyone (?:should )?gets?|deploy|roll(?:ing)? (?:it |this )?out|rollout|release|switch (?:it|the|over|everything)|go live|send more|adopt|extend|keep it|we keep|should (?:send|use|keep)|give it to|put it|implement)\b";
}

/// Every condition tied to an action, found once.
pub(super) fn of<'x>(ctx: &'x Context<'_>) -> &'x [Branch] {
    ctx.branches.get_or_init(|| {
        let mut found = branches(ctx);
        found.retain(|branch| !DEFERS.is_match(ctx.slice(&branch.span)));
        found
    })
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

patterns! {
    MARK = r"(?:^|[,;:] |\b(?:and|but|or|so|then) )(?:(?:and|but|or|so|then|only) )?(?:if|when|once|as soon as|should|unless|provided|otherwise|else|in between|in the middle|between|anything|whatever is|under|over|below|above|beyond|short of|less|more|fewer|worse|better|none|nothing|at (?:none|zero|<num>)|with (?:less|more|fewer|under|over)|no \w+,|were|had|<num>[^,;:]{0,30}(?:or more|or fewer|or less|or better|better|worse|more|fewer|less|saved))\b";
    TAIL_MARK = r"[^,;:] (?:if|once|as soon as|unless|provided|only when|the moment|the day) ";
    UNCERTAIN = r"\b(?:if (?:you (?:like|want|ask|will)|i'm honest|i am honest|it's (?:ok|okay)|possible|needed|necessary|at all|not more|one digs|that helps|you don't mind)|as if|when (?:i|we) (?:was|were|had|did|started|asked)|if anything)\b";
    SAYS_OUTCOME = r"\b(?:<dir>|none|no|not|n't|don't|doesn't|isn't|stays?|stayed|saves?|ahead|behind|still|keep|kept|level|half|double|enough|worse|rise|fall|drop|clear\w*|show\w*|hold\w*|does|do|did|happens?|comes?|see|succeed\w*|help\w*|works?|turns?)\b|\d|n't\b";
    LABELLED = r"^(?:and |but |or )?[^:;]{2,60}: ?\S";
    SHORT_STATE = r"\b(?:<num>|<dir>|none|nothing|zero|no \w+|between|rest|else|otherwise|at least)\b|\d";
}

/// Conditions by their place in a sentence, whatever verb follows: each runs to the next one or to the end.
fn units(ctx: &Context<'_>) -> Vec<Branch> {
    let mut found = Vec::new();
    for sentence in ctx.sentences() {
        let text = ctx.slice(&sentence.span);
        if text.ends_with('?') || MIND.is_match(text) || NOT_OUTCOME.is_match(text) {
            continue;
        }
        let mut starts: Vec<usize> = MARK
            .find_iter(text)
            .filter(|mark| stands(text, mark))
            .map(|mark| mark.start())
            .collect();
        let by_tail = starts.is_empty() && TAIL_MARK.is_match(text);
        if by_tail {
            starts.push(0);
        }
        let labelled = starts.is_empty() && LABELLED.is_match(text) && word_count(text) <= 16;
        if labelled {
            starts.push(0);
        }
        for (index, start) in starts.iter().enumerate() {
            let end = starts.get(index + 1).copied().unwrap_or(text.len());
            let unit = sentence.span.start + start..sentence.span.start + end;
            if let Some(branch) = unit_branch(ctx, &unit, by_tail) {
                found.push(branch);
            }
        }
    }
    let explicit = found.len() >= 2 || found.iter().any(|branch| EXPLICIT.is_match(ctx.slice(&branch.span)));
    if explicit { found } else { Vec::new() }
}

/// Whether a mark opens a condition: said with a conjunction, or a bare state with an action behind it.
fn stands(text: &str, mark: &super::pattern::Found<'_>) -> bool {
    let rest = text.get(mark.end()..).unwrap_or("");
    if EXPLICIT.is_match(mark.as_str()) || WHENS.is_match(mark.as_str()) {
        return word_count(rest) >= 2 || mark.as_str().contains("otherwise");
    }
    let unit = rest.split([';', '.']).next().unwrap_or(rest);
    let opens = mark.start() == 0 || mark.as_str().starts_with([';', ':', ',']);
    opens && word_count(unit) >= 2 && (unit.contains(':') || ACTION.is_match(unit))
}

patterns! {
    DEFERS = r"\b(?:sit down|see together|decide together|come together|get together|talk it over|discuss (?:it|that|them)|hear from|see (?:what|how) (?:to|they|the|people))\b";
    EXPLICIT = r"\b(?:if|once|unless|should|provided|otherwise|else|as soon as)\b";
    WHENS = r"\b(?:when|in between|at (?:none|zero|<num>)|with (?:less|more|fewer|under|over))\b";
    WORDED = r"\b(?:by (?:an?|one|half) (?:\w+ )?(?:day|week|hour|minute|point|percent|per cent|month|half)|by half|(?:more|less|fewer) than half|under half|over half|half of|twice|double|a single|even one|at all)\b";
    RESULT_VERB = r"\b(?:<dir>|saves?|ahead|behind|half|none|helps?|comes?|stays?|hold\w*|show\w*)\b(?: (?:by |than |to )?(?:an? |the )?(?:<num>|\d+)?(?: (?:in|of|out of) (?:a )?(?:<num>|\d+))?\S*)?";
}

/// One unit as a branch: a condition about an outcome and enough words left for what follows from it.
fn unit_branch(ctx: &Context<'_>, unit: &Span, by_tail: bool) -> Option<Branch> {
    let text = ctx.slice(unit).trim().trim_start_matches([',', ';', ':', ' ']);
    let words = word_count(text);
    let (condition, action) = halves(text, by_tail)?;
    let says = SAYS_OUTCOME.is_match(condition) || ELSE.is_match(condition) || SHORT_STATE.is_match(condition);
    let acts = word_count(action) >= 1 && !ASKED_BACK.is_match(action);
    let enough = words >= 3 && (words >= 5 || text.contains([':', ',']) || ELSE.is_match(text));
    let vague = VAGUE.is_match(text) && !ACTION.is_match(action);
    (says && acts && enough && !vague && !UNCERTAIN.is_match(text)).then(|| Branch {
        span: unit.clone(),
        threshold: threshold(ctx, unit) && decides(ctx, unit, condition) || WORDED.is_match(condition),
    })
}

patterns! {
    ASKED_BACK = r"^(?:it|that|this|they|there)(?:'s| is| are| was| means?| would mean| tells?| says?) ";
    HEADED = r"^(?:and |but |or |so |then |only )*(?:if|when|once|as soon as|should|unless|provided|were|had)\b";
}

/// Whether a number of the unit stands in its condition.
fn decides(ctx: &Context<'_>, unit: &Span, condition: &str) -> bool {
    ctx.numbers_in(unit)
        .any(|number| condition.contains(ctx.slice(&number.span)))
}

/// The condition and what follows from it.
fn halves(text: &str, by_tail: bool) -> Option<(&str, &str)> {
    if by_tail {
        let mark = TAIL_MARK.find(text)?;
        return Some((text.get(mark.start() + 1..)?, text.get(..mark.start() + 1)?));
    }
    if let Some(cut) = text.find([',', ':', ';']).filter(|cut| text.len() > cut + 3) {
        return Some((text.get(..cut)?, text.get(cut + 1..)?));
    }
    if ELSE.is_match(text) && word_count(text) >= 2 {
        return Some((text, text));
    }
    let outcome = RESULT_VERB.find(text)?;
    let after = text.get(outcome.end()..)?;
    let rest = if HEADED.is_match(text) { 3 } else { 2 };
    (word_count(after) >= rest).then_some((text, after))
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
            Unit::Time => {
                LIMITED.is_match(ctx.slice(clause).trim())
                    || MOVED_BY.is_match(ctx.slice(&(clause.start..number.span.end)))
            }
            Unit::Latency | Unit::Memory => false,
        }
    })
}

/// Judges the decision rule.
pub(super) fn judge(ctx: &Context<'_>) -> Finding {
    let branches = of(ctx);
    let units = units(ctx);
    let branches: &[Branch] = if units.len() > branches.len() { &units } else { branches };
    let spans: Vec<Span> = branches
        .iter()
        .map(|branch| ctx.text.sentence_of(&branch.span))
        .collect();
    let limit = branches.iter().chain(&units).any(|branch| branch.threshold);
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
