//! Programs that want too much, and programs that are none: each ends, and none takes the compiler with it.

use std::time::Duration;

use super::super::functions;
use super::{Recorder, eval, run_with};
use crate::expr::code::{Datum, FaultKind, Host, HostError, Limits, NoHost};

#[test]
fn whatever_has_no_end_meets_a_limit() {
    let programs = [
        "(loop [] (recur))",
        "((fn f [] (f)))",
        "((fn f [n] (inc (f n))) 1)",
        "(count (map inc (range)))",
        "(map inc (range))",
        "(range)",
        "(str (range))",
        "(vec (range))",
        "(last (range))",
        "(apply + (range))",
        "(first (filter neg? (range)))",
        "(into [] (repeat 1))",
        "(doseq [x (cycle [1])] x)",
        "(dotimes [i 9223372036854775807] i)",
        "(repeat 1000000000 1)",
        "(apply str (repeat 100000 \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"))",
        "(loop [s \"x\"] (recur (str s s)))",
        "(loop [v [1]] (recur (into v v)))",
        "(loop [v nil] (recur [v]))",
        "(loop [v nil] (recur {:a v}))",
        "(loop [f nil] (recur (fn [] f)))",
        "(loop [f inc] (recur (comp f inc)))",
        "(loop [f inc] (recur (partial f 1)))",
        "(loop [s (range)] (recur (rest s)))",
        "(loop [s (range)] (recur (map inc s)))",
        "(loop [v [1]] (recur [v v]))",
        "(last (take 64 (iterate (fn [x] [x x]) [1])))",
        "(assoc-in {} (range 1000) 1)",
        "(loop [m {} i 0] (recur (assoc m i i) (inc i)))",
        "(loop [i 0] (recur (do (def x (vec (range 1000))) (inc i))))",
        "(re-find #\"(?=(a|aa)+$)(a|aa)+\\1c\" (apply str (repeat 300 \"a\")))",
        "(str/replace (apply str (repeat 10000 \"a\")) #\"\" (apply str (repeat 10000 \"b\")))",
        "(keyword (apply str (repeat 10000 \"a\")))",
        "(sort-by identity (fn [a b] (loop [] (recur))) [1 2])",
    ];
    for program in programs {
        let fault = eval(program).unwrap_err();
        assert_eq!(fault.kind, FaultKind::Limit, "{program}: {fault:?}");
    }
}

#[test]
fn the_limits_of_steps_hold_too() {
    let limits = Limits { time: Duration::from_secs(60), steps: 300_000, ..Limits::STEP };
    for program in [
        "((fn f [] (f)))",
        "((fn f [n] (inc (f n))) 1)",
        "(loop [v nil] (recur [v]))",
        "(loop [f inc] (recur (comp f inc)))",
    ] {
        assert_eq!(run_with(program, &mut NoHost, &limits).unwrap_err().kind, FaultKind::Limit, "{program}");
    }
    let nested = format!("{}1{}", "(inc ".repeat(250), ")".repeat(250));
    assert!(run_with(&nested, &mut NoHost, &limits).is_ok());
    let too_deep = format!("{}1{}", "(inc ".repeat(2000), ")".repeat(2000));
    assert_eq!(run_with(&too_deep, &mut NoHost, &limits).unwrap_err().kind, FaultKind::Limit);
    let calls = "((fn f [n] (if (= n 0) 0 (let [x (f (dec n))] (when true (do (inc x)))))) 100)";
    assert!(run_with(calls, &mut NoHost, &limits).is_ok());
    let mapped = "((fn f [n] (if (= n 0) 0 (first (map (fn [x] (apply f [x])) [(dec n)])))) 1000)";
    assert_eq!(run_with(mapped, &mut NoHost, &limits).unwrap_err().kind, FaultKind::Limit);
}

/// A host that takes its time.
struct Slow;
impl Host for Slow {
    fn knows(&self, _: &str) -> bool {
        true
    }

    fn call(&mut self, _: &str, _: Vec<Datum>) -> Result<Datum, HostError> {
        std::thread::sleep(Duration::from_millis(40));
        Ok(Datum::Null)
    }
}

#[test]
fn time_is_limited_and_the_time_of_the_host_does_not_count() {
    let limits = Limits { time: Duration::from_millis(20), steps: u64::MAX, ..Limits::STEP };
    let fault = run_with("(loop [] (recur))", &mut NoHost, &limits).unwrap_err();
    assert_eq!(fault.message, "the program takes longer than 20ms");

    assert!(run_with("(pt/sleep) (count (range 1000))", &mut Slow, &limits).is_ok());
}

#[test]
fn memory_is_given_back() {
    // Each round makes 100 kB and lets go of it: 40 MB together, beyond the limit of an argument.
    let program =
        "(loop [i 0] (if (< i 400) (do (apply str (repeat 1000 (apply str (repeat 100 \"x\")))) (recur (inc i))) i))";
    let limits = Limits { memory: 4 << 20, ..Limits::STEP };
    assert!(run_with(program, &mut NoHost, &limits).is_ok());
}

