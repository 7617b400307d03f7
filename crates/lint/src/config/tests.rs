//! Layers of files and flags, and what a lock lets through.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};

use super::{Effective, Given, Layer, Origin, RuleSetting, Say, Sourced, nearest, read_with_bases, resolve};
use crate::diagnostic::{Diagnostics, Level};
use crate::rules;
use crate::source::{MemoryLoader, Sources};

/// What counts for `pt.toml`, and what is told of it.
struct Case {
    effective: Effective,
    told: String,
}

#[derive(Default)]
struct Setup<'a> {
    project: &'a str,
    user: &'a str,
    config: &'a str,
    flags: Layer,
    locked: bool,
    ci: bool,
}

impl Setup<'_> {
    fn resolve(self) -> Case {
        let files = [("pt.toml", self.project), ("home/config.toml", self.user), ("ci.toml", self.config)];
        let loader = MemoryLoader::new(files);
        let (mut sources, mut found) = (Sources::default(), Diagnostics::default());
        let mut read =
            |path: &str| read_with_bases(&loader, Path::new(path), &rules::ALL, &mut sources, &mut found).unwrap();
        let mut given = Given {
            files: read("home/config.toml"),
            config: read("ci.toml"),
            command: vec![self.flags],
            locked: self.locked,
            ci: self.ci,
            rules: rules::ALL.clone(),
        };
        given.files.extend(read("pt.toml"));
        let effective = resolve(&given, &mut found).unwrap();
        let line = |finding: &crate::diagnostic::Diagnostic| {
            let place = sources.place(finding.primary.span);
            format!("{} {} at {place}: {}\n", finding.level, finding.rule.name, finding.message)
        };
        let mut told: Vec<String> = found.finish().iter().map(line).collect();
        told.sort();
        Case { effective, told: told.concat() }
    }
}

impl Case {
    fn say(&self, name: &str) -> Option<&'static str> {
        self.effective.rules.iter().find(|setting| setting.rule.name == name).map(|setting| setting.say.word())
    }
}

fn flag(name: &str, say: Say) -> Layer {
    let rule = *rules::ALL.iter().find(|rule| rule.name == name).unwrap();
    Layer { rules: vec![RuleSetting { rule, say, origin: Origin::Flag("--deny") }], ..Layer::default() }
}

fn profile(name: &str) -> Layer {
    Layer { profile: Some(Sourced::new(name.to_owned(), Origin::Flag("--profile"))), ..Layer::default() }
}

#[test]
fn the_stronger_layer_wins() {
    let setup = |project, config, flags| Setup {
        user: "[rules]\nstart-race = \"off\"",
        project,
        config,
        flags,
        ..Setup::default()
    };
    let case = |project, config, flags| setup(project, config, flags).resolve().say("start-race");
    let project = "[rules]\nstart-race = \"info\"";
    assert_eq!(case("", "", Layer::default()), Some("off"));
    assert_eq!(case(project, "", Layer::default()), Some("info"));
    assert_eq!(case(project, "[rules]\nstart-race = \"warn\"", Layer::default()), Some("warning"));
    let flags = flag("start-race", Say::At(Level::Error));
    assert_eq!(case(project, "[rules]\nstart-race = \"warn\"", flags), Some("error"));
}

#[test]
fn a_word_for_one_rule_wins_over_one_for_many() {
    let project = "[rules]\nmutable-image = \"info\"\nPT2 = \"off\"\nsupply-chain = \"warn\"\n";
    let case = Setup { project, ..Setup::default() }.resolve();
    assert_eq!(case.told, "");
    assert_eq!(case.say("mutable-image"), Some("info"));
    assert_eq!(case.say("pg-trust-auth"), Some("off"));
    assert_eq!(case.say("missing-restart"), None);
}

