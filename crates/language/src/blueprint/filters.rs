//! What a template can do with an argument beside passing it on.

use std::path::Path;
use std::sync::atomic::Ordering;

use minijinja::{Environment, Error, ErrorKind, State, Value};

use super::json::json;
use super::leaf::{Leaf, Leaves};
use super::render::LONGEST;
use super::shell::script;
use crate::source::{Span, Spanned};
use crate::value::{self, Data, ParamType, Segment, Text};

/// Adds the filters and tests that templates may use.
pub(super) fn add(environment: &mut Environment<'_>) {
    environment.add_filter("script_name", script_name);
    environment.add_filter("after", after);
    environment.add_filter("join", join);
    environment.add_filter("addresses", addresses);
    environment.add_filter("executable", executable);
    environment.add_filter("json", as_json);
    environment.add_test("sequence", |value: &Value| value.kind() == minijinja::value::ValueKind::Seq);
}

/// The file name under which an init script is mounted: its own where it has one, else one that keeps the order.
fn script_name(state: &State, source: &Value, index: usize, count: usize) -> Result<Value, Error> {
    let leaves = Leaves::current(state)?;
    let known = |key: &str| {
        let value = source.get_attr(key).ok()?;
        value.downcast_object_ref::<Leaf>().and_then(|leaf| leaf.text.as_ref()?.known())
    };
    let own = known("path").and_then(|path| Some(Path::new(&path).file_name()?.to_str()?.to_owned()));
    let name = own.unwrap_or_else(|| {
        let shell = known("data").is_some_and(|data| data.starts_with("#!"));
        let width = (count * 10).to_string().len();
        format!("{:0width$}-script.{}", index * 10, if shell { "sh" } else { "sql" })
    });
    let span = source.downcast_object_ref::<Leaf>().map_or(leaves.call, |leaf| leaf.span);
    Ok(leaves.text(Text::literal(name), span))
}

/// A command as a list that has a shell run `first` before it. Text is shell, as its author sees it; the words of a list
/// are passed on as they are.
fn after(state: &State, command: &Value, first: &str) -> Result<Value, Error> {
    let leaves = Leaves::current(state)?;
    let leaf = command.downcast_object_ref::<Leaf>();
    if leaf.is_some_and(Leaf::is_hole) {
        return Ok(command.clone());
    }
    let span = leaf.map_or(leaves.call, |leaf| leaf.span);
    let literal = |text: String| leaves.text(Text::literal(text), span);
    let shell = |script: String| vec![Value::from("sh"), Value::from("-c"), literal(format!("{first}; {script}"))];
    if let Some(text) = leaf.and_then(|leaf| leaf.text.clone()).or_else(|| command.as_str().map(Text::literal)) {
        // Text with an open quote is left as it is: reading it as a command finds that.
        let Some(found) = script(&text) else { return Ok(command.clone()) };
        let mut words = shell(found.text);
        if !found.arguments.is_empty() {
            words.push(Value::from("sh"));
        }
        words.extend(found.arguments.into_iter().map(|argument| leaves.text(argument, span)));
        return Ok(words.into());
    }
    if command.kind() != minijinja::value::ValueKind::Seq {
        return Err(Error::new(ErrorKind::InvalidOperation, "`after` takes text or a list"));
    }
    let mut words = shell("exec \"$@\"".to_owned());
    words.push(Value::from("sh"));
    words.extend(command.try_iter()?.filter(|word| !word.is_none()));
    Ok(words.into())
}

/// The texts of a list, or what stands under `key` in each of its items, as one text. What is null is left out.
fn join(items: &Value, separator: &str, key: Option<&str>) -> Result<String, Error> {
    if items.kind() != minijinja::value::ValueKind::Seq {
        return Err(Error::new(ErrorKind::InvalidOperation, "`join` takes a list"));
    }
    let mut joined = String::new();
    let mut first = true;
    for item in items.try_iter()?.filter(|item| !item.is_none()) {
        let text = key.map_or_else(|| Ok(item.clone()), |key| item.get_attr(key))?;
        if text.is_none() || text.is_undefined() {
            continue;
        }
        if !std::mem::take(&mut first) {
            joined.push_str(separator);
        }
        joined.push_str(&text.to_string());
        // A separator may be any text: what grows with every use has to end somewhere.
        if joined.len() > LONGEST {
            return Err(Error::new(ErrorKind::WriteFailure, "`join` makes more than may be written"));
        }
    }
    Ok(joined)
}

