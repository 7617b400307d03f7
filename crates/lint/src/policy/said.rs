//! What a rule of a policy said: texts, or objects that say more.

use serde_json::Value;

/// One thing that a policy found.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Said {
    /// What is wrong.
    pub message: String,
    /// The id of the container that it is about.
    pub container: Option<String>,
    /// The way to the place: into the container where one is named, into the file otherwise.
    pub path: Option<Vec<String>>,
    /// A place as the input gave it.
    pub span: Option<Value>,
    /// What to type.
    pub help: Option<String>,
}

/// Most findings of one rule in one project; a policy that says more has lost its way.
const MOST: usize = 1000;
/// Longest message, in characters.
const LONGEST: usize = 1000;

/// What the value of a rule says; an error where it is of no shape that a policy may give.
pub(super) fn said(value: &Value) -> Result<Vec<Said>, String> {
    match value {
        // Undefined, or a rule of truth that does not hold.
        Value::Null | Value::Bool(false) => Ok(Vec::new()),
        Value::Bool(true) => Ok(vec![Said { message: "this rule holds".to_owned(), ..Said::default() }]),
        Value::Array(items) => items.iter().take(MOST).map(one).collect(),
        other => one(other).map(|said| vec![said]),
    }
}

fn one(value: &Value) -> Result<Said, String> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(cut);
    match value {
        Value::String(message) => Ok(Said { message: cut(message), ..Said::default() }),
        Value::Object(_) => {
            let message = text("msg").ok_or("an object that a rule gives has to have a text `msg`")?;
            Ok(Said {
                message,
                container: text("container"),
                path: value.get("path").map(way).filter(|way| !way.is_empty()),
                span: value.get("span").cloned(),
                help: text("help"),
            })
        }
        _ => Err(format!("a rule gives texts or objects with a `msg`, this one gave `{}`", cut(&value.to_string()))),
    }
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

/// The steps of a path: `env.A`, `mounts[0].path`, `/modules/0/args`, or `["env", "A"]`.
fn way(path: &Value) -> Vec<String> {
    match path {
        Value::Array(steps) => {
            steps.iter().map(|step| step.as_str().map_or_else(|| step.to_string(), str::to_owned)).collect()
        }
        Value::String(text) => match text.strip_prefix('/') {
            Some(pointer) => pointer.split('/').map(|step| step.replace("~1", "/").replace("~0", "~")).collect(),
            None => text
                .replace('[', ".")
                .replace(']', "")
                .split('.')
                .filter(|step| !step.is_empty())
                .map(str::to_owned)
                .collect(),
        },
        _ => Vec::new(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_and_objects_are_read_in_every_shape_that_conftest_takes() {
        assert_eq!(said(&Value::Null), Ok(Vec::new()));
        assert_eq!(said(&json!(false)), Ok(Vec::new()));
        assert_eq!(said(&json!([])), Ok(Vec::new()));
        let plain = |message: &str| Said { message: message.to_owned(), ..Said::default() };
        assert_eq!(said(&json!("a")), Ok(vec![plain("a")]));
        assert_eq!(said(&json!(["a", {"msg": "b", "details": {}}])), Ok(vec![plain("a"), plain("b")]));
        let full = said(&json!([{"msg": "a", "container": "db", "path": "env.A", "help": "do"}])).unwrap().remove(0);
        assert_eq!((full.container.as_deref(), full.help.as_deref()), (Some("db"), Some("do")));
        assert_eq!(full.path.unwrap(), ["env", "A"]);
    }

    #[test]
    fn what_is_neither_is_an_error_in_words() {
        assert!(said(&json!([1])).unwrap_err().contains("this one gave `1`"));
        assert!(said(&json!([{"message": "a"}])).unwrap_err().contains("`msg`"));
    }

    #[test]
    fn a_path_is_written_as_it_comes_to_mind() {
        for path in
            [json!("mounts[0].path"), json!("mounts.0.path"), json!("/mounts/0/path"), json!(["mounts", 0, "path"])]
        {
            assert_eq!(way(&path), ["mounts", "0", "path"], "{path}");
        }
        assert_eq!(way(&json!("/env/A~1B")), ["env", "A/B"]);
        assert_eq!(way(&json!(1)), [""; 0]);
    }

    #[test]
    fn a_message_without_end_is_cut() {
        assert_eq!(cut(&"ü".repeat(5000)).chars().count(), LONGEST);
    }
}
