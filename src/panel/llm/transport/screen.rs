//! Looks at a stream of server-sent events before async-openai does, line by line.
//!
//! A line that is no JSON would make that crate write it to the log, and the end mark would be swallowed; both are turned into
//! events of our own. What passes is bounded.

/// What stands in for a line that is no JSON.
const MALFORMED: &[u8] = br#"data: {"error":{"code":"malformed_event"}}"#;
/// What stands in for all that is beyond the limit.
const TOO_LARGE: &[u8] = b"\n\ndata: {\"error\":{\"code\":\"reply_too_large\"}}\n\n";
/// What comes before the end mark.
const DONE: &[u8] = b"data: {\"done\":true}\n\n";

/// The state between two pieces.
pub(super) struct Screen {
    line: Vec<u8>,
    room: usize,
    full: bool,
}

impl Screen {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            line: Vec::new(),
            room: limit,
            full: false,
        }
    }

    /// Whether the limit was passed; nothing more is let through.
    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    /// Takes a piece and gives what may pass.
    pub(super) fn push(&mut self, piece: &[u8]) -> Vec<u8> {
        let mut passed = Vec::with_capacity(piece.len());
        if piece.len() > self.room {
            self.full = true;
            passed.extend_from_slice(TOO_LARGE);
            return passed;
        }
        self.room -= piece.len();
        for &byte in piece {
            if matches!(byte, b'\n' | b'\r') {
                self.let_through(&mut passed);
                passed.push(byte);
            } else {
                self.line.push(byte);
            }
        }
        passed
    }

    /// Gives what is left at the end of the stream.
    pub(super) fn end(mut self) -> Vec<u8> {
        let mut passed = Vec::new();
        self.let_through(&mut passed);
        passed
    }

    fn let_through(&mut self, passed: &mut Vec<u8>) {
        let line = std::mem::take(&mut self.line);
        let Some(data) = line.strip_prefix(b"data:") else {
            passed.extend_from_slice(&line);
            return;
        };
        let data = data.trim_ascii();
        if data == b"[DONE]" {
            passed.extend_from_slice(DONE);
            passed.extend_from_slice(&line);
        } else if data.is_empty() || serde_json::from_slice::<serde_json::Value>(data).is_ok() {
            passed.extend_from_slice(&line);
        } else {
            passed.extend_from_slice(MALFORMED);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screened(pieces: &[&str]) -> String {
        let mut screen = Screen::new(1000);
        let mut passed: Vec<u8> = pieces.iter().flat_map(|piece| screen.push(piece.as_bytes())).collect();
        passed.extend(screen.end());
        String::from_utf8(passed).unwrap()
    }

    #[test]
    fn good_lines_and_comments_pass_unchanged_however_they_are_cut() {
        let text = ": hello\r\n\r\nid: 1\ndata: {\"a\":\"\u{e9}\"}\n\ndata:{}\r\r";
        for cut in (0..text.len()).filter(|&cut| text.is_char_boundary(cut)) {
            assert_eq!(screened(&[&text[..cut], &text[cut..]]), text, "cut at {cut}");
        }
    }

    #[test]
    fn a_line_that_is_no_json_is_replaced() {
        let passed = screened(&["data: {\"a\":NaN}\n\ndata: secret words\n\n"]);
        assert!(!passed.contains("secret") && !passed.contains("NaN"), "{passed}");
        assert_eq!(passed.matches("malformed_event").count(), 2);
    }

    #[test]
    fn the_end_mark_is_told() {
        assert_eq!(
            screened(&["data: [DONE]\n\n"]),
            "data: {\"done\":true}\n\ndata: [DONE]\n\n"
        );
    }

    #[test]
    fn a_stream_over_the_limit_ends_with_an_event_that_says_so() {
        let mut screen = Screen::new(20);
        assert_eq!(screen.push(b"data: {}\n\n"), b"data: {}\n\n");
        let passed = screen.push(b"data: {\"a\":\"long\"}\n\n");
        assert!(screen.is_full());
        assert!(String::from_utf8(passed).unwrap().contains("reply_too_large"));
    }
}
