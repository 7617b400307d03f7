//! What is known of the thing at a place, as Markdown. Of a secret only whether it is set, never its content.

use std::fmt::Write as _;

use super::completion::describe_type;
use super::rename::named;
use super::{Analysis, Symbol};
use crate::blueprint::Blueprint;
use crate::diagnostic::{Diagnostic, Rule};
use crate::expand::{Container, Expose};
use crate::include::Named;
use crate::model::{Module, Param, Step, StepAction};
use crate::source::{FileId, Span};
use crate::store::{Origin, Snapshot};
use crate::syntax::Node;
use crate::value::{Encoding, ParamType};

/// A text to show, and the place that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// Markdown.
    pub text: String,
    /// The name or the marked part.
    pub span: Span,
}

/// What is known of what stands at byte `offset` of a file: the name there, and the rules that found something.
pub fn hover(analysis: &Analysis, file: FileId, offset: usize) -> Option<Hover> {
    let occurrence = analysis.occurrence_at(file, offset);
    let mut parts: Vec<String> = Vec::new();
    let mut span = occurrence.map(|occurrence| occurrence.span);
    if let Some(occurrence) = occurrence {
        parts.extend(symbol(analysis, &occurrence.symbol, occurrence.span));
        parts.extend(encoding_text(analysis, occurrence.span));
    }
    let mut told: Vec<&Rule> = Vec::new();
    for finding in &analysis.compilation.diagnostics {
        let at = finding.primary.span;
        if at.file == file && at.touches(offset) && !told.contains(&finding.rule) {
            told.push(finding.rule);
            span.get_or_insert(at);
            parts.push(rule_text(finding));
        }
    }
    let text = parts.join("\n\n---\n\n");
    span.filter(|_| !text.is_empty()).map(|span| Hover { text, span })
}

/// What the encoding behind a reference does.
fn encoding_text(analysis: &Analysis, name: Span) -> Option<String> {
    let behind = analysis.compilation.sources.file(name.file).text.get(name.end as usize..)?;
    let written = behind.trim_start().strip_prefix('|')?.trim_start();
    let end = written.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(written.len());
    let encoding = Encoding::from_word(&written[..end])?;
    Some(format!("`| {}`: {}", encoding.word()?, encoding.what()))
}

fn symbol(analysis: &Analysis, symbol: &Symbol, at: Span) -> Option<String> {
    match symbol {
        Symbol::Callable(definition) => Some(callable(analysis, *definition, at)),
        Symbol::Param(owner, name) => param_text(analysis, *owner, name),
        Symbol::Step(owner, name) => step_text(analysis, *owner, name),
        Symbol::Value(name) => Some(value_text(&analysis.given.0, name)),
        Symbol::Secret(name) => Some(secret_text(&analysis.given.0, name)),
        Symbol::Blueprint(name) => {
            let blueprint = analysis.compilation.catalogue.get(name)?;
            let mut text = blueprint_text(blueprint);
            text.push_str(&arguments(analysis, call_at(analysis, at), &blueprint.params));
            text.push_str(&containers(analysis, |container| container.call == at));
            Some(text)
        }
    }
}

fn callable(analysis: &Analysis, definition: Span, at: Span) -> String {
    let Some(named) = named(analysis, definition) else { return String::new() };
    let (word, id, info, params) = match named {
        Named::Module(module) => ("module", &module.id, &module.info, &module.params),
        Named::Template(template) => (template.word(), &template.id, &template.info, &template.params),
    };
    let mut text = format!("**{word} `{}`**", id.value);
    if let Some(info) = info {
        let _ = write!(text, "\n\n{info}");
    }
    match named {
        Named::Module(Module { target: Some(target), .. }) => {
            let _ = write!(text, "\n\ncalls `{}`", target.value);
            if let Some(info) = analysis.compilation.catalogue.get(target).map(|blueprint| &blueprint.info) {
                let _ = write!(text, ": {info}");
            }
        }
        Named::Module(_) => text.push_str("\n\nruns a program"),
        Named::Template(template) => {
            let steps: Vec<String> = template.steps.iter().map(|step| format!("`{}`", step.id.value)).collect();
            let _ = write!(text, "\n\nsteps: {}", steps.join(", "));
        }
    }
    text.push_str(&parameters(params));
    if at == definition {
        if let Named::Module(module) = named {
            let target = module.target.as_ref();
            let blueprint = target.and_then(|target| analysis.compilation.catalogue.get(target));
            let local = target.and_then(|target| super::occurrence::callee(&analysis.compilation.documents, target));
            let params = local.map(|(_, params)| params).or_else(|| blueprint.map(|blueprint| &*blueprint.params));
            text.push_str(&arguments(analysis, module.args.as_ref(), params.unwrap_or_default()));
            text.push_str(&containers(analysis, |container| container.origin == module.span));
        }
    } else {
        text.push_str(&arguments(analysis, call_at(analysis, at), params));
    }
    text
}

