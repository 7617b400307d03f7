//! Secrets reach a program and nothing else.

use std::fs;
use std::path::Path;

use super::home::as_each_user;

const CONTENT: &str = "s3cret-content-42";

#[test]
fn a_secret_reaches_the_program_and_no_argument_file_or_output() {
    as_each_user(|home| {
        home.secret("key", CONTENT);
        let project = r#"
modules:
  - id: loop
    module: polytope/process
    args:
      cmd: [sh, -c, "test \"$KEY\" = s3cret-content-42 && cat /etc/key.conf && echo same; exec sleep 600"]
      env: [{name: KEY, value: pt.secret key}]
      mounts:
        - {path: /etc/key.conf, source: {type: string, data: "key=#pt-secret key"}}
      await: false
templates:
  - id: stack
    run: [loop]
"#;
        // The content stands in the script for the comparison alone, so the script is looked for by its other words.
        home.write("polytope.yml", &project.replace("data: \"key=#pt-secret key\"", "data: pt.secret key"));
        let ran = home.good(&["run", "-d"]);
        assert!(!format!("{ran:?}").contains(CONTENT));
        let logged = home.good(&["logs", "loop"]).out;
        assert!(logged.ends_with("same\n") && !logged.contains(CONTENT), "{logged}");
        let kept = ["container.json", "status.json", "name"]
            .map(|name| fs::read_to_string(home.folder("loop").join(name)).unwrap());
        assert!(!kept[1].contains(CONTENT) && !kept[2].contains(CONTENT));
        assert!(kept[0].contains(r#"{"secret":"key"}"#), "{}", kept[0]);
        assert!(!home.folder("loop").join("root/etc/key.conf").exists());
        let inside = home.good(&["exec", "loop", "--", "sh", "-c", "test \"$KEY\" = s3cret-content-42; echo $?"]);
        assert_eq!(inside.out, "0\n");
        let id = home.folder("loop").file_name().unwrap().to_owned();
        let mut memory = fs::read_dir("/dev/shm").unwrap().flatten().map(|entry| entry.path().join(&id));
        let place = memory.find(|place| place.exists()).unwrap();
        assert_eq!(fs::read_to_string(place.join("etc/key.conf")).unwrap(), CONTENT);
        home.good(&["down"]);
        assert!(!Path::new(&place).exists());
    });
}
