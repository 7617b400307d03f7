//! Main stacks: every complete one comes down to containers; ten are kept as they came out, and were read beside their files.

use crate::confirmed::is_confirmed;
use crate::corpus::{errors, folder, line, projects, root, stack};
use crate::shape::shape;

/// Projects that have to be refused, with what is said.
const REFUSED: &[(&str, &str)] = &[
    ("PatrikBures+ResillientFlow", "the include `modules/server` is not there"),
    ("bluetext-io+bluetext-extension", "the include `modules/frontend` is not there"),
    ("fallowshades+cashe-key", "a list item among the keys of a map"),
];

/// Projects without a stack of containers: toolsets, and modules that are run one by one.
const TOOLSETS: &[&str] = &[
    "aeriksson+agent-coder",
    "polytope-oss+agent-coder",
    "bluetext-io+bluetext",
    "bluetext-dev+bluetext",
    "bluetext-dev+bluetext-templates",
    "Cillers-com+bluetext",
    "jachana+bluetext",
];

/// What stacks have to be told.
const ARGUMENTS: &[(&str, &str)] = &[(
    "Cillers-com+create-cillers-system",
    "{couchbase-host: couchbase, couchbase-username: admin, couchbase-password: pt.secret password}",
)];

/// Stacks whose containers are kept.
const KEPT: [&str; 10] = [
    "Alssndr0+ai-hack-nordic-2024",
    "Cillers-com+create-cillers-system",
    "FredrikJT+cillers-sinch-system",
    "Mallard-Dash+Gigaflow",
    "WilliamBostrom+ChasHackathon",
    "achyutjagini+tele2project1",
    "aeriksson+hackathon-chatbot-starter",
    "doctorstal+kong-ai-gateway-hackathon",
    "harishkrishnan24+couchbase-hackathon",
    "trin-cz+hackathon-scrive-2024",
];

fn arguments(project: &str) -> &'static str {
    ARGUMENTS.iter().find(|(name, _)| *name == project).map_or("", |(_, arguments)| arguments)
}

#[test]
fn complete_stacks_come_down_to_containers_without_a_hole() {
    let Some(folder) = folder() else { return };
    let mut wrong = Vec::new();
    for project in projects(&folder) {
        let refused = REFUSED.iter().any(|(name, _)| *name == project);
        let Some(path) = root(&folder, &project).filter(|_| !refused && !TOOLSETS.contains(&project.as_str())) else {
            continue;
        };
        let Some(compiled) = stack(&path, arguments(&project)) else {
            wrong.push(format!("{project}: no main stack"));
            continue;
        };
        let faults = errors(&compiled).filter(|finding| finding.rule.code.starts_with("PT1"));
        let lines = faults.map(|finding| line(&compiled, finding, &folder.join(&project)));
        wrong.extend(lines.filter(|line| !is_confirmed(&project, line)).map(|line| format!("{project}: {line}")));
        let program = &compiled.program;
        if program.containers.is_empty() {
            wrong.push(format!("{project}: no container"));
        }
        for container in program.containers.values() {
            if container.image.value.is_empty() || !container.holes.is_empty() {
                wrong.push(format!("{project}: `{}` is not all known: {:?}", container.id.value, container.holes));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn ten_stacks_come_down_to_what_their_files_say() {
    let Some(folder) = folder() else { return };
    for project in KEPT {
        let path = root(&folder, project).unwrap();
        let compiled = stack(&path, arguments(project)).unwrap();
        insta::assert_snapshot!(project, shape(&compiled.program));
    }
}

#[test]
fn three_projects_are_refused_with_the_reason() {
    let Some(folder) = folder() else { return };
    for (project, message) in REFUSED {
        let path = root(&folder, project).unwrap();
        let compiled = crate::corpus::checked(&path);
        let said: Vec<&str> = errors(&compiled).map(|finding| finding.message.as_str()).collect();
        assert!(said.contains(message), "{project}: {said:?}");
    }
}

#[test]
fn toolsets_are_no_stacks() {
    let Some(folder) = folder() else { return };
    for project in TOOLSETS {
        let Some(path) = root(&folder, project) else { continue };
        let compiled = crate::corpus::checked(&path);
        assert!(
            compiled.containers.is_empty() || stack(&path, "").is_none_or(|stack| stack.program.containers.is_empty()),
            "{project}"
        );
    }
}
