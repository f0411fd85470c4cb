//! Numbers in an answer and what they count: a rate, a thing, money, a time, a memory size.

use super::{
    pattern::{group, patterns},
    text::Span,
};

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Per cent or points.
    Rate,
    /// Things or people.
    Count,
    /// Money.
    Money,
    /// Calendar time: minutes and longer.
    Time,
    /// Machine time, normalised to milliseconds.
    Latency,
    /// Memory, normalised to megabytes.
    Memory,
    /// Nothing that can be told.
    Bare,
}

/// One number.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Number {
    /// Where it stands, with its unit.
    pub(super) span: Span,
    /// Its value in the unit's base.
    pub(super) value: f64,
    /// What it counts.
    pub(super) unit: Unit,
    /// Whether the number stands in a place like `per 1,000` or `out of 100`: a denominator.
    pub(super) base: bool,
}

patterns! {
    NUMBER = r"(?P<cur>[$€£]\s?)?(?P<figure>\d[\d,]*(?:\.\d+)?|\.\d+|\bhalf an?\b|\b(?:an?|one) (?:third|quarter|fifth|sixth|seventh|eighth|tenth|twentieth)\b|\btwo[ -]thirds\b|\bthree[ -]quarters\b|\b(?:zero|none|eleven|twelve|thirteen|fourteen|sixteen|eighteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)-(?:one|two|three|four|five|six|seven|eight|nine)|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|thirty-five|forty|forty-five|fifty|sixty|seventy|eighty|ninety|hundred|thousand)\b)(?P<mag>\s?(?:k|m|bn)\b|\s(?:hundred|thousand|million|billion)\b)?-?\s?(?P<kind>%|(?:per ?cent|percent|percentage points?|points?|pp|pts|basis points?|ms|milliseconds?|seconds?|secs?|s|minutes?|mins?|hours?|days?|weeks?|months?|quarters?|years?|summers?|winters?|springs|seasons?|fortnights?|shifts|mb|gb|kb|bytes?|megs?|kilobytes?|megabytes?|gigabytes?|dollars?|euros?|cents?|pounds|francs|usd|eur|yen|rupees|pesos)\b|[a-z\x{80}-\x{10FFFF}][\w]*)?";
    FRACTION = r"(?:third|quarter|fifth|sixth|seventh|eighth|tenth|twentieth|thirds|quarters)$";
    QUARTER = r"quarter$";
    OF_A_SIZE = r"^ (?:more|less|fewer|better|higher|lower|of|down|up|as|shorter|longer|faster|slower)\b";
    OUT_OF = r"^(?: more| fewer| extra| less)?(?: [a-z-]+){0,2}? (?:in|out of|of|per|from|for) (?:every |each |a |the )?(?:10|15|20|50|100|1,?000|10,?000|ten|hundred|thousand)\b";
    DENOMINATOR = r"(?:\bper|\bout of(?: every)?|\bin every|\bof every|\bfor every|\bfor|\bin)\s*$";
    NOT_A_THING = r"^(?:per|of|and|or|in|is|are|to|on|at|for|with|the|a|an|per|that|we|i|it|if|but|so|by|was|as|from|which|than|then|when|would|keeps?|goes|up|down|more|less|fewer|extra|additional|better|worse|other|big|small|only|thing|way|model|models|am|pm|first|more\.|side|hand|another|point|number|reason|question|group|half|team|idea|change|step|version|system|service|network|rule|page|city|week|test|trial|arm|region|person|user)$";
}

/// Every number of a stretch of live text; `offset` is where the stretch stands.
pub(super) fn numbers(text: &str, offset: usize) -> Vec<Number> {
    NUMBER
        .captures_iter(text)
        .filter_map(|found| read(text, offset, &found))
        .collect()
}

fn read(text: &str, offset: usize, found: &regex::bytes::Captures<'_>) -> Option<Number> {
    let whole = found.get(0)?;
    let part = |name| group(text, found, name);
    let digits = part("figure")?;
    let before = text.get(..whole.start())?;
    if before.ends_with(|c: char| c.is_alphanumeric() || c == '@' || c == '-') {
        return None;
    }
    let magnitude = part("mag").map_or(1.0, |mag| scale(mag.as_str().trim()));
    let value = value_of(digits.as_str())? * magnitude;
    let unit_text = part("kind").map_or("", |unit| unit.as_str());
    let (unit, factor) = if part("cur").is_some() {
        (Unit::Money, 1.0)
    } else {
        unit_of(unit_text)
    };
    let after = text.get(digits.end()..)?;
    let fraction = FRACTION.is_match(digits.as_str());
    let unit = match unit {
        Unit::Count | Unit::Bare if fraction || OUT_OF.is_match(after) => Unit::Rate,
        other => other,
    };
    if fraction && QUARTER.is_match(digits.as_str()) && !OF_A_SIZE.is_match(after) {
        return None;
    }
    let end = if unit == Unit::Bare {
        part("mag").map_or(digits.end(), |mag| mag.end())
    } else {
        whole.end()
    };
    Some(Number {
        span: offset + whole.start()..offset + end,
        value: value * factor,
        unit,
        base: DENOMINATOR.is_match(before),
    })
}

