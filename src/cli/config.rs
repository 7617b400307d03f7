//! `pt config`: which settings count, and where each comes from.

use std::io::Write;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::arguments::{Global, Levels};
use super::failure::Failure;
use super::project::{Located, based};
use super::settings::{Asked, Configurations, Configured};
use super::terminal::Terminal;
use crate::config::Origin;
use crate::report::sanitize;

/// Arguments of `pt config`.
#[derive(Debug, Args)]
#[command(after_help = "What counts, the strongest first: flags, PT_* variables, the file of --config, the
nearest pt.toml and what it extends, the user's $XDG_CONFIG_HOME/pt/config.toml, the machine's
pt/config.toml in each of $XDG_CONFIG_DIRS [default: /etc/xdg], what each rule says of itself.

Variables: PT_DENY, PT_WARN, PT_ALLOW, PT_SELECT, PT_IGNORE, PT_EXTEND_SELECT, PT_PROFILE,
PT_FAIL_ON, PT_BASELINE, PT_CONFIG, PT_LOCKED")]
pub struct Config {
    /// Say where each setting comes from
    #[arg(long)]
    show_origin: bool,
    /// Form of the output
    #[arg(short, long, value_name = "FORM", default_value = "text")]
    output: Output,
    #[command(flatten)]
    levels: Levels,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    /// As a pt.toml
    Text,
    /// For machines
    Json,
}

/// Prints the settings of this project, or of this directory.
pub fn run(arguments: &Config, global: &Global, terminal: &Terminal) -> Result<u8, Failure> {
    let configurations = Configurations::new(&arguments.levels, Asked::default(), global)?;
    print(&configurations, global, arguments.show_origin, arguments.output == Output::Json, terminal)
}

/// Prints settings; the exit code says whether all of them could be understood.
pub fn print(
    configurations: &Configurations,
    global: &Global,
    origins: bool,
    as_json: bool,
    terminal: &Terminal,
) -> Result<u8, Failure> {
    let configured = match Located::find(global) {
        Ok(located) => configurations.of(&located)?,
        // Settings are there before the first blueprint is.
        Err(failure) if global.file.is_some() => return Err(failure),
        Err(_) => {
            let here = based(global, std::path::Path::new("."));
            let root = here
                .canonicalize()
                .map_err(|error| Failure::usage(format!("{} cannot be entered", here.display())).because(error))?;
            configurations.of_directory(&root)?
        }
    };
    let text = if as_json { as_document(&configured) } else { as_toml(&configured, origins) };
    let mut out = Terminal::out();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    super::job::refuse_settings(&configured, terminal)?;
    Ok(0)
}

/// One setting, in the table of its kind.
struct Row {
    table: &'static str,
    name: String,
    value: Value,
    origin: String,
}

fn rows(configured: &Configured) -> Vec<Row> {
    let effective = &configured.effective;
    let origin = |origin: &Origin| match origin {
        Origin::Default => "default".to_owned(),
        Origin::Profile(name) => format!("profile {name}"),
        Origin::Variable(name) | Origin::Flag(name) => (*name).to_owned(),
        Origin::File(span) => {
            let place = configured.sources.position(*span);
            format!("{}:{}", configured.sources.path(*span).display(), place.line)
        }
    };
    let mut rows = Vec::new();
    let mut add = |table: &'static str, name: &str, value: Value, from: &Origin| {
        rows.push(Row { table, name: name.to_owned(), value, origin: origin(from) });
    };
    if let Some(profile) = &effective.profile {
        add("", "profile", json!(profile.value), &profile.origin);
    }
    if let Some(engine) = &effective.engine {
        add("", "engine", json!(engine.value.word()), &engine.origin);
    }
    add("", "fail-on", json!(effective.fail_on.value.word()), &effective.fail_on.origin);
    if let Some(baseline) = &effective.baseline {
        add("", "baseline", json!(baseline.value), &baseline.origin);
    }
    for path in &effective.policies {
        add("", "policies", json!([path.value]), &path.origin);
    }
    if let Some(registries) = &effective.allowed_registries {
        add("", "allowed-registries", json!(registries.value), &registries.origin);
    }
    let names = &effective.secret_names;
    if !names.is_empty() {
        let mut origins: Vec<String> = names.iter().map(|name| origin(&name.origin)).collect();
        origins.dedup();
        let value = names.iter().map(|name| name.value.clone()).collect::<Vec<_>>();
        rows.push(Row { table: "", name: "secret-names".to_owned(), value: json!(value), origin: origins.join(", ") });
    }
    let mut add = |table: &'static str, name: &str, value: Value, from: &Origin| {
        rows.push(Row { table, name: name.to_owned(), value, origin: origin(from) });
    };
    for image in &effective.stateful_images {
        add("stateful-images", &image.value.0, json!(image.value.1), &image.origin);
    }
    for setting in &effective.rules {
        add("rules", setting.rule.name, json!(setting.say.word()), &setting.origin);
    }
    for files in &effective.ignored_files {
        let names: Vec<&str> = files.value.rules.iter().map(|rule| rule.name).collect();
        add("per-file-ignores", &files.value.pattern, json!(names), &files.origin);
    }
    rows
}

fn as_document(configured: &Configured) -> String {
    let setting = |row: Row| {
        let mut object = json!({"name": row.name, "value": row.value, "origin": row.origin});
        if !row.table.is_empty() {
            object["table"] = json!(row.table);
        }
        object
    };
    let settings: Vec<Value> = rows(configured).into_iter().map(setting).collect();
    let files: Vec<String> =
        configured.sources.iter().map(|(_, file)| file.path.to_string_lossy().into_owned()).collect();
    let locked = configured.effective.locked;
    format!("{:#}\n", json!({"version": 1, "locked": locked, "files": files, "settings": settings}))
}

/// As a `pt.toml` that says the same.
fn as_toml(configured: &Configured, origins: bool) -> String {
    let rows = rows(configured);
    let mut lines: Vec<(String, &str)> = Vec::new();
    let mut table = "";
    for row in &rows {
        if row.table != table {
            table = row.table;
            lines.push((String::new(), ""));
            lines.push((format!("[{table}]"), ""));
        }
        let bare = row.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        let name = if bare { row.name.clone() } else { Value::from(row.name.as_str()).to_string() };
        lines.push((format!("{name} = {}", toml_value(&row.value)), row.origin.as_str()));
    }
    let width = lines.iter().map(|(text, _)| text.chars().count()).filter(|width| *width <= 60).max().unwrap_or(0);
    let mut text = String::new();
    for (line, origin) in lines {
        if origins && !origin.is_empty() {
            text.push_str(&format!("{line:width$}  # {origin}"));
        } else {
            text.push_str(&line);
        }
        text.push('\n');
    }
    format!("{}\n", sanitize::visible_lines(text.trim_end()))
}

/// A text or a list of texts: JSON's words for these are TOML's, too.
fn toml_value(value: &Value) -> String {
    match value.as_array() {
        Some(items) => format!("[{}]", items.iter().map(Value::to_string).collect::<Vec<_>>().join(", ")),
        None => value.to_string(),
    }
}
