//! Init scripts: in order, on the first start alone, and all of them or no data at all.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use crate::ground::{Ground, PASSWORD, everybody, somebody};

/// A packed script.
fn packed(ground: &Ground, program: &str, name: &str, text: &str) {
    let plain = ground.write("plain.sql", text);
    let input = fs::File::open(plain).unwrap();
    let output = Command::new(program).arg("-c").stdin(input).stderr(Stdio::inherit()).output();
    let output = output.unwrap_or_else(|error| panic!("`{program}` is not installed: {error}"));
    assert!(output.status.success());
    let path = ground.write(&format!("scripts/{name}"), "");
    fs::write(path, output.stdout).unwrap();
}

#[test]
fn all_kinds_of_scripts_run_in_the_order_of_their_names_and_once() {
    for who in everybody() {
        let ground = Ground::new(who);
        let note = |what: &str| format!("insert into ran (what) values ('{what}');\n");
        ground.write("scripts/10-first.sql", "create table ran (place serial, what text);\n\\set x 1\n");
        let executed = ground.write(
            "scripts/20-executed.sh",
            "#!/bin/sh\npsql -v ON_ERROR_STOP=1 --username \"$POSTGRES_USER\" --dbname \"$POSTGRES_DB\" -c \"insert into ran (what) values ('executed')\"\n",
        );
        fs::set_permissions(&executed, fs::Permissions::from_mode(0o755)).unwrap();
        ground.write("scripts/30-sourced.sh", "docker_process_sql <<<\"insert into ran (what) values ('sourced')\"\n");
        packed(&ground, "gzip", "40-packed.sql.gz", &note("gz"));
        packed(&ground, "xz", "50-packed.sql.xz", &note("xz"));
        packed(&ground, "zstd", "60-packed.sql.zst", &note("zst"));
        ground.write("scripts/70-plain.sql", &note("plain"));
        ground.write("scripts/README.md", "not a script");
        let scripts = ground.path("scripts");
        let arguments = ["--scripts", scripts.to_str().unwrap(), "--user", "app", "--database", "shop"];
        let served = ground.first(&arguments).serve();
        let order = "select string_agg(what, ' ' order by place) from ran";
        let expected = "executed sourced gz xz zst plain";
        assert_eq!(served.ask("app", "shop", PASSWORD, order).as_deref(), Ok(expected), "{who:?}");
        served.stop().tells("`README.md` is passed over");
        let served = ground.first(&arguments).serve();
        assert_eq!(served.ask("app", "shop", PASSWORD, order).as_deref(), Ok(expected), "{who:?}");
        served.stop();
    }
}

#[test]
fn scripts_that_the_account_cannot_read_where_they_are_run_all_the_same() {
    let ground = Ground::new(somebody());
    let script = ground.write("scripts/10-private.sql", "create table private (n int);");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o600)).unwrap();
    let shell = ground
        .write("scripts/20-private.sh", "#!/bin/sh\npsql -U \"$POSTGRES_USER\" -c 'create table shell (n int)'\n");
    fs::set_permissions(&shell, fs::Permissions::from_mode(0o700)).unwrap();
    fs::set_permissions(ground.path("scripts"), fs::Permissions::from_mode(0o700)).unwrap();
    let served = ground.first(&["--scripts", ground.path("scripts").to_str().unwrap()]).serve();
    assert_eq!(served.sql("select count(*) from private, shell"), "0");
    served.stop();
}

#[test]
fn a_script_that_fails_ends_the_start_and_leaves_nothing() {
    let cases = [
        ("10-bad.sql", "create table a (n int);\nselect * from nothing;\n", "relation \"nothing\" does not exist"),
        ("10-bad.sh", "echo 'words of the script'; false; echo never", "words of the script"),
        ("10-bad.sql.gz", "this is not packed", "not in gzip format"),
    ];
    for who in everybody() {
        for (name, text, words) in cases {
            let ground = Ground::new(who);
            ground.write(&format!("scripts/{name}"), text);
            ground.write("scripts/20-next.sql", "create table next (n int);");
            let scripts = ground.path("scripts");
            let arguments = ["--scripts", scripts.to_str().unwrap()];
            let ended = ground.first(&arguments).run().ends_with(1);
            let ended = ended.tells(&format!("error: run init script `{name}`: it ended with")).tells(words);
            assert!(!ended.stderr.contains("20-next"), "{}", ended.stderr);
            assert!(!ground.data().exists(), "{:?}", ground.entries());
            // Once it is mended, everything runs from the first script on.
            fs::remove_file(scripts.join(name)).unwrap();
            let served = ground.first(&arguments).serve();
            assert_eq!(served.sql("select count(*) from next"), "0");
            served.stop();
        }
    }
}

#[test]
fn while_scripts_run_no_port_is_open() {
    let ground = Ground::new(somebody());
    ground
        .write("scripts/10-look.sql", "create table seen as select current_setting('listen_addresses') as addresses;");
    let served = ground.first(&["--scripts", ground.path("scripts").to_str().unwrap()]).serve();
    assert_eq!(served.sql("select addresses from seen"), "");
    assert_eq!(served.sql("show listen_addresses"), "127.0.0.1");
    served.stop();
}

#[test]
fn a_deep_data_directory_has_scripts_and_no_socket() {
    let ground = Ground::new(somebody());
    let deep = ground.path(&"d".repeat(120));
    ground.write("scripts/10-first.sql", "create table deep (n int);");
    let (data, password, scripts) = (deep.join("data"), ground.path("password"), ground.path("scripts"));
    let arguments = [
        "--datadir",
        data.to_str().unwrap(),
        "--init",
        "--password-file",
        password.to_str().unwrap(),
        "--scripts",
        scripts.to_str().unwrap(),
    ];
    let served = ground.call(&arguments).env("POSTGRES_INITDB_ARGS", "--no-sync").serve();
    assert_eq!(served.sql("select count(*) from deep"), "0");
    assert_eq!(served.sql("show unix_socket_directories"), "");
    served.stop();
}
