//! `pt`'s arguments: the commands, and the flags that every command takes.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::choice::EngineChoice;
use super::{
    check, completions, config, doctor, down, exec, explain, help, include, init, logs, ls, lsp, man, mcp, plan,
    postgres, ps, render, restart, run, scaffold, schema, secrets, values, volume, wait,
};

const EXAMPLES: &str = "\
Examples:
  pt check                      look for mistakes and dangers, without running anything
  pt secrets set db-password    keep a secret outside of the repository
  pt plan stack                 what would change, and why
  pt run stack -d               start it, and return when everything is ready
  pt logs -f db                 follow the log of a container
  pt down                       stop and remove it; volumes stay";

/// Runs what a polytope.yml describes, after checking it
#[derive(Debug, Parser)]
#[command(name = "pt", version, after_help = EXAMPLES, disable_help_subcommand = true, max_term_width = 100)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Flags of every command.
    #[command(flatten)]
    pub global: Global,
}

/// What `pt` can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Look for mistakes and dangers, without running anything
    #[command(visible_aliases = ["lint", "validate"])]
    Check(Box<check::Check>),
    /// Show what would change, and why
    #[command(visible_alias = "diff")]
    Plan(plan::PlanArguments),
    /// Run templates, tools or modules
    #[command(visible_alias = "up")]
    Run(Box<run::Run>),
    /// List what runs, and where it is found
    #[command(visible_alias = "status")]
    Ps(ps::Ps),
    /// List all projects of this machine, with their folders
    Ls(ls::Ls),
    /// Show what containers wrote
    Logs(logs::Logs),
    /// Run a program in a running container
    Exec(exec::Exec),
    /// Stop containers and keep them
    Stop(down::Stop),
    /// Stop containers and start them again
    Restart(restart::Restart),
    /// Wait until containers are ready, run, or have ended
    Wait(wait::Wait),
    /// Stop and remove containers and networks; volumes stay
    Down(down::Down),
    /// List volumes, with sizes and ages, and remove one
    #[command(visible_alias = "volumes")]
    Volume(volume::Volume),
    /// Print what a job comes down to; secrets as names
    Render(render::Render),
    /// Show which settings count here, and where each comes from
    Config(config::Config),
    /// Set and list what modules read with `pt.value`
    #[command(visible_alias = "value")]
    Values(values::Values),
    /// Set and list what modules read with `pt.secret`, kept encrypted
    #[command(visible_alias = "secret")]
    Secrets(secrets::Secrets),
    /// Explain a rule or a blueprint
    Explain(explain::Explain),
    /// Print the JSON Schema of `polytope.yml`, or of pt.toml, for editors
    Schema(schema::Schema),
    /// Serve editors: a language server on standard input and output
    Lsp(lsp::Lsp),
    /// Fetch other repositories that this project includes
    Include(include::Include),
    /// Copy a template into this project and fill in its placeholders
    Scaffold(scaffold::Scaffold),
    /// Write a first `polytope.yml`
    Init(init::Init),
    /// Run one PostgreSQL server in the foreground, without a container
    Postgres(Box<postgres::Postgres>),
    /// Look at the engine, and at what else this machine has
    Doctor(doctor::Doctor),
    /// Serve this project's tools to coding agents
    Mcp(mcp::Mcp),
    /// Print a completion script for a shell
    Completions(completions::Completions),
    /// Print the manual page, or write one for every command
    Man(man::Man),
    /// Explain a command, or exit-codes, environment, secrets, output, processes
    Help(help::Help),
}

/// Flags that every command takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
#[allow(clippy::struct_excessive_bools, reason = "each flag is a switch of its own")]
pub struct Global {
    /// Blueprint to read [default: polytope.yml here or in a parent directory]
    // No short form: `-f` is `pt logs --follow`.
    #[arg(long, global = true, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Run as if started in this directory
    #[arg(short = 'C', long, global = true, value_name = "DIR")]
    pub directory: Option<PathBuf>,
    /// Name of the project [default: the directory's name]
    #[arg(short, long, global = true, value_name = "NAME", env = "PT_PROJECT", hide_env = true)]
    pub project: Option<String>,
    /// What runs it: auto, docker or process (programs of this machine, without containers)
    #[arg(
        long,
        global = true,
        value_name = "ENGINE",
        default_value = "auto",
        env = "PT_ENGINE",
        hide_env = true,
        hide_possible_values = true,
        hide_default_value = true
    )]
    pub engine: EngineChoice,
    /// Docker engine to use, such as `unix:///run/docker.sock` [default: as docker does]
    #[arg(short = 'H', long, global = true, value_name = "URL")]
    pub host: Option<String>,
    /// Say less; only results and errors
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more; -vv shows causes of errors
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Colour of the output: auto, always or never
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true,
        hide_default_value = true
    )]
    pub color: ColorChoice,
    /// Display of progress: auto, tty, plain or none
    #[arg(
        long,
        global = true,
        value_name = "HOW",
        default_value = "auto",
        env = "PT_PROGRESS",
        hide_env = true,
        hide_possible_values = true,
        hide_default_value = true
    )]
    pub progress: ProgressChoice,
    /// Never ask; a question that has no answer is an error
    #[arg(long, global = true, alias = "no-input", env = "PT_NON_INTERACTIVE", hide_env = true, value_parser = clap::builder::FalseyValueParser::new())]
    pub non_interactive: bool,
    /// Answer every question with yes
    #[arg(short, long, global = true)]
    pub yes: bool,
}

/// When output is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProgressChoice {
    /// Live on a terminal, else a line per change
    Auto,
    /// Live
    Tty,
    /// A line per change
    Plain,
    /// Nothing
    None,
}

/// Levels of rules, on the commands that look at findings.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Rules")]
pub struct Levels {
    /// Make findings of rules errors: a name, a code, `PT2` or a tag
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub deny: Vec<String>,
    /// Make findings of rules warnings
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub warn: Vec<String>,
    /// Switch rules off
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub allow: Vec<String>,
    /// What rules start from: dev, ci, prod, or one of pt.toml [default: ci where CI is set, else each rule's own level]
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Settings that win over those of pt.toml
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Let pt.toml and comments make nothing laxer than the command line and `--config` say
    #[arg(long)]
    pub locked: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Arguments;

    #[test]
    fn no_two_flags_of_a_command_are_spelled_alike() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn no_argument_of_a_command_has_the_name_of_a_global_flag() {
        let all = Arguments::command();
        let global: Vec<&str> =
            all.get_arguments().filter(|argument| argument.is_global_set()).map(|it| it.get_id().as_str()).collect();
        assert!(!global.is_empty());
        let mut commands: Vec<&clap::Command> = all.get_subcommands().collect();
        while let Some(command) = commands.pop() {
            commands.extend(command.get_subcommands());
            for argument in command.get_arguments().filter(|argument| !argument.is_global_set()) {
                let id = argument.get_id().as_str();
                // It has no engine and no project, and `-H`, `-p` and `-v` mean to a server what they mean to all servers.
                if command.get_name() == "postgres" && ["host", "project", "verbose"].contains(&id) {
                    continue;
                }
                assert!(!global.contains(&id), "`{}` has an argument `{id}`", command.get_name());
            }
        }
    }
}
