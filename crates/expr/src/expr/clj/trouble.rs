//! Why an evaluation gave no value.

use std::ops::Range;
use std::rc::Rc;

use super::value::Value;
use crate::expr::code::{Fault, FaultKind};

/// What an evaluation gives.
pub(super) type Outcome<T = Value> = Result<T, Trouble>;

/// Why an evaluation gave no value.
#[derive(Debug)]
pub(super) enum Trouble {
    /// Something that `catch` catches.
    Thrown(Box<Thrown>),
    /// Something that nothing catches: a limit, or a value that is not known.
    Ended(Box<Ended>),
    /// `recur` with these values.
    Recur(Vec<Value>),
}

/// Something thrown, on its way.
#[derive(Debug)]
pub(super) struct Thrown {
    /// What was thrown.
    pub(super) failure: Rc<Failure>,
    /// Where; set by the innermost form that it leaves.
    pub(super) range: Option<Range<usize>>,
    /// The argument that is at fault, counted from 0.
    pub(super) argument: Option<usize>,
}

/// Why a run is over.
#[derive(Debug)]
pub(super) struct Ended {
    kind: FaultKind,
    message: String,
    range: Option<Range<usize>>,
}

/// What is thrown and caught: an exception.
#[derive(Debug)]
pub(super) struct Failure {
    /// What it says.
    pub(super) message: String,
    /// The map of an `ex-info`.
    pub(super) data: Option<Value>,
    /// `Failed`, or `Host` where the host failed.
    pub(super) kind: FaultKind,
}

impl Trouble {
    /// A fault of the program.
    pub(super) fn failed(message: impl Into<String>) -> Self {
        Self::throw(Rc::new(Failure { message: message.into(), data: None, kind: FaultKind::Failed }), None)
    }

    /// A fault of one argument of a call.
    pub(super) fn failed_at(argument: usize, message: impl Into<String>) -> Self {
        Self::throw(Rc::new(Failure { message: message.into(), data: None, kind: FaultKind::Failed }), Some(argument))
    }

    /// A fault of the host.
    pub(super) fn host(message: String) -> Self {
        Self::throw(Rc::new(Failure { message, data: None, kind: FaultKind::Host }), None)
    }

    /// Throws a failure.
    pub(super) fn throw(failure: Rc<Failure>, argument: Option<usize>) -> Self {
        Trouble::Thrown(Box::new(Thrown { failure, range: None, argument }))
    }

    /// The program went beyond a limit.
    pub(super) fn limit(message: String) -> Self {
        Trouble::Ended(Box::new(Ended { kind: FaultKind::Limit, message, range: None }))
    }

    /// The program looked at something that is not known.
    pub(super) fn unknown() -> Self {
        let message = "this needs a value that is not known yet".to_owned();
        Trouble::Ended(Box::new(Ended { kind: FaultKind::Unknown, message, range: None }))
    }

    /// Says where it happened, unless that is known.
    pub(super) fn at(mut self, range: &Range<usize>) -> Self {
        match &mut self {
            Trouble::Thrown(thrown) => {
                thrown.range.get_or_insert_with(|| range.clone());
            }
            Trouble::Ended(ended) => {
                ended.range.get_or_insert_with(|| range.clone());
            }
            Trouble::Recur(_) => {}
        }
        self
    }

    /// The argument that is at fault, where the place is not known yet.
    pub(super) fn argument(&self) -> Option<usize> {
        match self {
            Trouble::Thrown(thrown) if thrown.range.is_none() => thrown.argument,
            _ => None,
        }
    }

    /// The same without the argument that is at fault.
    pub(super) fn without_argument(mut self) -> Self {
        if let Trouble::Thrown(thrown) = &mut self {
            thrown.argument = None;
        }
        self
    }

    /// The fault that ends the run; `whole` is the place where none is known.
    pub(super) fn into_fault(self, whole: Range<usize>) -> Fault {
        match self {
            Trouble::Thrown(thrown) => {
                let Thrown { failure, range, .. } = *thrown;
                Fault::new(failure.kind, range.unwrap_or(whole), failure.message.clone())
            }
            Trouble::Ended(ended) => Fault::new(ended.kind, ended.range.unwrap_or(whole), ended.message),
            Trouble::Recur(_) => Fault::new(FaultKind::Failed, whole, "`recur` needs a `loop` or `fn` around it"),
        }
    }
}
