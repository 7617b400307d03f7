//! `exec` as a task: a program in a container of the project, its output on the terminal.

use super::builtin::{Arguments, Bench};
use super::stages::TaskError;
use crate::cli::failure::Failure;
use crate::engine::{Engine, ExecRequest, Stream};
use crate::plan::container_name;
use crate::value::{Data, Text, Value};

/// Pieces of output, put together into whole lines.
#[derive(Debug, Default)]
pub struct Lines {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

impl Lines {
    /// A line without an end is cut where it gets this long.
    const LONGEST: usize = 64 << 10;

    /// Adds a piece; the lines that are whole by now.
    pub fn take(&mut self, stream: Stream, bytes: &[u8]) -> Vec<Vec<u8>> {
        let kept = match stream {
            Stream::Stdout => &mut self.stdout,
            Stream::Stderr => &mut self.stderr,
        };
        kept.extend_from_slice(bytes);
        let mut lines = Vec::new();
        while let Some(end) = kept.iter().position(|byte| *byte == b'\n') {
            let mut line: Vec<u8> = kept.drain(..=end).collect();
            line.pop();
            lines.push(line);
        }
        if kept.len() > Self::LONGEST {
            lines.push(std::mem::take(kept));
        }
        lines
    }

    /// What came without a line break at the end.
    pub fn rest(self) -> impl Iterator<Item = (Stream, Vec<u8>)> {
        let rest = [(Stream::Stdout, self.stdout), (Stream::Stderr, self.stderr)];
        rest.into_iter().filter(|(_, bytes)| !bytes.is_empty())
    }
}

/// Runs `cmd` in the container `container` (or `id`); another exit code than 0 is a failure.
pub async fn exec<E: Engine>(bench: &Bench<'_, '_, E>, arguments: &Arguments<'_>) -> Result<(), TaskError> {
    let id = arguments.text("container").or_else(|| arguments.text("id"));
    let id = id.ok_or_else(|| TaskError::failed("`container` is missing: the id of a container that runs"))?;
    let command = arguments.get("cmd").map(words).transpose()?.unwrap_or_default();
    if command.is_empty() {
        return Err(TaskError::failed("`cmd` is missing: what to run in the container"));
    }
    let name = container_name(&bench.project(), &id, 1);
    let request = ExecRequest {
        command,
        user: arguments.text("user"),
        workdir: arguments.text("workdir"),
        ..ExecRequest::default()
    };
    let printer = bench.printer()?;
    let mut written = Lines::default();
    let mut sink = |stream: Stream, bytes: &[u8]| {
        for line in written.take(stream, bytes) {
            bench.print(&printer, stream, line);
        }
    };
    let code = bench.runner.session.engine.call(&name, &request, &mut sink).await;
    for (stream, line) in written.rest() {
        bench.print(&printer, stream, line);
    }
    match code.map_err(Failure::from)? {
        0 => Ok(()),
        code => Err(TaskError::failed(format!("the program in `{id}` ended with exit code {code}"))),
    }
}

/// The words of a command; a secret cannot be one of them.
fn words(value: &Value) -> Result<Vec<String>, TaskError> {
    let known = |text: Text| {
        let secret = || TaskError::failed("a command line can hold no secret: set it as a variable of the container");
        text.known().ok_or_else(secret)
    };
    if let Data::List(items) = &value.data {
        return items.iter().filter_map(Value::to_text).map(known).collect();
    }
    let text = value.to_text().map(known).transpose()?.unwrap_or_default();
    shlex::split(&text).ok_or_else(|| TaskError::failed("a quote in `cmd` is not closed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_become_lines_of_their_own_stream() {
        let mut lines = Lines::default();
        assert!(lines.take(Stream::Stdout, b"he").is_empty());
        assert!(lines.take(Stream::Stderr, b"oh").is_empty());
        assert_eq!(lines.take(Stream::Stdout, b"llo\nwor"), [b"hello".to_vec()]);
        let rest: Vec<_> = lines.rest().collect();
        assert_eq!(rest, [(Stream::Stdout, b"wor".to_vec()), (Stream::Stderr, b"oh".to_vec())]);
    }
}
