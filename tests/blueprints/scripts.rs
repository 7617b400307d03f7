//! The scripts of built-in blueprints, run by a shell with stand-ins for what they call.

use std::io::Read;
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use crate::stage::Stage;

/// Says its arguments, one in a line, and fails as `$STAGE/answers` tells: a line for each call, `ok`, or what it says then.
const TOOL: &str = r#"printf '%s\n' "$@" >>"$STAGE/calls"
echo "user=${CB_REST_USERNAME-} password=${CB_REST_PASSWORD-}" >>"$STAGE/environment"
answer=$(sed -n 1p "$STAGE/answers")
sed -i 1d "$STAGE/answers"
case $answer in
  ok*) printf '%b\n' "${answer#ok}" ;;
  *) echo "ERROR: $answer"; exit 1 ;;
esac"#;

const UNREACHABLE: &str = "Unable to connect to host at http://couchbase:8091: refused\n";

fn init_cluster(answers: &str) -> Stage {
    let stage = Stage::of(
        "module: polytope/couchbase!init-cluster
args: {cluster: couchbase, username: admin, password: hunter2, services: [data, fts], ram: 512, fts-ram: 300}",
    );
    stage.program("couchbase-cli", TOOL);
    stage.file("answers", answers);
    stage
}

#[test]
fn a_cluster_is_initialized_as_soon_as_the_server_answers() {
    let stage = init_cluster(&format!("{UNREACHABLE}{UNREACHABLE}okSUCCESS: Cluster initialized\n"));
    let said = stage.run();
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    let calls = stage.read("calls");
    assert_eq!(calls.matches("cluster-init\n").count(), 3);
    let last = calls.rsplit("cluster-init\n").next().unwrap().replace('\n', " ");
    assert_eq!(
        last.trim(),
        "--cluster couchbase --cluster-username admin --cluster-password hunter2 --services data,fts \
         --cluster-ramsize 512 --cluster-fts-ramsize 300"
    );
}

#[test]
fn a_cluster_that_is_initialized_already_is_a_success() {
    let said = init_cluster("Cluster is already initialized, use setting-cluster to change settings\n").run();
    assert_eq!((said.code, said.out.as_str()), (Some(0), "the cluster is initialized already\n"));
}

#[test]
fn what_is_wrong_with_a_cluster_is_said_at_once() {
    let stage = init_cluster("ramsize - too small\n");
    let said = stage.run();
    assert_eq!((said.code, said.err.as_str()), (Some(1), "ERROR: ramsize - too small\n"));
    assert_eq!(stage.read("calls").matches("cluster-init\n").count(), 1);
}

#[test]
fn a_server_that_never_answers_is_given_up() {
    let stage = init_cluster(&UNREACHABLE.repeat(100));
    assert_eq!(stage.run().code, Some(1));
    assert_eq!(stage.read("calls").matches("cluster-init\n").count(), 60);
}

fn create_bucket(answers: &str) -> Stage {
    let mut stage = Stage::of(
        "module: polytope/couchbase!create-bucket
args: {cluster: couchbase, username: admin, password: pt.secret pw, name: order.s}",
    );
    stage.program("couchbase-cli", TOOL);
    stage.file("answers", answers);
    // How a secret arrives in a container.
    let file = stage.file("password", "hunter 2'\"$");
    stage.set("COUCHBASE_CLUSTER_PASSWORD", None);
    stage.set("COUCHBASE_CLUSTER_PASSWORD_FILE", Some(&file));
    stage
}

#[test]
fn a_bucket_is_made_unless_one_of_exactly_its_name_is_there() {
    let others = "okorders\\n bucketType: membase\\norder.s-old\\n bucketType: order.s\n";
    let stage = create_bucket(&format!("{UNREACHABLE}{others}okSUCCESS: Bucket created\n"));
    let said = stage.run();
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (Some(0), "SUCCESS: Bucket created\n", ""));
    let made = stage.read("calls").rsplit("bucket-create\n").next().unwrap().replace('\n', " ");
    let expected = "--cluster couchbase --bucket order.s --bucket-type couchbase --bucket-ramsize 256 --wait";
    assert_eq!(made.trim(), expected);

    let stage = create_bucket("okorders\\norder.s\\n bucketType: membase\n");
    assert_eq!(stage.run().code, Some(0));
    assert!(!stage.read("calls").contains("bucket-create"));
}

#[test]
fn a_bucket_that_someone_else_makes_meanwhile_is_a_success() {
    let said = create_bucket("okorders\nname - Bucket with given name already exists\n").run();
    assert_eq!((said.code, said.out.as_str()), (Some(0), "the bucket order.s is there already\n"));
}

#[test]
fn a_bucket_without_a_cluster_is_an_error() {
    for answers in ["Cluster is not initialized\n", "okorders\nRAM quota too small\n"] {
        let said = create_bucket(answers).run();
        assert_eq!((said.code, said.err.starts_with("ERROR: ")), (Some(1), true), "{said:?}");
    }
}

#[test]
fn the_password_for_a_bucket_is_in_no_command_line() {
    let stage = create_bucket("okorders\nok\n");
    assert_eq!(stage.run().code, Some(0));
    assert!(!stage.read("calls").contains("hunter"));
    assert_eq!(stage.read("environment"), "user=admin password=hunter 2'\"$\n".repeat(2));
}

