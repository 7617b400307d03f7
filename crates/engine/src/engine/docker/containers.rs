//! Containers: made from a request, renamed, started, removed.

use std::collections::HashMap;

use bollard::models::{
    ContainerCreateBody, DeviceRequest, EndpointSettings, HostConfig, HostConfigLogConfig, Mount, MountType,
    NetworkingConfig, PortBinding, RestartPolicy as BollardRestart, RestartPolicyNameEnum,
};
use bollard::query_parameters::{CreateContainerOptions, RemoveContainerOptions, RenameContainerOptions};

use super::apply::Surroundings;
use super::binds;
use super::client::CHANGE;
use super::engine::DockerEngine;
use super::errors::{Doing, Trouble, doing};
use super::model::Inspection;
use super::secrets::{self, SECRETS};
use super::target;
use crate::engine::{EngineError, Failure, Outcome};
use crate::expand::{Resources, Restart, RestartPolicy};
use crate::plan::{ContainerRequest, State, labels};

/// Processes that a container may have: enough for any service, an end to a fork bomb.
const PROCESSES: i64 = 4096;

/// Size and number of the log files that the engine keeps for a container.
const LOG_ROTATION: [(&str, &str); 2] = [("max-size", "10m"), ("max-file", "3")];

/// How often a removal is tried that failed for no fault of ours.
const REMOVALS: u32 = 5;

impl DockerEngine {
    /// Makes a container and puts its files in; one whose files cannot be put in is removed again.
    pub(super) async fn create_container(
        &self,
        request: &ContainerRequest,
        around: Surroundings<'_>,
    ) -> Result<Outcome, EngineError> {
        let doing = doing(format!("create container `{}`", request.name));
        self.require_api().await?;
        let project = request.labels.get(labels::PROJECT).map_or("", String::as_str);
        let network = match request.network.as_str() {
            "" => None,
            name => Some(self.network_id(name, project, &doing).await?),
        };
        if !request.secret_files.is_empty() {
            self.sweep_secret_places(project, Some(&request.name)).await;
        }
        let place = self.make_secret_place(project, request, around, &doing)?;
        let mut body = body(request, around, network.as_deref(), &doing)?;
        if let (Some(place), Some(host)) = (&place, body.host_config.as_mut()) {
            let source = place.to_string_lossy().into_owned();
            host.mounts.get_or_insert_default().push(bind(&source, SECRETS, true));
        }
        let made = self.send(request, body, &doing).await;
        let filled = match made {
            Ok(id) => self.fill(&id, request, place.as_deref(), around, &doing).await.map(|()| id),
            Err(error) => Err(error),
        };
        if let (Err(_), Some(place)) = (&filled, &place) {
            secrets::discard(place);
        }
        filled.map(Outcome::Created)
    }

    async fn send(
        &self,
        request: &ContainerRequest,
        body: ContainerCreateBody,
        doing: &Doing,
    ) -> Result<String, EngineError> {
        let options = CreateContainerOptions { name: Some(request.name.clone()), ..Default::default() };
        let call = self.client.docker.create_container(Some(options), body);
        match self.client.within(CHANGE, call).await {
            Ok(created) => Ok(created.id),
            Err(trouble) if trouble.is_conflict() && trouble.says("already in use") => {
                let project = request.labels.get(labels::PROJECT).map_or("", String::as_str);
                Err(self.name_taken(&request.name, project, doing).await)
            }
            Err(trouble) if trouble.is_absent() && trouble.says("No such image") => {
                let failure = Failure::Image(format!("the image `{}` is not in the engine", request.image));
                Err(doing.advise(failure, "`pt run --pull missing` fetches it"))
            }
            Err(trouble) => Err(doing.because(trouble)),
        }
    }

