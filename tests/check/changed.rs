//! `pt check --changed`: what git says, whatever it is told to say, and no base without a word.

use std::fs;
use std::os::unix::fs::symlink;

use crate::site::{Ran, Site};

const LATEST: &str = "modules:\n  - {id: a, module: polytope/container, args: {image: busybox}}\n";
const CLEAN: &str = "modules:\n  - {id: a, module: polytope/container, args: {image: \"busybox:1.36\"}}\n";

#[test]
fn only_what_changed_is_looked_at() {
    let site = Site::new(&[
        ("a/polytope.yml", "include: [part]\nmodules: []\n"),
        ("a/part/polytope.yml", CLEAN),
        ("b/polytope.yml", LATEST),
    ]);
    fs::remove_dir(site.path(".git")).unwrap();
    let lonely = site.check(&["--changed"]).ends_with(2);
    assert!(lonely.err().contains("`--changed` needs a git repository"), "{}", lonely.err());
    site.git(&["init", "--quiet"]);
    site.git(&["add", "."]);
    site.git(&["commit", "--quiet", "-m", "one"]);
    let nothing = site.pt(&["check", "--changed"]).ends_with(0);
    assert!(nothing.err().starts_with("no blueprint changed since "), "{}", nothing.err());
    // A changed part is told with the project that includes it.
    site.write("a/part/polytope.yml", LATEST);
    let part = site.check(&["--changed"]).ends_with(1).out();
    assert_eq!(
        part,
        "a/part/polytope.yml:2:55: error[mutable-image] the image `busybox` has no tag, which means `latest`\n"
    );
    site.git(&["commit", "--quiet", "-a", "-m", "two"]);
    site.check(&["--changed"]).ends_with(0);
    site.check(&["--changed=HEAD~1", "."]).ends_with(1);
    site.write("c/polytope.yml", LATEST);
    let new = site.check(&["--changed"]).ends_with(1).out();
    assert!(new.starts_with("c/polytope.yml:") && !new.contains("b/polytope.yml"), "{new}");
    site.write("b/pt.toml", "");
    assert!(site.check(&["--changed"]).ends_with(1).out().contains("b/polytope.yml"), "its settings changed");
    site.check(&["--changed=nowhere"]).ends_with(2);
}

/// A repository with one commit on `main`, and a branch `work` on top of it.
fn branched(files: &[(&str, &str)]) -> Site {
    let site = Site::new(files);
    fs::remove_dir(site.path(".git")).unwrap();
    site.git(&["init", "--quiet"]);
    commit(&site);
    site.git(&["checkout", "--quiet", "-b", "work"]);
    site
}

fn commit(site: &Site) {
    site.git(&["add", "--force", "."]);
    site.git(&["commit", "--quiet", "--allow-empty", "-m", "more"]);
}

/// What a CI service gets: a commit by itself, of a clone that was cut off after `depth` commits.
fn checked_out(site: &Site, depth: &str) -> Site {
    // The default branch of a clone is the one that is checked out where it comes from.
    site.git(&["checkout", "--quiet", "main"]);
    let clone = Site::new(&[]);
    fs::remove_dir(clone.path(".git")).unwrap();
    let from = format!("file://{}", site.path("").display());
    clone.git(&["clone", "--quiet", "--depth", depth, "--no-single-branch", "--branch", "work", &from, "."]);
    clone.git(&["checkout", "--quiet", "--detach"]);
    clone
}

#[test]
fn a_clone_that_was_cut_off_has_no_base_and_says_how_to_fetch_it() {
    let site = branched(&[("polytope.yml", CLEAN)]);
    site.write("polytope.yml", LATEST);
    commit(&site);
    let clone = checked_out(&site, "1");
    let told = |ran: Ran| ran.ends_with(2).err();
    let plain = told(clone.check(&["--changed"]));
    assert!(plain.contains("fetch-depth: 0"), "{plain}");
    let check = ["check", "-o", "concise", "--changed"];
    for variables in [
        &[("GITHUB_BASE_REF", "main")][..],
        &[("GITHUB_BASE_REF", "release")],
        &[("CI_MERGE_REQUEST_DIFF_BASE_SHA", "1234567890123456789012345678901234567890")],
        &[("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main")],
        &[("CI", "true")],
    ] {
        let refused = told(clone.pt_with(variables, &check));
        assert!(refused.contains("fetch-depth: 0") && refused.contains("--changed=COMMIT"), "{variables:?} {refused}");
    }
    let whole = checked_out(&site, "10");
    let found = whole.check(&["--changed"]).ends_with(1).out();
    assert!(found.contains("mutable-image"), "{found}");
}

#[test]
fn a_commit_by_itself_that_is_a_part_of_the_default_branch_is_no_good_news() {
    let site = branched(&[("polytope.yml", LATEST)]);
    site.git(&["checkout", "--quiet", "--detach", "main"]);
    let refused = site.check(&["--changed"]).ends_with(2).err();
    assert!(refused.contains("nothing to compare with") && refused.contains("--changed=HEAD~1"), "{refused}");
    site.git(&["checkout", "--quiet", "main"]);
    site.check(&["--changed"]).ends_with(0);
    let in_ci = site.pt_with(&[("CI", "true")], &["check", "--changed"]).ends_with(2).err();
    assert!(in_ci.contains("nothing to compare with"), "{in_ci}");
    // Several branches, and none that is called as default branches are.
    site.git(&["branch", "--quiet", "-m", "main", "trunk"]);
    let unknown = site.check(&["--changed"]).ends_with(2).err();
    assert!(unknown.contains("which branch is the default one"), "{unknown}");
    site.git(&["branch", "--quiet", "-D", "work"]);
    site.check(&["--changed"]).ends_with(0);
}

