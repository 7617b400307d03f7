//! Sees that the project's files have changed, and tells clients when that changes the tools.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use rmcp::RoleServer;
use rmcp::service::Peer;

use super::invocation::apart;
use super::offered::Project;
use super::server::Server;

/// How often the times of the files are looked at: cheap, and fast enough for whoever edits them.
const INTERVAL: Duration = Duration::from_millis(500);

/// Watches until nobody listens any more.
pub async fn watch(server: Server, peer: Peer<RoleServer>) {
    let mut known = read(&server).await;
    let mut stamps = stamps(&known.files);
    let mut ticks = tokio::time::interval(INTERVAL);
    loop {
        ticks.tick().await;
        let now = self::stamps(&known.files);
        // Without a file there is nothing to stamp: one may have come.
        if now == stamps && !known.files.is_empty() {
            continue;
        }
        let new = read(&server).await;
        stamps = self::stamps(&new.files);
        let differs = new.tools() != known.tools();
        known = new;
        if differs {
            server.tools_changed();
            // Clients of the newer protocol say that they want to hear of it, and do so through `listen`.
            if peer.peer_info().is_some() && peer.notify_tool_list_changed().await.is_err() {
                return;
            }
        }
    }
}

async fn read(server: &Server) -> Project {
    let global = server.global().clone();
    apart(move || Ok(Project::read(&global))).await.unwrap_or_default()
}

type Stamp = Option<(SystemTime, u64)>;

fn stamps(files: &[PathBuf]) -> Vec<Stamp> {
    let stamp = |file: &PathBuf| {
        let metadata = std::fs::metadata(file).ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    };
    files.iter().map(stamp).collect()
}
