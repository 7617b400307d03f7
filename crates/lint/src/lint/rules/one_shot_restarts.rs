//! `one-shot-restarts`: a command that is run again for ever.

use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, Safety};
use crate::expand::{Container, RestartPolicy};
use crate::lint::{Lint, Scene};

declare_rule! {
    /// a command that does one thing is run again for ever
    ///
    /// `policy: always` starts a program again after it has ended well, too: a migration, a dump or an upload that should
    /// happen once happens over and over. `on-failure` tries again until it has worked. It speaks of programs that are
    /// known to end (`psql -c`, `curl`, `alembic`, `pg_dump` …) in containers without services.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: migrate
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", cmd: alembic upgrade head, restart: {policy: always}}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: migrate
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", cmd: alembic upgrade head, restart: {policy: on-failure, max-restarts: 5}}
    /// ```
    pub static ONE_SHOT_RESTARTS = {
        name: "one-shot-restarts", code: "PT306", level: Warning, precision: High,
        tags: ["availability"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &ONE_SHOT_RESTARTS, check };

/// Programs that do one thing and end.
const ONE_SHOT: [&str; 24] = [
    "alembic",
    "atlas",
    "cbq",
    "cbimport",
    "couchbase-cli",
    "cp",
    "createdb",
    "createuser",
    "curl",
    "dbmate",
    "dropdb",
    "echo",
    "flyway",
    "goose",
    "kafka-topics",
    "liquibase",
    "mkdir",
    "mongoimport",
    "pg_dump",
    "pg_restore",
    "pgloader",
    "sqlx",
    "true",
    "wget",
];

/// Programs that end when they are told what to do.
const WITH_ARGUMENT: [(&str, &[&str]); 4] = [
    ("psql", &["-c", "-f", "--command", "--file"]),
    ("npx", &["migrate", "seed", "deploy"]),
    ("rpk", &["create", "delete"]),
    ("mc", &["mb", "cp", "alias"]),
];

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    let always = |container: &&Container| container.restart.is_some_and(|it| it.policy == RestartPolicy::Always);
    for container in scene.containers().filter(always).filter(|container| container.services.is_empty()) {
        let words: Option<Vec<String>> = container.words().map(|(word, _)| word.known()).collect();
        let Some(program) = words.as_deref().and_then(one_shot) else { continue };
        let id = &container.id.value;
        let place = scene.key_of(container, "always");
        let fix = scene.replace_part(place, "always", "on-failure");
        diagnostics
            .report(&ONE_SHOT_RESTARTS, place, format!("`{id}` runs `{program}` again for ever"))
            .label("it is started again after it has ended well, too")
            .help("write `restart: {policy: on-failure}`: again until it has worked once")
            .maybe_fix(
                fix.map(|edits| Fix { edits, ..Fix::new(Safety::Unsafe, "start it again after a failure only") }),
            );
    }
}

/// The program of a command line, if it ends by itself.
fn one_shot(words: &[String]) -> Option<&str> {
    let (program, rest) = words.split_first()?;
    let name = program.rsplit('/').next()?;
    let told = |arguments: &[&str]| rest.iter().any(|word| arguments.iter().any(|argument| word.starts_with(argument)));
    let ends = ONE_SHOT.contains(&name.trim_end_matches(".sh"))
        || WITH_ARGUMENT.iter().any(|(program, arguments)| *program == name && told(arguments));
    ends.then_some(name)
}
