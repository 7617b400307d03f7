//! What is looked for besides whole forms, in a text as it stands and behind one or two layers of escapes. In: contents with their
//! masks; out: places in a text. Uses `cut`, `digits`, `matcher` and `unescape`.

use std::ops::Range;
use std::sync::Arc;

use aho_corasick::BuildError;

use super::MASKED_LENGTH;
use super::cut;
use super::digits::Digits;
use super::matcher::Matcher;
use super::unescape::View;

/// How often escapes are escaped again.
const LAYERS: usize = 2;

/// Bytes of a content that are looked for in one piece behind escapes.
const PIECE: usize = 64;

/// All secrets, in every way that is known to write them in pieces. A new kind of piece is added here: to the contents of
/// [`Pieces::new`] where it is text, as a field with a `scan` of its own where it is written in digits.
#[derive(Default)]
pub(super) struct Pieces {
    masks: Vec<Arc<str>>,
    /// Contents as they are: behind escapes alone, since `encodings` knows them in plain text.
    unescaped: Matcher,
    /// Pieces of contents that a URL was cut into.
    cut: Matcher,
    digits: Vec<Digits>,
}

impl Pieces {
    pub(super) fn new(secrets: Vec<(String, Arc<str>)>) -> Result<Self, BuildError> {
        let mut texts = Vec::new();
        let mut cuts = Vec::new();
        let mut contents = Vec::new();
        for (number, (content, mask)) in (0_u32..).zip(&secrets) {
            contents.push((number, content.trim().as_bytes()));
            cuts.extend(cut::pieces(content).into_iter().map(|piece| (piece, Arc::clone(mask))));
            let lines = content.split(['\n', '\r']).map(str::trim).chain([content.trim()]);
            for line in lines.filter(|line| line.len() >= MASKED_LENGTH) {
                texts.extend(split(line).map(|piece| (piece.to_owned(), Arc::clone(mask))));
                if line.contains(' ') {
                    // A form's way to write a blank.
                    texts.extend(split(line).map(|piece| (piece.replace(' ', "+"), Arc::clone(mask))));
                }
            }
        }
        let digits = vec![Digits::base64(&contents), Digits::hexadecimal(&contents)];
        let (unescaped, cut) = (Matcher::new(texts)?, Matcher::new(cuts)?);
        Ok(Self { masks: secrets.into_iter().map(|(_, mask)| mask).collect(), unescaped, cut, digits })
    }

    /// What is written instead of the secret with this number.
    pub(super) fn mask(&self, number: u32) -> &str {
        &self.masks[number as usize]
    }

    /// Whether there is nothing to look for.
    pub(super) fn is_empty(&self) -> bool {
        self.masks.is_empty()
    }

    /// Tells each place that says a piece of a secret, with its number. Gives the place from which on bytes to come may make one.
    pub(super) fn scan(&self, text: &[u8], last: bool, tell: &mut dyn FnMut(Range<usize>, u32)) -> usize {
        let mut views = vec![View::plain(text)];
        for _ in 0..LAYERS {
            let inner = views.last().and_then(|view| view.unescaped(last));
            views.extend(inner);
        }
        let mut undecided = text.len();
        for (layer, view) in views.iter().enumerate() {
            let mut from = view.start(view.bytes.len());
            for digits in &self.digits {
                let pending = digits.scan(&view.bytes, |range, number| told(view, range, number, tell));
                from = from.min(view.start(pending));
            }
            let behind_escapes = (layer > 0).then_some(&self.unescaped);
            for matcher in behind_escapes.into_iter().chain([&self.cut]) {
                let pending = self.contents(matcher, view, tell);
                from = from.min(view.start(pending));
            }
            undecided = undecided.min(from);
        }
        views.iter().rev().fold(undecided, |at, view| view.floor(at))
    }

    fn contents(&self, matcher: &Matcher, view: &View<'_>, tell: &mut dyn FnMut(Range<usize>, u32)) -> usize {
        let mut at = 0;
        while let Some(found) = matcher.find(&view.bytes, at) {
            let number = self.masks.iter().position(|mask| **mask == *found.head.mask).unwrap_or_default();
            // Pieces may overlap, and which is found must not depend on where a chunk begins.
            at = found.at.start + 1;
            told(view, found.at, u32::try_from(number).unwrap_or_default(), tell);
        }
        matcher.undecided(&view.bytes, 0)
    }
}

/// Line breaks stay, so that lines do.
fn told(view: &View<'_>, range: Range<usize>, number: u32, tell: &mut dyn FnMut(Range<usize>, u32)) {
    for index in range.filter(|index| !matches!(view.bytes[*index], b'\n' | b'\r')) {
        tell(view.place(index..index + 1), number);
    }
}

/// A text in pieces, none of them too short to be looked for.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let cut = (PIECE..rest.len()).find(|at| rest.is_char_boundary(*at));
        let cut = cut.filter(|at| rest.len() - at >= MASKED_LENGTH).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(cut);
        rest = after;
        Some(piece)
    })
}
