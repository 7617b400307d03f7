//! What the door lets in, and what it does not.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::os::unix::fs::symlink;

use super::*;

fn project() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join("shop/sub/.git")).unwrap();
    fs::create_dir_all(root.path().join("shop/.git")).unwrap();
    fs::write(root.path().join("outside.yml"), "outside").unwrap();
    fs::write(root.path().join("shop/inside.yml"), "inside").unwrap();
    fs::write(root.path().join("shop/.git/config"), "token").unwrap();
    root
}

#[test]
fn a_link_is_followed_inside_of_the_project_only() {
    let root = project();
    let at = |name: &str| root.path().join("shop").join(name);
    let through = |target: &Path| {
        let _ = fs::remove_file(at("polytope.yml"));
        symlink(target, at("polytope.yml")).unwrap();
        read(&at("polytope.yml"), 100).map(|bytes| String::from_utf8(bytes).unwrap())
    };
    assert_eq!(through(Path::new("inside.yml")).unwrap(), "inside");
    assert_eq!(through(&at("inside.yml")).unwrap(), "inside", "an absolute link may stay inside, too");
    assert!(matches!(through(Path::new("../outside.yml")), Err(LoadError::LeadsOut)));
    assert!(matches!(through(&root.path().join("outside.yml")), Err(LoadError::LeadsOut)));
    assert!(matches!(through(Path::new("/proc/self/environ")), Err(LoadError::LeadsOut)));
    assert!(matches!(through(Path::new("/dev/zero")), Err(LoadError::LeadsOut)));
    assert!(matches!(through(Path::new(".git/config")), Err(LoadError::LeadsOut)));
    assert!(matches!(through(Path::new("nothing.yml")), Err(LoadError::Dangling)));
    assert!(matches!(through(Path::new(".")), Err(LoadError::NotAFile)));
}

#[test]
fn a_folder_that_is_a_link_leads_out_as_well_even_into_another_project() {
    let root = project();
    let other = root.path().join("other");
    fs::create_dir_all(other.join(".git")).unwrap();
    fs::write(other.join("polytope.yml"), "theirs").unwrap();
    symlink(&other, root.path().join("shop/apps")).unwrap();
    assert!(matches!(read(&root.path().join("shop/apps/polytope.yml"), 100), Err(LoadError::LeadsOut)));
    assert_eq!(list(&root.path().join("shop/apps")), Vec::<String>::new());
    assert_eq!(read(&other.join("polytope.yml"), 100).unwrap(), b"theirs");
    // The user's own way to a project may be a link.
    symlink(&other, root.path().join("way")).unwrap();
    assert_eq!(read(&root.path().join("way/polytope.yml"), 100).unwrap(), b"theirs");
}

#[test]
fn without_a_repository_the_folder_of_the_blueprint_is_the_fence() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path().canonicalize().unwrap();
    fs::create_dir_all(root.join("shop/config")).unwrap();
    fs::write(root.join("shop/polytope.yml"), "").unwrap();
    assert_eq!(fence(&root.join("shop/config/values.yml")), root.join("shop"));
    assert_eq!(fence(&root.join("shop/config/../../other/a.yml")), root.join("other"));
    fs::create_dir_all(root.join(".git")).unwrap();
    assert_eq!(fence(&root.join("shop/config/values.yml")), root);
}

#[test]
fn only_regular_files_of_a_bounded_size_are_read_and_nothing_waits() {
    let root = project();
    let shop = root.path().join("shop");
    let pipe = rustix::fs::FileType::Fifo;
    rustix::fs::mknodat(CWD, shop.join("pipe"), pipe, Mode::from_raw_mode(0o600), 0).unwrap();
    assert!(matches!(read(&shop.join("pipe"), 100), Err(LoadError::NotAFile)));
    assert!(matches!(read(&shop, 100), Err(LoadError::NotAFile)));
    assert!(matches!(read(&shop.join("inside.yml"), 5), Err(LoadError::TooLarge { size: 6, limit: 5 })));
    assert!(matches!(read(&shop.join("nothing"), 5), Err(LoadError::NotFound)));
}

#[test]
fn kernels_without_the_call_walk_the_same_way() {
    let root = project();
    let shop = root.path().join("shop").canonicalize().unwrap();
    symlink("..", shop.join("up")).unwrap();
    assert!(open_beneath(&shop, Path::new("up/outside.yml")).is_err());
    assert!(open_beneath(&shop, Path::new("inside.yml")).is_ok());
    assert!(open_beneath(&shop, Path::new("../outside.yml")).is_err());
}