fn unit_of(unit: &str) -> (Unit, f64) {
    match unit {
        "" => (Unit::Bare, 1.0),
        "ms" | "millisecond" | "milliseconds" => (Unit::Latency, 1.0),
        "s" | "second" | "seconds" | "sec" | "secs" => (Unit::Latency, 1000.0),
        "byte" | "bytes" => (Unit::Memory, 0.000_001),
        "kb" | "kilobyte" | "kilobytes" => (Unit::Memory, 0.001),
        "mb" | "meg" | "megs" | "megabyte" | "megabytes" => (Unit::Memory, 1.0),
        "gb" | "gigabyte" | "gigabytes" => (Unit::Memory, 1000.0),
        "cent" | "cents" => (Unit::Money, 0.01),
        "dollar" | "dollars" | "euro" | "euros" | "pounds" | "francs" | "usd" | "eur" | "yen" | "rupees" | "pesos" => {
            (Unit::Money, 1.0)
        }
        _ if unit.starts_with('%') || unit.starts_with("percent") || unit.starts_with("per cent") => (Unit::Rate, 1.0),
        "pp" | "pts" => (Unit::Rate, 1.0),
        _ if unit.starts_with("point") || unit.starts_with("basis") => (Unit::Rate, 1.0),
        _ if is_calendar(unit) => (Unit::Time, 1.0),
        "more" | "fewer" | "less" | "extra" | "additional" => (Unit::Count, 1.0),
        _ if NOT_A_THING.is_match(unit) => (Unit::Bare, 1.0),
        _ => (Unit::Count, 1.0),
    }
}

fn is_calendar(unit: &str) -> bool {
    [
        "minute",
        "min",
        "hour",
        "day",
        "week",
        "month",
        "quarter",
        "year",
        "summer",
        "winter",
        "spring",
        "season",
        "fortnight",
        "shift",
    ]
    .iter()
    .any(|name| unit == *name || unit.strip_suffix('s') == Some(name))
}

fn scale(magnitude: &str) -> f64 {
    match magnitude {
        "hundred" => 1e2,
        "k" | "thousand" => 1e3,
        "m" | "million" => 1e6,
        "bn" | "billion" => 1e9,
        _ => 1.0,
    }
}

fn value_of(digits: &str) -> Option<f64> {
    const WORDS: &[(&str, f64)] = &[
        ("half a", 0.5),
        ("none", 0.0),
        ("thirteen", 13.0),
        ("fourteen", 14.0),
        ("sixteen", 16.0),
        ("eighteen", 18.0),
        ("half an", 0.5),
        ("zero", 0.0),
        ("one", 1.0),
        ("two", 2.0),
        ("three", 3.0),
        ("four", 4.0),
        ("five", 5.0),
        ("six", 6.0),
        ("seven", 7.0),
        ("eight", 8.0),
        ("nine", 9.0),
        ("ten", 10.0),
        ("eleven", 11.0),
        ("twelve", 12.0),
        ("fifteen", 15.0),
        ("twenty", 20.0),
        ("thirty", 30.0),
        ("thirty-five", 35.0),
        ("forty", 40.0),
        ("forty-five", 45.0),
        ("fifty", 50.0),
        ("sixty", 60.0),
        ("seventy", 70.0),
        ("eighty", 80.0),
        ("ninety", 90.0),
        ("hundred", 100.0),
        ("thousand", 1000.0),
    ];
    WORDS
        .iter()
        .find(|(word, _)| *word == digits)
        .map(|(_, value)| *value)
        .or_else(|| part_of(digits))
        .or_else(|| compound(WORDS, digits))
        .or_else(|| digits.replace(',', "").trim_end_matches('.').parse().ok())
}

/// A fraction said in words, in per cent.
fn part_of(words: &str) -> Option<f64> {
    const PARTS: &[(&str, f64)] = &[
        ("two thirds", 66.7),
        ("two-thirds", 66.7),
        ("three quarters", 75.0),
        ("three-quarters", 75.0),
        ("third", 33.3),
        ("quarter", 25.0),
        ("fifth", 20.0),
        ("sixth", 16.7),
        ("seventh", 14.3),
        ("eighth", 12.5),
        ("tenth", 10.0),
        ("twentieth", 5.0),
    ];
    PARTS
        .iter()
        .find(|(part, _)| words.ends_with(part))
        .map(|(_, value)| *value)
}

/// `forty-five` as forty and five.
fn compound(known: &[(&str, f64)], words: &str) -> Option<f64> {
    let (tens, ones) = words.split_once('-')?;
    let value = |word: &str| known.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
    Some(value(tens)? + value(ones)?)
}

#[cfg(test)]
mod tests {
    use super::{Unit, numbers};

    #[test]
    fn units_are_told_apart() {
        let found = numbers(
            "9% of 20,000 parcels is 1,800 parcels, 40 ms, three weeks, $5 and 2 million dollars",
            0,
        );
        let units: Vec<Unit> = found.iter().map(|number| number.unit).collect();
        assert_eq!(
            units,
            [
                Unit::Rate,
                Unit::Count,
                Unit::Count,
                Unit::Latency,
                Unit::Time,
                Unit::Money,
                Unit::Money
            ]
        );
        assert!((found[6].value - 2e6).abs() < 1.0);
    }

    #[test]
    fn a_denominator_is_marked() {
        assert!(numbers("late per 100 parcels", 0)[0].base);
    }
}
