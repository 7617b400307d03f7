//! The order of the sources, and what each of them may and may not do.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::os::unix::fs::symlink;

use super::*;
use crate::store::EntryOrigin;
use crate::store::testing::Home;

fn layers(home: &Home, variables: &[(&str, &str)]) -> Layers {
    let environment = home.environment_with(variables);
    Layers::new(ProjectStore::open(&environment, &home.key()).unwrap(), environment).unwrap()
}

fn resolve(layers: &Layers, name: &str) -> String {
    layers.resolve(&BTreeSet::from([name.to_owned()])).unwrap()[name].expose().to_owned()
}

#[test]
fn values_come_from_argument_variable_store_and_project_in_this_order() {
    let home = Home::new();
    let seen = |layers: &Layers| {
        let snapshot = layers.snapshot().unwrap();
        let entry = snapshot.value("api-port").unwrap();
        format!("{} from {}", entry.value, entry.origin)
    };
    home.write("config/values.yml", "api-port: 1\n");
    assert_eq!(seen(&layers(&home, &[])), "1 from `config/values.yml`");
    home.store().values().set("api-port", "2").unwrap();
    assert_eq!(seen(&layers(&home, &[])), "2 from the store");
    let with_variable = layers(&home, &[("PT_VALUE_API_PORT", "3")]);
    assert_eq!(seen(&with_variable), "3 from `PT_VALUE_API_PORT`");
    let given = BTreeMap::from([("api-port".to_owned(), "4".to_owned())]);
    assert_eq!(seen(&with_variable.with_values(given).unwrap()), "4 from the command line");
}

