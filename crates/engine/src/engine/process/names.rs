//! Names of services in texts, turned into where the services are: processes have no network of their own in which a
//! name would be found.
//!
//! Only whole host names count, where a host name stands: before `:port`, in an address, or alone in a variable that is
//! called so. A user or a database of the same name is left as it is.

use std::collections::BTreeMap;

use super::record::{Piece, Words, plain};

/// Where all services listen that a process may ask for.
pub(super) const LOOPBACK: &str = "127.0.0.1";

/// The ports of each service: as the file calls them, and on this machine.
#[derive(Debug, Clone, Default)]
pub(super) struct Services {
    ports: BTreeMap<String, BTreeMap<u16, u16>>,
}

/// Ports that an address means when it does not say one.
const USUAL: [(&str, u16); 9] = [
    ("http", 80),
    ("https", 443),
    ("ws", 80),
    ("postgres", 5432),
    ("postgresql", 5432),
    ("redis", 6379),
    ("mysql", 3306),
    ("mongodb", 27017),
    ("amqp", 5672),
];

impl Services {
    /// Adds a port of a service.
    pub(super) fn add(&mut self, name: &str, port: u16, host: u16) {
        self.ports.entry(name.to_owned()).or_default().insert(port, host);
    }

    /// The names of all services.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.ports.keys().map(String::as_str)
    }

    /// A text with all service names in it replaced; secrets are never looked into.
    pub(super) fn resolve(&self, words: &Words) -> Words {
        let last = words.len().saturating_sub(1);
        let resolve = |(index, piece): (usize, &Piece)| match piece {
            Piece::Plain(text) => {
                // What a secret ends or begins with is not known: no name is whole that touches one.
                let before = index > 0 && !matches!(&words[index - 1], Piece::Plain(_));
                let after = index < last && !matches!(&words[index + 1], Piece::Plain(_));
                Piece::Plain(self.in_text(text, before, after))
            }
            secret @ (Piece::Secret(_) | Piece::EncodedSecret { .. }) => secret.clone(),
        };
        words.iter().enumerate().map(resolve).collect()
    }

    fn in_text(&self, text: &str, secret_before: bool, secret_after: bool) -> String {
        let mut resolved = String::new();
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            let Some(end) = name_end(rest).filter(|_| begins(text, at, secret_before)) else {
                let next = rest.chars().next().map_or(1, char::len_utf8);
                resolved.push_str(&rest[..next]);
                at += next;
                continue;
            };
            let (name, tail) = rest.split_at(end);
            let replaced = self.ports.get(name).filter(|_| !(tail.is_empty() && secret_after)).and_then(|ports| {
                let (host, length) = Place { before: &text[..at], tail, ports }.host()?;
                Some((format!("{LOOPBACK}{host}"), length))
            });
            if let Some((place, length)) = replaced {
                resolved.push_str(&place);
                at += end + length;
            } else {
                resolved.push_str(name);
                at += end;
            }
        }
        resolved
    }

    /// Variables that hold a host name and nothing else, and the port beside it: `DB_HOST` and `DB_PORT`.
    pub(super) fn pairs(&self, environment: &mut [(String, Words)]) {
        let mut found: Vec<(String, &BTreeMap<u16, u16>)> = Vec::new();
        for (name, value) in environment.iter_mut() {
            let Some(stem) = ["HOSTNAME", "HOST", "SERVER", "ADDR"].iter().find_map(|end| name.strip_suffix(end))
            else {
                continue;
            };
            if let [Piece::Plain(text)] = value.as_slice()
                && let Some(ports) = self.ports.get(text)
            {
                found.push((format!("{stem}PORT"), ports));
                *value = vec![Piece::Plain(LOOPBACK.to_owned())];
            }
        }
        for (name, value) in environment.iter_mut() {
            let Some((_, ports)) = found.iter().find(|(port, _)| port == name) else { continue };
            if let [Piece::Plain(text)] = value.as_slice()
                && let Some(host) = text.parse().ok().and_then(|port: u16| ports.get(&port))
            {
                *value = vec![Piece::Plain(host.to_string())];
            }
        }
    }
}

