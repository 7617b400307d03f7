//! `pt values` and `pt secrets`: in by every way, out only when asked, and which of several sources counts.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::harness::{Project, Pt};

const USING: &str = "modules:
  - id: show
    module: polytope/container
    args:
      image: pt-tests/busybox:1
      tty: false
      cmd: [sh, -c, 'echo $VALUE; printf %s \"$SECRET\" | md5sum']
      env: [{name: VALUE, value: pt.value greeting}, {name: SECRET, value: pt.secret word}]
";

#[test]
fn a_secret_comes_in_by_argument_pipe_and_file_and_out_when_revealed() {
    let project = Project::new("ways", USING);
    let revealed = |name: &str| project.pt(&["secrets", "get", name, "--reveal"]).run().succeeds().stdout;
    let warned = project.pt(&["secrets", "set", "one", "by-argument"]).run().succeeds();
    warned.tells("history");
    project.pt(&["secret", "set", "two", "-"]).input("by-pipe\n").run().succeeds();
    project.pt(&["secrets", "set", "three"]).input("by-pipe-too").run().succeeds();
    project.file("content", "by-file\n");
    project.pt(&["secrets", "set", "four", "--from-file", "content"]).run().succeeds();
    project.pt(&["secrets", "set", "five", "--raw", "-"]).input("kept\n").run().succeeds();
    let all = ["one", "two", "three", "four", "five"].map(revealed);
    assert_eq!(all, ["by-argument\n", "by-pipe\n", "by-pipe-too\n", "by-file\n", "kept\n\n"]);
    project.pt(&["secrets", "get", "one"]).run().ends_with(2).tells("--reveal").never_mentions("by-argument");
    let listed = project.pt(&["secrets", "list"]).run().succeeds().says("one").says("argument").says("missing");
    listed.never_mentions("by-");
    project.pt(&["secrets", "rm", "one", "--yes"]).run().succeeds();
    project.pt(&["secrets", "get", "one", "--reveal"]).run().ends_with(4);
    project.pt(&["secrets", "rm", "one", "--yes"]).run().ends_with(4);
    project.pt(&["secrets", "set", "bad"]).input("a\0b").run().ends_with(2).tells("NUL");
}

#[test]
fn generated_secrets_are_long_different_and_not_replaced_unasked() {
    let project = Project::new("generate", USING);
    project.pt(&["secrets", "generate", "a", "b"]).run().succeeds();
    let get = |name: &str| project.pt(&["secrets", "get", name, "--reveal"]).run().succeeds().stdout;
    let (a, b) = (get("a"), get("b"));
    assert!(a.trim().len() >= 24 && a != b, "{a} {b}");
    project.pt(&["secrets", "generate", "a"]).run().ends_with(2).tells("--force");
    assert_eq!(get("a"), a);
    project.pt(&["secrets", "generate", "a", "--force"]).run().succeeds();
    assert_ne!(get("a"), a);
}

#[test]
fn what_is_exported_can_be_imported() {
    let project = Project::new("exchange", USING);
    let contents = ["plain", "with 'quotes' \"and\" $dollars", "two\nlines\n", "ümlaut 🦀 = #", " spaces "];
    for (number, content) in contents.iter().enumerate() {
        project.pt(&["secrets", "set", &format!("s{number}"), "--raw", "-"]).input(content).run().succeeds();
        project.pt(&["values", "set", &format!("v{number}"), "--raw", "-"]).input(content).run().succeeds();
    }
    for format in ["dotenv", "json"] {
        let file = project.home().join(format!("secrets.{format}"));
        let path = file.to_str().unwrap();
        project.pt(&["secrets", "export", "--to", path, "--format", format]).run().succeeds();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        project.pt(&["secrets", "rm", "s0", "s1", "s2", "s3", "s4", "--yes"]).run().succeeds();
        project.pt(&["secrets", "import", path, "--format", format]).run().succeeds();
        let exported = project.pt(&["values", "export", "--format", format]).run().succeeds().stdout;
        project.pt(&["values", "rm", "v0", "v1", "v2", "v3", "v4", "-y"]).run().succeeds();
        project.pt(&["values", "import", "-", "--format", format]).input(&exported).run().succeeds();
        for (number, content) in contents.iter().enumerate() {
            let secret = project.pt(&["secrets", "get", &format!("s{number}"), "--reveal"]).run().succeeds();
            assert_eq!(secret.stdout, format!("{content}\n"), "{format}");
            let value = project.pt(&["values", "get", &format!("v{number}")]).run().succeeds();
            assert_eq!(value.stdout, format!("{content}\n"), "{format}");
        }
    }
}

