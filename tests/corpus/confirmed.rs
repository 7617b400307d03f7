//! The errors of real projects that a careful reader confirms.
//!
//! Those of safety rules are listed by number: each was looked at once, and stands for a password in plain text, a database
//! without one, or an image that is another tomorrow. All others are listed one by one, with the reason.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::corpus::{checked, errors, folder, line, projects, root};

/// Errors about names, types and includes: project, the line as it is told, and why it is right.
const CONFIRMED: &[(&str, &str, &str)] = &[
    (
        "PatrikBures+ResillientFlow",
        "include-not-found polytope.yml:3 the include `modules/server` is not there",
        "the folder is not in the project",
    ),
    (
        "bluetext-io+bluetext-extension",
        "include-not-found polytope.yml:3 the include `modules/frontend` is not there",
        "the folder is not in the project",
    ),
    (
        "bluetext-io+bluetext-extension",
        "include-not-found polytope.yml:4 the include `modules/api` is not there",
        "the folder is not in the project",
    ),
    (
        "bluetext-io+bluetext-extension",
        "include-not-found polytope.yml:5 the include `modules/config-manager` is not there",
        "the folder is not in the project",
    ),
    (
        "bluetext-io+bluetext-extension",
        "include-not-found polytope.yml:6 the include `modules/couchbase` is not there",
        "the folder is not in the project",
    ),
    (
        "fallowshades+cashe-key",
        "unknown-field polytope.yml:1 a polytope.yml has no key `repo`",
        "it belongs to an item of `include`",
    ),
    ("fallowshades+cashe-key", "yaml-syntax polytope.yml:2 a list item among the keys of a map", "it is no YAML"),
];

/// Whether an error of a project is listed.
pub fn is_confirmed(project: &str, line: &str) -> bool {
    CONFIRMED.iter().any(|(name, known, _)| *name == project && *known == line)
}

/// Rules about safety.
fn is_safety(code: &str) -> bool {
    code.starts_with("PT2") || code.starts_with("PT4")
}

#[test]
fn each_error_of_a_project_is_confirmed() {
    let Some(folder) = folder() else { return };
    let mut wrong = Vec::new();
    let mut seen = Vec::new();
    for project in projects(&folder) {
        let Some(path) = root(&folder, &project) else { continue };
        let compiled = checked(&path);
        for finding in errors(&compiled).filter(|finding| !is_safety(finding.rule.code)) {
            let line = line(&compiled, finding, &folder.join(&project));
            if is_confirmed(&project, &line) {
                seen.push((project.clone(), line));
            } else {
                wrong.push(format!("{project}: {line}"));
            }
        }
    }
    assert!(wrong.is_empty(), "not confirmed:\n{}", wrong.join("\n"));
    for (project, known, reason) in CONFIRMED {
        let found = seen.iter().any(|(name, line)| name == project && line == known);
        assert!(found, "{project} does not bring up `{known}` any more: {reason}");
    }
}

#[test]
fn what_is_unsafe_is_told_as_often_as_it_was_confirmed() {
    let Some(folder) = folder() else { return };
    let mut text = String::new();
    for project in projects(&folder) {
        let Some(path) = root(&folder, &project) else { continue };
        let compiled = checked(&path);
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in errors(&compiled).filter(|finding| is_safety(finding.rule.code)) {
            *counts.entry(finding.rule.name).or_default() += 1;
        }
        let counts: Vec<String> = counts.iter().map(|(rule, count)| format!("{count} {rule}")).collect();
        let _ =
            writeln!(text, "{project}: {}", if counts.is_empty() { "nothing".to_owned() } else { counts.join(", ") });
    }
    insta::assert_snapshot!(text, @"
    Alssndr0+ai-hack-nordic-2024: 6 default-password, 2 hardcoded-secret, 1 mutable-image, 1 pg-trust-auth
    Cillers-com+bluetext: 1 mutable-image
    Cillers-com+create-cillers-system: nothing
    FredrikJT+cillers-sinch-system: 4 default-password, 9 hardcoded-secret, 2 mutable-image, 1 pg-trust-auth
    Mallard-Dash+Gigaflow: 1 default-password, 1 pg-trust-auth, 1 secret-in-url
    Morteza-Rastgoo+proxify_hackathon: 2 default-password
    NikolovskiV+cillers-app: 5 default-password, 2 hardcoded-secret, 1 pg-trust-auth
    PatrikBures+ResillientFlow: nothing
    WilliamBostrom+ChasHackathon: 4 default-password
    achyutjagini+tele2project1: 1 mutable-image
    aeriksson+agent-coder: nothing
    aeriksson+hackaping-template-employee-scheduling: 2 default-password
    aeriksson+hackathon-chatbot-starter: 1 pg-trust-auth
    aeriksson+hackathon-scheduling-starter: 1 pg-trust-auth
    arabindadora+cillers-project: 6 default-password, 2 mutable-image, 1 pg-trust-auth
    bluetext-dev+bluetext: nothing
    bluetext-io+bluetext: nothing
    bluetext-io+bluetext-extension: nothing
    cullberg+spinning_bearing: nothing
    doctorstal+kong-ai-gateway-hackathon: 2 default-password
    fallowshades+cashe-key: nothing
    harishkrishnan24+couchbase-hackathon: 1 mutable-image
    jachana+bluetext: 1 mutable-image
    nicksenap+cillers-hackathon-5: 6 default-password, 2 hardcoded-secret, 2 mutable-image, 1 pg-trust-auth
    pederbl+bluetext-playground: 1 default-password, 1 mutable-image
    polytope-oss+agent-coder: nothing
    tifye+monterro-nordic-software-ai-hackathon: 7 default-password, 2 hardcoded-secret, 2 mutable-image, 1 pg-trust-auth
    trin-cz+hackathon-scrive-2024: 5 default-password, 2 hardcoded-secret, 1 mutable-image, 1 pg-trust-auth
    ");
}
