//! Policies from their files, and what they say of a project.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};

use regex::Regex;

use super::engine::Engine;
use super::fault::{self, POLICY_FAULT};
use super::handle::Handle;
use super::input::{Input, Places};
use super::rule::{self, Metadata};
use super::said::{Said, said};
use super::silence::{Silence, silences};
use super::source_value::Secrets;
use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule};
use crate::lint::{Judge, Judged};
use crate::source::{FileId, LoadError, Loader, SourceFile, Sources, Span};

/// Why there are no policies.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// Nothing with the name of a policy.
    #[error("there is no `.rego` file in {}", .0.display())]
    None(PathBuf),
    /// A file cannot be read.
    #[error("{}: {source}", .path.display())]
    Load {
        /// The file.
        path: PathBuf,
        /// Why.
        source: LoadError,
    },
}

/// Policies, ready to be asked.
#[derive(Debug)]
pub struct Policies {
    sources: Sources,
    engine: Engine,
    entries: Vec<Entry>,
    exceptions: Vec<Exceptions>,
    /// Whether all of them could be read: what a faulty one would say is not known, and its fault is an error by itself.
    readable: bool,
    /// What is wrong with them, by place and words, so that it is told once for all files that are checked.
    faults: Mutex<BTreeMap<(Span, String), Diagnostic>>,
}

/// A rule that is asked.
#[derive(Debug)]
struct Entry {
    package: Vec<String>,
    name: String,
    rule: &'static Rule,
    /// Where its head is written.
    head: Span,
}

/// The rule of a package that names those that are left alone.
#[derive(Debug)]
struct Exceptions {
    package: Vec<String>,
    head: Span,
}

/// How deep below a named directory policies are looked for.
const DEEPEST: usize = 16;

impl Policies {
    /// Reads all policies in files and directories; those whose names end in `_test.rego` are tests of policies.
    pub fn load(loader: &dyn Loader, paths: &[PathBuf]) -> Result<Self, PolicyError> {
        let mut files = BTreeSet::new();
        for path in paths {
            let before = files.len();
            find(loader, path, 0, &mut files);
            if files.len() == before {
                return Err(PolicyError::None(path.clone()));
            }
        }
        let mut policies = Self {
            sources: Sources::default(),
            engine: Engine::default(),
            entries: Vec::new(),
            exceptions: Vec::new(),
            readable: false,
            faults: Mutex::default(),
        };
        for path in files {
            let text = loader.read(&path).map_err(|source| PolicyError::Load { path: path.clone(), source })?;
            policies.add(&path, text);
        }
        if !policies.has_faults()
            && let Err(error) = policies.engine.prepare()
        {
            policies.fault(&error, Span::start_of(FileId(0)));
        }
        if !policies.has_faults() {
            policies.report_silence();
        }
        policies.readable = !policies.has_faults();
        policies.entries.sort_by(|a, b| a.rule.name.cmp(b.rule.name));
        policies.entries.dedup_by(|later, kept| later.rule.name == kept.rule.name);
        Ok(policies)
    }

    /// What is wrong with the policies, with the files that it points into.
    pub fn faults(&self) -> (Sources, Vec<Diagnostic>) {
        let faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        (self.sources.clone(), faults.values().cloned().collect())
    }

