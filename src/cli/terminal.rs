//! The terminal: what is coloured, who is asked, and the two streams. Results go to standard output, all talk to standard error.

use std::borrow::Cow;
use std::io::{self, BufWriter, IsTerminal, Write};

use super::arguments::{ColorChoice, Global, ProgressChoice};
use crate::diagnostic::Level;
use crate::report::{Palette, RenderOptions, sanitize};

/// What this process writes to.
#[derive(Debug)]
pub struct Terminal {
    out_color: bool,
    err_color: bool,
    /// Whether standard output is a terminal.
    pub out_is_terminal: bool,
    /// Whether standard error is a terminal.
    pub err_is_terminal: bool,
    /// Whether questions can be asked.
    pub interactive: bool,
    /// Whether every question is answered with yes.
    pub yes: bool,
    /// Only results and errors.
    pub quiet: bool,
    /// Number of `-v`.
    pub verbose: u8,
    /// Whether progress is drawn live.
    pub live: bool,
    /// Whether progress is shown at all.
    pub progress: bool,
}

impl Terminal {
    /// What the flags and the environment say.
    pub fn new(global: &Global) -> Self {
        let (out, err, input) = (io::stdout().is_terminal(), io::stderr().is_terminal(), io::stdin().is_terminal());
        let ci = set("CI");
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let live = match global.progress {
            ProgressChoice::Tty => true,
            ProgressChoice::Auto => err && !dumb && !ci,
            ProgressChoice::Plain | ProgressChoice::None => false,
        };
        Self {
            out_color: colored(global.color, out, dumb),
            err_color: colored(global.color, err, dumb),
            out_is_terminal: out,
            err_is_terminal: err,
            interactive: input && err && !global.non_interactive && !ci,
            yes: global.yes,
            quiet: global.quiet,
            verbose: global.verbose,
            live: live && !global.quiet,
            progress: global.progress != ProgressChoice::None && !global.quiet,
        }
    }

    /// A buffered writer for results.
    pub fn out() -> BufWriter<io::StdoutLock<'static>> {
        BufWriter::new(io::stdout().lock())
    }

    /// Whether standard output is coloured, and whether standard error is.
    pub fn colored(&self) -> (bool, bool) {
        (self.out_color, self.err_color)
    }

    /// Styles for standard output.
    pub fn out_palette(&self) -> Palette {
        Palette::new(self.out_color)
    }

    /// Styles for standard error.
    pub fn palette(&self) -> Palette {
        Palette::new(self.err_color)
    }

    /// How findings are drawn on standard output.
    pub fn render_options(&self) -> RenderOptions {
        RenderOptions { color: self.out_color, width: width(), ..RenderOptions::default() }
    }

    /// A line on standard error; a closed one is no reason to stop.
    #[allow(clippy::unused_self, reason = "everything that is said goes through the terminal")]
    pub fn say(&self, line: &str) {
        error_line(&harmless(line));
    }

    /// A line that `-q` leaves out.
    pub fn note(&self, line: &str) {
        if !self.quiet {
            error_line(&harmless(line));
        }
    }

    /// An error's first line.
    pub fn error(&self, message: &str) {
        let style = self.palette().level(Level::Error);
        error_line(&format!("{style}error{style:#}: {}", sanitize::visible_lines(message)));
    }

    /// A warning's line.
    pub fn warning(&self, message: &str) {
        let style = self.palette().level(Level::Warning);
        error_line(&format!("{style}warning{style:#}: {}", sanitize::visible_lines(message)));
    }
}

/// Lines that move no cursor and turn no text around, whoever had the words; colours stay.
fn harmless(line: &str) -> Cow<'_, str> {
    if line.contains('\u{1b}') {
        return line.split('\n').map(sanitize::log_line).collect::<Vec<_>>().join("\n").into();
    }
    sanitize::visible_lines(line)
}

/// Writes one line to standard error, whole.
pub fn error_line(line: &str) {
    let _ = io::stderr().lock().write_all(format!("{line}\n").as_bytes());
}

/// Whether a variable of the environment says yes.
pub fn set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0" && value != "false")
}

/// `--color`, `NO_COLOR`, `CLICOLOR_FORCE`/`FORCE_COLOR`, `CLICOLOR=0`, `TERM=dumb`, then whether it is a terminal.
fn colored(choice: ColorChoice, terminal: bool, dumb: bool) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) => false,
        ColorChoice::Auto if set("CLICOLOR_FORCE") || set("FORCE_COLOR") => true,
        ColorChoice::Auto => terminal && !dumb && std::env::var_os("CLICOLOR").is_none_or(|value| value != "0"),
    }
}

/// Columns of the terminal, or `COLUMNS`; 100 where there is neither.
fn width() -> usize {
    const USUAL: usize = 100;
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let measured = || rustix::termios::tcgetwinsize(io::stdout()).ok().map(|size| usize::from(size.ws_col));
    columns.or_else(measured).filter(|columns| *columns >= 20).unwrap_or(USUAL)
}
