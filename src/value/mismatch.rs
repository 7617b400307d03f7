//! The rules about values that do not fit their type.

use crate::declare_rule;

declare_rule! {
    /// a value does not fit the type that is declared for it
    ///
    /// A port that is text or a path that is a map cannot mean what its author meant. Unquoted numbers fit `str`; quoted
    /// ones do not fit `int`. Values and secrets of the project are text and are converted where a number is asked for.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", scaling: two}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", scaling: 2}
    /// ```
    pub static WRONG_TYPE = { name: "wrong-type", code: "PT104", level: Error, precision: VeryHigh };
}

declare_rule! {
    /// a key that nothing reads
    ///
    /// A key that a map does not have does nothing: what its author wanted does not happen, in silence.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", restart: {polcy: always}}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", restart: {policy: always}}
    /// ```
    pub static UNKNOWN_FIELD = { name: "unknown-field", code: "PT103", level: Error, precision: VeryHigh };
}

declare_rule! {
    /// a required argument or key is missing
    ///
    /// A parameter without `default` or `maybe` has to be given.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {cmd: sleep 10}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", cmd: sleep 10}
    /// ```
    pub static MISSING_ARGUMENT = { name: "missing-argument", code: "PT105", level: Error, precision: VeryHigh };
}

declare_rule! {
    /// a literal that its kind does not allow
    ///
    /// A port outside of 1–65535, an image reference that no registry takes, an unknown choice: the engine would refuse it
    /// later, after other things were started.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", restart: {policy: allways}}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", restart: {policy: always}}
    /// ```
    pub static INVALID_LITERAL = { name: "invalid-literal", code: "PT120", level: Error, precision: VeryHigh };
}