#[test]
fn secrets_come_from_file_variable_store_and_project_in_this_order() {
    let home = Home::new();
    let seen = |layers: &Layers| {
        let snapshot = layers.snapshot().unwrap();
        format!("{} from {}", resolve(layers, "api-key"), snapshot.secret("api-key").unwrap())
    };
    home.write("config/secrets.yml", "api-key: one\n");
    assert_eq!(seen(&layers(&home, &[])), "one from `config/secrets.yml`");
    home.store().secrets().set("api-key", &"two".into(), EntryOrigin::Stdin).unwrap();
    assert_eq!(seen(&layers(&home, &[])), "two from the store");
    home.write("ci.json", r#"{"api-key": "three"}"#);
    let ci = home.path("shop/ci.json").into_os_string().into_string().unwrap();
    let from_file = [("PT_SECRETS_FILE", ci.as_str())];
    assert_eq!(seen(&layers(&home, &from_file)), format!("three from `{ci}`"));
    let variables = [from_file[0], ("PT_SECRET_API_KEY", "four")];
    assert_eq!(seen(&layers(&home, &variables)), "four from `PT_SECRET_API_KEY`");
    home.write("a.env", "api-key=five\n");
    home.write("b.yml", "api-key: six\n");
    let paths = [home.path("shop/a.env"), home.path("shop/b.yml")];
    let explicit = layers(&home, &variables).with_secret_files(&paths).unwrap();
    assert_eq!(seen(&explicit), format!("six from `{}`", paths[1].display()));
}

#[test]
fn all_missing_secrets_are_named_together() {
    let home = Home::new();
    let names = ["c", "a", "b"].map(str::to_owned).into_iter().collect();
    let error = layers(&home, &[("PT_SECRET_B", "x"), ("PT_SECRET_C", "")]).resolve(&names).unwrap_err();
    assert!(matches!(&error, StoreError::Missing { secrets } if secrets == &["a", "c"]), "{error:?}");
    assert!(!home.path("data").exists() && !home.path("config").exists());
}

#[test]
fn needs_no_key_for_what_is_not_in_the_store() {
    let home = Home::new();
    home.store().secrets().set("stored", &"one".into(), EntryOrigin::Stdin).unwrap();
    fs::remove_file(home.path("config/pt/identity")).unwrap();
    let layers = layers(&home, &[("PT_SECRET_STORED", "two"), ("PT_SECRET_OTHER", "three")]);
    assert_eq!(layers.snapshot().unwrap().secrets().len(), 2);
    assert_eq!(resolve(&layers, "stored"), "two");
    assert_eq!(resolve(&layers, "other"), "three");
}

#[test]
fn the_snapshot_lists_names_and_holds_no_secret() {
    let home = Home::new();
    home.write("config/secrets.yml", "from-project: canary-1\nunset:\nempty: ''\n");
    home.store().secrets().set("from-store", &"canary-2".into(), EntryOrigin::Stdin).unwrap();
    home.write("x.env", "FROM_FILE=canary-3\nEMPTY=\n");
    let layers = layers(&home, &[("PT_SECRET_FROM_VARIABLE", "canary-4")]);
    let layers = layers.with_secret_files(&[home.path("shop/x.env")]).unwrap();
    let snapshot = layers.snapshot().unwrap();
    let names: Vec<String> = snapshot.secrets().into_keys().collect();
    assert_eq!(names, ["FROM_FILE", "from-project", "from-store", "from-variable"]);
    let shown = format!("{snapshot:?} {layers:?}");
    assert!(!shown.contains("canary"), "{shown}");
}

#[test]
fn a_variable_that_fits_two_names_is_an_error() {
    let home = Home::new();
    home.write("config/values.yml", "a-b: x\na_b: y\n");
    layers(&home, &[]).snapshot().unwrap();
    let error = layers(&home, &[("PT_VALUE_A_B", "z")]).snapshot().unwrap_err();
    assert_eq!(error.to_string(), "`PT_VALUE_A_B` would set both `a-b` and `a_b`");
    let names = ["x-y", "x_y"].map(str::to_owned).into_iter().collect();
    let error = layers(&home, &[("PT_SECRET_X_Y", "z")]).resolve(&names).unwrap_err();
    assert!(error.to_string().contains("`x-y` and `x_y`"), "{error}");
}

#[test]
fn a_broken_project_file_is_named_with_its_place_and_no_content() {
    let home = Home::new();
    home.write("config/secrets.yml", "a: b\nc: [canary]\n");
    let error = layers(&home, &[]).snapshot().unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(shown.contains("config/secrets.yml:2:4`: expected a text for `c`") && !shown.contains("canary"), "{shown}");
}

#[test]
fn project_files_that_lead_out_or_are_none_are_refused() {
    let home = Home::new();
    fs::write(home.path("outside"), "a: canary\n").unwrap();
    home.write("config/x", "");
    let path = home.path("shop/config/values.yml");
    symlink(home.path("outside"), &path).unwrap();
    let error = layers(&home, &[]).snapshot().unwrap_err();
    assert!(error.to_string().contains("a link that leads out of the project"), "{error}");
    fs::remove_file(&path).unwrap();
    symlink("/nonexistent", &path).unwrap();
    assert!(layers(&home, &[]).snapshot().is_err());
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let error = layers(&home, &[]).snapshot().unwrap_err();
    assert!(error.to_string().contains("not a regular file"), "{error}");
}

#[test]
fn a_named_file_that_is_missing_is_an_error() {
    let home = Home::new();
    let error = layers(&home, &[]).with_secret_files(&[home.path("absent.env")]).unwrap_err();
    assert!(matches!(error, StoreError::NoSuchFile { .. }), "{error:?}");
}

#[test]
fn a_secret_file_may_be_a_pipe_and_is_read_once() {
    let home = Home::new();
    let path = home.path("pipe");
    let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
    rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| fs::write(&path, "A=one\n").unwrap());
        let layers = layers(&home, &[]).with_secret_files(&[&path]).unwrap();
        assert_eq!(layers.snapshot().unwrap().secrets().len(), 1);
        assert_eq!(resolve(&layers, "A"), "one");
    });
}

#[test]
fn contents_that_no_container_can_take_are_refused_by_name() {
    let home = Home::new();
    home.write("config/secrets.yml", "a: \"nul\\0canary\"\n");
    let error = layers(&home, &[]).resolve(&BTreeSet::from(["a".to_owned()])).unwrap_err();
    assert!(error.to_string().contains("the content of `a`") && !error.to_string().contains("canary"), "{error}");
}