/// The arguments of the call whose target stands at a place.
fn call_at(analysis: &Analysis, at: Span) -> Option<&Node> {
    let documents = analysis.compilation.documents.files().iter().filter(|document| document.file == at.file);
    let calls = |step: &Step| matches!(&step.action, StepAction::Call(target) if target.span == at);
    documents.into_iter().find_map(|document| {
        let module = document.modules.iter().find(|module| module.target.as_ref().is_some_and(|it| it.span == at));
        let mut steps = document.templates.iter().flat_map(|template| &template.steps);
        module
            .map(|module| module.args.as_ref())
            .or_else(|| steps.find(|step| calls(step)).map(|step| step.args.as_ref()))
    })?
}

fn blueprint_text(blueprint: &Blueprint) -> String {
    format!("**blueprint `{}`**\n\n{}{}", blueprint.id, blueprint.info, parameters(&blueprint.params))
}

fn parameters(params: &[Param]) -> String {
    if params.is_empty() {
        return String::new();
    }
    let mut text = "\n\nParameters:".to_owned();
    for param in params {
        let _ = write!(text, "\n- {}", param_line(param));
    }
    text
}

fn param_line(param: &Param) -> String {
    let info = param.info.as_deref().map(|info| format!(". {info}")).unwrap_or_default();
    format!("`{}`: {}{info}", param.id.value, describe_type(param))
}

/// What a call passes, and what it leaves to defaults.
fn arguments(analysis: &Analysis, args: Option<&Node>, params: &[Param]) -> String {
    let mut lines = Vec::new();
    for param in params {
        let name = &param.id.value;
        match (args.and_then(|args| args.get(name)).filter(|value| !value.is_null()), &param.kind) {
            (Some(value), _) => lines.push(format!("- `{name}`: {}", written(analysis, value))),
            (None, ParamType::Default(_, default)) => {
                lines.push(format!("- `{name}`: {} (default)", default.describe()));
            }
            _ => {}
        }
    }
    if lines.is_empty() { String::new() } else { format!("\n\nArguments:\n{}", lines.join("\n")) }
}

/// A value as it stands in the file, shortened; what a rule conceals is not shown.
fn written(analysis: &Analysis, node: &Node) -> String {
    const WIDEST: usize = 60;
    let holds = |finding: &Diagnostic| {
        let at = finding.primary.span;
        finding.rule.conceals && at.file == node.span.file && at.start <= node.span.end && node.span.start <= at.end
    };
    if analysis.compilation.diagnostics.iter().any(holds) {
        return "not shown, it may hold a secret".to_owned();
    }
    match node.text() {
        Some(text) if text.chars().count() <= WIDEST && !text.contains(['\n', '`']) => format!("`{text}`"),
        Some(text) => format!("text of {} characters", text.chars().count()),
        None => match (node.as_sequence(), node.as_mapping()) {
            (Some(items), _) => format!("a list of {}", items.len()),
            (_, Some(entries)) => {
                let keys: Vec<&str> = entries.iter().filter_map(|entry| entry.key.text()).collect();
                format!("a map of `{}`", keys.join("`, `"))
            }
            _ => "unreadable".to_owned(),
        },
    }
}

