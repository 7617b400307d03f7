//! Secrets in the words of findings: what a file holds under the name of a secret is said by no message.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

use super::{Diagnostic, Fix};
use crate::conceal::{MASK, is_default_password, secrets_in};
use crate::source::{FileId, Sources, Span};

/// Masks the secrets of the lines that findings are about in everything that they say. The edits of fixes stay what they are.
pub fn quiet<'f>(findings: impl IntoIterator<Item = &'f mut Diagnostic>, sources: &Sources) {
    let mut places = BTreeMap::new();
    for finding in findings {
        let spans: Vec<Span> = finding.spans().collect();
        let mut secrets: Vec<&str> = spans.into_iter().flat_map(|span| nearby(span, sources, &mut places)).collect();
        secrets.sort_unstable_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.dedup();
        let words = finding.words_mut();
        for word in words {
            if secrets.iter().any(|secret| says(word, secret)) {
                *word = secrets.iter().fold(std::mem::take(word), |text, secret| without(&text, secret));
            }
        }
    }
}

/// Secrets of the files that fixes are in. A file is looked through once, however many fixes it gets.
#[derive(Debug)]
pub struct FixSecrets<'s> {
    sources: &'s Sources,
    places: RefCell<BTreeMap<FileId, Vec<Range<usize>>>>,
}

impl<'s> FixSecrets<'s> {
    /// None known yet.
    pub fn new(sources: &'s Sources) -> Self {
        Self { sources, places: RefCell::default() }
    }

    /// Whether a fix would repeat a secret that stands in a file near its edits.
    pub fn are_in(&self, fix: &Fix) -> bool {
        let mut places = self.places.borrow_mut();
        let near: Vec<&str> = fix.edits.iter().flat_map(|edit| nearby(edit.span, self.sources, &mut places)).collect();
        fix.edits
            .iter()
            .any(|edit| !secrets_in(&edit.text).is_empty() || near.iter().any(|secret| says(&edit.text, secret)))
    }
}

/// The secrets of the lines that a place begins and ends in. Passwords that everyone knows are words like others.
fn nearby<'s>(span: Span, sources: &'s Sources, places: &mut BTreeMap<FileId, Vec<Range<usize>>>) -> Vec<&'s str> {
    let file = sources.file(span.file);
    let places = places.entry(span.file).or_insert_with(|| secrets_in(&file.text));
    let (first, last) = (file.line_of(span.start as usize), file.line_of(span.end as usize));
    let (start, end) = (file.line_start(first), file.line_start(last) + file.line_text(last).len());
    let begin = places.partition_point(|place| place.end <= start);
    let near = places[begin..].iter().take_while(|place| place.start < end);
    let secrets = near.filter_map(|place| file.text.get(place.clone()));
    secrets.flat_map(parts).filter(|text| !is_default_password("PASSWORD", text)).collect()
}

/// A secret, and what a message may quote of one that breaks off the entry it stands in.
fn parts(secret: &str) -> impl Iterator<Item = &str> {
    const SHORTEST: usize = 4;
    let parts = secret.split(|letter: char| letter.is_whitespace() || ",:='\"".contains(letter));
    std::iter::once(secret).chain(parts.filter(|part| part.len() >= SHORTEST))
}

fn is_inside(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// The places where a text says a secret as a word of its own.
fn said<'t>(text: &'t str, secret: &'t str) -> impl Iterator<Item = usize> + 't {
    let found = text.match_indices(secret).map(|(at, _)| at);
    found.filter(move |at| {
        !secret.is_empty() && !text[..*at].ends_with(is_inside) && !text[at + secret.len()..].starts_with(is_inside)
    })
}

fn says(text: &str, secret: &str) -> bool {
    said(text, secret).next().is_some()
}

fn without(text: &str, secret: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut from = 0;
    for at in said(text, secret) {
        shown.push_str(&text[from..at]);
        shown.push_str(MASK);
        from = at + secret.len();
    }
    shown.push_str(&text[from..]);
    shown
}

impl Diagnostic {
    /// Every place that belongs to it, those of its fix left out.
    pub fn spans(&self) -> impl Iterator<Item = Span> + '_ {
        let secondary = self.secondary.iter().map(|label| label.span);
        std::iter::once(self.primary.span).chain(secondary).chain(self.trace.iter().map(|frame| frame.span))
    }

    /// Everything that it says.
    fn words_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let Diagnostic { message, primary, secondary, help, trace, fix, .. } = self;
        std::iter::once(message)
            .chain(std::iter::once(&mut primary.text))
            .chain(secondary.iter_mut().map(|label| &mut label.text))
            .chain(help.iter_mut())
            .chain(trace.iter_mut().map(|frame| &mut frame.description))
            .chain(fix.iter_mut().map(|fix| &mut fix.title))
    }
}
