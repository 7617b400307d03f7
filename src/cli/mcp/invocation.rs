//! One request of a client: what it may start, how it hears of progress, and when it is not wanted any more.

use std::ffi::OsString;
use std::time::{Duration, Instant};

use clap::ValueEnum as _;
use rmcp::RoleServer;
use rmcp::model::ProgressNotificationParam;
use rmcp::service::RequestContext;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::child::{Call, Ended};
use super::server::Server;
use crate::cli::arguments::Global;
use crate::cli::failure::{Class, Failure};
use crate::report::sanitize;

/// A client is told no more often than this how far something is.
const PAUSE: Duration = Duration::from_millis(100);

/// A request.
pub struct Invocation<'a> {
    /// Who serves it.
    pub server: &'a Server,
    /// Who asks.
    pub context: &'a RequestContext<RoleServer>,
}

impl Invocation<'_> {
    /// The flags that all commands of this server share.
    pub fn global(&self) -> &Global {
        self.server.global()
    }

    /// Runs `pt` with these words; its lines are progress.
    pub async fn pt(&self, words: &[&str], input: Option<String>) -> Result<Ended, Failure> {
        let (lines, said) = unbounded_channel();
        let run = self.call(words, input).run(self.not_wanted(), Some(lines));
        let (ended, ()) = tokio::join!(run, self.tell(said));
        ended
    }

    /// The same without progress: it takes no time, or its lines have to be masked first.
    pub async fn quiet_pt(&self, words: &[&str]) -> Result<Ended, Failure> {
        self.call(words, None).run(self.not_wanted(), None).await
    }

    fn call(&self, words: &[&str], input: Option<String>) -> Call<'_> {
        let mut arguments = flags(self.global());
        arguments.extend(words.iter().map(OsString::from));
        Call { program: self.server.program(), arguments, input }
    }

    /// Comes when the client cancels the request, or goes.
    async fn not_wanted(&self) {
        tokio::select! {
            () = self.context.ct.cancelled() => {}
            () = self.server.closing() => {}
        }
    }

    /// Passes lines on to a client that wants them.
    async fn tell(&self, mut said: UnboundedReceiver<String>) {
        let token = self.context.meta.get_progress_token();
        let mut told: Option<Instant> = None;
        let mut count = 0.0;
        while let Some(line) = said.recv().await {
            let Some(token) = token.clone().filter(|_| told.is_none_or(|told| told.elapsed() >= PAUSE)) else {
                continue;
            };
            told = Some(Instant::now());
            count += 1.0;
            let progress =
                ProgressNotificationParam::new(token, count).with_message(sanitize::visible(&sanitize::text(&line)));
            // A client that does not listen is no reason to stop.
            let _ = self.context.peer.notify_progress(progress).await;
        }
    }
}

/// Does what takes a while without waiting for anything, apart from the protocol.
pub async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(Failure::new(Class::No, "the work was given up").because(error)))
}

/// The flags that make a `pt` one of the same project, which asks nothing. `--yes` is not among them.
fn flags(global: &Global) -> Vec<OsString> {
    let mut flags: Vec<OsString> =
        ["--non-interactive", "--color", "never", "--progress", "plain"].map(OsString::from).to_vec();
    let mut add = |flag: &str, value: Option<OsString>| {
        if let Some(value) = value {
            // In one word, a value that begins with a dash is no flag.
            let mut word = OsString::from(format!("{flag}="));
            word.push(value);
            flags.push(word);
        }
    };
    add("--directory", global.directory.clone().map(Into::into));
    add("--file", global.file.clone().map(Into::into));
    add("--project", global.project.clone().map(Into::into));
    add("--host", global.host.clone().map(Into::into));
    add("--engine", global.engine.to_possible_value().map(|engine| engine.get_name().into()));
    flags
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::arguments::Arguments;

    #[test]
    fn what_says_where_to_work_is_passed_on_to_every_command() {
        let given = ["pt", "--engine", "process", "-C", "/srv/shop", "-p", "shop", "--file", "a.yml", "mcp"];
        let flags = flags(&Arguments::try_parse_from(given).unwrap().global);
        for flag in ["--engine=process", "--directory=/srv/shop", "--project=shop", "--file=a.yml", "--non-interactive"]
        {
            assert!(flags.iter().any(|known| known == flag), "{flag}: {flags:?}");
        }
    }
}
