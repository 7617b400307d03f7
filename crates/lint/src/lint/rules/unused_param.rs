//! `unused-param`: a parameter that nothing reads.

use std::collections::HashSet;

use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, Safety};
use crate::lint::written_text::{may_read, of_module, of_template, reads, references, says};
use crate::lint::{Lint, Scene};
use crate::model::{Param, StepAction};
use crate::syntax::{Node, NodeKind};

declare_rule! {
    /// a parameter is declared and never read
    ///
    /// Callers pass it and nothing changes. Mostly the argument that should read it was forgotten, or its name was changed
    /// in one place only. It is wrong where a program finds the names of its parameters out at run time; the nine findings in
    /// real files were all faults.
    ///
    /// Precision: all 9 findings in 29 public projects were right.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     params: [{id: log-level, type: str}]
    ///     args: {image: "busybox:1.36", env: [{name: LOG_LEVEL, value: info}]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     params: [{id: log-level, type: str}]
    ///     args: {image: "busybox:1.36", env: [{name: LOG_LEVEL, value: pt.param log-level}]}
    /// ```
    pub static UNUSED_PARAM = {
        name: "unused-param", code: "PT505", level: Warning, precision: High,
        tags: ["unused"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &UNUSED_PARAM, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    // Once for all files, not once for each job.
    if scene.whole.is_none() {
        return;
    }
    let given = Given::of(scene);
    for document in scene.own_files() {
        for module in &document.modules {
            judge(scene, &given, &module.id.value, &module.params, of_module(module), diagnostics);
        }
        for template in &document.templates {
            judge(scene, &given, &template.id.value, &template.params, of_template(template), diagnostics);
        }
    }
}

fn judge<'a>(
    scene: &Scene<'_>,
    given: &Given<'_>,
    owner: &str,
    params: &[Param],
    nodes: impl Iterator<Item = &'a Node>,
    diagnostics: &mut Diagnostics,
) {
    if params.is_empty() {
        return;
    }
    let read = Read::of(nodes);
    // A name that is not declared may be one of these, misspelled; that is a finding already.
    let declared: HashSet<&str> = params.iter().map(|param| param.id.value.as_str()).collect();
    if read.names.iter().any(|name| !declared.contains(name.as_str())) {
        return;
    }
    for param in params {
        let name = &param.id.value;
        if read.holds(name) {
            continue;
        }
        let is_passed = given.holds(owner, name);
        diagnostics
            .report(&UNUSED_PARAM, param.id.span, format!("`{owner}` never reads its parameter `{name}`"))
            .help(if is_passed {
                format!("write `pt.param {name}` where it belongs, or remove the parameter where it is passed, too")
            } else {
                format!("write `pt.param {name}` where it belongs, or remove the parameter")
            })
            .maybe_fix(
                // Whoever passes it would pass what nobody takes.
                Some(())
                    .filter(|()| !is_passed)
                    .and_then(|()| scene.remove_item(param.id.span))
                    .map(|edit| Fix::new(Safety::Unsafe, format!("remove the parameter `{name}`")).edit(edit)),
            );
    }
}

/// What a module or template reads.
#[derive(Default)]
struct Read<'a> {
    /// Parameters by reference.
    names: HashSet<String>,
    /// Programs, and texts that cannot be read.
    others: Vec<&'a str>,
    /// A part that could not be read may hold anything.
    all: bool,
}

impl<'a> Read<'a> {
    fn of(nodes: impl Iterator<Item = &'a Node>) -> Self {
        let mut read = Self::default();
        nodes.for_each(|node| read.add(node));
        read
    }

    fn add(&mut self, node: &'a Node) {
        match &node.kind {
            NodeKind::Missing => self.all = true,
            NodeKind::Scalar(scalar) => {
                let names = references(&scalar.text);
                if names.is_empty() && may_read(&scalar.text) {
                    self.others.push(&scalar.text);
                }
                self.names.extend(names);
            }
            NodeKind::Sequence(items) => items.iter().for_each(|item| self.add(item)),
            NodeKind::Mapping(entries) => entries.iter().for_each(|entry| self.add(&entry.value)),
        }
    }

    fn holds(&self, name: &str) -> bool {
        self.all || self.names.contains(name) || self.others.iter().any(|text| reads(text, name))
    }
}

/// The arguments of all calls, by the last part of what is called: it may be named with the folder that it stands in.
#[derive(Default)]
struct Given<'a> {
    names: HashSet<(&'a str, &'a str)>,
    /// Callees whose arguments are computed: they may be any.
    computed: HashSet<&'a str>,
    /// Programs of steps may call what they like.
    programs: Vec<&'a str>,
}

impl<'a> Given<'a> {
    fn of(scene: &Scene<'a>) -> Self {
        let mut given = Self::default();
        for document in scene.documents.files() {
            for module in &document.modules {
                given.add(module.target.as_ref().map(|target| target.value.as_str()), module.args.as_ref());
            }
            for step in document.templates.iter().flat_map(|template| &template.steps) {
                match &step.action {
                    StepAction::Call(target) => given.add(Some(&target.value), step.args.as_ref()),
                    StepAction::Code(code) => given.programs.extend(code.text()),
                }
            }
        }
        given
    }

    fn add(&mut self, target: Option<&'a str>, args: Option<&'a Node>) {
        let Some((target, args)) = target.and_then(|target| target.rsplit('/').next()).zip(args) else { return };
        match args.as_mapping() {
            Some(entries) => {
                self.names.extend(entries.iter().filter_map(|entry| Some((target, entry.key.text()?))));
            }
            None => drop(self.computed.insert(target)),
        }
    }

    fn holds(&self, owner: &str, name: &str) -> bool {
        let own = owner.rsplit('/').next().unwrap_or(owner);
        self.computed.contains(own)
            || self.names.contains(&(own, name))
            || self.programs.iter().any(|text| says(text, owner) && says(text, name))
    }
}
