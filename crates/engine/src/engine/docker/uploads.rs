//! Files with given content, put into a container before it starts; reaches remote engines too.
//!
//! Always a plain tar: some engines unpack a compressed one with a program that they take from the container, as root.

use std::io;
use std::path::{Component, Path};
use std::time::{SystemTime, UNIX_EPOCH};

use bollard::query_parameters::UploadToContainerOptions;
use tar::{Builder, EntryType, Header};
use zeroize::Zeroizing;

use super::apply::Surroundings;
use super::client::CHANGE;
use super::engine::DockerEngine;
use super::errors::Doing;
use crate::engine::{EngineError, Failure};
use crate::plan::Upload;

/// A file of an archive: path in the container, permission bits, content.
pub(super) type File<'a> = (&'a str, u32, Zeroizing<String>);

impl DockerEngine {
    /// Puts files into a container that does not run yet.
    pub(super) async fn upload(
        &self,
        container: &str,
        uploads: &[Upload],
        around: Surroundings<'_>,
        doing: &Doing,
    ) -> Result<(), EngineError> {
        if uploads.is_empty() {
            return Ok(());
        }
        let files: Vec<File> = uploads
            .iter()
            .map(|upload| Ok((upload.path.as_str(), upload.mode, around.reveal(&upload.content, doing)?)))
            .collect::<Result<_, EngineError>>()?;
        let archive = archive(&files).map_err(|error| doing.failed(Failure::Engine(error.to_string())))?;
        let options = UploadToContainerOptions {
            path: "/".to_owned(),
            no_overwrite_dir_non_dir: Some("true".to_owned()),
            ..Default::default()
        };
        let body = bollard::body_full(archive.into());
        let call = self.client.docker.upload_to_container(container, Some(options), body);
        self.client.within(CHANGE, call).await.map_err(|trouble| doing.because(trouble))
    }
}

/// A plain tar of files that belong to root.
pub(super) fn archive(files: &[File]) -> io::Result<Vec<u8>> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let mut builder = Builder::new(Vec::new());
    for (path, mode, content) in files {
        let relative = relative(path)?;
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(mode & 0o7777);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(now);
        header.set_size(content.len() as u64);
        builder.append_data(&mut header, relative, content.as_bytes())?;
    }
    builder.into_inner()
}

/// An absolute path as a tar holds it.
fn relative(path: &str) -> io::Result<&Path> {
    let relative = Path::new(path.trim_start_matches('/'));
    let plain = relative.components().all(|part| matches!(part, Component::Normal(_)));
    if !path.starts_with('/') || !plain || relative.as_os_str().is_empty() {
        let problem = format!("`{path}` is not an absolute path of a file without `..`");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, problem));
    }
    Ok(relative)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::io::Read;

    use super::*;

    fn text(content: &str) -> Zeroizing<String> {
        Zeroizing::new(content.to_owned())
    }

    #[test]
    fn archives_are_plain_tars_with_modes_and_contents() {
        let long = format!("/{}/x.sql", "directory".repeat(30));
        let bytes = archive(&[("/a/b.sh", 0o755, text("echo")), (&long, 0o644, text("select 1"))]).unwrap();
        assert_eq!(&bytes[257..262], b"ustar", "not compressed");
        let mut archive = tar::Archive::new(bytes.as_slice());
        let read: Vec<(String, u32, String)> = archive
            .entries()
            .unwrap()
            .map(|entry| {
                let mut entry = entry.unwrap();
                let mut content = String::new();
                entry.read_to_string(&mut content).unwrap();
                (entry.path().unwrap().display().to_string(), entry.header().mode().unwrap(), content)
            })
            .collect();
        assert_eq!(read[0], ("a/b.sh".to_owned(), 0o755, "echo".to_owned()));
        assert_eq!(read[1], (long.trim_start_matches('/').to_owned(), 0o644, "select 1".to_owned()));
    }

    #[test]
    fn paths_that_leave_their_place_are_refused() {
        for path in ["relative", "/a/../../etc/x", "/", "", "/./x"] {
            assert!(archive(&[(path, 0o644, text(""))]).is_err(), "{path}");
        }
    }
}
