//! Programs that begin with a brace: an object, or a block.

/// Bytes that [`as_expression`] puts before the program.
pub(super) const SHIFT: usize = 1;

/// A program that begins with `{`, so written that it can only be read as an object; `None` for all others.
pub(super) fn as_expression(text: &str) -> Option<String> {
    let body = text.trim_end().trim_end_matches(';');
    // The line break ends a comment at the end.
    text.trim_start().starts_with('{').then(|| format!("({body}\n)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_leading_brace_asks_for_an_object() {
        assert_eq!(as_expression(" {a: 1}; ").as_deref(), Some("( {a: 1}\n)"));
        assert_eq!(as_expression("[{a: 1}]"), None);
    }
}
