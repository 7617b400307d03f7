//! `container.yml`: a template that gives the arguments of `polytope/container`, and what is said when it cannot.
//!
//! It is compiled once, and the trees of what it gave are kept: arguments stand in it as tokens, so two calls with
//! arguments of one shape give the same characters. Most modules of a project do.

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};

use super::catalogue::BUILTIN_FILE;
use super::filters;
use super::manifest::BAD_BLUEPRINT;
use super::render::{LONGEST, write_tokens};
use super::vocabulary::{unbounded_part, undefined_names};
use crate::diagnostic::{Diagnostics, did_you_mean, one_of};
use crate::model::Param;
use crate::source::{FileId, Span};
use crate::syntax::{self, Tree};

/// Instructions that a rendering may use: a hundred times what a real one needs.
const FUEL: u64 = 50_000;

/// The longest template in bytes: ten times what a real one needs.
const LARGEST: usize = 32 * 1024;

/// How many trees are kept, and of texts up to which length in bytes.
const KEPT: usize = 128;
const KEPT_LENGTH: usize = 8 * 1024;

/// A blueprint's `container.yml`.
#[derive(Debug)]
pub struct Template {
    /// The file.
    pub file: FileId,
    /// Its text.
    pub text: String,
    compiled: Environment<'static>,
    trees: Mutex<HashMap<String, Arc<Tree>>>,
}

impl Template {
    /// A template that can be read; `None` after a report.
    pub(super) fn read(file: FileId, text: String, diagnostics: &mut Diagnostics) -> Option<Self> {
        let mut template = Self { file, text, compiled: environment(), trees: Mutex::default() };
        if template.text.len() > LARGEST {
            let message = format!("a template may have {LARGEST} bytes, this one has {}", template.text.len());
            diagnostics.report(&BAD_BLUEPRINT, Span::start_of(file), message);
            return None;
        }
        if let Err(error) = template.compiled.add_template_owned(NAME, template.text.clone()) {
            template.report(&error, diagnostics);
            return None;
        }
        if let Some((line, message)) = unbounded_part(&template.text) {
            diagnostics.report(&BAD_BLUEPRINT, template.line(line), message).help(
                "`{% … %}` is for `if`, `for` and `set` with values as they are; put values together in `{{ … }}`",
            );
            return None;
        }
        Some(template)
    }

    /// Whether every name in the template is that of a parameter; those that are not are reported.
    pub(super) fn knows_its_names(&self, params: &[Param], diagnostics: &mut Diagnostics) -> bool {
        let given = params.iter().map(|param| param.id.value.replace('-', "_"));
        let given: Vec<String> = given.chain(["state_path".to_owned()]).collect();
        let undefined = undefined_names(&self.text, &given);
        for (line, name) in &undefined {
            let known = || given.iter().map(String::as_str);
            let help = did_you_mean(name, known())
                .map_or_else(|| format!("there are {}", one_of(known())), |near| format!("did you mean `{near}`?"));
            let message = format!("there is no parameter `{name}`");
            diagnostics.report(&BAD_BLUEPRINT, self.line(*line), message).help(help);
        }
        undefined.is_empty()
    }

    /// What the template gives for arguments.
    pub(super) fn write(&self, arguments: minijinja::Value) -> Result<String, Error> {
        let mut text = Limited(Vec::new());
        self.compiled.get_template(NAME)?.render_captured_to(arguments, &mut text)?;
        String::from_utf8(text.0).map_err(|_| Error::new(ErrorKind::WriteFailure, "the template gives no UTF-8 text"))
    }

    /// The tree of a text that the template gave, or what is wrong with it.
    pub(super) fn tree(&self, text: String) -> Result<Arc<Tree>, String> {
        if let Some(known) = self.trees.lock().ok().and_then(|trees| trees.get(&text).cloned()) {
            return Ok(known);
        }
        let mut diagnostics = Diagnostics::default();
        let tree = Arc::new(syntax::parse(BUILTIN_FILE, &text, &mut diagnostics));
        if let Some(problem) = diagnostics.finish().first() {
            return Err(format!("what the template gives is no YAML: {}", problem.message));
        }
        if tree.root.as_mapping().is_none() {
            return Err("the template has to give the arguments of `polytope/container`, a map".to_owned());
        }
        if let Ok(mut trees) = self.trees.lock()
            && trees.len() < KEPT
            && text.len() <= KEPT_LENGTH
        {
            trees.insert(text, Arc::clone(&tree));
        }
        Ok(tree)
    }

    /// Says what is wrong with the template, at its line.
    pub(super) fn report(&self, error: &Error, diagnostics: &mut Diagnostics) {
        let message = match error.kind() {
            ErrorKind::OutOfFuel => format!("the template is not done after {FUEL} steps"),
            ErrorKind::WriteFailure => format!("the template gives more than {LONGEST} bytes"),
            kind => error.detail().map_or_else(|| kind.to_string(), str::to_owned),
        };
        diagnostics.report(&BAD_BLUEPRINT, self.line(error.line().unwrap_or(1)), message);
    }

    /// Whether it came with `pt`, and stands in no file of a project.
    pub(super) fn is_builtin(&self) -> bool {
        self.file == BUILTIN_FILE
    }

    /// Line `number`, counted from 1, without its indentation.
    pub(super) fn line(&self, number: usize) -> Span {
        let mut start = 0;
        for (index, line) in self.text.split_inclusive('\n').enumerate() {
            if index + 1 == number {
                let content = line.trim_end();
                let indent = content.len() - content.trim_start().len();
                return Span::new(self.file, start + indent, start + content.len());
            }
            start += line.len();
        }
        Span::start_of(self.file)
    }
}

/// How templates are called in messages of the engine.
const NAME: &str = "container.yml";

/// The template engine without anything that reaches out of a template.
fn environment() -> Environment<'static> {
    let mut environment = Environment::empty();
    // Every `{{ x }}` becomes a JSON value, which is a correctly quoted YAML value.
    environment.set_auto_escape_callback(|_| AutoEscape::Json);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    filters::add(&mut environment);
    write_tokens(&mut environment);
    environment
}

/// Takes no more than [`LONGEST`] bytes.
struct Limited(Vec<u8>);

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > LONGEST {
            return Err(io::Error::other("too long"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
