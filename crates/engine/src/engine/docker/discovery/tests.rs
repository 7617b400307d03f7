//! How an engine is found from flags, variables and contexts.

use super::*;

/// Files by path.
type Files<'a> = &'a [(&'a str, &'a str)];

/// Where the docker command keeps a context called `box`: the directory is the SHA-256 of the name.
const BOX_META: &str =
    "/home/.docker/contexts/meta/26f8567f2569182294c3fa5b9f9cb2270b554eef628b4c149cf82a42888ff4ae/meta.json";
const BOX_AUTHORITY: &str =
    "/home/.docker/contexts/tls/26f8567f2569182294c3fa5b9f9cb2270b554eef628b4c149cf82a42888ff4ae/docker/ca.pem";
const CONFIGURATION: &str = "/home/.docker/config.json";
const HOME: (&str, &str) = ("HOME", "/home");
const BOX: &str =
    r#"{"Name":"box","Metadata":{},"Endpoints":{"docker":{"Host":"tcp://10.0.0.1","SkipTLSVerify":false}}}"#;

fn find(host: Option<&str>, environment: &[(&str, &str)], files: Files<'_>) -> Result<Found, NotFound> {
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let read = |path: &Path| {
        let found = files.iter().find(|(name, _)| Path::new(name) == path);
        found.map(|(_, text)| text.as_bytes().to_vec()).ok_or_else(|| io::ErrorKind::NotFound.into())
    };
    Surroundings { host, environment: &environment, read: &read }.find()
}

fn shown(host: Option<&str>, environment: &[(&str, &str)], files: Files<'_>) -> String {
    match find(host, environment, files) {
        Ok(found) => format!("{} ({})", found.endpoint, found.origin),
        Err(missing) => format!("error: {}", missing.problem),
    }
}

#[test]
fn without_anything_it_is_the_default_socket() {
    assert_eq!(shown(None, &[], &[]), "unix:///var/run/docker.sock (the default)");
}

#[test]
fn the_host_option_beats_the_variable_which_beats_the_context() {
    let files = [(CONFIGURATION, r#"{"currentContext":"box"}"#), (BOX_META, BOX)];
    let variables = [HOME, ("DOCKER_HOST", "tcp://b:1"), ("DOCKER_CONTEXT", "box")];
    assert_eq!(shown(Some("tcp://a:1"), &variables, &files), "tcp://a:1 (`--host`)");
    assert_eq!(shown(None, &variables, &files), "tcp://b:1 (`DOCKER_HOST`)");
    assert_eq!(
        shown(None, &[HOME, ("DOCKER_CONTEXT", "box")], &files),
        "tcp://10.0.0.1:2375 (context `box` from `DOCKER_CONTEXT`)"
    );
    assert_eq!(shown(None, &[HOME], &files), "tcp://10.0.0.1:2375 (context `box` from the docker configuration)");
}

#[test]
fn empty_variables_count_as_unset() {
    let variables = [HOME, ("DOCKER_HOST", ""), ("DOCKER_CONTEXT", ""), ("DOCKER_TLS_VERIFY", "")];
    assert_eq!(shown(None, &variables, &[]), "unix:///var/run/docker.sock (the default)");
}

#[test]
fn the_default_context_is_the_default_socket() {
    let found = shown(None, &[HOME, ("DOCKER_CONTEXT", "default")], &[]);
    assert_eq!(found, "unix:///var/run/docker.sock (context `default` from `DOCKER_CONTEXT`)");
}

#[test]
fn a_context_that_is_not_there_is_an_error_and_never_the_default() {
    let missing = find(None, &[HOME, ("DOCKER_CONTEXT", "box")], &[]).unwrap_err();
    assert_eq!(missing.problem, "context `box` from `DOCKER_CONTEXT`: there is no such context");
    assert!(missing.help.contains("docker context ls"));
}

#[test]
fn a_context_brings_its_certificates() {
    let files = [(BOX_META, BOX), (BOX_AUTHORITY, "pem")];
    let found = find(None, &[HOME, ("DOCKER_CONTEXT", "box")], &files).unwrap();
    let Endpoint::Tls { address, certificates } = found.endpoint else { panic!("{:?}", found.endpoint) };
    assert_eq!(address, "10.0.0.1:2376");
    assert_eq!(certificates.authority, Path::new(BOX_AUTHORITY));
}

#[test]
fn tls_verify_takes_the_certificates_of_the_cert_path() {
    let variables = [HOME, ("DOCKER_HOST", "tcp://b:2376"), ("DOCKER_TLS_VERIFY", "1"), ("DOCKER_CERT_PATH", "/certs")];
    let Endpoint::Tls { certificates, .. } = find(None, &variables, &[]).unwrap().endpoint else { panic!("not TLS") };
    assert_eq!(certificates.key, Path::new("/certs/key.pem"));
    let Endpoint::Tls { certificates, .. } = find(Some("https://b"), &[HOME], &[]).unwrap().endpoint else {
        panic!("not TLS")
    };
    assert_eq!(certificates.key, Path::new("/home/.docker/key.pem"));
}

#[test]
fn another_configuration_directory_is_respected() {
    let files = [("/cfg/config.json", r#"{"currentContext":"default"}"#), (CONFIGURATION, "not json")];
    let found = shown(None, &[HOME, ("DOCKER_CONFIG", "/cfg")], &files);
    assert_eq!(found, "unix:///var/run/docker.sock (context `default` from the docker configuration)");
    assert!(shown(None, &[HOME], &files).starts_with("error: `/home/.docker/config.json` is not valid JSON"));
}

#[test]
fn a_context_that_skips_the_check_is_refused() {
    let meta = r#"{"Endpoints":{"docker":{"Host":"tcp://10.0.0.1:2376","SkipTLSVerify":true}}}"#;
    assert!(shown(None, &[HOME, ("DOCKER_CONTEXT", "box")], &[(BOX_META, meta)]).contains("not supported"));
}

#[test]
fn rootless_sockets_are_only_suggested() {
    let environment = BTreeMap::from([("XDG_RUNTIME_DIR".to_owned(), "/run/user/7".to_owned())]);
    let read = |_: &Path| Err(io::ErrorKind::NotFound.into());
    let surroundings = Surroundings { host: None, environment: &environment, read: &read };
    assert!(surroundings.other_sockets().contains(&PathBuf::from("/run/user/7/docker.sock")));
    assert_eq!(surroundings.find().unwrap().endpoint.to_string(), "unix:///var/run/docker.sock");
}