    async fn fill(
        &self,
        id: &str,
        request: &ContainerRequest,
        place: Option<&std::path::Path>,
        around: Surroundings<'_>,
        doing: &Doing,
    ) -> Result<(), EngineError> {
        let secrets = match place {
            Some(place) => Self::fill_secret_place(place, &request.secret_files, request.secret_owner, around, doing),
            None => Ok(()),
        };
        let filled = match secrets {
            Ok(()) => self.upload(id, &request.uploads, around, doing).await,
            Err(error) => Err(error),
        };
        if filled.is_err() {
            let options = RemoveContainerOptions { v: true, force: true, link: false };
            // the first error tells more than that of a failed clean-up, which the next run does anyway
            let _ = self.client.within(CHANGE, self.client.docker.remove_container(id, Some(options))).await;
        }
        filled
    }

    async fn name_taken(&self, name: &str, project: &str, doing: &Doing) -> EngineError {
        let overtaken = || {
            let failure = Failure::Overtaken("another pt has just made it".to_owned());
            doing.advise(failure, "run again when the other one is done")
        };
        // The name is taken before the container can be seen.
        let Some(holder) = self.inspect(name, doing).await.ok().flatten() else { return overtaken() };
        match holder.config.labels.get(labels::PROJECT) {
            Some(owner) if owner == project => overtaken(),
            Some(owner) => doing.advise(
                Failure::Foreign(format!("a container of that name belongs to project `{owner}`")),
                "give one of the projects another name with `--project`",
            ),
            None => doing.advise(
                Failure::Foreign("a container of that name is there and was not made by pt".to_owned()),
                format!("`docker rm {name}` if nobody needs it, or rename the project"),
            ),
        }
    }

    /// Gives a container another name.
    pub(super) async fn rename(&self, container: &str, to: &str) -> Result<Outcome, EngineError> {
        let doing = doing(format!("rename container `{container}` to `{to}`"));
        let found = self.require_own(container, &doing).await?;
        if found.name() == to {
            return Ok(Outcome::Already);
        }
        let call = self.client.docker.rename_container(&found.id, RenameContainerOptions { name: to.to_owned() });
        match self.client.within(CHANGE, call).await {
            Ok(()) => Ok(Outcome::Done),
            Err(trouble) if trouble.is_conflict() => {
                let project = found.config.labels.get(labels::PROJECT).map_or("", String::as_str);
                Err(self.name_taken(to, project, &doing).await)
            }
            Err(trouble) => Err(doing.because(trouble)),
        }
    }

    /// Starts a container, or lets a paused one go on.
    pub(super) async fn start(&self, container: &str) -> Result<Outcome, EngineError> {
        let doing = doing(format!("start container `{container}`"));
        let found = self.require_own(container, &doing).await?;
        let held = binds::hold(&found, &doing)?;
        let started = match found.state() {
            State::Running | State::Restarting => return Ok(Outcome::Already),
            State::Paused => self.client.within(CHANGE, self.client.docker.unpause_container(&found.id)).await,
            _ => self.client.within(CHANGE, self.client.docker.start_container(&found.id, None)).await,
        };
        match started {
            Ok(()) => self.verify_binds(&found.id, &held, &doing).await.map(|()| Outcome::Done),
            Err(trouble) => Err(self.not_started(trouble, &found, &doing).await),
        }
    }

    async fn not_started(&self, trouble: Trouble, found: &Inspection, doing: &Doing) -> EngineError {
        if let Some(port) = trouble.taken_port() {
            let holder = self.holder_of(port).await.unwrap_or_else(|| "somebody else".to_owned());
            let help = "stop what holds it, or choose another `expose-as`";
            return doing.advise(Failure::PortTaken { port, holder }, help);
        }
        if trouble.says("could not select device driver") {
            let failure = Failure::Unsupported("the engine has no driver for GPUs".to_owned());
            return doing.advise(failure, "install the NVIDIA Container Toolkit, or leave `resources.gpu` out");
        }
        let mut secrets = found.mounts.iter().filter(|mount| mount.destination == SECRETS);
        if secrets.any(|mount| trouble.says(&mount.source) && !std::path::Path::new(&mount.source).exists()) {
            let failure = Failure::NotFound("its secret files are gone, as after a restart of the machine".to_owned());
            return doing.advise(failure, "`pt run` writes them anew");
        }
        doing.because(trouble)
    }

