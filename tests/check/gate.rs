//! `pt check` as a gate: settings, locks, old findings and exit codes, asked of the real program.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use crate::site::{Ran, Site};

const LATEST: &str = "modules:\n  - {id: a, module: polytope/container, args: {image: busybox}}\n";
const CLEAN: &str = "modules:\n  - {id: a, module: polytope/container, args: {image: \"busybox:1.36\"}}\n";

#[test]
fn exit_codes_are_what_the_help_says() {
    let site = Site::new(&[("polytope.yml", LATEST), ("clean.yml", CLEAN), ("broken.yml", "modules: [\n")]);
    fs::write(site.path("binary.yml"), [0xff, 0xfe, 0x00]).unwrap();
    fs::create_dir_all(site.path("empty")).unwrap();
    site.check(&["clean.yml"]).ends_with(0);
    site.check(&[]).ends_with(1);
    site.check(&["broken.yml"]).ends_with(1);
    site.check(&["broken.yml", "--select", "postgres", "--allow", "all"]).ends_with(1);
    site.check(&["binary.yml"]).ends_with(1);
    for unreadable in ["absent.yml", "empty"] {
        site.check(&[unreadable]).ends_with(2);
    }
    let refused = site.check(&["clean.yml", "--allow", "yaml-syntax"]).ends_with(2);
    assert!(refused.err().contains("`yaml-syntax` stays an error"), "{}", refused.err());
    site.write("pt.toml", "[rules]\nmutable-imag = \"off\"\n");
    let broken = site.check(&["clean.yml"]).ends_with(2);
    assert!(
        broken.out().contains("pt.toml:2:1: error[invalid-setting] there is no rule `mutable-imag`"),
        "{}",
        broken.out()
    );
    site.pt(&["render", "a"]).ends_with(2);
}

#[test]
fn a_file_that_cannot_be_read_is_one_finding_and_hides_no_other() {
    let site = Site::new(&[("polytope.yml", CLEAN), ("shop/polytope.yml", LATEST)]);
    for folder in ["latin", "link", "nowhere", "large"] {
        fs::create_dir_all(site.path(folder)).unwrap();
    }
    fs::write(site.path("latin/polytope.yml"), b"modules:\n  # gr\xfcn\n").unwrap();
    fs::write(site.path("large/polytope.yml"), vec![b' '; 5_000_000]).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", site.path("link/polytope.yml")).unwrap();
    std::os::unix::fs::symlink("nothing", site.path("nowhere/polytope.yml")).unwrap();
    let ran = site.check(&[".", "-o", "sarif=pt.sarif"]).ends_with(1);
    let out = ran.out();
    for told in [
        "shop/polytope.yml:2:",
        "latin/polytope.yml:2:1: error[yaml-syntax] this file cannot be read: not UTF-8 text (line 2, byte 15)",
        "link/polytope.yml:1:1: error[yaml-syntax] this file cannot be read: a link that leads out of the project",
        "nowhere/polytope.yml:1:1: error[yaml-syntax] this file cannot be read: a link to nothing",
        "large/polytope.yml:1:1: error[yaml-syntax] this file cannot be read: the file has 5000000 bytes",
    ] {
        assert!(out.contains(told), "{told} is not in\n{out}");
    }
    assert!(!out.contains("root:"), "{out}");
    let sarif = fs::read_to_string(site.path("pt.sarif")).unwrap();
    assert!(sarif.contains("latin/polytope.yml") && sarif.contains("mutable-image"), "{sarif}");
}

