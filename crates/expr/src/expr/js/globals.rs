//! What a program finds: `params`, `inputs`, `pt`, `console`; and what it must not find.

use std::rc::Rc;

use rquickjs::function::{Opt, Rest};
use rquickjs::object::Accessor;
use rquickjs::proxy::{ProxyHandler, ProxyProperty, ProxyReceiver, ProxyTarget};
use rquickjs::{Ctx, Exception, Function, IntoJs, Object, Proxy, Result, Value};

use super::names::{camel_case, kebab_case};
use super::read::Reader;
use super::thread::{Job, Line};
use super::watch::Watch;
use super::write;
use crate::diagnostic::did_you_mean;
use crate::expr::code::{Datum, FUNCTIONS};

/// Properties that `pt` has everywhere.
const EVERYWHERE: [&str; 4] = ["param", "input", "moduleRepoRef", "moduleProjectRef"];

/// Puts everything in its place.
pub(super) fn install(ctx: &Ctx<'_>, job: &Rc<Job>, watch: &Rc<Watch>, line: &Rc<Line>) -> Result<()> {
    let globals = ctx.globals();
    listen(ctx, watch)?;
    without_chance(&globals)?;
    if line.knows("read-file") {
        without_texts(ctx)?;
    }
    let params = write::parameters(ctx, &job.params, watch)?;
    globals.set("params", params.clone())?;
    globals.set("inputs", params)?;
    globals.set("pt", pt(ctx, job, watch, line)?)?;
    globals.set("console", console(ctx, line)?)
}

/// Hears of every exception, and takes away what a program could do against that.
fn listen<'js>(ctx: &Ctx<'js>, watch: &Rc<Watch>) -> Result<()> {
    let watch = Rc::clone(watch);
    let hear = move |ctx: Ctx<'js>, error: Value<'js>, sites: Value<'js>| watch.raised(&ctx, &error, &sites);
    let errors: Object<'js> = ctx.globals().get("Error")?;
    errors.set("stackTraceLimit", 64)?;
    errors.set("prepareStackTrace", Function::new(ctx.clone(), hear)?)?;
    errors.remove("prepareStackTrace")?;
    errors.remove("stackTraceLimit")
}

/// No clock and no chance: a program gives the same result whenever it runs.
fn without_chance<'js>(globals: &Object<'js>) -> Result<()> {
    let refuse = |what: &'static str| {
        move |ctx: Ctx<'js>| -> Result<()> {
            let message = format!("there is no `{what}`: a program gives the same result whenever it runs");
            Err(Exception::throw_reference(&ctx, &message))
        }
    };
    globals.prop("Date", Accessor::from(refuse("Date")).configurable())?;
    globals.get::<_, Object<'js>>("Math")?.prop("random", Accessor::from(refuse("Math.random")).configurable())
}

/// No text becomes a program: what was allowed to run is what stands in the project's programs, and nothing that they read.
fn without_texts(ctx: &Ctx<'_>) -> Result<()> {
    const TAKE_AWAY: &str = "(() => {
        const refuse = function () {
            throw new TypeError('no text becomes a program here: what may run stands in the `code` step itself');
        };
        refuse.prototype = Function.prototype;
        const kinds = [function () {}, async function () {}, function* () {}, async function* () {}];
        for (const kind of kinds) {
            Object.defineProperty(Object.getPrototypeOf(kind), 'constructor', { value: refuse });
        }
        for (const name of ['eval', 'Function']) {
            Object.defineProperty(globalThis, name, { value: refuse, writable: false, configurable: false });
        }
    })()";
    ctx.eval::<(), _>(TAKE_AWAY)
}

fn pt<'js>(ctx: &Ctx<'js>, job: &Rc<Job>, watch: &Rc<Watch>, line: &Rc<Line>) -> Result<Proxy<'js>> {
    let target = Object::new(ctx.clone())?;
    target.set("param", parameter(ctx, job, watch)?)?;
    target.set("input", parameter(ctx, job, watch)?)?;
    target.set("moduleRepoRef", job.repository.as_str())?;
    target.set("moduleProjectRef", job.repository.as_str())?;
    let (line, watch) = (Rc::clone(line), Rc::clone(watch));
    let job = Rc::clone(job);
    let get = move |target: ProxyTarget<'js>, property: ProxyProperty<'js>, _: ProxyReceiver<'js>| {
        let ctx = target.0.ctx().clone();
        let Some(name) = property.0.as_string() else { return Ok(Value::new_undefined(ctx)) };
        let name = name.to_string()?;
        if target.0.contains_key(name.as_str())? {
            return target.0.get(name.as_str());
        }
        let function = kebab_case(&name);
        if line.knows(&function) {
            return host_function(&ctx, function, &job, &watch, &line)?.into_js(&ctx);
        }
        Err(Exception::throw_type(&ctx, &absent(&name, &function)))
    };
    Proxy::new(ctx.clone(), target, ProxyHandler::new(ctx.clone())?.with_getter(get)?)
}

