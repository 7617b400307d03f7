//! Special forms and destructuring.

use super::check;

#[test]
fn literals_are_themselves() {
    check(&[
        ("", "null"),
        ("1 2 3", "3"),
        ("[1 -2.5 nil true \"a\\n\" \\, :k :a/b ::c]", r#"[1,-2.5,null,true,"a\n",",","k","a/b","c"]"#),
        ("{:a 1, \"b\" 2 3 4}", "{a:1,b:2,3:4}"),
        ("#{:a}", r#"["a"]"#),
        ("'(a :b (c \"d\"))", r#"["a","b",["c","d"]]"#),
        ("[1 #_2 3 ; four\n 5]", "[1,3,5]"),
        ("()", "[]"),
        ("#\"a.b\"", r#""a.b""#),
        ("^:note [1]", "[1]"),
    ]);
}

#[test]
fn names_are_bound_and_values_taken_apart() {
    check(&[
        ("(let [a 1 b (inc a)] [a b])", "[1,2]"),
        ("(let [a 1 a (inc a)] a)", "2"),
        ("(let [[a b & more :as all] [1 2 3 4]] [a b more all])", "[1,2,[3,4],[1,2,3,4]]"),
        ("(let [[a [b]] [1]] [a b])", "[1,null]"),
        ("(let [{:keys [id port] :as all} params] [id port (count all)])", r#"["api",3000,8]"#),
        ("(let [{n :id, x :x :or {x 7}} params] [n x])", r#"["api",7]"#),
        ("(let [{:keys [none] :or {none 1}} params] none)", "null"),
        ("(let [{{:keys [a]} :m} {:m {:a 1}}] a)", "1"),
        ("(let [{:strs [a]} {\"a\" 1}] a)", "1"),
        ("(let [{:keys [x/y]} {:x/y 1}] y)", "1"),
        ("(let [{:keys [:a]} {:a 1}] a)", "1"),
        ("((fn [{n :name} & {:keys [k]}] [n k]) {:name 1} :k 2)", "[1,2]"),
        ("(let [{a :a} nil] a)", "null"),
        ("(def x 1) (defn f [y] (+ x y)) (f 2)", "3"),
    ]);
}

#[test]
fn branches_evaluate_one_side() {
    check(&[
        ("(if nil 1 2)", "2"),
        ("(if false 1)", "null"),
        ("(if 0 1 2)", "1"),
        ("(if-not nil 1 2)", "1"),
        ("(when 1 2 3)", "3"),
        ("(when-not 1 2)", "null"),
        ("(if-let [x (:id params)] x 0)", r#""api""#),
        ("(if-let [x nil] x 0)", "0"),
        ("(if-some [x false] x 0)", "false"),
        ("(when-let [[a] [1]] a)", "1"),
        ("(when-some [x nil] 1)", "null"),
        ("(and) (or)", "null"),
        ("[(and 1 nil 2) (and 1 2) (or nil false 3) (or nil false)]", "[null,2,3,false]"),
        ("(cond nil 1 false 2 :else 3)", "3"),
        ("(cond nil 1)", "null"),
        ("(case :b :a 1 (:b :c) 2 3)", "2"),
        ("(case \"x\" \"a\" 1 :none)", r#""none""#),
        ("(case 'a a 1)", "1"),
        ("(condp = 2 1 :one 2 :two :many)", r#""two""#),
        ("(condp some [1 2] #{3} :>> dec #{2} :>> inc)", "3"),
        ("(do 1 2)", "2"),
    ]);
}

#[test]
fn values_go_through_calls() {
    check(&[
        ("(-> 5 (- 3) inc)", "3"),
        ("(->> [1 2 nil 3] (remove nil?) (map inc))", "[2,3,4]"),
        ("(-> {:a {:b 1}} :a :b)", "1"),
        ("(-> 1 (+ (-> 2 inc)))", "4"),
        ("(cond-> {} true (assoc :a 1) false (assoc :b 2))", "{a:1}"),
        ("(cond->> [1 2] true (map inc) nil (map dec))", "[2,3]"),
        ("(some-> {:a nil} :a inc)", "null"),
        ("(some->> [1] (map inc))", "[2]"),
        ("(as-> 1 x (+ x 1) [x x])", "[2,2]"),
        ("(doto 1 inc)", "1"),
        ("(->> 3 (#(- %2 %1) 1))", "2"),
    ]);
}

#[test]
fn loops_and_comprehensions() {
    check(&[
        ("(loop [i 0 acc []] (if (< i 3) (recur (inc i) (conj acc i)) acc))", "[0,1,2]"),
        ("((fn [n acc] (if (zero? n) acc (recur (dec n) (* acc n)))) 5 1)", "120"),
        ("((fn f [n] (if (< n 2) n (+ (f (- n 1)) (f (- n 2))))) 10)", "55"),
        ("((fn [& xs] (if (next xs) (recur (rest xs)) xs)) 1 2 3)", "[3]"),
        (
            "(letfn [(even [n] (if (zero? n) true (odd (dec n)))) (odd [n] (if (zero? n) false (even (dec n))))] (even 10))",
            "true",
        ),
        ("(for [x [1 2] y [:a :b]] [x y])", r#"[[1,"a"],[1,"b"],[2,"a"],[2,"b"]]"#),
        ("(for [x (range 10) :when (even? x) :let [y (* x x)] :while (< y 30)] y)", "[0,4,16]"),
        ("(for [[k v] {:a 1}] [v k])", r#"[[1,"a"]]"#),
        ("(doseq [x [1 2]] x)", "null"),
        ("(dotimes [i 3] i)", "null"),
    ]);
}

#[test]
fn functions_of_the_program() {
    check(&[
        ("((fn ([] 0) ([a] 1) ([a & more] 2)) 1 2)", "2"),
        ("(#(+ %1 %2) 1 2)", "3"),
        ("(map #(str % \"!\") [1])", r#"["1!"]"#),
        ("(#(apply + %&) 1 2 3)", "6"),
        ("(#(vector %2) 1 2)", "[2]"),
        ("(let [f (fn \"doc\" [x] x)] (f 1))", "1"),
        ("(let [x 1 f (fn [] x) x 2] (f))", "1"),
        ("(let [map {:a 1}] (map :a))", "1"),
    ]);
}

#[test]
fn exceptions_are_thrown_and_caught() {
    check(&[
        ("(try (throw (ex-info \"no\" {:a 1})) (catch Exception e [(ex-message e) (ex-data e)]))", r#"["no",{a:1}]"#),
        ("(try (/ 1 0) (catch ArithmeticException e :caught))", r#""caught""#),
        ("(try (inc nil) (catch Exception e (str e)))", r#""`inc` takes numbers, found `nil`""#),
        ("(try 1 (finally 2))", "1"),
        (
            "(try (throw (Exception. \"x\")) (catch clojure.lang.ExceptionInfo e 1) (catch Throwable e (.getMessage e)))",
            r#""x""#,
        ),
        ("(try (try (throw (ex-info \"a\" {})) (finally 1)) (catch Exception _ 2))", "2"),
        ("(try (try (pt/nope) (catch Exception e (throw e))) (catch Exception e 3))", "3"),
    ]);
}
