//! The data are made if and only if there are none.

use std::fs;
use std::os::unix::fs::MetadataExt;

use crate::ground::{Ground, PASSWORD, Who, everybody, not_root, somebody};

#[test]
fn data_are_made_once_and_kept() {
    for who in everybody() {
        let ground = Ground::new(who);
        let served = ground.first(&[]).serve();
        assert_eq!(served.address, format!("postgresql://postgres@127.0.0.1:{}/postgres", served.port));
        served.sql("create table kept (n int); insert into kept values (42)");
        let ended = served.stop();
        assert_eq!(ended.stdout.lines().count(), 1, "{}", ended.stdout);
        assert!(!ground.entries().iter().any(|name| name.starts_with(".pt")), "{:?}", ground.entries());
        let made = fs::read_to_string(ground.data().join("pg_hba.conf")).unwrap();
        let again = ground.first(&[]).serve();
        assert_eq!(again.sql("select n from kept"), "42", "{who:?}");
        let ended = again.stop();
        assert!(!ended.stderr.contains("syncing data"), "made again: {}", ended.stderr);
        assert_eq!(fs::read_to_string(ground.data().join("pg_hba.conf")).unwrap(), made);
    }
}

#[test]
fn an_empty_directory_is_filled_and_may_be_closed_above() {
    let ground = Ground::new(not_root());
    // As on a mount point: nothing can be made or renamed beside it.
    let above = ground.path("above");
    fs::create_dir(&above).unwrap();
    let data = above.join("data");
    fs::create_dir(&data).unwrap();
    ground.give(&data);
    let (data, password) = (data.to_str().unwrap(), ground.path("password"));
    let arguments = ["--datadir", data, "--init", "--password-file", password.to_str().unwrap()];
    ground.call(&arguments).env("POSTGRES_INITDB_ARGS", "--no-sync").serve().stop();
    assert!(above.join("data/PG_VERSION").exists());
}

#[test]
fn without_init_nothing_is_made() {
    let ground = Ground::new(somebody());
    ground.again(&[]).run().ends_with(2).tells("there are no data in").tells("`--init` makes them");
    assert!(!ground.data().exists());
}

#[test]
fn without_a_password_nothing_is_made() {
    let ground = Ground::new(somebody());
    ground.pt(&["--init"]).run().ends_with(2).tells("needs a password for its superuser");
    assert!(!ground.data().exists(), "{:?}", ground.entries());
}

#[test]
fn root_serves_as_an_account_of_its_own_or_as_the_one_that_is_named() {
    if somebody() != Who::Root {
        // Whoever is not root serves as who they are: the other tests do.
        return;
    }
    let ground = Ground::new(Who::Root);
    let served = ground.first(&[]).serve();
    let owner = fs::metadata(format!("/proc/{}", ground.server().as_raw_nonzero())).unwrap().uid();
    let postgres = fs::metadata("/var/lib/postgresql").unwrap().uid();
    assert_eq!((owner, fs::metadata(ground.data()).unwrap().uid()), (postgres, postgres));
    served.stop();

    let named = Ground::new(Who::Root);
    let served = named.first(&["--run-as", "nobody"]).serve();
    let owner = || fs::metadata(format!("/proc/{}", named.server().as_raw_nonzero())).unwrap().uid();
    assert_eq!(owner(), 65534);
    served.stop();
    // From now on the data say whose they are.
    let served = named.again(&[]).serve();
    assert_eq!(owner(), 65534);
    served.stop();
    named
        .again(&["--run-as", "postgres"])
        .run()
        .ends_with(2)
        .tells("it belongs to `nobody`")
        .tells("chown -R postgres");
    named.again(&["--run-as", "root"]).run().ends_with(2).tells("does not run as root");
    named.again(&["--run-as", "no-such-account"]).run().ends_with(2).tells("there is no account `no-such-account`");
}

#[test]
fn data_that_others_can_read_are_closed() {
    let ground = Ground::new(somebody());
    ground.first(&[]).serve().stop();
    fs::set_permissions(ground.data(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    ground.again(&[]).serve().stop();
    assert_eq!(fs::metadata(ground.data()).unwrap().mode() & 0o777, 0o700);
}

#[test]
fn two_first_starts_make_one_cluster() {
    let ground = Ground::new(somebody());
    let (one, two) = (ground.first(&[]).spawn(), ground.first(&[]).spawn());
    let (mut one, mut two) = (Some(one), Some(two));
    // One serves; the other has waited, and says that it does.
    let loser = crate::ground::until("one of the two to end", || {
        for running in [&mut one, &mut two] {
            if running.as_mut().is_some_and(crate::ground::Running::has_ended) {
                return running.take();
            }
        }
        None
    });
    let ended = loser.end().ends_with(1);
    assert!(ended.stderr.contains("runs on") || ended.stderr.contains("postmaster.pid"), "{}", ended.stderr);
    let winner = one.or(two).unwrap().served();
    assert_eq!(winner.ask("postgres", "postgres", PASSWORD, "select 1").unwrap(), "1");
    winner.stop();
}
