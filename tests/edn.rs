//! Projects written in EDN, as the oldest ones are, go the same way as those in YAML.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::path::Path;

use polytope::compiler::{Compilation, JobCall, Project, check, compile};
use polytope::diagnostic::Level;
use polytope::lint::Settings;
use polytope::source::MemoryLoader;

const EDN: &str = r#"
;; The first generation: arguments are `:params`, the steps of a template `:run-steps`.
{:modules
 [{:id     :db
   :info   "keeps everything"
   :module :polytope/container
   :params {:id          :db
            :image       "busybox:1.36"
            :cmd         ["sleep" "3600"]
            :env         [{:name "GREETING", :value "say \"hi\""}
                          {:name "RETRIES", :value 3}]
            :services    [{:id :db, :ports [{:port 5432, :protocol :tcp}]}]
            :restart     {:policy :on-failure}}}
  {:id     :api
   :module :polytope/container
   :params {:image "busybox:1.36" :cmd nil}}
  {:id   :wait
   :code (pt/sleep "5s")}]
 :templates
 [{:id        :stack
   :run-steps [:db
               {:id :wait :module :wait :run-when {:after :db}}
               {:module :api, :run-when {:after :wait}}]}]}
"#;

const YAML: &str = r#"
modules:
  - id: db
    info: keeps everything
    module: polytope/container
    args:
      id: db
      image: "busybox:1.36"
      cmd: ["sleep", "3600"]
      env: [{name: "GREETING", value: 'say "hi"'}, {name: "RETRIES", value: 3}]
      services: [{id: db, ports: [{port: 5432, protocol: tcp}]}]
      restart: {policy: on-failure}
  - id: api
    module: polytope/container
    args: {image: "busybox:1.36", cmd: null}
  - id: wait
    code: |-
      (pt/sleep "5s")
templates:
  - id: stack
    run:
      - db
      - {id: wait, module: wait, run-when: {after: db}}
      - {module: api, run-when: {after: wait}}
"#;

fn project(name: &str, text: &str) -> MemoryLoader {
    MemoryLoader::new(vec![(name.to_owned(), text.to_owned())])
}

fn findings(compilation: &Compilation) -> Vec<String> {
    let finding = |finding: &polytope::diagnostic::Diagnostic| {
        let marked = compilation.sources.text(finding.primary.span);
        format!("{} {}: {} at {marked:?}", finding.level, finding.rule.name, finding.message)
    };
    let told = |finding: &&polytope::diagnostic::Diagnostic| finding.level > Level::Info;
    compilation.diagnostics.iter().filter(told).map(finding).collect()
}

fn compiled(name: &str, text: &str) -> Compilation {
    let jobs = [JobCall { name: "stack".to_owned(), ..JobCall::default() }];
    let settings = Settings::default();
    compile(&project(name, text), Path::new(name), &jobs, &Project::default(), &settings).unwrap().unwrap()
}

#[test]
fn an_edn_file_comes_down_to_what_its_yaml_twin_does() {
    let (edn, yaml) = (compiled("polytope.edn", EDN), compiled("polytope.yml", YAML));
    assert_eq!(findings(&edn), findings(&yaml));
    let ids = |compilation: &Compilation| compilation.program.containers.keys().cloned().collect::<Vec<_>>();
    assert_eq!(ids(&edn), ["db", "api"]);
    assert_eq!(ids(&edn), ids(&yaml));
    let tasks = |compilation: &Compilation| compilation.program.tasks.keys().cloned().collect::<Vec<_>>();
    assert_eq!(tasks(&edn), tasks(&yaml));
    for (here, there) in edn.program.containers.values().zip(yaml.program.containers.values()) {
        assert_eq!(here.image.value, there.image.value);
        assert_eq!(format!("{:?}", here.command), format!("{:?}", there.command));
        let environment = |container: &polytope::expand::Container| {
            container.environment.iter().map(|variable| variable.name.value.clone()).collect::<Vec<_>>()
        };
        assert_eq!(environment(here), environment(there));
    }
}

#[test]
fn findings_point_into_the_edn() {
    let wrong = EDN.replace(":port 5432", ":port \"many\"").replace("{:module :api,", "{:module :apo,");
    let checked =
        check(&project("polytope.edn", &wrong), Path::new("polytope.edn"), &Project::default(), &Settings::default());
    let found = findings(&checked.unwrap()).join("\n");
    assert!(found.contains("at \"\\\"many\\\"\""), "{found}");
    assert!(found.contains("`apo`") && found.contains("at \":apo\""), "{found}");
}

#[test]
fn programs_in_arguments_of_edn_are_run() {
    let text = r##"{:modules [{:id :api
                     :params [{:id :name, :type [default str "web"]}]
                     :module "polytope/container"
                     :args {:id "#pt-clj (str (:name params) \"-1\")"
                            :image "busybox:1.36"}}]
           :templates [{:id :stack, :run [:api]}]}"##;
    let made = compiled("polytope.edn", text);
    assert_eq!(made.program.containers.keys().collect::<Vec<_>>(), ["web-1"]);
    let broken = text.replace("(:name params)", "(:name parms)");
    let made = compiled("polytope.edn", &broken);
    assert_eq!(findings(&made), ["error code-failed: there is no `parms`: did you mean `params`? at \"parms\""]);
}
