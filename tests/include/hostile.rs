//! Repositories that nobody should trust, and calls that are killed.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::place::{Place, git};
use crate::project::tool;

fn place() -> Place {
    let place = Place::new("tools: {}\n");
    place.repository("acme/tools").commit(&[("polytope.yml", &tool("api", "busybox:1.36"))]);
    place
}

/// Nothing of a refused fetch is there.
#[track_caller]
fn untouched(place: &Place) {
    assert_eq!(place.fetched(), Vec::<String>::new());
    assert!(!place.project().join("pt.lock").exists());
    assert_eq!(place.text("polytope.yml"), "tools: {}\n");
}

#[test]
fn a_link_out_of_the_repository_refuses_all_of_it() {
    for (path, target) in [("link", "/etc/passwd"), ("a/link", "../../../../etc/passwd"), ("link", "..")] {
        let place = place();
        let repository = place.repository("acme/tools");
        fs::create_dir_all(repository.work.join("a")).unwrap();
        symlink(target, repository.work.join(path)).unwrap();
        repository.commit_all();
        let said = place.refused(&["include", "add", "gh:acme/tools"]);
        assert!(said.contains(&format!("gh:acme/tools is refused: the link `{path}` leads out of it")), "{said}");
        untouched(&place);
    }
}

#[test]
fn a_link_that_leads_out_through_another_link_is_refused() {
    let place = place();
    let repository = place.repository("acme/tools");
    fs::create_dir_all(repository.work.join("a/b")).unwrap();
    // By its words `deep/../../x` stays inside; through the link it does not.
    symlink("a/b/../..", repository.work.join("a/b/up")).unwrap();
    symlink(".", repository.work.join("here")).unwrap();
    fs::create_dir_all(repository.work.join("c/d")).unwrap();
    symlink("../../here/../project/polytope.yml", repository.work.join("c/d/out")).unwrap();
    repository.commit_all();
    let said = place.command(&["include", "add", "gh:acme/tools"]).output().unwrap();
    let inside = |path: &Path| {
        path.canonicalize()
            .is_ok_and(|real| !real.starts_with(place.project().join(".polytope").canonicalize().unwrap()))
    };
    for name in place.fetched() {
        let root = place.project().join(".polytope/include").join(name);
        assert!(
            !inside(&root.join("c/d/out")) && !inside(&root.join("a/b/up")),
            "{}",
            String::from_utf8_lossy(&said.stderr)
        );
    }
}

#[test]
fn a_link_inside_stays() {
    let place = place();
    let repository = place.repository("acme/tools");
    symlink("polytope.yml", repository.work.join("link")).unwrap();
    let commit = repository.commit_all();
    place.pt(&["include", "add", "gh:acme/tools"]);
    let link = place.project().join(format!(".polytope/include/acme+tools@{commit}/link"));
    assert_eq!(fs::read_link(link).unwrap(), Path::new("polytope.yml"));
}

