//! `--standard NAME`: the items of a guide, each with what became of it and where.

use clap::builder::PossibleValuesParser;
use serde_json::{Value, json};

use super::super::failure::Failure;
use super::super::findings::Collected;
use super::super::terminal::Terminal;
use super::outputs::Outputs;
use crate::diagnostic::{Diagnostic, Level};
use crate::lint::Settings;
use crate::report::{Format, Palette, sanitize};
use crate::source::Sources;
use crate::standard::{Assessment, Census, GUIDES, Guide, Outcome, assess};

/// Reads the name of a guide.
pub fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(GUIDES.iter().map(|guide| guide.name.as_str()))
}

/// The guide of a name.
pub fn guide(name: Option<&str>) -> Option<&'static Guide> {
    GUIDES.iter().find(|guide| Some(guide.name.as_str()) == name)
}

/// Writes what became of each item; gives the exit code: 1 where one is not kept at this level, or could not be decided.
pub fn write(
    guide: &Guide,
    census: &Census,
    collected: &Collected,
    settings: &Settings,
    outputs: &Outputs,
    level: Level,
    terminal: &Terminal,
) -> Result<u8, Failure> {
    let (findings, suppressed) = (collected.diagnostics(), collected.suppressed());
    let items = assess(guide, census.count(), findings, suppressed, |rule| settings.levels.is_off(rule));
    let sources = collected.sources();
    outputs.write_with(|format, out, to_terminal| {
        let palette = if to_terminal { terminal.out_palette() } else { Palette::new(false) };
        match format {
            Format::Human => out.write_all(human(guide, &items, sources, palette).as_bytes())?,
            Format::Json => {
                let text = serde_json::to_string_pretty(&document(guide, &items, sources));
                writeln!(out, "{}", text.map_err(std::io::Error::from)?)?;
            }
            other => {
                return Err(Failure::usage(format!("a standard has no form `{other}`"))
                    .help("write `--output human` or `--output json`"));
            }
        }
        Ok(())
    })?;
    let kept = |item: &Assessment| match item.outcome {
        Outcome::Fail if item.findings.is_empty() => level > Level::Info,
        Outcome::Fail => item.findings.iter().all(|finding| finding.level < level),
        Outcome::Pass | Outcome::NotApplicable => true,
        Outcome::Undecided => census.count().blind == 0,
    };
    Ok(u8::from(!items.iter().all(kept)))
}

const OUTCOMES: [Outcome; 4] = [Outcome::Pass, Outcome::Fail, Outcome::NotApplicable, Outcome::Undecided];

fn number(items: &[Assessment], outcome: Outcome) -> usize {
    items.iter().filter(|item| item.outcome == outcome).count()
}

fn human(guide: &Guide, items: &[Assessment], sources: &Sources, palette: Palette) -> String {
    let strong = palette.strong();
    let mut text = format!("{strong}{}{strong:#}\n\n", guide.title);
    for item in items {
        let style = match item.outcome {
            Outcome::Pass => palette.good(),
            Outcome::Fail => palette.level(Level::Error),
            Outcome::Undecided => palette.level(Level::Warning),
            Outcome::NotApplicable => anstyle::Style::new(),
        };
        let word = item.outcome.word();
        text.push_str(&format!("{style}{word:14}{style:#}  {:5} {}", item.item.id, item.item.title));
        let names: Vec<&str> = item.rules.iter().map(|rule| rule.name).collect();
        match &item.reason {
            Some(reason) => text.push_str(&format!(" ({reason})\n")),
            None => text.push_str(&format!(" [{}]\n", names.join(", "))),
        }
        for finding in &item.findings {
            text.push_str(&format!("{:22}{}\n", "", place_and_message(finding, sources)));
        }
        for accepted in &item.accepted {
            let reason =
                accepted.reason.as_deref().map(|it| format!(": {}", sanitize::visible(it))).unwrap_or_default();
            let place = place_and_message(&accepted.diagnostic, sources);
            text.push_str(&format!("{:22}{place} (left alone{reason})\n", ""));
        }
    }
    let counted: Vec<String> = OUTCOMES
        .iter()
        .map(|outcome| (number(items, *outcome), outcome.word()))
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    text.push_str(&format!("\n{}\n", counted.join(", ")));
    text
}

fn place_and_message(finding: &Diagnostic, sources: &Sources) -> String {
    let place = sources.place(finding.primary.span);
    format!("{} {}", sanitize::visible(&place), sanitize::visible(&finding.message))
}

fn document(guide: &Guide, items: &[Assessment], sources: &Sources) -> Value {
    let finding = |finding: &Diagnostic| {
        let position = sources.position(finding.primary.span);
        json!({
            "rule": finding.rule.name,
            "level": finding.level.word(),
            "message": sanitize::visible(&finding.message),
            "path": sanitize::visible(&sources.path(finding.primary.span).to_string_lossy()),
            "line": position.line,
            "column": position.column,
        })
    };
    let item = |item: &Assessment| {
        let accepted = item.accepted.iter().map(|accepted| {
            let mut entry = finding(&accepted.diagnostic);
            entry["reason"] = json!(accepted.reason.as_deref().map(sanitize::visible));
            entry
        });
        json!({
            "id": item.item.id,
            "title": item.item.title,
            "outcome": item.outcome.word().replace(' ', "-"),
            "rules": item.rules.iter().map(|rule| rule.name).collect::<Vec<_>>(),
            "reason": item.reason,
            "findings": item.findings.iter().map(|it| finding(it)).collect::<Vec<_>>(),
            "accepted": accepted.collect::<Vec<_>>(),
        })
    };
    let summary: serde_json::Map<String, Value> =
        OUTCOMES.iter().map(|it| (it.word().replace(' ', "-"), json!(number(items, *it)))).collect();
    json!({
        "schema_version": 1,
        "standard": { "name": guide.name, "title": guide.title },
        "summary": summary,
        "items": items.iter().map(item).collect::<Vec<_>>(),
    })
}
