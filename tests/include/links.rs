//! Symbolic links on a real disk.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use polytope::source::DiskLoader;

use crate::faults::faults;
use crate::project::{checked_by, tool};

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// What checking the project finds, with its directory left out.
fn found(root: &Path) -> String {
    faults(&checked_by(&DiskLoader, &root.join("polytope.yml"))).replace(&format!("{}/", root.display()), "")
}

#[test]
fn a_link_inside_of_the_project_is_followed_and_read_once() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "polytope.yml", "include: [api, again, file.yml]\n");
    write(root.path(), "api/polytope.yml", &tool("api", "busybox:1.36"));
    symlink("api", root.path().join("again")).unwrap();
    symlink("api/polytope.yml", root.path().join("file.yml")).unwrap();
    assert_eq!(found(root.path()), "");
    assert_eq!(checked_by(&DiskLoader, &root.path().join("polytope.yml")).documents.files().len(), 2);
}

#[test]
fn a_link_out_of_the_project_is_refused() {
    let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(outside.path(), "polytope.yml", &tool("api", "busybox:1.36"));
    write(root.path(), "polytope.yml", "include: [out, files/one.yml]\n");
    fs::create_dir(root.path().join("files")).unwrap();
    symlink(outside.path(), root.path().join("out")).unwrap();
    symlink(outside.path().join("polytope.yml"), root.path().join("files/one.yml")).unwrap();
    insta::assert_snapshot!(found(root.path()), @"
    error include-not-found at polytope.yml:1:11: `out/polytope.yml` is a link that leads out of the project
        help: replace the link by what it points to
    error include-not-found at polytope.yml:1:16: `files/one.yml` is a link that leads out of the project
        help: replace the link by what it points to
    ");
}

#[test]
fn a_link_that_git_wrote_as_text_is_named() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "polytope.yml", "include: [api]\n");
    write(root.path(), "api/polytope.yml", "samples/config-files/api.yml");
    insta::assert_snapshot!(found(root.path()), @"
    error wrong-type at api/polytope.yml:1:1: this file holds nothing but the path `samples/config-files/api.yml`
        help: check it out as a link (`git config core.symlinks true`), or write `include: [samples/config-files/api.yml]` here
    ");
}

#[test]
fn a_fetched_repository_cannot_be_a_link_to_somewhere_else() {
    let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let commit = "0123456789abcdef0123456789abcdef01234567";
    write(outside.path(), "polytope.yml", &tool("api", "busybox:1.36"));
    write(root.path(), "pt.lock", &format!("version: 1\nincludes: [{{repo: gh:acme/tools, commit: {commit}}}]\n"));
    write(root.path(), "polytope.yml", "include: [{repo: gh:acme/tools}]\n");
    fs::create_dir_all(root.path().join(".polytope/include")).unwrap();
    symlink(outside.path(), root.path().join(format!(".polytope/include/acme+tools@{commit}"))).unwrap();
    let found = found(root.path());
    assert!(found.contains("is a link that leads out of the project") && found.starts_with("error"), "{found}");
}

#[test]
fn a_pipe_is_no_file_to_include() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "polytope.yml", "include: [api.yml]\n");
    let fifo = rustix::fs::FileType::Fifo;
    rustix::fs::mknodat(rustix::fs::CWD, root.path().join("api.yml"), fifo, rustix::fs::Mode::RUSR, 0).unwrap();
    let found = found(root.path());
    assert!(found.contains("`api.yml` cannot be included: not a regular file"), "{found}");
}
