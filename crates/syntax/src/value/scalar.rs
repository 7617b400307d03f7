//! Scalars of the YAML 1.2 core schema, for where a parameter's type asks for a number or a bool.

/// A whole number: decimal, `0x…` or `0o…`.
pub fn int(text: &str) -> Option<i64> {
    if let Some(digits) = text.strip_prefix("0x") {
        return i64::from_str_radix(digits, 16).ok();
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return i64::from_str_radix(digits, 8).ok();
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// Any number; infinity and NaN are no use here and not taken.
pub fn float(text: &str) -> Option<f64> {
    let looks = text.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte));
    (looks && text.bytes().any(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// `true` or `false` in the three spellings of YAML 1.2.
pub fn bool(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// Bytes: a number with an optional unit, `k`/`m`/`g`/`t` and `KiB` … in powers of 1024, `kB` … in powers of 1000.
pub fn data_size(text: &str) -> Option<u64> {
    let (number, unit) = split_unit(text)?;
    let factor: f64 = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "k" | "ki" | "kib" => 1024.0,
        "m" | "mi" | "mib" => 1024.0 * 1024.0,
        "g" | "gi" | "gib" => 1024.0 * 1024.0 * 1024.0,
        "t" | "ti" | "tib" => 1024.0 * 1024.0 * 1024.0 * 1024.0,
        "kb" => 1e3,
        "mb" => 1e6,
        "gb" => 1e9,
        "tb" => 1e12,
        _ => return None,
    };
    let bytes = number * factor;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to lie in the range of u64")]
    (0.0..1.8e19).contains(&bytes).then_some(bytes as u64)
}

/// Milliseconds: a number and one of `ms s m h d w mo y`.
pub fn duration(text: &str) -> Option<u64> {
    let (number, unit) = split_unit(text)?;
    let factor = match unit {
        "ms" => 1.0,
        "s" => 1e3,
        "m" => 60e3,
        "h" => 3_600e3,
        "d" => 86_400e3,
        "w" => 604_800e3,
        "mo" => 2_592_000e3,
        "y" => 31_536_000e3,
        _ => return None,
    };
    let milliseconds = number * factor;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to lie in the range of u64")]
    (0.0..1.8e19).contains(&milliseconds).then_some(milliseconds as u64)
}

fn split_unit(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    Some((number.parse().ok()?, unit.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_as_yaml_1_2_does() {
        assert_eq!(int("0x1F"), Some(31));
        assert_eq!(int("0o14"), Some(12));
        assert_eq!(int("014"), Some(14));
        assert_eq!(int("1_000"), None);
        assert_eq!(int(""), None);
        assert_eq!(int("99999999999999999999"), None);
        assert_eq!(float("1e3"), Some(1000.0));
        assert_eq!(float("inf"), None);
        assert_eq!(bool("yes"), None);
    }

    #[test]
    fn reads_sizes_and_durations_with_their_units() {
        assert_eq!(data_size("512MiB"), Some(512 << 20));
        assert_eq!(data_size("1.5 g"), Some(3 << 29));
        assert_eq!(data_size("10 parsecs"), None);
        assert_eq!(duration("1mo"), Some(2_592_000_000));
        assert_eq!(duration("5"), None);
    }
}
