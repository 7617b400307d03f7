//! Secrets in the file.

use super::*;

/// The marked text and everything that is said about it.
fn said(text: &str) -> Vec<(String, String)> {
    let compiled = compile(&[("polytope.yml", text)]);
    let findings = compiled.diagnostics.iter();
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
    for value in ["pt.secret postgres-password", "'<your key>'", "''", "true", "0", "/run/secrets/key", "'${API_KEY}'"]
    {
        assert_eq!(found(&container(&format!("env: [{{name: API_KEY, value: {value}}}]"))), NOTHING, "{value}");
    }
    let url = "env: [{name: URL, value: 'postgres://app:{pt.secret postgres-password}@db/app'}]";
    assert_eq!(found(&container(url)), NOTHING);
    assert_eq!(found(&container("cmd: [app, '--password={pt.secret postgres-password}']")), NOTHING);
}

#[test]
fn a_key_in_a_mounted_file_is_found_by_its_form() {
    let key = format!("-----BEGIN {} KEY-----\\n{}\\n-----END", "PRIVATE", "MIIEow".repeat(20));
    let text = container(&format!("mounts: [{{path: /key.pem, source: {{type: string, data: \"{key}\"}}}}]"));
    let compiled = compile(&[("polytope.yml", &text)]);
    let rules: Vec<&str> = compiled.diagnostics.iter().map(|finding| finding.rule.name).collect();
    assert_eq!(rules, ["hardcoded-secret"]);
    assert!(compiled.sources.text(compiled.diagnostics[0].primary.span).contains("MIIEow"));
}
