//! `hotseat judge` and `hotseat replay`: JSON lines from standard input to standard output, in constant memory.

use std::io::{self, BufRead, BufWriter, IsTerminal as _, Write};

use serde::{Serialize, de::DeserializeOwned};

use super::{Failure, context::Context};
use crate::{
    batch::{self, Bench},
    interview::event::Engine,
};

/// A line longer than this is not an answer.
const LONGEST_LINE: u64 = 4 << 20;
/// Lines between two signs of life on stderr.
const STEP: u64 = 1000;

/// Judges answers.
pub(super) fn judge(context: &Context) -> Result<(), Failure> {
    run(context, batch::judge)
}

/// Judges transcripts and histories.
pub(super) fn replay(context: &Context) -> Result<(), Failure> {
    run(context, batch::replay)
}

fn run<I: DeserializeOwned, O: Serialize>(context: &Context, work: impl Fn(Bench<'_>, I) -> O) -> Result<(), Failure> {
    if context.engine() == Engine::Llm {
        return Err(Failure::new(
            "judge and replay use the offline judge; say --engine offline, or leave it out",
        ));
    }
    let library = context.library()?;
    let bench = Bench {
        rubric: &library.rubric.value,
        reference: &context.config.reference,
        drills: &library.drills,
    };
    let input = io::stdin().lock();
    let output = BufWriter::new(io::stdout().lock());
    let progress = io::stderr().is_terminal();
    match stream(input, output, progress, |line| work(bench, line)) {
        Ok(Counted { bad: 0, .. }) => Ok(()),
        Ok(Counted { lines, bad }) => Err(Failure::partial(format!("{bad} of {lines} lines could not be read"))),
        Err(error) => Err(error.into()),
    }
}

struct Counted {
    lines: u64,
    bad: u64,
}

/// Reads, works and writes line by line. A bad line is named on stderr and left out.
fn stream<I: DeserializeOwned, O: Serialize>(
    mut input: impl BufRead,
    mut output: impl Write,
    progress: bool,
    work: impl Fn(I) -> O,
) -> io::Result<Counted> {
    let mut counted = Counted { lines: 0, bad: 0 };
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = io::Read::take(&mut input, LONGEST_LINE).read_until(b'\n', &mut line)?;
        if read == 0 {
            break;
        }
        counted.lines += 1;
        if read as u64 == LONGEST_LINE && !line.ends_with(b"\n") {
            input.skip_until(b'\n')?;
            complain(&mut counted, &format!("is longer than {LONGEST_LINE} bytes"));
            continue;
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match serde_json::from_slice::<I>(&line) {
            Ok(item) => {
                serde_json::to_writer(&mut output, &work(item))?;
                output.write_all(b"\n")?;
            }
            Err(error) => complain(&mut counted, &reason(&error)),
        }
        if progress && counted.lines.is_multiple_of(STEP) {
            let _ = write!(io::stderr(), "\r{} lines", counted.lines);
        }
    }
    if progress && counted.lines >= STEP {
        let _ = writeln!(io::stderr(), "\r{} lines", counted.lines);
    }
    output.flush()?;
    Ok(counted)
}

fn complain(counted: &mut Counted, what: &str) {
    counted.bad += 1;
    let _ = writeln!(io::stderr(), "line {}: {what}", counted.lines);
}

/// What is wrong with a line, without serde's own line and column and without repeating what stands there.
fn reason(error: &serde_json::Error) -> String {
    match error.classify() {
        serde_json::error::Category::Data => {
            let text = error.to_string();
            let text = text.split(" at line ").next().unwrap_or_default();
            format!("is not what is expected here: {text}")
        }
        _ => "is not JSON".to_owned(),
    }
}
