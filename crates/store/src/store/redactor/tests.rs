//! What must never come through, what must come through unchanged, and that cuts make no difference.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

use super::*;

const SECRET: &str = "pä$$ 'w\"ö\\rd/+?&<>=`🔑`\ttail";
const KEY: &str = "-----BEGIN KEY-----\nMIIBVgIBADANBgkqhkiG9w0B\nAQEFAASCAUAwggE8AgEAAkEA\n-----END KEY-----\n";

/// A character that no encoder but base64 and hexadecimal changes.
fn printable(number: u64) -> char {
    char::from_digit(u32::try_from(number % 36).unwrap(), 36).unwrap()
}

fn redactor(secrets: &[(&str, &str)]) -> Redactor {
    Redactor::new(secrets.iter().copied()).unwrap()
}

fn streamed<'c>(redactor: &Redactor, chunks: impl IntoIterator<Item = &'c [u8]>) -> Vec<u8> {
    let (mut stream, mut out) = (redactor.stream(), Vec::new());
    chunks.into_iter().for_each(|chunk| stream.push(chunk, &mut out));
    stream.finish(&mut out);
    out
}

/// Holds the result against every cut in two and against single bytes.
fn assert_cuts_make_no_difference(redactor: &Redactor, text: &[u8]) -> Vec<u8> {
    let whole = redactor.redact_bytes(text).into_owned();
    for cut in 0..=text.len() {
        assert_eq!(streamed(redactor, [&text[..cut], &text[cut..]]), whole, "cut at {cut}");
    }
    assert_eq!(streamed(redactor, text.chunks(1)), whole);
    assert_eq!(streamed(redactor, text.chunks(7)), whole);
    whole
}

fn percent(text: &str, kept: &str, upper: bool) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        let plain = byte.is_ascii() && (byte.is_ascii_alphanumeric() || kept.contains(char::from(byte)));
        match (plain, upper) {
            (true, _) => out.push(char::from(byte)),
            (false, true) => write!(out, "%{byte:02X}").unwrap(),
            (false, false) => write!(out, "%{byte:02x}").unwrap(),
        }
        out
    })
}

/// Encodings written down by hand or made by other code than ours.
fn encoded(secret: &str) -> Vec<String> {
    let yaml = serde_yaml::to_string(secret).unwrap().trim_end().trim_matches('"').to_owned();
    let json = serde_json::to_string(secret).unwrap();
    let nested = serde_json::to_string(&json).unwrap();
    vec![
        secret.to_owned(),
        json.trim_matches('"').to_owned(),
        json.trim_matches('"').replace('/', "\\/"),
        json.trim_matches('"').replace('ä', "\\u00e4").replace('ö', "\\u00f6").replace('🔑', "\\ud83d\\udd11"),
        nested.trim_matches('"').trim_start_matches("\\\"").trim_end_matches("\\\"").to_owned(),
        yaml,
        secret.replace('\'', "''"),
        secret.replace('\'', "'\\''"),
        shlex::try_quote(secret).unwrap().trim_matches(['\'', '"']).to_owned(),
        format!("{secret:?}").trim_matches('"').to_owned(),
        percent(secret, "-_.~", true),
        percent(secret, "-_.~", false),
        percent(secret, "-_.~!'()*", true),
        percent(secret, "-_.*", true).replace("%20", "+"),
        STANDARD.encode(secret),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
    ]
}

#[test]
fn masks_every_encoding_at_every_cut_and_nothing_beside_it() {
    for secret in [SECRET, "correct horse battery staple", "hunter2hunter2", "//++??>>~~~"] {
        let redactor = redactor(&[("db-password", secret)]);
        for form in encoded(secret) {
            let text = format!("before {form} after\n");
            let out = assert_cuts_make_no_difference(&redactor, text.as_bytes());
            let shown = String::from_utf8(out).unwrap();
            assert!(shown.starts_with("before <secret:db-password>") && shown.ends_with(" after\n"), "{form}: {shown}");
            // A shell form may be several quoted pieces, each with a mask of its own.
            assert!(!shown.contains(&form), "{shown}");
        }
    }
}

