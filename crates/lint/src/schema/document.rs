//! A `polytope.yml` as people write it: its keys and what they are for. What is not text is shaped beside the key.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

use super::call::Calls;
use super::keys::{
    args, as_input, as_module, as_param, as_template, as_tool, condition, flag, id, inputs, list_of, map_of,
    module_name, param_id, param_type, prose, tools, unread,
};
use super::markdown::BothTexts;
use super::steps::{as_step, awaits, code, steps_after, steps_of_template, steps_of_tool};
use super::{include, named, shape, type_language};

/// Stands for the value of a key: its shape is given beside it.
#[derive(Default)]
struct Written;

#[derive(JsonSchema)]
#[schemars(rename = "polytope.yml", deny_unknown_fields, rename_all = "kebab-case")]
#[allow(dead_code, reason = "its fields are keys, read by the derived schema only")]
struct File {
    /// Modules: names for calls of blueprints or of other modules, with arguments.
    #[schemars(default, schema_with = "list_of::<Module>")]
    modules: Written,
    /// Templates: what `pt run NAME` runs, step by step.
    #[schemars(default, schema_with = "list_of::<Template>")]
    templates: Written,
    /// Tools: what `pt run NAME` runs, step by step, by name.
    #[schemars(default, schema_with = "tools::<Tool>")]
    tools: Written,
    /// Other files whose modules and tools can be used here: a directory, a file, or a repository on GitHub.
    #[schemars(default, schema_with = "include::list")]
    include: Written,
    /// What clients of the Model Context Protocol are told about this project.
    #[schemars(default, schema_with = "prose")]
    instructions: Written,
    /// What is offered over the Model Context Protocol.
    #[schemars(default, schema_with = "map_of::<Mcp>")]
    mcp: Written,
    /// Not used by this version.
    #[schemars(default, schema_with = "unread")]
    triggers: Written,
    /// Version of the language. Not used by this version of `pt`.
    #[schemars(default, schema_with = "unread")]
    api_version: Written,
}

#[derive(JsonSchema)]
#[schemars(rename = "module", deny_unknown_fields, rename_all = "kebab-case", transform = as_module)]
#[allow(dead_code, clippy::struct_field_names, reason = "its fields are keys, read by the derived schema only")]
struct Module {
    /// Its name: what `pt run` and other modules call it by.
    #[schemars(schema_with = "id")]
    id: Written,
    /// What it is for, in a line.
    #[schemars(default, schema_with = "prose")]
    info: Written,
    /// What its callers may pass; `pt.param NAME` uses it.
    #[schemars(default, schema_with = "list_of::<Param>")]
    params: Written,
    /// What it is made of: a blueprint such as `polytope/postgres`, or another module.
    #[schemars(default, schema_with = "module_name")]
    module: Written,
    #[schemars(default, schema_with = "args")]
    args: Written,
    /// Whether the bare reference to this project means this module.
    #[schemars(default, rename = "default?", schema_with = "flag")]
    default: Written,
    /// A program instead of a module; its first line names its language: `pt.js` or `pt.clj`.
    #[schemars(default, schema_with = "code")]
    code: Written,
    /// Version of the language. Not used by this version of `pt`.
    #[schemars(default, schema_with = "unread")]
    api_version: Written,
}

#[derive(JsonSchema)]
#[schemars(rename = "parameter", deny_unknown_fields, transform = as_param)]
#[allow(dead_code, reason = "its fields are keys, read by the derived schema only")]
struct Param {
    /// Its name: `pt.param NAME` uses it.
    #[schemars(schema_with = "param_id")]
    id: Written,
    /// What fits it: `str`, `int`, `[str]`, `{key: str}`, `[default, int, 8080]` …
    #[schemars(rename = "type", schema_with = "param_type")]
    kind: Written,
    /// What it is for, in a line.
    #[schemars(default, schema_with = "prose")]
    info: Written,
    /// Its name for people.
    #[schemars(default, schema_with = "prose")]
    name: Written,
}

#[derive(JsonSchema)]
#[schemars(rename = "template", deny_unknown_fields, transform = as_template)]
#[allow(dead_code, reason = "its fields are keys, read by the derived schema only")]
struct Template {
    /// Its name: `pt run NAME` runs it.
    #[schemars(schema_with = "id")]
    id: Written,
    /// What it is for, in a line.
    #[schemars(default, schema_with = "prose")]
    info: Written,
    /// What `pt run` may pass: `pt run "NAME{param: value}"`.
    #[schemars(default, schema_with = "list_of::<Param>")]
    params: Written,
    /// Its steps: names of modules, or maps that say more. They run at once, unless one waits for another.
    #[schemars(schema_with = "steps_of_template::<Step>")]
    run: Written,
}

