//! `shared-data-volume`: two servers in one data directory.

use std::collections::HashMap;

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::expand::{Container, Mount, MountSource, Role};
use crate::lint::state::{State, state_of};
use crate::lint::{Lint, Scene};

declare_rule! {
    /// two servers keep their data in one volume
    ///
    /// Each believes that the files are its own: they overwrite each other's, and the databases of both are lost. Replicas of
    /// one server (`scaling`) are such servers too.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       container-id: db
    ///       service-id: db
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}]
    ///       data-volume: {type: volume, scope: project, id: data}
    ///   - id: reports
    ///     module: polytope/postgres
    ///     args:
    ///       container-id: reports
    ///       service-id: reports
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}]
    ///       data-volume: {type: volume, scope: project, id: data}
    /// templates:
    ///   - {id: stack, run: [db, reports]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       container-id: db
    ///       service-id: db
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}]
    ///       data-volume: {type: volume, scope: project, id: db-data}
    ///   - id: reports
    ///     module: polytope/postgres
    ///     args:
    ///       container-id: reports
    ///       service-id: reports
    ///       image: postgres:16.2
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}]
    ///       data-volume: {type: volume, scope: project, id: reports-data}
    /// templates:
    ///   - {id: stack, run: [db, reports]}
    /// ```
    pub static SHARED_DATA_VOLUME = {
        name: "shared-data-volume", code: "PT304", level: Error, precision: VeryHigh,
        tags: ["data"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &SHARED_DATA_VOLUME, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    let mut owners: HashMap<(&str, &str), (&Container, &Mount)> = HashMap::new();
    for container in scene.containers().filter(|container| container.role == Role::Service) {
        let State::Kept(mount) = state_of(container) else { continue };
        let Some(store) = store(&mount.source) else { continue };
        if container.replicas > 1 {
            report_replicas(container, mount, diagnostics);
        }
        match owners.get(&store) {
            Some(owner) => report(*owner, (container, mount), diagnostics),
            None => {
                owners.insert(store, (container, mount));
            }
        }
    }
}

/// What the data end up in: two of the same are one place.
fn store(source: &MountSource) -> Option<(&'static str, &str)> {
    match source {
        MountSource::Volume { id } => Some(("volume", id)),
        MountSource::Host { path } => Some(("host", &path.value)),
        MountSource::Repo { path } => Some(("repo", &path.value)),
        MountSource::Content { .. } => None,
    }
}

fn report(first: (&Container, &Mount), second: (&Container, &Mount), diagnostics: &mut Diagnostics) {
    let (first_id, second_id) = (&first.0.id, &second.0.id);
    let message = format!("`{}` and `{}` keep their data in one place", first_id.value, second_id.value);
    let finding = diagnostics.report(&SHARED_DATA_VOLUME, second.1.span, message);
    if first.1.span == second.1.span {
        finding.also(first_id.span, "one of them").also(second_id.span, "the other one");
    } else {
        finding.also(first.1.span, format!("the data of `{}`", first_id.value));
    }
    finding.help(format!("give each its own volume, such as `id: {}-data`", second_id.value));
}

fn report_replicas(container: &Container, mount: &Mount, diagnostics: &mut Diagnostics) {
    let (id, count) = (&container.id.value, container.replicas);
    diagnostics
        .report(&SHARED_DATA_VOLUME, mount.span, format!("{count} replicas of `{id}` keep their data in one place"))
        .help("remove `scaling`: a server with its data in a volume runs once");
}
