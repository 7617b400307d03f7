//! `start-race`: a program that may start before the server it needs.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, Safety};
use crate::edit::Piece;
use crate::expand::{Container, RestartPolicy, Role};
use crate::include::Named;
use crate::lint::endpoint::{command_endpoints, endpoints};
use crate::lint::secrecy::written;
use crate::lint::{Lint, Scene};
use crate::model::{Step, StepAction};
use crate::source::Span;

declare_rule! {
    /// a program may start before the server that it needs
    ///
    /// Its environment names a server of the same job, but its step does not wait for it: on the first start, while the
    /// server prepares its data, the connection is refused. Many programs try again by themselves, so it is only worth
    /// knowing; nothing is said where the engine starts the container again. `--unsafe-fixes` lets its step wait, and makes being
    /// ready enough for the step that is waited for, where one template has both steps.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:16.2
    ///       service-id: db
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}]
    ///       data-volume: {type: volume, scope: project, id: db-data}
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", env: [{name: DB_URL, value: "postgres://app@db:5432/app"}]}
    /// templates:
    ///   - {id: stack, run: [db, api]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: db
    ///     module: polytope/postgres
    ///     args:
    ///       image: postgres:16.2
    ///       service-id: db
    ///       env: [{name: POSTGRES_PASSWORD, value: pt.secret postgres-password}]
    ///       data-volume: {type: volume, scope: project, id: db-data}
    ///       await: false
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", env: [{name: DB_URL, value: "postgres://app@db:5432/app"}]}
    /// templates:
    ///   - {id: stack, run: [db, {module: api, run-when: {after: db}}]}
    /// ```
    pub static START_RACE = { name: "start-race", code: "PT308", level: Info, precision: Medium, tags: ["order"] };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &START_RACE, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    let servers = || scene.containers().filter(|container| container.role == Role::Service);
    let by_name: HashMap<&str, &Container> = servers()
        .flat_map(|server| server.services.iter().map(move |service| (service.id.value.as_str(), server)))
        .collect();
    let mut waits_for: HashMap<&str, Vec<&str>> = HashMap::new();
    for edge in &scene.program.after {
        waits_for.entry(&edge.container).or_default().push(&edge.waits_for);
    }
    let mut left = MOST_STEPS;
    let again = |container: &&Container| container.restart.is_some_and(|it| it.policy != RestartPolicy::Never);
    for container in scene.containers().filter(|container| !again(container)) {
        // Few containers name another one: only for those the way back is walked.
        let known = OnceCell::new();
        for variable in container.environment.iter().filter(|variable| variable.span != container.call) {
            let text = written(&variable.value);
            let named = endpoints(&text).into_iter().find_map(|place| by_name.get(place.host));
            let Some(server) = named.filter(|server| server.id != container.id) else { continue };
            let awaited = known.get_or_init(|| awaited(&container.id.value, &waits_for, &mut left));
            if awaited.as_ref().is_some_and(|awaited| !awaited.contains(server.id.value.as_str())) {
                report(scene, container, variable.span, server, diagnostics);
            }
        }
        let (texts, spans): (Vec<String>, Vec<Span>) =
            container.words().map(|(word, span)| (written(word), span)).unzip();
        let words: Vec<&str> = texts.iter().map(String::as_str).collect();
        for (number, place) in command_endpoints(&words) {
            let named = by_name.get(place.host).filter(|server| server.id != container.id);
            let Some(server) = named.filter(|_| spans[number] != container.call) else { continue };
            let awaited = known.get_or_init(|| awaited(&container.id.value, &waits_for, &mut left));
            if awaited.as_ref().is_some_and(|awaited| !awaited.contains(server.id.value.as_str())) {
                report(scene, container, spans[number], server, diagnostics);
            }
        }
    }
}

/// Edges that are followed for one program. Long chains of which every link names another one would be walked again and again.
const MOST_STEPS: usize = 2_000_000;

/// Everything that a container waits for, directly or through others; `None` when no steps are left.
fn awaited<'a>(id: &'a str, waits_for: &HashMap<&str, Vec<&'a str>>, left: &mut usize) -> Option<HashSet<&'a str>> {
    let mut awaited = HashSet::new();
    let mut queue = vec![id];
    while let Some(id) = queue.pop() {
        let next = waits_for.get(id).map(Vec::as_slice).unwrap_or_default();
        *left = left.checked_sub(1 + next.len())?;
        queue.extend(next.iter().copied().filter(|next| awaited.insert(*next)));
    }
    Some(awaited)
}

fn report(scene: &Scene<'_>, container: &Container, span: Span, server: &Container, diagnostics: &mut Diagnostics) {
    let (id, needed) = (&container.id.value, &server.id.value);
    diagnostics
        .report(&START_RACE, span, format!("`{id}` may start before `{needed}` is ready"))
        .help(format!(
            "add `run-when: {{after: {needed}}}` to its step, with the name of the step that runs `{needed}`"
        ))
        .maybe_fix(waiting(scene, container, server));
}

/// Lets the step of a container wait for that of a server, which then is done when it is ready.
fn waiting(scene: &Scene<'_>, container: &Container, server: &Container) -> Option<Fix> {
    let (step, first) = steps(scene, container, server)?;
    let name = &first.id.value;
    let fix =
        Fix::new(Safety::Unsafe, format!("let it start when `{name}` is ready")).edit(scene.add_wait(step, name)?);
    if server.awaits { Some(fix.edit(scene.add_argument(server, "await", &Piece::Word("false"))?)) } else { Some(fix) }
}

/// The steps that run two containers, where one template has both, and each of them once.
fn steps<'a>(scene: &Scene<'a>, container: &Container, server: &Container) -> Option<(&'a Step, &'a Step)> {
    let documents = scene.documents;
    let runs = |step: &Step, container: &Container| match &step.action {
        _ if step.span == container.origin => true,
        StepAction::Call(target) => {
            matches!(documents.called(target), Some(Named::Module(module)) if module.span == container.origin)
        }
        StepAction::Code(_) => false,
    };
    let mut pairs = documents.templates().filter_map(|template| {
        let only = |container: &Container| {
            let mut steps = template.steps.iter().filter(|step| runs(step, container));
            steps.next().filter(|_| steps.next().is_none())
        };
        let (step, first) = (only(container)?, only(server)?);
        let named_so = template.steps.iter().filter(|step| step.id.value == first.id.value).count();
        let waits_back = first.after.iter().any(|after| after.step.value == step.id.value);
        (named_so == 1 && !waits_back).then_some((step, first))
    });
    pairs.next().filter(|_| pairs.next().is_none())
}
