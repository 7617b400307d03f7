//! The forms in which a secret can turn up. In: its content; out: the texts to look for. Uses `escapes`.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use super::{MASKED_LENGTH, escapes};

/// Line lengths at which `base64`, PEM and MIME break their text.
const BASE64_LINES: [usize; 2] = [64, 76];

/// All forms of a content that are long enough to be looked for. The whole content and its lines come as they are and escaped, the
/// whole also in base64, percent encoding and hexadecimal digits.
pub(super) fn forms(content: &str) -> BTreeSet<String> {
    let mut forms = BTreeSet::new();
    for whole in BTreeSet::from([content, content.trim()]) {
        add_written(whole, &mut forms);
        add_base64(whole.as_bytes(), &mut forms);
        add_percent(whole.as_bytes(), &mut forms);
        let digits = |digit: fn(&u8) -> String| whole.as_bytes().iter().map(digit).collect();
        forms.extend([digits(|byte| format!("{byte:02x}")), digits(|byte| format!("{byte:02X}"))]);
    }
    // Whoever indents, prefixes or ends lines in another way still prints each line.
    for line in content.split(['\n', '\r']).filter(|line| line.len() < content.len()) {
        add_written(line, &mut forms);
        add_written(line.trim(), &mut forms);
    }
    forms.retain(|form| form.trim().len() >= MASKED_LENGTH);
    forms
}

fn add_written(text: &str, forms: &mut BTreeSet<String>) {
    if text.trim().len() >= MASKED_LENGTH {
        forms.extend(escapes::all(text));
        forms.insert(text.to_owned());
    }
}

fn add_base64(bytes: &[u8], forms: &mut BTreeSet<String>) {
    for engine in [STANDARD, URL_SAFE] {
        let padded = engine.encode(bytes);
        forms.insert(padded.trim_end_matches('=').to_owned());
        for length in BASE64_LINES {
            let lines = padded.as_bytes().chunks(length).filter(|_| padded.len() > length);
            forms.extend(lines.map(|line| String::from_utf8_lossy(line).into_owned()));
        }
        forms.insert(padded);
        for before in 0..3 {
            forms.insert(inside_base64(&engine, bytes, before));
        }
    }
}

/// The characters that `bytes` alone decide when `before` (0 to 2) other bytes precede them in their group of three.
fn inside_base64(engine: &impl Engine, bytes: &[u8], before: usize) -> String {
    let shifted: Vec<u8> = std::iter::repeat_n(0, before).chain(bytes.iter().copied()).collect();
    let encoded = engine.encode(&shifted);
    // Each character holds six bits: those that share a bit with what is before or after are left out.
    encoded[(before * 8).div_ceil(6)..shifted.len() * 8 / 6].to_owned()
}

/// What an encoder leaves as it is besides letters and digits, and whether a blank becomes `+`.
const PERCENT: [(&str, bool); 9] = [
    // RFC 3986; Python's quote; JavaScript's encodeURIComponent and encodeURI.
    ("-_.~", false),
    ("-_.~/", false),
    ("-_.~!'()*", false),
    ("-_.~!'()*;,/?:@&=+$#", false),
    // Go's user information and path segments; the user information of browsers and Node.
    ("-_.~$&+,;=", false),
    ("-_.~$&+=:@", false),
    ("-_.~!$%&'()*+,", false),
    // Forms, as browsers and as Python and Go send them.
    ("-_.*", true),
    ("-_.~", true),
];

fn add_percent(bytes: &[u8], forms: &mut BTreeSet<String>) {
    for (kept, plus) in PERCENT {
        for upper in [true, false] {
            let encoded = bytes.iter().map(|byte| match char::from(*byte) {
                ' ' if plus => "+".to_owned(),
                plain if plain.is_ascii_alphanumeric() || (byte.is_ascii() && kept.contains(plain)) => {
                    plain.to_string()
                }
                _ if upper => format!("%{byte:02X}"),
                _ => format!("%{byte:02x}"),
            });
            forms.insert(encoded.collect());
        }
    }
}
