//! From compiled jobs and an engine to a plan.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use clap::{Args, ValueEnum};

use super::checkout::{engine_project, former};
use super::data_version::postgres_majors;
use super::failure::{Class, Failure};
use super::host_ports::{Asked, Kept, keep};
use super::job::Compiled;
use super::outcome::tell_failure;
use super::progress::Progress;
use super::project::environment;
use super::session::{Key, Secrets};
use super::terminal::Terminal;
use crate::engine::process::postgres;
use crate::engine::{Engine, Event, Execution, execute};
use crate::expand::HOST_PATH_OUTSIDE_PROJECT;
use crate::plan::host_ports::{apply, notes};
use crate::plan::{
    Action, Fingerprint as _, Obstacle, ObstacleKind, Options, Plan, PlanNode, Planned, PullPolicy, Request, pulls,
    reconcile,
};
use crate::store::{DigestKey, Redactor, StoreError};
use crate::value::Encoding;

/// What can be said about how a plan is made.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Plan")]
#[allow(clippy::struct_excessive_bools, reason = "each flag is a switch of its own")]
pub struct PlanFlags {
    /// Replace containers even when nothing changed
    #[arg(long, conflicts_with = "no_recreate")]
    force_recreate: bool,
    /// Keep containers even when something changed
    #[arg(long)]
    no_recreate: bool,
    /// When to pull images: always, missing or never
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "missing",
        hide_possible_values = true,
        hide_default_value = true
    )]
    pull: Pull,
    /// Remove containers that are no longer in the file
    #[arg(long)]
    remove_orphans: bool,
    /// Where a port of the host is taken, use another one here and keep it
    #[arg(long)]
    other_ports: bool,
    /// Go back to the ports of the host that the file says
    #[arg(long, conflicts_with = "other_ports")]
    pub written_ports: bool,
    /// Give a changed password to the database that was initialised with another
    #[arg(long)]
    apply_password: bool,
    /// Set secrets as environment variables even where a file would do
    #[arg(long)]
    secrets_in_env: bool,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Pull {
    Always,
    #[default]
    Missing,
    Never,
}

/// A plan and what is needed to carry it out.
pub struct Prepared {
    /// The plan.
    pub plan: Plan,
    /// What has to be put right before it is done.
    pub obstacles: Vec<Obstacle>,
    /// The secrets of its containers.
    pub secrets: Secrets,
    /// Host ports that the project keeps.
    pub ports: BTreeSet<u16>,
}

impl PlanFlags {
    fn options(&self) -> Options {
        Options {
            force_recreate: self.force_recreate,
            no_recreate: self.no_recreate,
            pull: match self.pull {
                Pull::Always => PullPolicy::Always,
                Pull::Missing => PullPolicy::Missing,
                Pull::Never => PullPolicy::Never,
            },
            remove_orphans: self.remove_orphans,
            secret_files: !self.secrets_in_env,
            apply_password: self.apply_password,
        }
    }
}

impl Prepared {
    /// Obstacles are told on standard error and end the command.
    pub fn refuse_obstacles(self, compiled: &Compiled, terminal: &Terminal) -> Result<Self, Failure> {
        if self.obstacles.is_empty() {
            return Ok(self);
        }
        tell_obstacles(&self.obstacles, compiled, terminal);
        let lacking = self.obstacles.iter().any(|it| it.kind == ObstacleKind::Capability);
        Err(Failure::told(if lacking { Class::Engine } else { Class::No }))
    }
}

/// When images are looked for anew that `--pull always` or `update-image` ask for.
#[derive(Debug, Clone, Copy)]
pub enum Refresh<'a> {
    /// Before planning: only then it is known which of them have moved.
    Now(&'a Terminal),
    /// Not at all; the plan says that it would be done.
    Planned,
}

impl<'a> Refresh<'a> {
    /// The terminal of a run; a plan asks nothing and keeps nothing.
    fn terminal(self) -> Option<&'a Terminal> {
        match self {
            Self::Now(terminal) => Some(terminal),
            Self::Planned => None,
        }
    }
}

