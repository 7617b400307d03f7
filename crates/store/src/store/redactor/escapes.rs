//! How programs write a text inside of a quoted one. In: a text; out: the inside of each kind of quotes: JSON as several encoders
//! write it, YAML, the shells, and the debug output of programming languages. Uses nothing of this room.

/// Every escaped form of `text`, in no particular order, alike ones included.
pub(super) fn all(text: &str) -> Vec<String> {
    let mut forms = json(text);
    // A log line in JSON that quotes a line in JSON.
    let twice: Vec<String> = forms.iter().map(|form| each(form, json_minimal)).collect();
    forms.extend(twice);
    forms.extend([
        each(text, yaml_unicode),
        each(text, yaml_ascii),
        text.replace('\'', "''"),
        text.replace('\'', "'\\''"),
        text.replace('\'', "'\"'\"'"),
        shell_mixed(text),
        each(text, shell_double),
        each(text, shell_backslash),
        each(text, shell_backslash_all),
        each(text, shell_ansi),
        text.escape_debug().collect(),
        each(text, debug_controls),
    ]);
    forms
}

/// JSON leaves its writers free to escape the slash (PHP), what HTML takes for markup (Go), and what is not ASCII (Python and PHP
/// with lower-case digits, others with upper-case ones).
fn json(text: &str) -> Vec<String> {
    let mut forms = vec![each(text, json_minimal), each(text, json_html), each(text, json_dotnet)];
    for beyond_ascii in [json_lower, json_upper] {
        forms.extend([each(text, json_minimal), each(text, json_html)].map(|form| each(&form, beyond_ascii)));
    }
    let slashes: Vec<String> = forms.iter().map(|form| form.replace('/', "\\/")).collect();
    forms.extend(slashes);
    forms
}

fn each(text: &str, escape: fn(char) -> Option<String>) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match escape(character) {
            Some(replacement) => escaped.push_str(&replacement),
            None => escaped.push(character),
        }
    }
    escaped
}

/// The escapes of one letter that JSON and nearly everything else have.
fn short(character: char) -> Option<String> {
    let letter = match character {
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        '\u{8}' => 'b',
        '\u{c}' => 'f',
        '\\' => '\\',
        _ => return None,
    };
    Some(format!("\\{letter}"))
}

/// `serde_json`, JavaScript.
fn json_minimal(character: char) -> Option<String> {
    match character {
        '"' => Some("\\\"".to_owned()),
        other => short(other).or_else(|| other.is_ascii_control().then(|| units(other, false))),
    }
}

/// Go: also what HTML would take for markup.
fn json_html(character: char) -> Option<String> {
    match character {
        '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => Some(units(character, false)),
        other => json_minimal(other),
    }
}

/// After another escape, which leaves what is not ASCII as it is.
fn json_lower(character: char) -> Option<String> {
    (!character.is_ascii()).then(|| units(character, false))
}

/// As [`json_lower`], with upper-case digits.
fn json_upper(character: char) -> Option<String> {
    (!character.is_ascii()).then(|| units(character, true))
}

/// .NET: upper-case digits for quotes and all that HTML could take for markup, too.
fn json_dotnet(character: char) -> Option<String> {
    match character {
        '"' | '&' | '\'' | '+' | '<' | '>' | '`' => Some(units(character, true)),
        other if other.is_ascii() => short(other).or_else(|| other.is_ascii_control().then(|| units(other, true))),
        other => Some(units(other, true)),
    }
}

/// `\u` and four digits for each UTF-16 unit.
fn units(character: char, upper: bool) -> String {
    let mut units = [0; 2];
    let units = character.encode_utf16(&mut units).iter();
    units.map(|unit| if upper { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") }).collect()
}

/// YAML in double quotes where Unicode is kept.
fn yaml_unicode(character: char) -> Option<String> {
    let named = match character {
        '"' => "\\\"",
        '\u{7}' => "\\a",
        '\u{b}' => "\\v",
        '\u{1b}' => "\\e",
        '\u{85}' => "\\N",
        '\u{2028}' => "\\L",
        '\u{2029}' => "\\P",
        '\u{feff}' => "\\uFEFF",
        other if other.is_control() => return short(other).or_else(|| Some(format!("\\x{:02X}", u32::from(other)))),
        other => return short(other),
    };
    Some(named.to_owned())
}

/// YAML in double quotes, ASCII only.
fn yaml_ascii(character: char) -> Option<String> {
    yaml_unicode(character).or_else(|| match u32::from(character) {
        0xa0 => Some("\\_".to_owned()),
        ..=0x7f => None,
        code @ 0x80..=0xff => Some(format!("\\x{code:02X}")),
        code @ 0x100..=0xffff => Some(format!("\\u{code:04X}")),
        code => Some(format!("\\U{code:08X}")),
    })
}

/// The shell in pieces of single and double quotes, as this program itself writes commands to type.
fn shell_mixed(text: &str) -> String {
    shlex::try_quote(text).map_or_else(|_| text.to_owned(), |quoted| quoted.trim_matches(['\'', '"']).to_owned())
}

/// The shell in double quotes.
fn shell_double(character: char) -> Option<String> {
    matches!(character, '"' | '$' | '`' | '\\').then(|| format!("\\{character}"))
}

/// The shell without quotes, as `printf %q` writes it.
fn shell_backslash(character: char) -> Option<String> {
    " \t!\"#$&'()*,;<>?[\\]^`{|}~".contains(character).then(|| format!("\\{character}"))
}

/// The shell without quotes, as careful programs write it.
fn shell_backslash_all(character: char) -> Option<String> {
    let plain = character.is_alphanumeric() || "_-./:@%+=".contains(character);
    (!plain).then(|| format!("\\{character}"))
}

/// The shell in `$'…'`.
fn shell_ansi(character: char) -> Option<String> {
    match character {
        '\'' => Some("\\'".to_owned()),
        '\u{7}' => Some("\\a".to_owned()),
        '\u{b}' => Some("\\v".to_owned()),
        '\u{1b}' => Some("\\E".to_owned()),
        other if other.is_ascii_control() => short(other).or_else(|| Some(format!("\\{:03o}", u32::from(other)))),
        other if other.is_ascii() => short(other),
        other => {
            let bytes: Vec<String> = other.to_string().bytes().map(|byte| format!("\\{byte:03o}")).collect();
            Some(bytes.concat())
        }
    }
}

/// Debug output that escapes controls and backslashes but no quotes, as Python's with the other kind of quotes.
fn debug_controls(character: char) -> Option<String> {
    short(character).or_else(|| character.is_ascii_control().then(|| format!("\\x{:02x}", u32::from(character))))
}
