//! Measures of agreement between two lists of labels, and of two quotes.

/// The mean; none of an empty list.
pub(super) fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values
        .into_iter()
        .fold((0.0, 0_usize), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / count as f64)
}

/// The share that holds; none of an empty list.
pub(super) fn share(values: impl IntoIterator<Item = bool>) -> Option<f64> {
    mean(values.into_iter().map(|held| f64::from(u8::from(held))))
}

/// Cohen's kappa with quadratic weights over pairs of gold and given on a scale from 0 to `top`. Where chance alone leaves no
/// disagreement, 1 for full agreement and 0 otherwise.
#[must_use]
pub fn kappa(pairs: &[(u8, u8)], top: u8) -> Option<f64> {
    if pairs.is_empty() {
        return None;
    }
    let weight = |a: u8, b: u8| (f64::from(a) - f64::from(b)).powi(2) / f64::from(top).powi(2);
    let observed: f64 = pairs.iter().map(|&(gold, given)| weight(gold, given)).sum();
    let count = |of: fn(&(u8, u8)) -> u8, level: u8| pairs.iter().filter(|pair| of(pair) == level).count() as f64;
    let gold: Vec<f64> = (0..=top).map(|level| count(|pair| pair.0, level)).collect();
    let given: Vec<f64> = (0..=top).map(|level| count(|pair| pair.1, level)).collect();
    let mut expected = 0.0;
    for (i, of_gold) in (0..=top).zip(&gold) {
        for (j, of_given) in (0..=top).zip(&given) {
            expected += weight(i, j) * of_gold * of_given / pairs.len() as f64;
        }
    }
    if expected == 0.0 {
        return Some(if observed == 0.0 { 1.0 } else { 0.0 });
    }
    Some(1.0 - observed / expected)
}

/// F1 of one class over pairs of gold and given; none where neither has it.
pub fn f1<T: PartialEq>(pairs: &[(T, T)], class: &T) -> Option<f64> {
    let both = pairs.iter().filter(|(a, b)| a == class && b == class).count();
    let one = pairs.iter().filter(|(a, b)| (a == class) != (b == class)).count();
    (both + one > 0).then(|| 2.0 * both as f64 / (2 * both + one) as f64)
}

/// The mean F1 over the classes that gold has.
pub(super) fn macro_f1<T: PartialEq + Ord + Clone>(pairs: &[(T, T)]) -> Option<f64> {
    let mut classes: Vec<&T> = pairs.iter().map(|(gold, _)| gold).collect();
    classes.sort();
    classes.dedup();
    mean(classes.into_iter().filter_map(|class| f1(pairs, class)))
}

/// Pearson's correlation; none where one side does not vary.
#[must_use]
pub fn pearson(pairs: &[(f64, f64)]) -> Option<f64> {
    let x_mean = mean(pairs.iter().map(|pair| pair.0))?;
    let y_mean = mean(pairs.iter().map(|pair| pair.1))?;
    let (mut both, mut of_x, mut of_y) = (0.0, 0.0, 0.0);
    for (x, y) in pairs {
        both += (x - x_mean) * (y - y_mean);
        of_x += (x - x_mean).powi(2);
        of_y += (y - y_mean).powi(2);
    }
    (of_x > 0.0 && of_y > 0.0).then(|| both / (of_x * of_y).sqrt())
}

/// The characters two quotes of an answer share, as a part of the shorter one; 0 where one is not in the answer.
#[must_use]
pub fn overlap(answer: &str, a: &str, b: &str) -> f64 {
    let (Some((a_from, a_to)), Some((b_from, b_to))) = (place(answer, a), place(answer, b)) else {
        return 0.0;
    };
    let shared = a_to.min(b_to).saturating_sub(a_from.max(b_from));
    let shorter = (a_to - a_from).min(b_to - b_from).max(1);
    shared as f64 / shorter as f64
}

/// Where a quote stands, in characters: exactly, or else without regard to case.
fn place(answer: &str, quote: &str) -> Option<(usize, usize)> {
    let find = |text: &str, part: &str| {
        let before = text.get(..text.find(part)?)?;
        let from = before.chars().count();
        Some((from, from + quote.chars().count()))
    };
    find(answer, quote).or_else(|| find(&answer.to_lowercase(), &quote.to_lowercase()))
}

/// A text without what varies between writers of the same words: kind of quotation mark, spaces, case.
pub(super) fn normal(text: &str) -> String {
    let plain = text.replace('\u{2019}', "'").replace(['\u{201c}', '\u{201d}'], "\"");
    plain.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
