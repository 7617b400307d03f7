//! The secrets on disk: what is kept, what is refused, and what happens when files are damaged or writers killed.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;
use std::time::Duration;

use super::*;
use crate::store::testing::{Home, NASTY, environment};
use crate::store::{Environment, ProjectKey};

const CANARY: &str = "s3cr3t-canary-42";

fn set(home: &Home, name: &str, value: &str) -> Written {
    home.store().secrets().set(name, &Secret::from(value), EntryOrigin::Stdin).unwrap()
}

fn get(home: &Home, name: &str) -> Option<String> {
    home.store().secrets().get(name).unwrap().map(|secret| secret.expose().to_owned())
}

fn file(home: &Home, name: &str) -> PathBuf {
    home.store().directory().unwrap().join(name)
}

/// Every file below the store's directory and its content.
fn files(home: &Home) -> BTreeMap<PathBuf, Vec<u8>> {
    let directory = home.store().directory().unwrap();
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_file()).map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

#[test]
fn every_text_comes_back_byte_by_byte() {
    let home = Home::new();
    let largest = "é".repeat(32 * 1024);
    let texts: Vec<&str> = NASTY.iter().copied().chain([largest.as_str()]).collect();
    let secrets = texts.iter().enumerate().map(|(index, text)| (format!("n{index}"), Secret::from(*text))).collect();
    home.store().secrets().set_all(&secrets, EntryOrigin::Import).unwrap();
    let all = home.store().secrets().all().unwrap();
    for (index, text) in texts.iter().enumerate() {
        assert_eq!(all[&format!("n{index}")].expose(), *text);
    }
}

#[test]
fn reports_each_change_and_the_identity_it_had_to_create() {
    let home = Home::new();
    let first = set(&home, "a", "one");
    assert_eq!(first.changes["a"], Change::Added);
    assert_eq!(first.identity_created, Some(home.path("config/pt/identity")));
    let second = set(&home, "a", "two");
    assert_eq!((second.changes["a"], second.identity_created), (Change::Replaced, None));
    let before = files(&home);
    assert_eq!(set(&home, "a", "two").changes["a"], Change::Unchanged);
    assert_eq!(files(&home), before, "nothing is written when nothing changes");
}

#[test]
fn the_replaced_content_stays_at_hand_once() {
    let home = Home::new();
    for content in ["one", "two", "three"] {
        set(&home, "a", content);
    }
    let previous = |name: &str| home.store().secrets().previous(name).unwrap().map(|secret| secret.expose().to_owned());
    assert_eq!((previous("a").as_deref(), previous("b")), (Some("two"), None));
}

#[test]
fn an_import_leaves_out_what_has_no_text_and_says_so() {
    let home = Home::new();
    let secrets = [("a", "one"), ("b", ""), ("c", "two")];
    let secrets = secrets.map(|(name, content)| (name.to_owned(), Secret::from(content))).into();
    let written = home.store().secrets().import(secrets).unwrap();
    assert_eq!(written.empty, ["b"]);
    assert_eq!(home.store().secrets().names().unwrap().keys().collect::<Vec<_>>(), ["a", "c"]);
}

#[test]
fn nothing_on_disk_holds_a_secret_in_the_clear() {
    let home = Home::new();
    let written = set(&home, "a", CANARY);
    set(&home, "a", "another");
    for (path, bytes) in files(&home) {
        assert!(!bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes()), "{}", path.display());
    }
    let store = home.store();
    let identity = fs::read_to_string(home.path("config/pt/identity")).unwrap();
    let key = identity.lines().last().unwrap();
    let in_variable = ProjectStore::open(&home.environment_with(&[("PT_IDENTITY", key)]), &home.key()).unwrap();
    let shown =
        format!("{store:?} {in_variable:?} {:?} {written:?} {:?}", store.secrets().get("a"), store.secrets().names());
    assert!(!shown.contains(CANARY) && !shown.contains("another") && !shown.contains("AGE-SECRET"), "{shown}");
}

