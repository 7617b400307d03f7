//! Paths inside of a project: relative, with `/` between their parts, and never out of it.

use std::path::{Component, Path};

/// `./a/../b/` is `b`, the project itself is empty; `None` for a path that is absolute, starts with `~`, or climbs out.
pub fn normal(path: &str) -> Option<String> {
    if path == "~" || path.starts_with("~/") {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for component in Path::new(path).components() {
        match component {
            Component::CurDir => {}
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::ParentDir => {
                parts.pop()?;
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(parts.join("/"))
}

/// `path` as seen from `directory`, which is a normal path itself.
pub fn join(directory: &str, path: &str) -> Option<String> {
    if Path::new(path).is_absolute() || path == "~" || path.starts_with("~/") {
        return None;
    }
    normal(&if directory.is_empty() { path.to_owned() } else { format!("{directory}/{path}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_paths_inside() {
        assert_eq!(normal("./a/../b/").as_deref(), Some("b"));
        assert_eq!(normal("."), Some(String::new()));
        assert_eq!(join("services/api", "../web").as_deref(), Some("services/web"));
        assert_eq!(join("", "x/y").as_deref(), Some("x/y"));
        for outside in ["a/../../b", "/etc", "~/.ssh", "~"] {
            assert_eq!(normal(outside), None, "{outside}");
            assert_eq!(join("services", &format!("../{outside}")).filter(|_| outside.contains("../..")), None);
        }
    }
}
