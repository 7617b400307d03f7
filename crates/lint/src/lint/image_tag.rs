//! Whether an image reference names one image for good, or another one tomorrow.

/// First words of tags that move.
const MOVING: [&str; 16] = [
    "latest", "stable", "edge", "main", "master", "lts", "nightly", "dev", "develop", "canary", "next", "current",
    "rolling", "beta", "alpha", "snapshot",
];

/// What the tag of an image says of it.
pub(super) enum Tag<'a> {
    /// A version or digest.
    Fixed,
    /// None, which means `latest`.
    Absent,
    /// A name that is given to one image after the other.
    Moving(&'a str),
}

/// Reads the tag of a reference.
pub(super) fn tag(image: &str) -> Tag<'_> {
    if image.contains('@') {
        return Tag::Fixed;
    }
    let Some(tag) = image[repository(image).len()..].strip_prefix(':') else { return Tag::Absent };
    let (first, rest) = tag.split_once('-').unwrap_or((tag, ""));
    // `stable-20240513` and `main-4f2a1c` stand still.
    let moves = MOVING.contains(&first) && !rest.bytes().any(|byte| byte.is_ascii_digit());
    if moves { Tag::Moving(tag) } else { Tag::Fixed }
}

/// The reference without its tag; the colon of a registry's port belongs to it.
pub(super) fn repository(image: &str) -> &str {
    let name = image.rfind('/').map_or(0, |slash| slash + 1);
    image[name..].find(':').map_or(image, |colon| &image[..name + colon])
}

/// The repository with its registry and owner, which `docker.io` and `library` stand for where they are left out.
pub(super) fn full_name(image: &str) -> String {
    let name = repository(image.split_once('@').map_or(image, |(name, _)| name));
    match name.split_once('/') {
        Some((first, _)) if first.contains(['.', ':']) || first == "localhost" => name.to_owned(),
        Some(_) => format!("docker.io/{name}"),
        None => format!("docker.io/library/{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_or_digest_stands_still() {
        for image in ["postgres:16.2", "a.b:5000/c/d:1", "x@sha256:00", "debian:stable-20240513", "app:main-4f2a1c"] {
            assert!(matches!(tag(image), Tag::Fixed), "{image}");
        }
    }

    #[test]
    fn no_tag_or_a_moving_one_does_not() {
        for image in ["postgres", "localhost:5000/postgres"] {
            assert!(matches!(tag(image), Tag::Absent), "{image}");
        }
        for image in ["postgres:latest", "node:lts-alpine", "a:5000/b:edge"] {
            assert!(matches!(tag(image), Tag::Moving(_)), "{image}");
        }
        assert_eq!(repository("a:5000/b:edge"), "a:5000/b");
    }

    #[test]
    fn a_name_without_a_registry_is_one_of_docker_hub() {
        assert_eq!(full_name("postgres:16"), "docker.io/library/postgres");
        assert_eq!(full_name("acme/api@sha256:00"), "docker.io/acme/api");
        assert_eq!(full_name("localhost:5000/api:1"), "localhost:5000/api");
        assert_eq!(full_name("ghcr.io/acme/api:1@sha256:00"), "ghcr.io/acme/api");
    }
}
