//! `pt explain`: what a rule finds and why, or what a blueprint takes and does.

use std::fmt::Write as _;
use std::io::Write;

use clap::Args;

use super::arguments::Global;
use super::failure::Failure;
use super::project::Located;
use super::terminal::Terminal;
use crate::blueprint::{Blueprint, Catalogue, ProcessManifest};
use crate::diagnostic::{Diagnostics, did_you_mean};
use crate::policy::{INPUT_GUIDE, POLICY_FAULT};
use crate::report::explain;
use crate::rules;
use crate::source::{DiskLoader, Sources};
use crate::value::ParamType;

/// Arguments of `pt explain`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pt explain                      all blueprints and rules
  pt explain polytope/postgres    its parameters, and an example
  pt explain pg-trust-auth        why it matters, and what to write instead
  pt explain policy-input         what a policy is asked about, and what it may say")]
pub struct Explain {
    /// A rule's name or code, or a blueprint [default: list them all]
    #[arg(add = clap_complete::ArgValueCandidates::new(super::names::topics))]
    topic: Option<String>,
}

/// The topic that is neither a rule nor a blueprint.
const POLICY_INPUT: &str = "policy-input";

/// Prints the documentation of a topic, or the list of topics.
pub fn run(arguments: &Explain, global: &Global, terminal: &Terminal) -> Result<u8, Failure> {
    let catalogue = catalogue(global);
    let mut out = Terminal::out();
    let Some(topic) = &arguments.topic else {
        out.write_all(list(&catalogue, terminal).as_bytes())?;
        return Ok(0);
    };
    if let Some(rule) = rules::ALL.iter().chain([&&POLICY_FAULT]).find(|rule| rule.is_called(topic)) {
        explain(rule, &mut out, terminal.render_options())?;
        out.flush()?;
        return Ok(0);
    }
    if topic == POLICY_INPUT {
        out.write_all(INPUT_GUIDE.as_bytes())?;
        out.flush()?;
        return Ok(0);
    }
    let full = if topic.contains('/') { topic.clone() } else { format!("polytope/{topic}") };
    if let Some(blueprint) = catalogue.get(topic).or_else(|| catalogue.get(&full)) {
        out.write_all(describe(blueprint, terminal).as_bytes())?;
        out.flush()?;
        return Ok(0);
    }
    let names = catalogue.names();
    let known = rules::ALL
        .iter()
        .flat_map(|rule| [rule.name, rule.code])
        .chain(names.iter().map(String::as_str))
        .chain([POLICY_INPUT]);
    let help = match did_you_mean(topic, known.clone()).or_else(|| did_you_mean(&full, known)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`pt explain` lists all rules and blueprints".to_owned(),
    };
    Err(Failure::usage(format!("there is no rule or blueprint `{topic}`")).help(help))
}

/// Built-in blueprints, and the project's own where there is a project.
fn catalogue(global: &Global) -> Catalogue {
    let Ok(located) = Located::find(global) else { return Catalogue::default() };
    Catalogue::read(&DiskLoader, &located.directory, &mut Sources::default(), &mut Diagnostics::default())
}

fn list(catalogue: &Catalogue, terminal: &Terminal) -> String {
    let strong = terminal.out_palette().strong();
    let mut text = format!("{strong}Blueprints{strong:#}\n\n");
    let names = catalogue.names();
    let widest = names.iter().map(String::len).max().unwrap_or_default();
    for blueprint in names.iter().filter_map(|name| catalogue.get(name)) {
        let _ = writeln!(text, "  {:widest$}  {}", blueprint.id, blueprint.info);
    }
    let _ = writeln!(text, "\n{strong}Rules{strong:#}\n");
    let widest = rules::ALL.iter().map(|rule| rule.name.len()).max().unwrap_or_default();
    for rule in rules::ALL.iter() {
        let level = rule.level.word();
        let summary = rule.documentation().summary;
        let _ = writeln!(text, "  {}  {:widest$}  {level:7}  {summary}", rule.code, rule.name);
    }
    text
}

/// How a blueprint runs without a container engine.
fn as_process(process: &ProcessManifest) -> String {
    let mut lines = Vec::new();
    let mut add = |name: &str, value: String| {
        if !value.is_empty() {
            lines.push(format!("  {name}: {value}\n"));
        }
    };
    add("program", process.program.join(" or "));
    add("arguments", process.arguments.join(" "));
    let variables: Vec<String> = process.environment.iter().map(|(name, value)| format!("{name}={value}")).collect();
    add("environment", variables.join(" "));
    add("data", process.data.clone().unwrap_or_default());
    add("stop-signal", process.stop_signal.clone().unwrap_or_default());
    add(
        "brought by",
        process.package.as_ref().map(|package| format!("`apt-get install {package}`")).unwrap_or_default(),
    );
    if process.only {
        add("image", "none: it needs the engine of processes".to_owned());
    }
    lines.concat()
}

fn describe(blueprint: &Blueprint, terminal: &Terminal) -> String {
    let palette = terminal.out_palette();
    let (strong, weak) = (palette.strong(), palette.help());
    let mut text =
        format!("{strong}{}{strong:#}\n{}\n\n{strong}Parameters{strong:#}\n\n", blueprint.id, blueprint.info);
    for param in &blueprint.params {
        let needed = if param.kind.is_optional() { "" } else { ", required" };
        let default = match &param.kind {
            ParamType::Default(_, value) => format!(", default {}", value.describe()),
            _ => String::new(),
        };
        let _ = writeln!(text, "  {weak}{}{weak:#}: {}{needed}{default}", param.id.value, param.kind);
        if let Some(info) = &param.info {
            let _ = writeln!(text, "      {info}");
        }
    }
    if let Some(process) = &blueprint.process {
        let _ = write!(text, "\n{strong}As a process{strong:#} (`--engine process`)\n\n{}", as_process(process));
    }
    if !blueprint.docs.is_empty() {
        // The first heading repeats the name.
        let body = blueprint.docs.trim_start().strip_prefix("# ").and_then(|rest| rest.split_once('\n'));
        let _ = write!(text, "\n{}", body.map_or(blueprint.docs.as_str(), |(_, body)| body.trim_start()));
    }
    text
}