#[test]
fn settings_are_looked_for_above_and_flags_win_over_variables_and_those_over_files() {
    let files = [("services/a/polytope.yml", LATEST), ("pt.toml", "[rules]\nmutable-image = \"off\"\n")];
    let site = Site::new(&files);
    let file = "services/a/polytope.yml";
    site.check(&[file]).ends_with(0);
    let denied = |variables: &[(&str, &str)], flags: &[&str]| {
        site.pt_with(variables, &[&["check", "-o", "concise", file], flags].concat())
    };
    denied(&[("PT_DENY", "mutable-image")], &[]).ends_with(1);
    denied(&[("PT_DENY", "mutable-image")], &["--allow", "PT205"]).ends_with(0);
    denied(&[("PT_DENY", "supply-chain"), ("PT_SELECT", "postgres")], &[]).ends_with(1);
    let wrong = denied(&[("PT_FAIL_ON", "never")], &[]).ends_with(2);
    assert!(wrong.err().contains("PT_FAIL_ON cannot be `never`"), "{}", wrong.err());
    let home = site.root.path().join("home/.config/pt");
    fs::create_dir_all(&home).unwrap();
    fs::write(home.join("config.toml"), "fail-on = \"info\"\n[rules]\nmutable-image = \"error\"\n").unwrap();
    site.check(&[file, "--fail-on", "error"]).ends_with(0);
    site.check(&[file]).ends_with(1);
}