#[test]
fn the_environment_wins_over_the_store_and_the_store_over_the_files_of_the_project() {
    let project = Project::new("layers", USING);
    let shows = |greeting: &str, word: &str, variables: &[(&str, &str)]| {
        let mut pt = project.pt(&["run", "show"]);
        for (name, content) in variables {
            pt = pt.env(name, content);
        }
        let ran = pt.run().succeeds().says(&format!("{greeting}\n"));
        ran.says(&sum_of(&project, word));
    };
    project.file("config/values.yml", "greeting: from the file\n");
    project.file("config/secrets.yml", "word: file-word\n");
    shows("from the file", "file-word", &[]);
    project.pt(&["values", "set", "greeting", "from the store"]).run().succeeds();
    project.secret("word", "store-word");
    shows("from the store", "store-word", &[]);
    let variables = [("PT_VALUE_GREETING", "from the environment"), ("PT_SECRET_WORD", "variable-word")];
    shows("from the environment", "variable-word", &variables);
    project.pt(&["values", "list"]).env("PT_VALUE_GREETING", "x").run().succeeds().says("greeting  x");
}

#[test]
fn a_secret_arrives_in_the_container_byte_by_byte() {
    let project = Project::new("bytes", USING);
    project.pt(&["values", "set", "greeting", "hi"]).run().succeeds();
    let content = " leading, 'quotes' \"and\" $HOME `x` \\ \n two lines, 🦀 ";
    project.pt(&["secrets", "set", "word", "--raw", "-"]).input(content).run().succeeds();
    let sum = project.pt(&["run", "show"]).run().succeeds().stdout;
    assert!(sum.contains(&sum_of(&project, content)), "{sum}");
}

/// What `md5sum` says of a text: by it a secret is recognised that is masked in all output.
fn sum_of(project: &Project, text: &str) -> String {
    let file = project.home().join("content");
    fs::write(&file, text).unwrap();
    let printed = Command::new("md5sum").arg(&file).output().unwrap().stdout;
    String::from_utf8_lossy(&printed)[..32].to_owned()
}

#[test]
fn many_secrets_set_at_once_are_all_kept() {
    let project = Project::new("many", USING);
    let names: Vec<String> = (0..12).map(|number| format!("n{number}")).collect();
    let running: Vec<_> =
        names.iter().map(|name| project.pt(&["secrets", "set", name, "-"]).input(name).spawn()).collect();
    for ran in running {
        ran.end().succeeds();
    }
    let listed = project.pt(&["secrets", "list"]).run().succeeds();
    for name in &names {
        assert!(listed.stdout.contains(&format!("{name} ")), "{name} is lost\n{listed}");
    }
}

#[test]
fn without_a_home_what_needs_no_secret_runs_and_what_does_says_what_is_missing() {
    let project = Project::new("homeless", USING);
    project.file("polytope.yml", &format!("{USING}  - {{id: plain, module: polytope/container, args: {{image: 'pt-tests/busybox:1', cmd: ['true']}}}}\n"));
    let without = |arguments: &[&str], home: &str| {
        let mut pt = Pt::new(project.root(), arguments);
        if !home.is_empty() {
            pt = pt.env("HOME", home);
        }
        pt
    };
    for home in ["", "/proc/1"] {
        without(&["run", "plain", "-d"], home).run().succeeds();
        without(&["plan", "plain", "--exit-code"], home).run().ends_with(2);
        without(&["ps"], home).run().succeeds();
        without(&["down"], home).run().succeeds();
    }
    let set = without(&["secrets", "set", "word", "-"], "").input("x").run().ends_with(4);
    set.tells("HOME").tells("XDG_DATA_HOME");
}

#[test]
fn an_identity_in_the_environment_opens_the_store_and_reaches_no_container() {
    let project = Project::new(
        "identity",
        "modules:
  - {id: show, module: polytope/container, args: {image: 'pt-tests/busybox:1', tty: false, cmd: [env]}}
",
    );
    project.secret("word", "kept-before");
    let identity = project.home().join(".config/pt/identity");
    let text = fs::read_to_string(&identity).unwrap();
    fs::remove_file(&identity).unwrap();
    let get = || project.pt(&["secrets", "get", "word", "--reveal"]);
    get().run().ends_with(4).tells("identity");
    let key = text.lines().find(|line| line.starts_with("AGE-SECRET-KEY-")).unwrap();
    get().env("PT_IDENTITY", key).run().succeeds().says("kept-before");
    project.pt(&["run", "show"]).env("PT_IDENTITY", key).run().succeeds().never_mentions("AGE-SECRET-KEY");
    assert!(!identity.exists(), "no new identity is made beside a store that another one opens");
}
