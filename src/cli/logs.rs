//! `pt logs`: what containers wrote.

use std::cell::Cell;

use clap::{Args, ValueEnum};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use jiff::{Span, Timestamp};

use super::arguments::Global;
use super::failure::Failure;
use super::interrupt::Interrupts;
use super::log_printer::{Form, LogPrinter};
use super::observed::Holding;
use super::revival::revived;
use super::session::{Secrets, runtime};
use super::terminal::Terminal;
use crate::engine::{Engine, EngineError, LogLine, LogRequest};
use crate::expand::Readiness;
use crate::plan::{ObservedContainer, labels};

/// Arguments of `pt logs`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pt logs -f                   all containers, and what comes
  pt logs db --tail 50
  pt logs api --since 10m -o jsonl")]
#[allow(clippy::struct_excessive_bools, reason = "each flag is a switch of its own")]
pub struct Logs {
    /// Only these containers
    #[arg(add = clap_complete::ArgValueCandidates::new(super::names::containers))]
    containers: Vec<String>,
    /// Go on with new lines; Ctrl-C ends the watching, not the containers
    #[arg(short, long)]
    follow: bool,
    /// Only the last N lines of each container
    #[arg(long, value_name = "N")]
    tail: Option<usize>,
    /// Only lines from this time on: `10m` ago, or an RFC 3339 time
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<i64>,
    /// Only lines up to this time
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<i64>,
    /// Show when each line arrived
    #[arg(short, long)]
    timestamps: bool,
    /// No names before the lines
    #[arg(long)]
    no_prefix: bool,
    /// Pass all bytes on, terminal control included
    #[arg(long)]
    raw: bool,
    /// Form of the output
    #[arg(short, long, value_name = "FORM", default_value = "text")]
    output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    /// Lines
    Text,
    /// One JSON object a line
    Jsonl,
}

/// `10m` ago, a Unix time, or an RFC 3339 time, as a Unix time.
pub fn time(text: &str) -> Result<i64, String> {
    if let Some(milliseconds) = crate::value::scalar::duration(text).and_then(|it| i64::try_from(it).ok()) {
        let ago = Span::new().try_milliseconds(milliseconds).map_err(|error| error.to_string())?;
        return Timestamp::now().checked_sub(ago).map(jiff::Timestamp::as_second).map_err(|error| error.to_string());
    }
    if let Ok(seconds) = text.parse::<i64>() {
        return Ok(seconds);
    }
    text.parse::<Timestamp>()
        .map(jiff::Timestamp::as_second)
        .map_err(|_| "expected a time such as `10m` (ago) or `2026-01-31T12:00:00Z`".to_owned())
}

/// Prints, and with `--follow` goes on printing.
pub fn run(arguments: &Logs, global: &Global, terminal: &Terminal) -> Result<u8, Failure> {
    runtime()?.block_on(async {
        let holding = Holding::look(global).await?;
        let containers = holding.select(&arguments.containers)?;
        if containers.is_empty() {
            terminal.note(&holding.nothing());
        }
        let form = match arguments.output {
            Output::Jsonl => Form::JsonLines,
            Output::Text if arguments.no_prefix || containers.len() == 1 && !arguments.containers.is_empty() => {
                Form::Bare
            }
            Output::Text => Form::Prefixed,
        };
        // Whoever may read the store sees its secrets masked; without a key nothing can be looked for.
        let names = holding.located.known()?.0.secrets().into_keys().collect();
        let secrets = Secrets::open(&holding.located, &names).unwrap_or_else(|failure| {
            terminal.warning(&format!("secrets in these lines cannot be masked: {failure}"));
            Secrets::default()
        });
        let names = containers.iter().map(|seen| seen.container.clone()).collect();
        let printer = LogPrinter::new(names, form, secrets.redactor()?, terminal)
            .with_timestamps(arguments.timestamps)
            .with_raw(arguments.raw);
        let request = LogRequest {
            follow: arguments.follow,
            tail: arguments.tail,
            since: arguments.since,
            until: arguments.until,
            after: None,
        };
        let live = Cell::new(containers.len());
        let mut streams = FuturesUnordered::new();
        for seen in &containers {
            streams.push(Watch { holding: &holding, printer: &printer, live: &live, seen }.read(request.clone()));
        }
        let interrupts = Interrupts::listen()?;
        loop {
            tokio::select! {
                () = interrupts.reached(1) => return Err(Failure::with_code(interrupts.code())),
                ended = streams.next() => match ended {
                    Some(Ok(true)) => {}
                    // Nobody reads any more.
                    Some(Ok(false)) | None => return Ok(0),
                    Some(Err(error)) => return Err(error.into()),
                },
            }
        }
    })
}

/// One container whose lines are printed.
struct Watch<'a> {
    holding: &'a Holding,
    printer: &'a LogPrinter,
    /// How many containers are being read.
    live: &'a Cell<usize>,
    seen: &'a ObservedContainer,
}

impl Watch<'_> {
    /// Reads its log, and when it is followed also that of its next life; whether somebody still reads what is printed.
    async fn read(self, mut request: LogRequest) -> Result<bool, EngineError> {
        let Self { holding, printer, live, seen } = self;
        let is_it = |other: &ObservedContainer| other.container == seen.container && other.replica == seen.replica;
        let mut container = seen.engine_id.clone();
        loop {
            let (mut open, mut last) = (true, None::<Timestamp>);
            let mut print = |line: LogLine| {
                last = last.max(line.timestamp.parse().ok());
                open = printer.print(&seen.container, &line);
                open
            };
            let read = holding.engine.logs(&container, &request, &mut print).await;
            live.set(live.get().saturating_sub(1));
            read?;
            if !open || !request.follow || is_job(seen) {
                return Ok(open);
            }
            request.after = last.or(request.after);
            match revived(&holding.engine, &holding.project, is_it, || live.get() > 0).await {
                Some(name) => container = name,
                None => return Ok(true),
            }
            live.set(live.get() + 1);
        }
    }
}

/// Whether it is meant to end.
fn is_job(seen: &ObservedContainer) -> bool {
    let readiness = seen.labels.get(labels::READY).and_then(|label| serde_json::from_str(label).ok());
    readiness == Some(Readiness::Exit)
}
