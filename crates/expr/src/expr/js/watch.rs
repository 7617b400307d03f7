//! What must not be caught: a limit that was hit, a hole that was looked at. And where an exception came from.
//!
//! The engine calls the function in `Error.prepareStackTrace` for every exception, caught later or not, even when the stack or the
//! memory is used up. We hear of both there, and keep the place.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use rquickjs::function::This;
use rquickjs::{Ctx, Function, Object, Value};
use rustix::time::{ClockId, clock_gettime};

use super::message;
use crate::expr::code::{FaultKind, Limits};

/// The name of the program in places.
pub(super) const PROGRAM: &str = "program";

/// A place in the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// From 1.
    pub(super) line: usize,
    /// In bytes, from 1.
    pub(super) column: usize,
    /// Whether the program could not be read there.
    pub(super) reading: bool,
    /// Whether it was this place itself and not a function of the language that it called.
    pub(super) direct: bool,
}

/// Watches one run.
#[derive(Debug)]
pub(super) struct Watch {
    limits: Limits,
    since: Duration,
    end: RefCell<Option<(FaultKind, String)>>,
    place: Cell<Option<Place>>,
    host_error: RefCell<Option<String>>,
}

impl Watch {
    /// Starts watching a program on the current thread.
    pub(super) fn start(limits: Limits) -> Self {
        Self {
            limits,
            since: computed(),
            end: RefCell::default(),
            place: Cell::default(),
            host_error: RefCell::default(),
        }
    }

    /// Ends the run for a reason that no `catch` can undo; the first one counts.
    pub(super) fn end(&self, kind: FaultKind, message: String) {
        self.end.borrow_mut().get_or_insert((kind, message));
    }

    /// Why the run is over, if it is.
    pub(super) fn ended(&self) -> Option<(FaultKind, String)> {
        self.end.borrow().clone()
    }

    /// Whether the engine has to stop now.
    pub(super) fn is_over(&self) -> bool {
        if computed().saturating_sub(self.since) > self.limits.time {
            self.end(FaultKind::Limit, message::too_long(&self.limits));
        }
        self.end.borrow().is_some()
    }

    /// Where the last exception came from.
    pub(super) fn last_place(&self) -> Option<Place> {
        self.place.get()
    }

    /// Forgets the exceptions of an attempt to read the program.
    pub(super) fn forget(&self) {
        self.place.set(None);
    }

    /// Keeps what the host said when it refused or failed.
    pub(super) fn host_failed(&self, message: &str) {
        *self.host_error.borrow_mut() = Some(message.to_owned());
    }

    /// Whether this is what the host said last.
    pub(super) fn is_of_host(&self, message: &str) -> bool {
        self.host_error.borrow().as_deref() == Some(message)
    }

    /// Hears of an exception; gives what stands as its `stack`.
    pub(super) fn raised<'js>(&self, ctx: &Ctx<'js>, error: &Value<'js>, sites: &Value<'js>) -> String {
        if is_out_of_memory(ctx, error) {
            self.end(FaultKind::Limit, message::too_much(&self.limits));
        } else if is_too_deep(error) {
            self.end(FaultKind::Limit, message::TOO_DEEP.to_owned());
        }
        let place = place(sites);
        // Looking for the place may itself have failed, where there is no stack left.
        drop(ctx.catch());
        self.place.set(place);
        place.map(Place::written).unwrap_or_default()
    }
}

/// Time that this thread has computed.
fn computed() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap_or_default(), time.tv_nsec.try_into().unwrap_or_default())
}

fn engine_says(error: &Value<'_>, messages: &[&str]) -> bool {
    let said = error.as_object().and_then(|object| object.get::<_, String>("message").ok());
    said.is_some_and(|said| messages.contains(&said.as_str()))
}

fn is_out_of_memory<'js>(ctx: &Ctx<'js>, error: &Value<'js>) -> bool {
    // Where there is not even room for the error itself, `null` is thrown.
    const SMALL: usize = 16 << 10;
    let full = || error.is_null() && rquickjs::String::from_str(ctx.clone(), &" ".repeat(SMALL)).is_err();
    engine_says(error, &["out of memory", "invalid string length"]) || full()
}

fn is_too_deep(error: &Value<'_>) -> bool {
    engine_says(error, &["Maximum call stack size exceeded", "stack overflow"])
}

/// The first of these call sites that is in the program.
fn place(sites: &Value<'_>) -> Option<Place> {
    let sites = sites.as_array()?;
    let mut direct = true;
    for site in sites.iter::<Object<'_>>() {
        let site = site.ok()?;
        let file: Option<String> = ask(&site, "getFileName");
        if file.as_deref() == Some(PROGRAM) {
            let (line, column) = (ask(&site, "getLineNumber")?, ask(&site, "getColumnNumber")?);
            let reading = direct && ask::<Option<String>>(&site, "getFunctionName").flatten().is_none();
            return Some(Place { line, column, reading, direct });
        }
        direct = false;
    }
    None
}

fn ask<'js, T: rquickjs::FromJs<'js>>(site: &Object<'js>, method: &str) -> Option<T> {
    let method: Function<'js> = site.get(method).ok()?;
    method.call((This(site.clone()),)).ok()
}

impl Place {
    fn written(self) -> String {
        format!("{}:{}:{}:{}", self.line, self.column, u8::from(self.reading), u8::from(self.direct))
    }

    /// Reads what [`Watch::raised`] gave.
    pub(super) fn read(written: &str) -> Option<Self> {
        let mut parts = written.split(':').map(|part| part.parse::<usize>().ok());
        let (line, column) = (parts.next()??, parts.next()??);
        let (reading, direct) = (parts.next()?? == 1, parts.next()?? == 1);
        Some(Self { line, column, reading, direct })
    }
}
