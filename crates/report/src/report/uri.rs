//! Paths as URIs.

use std::fmt::Write as _;
use std::path::{Component, Path};

/// A path as a URI reference: relative stays relative, absolute becomes `file://`.
pub fn of_path(path: &Path) -> String {
    let mut segments = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(name) => segments.push(encode(name.as_encoded_bytes())),
            Component::ParentDir => segments.push("..".to_owned()),
            Component::Prefix(prefix) => segments.push(encode(prefix.as_os_str().as_encoded_bytes())),
            Component::CurDir | Component::RootDir => {}
        }
    }
    let joined = segments.join("/");
    if path.is_absolute() { format!("file:///{joined}") } else { joined }
}

/// Everything but RFC 3986's unreserved characters as `%XX`.
fn encode(segment: &[u8]) -> String {
    let mut encoded = String::with_capacity(segment.len());
    for &byte in segment {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_what_is_not_plain_and_keeps_relative_paths_relative() {
        assert_eq!(of_path(Path::new("./a b/c#1.yml")), "a%20b/c%231.yml");
        assert_eq!(of_path(Path::new("../ü:x.yml")), "../%C3%BC%3Ax.yml");
        assert_eq!(of_path(Path::new("/srv/a%.yml")), "file:///srv/a%25.yml");
    }
}
