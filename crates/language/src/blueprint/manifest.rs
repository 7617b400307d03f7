//! `blueprint.yml`: what a blueprint takes, and what it knows of its image.

use super::facts::ImageManifest;
use super::process::ProcessManifest;
use super::template::Template;
use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::model::{Fields, Param, read_params};
use crate::source::FileId;
use crate::syntax::Tree;

declare_rule! {
    /// a blueprint of the project cannot be used
    ///
    /// A project's own blueprint lives in `blueprints/<name>/`: `blueprint.yml` (`id`, `info`, `params`, and what is known of
    /// its `image`), and `container.yml`, a template that gives the arguments of `polytope/container`. In the template each
    /// parameter has its name, with `_` for `-`. `{{ name }}` writes any value, quoted as YAML needs it; texts are joined with
    /// `~`, and secrets in them stay secrets. `{% if %}`, `{% for %}` and `{% set %}` choose, repeat and name. `state_path` is
    /// where the image keeps its state; `cmd | after("npm install")` is a command that runs after another one,
    /// `topics | join(",")` (or, for a key of its items, `topics | join(",", "name")`) a list as one text,
    /// `servers | addresses(",")` a list of `{host, port}` as one, and `config | json` the text of a JSON file, in which values
    /// and secrets stand between two characters 1 and are escaped by whoever reads it.
    ///
    /// `process` says how it runs where there is no container engine: `program` (a name, or several of which the first that is
    /// there counts), `arguments` after those of the call, `environment`, `data` (the path that keeps its state),
    /// `stop-signal`, and the Debian `package` that brings the program. In its texts `{{ port }}`, `{{ port.8080 }}`,
    /// `{{ address }}`, `{{ data }}` and `{{ state }}` stand for what is known when it is started.
    ///
    /// ## Bad
    /// ```yaml
    /// # file: blueprints/queue/blueprint.yml
    /// id: acme/queue
    /// params: []
    /// # file: polytope.yml
    /// modules:
    ///   - {id: web, module: polytope/container, args: {image: "busybox:1.36"}}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// # file: blueprints/queue/blueprint.yml
    /// id: acme/queue
    /// params: []
    /// # file: blueprints/queue/container.yml
    /// id: queue
    /// image: busybox:1.36
    /// # file: polytope.yml
    /// modules:
    ///   - {id: queue, module: acme/queue}
    /// ```
    pub static BAD_BLUEPRINT = { name: "bad-blueprint", code: "PT133", level: Error, precision: VeryHigh };
}

/// One blueprint.
#[derive(Debug)]
pub struct Blueprint {
    /// The reference that calls it, such as `polytope/postgres!simple`.
    pub id: String,
    /// What it is, in a line.
    pub info: String,
    /// What it takes.
    pub params: Vec<Param>,
    /// What it knows of the images that it runs.
    pub image: Option<ImageManifest>,
    /// How it runs as a process of this machine; `None` when it does not.
    pub process: Option<ProcessManifest>,
    /// The template of `polytope/container`'s arguments; `None` for that primitive itself, and for one that was reported.
    pub template: Option<Template>,
    /// What `pt` itself does for it instead of running a container, such as `load-config`; only built-in ones have such.
    pub task: Option<String>,
    /// Its `README.md`.
    pub docs: String,
    /// Whether it is built in: its manifest's places are of no use to the user.
    pub builtin: bool,
}

impl Blueprint {
    /// Reads a manifest; `None`, after a report, when it cannot be used.
    pub fn read(
        file: FileId,
        tree: &Tree,
        template: Option<Template>,
        docs: String,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let known = ["id", "info", "params", "image", "process", "task"];
        let fields = Fields::of(&tree.root, "a blueprint", &known, diagnostics)?;
        let id = fields.required("id", "add `id`: the reference that calls it, such as `acme/queue`", diagnostics)?;
        let params = read_params(&fields, diagnostics);
        let template = template.filter(|template| template.knows_its_names(&params, diagnostics));
        let image = fields.get("image").and_then(|node| ImageManifest::read(node, diagnostics));
        let process = fields.get("process").and_then(|node| ProcessManifest::read(node, diagnostics));
        Some(Self {
            id: id.value,
            info: fields.text("info", diagnostics).map(|info| info.value).unwrap_or_default(),
            params,
            image,
            process,
            template,
            task: fields.text("task", diagnostics).map(|task| task.value),
            docs,
            builtin: file == super::catalogue::BUILTIN_FILE,
        })
    }

    /// The family of images that it knows: the last part of its reference.
    pub fn family(&self) -> &str {
        self.id.rsplit('/').next().unwrap_or_default()
    }

    /// Whether it is the primitive that all others come down to.
    pub fn is_primitive(&self) -> bool {
        self.id == "polytope/container"
    }
}
