//! The blueprint's arguments as requests.

use std::path::Path;

use polytope::diagnostic::Diagnostics;
use polytope::expr::{Programs, Scope, Use, evaluate};
use polytope::include::{Documents, read};
use polytope::scaffold::{Library, OnConflict, Request, ScaffoldError, requests};
use polytope::source::{DiskLoader, SourceFile, Sources, Span, Spanned};
use polytope::syntax::parse;
use polytope::value::{Data, Value};

use crate::place::Place;

/// Nothing is set.
#[derive(Default)]
struct Nothing {
    programs: Programs,
}

impl Scope for Nothing {
    fn param(&self, _: &str) -> Option<&Value> {
        None
    }

    fn params(&self) -> &[(String, Value)] {
        &[]
    }

    fn value(&self, _: &str) -> Option<&str> {
        None
    }

    fn record(&mut self, _: Use) {}

    fn repository(&self, _: Span) -> String {
        ".".to_owned()
    }

    fn programs(&self) -> &Programs {
        &self.programs
    }

    fn output(&mut self, _: &Spanned<String>, _: &[String], place: Span) -> Value {
        Value::unknown(place)
    }
}

fn documents(place: &Place) -> (Documents, Sources) {
    let mut sources = Sources::default();
    let path = place.project().join("polytope.yml");
    let documents = read(&DiskLoader, &path, &mut sources, &mut Diagnostics::default()).unwrap();
    (documents, sources)
}

fn read_requests(place: &Place, arguments: &str) -> Result<Vec<Request>, ScaffoldError> {
    let (documents, mut sources) = documents(place);
    let file = sources.add(SourceFile::new("<arguments>", arguments));
    let tree = parse(file, arguments, &mut Diagnostics::default());
    let value = evaluate(&tree.root, &mut Nothing::default(), &mut Diagnostics::default());
    let Data::Map(map) = value.data else { panic!("no map: {arguments}") };
    let arguments: Vec<(String, Value)> = map.into_iter().map(|(name, value)| (name.value, value)).collect();
    requests(&arguments, Library { root: &place.project(), documents: &documents })
}

fn place() -> Place {
    let place = Place::new("tools: {}\n");
    place.write("templates/api/polytope.yml", "tools: {}\n");
    place
}

#[test]
fn a_list_of_actions_and_a_single_one_are_read() {
    let place = place();
    let found = read_requests(
        &place,
        "actions:
  - template: {type: repo, repo: ., path: /templates/api}
    path: /services/users
    on-conflict: skip
    add-to-tools: [{tool: default, call: users}]
    template-values: {port: 8080, tls: true, none: null}
    auto-include: false
    print-tree: false
    print-files: [polytope.yml]
  - null
  - {template: templates/api, path: services/more}
",
    )
    .unwrap();
    let mut expected = Request::new(place.project().join("templates/api"), "services/users");
    expected.on_conflict = OnConflict::Skip;
    expected.calls = vec![("default".to_owned(), "users".to_owned())];
    expected.values =
        [("port", "8080"), ("tls", "true")].map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    (expected.print_tree, expected.print_files) = (false, vec!["polytope.yml".to_owned()]);
    let mut second = Request::new(place.project().join("templates/api"), "services/more");
    second.include = true;
    assert_eq!(found, [expected, second.clone()]);
    let single = read_requests(&place, "{template: ./templates/api, path: services/more, on-exists: fail}").unwrap();
    assert_eq!(single, [second]);
}

#[test]
fn what_cannot_be_meant_is_refused_with_a_reason() {
    let place = place();
    let reason = |arguments: &str| read_requests(&place, arguments).unwrap_err().to_string();
    assert_eq!(reason("{path: x}"), "scaffold needs `template`");
    assert_eq!(reason("{template: templates/api}"), "scaffold needs `path`");
    assert_eq!(reason("{template: templates/api, path: ../x}"), "`../x` lies outside of the project");
    assert_eq!(reason("{template: ../x, path: x}"), "`../x` lies outside of the project");
    assert_eq!(reason("{template: none, path: x}"), "there is no template `none`");
    assert_eq!(
        reason("{template: templates/api, path: x, on-conflict: merge}"),
        "`on-conflict` must be `skip`, `overwrite` or `fail`, found `merge`"
    );
    assert_eq!(
        reason("{template: {type: volume, id: x}, path: x}"),
        "a template must be a directory of the host or of a repository"
    );
    assert_eq!(
        reason("{template: {type: repo, repo: acme/kit, path: api}, path: x}"),
        "the template is in the repository `gh:acme/kit`, which was not fetched"
    );
    assert_eq!(
        reason("{template: \"https://github.com/acme/kit.git\", path: x}"),
        "the template is in the repository `gh:acme/kit`, which was not fetched"
    );
    assert!(reason("{template: \"https://example.com/kit.git\", path: x}").contains("only repositories of GitHub"));
    assert_eq!(
        reason("{template: templates/api, path: x, template-values: {key: pt.secret api-key}}"),
        "`key` holds a secret, which is never written into a project"
    );
}

#[test]
fn a_template_that_is_a_link_out_of_the_project_is_refused() {
    let (place, outside) = (place(), tempfile::tempdir().unwrap());
    std::os::unix::fs::symlink(outside.path(), place.project().join("kit")).unwrap();
    assert!(matches!(read_requests(&place, "{template: kit, path: x}"), Err(ScaffoldError::Outside(_))));
    assert!(Path::new(outside.path()).exists());
}
