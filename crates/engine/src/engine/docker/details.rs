//! What rules want to know of images and volumes: digests, and when they were made.

use std::collections::BTreeMap;

use super::engine::DockerEngine;
use super::errors::doing;
use super::model::{ImageEntry, Summary, VolumeEntry, VolumeList};
use super::target;
use crate::engine::{Details, EngineError, VolumeDetails};

impl DockerEngine {
    /// Looks at each image and volume; those that are not there are left out.
    pub(super) async fn details_of(&self, images: &[String], volumes: &[String]) -> Result<Details, EngineError> {
        let doing = doing("look at images and volumes");
        let mut details = Details::default();
        for reference in images {
            match self.client.get::<ImageEntry>(&target::one("images", reference, "/json")).await {
                Ok(image) => details.digests.extend(digest(reference, &image).map(|it| (reference.clone(), it))),
                Err(trouble) if trouble.is_absent() => {}
                Err(trouble) => return Err(doing.because(trouble)),
            }
        }
        for name in volumes {
            match self.client.get::<VolumeEntry>(&target::one("volumes", name, "")).await {
                Ok(volume) => {
                    let made = volume.created_at.parse::<jiff::Timestamp>().ok();
                    details.made.extend(made.map(|made| (name.clone(), made.as_second())));
                }
                Err(trouble) if trouble.is_absent() => {}
                Err(trouble) => return Err(doing.because(trouble)),
            }
        }
        Ok(details)
    }

    /// Looks at each volume, at who mounts it, and at how much it holds. An engine that counts for too long says no sizes.
    pub(super) async fn look_at_volumes(
        &self,
        names: &[String],
    ) -> Result<BTreeMap<String, VolumeDetails>, EngineError> {
        let doing = doing("look at volumes");
        let usage: VolumeList = self.client.get("/system/df?type=volume").await.unwrap_or_default();
        let mut found = BTreeMap::new();
        for name in names {
            let volume = match self.client.get::<VolumeEntry>(&target::one("volumes", name, "")).await {
                Ok(volume) => volume,
                Err(trouble) if trouble.is_absent() => continue,
                Err(trouble) => return Err(doing.because(trouble)),
            };
            let users: Vec<Summary> = self
                .client
                .get(&target::containers(&[("volume", name)]))
                .await
                .map_err(|trouble| doing.because(trouble))?;
            let size = usage.volumes.iter().find(|it| it.name == *name).and_then(|it| it.usage_data.as_ref());
            let details = VolumeDetails {
                made: volume.created_at.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second),
                place: Some(volume.mountpoint).filter(|place| !place.is_empty()),
                bytes: size.and_then(|usage| u64::try_from(usage.size).ok()),
                users: users.iter().map(|user| user.name().to_owned()).collect(),
            };
            found.insert(name.clone(), details);
        }
        Ok(found)
    }
}

/// The digest under the name that the reference says: an image that was pushed elsewhere has another one there.
fn digest(reference: &str, image: &ImageEntry) -> Option<String> {
    let plain = |name: &str| {
        let name = name.strip_prefix("docker.io/").unwrap_or(name);
        name.strip_prefix("library/").unwrap_or(name).to_owned()
    };
    let begins = reference.rfind('/').map_or(0, |slash| slash + 1);
    let name = &reference[..reference[begins..].find([':', '@']).map_or(reference.len(), |end| begins + end)];
    let pairs = image.repo_digests.iter().filter_map(|pair| pair.split_once('@'));
    pairs.into_iter().find(|(known, _)| plain(known) == plain(name)).map(|(_, digest)| digest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_that_of_the_same_name() {
        let digests = ["localhost:5000/postgres@sha256:11", "postgres@sha256:22"];
        let image = ImageEntry { repo_digests: digests.map(str::to_owned).to_vec(), ..ImageEntry::default() };
        assert_eq!(digest("postgres:16.2", &image).as_deref(), Some("sha256:22"));
        assert_eq!(digest("docker.io/library/postgres", &image).as_deref(), Some("sha256:22"));
        assert_eq!(digest("localhost:5000/postgres:x", &image).as_deref(), Some("sha256:11"));
        assert_eq!(digest("acme/postgres:16.2", &image), None);
    }
}
