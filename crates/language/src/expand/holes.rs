//! Whether an argument may hold more than could be read: a hole, or a name that nobody has set yet.

use crate::value::{Data, Value};

/// `env` when any variable may be missing from a list of them, `env.NAME` when that one may.
pub(super) fn holes_of_env(env: &Value) -> Vec<String> {
    let whole = || vec!["env".to_owned()];
    let items = match &env.data {
        Data::List(items) => items,
        _ if env.is_null() => return Vec::new(),
        _ => return whole(),
    };
    let mut holes = Vec::new();
    for item in items.iter().filter(|item| !item.is_null()) {
        let Some(name) = item.get("name").and_then(Value::to_text).and_then(|name| name.known()) else {
            return whole();
        };
        // A reference to a value that is not set is no hole: the variable is there.
        if item.get("value").is_none_or(Value::is_unknown) {
            holes.push(format!("env.{name}"));
        }
    }
    holes
}

/// Whether mounts may be missing from a list of them. The content of a mounted file hides none.
pub(super) fn mounts_have_hole(mounts: &Value) -> bool {
    match &mounts.data {
        Data::List(items) => items.iter().any(mounts_have_hole),
        Data::Map(map) => map.iter().any(|(key, value)| key.value != "data" && mounts_have_hole(value)),
        _ => !mounts.is_null() && !is_known(mounts),
    }
}

fn is_known(value: &Value) -> bool {
    value.to_text().is_some_and(|text| text.known().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span, Spanned};
    use crate::value::{Map, Segment, Text};

    fn at(data: Data) -> Value {
        Value::new(data, Span::start_of(FileId(0)))
    }

    fn map(entries: &[(&str, Data)]) -> Value {
        let entry =
            |(key, data): &(&str, Data)| (Spanned::new((*key).to_owned(), Span::start_of(FileId(0))), at(data.clone()));
        at(Data::Map(entries.iter().map(entry).collect::<Map>()))
    }

    fn unset() -> Data {
        let mut text = Text::default();
        text.push(Segment::Value { name: "host".to_owned(), content: None });
        Data::Text(text)
    }

    #[test]
    fn a_variable_whose_value_is_not_set_is_there_all_the_same() {
        let name = Data::Plain("HOST".into());
        let list = |item| at(Data::List(vec![at(Data::Null), item]));
        let none = Vec::<String>::new();
        assert_eq!(holes_of_env(&list(map(&[("name", name.clone()), ("value", unset())]))), none);
        assert_eq!(holes_of_env(&list(map(&[("name", name.clone()), ("value", Data::Null)]))), none);
        assert_eq!(holes_of_env(&list(map(&[("name", name), ("value", Data::Unknown)]))), ["env.HOST"]);
        assert_eq!(holes_of_env(&list(map(&[("name", unset()), ("value", Data::Null)]))), ["env"]);
        assert_eq!(holes_of_env(&list(at(Data::Unknown))), ["env"]);
        assert_eq!(holes_of_env(&at(Data::Unknown)), ["env"]);
        assert_eq!(holes_of_env(&at(Data::Null)), none);
    }

    #[test]
    fn a_mount_whose_path_is_not_set_may_be_anywhere() {
        let list = |path, data| {
            let source = map(&[("type", Data::Plain("string".into())), ("data", data)]);
            at(Data::List(vec![map(&[("path", path), ("source", source.data)])]))
        };
        assert!(!mounts_have_hole(&list(Data::Plain("/data".into()), Data::Text(Text::secret("config")))));
        assert!(mounts_have_hole(&list(unset(), Data::Null)));
        assert!(mounts_have_hole(&list(Data::Unknown, Data::Null)));
    }
}