    /// Removes a container, its anonymous volumes and its secret files.
    pub(super) async fn remove_container(&self, container: &str) -> Result<Outcome, EngineError> {
        let doing = doing(format!("remove container `{container}`"));
        let Some(found) = self.inspect_own(container, &doing).await? else { return Ok(Outcome::Already) };
        // Before the container, or a kill in between would leave them without anybody who knows of them.
        for mount in found.mounts.iter().filter(|mount| mount.destination == SECRETS) {
            secrets::discard(std::path::Path::new(&mount.source));
        }
        let mut tries = 0;
        loop {
            tries += 1;
            // forced: it may be between two restarts; those that run were asked to stop by the plan before
            let options = RemoveContainerOptions { v: true, force: true, link: false };
            let call = self.client.docker.remove_container(&found.id, Some(options));
            match self.client.within(CHANGE, call).await {
                Ok(()) => break,
                Err(trouble) if trouble.is_absent() => break,
                Err(Trouble::Refused { status: 409 | 500.., .. }) if tries < REMOVALS => {
                    tokio::time::sleep(std::time::Duration::from_millis(100) * tries).await;
                }
                Err(trouble) => return Err(doing.because(trouble)),
            }
        }
        Ok(Outcome::Done)
    }
}

/// A container as the engine's API describes it.
fn body(
    request: &ContainerRequest,
    around: Surroundings<'_>,
    network: Option<&str>,
    doing: &Doing,
) -> Result<ContainerCreateBody, EngineError> {
    // Every field is named here, so that none that is added later can be forgotten.
    let ContainerRequest {
        name: _,
        hostname: _,
        image: _,
        entrypoint: _,
        process: _,
        peers: _,
        command: _,
        environment: _,
        secret_files: _,
        secret_owner: _,
        binds: _,
        volumes: _,
        uploads: _,
        network: _,
        aliases: _,
        ports: _,
        restart: _,
        user: _,
        workdir: _,
        tty: _,
        stdin: _,
        resources: _,
        unconfined: _,
        stop_signal: _,
        stop_seconds: _,
        labels: _,
    } = request;
    if !target::is_plain(&request.name) || request.name.len() < 2 {
        let problem = format!("`{}` cannot be the name of a container", request.name);
        return Err(doing.failed(Failure::Unsupported(problem)));
    }
    let arguments = |texts: &Option<Vec<_>>| match texts {
        Some(texts) => texts.iter().map(|text| argument(text, around, doing)).collect::<Result<Vec<_>, _>>().map(Some),
        None => Ok(None),
    };
    let environment = request.environment.iter().map(|(name, value)| {
        let value = argument(value, around, doing)?;
        Ok(format!("{name}={value}"))
    });
    let endpoint = EndpointSettings { aliases: Some(request.aliases.clone()), ..Default::default() };
    let port = |(port, udp): (u16, bool)| format!("{port}/{}", if udp { "udp" } else { "tcp" });
    let exposed = request.ports.iter().map(|(number, udp, _)| port((*number, *udp)));
    Ok(ContainerCreateBody {
        hostname: Some(request.hostname.clone()),
        image: Some(request.image.clone()),
        entrypoint: arguments(&request.entrypoint)?,
        cmd: arguments(&request.command)?,
        env: Some(environment.collect::<Result<_, EngineError>>()?),
        exposed_ports: Some(exposed.collect()),
        user: request.user.clone(),
        working_dir: request.workdir.clone(),
        tty: Some(request.tty),
        open_stdin: Some(request.stdin),
        stop_signal: request.stop_signal.clone(),
        stop_timeout: Some(request.stop_seconds.into()),
        labels: Some(request.labels.clone().into_iter().collect()),
        host_config: Some(host_config(request, network, port)),
        networking_config: network.map(|network| NetworkingConfig {
            endpoints_config: Some(HashMap::from([(network.to_owned(), endpoint)])),
        }),
        ..Default::default()
    })
}

