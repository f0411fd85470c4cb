//! A report as a person reads it in a terminal.

use std::fmt::Write as _;

use super::{
    answers::AnswerFigures,
    compare::{Change, Comparison},
    guards::{Guards, RaiseGuard},
    interval::Interval,
    report::Report,
    sessions::SessionFigures,
};

/// The most ids a check names.
const NAMED: usize = 8;

/// Lays a report out.
#[must_use]
pub fn lay_out(report: &Report) -> String {
    let mut out = String::new();
    line(
        &mut out,
        &format!("Judge: {}   data: {}", report.engine, report.files.join(", ")),
    );
    if let Some(answers) = &report.answers {
        signals(&mut out, answers);
        whole(&mut out, answers);
        pairs(&mut out, answers);
        slices(&mut out, answers);
        spread(&mut out, answers);
    }
    if let Some(checks) = &report.guards {
        guards(&mut out, checks);
    }
    if let Some(figures) = &report.sessions {
        sessions(&mut out, figures);
    }
    speed(&mut out, report);
    if let Some(changes) = &report.comparison {
        comparison(&mut out, changes);
    }
    verdict(&mut out, report);
    out
}

fn line(out: &mut String, text: &str) {
    out.push_str(text.trim_end());
    out.push('\n');
}

fn heading(out: &mut String, text: &str) {
    let _ = write!(out, "\n{text}\n");
}

/// A figure with three decimals, or a dash.
fn figure(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"))
}

fn interval(interval: Option<Interval>) -> String {
    interval.map_or_else(|| "-".to_owned(), |[from, to]| format!("{from:.2} to {to:.2}"))
}

fn signals(out: &mut String, answers: &AnswerFigures) {
    heading(
        out,
        &format!(
            "Answers: {} labelled, {} missing",
            answers.n_gold, answers.missing_items
        ),
    );
    line(
        out,
        &format!(
            "{:<20}{:>5}{:>8}{:>8}{:>8}{:>8}{:>16}{:>8}",
            "signal", "n", "cover", "acc", "bandF1", "QWK", "95 %", "spur"
        ),
    );
    for (signal, of) in &answers.per_signal {
        let row = format!(
            "{:<20}{:>5}{:>8}{:>8}{:>8}{:>8}{:>16}{:>8}",
            signal,
            of.n,
            figure(of.coverage),
            figure(of.acc),
            figure(of.band_macro_f1),
            figure(of.qwk),
            interval(of.qwk_ci),
            figure(of.spurious)
        );
        line(out, &row);
    }
    let mean = format!(
        "{:<33}{:>8}{:>8}{:>8}{:>16}",
        "mean over signals",
        figure(answers.mean_acc),
        figure(answers.mean_band_macro_f1),
        figure(answers.mean_qwk),
        interval(answers.mean_qwk_ci)
    );
    line(out, &mean);
}

/// A line of named figures.
fn row(out: &mut String, name: &str, figures: &[(&str, Option<f64>)]) {
    let figures: Vec<String> = figures
        .iter()
        .map(|(name, value)| format!("{name} {}", figure(*value)))
        .collect();
    line(out, &format!("{name:<28}{}", figures.join("   ")));
}

fn whole(out: &mut String, answers: &AnswerFigures) {
    out.push('\n');
    let it = &answers.overall;
    let within = [
        ("accuracy", it.acc),
        ("within 1", it.within1),
        ("MAE", it.mae),
        ("QWK", it.qwk),
    ];
    row(out, &format!("overall ({})", interval(it.qwk_ci)), &within);
    let it = &answers.pushback;
    let pressed = [
        ("exact", it.exact),
        ("acceptable", it.acceptable),
        ("real targets: exact", it.exact_real),
        ("acceptable", it.acceptable_real),
        ("macro", it.macro_exact_real),
    ];
    row(out, "pushback", &pressed);
    let it = &answers.evidence;
    let quoted = [
        ("grounded", it.grounded_exact),
        ("on labelled words", it.gold_hit_rate),
        ("too wide", it.too_wide),
        ("high levels unsupported", it.unsupported_high_levels),
    ];
    row(out, "evidence", &quoted);
    let it = &answers.calibration_type;
    row(
        out,
        "calibration type",
        &[("accuracy", it.acc), ("macro F1", it.macro_f1)],
    );
    let it = &answers.constraint_error;
    row(
        out,
        "constraint error",
        &[("accuracy", it.acc), ("macro F1", it.macro_f1)],
    );
    let it = &answers.bloat;
    row(out, "bloat", &[("MAE", it.mae), ("veto F1", it.veto_f1)]);
    let it = &answers.length;
    let words = [
        ("overall", it.overall_given),
        ("labelled", it.overall_gold),
        ("mean level", it.mean_level_given),
        ("labelled", it.mean_level_gold),
    ];
    row(out, "words, correlation", &words);
}