#[test]
fn ci_services_tell_the_base_and_zeros_are_none() {
    let site = branched(&[("polytope.yml", CLEAN), ("b/polytope.yml", CLEAN)]);
    site.git(&["branch", "--quiet", "release"]);
    site.write("b/polytope.yml", LATEST);
    commit(&site);
    let base = site.git_line(&["rev-parse", "main"]);
    // The default branch holds the change already: only the variable leads to it.
    site.git(&["branch", "--quiet", "--force", "main", "work"]);
    let check = ["check", "-o", "concise", "--changed"];
    site.pt_with(&[("CI", "true")], &check).ends_with(2);
    let event = site.root.path().join("event.json");
    fs::write(&event, format!(r#"{{"before": "{base}", "after": "x"}}"#)).unwrap();
    let event = event.to_str().unwrap();
    let zeros = "0000000000000000000000000000000000000000";
    for variables in [
        &[("GITHUB_BASE_REF", "release")][..],
        &[("GITHUB_EVENT_PATH", event)],
        &[("CI_MERGE_REQUEST_DIFF_BASE_SHA", &base), ("CI_COMMIT_BEFORE_SHA", zeros)],
        &[("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "release")],
        &[("CI_COMMIT_BEFORE_SHA", &base)],
        &[("BITBUCKET_PR_DESTINATION_BRANCH", "release")],
        &[("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/release")],
        &[("BUILDKITE_PULL_REQUEST_BASE_BRANCH", "release")],
        &[("CHANGE_TARGET", "release"), ("CHANGE_ID", "7")],
        &[("GIT_PREVIOUS_SUCCESSFUL_COMMIT", &base), ("JENKINS_URL", "http://ci")],
    ] {
        let found = site.pt_with(&[variables, &[("CI", "true")]].concat(), &check).ends_with(1).out();
        assert!(found.starts_with("b/polytope.yml:") && !found.contains("\npolytope.yml"), "{variables:?} {found}");
    }
    site.pt_with(&[("CI", "true"), ("CI_COMMIT_BEFORE_SHA", zeros)], &check).ends_with(2);
}

#[test]
fn what_is_gone_or_moved_concerns_the_projects_that_included_it() {
    for case in ["deleted", "moved", "settings", "link"] {
        let site = branched(&[
            ("a/polytope.yml", "include: [part, ./extra.yml]\nmodules: []\n"),
            ("a/part/polytope.yml", CLEAN),
            ("a/extra.yml", "modules: []\n"),
            ("a/pt.toml", "[rules]\nunused-module = \"off\"\n"),
            ("b/polytope.yml", LATEST),
        ]);
        symlink("polytope.yml", site.path("a/linked.yml")).unwrap();
        commit(&site);
        site.git(&["branch", "--quiet", "--force", "main", "work"]);
        match case {
            "deleted" => site.git(&["rm", "--quiet", "a/part/polytope.yml"]),
            "moved" => site.git(&["mv", "a/extra.yml", "a/other.yml"]),
            "settings" => site.git(&["rm", "--quiet", "a/pt.toml"]),
            _ => site.write("a/part/polytope.yml", LATEST),
        }
        commit(&site);
        let seen = site.pt(&["check", "--changed"]);
        assert!(!seen.err().contains("no blueprint changed"), "{case}: {}", seen.err());
        let code = i32::from(case != "settings");
        assert!(!seen.ends_with(code).out().contains("b/polytope.yml"), "{case}");
    }
}

#[test]
fn settings_of_git_and_files_that_hide_others_change_nothing() {
    let site =
        branched(&[("apps/x/polytope.yml", CLEAN), ("b/polytope.yml", CLEAN), ("b/\u{fc} \"q\"/polytope.yml", CLEAN)]);
    for (key, value) in [
        ("diff.relative", "true"),
        ("diff.noprefix", "true"),
        ("diff.external", "/bin/false"),
        ("diff.renames", "copies"),
        ("core.quotePath", "true"),
        ("status.showUntrackedFiles", "no"),
    ] {
        site.git(&["config", key, value]);
    }
    site.write(".gitignore", "b/\n");
    site.write(".ignore", "*\n");
    site.write("b/polytope.yml", LATEST);
    site.write("b/\u{fc} \"q\"/polytope.yml", LATEST);
    site.git(&["add", "--update"]);
    commit(&site);
    let found = site.check(&["--changed"]).ends_with(1).out();
    assert_eq!(found.lines().filter(|line| line.contains("mutable-image")).count(), 2, "{found}");
    let all = site.check(&["."]).ends_with(1).out();
    assert!(all.contains("b/polytope.yml:"), "{all}");
    let below =
        site.pt_with(&[("GIT_LITERAL_PATHSPECS", "1")], &["-C", "apps/x", "check", "--changed=main", "../../b"]);
    below.ends_with(1);
}
