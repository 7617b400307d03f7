//! One program in one engine: set up, read, run, and its result or fault.

use std::rc::Rc;

use rquickjs::context::{EvalOptions, intrinsic};
use rquickjs::{Context, Ctx, Runtime, Value};

use super::globals;
use super::literal;
use super::message;
use super::read::Reader;
use super::thread::{Job, Line};
use super::watch::{PROGRAM, Place, Watch};
use crate::expr::code::{Datum, Fault, FaultKind};

/// What of the language is there. Not dates and timers, for they read the clock; not typed arrays, for nothing needs them.
type Language = (
    intrinsic::Eval,
    intrinsic::RegExpCompiler,
    intrinsic::RegExp,
    intrinsic::Json,
    intrinsic::MapSet,
    intrinsic::Proxy,
    intrinsic::Promise,
);

/// Runs a program on the current thread.
pub(super) fn evaluate(job: Job, line: Line) -> Result<Datum, Fault> {
    let whole = 0..job.text.len();
    let no_room = |_| Fault::new(FaultKind::Limit, whole.clone(), message::too_much(&job.limits));
    let watch = Rc::new(Watch::start(job.limits));
    let runtime = Runtime::new().map_err(no_room)?;
    runtime.set_memory_limit(job.limits.memory);
    runtime.set_max_stack_size(job.stack());
    let watching = Rc::clone(&watch);
    runtime.set_interrupt_handler(Some(Box::new(move || watching.is_over())));
    let context = Context::custom::<Language>(&runtime).map_err(no_room)?;
    let job = Rc::new(job);
    context.with(|ctx| {
        let run = Run { ctx, job: Rc::clone(&job), watch };
        globals::install(&run.ctx, &run.job, &run.watch, &Rc::new(line)).map_err(|_| run.uncaught(0))?;
        run.result()
    })
}

struct Run<'js> {
    ctx: Ctx<'js>,
    job: Rc<Job>,
    watch: Rc<Watch>,
}

impl<'js> Run<'js> {
    fn result(&self) -> Result<Datum, Fault> {
        let value = self.value()?;
        let read = Reader::new(&self.job.limits).read(&value);
        let fault = match read {
            Ok(datum) => match self.over() {
                None => return Ok(datum),
                Some(over) => over,
            },
            Err(problem) => {
                // A getter in the result may have thrown.
                let (kind, message) = self.watch.ended().unwrap_or((problem.kind, problem.message));
                Fault::new(kind, 0..self.job.text.len(), message)
            }
        };
        Err(fault)
    }

    /// The completion value. What begins with a brace is an object if it can be read as one, else a block.
    fn value(&self) -> Result<Value<'js>, Fault> {
        let Some(literal) = literal::as_expression(&self.job.text) else {
            return self.eval(&self.job.text).map_err(|_| self.uncaught(0));
        };
        self.eval(&literal).or_else(|_| {
            let fault = self.uncaught(literal::SHIFT);
            if fault.kind != FaultKind::Syntax {
                return Err(fault);
            }
            self.watch.forget();
            // Where it can be read neither way, the object is what was meant.
            self.eval(&self.job.text).map_err(|_| {
                let other = self.uncaught(0);
                if other.kind == FaultKind::Syntax { fault } else { other }
            })
        })
    }

    fn eval(&self, text: &str) -> rquickjs::Result<Value<'js>> {
        let mut options = EvalOptions::default();
        options.strict = false;
        options.filename = Some(PROGRAM.to_owned());
        self.ctx.eval_with_options(text, options)
    }

    /// The fault that ended the run although the program gave a result: it caught what cannot be caught.
    fn over(&self) -> Option<Fault> {
        let (kind, message) = self.watch.ended()?;
        Some(Fault::new(kind, 0..self.job.text.len(), message))
    }

    /// The fault of the exception that nothing caught; `shift` bytes were put before the program.
    fn uncaught(&self, shift: usize) -> Fault {
        let error = self.ctx.catch();
        let stack = error.as_object().and_then(|object| object.get::<_, String>("stack").ok());
        let place = stack.map_or_else(|| self.watch.last_place(), |stack| Place::read(&stack));
        let mut range = message::range(&self.job.text, place, shift);
        if let Some((kind, message)) = self.watch.ended() {
            return Fault::new(kind, range, message);
        }
        if let Some(zero) = self.job.text.find('\0') {
            return Fault::new(FaultKind::Syntax, zero..zero + 1, "a program holds no zero characters");
        }
        let reading = place.is_some_and(|place| place.reading);
        let direct = place.is_some_and(|place| place.direct) && message::is_of_call(&error);
        let callee = direct.then(|| message::callee(&self.job.text, &range)).flatten();
        range = callee.clone().unwrap_or(range);
        let said = message::of(&error, callee.map(|range| &self.job.text[range]));
        let kind = match error.as_object().map(|object| object.get::<_, String>("name").unwrap_or_default()) {
            Some(name) if reading && name == "SyntaxError" => FaultKind::Syntax,
            _ if self.watch.is_of_host(&said) => FaultKind::Host,
            _ => FaultKind::Failed,
        };
        let message = if kind == FaultKind::Host { said } else { message::thrown(&error, said) };
        Fault::new(kind, range, message)
    }
}
