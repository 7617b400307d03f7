//! What plain text is where no type is declared: the scalars of YAML 1.2's core schema. In: text. Out: its type and value.

use super::node::is_null_text;

/// A plain scalar, read by the core schema.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CoreScalar {
    /// Nothing, `~` or `null`.
    Null,
    /// `true` or `false`; never `yes`, `no`, `on` or `off`.
    Bool(bool),
    /// A decimal, `0x` or `0o` number that fits 64 bits.
    Int(i64),
    /// A number with a point or an exponent, `.inf` or `.nan`.
    Float(f64),
    /// Anything else, and numbers too large to keep every digit.
    Text,
}

/// Reads plain text by YAML 1.2's core schema (chapter 10.3.2 of the specification).
pub fn core_scalar(text: &str) -> CoreScalar {
    if is_null_text(text) {
        return CoreScalar::Null;
    }
    match text {
        "true" | "True" | "TRUE" => CoreScalar::Bool(true),
        "false" | "False" | "FALSE" => CoreScalar::Bool(false),
        ".nan" | ".NaN" | ".NAN" => CoreScalar::Float(f64::NAN),
        _ => number(text).unwrap_or(CoreScalar::Text),
    }
}

fn number(text: &str) -> Option<CoreScalar> {
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return Some(CoreScalar::Float(if text.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY }));
    }
    if !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().map(CoreScalar::Int);
    }
    if is_float(unsigned) {
        return text.parse().ok().filter(|number: &f64| number.is_finite()).map(CoreScalar::Float);
    }
    None
}

/// `from_str_radix` would take a sign, the schema does not.
fn radix(digits: &str, radix: u32) -> Option<CoreScalar> {
    if digits.starts_with(['-', '+']) {
        return None;
    }
    i64::from_str_radix(digits, radix).ok().map(CoreScalar::Int)
}

/// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
fn is_float(unsigned: &str) -> bool {
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent = exponent.map(|exponent| exponent.strip_prefix(['-', '+']).unwrap_or(exponent));
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_core_schema_of_yaml_1_2_and_not_that_of_1_1() {
        let table = [
            ("", CoreScalar::Null),
            ("~", CoreScalar::Null),
            ("Null", CoreScalar::Null),
            ("nUll", CoreScalar::Text),
            ("true", CoreScalar::Bool(true)),
            ("FALSE", CoreScalar::Bool(false)),
            ("off", CoreScalar::Text),
            ("yes", CoreScalar::Text),
            ("12", CoreScalar::Int(12)),
            ("-012", CoreScalar::Int(-12)),
            ("+7", CoreScalar::Int(7)),
            ("0x1F", CoreScalar::Int(31)),
            ("0o17", CoreScalar::Int(15)),
            ("0x-1", CoreScalar::Text),
            ("-0x1", CoreScalar::Text),
            ("1_000", CoreScalar::Text),
            ("12:30:45", CoreScalar::Text),
            ("16.2", CoreScalar::Float(16.2)),
            ("1.", CoreScalar::Float(1.0)),
            (".5", CoreScalar::Float(0.5)),
            ("-1e3", CoreScalar::Float(-1000.0)),
            ("1e", CoreScalar::Text),
            (".", CoreScalar::Text),
            ("1.2.3", CoreScalar::Text),
            ("-.inf", CoreScalar::Float(f64::NEG_INFINITY)),
            ("inf", CoreScalar::Text),
            ("-", CoreScalar::Text),
            ("é", CoreScalar::Text),
        ];
        for (text, expected) in table {
            assert_eq!(core_scalar(text), expected, "{text:?}");
        }
        assert!(matches!(core_scalar(".NaN"), CoreScalar::Float(number) if number.is_nan()));
    }

    #[test]
    fn keeps_numbers_as_text_that_would_lose_digits() {
        assert_eq!(core_scalar("9223372036854775807"), CoreScalar::Int(i64::MAX));
        assert_eq!(core_scalar("9223372036854775808"), CoreScalar::Text);
        assert_eq!(core_scalar("1e999"), CoreScalar::Text);
    }
}
