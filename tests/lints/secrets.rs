//! Secrets in the file.

use super::*;

/// The marked text and everything that is said about it.
fn said(text: &str) -> Vec<(String, String)> {
    let compiled = compile(&[("polytope.yml", text)]);
    let findings = compiled.diagnostics.iter().filter(|finding| finding.level > Level::Info);
    findings
        .map(|finding| {
            let help = finding.help.clone().unwrap_or_default();
            let said = format!("{} {} {help}", finding.message, finding.primary.text);
            (compiled.sources.text(finding.primary.span).to_owned(), said)
        })
        .collect()
}

#[test]
fn what_is_said_names_the_variable_and_never_the_value() {
    let cases = [
        container("env: [{name: API_KEY, value: hunter2}]"),
        container("env: [{name: DB, value: 'amqp://app:hunter2@mq'}]"),
        container("cmd: 'app --password hunter2'"),
        container("cmd: [sh, -c, 'export DB_PASSWORD=hunter2; app']"),
        container("entrypoint: [psql, 'postgres://app:hunter2@db/app']"),
    ];
    for text in cases {
        let said = said(&text);
        assert_eq!(said.len(), 1, "{said:?} for {text}");
        assert_eq!(said[0].0, "hunter2", "for {text}");
        assert!(!said[0].1.contains("hunter2"), "{}", said[0].1);
    }
}

#[test]
fn a_secret_is_found_where_it_was_written_however_it_came_to_the_container() {
    let text = "modules:
  - id: base
    module: polytope/container
    params: [{id: key, type: [default, str, from-default]}]
    args: {image: \"busybox:1.36\", env: [{name: API_KEY, value: pt.param key}]}
  - {id: one, module: base}
  - {id: two, module: base, args: {key: from-argument}}
templates:
  - {id: stack, run: [one, two]}
";
    let found = found(text);
    assert_eq!(found, ["error hardcoded-secret «from-default»", "error hardcoded-secret «from-argument»"]);
}

#[test]
fn references_placeholders_and_switches_are_no_secrets() {
    for value in ["pt.secret postgres-password", "''", "true", "0", "/run/secrets/key"] {
        assert_eq!(found(&container(&format!("env: [{{name: API_KEY, value: {value}}}]"))), NOTHING, "{value}");
    }
    assert_eq!(
        found(&container("env: [{name: API_KEY, value: '${API_KEY}'}]")),
        ["warning unexpanded-variable «${API_KEY}»"]
    );
    let url = "env: [{name: URL, value: 'postgres://app:{pt.secret postgres-password | url}@db/app'}]";
    assert_eq!(found(&container(url)), NOTHING);
    let placeholder = found(&container("env: [{name: API_KEY, value: '<your key>'}]"));
    assert_eq!(placeholder, ["warning placeholder-value «'<your key>'»"]);
    let command = found(&container("cmd: [app, '--password={pt.secret postgres-password}']"));
    assert_eq!(command, ["warning secret-in-command «'--password={pt.secret postgres-password}'»"]);
}

#[test]
fn a_key_in_a_mounted_file_is_found_by_its_form() {
    let key = format!("-----BEGIN {} KEY-----\\n{}\\n-----END", "PRIVATE", "MIIEow".repeat(20));
    let text = container(&format!("mounts: [{{path: /key.pem, source: {{type: string, data: \"{key}\"}}}}]"));
    let compiled = compile(&[("polytope.yml", &text)]);
    let found: Vec<_> = compiled.diagnostics.iter().filter(|finding| finding.level > Level::Info).collect();
    assert_eq!(found.iter().map(|finding| finding.rule.name).collect::<Vec<_>>(), ["hardcoded-secret"]);
    assert!(compiled.sources.text(found[0].primary.span).contains("MIIEow"));
}

#[test]
fn an_argument_that_becomes_a_part_of_a_file_is_a_secret_too() {
    let text = "modules:
  - id: cache
    module: polytope/redis
    args: {image: \"redis:7.4\", password: hunter2, data-volume: {type: volume, scope: project, id: cache}}
";
    assert_eq!(found(text), ["error hardcoded-secret «hunter2»"]);
    assert_eq!(found(&text.replace("hunter2", "pt.secret postgres-password")), NOTHING);
}

#[test]
fn a_password_that_goes_into_a_variable_is_told_once() {
    let text = "modules:
  - id: base
    module: polytope/container
    params: [{id: api-password, type: str}]
    args: {image: \"busybox:1.36\", env: [{name: API_PASSWORD, value: pt.param api-password}]}
  - {id: app, module: base, args: {api-password: hunter2}}
templates:
  - {id: stack, run: [app]}
";
    assert_eq!(found(text), ["error hardcoded-secret «hunter2»"]);
    assert_eq!(found(&text.replace("hunter2", "Password1")), ["error default-password «Password1»"]);
}

#[test]
fn a_secret_that_nothing_reaches_is_a_warning() {
    let text = "modules:
  - {id: app, module: polytope/container, args: {image: \"busybox:1.36\"}}
  - {id: old, module: polytope/redis, args: {image: \"redis:7.4\", password: hunter2, data-volume: {type: volume, scope: project, id: x}}}
templates:
  - {id: stack, run: [app]}
";
    assert_eq!(found(text), ["warning hardcoded-secret «hunter2»"]);
}

#[test]
fn whatever_marks_a_secret_conceals_it() {
    for secret in ["hunter2", "letmein"] {
        let text = container(&format!("cmd: 'app --password {secret}', env: [{{name: DB_PASSWORD, value: {secret}}}]"));
        let compiled = compile(&[("polytope.yml", &text)]);
        let marks = |finding: &&Diagnostic| compiled.sources.text(finding.primary.span) == secret;
        let marking: Vec<_> = compiled.diagnostics.iter().filter(marks).collect();
        assert_eq!(marking.len(), 2, "{marking:?}");
        assert!(marking.iter().all(|finding| finding.rule.conceals), "{marking:?}");
    }
}

#[test]
fn a_secret_in_a_url_is_told_where_a_url_is_cut() {
    let told = ["warning unencoded-in-url «pt.secret postgres-password»"];
    for value in [
        "postgres://app:{pt.secret postgres-password}@db/app",
        "jdbc:postgresql://db/app?user=app&password={pt.secret postgres-password}",
        "redis://:{pt.secret postgres-password}@redis:6379/0",
    ] {
        assert_eq!(found(&container(&format!("env: [{{name: URL, value: '{value}'}}]"))), told, "{value}");
    }
    assert!(
        found(&container("cmd: [app, '--url', 'amqp://a:{pt.secret postgres-password}@mq']"))
            .contains(&told[0].to_owned())
    );
    for value in [
        "postgres://app:{pt.secret postgres-password|url}@db/app",
        "https://hooks.example.com/{pt.secret postgres-password}",
        "host=db password={pt.secret postgres-password}",
        "app:{pt.secret postgres-password}@tcp(mysql:3306)/app",
    ] {
        assert_eq!(found(&container(&format!("env: [{{name: URL, value: '{value}'}}]"))), NOTHING, "{value}");
    }
}
