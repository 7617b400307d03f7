//! The way on after a refusal: the command that was typed, with what it has to say in addition. No other one is offered than
//! one that was tried.

use std::collections::BTreeSet;

use super::arguments::{Global, Levels};
use super::failure::Failure;
use super::job::Compiled;
use super::settings::{Asked, Configurations};
use super::terminal::Terminal;
use crate::conceal::concealed;
use crate::diagnostic::{Level, Rule};
use crate::lint::LINTS;

/// Set for a `pt` that an agent asked for: the way on is its user's to go.
pub const ASKED_BY_AGENT: &str = "PT_ASKED_BY_AGENT";

/// The profile of a machine that nobody else reaches.
const DEV: &str = "dev";

/// Flags that one `pt` gives another and no person types, each with whether a word of its own follows.
const INTERNAL: [(&str, bool); 5] = [
    ("--non-interactive", false),
    ("--color", true),
    ("--progress", true),
    ("--job-timeout", true),
    ("--args=-", false),
];

/// What was asked for about rules, to ask again with more.
#[derive(Debug, Clone)]
pub struct Door {
    levels: Levels,
    global: Global,
}

impl Door {
    pub fn new(levels: &Levels, global: &Global) -> Self {
        Self { levels: levels.clone(), global: global.clone() }
    }

    /// Says which commands go on where dangers alone keep these jobs from it.
    pub fn tell(&self, compiled: &Compiled, terminal: &Terminal) -> Result<(), Failure> {
        let errors = compiled.compilation.diagnostics.iter().filter(|finding| finding.level == Level::Error);
        let rules: BTreeSet<&'static str> = errors.clone().map(|finding| finding.rule.name).collect();
        if rules.is_empty() || !errors.map(|finding| finding.rule).all(is_danger) {
            return Ok(());
        }
        let asked = asked();
        let by_agent = std::env::var_os(ASKED_BY_AGENT).is_some();
        let who = if by_agent { "only the user can decide to go on" } else { "to go on all the same" };
        let dev = Levels { profile: Some(DEV.to_owned()), ..self.levels.clone() };
        if self.levels.profile.is_none() && self.opens(&dev, compiled)? {
            let line = typed(&asked, compiled, &["--profile", DEV], by_agent);
            terminal.say(&format!("  = help: where only this machine reaches it: `{line}`"));
        }
        let mut allowing = self.levels.clone();
        allowing.allow.extend(rules.iter().map(|rule| (*rule).to_owned()));
        if self.opens(&allowing, compiled)? {
            let names = rules.into_iter().collect::<Vec<_>>().join(",");
            let line = typed(&asked, compiled, &["--allow", &names], by_agent);
            terminal.say(
                "  = help: to keep what is there and refuse what is new: `pt check --write-baseline pt-baseline.json`, \
                 then `baseline = \"pt-baseline.json\"` in pt.toml",
            );
            terminal.say(&format!("  = help: {who}: `{line}`"));
        }
        Ok(())
    }

    /// Whether nothing is refused with these levels.
    fn opens(&self, levels: &Levels, compiled: &Compiled) -> Result<bool, Failure> {
        let configured = Configurations::new(levels, Asked::default(), &self.global)?.of(&compiled.located)?;
        Ok(!configured.is_broken() && !compiled.judged_by(&configured)?.compilation.has_errors())
    }
}

/// Whether a rule speaks of a danger, and not of what cannot be understood.
pub fn is_danger(rule: &Rule) -> bool {
    LINTS.iter().any(|lint| *lint.rule == *rule)
}

/// The words of this command, without its program.
fn asked() -> Vec<String> {
    std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect()
}

/// A line for a shell: the words with flags in addition, before any `--`. A secret among the words is not repeated.
fn typed(asked: &[String], compiled: &Compiled, flags: &[&str], by_agent: bool) -> String {
    let mut words = asked.to_vec();
    if by_agent {
        words = without_internal(&words);
        let last = words.iter().position(|word| word == "--").map(|dashes| dashes + 1);
        if let Some(job) = last.and_then(|place| words.get_mut(place))
            && let Some(arguments) = compiled.arguments()
        {
            job.push_str(arguments);
        }
    }
    let place = words.iter().position(|word| word == "--").unwrap_or(words.len());
    words.splice(place..place, flags.iter().map(|flag| (*flag).to_owned()));
    let words = words.iter().map(|word| shell_word(&concealed(word)));
    std::iter::once("pt".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}

fn without_internal(words: &[String]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match INTERNAL.iter().find(|(flag, _)| flag == word) {
            Some((_, true)) => drop(words.next()),
            Some((_, false)) => {}
            None => kept.push(word.clone()),
        }
    }
    kept
}

/// A word as a shell reads it back.
fn shell_word(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./=,:@+%".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_each_word_back() {
        assert_eq!(shell_word("stack"), "stack");
        assert_eq!(shell_word("migrate{to: 12}"), "'migrate{to: 12}'");
        assert_eq!(shell_word("it's"), r"'it'\''s'");
        assert_eq!(shell_word(""), "''");
    }

    #[test]
    fn what_one_pt_tells_another_is_not_typed() {
        let words = ["--non-interactive", "--color", "never", "--directory=/x", "run", "--args=-", "--", "api"];
        let words: Vec<String> = words.map(str::to_owned).into();
        assert_eq!(without_internal(&words), ["--directory=/x", "run", "--", "api"]);
    }
}
