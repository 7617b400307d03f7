//! Real templates, which lie beside the checkout: each is one finding before it is scaffolded.

use std::fs;
use std::path::{Path, PathBuf};

use polytope::compiler::{Project, check};
use polytope::lint::Settings;
use polytope::source::DiskLoader;

use crate::place::Place;

/// The folder of real projects, where there is one.
fn folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let folder = std::env::var_os("PT_CORPUS").map_or_else(beside, PathBuf::from);
    if !folder.is_dir() {
        eprintln!("skipped: there are no real files at {}", folder.display());
        return None;
    }
    Some(folder)
}

fn blueprints(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if entry.file_type().unwrap().is_dir() {
            blueprints(&path, found);
        } else if path.ends_with("polytope.yml") && path.to_str().unwrap().contains("/template") {
            found.push(path);
        }
    }
}

/// The rules of what is found in a file.
fn rules(path: &Path) -> Vec<&'static str> {
    let compiled = check(&DiskLoader, path, &Project::default(), &Settings::default()).unwrap();
    compiled.diagnostics.iter().map(|finding| finding.rule.name).collect()
}

#[test]
fn a_real_template_is_one_finding_and_good_yaml_once_it_is_scaffolded() {
    let Some(folder) = folder() else { return };
    let mut found = Vec::new();
    blueprints(&folder, &mut found);
    let mut templates = 0;
    for path in found.iter().filter(|path| fs::read_to_string(path).unwrap().contains("{{ project-name")) {
        assert_eq!(rules(path), ["unrendered-template"], "{}", path.display());
        let place = Place::new("tools: {}\n");
        let mut request = place.request("services/users");
        request.template = path.clone();
        request.path = "services/users/polytope.yml".to_owned();
        request.values.insert("project-name".to_owned(), "users".to_owned());
        place.scaffold(&[request]);
        let rules = rules(&place.project().join("services/users/polytope.yml"));
        assert!(
            !rules.contains(&"unrendered-template") && !rules.contains(&"yaml-syntax"),
            "{}: {rules:?}",
            path.display()
        );
        templates += 1;
    }
    assert!(templates > 20, "only {templates} templates");
}
