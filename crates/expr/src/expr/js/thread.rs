//! A program runs on a thread apart, which runs one at a time, and what it asks of the host is answered here.
//!
//! The thread gives it a stack of known size, a clock that counts its own computing only, and a way out of the few native
//! loops that the engine cannot interrupt: we stop waiting.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicIsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use super::machine;
use super::message;
use crate::diagnostic::isolated;
use crate::expr::code::{Datum, Fault, FaultKind, Host, HostError, Limits, Program};

/// Threads that we stopped waiting for and that still run.
static LEFT_BEHIND: AtomicIsize = AtomicIsize::new(0);

/// So many are left behind at most; after that no program starts.
const MOST_LEFT_BEHIND: isize = 4;

/// What a call may need beyond the engine's own limit: our functions that it calls at its deepest.
const STACK_MARGIN: usize = 1 << 20;

/// A program with everything that it needs, to be handed to its thread.
pub(super) struct Job {
    pub(super) text: String,
    pub(super) params: Vec<(String, Datum)>,
    pub(super) repository: String,
    pub(super) limits: Limits,
}

impl Job {
    /// Bytes of stack that the engine may use.
    pub(super) fn stack(&self) -> usize {
        // A call of the engine takes half of that, but the functions that it is written in take up to all of it.
        const FRAME: usize = 4096;
        self.limits.depth.saturating_mul(FRAME)
    }
}

enum Question {
    Knows(String),
    Call(String, Vec<Datum>),
    Done(Result<Datum, Fault>),
}

enum Answer {
    Knows(bool),
    Gave(Result<Datum, HostError>),
}

/// The program's end of the line to the host.
pub(super) struct Line {
    questions: Sender<Question>,
    answers: Receiver<Answer>,
}

impl Line {
    /// Whether the host has a function of this name.
    pub(super) fn knows(&self, function: &str) -> bool {
        matches!(self.ask(Question::Knows(function.to_owned())), Some(Answer::Knows(true)))
    }

    /// Calls a function of the host.
    pub(super) fn call(&self, function: &str, arguments: Vec<Datum>) -> Result<Datum, HostError> {
        match self.ask(Question::Call(function.to_owned(), arguments)) {
            Some(Answer::Gave(result)) => result,
            _ => Err(HostError::new("the program was given up")),
        }
    }

    fn ask(&self, question: Question) -> Option<Answer> {
        self.questions.send(question).ok()?;
        self.answers.recv().ok()
    }
}

/// Runs a program on a thread that runs nothing else meanwhile.
pub(super) fn run(program: &Program<'_>, host: &mut dyn Host, limits: &Limits) -> Result<Datum, Fault> {
    let stop = |message: String| Err(Fault::new(FaultKind::Limit, 0..program.text.len(), message));
    if LEFT_BEHIND.load(Ordering::Relaxed) >= MOST_LEFT_BEHIND {
        return stop("too many programs that ran before it do not end".to_owned());
    }
    let job = Job {
        text: program.text.to_owned(),
        params: program.params.to_vec(),
        repository: program.repository.to_owned(),
        limits: *limits,
    };
    let waiting = IDLE.take().filter(|worker| worker.stack >= job.stack());
    let Some(worker) = waiting.or_else(|| Worker::start(job.stack())) else {
        return stop("there is no room for another thread".to_owned());
    };
    let (questions, asked) = mpsc::channel();
    let (answer, answers) = mpsc::channel();
    let settled = Arc::new(AtomicBool::new(false));
    let task = Task { job, line: Line { questions, answers }, settled: Arc::clone(&settled) };
    if worker.tasks.send(task).is_err() {
        return stop("the JavaScript engine gave up".to_owned());
    }
    match serve(host, &asked, &answer, patience(limits)) {
        Ok(result) => {
            IDLE.set(Some(worker));
            result
        }
        Err(RecvTimeoutError::Disconnected) => stop("the JavaScript engine gave up".to_owned()),
        Err(RecvTimeoutError::Timeout) => {
            if !settled.swap(true, Ordering::AcqRel) {
                LEFT_BEHIND.fetch_add(1, Ordering::Relaxed);
            }
            stop(message::too_long(limits))
        }
    }
}

/// How long we wait for a sign of life. The program's own clock stops it long before, if it can be stopped.
fn patience(limits: &Limits) -> Duration {
    limits.time * 4 + Duration::from_secs(1)
}

thread_local! {
    /// A thread that ran a program for this one and waits for the next: starting it costs as much as a small program.
    static IDLE: Cell<Option<Worker>> = const { Cell::new(None) };
}

/// A thread for programs, one after the other. It ends when this is dropped, or when its program does after that.
struct Worker {
    tasks: Sender<Task>,
    /// Bytes of stack that its engine may use.
    stack: usize,
}

struct Task {
    job: Job,
    line: Line,
    settled: Arc<AtomicBool>,
}

impl Worker {
    fn start(stack: usize) -> Option<Self> {
        let (tasks, given) = mpsc::channel::<Task>();
        let size = stack.saturating_add(STACK_MARGIN);
        let thread = thread::Builder::new().name("javascript".to_owned()).stack_size(size);
        thread.spawn(move || given.into_iter().for_each(perform)).ok()?;
        Some(Self { tasks, stack })
    }
}

fn perform(task: Task) {
    let Task { job, line, settled } = task;
    let questions = line.questions.clone();
    let whole = 0..job.text.len();
    let result = isolated(|| machine::evaluate(job, line))
        .unwrap_or_else(|error| Err(Fault::new(FaultKind::Failed, whole, error.to_string())));
    if settled.swap(true, Ordering::AcqRel) {
        LEFT_BEHIND.fetch_sub(1, Ordering::Relaxed);
    }
    // Nobody may be waiting any more.
    drop(questions.send(Question::Done(result)));
}

/// Answers the program's questions until it is done.
fn serve(
    host: &mut dyn Host,
    asked: &Receiver<Question>,
    answer: &Sender<Answer>,
    patience: Duration,
) -> Result<Result<Datum, Fault>, RecvTimeoutError> {
    loop {
        let reply = match asked.recv_timeout(patience)? {
            Question::Done(result) => return Ok(result),
            Question::Knows(function) => Answer::Knows(host.knows(&function)),
            Question::Call(function, arguments) => Answer::Gave(host.call(&function, arguments)),
        };
        answer.send(reply).map_err(|_| RecvTimeoutError::Disconnected)?;
    }
}
