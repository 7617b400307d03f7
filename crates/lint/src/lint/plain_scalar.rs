//! Unquoted scalars that parsers of YAML read differently.

/// What a parser of YAML 1.1 or 1.2 may take an unquoted scalar for, where that gives another text back.
pub(super) fn other_reading(text: &str) -> Option<&'static str> {
    // Nearly every scalar is a word.
    let begins = text.as_bytes().first().is_some_and(|first| first.is_ascii_digit() || b"+-.".contains(first));
    if !begins {
        return is_switch(text).then_some("true or false");
    }
    let reading = [is_odd_integer, is_odd_float, is_base_60, is_date];
    let words = ["another whole number", "another number", "a number to the base of 60", "a date"];
    reading.iter().zip(words).find(|(is, _)| is(text)).map(|(_, words)| words)
}

/// YAML 1.1 has more words for true and false.
fn is_switch(text: &str) -> bool {
    if !["yes", "no", "on", "off"].iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return false;
    }
    // `yes`, `Yes` and `YES`, but not `yEs`.
    let is_upper = |byte: u8| byte.is_ascii_uppercase();
    !text.bytes().skip(1).any(is_upper) || text.bytes().all(is_upper)
}

/// `0123`, `0x1F`, `0o17`, `0b11`, `1_000`, `+5`, and what is too large to be exact.
fn is_odd_integer(text: &str) -> bool {
    /// The largest number up to which JavaScript tells all whole numbers apart.
    const EXACT: u64 = 1 << 53;
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let of = |prefix: &str, belongs: fn(char) -> bool| {
        digits.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| belongs(c) || c == '_'))
    };
    if of("0x", |c| c.is_ascii_hexdigit()) || of("0o", |c| c.is_digit(8)) || of("0b", |c| c.is_digit(2)) {
        return true;
    }
    if !digits.starts_with(|first: char| first.is_ascii_digit()) || !of("", |c| c.is_ascii_digit()) {
        return false;
    }
    let odd_form = text.starts_with('+') || digits.contains('_') || (digits.len() > 1 && digits.starts_with('0'));
    odd_form || text == "-0" || digits.parse::<u64>().map_or(true, |number| number > EXACT)
}

/// `1.10`, `1.0`, `.5`, `1e3`, `.inf`: numbers that are printed otherwise than they were written.
fn is_odd_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned.to_ascii_lowercase().as_str(), ".inf" | ".nan") {
        return true;
    }
    let looks = unsigned.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-_".contains(&byte))
        && unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && unsigned.contains(['.', 'e', 'E']);
    let plain = text.replace('_', "");
    looks && plain.parse::<f64>().is_ok_and(|number| number.to_string() != text)
}

/// `22:22` is 1342 to YAML 1.1.
fn is_base_60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let mut parts = unsigned.split(':');
    let first = parts.next().unwrap_or_default();
    let whole = !first.is_empty() && !first.starts_with('0') && first.bytes().all(|byte| byte.is_ascii_digit());
    let small = |part: &str| {
        (1..=2).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_digit())
            && part.parse::<u8>().is_ok_and(|n| n < 60)
    };
    let rest: Vec<&str> = parts.collect();
    whole && !rest.is_empty() && rest.into_iter().all(small)
}

/// `2024-01-31`, with or without a time.
fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits =
        |range: std::ops::Range<usize>| bytes.get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    let dashes = bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-');
    let day = digits(0..4) && digits(5..7) && digits(8..10) && dashes;
    day && (bytes.len() == 10 || matches!(bytes.get(10), Some(b'T' | b't' | b' ')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_parsers_read_differently() {
        for text in ["yes", "No", "ON", "off", "0123", "0x1F", "0o14", "0b11", "1_000", "+5", "-0", "9007199254740993"]
        {
            assert!(other_reading(text).is_some(), "{text}");
        }
        for text in
            ["1.10", "1.0", ".5", "1.", "1e3", "1E+3", ".inf", "-.INF", ".NaN", "22:22", "1:30:00", "2024-01-31"]
        {
            assert!(other_reading(text).is_some(), "{text}");
        }
        assert!(other_reading("2024-01-31T10:00:00Z").is_some());
    }

    #[test]
    fn what_all_read_alike_may_stay_unquoted() {
        for text in
            ["3000", "-1", "0", "true", "false", "1.5", "0.25", "-1.5", "text", "1.2.3", "v1.10", "1e", "0x", "e3"]
        {
            assert_eq!(other_reading(text), None, "{text}");
        }
        for text in
            ["127.0.0.1", "10:99", "0:30", "db:5432", "5m", "12345678901-abc", "2024-1-31", "\"1.10\"", "", "+", "_1"]
        {
            assert_eq!(other_reading(text), None, "{text}");
        }
    }
}
