//! Reports as Markdown that reads the same on a forge and in a chat. Every text is escaped: none can make a heading, a link, a
//! mention, a formula or HTML.

use super::{
    Comparison, Debrief, History, Progress, figures,
    page::{self, Block, Line, Page, Table, Tone},
    printable,
};

/// A debrief as Markdown.
#[must_use]
pub fn debrief(value: &Debrief) -> String {
    page(&page::debrief(value))
}

/// A comparison as Markdown.
#[must_use]
pub fn comparison(value: &Comparison) -> String {
    page(&page::comparison(value))
}

/// Progress as Markdown.
#[must_use]
pub fn progress(value: &Progress) -> String {
    page(&page::progress(value))
}

/// A list of sessions as Markdown.
#[must_use]
pub fn history(value: &History) -> String {
    page(&page::history(value))
}

/// Writes any page.
#[must_use]
pub fn page(page: &Page) -> String {
    let mut out = String::new();
    let mut before: Option<&Block> = None;
    for block in &page.blocks {
        if before.is_some_and(|before| !is_joined(before, block)) {
            out.push('\n');
        }
        write(&mut out, block);
        before = Some(block);
    }
    out
}

/// Whether two blocks are of one list or of one quotation.
fn is_joined(before: &Block, block: &Block) -> bool {
    matches!(
        (before, block),
        (
            Block::Item(_) | Block::Note(_) | Block::Quote { .. },
            Block::Item(_) | Block::Note(_) | Block::Quote { .. }
        )
    )
}

fn write(out: &mut String, block: &Block) {
    let line = match block {
        Block::Title(line) => format!("# {}", escaped(&joined(line))),
        Block::Heading(text) => format!("## {}", escaped(text)),
        Block::Subheading(text) => format!("### {}", escaped(text)),
        Block::Text(line) => spans(line),
        Block::Item(line) => format!("- {}", spans(line)),
        Block::Note(line) => format!("- *{}*", escaped(&joined(line))),
        Block::Quote { label, text } => format!("- {}: {}", escaped(label), escaped(text)),
        Block::Level { name, level } => match level {
            Some(mean) => format!(
                "### {} {} {} of 4",
                escaped(name),
                figures::bar(*mean),
                figures::level(*mean)
            ),
            None => format!("### {}: not assessed", escaped(name)),
        },
        Block::Table(table) => return write_table(out, table),
    };
    out.push_str(&line);
    out.push('\n');
}

fn write_table(out: &mut String, table: &Table) {
    let titles: Vec<String> = table.columns.iter().map(|column| escaped(&column.title)).collect();
    let rules: Vec<&str> = table
        .columns
        .iter()
        .map(|column| if column.figures { "--:" } else { "---" })
        .collect();
    let rows = table
        .rows
        .iter()
        .map(|row| row.iter().map(spans).collect::<Vec<_>>().join(" | "));
    for row in [titles.join(" | "), rules.join(" | ")].into_iter().chain(rows) {
        out.extend(["| ", &row, " |\n"]);
    }
}

fn joined(line: &Line) -> String {
    line.iter().map(|span| span.text.as_str()).collect()
}

fn spans(line: &Line) -> String {
    line.iter()
        .map(|span| {
            let inner = escaped(&span.text);
            let before = if span.text.starts_with(' ') { " " } else { "" };
            let after = if span.text.ends_with(' ') && !inner.is_empty() {
                " "
            } else {
                ""
            };
            match span.tone {
                Tone::Strong if !inner.is_empty() => format!("{before}**{inner}**{after}"),
                _ => format!("{before}{inner}{after}"),
            }
        })
        .collect()
}

/// The text on one line, where nothing in it can act as markup. An address and a mention are broken by a character of no width.
fn escaped(text: &str) -> String {
    let line = printable::one_line(text);
    let mut out = String::with_capacity(line.len() + 8);
    for c in line.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '<' | '>' | '~' | '&' | '!' | '$' => out.extend(['\\', c]),
            '@' => out.push_str("@\u{200b}"),
            _ => out.push(c),
        }
    }
    out.replace("://", ":\u{200b}//")
        .replace("www.", "www\u{200b}.")
        .replace("WWW.", "WWW\u{200b}.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::page::Span;

    #[test]
    fn no_text_can_act_as_markup() {
        assert_eq!(
            escaped("# [x](http://a.b) <b> *c* `d` |"),
            "\\# \\[x\\](http:\u{200b}//a.b) \\<b\\> \\*c\\* \\`d\\` \\|"
        );
        assert_eq!(escaped("@everyone <@123>"), "@\u{200b}everyone \\<@\u{200b}123\\>");
        assert_eq!(escaped("one\n# two"), "one \\# two");
    }

    #[test]
    fn a_table_keeps_its_columns() {
        let cell = |text: &str| {
            vec![Span {
                text: text.into(),
                tone: Tone::Plain,
            }]
        };
        let table = Table {
            columns: vec![
                page::Column {
                    title: "Signal".into(),
                    figures: false,
                },
                page::Column {
                    title: "Level".into(),
                    figures: true,
                },
            ],
            rows: vec![vec![cell("a|b"), cell("3")]],
        };
        assert_eq!(
            page(&Page {
                blocks: vec![Block::Table(table)]
            }),
            "| Signal | Level |\n| --- | --: |\n| a\\|b | 3 |\n"
        );
    }
}
