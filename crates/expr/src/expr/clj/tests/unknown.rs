//! Parameters that are not known while checking: `(:hidden params)` is one.

use super::{check, eval};
use crate::expr::code::FaultKind;

#[test]
fn what_is_only_passed_on_comes_out_as_a_hole() {
    check(&[
        ("(:hidden params)", "?"),
        ("[(:hidden params) 1]", "[?,1]"),
        ("{:a (:hidden params)}", "{a:?}"),
        ("(let [{:keys [hidden]} params] (when (:id params) {:v hidden}))", "{v:?}"),
        ("(or nil (:hidden params))", "?"),
        ("(and 1 (:hidden params))", "?"),
        ("(conj [1] (:hidden params))", "[1,?]"),
        ("(assoc {} :a (:hidden params))", "{a:?}"),
        ("(concat [(:hidden params)] [2])", "[?,2]"),
        ("(map identity [(:hidden params)])", "[?]"),
        ("(count [(:hidden params)])", "1"),
        ("(-> {} (assoc :a (:hidden params)) :a)", "?"),
        ("(:id params (:hidden params))", r#""api""#),
        ("(vector (:hidden params) (list (:hidden params)))", "[?,[?]]"),
        ("(merge {:a (:hidden params)} {:b 1})", "{a:?,b:1}"),
        ("((fn [x] [x]) (pt/param \"hidden\"))", "[?]"),
        ("(for [x [(:hidden params)]] {:x x})", "[{x:?}]"),
    ]);
}

#[test]
fn whoever_looks_at_it_ends_the_program() {
    let programs = [
        "(str (:hidden params))",
        "(str [(:hidden params)])",
        "(if (:hidden params) 1 2)",
        "(or (:hidden params) 1)",
        "(when-let [x (:hidden params)] x)",
        "(nil? (:hidden params))",
        "(some? (:hidden params))",
        "(not (:hidden params))",
        "(= 1 (:hidden params))",
        "(= [(:hidden params)] [1])",
        "(count (:hidden params))",
        "(map inc (:hidden params))",
        "(remove nil? [(:hidden params)])",
        "(keep :a [{:a (:hidden params)}])",
        "(:a (:hidden params))",
        "((:hidden params) 1)",
        "(let [{:keys [a]} (:hidden params)] a)",
        "(let [[a] (:hidden params)] a)",
        "(case (:hidden params) 1 2 3)",
        "#{(:hidden params)}",
        "{(:hidden params) 1}",
        "(sort [1 (:hidden params)])",
        "(some-> (:hidden params) inc)",
        "(cond-> 1 (:hidden params) inc)",
        "(hash [(:hidden params)])",
        "(for [x (:hidden params)] x)",
        "(clojure.string/join \",\" [(:hidden params)])",
        "(+ 1 (:hidden params))",
        "(map? (:hidden params))",
        "(boolean (:hidden params))",
        "(try (str (:hidden params)) (catch Exception e 1) (finally 2))",
    ];
    for program in programs {
        assert_eq!(eval(program).unwrap_err().kind, FaultKind::Unknown, "{program}");
    }
}
