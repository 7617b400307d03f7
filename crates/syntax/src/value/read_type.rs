//! Reads a type from the tree: `int`, `[default, int, 5432]`, `{policy: [enum, always, on-failure]}`.

use super::literal::literal;
use super::param_type::{Field, Named, ParamType};
use crate::declare_rule;
use crate::diagnostic::{Diagnostics, did_you_mean};
use crate::source::Spanned;
use crate::syntax::{Node, NodeKind};

declare_rule! {
    /// a parameter's type cannot be read
    ///
    /// A type is a name (`str`, `int`, `num`, `bool`, `any`, `id`, `absolute-path`, `docker-image`, `env-var`,
    /// `mount-source`, `service-spec`, `data-size`, `duration`, `url-path`, `http-method`), a list of one type (`[str]`),
    /// a map of types (`{host: str, port: int}`), or one of `[default, T, value]`, `[maybe, T]`, `[either, T, …]`,
    /// `[enum, value, …]`, `[regex, "…"]` and `[map, K, V]`. Arguments cannot be checked against anything else.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     params:
    ///       - {id: port, type: [default, integer, 3000]}
    ///     args: {image: "busybox:1.36", env: [{name: PORT, value: pt.param port}]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     params:
    ///       - {id: port, type: [default, int, 3000]}
    ///     args: {image: "busybox:1.36", env: [{name: PORT, value: pt.param port}]}
    /// ```
    pub static BAD_TYPE = { name: "bad-type", code: "PT129", level: Error, precision: VeryHigh };
}

/// Types with a name of their own.
const SIMPLE: [(&str, ParamType); 5] = [
    ("any", ParamType::Any),
    ("bool", ParamType::Bool),
    ("int", ParamType::Int),
    ("num", ParamType::Num),
    ("str", ParamType::Str),
];

/// Types that the language names but nothing here can check; everything fits them.
const OPAQUE: [&str; 4] = ["code", "service-ref", "dataset-sink", "instance-type"];

/// Words that begin a list type; `list` is a slip for `[T]`, known so that it can be told.
pub const CONSTRUCTORS: [&str; 7] = ["default", "maybe", "either", "enum", "regex", "map", "list"];

/// Names that people coming from other languages write.
const FOREIGN: [(&str, &str); 8] = [
    ("string", "str"),
    ("text", "str"),
    ("integer", "int"),
    ("number", "num"),
    ("float", "num"),
    ("boolean", "bool"),
    ("object", "any"),
    ("array", "[any]"),
];

/// Every type that is a name, by its spelling.
pub fn type_names() -> impl Iterator<Item = (&'static str, ParamType)> {
    let named = Named::ALL.into_iter().map(|(spelling, named)| (spelling, ParamType::Named(named)));
    let opaque = OPAQUE.into_iter().map(|spelling| (spelling, ParamType::Any));
    SIMPLE.into_iter().chain(named).chain(opaque)
}

/// Reads the type written at `node`; what cannot be read is reported and becomes a hole.
pub fn read_type(node: &Node, diagnostics: &mut Diagnostics) -> ParamType {
    match &node.kind {
        NodeKind::Missing => ParamType::Unknown,
        NodeKind::Scalar(_) if node.is_null() => {
            diagnostics.report(&BAD_TYPE, node.span, "a type is expected here, such as `str`").help("write `str`");
            ParamType::Unknown
        }
        NodeKind::Scalar(scalar) => named_type(&scalar.text, node, diagnostics),
        NodeKind::Sequence(items) => list_type(items, node, diagnostics),
        NodeKind::Mapping(entries) => {
            let field = |entry: &crate::syntax::Entry, diagnostics: &mut Diagnostics| {
                let name = Spanned::new(entry.key.text()?.to_owned(), entry.key.span);
                Some(Field { name, kind: read_type(&entry.value, diagnostics) })
            };
            ParamType::Record(entries.iter().filter_map(|entry| field(entry, diagnostics)).collect())
        }
    }
}

