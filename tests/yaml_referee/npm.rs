//! The YAML reader of editors, the package `yaml` from npm, as a referee.
//!
//! In: texts. Out: what it reads, or its complaint. Node.js runs once for all of them.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value as Json;
use serde_yaml::Value;

/// What the package reads in each text.
pub fn read(texts: &[String]) -> Vec<Result<Json, String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/editor");
    assert!(folder.join("node_modules/yaml").is_dir(), "the package is not installed: npm ci --prefix tests/editor");
    let mut node = Command::new("node")
        .arg(folder.join("values.mjs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("`node` cannot be run ({error}): install Node.js 20 or newer"));
    node.stdin.take().unwrap().write_all(Json::from(texts).to_string().as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success(), "node ended with {}", output.status);
    let answers: Vec<Json> = serde_json::from_slice(&output.stdout).unwrap();
    answers.iter().map(answer).collect()
}

fn answer(answer: &Json) -> Result<Json, String> {
    match answer.get("error").and_then(Json::as_str) {
        Some(error) => Err(error.to_owned()),
        None => Ok(answer["value"].clone()),
    }
}

/// Whether our value is what the package read. It does not tell `1.0` from `1`.
pub fn is_same(ours: &Value, theirs: &Json) -> bool {
    match ours {
        Value::Null => theirs.is_null(),
        Value::Bool(ours) => theirs.as_bool() == Some(*ours),
        Value::String(ours) => theirs.as_str() == Some(ours.as_str()),
        Value::Number(ours) => {
            let theirs = theirs["number"].as_str().and_then(|text| text.parse::<f64>().ok());
            theirs.zip(ours.as_f64()).is_some_and(|(theirs, ours)| theirs.to_bits() == ours.to_bits())
        }
        Value::Sequence(ours) => theirs["list"].as_array().is_some_and(|theirs| {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| is_same(ours, theirs))
        }),
        Value::Mapping(ours) => theirs["map"].as_array().is_some_and(|theirs| {
            let has = |key: &Value, value: &Value| {
                theirs.iter().any(|entry| is_same(key, &entry[0]) && is_same(value, &entry[1]))
            };
            ours.len() == theirs.len() && ours.iter().all(|(key, value)| has(key, value))
        }),
        Value::Tagged(_) => false,
    }
}
