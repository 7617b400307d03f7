//! What a file is made of, for outlines and searches, and what of it can be run.

use super::Analysis;
use crate::model::{Module, Param, Template, TemplateKind};
use crate::source::{FileId, Span};

/// What a part of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutlineKind {
    /// A module.
    Module,
    /// A template.
    Template,
    /// A tool.
    Tool,
    /// A parameter.
    Param,
    /// A step.
    Step,
}

/// A part of a file and the parts inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: OutlineKind,
    /// What it is for or what it calls, in a line.
    pub detail: Option<String>,
    /// All of it.
    pub span: Span,
    /// Its name in the file.
    pub name_span: Span,
    /// Parameters and steps.
    pub children: Vec<Outline>,
}

/// Something that can be run, and where it is defined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lens {
    /// The name of the job.
    pub job: String,
    /// Its name in the file.
    pub span: Span,
}

/// The modules, templates and tools of a file.
pub fn outline(analysis: &Analysis, file: FileId) -> Vec<Outline> {
    let documents = analysis.compilation.documents.files().iter().filter(|document| document.file == file);
    let mut parts = Vec::new();
    for document in documents {
        parts.extend(document.modules.iter().map(module));
        parts.extend(document.templates.iter().map(template));
    }
    parts.sort_by_key(|part| part.span);
    parts
}

/// The templates and tools of a file; its modules where it has none of them.
pub fn lenses(analysis: &Analysis, file: FileId) -> Vec<Lens> {
    let parts = outline(analysis, file);
    let has_jobs = parts.iter().any(|part| part.kind != OutlineKind::Module);
    let is_job = |part: &&Outline| !has_jobs || part.kind != OutlineKind::Module;
    parts.iter().filter(is_job).map(|part| Lens { job: part.name.clone(), span: part.name_span }).collect()
}

fn module(module: &Module) -> Outline {
    Outline {
        name: module.id.value.clone(),
        kind: OutlineKind::Module,
        detail: module.target.as_ref().map(|target| target.value.clone()),
        span: module.span.to(module.id.span),
        name_span: module.id.span,
        children: module.params.iter().map(param).collect(),
    }
}

fn template(template: &Template) -> Outline {
    let steps = template.steps.iter().map(|step| Outline {
        name: step.id.value.clone(),
        kind: OutlineKind::Step,
        detail: None,
        span: step.span.to(step.id.span),
        name_span: step.id.span,
        children: Vec::new(),
    });
    Outline {
        name: template.id.value.clone(),
        kind: match template.kind {
            TemplateKind::Template => OutlineKind::Template,
            TemplateKind::Tool => OutlineKind::Tool,
        },
        detail: template.info.clone(),
        span: template.span.to(template.id.span),
        name_span: template.id.span,
        children: template.params.iter().map(param).chain(steps).collect(),
    }
}

fn param(param: &Param) -> Outline {
    Outline {
        name: param.id.value.clone(),
        kind: OutlineKind::Param,
        detail: Some(param.kind.to_string()),
        span: param.span.to(param.id.span),
        name_span: param.id.span,
        children: Vec::new(),
    }
}
