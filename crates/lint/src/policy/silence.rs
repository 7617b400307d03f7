//! Parts of a policy that can never say anything: rules that nobody reads, and keys that no input has. The language takes
//! both without a word, and a gate would stay open.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::input::Input;
use crate::diagnostic::{did_you_mean, one_of};
use crate::model::DOCUMENT_KEYS;
use crate::source::{FileId, Sources, Span};

/// What is wrong at a place, and what to type.
pub(super) struct Silence {
    pub(super) span: Span,
    pub(super) message: String,
    pub(super) help: String,
}

/// Names of rules that are read, to which `_NAME` may be added.
const READ: [&str; 4] = ["deny", "violation", "warn", "exception"];

/// Everything silent in these files, which the interpreter could read; `asked` are the places of the rules that are asked.
pub(super) fn silences(sources: &Sources, asked: &[Span]) -> Vec<Silence> {
    let codes: Vec<(FileId, String)> = sources.iter().map(|(file, source)| (file, code(&source.text))).collect();
    let mut found = Vec::new();
    for (file, text) in &codes {
        unread_rules(*file, text, &codes, asked, &mut found);
        unknown_keys(*file, text, &mut found);
    }
    found
}

/// The text with blanks for comments and for what stands in quotes: every offset stays what it is.
fn code(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut quote = None;
    let mut escaped = false;
    let mut in_comment = false;
    for letter in text.chars() {
        let hidden = match (quote, in_comment) {
            (Some(end), _) => {
                let ends = letter == end && !escaped;
                escaped = end == '"' && letter == '\\' && !escaped;
                quote = quote.filter(|_| !ends);
                !ends
            }
            (None, true) => {
                in_comment = letter != '\n';
                in_comment
            }
            (None, false) => {
                quote = Some(letter).filter(|letter| matches!(letter, '"' | '`'));
                in_comment = letter == '#';
                in_comment
            }
        };
        if hidden && letter != '\n' {
            code.extend(std::iter::repeat_n(' ', letter.len_utf8()));
        } else {
            code.push(letter);
        }
    }
    code
}

fn unread_rules(file: FileId, text: &str, codes: &[(FileId, String)], asked: &[Span], found: &mut Vec<Silence>) {
    let heads: Vec<(Span, &str)> = RULE
        .captures_iter(text)
        .filter_map(|head| head.name("name"))
        .filter(|name| !["package", "import", "default", "else"].contains(&name.as_str()))
        .map(|name| (Span::new(file, name.start(), name.end()), name.as_str()))
        .collect();
    if heads.is_empty() {
        let span = Span::start_of(file);
        let message = "this policy has no rule".to_owned();
        found.push(Silence { span, message, help: HELP.to_owned() });
        return;
    }
    // A file of helpers says nothing by itself, and is read by those that call it.
    if heads.iter().any(|(span, name)| asked.contains(span) || is_used(name, codes)) {
        return;
    }
    let Some((span, name)) = heads.first() else { return };
    let help = match READ.iter().find(|read| name.starts_with(&read[..3])) {
        Some(near) => format!("did you mean `{near}`? {HELP}"),
        None => HELP.to_owned(),
    };
    found.push(Silence { span: *span, message: format!("nothing reads the rule `{name}`"), help });
}

const HELP: &str = "what is read is called `deny`, `violation`, `warn` or `exception`, or so with `_NAME` behind it";

/// Whether a name stands anywhere but at the beginning of a rule.
fn is_used(name: &str, codes: &[(FileId, String)]) -> bool {
    let is_word = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    codes.iter().any(|(_, text)| {
        text.match_indices(name).any(|(at, _)| {
            let (before, after) = (&text[..at], &text[at + name.len()..]);
            let alone = !is_word(before.chars().next_back()) && !is_word(after.chars().next());
            let heads = before.is_empty() || before.ends_with('\n') || before.ends_with("\ndefault ");
            alone && !heads
        })
    })
}

/// Keys that are looked for where no input has them, from `input` on, and from what a variable stands for.
fn unknown_keys(file: FileId, text: &str, found: &mut Vec<Silence>) {
    let mut known: BTreeMap<&str, Option<&'static Value>> = BTreeMap::new();
    known.insert("input", Some(&SCHEMA));
    // A variable that stands for two different things is nothing that could be said anything of.
    for bound in BOUND.captures_iter(text) {
        let name = bound.name("name").or_else(|| bound.name("plain"));
        let (Some(name), Some(path)) = (name, bound.name("path")) else { continue };
        let node = end_of(path.as_str(), &known).and_then(|node| match bound.name("some") {
            Some(_) => element(node),
            None => Some(node),
        });
        let entry = known.entry(name.as_str()).or_insert(node);
        if !entry.zip(node).is_some_and(|(one, other)| std::ptr::eq(one, other)) {
            *entry = None;
        }
    }
    for path in PATH.find_iter(text) {
        let before = text[..path.start()].chars().next_back();
        if before.is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '.' | ']')) {
            continue;
        }
        let Err((key, at, names)) = walk(path.as_str(), &known) else { continue };
        let help = match did_you_mean(&key, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there is {}", one_of(names.iter().map(String::as_str))),
        };
        let start = path.start() + at;
        let message = format!("no input has the key `{key}` here, so that this never holds");
        found.push(Silence { span: Span::new(file, start, start + key.len()), message, help });
    }
}