#[test]
fn masks_base64_of_a_text_that_holds_the_secret_anywhere() {
    let secret = "s3cr3t-VALUE-42";
    let redactor = redactor(&[("a", secret)]);
    for before in 0..6 {
        for after in 0..6 {
            let whole = format!("{}{secret}{}", &"user:x"[..before], &"@host!"[..after]);
            for text in [STANDARD.encode(&whole), URL_SAFE_NO_PAD.encode(&whole)] {
                let shown = redactor.redact(&text);
                assert!(shown.contains("<secret:a>"), "{whole}: {shown}");
                let rest = shown.replace("<secret:a>", "");
                // At most the characters that hold a neighbour's bits too, and the neighbours themselves, are left.
                assert!(rest.trim_end_matches('=').len() <= (before + after) * 4 / 3 + 4, "{whole}: {shown}");
            }
        }
    }
}

#[test]
fn masks_each_line_however_lines_are_printed() {
    let redactor = redactor(&[("key", KEY)]);
    let prefixed: String = KEY.lines().flat_map(|line| ["api | ", line, "\r\n"]).collect();
    let indented: String = KEY.lines().flat_map(|line| ["    ", line, "\n"]).collect();
    for text in [KEY, &prefixed, &indented, &KEY.replace('\n', "\\n"), &KEY.replace('\n', " ")] {
        let shown = String::from_utf8(assert_cuts_make_no_difference(&redactor, text.as_bytes())).unwrap();
        assert!(shown.contains("<secret:key>") && !shown.contains("MII") && !shown.contains("AQE"), "{shown}");
    }
    assert_eq!(redactor.redact(KEY), "<secret:key>", "the whole comes before its lines");
    assert_eq!(redactor.redact(&prefixed).matches("api | <secret:key>\r\n").count(), 4);
}

#[test]
fn masks_base64_that_was_broken_into_lines() {
    let secret: String = (0..300).map(|number| printable(number * 7)).collect();
    let redactor = redactor(&[("a", &secret)]);
    for length in [64, 76] {
        let encoded = STANDARD.encode(&secret);
        let lines: Vec<&str> =
            encoded.as_bytes().chunks(length).map(|line| std::str::from_utf8(line).unwrap()).collect();
        let shown = redactor.redact(&lines.join("\n")).into_owned();
        assert!(shown.lines().all(|line| line.starts_with("<secret:a>") && line.len() < 20), "{shown}");
    }
}

#[test]
fn long_secrets_are_masked_whole_and_their_beginnings_too() {
    let secret: String = (0..64 * 1024).map(|number: u64| printable(number.pow(2) / 7)).collect();
    let redactor = redactor(&[("a", &secret)]);
    for text in [secret.clone(), STANDARD.encode(&secret), format!("{secret:?}")] {
        let quoted = text.starts_with('"');
        let wanted = if quoted { "x\"<secret:a>\"y" } else { "x<secret:a>y" };
        let text = format!("x{text}y");
        assert_eq!(redactor.redact(&text), wanted);
        for size in [1, 255, 256, 257, 4096, 16384] {
            assert_eq!(streamed(&redactor, text.as_bytes().chunks(size)), wanted.as_bytes());
        }
    }
    assert_eq!(redactor.redact(&format!("{} and on", &secret[..1000])), "<secret:a> and on");
    assert_eq!(redactor.redact(&format!("{}{secret}!", &secret[..500])), "<secret:a><secret:a>!");
    assert_eq!(redactor.redact(&secret[..100]), &secret[..100], "a part too short to be told from other text");
}

