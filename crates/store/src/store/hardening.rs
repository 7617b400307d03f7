//! Keeps the memory of this process from other eyes. In: nothing; out: whether the kernel agreed. Call it once, before the first
//! secret is decrypted; what the command line room captured from the environment is then out of sight too.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// No core dump, and (on Linux) no tracing and no `/proc/PID/environ` or `mem` for other processes of the same user.
/// Children get the core limit too, which they may raise again; whether they can be traced is their own matter.
pub fn harden_process() -> Result<(), std::io::Error> {
    let maximum = getrlimit(Resource::Core).maximum;
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum })?;
    #[cfg(target_os = "linux")]
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)?;
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
#[cfg(target_os = "linux")]
mod tests {
    use rustix::process::{DumpableBehavior, dumpable_behavior};

    use super::*;

    const CHILD: &str = "PT_TEST_HARDENING_CHILD";

    /// Runs itself again as another process: the other tests of this one must stay traceable.
    #[test]
    fn leaves_neither_core_dumps_nor_a_traceable_process() {
        if std::env::var_os(CHILD).is_some() {
            harden_process().unwrap();
            assert_eq!(getrlimit(Resource::Core).current, Some(0));
            assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
            return;
        }
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "store::hardening::tests::leaves_neither_core_dumps_nor_a_traceable_process"]);
        let output = child.env(CHILD, "1").output().unwrap();
        assert!(output.status.success() && String::from_utf8_lossy(&output.stdout).contains("1 passed"), "{output:?}");
    }
}