/// Flags whose value is a host name, and those whose value is its port, as the clients of databases have them.
const HOST_FLAGS: [&str; 3] = ["--host", "--hostname", "-h"];
const PORT_FLAGS: [&str; 2] = ["--port", "-p"];

impl Services {
    /// Arguments that hold a host name and nothing else, and the port beside it: `--host=db --port 5432`.
    pub(super) fn flags(&self, arguments: &mut [Words]) {
        let mut served = None;
        for (index, before, name) in values(arguments, &HOST_FLAGS) {
            if let Some(ports) = self.ports.get(&name) {
                arguments[index] = vec![Piece::Plain(format!("{before}{LOOPBACK}"))];
                served = Some(ports);
            }
        }
        let Some(ports) = served else { return };
        for (index, before, port) in values(arguments, &PORT_FLAGS) {
            if let Some(host) = port.parse().ok().and_then(|port: u16| ports.get(&port)) {
                arguments[index] = vec![Piece::Plain(format!("{before}{host}"))];
            }
        }
    }
}

/// The values of some flags: in which argument each stands, what stands before it there, and itself.
fn values(arguments: &[Words], flags: &[&str]) -> Vec<(usize, String, String)> {
    let mut found = Vec::new();
    for (index, argument) in arguments.iter().enumerate() {
        let Some(text) = plain(argument) else { continue };
        if let Some((flag, value)) = text.split_once('=').filter(|(flag, _)| flags.contains(flag)) {
            found.push((index, format!("{flag}="), value.to_owned()));
        } else if let Some(value) = arguments.get(index + 1).and_then(plain)
            && flags.contains(&text.as_str())
        {
            found.push((index + 1, String::new(), value));
        }
    }
    found
}

/// Where a name stands.
struct Place<'a> {
    before: &'a str,
    tail: &'a str,
    ports: &'a BTreeMap<u16, u16>,
}

impl Place<'_> {
    /// `:port` on this machine, and how many characters of the tail it takes the place of; `None` where no host stands.
    fn host(&self) -> Option<(String, usize)> {
        if let Some(rest) = self.tail.strip_prefix(':') {
            let digits = rest.len() - rest.trim_start_matches(|digit: char| digit.is_ascii_digit()).len();
            // `name:password@` is a user.
            if digits > 0 && !rest[digits..].starts_with(['@', '.']) && !is_word(rest[digits..].chars().next()) {
                let host = self.ports.get(&rest[..digits].parse().ok()?)?;
                return Some((format!(":{host}"), digits + 1));
            }
            return None;
        }
        let in_address = self.before.ends_with("://") || (self.before.contains("://") && self.before.ends_with('@'));
        let ends = self.tail.is_empty() || self.tail.starts_with(['/', '?', '#', ',', ' ', '"', '\'']);
        if !in_address || !ends {
            return None;
        }
        let scheme = self.before.rsplit_once("://")?.0;
        let scheme = scheme.rsplit(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap_or_default();
        let usual = USUAL.iter().find(|(name, _)| *name == scheme).map(|(_, port)| port);
        let host = usual.and_then(|port| self.ports.get(port)).or_else(|| self.ports.values().next())?;
        Some((format!(":{host}"), 0))
    }
}

fn is_word(letter: Option<char>) -> bool {
    letter.is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-'))
}

/// Whether a name may begin here.
fn begins(text: &str, at: usize, secret_before: bool) -> bool {
    match text[..at].chars().next_back() {
        Some(before) => !is_word(Some(before)) && before != '.',
        None => !secret_before,
    }
}

