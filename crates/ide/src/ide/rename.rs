//! Another name for a module, template, tool, parameter, step, value or secret, in all files at once.

use super::analysis::written_in;
use super::occurrence::callee;
use super::{Analysis, Occurrence, Symbol};
use crate::diagnostic::Edit;
use crate::expr::{Expression, parse};
use crate::include::Named;
use crate::model::{Step, StepAction, Template};
use crate::source::{FileId, Span};
use crate::syntax::Node;
use crate::value::id_problem;

/// Why a name cannot be changed, or not to that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing at that place has a name of the project.
    #[error("there is no name here that can be changed")]
    NoName,
    /// The name is defined in another repository or is built in.
    #[error("`{0}` is defined outside of this project")]
    Foreign(String),
    /// The new name is none.
    #[error("`{name}` cannot be a name: {problem}")]
    Invalid {
        /// The new name.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Something else is called so.
    #[error("there is a `{0}` already")]
    Taken(String),
    /// A program reads the name in a way that cannot be followed.
    #[error("a program uses `{0}`: change it there by hand")]
    InProgram(String),
}

/// The name at a place without its quotes, if it can be changed.
pub fn prepare_rename(analysis: &Analysis, file: FileId, offset: usize) -> Result<Span, Refusal> {
    let occurrence = analysis.occurrence_at(file, offset).ok_or(Refusal::NoName)?;
    let span = analysis.bare(occurrence.span);
    let name = || analysis.compilation.sources.text(span).to_owned();
    let documents = &analysis.compilation.documents;
    let definition = match &occurrence.symbol {
        Symbol::Blueprint(name) => return Err(Refusal::Foreign(name.clone())),
        Symbol::Value(_) | Symbol::Secret(_) => return Ok(span),
        Symbol::Callable(definition) | Symbol::Param(definition, _) | Symbol::Step(definition, _) => *definition,
    };
    if documents.home(definition.file).repository.is_some() {
        return Err(Refusal::Foreign(name()));
    }
    // A reference into another file, such as `gh:owner/name/module`, holds more than the name.
    if matches!(occurrence.symbol, Symbol::Callable(_)) && name() != text_of(analysis, definition) {
        return Err(Refusal::NoName);
    }
    // A parameter that nobody declares can only be misspelt.
    if matches!(occurrence.symbol, Symbol::Param(..)) && !has(analysis, |symbol| *symbol == occurrence.symbol) {
        return Err(Refusal::NoName);
    }
    Ok(span)
}

/// The edits that give the name at a place another one.
pub fn rename(analysis: &Analysis, file: FileId, offset: usize, new: &str) -> Result<Vec<Edit>, Refusal> {
    let old = analysis.compilation.sources.text(prepare_rename(analysis, file, offset)?).to_owned();
    let occurrence = analysis.occurrence_at(file, offset).ok_or(Refusal::NoName)?;
    if old == new {
        return Ok(Vec::new());
    }
    if let Some(problem) = problem_of(&occurrence.symbol, new) {
        return Err(Refusal::Invalid { name: new.to_owned(), problem });
    }
    if is_taken(analysis, &occurrence.symbol, new) {
        return Err(Refusal::Taken(new.to_owned()));
    }
    if let Symbol::Param(owner, _) = &occurrence.symbol
        && programs_of(analysis, *owner).iter().any(|code| mentions(code, &old))
    {
        return Err(Refusal::InProgram(old));
    }
    let same = analysis.occurrences().iter().filter(|other| other.symbol == occurrence.symbol);
    let mut spans: Vec<Span> = same.map(|it| analysis.bare(it.span)).collect();
    // What names the module in another way stays as it is: `gh:owner/name` means its default module.
    spans.retain(|span| analysis.compilation.sources.text(*span) == old);
    spans.dedup();
    Ok(spans.into_iter().map(|span| Edit { span, text: new.to_owned() }).collect())
}

fn text_of(analysis: &Analysis, span: Span) -> &str {
    analysis.compilation.sources.text(analysis.bare(span))
}