#[test]
fn every_fault_of_a_file_is_told_in_its_place() {
    let project = r#"profil = "ci"
fail-on = "never"
baseline = 3
[rules]
mutable-imag = "off"
start-race = "loud"
yaml-syntax = "off"
[per-file-ignores]
"a[" = ["start-race"]
[profiles.mine]
level = "error"
"#;
    insta::assert_snapshot!(Setup { project, ..Setup::default() }.resolve().told, @r"
    error invalid-setting at pt.toml:11:1: there is no setting `level`
    error invalid-setting at pt.toml:1:1: there is no setting `profil`
    error invalid-setting at pt.toml:2:11: `fail-on` cannot be `never`
    error invalid-setting at pt.toml:3:12: `baseline` must be the path of a file, found a TOML integer
    error invalid-setting at pt.toml:5:1: there is no rule `mutable-imag`
    error invalid-setting at pt.toml:6:14: a rule cannot be `loud`
    error invalid-setting at pt.toml:7:1: the level of `yaml-syntax` stays what it is
    error invalid-setting at pt.toml:9:1: `a[` is no pattern of files: unclosed character class; missing ']'
    ");
}

#[test]
fn what_is_no_toml_is_told_and_the_rest_counts() {
    let case = Setup { project: "fail-on = \"info\"\nprofile = \n", ..Setup::default() }.resolve();
    assert!(case.told.starts_with("error invalid-setting at pt.toml:2:"), "{}", case.told);
    assert_eq!(case.effective.fail_on.value, Level::Info);
}

#[test]
fn a_file_starts_from_another() {
    let loader = MemoryLoader::new([
        ("shop/api/pt.toml", "extends = \"../pt.toml\"\n[rules]\nstart-race = \"error\"\n"),
        (
            "shop/pt.toml",
            "extends = \"base.toml\"\nfail-on = \"warning\"\n[rules]\nstart-race = \"off\"\neol-image = \"off\"\n",
        ),
        ("shop/base.toml", "extends = \"../shop/pt.toml\"\nbaseline = \"old.json\"\n"),
        ("other/pt.toml", "extends = \"../.ssh/id\"\n"),
    ]);
    let (mut sources, mut found) = (Sources::default(), Diagnostics::default());
    let mut read =
        |path: &str| read_with_bases(&loader, Path::new(path), &rules::ALL, &mut sources, &mut found).unwrap();
    let files = read("shop/api/pt.toml");
    read("other/pt.toml");
    let given = Given { files, rules: rules::ALL.clone(), ..Given::default() };
    let case = Case { effective: resolve(&given, &mut found).unwrap(), told: String::new() };
    assert_eq!((case.say("start-race"), case.say("eol-image")), (Some("error"), Some("off")));
    assert_eq!(case.effective.fail_on.value, Level::Warning);
    assert_eq!(case.effective.baseline.unwrap().value, PathBuf::from("shop/old.json"));
    let told: Vec<String> = found.finish().iter().map(|finding| finding.message.clone()).collect();
    assert_eq!(told, ["`../shop/pt.toml` leads back to this file", "`../.ssh/id` is no TOML file"]);
}

#[test]
fn the_nearest_file_counts_up_to_the_root_of_the_repository() {
    let loader =
        MemoryLoader::new([("/a/pt.toml", ""), ("/a/b/.git/HEAD", ""), ("/a/b/c/pt.toml", ""), ("/a/b/d/x", "")]);
    let nearest = |path: &str| nearest(&loader, Path::new(path));
    assert_eq!(nearest("/a/b/c/e"), Some(PathBuf::from("/a/b/c/pt.toml")));
    assert_eq!(nearest("/a/b/d"), None, "what lies above the repository is another's");
    assert_eq!(nearest("/a/x"), Some(PathBuf::from("/a/pt.toml")));
}

#[test]
fn profiles_are_what_rules_start_from() {
    let case = |setup: Setup<'_>| setup.resolve();
    let prod = case(Setup { flags: profile("prod"), ..Setup::default() });
    assert_eq!(prod.say("image-not-digest-pinned"), Some("error"));
    assert_eq!(prod.say("suppression-without-reason"), Some("error"));
    let project = "profile = \"mine\"\n[rules]\nstart-race = \"off\"\n[profiles.mine]\nextends = \"prod\"\nfail-on = \"warning\"\n\
        [profiles.mine.rules]\nstart-race = \"error\"\nimage-not-digest-pinned = \"info\"\n";
    let mine = case(Setup { project, ..Setup::default() });
    assert_eq!(mine.told, "");
    assert_eq!(mine.say("start-race"), Some("error"));
    assert_eq!(mine.say("image-not-digest-pinned"), Some("info"));
    assert_eq!(mine.say("suppression-without-reason"), Some("error"));
    assert_eq!(mine.effective.fail_on.value, Level::Warning);
    let other = case(Setup { project, flags: profile("dev"), ..Setup::default() });
    assert_eq!(other.say("start-race"), Some("off"));
    assert!(other.effective.lenient);
}

#[test]
fn in_ci_the_profile_is_ci_unless_another_is_named() {
    let named = |setup: Setup<'_>| setup.resolve().effective.profile.map(|profile| profile.value);
    assert_eq!(named(Setup::default()), None);
    assert_eq!(named(Setup { ci: true, ..Setup::default() }).as_deref(), Some("ci"));
    assert_eq!(named(Setup { ci: true, project: "profile = \"prod\"", ..Setup::default() }).as_deref(), Some("prod"));
}

#[test]
fn in_ci_a_project_may_change_the_profile_ci_and_under_a_lock_only_to_be_stricter() {
    let project = "[profiles.ci.rules]\nmutable-image = \"off\"\neol-image = \"error\"\n";
    let case = Setup { ci: true, project, ..Setup::default() }.resolve();
    assert_eq!((case.say("mutable-image"), case.say("eol-image")), (Some("off"), Some("error")));
    let case = Setup { ci: true, locked: true, project, ..Setup::default() }.resolve();
    assert_eq!((case.say("mutable-image"), case.say("eol-image")), (None, Some("error")));
    assert_eq!(case.told.lines().count(), 1, "{}", case.told);
}

#[test]
fn a_profile_that_is_not_there_is_told_where_it_is_named() {
    let told = Setup { project: "profile = \"pord\"", ..Setup::default() }.resolve().told;
    assert_eq!(told, "error invalid-setting at pt.toml:1:11: there is no profile `pord`\n");
    let given = Given { command: vec![profile("pord")], rules: rules::ALL.clone(), ..Given::default() };
    let error = resolve(&given, &mut Diagnostics::default()).unwrap_err();
    assert_eq!((error.name.as_str(), error.help.as_str()), ("pord", "did you mean `prod`?"));
}

/// Everything by which a project or a user might loosen something.
const LOOSE: &str = r#"
profile = "dev"
fail-on = "error"
baseline = "old.json"
allowed-registries = ["docker.io"]
[rules]
pg-trust-auth = "warn"
mutable-image = "off"
eol-image = "info"
locked-setting = "off"
[per-file-ignores]
"**" = ["all"]
"#;

const STRICT: &str = "fail-on = \"warning\"\nallowed-registries = [\"ghcr.io/acme\"]\n";

#[test]
fn with_a_lock_nothing_is_loosened_and_each_attempt_is_told() {
    let case = Setup { project: LOOSE, config: STRICT, locked: true, ..Setup::default() }.resolve();
    insta::assert_snapshot!(case.told, @r"
    warning locked-setting at pt.toml:10:1: `locked-setting` would be `off` here, and is held at `warning`
    warning locked-setting at pt.toml:12:1: findings in `**` would be left alone
    warning locked-setting at pt.toml:2:11: the profile `dev` would take passwords for less than errors
    warning locked-setting at pt.toml:3:1: `fail-on` would be `error` here, and is held at `warning`
    warning locked-setting at pt.toml:4:1: a baseline would leave findings alone
    warning locked-setting at pt.toml:5:1: images would be allowed from more registries
    warning locked-setting at pt.toml:7:1: `pg-trust-auth` would be `warning` here, and is held at `error`
    warning locked-setting at pt.toml:8:1: `mutable-image` would be `off` here, and is held at `error`
    warning locked-setting at pt.toml:9:1: `eol-image` would be `info` here, and is held at `warning`
    ");
    let effective = &case.effective;
    assert!(effective.rules.is_empty() && effective.ignored_files.is_empty() && effective.baseline.is_none());
    assert!(!effective.lenient);
    assert_eq!(effective.fail_on.value, Level::Warning);
    assert_eq!(effective.allowed_registries.as_ref().unwrap().value, ["ghcr.io/acme"]);
}

#[test]
fn the_users_own_file_is_held_by_a_lock_too() {
    let case = Setup { user: LOOSE, config: STRICT, locked: true, ..Setup::default() }.resolve();
    assert_eq!(case.told.lines().count(), 9, "{}", case.told);
    assert!(case.effective.rules.is_empty() && !case.effective.lenient);
}

#[test]
fn without_a_lock_the_same_file_counts() {
    let case = Setup { project: LOOSE, ..Setup::default() }.resolve();
    assert_eq!(case.told, "");
    assert_eq!(case.say("mutable-image"), Some("off"));
    assert!(case.effective.lenient && case.effective.baseline.is_some() && !case.effective.ignored_files.is_empty());
}

#[test]
fn a_lock_lets_everything_be_stricter() {
    let project = "profile = \"prod\"\nfail-on = \"info\"\nallowed-registries = [\"ghcr.io/acme/tools\"]\nsecret-names = [\"*_PIN\"]\n\
        [rules]\nstart-race = \"error\"\n[stateful-images]\n\"ghcr.io/acme/store\" = \"/data\"\n";
    let case = Setup { project, config: "allowed-registries = [\"ghcr.io/acme\"]", locked: true, ..Setup::default() }
        .resolve();
    assert_eq!(case.told, "");
    assert_eq!(case.say("start-race"), Some("error"));
    assert_eq!(case.say("image-not-digest-pinned"), Some("error"));
    assert_eq!(case.effective.fail_on.value, Level::Info);
    assert_eq!(case.effective.allowed_registries.unwrap().value, ["ghcr.io/acme/tools"]);
    assert_eq!((case.effective.secret_names.len(), case.effective.stateful_images.len()), (1, 1));
    let own = |rule: &&'static crate::diagnostic::Rule| ["start-race", "image-not-digest-pinned"].contains(&rule.name);
    assert!(!case.effective.denied.iter().any(own), "what it makes stricter is its own");
}

#[test]
fn an_empty_list_of_registries_allows_all_and_is_held() {
    let (project, config) = ("allowed-registries = []", "allowed-registries = [\"ghcr.io\"]");
    let case = Setup { project, config, locked: true, ..Setup::default() }.resolve();
    assert_eq!(case.effective.allowed_registries.unwrap().value, ["ghcr.io"]);
    let (project, config) = ("allowed-registries = [\"ghcr.io.evil\"]", "allowed-registries = [\"ghcr.io\"]");
    let case = Setup { project, config, locked: true, ..Setup::default() }.resolve();
    assert_eq!(case.effective.allowed_registries.unwrap().value, ["ghcr.io"]);
}

#[test]
fn a_project_cannot_hollow_out_the_profile_of_the_command_line() {
    let project = "[profiles.prod]\nextends = \"dev\"\nfail-on = \"error\"\n[profiles.prod.rules]\nimage-not-digest-pinned = \"off\"\n";
    let case =
        Setup { project, flags: profile("prod"), config: "fail-on = \"warning\"", locked: true, ..Setup::default() }
            .resolve();
    insta::assert_snapshot!(case.told, @r"
    warning locked-setting at pt.toml:2:11: the profile `dev` would take passwords for less than errors
    warning locked-setting at pt.toml:3:1: `fail-on` would be `error` here, and is held at `warning`
    warning locked-setting at pt.toml:5:1: `image-not-digest-pinned` would be `off` here, and is held at `error`
    ");
    assert_eq!(case.say("image-not-digest-pinned"), Some("error"));
    assert!(!case.effective.lenient);
    assert_eq!(case.effective.profile.unwrap().value, "prod");
    let own = Setup { project, flags: profile("prod"), ..Setup::default() }.resolve();
    assert_eq!(own.say("image-not-digest-pinned"), Some("off"), "without a lock the project decides");
}

#[test]
fn with_a_lock_what_makes_a_check_fail_is_denied_unless_the_command_line_lets_it_be() {
    let denied = |setup: Setup<'_>| setup.resolve().effective.denied.iter().map(|rule| rule.name).collect::<Vec<_>>();
    let flags = || flag("start-race", Say::At(Level::Error));
    assert!(denied(Setup { flags: flags(), ..Setup::default() }).is_empty());
    let usual = denied(Setup { locked: true, ..Setup::default() });
    assert!(usual.contains(&"pg-trust-auth") && !usual.contains(&"start-race"), "{usual:?}");
    assert!(denied(Setup { flags: flags(), locked: true, ..Setup::default() }).contains(&"start-race"));
    let off = denied(Setup { flags: flag("pg-trust-auth", Say::Off), locked: true, ..Setup::default() });
    assert!(!off.contains(&"pg-trust-auth"), "{off:?}");
    let prod = denied(Setup { flags: profile("prod"), locked: true, ..Setup::default() });
    let closed = ["image-not-digest-pinned", "suppression-without-reason", "pg-trust-auth"];
    assert!(closed.iter().all(|rule| prod.contains(rule)), "{prod:?}");
    let warnings = denied(Setup { config: "fail-on = \"warning\"", locked: true, ..Setup::default() });
    assert!(warnings.contains(&"env-not-string") && !usual.contains(&"env-not-string"), "{warnings:?}");
    let project = "[rules]\nstart-race = \"error\"\n";
    assert!(!denied(Setup { project, locked: true, ..Setup::default() }).contains(&"start-race"), "its own is its own");
}

#[test]
fn what_the_command_line_loosens_stays_loose_under_a_lock() {
    let project = "[rules]\nstart-race = \"error\"\nmutable-image = \"off\"\n";
    let case = Setup { project, flags: flag("start-race", Say::Off), locked: true, ..Setup::default() }.resolve();
    assert_eq!(case.say("start-race"), Some("off"), "a flag comes before the project");
    assert_eq!(
        case.told,
        "warning locked-setting at pt.toml:3:1: `mutable-image` would be `off` here, and is held at `error`\n"
    );
}
