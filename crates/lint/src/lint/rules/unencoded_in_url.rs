//! `unencoded-in-url`: a secret or value that a URL holds as it is.

use std::collections::BTreeSet;

use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, Safety};
use crate::lint::{Lint, Scene};
use crate::source::Span;
use crate::value::{Encoding, Segment, Text};

declare_rule! {
    /// a secret stands in a URL without encoding
    ///
    /// In the user, the password and the query of a URL, `@ / # ? : % &` end a part or begin an escape. A password that holds one
    /// makes it another URL: the program connects to the wrong host, and says a part of the password in its error. With
    /// `| url` behind the name the content is percent-encoded; one of letters and digits stays as it is. A value is told
    /// only when its content would change.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args:
    ///       image: busybox:1.36
    ///       env: [{name: DATABASE_URL, value: "postgres://app:{pt.secret db-password}@db:5432/app"}]
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args:
    ///       image: busybox:1.36
    ///       env: [{name: DATABASE_URL, value: "postgres://app:{pt.secret db-password | url}@db:5432/app"}]
    /// ```
    pub static UNENCODED_IN_URL = {
        name: "unencoded-in-url", code: "PT224", level: Warning, precision: High, severity: "4.0",
        tags: ["secrets"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &UNENCODED_IN_URL, check };

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    for container in scene.containers() {
        let variables = container.environment.iter();
        let variables = variables.map(|it| (&it.value, it.span, format!("the URL in `{}`", it.name.value)));
        let words = container.words().map(|(word, span)| (word, span, "a URL in the command".to_owned()));
        for (text, span, place) in variables.chain(words).filter(|(_, span, _)| *span != container.call) {
            report(scene, text, span, &place, diagnostics);
        }
    }
}

fn report(scene: &Scene<'_>, text: &Text, span: Span, place: &str, diagnostics: &mut Diagnostics) {
    let mut seen = BTreeSet::new();
    for segment in text.plain_in_url() {
        let (word, name) = match segment {
            Segment::Secret { name, encoding: Encoding::Plain } => ("secret", name),
            Segment::Value { name, content: Some(content) } if Encoding::Url.changes(content) => ("value", name),
            _ => continue,
        };
        if !seen.insert(name) {
            continue;
        }
        let written = format!("pt.{word} {name}");
        let encoded = format!("{written} | url");
        let finding = diagnostics
            .report(
                &UNENCODED_IN_URL,
                scene.part(span, &written),
                format!("{place} holds the {word} `{name}` as it is"),
            )
            .label("`@ / # ? : %` in it end a part of the URL")
            .help(format!("write `{{{encoded}}}`, which encodes it"));
        // Unsafe: what is stored in its encoded form already would be encoded twice.
        let braced = scene.replace_part(span, &format!("{{{written}}}"), &format!("{{{encoded}}}"));
        finding.maybe_fix(braced.map(|edits| Fix { edits, ..Fix::new(Safety::Unsafe, format!("write `{encoded}`")) }));
    }
}