/// A list of `{host, port}` as `host:port` with `separator` between them.
fn addresses(state: &State, servers: &Value, separator: &str) -> Result<Value, Error> {
    let leaves = Leaves::current(state)?;
    let servers = argument(&leaves, servers, "addresses")?;
    match joined(&servers, separator) {
        Some(text) => made(&leaves, text, servers.span),
        None => Ok(leaves.wrap(&value::Value::unknown(servers.span), &ParamType::Any)),
    }
}

/// `None` when a part of it is a hole.
fn joined(servers: &value::Value, separator: &str) -> Option<Text> {
    let Data::List(servers) = &servers.data else { return None };
    let mut text = Text::default();
    for (index, server) in servers.iter().filter(|server| !server.is_null()).enumerate() {
        text.push(Segment::Literal(if index == 0 { "" } else { separator }.to_owned()));
        text.append(&server.get("host")?.to_text()?);
        text.push(Segment::Literal(":".to_owned()));
        text.append(&server.get("port")?.to_text()?);
    }
    Some(text)
}

/// A mount source whose file can be run, where its content is given.
fn executable(state: &State, source: &Value) -> Result<Value, Error> {
    let leaves = Leaves::current(state)?;
    let mut source = argument(&leaves, source, "executable")?;
    let given = source.get("data").is_some_and(|data| !data.is_null());
    if let Data::Map(map) = &mut source.data
        && given
    {
        map.insert(
            Spanned::new("executable".to_owned(), source.span),
            value::Value::new(Data::Bool(true), source.span),
        );
    }
    Ok(leaves.wrap(&source, &ParamType::Any))
}

/// An argument as JSON, for a file whose reader escapes what comes from values and secrets.
fn as_json(state: &State, value: &Value) -> Result<Value, Error> {
    let leaves = Leaves::current(state)?;
    let value = argument(&leaves, value, "json")?;
    match json(&value) {
        Some(text) => made(&leaves, text, value.span),
        None => Ok(leaves.wrap(&value::Value::unknown(value.span), &ParamType::Any)),
    }
}

/// Text that a filter made. It counts as written: JSON of JSON has twice the backslashes, and what grows with every use has
/// to end somewhere.
fn made(leaves: &Leaves, text: Text, span: Span) -> Result<Value, Error> {
    let length = |part: &Segment| if let Segment::Literal(text) = part { text.len() } else { 1 };
    let length: usize = text.segments().iter().map(length).sum();
    if leaves.written.fetch_add(length, Ordering::Relaxed) + length > LONGEST {
        return Err(Error::new(ErrorKind::WriteFailure, "the template makes more than may be written"));
    }
    Ok(leaves.text(text, span))
}

/// The argument behind a template's value.
fn argument(leaves: &Leaves, value: &Value, filter: &str) -> Result<value::Value, Error> {
    leaves.value_of(value).ok_or_else(|| {
        Error::new(ErrorKind::InvalidOperation, format!("`{filter}` takes an argument of the blueprint"))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn joins_the_texts_of_a_list_or_of_a_key_of_its_items() {
        let texts = Value::from(vec![Value::from("a"), Value::from(()), Value::from("b")]);
        assert_eq!(join(&texts, ",", None).unwrap(), "a,b");
        let item = |name: &str| Value::from_pairs([("name", Value::from(name))]);
        assert_eq!(join(&Value::from(vec![item("a"), item("b")]), ", ", Some("name")).unwrap(), "a, b");
        assert_eq!(join(&Value::from(Vec::<Value>::new()), ",", None).unwrap(), "");
        assert!(join(&Value::from("text"), ",", None).is_err());
    }

    #[test]
    fn what_is_joined_cannot_grow_without_end() {
        let many = Value::from(vec![Value::from("x"); 1000]);
        let separator = join(&many, "", None).unwrap();
        assert!(join(&many, &separator, None).is_ok());
        let longer = join(&many, &separator[..100], None).unwrap();
        assert!(join(&many, &longer, None).is_err());
    }
}