#[test]
fn nothing_of_a_repository_is_executed() {
    let place = place();
    let repository = place.repository("acme/tools");
    let canary = place.project().join("canary");
    let touch = format!("touch {}", canary.display());
    fs::write(repository.work.join(".gitattributes"), "* filter=evil\n").unwrap();
    fs::write(
        repository.work.join(".gitmodules"),
        format!("[submodule \"x\"]\n\tpath = x\n\turl = ext::sh -c '{touch}'\n"),
    )
    .unwrap();
    repository.commit_all();
    // A home whose git would run filters and hooks.
    let home = place.project().parent().unwrap().join("home");
    let hooks = home.join("hooks");
    fs::create_dir(&hooks).unwrap();
    for hook in ["post-checkout", "reference-transaction", "post-merge"] {
        fs::write(hooks.join(hook), format!("#!/bin/sh\n{touch}\n")).unwrap();
        fs::set_permissions(hooks.join(hook), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let config =
        format!("[filter \"evil\"]\n\tsmudge = sh -c '{touch}; cat'\n[core]\n\thooksPath = {}\n", hooks.display());
    fs::write(home.join(".gitconfig"), config).unwrap();
    place.pt(&["include", "add", "gh:acme/tools"]);
    assert!(!canary.exists());
}

#[test]
fn submodules_are_left_out() {
    let place = place();
    let repository = place.repository("acme/tools");
    let commit = git(&repository.work, &["rev-parse", "HEAD"]);
    git(&repository.work, &["update-index", "--add", "--cacheinfo", &format!("160000,{commit},sub")]);
    git(&repository.work, &["commit", "--quiet", "-m", "x"]);
    repository.push("main");
    let said = place.pt(&["include", "add", "gh:acme/tools"]);
    assert!(said.contains("the submodule sub is left out"), "{said}");
}

#[test]
fn the_folder_cannot_be_a_link_to_somewhere_else() {
    let place = place();
    let outside = tempfile::tempdir().unwrap();
    symlink(outside.path(), place.project().join(".polytope")).unwrap();
    assert!(place.refused(&["include", "add", "gh:acme/tools"]).contains("is a link that leads out of the project"));
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
}

#[test]
fn other_transports_than_https_ssh_and_the_one_that_is_set_are_refused() {
    let place = place();
    for url in ["ext::sh -c id", "git://example.com", "-x", "ftp://example.com"] {
        let output = place.command(&["include", "add", "gh:acme/tools"]).env("PT_GITHUB_URL", url).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains("PT_GITHUB_URL must begin with"), "{said}");
    }
    let url = "https://me:canary@example.com";
    let output = place.command(&["include", "add", "gh:acme/tools"]).env("PT_GITHUB_URL", url).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("PT_GITHUB_URL holds a password") && !said.contains("canary"), "{said}");
    untouched(&place);
}

/// A `git` that waits for ever before the command of this name, and is the real one for all others.
fn slow_git(place: &Place, command: &str) -> std::ffi::OsString {
    let bin = place.project().parent().unwrap().join("bin");
    fs::create_dir_all(&bin).unwrap();
    let path = std::env::var("PATH").unwrap();
    let text = format!(
        "#!/bin/sh\nfor word in \"$@\"; do [ \"$word\" = {command} ] && {{ touch {0}/reached; exec sleep 20; }}; done\nPATH='{path}' exec git \"$@\"\n",
        bin.display()
    );
    fs::write(bin.join("git"), text).unwrap();
    fs::set_permissions(bin.join("git"), fs::Permissions::from_mode(0o755)).unwrap();
    format!("{}:{path}", bin.display()).into()
}

#[test]
fn a_call_that_is_killed_leaves_nothing_half_written() {
    for command in ["init", "fetch", "ls-tree", "cat-file"] {
        let place = place();
        let path = slow_git(&place, command);
        let mut child = place.command(&["include", "add", "gh:acme/tools"]).env("PATH", path).spawn().unwrap();
        let (reached, since) = (place.project().parent().unwrap().join("bin/reached"), Instant::now());
        while !reached.exists() {
            assert!(since.elapsed() < Duration::from_secs(30), "`git {command}` was never called");
            std::thread::sleep(Duration::from_millis(5));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(place.fetched().iter().all(|name| name.starts_with(".fetching-")), "{:?}", place.fetched());
        assert!(!place.project().join("pt.lock").exists());
        assert_eq!(place.text("polytope.yml"), "tools: {}\n");
        place.pt(&["include", "add", "gh:acme/tools"]);
        assert!(place.fetched().iter().all(|name| name.starts_with("acme+tools@")), "{:?}", place.fetched());
        place.pt(&["check"]);
    }
}

#[test]
fn many_calls_at_once_wait_for_each_other() {
    let place = place();
    place.repository("acme/more").commit(&[("polytope.yml", &tool("more", "busybox:1.36"))]);
    let children: Vec<_> = (0..4)
        .map(|index| {
            let name = if index % 2 == 0 { "gh:acme/tools" } else { "gh:acme/more" };
            place.command(&["-q", "include", "add", name]).spawn().unwrap()
        })
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(place.fetched().len(), 2);
    assert_eq!(place.text("pt.lock").matches("commit:").count(), 2);
    assert_eq!(place.text("polytope.yml").matches("repo:").count(), 2);
}