#[test]
fn a_long_secret_that_differs_within_a_character_still_gives_text() {
    let secret = format!("{}é{}", "x".repeat(300), "y".repeat(300));
    let redactor = redactor(&[("a", &secret)]);
    let other = format!("{}è end", "x".repeat(300));
    assert!(redactor.redact(&other).starts_with("<secret:a>"));
    assert!(redactor.redact(&other).ends_with(" end"));
}

#[test]
fn the_longest_of_overlapping_secrets_is_named() {
    let redactor = redactor(&[("password", "hunter2!"), ("url", "postgres://admin:hunter2!@db/app")]);
    let text = "connect postgres://admin:hunter2!@db/app with hunter2!; postgres://admin:hunter2!@db/other";
    assert_eq!(
        redactor.redact(text),
        "connect <secret:url> with <secret:password>; postgres://admin:<secret:password>@db/other"
    );
    assert_cuts_make_no_difference(&redactor, text.as_bytes());
}

#[test]
fn short_secrets_are_not_masked_and_are_named() {
    let redactor = redactor(&[("pin", "12345"), ("blank", "   x      "), ("empty", ""), ("long", "123456")]);
    assert_eq!(redactor.too_short(), ["pin", "blank", "empty"]);
    assert_eq!(redactor.redact("12345 123456"), "12345 <secret:long>");
    assert_eq!(redactor.redact("          "), "          ");
}

#[test]
fn other_bytes_stay_as_they_are() {
    let redactor = redactor(&[("a", SECRET), ("b", KEY)]);
    let every_byte: Vec<u8> = (0..=255).cycle().take(2000).collect();
    assert_eq!(assert_cuts_make_no_difference(&redactor, &every_byte), every_byte);
    let uncut = SECRET.replace(['/', '?', '&', '='], "-");
    let nearly = format!("{}\n{}", &uncut[..uncut.len() - 1], &uncut[1..]);
    assert_eq!(self::redactor(&[("a", &uncut)]).redact(&nearly), nearly);
    assert!(matches!(redactor.redact("nothing here"), Cow::Borrowed(_)));
    let none = Redactor::default();
    assert_eq!(streamed(&none, [SECRET.as_bytes()]), SECRET.as_bytes());
}

#[test]
fn a_whole_line_passes_at_once_and_a_beginning_is_held_back() {
    let redactor = redactor(&[("a", "hunter2hunter2")]);
    let (mut stream, mut out) = (redactor.stream(), Vec::new());
    stream.push(b"ready\n", &mut out);
    assert_eq!(out, b"ready\n");
    stream.push(b"> hunter2h", &mut out);
    assert_eq!(out, b"ready\n> ");
    stream.push(b"unter3?", &mut out);
    assert_eq!(out, b"ready\n> hunter2hunter3?");
    stream.push(b" hunter2", &mut out);
    stream.finish(&mut out);
    assert!(out.ends_with(b" hunter2"));
}

/// A small generator of numbers, the same on every run.
fn numbers(mut state: u64) -> impl FnMut(u64) -> usize {
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((state >> 33) % below).unwrap()
    }
}

#[test]
fn agrees_with_a_plain_search_on_texts_full_of_near_misses() {
    for seed in 0..300 {
        let mut number = numbers(seed);
        let mut word = |length: usize| -> String { (0..length).map(|_| ['a', 'b', '\n'][number(3)]).collect() };
        let secrets: Vec<(String, String)> = (0..3).map(|name| (format!("n{name}"), word(6 + name * 3))).collect();
        let text = format!("{}{}{}{}", word(60), secrets[0].1, word(5), secrets[2].1);
        let redactor = Redactor::new(secrets.iter().map(|(name, secret)| (name, secret))).unwrap();
        let forms = secrets.iter().filter(|(_, secret)| secret.trim().len() >= MASKED_LENGTH);
        let forms: Vec<(String, &str)> = forms
            .flat_map(|(name, secret)| encodings::forms(secret).into_iter().map(move |form| (form, name.as_str())))
            .collect();
        // The plain search: at each place the longest form, the first secret's among alike ones.
        let (mut wanted, mut at) = (String::new(), 0);
        while at < text.len() {
            let here = forms.iter().rev().filter(|(form, _)| text[at..].starts_with(form.as_str()));
            if let Some((form, name)) = here.max_by_key(|(form, _)| form.len()) {
                write!(wanted, "<secret:{name}>").unwrap();
                at += form.len();
            } else {
                wanted.push_str(&text[at..=at]);
                at += 1;
            }
        }
        assert_eq!(redactor.redact(&text), wanted, "{secrets:?} in {text:?}");
        assert_cuts_make_no_difference(&redactor, text.as_bytes());
    }
}

