//! What is said about programs that cannot be run, and where.

use super::eval;
use crate::expr::code::FaultKind::{self, Failed, Syntax};

/// Each program fails with these words at the marked text.
fn check(table: &[(&str, FaultKind, &str, &str)]) {
    for (program, kind, place, message) in table {
        let fault = eval(program).unwrap_err();
        let found = (fault.kind, &program[fault.range.clone()], fault.message.as_str());
        assert_eq!(found, (*kind, *place, *message), "{program}");
    }
}

#[test]
fn brackets_point_at_the_one_that_was_opened() {
    check(&[
        ("(str (inc 1)", Syntax, "(", "`(` is never closed: add the `)` that is missing"),
        ("(let [a 1) a)", Syntax, "[", "`[` must be closed by `]`, found `)`"),
        ("(str 1))", Syntax, ")", "`)` closes nothing: remove it"),
        ("(str \"abc)", Syntax, "\"", "the text that begins here is never closed: add the `\"` that is missing"),
        ("{:a}", Syntax, ":a", "a map has a value for each key, and this key has none"),
    ]);
    assert_eq!(eval("(str (inc 1)").unwrap_err().range, 0..1);
    assert_eq!(eval("(str (inc 1) (dec 2").unwrap_err().range, 13..14);
}

#[test]
fn names_that_are_not_there_come_with_a_near_one() {
    check(&[
        ("(let [service 1] (str servce))", Failed, "servce", "there is no `servce`: did you mean `service`?"),
        ("(st \"a\")", Failed, "st", "there is no `st`: did you mean `str`?"),
        (
            "(clojure.string/repalce \"a\")",
            Failed,
            "clojure.string/repalce",
            "there is no `clojure.string/repalce`: did you mean `clojure.string/replace`?",
        ),
        (
            "(upper-case \"a\")",
            Failed,
            "upper-case",
            "there is no `upper-case`: did you mean `clojure.string/upper-case`?",
        ),
        ("(:id parms)", Failed, "parms", "there is no `parms`: did you mean `params`?"),
        ("(qqqqq)", Failed, "qqqqq", "there is no `qqqqq`"),
        ("(map if [1])", Failed, "if", "`if` is a form and no value: it stands first in round brackets"),
        ("(pt/log \"x\")", Failed, "pt/log", "`pt/log` is there in `code` steps only"),
        (
            "(pt/cal-module \"x\")",
            Failed,
            "pt/cal-module",
            "there is no `pt/cal-module`: did you mean `pt/call-module`?",
        ),
    ]);
}

#[test]
fn wrong_arguments_are_marked() {
    check(&[
        ("(+ 1 (:id params))", Failed, "(:id params)", "`+` takes numbers, found text"),
        ("(inc nil)", Failed, "nil", "`inc` takes numbers, found `nil`"),
        ("(map inc 5)", Failed, "5", "`map` takes a collection, found `5`"),
        ("(map inc [1 :a])", Failed, "(map inc [1 :a])", "`inc` takes numbers, found a keyword"),
        ("(subs \"ab\" 5)", Failed, "5", "the text has 2 letters"),
        ("(first 1 2)", Failed, "(first 1 2)", "`first` takes 1 argument, found 2"),
        ("((fn [a] a))", Failed, "((fn [a] a))", "`fn` takes 1 argument, found 0"),
        ("(\"a\" 1)", Failed, "\"a\"", "text is no function"),
        ("(nil)", Failed, "nil", "`nil` is no function"),
        ("(:a)", Failed, "(:a)", "`:a` takes 1 to 2 arguments, found 0"),
        ("(/ 1 0)", Failed, "0", "nothing can be divided by 0"),
        (
            "(+ 9223372036854775807 1)",
            Failed,
            "(+ 9223372036854775807 1)",
            "the result of `+` is larger than any number of 64 bits",
        ),
        ("(nth [1] 3)", Failed, "3", "there is no item `3`: `nth` counts from 0"),
        (
            "(contains? '(1) 1)",
            Failed,
            "'(1)",
            "`contains?` looks for keys, and a list has none: use `(some #{x} items)`, or make it a `set`",
        ),
        ("(sort [1 :a])", Failed, "(sort [1 :a])", "a keyword and `1` have no order"),
        (
            "(re-find \"a\" \"a\")",
            Failed,
            "\"a\"",
            "`re-find` takes a regular expression such as `#\"[a-z]+\"`, found text",
        ),
        (
            "(format \"%q\" 1)",
            Failed,
            "\"%q\"",
            "there is no directive `%q`; known are `%s`, `%d`, `%f`, `%x`, `%e`, `%c`, `%b`, `%n` and `%%`",
        ),
    ]);
}

#[test]
fn malformed_forms_show_how_they_are_written() {
    check(&[
        ("(let a 1)", Failed, "(let a 1)", "`let` is written `(let [name value …] …)`"),
        ("(let [a] a)", Failed, "a", "each name has a value, and this one has none"),
        ("(if)", Failed, "(if)", "`if` is written `(if condition then else)`"),
        ("(let [1 2] 3)", Failed, "1", "a name is expected here, or names in `[…]` or `{…}`"),
        (
            "(let [{:keyz [a]} {}] a)",
            Failed,
            ":keyz",
            "`:keyz` takes nothing apart; known are `:keys`, `:strs`, `:syms`, `:or` and `:as`",
        ),
        ("(let [[a] 5] a)", Failed, "[a]", "a list or vector is taken apart here, found `5`"),
        ("(case 3 1 2)", Failed, "3", "no clause of `case` fits `3`, and there is no default"),
        ("(cond 1)", Failed, "1", "each condition has a value, and this one has none"),
        ("(recur 1)", Failed, "(recur 1)", "`recur` needs a `loop` or `fn` around it"),
        ("(for [x [1] :wen 1] x)", Failed, ":wen", "there is no `:wen` here; known are `:let`, `:when` and `:while`"),
        ("(throw (ex-info \"out of reach\" {}))", Failed, "(throw (ex-info \"out of reach\" {}))", "out of reach"),
        ("inc", Failed, "inc", "the function `inc` is no value: call it"),
        ("{[1] 2}", Failed, "{[1] 2}", "the key of a map must be a keyword or text, found a vector"),
    ]);
}

#[test]
fn texts_are_never_shown() {
    for program in ["(inc \"s3cret\")", "(Integer/parseInt \"s3cret\")", "(:a {} \"s3cret\" 1)", "(throw \"s3cret\")"] {
        assert!(!eval(program).unwrap_err().message.contains("s3cret"), "{program}");
    }
}
