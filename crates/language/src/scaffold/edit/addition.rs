//! What is added, and whether it is there already.

use super::Refusal;
use super::item::{Item, Text};
use crate::include::normal;
use crate::model::{GITHUB, RemoteReference};
use crate::syntax::Node;

/// A line to add to a `polytope.yml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Addition {
    /// A directory of the project to include.
    Include(String),
    /// Another repository to include.
    Repository {
        /// `owner/name`.
        name: String,
        /// The directory or file in it; its root when absent.
        path: Option<String>,
    },
    /// A call at the end of a tool.
    Call {
        /// The tool; it is made where there is none.
        tool: String,
        /// What it calls.
        call: String,
    },
}

impl Addition {
    /// The keys that lead to the list it belongs to.
    pub(super) fn path(&self) -> Vec<&str> {
        match self {
            Addition::Include(_) | Addition::Repository { .. } => vec!["include"],
            Addition::Call { tool, .. } => vec!["tools", tool, "run"],
        }
    }

    /// The item of that list.
    pub(super) fn item(&self) -> Item {
        match self {
            Addition::Include(path) => Item::Text(Text::plain(path)),
            Addition::Repository { name, path } => {
                let repository = ("repo", Text::plain(&format!("{GITHUB}{name}")));
                Item::Map(
                    std::iter::once(repository).chain(path.iter().map(|path| ("path", Text::plain(path)))).collect(),
                )
            }
            Addition::Call { call, .. } => Item::Map(vec![("tool", Text::quoted(call))]),
        }
    }

    /// What it does, for messages.
    pub fn describe(&self) -> String {
        match self {
            Addition::Include(path) => format!("includes {path}"),
            Addition::Repository { name, .. } => format!("includes {GITHUB}{name}"),
            Addition::Call { tool, call } => format!("{tool} calls {call}"),
        }
    }
}

/// Whether the file says already what is to be added. A refusal where it would say something else.
pub(super) fn is_there(root: &Node, addition: &Addition) -> Result<bool, Refusal> {
    let items = |node: Option<&Node>| node.and_then(Node::as_sequence).map(<[Node]>::to_vec).unwrap_or_default();
    match addition {
        Addition::Include(path) => Ok(items(root.get("include")).iter().any(|item| includes(item, path))),
        Addition::Repository { name, path } => {
            Ok(items(root.get("include")).iter().any(|item| includes_repository(item, name, path.as_deref())))
        }
        Addition::Call { tool, call } => {
            let is_template = |item: &Node| item.get("id").and_then(Node::text) == Some(tool);
            let known = root.get("tools").and_then(|tools| tools.get(tool));
            if known.is_none() && items(root.get("templates")).iter().any(is_template) {
                return Err(Refusal::Occupied(format!("`{tool}` is a template there, not a tool")));
            }
            Ok(items(known.and_then(|tool| tool.get("run"))).iter().any(|step| calls(step, call)))
        }
    }
}

/// Whether an item of `include` names a directory, in whatever form.
fn includes(item: &Node, path: &str) -> bool {
    let plain = |written: &str| {
        let path = normal(written.trim_start_matches('/'))?;
        let names = crate::include::FILE_NAMES.iter();
        let directory = names.clone().find_map(|name| path.strip_suffix(&format!("/{name}")).map(str::to_owned));
        Some(directory.unwrap_or(path))
    };
    let written = item.text().or_else(|| item.get("path").filter(|_| item.get("repo").is_none())?.text());
    written.is_some_and(|written| !written.starts_with(GITHUB) && plain(written) == plain(path))
}

fn includes_repository(item: &Node, name: &str, path: Option<&str>) -> bool {
    let written = item.text().or_else(|| item.get("repo")?.text()).filter(|written| written.starts_with(GITHUB));
    let Some(reference) = written.and_then(RemoteReference::parse) else { return false };
    let inside = item.get("path").and_then(Node::text).or(reference.path.as_deref());
    let plain = |path: Option<&str>| path.map(|path| path.trim_matches('/').to_owned()).unwrap_or_default();
    reference.name.eq_ignore_ascii_case(name) && plain(inside) == plain(path)
}

fn calls(step: &Node, call: &str) -> bool {
    let target = ["tool", "module", "template"].iter().find_map(|key| step.get(key)?.text());
    step.text().or(target) == Some(call)
}
