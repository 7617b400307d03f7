//! Programs and what they give.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::{Duration, Instant};

use super::run;
use crate::expr::Language;
use crate::expr::code::{Datum, Fault, FaultKind, Host, HostError, Limits, NoHost, Program};

fn params() -> Vec<(String, Datum)> {
    let text = |text: &str| Datum::Text(text.to_owned());
    vec![
        ("api-host".to_owned(), text("db")),
        ("port".to_owned(), Datum::Int(8080)),
        ("none".to_owned(), Datum::Null),
        ("nested-map".to_owned(), Datum::Map(vec![("expose-as".to_owned(), Datum::Int(1))])),
        ("hidden".to_owned(), Datum::Unknown),
        ("items".to_owned(), Datum::List(vec![Datum::Int(1), Datum::Unknown])),
    ]
}

fn run_with(text: &str, host: &mut dyn Host, limits: &Limits) -> Result<Datum, Fault> {
    let params = params();
    run(&Program { language: Language::JavaScript, text, params: &params, repository: "owner/project" }, host, limits)
}

fn fault(text: &str) -> Fault {
    match run_with(text, &mut NoHost, &Limits::ARGUMENT) {
        Err(fault) => fault,
        Ok(datum) => panic!("{text} gave {datum:?}"),
    }
}

/// The result as JSON.
fn gives(text: &str) -> String {
    fn json(datum: &Datum) -> serde_json::Value {
        match datum {
            Datum::Null => serde_json::Value::Null,
            Datum::Bool(known) => (*known).into(),
            Datum::Int(known) => (*known).into(),
            Datum::Float(known) => (*known).into(),
            Datum::Text(text) => text.as_str().into(),
            Datum::List(items) => items.iter().map(json).collect(),
            Datum::Map(entries) => entries.iter().map(|(key, item)| (key.clone(), json(item))).collect(),
            Datum::Unknown => "unknown".into(),
        }
    }
    match run_with(text, &mut NoHost, &Limits::ARGUMENT) {
        Ok(datum) => json(&datum).to_string(),
        Err(fault) => panic!("{text}: {fault:?}"),
    }
}

/// A fault as its kind, what it marks, and what it says.
fn said(text: &str) -> String {
    let fault = fault(text);
    format!("{:?} at `{}`: {}", fault.kind, &text[fault.range.clone()], fault.message)
}