/// Pulls images; their references.
async fn refresh_images<E: Engine>(
    engine: &E,
    plan: &Plan,
    secrets: &Secrets,
    terminal: &Terminal,
) -> Result<BTreeSet<String>, Failure> {
    if plan.nodes.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut progress = Progress::new(plan.nodes.iter().map(|node| node.subject.as_str()), terminal);
    let (_keep, go_on) = tokio::sync::watch::channel(false);
    let mut show = |event: Event| progress.show(&event);
    let report = execute(engine, plan, secrets, &Execution::default(), go_on, &mut show).await;
    progress.finish();
    let mut failed = false;
    for (index, error) in report.failures() {
        tell_failure(&plan.nodes[index].subject, error, None, &Redactor::default(), terminal);
        failed = true;
    }
    if failed {
        return Err(Failure::told(if report.is_unreachable() { Class::Engine } else { Class::No }));
    }
    let image = |node: &PlanNode| match &node.action {
        Action::Pull { image, .. } => Some(image.clone()),
        _ => None,
    };
    Ok(plan.nodes.iter().filter_map(image).collect())
}

/// Looks at the engine and plans.
pub async fn prepare<E: Engine>(
    engine: &E,
    compiled: &Compiled,
    flags: &PlanFlags,
    allow_outside: bool,
    refresh: Refresh<'_>,
) -> Result<Prepared, Failure> {
    let located = &compiled.located;
    let names: BTreeSet<String> = compiled.compilation.program.secret_names().into_iter().collect();
    let secrets = Secrets::open(located, &names)?;
    let key = Key(digest_key(compiled)?);
    let root = located.root.to_string_lossy().into_owned();
    let program = &compiled.compilation.program;
    let as_processes = !engine.capabilities().containers;
    let mut request = Request {
        program,
        project: engine_project(located),
        job: compiled.name.clone(),
        directory: root.clone(),
        former: former(located),
        repository: repository(&located.root),
        file: located
            .root
            .join(located.file.strip_prefix(&located.directory).unwrap_or(&located.file))
            .to_string_lossy()
            .into_owned(),
        home: environment().text("HOME").ok().flatten().map(str::to_owned),
        needs: compiled.compilation.needs.clone(),
        scripts: BTreeMap::new(),
        invoking_user: Some(format!("{}:{}", rustix::process::getuid().as_raw(), rustix::process::getgid().as_raw())),
        digests: secrets.digests(&key),
        reserved: secrets.changed_by(Encoding::Url),
        fingerprint: &key,
        known: compiled.compilation.containers.clone(),
        rerun: compiled.compilation.asked_for.clone(),
        settled: compiled.settled.clone(),
        refreshed: BTreeSet::new(),
        paths: BTreeMap::new(),
        lacking: BTreeSet::new(),
        unservable: BTreeMap::new(),
        names_are_ports: as_processes,
        options: flags.options(),
    };
    if as_processes {
        request.unservable = unservable(program)?;
    }
    request.lacking = request.programs().into_iter().filter(|program| !is_in_path(program)).collect();
    request.paths = paths(&request.host_paths(), &located.root, allow_outside);
    request.scripts = script_digests(&request.init_scripts(), &key);
    if let Refresh::Now(terminal) = refresh {
        request.refreshed = refresh_images(engine, &pulls(&request), &secrets, terminal).await?;
    }
    let mut observed = engine.observe(&request.project, &request.images(), &request.names(), &request.ports()).await?;
    super::proof::prove_with(located, &request.project, &mut observed, &key)?;
    observed.postgres_majors = postgres_majors(engine, &request, &observed).await?;
    let capabilities = engine.capabilities();
    let (terminal, is_local) = (refresh.terminal(), capabilities.host_mounts);
    let kept = Kept::read(located)?;
    let mut ports = kept.choose(program, &observed, &kept.ports(), is_local);
    let mut chosen = program.clone();
    apply(&mut chosen, &ports);
    let mut planned = reconcile(&Request { program: &chosen, ..request.clone() }, &observed, &capabilities);
    let asked = Asked { other_ports: flags.other_ports, terminal, is_local };
    if !planned.taken_ports.is_empty() && kept.offer(&chosen, &planned.taken_ports, &observed, &mut ports, &asked)? {
        chosen = program.clone();
        apply(&mut chosen, &ports);
        planned = reconcile(&Request { program: &chosen, ..request.clone() }, &observed, &capabilities);
    }
    let Planned { mut plan, obstacles, .. } = planned;
    plan.notes.extend(notes(&chosen, &ports));
    if terminal.is_some() && obstacles.is_empty() {
        keep(located, &ports)?;
    }
    let ports = ports.values().map(|port| port.host).collect();
    Ok(Prepared { plan, obstacles, secrets, ports })
}

