//! Programs with secrets and values among their parameters.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use super::probe::{Outcome, Script};
use crate::expr::Language;
use crate::source::{FileId, Span};
use crate::value::{Data, Segment, Text, Value};

fn at(start: usize) -> Span {
    Span::new(FileId(0), start, start)
}

fn value(name: &str, content: Option<&str>) -> Text {
    let mut text = Text::default();
    text.push(Segment::Value { name: name.to_owned(), content: content.map(str::to_owned) });
    text
}

fn joined(parts: &[Text]) -> Text {
    let mut text = Text::default();
    for part in parts {
        text.append(part);
    }
    text
}

fn outcome_in(language: Language, program: &str) -> Outcome {
    let text = |text: Text| Value::new(Data::Text(text), at(0));
    let params = [
        ("pw".to_owned(), text(Text::secret("db-password"))),
        ("other".to_owned(), text(Text::secret("token"))),
        ("url".to_owned(), text(joined(&["http://u:".into(), Text::secret("db-password"), "@h".into()]))),
        ("unset".to_owned(), text(value("host", None))),
        ("set".to_owned(), text(value("port", Some("8080")))),
        ("plain".to_owned(), text("hello".into())),
        ("list".to_owned(), Value::new(Data::List(vec![text(Text::secret("db-password"))]), at(0))),
        ("hole".to_owned(), Value::unknown(at(0))),
    ];
    Script { language, text: program, params: &params, repository: "r", span: at(7) }.outcome()
}

fn outcome(program: &str) -> Outcome {
    outcome_in(Language::JavaScript, program)
}

/// A result, as people may read it.
fn gives(program: &str) -> String {
    fn shown(value: &Value) -> String {
        assert_eq!(value.span, at(7));
        match &value.data {
            Data::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(" ")),
            Data::Map(map) => map.iter().map(|(key, item)| format!("{}={} ", key.value, shown(item))).collect(),
            Data::Text(text) if text.is_from_reference() => format!("ref {text}"),
            Data::Text(text) => text.to_string(),
            other => format!("{other:?}"),
        }
    }
    match outcome(program) {
        Outcome::Gave(value) => shown(&value),
        other => panic!("{program}: {other:?}"),
    }
}

#[test]
fn secrets_are_passed_on_as_segments() {
    for (program, expected) in [
        ("params.pw + ''", "ref <secret:db-password>"),
        ("'postgres://u:' + params.pw + '@h'", "ref postgres://u:<secret:db-password>@h"),
        ("`${params.url}/x?t=${params.other}`", "ref http://u:<secret:db-password>@h/x?t=<secret:token>"),
        ("[{ name: 'A', value: params.pw }, params.plain]", "[name=A value=ref <secret:db-password>  hello]"),
        ("params.list.concat(['x'])", "[ref <secret:db-password> x]"),
        ("params.pw ? [params.pw] : []", "[ref <secret:db-password>]"),
        ("params.pw === null ? 1 : params.pw.concat('!')", "ref <secret:db-password>!"),
        ("[params.pw, params.other].join(',')", "ref <secret:db-password>,<secret:token>"),
        ("JSON.parse(JSON.stringify([params.plain]))", "[hello]"),
    ] {
        assert_eq!(gives(program), expected, "{program}");
    }
}

#[test]
fn what_looks_into_a_secret_is_found() {
    for program in [
        "params.pw.length",
        "params.pw.length > 12",
        "params.pw === 'swordfish'",
        "params.pw !== params.plain",
        "params.pw.toUpperCase()",
        "params.pw.toLowerCase()",
        "params.pw.trim()",
        "params.pw.replace(/[\\s,]+/g, ' ')",
        "params.pw.substring(0, 3)",
        "params.pw.split('').reverse().join('')",
        "/^https?:/.test(params.pw) ? 1 : 2",
        "params.pw.startsWith('sk-') ? 'live' : 'test'",
        "params.pw.includes('@')",
        "parseInt(params.pw)",
        "params.pw > 5",
        "encodeURIComponent(params.pw)",
        "JSON.stringify({ a: params.pw })",
        "({ [params.pw]: 1 })",
        "params.pw[0]",
        "[...params.pw].length",
        "if (params.pw.length < 8) throw new Error('too short'); params.pw",
        "try { JSON.parse(params.pw) } catch { 'no JSON' }",
        "params.list[0].length",
        "params.url.indexOf('@')",
    ] {
        let Outcome::Inspected(secrets) = outcome(program) else { panic!("{program}: {:?}", outcome(program)) };
        assert_eq!(secrets, ["db-password"], "{program}");
    }
    let Outcome::Inspected(secrets) = outcome("params.pw === params.other") else { panic!("two secrets") };
    assert!(secrets.contains(&"token".to_owned()), "{secrets:?}");
}

#[test]
fn what_needs_an_unset_value_is_a_hole_and_what_passes_it_on_is_not() {
    for program in [
        "parseInt(params.unset)",
        "params.unset === 'x' ? 1 : 2",
        "params.unset || 'y'",
        "params.hole",
        "params.hole + params.pw",
    ] {
        assert!(matches!(outcome(program), Outcome::Hole), "{program}: {:?}", outcome(program));
    }
    assert_eq!(gives("'http://' + params.unset"), "ref http://<value:host>");
}

#[test]
fn set_values_are_read_like_text_and_stay_references_when_passed_on() {
    assert_eq!(gives("parseInt(params.set) + 1"), "Int(8081)");
    assert_eq!(gives("params.set === '8080' ? 'yes' : 'no'"), "yes");
    assert_eq!(gives("[params.set, ':' + params.set]"), "[ref 8080 ref :8080]");
    assert_eq!(gives("params.set + params.pw"), "ref 8080<secret:db-password>");
    assert_eq!(gives("params.set.length + params.plain"), "4hello");
}

#[test]
fn faults_name_secrets_and_never_their_stand_ins() {
    let Outcome::Fault(fault) = outcome("throw new Error('cannot use ' + params.pw)") else { panic!("a fault") };
    assert_eq!(fault.message, "the program throws: cannot use <secret:db-password>");
}

#[test]
fn programs_in_clojure_are_held_to_the_same() {
    let clojure = |program: &str| outcome_in(Language::Clojure, program);
    let Outcome::Gave(value) = clojure("(str \"postgres://u:\" (:pw params) \"@h\")") else { panic!("a text") };
    assert_eq!(value.to_text().unwrap().to_string(), "postgres://u:<secret:db-password>@h");
    let Outcome::Gave(value) = clojure("[(when (:pw params) {:name \"A\" :value (:pw params)})]") else {
        panic!("a list")
    };
    assert!(matches!(&value.data, Data::List(items) if items[0].get("value").unwrap().to_text().unwrap().has_secret()));
    for program in [
        "(count (:pw params))",
        "(= (:pw params) \"swordfish\")",
        "(clojure.string/lower-case (:pw params))",
        "(clojure.string/replace (:pw params) #\"[ ,]+\" \" \")",
        "(subs (:pw params) 0 3)",
        "(hash (:pw params))",
    ] {
        let outcome = clojure(program);
        assert!(
            matches!(&outcome, Outcome::Inspected(secrets) if *secrets == ["db-password"]),
            "{program}: {outcome:?}"
        );
    }
    assert!(matches!(clojure("(count (:unset params))"), Outcome::Hole));
    let Outcome::Gave(value) = clojure("(count (:set params))") else { panic!("a number") };
    assert_eq!(value.data, Data::Int(4));
}
