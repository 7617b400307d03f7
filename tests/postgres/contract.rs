//! What the image promises of its variables holds here, too.

use std::fs;

use crate::ground::{Ground, PASSWORD, everybody, somebody};

#[test]
fn user_database_and_password_come_from_the_variables_of_the_image() {
    for who in everybody() {
        let ground = Ground::new(who);
        let named = [("POSTGRES_USER", "app"), ("POSTGRES_PASSWORD", "pw-of-app"), ("POSTGRES_DB", "shop \"x\" %")];
        let call = named.iter().fold(ground.pt(&["--init"]), |call, (name, value)| call.env(name, value)).serve();
        assert_eq!(call.address, format!("postgresql://app@127.0.0.1:{}/shop%20%22x%22%20%25", call.port));
        let ask =
            |user, password| call.ask(user, "shop \"x\" %", password, "select current_user, usesuper from pg_user");
        assert_eq!(ask("app", "pw-of-app").unwrap(), "app|t", "{who:?}");
        assert!(ask("app", "another").unwrap_err().contains("password authentication failed"));
        assert!(ask("postgres", "pw-of-app").is_err());
        call.stop();
    }
}

#[test]
fn the_database_is_called_as_the_user_unless_named() {
    let ground = Ground::new(somebody());
    let served = ground.first(&["--user", "app"]).serve();
    assert_eq!(served.ask("app", "app", PASSWORD, "select current_database()").unwrap(), "app");
    served.stop();
}

#[test]
fn variables_may_be_in_files() {
    let ground = Ground::new(somebody());
    let (user, password) = (ground.write("user", "app\n"), ground.write("pw", "from-a-file\n"));
    let call = ground.pt(&["--init"]).env("POSTGRES_USER_FILE", user.to_str().unwrap());
    let served = call.env("POSTGRES_PASSWORD_FILE", password.to_str().unwrap()).serve();
    assert_eq!(served.ask("app", "app", "from-a-file", "select 1").unwrap(), "1");
    served.stop();
    let both = ground.pt(&[]).env("POSTGRES_USER_FILE", user.to_str().unwrap()).env("POSTGRES_USER", "app");
    both.run().ends_with(2).tells("both POSTGRES_USER and POSTGRES_USER_FILE are set");
}

#[test]
fn everybody_is_asked_for_the_password_by_scram() {
    let ground = Ground::new(somebody());
    let served = ground.first(&[]).serve();
    assert!(served.ask("postgres", "postgres", "", "select 1").is_err());
    let methods = served.sql("select distinct auth_method from pg_hba_file_rules where type = 'host'");
    assert_eq!(methods, "scram-sha-256");
    assert!(served.sql("select rolpassword from pg_authid where rolname = 'postgres'").starts_with("SCRAM-SHA-256$"));
    served.stop();
}

#[test]
fn trust_lets_everybody_in_and_says_so() {
    let ground = Ground::new(somebody());
    let served = ground.pt(&["--init"]).env("POSTGRES_HOST_AUTH_METHOD", "trust").serve();
    assert_eq!(served.ask("postgres", "postgres", "", "select 1").unwrap(), "1");
    served.stop().tells("whoever reaches the port has the database");
}

#[test]
fn another_method_is_for_loopback_too() {
    let ground = Ground::new(somebody());
    let served = ground.first(&[]).env("POSTGRES_HOST_AUTH_METHOD", "md5").serve();
    assert_eq!(served.sql("select distinct auth_method from pg_hba_file_rules where type = 'host'"), "md5");
    assert!(served.ask("postgres", "postgres", "wrong", "select 1").is_err());
    served.stop();
}

#[test]
fn arguments_of_initdb_are_split_as_a_shell_does() {
    let ground = Ground::new(somebody());
    let arguments = "--no-sync --data-checksums '--text-search-config=simple'";
    let served = ground.first(&[]).env("POSTGRES_INITDB_ARGS", arguments).serve();
    assert_eq!(served.sql("show data_checksums"), "on");
    assert_eq!(served.sql("show default_text_search_config"), "pg_catalog.simple");
    assert_eq!(served.sql("show server_encoding"), "UTF8");
    served.stop();
    for (arguments, problem) in [("'", "a quote that is not closed"), ("-D /elsewhere", "chosen already")] {
        let ground = Ground::new(somebody());
        ground.first(&[]).env("POSTGRES_INITDB_ARGS", arguments).run().ends_with(2).tells(problem);
        assert!(!ground.data().exists());
    }
    let ground = Ground::new(somebody());
    let ended = ground.first(&[]).env("POSTGRES_INITDB_ARGS", "--no-such-option").run().ends_with(1);
    ended.tells("run `initdb`: it ended with exit status: 1").tells("log: ").tells("no-such-option");
    assert!(!ground.data().exists());
}

#[test]
fn the_account_of_the_data_needs_no_password_on_the_socket() {
    for who in everybody() {
        let ground = Ground::new(who);
        let served = ground.first(&["--user", "app"]).serve();
        let mut psql = crate::ground::psql();
        if who == crate::ground::Who::Nobody {
            std::os::unix::process::CommandExt::uid(&mut psql, 65534);
        }
        psql.env_clear().args(["-XAtw", "-U", "app", "-p", &served.port.to_string(), "-c", "select current_user"]);
        let output = psql.arg("-h").arg(ground.data()).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "app", "{who:?} {output:?}");
        served.stop();
    }
}

#[test]
fn arguments_reach_the_server_and_the_port_stays_ours() {
    let ground = Ground::new(somebody());
    let served = ground.first(&["--", "postgres", "-c", "max_connections=23", "-c", "port=1"]).serve();
    assert_eq!(served.sql("show max_connections"), "23");
    assert_eq!(served.sql("show port"), served.port.to_string());
    let sockets = fs::canonicalize(ground.data()).unwrap();
    assert_eq!(served.sql("show unix_socket_directories"), format!("\"{}\"", sockets.display()));
    served.stop();
}
