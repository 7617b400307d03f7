//! What a project offers to agents: its tools, as far as `mcp.only` lets them through, and its instructions.

use std::collections::BTreeSet;
use std::path::PathBuf;

use rmcp::model::{Tool, ToolAnnotations};

use super::answer::cut;
use super::builtin::Builtin;
use crate::cli::arguments::Global;
use crate::cli::project::Located;
use crate::diagnostic::Diagnostics;
use crate::include::{self, Documents, Named};
use crate::model::{Document, Param, TemplateKind};
use crate::schema::input_schema;
use crate::source::{DiskLoader, Sources};

/// A project as an agent sees it. A file that cannot be read offers nothing; `check` says why.
#[derive(Debug, Default)]
pub struct Project {
    /// Its tools.
    pub offered: Vec<Offered>,
    /// Names of everything that can be run.
    pub jobs: Vec<String>,
    /// What its files say to agents.
    pub instructions: String,
    /// The files that say all of this.
    pub files: Vec<PathBuf>,
}

/// A tool of the project.
#[derive(Debug)]
pub struct Offered {
    /// The job that it is.
    pub job: String,
    /// As clients see it.
    pub tool: Tool,
}

/// Bytes of instructions that are passed on.
const MOST_INSTRUCTIONS: usize = 32 * 1024;

impl Project {
    /// Reads the project's files.
    pub fn read(global: &Global) -> Self {
        let Ok(located) = Located::find(global) else { return Self::default() };
        let mut sources = Sources::default();
        let read = include::read(&DiskLoader, &located.file, &mut sources, &mut Diagnostics::default());
        let Ok(documents) = read else { return Self { files: vec![located.file], ..Self::default() } };
        Self {
            offered: offered(&documents),
            jobs: documents.names().map(str::to_owned).collect(),
            instructions: instructions(documents.own_files()),
            files: sources.iter().map(|(_, file)| file.path.clone()).collect(),
        }
    }

    /// Its tools as clients see them.
    pub fn tools(&self) -> Vec<&Tool> {
        self.offered.iter().map(|offered| &offered.tool).collect()
    }
}

/// The instructions of the project's own files, the one that was asked for first; those of other repositories are others' words.
fn instructions<'a>(files: impl Iterator<Item = &'a Document>) -> String {
    let texts: Vec<&str> = files.filter_map(|file| file.instructions.as_deref()).map(str::trim).collect();
    cut(&texts.join("\n\n"), MOST_INSTRUCTIONS).to_owned()
}

fn offered(documents: &Documents) -> Vec<Offered> {
    let mut taken: BTreeSet<String> = Builtin::ALL.iter().map(|builtin| builtin.name().to_owned()).collect();
    let jobs = names(documents).into_iter().filter_map(|name| Some((name, documents.get(name)?)));
    let offer = |(name, job): (&str, Named<'_>)| {
        let (word, info, params): (_, _, &[Param]) = match job {
            Named::Template(template) => (template.word(), template.info.as_deref(), &template.params),
            Named::Module(module) => ("module", module.info.as_deref(), &module.params),
        };
        let description = info.map(str::trim).filter(|info| !info.is_empty());
        let description =
            description.map_or_else(|| format!("Runs the {word} `{name}` of polytope.yml."), str::to_owned);
        // What it does is its author's business: the worst is what a client should expect.
        let hints =
            ToolAnnotations::with_title(name).read_only(false).destructive(true).idempotent(false).open_world(true);
        let tool = Tool::new(tool_name(name, &mut taken), description, input_schema(params)).with_annotations(hints);
        Offered { job: name.to_owned(), tool }
    };
    jobs.map(offer).collect()
}

/// Names of what is offered: what the first file lists, or else the tools of each file, of which one may list its own.
fn names(documents: &Documents) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    let listed = documents.entry().and_then(|entry| entry.offered.as_ref());
    let names: Vec<&str> = match listed {
        Some(listed) => listed.iter().map(|name| name.value.as_str()).collect(),
        None => documents.files().iter().flat_map(of_file).collect(),
    };
    names.into_iter().filter(|name| seen.insert(*name)).collect()
}

fn of_file(file: &Document) -> Vec<&str> {
    let tools = file.templates.iter().filter(|template| template.kind == TemplateKind::Tool);
    let is_listed = |name: &str| file.offered.as_ref().is_none_or(|only| only.iter().any(|it| it.value == name));
    tools.map(|tool| tool.id.value.as_str()).filter(|name| is_listed(name)).collect()
}

/// A name as clients take it, `[A-Za-z0-9_-]{1,64}`, that no other tool has.
fn tool_name(id: &str, taken: &mut BTreeSet<String>) -> String {
    const LONGEST: usize = 64;
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    let plain: String = id.chars().map(|letter| if is_plain(letter) { letter } else { '_' }).take(LONGEST).collect();
    let mut name = plain.clone();
    let mut number = 1;
    while name.is_empty() || !taken.insert(name.clone()) {
        let prefix = if number == 1 { "project_".to_owned() } else { format!("project{number}_") };
        name = prefix.chars().chain(plain.chars()).take(LONGEST).collect();
        number += 1;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_every_client_takes_and_each_is_there_once() {
        let mut taken = BTreeSet::from(["check".to_owned()]);
        let mut name = |id: &str| tool_name(id, &mut taken);
        assert_eq!(name("add-user_2"), "add-user_2");
        assert_eq!(name("add.user"), "add_user");
        assert_eq!(name("add_user"), "project_add_user");
        assert_eq!(name("check"), "project_check", "a built-in tool keeps its name");
        assert_eq!(name(&"x".repeat(70)).len(), 64);
        assert_eq!(name(&"x".repeat(71)).len(), 64);
    }
}