fn pairs(out: &mut String, answers: &AnswerFigures) {
    let it = &answers.pairs;
    heading(out, &format!("Pairs that differ in one label: {}", it.n));
    let all = [
        ("both right", it.both_right),
        ("both exact", it.both_exact),
        ("order", it.order_right),
        ("halo spill", it.halo_spill),
    ];
    row(out, "all", &all);
    for (signal, of) in &it.by_signal {
        let of_signal = [("both right", of.both_right), ("order", of.order)];
        row(out, &format!("{signal} ({})", of.n), &of_signal);
    }
}

fn slices(out: &mut String, answers: &AnswerFigures) {
    heading(out, "Mean distance from the labels, in levels");
    for kind in ["all", "round:", "style:", "file:"] {
        let of: Vec<String> = answers
            .slices_mae
            .iter()
            .filter(|(name, _)| name.starts_with(kind))
            .map(|(name, slice)| {
                let mae = slice.mae.map_or_else(|| "-".to_owned(), |mae| format!("{mae:.2}"));
                format!("{} {mae} ({})", name.trim_start_matches(kind), slice.n)
            })
            .collect();
        if !of.is_empty() {
            line(
                out,
                &format!("{:<8}{}", kind.trim_end_matches(':'), of.join("   ").trim_start()),
            );
        }
    }
}

fn spread(out: &mut String, answers: &AnswerFigures) {
    heading(out, "Spread: levels 0 1 2 3 4, labelled and given");
    for (name, it) in &answers.spread {
        let counts = |[a, b, c, d, e]: &[usize; 5]| format!("{a:>4}{b:>4}{c:>4}{d:>4}{e:>4}");
        let mark = if it.degenerate { "   DEGENERATE" } else { "" };
        line(
            out,
            &format!("{name:<20}{}  |{}{mark}", counts(&it.gold), counts(&it.given)),
        );
    }
}

fn guards(out: &mut String, checks: &Guards) {
    heading(out, "Shortcuts: the share that held");
    let it = &checks.stuffing;
    let highest = it.highest.map_or_else(|| "-".to_owned(), |level| level.to_string());
    let stuffing = format!(
        "{:<28}{}   n {}   highest overall {highest}{}",
        "keyword stuffing below",
        figure(it.held),
        it.n,
        named(&it.violations)
    );
    line(out, &stuffing);
    raise(out, "shuffled sentences", &checks.shuffle);
    raise(out, "rubric's words appended", &checks.appended);
    raise(out, "said twice", &checks.doubled);
    let constant = &checks.constant.degenerate;
    let verdict = if constant.is_empty() {
        "none".to_owned()
    } else {
        constant.join(", ")
    };
    line(out, &format!("{:<28}{verdict}", "constant levels"));
}

fn raise(out: &mut String, name: &str, it: &RaiseGuard) {
    let held = format!(
        "{name:<28}{}   n {}   overall held {}   levels free of order {}",
        figure(it.held),
        it.n,
        figure(it.held_overall),
        figure(it.held_order_free)
    );
    line(out, &held);
    if !it.overall_raised.is_empty() {
        line(out, &format!("  overall rose{}", named(&it.overall_raised)));
    }
    if !it.level_raised.is_empty() {
        let mut ids: Vec<String> = Vec::new();
        for (id, signals) in &it.level_raised {
            let signals: Vec<&str> = signals.iter().map(|signal| signal.as_str()).collect();
            ids.push(format!("{id} ({})", signals.join(", ")));
        }
        line(out, &format!("  a level rose{}", named(&ids)));
    }
}

