//! Which settings count for a project: flags, variables, and the `pt.toml` files around it, each file looked for and read once.

mod policies;
mod words;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::arguments::{Global, Levels};
use super::failure::Failure;
use super::project::{Located, based, environment, near};
use crate::config::{self, Effective, Given, Layer, UnknownProfile};
use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule};
use crate::lint::{Judge, Settings};
use crate::policy::Policies;
use crate::source::{DiskLoader, LoadError, Loader, OwnLoader, Sources};
use crate::store::Paths;
use policies::Shelves;
use words::{Words, asked_by_variables, is_on, variables};

/// What flags say beyond [`Levels`].
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Only these rules.
    pub select: Vec<String>,
    /// Not these rules.
    pub ignore: Vec<String>,
    /// These rules too.
    pub extend_select: Vec<String>,
    /// Lowest level that makes the exit code 1.
    pub fail_on: Option<Level>,
    /// The file of findings that were there before.
    pub baseline: Option<PathBuf>,
}

/// The settings of one project.
#[derive(Debug)]
pub struct Configured {
    /// What counts, and where it comes from.
    pub effective: Effective,
    /// How files are judged.
    pub settings: Settings,
    /// The files that were read for it.
    pub sources: Sources,
    /// What is wrong with them.
    pub diagnostics: Vec<Diagnostic>,
    /// The policies that the command line and the files name.
    pub policies: Option<Arc<Policies>>,
}

impl Configured {
    /// Whether a part of the settings could not be understood.
    pub fn is_broken(&self) -> bool {
        let is_ours = |finding: &Diagnostic| config::RULES.contains(&finding.rule) && finding.level == Level::Error;
        self.diagnostics.iter().any(is_ours)
    }
}

/// The settings of all projects of a command.
pub struct Configurations<'a> {
    levels: Levels,
    asked: Asked,
    global: &'a Global,
    said: Levels,
    beyond: Asked,
    config: Option<PathBuf>,
    locked: bool,
    ci: bool,
    policies: Shelves,
    judges: Vec<Arc<dyn Judge>>,
    /// By the directory of a project, the file that counts there; by that file, what it comes to.
    near: Mutex<BTreeMap<PathBuf, Option<PathBuf>>>,
    known: Mutex<BTreeMap<Option<PathBuf>, Arc<Configured>>>,
}

impl<'a> Configurations<'a> {
    /// What flags and variables say.
    pub fn new(levels: &Levels, asked: Asked, global: &'a Global) -> Result<Self, Failure> {
        Self::with_judges(levels, asked, global, &[], Vec::new())
    }

    /// As [`Self::new`], where others judge too: policies in files and directories, and judges of the command.
    pub fn with_judges(
        levels: &Levels,
        asked: Asked,
        global: &'a Global,
        policies: &[PathBuf],
        judges: Vec<Arc<dyn Judge>>,
    ) -> Result<Self, Failure> {
        let (said, beyond) = (variables()?, asked_by_variables()?);
        let config = levels.config.as_ref().or(said.config.as_ref()).map(|file| based(global, file));
        let ci = is_on("CI")?;
        let locked = levels.locked || said.locked;
        let policies = Shelves::new(policies.iter().map(|path| based(global, path)).collect());
        let (near, known) = (Mutex::default(), Mutex::default());
        let levels = levels.clone();
        let configurations =
            Self { levels, asked, global, said, beyond, config, locked, ci, policies, judges, near, known };
        // What is wrong with the words is told before any file is read.
        configurations.command(configurations.policies.named()?.as_deref(), false)?;
        Ok(configurations)
    }

