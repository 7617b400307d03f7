//! Environment variables.

use super::*;

#[test]
fn text_that_was_quoted_or_put_together_is_text() {
    let text = "modules:
  - id: app
    module: polytope/container
    params: [{id: version, type: [default, str, \"1.10\"]}]
    args:
      image: busybox:1.36
      env:
        - {name: QUOTED, value: '0123'}
        - {name: WHOLE, value: pt.param version}
        - {name: PARTS, value: \"{pt.param version}\"}
        - {name: PLAIN, value: 0123}
";
    assert_eq!(found(text), ["warning env-not-string «0123»"]);
}

#[test]
fn a_variable_is_given_twice_only_in_the_users_own_list() {
    let twice = "env: [{name: A, value: x}, {name: B, value: x}, {name: A, value: y}]";
    assert_eq!(found(&container(twice)), ["warning duplicate-env «A»"]);
}

#[test]
fn a_plain_connection_inside_of_the_stack_stays_on_the_machine() {
    let url = |host: &str| format!("env: [{{name: DB, value: 'postgres://{host}/x?sslmode=disable'}}]");
    let with_service = |host: &str| container(&format!("{}, services: [{{id: db, ports: [5432]}}]", url(host)));
    assert_eq!(found(&with_service("db:5432")), NOTHING);
    assert_eq!(found(&with_service("localhost")), NOTHING);
    let away = found(&with_service("db.example.com"));
    assert_eq!(away, ["warning tls-verification-disabled «sslmode=disable»"]);
}

#[test]
fn a_name_that_reaches_no_program_is_an_error_wherever_it_comes_from() {
    for name in ["\"\"", "A=B", "\"A B\"", "\"A \"", "\"A\\u200B\"", "\"A\\0\"", "\"A\\t\"", "\"\\u00A0A\""] {
        let file = container(&format!("env: [{{name: {name}, value: x}}]"));
        assert_eq!(found(&file), [format!("error impossible-name «{name}»")], "{name}");
        let called = format!(
            "modules:\n  - id: app\n    module: polytope/container\n    params: [{{id: name, type: [default, str, {name}]}}]\n    args: {{image: \"busybox:1.36\", env: [{{name: pt.param name, value: x}}]}}\n"
        );
        assert_eq!(found_by("impossible-name", &called).len(), 1, "{called}");
    }
    for name in ["A", "1A", "my.dotted-name", "_", "А"] {
        assert_eq!(found(&container(&format!("env: [{{name: {name}, value: x}}]"))), NOTHING, "{name}");
    }
}

#[test]
fn a_nul_is_an_error_in_values_commands_and_paths() {
    for args in [
        "env: [{name: A, value: \"x\\0y\"}]",
        "cmd: [echo, \"x\\0y\"]",
        "entrypoint: [\"x\\0y\"]",
        "env: [{name: A, value: \"pt.js 'a' + String.fromCharCode(0)\"}]",
    ] {
        assert_eq!(found_by("impossible-name", &container(args)).len(), 1, "{args}");
    }
}

#[test]
fn a_switch_that_arrives_in_other_letters_is_told() {
    for word in ["True", "TRUE", "False", "FALSE"] {
        let file = container(&format!("env: [{{name: A, value: {word}}}]"));
        assert_eq!(found(&file), [format!("warning env-not-string «{word}»")]);
    }
    assert_eq!(found(&container("env: [{name: A, value: true}, {name: B, value: 'True'}]")), NOTHING);
}

#[test]
fn a_file_that_describes_nothing_is_told() {
    for text in ["", "# nothing yet\n", "{}", "modules: []\n", "modules:\ntools: {}\n"] {
        assert_eq!(found_by("empty-file", text).len(), 1, "{text}");
    }
}

#[test]
fn a_variable_that_nothing_puts_in_is_told_and_one_that_a_shell_reads_is_not() {
    for (written, expected) in [
        ("env: [{name: A, value: $OTHER}]", "$OTHER"),
        ("env: [{name: A, value: \"http://${API_HOST}:80/\"}]", "${API_HOST}"),
        ("env: [{name: A, value: \"${FOO:-bar}\"}]", "${FOO:-bar}"),
        ("cmd: [echo, $HOME_DIR]", "$HOME_DIR"),
    ] {
        assert_eq!(found(&container(written)), [format!("warning unexpanded-variable «{expected}»")], "{written}");
    }
    for written in [
        "cmd: [sh, -c, 'echo $HOME']",
        "entrypoint: [/bin/sh, -c], cmd: ['echo $HOME']",
        "env: [{name: A, value: '$2b$10$ABCDEFGHIJ'}]",
        "env: [{name: A, value: '^a$'}]",
        "mounts: [{path: /etc/nginx.conf, source: {type: string, data: 'proxy_pass $HOST;'}}]",
    ] {
        assert_eq!(found(&container(written)), NOTHING, "{written}");
    }
}

#[test]
fn a_variable_without_a_value_is_not_set_and_that_is_told() {
    for written in ["~", "null", ""] {
        let told = found(&container(&format!("env: [{{name: A, value: {written}}}]")));
        assert!(told.len() == 1 && told[0].starts_with("warning env-not-string"), "{written}: {told:?}");
    }
    assert_eq!(found(&container("env: [{name: A, value: ''}]")), NOTHING);
}

#[test]
fn a_list_of_one_text_is_no_command_line_and_a_pattern_needs_a_shell() {
    for written in ["cmd: ['cd /x && ls']", "cmd: ['npm start']", "cmd: ls *.sql", "cmd: 'cat /x/*'"] {
        let told = found(&container(written));
        assert!(told.len() == 1 && told[0].starts_with("warning shell-in-command"), "{written}: {told:?}");
    }
    for written in
        ["cmd: [npm, start]", "cmd: [npm]", "cmd: [sh, -c, 'ls *.sql']", "cmd: serve --origin=*", "cmd: [ls, '*.sql']"]
    {
        assert_eq!(found(&container(written)), NOTHING, "{written}");
    }
}