/// Hashes of files that are init scripts; a directory or what cannot be read has none.
fn script_digests(paths: &BTreeSet<String>, key: &Key) -> BTreeMap<String, String> {
    /// Longer ones are dumps, which nobody changes by hand.
    const LONGEST: u64 = 16 << 20;
    let read = |path: &String| {
        let metadata = std::fs::metadata(path).ok().filter(|it| it.is_file() && it.len() <= LONGEST)?;
        let content = std::fs::read(path).ok()?;
        let text = format!("{}:{}", metadata.len(), String::from_utf8_lossy(&content));
        Some((path.clone(), key.digest(&text)))
    };
    paths.iter().filter_map(read).collect()
}

/// The key of the project's hashes. Where nothing can be kept, one for this run does, as long as nothing that is hashed
/// has to be recognised later: no secret, and nothing that a volume is initialised with.
fn digest_key(compiled: &Compiled) -> Result<DigestKey, Failure> {
    let program = &compiled.compilation.program;
    let forgetful = program.secret_names().is_empty()
        && program.containers.values().all(|container| container.facts.first_start.is_empty());
    match compiled.located.store()?.digest_key() {
        Err(StoreError::NoHome { .. } | StoreError::Io { .. }) if forgetful => Ok(DigestKey::ephemeral()?),
        key => Ok(key?),
    }
}

fn tell_obstacles(obstacles: &[Obstacle], compiled: &Compiled, terminal: &Terminal) {
    for obstacle in obstacles {
        terminal.error(&crate::report::sanitize::visible_lines(&obstacle.message));
        if let Some(span) = obstacle.span {
            terminal.say(&format!(" --> {}", compiled.compilation.sources.place(span)));
        }
        if let Some(help) = &obstacle.help {
            terminal.say(&format!("  = help: {help}"));
        }
    }
    let word = if obstacles.len() == 1 { "obstacle" } else { "obstacles" };
    terminal.say(&format!("{} {word}; nothing was changed", obstacles.len()));
}

/// The directory with `.git`, or the project's own.
fn repository(root: &Path) -> String {
    let found = root.ancestors().find(|directory| directory.join(".git").exists());
    // Blueprints write repository paths relative to their own directory: only below it they mean the same.
    found.filter(|found| *found == root).unwrap_or(root).to_string_lossy().into_owned()
}

/// Servers that cannot be had as processes of this machine, by the container's id.
fn unservable(program: &crate::expand::Program) -> Result<BTreeMap<String, (String, Option<String>)>, Failure> {
    let surroundings = super::choice::process()?.postgres_surroundings();
    let wrong = program.containers.values().filter_map(|container| {
        let form = container.process.as_ref().filter(|form| form.server.as_deref() == Some("postgres"))?;
        let error = postgres::look(form.version.as_deref(), &surroundings).err()?;
        Some((container.id.value.clone(), (error.to_string(), error.help())))
    });
    Ok(wrong.collect())
}

/// Whether a program is there to be called by its name.
fn is_in_path(program: &str) -> bool {
    let path = environment().text("PATH").ok().flatten().unwrap_or_default().to_owned();
    std::env::split_paths(&path).any(|folder| {
        let found = std::fs::metadata(folder.join(program));
        found.is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
    })
}

/// Each path without links, or what is wrong with it: it is not there, or a link leads out of the project.
fn paths(wanted: &[String], root: &Path, allow_outside: bool) -> BTreeMap<String, Result<String, String>> {
    let look = |path: &String| {
        let resolved = match Path::new(path).canonicalize() {
            Ok(resolved) => resolved,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(format!("`{path}` is not there")),
            Err(error) => return Err(format!("`{path}` cannot be followed: {error}")),
        };
        if !allow_outside && !resolved.starts_with(root) {
            let outside = resolved.display();
            return Err(format!(
                "`{path}` leads out of the project, to {outside}: `--allow {}` allows it",
                HOST_PATH_OUTSIDE_PROJECT.name
            ));
        }
        Ok(resolved.to_string_lossy().into_owned())
    };
    wanted.iter().map(|path| (path.clone(), look(path))).collect()
}
