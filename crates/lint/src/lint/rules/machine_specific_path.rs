//! `machine-specific-path`: a path that only one person's machine has.

use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::lint::secrecy::written;
use crate::lint::{Lint, Scene};
use crate::source::Span;

declare_rule! {
    /// a path that only one person's machine has
    ///
    /// `/Users/name/…` and `C:\\Users\\name\\…` are home directories of one person on one machine. No container has them,
    /// and nobody else does: the program looks for something that is not there. Mounts that lead out of the project are
    /// `host-path-outside-project`'s, and `/home/…` is left alone, because many images have users there.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", env: [{name: DATA_DIR, value: /Users/alice/shop/data}]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", env: [{name: DATA_DIR, value: /data}]}
    /// ```
    pub static MACHINE_SPECIFIC_PATH = {
        name: "machine-specific-path", code: "PT401", level: Warning, precision: High,
        tags: ["portability"],
        since: "0.2",
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &MACHINE_SPECIFIC_PATH, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for container in scene.containers() {
        let own = container.environment.iter().filter(|variable| variable.span != container.call);
        let variables = own.map(|variable| (written(&variable.value), variable.span));
        let words = container.words().filter(|(_, span)| *span != container.call);
        let words = words.map(|(word, span)| (written(word), span));
        for (text, span) in variables.chain(words) {
            let Some(path) = home_path(&text) else { continue };
            report(scene.part(span, path), path, &container.id.value, diagnostics);
        }
    }
}

fn report(span: Span, path: &str, id: &str, diagnostics: &mut Diagnostics) {
    diagnostics
        .report(&MACHINE_SPECIFIC_PATH, span, format!("only one machine has `{path}`, and `{id}` does not run there"))
        .help("mount what is needed, and name its path in the container; or `pt.value NAME` for what each user sets");
}

/// The first path below the home directory of a person.
fn home_path(text: &str) -> Option<&str> {
    const HOMES: [&str; 3] = ["/Users/", "C:\\Users\\", "C:/Users/"];
    HOMES.iter().find_map(|home| {
        let at = text.find(home)?;
        // In the middle of a path or URL it is another directory of that name.
        let begins = !text[..at].ends_with(|before: char| before.is_alphanumeric() || "/.-_~".contains(before));
        let rest = &text[at..];
        let end = rest.find(|letter: char| letter.is_whitespace() || "\"'`,;:)".contains(letter) && letter != ':');
        let path = &rest[..end.unwrap_or(rest.len())];
        let named = path[home.len()..].starts_with(|letter: char| letter.is_alphanumeric());
        (begins && named && !path.starts_with("/Users/Shared")).then_some(path)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_home_directories_of_people() {
        assert_eq!(home_path("cp /Users/alice/x y"), Some("/Users/alice/x"));
        assert_eq!(home_path("C:\\Users\\alice\\x"), Some("C:\\Users\\alice\\x"));
        assert_eq!(home_path("DIR=/Users/alice"), Some("/Users/alice"));
    }

    #[test]
    fn passes_over_other_directories_and_urls() {
        for text in ["https://a.b/Users/1", "/Users/", "/api/Users/x", "/home/node/app", "/users/x", "/Users/Shared/x"]
        {
            assert_eq!(home_path(text), None, "{text}");
        }
    }
}
