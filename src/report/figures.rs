//! How numbers, dates and lists are written in every report.

use jiff::Timestamp;

use crate::scoring::verdict::Verdict;

/// A level or a mean of levels: one decimal where it is not whole.
pub(crate) fn level(mean: f64) -> String {
    let tenths = (mean * 10.0).round() / 10.0;
    if (tenths - tenths.round()).abs() < 1e-9 {
        format!("{tenths:.0}")
    } else {
        format!("{tenths:.1}")
    }
}

/// A score of 0 to 100, one decimal where it is not whole. Never rounded up, so that 64.96 does not read as the 65 it missed.
pub(crate) fn score(score: f64) -> String {
    level(score_shown(score))
}

/// A score as it is shown, for arithmetic that a reader can repeat.
pub(crate) fn score_shown(score: f64) -> f64 {
    (score * 10.0 + 1e-6).floor() / 10.0
}

/// A difference with its sign.
pub(crate) fn signed(difference: f64) -> String {
    let shown = level(difference.abs());
    if shown == "0" {
        "0".to_owned()
    } else if difference < 0.0 {
        format!("-{shown}")
    } else {
        format!("+{shown}")
    }
}

/// Seconds, one decimal where they are not whole.
pub(crate) fn seconds(seconds: f64) -> String {
    format!("{} s", level(seconds))
}

/// The UTC day, such as `2026-11-24`.
pub(crate) fn day(ms: i64) -> String {
    written(ms, "%Y-%m-%d")
}

/// The UTC day and minute, such as `2026-11-24 15:31 UTC`.
pub(crate) fn minute(ms: i64) -> String {
    written(ms, "%Y-%m-%d %H:%M UTC")
}

fn written(ms: i64, format: &str) -> String {
    Timestamp::from_millisecond(ms).map_or_else(
        |_| "at an unknown time".to_owned(),
        |time| time.strftime(format).to_string(),
    )
}

/// Four boxes, filled to the nearest whole level, halves down: readable without colour.
pub(crate) fn bar(mean: f64) -> String {
    let filled = [0.5, 1.5, 2.5, 3.5].iter().filter(|bound| mean > **bound).count();
    "▮".repeat(filled) + &"▯".repeat(4 - filled)
}

/// One block for a level, for a line of them.
pub(crate) fn spark(mean: f64) -> char {
    let steps = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let reached = (1u8..8).filter(|step| mean >= f64::from(*step) * 4.0 / 7.5).count();
    steps.get(reached).copied().unwrap_or('█')
}

/// A verdict inside a sentence.
pub(crate) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::NotAssessed => "no verdict",
        Verdict::StrongNoHire => "a strong no hire",
        Verdict::NoHire => "no hire",
        Verdict::Hire => "a hire",
        Verdict::StrongHire => "a strong hire",
    }
}

/// `one answer`, `2 answers`: the number and the right form of the noun.
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 {
        format!("one {one}")
    } else {
        format!("{count} {many}")
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// `turn 3`, `turns 1 to 4`, `turns 1, 4 and 6`.
pub(crate) fn turns(turns: &[u32]) -> String {
    match turns {
        [] => String::new(),
        [one] => format!("turn {one}"),
        [first, .., last] if turns.len() > 2 && turns.windows(2).all(|pair| matches!(pair, [a, b] if *b == a + 1)) => {
            format!("turns {first} to {last}")
        }
        several => format!(
            "turns {}",
            listed(&several.iter().map(ToString::to_string).collect::<Vec<_>>())
        ),
    }
}

/// The sentence with its first letter large.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_has_one_decimal_where_it_is_not_whole_and_a_score_is_never_rounded_up() {
        assert_eq!([level(3.0), level(2.666), level(1.96)], ["3", "2.7", "2"]);
        assert_eq!([score(64.96), score(65.0), score(52.333)], ["64.9", "65", "52.3"]);
        assert_eq!([signed(1.0), signed(-0.5), signed(0.01)], ["+1", "-0.5", "0"]);
    }

    #[test]
    fn bars_and_blocks_follow_the_level() {
        assert_eq!(
            [bar(0.0), bar(2.5), bar(2.6), bar(4.0)],
            ["▯▯▯▯", "▮▮▯▯", "▮▮▮▯", "▮▮▮▮"]
        );
        assert_eq!([0.0, 1.0, 2.0, 3.0, 4.0].map(spark), ['▁', '▂', '▄', '▆', '█']);
    }

    #[test]
    fn lists_read_as_a_person_would_say_them() {
        assert_eq!(turns(&[1, 2, 3]), "turns 1 to 3");
        assert_eq!(turns(&[1, 4, 6]), "turns 1, 4 and 6");
        assert_eq!(counted(1, "hint", "hints"), "one hint");
        assert_eq!(minute(0), "1970-01-01 00:00 UTC");
    }
}