fn named_type(name: &str, node: &Node, diagnostics: &mut Diagnostics) -> ParamType {
    if let Some((_, simple)) = SIMPLE.iter().find(|(spelling, _)| *spelling == name) {
        return simple.clone();
    }
    if let Some((_, named)) = Named::ALL.iter().find(|(spelling, _)| *spelling == name) {
        return ParamType::Named(*named);
    }
    if OPAQUE.contains(&name) {
        return ParamType::Any;
    }
    let known = SIMPLE.iter().map(|(spelling, _)| *spelling).chain(Named::ALL.iter().map(|(spelling, _)| *spelling));
    let foreign = FOREIGN.iter().find(|(spelling, _)| *spelling == name.to_lowercase()).map(|(_, ours)| *ours);
    let help = match foreign.or_else(|| did_you_mean(name, known)) {
        Some(near) => format!("write `{near}`"),
        None if CONSTRUCTORS.contains(&name) => format!("write it as a list: `[{name}, …]`"),
        None => "known types are `str`, `int`, `num`, `bool`, `any`, `[T]`, `{key: T}` and more: `pt explain bad-type`"
            .to_owned(),
    };
    diagnostics.report(&BAD_TYPE, node.span, format!("there is no type `{name}`")).help(help);
    ParamType::Unknown
}

fn list_type(items: &[Node], node: &Node, diagnostics: &mut Diagnostics) -> ParamType {
    let head = items.first().and_then(Node::text).unwrap_or_default();
    let rest = items.get(1..).unwrap_or_default();
    match (head, rest) {
        ("maybe", [inner]) => ParamType::Maybe(Box::new(read_type(inner, diagnostics))),
        ("default", [inner, value]) => {
            ParamType::Default(Box::new(read_type(inner, diagnostics)), Box::new(literal(value)))
        }
        ("either", [_, ..]) => ParamType::Either(rest.iter().map(|inner| read_type(inner, diagnostics)).collect()),
        ("enum", [_, ..]) => ParamType::Enum(rest.iter().filter_map(|value| value.text().map(str::to_owned)).collect()),
        ("regex", [pattern]) => regex_type(pattern, diagnostics),
        ("map", [key, value]) => {
            ParamType::Map(Box::new(read_type(key, diagnostics)), Box::new(read_type(value, diagnostics)))
        }
        ("list", [inner]) => {
            diagnostics.report(&BAD_TYPE, node.span, "`[list, T]` is no type").help("a list of T is written `[T]`");
            ParamType::List(Box::new(read_type(inner, diagnostics)))
        }
        (constructor, _) if CONSTRUCTORS.contains(&constructor) => {
            diagnostics
                .report(&BAD_TYPE, node.span, format!("`{constructor}` takes {}", constructor_arguments(constructor)))
                .label(format!("{} given", rest.len()));
            ParamType::Unknown
        }
        (_, []) if !items.is_empty() => ParamType::List(Box::new(read_type(&items[0], diagnostics))),
        _ => {
            diagnostics
                .report(&BAD_TYPE, node.span, "a list type has one item type, as in `[str]`")
                .help("for one of several types write `[either, A, B]`; for one of several values `[enum, a, b]`");
            ParamType::Unknown
        }
    }
}

fn regex_type(pattern: &Node, diagnostics: &mut Diagnostics) -> ParamType {
    /// A compiled pattern may not grow beyond this many bytes, whatever the file says.
    const COMPILED_LIMIT: usize = 1 << 20;
    let text = pattern.text().unwrap_or_default();
    let build = |pattern: &str| regex::RegexBuilder::new(pattern).size_limit(COMPILED_LIMIT).build();
    // Compiled alone first: `a)|(b` would become valid between the anchors.
    match build(text).and_then(|_| build(&format!("^(?:{text})$"))) {
        Ok(compiled) => ParamType::Regex(compiled),
        Err(error) => {
            let cause = error.to_string();
            let last = cause.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            diagnostics.report(&BAD_TYPE, pattern.span, format!("`{text}` is no regular expression: {last}"));
            ParamType::Unknown
        }
    }
}

/// What a constructor takes, with an example.
pub fn constructor_arguments(constructor: &str) -> &'static str {
    match constructor {
        "default" => "a type and a value: `[default, int, 5432]`",
        "maybe" => "one type: `[maybe, str]`",
        "either" => "types: `[either, str, [str]]`",
        "enum" => "values: `[enum, always, never]`",
        "regex" => "one pattern: `[regex, \"[a-z]+\"]`",
        "map" => "two types: `[map, str, int]`",
        _ => "one type: `[str]`",
    }
}
