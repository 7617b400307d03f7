//! Questions to `ide` itself, on files in memory.

use std::path::Path;

use polytope::compiler::check;
use polytope::diagnostic::Edit;
use polytope::ide::{Analysis, Given, Refusal, complete, definition, hover, references, rename};
use polytope::lint::Settings;
use polytope::source::{FileId, MemoryLoader};
use polytope::store::Snapshot;

/// A project whose first file holds the mark `▮`, and the place of it.
struct Project {
    analysis: Analysis,
    offset: usize,
}

const ENTRY: FileId = FileId(0);

fn project(marked: &str) -> Project {
    with_files(marked, &[])
}

fn with_files(marked: &str, others: &[(&str, &str)]) -> Project {
    let offset = marked.find('▮').unwrap();
    let text = marked.replace('▮', "");
    let files = others.iter().copied().chain([("polytope.yml", text.as_str())]);
    let loader = MemoryLoader::new(files);
    let given = Given(Snapshot::default().with_value("host", "db.local").with_secret("db-password"));
    let compilation = check(&loader, Path::new("polytope.yml"), &given, &Settings::default()).unwrap();
    Project { analysis: Analysis::new(compilation, given), offset }
}

impl Project {
    fn labels(&self) -> Vec<String> {
        complete(&self.analysis, ENTRY, self.offset).items.into_iter().map(|item| item.label).collect()
    }

    /// What an item puts in the place of which text.
    fn written(&self, label: &str) -> (String, String) {
        let found = complete(&self.analysis, ENTRY, self.offset);
        let item = found.items.iter().find(|item| item.label == label).unwrap();
        let text = &self.analysis.compilation.sources.file(ENTRY).text;
        (text[found.replace].to_owned(), item.insert.clone())
    }

    fn hover(&self) -> String {
        hover(&self.analysis, ENTRY, self.offset).map(|hover| hover.text).unwrap_or_default()
    }

    fn renamed(&self, new: &str) -> Result<Vec<String>, Refusal> {
        let edits = rename(&self.analysis, ENTRY, self.offset, new)?;
        let place = |edit: &Edit| self.analysis.compilation.sources.place(edit.span);
        Ok(edits.iter().map(place).collect())
    }
}

const BASE: &str = "modules:
  - id: base
    info: The base
    module: polytope/container
    params: [{id: image, type: str, info: What it runs}, {id: port, type: [default, int, 8080]}]
    args: {image: pt.param image}
";

#[test]
fn arguments_are_offered_with_type_default_and_docs_and_not_twice() {
    let found = project(&format!("{BASE}  - id: api\n    module: base\n    args:\n      image: x:1\n      ▮\n"));
    assert_eq!(found.labels(), ["port"]);
    let items = complete(&found.analysis, ENTRY, found.offset).items;
    assert_eq!(items[0].detail.as_deref(), Some("a whole number, default `8080`"));
    assert_eq!(items[0].insert, "port: ");
    let flow = project(&format!("{BASE}  - {{id: api, module: base, args: {{im▮}}}}\n"));
    assert_eq!(flow.written("image"), ("im".to_owned(), "image: ".to_owned()));
    let standard = project("modules:\n  - id: db\n    module: polytope/postgres\n    args:\n      data▮\n");
    assert!(standard.labels().contains(&"data-volume".to_owned()));
}

#[test]
fn names_are_offered_after_references() {
    let module = |value: &str| {
        format!(
            "{BASE}  - id: api\n    module: base\n    params: [{{id: tag, type: str}}]\n    args: {{image: {value}}}\n"
        )
    };
    assert_eq!(project(&module("pt.param ▮")).labels(), ["tag"]);
    assert_eq!(project(&module("\"busybox:{pt.param t▮}\"")).labels(), ["tag"]);
    assert_eq!(project(&module("\"busybox:{pt.param t▮")).labels(), ["tag"], "while it is open");
    assert_eq!(project(&module("pt.value ▮")).labels(), ["host"]);
    assert_eq!(project(&module("pt.secret d▮")).written("db-password"), ("d".to_owned(), "db-password".to_owned()));
    assert_eq!(project(&module("pt.secret db-password | ▮")).labels(), ["url", "base64"]);
    assert_eq!(project(&module("\"x{pt.value a |b▮\"")).written("base64"), ("b".to_owned(), "base64".to_owned()));
    let tool = "tools:\n  run-it:\n    inputs: {port: {type: int}}\n    run:\n      - {tool: polytope/noop, args: {a: pt.input ▮}}\n";
    assert_eq!(project(tool).labels(), ["port"]);
}