fn problem_of(symbol: &Symbol, new: &str) -> Option<String> {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
    match symbol {
        // What follows `pt.value` ends at the first other character.
        Symbol::Param(..) | Symbol::Value(_) | Symbol::Secret(_) if !new.chars().all(is_word) || new.is_empty() => {
            Some("it has letters, digits, `_` and `-` only".to_owned())
        }
        _ => id_problem(new),
    }
}

fn is_taken(analysis: &Analysis, symbol: &Symbol, new: &str) -> bool {
    let documents = &analysis.compilation.documents;
    match symbol {
        Symbol::Callable(definition) => {
            let target = written_in(definition.file, new);
            documents.called(&target).is_some() || steps_would_clash(analysis, *definition, new)
        }
        Symbol::Param(owner, _) => {
            has(analysis, |it| matches!(it, Symbol::Param(of, name) if of == owner && name == new))
        }
        Symbol::Step(owner, _) => {
            has(analysis, |it| matches!(it, Symbol::Step(of, name) if of == owner && name == new))
                || templates(analysis).any(|template| {
                    template.id.span == *owner && template.steps.iter().any(|step| step.id.value == new)
                })
        }
        // Two names become one: that may be what is wanted.
        Symbol::Value(_) | Symbol::Secret(_) | Symbol::Blueprint(_) => false,
    }
}

fn has(analysis: &Analysis, is: impl Fn(&Symbol) -> bool) -> bool {
    analysis.occurrences().iter().any(|other: &Occurrence| other.defines && is(&other.symbol))
}

fn templates(analysis: &Analysis) -> impl Iterator<Item = &Template> {
    analysis.compilation.documents.files().iter().flat_map(|document| &document.templates)
}

/// Whether a template that calls it without an `id` has a step of the new name.
fn steps_would_clash(analysis: &Analysis, definition: Span, new: &str) -> bool {
    let documents = &analysis.compilation.documents;
    let calls = |step: &Step| match &step.action {
        StepAction::Call(target) => callee(documents, target).is_some_and(|(it, _)| it == definition),
        StepAction::Code(_) => false,
    };
    templates(analysis).any(|template| {
        let steps = &template.steps;
        steps.iter().any(|step| !step.named && calls(step)) && steps.iter().any(|step| step.id.value == new)
    })
}

/// The texts of the programs that see the parameters of a module, template or tool.
fn programs_of(analysis: &Analysis, owner: Span) -> Vec<String> {
    let mut found = Vec::new();
    for document in analysis.compilation.documents.files() {
        for module in document.modules.iter().filter(|module| module.id.span == owner) {
            module.code.iter().chain(&module.args).for_each(|node| collect_programs(node, &mut found));
        }
        for template in document.templates.iter().filter(|template| template.id.span == owner) {
            for step in &template.steps {
                step.args.iter().for_each(|node| collect_programs(node, &mut found));
                if let StepAction::Code(node) = &step.action {
                    collect_programs(node, &mut found);
                }
            }
        }
    }
    found
}

fn collect_programs(node: &Node, found: &mut Vec<String>) {
    if let Some(text) = node.text()
        && matches!(parse(text), Expression::Code(..))
    {
        found.push(text.to_owned());
    }
    node.as_sequence().unwrap_or_default().iter().for_each(|item| collect_programs(item, found));
    node.as_mapping().unwrap_or_default().iter().for_each(|entry| collect_programs(&entry.value, found));
}

/// Whether a program has a word; `data-dir` is one word in Clojure, `data_dir` its spelling in JavaScript.
fn mentions(code: &str, name: &str) -> bool {
    let is_word = |letter: char| letter.is_alphanumeric() || "_-".contains(letter);
    code.split(|letter: char| !is_word(letter))
        .any(|word| word == name || word.replace('_', "-") == name.replace('_', "-"))
}

/// What a name of the project calls, for those who show it.
pub(super) fn named(analysis: &Analysis, definition: Span) -> Option<Named<'_>> {
    let files = analysis.compilation.documents.files().iter().filter(|document| document.file == definition.file);
    files.into_iter().find_map(|document| {
        let module = document.modules.iter().find(|module| module.id.span == definition).map(Named::Module);
        module.or_else(|| document.templates.iter().find(|it| it.id.span == definition).map(Named::Template))
    })
}
