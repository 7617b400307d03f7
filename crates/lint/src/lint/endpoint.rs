//! Hosts and ports that a text names: in URLs, as `host:port`, and as a bare name.

/// A place on the network, as a text names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Endpoint<'a> {
    /// What stands before `://`; empty where nothing does.
    pub(crate) scheme: &'a str,
    /// The name or address, without brackets.
    pub(crate) host: &'a str,
    /// The port, where one is named.
    pub(crate) port: Option<u16>,
}

impl Endpoint<'_> {
    /// Whether it is the machine, or container, that the text is read on.
    pub(super) fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// Whether a browser may be what goes there.
    pub(super) fn is_web(&self) -> bool {
        matches!(self.scheme, "http" | "https" | "ws" | "wss")
    }

    /// Whether the host is a name of one word, as services have, and not the address of something on the internet.
    pub(super) fn is_one_word(&self) -> bool {
        self.host.contains(|letter: char| letter.is_ascii_alphabetic())
            && self.host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    }
}

/// All places that a text names. A text that is nothing but `name`, `name:port` or a list of these is one too.
pub(crate) fn endpoints(text: &str) -> Vec<Endpoint<'_>> {
    if !text.contains("://") {
        return text.trim().split(',').filter_map(|part| authority("", part.trim())).collect();
    }
    let schemes = text.match_indices("://");
    let urls = schemes.filter_map(|(at, separator)| {
        let outside = |letter: char| !letter.is_ascii_alphanumeric() && !"+-.".contains(letter);
        let scheme = text[..at].rsplit(outside).next().unwrap_or_default();
        let rest = &text[at + separator.len()..];
        let end = rest.find(|letter: char| "/?#\"'`<>\\ \n\t,;)".contains(letter)).unwrap_or(rest.len());
        authority(scheme, &rest[..end])
    });
    urls.collect()
}

/// Places that the words of a command name: in URLs, as `host:port`, and as what an option such as `--host` is given. A bare word
/// is none: it may be the name of a command. Nor is a script, which may wait for its servers itself. Each with its word's number.
pub(crate) fn command_endpoints<'a>(words: &[&'a str]) -> Vec<(usize, Endpoint<'a>)> {
    let mut found = Vec::new();
    for (number, word) in words.iter().enumerate().filter(|(_, word)| !word.contains(char::is_whitespace)) {
        let (option, text) = match word.split_once('=') {
            Some((option, text)) if option.starts_with('-') => (option, text),
            _ => (number.checked_sub(1).map_or("", |before| words[before]), *word),
        };
        let names_host = matches!(option, "-h" | "--host" | "--hostname" | "--server" | "-H");
        let of_word = endpoints(text).into_iter();
        found.extend(
            of_word
                .filter(|place| names_host || !place.scheme.is_empty() || place.port.is_some())
                .map(|place| (number, place)),
        );
    }
    found
}

/// `user:password@host:port`.
fn authority<'a>(scheme: &'a str, text: &'a str) -> Option<Endpoint<'a>> {
    let place = text.rsplit('@').next()?;
    let (host, port) = match place.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map(|(host, port)| (host, port.strip_prefix(':')))?,
        None => place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port))),
    };
    let belongs = |letter: char| letter.is_ascii_alphanumeric() || "-_.:".contains(letter);
    let whole = !host.is_empty() && host.chars().all(belongs);
    let port = match port {
        Some(digits) => Some(digits.parse().ok()?),
        None => None,
    };
    whole.then_some(Endpoint { scheme, host, port })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Option<(&str, &str, Option<u16>)> {
        endpoints(text).first().map(|place| (place.scheme, place.host, place.port))
    }

    #[test]
    fn finds_hosts_in_commands_and_leaves_bare_words_and_scripts_alone() {
        let words =
            ["psql", "--host=db", "-h", "cache", "redis://mq:1/", "web", "api:80", "-c", "until nc db:1; do x; done"];
        let hosts: Vec<(usize, &str)> = command_endpoints(&words).iter().map(|(at, place)| (*at, place.host)).collect();
        assert_eq!(hosts, [(1, "db"), (3, "cache"), (4, "mq"), (6, "api")]);
    }

    #[test]
    fn finds_hosts_in_urls_and_lists() {
        assert_eq!(one("postgres://a:b@db:5432/x"), Some(("postgres", "db", Some(5432))));
        assert_eq!(one("jdbc:postgresql://db/x"), Some(("postgresql", "db", None)));
        assert_eq!(one("http://[::1]:80/"), Some(("http", "::1", Some(80))));
        assert_eq!(one("a\u{F0000}http://b"), Some(("http", "b", None)), "behind a reference");
        assert_eq!(one("\u{e9}://b"), Some(("", "b", None)));
        assert_eq!(one("redpanda:9092"), Some(("", "redpanda", Some(9092))));
        let hosts: Vec<&str> = endpoints("a:1, b:2").iter().map(|place| place.host).collect();
        assert_eq!(hosts, ["a", "b"]);
    }

    #[test]
    fn what_holds_a_reference_or_is_prose_names_no_place() {
        for text in ["", "http://\u{F0000}:80", "two words", "db:port", "http://", "{host}:80"] {
            assert_eq!(one(text), None, "{text}");
        }
        assert!(!endpoints("1.2.3.4:80")[0].is_one_word());
        assert!(endpoints("127.0.0.1:80")[0].is_loopback());
    }
}
