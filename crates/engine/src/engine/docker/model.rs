//! What we read of the engine's answers: few fields, all of them optional, states as text.
//!
//! bollard's models refuse a whole list for one word that they do not know; these do not.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use crate::plan::{Published, State};

/// Reads `null` as the default.
pub(super) fn nullable<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Default + Deserialize<'de>,
    D: Deserializer<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// A container in a list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Summary {
    #[serde(deserialize_with = "nullable")]
    pub(super) id: String,
    #[serde(deserialize_with = "nullable")]
    pub(super) names: Vec<String>,
    #[serde(rename = "ImageID", deserialize_with = "nullable")]
    pub(super) image_id: String,
    #[serde(deserialize_with = "nullable")]
    pub(super) labels: BTreeMap<String, String>,
    #[serde(deserialize_with = "nullable")]
    pub(super) state: String,
    #[serde(deserialize_with = "nullable")]
    pub(super) status: String,
    #[serde(deserialize_with = "nullable")]
    pub(super) ports: Vec<SummaryPort>,
    #[serde(deserialize_with = "nullable")]
    pub(super) network_settings: NetworkSettings,
    #[serde(deserialize_with = "nullable")]
    pub(super) mounts: Vec<MountPoint>,
}

/// A port of a container in a list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct SummaryPort {
    #[serde(rename = "IP", deserialize_with = "nullable")]
    pub(super) ip: String,
    pub(super) private_port: u16,
    pub(super) public_port: Option<u16>,
    #[serde(rename = "Type", deserialize_with = "nullable")]
    pub(super) kind: String,
}

/// Networks of a container, by name.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct NetworkSettings {
    #[serde(deserialize_with = "nullable")]
    pub(super) networks: BTreeMap<String, Attachment>,
    /// Only in an inspection: bindings by `port/protocol`.
    #[serde(deserialize_with = "nullable")]
    pub(super) ports: BTreeMap<String, Option<Vec<HostBinding>>>,
}

/// Where a port is bound, in an inspection.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct HostBinding {
    #[serde(deserialize_with = "nullable")]
    pub(super) host_ip: String,
    #[serde(deserialize_with = "nullable")]
    pub(super) host_port: String,
}

/// A container's place in a network.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Attachment {
    #[serde(rename = "IPAddress", deserialize_with = "nullable")]
    pub(super) ip_address: String,
    #[serde(rename = "NetworkID", deserialize_with = "nullable")]
    pub(super) network_id: String,
    #[serde(deserialize_with = "nullable")]
    pub(super) gateway: String,
}

/// A mount of a container.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct MountPoint {
    /// `bind` or `volume`.
    #[serde(rename = "Type", deserialize_with = "nullable")]
    pub(super) kind: String,
    /// Of a volume.
    #[serde(deserialize_with = "nullable")]
    pub(super) name: String,
    #[serde(deserialize_with = "nullable")]
    pub(super) source: String,
    #[serde(deserialize_with = "nullable")]
    pub(super) destination: String,
}

/// A container that was looked at.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Inspection {
    #[serde(deserialize_with = "nullable")]
    pub(super) id: String,
    #[serde(deserialize_with = "nullable")]
    pub(super) name: String,
    #[serde(deserialize_with = "nullable")]
    pub(super) state: InspectedState,
    pub(super) restart_count: u64,
    #[serde(deserialize_with = "nullable")]
    pub(super) config: InspectedConfig,
    #[serde(deserialize_with = "nullable")]
    pub(super) host_config: InspectedHostConfig,
    #[serde(deserialize_with = "nullable")]
    pub(super) network_settings: NetworkSettings,
    #[serde(deserialize_with = "nullable")]
    pub(super) mounts: Vec<MountPoint>,
}

/// What a container is doing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct InspectedState {
    #[serde(deserialize_with = "nullable")]
    pub(super) status: String,
    pub(super) exit_code: i64,
    /// Where the engine runs; 0 while it does not.
    pub(super) pid: i64,
    #[serde(rename = "OOMKilled")]
    pub(super) out_of_memory: bool,
    #[serde(deserialize_with = "nullable")]
    pub(super) error: String,
}

/// What a container was made with.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct InspectedConfig {
    #[serde(deserialize_with = "nullable")]
    pub(super) labels: BTreeMap<String, String>,
    pub(super) tty: bool,
    /// `NAME=value`, those of the image included.
    #[serde(deserialize_with = "nullable")]
    pub(super) env: Vec<String>,
    #[serde(deserialize_with = "nullable")]
    pub(super) stop_signal: String,
}

/// What a container may use.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct InspectedHostConfig {
    pub(super) memory: u64,
}

/// A volume.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct VolumeEntry {
    #[serde(deserialize_with = "nullable")]
    pub(super) name: String,
    #[serde(deserialize_with = "nullable")]
    pub(super) labels: BTreeMap<String, String>,
    /// RFC 3339.
    #[serde(deserialize_with = "nullable")]
    pub(super) created_at: String,
    #[serde(deserialize_with = "nullable")]
    pub(super) mountpoint: String,
    /// Only where disk usage was asked for.
    pub(super) usage_data: Option<VolumeUsage>,
}

/// How much a volume holds.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct VolumeUsage {
    /// Bytes; -1 where the driver does not say.
    pub(super) size: i64,
}

/// All volumes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct VolumeList {
    #[serde(deserialize_with = "nullable")]
    pub(super) volumes: Vec<VolumeEntry>,
}

