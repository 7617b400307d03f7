//! Every command line that `pt` tells somebody to type is one that it takes: in messages, rules, blueprints, help and the README.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser as _;
use polytope::cli::Arguments;

/// Files whose texts reach users.
fn texts() -> Vec<(PathBuf, String)> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut open: Vec<PathBuf> =
        ["src", "crates", "blueprints", "examples", "editors"].map(|name| top.join(name)).into();
    let mut found: Vec<PathBuf> = ["README.md", "SECURITY.md", "CONTRIBUTING.md"].map(|name| top.join(name)).into();
    while let Some(path) = open.pop() {
        if path.file_name().is_some_and(|name| name == "node_modules" || name == "tests") {
            continue;
        }
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|kind| kind == "rs" || kind == "md" || kind == "yml") {
            found.push(path);
        }
    }
    found.into_iter().map(|path| (path.clone(), fs::read_to_string(&path).unwrap())).collect()
}

/// What stands in backquotes, and the examples of help pages and code blocks: lines that begin with two blanks and `pt `.
fn commands(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with("assert")) {
        let quoted = line.split('`').skip(1).step_by(2).filter(|part| part.starts_with("pt ") && !part.contains("\\n"));
        found.extend(quoted.map(str::to_owned));
        if (line.starts_with("  pt ") || line.starts_with("pt ")) && !line.ends_with(':') {
            let example = line.trim().split("  ").next().unwrap_or_default();
            found.push(example.trim_end_matches(['"', ')', ',', '\\']).to_owned());
        }
    }
    found
}

/// The words of a command line: placeholders become words, choices their first, what is optional is there.
fn words(command: &str) -> Option<Vec<String>> {
    let mut text = command.replace("\\|", "|").replace("\\\"", "\"");
    for end in [" > ", " < ", " | ", " # ", " && ", "; "] {
        text.truncate(text.find(end).unwrap_or(text.len()));
    }
    // `{name}` is filled in later; `"job{port: 1}"` is an argument of a job and stays.
    let mut filled = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        let (inner, behind) = after.split_once('}')?;
        filled.push_str(before);
        if inner.contains(':') {
            filled.push_str(&format!("{{{inner}}}"));
        } else {
            filled.push('x');
        }
        rest = behind;
    }
    filled.push_str(rest);
    let plain: String = filled.chars().filter(|letter| !"[]…".contains(*letter)).collect();
    let words = shlex::split(&plain)?;
    // A command that is a placeholder itself says nothing.
    let named = words.get(1).is_some_and(|word| word != "x" && !word.starts_with("xs"));
    named.then(|| words.iter().map(|word| word.split('|').next().unwrap_or_default().to_owned()).collect())
}

#[test]
fn what_users_are_told_to_type_is_a_command() {
    let (mut told, mut wrong) = (0, Vec::new());
    for (path, text) in texts() {
        for command in commands(&text) {
            let Some(words) = words(&command).filter(|words| !words.iter().any(|word| word == "COMMAND")) else {
                continue;
            };
            told += 1;
            if let Err(error) = Arguments::try_parse_from(&words) {
                let help = matches!(
                    error.kind(),
                    clap::error::ErrorKind::DisplayHelp
                        | clap::error::ErrorKind::DisplayVersion
                        // The name of a command and nothing else is how people speak of it.
                        | clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
                        | clap::error::ErrorKind::MissingRequiredArgument
                );
                let bare = words.iter().skip(1).all(|word| !word.starts_with('-'));
                if !help || error.kind() == clap::error::ErrorKind::MissingRequiredArgument && !bare {
                    let first = error.to_string().lines().next().unwrap_or_default().to_owned();
                    wrong.push(format!("{}: `{command}`: {first}", path.display()));
                }
            }
        }
    }
    assert!(told > 200, "only {told} commands were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
