//! `pt help`, and how every help page is laid out: what it is, how it is called, examples, and only then all flags.

mod topics;

use std::fmt::Write as _;
use std::io::Write as _;

use clap::{Args, Command, CommandFactory};

use super::arguments::Arguments;
use super::failure::Failure;
use super::terminal::Terminal;

/// Arguments of `pt help`.
#[derive(Debug, Args)]
#[command(after_help = "Topics: exit-codes, environment, secrets, output, processes

Examples:
  pt help run
  pt help secrets set
  pt help exit-codes")]
pub struct Help {
    /// A command, or a topic
    #[arg(value_name = "COMMAND|TOPIC")]
    subject: Vec<String>,
}

/// The commands by what one wants to do, in the order in which one gets to need them.
const GROUPS: [(&str, &[&str]); 5] = [
    ("Check and plan", &["check", "explain", "config", "plan", "render"]),
    ("Run", &["run", "ps", "ls", "logs", "exec", "wait", "restart", "stop", "down", "volume", "postgres"]),
    ("Settings of this machine", &["values", "secrets"]),
    ("Project", &["init", "include", "scaffold"]),
    ("Editors, agents and shells", &["lsp", "schema", "mcp", "completions", "man", "doctor", "help"]),
];

/// What every page ends with that lists commands.
const EXIT_CODES: &str = "\
Exit codes: 0 done, 1 findings or a failed service, 2 usage or an invalid file, 3 no engine,
4 a value or secret is missing, 5 another pt is at work; `pt help exit-codes` says more";

/// Examples stand before the flags: they are what most people look for.
const PAGE: &str = "{before-help}{about-with-newline}\n{usage-heading} {usage}{after-help}\n\n{all-args}";

/// `pt`'s commands and flags, laid out.
pub fn command() -> Command {
    let laid_out = pages(Arguments::command());
    let front = front(&laid_out);
    laid_out.help_template(front)
}

fn pages(command: Command) -> Command {
    command.help_template(PAGE).mut_subcommands(pages)
}

/// The first page: commands in groups instead of one list.
fn front(all: &Command) -> String {
    let heading = all.get_styles().get_header();
    let literal = all.get_styles().get_literal();
    let mut page = "{about-with-newline}\n{usage-heading} {usage}{after-help}\n".to_owned();
    let widest = all.get_subcommands().map(|command| command.get_name().len()).max().unwrap_or_default();
    for (title, names) in GROUPS {
        let _ = write!(page, "\n{heading}{title}:{heading:#}\n");
        for command in names.iter().filter_map(|name| all.find_subcommand(name)) {
            let name = command.get_name();
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            let aliases: Vec<&str> = command.get_visible_aliases().collect();
            let also = if aliases.is_empty() { String::new() } else { format!(" [also {}]", aliases.join(", ")) };
            let _ = writeln!(page, "  {literal}{name:widest$}{literal:#}  {about}{also}");
        }
    }
    let _ = write!(page, "\n{heading}Options of every command:{heading:#}\n{{options}}\n\n{EXIT_CODES}");
    page
}

/// The page of a topic.
pub fn topic(name: &str) -> Option<&'static str> {
    topics::ALL.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// Prints the page of a command or of a topic.
pub fn run(arguments: &Help, terminal: &Terminal) -> Result<u8, Failure> {
    let mut out = Terminal::out();
    if let [topic] = &arguments.subject[..]
        && let Some(text) = self::topic(topic)
    {
        out.write_all(text.as_bytes())?;
        out.flush()?;
        return Ok(0);
    }
    let mut page = command();
    for word in &arguments.subject {
        let Some(found) = page.find_subcommand(word).cloned() else { return Err(unknown(word, &page)) };
        page = found;
    }
    // What `pt COMMAND --help` prints, and nothing else.
    let words = ["pt"].into_iter().chain(arguments.subject.iter().map(String::as_str)).chain(["--help"]);
    if let Err(help) = command().try_get_matches_from(words) {
        let help = help.render();
        let text = if terminal.colored().0 { help.ansi().to_string() } else { help.to_string() };
        writeln!(out, "{}", text.trim_end())?;
        out.flush()?;
    }
    Ok(0)
}

fn unknown(word: &str, page: &Command) -> Failure {
    let commands = page.get_subcommands().map(Command::get_name);
    let known: Vec<&str> = commands.chain(topics::ALL.iter().map(|(name, _)| *name)).collect();
    let help = match crate::diagnostic::did_you_mean(word, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`pt --help` lists all commands".to_owned(),
    };
    Failure::usage(format!("there is no command or topic `{word}`")).help(help)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_command_stands_in_one_group() {
        let all = Arguments::command();
        let shown: BTreeSet<&str> =
            all.get_subcommands().filter(|command| !command.is_hide_set()).map(Command::get_name).collect();
        let grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| *names).copied().collect();
        let once: BTreeSet<&str> = grouped.iter().copied().collect();
        assert_eq!(once.len(), grouped.len(), "a command stands in two groups");
        assert_eq!(once, shown, "add it to GROUPS in src/cli/help.rs");
    }

    #[test]
    fn every_command_says_in_a_line_what_it_does() {
        let mut commands: Vec<Command> = Arguments::command().get_subcommands().cloned().collect();
        while let Some(command) = commands.pop() {
            commands.extend(command.get_subcommands().cloned());
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            let length = about.chars().count();
            assert!((5..=88).contains(&length), "`{}`: {length} characters in {about:?}", command.get_name());
            assert!(!about.ends_with('.'), "`{}`: {about:?}", command.get_name());
            let more = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            // Wider ones are broken where they should not be.
            let wide: Vec<&str> = more.lines().filter(|line| line.chars().count() > 100).collect();
            assert!(wide.is_empty(), "`{}`: {wide:?}", command.get_name());
        }
    }

    #[test]
    fn every_variable_that_is_read_is_in_the_topic() {
        let topic = topic("environment").unwrap_or_default();
        for variable in [
            "PT_PROJECT",
            "PT_PROGRESS",
            "PT_NON_INTERACTIVE",
            "PT_TRUST",
            crate::cli::postgres::PLACES,
            crate::store::IDENTITY_VARIABLE,
            crate::store::SECRETS_FILE_VARIABLE,
            crate::store::SECRET_PREFIX,
            crate::store::VALUE_PREFIX,
        ] {
            assert!(topic.contains(variable), "{variable}");
        }
        for flag in Arguments::command().get_arguments().filter_map(clap::Arg::get_env) {
            assert!(topic.contains(&*flag.to_string_lossy()), "{}", flag.display());
        }
    }
}