fn end_of(path: &str, known: &BTreeMap<&str, Option<&'static Value>>) -> Option<&'static Value> {
    walk(path, known).ok().flatten()
}

/// A key that is not there, its offset in the path, and the keys that are.
type Missing = (String, usize, Vec<String>);

/// What a path leads to, where that is known.
fn walk(path: &str, known: &BTreeMap<&str, Option<&'static Value>>) -> Result<Option<&'static Value>, Missing> {
    let mut steps = STEP.find_iter(path);
    let root = steps.next().map_or("", |step| step.as_str());
    let Some(mut node) = known.get(root).copied().flatten() else { return Ok(None) };
    for step in steps {
        let next = match step.as_str().strip_prefix('.') {
            Some(key) => match property(node, key) {
                Ok(next) => next,
                Err(names) => return Err((key.to_owned(), step.start() + 1, names)),
            },
            None => element(node),
        };
        let Some(next) = next else { return Ok(None) };
        node = next;
    }
    Ok(Some(node))
}

/// The schema behind a reference, and what may be there besides `null`.
fn resolved(node: &'static Value) -> Option<&'static Value> {
    if let Some(name) = node["$ref"].as_str() {
        return SCHEMA.pointer(name.strip_prefix('#')?);
    }
    let options = node["anyOf"].as_array();
    options.map_or(Some(node), |options| options.iter().find(|option| option["type"] != "null").and_then(resolved))
}

/// The schema of a key; the keys that there are where it is none of them.
fn property(node: &'static Value, key: &str) -> Result<Option<&'static Value>, Vec<String>> {
    let Some(node) = resolved(node) else { return Ok(None) };
    let is_input = std::ptr::eq(node, &raw const *SCHEMA);
    let Some(properties) = node["properties"].as_object() else { return Ok(element(node)) };
    if let Some(found) = properties.get(key) {
        return Ok(Some(found));
    }
    if is_input && DOCUMENT_KEYS.contains(&key) {
        return Ok(None);
    }
    let more = if is_input { &DOCUMENT_KEYS[..] } else { &[] };
    Err(properties.keys().map(String::as_str).chain(more.iter().copied()).map(str::to_owned).collect())
}

/// The schema of what is in a list, or behind any key of a map.
fn element(node: &'static Value) -> Option<&'static Value> {
    let node = resolved(node)?;
    [&node["items"], &node["additionalProperties"]].into_iter().find(|node| node.is_object())
}

static SCHEMA: LazyLock<Value> = LazyLock::new(|| schemars::schema_for!(Input).to_value());

/// A pattern of our own is right, or no test passes.
#[allow(clippy::expect_used, reason = "constant patterns")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern")
}

static RULE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)^(?:default[ \t]+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\b"));
static PATH: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*|\[[^\[\]]*\])+"));
static STEP: LazyLock<Regex> = LazyLock::new(|| pattern(r"\.?[A-Za-z_][A-Za-z0-9_]*|\[[^\[\]]*\]"));
static BOUND: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?:(?P<some>some|every)[ \t]+(?:[A-Za-z_][A-Za-z0-9_]*[ \t]*,[ \t]*)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)[ \t]+in",
        r"|(?P<plain>[A-Za-z_][A-Za-z0-9_]*)[ \t]*:=)",
        r"[ \t]+(?P<path>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*|\[[^\[\]]*\])*)",
    ))
});

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::source::SourceFile;

    fn said(text: &str, asked: &[&str]) -> Vec<String> {
        let mut sources = Sources::default();
        let file = sources.add(SourceFile::new("p.rego", text));
        let head = |name: &&str| {
            let at = text.find(*name).unwrap();
            Span::new(file, at, at + name.len())
        };
        let asked: Vec<Span> = asked.iter().map(head).collect();
        silences(&sources, &asked).into_iter().map(|it| format!("{}: {}", it.message, it.help)).collect()
    }

    #[test]
    fn keys_that_no_input_has_are_found_from_input_and_from_variables() {
        let found = said(
            "package p\ndeny contains m if {\n  some id, c in input.stack.contianers\n  m := \"input.nothing\" # input.no\n}\n",
            &["deny"],
        );
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("`contianers`") && found[0].ends_with("did you mean `containers`?"), "{found:?}");
        let found = said(
            "package p\ndeny contains m if {\n  some id, c in input.stack.containers\n  c.imag.tag == \"x\"\n  some p in c.ports\n  \
             p.host.adress\n  c.env.WHATEVER\n  input.modules[_].args.any\n  r := c.restart\n  r.polcy\n  m := \"\"\n}\n",
            &["deny"],
        );
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found.iter().any(|it| it.contains("`imag`")) && found.iter().any(|it| it.contains("`adress`")));
        assert!(said("package p\nwarn if input.modlues[0]\n", &["warn"])[0].contains("did you mean `modules`?"));
    }

    #[test]
    fn rules_that_nothing_reads_are_found_and_helpers_are_not() {
        let found = said("package p\ndenied contains m if { m := \"x\" }\n", &[]);
        assert!(found[0].starts_with("nothing reads the rule `denied`: did you mean `deny`?"), "{found:?}");
        assert!(said("package p\n", &[])[0].starts_with("this policy has no rule"));
        let text =
            "package p\nhelper(x) if x > 1\n\nlist := [1]\n\ndeny contains m if { helper(list[0]); m := \"x\" }\n";
        assert_eq!(said(text, &["deny"]), Vec::<String>::new());
    }
}
