//! The interpreter: a set of parsed policies that can be asked about one input after another.

use std::num::NonZeroU32;
use std::os::fd::OwnedFd;
use std::time::Duration;

use regorus::utils::limits::ExecutionTimerConfig;
use rustix::fs::{Mode, OFlags};
use serde_json::Value;

/// Time that one rule has for one project.
const TIME: Duration = Duration::from_secs(5);
/// Steps between two looks at the clock.
const STEPS: NonZeroU32 = NonZeroU32::new(256).unwrap();

/// Parsed policies.
#[derive(Debug, Clone, Default)]
pub(super) struct Engine {
    inner: regorus::Engine,
}

impl Engine {
    /// Adds a policy under a label; an error in the interpreter's words. Newer and older Rego are both read.
    pub(super) fn add(&mut self, label: &str, text: &str) -> Result<Vec<String>, String> {
        let add = |engine: &mut regorus::Engine, old: bool| {
            engine.set_rego_v0(old);
            engine.add_policy(label.to_owned(), text.to_owned()).map_err(|error| error.to_string())
        };
        // What both refuse is told in the words of the newer one.
        quietly(|| add(&mut self.inner, false).or_else(|error| add(&mut self.inner, true).map_err(|_| error)))?;
        let packages = self.inner.get_policy_package_components().map_err(|error| error.to_string())?;
        let own = packages.into_iter().find(|package| package.source_file == label);
        Ok(own.map(|package| package.components).unwrap_or_default())
    }

    /// Whether the policy under this label has a rule of this name.
    pub(super) fn has_rule(&self, label: &str, name: &str) -> bool {
        self.inner.has_declared_rule_rooted_at(label, name).unwrap_or(false)
    }

    /// Limits the time, and checks that the policies fit together; an error in the interpreter's words.
    pub(super) fn prepare(&mut self) -> Result<(), String> {
        self.inner.set_execution_timer_config(ExecutionTimerConfig { limit: TIME, check_interval: STEPS });
        // What a policy prints is for whoever writes it, not for those whose files it looks at.
        self.inner.set_gather_prints(true);
        quietly(|| self.inner.eval_query("true".to_owned(), false)).map(|_| ()).map_err(|error| error.to_string())
    }

    /// What is asked about from now on.
    pub(super) fn input(&mut self, input: Value) {
        self.inner.set_input(regorus::Value::from(input));
    }

    /// The value of a rule, `null` where it says nothing; sets as lists.
    pub(super) fn ask(&mut self, package: &[String], rule: &str) -> Result<Value, String> {
        let steps = package.iter().map(|step| format!("[{}]", Value::from(step.as_str())));
        let path = format!("data{}[{}]", steps.collect::<String>(), Value::from(rule));
        let value = self.inner.eval_rule(path).map_err(|error| error.to_string())?;
        if value == regorus::Value::Undefined {
            return Ok(Value::Null);
        }
        serde_json::to_value(&value).map_err(|error| error.to_string())
    }
}

/// Runs the interpreter while what it writes to standard error by itself goes nowhere: it has no other way to say how it
/// understood a file. Where that cannot be done, it is heard.
fn quietly<T>(work: impl FnOnce() -> T) -> T {
    struct Restored(OwnedFd);
    impl Drop for Restored {
        fn drop(&mut self) {
            let _ = rustix::stdio::dup2_stderr(&self.0);
        }
    }
    let nowhere = rustix::fs::open("/dev/null", OFlags::WRONLY | OFlags::CLOEXEC, Mode::empty());
    let kept = rustix::io::fcntl_dupfd_cloexec(std::io::stderr(), 3).map(Restored);
    if let (Ok(nowhere), Ok(_)) = (nowhere, &kept) {
        let _ = rustix::stdio::dup2_stderr(&nowhere);
    }
    work()
}
