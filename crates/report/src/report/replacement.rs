//! A fix as one replacement, for forms that know no more than one.

use super::concealed::Concealed;
use crate::diagnostic::Fix;
use crate::source::{Sources, Span};

/// One place, and the text that comes there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Replacement {
    pub span: Span,
    pub text: String,
}

/// The edits of a fix as one, with the text between them; nothing where they lie in several files, or a secret between them.
pub(super) fn merged(fix: &Fix, sources: &Sources, concealed: &Concealed) -> Option<Replacement> {
    let mut edits: Vec<_> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let (first, last) = (edits.first()?, edits.last()?);
    if edits.iter().any(|edit| edit.span.file != first.span.file) {
        return None;
    }
    let file = sources.file(first.span.file);
    let span = first.span.to(last.span);
    let mut text = String::new();
    let mut at = first.span.start as usize;
    for edit in &edits {
        let between = at..edit.span.start as usize;
        let hides = |place: &std::ops::Range<usize>| place.start < between.end && between.start < place.end;
        if concealed.in_file(first.span.file).iter().any(hides) {
            return None;
        }
        text.push_str(file.text.get(between)?);
        text.push_str(&edit.text);
        at = edit.span.end as usize;
    }
    Some(Replacement { span, text })
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Case, LEAK, TRUST};
    use super::*;
    use crate::diagnostic::Safety;

    #[test]
    fn edits_are_joined_by_the_text_between_them_in_any_order() {
        let case = Case::new([("a.yml", "a: b, c: d\n")]);
        let (b, d) = (case.span("a.yml", "b"), case.span("a.yml", "d"));
        let fix = Fix::new(Safety::Safe, "swap").replace(d, "b").replace(b, "d");
        let merged = merged(&fix, &case.sources, &Concealed::default());
        assert_eq!(merged, Some(Replacement { span: b.to(d), text: "d, c: b".to_owned() }));
    }

    #[test]
    fn a_secret_between_them_is_not_shown() {
        let mut case = Case::new([("a.yml", "a: b, c: hunter2, e: f\n")]);
        let (b, secret, f) = (case.span("a.yml", "b"), case.span("a.yml", "hunter2"), case.span("a.yml", "f"));
        case.report(&LEAK, secret, "a secret");
        case.report(&TRUST, b, "trust");
        let concealed = Concealed::of(&case.diagnostics, &case.sources);
        let around = Fix::new(Safety::Safe, "both").replace(b, "x").replace(f, "y");
        assert_eq!(merged(&around, &case.sources, &concealed), None);
        let instead = Fix::new(Safety::Unsafe, "move it").replace(secret, "pt.secret c");
        assert_eq!(merged(&instead, &case.sources, &concealed).map(|it| it.text), Some("pt.secret c".to_owned()));
    }

    #[test]
    fn edits_of_two_files_are_not_one() {
        let case = Case::new([("a.yml", "a"), ("b.yml", "b")]);
        let fix = Fix::new(Safety::Safe, "x").replace(case.span("a.yml", "a"), "").replace(case.span("b.yml", "b"), "");
        assert_eq!(merged(&fix, &case.sources, &Concealed::default()), None);
    }
}
