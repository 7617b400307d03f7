//! Secrets in entries that cannot be read, in every form of output.

use super::command::Place;

/// Entries that are no entries, each with the secret `hunter2hunter2`.
const ENTRIES: &[&str] = &[
    "env: [DB_PASSWORD=hunter2hunter2]",
    "env: [{name: DB_PASSWORD, valeu: hunter2hunter2}]",
    "env: [{nme: DB_PASSWORD, value: hunter2hunter2}]",
    "env: [{name: DB_PASSWORD, value: [hunter2hunter2]}]",
    "env: [{name: DB_PASSWORD, value: hunter2hunter2: hunter2hunter2}]",
    "env: [{name: DB_PASSWORD value: hunter2hunter2}]",
    "env: {DB_PASSWORD: hunter2hunter2, A: b}",
    "environment: {DB_PASSWORD: hunter2hunter2}",
    "env: [{name: DB_PASSWORD, value: \"hunter2hunter2}]",
    "password: hunter2hunter2",
    "cmd: \"psql 'postgres://u:hunter2hunter2@h/d\"",
    "cmd: \"tool --password 'hunter2hunter2\"",
    "scaling: {password: hunter2hunter2}",
    "restart: {policy: x, token: hunter2hunter2}",
    "mounts: [{path: /a, source: {type: string, data: \"API_KEY=hunter2hunter2\", x: 1}}]",
];

fn file(entry: &str) -> String {
    format!(
        "modules:\n  - id: a\n    module: polytope/container\n    args:\n      image: busybox:1.36\n      {entry}\n      \
         cdm: x\ntemplates:\n  - {{id: stack, run: [a]}}\n"
    )
}

#[test]
fn no_form_shows_a_secret_of_an_entry_that_cannot_be_read() {
    for entry in ENTRIES {
        let place = Place::new([("polytope.yml", file(entry).as_str())]);
        for form in ["human", "concise", "json", "jsonl", "sarif", "github", "gitlab", "rdjson", "junit"] {
            for more in ["--verbose", "--allow=hardcoded-secret,secret-in-url"] {
                let ran = place.check(&["-o", form, more]);
                assert_ne!(ran.stdout, "", "{entry} {form} {more}");
                let shown = format!("{}{}", ran.stdout, ran.stderr);
                assert!(!shown.contains("hunter2hunter2"), "{entry} as {form} with {more}:\n{shown}");
            }
        }
        let ran = place.check(&["--unsafe-fixes", "--diff"]);
        let shown = format!("{}{}", ran.stdout, ran.stderr);
        assert!(!shown.contains("hunter2hunter2"), "{entry}:\n{shown}");
        place.check(&["--write-baseline", "old.json"]);
        assert!(!place.read("old.json").contains("hunter2"), "{entry}");
    }
}