#[test]
fn writes_through_and_finishes() {
    use std::io::Write as _;
    let redactor = redactor(&[("a", "hunter2hunter2")]);
    let mut writer = redactor.writer(Vec::new());
    write!(writer, "x hunter2").unwrap();
    write!(writer, "hunter2 y hunter2").unwrap();
    writer.flush().unwrap();
    assert_eq!(writer.finish().unwrap(), b"x <secret:a> y hunter2");
}

#[test]
fn shows_no_secret_itself() {
    let redactor = redactor(&[("a", "hunter2hunter2"), ("b", "tiny")]);
    let mut stream = redactor.stream();
    stream.push(b"hunter2", &mut Vec::new());
    let shown = format!("{redactor:?} {stream:?} {:?}", redactor.writer(Vec::new()));
    assert!(!shown.contains("hunter") && !shown.contains("104, 117"), "{shown}");
}

/// What is left of a text when masks and the blanks around them are taken away.
fn shown_beside(redactor: &Redactor, text: &str) -> String {
    String::from_utf8(assert_cuts_make_no_difference(redactor, text.as_bytes())).unwrap().replace("<secret:a>", "")
}

#[test]
fn masks_base64_in_lines_of_any_length_with_anything_before_it() {
    let secret = "correct-horse-battery-staple-42";
    let redactor = redactor(&[("a", secret)]);
    for before in 0..80 {
        let whole = format!(
            "{}{secret}\n",
            &"HTTP/1.1 authorization of the user admin in the realm of the shop, basic: ".repeat(2)[..before]
        );
        for encoded in [STANDARD.encode(&whole), URL_SAFE_NO_PAD.encode(&whole)] {
            for (width, end) in [(64, "\n"), (76, "\r\n"), (76, "\\n"), (60, "\\r\\n"), (20, "\n    ")] {
                let lines: Vec<&str> =
                    encoded.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect();
                let text = lines.join(end);
                let shown = String::from_utf8_lossy(&redactor.redact_bytes(text.as_bytes())).replace("<secret:a>", "");
                // The secret is 42 digits; at its ends digits are shared with what is around it.
                let digits =
                    |text: &str| text.replace("\\n", "").replace("\\r", "").replace(['\n', '\r', ' '], "").len();
                assert!(digits(&shown) <= digits(&text) - 37, "{before} {width} {end:?}: {text}\n{shown}");
                if before % 20 == 3 {
                    assert_cuts_make_no_difference(&redactor, text.as_bytes());
                }
                // Whoever looks at one line alone, too.
                let alone: usize = lines.iter().map(|line| redactor.redact(line).replace("<secret:a>", "").len()).sum();
                assert!(alone <= digits(&text) - 42 + 4 + 14, "{before} {width}: {lines:?}");
            }
        }
    }
}