#[test]
fn steps_volumes_services_and_choices_are_offered() {
    let steps = "templates:\n  - id: s\n    run:\n      - {id: first, module: polytope/postgres}\n      - module: polytope/redis\n        run-when:\n          after: ▮\n";
    assert_eq!(project(steps).labels(), ["first"]);
    let volumes = "modules:
  - {id: db, module: polytope/postgres, args: {image: \"postgres:16.2\", data-volume: {type: volume, scope: project, id: db-data}}}
  - {id: db2, module: polytope/postgres, args: {image: \"postgres:16.2\", data-volume: {type: volume, id: ▮}}}
";
    assert!(project(volumes).labels().contains(&"db-data".to_owned()));
    let services = "modules:
  - {id: db, module: polytope/postgres, args: {image: \"postgres:16.2\"}}
  - {id: api, module: polytope/container, args: {image: \"busybox:1.36\", env: [{name: DB_HOST, value: ▮}]}}
";
    assert!(project(services).labels().contains(&"postgres".to_owned()), "{:?}", project(services).labels());
    let choices = "modules:
  - {id: base, module: polytope/container, params: [{id: mode, type: [enum, fast, slow]}], args: {image: \"busybox:1.36\"}}
  - {id: api, module: base, args: {mode: ▮}}
";
    assert_eq!(project(choices).labels(), ["fast", "slow"]);
}

#[test]
fn the_schema_has_the_word_where_keys_are_fixed() {
    assert_eq!(project("modules:\n  - id: a\n    ▮\n").labels(), Vec::<String>::new());
    assert_eq!(project("# pt.secret ▮\nmodules: []\n").labels(), Vec::<String>::new());
}

#[test]
fn a_module_tells_its_parameters_arguments_and_what_it_comes_down_to() {
    let found = project(&format!("{BASE}  - id: api\n    module: ba▮se\n    args: {{image: \"busybox:1.36\"}}\n"));
    insta::assert_snapshot!(found.hover(), @"
    **module `base`**

    The base

    calls `polytope/container`: Any image, run as a container. Every other blueprint comes down to this one.

    Parameters:
    - `image`: text, required. What it runs
    - `port`: a whole number, default `8080`

    Arguments:
    - `image`: `busybox:1.36`
    - `port`: `8080` (default)
    ");
}

#[test]
fn a_secret_and_a_value_tell_what_is_set() {
    let with = |value: &str| {
        project(&format!("modules:\n  - {{id: a, module: polytope/container, args: {{image: \"busybox:1.36\", env: [{{name: A, value: {value}}}]}}}}\n")).hover()
    };
    assert!(with("pt.secret db-p▮assword").starts_with("**secret `db-password`**\n\nset in the store"));
    assert!(with("pt.secret db-p▮assword | url").contains("`| url`: percent-encoded"));
    assert!(with("pt.secret not▮hing").contains("missing: `pt secrets set nothing`"));
    assert!(with("pt.value ho▮st").contains("`db.local`, set in the command line"));
}

#[test]
fn a_finding_tells_its_rule() {
    let found = project("templates:\n  - {id: s, run: [no▮where]}\n").hover();
    assert!(found.contains("**unknown-module** (PT") && found.contains("`pt explain unknown-module`"), "{found}");
}

#[test]
fn names_lead_to_their_definition_and_uses() {
    let found = project(&format!(
        "{BASE}templates:\n  - id: s\n    run: [b▮ase, {{module: base, id: two, args: {{image: x:1}}}}]\n"
    ));
    let place = |span| found.analysis.compilation.sources.place(span);
    assert_eq!(definition(&found.analysis, ENTRY, found.offset).map(place), Some("polytope.yml:2:9".to_owned()));
    let uses = references(&found.analysis, ENTRY, found.offset, false);
    assert_eq!(uses.into_iter().map(place).collect::<Vec<_>>(), ["polytope.yml:9:11", "polytope.yml:9:26"]);
    let param = project(&BASE.replace("pt.param image", "pt.param im▮age"));
    let place = |span| param.analysis.compilation.sources.place(span);
    assert_eq!(definition(&param.analysis, ENTRY, param.offset).map(place), Some("polytope.yml:5:19".to_owned()));
}

#[test]
fn a_parameter_is_renamed_where_it_is_declared_read_and_passed() {
    let text = format!(
        "{}  - {{id: api, module: base, args: {{image: x:1}}}}\n",
        BASE.replace("pt.param image", "pt.param im▮age")
    );
    assert_eq!(
        project(&text).renamed("picture").unwrap(),
        ["polytope.yml:5:19", "polytope.yml:6:28", "polytope.yml:7:36"]
    );
    assert_eq!(project(&text).renamed("port"), Err(Refusal::Taken("port".to_owned())));
    assert!(matches!(project(&text).renamed("a b"), Err(Refusal::Invalid { .. })));
}

#[test]
fn a_step_is_renamed_with_those_that_wait_for_it() {
    let text = "templates:
  - id: s
    run:
      - {id: on▮e, module: polytope/postgres}
      - {id: two, module: polytope/redis, run-when: {after: one}}
  - id: other
    run: [{id: one, module: polytope/redis}]
";
    assert_eq!(project(text).renamed("first").unwrap(), ["polytope.yml:4:14", "polytope.yml:5:61"]);
    assert_eq!(project(text).renamed("two"), Err(Refusal::Taken("two".to_owned())));
}

#[test]
fn a_parameter_that_a_program_reads_is_not_renamed_behind_its_back() {
    let text = "modules:\n  - id: a\n    params: [{id: to▮pic, type: str}]\n    code: |\n      pt.js\n      console.log(params.topic)\n";
    assert_eq!(project(text).renamed("subject"), Err(Refusal::InProgram("topic".to_owned())));
}

#[test]
fn what_another_repository_defines_or_is_built_in_is_not_renamed() {
    let text = "modules:\n  - {id: db, module: polytope/post▮gres}\n";
    assert_eq!(project(text).renamed("x"), Err(Refusal::Foreign("polytope/postgres".to_owned())));
}

#[test]
fn secrets_are_renamed_in_every_file() {
    let part = "modules:\n  - {id: b, module: polytope/container, args: {image: \"busybox:1.36\", env: [{name: P, value: \"x{pt.secret key}\"}]}}\n";
    let text = "include: [part]\nmodules:\n  - {id: a, module: polytope/container, args: {image: \"busybox:1.36\", env: [{name: P, value: pt.secret k▮ey}]}}\n";
    let found = with_files(text, &[("part/polytope.yml", part)]).renamed("api-key").unwrap();
    assert_eq!(found.len(), 2, "{found:?}");
}