/// A text as a program can receive it: without NUL, at which engines only fail when they start the program.
fn argument(text: &crate::value::Text, around: Surroundings<'_>, doing: &Doing) -> Result<String, EngineError> {
    let revealed = around.reveal(text, doing)?;
    if revealed.contains('\0') {
        let problem = format!("`{text}` holds a NUL character, which no program can receive");
        return Err(doing.failed(Failure::Unsupported(problem)));
    }
    Ok(revealed.to_string())
}

fn host_config(request: &ContainerRequest, network: Option<&str>, port: impl Fn((u16, bool)) -> String) -> HostConfig {
    let Resources { cpu_request, cpu_limit, memory_request, memory_limit, gpu } = request.resources;
    let mut bindings: HashMap<String, Option<Vec<PortBinding>>> = HashMap::new();
    for (number, udp, binding) in &request.ports {
        let Some(binding) = binding else { continue };
        let host_port = if binding.port == 0 { String::new() } else { binding.port.to_string() };
        let bound = PortBinding { host_ip: Some(binding.address.clone()), host_port: Some(host_port) };
        bindings.entry(port((*number, *udp))).or_default().get_or_insert_default().push(bound);
    }
    HostConfig {
        mounts: Some(mounts(request)),
        port_bindings: Some(bindings),
        // never the default bridge, on which everybody meets everybody
        network_mode: Some(network.unwrap_or("none").to_owned()),
        restart_policy: Some(restart(request.restart)),
        init: Some(true),
        log_config: Some(HostConfigLogConfig {
            typ: Some("json-file".to_owned()),
            config: Some(LOG_ROTATION.map(|(name, value)| (name.to_owned(), value.to_owned())).into()),
        }),
        pids_limit: Some(PROCESSES),
        nano_cpus: cpu_limit.map(|cores| whole(cores * 1e9)),
        cpu_shares: cpu_request.map(|cores| whole(cores * 1024.0).max(2)),
        device_requests: gpu.then(|| vec![all_gpus()]),
        memory: memory_limit.map(bytes),
        memory_reservation: memory_request.map(bytes),
        security_opt: request.unconfined.then(|| vec!["seccomp=unconfined".to_owned()]),
        ..Default::default()
    }
}

/// Every GPU of the machine, through whatever driver the engine has for them.
fn all_gpus() -> DeviceRequest {
    DeviceRequest { count: Some(-1), capabilities: Some(vec![vec!["gpu".to_owned()]]), ..Default::default() }
}

fn mounts(request: &ContainerRequest) -> Vec<Mount> {
    let binds = request.binds.iter().map(|(source, target, read_only)| bind(source, target, *read_only));
    let volumes = request.volumes.iter().map(|(name, target, read_only)| Mount {
        typ: Some(MountType::VOLUME),
        source: Some(name.clone()),
        target: Some(target.clone()),
        read_only: Some(*read_only),
        ..Default::default()
    });
    binds.chain(volumes).collect()
}

/// A bind as a `Mount`: as a `Bind`, the engine would make a missing source, owned by root.
fn bind(source: &str, target: &str, read_only: bool) -> Mount {
    Mount {
        typ: Some(MountType::BIND),
        source: Some(source.to_owned()),
        target: Some(target.to_owned()),
        read_only: Some(read_only),
        ..Default::default()
    }
}

fn restart(restart: Option<Restart>) -> BollardRestart {
    let (name, retries) = match restart {
        None | Some(Restart { policy: RestartPolicy::Never, .. }) => (RestartPolicyNameEnum::NO, None),
        // what was stopped on purpose stays so when the machine starts again
        Some(Restart { policy: RestartPolicy::Always, .. }) => (RestartPolicyNameEnum::UNLESS_STOPPED, None),
        Some(Restart { policy: RestartPolicy::OnFailure, max_restarts }) => {
            (RestartPolicyNameEnum::ON_FAILURE, max_restarts.map(i64::from))
        }
    };
    BollardRestart { name: Some(name), maximum_retry_count: retries }
}

fn bytes(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[allow(clippy::cast_possible_truncation, reason = "the cast saturates, and nobody has so many cores")]
fn whole(number: f64) -> i64 {
    number.round() as i64
}
