//! Which settings count for a project: flags, variables, and the `pt.toml` files around it, each file looked for and read once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::arguments::{Global, Levels};
use super::failure::Failure;
use super::project::{Located, based, environment, near};
use crate::config::{self, Effective, Given, Layer, Origin, RuleSetting, Say, Sourced, UnknownProfile};
use crate::diagnostic::{Diagnostic, Diagnostics, Level, Rule, UnknownRule, select};
use crate::lint::{Judge, Settings};
use crate::rules;
use crate::source::{DiskLoader, LoadError, Loader, OwnLoader, Sources};
use crate::store::Paths;
use crate::syntax::UNREADABLE;

/// What flags say beyond [`Levels`].
#[derive(Debug, Default)]
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
}

impl Configured {
    /// Whether a part of the settings could not be understood.
    pub fn is_broken(&self) -> bool {
        let is_ours = |finding: &Diagnostic| config::RULES.contains(&finding.rule) && finding.level == Level::Error;
        self.diagnostics.iter().any(is_ours)
    }
}

/// The settings of all projects of a command.
pub struct Configurations {
    command: Vec<Layer>,
    config: Option<PathBuf>,
    locked: bool,
    ci: bool,
    rules: Vec<&'static Rule>,
    judges: Vec<Arc<dyn Judge>>,
    /// By the directory of a project, the file that counts there; by that file, what it comes to.
    near: Mutex<BTreeMap<PathBuf, Option<PathBuf>>>,
    known: Mutex<BTreeMap<Option<PathBuf>, Arc<Configured>>>,
}

impl Configurations {
    /// What flags and variables say.
    pub fn new(levels: &Levels, asked: &Asked, global: &Global) -> Result<Self, Failure> {
        Self::with_judges(levels, asked, global, rules::ALL.clone(), Vec::new())
    }

    /// As [`Self::new`], where others judge too; `rules` holds theirs.
    pub fn with_judges(
        levels: &Levels,
        asked: &Asked,
        global: &Global,
        rules: Vec<&'static Rule>,
        judges: Vec<Arc<dyn Judge>>,
    ) -> Result<Self, Failure> {
        let (said, beyond) = (variables()?, asked_by_variables()?);
        let variables = Words { levels: &said, asked: &beyond, flags: false, global, rules: &rules };
        let flags = Words { levels, asked, flags: true, global, rules: &rules };
        let command = vec![variables.layer()?, flags.layer()?];
        let config = levels.config.as_ref().or(said.config.as_ref()).map(|file| based(global, file));
        let ci = is_on("CI")?;
        let locked = levels.locked || said.locked;
        Ok(Self { command, config, locked, ci, rules, judges, near: Mutex::default(), known: Mutex::default() })
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

    fn read(&self, shown: Option<&Path>) -> Result<Configured, Failure> {
        let mut sources = Sources::default();
        let mut found = Diagnostics::default();
        let mut layers = |loader: &dyn Loader, path: &Path| {
            config::read_with_bases(loader, path, &self.rules, &mut sources, &mut found)
        };
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
            command: self.command.clone(),
            locked: self.locked,
            ci: self.ci,
            rules: self.rules.clone(),
        };
        let effective = config::resolve(&given, &mut found)?;
        // The day of Greenwich: everywhere the same, and no time zones to be read.
        let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let mut settings = effective.settings(Some(today));
        settings.judges.clone_from(&self.judges);
        // What is wrong with the settings is judged by them, too.
        let mut judged = Diagnostics::new(settings.levels.clone());
        judged.absorb(found);
        Ok(Configured { effective, settings, sources, diagnostics: judged.finish() })
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

/// Words of flags, or of variables.
struct Words<'a> {
    levels: &'a Levels,
    asked: &'a Asked,
    flags: bool,
    global: &'a Global,
    rules: &'a [&'static Rule],
}

