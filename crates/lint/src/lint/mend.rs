//! Edits that rules give as fixes: a variable, an argument or a text in the module or step that made a container.

use super::Scene;
use crate::diagnostic::{Edit, Fix, Safety};
use crate::edit::{Page, Piece, node_at, parents, quoted, written};
use crate::expand::Container;
use crate::include::Named;
use crate::model::{Step, StepAction};
use crate::source::Span;
use crate::syntax::{Node, Style};

/// The arguments of a call.
const ARGS: &str = "args";

impl Scene<'_> {
    /// Looks for an edit in the file that a place is in.
    fn on_page<T>(&self, span: Span, find: impl FnOnce(&Page<'_>, &Node) -> Option<T>) -> Option<T> {
        // What stands in no file, such as arguments of the command line, cannot be edited.
        let tree = self.documents.tree(span.file)?;
        find(&Page::new(span.file, &self.sources.file(span.file).text, tree), &tree.root)
    }

    /// A new argument of the call that made a container.
    pub(super) fn add_argument(&self, container: &Container, key: &str, value: &Piece) -> Option<Edit> {
        self.on_page(container.origin, |page, root| {
            let call = call_of(root, container)?;
            let entries = call.as_mapping()?;
            let whole = Piece::Lines(vec![(key.to_owned(), value.clone())]);
            match entries.iter().find(|entry| entry.key.text() == Some(ARGS)) {
                None => page.add_entry(call, ARGS, &whole),
                Some(args) if args.value.is_null() => page.fill_entry(call, args, &whole),
                Some(args) => match args.value.as_mapping()?.iter().find(|entry| entry.key.text() == Some(key)) {
                    None => page.add_entry(&args.value, key, value),
                    Some(entry) if entry.value.is_null() => page.fill_entry(&args.value, entry, value),
                    Some(_) => None,
                },
            }
        })
    }

    /// A new item of an argument that is a list.
    pub(super) fn add_to_list(&self, container: &Container, key: &str, item: &Piece) -> Option<Edit> {
        let there = self.on_page(container.origin, |page, root| {
            let list = call_of(root, container)?.get(ARGS)?.get(key).filter(|list| !list.is_null())?;
            Some(list.as_sequence().and_then(|_| page.add_item(list, item)))
        });
        match there {
            Some(edit) => edit,
            None => self.add_argument(container, key, &Piece::List(vec![item.clone()])),
        }
    }

    /// Takes the item of a list, in which a place stands, out of that list.
    pub(super) fn remove_item(&self, place: Span) -> Option<Edit> {
        self.on_page(place, |page, root| {
            let chain = parents(root, place.start as usize);
            let list = chain.iter().rposition(|node| node.as_sequence().is_some())?;
            let item = chain.get(list + 1)?;
            let index = chain[list].as_sequence()?.iter().position(|other| other.span == item.span)?;
            page.remove_item(chain[list], index)
        })
    }

    /// Takes an argument out of the call that made a container.
    pub(super) fn remove_argument(&self, container: &Container, key: &str) -> Option<Edit> {
        self.on_page(container.origin, |page, root| {
            let args = call_of(root, container)?.get(ARGS)?;
            let index = args.as_mapping()?.iter().position(|entry| entry.key.text() == Some(key))?;
            page.remove_entry(args, index)
        })
    }

    /// A new entry of the map in which a place stands; nothing where it has that key.
    pub(super) fn add_beside(&self, place: Span, key: &str, value: &str) -> Option<Edit> {
        self.on_page(place, |page, root| {
            let map = parents(root, place.start as usize).into_iter().rfind(|node| node.as_mapping().is_some())?;
            if map.get(key).is_some() { None } else { page.add_entry(map, key, &Piece::text(value)) }
        })
    }

    /// Lets a step wait for another one; nothing where it waits for one already.
    pub(super) fn add_wait(&self, step: &Step, after: &str) -> Option<Edit> {
        self.on_page(step.span, |page, root| {
            let node = node_at(root, step.span)?;
            let wait = Piece::map(&[("after", after)]);
            if node.as_mapping().is_some() {
                let waits = node.get("after").is_some() || node.get("run-when").is_some();
                return if waits { None } else { page.add_entry(node, "run-when", &wait) };
            }
            let StepAction::Call(target) = &step.action else { return None };
            let word = match self.documents.called(target) {
                Some(Named::Template(template)) => template.word(),
                _ => "module",
            };
            let call = vec![(word.to_owned(), Piece::text(&target.value)), ("run-when".to_owned(), wait)];
            node.as_scalar().filter(|scalar| scalar.style != Style::Block)?;
            Some(page.replace_by(node, &Piece::Map(call)))
        })
    }

    /// Another text for the scalar that was written in a place, where `is` says that it was.
    pub(super) fn rewrite(&self, place: Span, new: &str, is: impl FnOnce(&str) -> bool) -> Option<Edit> {
        self.on_page(place, |page, root| {
            let node = node_at(root, place)?;
            let scalar = node.as_scalar().filter(|scalar| scalar.style != Style::Block && is(&scalar.text))?;
            let json =
                scalar.style == Style::Quoted && self.sources.file(place.file).text.trim_start().starts_with('{');
            let number = new.bytes().all(|byte| byte.is_ascii_digit());
            Some(page.replace_node(
                node,
                if json && !number {
                    quoted(new)
                } else if number {
                    new.to_owned()
                } else {
                    written(new)
                },
            ))
        })
    }

    /// The text of the scalar that was written in a place.
    pub(super) fn scalar_at(&self, place: Span) -> Option<String> {
        self.on_page(place, |_, root| Some(node_at(root, place)?.as_scalar()?.text.to_string()))
    }

    /// Lets a shell read the command that was written in a place as one text.
    pub(super) fn in_shell(&self, place: Span) -> Option<Edit> {
        self.on_page(place, |page, root| {
            let node = node_at(root, place)?;
            let scalar = node.as_scalar().filter(|scalar| scalar.style != Style::Block)?;
            let words = ["sh", "-c", &*scalar.text].map(Piece::text);
            Some(page.replace_by(node, &Piece::List(words.to_vec())))
        })
    }

    /// Characters before the only item of a list in brackets.
    pub(super) fn before_item(&self, place: Span, text: &str) -> Option<Edit> {
        let whole = &self.sources.file(place.file).text;
        let before = whole.get(..place.start as usize)?.trim_end();
        let at = Span { file: place.file, start: place.start, end: place.start };
        before.ends_with('[').then(|| Edit { span: at, text: text.to_owned() })
    }

    /// A fix that puts quotes around what was written in a place without them. The text is not repeated: it may be a secret.
    pub(super) fn quote(&self, place: Span) -> Option<Fix> {
        self.on_page(place, |_, root| {
            let node = node_at(root, place)?;
            let scalar = node.as_scalar().filter(|scalar| scalar.style == Style::Plain)?;
            let verbatim = !scalar.text.contains(['"', '\\']) && self.sources.text(place) == &*scalar.text;
            let at = |offset: u32| Span { file: place.file, start: offset, end: offset };
            let fix = Fix::new(Safety::Safe, "put quotes around it");
            verbatim.then(|| fix.replace(at(place.start), "\"").replace(at(place.end), "\""))
        })
    }

    /// Other characters for a part of the text that was written in a place. The rest is not repeated in the edits: it may be
    /// a secret.
    pub(super) fn replace_part(&self, place: Span, old: &str, new: &str) -> Option<Vec<Edit>> {
        self.on_page(place, |_, root| {
            let node = parents(root, place.start as usize).into_iter().rfind(|node| node.as_scalar().is_some())?;
            let scalar = node.as_scalar()?;
            let part = if self.sources.text(place) == old { place } else { self.part(node.span, old) };
            if part.len() != old.len() || self.sources.text(part) != old {
                return None;
            }
            let change = Edit { span: part, text: new.to_owned() };
            let needs_quotes = scalar.style == Style::Plain && new.contains(['{', '}', '[', ']', ',']);
            if !needs_quotes {
                return Some(vec![change]);
            }
            // Between single quotes only these themselves mean something else.
            let line = !scalar.text.contains(['\'', '\n']) && !new.contains('\'');
            let quote = |at: usize| Edit { span: Span::new(place.file, at, at), text: "'".to_owned() };
            let (start, end) = (node.span.start as usize, node.span.end as usize);
            if !line {
                return None;
            }
            Some(match (start == part.start as usize, end == part.end as usize) {
                (true, true) => vec![Edit { span: part, text: format!("'{new}'") }],
                (true, false) => vec![Edit { span: part, text: format!("'{new}") }, quote(end)],
                (false, true) => vec![quote(start), Edit { span: part, text: format!("{new}'") }],
                (false, false) => vec![quote(start), change, quote(end)],
            })
        })
    }
}

/// The map of the module or step that made a container by calling a blueprint itself.
fn call_of<'n>(root: &'n Node, container: &Container) -> Option<&'n Node> {
    let within = container.origin.start <= container.call.start && container.call.end <= container.origin.end;
    let call = node_at(root, container.origin).filter(|_| within && container.call.file == container.origin.file)?;
    let target = ["module", "tool", "template"].iter().find_map(|key| call.get(key))?;
    (target.span == container.call).then_some(call)
}
