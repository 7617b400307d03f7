//! The rules of this room.

use crate::declare_rule;

declare_rule! {
    /// an include that is not there
    ///
    /// `include` names directories of the project with a `polytope.yml` in them, or such files, relative to the file that
    /// includes them. What they describe is missing from every job that needs it.
    ///
    /// ## Bad
    /// ```yaml
    /// include: [services/api]
    /// tools:
    ///   stack: {run: [{tool: polytope/noop}]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// # file: services/api/polytope.yml
    /// tools:
    ///   api: {run: [{tool: polytope/container, args: {image: "busybox:1.36"}}]}
    /// # file: polytope.yml
    /// include: [services/api]
    /// tools:
    ///   stack: {run: [{tool: api}]}
    /// ```
    pub static INCLUDE_NOT_FOUND = { name: "include-not-found", code: "PT136", level: Error, precision: VeryHigh };
}

declare_rule! {
    /// an included repository that was not fetched
    ///
    /// Nothing is fetched while a file is checked. What the repository defines is not known here; a job that needs one of
    /// its tools says so as an error of its own. `pt include add` fetches it and pins its commit in `pt.lock`.
    ///
    /// ## Bad
    /// ```yaml
    /// include: [{repo: "gh:acme/tools"}]
    /// tools:
    ///   stack: {run: [{tool: polytope/noop}]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// tools:
    ///   stack: {run: [{tool: polytope/noop}]}
    /// ```
    pub static REMOTE_INCLUDE = { name: "remote-include", code: "PT137", level: Info, precision: VeryHigh };
}