impl Words<'_> {
    fn origin(&self, flag: &'static str, variable: &'static str) -> Origin {
        if self.flags { Origin::Flag(flag) } else { Origin::Variable(variable) }
    }

    fn layer(&self) -> Result<Layer, Failure> {
        let Self { levels, asked, .. } = self;
        let mut layer = Layer::default();
        if !asked.select.is_empty() {
            let origin = self.origin("--select", "PT_SELECT");
            let chosen = self.rules(&asked.select, "PT_SELECT", false)?;
            let others = self.rules.iter().copied().filter(|rule| !chosen.contains(rule) && !UNREADABLE.contains(rule));
            let off = |rule: &'static Rule| RuleSetting { rule, say: Say::Off, origin: origin.clone() };
            layer.rules.extend(others.map(off));
        }
        let words = [
            (&asked.ignore, Say::Off, "--ignore", "PT_IGNORE"),
            (&asked.extend_select, Say::Own, "--extend-select", "PT_EXTEND_SELECT"),
            (&levels.allow, Say::Off, "--allow", "PT_ALLOW"),
            (&levels.warn, Say::At(Level::Warning), "--warn", "PT_WARN"),
            (&levels.deny, Say::At(Level::Error), "--deny", "PT_DENY"),
        ];
        for (words, say, flag, variable) in words {
            let origin = self.origin(flag, variable);
            let lowers = matches!(say, Say::Off | Say::At(Level::Warning));
            let chosen = self.rules(words, if self.flags { flag } else { variable }, lowers)?;
            let chosen = chosen.into_iter().filter(|rule| !UNREADABLE.contains(rule));
            layer.rules.extend(chosen.map(|rule| RuleSetting { rule, say, origin: origin.clone() }));
        }
        let profile = levels.profile.clone();
        layer.profile = profile.map(|name| Sourced::new(name, self.origin("--profile", "PT_PROFILE")));
        layer.fail_on = asked.fail_on.map(|level| Sourced::new(level, self.origin("--fail-on", "PT_FAIL_ON")));
        let baseline = asked.baseline.as_ref().map(|file| based(self.global, file));
        layer.baseline = baseline.map(|file| Sourced::new(file, self.origin("--baseline", "PT_BASELINE")));
        Ok(layer)
    }

    /// The rules of a list of words. One that means that a file cannot be read is never named alone.
    fn rules(&self, words: &[String], said_by: &str, lowers: bool) -> Result<Vec<&'static Rule>, Failure> {
        let mut all = Vec::new();
        for word in words.iter().map(|word| word.trim()).filter(|word| !word.is_empty()) {
            let Some((_, found)) = select(self.rules, word) else {
                let failure = Failure::from(UnknownRule { name: word.to_owned() });
                return Err(if self.flags { failure } else { failure.note(format!("in {said_by}")) });
            };
            if let [rule] = found[..]
                && lowers
                && UNREADABLE.contains(&rule)
            {
                return Err(Failure::usage(format!("`{}` stays an error", rule.name))
                    .help("a file that cannot be read is never good: mend it, or leave it out"));
            }
            all.extend(found);
        }
        Ok(all)
    }
}

/// The words of a variable.
fn words(variable: &str) -> Result<Vec<String>, Failure> {
    let text = environment().text(variable)?.unwrap_or_default();
    Ok(text.split(',').map(str::to_owned).filter(|word| !word.trim().is_empty()).collect())
}

fn is_on(variable: &str) -> Result<bool, Failure> {
    Ok(environment().text(variable)?.is_some_and(|value| value != "0" && value != "false"))
}

fn variables() -> Result<Levels, Failure> {
    let text = |variable: &str| environment().text(variable).map(|text| text.map(str::to_owned));
    Ok(Levels {
        deny: words("PT_DENY")?,
        warn: words("PT_WARN")?,
        allow: words("PT_ALLOW")?,
        profile: text("PT_PROFILE")?,
        config: text("PT_CONFIG")?.map(PathBuf::from),
        locked: is_on("PT_LOCKED")?,
    })
}

fn asked_by_variables() -> Result<Asked, Failure> {
    let fail_on = match environment().text("PT_FAIL_ON")? {
        None => None,
        Some("error") => Some(Level::Error),
        Some("warning") => Some(Level::Warning),
        Some("info") => Some(Level::Info),
        Some(other) => {
            return Err(
                Failure::usage(format!("PT_FAIL_ON cannot be `{other}`")).help("write `error`, `warning` or `info`")
            );
        }
    };
    Ok(Asked {
        select: words("PT_SELECT")?,
        ignore: words("PT_IGNORE")?,
        extend_select: words("PT_EXTEND_SELECT")?,
        fail_on,
        baseline: environment().text("PT_BASELINE")?.map(PathBuf::from),
    })
}