/// What to say of `pt.name`, where the host has no such function.
fn absent(name: &str, function: &str) -> String {
    if FUNCTIONS.contains(&function) {
        return format!("`pt.{name}` is there in `code` steps only");
    }
    let known: Vec<String> = FUNCTIONS.iter().map(|name| camel_case(name)).collect();
    match did_you_mean(name, EVERYWHERE.into_iter().chain(known.iter().map(String::as_str))) {
        Some(near) => format!("there is no `pt.{name}`; did you mean `pt.{near}`?"),
        None => format!("there is no `pt.{name}`"),
    }
}

/// `pt.param("api-host")`: a parameter by either spelling, and null where there is none.
fn parameter<'js>(ctx: &Ctx<'js>, job: &Rc<Job>, watch: &Rc<Watch>) -> Result<Function<'js>> {
    // Nothing of the engine may be kept in here: it could not see that, and never free it.
    let (job, watch) = (Rc::clone(job), Rc::clone(watch));
    let find = move |ctx: Ctx<'js>, name: Opt<String>| -> Result<Value<'js>> {
        let Some(name) = name.0 else {
            return Err(Exception::throw_type(&ctx, "`pt.param` needs the name of a parameter"));
        };
        let named = |(known, _): &&(String, Datum)| *known == name;
        let spelt = |(known, _): &&(String, Datum)| camel_case(known) == name;
        let found = job.params.iter().find(named).or_else(|| job.params.iter().find(spelt));
        write::value(&ctx, found.map_or(&Datum::Null, |(_, datum)| datum), &watch)
    };
    Function::new(ctx.clone(), find)
}

fn host_function<'js>(
    ctx: &Ctx<'js>,
    function: String,
    job: &Rc<Job>,
    watch: &Rc<Watch>,
    line: &Rc<Line>,
) -> Result<Function<'js>> {
    let (job, watch, line) = (Rc::clone(job), Rc::clone(watch), Rc::clone(line));
    let call = move |ctx: Ctx<'js>, arguments: Rest<Value<'js>>| -> Result<Value<'js>> {
        let mut reader = Reader::new(&job.limits);
        let read: std::result::Result<Vec<Datum>, _> = arguments.0.iter().map(|value| reader.read(value)).collect();
        let read = read.map_err(|problem| {
            let message = problem.message.replacen("the result", "the argument", 1);
            Exception::throw_type(&ctx, &message)
        })?;
        let gave = line.call(&function, read).map_err(|error| {
            watch.host_failed(&error.message);
            Exception::throw_message(&ctx, &error.message)
        })?;
        write::value(&ctx, &gave, &watch)
    };
    Function::new(ctx.clone(), call)
}

/// `console.log` and its like write to the log, where there is one.
fn console<'js>(ctx: &Ctx<'js>, line: &Rc<Line>) -> Result<Object<'js>> {
    let console = Object::new(ctx.clone())?;
    for name in ["log", "info", "warn", "error", "debug"] {
        let line = Rc::clone(line);
        let log = move |ctx: Ctx<'js>, parts: Rest<Value<'js>>| -> Result<()> {
            let parts: Result<Vec<String>> = parts.0.iter().map(|part| shown(&ctx, part)).collect();
            let text = Datum::Text(parts?.join(" "));
            if line.knows("log") {
                let logged = line.call("log", vec![text]);
                logged.map_err(|error| Exception::throw_message(&ctx, &error.message))?;
            }
            Ok(())
        };
        console.set(name, Function::new(ctx.clone(), log)?)?;
    }
    Ok(console)
}

fn shown<'js>(ctx: &Ctx<'js>, part: &Value<'js>) -> Result<String> {
    match part.as_string() {
        Some(text) => text.to_string(),
        None => ctx.json_stringify(part.clone())?.map_or_else(|| Ok("undefined".to_owned()), |json| json.to_string()),
    }
}