#[derive(JsonSchema)]
#[schemars(rename = "tool", deny_unknown_fields, transform = as_tool)]
#[allow(dead_code, reason = "its fields are keys, read by the derived schema only")]
struct Tool {
    /// What it is for, in a line.
    #[schemars(default, schema_with = "prose")]
    info: Written,
    /// What its callers may pass, by name: `{port: {type: int}}`. `pt.input NAME` uses it.
    #[schemars(default, schema_with = "inputs::<Input>")]
    inputs: Written,
    /// What its callers may pass, as a list: the older form of `inputs`.
    #[schemars(default, schema_with = "list_of::<Param>")]
    params: Written,
    /// Its steps. They run at once, unless one waits for another.
    #[schemars(schema_with = "steps_of_tool::<Step>")]
    run: Written,
    /// The steps that a call of it waits for; all of them unless said otherwise.
    #[schemars(default, rename = "await", schema_with = "awaits")]
    awaits: Written,
    /// Not used: its key is its name.
    #[schemars(default, schema_with = "unread")]
    name: Written,
    /// Not used: write `info`.
    #[schemars(default, schema_with = "unread")]
    description: Written,
    /// Not used: its key is its name.
    #[schemars(default, schema_with = "unread")]
    id: Written,
}

#[derive(JsonSchema)]
#[schemars(rename = "input", deny_unknown_fields, transform = as_input)]
#[allow(dead_code, reason = "its fields are keys, read by the derived schema only")]
struct Input {
    /// What fits it: `str`, `int`, `[str]`, `{key: str}`, `[default, int, 8080]` …
    #[schemars(rename = "type", schema_with = "param_type")]
    kind: Written,
    /// What it is for, in a line.
    #[schemars(default, schema_with = "prose")]
    info: Written,
    /// Its name for people.
    #[schemars(default, schema_with = "prose")]
    name: Written,
}

#[derive(JsonSchema)]
#[schemars(rename = "mcp", deny_unknown_fields)]
#[allow(dead_code, reason = "its fields are keys, read by the derived schema only")]
struct Mcp {
    /// The tools that are offered; all of them unless said otherwise.
    #[schemars(default, schema_with = "super::keys::names")]
    only: Written,
}

#[derive(JsonSchema)]
#[schemars(rename = "step", deny_unknown_fields, rename_all = "kebab-case", transform = as_step)]
#[allow(dead_code, reason = "its fields are keys, read by the derived schema only")]
struct Step {
    /// Its name, which `after` uses; the module's unless said otherwise.
    #[schemars(default, schema_with = "prose")]
    id: Written,
    /// The tool, module or blueprint that it runs.
    #[schemars(default, schema_with = "module_name")]
    tool: Written,
    /// The module or blueprint that it runs; `tool` says the same.
    #[schemars(default, schema_with = "module_name")]
    module: Written,
    /// The program that it runs; its first line names its language: `pt.js` or `pt.clj`.
    #[schemars(default, schema_with = "code")]
    code: Written,
    /// The template that it runs, instead of a module.
    #[schemars(default, schema_with = "prose")]
    template: Written,
    #[schemars(default, schema_with = "args")]
    args: Written,
    /// What it waits for.
    #[schemars(default, schema_with = "map_of::<RunWhen>")]
    run_when: Written,
    /// The steps that it waits for: `{step: ID}`, or a list of those.
    #[schemars(default, schema_with = "steps_after::<AfterStep>")]
    after: Written,
    /// What it is for, in a line.
    #[schemars(default, schema_with = "prose")]
    info: Written,
}

#[derive(JsonSchema)]
#[schemars(rename = "run-when", deny_unknown_fields, rename_all = "kebab-case")]
#[allow(dead_code, reason = "its fields are keys, read by the derived schema only")]
struct RunWhen {
    /// The step that it waits for.
    #[schemars(default, schema_with = "prose")]
    after: Written,
    /// How that step has to end.
    #[schemars(default, schema_with = "condition")]
    after_condition: Written,
}

#[derive(JsonSchema)]
#[schemars(rename = "after", deny_unknown_fields)]
#[allow(dead_code, reason = "its fields are keys, read by the derived schema only")]
struct AfterStep {
    /// The step that it waits for.
    #[schemars(default, schema_with = "prose")]
    step: Written,
    /// How that step has to end.
    #[schemars(default, schema_with = "condition")]
    condition: Written,
}

/// The schema of a `polytope.yml`.
pub(super) fn generate() -> Schema {
    // Not the settings of draft-07: those move what stands beside a `$ref` away from it, where editors look for it.
    let settings = SchemaSettings::draft07().with(|settings| settings.transforms.clear()).with_transform(BothTexts);
    let mut generator = settings.into_generator();
    let calls = Calls::of_builtin();
    let mut definitions = shape::definitions();
    definitions.extend(named::definitions());
    definitions.push(("type".to_owned(), type_language::definition()));
    definitions.extend(calls.definitions());
    generator.definitions_mut().extend(definitions);
    in_order(generator.into_root_schema_for::<File>())
}

/// The dialect first and the definitions last. A title of the whole would stand over every hover.
pub(super) fn in_order(mut generated: Schema) -> Schema {
    let mut ordered = Schema::default();
    let definitions = generated.remove("definitions");
    let first = generated.remove("$schema").map(|dialect| ("$schema".to_owned(), dialect));
    let last = definitions.map(|definitions| ("definitions".to_owned(), definitions));
    generated.remove("title");
    let rest = generated.as_object_mut().map(std::mem::take).unwrap_or_default();
    for (key, value) in first.into_iter().chain(rest).chain(last) {
        ordered.insert(key, value);
    }
    ordered
}
