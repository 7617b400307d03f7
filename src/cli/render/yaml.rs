//! A document as YAML in which every text is a text to every parser, those of YAML 1.1 among them.

use serde_json::Value;

use crate::edit::quoted;

/// The document in block style, with quotes around what somebody would read as something else.
pub(super) fn text(document: &Value) -> Result<String, serde_yaml::Error> {
    let mut out = String::new();
    write(document, 0, &mut out)?;
    Ok(out)
}

/// Writes what stands on lines of its own, each `indent` blanks deep.
fn write(value: &Value, indent: usize, out: &mut String) -> Result<(), serde_yaml::Error> {
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            for (index, (key, value)) in entries.iter().enumerate() {
                // The first entry of a list's item stands behind its dash.
                if index > 0 || out.ends_with('\n') || out.is_empty() {
                    blanks(indent, out);
                }
                // No key goes over several lines.
                let shown = scalar(&Value::from(key.as_str()), indent)?;
                out.push_str(&if shown.starts_with('|') { quoted(key) } else { shown });
                out.push(':');
                below(value, indent, out)?;
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                if index > 0 || out.ends_with('\n') {
                    blanks(indent, out);
                }
                out.push_str("- ");
                match item {
                    Value::Object(_) | Value::Array(_) => write(item, indent + 2, out)?,
                    // The lines of a text stand two deeper than its dash, as they do below a key.
                    text => write(text, indent, out)?,
                }
            }
        }
        other => {
            out.push_str(&scalar(other, indent)?);
            out.push('\n');
        }
    }
    Ok(())
}

/// Writes the value of a key: on the same line, or deeper below it; the dashes of a list stand in the key's column.
fn below(value: &Value, indent: usize, out: &mut String) -> Result<(), serde_yaml::Error> {
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            out.push('\n');
            write(value, indent + 2, out)
        }
        Value::Array(items) if !items.is_empty() => {
            out.push('\n');
            write(value, indent, out)
        }
        other => {
            out.push(' ');
            out.push_str(&scalar(other, indent)?);
            out.push('\n');
            Ok(())
        }
    }
}

fn blanks(indent: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', indent));
}

/// A scalar, or an empty list or map. Lines of a text that has several are moved below their key.
fn scalar(value: &Value, indent: usize) -> Result<String, serde_yaml::Error> {
    let written = serde_yaml::to_string(value)?;
    let written = written.strip_suffix('\n').unwrap_or(&written);
    let Value::String(text) = value else { return Ok(written.to_owned()) };
    if written.starts_with('|') {
        let below = format!("\n{}", " ".repeat(indent));
        let lines = written.replace('\n', &below);
        // Blank lines stay without blanks.
        return Ok(lines
            .split('\n')
            .map(|line| if line.trim().is_empty() { "" } else { line })
            .collect::<Vec<_>>()
            .join("\n"));
    }
    let plain = written == text;
    Ok(if plain && is_read_otherwise(text) { format!("'{}'", text.replace('\'', "''")) } else { written.to_owned() })
}

/// Whether a plain scalar is a switch, a number, a date or a merge to some parser. A quote too many does no harm.
fn is_read_otherwise(text: &str) -> bool {
    const WORDS: [&str; 12] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<"];
    let number = text.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first));
    let of_numbers = |letter: char| letter.is_ascii_hexdigit() || "+-.:_xXoObBeETtZz ".contains(letter);
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
        || (number && text.chars().all(of_numbers))
        || [".inf", ".nan"].iter().any(|word| text.trim_start_matches(['+', '-']).eq_ignore_ascii_case(word))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_yaml_1_1_reads_otherwise_is_in_quotes() {
        let words = [
            "On",
            "no",
            "y",
            "N",
            "off",
            "22:22",
            "1:30:00",
            "-1:30",
            "1_000",
            "0o17",
            "0b11",
            "2024-01-31",
            "=",
            "<<",
        ];
        let more =
            ["2024-01-31 10:00:00", "2024-01-31T10:00:00Z", ".inf", "-.INF", ".NaN", "1e3", "0x1F", "+5", "~", "Null"];
        for word in words.into_iter().chain(more) {
            let text = text(&json!({ word: word })).unwrap();
            assert_eq!(text, format!("'{word}': '{word}'\n"));
        }
    }

    #[test]
    fn all_else_is_written_as_before() {
        let document = json!({
            "version": 1,
            "a": {"list": ["x", {"k": "v", "l": [1, [2]]}, ["x"]], "empty": {}, "none": [], "flag": true, "nil": null},
            "text": "one\n\ntwo\n",
            "more": {"b": "one\ntwo", "c": "it's: so", "d": "", "e": "a b", "f": " x\n", "g": ["one\n two\n\n"]},
            "image": "postgres:16.2",
            "address": "127.0.0.1:80 if free",
        });
        assert_eq!(text(&document).unwrap(), serde_yaml::to_string(&document).unwrap());
    }

    #[test]
    fn what_is_written_reads_as_what_it_was() {
        for word in ["a\nb", "  a\n b\n\n", "#x", "a: b", "- a", "\u{1}", "tab\t", "it's", "\"", "\n", "\r\nx"] {
            let document = json!({ "a": [{ "b": word }, [word]], "c": { word: { "d": word } } });
            let read: Value = serde_yaml::from_str(&text(&document).unwrap()).unwrap();
            assert_eq!(read, document, "{word:?}");
        }
    }
}
