//! The small languages in strings: they end in bounded time, and their faults point inside of them.

use std::time::{Duration, Instant};

use polytope::expr::code::{Datum, Fault, Host, HostError, Limits, Program, run};
use polytope::expr::{Expression, Language, Part, Programs, Scope, Use, evaluate, parse};
use polytope::source::{Span, Spanned};
use polytope::value::{Data, Text, Value};

use super::{places, read};

/// How long a program may take: the limit, and what a slow machine and a sanitizer add.
const PATIENCE: Duration = Duration::from_secs(15);

/// Any text is an expression or none: its parts lie in it, and it can be evaluated.
pub fn interpolation(text: &str) {
    let ranges = match parse(text) {
        Expression::Literal => Vec::new(),
        Expression::Whole(reference) => vec![reference.name_range],
        Expression::Interpolated(parts) => parts.into_iter().map(range).collect(),
        Expression::Code(_, start) => std::iter::once(start..text.len()).collect(),
        Expression::Output(output) => vec![output.step_range],
        Expression::Malformed { range, .. } => vec![range],
    };
    for range in ranges {
        assert!(text.get(range.clone()).is_some(), "{range:?} is no part of {text:?}");
    }
    let (tree, mut diagnostics) = read(text);
    evaluate(&tree.root, &mut Fixed::default(), &mut diagnostics);
    for finding in diagnostics.finish() {
        places::assert_finding(&finding, |_| text);
    }
}

fn range(part: Part) -> std::ops::Range<usize> {
    match part {
        Part::Literal(range) => range,
        Part::Reference(reference) => reference.name_range,
    }
}

/// Any text as a program in Clojure.
pub fn clj(text: &str) {
    program(Language::Clojure, text);
}

/// Any text as a program in JavaScript.
pub fn js(text: &str) {
    program(Language::JavaScript, text);
}

fn program(language: Language, text: &str) {
    let params = params();
    let program = Program { language, text, params: &params, repository: "project" };
    let started = Instant::now();
    let result = run(&program, &mut Answering, &Limits::ARGUMENT);
    assert!(started.elapsed() < PATIENCE, "it took {:?}", started.elapsed());
    if let Err(Fault { range, message, .. }) = result {
        assert!(text.get(range.clone()).is_some(), "{range:?} is no part of {text:?}");
        assert!(!message.is_empty(), "a fault that says nothing");
    }
}

fn params() -> Vec<(String, Datum)> {
    let text = |text: &str| Datum::Text(text.to_owned());
    let port = Datum::Map(vec![("port".to_owned(), Datum::Int(8080)), ("protocol".to_owned(), text("http"))]);
    vec![
        ("id".to_owned(), text("api")),
        ("restart-policy".to_owned(), text("é\u{1f980}")),
        ("port".to_owned(), Datum::Int(i64::MAX)),
        ("ratio".to_owned(), Datum::Float(0.5)),
        ("tty".to_owned(), Datum::Bool(true)),
        ("cmd".to_owned(), Datum::Null),
        ("ports".to_owned(), Datum::List(vec![port])),
        ("unknown".to_owned(), Datum::Unknown),
    ]
}

/// A host that knows everything, and gives back what it gets; `fail` fails.
struct Answering;

impl Host for Answering {
    fn knows(&self, _: &str) -> bool {
        true
    }

    fn call(&mut self, function: &str, arguments: Vec<Datum>) -> Result<Datum, HostError> {
        match function {
            "fail" => Err(HostError::new("it fails")),
            _ => Ok(Datum::List(arguments)),
        }
    }
}

/// Some parameters and values, the same every time.
struct Fixed {
    params: Vec<(String, Value)>,
    programs: Programs,
}

impl Default for Fixed {
    fn default() -> Self {
        let place = Span::new(polytope::source::FileId(0), 0, 0);
        let known = |name: &str, data: Data| (name.to_owned(), Value::new(data, place));
        Self {
            params: vec![
                known("id", Data::Text(Text::literal("api"))),
                known("port", Data::Int(8080)),
                known("cmd", Data::Null),
                known("ports", Data::List(vec![Value::new(Data::Plain("80".into()), place)])),
                known("unknown", Data::Unknown),
            ],
            programs: Programs::default(),
        }
    }
}

impl Scope for Fixed {
    fn param(&self, name: &str) -> Option<&Value> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    fn params(&self) -> &[(String, Value)] {
        &self.params
    }

    fn programs(&self) -> &Programs {
        &self.programs
    }

    fn repository(&self, _: Span) -> String {
        "project".to_owned()
    }

    fn output(&mut self, _: &Spanned<String>, _: &[String], place: Span) -> Value {
        Value::unknown(place)
    }

    fn value(&self, name: &str) -> Option<&str> {
        (name == "host").then_some("localhost")
    }

    fn record(&mut self, _: Use) {}
}
