//! What can be wrong with a `pt.toml`.

use crate::declare_rule;

declare_rule! {
    /// a `pt.toml` says something that is no setting
    ///
    /// A key that nobody reads, a rule that does not exist, a value that does not fit: the rest of the file still counts, but
    /// what its author meant does not happen.
    ///
    /// ## Bad
    /// ```yaml
    /// # file: pt.toml
    /// [rules]
    /// mutable-imag = "warn"
    /// # file: polytope.yml
    /// modules:
    ///   - {id: cache, module: polytope/container, args: {image: "busybox:1.36"}}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// # file: pt.toml
    /// [rules]
    /// mutable-image = "warn"
    /// # file: polytope.yml
    /// modules:
    ///   - {id: cache, module: polytope/container, args: {image: "busybox:1.36"}}
    /// ```
    pub static INVALID_SETTING = {
        name: "invalid-setting", code: "PT191", level: Error, precision: VeryHigh, tags: ["configuration"], since: "0.2",
    };
}
