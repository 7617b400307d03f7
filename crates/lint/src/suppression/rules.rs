//! What can be wrong with a suppression.

use crate::declare_rule;

declare_rule! {
    /// a suppression that cannot be read
    ///
    /// It has no effect. A suppression names the rules that it is about, by name or by code, so that nothing else is
    /// hidden by it: `# pt: ignore[mutable-image] reason`. `ignore-file` stands before the first line that is no comment.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: cache
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36"}  # pt: ignore
    /// ```
    ///
    /// ```yaml
    /// modules:
    ///   - id: cache
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36"}  # pt: ignore[mutable-imag] tested weekly
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: cache
    ///     module: polytope/container
    ///     args: {image: "busybox:latest"}  # pt: ignore[mutable-image] tested weekly
    /// ```
    pub static INVALID_SUPPRESSION = {
        name: "invalid-suppression", code: "PT190", level: Warning, precision: VeryHigh, tags: ["suppression"],
        since: "0.2",
    };
}

declare_rule! {
    /// the project tries to loosen what the command line holds fast
    ///
    /// With `--locked` only the command line, the `PT_*` variables and the file that `--config` names may lower a level, switch
    /// a rule off, leave files alone or accept old findings. What the project's configuration, the user's or the machine's says
    /// to the contrary has no effect, and neither has a comment that suppresses what makes a check fail there. Stricter settings do.
    ///
    /// In the examples `ci.toml` is what `--config` names.
    ///
    /// ## Bad
    /// ```yaml
    /// # file: ci.toml
    /// profile = "prod"
    /// # file: pt.toml
    /// [rules]
    /// start-race = "off"
    /// # file: polytope.yml
    /// modules:
    ///   - {id: cache, module: polytope/container, args: {image: "busybox@sha256:0000000000000000000000000000000000000000000000000000000000000000"}}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// # file: ci.toml
    /// profile = "prod"
    /// # file: pt.toml
    /// [rules]
    /// start-race = "error"
    /// # file: polytope.yml
    /// modules:
    ///   - {id: cache, module: polytope/container, args: {image: "busybox@sha256:0000000000000000000000000000000000000000000000000000000000000000"}}
    /// ```
    pub static LOCKED_SETTING = {
        name: "locked-setting", code: "PT290", level: Warning, precision: VeryHigh, severity: "5.0",
        tags: ["suppression", "configuration"], since: "0.2",
    };
}

declare_rule! {
    /// a suppression that suppresses nothing
    ///
    /// What it was about is gone, or it stands in another place. Left there, it would hide the next finding of that rule.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: cache
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36"}  # pt: ignore[mutable-image] tested weekly
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: cache
    ///     module: polytope/container
    ///     args: {image: "busybox:latest"}  # pt: ignore[mutable-image] tested weekly
    /// ```
    pub static UNUSED_SUPPRESSION = {
        name: "unused-suppression", code: "PT501", level: Warning, precision: VeryHigh, tags: ["suppression"],
        since: "0.2",
    };
}

declare_rule! {
    /// a suppression without a reason, or one that has ended
    ///
    /// Whoever reads it later must know why the danger was accepted, and for how long. The reason stands behind the bracket;
    /// `until 2027-01-31` at its end lets the suppression end by itself: from the next day on, the finding is told again.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: cache
    ///     module: polytope/container
    ///     args: {image: "busybox:latest"}  # pt: ignore[mutable-image]
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: cache
    ///     module: polytope/container
    ///     args: {image: "busybox:latest"}  # pt: ignore[mutable-image] tested weekly until 2099-12-31
    /// ```
    pub static SUPPRESSION_WITHOUT_REASON = {
        name: "suppression-without-reason", code: "PT502", level: Warning, precision: VeryHigh, tags: ["suppression"],
        since: "0.2",
    };
}