    /// All policies that were read for this command.
    pub fn policies(&self) -> Vec<Arc<Policies>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<Arc<Policies>> = known.values().filter_map(|configured| configured.policies.clone()).collect();
        all.dedup_by(|one, other| Arc::ptr_eq(one, other));
        all
    }

    /// Every rule there is, those of all these policies at the end.
    pub fn rules(&self) -> Vec<&'static Rule> {
        let mut rules = policies::rules(None);
        for policies in self.policies() {
            let new: Vec<_> = policies.rules().into_iter().filter(|rule| !rules.contains(rule)).collect();
            rules.extend(new);
        }
        rules
    }

    /// The layers of variables and flags, where these policies are known.
    fn command(&self, policies: Option<&Policies>, all_known: bool) -> Result<Vec<Layer>, Failure> {
        let rules = policies::rules(policies);
        let words =
            |levels, asked, flags| Words { levels, asked, flags, global: self.global, rules: &rules, all_known };
        let variables = words(&self.said, &self.beyond, false).layer()?;
        Ok(vec![variables, words(&self.levels, &self.asked, true).layer()?])
    }

    /// The settings of a project.
    pub fn of(&self, located: &Located) -> Result<Arc<Configured>, Failure> {
        self.of_directory(&located.root)
    }

    /// The settings of a directory: absolute and without links.
    pub fn of_directory(&self, root: &Path) -> Result<Arc<Configured>, Failure> {
        let mut near_here = self.near.lock().unwrap_or_else(PoisonError::into_inner);
        let nearest = near_here.entry(root.to_path_buf()).or_insert_with(|| config::nearest(&DiskLoader, root)).clone();
        drop(near_here);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(configured) = known.get(&nearest) {
            return Ok(configured.clone());
        }
        let shown = nearest.as_ref().map(|file| from_here(file));
        let configured = Arc::new(self.read(shown.as_deref())?);
        known.insert(nearest, configured.clone());
        Ok(configured)
    }

    /// The settings that a file and those around it come to. Policies that files name bring rules of their own, which the
    /// files may name too: they are read once more with them.
    fn read(&self, shown: Option<&Path>) -> Result<Configured, Failure> {
        let named = self.policies.named()?;
        let first = self.read_with(shown, named.clone())?;
        let more: Vec<PathBuf> = first.effective.policies.iter().map(|path| path.value.clone()).collect();
        match self.policies.with(&more)? {
            Some(policies) if !more.is_empty() => self.read_with(shown, Some(policies)),
            _ => Ok(first),
        }
    }

    fn read_with(&self, shown: Option<&Path>, policies: Option<Arc<Policies>>) -> Result<Configured, Failure> {
        let rules = policies::rules(policies.as_deref());
        let mut sources = Sources::default();
        let mut found = Diagnostics::default();
        let mut layers =
            |loader: &dyn Loader, path: &Path| config::read_with_bases(loader, path, &rules, &mut sources, &mut found);
        let mut files = Vec::new();
        let paths = Paths::from_environment(environment());
        // Those of the machine, the weakest first, and then the user's own.
        for directory in paths.system().iter().rev().map(PathBuf::as_path).chain(paths.config()) {
            let file = directory.join("config.toml");
            match layers(&OwnLoader, &file) {
                Ok(layers) => files.extend(layers),
                Err(LoadError::NotFound) => {}
                Err(error) => return Err(unreadable(&file, error)),
            }
        }
        if let Some(path) = shown {
            // A link must not have the lines of any file it likes shown in a finding.
            if DiskLoader.follow(path).extension().is_none_or(|extension| extension != "toml") {
                return Err(Failure::usage(format!("{} is a link to something that is no TOML file", path.display()))
                    .help("replace the link by what it should hold"));
            }
            files.extend(layers(&DiskLoader, path).map_err(|error| unreadable(path, error))?);
        }
        let config = match &self.config {
            Some(path) => layers(&DiskLoader, path).map_err(|error| unreadable(path, error))?,
            None => Vec::new(),
        };
        let given = Given {
            files,
            config,
            command: self.command(policies.as_deref(), policies.is_some())?,
            locked: self.locked,
            ci: self.ci,
            rules,
        };
        let effective = config::resolve(&given, &mut found)?;
        // The day of Greenwich: everywhere the same, and no time zones to be read.
        let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let mut settings = effective.settings(Some(today));
        settings.judges.clone_from(&self.judges);
        settings.judges.extend(policies.iter().map(|policies| policies.clone() as Arc<dyn Judge>));
        // What is wrong with the settings is judged by them, too.
        let mut judged = Diagnostics::new(settings.levels.clone());
        judged.absorb(found);
        Ok(Configured { effective, settings, sources, diagnostics: judged.finish(), policies })
    }
}

/// As the user would write a path: from the working directory, where that can be told.
fn from_here(file: &Path) -> PathBuf {
    match std::env::current_dir().and_then(|here| here.canonicalize()) {
        Ok(here) => near(Path::new(""), &here, file),
        Err(_) => file.to_path_buf(),
    }
}

fn unreadable(path: &Path, error: LoadError) -> Failure {
    let failure = Failure::usage(format!("{}: {error}", path.display()));
    match error {
        LoadError::Io(source) => failure.because(source),
        error => match error.help() {
            Some(help) => failure.help(help),
            None => failure,
        },
    }
}

impl From<UnknownProfile> for Failure {
    fn from(unknown: UnknownProfile) -> Self {
        Self::usage(unknown.to_string()).help(unknown.help)
    }
}