#[test]
fn settings_of_the_machine_are_the_weakest_and_the_nearest_of_them_wins() {
    let site = Site::new(&[
        ("polytope.yml", LATEST),
        ("etc/pt/config.toml", "[rules]\nmutable-image = \"warn\"\neol-image = \"error\"\n"),
        ("far/pt/config.toml", "fail-on = \"warning\"\n[rules]\nmutable-image = \"off\"\nstart-race = \"warn\"\n"),
    ]);
    let dirs = format!("{}:relative:{}", site.path("etc").display(), site.path("far").display());
    let pt = |arguments: &[&str]| site.pt_with(&[("XDG_CONFIG_DIRS", &dirs)], arguments);
    let origins = pt(&["config", "--show-origin"]).ends_with(0).out().replace(&*site.path("").to_string_lossy(), "");
    insta::assert_snapshot!(origins, @r#"
    fail-on = "warning"        # far/pt/config.toml:1

    [rules]
    mutable-image = "warning"  # etc/pt/config.toml:2
    eol-image = "error"        # etc/pt/config.toml:3
    start-race = "warning"     # far/pt/config.toml:4
    "#);
    pt(&["check", "-o", "concise"]).ends_with(1);
    site.check(&[]).ends_with(1);
    let home = site.root.path().join("home/.config/pt");
    fs::create_dir_all(&home).unwrap();
    fs::write(home.join("config.toml"), "fail-on = \"error\"\n").unwrap();
    pt(&["check", "-o", "concise"]).ends_with(0);
    site.write("pt.toml", "[rules]\nmutable-image = \"error\"\n");
    pt(&["check", "-o", "concise"]).ends_with(1);
    // Whoever locks the settings trusts nobody's files.
    let locked = pt(&["check", "-o", "concise", "--locked", "--deny", "start-race"]).ends_with(1).out();
    assert!(locked.contains("far/pt/config.toml:4:1: ") && locked.contains("[locked-setting]"), "{locked}");
    site.write("etc/pt/config.toml", "fail-on = never\n");
    let broken = pt(&["check", "-o", "concise"]).ends_with(2).out();
    assert!(broken.contains("etc/pt/config.toml:1:"), "{broken}");
}

#[test]
fn the_effective_settings_say_where_they_come_from() {
    let site = Site::new(&[
        ("a/polytope.yml", CLEAN),
        (
            "pt.toml",
            "fail-on = \"warning\"\n\n[rules]\nmutable-image = \"warn\"\n\n[per-file-ignores]\n\"old/\" = [\"eol-image\"]\n",
        ),
    ]);
    let shown =
        site.pt_with(&[("PT_PROFILE", "prod")], &["config", "--show-origin", "-C", "a", "--deny", "start-race"]);
    insta::assert_snapshot!(shown.ends_with(0).out(), @r#"
    profile = "prod"                      # PT_PROFILE
    fail-on = "warning"                   # pt.toml:1

    [rules]
    mutable-image = "warning"             # pt.toml:4
    image-not-digest-pinned = "error"     # profile prod
    start-race = "error"                  # --deny
    suppression-without-reason = "error"  # profile prod

    [per-file-ignores]
    "old/" = ["eol-image"]                # pt.toml:7
    "#);
    let plain = site.pt(&["config", "-C", "a"]).ends_with(0).out();
    site.write("pt.toml", &plain);
    assert_eq!(site.pt(&["config", "-C", "a"]).ends_with(0).out(), plain, "what it prints is a pt.toml");
    let json: serde_json::Value = serde_json::from_str(&site.pt(&["config", "-o", "json"]).ends_with(0).out()).unwrap();
    assert_eq!(json["settings"][0], serde_json::json!({"name": "fail-on", "value": "warning", "origin": "pt.toml:1"}));
}

#[test]
fn a_lock_holds_against_the_project_in_all_of_its_ways() {
    let site = Site::new(&[
        ("polytope.yml", &format!("# pt: ignore-file[mutable-image] we like it so\n{LATEST}")),
        (
            "pt.toml",
            "baseline = \"old.json\"\n[rules]\nmutable-image = \"off\"\n[per-file-ignores]\n\"**\" = [\"mutable-image\"]\n",
        ),
    ]);
    site.check(&["--write-baseline", "old.json", "--deny", "mutable-image"]).ends_with(0);
    site.check(&[]).ends_with(0);
    let locked = site.check(&["--locked", "--deny", "mutable-image"]).ends_with(1).out();
    insta::assert_snapshot!(locked, @"
    pt.toml:1:1: warning[locked-setting] a baseline would leave findings alone
    pt.toml:3:1: warning[locked-setting] `mutable-image` would be `off` here, and is held at `error`
    pt.toml:5:1: warning[locked-setting] findings in `**` would be left alone
    polytope.yml:1:19: warning[locked-setting] `mutable-image` is held by `--locked`
    polytope.yml:3:55: error[mutable-image] the image `busybox` has no tag, which means `latest`
    ");
    site.pt_with(&[("PT_LOCKED", "1"), ("PT_DENY", "mutable-image")], &["check"]).ends_with(1);
    site.write("ci.toml", "[rules]\nmutable-image = \"error\"\n");
    site.check(&["--locked", "--config", "ci.toml"]).ends_with(1);
    site.pt(&["render", "a", "--locked", "--config", "ci.toml"]).ends_with(2);
    // What makes a check fail is held as it is, said or not; what the command line lets be may be suppressed.
    site.check(&["--locked", "-q"]).ends_with(1);
    site.check(&["--locked", "-q", "--profile", "prod"]).ends_with(1);
    site.check(&["--locked", "-q", "--warn", "mutable-image"]).ends_with(0);
    site.pt(&["render", "a"]).ends_with(0);
}

#[test]
fn old_findings_are_left_alone_wherever_they_move() {
    let site = Site::new(&[("a/polytope.yml", LATEST)]);
    site.check(&["a", "--write-baseline", "old.json"]).ends_with(0);
    assert!(!site.read("old.json").contains("busybox"), "{}", site.read("old.json"));
    site.write("a/polytope.yml", &format!("# moved\n\n{}", LATEST.replace("  - {", "  -   {")));
    site.check(&["a", "--baseline", "old.json"]).ends_with(0);
    site.pt(&["-C", "a", "check", "--baseline", "../old.json"]).ends_with(0);
    site.check(&["a/polytope.yml", "--baseline", "./old.json"]).ends_with(0);
    let more =
        LATEST.replace("modules:\n", "modules:\n  - {id: b, module: polytope/container, args: {image: redis}}\n");
    site.write("a/polytope.yml", &more);
    let new = site.check(&["a", "--baseline", "old.json"]).ends_with(1).out();
    assert!(new.contains("`redis`") && !new.contains("`busybox`"), "{new}");
    site.write("a/polytope.yml", CLEAN);
    let gone = site.check(&["a", "--baseline", "old.json", "-v"]).ends_with(0).err();
    assert_eq!(gone, "1 entry of old.json matches nothing any more\n  mutable-image in a/polytope.yml\n");
    let sarif = site.pt(&["check", "a", "-o", "json", "--baseline", "absent.json"]).ends_with(2);
    assert!(sarif.err().contains("absent.json cannot be used"), "{}", sarif.err());
    site.write("a/polytope.yml", "modules: [\n");
    site.check(&["a", "--write-baseline", "old.json"]).ends_with(1);
}

#[test]
fn comments_are_added_once_and_nothing_else_changes() {
    let text = "\u{feff}modules:\r\n  - id: a\r\n    module: polytope/container\r\n    args:\r\n      image: busybox\r\n      cmd: |\r\n        echo 'hi\r\n      env:\r\n        - name: DB_PASSWORD\r\n          value: \"hunter2\r\n            hunter3\"\r\n";
    let site = Site::new(&[
        ("polytope.yml", text),
        (
            "b/polytope.edn",
            "{:modules [{:id \"b\"\n  :module \"polytope/container\"\n  :args {:image \"busybox\"}}]}\n",
        ),
    ]);
    let paths = ["polytope.yml", "b/polytope.edn"];
    site.check(&paths).ends_with(1);
    site.check(&[&paths[..], &["--add-ignore", "--reason", "known"]].concat()).ends_with(0);
    let commented = site.read("polytope.yml");
    let left: String = commented.split_inclusive('\n').filter(|line| !line.contains("# pt: ignore[")).collect();
    assert_eq!(left, text);
    assert!(commented.contains("      # pt: ignore[mutable-image] known\r\n      image: busybox\r\n"), "{commented}");
    assert!(commented.contains("      # pt: ignore[bad-command] known\r\n      cmd: |\r\n"), "{commented}");
    assert!(site.read("b/polytope.edn").contains("; pt: ignore[mutable-image] known\n"));
    let again = site.check(&[&paths[..], &["--add-ignore", "--reason", "known"]].concat()).ends_with(0);
    assert_eq!(again.err(), "0 comments written in 0 files\n");
    assert_eq!(site.read("polytope.yml"), commented);
    site.check(&["--add-ignore", "--reason", "two\nlines"]).ends_with(2);
    site.check(&["--fail-on", "warning"]).ends_with(0);
}

#[test]
fn an_editor_asks_about_what_it_has_not_saved() {
    let site = Site::new(&[("a/polytope.yml", CLEAN), ("a/pt.toml", "[rules]\neol-image = \"off\"\n")]);
    let ask = |arguments: &[&str], text: &str| {
        let mut command = site.command(env!("CARGO_BIN_EXE_pt"), arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        Ran(child.wait_with_output().unwrap())
    };
    let told = ask(&["check", "-", "--stdin-filename", "a/polytope.yml", "-o", "concise"], LATEST).ends_with(1).out();
    assert!(told.starts_with("a/polytope.yml:2:55: error[mutable-image]"), "{told}");
    ask(&["check", "--stdin-filename", "a/new.yml"], CLEAN).ends_with(0);
    ask(&["check", "-", "a/polytope.yml"], CLEAN).ends_with(2);
}

#[test]
fn in_github_actions_there_are_annotations_unless_a_form_is_asked_for() {
    let site = Site::new(&[("polytope.yml", LATEST)]);
    let actions = [("CI", "true"), ("GITHUB_ACTIONS", "true")];
    let both = site.pt_with(&actions, &["check"]).ends_with(1).out();
    assert!(both.contains("error[mutable-image]: ") && both.contains("\n::error file=polytope.yml,"), "{both}");
    for form in ["human", "concise"] {
        assert!(!site.pt_with(&actions, &["check", "-o", form]).ends_with(1).out().contains("::error"), "{form}");
    }
    assert!(!site.pt_with(&actions, &["check"]).out().contains('\u{1b}'), "no colours");
}

#[test]
fn rules_are_chosen_by_name_code_prefix_and_tag() {
    let site = Site::new(&[("polytope.yml", LATEST)]);
    for chosen in ["mutable-image", "PT205", "PT2", "supply-chain", "all"] {
        site.check(&["--select", chosen]).ends_with(1);
        site.check(&["--ignore", chosen]).ends_with(0);
    }
    site.check(&["--select", "PT3"]).ends_with(0);
    site.check(&["--select", "PT3", "--extend-select", "mutable-image"]).ends_with(1);
    let unknown = site.check(&["--select", "mutable-imag"]).ends_with(2);
    assert!(unknown.err().contains("did you mean `mutable-image`?"), "{}", unknown.err());
    let counted = site.pt(&["check", "--statistics", "--select", "mutable-image"]).ends_with(1).out();
    assert_eq!(counted, "1  error    PT205  mutable-image\n1  finding\n");
    assert!(site.pt(&["check", "--show-settings", "--deny", "eol-image"]).ends_with(0).out().contains("# --deny"));
}

#[test]
fn in_dev_a_password_matters_as_much_as_those_who_reach_it() {
    let container = |port: &str| {
        format!(
            "modules:\n  - id: api\n    module: polytope/container\n    args:\n      image: busybox:1.36\n      \
             env: [{{name: API_PASSWORD, value: correct-horse-9}}]\n      \
             services: [{{id: api, ports: [{{port: 80, protocol: http, expose-as: {port}}}]}}]\n"
        )
    };
    let site = Site::new(&[("near.yml", &container("8080")), ("wide.yml", &container("\"0.0.0.0:8080\""))]);
    let told =
        |file: &str, profile: &str| site.check(&[file, "--profile", profile, "--select", "hardcoded-secret"]).out();
    assert!(told("near.yml", "dev").contains("warning[hardcoded-secret]"), "{}", told("near.yml", "dev"));
    assert!(told("near.yml", "ci").contains("error[hardcoded-secret]"));
    assert!(told("wide.yml", "dev").contains("error[hardcoded-secret]"), "{}", told("wide.yml", "dev"));
}

#[test]
fn ci_forms_name_files_from_the_root_of_the_repository_and_keep_their_alerts_under_one_name() {
    let site = Site::new(&[("apps/x/polytope.yml", LATEST), ("apps/x/other/polytope.yml", CLEAN)]);
    let id = |arguments: &[&str]| {
        let arguments = [&["-C", "apps/x", "check", "-o", "sarif"], arguments].concat();
        let text = site.pt(&arguments).out();
        let sarif: serde_json::Value = serde_json::from_str(&text).unwrap();
        sarif["runs"][0]["automationDetails"]["id"].as_str().unwrap().to_owned()
    };
    assert_eq!(id(&[]), "pt-check/apps/x/");
    assert_eq!(id(&["."]), "pt-check/apps/x/");
    assert_eq!(id(&["--allow", "mutable-image"]), "pt-check/apps/x/", "without findings too");
    assert_eq!(id(&["--category", "nightly"]), "nightly/");
    for form in ["sarif", "github", "gitlab", "junit", "rdjson"] {
        for (directory, paths) in
            [("apps/x", &[][..]), ("apps/x", &["./polytope.yml"]), ("apps", &["./x/."]), (".", &["apps"])]
        {
            let mut command = site.command(env!("CARGO_BIN_EXE_pt"), &["check", "-o", form]);
            let ran = Ran(command.args(paths).current_dir(site.path(directory)).output().unwrap());
            let text = ran.out();
            assert!(
                text.contains("apps/x/polytope.yml") && (form == "sarif" || !text.contains("./")),
                "{form} {directory} {paths:?}: {text}"
            );
        }
    }
}

#[test]
fn the_last_line_counts_the_files_that_have_findings() {
    let site = Site::new(&[("polytope.yml", LATEST), ("b/polytope.yml", CLEAN), ("c/polytope.yml", CLEAN)]);
    let told = site.pt(&["check", "."]).ends_with(1).out();
    assert!(told.contains("\n1 error in 1 file"), "{told}");
    let good = site.pt(&["check", "b", "c"]).ends_with(0).out();
    assert!(good.starts_with("all good: 2 files checked"), "{good}");
}
