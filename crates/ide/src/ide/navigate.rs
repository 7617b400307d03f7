//! From a name to where it is defined, and to where it is used.

use super::{Analysis, Symbol};
use crate::source::{FileId, Span};

/// Where the name at a place is defined; of a blueprint of the project its manifest, of an include the file.
pub fn definition(analysis: &Analysis, file: FileId, offset: usize) -> Option<Span> {
    if let Some(occurrence) = analysis.occurrence_at(file, offset) {
        return match &occurrence.symbol {
            Symbol::Callable(definition) => Some(*definition),
            Symbol::Blueprint(name) => manifest(analysis, name),
            symbol => {
                let defines = |other: &&super::Occurrence| other.defines && other.symbol == *symbol;
                analysis.occurrences().iter().find(defines).map(|found| found.span)
            }
        };
    }
    let link = super::links(analysis, file).into_iter().find(|link| link.span.touches(offset))?;
    analysis.file(&link.target).map(Span::start_of)
}

/// The manifest of a blueprint of the project; those built in have no file.
fn manifest(analysis: &Analysis, name: &str) -> Option<Span> {
    let blueprint = analysis.compilation.catalogue.get(name).filter(|blueprint| !blueprint.builtin)?;
    blueprint.params.first().map(|param| Span::start_of(param.span.file))
}

/// All places of the name at a place.
pub fn references(analysis: &Analysis, file: FileId, offset: usize, with_definition: bool) -> Vec<Span> {
    let Some(occurrence) = analysis.occurrence_at(file, offset) else { return Vec::new() };
    let same = analysis.occurrences().iter().filter(|other| other.symbol == occurrence.symbol);
    let mut spans: Vec<Span> = same.filter(|other| with_definition || !other.defines).map(|it| it.span).collect();
    spans.dedup();
    spans
}