/// The first ids, and how many more.
fn named(ids: &[String]) -> String {
    let first: Vec<&str> = ids.iter().take(NAMED).map(String::as_str).collect();
    match ids.len() {
        0 => String::new(),
        n if n > NAMED => format!(": {} and {} more", first.join(", "), n - NAMED),
        _ => format!(": {}", first.join(", ")),
    }
}

fn sessions(out: &mut String, it: &SessionFigures) {
    heading(out, &format!("Transcripts: {} labelled, {} missing", it.n, it.missing));
    let of = &it.verdict;
    let verdict = [
        ("exact", of.exact),
        ("acceptable", of.acceptable),
        ("hire side", of.hire_side),
        ("QWK", of.qwk),
        ("vetoed not hired", of.veto_sessions_not_hired),
    ];
    row(out, "verdict", &verdict);
    let of = &it.strongest;
    row(
        out,
        &format!("strongest ({})", of.n),
        &[("exact", of.exact), ("acceptable", of.acceptable)],
    );
    let of = &it.weakest;
    row(
        out,
        &format!("weakest ({})", of.n),
        &[("exact", of.exact), ("acceptable", of.acceptable)],
    );
    let of = &it.must_mention;
    let facts = [("loose", of.recall_loose), ("strict", of.recall_strict)];
    row(out, &format!("debrief facts ({})", of.n), &facts);
    let timing: Vec<(&str, Option<f64>)> = it.timing.iter().map(|(name, held)| (name.as_str(), *held)).collect();
    row(out, "timing", &timing);
    let of = &it.ranking;
    let ranking = [
        ("right", of.acc),
        ("wide", of.wide),
        ("narrow", of.narrow),
        ("minimal", of.minimal),
    ];
    row(out, &format!("ranking ({})", of.n), &ranking);
    let of = &it.trend;
    row(
        out,
        &format!("trends ({})", of.n),
        &[("exact", of.exact), ("acceptable", of.acceptable)],
    );
}

fn speed(out: &mut String, report: &Report) {
    out.push('\n');
    if let Some(it) = &report.latency {
        let latency = format!(
            "{:<28}p50 {:.2} ms   p99 {:.2} ms   n {}",
            "one answer", it.p50_ms, it.p99_ms, it.n
        );
        line(out, &latency);
    }
    let cost = &report.cost;
    if cost.prompt_tokens + cost.reply_tokens > 0 {
        let tokens = format!(
            "{:<28}prompts {}   replies {}",
            "tokens", cost.prompt_tokens, cost.reply_tokens
        );
        line(out, &tokens);
    }
}

fn comparison(out: &mut String, it: &Comparison) {
    heading(
        out,
        &format!(
            "Since the earlier run: {} better, {} worse",
            it.better.len(),
            it.worse.len()
        ),
    );
    for (name, changes) in [("better", &it.better), ("worse", &it.worse)] {
        for change in changes {
            line(out, &format!("{name:<8}{}", moved(change)));
        }
    }
    for path in &it.gone {
        line(out, &format!("{:<8}{path}", "gone"));
    }
    for path in &it.added {
        line(out, &format!("{:<8}{path}", "new"));
    }
}

fn moved(change: &Change) -> String {
    let Change {
        path,
        before,
        after,
        by,
        ..
    } = change;
    let note = match change.within_interval {
        Some(true) => "   within the earlier interval",
        _ => "",
    };
    format!("{path:<48}{before:>8.3} to {after:.3}   {by:+.3}{note}")
}

fn verdict(out: &mut String, report: &Report) {
    let faults = report.faults();
    out.push('\n');
    for fault in &faults {
        line(out, &format!("FAILS   {fault}"));
    }
    if faults.is_empty() {
        line(out, "Passes.");
    }
}
