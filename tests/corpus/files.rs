//! Every single file by itself, whether a project's root includes it or not.

use std::path::Path;

use crate::corpus::{checked, errors, files, folder, line, projects};

/// Files whose text is no YAML, and why.
const UNREADABLE: &[(&str, &str)] =
    &[("fallowshades+cashe-key/polytope.yml", "a list item stands among the keys of a map")];

fn is_template(path: &Path) -> bool {
    path.components().any(|part| matches!(part.as_os_str().to_str(), Some("template" | "templates")))
}

#[test]
fn each_file_is_read() {
    let Some(folder) = folder() else { return };
    let mut wrong = Vec::new();
    for project in projects(&folder) {
        for path in files(&folder, &project) {
            let name = path.strip_prefix(&folder).unwrap().display().to_string();
            let compiled = checked(&path);
            let syntax: Vec<String> = errors(&compiled)
                .filter(|finding| finding.rule.code < "PT106")
                .map(|finding| line(&compiled, finding, &folder))
                .collect();
            let expected = UNREADABLE.iter().any(|(known, _)| *known == name);
            if syntax.is_empty() == expected && !is_template(&path) {
                wrong.push(format!("{name}: {syntax:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_template_that_is_not_filled_in_is_one_finding() {
    let Some(folder) = folder() else { return };
    let mut wrong = Vec::new();
    for project in projects(&folder) {
        for path in files(&folder, &project).into_iter().filter(|path| is_template(path)) {
            let compiled = checked(&path);
            let rules: Vec<&str> = compiled.diagnostics.iter().map(|finding| finding.rule.name).collect();
            if rules.contains(&"unrendered-template") && rules.len() != 1 {
                wrong.push(format!("{}: {rules:?}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
