//! What can be wrong with a program in an argument.

use crate::declare_rule;

declare_rule! {
    /// a program looks into a secret
    ///
    /// Files are checked and planned without the contents of secrets: a program gets something that stands for one, and may
    /// pass it on, alone or joined to other text. Its length, its characters, or what it compares equal to are known only when
    /// the container starts, so the result would be wrong. To have it encoded, say so where it is passed: `pt.secret NAME | url`, or
    /// `| base64`.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: base
    ///     module: polytope/container
    ///     params: [{id: password, type: str}]
    ///     args:
    ///       image: busybox:1.36
    ///       env: [{name: PASSWORD, value: "#pt-js params.password.trim()"}]
    ///   - id: api
    ///     module: base
    ///     args: {password: pt.secret api-password}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: base
    ///     module: polytope/container
    ///     params: [{id: password, type: str}]
    ///     args:
    ///       image: busybox:1.36
    ///       env: [{name: URL, value: "#pt-js 'postgres://api:' + params.password + '@db/api'"}]
    ///   - id: api
    ///     module: base
    ///     args: {password: pt.secret api-password | url}
    /// ```
    pub static SECRET_INSPECTED = { name: "secret-inspected", code: "PT138", level: Error, precision: VeryHigh };
}

declare_rule! {
    /// a program in an argument cannot be read
    ///
    /// What follows `#pt-js` is JavaScript, what follows `#pt-clj` is Clojure. A bracket or a quote that is not closed is the
    /// usual cause.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     params: [{id: tag, type: [default, str, "1.36"]}]
    ///     args: {image: "#pt-js ['busybox', params.tag.join(':')"}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     params: [{id: tag, type: [default, str, "1.36"]}]
    ///     args: {image: "#pt-js ['busybox', params.tag].join(':')"}
    /// ```
    pub static CODE_SYNTAX = { name: "code-syntax", code: "PT139", level: Error, precision: VeryHigh };
}

declare_rule! {
    /// a program in an argument fails
    ///
    /// It throws, calls what is not there, or gives something that is no value. With these parameters the argument has no
    /// value, and the run would end here.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     params: [{id: tags, type: [maybe, [str]]}]
    ///     args: {image: "busybox:1.36", cmd: "#pt-js params.tags.join(',')"}
    /// templates: [{id: stack, run: [api]}]
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     params: [{id: tags, type: [maybe, [str]]}]
    ///     args: {image: "busybox:1.36", cmd: "#pt-js (params.tags ?? ['none']).join(',')"}
    /// templates: [{id: stack, run: [api]}]
    /// ```
    pub static CODE_FAILED = { name: "code-failed", code: "PT140", level: Error, precision: VeryHigh };
}

declare_rule! {
    /// a program in an argument needs too much time, memory or depth
    ///
    /// Programs in arguments run whenever the file is checked, so what they may use is limited, at thousands of times what
    /// they need. One that reaches a limit usually has a loop or a recursion without end.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", cmd: "#pt-js let n = 3; while (n > 0) { } n"}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", cmd: "#pt-js let n = 3; while (n > 0) { n -= 1 } `sleep ${n}`"}
    /// ```
    pub static CODE_LIMIT = { name: "code-limit", code: "PT141", level: Error, precision: VeryHigh };
}
