//! Rules as a SARIF file lists them: documentation, level, precision, and what they are found by.

use serde_json::{Map, Value, json};

use super::super::explain;
use super::super::words::{family_word, precision_word};
use super::level_word;
use crate::diagnostic::{Level, Rule};

/// Most tags of a rule that are taken.
const MOST_TAGS: usize = 20;
/// Longest descriptions that are taken.
const LONGEST_TEXT: usize = 1024;

/// A rule as the list of rules shows it.
pub(super) fn descriptor(rule: &Rule) -> Value {
    let documentation = rule.documentation();
    let explanation =
        if documentation.explanation.is_empty() { &documentation.summary } else { &documentation.explanation };
    let markdown = explain::markdown(rule);
    json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": { "text": shortened(&documentation.summary) },
        "fullDescription": { "text": shortened(explanation) },
        "help": { "text": markdown, "markdown": markdown },
        "defaultConfiguration": { "level": level_word(rule.level) },
        "properties": properties(rule),
    })
}

fn properties(rule: &Rule) -> Value {
    let mut properties = Map::new();
    properties.insert("tags".to_owned(), json!(tags(rule)));
    properties.insert("precision".to_owned(), json!(precision_word(rule.precision)));
    // Its presence alone makes an alert a security alert.
    match rule.severity {
        Some(severity) => properties.insert("security-severity".to_owned(), json!(severity)),
        None => properties.insert("problem.severity".to_owned(), json!(problem_word(rule.level))),
    };
    Value::Object(properties)
}

/// What a rule is found by: its family, its own words, and the items of guides that ask for it as `external/cis-docker/5.32`,
/// which is how code scanning knows those of others.
fn tags(rule: &Rule) -> Vec<String> {
    let own = [family_word(rule.family()), "polytope"].into_iter().chain(rule.tags.iter().copied()).map(str::to_owned);
    let anchors = rule.anchors.iter().filter_map(|anchor| {
        let (guide, item) = anchor.rsplit_once(' ')?;
        Some(format!("external/{}/{}", guide.to_lowercase().replace(' ', "-"), item.to_lowercase()))
    });
    let mut tags: Vec<String> = Vec::new();
    for tag in own.chain(anchors) {
        if tags.len() < MOST_TAGS && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

fn problem_word(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "recommendation",
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= LONGEST_TEXT {
        return text.to_owned();
    }
    text.chars().take(LONGEST_TEXT - 3).chain("...".chars()).collect()
}
