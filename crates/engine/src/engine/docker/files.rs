//! Single files of a container, running or not: read and written as archives, which needs no program in the container.

use std::io::Read;

use bollard::query_parameters::{DownloadFromContainerOptions, UploadToContainerOptions};
use futures_util::StreamExt;
use zeroize::Zeroizing;

use super::client::{CHANGE, READ};
use super::engine::DockerEngine;
use super::errors::{Doing, doing};
use super::uploads::archive;
use crate::engine::{EngineError, Failure};

/// What an archive of one file holds besides it: headers, and the padding at its end.
const HEADERS: usize = 64 << 10;

impl DockerEngine {
    /// The bytes of a file, at most `limit` of them.
    pub(super) async fn fetch_file(&self, container: &str, path: &str, limit: usize) -> Result<Vec<u8>, EngineError> {
        let doing = doing(format!("read `{path}` of container `{container}`"));
        self.present(container, &doing).await?;
        let options = DownloadFromContainerOptions { path: path.to_owned() };
        let docker = &self.client.docker;
        let read = async {
            let mut stream = std::pin::pin!(docker.download_from_container(container, Some(options)));
            let mut bytes = Vec::new();
            while let Some(piece) = stream.next().await {
                bytes.extend_from_slice(&piece?);
                if bytes.len() > limit + HEADERS {
                    break;
                }
            }
            Ok(bytes)
        };
        let bytes = self.client.within(READ, read).await.map_err(|trouble| {
            let absent = || doing.failed(Failure::NotFound("there is no such file".to_owned()));
            if trouble.is_absent() { absent() } else { doing.because(trouble) }
        })?;
        first_file(&bytes, limit).map_err(|problem| doing.failed(Failure::Engine(problem)))
    }

    /// Puts a file into a container.
    pub(super) async fn put_file(&self, container: &str, path: &str, content: &str) -> Result<(), EngineError> {
        /// Readable by whoever the container runs as.
        const MODE: u32 = 0o644;
        let doing = doing(format!("write `{path}` of container `{container}`"));
        self.present(container, &doing).await?;
        let (directory, name) = path.rsplit_once('/').unwrap_or_default();
        let file = format!("/{name}");
        let content = Zeroizing::new(content.to_owned());
        let archive = archive(&[(&file, MODE, content)]);
        let archive = archive.map_err(|error| doing.failed(Failure::Engine(error.to_string())))?;
        let directory = if directory.is_empty() { "/" } else { directory };
        let options = UploadToContainerOptions {
            path: directory.to_owned(),
            no_overwrite_dir_non_dir: Some("true".to_owned()),
            ..Default::default()
        };
        let call = self.client.docker.upload_to_container(container, Some(options), bollard::body_full(archive.into()));
        self.client.within(CHANGE, call).await.map_err(|trouble| {
            let absent = || doing.failed(Failure::NotFound(format!("there is no directory `{directory}`")));
            if trouble.is_absent() { absent() } else { doing.because(trouble) }
        })
    }

    async fn present(&self, container: &str, doing: &Doing) -> Result<(), EngineError> {
        let found = self.inspect(container, doing).await?;
        let missing = || doing.failed(Failure::NotFound(format!("there is no container `{container}`")));
        found.map(drop).ok_or_else(missing)
    }
}

/// The one file of an archive.
fn first_file(bytes: &[u8], limit: usize) -> Result<Vec<u8>, String> {
    let unreadable = |error: std::io::Error| format!("its archive cannot be read: {error}");
    let mut archive = tar::Archive::new(bytes);
    let mut entries = archive.entries().map_err(unreadable)?;
    let entry = entries.next().ok_or_else(|| "its archive is empty".to_owned())?.map_err(unreadable)?;
    if !entry.header().entry_type().is_file() {
        return Err("it is not a regular file".to_owned());
    }
    let size = entry.header().size().map_err(unreadable)?;
    if size > limit as u64 {
        return Err(format!("it has {size} bytes, the limit is {limit}"));
    }
    let mut content = Vec::new();
    entry.take(limit as u64).read_to_end(&mut content).map_err(unreadable)?;
    Ok(content)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_file_comes_out_of_its_archive_whole_or_not_at_all() {
        let bytes = archive(&[("/a.txt", 0o644, Zeroizing::new("hello".to_owned()))]).unwrap();
        assert_eq!(first_file(&bytes, 5).unwrap(), b"hello");
        assert!(first_file(&bytes, 4).unwrap_err().contains("5 bytes"));
        assert!(first_file(&[], 4).unwrap_err().contains("empty"));
    }
}
