//! What flags and variables say about settings, as layers.

use std::path::PathBuf;

use super::super::arguments::{Global, Levels};
use super::super::failure::Failure;
use super::super::project::{based, environment};
use super::Asked;
use crate::config::{Layer, Origin, RuleSetting, Say, Sourced};
use crate::diagnostic::{Level, Rule, UnknownRule, select};
use crate::policy::RULE_PREFIX;
use crate::syntax::UNREADABLE;

/// Words of flags, or of variables.
pub(super) struct Words<'a> {
    pub(super) levels: &'a Levels,
    pub(super) asked: &'a Asked,
    pub(super) flags: bool,
    pub(super) global: &'a Global,
    pub(super) rules: &'a [&'static Rule],
    /// Whether `rules` are all that there can be; rules of policies that a project names are known only with it.
    pub(super) all_known: bool,
}

impl Words<'_> {
    fn origin(&self, flag: &'static str, variable: &'static str) -> Origin {
        if self.flags { Origin::Flag(flag) } else { Origin::Variable(variable) }
    }

    /// Everything that they say.
    pub(super) fn layer(&self) -> Result<Layer, Failure> {
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
                if !self.all_known && word.starts_with(RULE_PREFIX) {
                    continue;
                }
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

pub(super) fn is_on(variable: &str) -> Result<bool, Failure> {
    Ok(environment().text(variable)?.is_some_and(|value| value != "0" && value != "false"))
}

pub(super) fn variables() -> Result<Levels, Failure> {
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

pub(super) fn asked_by_variables() -> Result<Asked, Failure> {
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
