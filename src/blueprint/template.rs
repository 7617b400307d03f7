//! `container.yml`: a template that gives the arguments of `polytope/container`, and what is said when it cannot.

use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};

use super::manifest::BAD_BLUEPRINT;
use super::vocabulary::{unbounded_part, undefined_names};
use crate::diagnostic::{Diagnostics, did_you_mean, one_of};
use crate::model::Param;
use crate::source::{FileId, Span};

/// Instructions that a rendering may use: a hundred times what a real one needs.
const FUEL: u64 = 50_000;

/// The longest template in bytes: ten times what a real one needs.
const LARGEST: usize = 32 * 1024;

/// A blueprint's `container.yml`.
#[derive(Debug, Clone)]
pub struct Template {
    /// The file.
    pub file: FileId,
    /// Its text.
    pub text: String,
}

impl Template {
    /// A template that can be read; `None` after a report.
    pub(super) fn read(file: FileId, text: String, diagnostics: &mut Diagnostics) -> Option<Self> {
        let template = Self { file, text };
        if template.text.len() > LARGEST {
            let message = format!("a template may have {LARGEST} bytes, this one has {}", template.text.len());
            diagnostics.report(&BAD_BLUEPRINT, Span::start_of(file), message);
            return None;
        }
        if let Err(error) = environment().template_from_named_str(NAME, &template.text) {
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

    /// Says what is wrong with the template, at its line.
    pub(super) fn report(&self, error: &Error, diagnostics: &mut Diagnostics) {
        let message = match error.kind() {
            ErrorKind::OutOfFuel => format!("the template is not done after {FUEL} steps"),
            ErrorKind::WriteFailure => format!("the template gives more than {} bytes", super::render::LONGEST),
            kind => error.detail().map_or_else(|| kind.to_string(), str::to_owned),
        };
        diagnostics.report(&BAD_BLUEPRINT, self.line(error.line().unwrap_or(1)), message);
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
pub(super) const NAME: &str = "container.yml";

/// The template engine without anything that reaches out of a template.
pub(super) fn environment() -> Environment<'static> {
    let mut environment = Environment::empty();
    // Every `{{ x }}` becomes a JSON value, which is a correctly quoted YAML value.
    environment.set_auto_escape_callback(|_| AutoEscape::Json);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment
}