    fn has_faults(&self) -> bool {
        !self.faults.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    fn fault(&self, error: &str, otherwise: Span) {
        let fault = fault::fault(error, otherwise, &self.sources);
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        faults.insert((fault.primary.span, fault.message.clone()), fault);
    }

    fn report_silence(&self) {
        let exceptions = self.exceptions.iter().map(|exceptions| exceptions.head);
        let asked: Vec<Span> = self.entries.iter().map(|entry| entry.head).chain(exceptions).collect();
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        for Silence { span, message, help } in silences(&self.sources, &asked) {
            let fault = fault::told(message, Some(help), span);
            faults.insert((span, fault.message.clone()), fault);
        }
    }

    fn add(&mut self, path: &Path, text: String) {
        let file = self.sources.add(SourceFile::new(path, text));
        let text = self.sources.file(file).text.clone();
        let label = fault::label(file);
        let package = match self.engine.add(&label, &text) {
            Ok(package) => package,
            Err(error) => return self.fault(&error, Span::start_of(file)),
        };
        for found in HEAD.captures_iter(&text).filter_map(|found| found.name("name")) {
            let name = found.as_str();
            if !self.engine.has_rule(&label, name) {
                continue;
            }
            let head = Span::new(file, found.start(), found.end());
            if name == "exception" {
                self.exceptions.push(Exceptions { package: package.clone(), head });
                continue;
            }
            let level = if name.starts_with("warn") { Level::Warning } else { Level::Error };
            let full = format!("policy:{}.{name}", package.join("."));
            let line = self.sources.file(file).line_of(found.start());
            let metadata = Metadata::above(&text, line - 1);
            let rule = rule::interned(&full, level, &path.to_string_lossy(), &metadata);
            self.entries.push(Entry { package: package.clone(), name: name.to_owned(), rule, head });
        }
    }

    /// Names of the rules that are to be left alone, each with its package and without `deny_`.
    fn exceptions(&self, engine: &mut Engine) -> BTreeSet<(&[String], String)> {
        let mut names = BTreeSet::new();
        for Exceptions { package, head } in &self.exceptions {
            let lists = match engine.ask(package, "exception") {
                Ok(lists) => lists,
                Err(error) => {
                    self.fault(&error, *head);
                    continue;
                }
            };
            let lists = lists.as_array().into_iter().flatten();
            let found = lists.filter_map(|list| list.as_array()).flatten().filter_map(|name| name.as_str());
            names.extend(found.map(|name| (package.as_slice(), name.to_owned())));
        }
        names
    }
}

/// Where a rule may begin: at the start of a line, which the interpreter confirms.
static HEAD: LazyLock<Regex> = LazyLock::new(|| {
    // A pattern of our own is right, or no test passes.
    #[allow(clippy::expect_used, reason = "a constant pattern")]
    Regex::new(r"(?m)^(?:default[ \t]+)?(?P<name>(?:deny|violation|warn)(?:_[A-Za-z0-9_]+)?|exception)\b")
        .expect("a pattern")
});

fn find(loader: &dyn Loader, path: &Path, depth: usize, found: &mut BTreeSet<PathBuf>) {
    let children = loader.list(path);
    // A link must not have the lines of any file it likes shown in a finding.
    let is_rego = |path: &Path| path.extension().is_some_and(|extension| extension == "rego");
    let is_policy = is_rego(path) && is_rego(&loader.follow(path));
    let is_test = path.file_stem().and_then(|stem| stem.to_str()).is_some_and(|stem| stem.ends_with("_test"));
    if children.is_empty() && is_policy && !is_test && loader.exists(path) {
        found.insert(path.to_owned());
    }
    for child in children.iter().filter(|child| depth < DEEPEST && !child.starts_with('.')) {
        find(loader, &path.join(child), depth + 1, found);
    }
}

impl Judge for Policies {
    /// The rules that are asked, and the one that speaks of the policies themselves.
    fn rules(&self) -> Vec<&'static Rule> {
        [&POLICY_FAULT].into_iter().chain(self.entries.iter().map(|entry| entry.rule)).collect()
    }

    fn judge(&self, judged: &Judged<'_>, diagnostics: &mut Diagnostics) {
        if self.entries.is_empty() || !self.readable {
            return;
        }
        let secrets = Secrets::of(diagnostics.found());
        let Some((input, places)) = Input::new(judged, &secrets) else { return };
        let Ok(input) = serde_json::to_value(&input) else { return };
        let mut engine = self.engine.clone();
        engine.input(input);
        let exceptions = self.exceptions(&mut engine);
        for entry in &self.entries {
            let bare = entry.name.split_once('_').map_or("", |(_, bare)| bare);
            if exceptions.contains(&(entry.package.as_slice(), bare.to_owned())) {
                continue;
            }
            match engine.ask(&entry.package, &entry.name).and_then(|value| said(&value)) {
                Ok(all) => all.into_iter().for_each(|said| report(entry.rule, said, &places, judged, diagnostics)),
                Err(error) => self.fault(&error, entry.head),
            }
        }
    }
}

fn report(rule: &'static Rule, said: Said, places: &Places, judged: &Judged<'_>, diagnostics: &mut Diagnostics) {
    let sources = judged.sources;
    let way = said.path.unwrap_or_default();
    let handle = said.span.and_then(|span| serde_json::from_value::<Handle>(span).ok());
    let span = handle
        .and_then(|handle| handle.span(sources))
        .or_else(|| places.in_container(said.container.as_deref()?, &way, sources))
        .unwrap_or_else(|| places.in_source(&way, sources));
    diagnostics.report(rule, span, said.message).maybe_help(said.help);
}
