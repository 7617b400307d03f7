//! What an image reference has to look like: `[registry[:port]/]name[/name…][:tag][@digest]`, the grammar of Docker's
//! `distribution/reference`.
//!
//! Read by hand: the same as one regular expression takes 30 ms and 20 MB to compile, more than all of a `pt check`.

/// The longest name, registry included.
const LONGEST_NAME: usize = 255;

/// The longest tag.
const LONGEST_TAG: usize = 128;

/// Kinds of digests, with the hexadecimal digits that each has.
const DIGESTS: [(&str, usize); 3] = [("sha256", 64), ("sha384", 96), ("sha512", 128)];

/// Why a text is no image reference, if it is none.
pub(super) fn image_problem(text: &str) -> Option<String> {
    if text.is_empty() {
        return Some("it is empty".to_owned());
    }
    if text.contains(char::is_whitespace) {
        return Some("an image reference holds no spaces".to_owned());
    }
    let (rest, digest) = text.split_once('@').map_or((text, None), |(rest, digest)| (rest, Some(digest)));
    // A colon before the last slash is that of a registry's port.
    let name_start = rest.rfind('/').map_or(0, |slash| slash + 1);
    let (name, tag) = match rest[name_start..].find(':') {
        Some(colon) => (&rest[..name_start + colon], Some(&rest[name_start + colon + 1..])),
        None => (rest, None),
    };
    name_problem(name).or_else(|| tag.and_then(tag_problem)).or_else(|| digest.and_then(digest_problem))
}

fn name_problem(name: &str) -> Option<String> {
    let (first, rest) = name.split_once('/').map_or((None, name), |(first, rest)| (Some(first), rest));
    let path = match first {
        Some(first) if is_registry(first) => rest,
        _ => name,
    };
    if path.chars().any(char::is_uppercase) {
        return Some("the repository of an image is written in lower case".to_owned());
    }
    if name.len() > LONGEST_NAME {
        return Some(format!("the name of an image has at most {LONGEST_NAME} characters"));
    }
    let wrong = path.split('/').find(|part| !is_component(part))?;
    Some(match wrong {
        "" if name.is_empty() => "it has no name".to_owned(),
        "" => "a part of its name is empty".to_owned(),
        part => format!("`{part}` cannot be a part of its name"),
    })
}

/// Whether what stands before the first slash is a registry, such as `localhost:5000` or `ghcr.io`.
fn is_registry(text: &str) -> bool {
    let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
    let has_port = port.is_some_and(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()));
    if port.is_some() && !has_port {
        return false;
    }
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_label =
        |label: &str| !label.is_empty() && label.bytes().all(inner) && !label.starts_with('-') && !label.ends_with('-');
    host.split('.').all(is_label)
}

/// Lower-case letters and digits with single dots, one or two underscores, or any number of dashes in between.
fn is_component(part: &str) -> bool {
    let alphanumeric = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let mut separators = part.split(alphanumeric);
    let separates =
        |between: &str| matches!(between, "" | "." | "_" | "__") || between.bytes().all(|byte| byte == b'-');
    part.starts_with(alphanumeric) && part.ends_with(alphanumeric) && separators.all(separates)
}

fn tag_problem(tag: &str) -> Option<String> {
    let word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let is_tag = tag.starts_with(word) && tag.chars().all(|letter| word(letter) || letter == '.' || letter == '-');
    if tag.len() > LONGEST_TAG {
        return Some(format!("a tag has at most {LONGEST_TAG} characters"));
    }
    (!is_tag).then(|| match tag {
        "" => "its tag is empty".to_owned(),
        tag => format!("`{tag}` cannot be a tag"),
    })
}

fn digest_problem(digest: &str) -> Option<String> {
    let (kind, hash) = digest.split_once(':').unwrap_or((digest, ""));
    let Some((_, length)) = DIGESTS.iter().find(|(known, _)| *known == kind) else {
        return Some("a digest is `sha256:` and 64 hexadecimal digits".to_owned());
    };
    let is_hash = hash.len() == *length && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    (!is_hash).then(|| format!("its digest `{kind}:` needs {length} hexadecimal digits"))
}

#[cfg(test)]
mod tests {
    use oci_spec::distribution::Reference;

    use super::image_problem;

    #[test]
    fn agrees_with_the_grammar_of_the_specification() {
        let hash = "a".repeat(64);
        let pinned = format!("box:5000/a@sha256:{hash}");
        let both = format!("a/b:1@sha256:{hash}");
        let long = format!("docker.io/{}", "a".repeat(250));
        let wrong_digests = [format!("a@sha256:{}", &hash[1..]), format!("a@md5:{hash}"), "a@sha256".to_owned()];
        let written = [
            "busybox",
            "busybox:1.36",
            "Box/a",
            "box/A",
            "A",
            "a.b/c",
            "a.b:5000/c:d",
            "a:5000",
            "a:5000/b",
            "a:b/c",
            "a__b",
            "a___b",
            "a--b",
            "a.-b",
            "a..b",
            "-a",
            "a-",
            "a_",
            "_a",
            "a/",
            "/a",
            "a//b",
            "a:",
            "a:-1",
            "a:_1",
            "a:1.2-x_Y",
            ":1",
            "@",
            "a@",
            "-a.b/c",
            "a-.b/c",
            "a..b/c",
            "localhost/a",
            "xn--n3h.com/a:xn--n3h.com",
            "a/b/c/d",
            "${IMAGE}",
            "a:b:c",
            "a b",
            "a.b.c",
            "foo_bar.com:8080",
            "foo_bar.com/a",
            "a?b",
        ];
        let all = written.into_iter().chain([pinned.as_str(), &both]).chain(wrong_digests.iter().map(String::as_str));
        for text in all {
            let expected = text.parse::<Reference>().map_err(|error| error.to_string()).err();
            let found = image_problem(text);
            assert_eq!(found.is_some(), expected.is_some(), "{text}: we say {found:?}, they say {expected:?}");
        }
        assert!(image_problem(&long).is_some());
        assert!(image_problem(&format!("a:{}", "1".repeat(129))).is_some());
    }

    #[test]
    fn says_what_is_wrong() {
        let says = |text: &str| image_problem(text).unwrap_or_default();
        assert_eq!(says(""), "it is empty");
        assert_eq!(says("my image"), "an image reference holds no spaces");
        assert_eq!(says("ghcr.io/Me/app:1"), "the repository of an image is written in lower case");
        assert_eq!(says("app:"), "its tag is empty");
        assert_eq!(says("app:1@sha256:00"), "its digest `sha256:` needs 64 hexadecimal digits");
    }
}
