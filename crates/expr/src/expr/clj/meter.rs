//! What a program has used of its limits.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::trouble::{Outcome, Trouble};
use crate::expr::code::Limits;

/// Steps between two looks at the clock.
const CLOCK: u64 = 256;
/// Bytes of the stack that a program may take: threads have twice as many.
const STACK: usize = 1 << 20;
/// Evaluations that may stand one inside the other for each call that may: forms nest inside of functions.
const FORMS_PER_CALL: usize = 4;

/// What a program has used so far.
pub(super) struct Meter {
    limits: Limits,
    steps: u64,
    looked: u64,
    deadline: Instant,
    memory: Rc<Cell<usize>>,
    calls: usize,
    evaluations: usize,
    /// Where the stack stood in the beginning.
    stack: usize,
}

impl Meter {
    /// A meter that starts now.
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            limits: *limits,
            steps: 0,
            looked: 0,
            deadline: Instant::now() + limits.time,
            memory: Rc::default(),
            calls: 0,
            evaluations: 0,
            stack: stack_address(),
        }
    }

    /// How deep values may nest.
    pub(super) fn depth(&self) -> usize {
        self.limits.depth
    }

    /// Counts `steps` of work.
    pub(super) fn step(&mut self, steps: u64) -> Outcome<()> {
        self.steps = self.steps.saturating_add(steps);
        if self.steps > self.limits.steps {
            return Err(Trouble::limit(format!("the program takes more than {} steps", self.limits.steps)));
        }
        if self.steps >= self.looked + CLOCK {
            self.looked = self.steps;
            if Instant::now() > self.deadline {
                return Err(Trouble::limit(format!("the program takes longer than {:?}", self.limits.time)));
            }
        }
        Ok(())
    }

    /// Leaves time out of account in which the host worked.
    pub(super) fn excuse(&mut self, time: Duration) {
        self.deadline += time;
    }

    /// Asks whether `bytes` more may be built.
    pub(super) fn allow(&self, bytes: usize) -> Outcome<()> {
        if self.memory.get().saturating_add(bytes) > self.limits.memory {
            return Err(Trouble::limit(format!("the program needs more than {} bytes of memory", self.limits.memory)));
        }
        Ok(())
    }

    /// Asks whether one value may have this size, what is shared in it counted each time.
    pub(super) fn allow_value(&self, size: usize) -> Outcome<()> {
        if size > self.limits.memory {
            return Err(Trouble::limit(format!("a value is larger than {} bytes", self.limits.memory)));
        }
        Ok(())
    }

    /// Takes `bytes` until the charge is dropped.
    pub(super) fn charge(&self, bytes: usize) -> Outcome<Charge> {
        self.allow(bytes)?;
        Ok(Charge::new(bytes, &self.memory))
    }

    /// How much of the stack a level takes differs from form to form and from build to build, so it is measured.
    fn check_stack(&self) -> Outcome<()> {
        if self.stack.abs_diff(stack_address()) > STACK {
            return Err(Trouble::limit("the program goes too deep".to_owned()));
        }
        Ok(())
    }

    /// Enters a call.
    pub(super) fn enter_call(&mut self) -> Outcome<()> {
        self.check_stack()?;
        if self.calls >= self.limits.depth {
            return Err(Trouble::limit(format!("functions call each other more than {} deep", self.limits.depth)));
        }
        self.calls += 1;
        Ok(())
    }

    /// Leaves a call.
    pub(super) fn leave_call(&mut self) {
        self.calls -= 1;
    }

    /// Enters a form.
    pub(super) fn enter_form(&mut self) -> Outcome<()> {
        self.step(1)?;
        self.check_stack()?;
        if self.evaluations >= self.limits.depth * FORMS_PER_CALL {
            let message = format!("the program goes more than {} forms deep", self.limits.depth * FORMS_PER_CALL);
            return Err(Trouble::limit(message));
        }
        self.evaluations += 1;
        Ok(())
    }

    /// Leaves a form.
    pub(super) fn leave_form(&mut self) {
        self.evaluations -= 1;
    }
}

/// About where the stack stands.
#[inline(never)]
fn stack_address() -> usize {
    let marker = 0_u8;
    std::ptr::from_ref(&marker).addr()
}

/// Memory that a value takes; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Charge {
    bytes: usize,
    memory: Rc<Cell<usize>>,
}

impl Charge {
    fn new(bytes: usize, memory: &Rc<Cell<usize>>) -> Self {
        memory.set(memory.get().saturating_add(bytes));
        Self { bytes, memory: Rc::clone(memory) }
    }

    /// Takes `bytes` more.
    pub(super) fn grow(&mut self, bytes: usize) {
        self.memory.set(self.memory.get().saturating_add(bytes));
        self.bytes = self.bytes.saturating_add(bytes);
    }
}

impl Clone for Charge {
    fn clone(&self) -> Self {
        Self::new(self.bytes, &self.memory)
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.memory.set(self.memory.get().saturating_sub(self.bytes));
    }
}
