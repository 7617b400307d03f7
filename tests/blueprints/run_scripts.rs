//! `polytope/run-script` and `polytope/pulumi-cli`: what runs, and where.

use polytope::compiler::Compilation;

use crate::case::compile_text;
use crate::faults::faults;
use crate::outline::outline;

fn compiled(text: &str) -> Compilation {
    let compiled = compile_text(text);
    assert_eq!(faults(&compiled), "");
    compiled
}

/// The outline of one call.
fn one(call: &str, args: &str) -> String {
    outline(&compiled(&format!("modules:\n  - {{id: one, module: {call}, args: {{{args}}}}}\n")).program)
}

#[test]
fn a_script_runs_in_the_image_of_its_language() {
    let mut found = String::new();
    for language in ["bash", "python", "js"] {
        found +=
            &one("pt/run-script", &format!("language: {language}, script: {{type: string, data: \"# {language}\"}}"));
    }
    insta::assert_snapshot!(found, @r##"
    one: job, ready by exit
      image      public.ecr.aws/docker/library/debian:12.11-slim
      entrypoint ["bash", "/polytope/script.sh"]
      mount      /polytope/script.sh from program "# bash" (script, read-only)
      workdir    /repo
      tty        no
      stdin      no
    one: job, ready by exit
      image      public.ecr.aws/docker/library/python:3.13.7-slim-bookworm
      entrypoint ["python", "/polytope/script.py"]
      mount      /polytope/script.py from program "# python" (script, read-only)
      workdir    /repo
      tty        no
      stdin      no
    one: job, ready by exit
      image      public.ecr.aws/docker/library/node:22.19.0-slim
      entrypoint ["node", "/polytope/script.js"]
      mount      /polytope/script.js from program "# js" (script, read-only)
      workdir    /repo
      tty        no
      stdin      no
    "##);
}

#[test]
fn dependencies_are_installed_before_it_runs() {
    let mut found = String::new();
    for language in ["bash", "python", "js"] {
        let args = format!(
            "language: {language}, script: {{type: host, path: run}}, dependencies: [one, null, two], repo: {{type: repo}}, \
             mounts: [null, {{path: /notes.md, source: {{type: repo, path: notes.md}}}}], image: \"busybox:1.36\""
        );
        found += &one("polytope/run-script", &args);
    }
    insta::assert_snapshot!(found, @r#"
    one: job, ready by exit
      image      busybox:1.36
      entrypoint ["sh", "-c", "if command -v apk >/dev/null; then apk add --quiet --no-cache \"$@\" >&2; else { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends \"$@\"; } >&2; fi && exec bash /polytope/script.sh", "sh", "one", "two"]
      mount      /repo from repo . (repo)
      mount      /polytope/script.sh from host run (script, read-only)
      mount      /notes.md from repo notes.md (mounts)
      workdir    /repo
      tty        no
      stdin      no
    one: job, ready by exit
      image      busybox:1.36
      entrypoint ["sh", "-c", "pip install --quiet --disable-pip-version-check --root-user-action=ignore \"$@\" >&2 && exec python /polytope/script.py", "sh", "one", "two"]
      mount      /repo from repo . (repo)
      mount      /polytope/script.py from host run (script, read-only)
      mount      /notes.md from repo notes.md (mounts)
      workdir    /repo
      tty        no
      stdin      no
    one: job, ready by exit
      image      busybox:1.36
      entrypoint ["sh", "-c", "npm install --silent --no-audit --no-fund --no-update-notifier --prefix /polytope \"$@\" >&2 && exec node /polytope/script.js", "sh", "one", "two"]
      mount      /repo from repo . (repo)
      mount      /polytope/script.js from host run (script, read-only)
      mount      /notes.md from repo notes.md (mounts)
      workdir    /repo
      tty        no
      stdin      no
    "#);
}

#[test]
fn nameless_steps_of_a_tool_are_containers_of_their_own() {
    let call = "{tool: pt/run-script, args: {repo: {type: host, path: a}, language: bash, script: {type: string, data: \"true\"}}}";
    let text =
        format!("tools:\n  fix:\n    run:\n      - {call}\n      - {call}\n      - {{id: last, {}\n", &call[1..]);
    let compiled = compiled(&text);
    let names: Vec<&String> = compiled.program.containers.keys().collect();
    assert_eq!(names, ["fix-run-script", "fix-run-script-2", "last"]);
}

#[test]
fn a_reference_in_a_script_is_part_of_its_text_and_a_secret_stays_one() {
    let found = one(
        "pt/run-script",
        "language: bash, script: {type: string, data: \"echo {pt.value name} {pt.secret token} ${HOME}\"}",
    );
    assert!(found.contains("program \"echo <value:name> <secret:token> ${HOME}\""), "{found}");
}

#[test]
fn a_command_of_pulumi_is_a_line_of_a_shell_in_which_references_are_texts() {
    let found = one(
        "polytope/pulumi-cli",
        "command: \"pulumi config set token {pt.secret token} && pulumi up --yes\", access-token: pt.secret pulumi, \
         backend-url: \"https://pulumi.example.com\", env: [{name: PULUMI_CONFIG_PASSPHRASE, value: pt.secret passphrase}]",
    );
    insta::assert_snapshot!(found, @r#"
    one: job, ready by exit
      image      public.ecr.aws/pulumi/pulumi:3.109.0
      entrypoint ["sh", "-c", "cd /code; pulumi config set token \"${1}\" && pulumi up --yes", "sh", "<secret:token>"]
      env        PULUMI_SKIP_UPDATE_CHECK=true (added)
      env        PULUMI_ACCESS_TOKEN=<secret:pulumi> (added)
      env        PULUMI_BACKEND_URL=https://pulumi.example.com (added)
      env        PULUMI_CONFIG_PASSPHRASE=<secret:passphrase>
      mount      /code from repo . (mounts)
      workdir    /code
      tty        no
      stdin      no
    "#);
}