#[test]
fn cbq_gets_the_script_as_a_file_and_its_exit_code_counts() {
    let mut stage = Stage::of(
        "module: polytope/couchbase!cbq
args: {cluster: couchbase, username: pt.secret user, password: pt.secret pw, script: SELECT 1;}",
    );
    stage.program("cbq", "printf '%s|' \"$@\"; exit 3");
    let user = stage.file("user", "the admin\n");
    let password = stage.file("password", "hunter2");
    for (name, file) in [("USERNAME", user), ("PASSWORD", password)] {
        stage.set(&format!("COUCHBASE_CLUSTER_{name}"), None);
        stage.set(&format!("COUCHBASE_CLUSTER_{name}_FILE"), Some(&file));
    }
    let said = stage.run();
    assert_eq!(said.code, Some(3));
    let expected = "-user|the admin|-password|hunter2|-engine|couchbase|-exit-on-error|-file|\
                    /usr/local/share/pt-script.sqlpp|";
    assert_eq!(said.out, expected);
}

/// Kong as far as the script uses it: a configuration with `wrong` in it is none.
const KONG: &str = r#"case "$1 $2" in
  'config parse') ! grep wrong "$3" || exit 1 ;;
  'reload ')
    if [ -e "$STAGE/deaf" ]; then rm "$STAGE/deaf"; echo 'not running yet'; exit 1; fi
    echo "reload $(cat "$STAGE/kong.yml")" >>"$STAGE/log" ;;
esac"#;

/// Runs until it is asked to stop.
const SERVER: &str = r#"trap 'echo stopped >>"$STAGE/log"; exit 7' TERM
echo "started as $$" >>"$STAGE/log"
while :; do /bin/sleep 0.01; done"#;

fn gateway(args: &str) -> Stage {
    let mut stage = Stage::of(&format!(
        "module: polytope/kong!simple\nargs: {{config-file: {{type: string, data: text}}, {args}}}"
    ));
    stage.program("kong", KONG);
    stage.program("server", SERVER);
    stage.program("luarocks", r#"echo "$@" >>"$STAGE/rocks"; [ "$1" = install ] || [ -e "$STAGE/installed" ]"#);
    stage.replace_words(&["/docker-entrypoint.sh", "kong", "docker-start"], &["server"]);
    let config = stage.file("kong.yml", "first");
    stage.set("KONG_DECLARATIVE_CONFIG", Some(&config));
    stage
}

#[test]
fn kong_takes_in_a_changed_configuration_unless_it_is_wrong() {
    let stage = gateway("autoreload: true");
    let mut shell = stage.command().spawn().unwrap();
    let (mut out, mut err) = (shell.stdout.take().unwrap(), shell.stderr.take().unwrap());
    // Kong takes the place of the script: signals reach it without help, and no child is left behind.
    stage.await_in("log", &format!("started as {}\n", shell.id()));

    stage.file("kong.yml", "second");
    stage.await_in("log", "reload second\n");
    stage.file("deaf", "");
    stage.file("kong.yml", "third");
    stage.await_in("log", "reload third\n");
    stage.file("kong.yml", "wrong");
    let mut complaint = String::new();
    while !complaint.contains("wrong\n") {
        let mut bytes = [0; 256];
        let count = err.read(&mut bytes).unwrap();
        assert!(count > 0, "{complaint}");
        complaint += std::str::from_utf8(&bytes[..count]).unwrap();
    }
    stage.file("kong.yml", "fourth");
    stage.await_in("log", "reload fourth\n");

    assert!(Command::new("kill").args(["-TERM", &shell.id().to_string()]).status().unwrap().success());
    assert_eq!(shell.wait().unwrap().code(), Some(7));
    // Its output ends when nothing holds it any more: whoever watched the file has ended, too.
    let (ended, end) = mpsc::channel();
    std::thread::spawn(move || {
        let mut said = String::new();
        ended.send(out.read_to_string(&mut said).map(|_| said))
    });
    let said = end.recv_timeout(Duration::from_secs(20)).unwrap().unwrap();
    assert_eq!(said, "the changed configuration is in use\n".repeat(3));
    assert!(complaint.contains("the changed configuration is wrong, the earlier one stays:\nwrong\n"), "{complaint}");
    assert!(complaint.contains("cannot reload the configuration, trying again:\nnot running yet\n"), "{complaint}");
    assert!(!stage.read("log").contains("reload wrong"));
}

#[test]
fn plugins_are_installed_before_kong_starts_and_only_once() {
    let plugins = "plugins: [{name: a, package: kong-a, version: 1.0.0}, {name: b, package: kong-b, version: 2.1.0}]";
    let stage = gateway(&format!("autoreload: false, {plugins}"));
    stage.program("server", r#"echo start "$@" >>"$STAGE/rocks""#);
    assert_eq!(stage.run().code, Some(0));
    let expected = "show kong-a 1.0.0\ninstall kong-a 1.0.0\nshow kong-b 2.1.0\ninstall kong-b 2.1.0\nstart\n";
    assert_eq!(stage.read("rocks"), expected);

    stage.file("installed", "");
    stage.file("rocks", "");
    assert_eq!(stage.run().code, Some(0));
    assert_eq!(stage.read("rocks"), "show kong-a 1.0.0\nshow kong-b 2.1.0\nstart\n");
}

#[test]
fn kong_does_not_start_without_a_plugin() {
    let stage = gateway("autoreload: false, plugins: [{name: a, package: kong-a, version: 1.0.0}]");
    stage.program("luarocks", "echo 'no such rock' >&2; exit 5");
    let said = stage.run();
    assert_eq!((said.code, said.err.as_str()), (Some(5), "no such rock\n"));
    assert_eq!(stage.read("log"), "");
}
