//! From an EDN file's text to its tree.

use super::dialect::modernise;
use super::reader::read_all;
use super::tree::Builder;
use super::unreadable::Unreadable;
use crate::declare_rule;
use crate::diagnostic::Diagnostics;
use crate::source::{FileId, SIZE_LIMIT, Span};
use crate::syntax::budget::{DEPTH, Limit};
use crate::syntax::{Comment, Node, Tree};

declare_rule! {
    /// the file is not good EDN
    ///
    /// Files whose names end in `.edn` are written in the notation of Clojure: `{:modules [{:id :api …}]}`. Behind a
    /// bracket that is not closed nothing can be told apart, so nothing else is said about the file.
    ///
    /// ## Bad
    /// ```yaml
    /// # file: services/polytope.edn
    /// {:modules [{:id :cache
    ///             :module "polytope/container"
    ///             :args {:image "busybox:1.36"]}]}
    /// # file: polytope.yml
    /// include: [services]
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// # file: services/polytope.edn
    /// {:modules [{:id :cache
    ///             :module "polytope/container"
    ///             :args {:image "busybox:1.36"}}]}
    /// # file: polytope.yml
    /// include: [services]
    /// ```
    pub static EDN_SYNTAX = { name: "edn-syntax", code: "PT147", level: Error, precision: VeryHigh };
}

/// Reads the EDN text of `file`; never fails, what cannot be read is reported and left as a hole.
pub fn parse(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Tree {
    let unread = || Tree { root: Node::missing(Span::start_of(file)), comments: Vec::new(), complete: false };
    if text.len() as u64 > SIZE_LIMIT {
        Limit::Bytes.report(Span::start_of(file), diagnostics);
        return unread();
    }
    let (forms, comments) = match read_all(text, DEPTH) {
        Ok(read) => read,
        Err(fault) => {
            report(file, fault, diagnostics);
            return unread();
        }
    };
    let [root, rest @ ..] = forms.as_slice() else {
        return Tree { complete: true, ..unread() };
    };
    if let Some(second) = rest.first() {
        let span = Span::new(file, second.range.start, second.range.start + 1);
        diagnostics
            .report(&EDN_SYNTAX, span, "an EDN file holds one map, and here begins something behind it")
            .help("move it into the map, or remove it");
    }
    let mut builder = Builder::new(file, text);
    let root = builder.node(root, diagnostics);
    if let Some((limit, span)) = builder.exceeded() {
        limit.report(span, diagnostics);
        return unread();
    }
    let comment = |at: std::ops::Range<usize>| Comment {
        text: text[at.clone()].trim_start_matches(';').trim().to_owned(),
        span: Span::new(file, at.start, at.end),
    };
    let comments = comments.into_iter().map(comment).collect();
    Tree { root: modernise(root), comments, complete: rest.is_empty() }
}

fn report(file: FileId, fault: Unreadable, diagnostics: &mut Diagnostics) {
    let span = |range: std::ops::Range<usize>| Span::new(file, range.start, range.end);
    if fault.too_deep {
        Limit::Depth.report(span(fault.range), diagnostics);
        return;
    }
    let found = diagnostics.report(&EDN_SYNTAX, span(fault.range), fault.message).maybe_help(fault.help);
    if let Some((range, text)) = fault.also {
        found.also(span(range), text);
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