#[test]
fn masks_digits_in_either_case_with_signs_between_them() {
    let redactor = redactor(&[("a", "s3cr3t-VALUE/42")]);
    let pairs: Vec<String> = "s3cr3t-VALUE/42".bytes().map(|byte| format!("{byte:02x}")).collect();
    let mixed: String = pairs
        .concat()
        .char_indices()
        .map(|(at, digit)| if at % 3 == 0 { digit.to_ascii_uppercase() } else { digit })
        .collect();
    let dump: String = pairs.chunks(2).map(<[String]>::concat).collect::<Vec<_>>().join(" ");
    for text in [
        pairs.concat(),
        mixed,
        pairs.join(":"),
        pairs.join("-"),
        pairs.join(" "),
        dump,
        format!("{}\n{}", pairs[..6].concat(), pairs[6..].concat()),
    ] {
        assert_eq!(shown_beside(&redactor, &format!("x={text}; end\n")).replace('\n', ""), "x=; end", "{text}");
    }
    // A prefix of its own in front.
    assert_eq!(shown_beside(&redactor, &format!("00ff{}ee", pairs.concat())), "00ffee");
}

#[test]
fn masks_what_is_escaped_in_part_or_twice() {
    let secret = "p@ss/wörd 4?2";
    let redactor = redactor(&[("a", secret)]);
    let percent_all = |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
    let units: String = secret.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    let bytes: String = secret.bytes().map(|byte| format!("\\x{byte:02X}")).collect();
    let octal: String = secret.bytes().map(|byte| format!("\\{byte:03o}")).collect();
    let html: String = secret.chars().map(|found| format!("&#x{:x};", u32::from(found))).collect();
    let once = percent(secret, "", true);
    for text in [
        "p@ss%2fw%C3%b6rd%204?2".to_owned(),
        "p%40ss/w%c3%B6rd+4%3f2".to_owned(),
        percent_all(secret),
        percent_all(&percent_all(secret)),
        once.replace('%', "%25"),
        once.replace('%', "\\u0025"),
        units.clone(),
        units.replace('\\', "\\\\"),
        "p@ss\\/w\\u00F6rd\\u00204\\x3f2".to_owned(),
        bytes,
        octal,
        html,
        STANDARD.encode(secret).replace('=', "%3D").replace('c', "%63"),
        percent_all(&STANDARD.encode(format!("ab{secret}")))[12..].to_owned(),
    ] {
        let shown = shown_beside(&redactor, &format!("a {text} z\n"));
        assert!(shown.len() <= "a  z\n".len() + 12, "{text}: {shown}");
    }
    for other in ["50% of \\u00e4 &amp; %zz \\q %", "\\u{1f511", "\\ud83d\\u0041 \\ud83d", "&#xzz; &# &", "\\"] {
        assert_eq!(assert_cuts_make_no_difference(&redactor, other.as_bytes()), other.as_bytes());
    }
}

#[test]
fn a_long_secret_is_masked_behind_escapes_too() {
    let secret: String = (0..3000).map(|number: u64| printable(number.pow(2) / 7)).collect();
    let redactor = redactor(&[("a", &secret)]);
    let escaped: String = secret.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
    let whole = redactor.redact(&escaped).into_owned();
    assert_eq!(whole, "<secret:a>");
    for size in [1, 100, 4096] {
        assert_eq!(streamed(&redactor, escaped.as_bytes().chunks(size)), whole.as_bytes());
    }
}

#[test]
fn what_a_url_was_cut_into_is_masked() {
    let redactor = redactor(&[("p", "S3cr@t/Pass#word12")]);
    for (text, expected) in [
        (
            "could not translate host name \"t\" to address, user S3cr",
            "could not translate host name \"t\" to address, user <secret:p>",
        ),
        ("database \"Pass#word12@db:5432/app\" does not exist", "database \"<secret:p>@db:5432/app\" does not exist"),
        ("lookup s3cr on 127.0.0.11:53", "lookup <secret:p> on 127.0.0.11:53"),
        ("path /Pass%23word12@db", "path /<secret:p>@db"),
    ] {
        assert_eq!(redactor.redact(text), expected);
        assert_cuts_make_no_difference(&redactor, text.as_bytes());
    }
}
