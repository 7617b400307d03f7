//! The named types: what an image reference, a mount source or a service has to look like.

use std::sync::LazyLock;

use super::env_entry;
use super::fit::{INVALID_LITERAL, WRONG_TYPE, fit, record};
use super::image::image_problem;
use super::mismatch::mismatch;
use super::param_type::{Field, Named, ParamType};
use super::{Data, Value, What, scalar};
use crate::diagnostic::{Diagnostics, Fix, did_you_mean, one_of};
use crate::source::{FileId, Span, Spanned, letter_in_words};

/// Fits a value to a named type.
pub(super) fn fit_named(value: Value, kind: Named, what: What<'_>, diagnostics: &mut Diagnostics) -> Value {
    let expected = ParamType::Named(kind);
    match kind {
        Named::EnvVar => match env_entry::misplaced(&value) {
            Some(misplaced) => misplaced.report(value.span, diagnostics),
            None => record(value, &ENV_VAR, &expected, what, diagnostics),
        },
        Named::ServiceSpec => record(value, &SERVICE, &expected, what, diagnostics),
        Named::ServicePort => service_port(value, &expected, what, diagnostics),
        Named::MountSource => mount_source(value, &expected, what, diagnostics),
        Named::PortNumber => port_number(value, what, diagnostics),
        Named::DataSize if matches!(value.data, Data::Int(size) if size >= 0) => value,
        _ => text(value, kind, &expected, what, diagnostics),
    }
}

fn text(value: Value, kind: Named, expected: &ParamType, what: What<'_>, diagnostics: &mut Diagnostics) -> Value {
    if let Some(path) = braced_path(&value).filter(|_| kind == Named::AbsolutePath) {
        diagnostics
            .report(&WRONG_TYPE, value.span, format!("{what} must be a path, found a map that starts with `{path}`"))
            .label("the braces belong around the whole item, not after `path:`")
            .help(format!("write `{{ path: {path}, source: … }}`"));
        return Value::unknown(value.span);
    }
    let Some(text) = value.to_text() else { return mismatch(value, expected, what, diagnostics) };
    let Some(known) = text.known() else { return Value::new(Data::Text(text), value.span) };
    if let Some(problem) = problem(kind, &known) {
        let message = if known.is_empty() {
            format!("{what} is empty")
        } else {
            format!("{what} cannot be `{}`: {problem}", cut(&known))
        };
        let report = diagnostics.report(&INVALID_LITERAL, value.span, message);
        report.label(format!("expected {expected}"));
        if let Some(name) = unexpanded(&known) {
            report.help(format!("nothing puts `{name}` in here: write a reference, such as `{{pt.value name}}`"));
        }
        return Value::unknown(value.span);
    }
    Value::new(Data::Text(text), value.span)
}

/// A variable as shells and Compose write it.
fn unexpanded(text: &str) -> Option<String> {
    let (_, rest) = text.split_once('$')?;
    let rest = rest.strip_prefix('{').unwrap_or(rest);
    let name: String = rest.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_').collect();
    (name.len() > 1 && name.starts_with(|first: char| first.is_ascii_uppercase())).then(|| format!("${name}"))
}

fn cut(text: &str) -> String {
    const SHOWN: usize = 60;
    text.chars().take(SHOWN).collect()
}

/// `path: { /cache/, source: … }` is a map whose first key is the path: a slip that many files hold.
fn braced_path(value: &Value) -> Option<&str> {
    match &value.data {
        Data::Map(map) => map.iter().next().map(|(key, _)| key.value.as_str()).filter(|key| key.starts_with('/')),
        _ => None,
    }
}

/// Why a text is not of its kind.
fn problem(kind: Named, text: &str) -> Option<String> {
    match kind {
        Named::Id => id_problem(text),
        Named::AbsolutePath if !text.starts_with('/') => Some("it must start with `/`".to_owned()),
        Named::AbsolutePath if text.split('/').any(|part| part == "..") => {
            Some("`..` has no place in an absolute path".to_owned())
        }
        Named::AbsolutePath | Named::UrlPath if text.contains('\0') => Some("it holds a NUL character".to_owned()),
        Named::DockerImage => image_problem(text),
        Named::DataSize if scalar::data_size(text).is_none() => Some("write a number and a unit".to_owned()),
        Named::Duration if scalar::duration(text).is_none() => {
            Some("write a number and `ms`, `s`, `m`, `h`, `d`, `w`, `mo` or `y`".to_owned())
        }
        Named::UrlPath if !text.starts_with('/') => Some("it must start with `/`".to_owned()),
        Named::HttpMethod if !HTTP_METHODS.contains(&text.to_ascii_uppercase().as_str()) => {
            Some(format!("write {}", one_of(HTTP_METHODS)))
        }
        _ => None,
    }
}

/// The methods of HTTP.
pub const HTTP_METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// Why a text is no name, if it is none.
pub fn id_problem(text: &str) -> Option<String> {
    const LONGEST: usize = 63;
    let Some(first) = text.chars().next() else { return Some("it has no character".to_owned()) };
    if !first.is_ascii_alphanumeric() && first != '_' {
        return Some("it must start with a letter or digit".to_owned());
    }
    if let Some(bad) = text.chars().find(|letter| !letter.is_ascii_alphanumeric() && !"_.-".contains(*letter)) {
        return Some(format!("{} is not allowed in a name", letter_in_words(bad)));
    }
    (text.len() > LONGEST).then(|| format!("a name has at most {LONGEST} characters"))
}

