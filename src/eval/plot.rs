//! Agreement by signal as a picture: a bar a signal, with its interval, in SVG.

use plotters::prelude::{
    BLACK, Color, DrawingArea, DrawingBackend, EmptyElement, IntoDrawingArea, IntoFont, PathElement, RGBColor,
    Rectangle, SVGBackend, Text, TextStyle, WHITE,
};
use plotters::{
    coord::Shift,
    style::text_anchor::{HPos, Pos, VPos},
};

use super::{EvalError, answers::AnswerFigures, interval::Interval};

const WIDTH: u32 = 760;
const ROW: i32 = 26;
const TOP: i32 = 56;
const BOTTOM: i32 = 40;
/// Where the scale begins and ends, in pixels and in QWK.
const SCALE: (i32, i32) = (230, 720);
const LEAST: f64 = -0.2;
const MOST: f64 = 1.0;
const BAR: RGBColor = RGBColor(70, 116, 166);
const MEAN: RGBColor = RGBColor(196, 96, 40);
const GRID: RGBColor = RGBColor(222, 222, 222);
const FONT: &str = "sans-serif";

/// One bar.
struct Row {
    name: String,
    figure: Option<f64>,
    interval: Option<Interval>,
    colour: RGBColor,
}

/// Draws the QWK of each signal, their mean and the overall level, with 95 % bootstrap intervals, as SVG.
pub fn draw(answers: &AnswerFigures, title: &str) -> Result<String, EvalError> {
    let rows = rows(answers);
    let height = TOP + ROW * i32::try_from(rows.len()).unwrap_or(0) + BOTTOM;
    let mut svg = String::new();
    {
        let size = (WIDTH, u32::try_from(height).unwrap_or(0));
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        picture(&area, &rows, title, height).map_err(|error| EvalError::Plot(error.to_string()))?;
    }
    Ok(svg)
}

fn rows(answers: &AnswerFigures) -> Vec<Row> {
    let signals = answers.per_signal.iter().map(|(signal, of)| Row {
        name: format!("{signal} ({})", of.n),
        figure: of.qwk,
        interval: of.qwk_ci,
        colour: BAR,
    });
    let summary = |name: &str, figure, interval| Row {
        name: name.to_owned(),
        figure,
        interval,
        colour: MEAN,
    };
    let mean = summary("mean over signals", answers.mean_qwk, answers.mean_qwk_ci);
    let overall = summary("overall level", answers.overall.qwk, answers.overall.qwk_ci);
    signals.chain([mean, overall]).collect()
}

type Drawn<B> = Result<(), plotters::drawing::DrawingAreaErrorKind<<B as DrawingBackend>::ErrorType>>;

fn picture<B: DrawingBackend>(area: &DrawingArea<B, Shift>, rows: &[Row], title: &str, height: i32) -> Drawn<B> {
    area.fill(&WHITE)?;
    write_at(area, title, (16, 24), HPos::Left, 16)?;
    scale(area, height - BOTTOM)?;
    for (at, row) in (0..).zip(rows) {
        bar(area, row, TOP + at * ROW + ROW / 2)?;
    }
    area.present()
}

fn scale<B: DrawingBackend>(area: &DrawingArea<B, Shift>, bottom: i32) -> Drawn<B> {
    for tenths in (-2..=10).step_by(2) {
        let x = pixel(f64::from(tenths) / 10.0);
        let colour = if tenths == 0 { BLACK } else { GRID };
        area.draw(&PathElement::new(vec![(x, TOP), (x, bottom)], colour))?;
        write_at(
            area,
            &format!("{:.1}", f64::from(tenths) / 10.0),
            (x, bottom + 14),
            HPos::Center,
            12,
        )?;
    }
    write_at(
        area,
        "quadratic weighted kappa, with 95 % bootstrap intervals",
        (pixel(0.4), bottom + 30),
        HPos::Center,
        12,
    )
}

fn bar<B: DrawingBackend>(area: &DrawingArea<B, Shift>, row: &Row, y: i32) -> Drawn<B> {
    write_at(area, &row.name, (SCALE.0 - 10, y), HPos::Right, 13)?;
    let Some(figure) = row.figure else {
        return write_at(area, "not measured", (pixel(0.0) + 6, y), HPos::Left, 12);
    };
    let (from, to) = (pixel(figure.min(0.0)), pixel(figure.max(0.0)));
    area.draw(&Rectangle::new([(from, y - 8), (to, y + 8)], row.colour.filled()))?;
    if let Some([low, high]) = row.interval {
        let (low, high) = (pixel(low), pixel(high));
        area.draw(&PathElement::new(vec![(low, y), (high, y)], BLACK))?;
        for end in [low, high] {
            area.draw(&PathElement::new(vec![(end, y - 4), (end, y + 4)], BLACK))?;
        }
    }
    Ok(())
}

fn write_at<B: DrawingBackend>(
    area: &DrawingArea<B, Shift>,
    text: &str,
    at: (i32, i32),
    side: HPos,
    points: i32,
) -> Drawn<B> {
    let style = TextStyle::from((FONT, points).into_font()).pos(Pos::new(side, VPos::Center));
    area.draw(&(EmptyElement::at(at) + Text::new(text.to_owned(), (0, 0), style)))
}

/// Where a figure stands; one off the scale stands at its end.
fn pixel(figure: f64) -> i32 {
    let share = (figure.clamp(LEAST, MOST) - LEAST) / (MOST - LEAST);
    let wide = f64::from(SCALE.1 - SCALE.0) * share;
    #[expect(clippy::cast_possible_truncation, reason = "a pixel on a scale 490 wide")]
    let wide = wide.round() as i32;
    SCALE.0 + wide
}
