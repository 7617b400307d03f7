//! The functions that are there.

use super::check;

#[test]
fn look_inside() {
    check(&[
        ("[(:a {:a 1}) (:b {:a 1} 2) ({:a 1} :a) (#{1} 1) (#{1} 2) ([7 8] 1) ('a {'a 1})]", "[1,2,1,1,null,8,1]"),
        ("[(get {:a 1} :a) (get [1] 5 :d) (get nil :a) (get #{1} 1) (get \"ab\" 1)]", r#"[1,"d",null,1,"b"]"#),
        ("[(get-in {:a {:b [1 2]}} [:a :b 1]) (get-in {} [:a] 9)]", "[2,9]"),
        ("[(first [1 2]) (first nil) (second [1 2]) (last [1 2]) (ffirst [[3]])]", "[1,null,2,2,3]"),
        (
            "[(rest [1]) (next [1]) (next [1 2]) (butlast [1 2]) (nth [1 2] 1) (nth [1] 5 :d)]",
            r#"[[],null,[2],[1],2,"d"]"#,
        ),
        ("[(count nil) (count [1 2]) (count \"añ\") (count {:a 1})]", "[0,2,2,1]"),
        (
            "[(empty? []) (empty? nil) (not-empty []) (not-empty [1]) (seq []) (seq {:a 1})]",
            r#"[true,true,null,[1],null,[["a",1]]]"#,
        ),
        (
            "[(contains? #{:a} :a) (contains? {:a nil} :a) (contains? [1] 1) (find {:a 1} :a)]",
            r#"[true,true,false,["a",1]]"#,
        ),
        ("[(peek [1 2]) (pop [1 2]) (peek '(1 2)) (pop '(1 2))]", "[2,[1],1,[2]]"),
    ]);
}

#[test]
fn change_collections() {
    check(&[
        (
            "[(conj [1] 2 3) (conj '(1) 2) (conj #{1} 1) (conj {:a 1} [:b 2] {:c 3}) (conj nil 1)]",
            "[[1,2,3],[2,1],[1],{a:1,b:2,c:3},[1]]",
        ),
        (
            "[(assoc {:a 1} :b 2 :a 3) (assoc [1 2] 0 9) (assoc nil :a 1) (assoc-in {} [:a :b] 1)]",
            "[{a:3,b:2},[9,2],{a:1},{a:{b:1}}]",
        ),
        (
            "[(update {:a 1} :a + 2) (update-in {:a {:b 1}} [:a :b] inc) (dissoc {:a 1 :b 2} :a)]",
            "[{a:3},{a:{b:2}},{b:2}]",
        ),
        ("[(into [1] '(2 3)) (into '(1) [2 3]) (into {} [[:a 1]]) (into #{} [1 1])]", "[[1,2,3],[3,2,1],{a:1},[1]]"),
        ("[(merge {:a 1} nil {:b 2}) (merge nil nil) (merge-with + {:a 1} {:a 2 :b 3})]", "[{a:1,b:2},null,{a:3,b:3}]"),
        ("(let [a [1] b (conj a 2)] [a b])", "[[1],[1,2]]"),
        (
            "[(disj #{1 2} 1) (cons 1 [2]) (concat [1] nil '(2)) (list* 1 [2]) (subvec [1 2 3] 1)]",
            "[[2],[1,2],[1,2],[1,2],[2,3]]",
        ),
    ]);
}

#[test]
fn maps_and_sets() {
    check(&[
        (
            "[(keys {:a 1}) (vals {:a 1}) (keys {}) (zipmap [:a :b] [1 2]) (hash-map :a 1)]",
            r#"[["a"],[1],null,{a:1,b:2},{a:1}]"#,
        ),
        (
            "[(select-keys {:a 1 :b 2} [:a :c]) (update-vals {:a 1} inc) (update-keys {:a 1} name)]",
            "[{a:1},{a:2},{a:1}]",
        ),
        (
            "[(reduce-kv (fn [m k v] (assoc m v k)) {} {:a 1}) (clojure.set/rename-keys {:a 1} {:a :b})]",
            r#"[{1:"a"},{b:1}]"#,
        ),
        (
            "[(clojure.set/union #{1} #{2}) (set/difference #{1 2} #{2}) (set/intersection #{1 2} #{2})]",
            "[[1,2],[1],[2]]",
        ),
        ("[(group-by even? [1 2 3]) (frequencies [:a :b :a])]", "[{false:[1,3],true:[2]},{a:2,b:1}]"),
        ("(map (fn [[k v]] (str (name k) \"=\" v)) {:a 1 :b 2})", r#"["a=1","b=2"]"#),
        ("(clojure.walk/keywordize-keys {\"a\" [{\"b\" 1}]})", "{a:[{b:1}]}"),
    ]);
}

#[test]
fn sequences() {
    check(&[
        (
            "[(map inc [1 2]) (map + [1 2] [10 20 30]) (mapv str [1]) (mapcat #(repeat 2 %) [1 2])]",
            r#"[[2,3],[11,22],["1"],[1,1,2,2]]"#,
        ),
        (
            "[(map-indexed vector [:a]) (keep :a [{:a 1} {}]) (keep-indexed (fn [i x] (when (odd? i) x)) [1 2])]",
            r#"[[[0,"a"]],[1],[2]]"#,
        ),
        ("[(filter even? [1 2]) (filterv odd? [1 2]) (remove nil? [1 nil])]", "[[2],[1],[1]]"),
        (
            "[(take 2 [1 2 3]) (drop 1 [1 2]) (take-while pos? [1 -1 2]) (drop-while pos? [1 -1 2]) (take-last 1 [1 2]) (drop-last [1 2])]",
            "[[1,2],[2],[1],[-1,2],[2],[1]]",
        ),
        (
            "[(take 3 (range)) (take 2 (iterate inc 5)) (take 3 (cycle [1 2])) (take 2 (repeat :x)) (take 2 (filter odd? (map inc (range)))) (first (drop 5 (range)))]",
            r#"[[0,1,2],[5,6],[1,2,1],["x","x"],[1,3],5]"#,
        ),
        (
            "[(range 3) (range 1 3) (range 6 0 -2) (repeat 2 :a) (zipmap [:a] (range))]",
            r#"[[0,1,2],[1,2],[6,4,2],["a","a"],{a:0}]"#,
        ),
        (
            "[(reduce + [1 2 3]) (reduce + 10 [1]) (reduce conj [] [1 2]) (reduce + []) (reductions + [1 2 3])]",
            "[6,11,[1,2],0,[1,3,6]]",
        ),
        (
            "[(some #{2} [1 2]) (some even? [1]) (every? odd? [1]) (not-any? odd? [1]) (not-every? odd? [2])]",
            "[2,null,true,false,true]",
        ),
        (
            "[(sort [3 1 2]) (sort > [1 2]) (sort-by :a [{:a 2} {:a 1}]) (sort-by count > [\"a\" \"bb\"]) (reverse [1 2]) (distinct [1 1 2])]",
            r#"[[1,2,3],[2,1],[{a:1},{a:2}],["bb","a"],[2,1],[1,2]]"#,
        ),
        (
            "[(partition 2 [1 2 3]) (partition-all 2 [1 2 3]) (partition 2 1 [1 2 3]) (partition-by odd? [1 3 2]) (split-at 1 [1 2])]",
            "[[[1,2]],[[1,2],[3]],[[1,2],[2,3]],[[1,3],[2]],[[1],[2]]]",
        ),
        (
            "[(interpose 0 [1 2]) (interleave [1 2] [:a :b]) (flatten [1 [2 [3]]]) (apply + 1 [2 3]) (vec '(1)) (set [1 1])]",
            r#"[[1,0,2],[1,"a",2,"b"],[1,2,3],6,[1],[1]]"#,
        ),
        (
            "[((comp inc dec) 1) ((partial + 1) 2) ((juxt inc dec) 1) ((complement nil?) 1) ((constantly 1) 2) ((fnil inc 0) nil) (identity 1)]",
            "[1,3,[2,0],true,1,1,1]",
        ),
        ("(apply map vector [[1 2] [3 4]])", "[[1,3],[2,4]]"),
        ("(apply max-key :a [{:a 1} {:a 3}])", "{a:3}"),
    ]);
}

#[test]
fn numbers() {
    check(&[
        ("[(+) (+ 1 2) (- 1) (- 5 2 1) (* 2 3) (/ 6 3) (/ 1 2) (+ 1 0.5)]", "[0,3,-1,2,6,2,0.5,1.5]"),
        ("[(quot -7 2) (rem -7 2) (mod -7 2) (inc 1) (dec 1) (min 1 2) (max 1 2.5) (abs -1)]", "[-3,-1,1,2,0,1,2.5,1]"),
        (
            "[(< 1 2 3) (<= 1 1) (> 1 2) (>= 2 2) (= 1 1 1) (= 1 1.0) (== 1 1.0) (not= 1 2)]",
            "[true,true,false,true,true,false,true,true]",
        ),
        (
            "[(= [1] '(1)) (= {:a 1 :b 2} {:b 2 :a 1}) (= nil nil) (= :a \"a\") (compare 1 2)]",
            "[true,true,true,false,-1]",
        ),
        ("[(zero? 0) (pos? 1) (neg? -1) (even? 2) (odd? -1)]", "[true,true,true,true,true]"),
        (
            "[(parse-long \"12\") (parse-long \"x\") (parse-double \"1.5\") (parse-boolean \"true\") (Integer/parseInt \"7\") (int 1.9) (double 1) (boolean nil)]",
            "[12,null,1.5,true,7,1,1.0,false]",
        ),
    ]);
}

#[test]
fn kinds() {
    check(&[
        (
            "[(nil? nil) (some? 1) (string? \"\") (number? 1.5) (int? 1) (keyword? :a) (symbol? 'a) (map? {}) (vector? []) (list? '()) (set? #{}) (coll? []) (sequential? '()) (fn? inc) (true? true) (false? nil) (boolean? false)]",
            "[true,true,true,true,true,true,true,true,true,true,true,true,true,true,true,false,true]",
        ),
        (
            "[(map? [1]) (vector? (map inc [1])) (seq? (map inc [1])) (not nil) (type \"\")]",
            r#"[false,false,true,true,"java.lang.String"]"#,
        ),
    ]);
}

#[test]
fn text() {
    check(&[
        (
            "[(str) (str 1 nil :a 'b \\c 1.5 \"x\") (str [1 \"a\" nil]) (str {:a \"b\"}) (str true)]",
            r#"["","1:abc1.5x","[1 \"a\" nil]","{:a \"b\"}","true"]"#,
        ),
        (
            "[(pr-str \"a\\\"b\" :k) (pr-str nil [\\a]) (str 1e10) (str 0.1) (str 100.0)]",
            r#"["\"a\\\"b\" :k","nil [\\a]","1.0E10","0.1","100.0"]"#,
        ),
        (
            "[(name :a/b) (namespace :a/b) (name \"x\") (keyword \"k\") (symbol \"s\") (subs \"hello\" 1 3) (subs \"é😀x\" 3)]",
            r#"["b","a","x","k","s","el","x"]"#,
        ),
        (
            "[(str/join \",\" [1 2]) (clojure.string/join [1 2]) (str/join \\: (range 3)) (clojure.string/upper-case \"a\") (str/capitalize \"hELLO\")]",
            r#"["1,2","12","0:1:2","A","Hello"]"#,
        ),
        (
            "[(str/trim \" a \") (str/triml \" a\") (str/trimr \"a \") (str/trim-newline \"a\\n\") (str/blank? \" \") (str/blank? nil) (str/reverse \"ab\")]",
            r#"["a","a","a","a",true,true,"ba"]"#,
        ),
        (
            "[(str/starts-with? \"ab\" \"a\") (str/ends-with? \"ab\" \"a\") (str/includes? \"ab\" \"b\") (str/index-of \"abc\" \"c\") (str/last-index-of \"aba\" \"a\") (str/index-of \"a\" \"z\")]",
            "[true,false,true,2,2,null]",
        ),
        (
            "[(str/split \"a,b,,\" #\",\") (str/split \"a,b,c\" #\",\" 2) (str/split \"a,b,\" #\",\" -1) (str/split \"\" #\",\") (str/split-lines \"a\\r\\nb\\n\")]",
            r#"[["a","b"],["a","b,c"],["a","b",""],[""],["a","b"]]"#,
        ),
        (
            "[(str/replace \"a.b\" \".\" \"-\") (str/replace \"aab\" #\"a+\" \"x\") (str/replace \"ab\" #\"(a)(b)\" \"$2$1\") (str/replace \"ab\" #\"[ab]\" {\"a\" \"1\" \"b\" \"2\"}) (str/replace \"abc\" #\"b\" str/upper-case) (str/replace-first \"aa\" \"a\" \"b\") (str/replace \"a\" \\a \\b)]",
            r#"["a-b","xb","ba","12","aBc","ba","b"]"#,
        ),
        (
            "[(str/escape \"<a>\" {\\< \"&lt;\"}) (str/replace \"a\" #\"^\" \"> \") (str/replace \"host\" #\"^(?!https?://)\" \"http://\")]",
            r#"["&lt;a>","> a","http://host"]"#,
        ),
        (
            "[(re-find #\"(\\d+)-(\\d+)\" \"x 1-2\") (re-find #\"z\" \"a\") (re-matches #\"a|ab\" \"ab\") (re-seq #\"\\d\" \"1a2\") (re-find (re-pattern \"b+\") \"abb\")]",
            r#"[["1-2","1","2"],null,"ab",["1","2"],"bb"]"#,
        ),
        (
            "[(format \"%s-%d-%05d-%.2f-%x-%%-%5s|%-3s|%n\" \"a\" 1 42 1.005 255 \"r\" \"l\") (format \"%,d %+d\" 1234567 5) (format \"%s\" nil)]",
            r#"["a-1-00042-1.00-ff-%-    r|l  |\n","1,234,567 +5","null"]"#,
        ),
        ("(require '[clojure.string :as text]) (text/join \"-\" [1 2])", r#""1-2""#),
        (
            "[(hash \"a\") (hash [1 2 3]) (hash :a) (System/getenv \"HOME\") (println 1)]",
            "[1455541201,736442005,-2123407586,null,null]",
        ),
    ]);
}