#[test]
fn building_step_by_step_is_not_held_against_a_program() {
    let program = "(count (reduce (fn [acc x] (conj acc x)) [] (range 2000)))";
    assert!(eval(program).is_ok(), "{:?}", eval(program));
    let program = "(count (reduce (fn [acc x] (assoc acc x x)) {} (range 1000)))";
    assert!(eval(program).is_ok(), "{:?}", eval(program));
}

/// Every function with every kind of argument: an answer or a fault, never a panic.
#[test]
fn no_function_panics_whatever_it_is_given() {
    let values = [
        "nil",
        "true",
        "0",
        "-1",
        "3",
        "9223372036854775807",
        "-9223372036854775808",
        "1.5",
        "##NaN",
        "##Inf",
        "\"\"",
        "\"aé😀\"",
        "\\a",
        ":k",
        "'s",
        "[]",
        "[1 2 3]",
        "[[1 2]]",
        "'(1 2)",
        "{}",
        "{:a 1}",
        "#{}",
        "#{1}",
        "#\"a*\"",
        "(range)",
        "inc",
        "(fn [& _] 1)",
        "(ex-info \"m\" {})",
        "(:hidden params)",
    ];
    let limits = Limits { time: Duration::from_secs(60), steps: 2_000, memory: 1 << 18, depth: 16 };
    for builtin in functions::all() {
        let name = builtin.name;
        for count in builtin.least..=builtin.most.min(3) {
            for first in 0..values.len() {
                for second in (0..if count > 1 { values.len() } else { 1 }).step_by(3) {
                    let places = [first, first + second, first + second * 7];
                    let arguments: Vec<&str> = places[..count].iter().map(|at| values[at % values.len()]).collect();
                    let _ = run_with(&format!("({name} {})", arguments.join(" ")), &mut NoHost, &limits);
                }
            }
        }
    }
}

/// Recursion through every form and function that evaluates something inside of it.
#[test]
fn no_recursion_overflows_the_stack() {
    let bodies = [
        "(let [[a {:keys [b]}] [1 {:b (f n)}]] a)",
        "(try (f n) (catch Exception e 1) (finally 2))",
        "(try (throw (ex-info \"\" {})) (catch Exception e (f n)))",
        "(for [x [1] :let [y (f n)]] y)",
        "(doseq [x [1]] (dotimes [i 1] (f n)))",
        "(-> n f f)",
        "(cond-> n true f)",
        "(as-> n x (f x))",
        "(condp = 1 1 (case 1 1 (cond true (f n))))",
        "(if-let [x (f n)] 1 2)",
        "(loop [x (f n)] x)",
        "(map f [n])",
        "(sort-by f [n n])",
        "(sort (fn [a b] (f a)) [n n])",
        "(reduce (fn [a b] (f b)) 0 [n n])",
        "(update {:a n} :a f)",
        "(update-in {:a {:b n}} [:a :b] f)",
        "(clojure.string/replace \"a\" #\"a\" f)",
        "(apply (partial (comp f identity)) [n])",
        "((juxt f) n)",
        "(first (map f (repeat n)))",
        "(some f (filter f (iterate f n)))",
        "{:a [#{(f n)}]}",
        "(#(f %) n)",
        "(letfn [(g [x] (f x))] (g n))",
        "(group-by f [n])",
        "(let [{:keys [z] :or {z (f n)}} {}] z)",
    ];
    for body in bodies {
        let program = format!("((fn f [n] {body}) 0)");
        let fault = run_with(&program, &mut NoHost, &Limits::STEP).unwrap_err();
        assert_eq!(fault.kind, FaultKind::Limit, "{program}: {fault:?}");
    }
    let nested = "(first (nth (iterate (fn [s] (filter pos? (map inc s))) (range)) 120))";
    assert!(run_with(nested, &mut NoHost, &Limits::STEP).is_ok(), "{:?}", run_with(nested, &mut NoHost, &Limits::STEP));
}

#[test]
fn no_text_panics() {
    let pieces = [
        "(", ")", "[", "]", "{", "}", "\"", "\\", "#", "'", "@", "^", ":", "%", "a", "1", " ", "let", "fn", "&", "é",
        "#_", "#(", "recur", "loop", "->", "try", "catch", "for", ":keys", "nil", "case", "letfn", "def", "condp",
    ];
    let mut seed = 12_345_u64;
    let limits = Limits { time: Duration::from_secs(60), steps: 2_000, memory: 1 << 18, depth: 16 };
    for _ in 0..5_000 {
        let mut program = String::new();
        for _ in 0..12 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            program.push_str(pieces[usize::try_from(seed >> 33).unwrap() % pieces.len()]);
            if seed & 1 == 0 {
                program.push(' ');
            }
        }
        if let Err(fault) = run_with(&program, &mut Recorder::default(), &limits) {
            assert!(program.get(fault.range.clone()).is_some(), "{program:?}: {fault:?}");
        }
    }
}