fn port_number(value: Value, what: What<'_>, diagnostics: &mut Diagnostics) -> Value {
    let value = fit(value, &ParamType::Int, what, diagnostics);
    match value.data {
        Data::Int(port) if !(1..=65535).contains(&port) => {
            diagnostics
                .report(&INVALID_LITERAL, value.span, format!("{what} cannot be {port}"))
                .label("a port is a number from 1 to 65535");
            Value::unknown(value.span)
        }
        _ => value,
    }
}

fn service_port(value: Value, expected: &ParamType, what: What<'_>, diagnostics: &mut Diagnostics) -> Value {
    match value.data {
        Data::Map(_) => record(value, &PORT, expected, what, diagnostics),
        _ => port_number(value, what, diagnostics),
    }
}

/// A tagged union: `type` says which keys there are.
fn mount_source(value: Value, expected: &ParamType, what: What<'_>, diagnostics: &mut Diagnostics) -> Value {
    if !matches!(value.data, Data::Map(_)) {
        return mismatch(value, expected, what, diagnostics);
    }
    let Some(kind) = value.get("type").cloned() else {
        diagnostics
            .report(&super::fit::MISSING_ARGUMENT, value.span, format!("{what} needs the key `type`"))
            .help(format!("add `type`: {}", one_of(MOUNT_KINDS)));
        return Value::unknown(value.span);
    };
    let Some(known) = kind.to_text().and_then(|text| text.known()) else {
        return if kind.is_unknown() {
            Value::unknown(value.span)
        } else {
            mismatch(kind, &ParamType::Str, What::Named("type"), diagnostics)
        };
    };
    if let Some((_, fields)) = MOUNT_FIELDS.iter().find(|(name, _)| *name == known) {
        record(value, fields, expected, What::Mount(&known), diagnostics)
    } else {
        let near = did_you_mean(&known, MOUNT_KINDS);
        diagnostics
            .report(&INVALID_LITERAL, kind.span, format!("there is no mount type `{known}`"))
            .label(format!("expected {}", one_of(MOUNT_KINDS)))
            .maybe_help(near.map(|near| format!("did you mean `{near}`?")))
            .maybe_fix(near.map(|near| Fix::respell(kind.span, near)));
        Value::unknown(value.span)
    }
}

/// The mount types.
pub const MOUNT_KINDS: [&str; 5] = ["host", "string", "volume", "repo", "dataset"];

/// The keys of a type that is a map with fixed keys; none for the others.
pub fn named_fields(kind: Named) -> &'static [Field] {
    match kind {
        Named::EnvVar => &ENV_VAR,
        Named::ServiceSpec => &SERVICE,
        Named::ServicePort => &PORT,
        _ => &[],
    }
}

fn field(name: &str, kind: ParamType) -> Field {
    Field { name: Spanned::new(name.to_owned(), Span::start_of(FileId(0))), kind }
}

fn maybe(kind: ParamType) -> ParamType {
    ParamType::Maybe(Box::new(kind))
}

fn choice(names: &[&str]) -> ParamType {
    ParamType::Enum(names.iter().map(|name| (*name).to_owned()).collect())
}

static ENV_VAR: LazyLock<Vec<Field>> =
    LazyLock::new(|| vec![field("name", ParamType::Str), field("value", maybe(ParamType::Scalar))]);

static SERVICE: LazyLock<Vec<Field>> = LazyLock::new(|| {
    let ports = ParamType::List(Box::new(maybe(ParamType::Named(Named::ServicePort))));
    vec![field("id", ParamType::Named(Named::Id)), field("ports", maybe(ports))]
});

static PORT: LazyLock<Vec<Field>> = LazyLock::new(|| {
    let number = || maybe(ParamType::Named(Named::PortNumber));
    vec![
        field("port", number()),
        field("range", maybe(ParamType::Str)),
        field("protocol", maybe(choice(&["tcp", "udp", "http", "https"]))),
        field("expose-as", maybe(ParamType::Either(vec![ParamType::Named(Named::PortNumber), ParamType::Str]))),
        field("internal", maybe(ParamType::Bool)),
        field("label", maybe(ParamType::Str)),
    ]
});

/// The keys of each mount type.
pub static MOUNT_FIELDS: LazyLock<Vec<(&str, Vec<Field>)>> = LazyLock::new(|| {
    let kind = || field("type", ParamType::Str);
    let text = || maybe(ParamType::Str);
    vec![
        ("host", vec![kind(), field("path", ParamType::Str)]),
        ("string", vec![kind(), field("data", ParamType::Str), field("executable", maybe(ParamType::Bool))]),
        ("repo", vec![kind(), field("path", text()), field("repo", text())]),
        (
            "volume",
            vec![
                kind(),
                field("id", ParamType::Named(Named::Id)),
                field("scope", maybe(choice(&["project", "job"]))),
                field("create", maybe(choice(&["always", "when-missing", "never"]))),
                field("source", maybe(ParamType::Named(Named::MountSource))),
            ],
        ),
        ("dataset", vec![kind(), field("dataset", ParamType::Str), field("path", text()), field("version", text())]),
    ]
});