/// Where a name that begins here ends.
fn name_end(text: &str) -> Option<usize> {
    let end = text.find(|letter: char| !is_word(Some(letter)) && letter != '.').unwrap_or(text.len());
    (end > 0).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn services() -> Services {
        let mut services = Services::default();
        services.add("db", 5432, 40001);
        services.add("postgres", 5432, 40001);
        services.add("web", 8080, 40002);
        services.add("web", 80, 40003);
        services
    }

    fn resolved(text: &str) -> String {
        match services().resolve(&vec![Piece::Plain(text.to_owned())]).remove(0) {
            Piece::Plain(text) | Piece::Secret(text) | Piece::EncodedSecret { name: text, .. } => text,
        }
    }

    #[test]
    fn whole_host_names_are_replaced() {
        assert_eq!(
            resolved("postgres://postgres:pw@postgres:5432/postgres"),
            "postgres://postgres:pw@127.0.0.1:40001/postgres"
        );
        assert_eq!(resolved("http://web:8080/db:x"), "http://127.0.0.1:40002/db:x");
        assert_eq!(resolved("http://web/path"), "http://127.0.0.1:40003/path");
        assert_eq!(resolved("postgres://u@db/x"), "postgres://u@127.0.0.1:40001/x");
        assert_eq!(resolved("db:5432,web:80"), "127.0.0.1:40001,127.0.0.1:40003");
        assert_eq!(resolved("--url=http://web:80"), "--url=http://127.0.0.1:40003");
    }

    #[test]
    fn flags_that_hold_a_host_name_are_replaced_with_the_port_beside_them() {
        let flags = |arguments: &str| {
            let mut words: Vec<Words> = arguments.split(' ').map(|word| vec![Piece::Plain(word.to_owned())]).collect();
            services().flags(&mut words);
            words.iter().map(|word| plain(word).unwrap_or_default()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(flags("psql --host=db --port=5432 --dbname=db"), "psql --host=127.0.0.1 --port=40001 --dbname=db");
        assert_eq!(flags("psql -h web -p 80 db"), "psql -h 127.0.0.1 -p 40003 db");
        for other in ["psql --host=example.org --port=5432", "cp -p 5432 db", "psql -h", "echo db"] {
            assert_eq!(flags(other), other);
        }
    }

    #[test]
    fn what_is_no_host_is_left() {
        for text in [
            "postgres",
            "my-db:5432",
            "db.example.org:5432",
            "db2:5432",
            "db:54321",
            "db:5432x",
            "postgres:5432@elsewhere",
            "/var/lib/db",
            "http://example.org/web:x",
            "ünder db",
        ] {
            assert_eq!(resolved(text), text);
        }
    }

    #[test]
    fn secrets_are_never_looked_into_and_names_that_touch_one_are_not_whole() {
        let plain = |text: &str| Piece::Plain(text.to_owned());
        let secret = || Piece::Secret("db".to_owned());
        let words = vec![plain("postgres://u:"), secret(), plain("@db:5432/"), secret()];
        let wanted = vec![plain("postgres://u:"), secret(), plain("@127.0.0.1:40001/"), secret()];
        assert_eq!(services().resolve(&words), wanted);
        let touching = vec![secret(), plain("db:5432")];
        assert_eq!(services().resolve(&touching), touching);
    }

    #[test]
    fn a_host_and_its_port_may_stand_in_two_variables() {
        let plain = |name: &str, text: &str| (name.to_owned(), vec![Piece::Plain(text.to_owned())]);
        let mut environment = vec![
            plain("PGHOST", "postgres"),
            plain("PGPORT", "5432"),
            plain("PGUSER", "postgres"),
            plain("OTHER_PORT", "5432"),
        ];
        services().pairs(&mut environment);
        let wanted = [
            plain("PGHOST", "127.0.0.1"),
            plain("PGPORT", "40001"),
            plain("PGUSER", "postgres"),
            plain("OTHER_PORT", "5432"),
        ];
        assert_eq!(environment, wanted);
    }
}