/// The containers that a call comes down to, each once.
fn containers(analysis: &Analysis, is_meant: impl Fn(&Container) -> bool) -> String {
    let mut seen: Vec<&str> = Vec::new();
    let mut text = String::new();
    let all = analysis.compilation.programs.iter().flat_map(|program| program.containers.values());
    for container in all.filter(|container| is_meant(container)) {
        if !seen.contains(&container.id.value.as_str()) {
            seen.push(&container.id.value);
            text.push_str(&container_text(container));
        }
    }
    text
}

fn container_text(container: &Container) -> String {
    let mut text = format!("\n\nComes down to container `{}`", container.id.value);
    if !container.image.value.is_empty() {
        let _ = write!(text, "\n- image: `{}`", container.image.value);
    }
    let list = |names: Vec<&str>| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let variables: Vec<&str> = container.environment.iter().map(|variable| variable.name.value.as_str()).collect();
    if !variables.is_empty() {
        let _ = write!(text, "\n- variables: {}", list(variables));
    }
    let mounts: Vec<&str> = container.mounts.iter().map(|mount| mount.path.value.as_str()).collect();
    if !mounts.is_empty() {
        let _ = write!(text, "\n- mounts: {}", list(mounts));
    }
    for service in &container.services {
        let ports = service.ports.iter().map(|port| {
            let range = port.range.value;
            let reach = if matches!(port.expose, Expose::Internal) { "" } else { " (published)" };
            if range.first == range.last {
                format!("{}{reach}", range.first)
            } else {
                format!("{}-{}{reach}", range.first, range.last)
            }
        });
        let _ = write!(text, "\n- service `{}`: {}", service.id.value, ports.collect::<Vec<_>>().join(", "));
    }
    text
}

fn param_text(analysis: &Analysis, owner: Span, name: &str) -> Option<String> {
    let (word, id, params) = match named(analysis, owner)? {
        Named::Module(module) => ("module", &module.id.value, &module.params),
        Named::Template(template) => (template.word(), &template.id.value, &template.params),
    };
    let param = params.iter().find(|param| param.id.value == name)?;
    Some(format!("**parameter {}**\n\nof the {word} `{id}`", param_line(param)))
}

fn step_text(analysis: &Analysis, owner: Span, name: &str) -> Option<String> {
    let Named::Template(template) = named(analysis, owner)? else { return None };
    let step = template.steps.iter().find(|step| step.id.value == name)?;
    let does = match &step.action {
        StepAction::Call(target) => format!("calls `{}`", target.value),
        StepAction::Code(_) => "runs a program".to_owned(),
    };
    let mut text = format!("**step `{name}`** of the {} `{}`\n\n{does}", template.word(), template.id.value);
    let waits: Vec<String> = step.after.iter().map(|after| format!("`{}`", after.step.value)).collect();
    if !waits.is_empty() {
        let _ = write!(text, "\n\nwaits for {}", waits.join(", "));
    }
    Some(text)
}

fn value_text(snapshot: &Snapshot, name: &str) -> String {
    match snapshot.value(name) {
        Some(found) => format!("**value `{name}`**\n\n`{}`, set in {}", found.value, found.origin),
        None => format!("**value `{name}`**\n\nnot set: `pt values set {name} VALUE`"),
    }
}

fn secret_text(snapshot: &Snapshot, name: &str) -> String {
    match snapshot.secret(name) {
        Some(Origin::Store(Some(time))) => {
            format!("**secret `{name}`**\n\nset in the store on {}", time.strftime("%Y-%m-%d at %H:%M UTC"))
        }
        Some(origin) => format!("**secret `{name}`**\n\nset in {origin}"),
        None => format!("**secret `{name}`**\n\nmissing: `pt secrets set {name}`"),
    }
}

fn rule_text(finding: &Diagnostic) -> String {
    let rule = finding.rule;
    let docs = rule.documentation();
    let mut text = format!("**{}** ({}): {}", rule.name, rule.code, docs.summary);
    if !docs.explanation.is_empty() {
        let _ = write!(text, "\n\n{}", docs.explanation);
    }
    if let Some(good) = docs.good.first() {
        let _ = write!(text, "\n\n```yaml\n{good}```");
    }
    let _ = write!(text, "\n\n`pt explain {}` says more", rule.name);
    text
}
