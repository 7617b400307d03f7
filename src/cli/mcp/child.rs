//! A `pt` of its own: started without a keyboard, watched while it works, stopped as Ctrl-C stops it.

use std::ffi::OsString;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinHandle;

use crate::cli::door::ASKED_BY_AGENT;
use crate::cli::failure::{Class, Failure};

/// Bytes of a stream that are kept; of a longer one its end.
const KEPT: usize = 1024 * 1024;

/// How long a stop may take before it is asked for more firmly: containers have ten seconds by themselves.
const GRACE: Duration = Duration::from_secs(20);

/// How long streams may stay open when the process has ended: something that it started may hold them.
const STREAMS: Duration = Duration::from_secs(2);

/// What came of it.
#[derive(Debug, Default)]
pub struct Ended {
    /// Its exit code; none where a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to standard output.
    pub out: String,
    /// What it wrote to standard error.
    pub err: String,
    /// Whether it was stopped because nobody wants it any more.
    pub cancelled: bool,
}

/// A call of `pt`.
pub struct Call<'a> {
    /// Where `pt` is.
    pub program: &'a Path,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// What it reads on standard input.
    pub input: Option<String>,
}

impl Call<'_> {
    /// Runs it to its end, or until `cancelled` comes. Every line that it says goes to `lines` as well.
    pub async fn run(
        self,
        cancelled: impl Future<Output = ()>,
        lines: Option<UnboundedSender<String>>,
    ) -> Result<Ended, Failure> {
        let mut command = Command::new(self.program);
        let input = if self.input.is_some() { Stdio::piped() } else { Stdio::null() };
        command.args(&self.arguments).stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped());
        // What a person allowed once and for all is not for an agent, which may write the programs itself.
        command.env_remove("PT_TRUST");
        command.env(ASKED_BY_AGENT, "1");
        let mut started = start(&mut command)?;
        let out = Stream::read(started.child.stdout.take(), lines.clone());
        let err = Stream::read(started.child.stderr.take(), lines);
        if let (Some(text), Some(mut stdin)) = (self.input, started.child.stdin.take()) {
            // Whoever does not read it closes it, which is no failure of ours.
            tokio::spawn(async move { stdin.write_all(text.as_bytes()).await });
        }
        let mut was_cancelled = false;
        let code = started
            .wait(async {
                cancelled.await;
                was_cancelled = true;
            })
            .await;
        Ok(Ended { code, out: out.end().await, err: err.end().await, cancelled: was_cancelled })
    }
}

/// A process that is killed if it is forgotten.
pub struct Started {
    child: Child,
}

/// Starts it in a group of its own: a Ctrl-C in our terminal is ours to pass on.
pub fn start(command: &mut Command) -> Result<Started, Failure> {
    let child = command.process_group(0).kill_on_drop(true).spawn();
    let child = child.map_err(|error| Failure::new(Class::No, "pt cannot start itself").because(error))?;
    Ok(Started { child })
}

impl Started {
    /// Its exit code; where `stop` comes first, it is asked to stop, asked again, and killed.
    pub async fn wait(&mut self, stop: impl Future<Output = ()>) -> Option<i32> {
        let code = |ended: std::io::Result<std::process::ExitStatus>| ended.ok().and_then(|status| status.code());
        tokio::select! {
            ended = self.child.wait() => return code(ended),
            () = stop => {}
        }
        for _ in 0..2 {
            self.interrupt();
            if let Ok(ended) = tokio::time::timeout(GRACE, self.child.wait()).await {
                return code(ended);
            }
        }
        let _ = self.child.kill().await;
        None
    }

    fn interrupt(&self) {
        let id = self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let Some(id) = id {
            let _ = kill_process(id, Signal::INT);
        }
    }
}

/// What a stream has brought so far.
struct Stream {
    kept: Arc<Mutex<Kept>>,
    reader: JoinHandle<()>,
}

impl Stream {
    fn read(stream: Option<impl AsyncRead + Unpin + Send + 'static>, lines: Option<UnboundedSender<String>>) -> Self {
        let kept = Arc::new(Mutex::new(Kept::default()));
        let into = Arc::clone(&kept);
        let reader = tokio::spawn(async move {
            let Some(mut stream) = stream else { return };
            let mut chunk = vec![0; 16 * 1024];
            while let Ok(count @ 1..) = stream.read(&mut chunk).await {
                if let Some(lines) = &lines {
                    let said = String::from_utf8_lossy(&chunk[..count]);
                    if let Some(line) = said.lines().rev().map(str::trim).find(|line| !line.is_empty()) {
                        let _ = lines.send(line.to_owned());
                    }
                }
                into.lock().unwrap_or_else(PoisonError::into_inner).add(&chunk[..count]);
            }
        });
        Self { kept, reader }
    }

    async fn end(mut self) -> String {
        if tokio::time::timeout(STREAMS, &mut self.reader).await.is_err() {
            self.reader.abort();
        }
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).text()
    }
}

/// The end of a stream, from the beginning of a line: half a line might hold half a secret that nothing masks.
#[derive(Debug, Default)]
struct Kept {
    bytes: Vec<u8>,
    cut: bool,
}

impl Kept {
    fn add(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        if self.bytes.len() > 2 * KEPT {
            self.bytes.drain(..self.bytes.len() - KEPT);
            self.cut = true;
        }
    }

    fn text(&self) -> String {
        let whole = match self.bytes.iter().position(|byte| *byte == b'\n') {
            Some(line) if self.cut => &self.bytes[line + 1..],
            None if self.cut => &[],
            _ => &self.bytes[..],
        };
        String::from_utf8_lossy(whole).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_that_is_too_long_keeps_whole_lines_of_its_end() {
        let mut kept = Kept::default();
        for number in 0..300_000 {
            kept.add(format!("line {number}\n").as_bytes());
        }
        let text = kept.text();
        assert!(text.starts_with("line ") && text.ends_with("line 299999\n"));
        assert!(text.len() <= 2 * KEPT);
        let mut endless = Kept::default();
        (0..3).for_each(|_| endless.add(&vec![b'x'; KEPT]));
        assert_eq!(endless.text(), "", "nothing of a line whose beginning is gone");
    }
}
