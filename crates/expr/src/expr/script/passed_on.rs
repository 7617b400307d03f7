//! Programs that only pass a parameter on, as most do: they need not run, and the parameter keeps its place.

use crate::expr::Language;
use crate::expr::evaluate::Scope;
use crate::value::Value;

/// The parameter that is all of this program; `None` where there is more to it, or no such parameter.
pub(super) fn parameter<'a>(language: Language, text: &str, scope: &'a dyn Scope) -> Option<&'a Value> {
    let name = match language {
        Language::JavaScript => in_javascript(text)?,
        Language::Clojure => return scope.param(in_clojure(text)?),
    };
    scope.param(name).or_else(|| {
        let spelt = |(declared, _): &&(String, Value)| is_camel_case_of(name, declared);
        scope.params().iter().find(spelt).map(|(_, value)| value)
    })
}

/// `params.apiHost`, `inputs['api-host']`.
fn in_javascript(text: &str) -> Option<&str> {
    let text = text.trim().trim_end_matches(';').trim_end();
    let rest = text.strip_prefix("params").or_else(|| text.strip_prefix("inputs"))?;
    let name = match rest.strip_prefix('.') {
        Some(name) => return is_name(name, "_$").then_some(name),
        None => rest.strip_prefix('[')?.strip_suffix(']')?,
    };
    let quoted = |quote: char| name.strip_prefix(quote)?.strip_suffix(quote);
    quoted('\'').or_else(|| quoted('"')).filter(|name| is_name(name, "_-"))
}

/// `(:api-host params)`.
fn in_clojure(text: &str) -> Option<&str> {
    let (name, map) = text.trim().strip_prefix("(:")?.strip_suffix(')')?.split_once(char::is_whitespace)?;
    (is_name(name, "_-") && matches!(map.trim(), "params" | "inputs")).then_some(name)
}

fn is_name(name: &str, also: &str) -> bool {
    !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || also.contains(letter))
}

fn is_camel_case_of(camel: &str, declared: &str) -> bool {
    let mut letters = camel.chars();
    let mut words = declared.split('-').filter(|word| !word.is_empty());
    let first = words.next().is_some_and(|word| word.chars().all(|letter| letters.next() == Some(letter)));
    let raised = |word: &str| {
        let raised = word.chars().enumerate();
        raised.map(|(at, letter)| if at == 0 { letter.to_ascii_uppercase() } else { letter }).collect::<String>()
    };
    first
        && words.all(|word| raised(word).chars().all(|letter| letters.next() == Some(letter)))
        && letters.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_parameter_is_passed_on() {
        for (text, expected) in [
            (" params.apiHost;\n", Some("apiHost")),
            ("inputs['api-host']", Some("api-host")),
            ("params[\"x\"]", Some("x")),
            ("params.a.b", None),
            ("params['a'] + params['b']", None),
            ("params.a ? 1 : 2", None),
        ] {
            assert_eq!(in_javascript(text), expected, "{text}");
        }
        assert_eq!(in_clojure(" (:api-host params) "), Some("api-host"));
        assert_eq!(in_clojure("(:a (:b params))"), None);
    }

    #[test]
    fn camel_case_finds_the_declared_spelling() {
        assert!(is_camel_case_of("apiDbHost", "api-db-host"));
        for other in ["apiDb", "apiDbHosts", "api-db-host", "apidbhost"] {
            assert!(!is_camel_case_of(other, "api-db-host"), "{other}");
        }
    }
}
