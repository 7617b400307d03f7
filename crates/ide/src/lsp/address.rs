//! Paths of files as URIs and back.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use lsp_types::Uri;

use crate::report::uri_of_path;

/// The path of a `file:` URI; `None` for others, such as a text that was never saved.
pub(super) fn path_of(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.as_str().strip_prefix("file://")?;
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    path.starts_with('/').then(|| PathBuf::from(OsString::from_vec(decoded(path.as_bytes()))))
}

/// The URI of an absolute path.
pub(super) fn uri_of(path: &Path) -> Option<Uri> {
    uri_of_path(path).parse().ok()
}

fn decoded(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        let hex = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
        let code = hex(after.first()).zip(hex(after.get(1))).filter(|_| first == b'%');
        if let Some((high, low)) = code {
            bytes.extend(u8::try_from(high * 16 + low));
            rest = &after[2..];
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    bytes
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_path_survives_the_way_through_a_uri() {
        for path in ["/a/polytope.yml", "/tmp/größe 💾/a%b#c?.yml", "/x:y/@z"] {
            assert_eq!(path_of(&uri_of(Path::new(path)).unwrap()), Some(PathBuf::from(path)));
        }
        assert_eq!(path_of(&"file:///c%3A/a".parse().unwrap()), Some(PathBuf::from("/c:/a")));
        assert_eq!(path_of(&"untitled:Untitled-1".parse().unwrap()), None);
    }
}
