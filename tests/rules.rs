//! Every rule keeps what its documentation says: its bad examples raise it and nothing else, its good ones raise nothing.
//!
//! What is only worth knowing (`info`) may be said of any example but a good one of the same rule.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::collections::BTreeSet;
use std::path::Path;

use polytope::compiler::{Compilation, Project, check_with};
use polytope::config;
use polytope::diagnostic::{Diagnostic, Diagnostics, Level, Rule};
use polytope::fix::{Overlay, Task, fix};
use polytope::lint::{Live, LiveVolume, Settings};
use polytope::rules;
use polytope::source::{Loader, MemoryLoader, Sources};

const ENTRY: &str = "polytope.yml";

/// The files of an example: one, or several that each follow a line `# file: path`.
fn files(example: &str) -> Vec<(String, String)> {
    let example = &without_headers(example);
    if !example.starts_with("# file: ") {
        return vec![(ENTRY.to_owned(), example.to_owned())];
    }
    let whole = format!("\n{example}");
    let parts = whole.split("\n# file: ").skip(1).map(|part| part.split_once('\n').unwrap());
    parts.map(|(path, text)| (path.to_owned(), format!("{text}\n"))).collect()
}

/// Lines before an example that say what is around it.
const HEADERS: [&str; 2] = ["# live: ", "# allowed-registries: "];

fn without_headers(example: &str) -> String {
    let is_header = |line: &&str| HEADERS.iter().any(|header| line.starts_with(header));
    example.split_inclusive('\n').filter(|line| !is_header(line)).collect()
}

/// What an engine holds, from a line `# live: volume data made at 1000; port 80 held by somebody`.
fn live(example: &str) -> Option<Live> {
    let line = example.lines().find_map(|line| line.strip_prefix("# live: "))?;
    let mut live = Live::default();
    for part in line.split("; ") {
        let words: Vec<&str> = part.split(' ').collect();
        let mut volume = |change: &dyn Fn(&mut LiveVolume)| {
            let there = live.volumes.entry(words[1].to_owned()).or_default();
            there.name = format!("pt-shop_{}", words[1]);
            change(there);
        };
        match words.as_slice() {
            ["volume", _, "made", "at", time] => volume(&|it| it.created = Some(time.parse().unwrap())),
            ["volume", _, "of", "PostgreSQL", major] => volume(&|it| it.postgres_major = Some(major.parse().unwrap())),
            ["volume", _, "with", "another", variable, "for", container] => volume(&|it| {
                it.other_variables.insert((*container).to_owned(), vec![(*variable).to_owned()]);
            }),
            ["file", path, "changed", "at", time] => {
                live.changed.insert((*path).to_owned(), time.parse().unwrap());
            }
            ["port", port, "held", "by", who @ ..] => {
                live.held_ports.insert(port.parse().unwrap(), who.join(" "));
            }
            other => panic!("what is {other:?}?"),
        }
    }
    Some(live)
}

fn settings(example: &str) -> Settings {
    let registries = example.lines().find_map(|line| line.strip_prefix("# allowed-registries: "));
    let allowed_registries = registries.into_iter().flat_map(|line| line.split(", ")).map(str::to_owned).collect();
    Settings { allowed_registries, ..Settings::default() }
}

fn compile(example: &str, project: &Project) -> Compilation {
    let loader = MemoryLoader::new(files(example));
    let (mut configured, sources, mut found) = configured(&loader);
    configured.allowed_registries.extend(settings(example).allowed_registries);
    let mut compiled = check_with(&loader, Path::new(ENTRY), project, &configured, live(example).as_ref()).unwrap();
    let offset = compiled.sources.absorb(sources);
    for finding in &mut found {
        finding.shift_files(offset);
    }
    compiled.diagnostics.extend(found);
    compiled
}

/// What the `pt.toml` of an example comes to; a `ci.toml` is what `--config` names, with `--locked`.
fn configured(loader: &MemoryLoader) -> (Settings, Sources, Vec<Diagnostic>) {
    let (mut sources, mut found) = (Sources::default(), Diagnostics::default());
    let mut read = |path: &str| {
        if !loader.exists(Path::new(path)) {
            return Vec::new();
        }
        config::read_with_bases(loader, Path::new(path), &rules::ALL, &mut sources, &mut found).unwrap()
    };
    let (files, named) = (read("pt.toml"), read("ci.toml"));
    let locked = !named.is_empty();
    let given = config::Given { files, config: named, locked, rules: rules::ALL.clone(), ..config::Given::default() };
    let effective = config::resolve(&given, &mut found).unwrap();
    (effective.settings(None), sources, found.finish())
}

