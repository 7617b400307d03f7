//! Two containers of one name: the same call met twice, or a fault.

use super::bind::Bound;
use super::program::Container;
use crate::diagnostic::Diagnostics;
use crate::model::DUPLICATE_ID;
use crate::source::Span;

/// What a container was made of, and the calls that led to it.
#[derive(Debug)]
pub(super) struct Kept {
    /// The arguments of its blueprint.
    pub(super) given: Bound,
    /// Places of the calls, outermost first.
    pub(super) way: Vec<Span>,
}

/// Two containers of one name: told at their ids where those are written, else at the calls that led to them.
pub(super) fn report_double(
    container: &Container,
    kept: &Kept,
    earlier: &Container,
    known: &Kept,
    diagnostics: &mut Diagnostics,
) {
    let apart = kept.way.iter().zip(&known.way).find(|(here, there)| here != there);
    let (here, there) = match apart {
        Some((here, there)) if container.id.span == earlier.id.span => (*here, *there),
        _ => (container.id.span, earlier.id.span),
    };
    let differs = || kept.given.iter().zip(&known.given).find(|(here, there)| here != there);
    let what = match differs().filter(|_| container.origin == earlier.origin) {
        Some(((name, _), _)) => format!("two containers called `{}` that differ in `{name}`", container.id.value),
        None => format!("two containers called `{}`", container.id.value),
    };
    let finding = diagnostics.report(&DUPLICATE_ID, here, format!("there are {what}"));
    if here != there {
        finding.also(there, "the first one");
    }
    finding.help("give one of them another name: `id` (for postgres `container-id`)");
}