#[test]
fn the_last_value_of_a_program_is_its_result() {
    for (text, expected) in [
        ("", "null"),
        ("params.apiHost + ':' + params.port", r#""db:8080""#),
        ("const d = [1, 2]; d.map(x => x * 2);", "[2,4]"),
        ("let x = 1; if (params.none) { x = 2 } x", "1"),
        (
            "params.port === 8080 ? [{ id: \"api\", 'expose-as': params.port }] : null;",
            r#"[{"id":"api","expose-as":8080}]"#,
        ),
        ("`${params['apiHost']}?`", r#""db?""#),
        ("[1.5, -0, 2**53, 9007199254740993n, true, undefined]", "[1.5,0,9007199254740992,9007199254740993,true,null]"),
        ("({...params.nestedMap, b: 1})", r#"{"expose-as":1,"b":1}"#),
        ("\"a, b\".replace(/[\\s,]+/g, ' ')", r#""a b""#),
        ("params.undeclared?.deep ?? 'x'", r#""x""#),
        ("class A { #p = 1; get p() { return this.#p } static { } } new A().p", "1"),
        ("[1, 2, 3].at(-1)", "3"),
        ("JSON.stringify({a: [1]})", r#""{\"a\":[1]}""#),
        ("console.log('nothing hears it', {a: 1}); 1", "1"),
    ] {
        assert_eq!(gives(text), expected, "{text}");
    }
}

#[test]
fn a_leading_brace_is_an_object_if_it_can_be_one() {
    assert_eq!(gives("{a: 1, 'b-c': params.port};"), r#"{"a":1,"b-c":8080}"#);
    assert_eq!(gives(" { a: 1 } // why"), r#"{"a":1}"#);
    assert_eq!(gives("{ const x = 1; x + 1 }"), "2");
    assert_eq!(said("{a: 1, b: }"), "Syntax at `}`: unexpected token in expression: `}`");
    assert_eq!(said("{a: foo.x}"), "Failed at `foo.x`: `foo` is not defined");
}

#[test]
fn parameters_go_by_both_spellings_and_are_counted_once() {
    assert_eq!(
        gives("[params.apiHost, params['api-host'], inputs.apiHost, pt.param('api-host'), pt.input('apiHost')]"),
        r#"["db","db","db","db","db"]"#
    );
    assert_eq!(gives("Object.keys(params)"), r#"["apiHost","port","none","nestedMap","hidden","items"]"#);
    assert_eq!(gives("Object.keys(params['nested-map'])"), r#"["expose-as"]"#);
    assert_eq!(gives("params.nestedMap.exposeAs + params.nestedMap['expose-as']"), "2");
    assert_eq!(gives("[pt.param('nope'), pt.param('constructor')]"), "[null,null]");
    assert_eq!(gives("pt.moduleRepoRef"), r#""owner/project""#);
}

#[test]
fn faults_point_into_the_program() {
    for (text, expected) in [
        ("params.x.y", "Failed at `params.x.y`: cannot read property `y` of undefined"),
        ("let é = 1;\n  foo(é)", "Failed at `foo`: `foo` is not defined"),
        ("1 +\n  (2", "Syntax at `2`: the program ends too early"),
        ("a => {", "Syntax at `{`: the program ends too early"),
        ("params.apiHost.foo()", "Failed at `params.apiHost.foo`: `params.apiHost.foo` is not a function"),
        ("[].map(3)", "Failed at `.map`: what is called here is not a function"),
        ("const d = params.port;\nd.map(dep => ({ x: dep }))", "Failed at `d.map`: `d.map` is not a function"),
        ("throw new Error('no such thing')", "Failed at `Error`: the program throws: no such thing"),
        ("throw 'up'", "Failed at `'`: the program throws: up"),
        (
            "JSON.parse('{')",
            "Failed at `JSON.parse`: expected property name or `}` in JSON at position 1 (line 1 column 2)",
        ),
        ("function f() { null.x }\nf()", "Failed at `null.x`: cannot read property `x` of null"),
        ("'abc", "Syntax at `'`: this text is not closed"),
        ("new Date()", "Failed at `Date`: there is no `Date`: a program gives the same result whenever it runs"),
        (
            "Math.random()",
            "Failed at `Math.random`: there is no `Math.random`: a program gives the same result whenever it runs",
        ),
        ("pt.callModule('x', {})", "Failed at `pt.callModule`: `pt.callModule` is there in `code` steps only"),
        ("pt.moduleRef", "Failed at `pt.moduleRef`: there is no `pt.moduleRef`; did you mean `pt.moduleRepoRef`?"),
        ("a\0b", "Syntax at `\0`: a program holds no zero characters"),
    ] {
        assert_eq!(said(text), expected, "{text}");
    }
}

#[test]
fn results_that_are_no_values_are_refused() {
    for (text, expected) in [
        ("x => x", "a function"),
        ("[Symbol()]", "a symbol"),
        ("(async () => 1)()", "a promise"),
        ("import('fs')", "a promise"),
        ("const a = []; a.push(a); a", "holds itself"),
        ("parseInt('x')", "`NaN`"),
        ("1 / 0", "infinite"),
        ("2n ** 70n", "too large"),
        ("new Set([1])", "`[...set]`"),
        ("new Error('x')", "`throw` it"),
        ("'\\u{D800}'", "half a character"),
        ("({ get a() { throw new Error('x') } })", "cannot be read"),
    ] {
        let fault = fault(text);
        assert_eq!(fault.kind, FaultKind::Failed, "{text}: {fault:?}");
        assert!(fault.message.contains(expected), "{text}: {fault:?}");
    }
}

#[test]
fn no_program_can_hang_or_exhaust_us() {
    for text in [
        "for (;;) {}",
        "(function f() { f() })()",
        "'x'.repeat(1e9)",
        "'x'.repeat(2e9)",
        "let a = []; for (;;) a.push('x'.repeat(1000) + a.length)",
        "Array(1e9).fill(0)",
        "/^(a+)+$/.test('a'.repeat(40) + 'b')",
        "let a = [1]; for (let i = 0; i < 40; i++) a = [a, a]; a",
        "let a = 1; for (let i = 0; i < 1000; i++) a = [a]; a",
        "let a = 1; for (let i = 0; i < 1e6; i++) a = [a]; String(a)",
        "new Function('x', 'for (;;) {}')()",
        "[3, 1, 2].sort(() => { for (;;) {} })",
        "'['.repeat(1e5) + 1; JSON.parse('['.repeat(1e5))",
        "new Proxy({}, { ownKeys() { for (;;) {} } })",
        "Array(2 ** 30).join('')",
    ] {
        let limits = Limits { time: Duration::from_millis(100), ..Limits::ARGUMENT };
        let started = Instant::now();
        let Err(fault) = run_with(text, &mut NoHost, &limits) else { panic!("{text} gave a result") };
        assert_eq!(fault.kind, FaultKind::Limit, "{text}: {fault:?}");
        assert!(started.elapsed() < Duration::from_secs(5), "{text} took {:?}", started.elapsed());
    }
}

#[test]
fn catching_does_not_undo_a_limit_or_a_hole() {
    for text in [
        "try { for (;;) {} } catch { 1 } finally { 2 }",
        "try { (function f() { f() })() } catch { 1 }",
        "try { 'x'.repeat(1e9) } catch { 1 }",
        "const a = []; try { for (;;) a.push({}) } catch { a.length = 0; 1 }",
        "Error.prepareStackTrace = null; Error.stackTraceLimit = 0; try { 'x'.repeat(1e9) } catch { 1 }",
    ] {
        assert_eq!(fault(text).kind, FaultKind::Limit, "{text}");
    }
    for text in [
        "params.hidden",
        "try { params.hidden } catch { 1 }",
        "JSON.stringify(params)",
        "({...params}).port",
        "[params.items]",
        "params.items.length > 1 ? params.items[1] : 0",
        "pt.param('hidden')",
    ] {
        assert_eq!(fault(text).kind, FaultKind::Unknown, "{text}");
    }
    assert_eq!(gives("[params.port, params.items[0], params.items.length, 'hidden' in params]"), "[8080,1,2,true]");
}

/// Adds, refuses, and keeps what is logged.
#[derive(Default)]
struct Desk {
    log: Vec<String>,
}

impl Host for Desk {
    fn knows(&self, function: &str) -> bool {
        ["log", "add-all", "read-yaml"].contains(&function)
    }

    fn call(&mut self, function: &str, arguments: Vec<Datum>) -> Result<Datum, HostError> {
        match (function, arguments.as_slice()) {
            ("log", [Datum::Text(text)]) => {
                self.log.push(text.clone());
                Ok(Datum::Null)
            }
            ("add-all", [Datum::List(items)]) => {
                let number = |item: &Datum| if let Datum::Int(number) = item { *number } else { 0 };
                Ok(Datum::Int(items.iter().map(number).sum()))
            }
            ("read-yaml", _) => Ok(Datum::Map(vec![("a-b".to_owned(), Datum::Int(1))])),
            _ => Err(HostError::new("it can add lists only")),
        }
    }
}

#[test]
fn the_host_does_what_a_program_cannot() {
    let mut desk = Desk::default();
    let mut run = |text: &str| run_with(text, &mut desk, &Limits::STEP);
    assert_eq!(run("pt.log('one'); console.log('two', {a: 1}); pt.addAll([1, 2])"), Ok(Datum::Int(3)));
    assert_eq!(run("const {addAll} = pt; addAll([4])"), Ok(Datum::Int(4)));
    assert_eq!(
        run("try { pt.addAll('x') } catch (e) { e.message }"),
        Ok(Datum::Text("it can add lists only".to_owned()))
    );
    assert_eq!(
        run("const y = pt.readYaml('x'); [y['a-b'], y.aB, ...Object.keys(y)]"),
        Ok(Datum::List(vec![Datum::Int(1), Datum::Int(1), Datum::Text("a-b".to_owned())]))
    );
    let refused = run("1;\npt.addAll('x')").unwrap_err();
    assert_eq!(
        (refused.kind, refused.range, refused.message.as_str()),
        (FaultKind::Host, 3..12, "it can add lists only")
    );
    assert_eq!(run("pt.addAll(() => 1)").unwrap_err().message, "the argument holds a function; call it");
    assert_eq!(run("pt.fooBar()").unwrap_err().message, "there is no `pt.fooBar`");
    assert_eq!(desk.log, ["one", "two {\"a\":1}"]);
}

#[test]
fn nothing_leads_out_of_a_program() {
    for name in [
        "require",
        "process",
        "fetch",
        "XMLHttpRequest",
        "setTimeout",
        "WebAssembly",
        "std",
        "os",
        "performance",
        "Atomics",
    ] {
        assert_eq!(gives(&format!("typeof {name}")), r#""undefined""#, "{name}");
    }
}

#[test]
fn loops_among_the_values_do_not_keep_the_engine_from_ending() {
    assert_eq!(gives("params.self = params; params.pt = pt; pt.param.x = pt; globalThis.f = () => params; 1"), "1");
}

#[test]
fn a_program_starts_at_once() {
    const RUNS: u32 = 200;
    let started = Instant::now();
    for _ in 0..RUNS {
        gives("params.apiHost + 1");
    }
    let each = started.elapsed() / RUNS;
    // It takes a seventh of a millisecond; a busy machine may take more.
    assert!(each.as_millis() < 10, "{each:?}");
}

#[test]
fn lists_of_any_length_that_a_program_writes_down_are_read_or_refused() {
    for text in [
        "const a = []; a.length = 4294967295; a",
        "const a = [1]; a.length = 2147483648; a",
        "const a = [1]; a.length = 3e9; ({list: [a]})",
        "new Array(4294967295)",
    ] {
        assert_eq!(fault(text).kind, FaultKind::Limit, "{text}");
    }
    assert_eq!(gives("const a = []; a[3] = 1; a"), "[null,null,null,1]");
    assert_eq!(gives("const a = [1, 2, 3]; a.length = 1; a"), "[1]");
}

/// A host that has one function, which gives a text that is a program.
struct Reads;

impl Host for Reads {
    fn knows(&self, function: &str) -> bool {
        function == "read-file"
    }

    fn call(&mut self, _: &str, _: Vec<Datum>) -> Result<Datum, HostError> {
        Ok(Datum::Text("1 + 1".to_owned()))
    }
}

#[test]
fn a_text_that_was_read_never_becomes_a_program() {
    for text in [
        "eval(pt.readFile('x'))",
        "(0, eval)(pt.readFile('x'))",
        "globalThis.eval(pt.readFile('x'))",
        "new Function(pt.readFile('x'))()",
        "Function('return ' + pt.readFile('x'))()",
        "(() => {}).constructor(pt.readFile('x'))()",
        "(async () => {}).constructor(pt.readFile('x'))()",
        "(function* () {}).constructor(pt.readFile('x'))().next()",
        "Object.getPrototypeOf(async function* () {}).constructor(pt.readFile('x'))()",
        "Reflect.construct(Object.getPrototypeOf(class {}).constructor, [pt.readFile('x')])()",
        "delete globalThis.eval; globalThis.eval = 1; eval(pt.readFile('x'))",
    ] {
        let fault = run_with(text, &mut Reads, &Limits::STEP).unwrap_err();
        assert!(fault.message.contains("no text becomes a program"), "{text}: {fault:?}");
    }
    let known = run_with("[(() => 1) instanceof Function, pt.readFile('x')]", &mut Reads, &Limits::STEP);
    assert_eq!(known, Ok(Datum::List(vec![Datum::Bool(true), Datum::Text("1 + 1".to_owned())])));
}