#[test]
fn lists_names_and_times_without_the_identity() {
    let home = Home::new();
    set(&home, "b", "x");
    set(&home, "a", "x");
    fs::remove_file(home.path("config/pt/identity")).unwrap();
    let names = home.store().secrets().names().unwrap();
    assert_eq!(names.keys().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(names["a"].origin, EntryOrigin::Stdin);
    let age = Timestamp::now().duration_since(names["a"].set_at);
    assert!(age.as_secs().abs() < 600, "{age:?}");
}

#[test]
fn removes_what_is_there_and_keeps_one_generation() {
    let home = Home::new();
    assert!(!home.store().secrets().remove("a").unwrap());
    assert!(!file(&home, "").exists(), "removing nothing creates nothing");
    set(&home, "a", "one");
    set(&home, "b", "two");
    assert!(home.store().secrets().remove("a").unwrap());
    assert!(!home.store().secrets().remove("a").unwrap());
    assert_eq!((get(&home, "a"), get(&home, "b").as_deref()), (None, Some("two")));
    let aside = home.store().secrets().restore_previous().unwrap().unwrap();
    assert_eq!(get(&home, "a").as_deref(), Some("one"));
    assert!(aside.exists());
}

#[test]
fn refuses_bad_names_and_contents_and_then_writes_none_of_the_others() {
    let home = Home::new();
    for (name, value) in [("a b", "x"), ("a", ""), ("a", "nul\0"), ("a", &"x".repeat(64 * 1024 + 1))] {
        let secrets = [("good".to_owned(), Secret::from("x")), (name.to_owned(), Secret::from(value))].into();
        assert!(home.store().secrets().set_all(&secrets, EntryOrigin::Stdin).is_err());
    }
    assert!(!home.path("data").exists() && !home.path("config").exists());
}

#[test]
fn the_same_name_in_another_folder_shares_nothing() {
    let home = Home::new();
    set(&home, "a", "one");
    fs::create_dir_all(home.path("other/shop")).unwrap();
    let key = ProjectKey::new(&home.path("other/shop"), "shop").unwrap();
    let other = ProjectStore::open(&home.environment(), &key).unwrap();
    assert!(other.secrets().get("a").unwrap().is_none());
    other.secrets().set("a", &"two".into(), EntryOrigin::Stdin).unwrap();
    assert_eq!(get(&home, "a").as_deref(), Some("one"));
    fs::copy(other.directory().unwrap().join(FILE), file(&home, FILE)).unwrap();
    let error = home.store().secrets().get("a").unwrap_err();
    assert!(matches!(&error, StoreError::OtherProject { project, .. } if project == key.as_str()), "{error:?}");
}

#[test]
fn an_identity_in_the_environment_comes_before_the_file_and_creates_none() {
    let home = Home::new();
    let elsewhere = Home::new();
    set(&elsewhere, "x", "y");
    let key = fs::read_to_string(elsewhere.path("config/pt/identity")).unwrap();
    let environment = home.environment_with(&[("PT_IDENTITY", &key)]);
    let store = ProjectStore::open(&environment, &home.key()).unwrap();
    store.secrets().set("a", &"one".into(), EntryOrigin::Stdin).unwrap();
    assert!(!home.path("config").exists());
    assert_eq!(store.secrets().get("a").unwrap().unwrap().expose(), "one");
    let error = home.store().secrets().get("a").unwrap_err();
    let (shown, help) = (error.to_string(), error.help().unwrap());
    assert!(
        shown.contains("secrets.age") && shown.contains("(`age1") && shown.contains("config/pt/identity"),
        "{shown}"
    );
    assert!(help.contains("PT_IDENTITY"), "{help}");
    assert!(home.store().secrets().set("b", &"two".into(), EntryOrigin::Stdin).is_err());
    assert!(!home.path("config").exists(), "no new identity beside a store that needs the old one");
}

#[test]
fn the_wrong_identity_is_named_with_the_one_that_is_wanted() {
    let home = Home::new();
    set(&home, "a", "one");
    let stranger = Home::new();
    set(&stranger, "a", "one");
    let before = files(&home);
    fs::copy(stranger.path("config/pt/identity"), home.path("config/pt/identity")).unwrap();
    let error = home.store().secrets().get("a").unwrap_err();
    assert!(matches!(&error, StoreError::WrongIdentity { recipient: Some(_), .. }), "{error:?}");
    assert_eq!(error.to_string().matches("`age1").count(), 2, "{error}");
    assert!(home.store().secrets().set("b", &"two".into(), EntryOrigin::Stdin).is_err());
    assert_eq!(files(&home), before);
}

#[test]
fn a_file_cut_at_any_length_is_an_error_and_stays_as_it_is() {
    let home = Home::new();
    set(&home, "a", "one");
    set(&home, "b", CANARY);
    let whole = fs::read(file(&home, FILE)).unwrap();
    for length in 0..whole.len() {
        fs::write(file(&home, FILE), &whole[..length]).unwrap();
        let error = home.store().secrets().get("a").unwrap_err();
        let wanted = format!("secrets.age` cannot be opened: it is cut short ({length} of {} bytes)", whole.len());
        assert!(error.to_string().contains(&wanted), "{error}");
        assert!(error.help().unwrap().contains("secrets.age.bak"), "{error:?}");
        // The other doors lead through the same room; a few lengths are enough for them.
        if length % 64 == 0 {
            let before = files(&home);
            assert!(home.store().secrets().names().is_err());
            assert!(home.store().secrets().set("c", &"x".into(), EntryOrigin::Stdin).is_err());
            assert!(home.store().secrets().remove("a").is_err());
            assert_eq!(files(&home), before);
        }
    }
}

#[test]
fn a_flip_of_any_byte_is_an_error_and_stays_as_it_is() {
    let home = Home::new();
    set(&home, "a", "one");
    set(&home, "b", "two");
    let whole = fs::read(file(&home, FILE)).unwrap();
    for position in 0..whole.len() {
        let mut flipped = whole.clone();
        flipped[position] ^= 1 << (position % 8);
        fs::write(file(&home, FILE), &flipped).unwrap();
        let error = home.store().secrets().get("a").unwrap_err();
        assert!(matches!(&error, StoreError::Damaged { previous: Some(_), .. }), "{position}: {error:?}");
        if position % 64 == 0 {
            let before = files(&home);
            assert!(home.store().secrets().set("c", &"x".into(), EntryOrigin::Stdin).is_err());
            assert_eq!(files(&home), before);
        }
    }
}

#[test]
fn goes_back_to_the_previous_generation_and_keeps_the_damaged_one() {
    let home = Home::new();
    set(&home, "a", "one");
    set(&home, "b", "two");
    fs::write(file(&home, FILE), "damaged").unwrap();
    let aside = home.store().secrets().restore_previous().unwrap().unwrap();
    assert_eq!(fs::read(aside).unwrap(), b"damaged");
    assert_eq!(home.store().secrets().names().unwrap().keys().collect::<Vec<_>>(), ["a"]);
    assert_eq!(get(&home, "a").as_deref(), Some("one"));
}

#[test]
fn a_store_that_is_gone_is_never_begun_anew_unasked() {
    let home = Home::new();
    set(&home, "a", "one");
    set(&home, "b", "two");
    fs::remove_file(file(&home, FILE)).unwrap();
    for index in ["there", "gone"] {
        let error = home.store().secrets().set("c", &"x".into(), EntryOrigin::Stdin).unwrap_err();
        assert!(error.to_string().contains("it is gone"), "{error}");
        assert!(error.help().unwrap().contains("secrets.age.bak"), "{index}");
        let _ = fs::remove_file(file(&home, INDEX_FILE));
    }
    home.store().secrets().restore_previous().unwrap();
    assert_eq!(get(&home, "a").as_deref(), Some("one"));
}

#[test]
fn a_writer_killed_between_its_files_leaves_what_the_next_one_heals() {
    let home = Home::new();
    set(&home, "a", "one");
    let old_index = fs::read(file(&home, INDEX_FILE)).unwrap();
    set(&home, "b", "two");
    for stale in [old_index.as_slice(), b"{", b""] {
        fs::write(file(&home, INDEX_FILE), stale).unwrap();
        assert_eq!(home.store().secrets().names().unwrap().keys().collect::<Vec<_>>(), ["a", "b"]);
    }
    set(&home, "c", "three");
    fs::remove_file(home.path("config/pt/identity")).unwrap();
    assert_eq!(home.store().secrets().names().unwrap().len(), 3, "the index is in order again");
}

#[test]
fn a_writer_killed_before_the_rename_leaves_the_old_content_and_its_file_is_swept() {
    let home = Home::new();
    set(&home, "a", "one");
    let left = file(&home, ".secrets.age.0123456789abcdef.pt-unfinished");
    fs::write(&left, "half").unwrap();
    assert_eq!(get(&home, "a").as_deref(), Some("one"));
    assert!(left.exists(), "a reader touches nothing");
    set(&home, "b", "two");
    assert!(!left.exists());
    assert_eq!(get(&home, "a").as_deref(), Some("one"));
}

#[test]
fn refuses_files_that_others_can_read_and_links() {
    let home = Home::new();
    set(&home, "a", "one");
    for path in [file(&home, FILE), home.path("config/pt/identity"), file(&home, INDEX_FILE)] {
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let error = home.store().secrets().get("a").unwrap_err();
        assert_eq!(error.help().unwrap(), format!("`chmod 0600 {}`", path.display()));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
    fs::rename(file(&home, FILE), home.path("moved.age")).unwrap();
    symlink(home.path("moved.age"), file(&home, FILE)).unwrap();
    let error = home.store().secrets().get("a").unwrap_err();
    assert!(error.to_string().contains("is a symbolic link"), "{error}");
}

#[test]
fn fifty_at_once_keep_fifty_names() {
    let home = Home::new();
    std::thread::scope(|scope| {
        for number in 0..50 {
            let store = home.store().with_lock_wait(Duration::from_secs(300));
            scope.spawn(move || {
                store.secrets().set(&format!("n{number}"), &"x".into(), EntryOrigin::Stdin).unwrap();
            });
        }
    });
    assert_eq!(home.store().secrets().names().unwrap().len(), 50);
    assert_eq!(home.store().secrets().all().unwrap().len(), 50);
}

const CHILD_ROOT: &str = "PT_TEST_SECRETS_ROOT";
const CHILD_NAME: &str = "PT_TEST_SECRETS_NAME";

/// Runs itself again as other processes, which begin without identity and store.
#[test]
fn processes_at_once_agree_on_one_identity_and_keep_all_names() {
    if let Some(root) = std::env::var_os(CHILD_ROOT).map(PathBuf::from) {
        let environment: Environment = environment(&root, &[]);
        let key = ProjectKey::new(&root.join("shop"), "shop").unwrap();
        let store = ProjectStore::open(&environment, &key).unwrap().with_lock_wait(Duration::from_secs(300));
        let name = std::env::var(CHILD_NAME).unwrap();
        store.secrets().set(&name, &"x".into(), EntryOrigin::Stdin).unwrap();
        return;
    }
    let home = Home::new();
    let test = "store::secrets::tests::processes_at_once_agree_on_one_identity_and_keep_all_names";
    let spawn = |number: usize| {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", test]).env(CHILD_ROOT, home.path("")).env(CHILD_NAME, format!("n{number}"));
        child.stdout(std::process::Stdio::null()).spawn().unwrap()
    };
    let children: Vec<_> = (0..50).map(spawn).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(home.store().secrets().all().unwrap().len(), 50);
}

#[test]
fn readers_beside_a_writer_always_see_a_whole_generation() {
    let home = Home::new();
    set(&home, "n0", "x");
    std::thread::scope(|scope| {
        let store = home.store();
        let writer = scope.spawn(move || {
            for number in 1..25 {
                store.secrets().set(&format!("n{number}"), &"x".into(), EntryOrigin::Stdin).unwrap();
            }
        });
        let mut seen = 0;
        while !writer.is_finished() {
            let now = home.store().secrets().names().unwrap().len();
            assert!(now >= seen, "{now} after {seen}");
            seen = now;
        }
    });
}