/// A network, in a list or looked at.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct NetworkEntry {
    #[serde(deserialize_with = "nullable")]
    pub(super) id: String,
    #[serde(deserialize_with = "nullable")]
    pub(super) name: String,
    #[serde(deserialize_with = "nullable")]
    pub(super) created: String,
    #[serde(deserialize_with = "nullable")]
    pub(super) labels: BTreeMap<String, String>,
    /// Only when looked at: who is attached, by container id.
    #[serde(deserialize_with = "nullable")]
    pub(super) containers: BTreeMap<String, NetworkMember>,
}

/// A container in a network.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct NetworkMember {
    #[serde(deserialize_with = "nullable")]
    pub(super) name: String,
}

/// An image that was looked at.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct ImageEntry {
    #[serde(deserialize_with = "nullable")]
    pub(super) id: String,
    /// `name@sha256:…`, as registries know it.
    #[serde(deserialize_with = "nullable")]
    pub(super) repo_digests: Vec<String>,
}

impl Summary {
    /// Its name without the slash that engines put before it; names of links have a second one.
    pub(super) fn name(&self) -> &str {
        let plain = self.names.iter().map(|name| name.trim_start_matches('/'));
        plain.into_iter().find(|name| !name.contains('/')).unwrap_or_default()
    }

    /// What it is doing.
    pub(super) fn state(&self) -> State {
        read_state(&self.state, || exit_code_of(&self.status))
    }

    /// Ports that it publishes, sorted, each once.
    pub(super) fn published(&self) -> Vec<Published> {
        let mut published: Vec<Published> = self
            .ports
            .iter()
            .filter_map(|port| {
                let host = port.public_port.filter(|host| *host != 0)?;
                Some(Published {
                    address: port.ip.clone(),
                    host,
                    container: port.private_port,
                    udp: port.kind == "udp",
                })
            })
            .collect();
        published.sort();
        published.dedup();
        published
    }

    /// Its address, if it has one.
    pub(super) fn address(&self) -> Option<String> {
        self.network_settings.address().map(|attachment| attachment.ip_address.clone())
    }
}

impl Inspection {
    /// What it is doing.
    pub(super) fn state(&self) -> State {
        read_state(&self.state.status, || self.state.exit_code)
    }

    /// Its name without the slash that engines put before it.
    pub(super) fn name(&self) -> &str {
        self.name.trim_start_matches('/')
    }

    /// Ports that it publishes, sorted, each once.
    pub(super) fn published(&self) -> Vec<Published> {
        let mut published = Vec::new();
        for (port, bindings) in &self.network_settings.ports {
            let Some((container, protocol)) = port.split_once('/') else { continue };
            let Ok(container) = container.parse() else { continue };
            for binding in bindings.iter().flatten() {
                let Ok(host) = binding.host_port.parse() else { continue };
                let udp = protocol == "udp";
                published.push(Published { address: binding.host_ip.clone(), host, container, udp });
            }
        }
        published.sort();
        published.dedup();
        published
    }
}

impl NetworkSettings {
    /// The first network in which it has an address.
    pub(super) fn address(&self) -> Option<&Attachment> {
        self.networks.values().find(|attachment| !attachment.ip_address.is_empty())
    }
}

/// A state from the word of an engine; Podman has words of its own.
fn read_state(word: &str, exit_code: impl FnOnce() -> i64) -> State {
    match word {
        "created" | "configured" | "initialized" => State::Created,
        "running" => State::Running,
        "stopping" => State::Stopping,
        "restarting" => State::Restarting,
        "paused" => State::Paused,
        "exited" | "stopped" => State::Exited(exit_code()),
        _ => State::Dead,
    }
}

/// The code of `Exited (3) 2 seconds ago`.
fn exit_code_of(status: &str) -> i64 {
    let code = status.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
    code.and_then(|(code, _)| code.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_list_with_nulls_and_unknown_words_is_read() {
        let text = r#"[{"Id":"a","Names":["/other/alias","/x-1"],"Labels":null,"State":"hibernating","Ports":null,
            "NetworkSettings":null,"Mounts":null,"Fancy":{"new":1}},{}]"#;
        let list: Vec<Summary> = serde_json::from_str(text).unwrap();
        assert_eq!(list[0].name(), "x-1");
        assert_eq!(list[0].state(), State::Dead);
        assert_eq!(list[1].name(), "");
    }

    #[test]
    fn the_exit_code_is_in_the_status() {
        let text = r#"{"State":"exited","Status":"Exited (137) 4 minutes ago"}"#;
        let summary: Summary = serde_json::from_str(text).unwrap();
        assert_eq!(summary.state(), State::Exited(137));
    }

    #[test]
    fn published_ports_are_sorted_and_unpublished_ones_left_out() {
        let text = r#"{"Ports":[{"IP":"127.0.0.1","PrivatePort":80,"PublicPort":9000,"Type":"tcp"},
            {"PrivatePort":81,"Type":"tcp"},{"IP":"127.0.0.1","PrivatePort":53,"PublicPort":5353,"Type":"udp"},
            {"IP":"127.0.0.1","PrivatePort":80,"PublicPort":9000,"Type":"tcp"}]}"#;
        let summary: Summary = serde_json::from_str(text).unwrap();
        let hosts: Vec<(u16, bool)> = summary.published().iter().map(|port| (port.host, port.udp)).collect();
        assert_eq!(hosts, [(5353, true), (9000, false)]);
    }

    #[test]
    fn bindings_of_an_inspection_are_read() {
        let text =
            r#"{"NetworkSettings":{"Ports":{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"49153"}],"81/tcp":null}}}"#;
        let inspection: Inspection = serde_json::from_str(text).unwrap();
        let published = inspection.published();
        assert_eq!((published[0].container, published[0].host, published.len()), (80, 49153, 1));
    }
}
