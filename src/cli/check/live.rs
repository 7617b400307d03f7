//! `--live`: what the engine holds of a project, as the rules want it.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::super::arguments::Global;
use super::super::checkout::{engine_project, former, settle};
use super::super::choice::connect;
use super::super::data_version::postgres_major;
use super::super::failure::Failure;
use super::super::project::Located;
use super::super::proof::prove_with;
use super::super::session::{Key, Secrets, runtime};
use crate::compiler::Compilation;
use crate::engine::Engine;
use crate::expand::{MountSource, Program};
use crate::expr::Known;
use crate::ide::Given;
use crate::lint::{Live, LiveImage, LiveVolume};
use crate::plan::{FirstStart, Options, Request, first_starts};

/// Asks the engine; the failure of a command that has none when it does not answer.
pub fn look(located: &Located, known: &Given, compilation: &Compilation, global: &Global) -> Result<Live, Failure> {
    let programs = &compilation.programs;
    let names: BTreeSet<String> = programs.iter().flat_map(Program::secret_names).collect();
    let names = names.into_iter().filter(|name| known.has_secret(name)).collect();
    let secrets = Secrets::open(located, &names)?;
    let key = Key(located.store()?.digest_key()?);
    let requests: Vec<Request> =
        programs.iter().map(|program| request(program, located, secrets.digests(&key), &key)).collect();
    let images: BTreeSet<String> = requests.iter().flat_map(Request::images).collect();
    let images: Vec<String> = images.into_iter().filter(|image| !image.is_empty()).collect();
    let names: Vec<String> = requests.iter().flat_map(Request::names).collect::<BTreeSet<_>>().into_iter().collect();
    let ports: Vec<u16> = requests.iter().flat_map(Request::ports).collect::<BTreeSet<_>>().into_iter().collect();
    runtime()?.block_on(async {
        let engine = connect(global, Some(located)).await?;
        settle(located, &engine).await?;
        let mut observed = engine.observe(&engine_project(located), &images, &names, &ports).await?;
        prove_with(located, &engine_project(located), &mut observed, &key)?;
        let as_processes = !engine.capabilities().containers;
        let mut live = Live { as_processes, held_ports: observed.held_ports.clone(), ..Live::default() };
        for start in requests.iter().flat_map(|request| first_starts(request, &observed)) {
            let FirstStart { container, volume, name, changed, .. } = &start;
            if !live.volumes.contains_key(volume) {
                let postgres_major = postgres_major(&engine, &start.containers, &start.path).await?;
                let there = LiveVolume { name: name.clone(), postgres_major, ..LiveVolume::default() };
                live.volumes.insert(volume.clone(), there);
            }
            if let Some(there) = live.volumes.get_mut(volume).filter(|_| !changed.is_empty()) {
                there.other_variables.insert(container.clone(), changed.clone());
            }
        }
        let volumes: Vec<String> = live.volumes.values().map(|volume| volume.name.clone()).collect();
        let details = engine.details(&images, &volumes).await?;
        for volume in live.volumes.values_mut() {
            volume.created = details.made.get(&volume.name).copied();
        }
        let image = |digest: String| LiveImage { digest: Some(digest) };
        live.images = details.digests.into_iter().map(|(name, digest)| (name, image(digest))).collect();
        live.changed = script_times(programs, &located.root);
        Ok(live)
    })
}

fn request<'a>(
    program: &'a Program,
    located: &Located,
    digests: BTreeMap<String, String>,
    fingerprint: &'a Key,
) -> Request<'a> {
    let root = located.root.to_string_lossy().into_owned();
    Request {
        program,
        project: engine_project(located),
        job: String::new(),
        directory: root.clone(),
        former: former(located),
        repository: root,
        file: String::new(),
        home: None,
        needs: BTreeMap::new(),
        scripts: BTreeMap::new(),
        invoking_user: None,
        digests,
        reserved: BTreeSet::new(),
        fingerprint,
        known: BTreeSet::new(),
        rerun: BTreeSet::new(),
        settled: BTreeSet::new(),
        refreshed: BTreeSet::new(),
        paths: BTreeMap::new(),
        lacking: BTreeSet::new(),
        unservable: BTreeMap::new(),
        names_are_ports: false,
        options: Options::default(),
    }
}

/// When the files that are mounted as init scripts were changed.
fn script_times(programs: &[Program], root: &Path) -> BTreeMap<String, i64> {
    let containers = programs.iter().flat_map(|program| program.containers.values());
    let mounts = containers.filter(|container| container.facts.init_scripts.is_some()).flat_map(|it| &it.mounts);
    let paths = mounts.filter_map(|mount| match &mount.source {
        MountSource::Host { path } | MountSource::Repo { path } => Some(path.value.clone()),
        _ => None,
    });
    let time = |path: String| {
        let metadata = root.join(&path).metadata().ok().filter(std::fs::Metadata::is_file)?;
        Some((path, metadata.mtime()))
    };
    paths.filter_map(time).collect()
}
