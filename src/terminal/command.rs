//! What a line is: an answer, or one of the few commands of a session.

/// A line, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    Answer,
    Hint,
    Skip,
    Pause,
    End,
    Help,
    /// A command there isn't.
    Unknown(String),
    Empty,
}

/// The commands, with what each does.
pub(super) const COMMANDS: [(&str, &str); 5] = [
    ("/hint", "one hint a question: where to look, never the answer"),
    ("/skip", "leave this question unanswered and go on"),
    (
        "/pause",
        "stop here; `hotseat practice --resume` goes on with this question",
    ),
    ("/end", "end the interview now and hear the debrief"),
    ("/help", "this list"),
];

/// Reads a line. Only a line that is a slash and one word is a command; everything else is an answer, word for word.
pub(super) fn parse(text: &str) -> Line {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Line::Empty;
    }
    let Some(name) = trimmed.strip_prefix('/') else {
        return Line::Answer;
    };
    if name.is_empty() || name.len() > 20 || !name.chars().all(|c| c.is_ascii_alphabetic()) {
        return Line::Answer;
    }
    match name.to_ascii_lowercase().as_str() {
        "hint" => Line::Hint,
        "skip" => Line::Skip,
        "pause" | "quit" | "exit" => Line::Pause,
        "end" | "debrief" => Line::End,
        "help" => Line::Help,
        other => Line::Unknown(other.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_slash_and_one_word_is_a_command() {
        assert_eq!(parse(" /hint "), Line::Hint);
        assert_eq!(parse("/HELP"), Line::Help);
        assert_eq!(parse("/hint me about the metric"), Line::Answer);
        assert_eq!(parse("/etc/passwd would be read"), Line::Answer);
        assert_eq!(parse("/nonsense"), Line::Unknown("nonsense".into()));
        assert_eq!(parse(" \t"), Line::Empty);
        assert_eq!(parse("use a/b tests"), Line::Answer);
    }
}