/// What an example raises when everything that it reads is set, but for names that start with `never-`.
fn raised(example: &str) -> Vec<String> {
    let compiled = compile(example, &given(example));
    let line = |finding: &Diagnostic| {
        let place = compiled.sources.place(finding.primary.span);
        format!("{} {} at {place}: {}", finding.level, finding.rule.name, finding.message)
    };
    compiled.diagnostics.iter().map(line).collect()
}

/// Everything that an example reads, but for names that start with `never-`.
fn given(example: &str) -> Project {
    let bare = compile(example, &Project::default());
    let mut project = Project::default();
    for finding in bare.diagnostics.iter().filter(|finding| finding.rule.name == "unset-reference") {
        let name = bare.sources.text(finding.primary.span).to_owned();
        match finding.message.split(' ').next() {
            _ if name.starts_with("never-") => {}
            Some("value") => drop(project.values.insert(name, "8080".to_owned())),
            _ => drop(project.secrets.insert(name)),
        }
    }
    project
}

/// All rules with what is wrong with each; empty when nothing is.
fn complaints(judge: impl Fn(&'static Rule) -> Vec<String>) -> String {
    let rules = rules::ALL.iter();
    rules.flat_map(|rule| judge(rule).into_iter().map(|complaint| format!("{}: {complaint}\n", rule.name))).collect()
}

#[test]
fn names_and_codes_are_well_formed_and_each_is_there_once() {
    let (mut names, mut codes) = (BTreeSet::new(), BTreeSet::new());
    for rule in rules::ALL.iter() {
        let word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        assert!(rule.name.split('-').all(word), "`{}` is not kebab-case", rule.name);
        let digits = rule.code.strip_prefix("PT").unwrap_or_default();
        assert!(digits.len() == 3 && digits.bytes().all(|digit| digit.is_ascii_digit()), "`{}` is no code", rule.code);
        assert!(names.insert(rule.name), "two rules are called `{}`", rule.name);
        assert!(codes.insert(rule.code), "two rules have the code {}", rule.code);
    }
}

#[test]
fn security_rules_say_how_severe_they_are() {
    let found = complaints(|rule| match (rule.code.starts_with("PT2"), rule.severity.map(str::parse::<f64>)) {
        (true, None) => vec!["add `severity: \"0.1\"` to \"10.0\"".to_owned()],
        (_, Some(severity)) if !severity.as_ref().is_ok_and(|severity| (0.1..=10.0).contains(severity)) => {
            vec![format!("the severity is {severity:?}")]
        }
        _ => Vec::new(),
    });
    assert_eq!(found, "");
}

#[test]
fn every_rule_is_documented_with_both_sides() {
    let found = complaints(|rule| {
        let docs = rule.documentation();
        let parts = [
            (docs.summary.is_empty() || docs.summary.ends_with('.'), "a summary line without a full stop"),
            (docs.explanation.is_empty(), "an explanation"),
            (docs.bad.is_empty(), "a `## Bad` example"),
            (docs.good.is_empty(), "a `## Good` example"),
        ];
        let missing = parts.into_iter().filter(|(missing, _)| *missing);
        missing.map(|(_, part)| format!("its doc comment needs {part}")).collect()
    });
    assert_eq!(found, "");
}

#[test]
fn every_bad_example_raises_its_rule_and_nothing_else() {
    let found = complaints(|rule| {
        let judge = |example: &String| {
            let raised = raised(example);
            let name = |line: &str| line.split(' ').nth(1).map(str::to_owned).unwrap_or_default();
            let own = |line: &&String| name(line) == rule.name;
            let quiet = |line: &str| line.starts_with(Level::Info.word());
            let others = raised.iter().filter(|line| !own(line) && !quiet(line));
            let others: Vec<&String> = others.collect();
            let silent = !raised.iter().any(|line| own(&line));
            (silent || !others.is_empty()).then(|| format!("raised {raised:#?} for\n{example}"))
        };
        rule.documentation().bad.iter().filter_map(judge).collect()
    });
    assert_eq!(found, "");
}

#[test]
fn no_good_example_raises_anything() {
    let found = complaints(|rule| {
        let judge = |example: &String| {
            let own = format!(" {} at ", rule.name);
            let told = |line: &String| !line.starts_with(Level::Info.word()) || line.contains(&own);
            let raised: Vec<String> = raised(example).into_iter().filter(told).collect();
            (!raised.is_empty()).then(|| format!("raised {raised:#?} for\n{example}"))
        };
        rule.documentation().good.iter().filter_map(judge).collect()
    });
    assert_eq!(found, "");
}

#[test]
fn every_finding_of_a_bad_example_says_what_to_type() {
    let found = complaints(|rule| {
        let lint = polytope::lint::LINTS.iter().any(|lint| lint.rule == rule);
        let without_help = |example: &String| {
            let findings = compile(example, &Project::default()).diagnostics;
            let own = findings.iter().filter(|finding| finding.rule == rule && finding.help.is_none());
            own.map(|finding| format!("no help for: {}", finding.message)).collect::<Vec<_>>()
        };
        if lint { rule.documentation().bad.iter().flat_map(without_help).collect() } else { Vec::new() }
    });
    assert_eq!(found, "");
}

#[test]
fn every_file_in_the_folder_of_rules_is_registered() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/lint/src/lint/rules");
    let index = std::fs::read_to_string(folder.join("mod.rs")).unwrap();
    let mut missing = String::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        let name = file.strip_suffix(".rs").unwrap();
        if name == "mod" {
            continue;
        }
        for line in [format!("mod {name};"), format!("{name}::LINT,")] {
            if !index.lines().any(|known| known.trim() == line) {
                missing.push_str(&line);
                missing.push('\n');
            }
        }
        let rule = name.replace('_', "-");
        assert!(rules::ALL.iter().any(|known| known.name == rule), "{file} should hold the rule `{rule}`");
    }
    assert_eq!(missing, "", "add these lines to crates/lint/src/lint/rules/mod.rs");
}

