//! Each built-in blueprint: its manifest, its defaults, its README.

use polytope::blueprint::{Blueprint, Catalogue, builtin_names};
use polytope::compiler::Project;
use polytope::diagnostic::{Level, LevelOverrides};
use polytope::lint::Settings;
use polytope::rules;
use polytope::value::{Field, Named, ParamType};

use crate::case::{compile_files, compile_text};
use crate::faults::faults;
use crate::outline::outline;

/// A value that fits a type, as it is written in a file.
fn sample(kind: &ParamType) -> String {
    match kind {
        ParamType::Str => "text".to_owned(),
        ParamType::Int => "1".to_owned(),
        ParamType::Enum(choices) => choices[0].clone(),
        ParamType::Regex(_) => "https://hooks.slack.com/services/T1/B1/abc".to_owned(),
        ParamType::Named(Named::DockerImage) => "busybox:1.36".to_owned(),
        ParamType::Named(Named::AbsolutePath) => "/".to_owned(),
        ParamType::Named(Named::EnvVar) => "{name: KEY, value: text}".to_owned(),
        ParamType::Named(Named::Id) => "name".to_owned(),
        ParamType::Named(Named::MountSource) => "{type: string, data: text}".to_owned(),
        ParamType::Either(choices) => sample(&choices[0]),
        ParamType::Maybe(inner) => sample(inner),
        ParamType::List(item) => format!("[{}]", sample(item)),
        ParamType::Map(..) => "{}".to_owned(),
        ParamType::Record(fields) => {
            let field = |field: &Field| format!("{}: {}", field.name.value, sample(&field.kind));
            format!("{{{}}}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
        }
        other => panic!("add a sample of {other}"),
    }
}

fn call_with_required_arguments(blueprint: &Blueprint) -> String {
    let required = blueprint.params.iter().filter(|param| !param.kind.is_optional());
    let args: Vec<String> = required.map(|param| format!("{}: {}", param.id.value, sample(&param.kind))).collect();
    format!("modules:\n  - id: one\n    module: {}\n    args: {{{}}}\n", blueprint.id, args.join(", "))
}

#[test]
fn each_compiles_with_its_defaults_without_findings() {
    let catalogue = Catalogue::default();
    for name in builtin_names() {
        let compiled = compile_text(&call_with_required_arguments(catalogue.get(&name).unwrap()));
        assert_eq!(faults(&compiled), "", "{name}");
        insta::assert_snapshot!(format!("defaults of {name}"), outline(&compiled.program));
    }
}

#[test]
fn each_has_the_parameters_of_the_published_one() {
    let mut text = String::new();
    for name in builtin_names() {
        text += &format!("{name}\n");
        for param in &Catalogue::default().get(&name).unwrap().params {
            let default = match &param.kind {
                ParamType::Default(_, value) => format!(" = {}", value.describe()),
                _ => String::new(),
            };
            let needed = if param.kind.is_optional() { "" } else { " (required)" };
            text += &format!("  {}{needed}: {}{default}\n", param.id.value, param.kind);
        }
    }
    insta::assert_snapshot!(text);
}

/// The first YAML block of a README, and the rules that its text says to allow.
fn example(docs: &str) -> (String, Settings) {
    let block = docs.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    let mut overrides = LevelOverrides::default();
    // The files that an example mounts are its reader's.
    overrides.set(&rules::ALL, "missing-host-path", None).unwrap();
    for allowed in docs.split("--allow ").skip(1) {
        let name: String = allowed.chars().take_while(|letter| letter.is_ascii_lowercase() || *letter == '-').collect();
        overrides.set(&rules::ALL, &name, None).unwrap();
    }
    (block.to_owned(), overrides.into())
}

/// A project in which every secret is set that the text names.
fn with_its_secrets(text: &str) -> Project {
    let name =
        |rest: &str| rest.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect();
    Project { secrets: text.split("pt.secret ").skip(1).map(name).collect(), ..Project::default() }
}

#[test]
fn each_readme_has_an_example_that_is_clean() {
    for name in builtin_names() {
        let catalogue = Catalogue::default();
        let docs = &catalogue.get(&name).unwrap().docs;
        assert!(docs.starts_with(&format!("# {name}\n")), "{name}: the heading of its README is its reference");
        let (text, settings) = example(docs);
        let compiled = compile_files(&[("polytope.yml", &text)], "stack", &with_its_secrets(&text), &settings);
        let faults = compiled.diagnostics.iter().filter(|finding| finding.level > Level::Info);
        let findings: Vec<&str> = faults.map(|finding| finding.message.as_str()).collect();
        assert_eq!(findings, Vec::<&str>::new(), "{name}");
        insta::assert_snapshot!(format!("example of {name}"), outline(&compiled.program));
    }
}

#[test]
fn each_parameter_is_documented_and_each_folder_is_named_like_its_reference() {
    for name in builtin_names() {
        let catalogue = Catalogue::default();
        let blueprint = catalogue.get(&name).unwrap();
        assert_eq!(blueprint.id, name);
        assert!(blueprint.info.ends_with('.'), "{name}");
        for param in &blueprint.params {
            assert!(param.info.as_deref().is_some_and(|info| info.ends_with('.')), "{name}: {}", param.id.value);
        }
    }
}
