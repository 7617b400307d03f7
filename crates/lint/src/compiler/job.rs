//! Which part of a file is to be run, and with what arguments.

use crate::diagnostic::{Diagnostics, did_you_mean, one_of};
use crate::expand::{Entry, Expander};
use crate::include::{Documents, Named};
use crate::model::TemplateKind;
use crate::source::{SourceFile, Sources, Span, Spanned, quoted};
use crate::syntax;
use crate::value::{Data, Map, Value};

/// A job to run, as it was asked for.
#[derive(Debug, Clone, Default)]
pub struct JobCall {
    /// Name of a template or module; the main one when empty.
    pub name: String,
    /// Arguments as a YAML flow map, such as `{port: 8080}`; none when empty.
    pub args: String,
    /// The arguments of a program's call, which are values already and come instead of `args`. What is called so may also be
    /// a blueprint.
    pub values: Option<Vec<(String, Value)>>,
}

/// No job of that name, and what to type instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", said(name))]
pub struct UnknownJob {
    /// What was asked for.
    pub name: String,
    /// The nearest name, or all of them.
    pub help: String,
}

fn said(name: &str) -> String {
    if name.is_empty() {
        "no job is named, and this file has no template or tool `stack`".to_owned()
    } else {
        format!("there is no template, tool or module {}", quoted(name))
    }
}

/// The arguments of a job, read as the file itself is.
pub(super) fn arguments(
    job: &JobCall,
    sources: &mut Sources,
    expander: &mut Expander<'_>,
    diagnostics: &mut Diagnostics,
) -> Value {
    let text = if job.args.is_empty() { "{}" } else { &job.args };
    let file = sources.add(SourceFile::new("<arguments>", text));
    let tree = syntax::parse(file, text, diagnostics);
    // What is missing may stand in what could not be read.
    if !tree.complete {
        return Value::unknown(tree.root.span);
    }
    expander.arguments(&tree.root, diagnostics)
}

/// The call of a program, as lines to point at: what is called, and each argument, in which secrets stand by name.
pub(super) fn given(name: &str, values: &[(String, Value)], sources: &mut Sources) -> (Spanned<String>, Value) {
    let arguments = values.iter().map(|(name, value)| format!("{name}: {}", value.describe()));
    let lines: Vec<String> = std::iter::once(name.to_owned()).chain(arguments).collect();
    let file = sources.add(SourceFile::new("<call of a program>", lines.join("\n")));
    let mut start = name.len() + 1;
    let mut map = Map::default();
    for ((name, value), line) in values.iter().zip(&lines[1..]) {
        let span = Span::new(file, start, start + line.len());
        map.insert(Spanned::new(name.clone(), span), value.placed_at(span));
        start += line.len() + 1;
    }
    let target = Spanned::new(name.to_owned(), Span::new(file, 0, name.len()));
    (target, Value::new(Data::Map(map), Span::new(file, 0, start.saturating_sub(1))))
}

/// The template, tool or module of a name; without a name the main one.
pub(super) fn find<'a>(documents: &'a Documents, name: &str) -> Result<Entry<'a>, UnknownJob> {
    if name.is_empty()
        && let Some(main) = main_entry(documents)
    {
        return Ok(main);
    }
    match documents.get(name) {
        // Modules win, as they do in steps.
        Some(Named::Module(module)) => Ok(Entry::Module(module)),
        Some(Named::Template(template)) => Ok(Entry::Template(template)),
        None => {
            let help = match did_you_mean(name, documents.names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if name.is_empty() => format!("name one of {}", one_of(documents.names())),
                None => format!("this file has {}", one_of(documents.names())),
            };
            Err(UnknownJob { name: name.to_owned(), help })
        }
    }
}

/// What is meant where no name is given: `stack`, else `default`, else the first template, else the only thing there is.
pub(super) fn main_entry(documents: &Documents) -> Option<Entry<'_>> {
    let named = documents.template("stack").or_else(|| documents.template("default"));
    let first = || documents.templates().find(|template| template.kind == TemplateKind::Template);
    if let Some(main) = named.or_else(first) {
        return Some(Entry::Template(main));
    }
    let templates = documents.templates().map(Entry::Template);
    let mut all = templates.chain(documents.modules().map(Entry::Module));
    all.next().filter(|_| all.next().is_none())
}