/// What is wrong with the fixes that a rule offers for one of its bad examples.
fn wrong_fixes(rule: &'static Rule, example: &str) -> Vec<String> {
    let (project, live) = (given(example), live(example));
    let files = files(example);
    let disk = MemoryLoader::new(files.clone());
    let mut settings = configured(&disk).0;
    settings.allowed_registries.extend(self::settings(example).allowed_registries);
    let check = |loader: &dyn Loader| check_with(loader, Path::new(ENTRY), &project, &settings, live.as_ref());
    let of_rule = |compiled: &Compilation| {
        compiled.diagnostics.iter().filter(|finding| finding.rule.code == rule.code && finding.fix.is_some()).count()
    };
    let errors = |compiled: &Compilation| -> BTreeSet<(String, String)> {
        let errors = compiled.diagnostics.iter().filter(|finding| finding.level == Level::Error);
        errors.map(|finding| (finding.rule.name.to_owned(), finding.message.clone())).collect()
    };
    let before = check(&disk).unwrap();
    if of_rule(&before) == 0 {
        return Vec::new();
    }
    let wanted = |finding: &Diagnostic, _: &Sources| finding.rule.code == rule.code;
    let task = Task { directory: Path::new(""), unsafe_too: true, check: &check, wanted: &wanted };
    let mut overlay = Overlay::new(&disk);
    let fixed = fix(&mut overlay, &task).unwrap();
    let after = check(&overlay).unwrap();
    let mut wrong = Vec::new();
    let texts = || -> Vec<String> { files.iter().map(|(path, _)| overlay.read(Path::new(path)).unwrap()).collect() };
    if !fixed.left_out.is_empty() {
        wrong.push(format!("a fix is offered and cannot be made, for\n{example}"));
    } else if of_rule(&after) > 0 {
        wrong.push(format!("it is raised after its own fix, for\n{example}\nwhich is now\n{}", texts().join("\n")));
    }
    let new: Vec<_> = errors(&after).difference(&errors(&before)).cloned().collect();
    // An error leaves a hole, and what it hid is seen behind it.
    if !new.is_empty() && rule.level != Level::Error {
        wrong.push(format!("its fix brings {new:?} for\n{example}\nwhich is now\n{}", texts().join("\n")));
    }
    let first = texts();
    let again = fix(&mut overlay, &task).unwrap();
    let second: Vec<String> = files.iter().map(|(path, _)| overlay.read(Path::new(path)).unwrap()).collect();
    if !again.made.is_empty() || second != first {
        wrong.push(format!("a second time its fix changes something again, for\n{example}"));
    }
    wrong
}

#[test]
fn a_fix_that_is_offered_can_be_made_and_mends_what_it_is_for() {
    let mut fixable = 0;
    let found = complaints(|rule| {
        let bad = rule.documentation().bad;
        let wrong: Vec<String> = bad.iter().flat_map(|example| wrong_fixes(rule, example)).collect();
        wrong
    });
    for rule in rules::ALL.iter() {
        let offers = |example: &String| {
            compile(example, &given(example)).diagnostics.iter().any(|it| it.rule.code == rule.code && it.fix.is_some())
        };
        fixable += usize::from(rule.documentation().bad.iter().any(offers));
    }
    assert!(fixable > 20, "only {fixable} rules offer a fix");
    assert_eq!(found, "");
}
