//! The shapes of real snippets, as modules and tools hold them.

use super::{check, eval};
use crate::expr::code::FaultKind;

#[test]
fn arguments_of_modules() {
    check(&[
        ("(:id params)", r#""api""#),
        ("(:cmd inputs)", "null"),
        ("pt/module-repo-ref", r#""acme/app""#),
        ("(str \"./bin/run \" (:id params) \" --port=\" (:port params))", r#""./bin/run api --port=3000""#),
        (
            "(concat\n [(when (:level params) {:name \"LEVEL\" :value (:level params)})]\n (:env params))",
            r#"[null,{name:"A",value:1}]"#,
        ),
        (
            "(->> [(when-let [f (:id params)] {:path \"/etc/x\" :source f})]\n  (concat (:mounts params))\n (remove nil?))",
            r#"[{path:"/etc/x",source:"api"}]"#,
        ),
        (
            "(->> [\"psql\" (when (:command params) (str \"--command=\" (:command params)))] (remove nil?))",
            r#"["psql"]"#,
        ),
        (
            "(let [s (:id params)] (cond (clojure.string/starts-with? s \"lib/\") 1 (clojure.string/ends-with? s \"-client\") (clojure.string/replace s #\"-client$\" \"\") :else (str \"add/\" s \"/v.yml\")))",
            r#""add/api/v.yml""#,
        ),
        (
            "(-> (clojure.string/replace \"services/api!!\" #\"[^A-Za-z0-9-]*$\" \"\") (clojure.string/replace #\".*/\" \"\"))",
            r#""api""#,
        ),
        (
            "(let [deps (:deps inputs)] (mapcat (fn [{n :name}] [{:path (str \"/a-\" n)} {:path (str \"/b-\" n)}]) deps))",
            r#"[{path:"/a-x"},{path:"/b-x"},{path:"/a-y"},{path:"/b-y"}]"#,
        ),
        ("(clojure.string/join \",\" (map :name (:deps inputs)))", r#""x,y""#),
        ("(case (:id params) (\"api\" \"web\") :http :tcp)", r#""http""#),
        ("(if (contains? #{\"a\" \"b\"} (:id params)) 1 2)", "2"),
        ("(let [ps (:ports params)] (when (seq ps) [{:id (:id params) :ports ps}]))", "null"),
        (
            "(let [r (or (:restart params) {:policy :on-failure})] (cond-> r (:max params) (assoc :max-restarts 3)))",
            r#"{policy:"on-failure"}"#,
        ),
        ("(let [c (:id params)] (if (string? c) [c] (vec c)))", r#"["api"]"#),
        ("(when (or (:tls params) (and (:none params) (not (:id params)))) 1)", "null"),
        ("(System/getenv \"HOME\")", "null"),
    ]);
}

#[test]
fn definitions_of_standard_modules() {
    check(&[
        ("(for [[k v] {:a 1 :b nil} :when (some? v)] {:name (name k) :value (str v)})", r#"[{name:"a",value:"1"}]"#),
        (
            "(let [{:keys [id port image] :or {image \"busybox\"} :as all} params] {:id id :image image :services [{:id id :ports [{:port port :protocol :http}]}]})",
            r#"{id:"api",image:"busybox",services:[{id:"api",ports:[{port:3000,protocol:"http"}]}]}"#,
        ),
        (
            "(into [] (map-indexed (fn [i s] {:path (str \"/init/\" i \".sql\") :source s}) [\"a\" \"b\"]))",
            r#"[{path:"/init/0.sql",source:"a"},{path:"/init/1.sql",source:"b"}]"#,
        ),
        ("(str/join \\, (for [i (range 2)] (str \"b\" i \\: 9092)))", r#""b0:9092,b1:9092""#),
        ("(-> params (dissoc :hidden :env :deps :names) (merge {:x 1}) keys vec)", r#"["id","port","tls","none","x"]"#),
        ("(flatten [\"a\" [\"--b\" nil [\"c\"]] (when false 1)])", r#"["a","--b",null,"c",null]"#),
        ("(if (empty? (:list params)) (not-empty []) (count 1))", "null"),
        ("(mapv (fn [[k v]] (vector k v)) {:a 1})", r#"[["a",1]]"#),
    ]);
}

#[test]
fn a_bracket_too_many_is_told() {
    assert_eq!(eval("(pt/call-module \"a\" {}))").unwrap_err().kind, FaultKind::Syntax);
}
