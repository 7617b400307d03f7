//! A database as a process: made once, never as root, and nothing that was committed is ever lost.

use super::home::{Home, as_each_user, free_port, kill, lives, until};

const PASSWORD: &str = "p'w \"x\" ünï-4711";

fn up(home: &Home) {
    home.secret("db-password", PASSWORD);
    let project = format!(
        r"
modules:
  - id: db
    module: polytope/postgres
    args:
      id: db
      data-volume: {{type: volume, scope: project, id: data}}
      env:
        - {{name: POSTGRES_PASSWORD, value: pt.secret db-password}}
        - {{name: POSTGRES_DB, value: shop}}
      scripts: [{{type: host, path: ./one.sql}}]
      services: [{{id: db, ports: [{{port: 5432, expose-as: {}}}]}}]
      await: false
  - id: count
    module: polytope/postgres!psql
    args:
      hostname: db
      database: shop
      username: postgres
      password: pt.secret db-password
      command: select 'rows ' || count(*) from rows
templates:
  - id: stack
    run: [db]
",
        free_port()
    );
    home.write("one.sql", "create table rows (number int); insert into rows values (1);");
    home.write("polytope.yml", &project);
    home.good(&["run", "-d"]);
}

/// What the server answers.
#[track_caller]
fn ask(home: &Home, sql: &str) -> String {
    let url = format!("--env=PGPORT={}", home.port("db"));
    let password = format!("--env=PGPASSWORD={PASSWORD}");
    let psql = ["psql", "-h", "127.0.0.1", "-U", "postgres", "-d", "shop", "-tAc", sql];
    let arguments: Vec<&str> = ["exec", &url, &password, "db", "--"].into_iter().chain(psql).collect();
    home.good(&arguments).out.trim().to_owned()
}

#[test]
fn a_client_that_is_run_alone_finds_the_server_and_psql_needs_no_address() {
    as_each_user(|home| {
        up(home);
        assert!(home.good(&["run", "count"]).out.contains("rows 1"));
        let local = home.good(&["exec", "db", "--", "psql", "-U", "postgres", "-d", "shop", "-tAc", "select 'here'"]);
        assert_eq!(local.out.trim(), "here");
        home.good(&["down", "--volumes", "--yes"]);
    });
}

#[test]
fn a_changed_password_is_an_error_until_it_is_applied() {
    as_each_user(|home| {
        up(home);
        let login = |password: &str| {
            let (host, port) = ("--env=PGHOST=127.0.0.1", format!("--env=PGPORT={}", home.port("db")));
            let password = format!("--env=PGPASSWORD={password}");
            let psql = ["psql", "-w", "-U", "postgres", "-d", "shop", "-tAc", "select count(*) from rows"];
            let arguments: Vec<&str> = ["exec", host, &port, &password, "db", "--"].into_iter().chain(psql).collect();
            let ran = home.pt(&arguments);
            assert!(ran.code == 0 || ran.err.contains("password authentication failed"), "{ran:?}");
            ran.code == 0
        };
        assert!(login(PASSWORD));
        home.good(&["secrets", "set", "db-password", "the-second-one"]);
        let refused = home.pt(&["run", "-d"]);
        assert!(refused.code == 1 && refused.err.contains("--apply-password"), "{refused:?}");
        let applied = home.good(&["run", "-d", "--apply-password"]);
        assert!(!applied.err.contains("the-second-one"), "{applied:?}");
        assert!(login("the-second-one") && !login(PASSWORD));
        home.good(&["down"]);
        home.good(&["run", "-d"]);
        assert!(login("the-second-one"));
    });
}

#[test]
fn a_live_check_sees_what_the_data_were_made_with() {
    as_each_user(|home| {
        up(home);
        let before = home.good(&["check", "--live"]).out;
        assert!(before.starts_with("all good"), "{before}");
        home.good(&["secrets", "set", "db-password", "the-second-one"]);
        // Half a minute later than the volume, as if the clock had gone on.
        let script = std::fs::File::options().append(true).open(home.path("shop/one.sql")).unwrap();
        script.set_modified(std::time::SystemTime::now() + std::time::Duration::from_secs(30)).unwrap();
        let text = std::fs::read_to_string(home.path("shop/polytope.yml")).unwrap();
        home.write("polytope.yml", &text.replace("data-volume:", "image: postgres:99.1\n      data-volume:"));
        let told = home.pt(&["check", "--live"]);
        for rule in ["pg-init-env-changed", "init-script-never-runs", "pg-major-mismatch"] {
            assert!(told.out.contains(rule), "{rule}: {told:?}");
        }
    });
}

#[test]
fn committed_rows_are_there_after_every_kill() {
    as_each_user(|home| {
        up(home);
        assert_eq!(ask(home, "select count(*) from rows"), "1");
        ask(home, "insert into rows values (2)");
        let server = home.pid("db", "program");
        kill(server);
        until("it has ended", || (!lives(server)).then_some(()));
        home.good(&["run", "-d"]);
        assert_eq!(ask(home, "select count(*) from rows"), "2");
        ask(home, "insert into rows values (3)");
        let server = home.pid("db", "program");
        kill(home.pid("db", "supervisor"));
        until("it has ended", || (!lives(server)).then_some(()));
        home.good(&["run", "-d"]);
        assert_eq!(ask(home, "select count(*) from rows"), "3");
        home.good(&["down"]);
        home.good(&["run", "-d"]);
        assert_eq!(ask(home, "select count(*) from rows"), "3");
    });
}

#[test]
fn the_server_is_never_roots_and_stops_cleanly() {
    as_each_user(|home| {
        up(home);
        let status = std::fs::read_to_string(format!("/proc/{}/status", home.pid("db", "program"))).unwrap();
        let uid = status.lines().find_map(|line| line.strip_prefix("Uid:")).unwrap();
        assert!(!uid.split_whitespace().any(|uid| uid == "0"), "{uid}");
        home.good(&["stop"]);
        assert_eq!(home.states(), [("db".to_owned(), "done (exited 0)".to_owned())]);
        assert!(home.good(&["logs", "db"]).err.contains("database system is shut down"));
    });
}

#[test]
fn a_version_that_is_not_installed_is_said_before_anything_starts() {
    as_each_user(|home| {
        home.secret("db-password", PASSWORD);
        let project = "
modules:
  - id: db
    module: polytope/postgres
    args:
      image: postgres:99
      data-volume: {type: volume, scope: project, id: data}
      env: [{name: POSTGRES_PASSWORD, value: pt.secret db-password}]
      await: false
templates:
  - id: stack
    run: [db]
";
        home.write("polytope.yml", project);
        let ran = home.pt(&["run", "-d"]);
        assert_eq!(ran.code, 3, "{ran:#?}");
        assert!(ran.err.contains("PostgreSQL 99 is not installed"), "{}", ran.err);
        assert!(ran.err.contains("--> polytope.yml:6:14"), "{}", ran.err);
        assert_eq!(home.states(), []);
    });
}
