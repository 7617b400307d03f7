//! `pt scaffold`: a template copied into the project, its placeholders filled in.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::arguments::Global;
use super::failure::{Class, Failure};
use super::ownership::refuse_foreign;
use super::project::{Located, based};
use super::terminal::Terminal;
use crate::include::{Lock, normal};
use crate::model::{GITHUB, RemoteReference};
use crate::report::sanitize;
use crate::scaffold::{OnConflict, Plan, Project, Request, ScaffoldError, WriteKind, carry_out, plan, project_name};
use crate::source::DiskLoader;

/// Arguments of `pt scaffold`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pt scaffold templates/api services/users --include
  pt scaffold templates/api services/users --set port=8080 --add-to stack
  pt scaffold gh:acme/templates:api services/users --dry-run

`{{ name }}` and `{{ name | kebab_case }}` (snake_case, pascal_case, camel_case, capitalize,
upper, lower) are filled in, in contents and file names; `project-name` is the last part of PATH.
Other braces stay as they are.")]
pub struct Scaffold {
    /// Directory or file to copy, or gh:owner/name:path of a repository that `pt include` fetched
    template: String,
    /// Where to, from the project's directory [default: the template's name]
    path: Option<String>,
    /// Value of a placeholder
    #[arg(long = "set", value_name = "NAME=VALUE")]
    values: Vec<String>,
    /// What is done with files that are there: skip, overwrite or fail
    #[arg(long, value_name = "WHAT", default_value = "fail", hide_possible_values = true, hide_default_value = true)]
    on_conflict: Conflict,
    /// Call it at the end of this tool, and include it
    #[arg(long, value_name = "TOOL")]
    add_to: Vec<String>,
    /// Include it in the project's polytope.yml
    #[arg(long)]
    include: bool,
    /// Only list what would be done
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Conflict {
    Skip,
    Overwrite,
    Fail,
}

/// Plans, lists, and writes everything or nothing.
pub fn run(arguments: &Scaffold, global: &Global, terminal: &Terminal) -> Result<u8, Failure> {
    let located = Located::find(global)?;
    refuse_foreign(&located, None)?;
    let file = located.file.canonicalize().ok();
    let file = file.as_deref().and_then(|file| file.strip_prefix(&located.root).ok());
    let Some(file) = file else {
        return Err(Failure::usage(format!("{} is a link that leads out of the project", located.file.display())));
    };
    let project = Project { root: &located.root, file };
    let planned = plan(project, &[request(arguments, global, &located)?])?;
    let mut out = Terminal::out();
    list(&planned, arguments.dry_run, &mut out)?;
    out.flush()?;
    for blank in &planned.blanks {
        let (file, name) = (&blank.file, &blank.name);
        terminal.warning(&sanitize::visible_lines(&format!("{file}: `{{{{ {name} }}}}` is not filled in")));
    }
    if !arguments.dry_run {
        super::replacing::files("the template", &planned, &file.to_string_lossy(), terminal)?;
        carry_out(project, &planned)?;
    }
    Ok(0)
}

fn request(arguments: &Scaffold, global: &Global, located: &Located) -> Result<Request, Failure> {
    let template = template(&arguments.template, global, located)?;
    let name = template.canonicalize().unwrap_or_else(|_| template.clone());
    let name = name.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
    let path = arguments.path.clone().unwrap_or(name);
    let path = normal(&path).ok_or(ScaffoldError::Outside(path))?;
    let mut request = Request::new(template, path);
    for value in &arguments.values {
        let Some((name, value)) = value.split_once('=') else {
            return Err(Failure::usage(format!("`--set {value}` has no `=`")).help("write `--set NAME=VALUE`"));
        };
        request.values.insert(name.to_owned(), value.to_owned());
    }
    request.on_conflict = match arguments.on_conflict {
        Conflict::Skip => OnConflict::Skip,
        Conflict::Overwrite => OnConflict::Overwrite,
        Conflict::Fail => OnConflict::Fail,
    };
    let call =
        request.values.get("project-name").map_or_else(|| project_name(&request.path), String::as_str).to_owned();
    request.include = arguments.include || !arguments.add_to.is_empty();
    request.calls = arguments.add_to.iter().map(|tool| (tool.clone(), call.clone())).collect();
    Ok(request)
}

/// The directory that is named: on this machine, or in a repository that was fetched.
fn template(written: &str, global: &Global, located: &Located) -> Result<PathBuf, Failure> {
    if !written.starts_with(GITHUB) {
        return Ok(based(global, Path::new(written)));
    }
    let Some(reference) = RemoteReference::parse(written).filter(|it| it.module.is_none()) else {
        return Err(Failure::usage(format!("`{written}` is no template")).help("write `gh:owner/name:path`"));
    };
    let lock = Lock::read(&DiskLoader, &located.root);
    let pin = lock.pin(&reference.name).filter(|pin| pin.is_at(reference.rev.as_deref()));
    let folder = pin.map(|pin| located.root.join(pin.folder())).filter(|folder| folder.is_dir());
    let folder = folder.ok_or(ScaffoldError::Absent(reference.name))?;
    Ok(folder.join(reference.path.unwrap_or_default().trim_start_matches('/')))
}

/// A line for each file, and for each change of the project's file.
fn list(plan: &Plan, dry_run: bool, out: &mut dyn Write) -> Result<(), Failure> {
    let would = if dry_run { "would " } else { "" };
    let mut line = |what: &str, name: &str| writeln!(out, "{would}{what} {}", sanitize::visible_lines(name));
    for (path, write) in &plan.writes {
        line(if matches!(write.kind, WriteKind::New) { "create" } else { "change" }, path)?;
    }
    for path in &plan.skipped {
        line("keep", path)?;
    }
    for change in &plan.entered {
        line("enter", change)?;
    }
    if plan.writes.is_empty() {
        writeln!(out, "nothing to do")?;
    }
    Ok(())
}

impl From<ScaffoldError> for Failure {
    fn from(error: ScaffoldError) -> Self {
        let class = if matches!(error, ScaffoldError::Io { .. }) { Class::No } else { Class::Usage };
        let failure = Failure::new(class, error.to_string());
        let failure = match error.help() {
            Some(help) => failure.help(help),
            None => failure,
        };
        match error {
            ScaffoldError::Io { source, .. } => failure.because(source),
            _ => failure,
        }
    }
}
