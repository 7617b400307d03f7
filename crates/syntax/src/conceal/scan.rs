//! Secrets in a text as it stands, whether it can be read or not: `NAME=secret`, `NAME: secret`, `{name: NAME, valeu: secret}`,
//! `--name secret`, tokens, and passwords in URLs.

use std::ops::Range;

use super::extent::{column, indentation, is_in_flow, items, value, word};
use super::lines::{joined, lines};
use super::token::all_tokens;
use super::url::all_passwords;
use super::{is_literal_secret, names_a_secret};

/// Lines that one entry can go on for.
const MOST_LINES: usize = 200;

/// The key of the value: where it is written well, its brothers hold no secret.
const VALUE_KEY: &str = "value";

/// Keys under which the name of a variable stands, and how they are mistyped.
const NAME_KEYS: [&str; 9] = ["name", "nme", "nmae", "naem", "nam", "names", "key", "var", "variable"];

/// The places of secrets in a text, sorted and without overlaps.
pub fn secrets_in(text: &str) -> Vec<Range<usize>> {
    let mut found = all_tokens(text);
    found.extend(all_passwords(text));
    let mut scan = Scan { lines: lines(text), found };
    for line in 0..scan.lines.len() {
        scan.line(line);
    }
    joined(scan.found)
}

struct Scan<'t> {
    /// Each line and where it begins.
    lines: Vec<(usize, &'t str)>,
    found: Vec<Range<usize>>,
}

impl<'t> Scan<'t> {
    fn text(&self, line: usize) -> &'t str {
        self.lines.get(line).map_or("", |(_, text)| text)
    }

    /// Looks at what stands behind each name of a secret.
    fn line(&mut self, number: usize) {
        let line = self.text(number);
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
        let mut at = 0;
        while let Some(start) = line.as_bytes()[at..].iter().position(|byte| is_part(*byte)).map(|from| at + from) {
            let length = line.as_bytes()[start..].iter().take_while(|byte| is_part(**byte)).count();
            at = start + length;
            let name = &line[start..at];
            if !name.starts_with("pt.") && names_a_secret(name) {
                self.behind(number, start..at);
            }
        }
    }

    fn behind(&mut self, number: usize, place: Range<usize>) {
        let line = self.text(number);
        let name = &line[place.clone()];
        let quote = line[..place.start].chars().next_back().filter(|last| "\"'".contains(*last));
        let closed = quote.filter(|quote| line[place.end..].starts_with(*quote));
        let end = place.end + closed.map_or(0, char::len_utf8);
        let before = line[..place.start - quote.map_or(0, char::len_utf8)].trim_end();
        let begins = before.is_empty() || before.ends_with(['-', '[', '{', ',']) || before == "#";
        let rest = &line[end..];
        let flow = is_in_flow(line, place.start);
        if rest.starts_with('=') && closed.is_none() {
            let found = match quote {
                Some(quote) => end + 1..line[end + 1..].find(quote).map_or(line.len(), |at| end + 1 + at),
                None if begins && !before.is_empty() => value(line, end + 1, flow),
                None => word(line, end + 1, surrounding(&line[..place.start])),
            };
            self.take(name, number, found);
        } else if let Some(behind) = rest.trim_start().strip_prefix(':') {
            let separated = behind.is_empty() || behind.starts_with([' ', '\t', '"', '\'', '[']) || closed.is_some();
            if separated || begins {
                self.under(name, number, line.len() - behind.len(), flow);
            }
        } else if name.starts_with("--") || before.ends_with("--") {
            self.option(name, number, end, flow);
        } else if let Some(key) = key_before(before) {
            // In capitals it is a variable's, however its key is mistyped.
            let variable = !name.bytes().any(|byte| byte.is_ascii_lowercase());
            if variable || NAME_KEYS.iter().any(|known| key.eq_ignore_ascii_case(known)) {
                self.siblings(name, number, place, flow);
            }
        } else if begins && !before.is_empty() && name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            self.second(name, number, end, before.ends_with('['));
        }
    }

    /// Keeps what is the secret of a name.
    fn take(&mut self, name: &str, line: usize, place: Range<usize>) {
        let (start, text) = self.lines[line];
        let Some(value) = text.get(place.clone()) else { return };
        if is_literal_secret(name, value) && !(names_a_secret(value) && value.contains('_')) {
            self.found.push(start + place.start..start + place.end);
        }
    }

    /// What stands behind the colon of a key: a text, a list, a map, or lines below.
    fn under(&mut self, name: &str, number: usize, from: usize, flow: bool) {
        let line = self.text(number);
        let first = line[from..].trim_start();
        let begins = line.len() - first.len();
        if first.starts_with('[') {
            for item in items(line, begins) {
                self.take(name, number, item);
            }
        } else if first.starts_with('{') {
            self.pieces(name, number, begins + 1..line.len());
        } else if !first.is_empty() && !first.starts_with(['|', '>', '#', '&', '!']) {
            let place = value(line, from, flow);
            self.take(name, number, place);
            if !flow {
                self.below(name, number, from);
            }
        } else if !flow {
            self.below(name, number, from);
        }
    }

    /// Lines that belong to a key because they stand deeper; those of a map have names of their own.
    fn below(&mut self, name: &str, number: usize, from: usize) {
        let line = self.text(number);
        let key = column(line).min(from);
        let block = line[from..].trim_start().starts_with(['|', '>']);
        for next in number + 1..self.lines.len().min(number + MOST_LINES) {
            let text = self.text(next);
            let listed = text.trim_start().starts_with("- ") && indentation(text) >= key;
            if !text.trim().is_empty() && indentation(text) <= key && !listed {
                break;
            }
            let start = if block { indentation(text) } else { column(text) };
            let is_entry = text[start..].contains(": ") || text.trim_end().ends_with(':');
            if !block && (is_entry || text[start..].starts_with(['{', '['])) {
                break;
            }
            let place = if block { start..text.trim_end().len().max(start) } else { value(text, start, false) };
            self.take(name, next, place);
        }
    }

    /// The word behind an option, in a command or as the next item of a list.
    fn option(&mut self, name: &str, number: usize, end: usize, flow: bool) {
        let line = self.text(number);
        let rest = &line[end..];
        if let Some(behind) = rest.trim_start().strip_prefix(',') {
            let place = value(line, line.len() - behind.len(), flow);
            self.take(name, number, place);
        } else if rest.starts_with(' ') && !rest.trim_start().starts_with('-') {
            let from = line.len() - rest.trim_start().len();
            let place = word(line, from, surrounding(&line[..end]));
            self.take(name, number, place);
        } else if rest.trim().is_empty()
            && let Some(item) = self.text(number + 1).trim_start().strip_prefix("- ")
        {
            let next = self.text(number + 1);
            let place = value(next, next.len() - item.len(), false);
            self.take(name, number + 1, place);
        }
    }

    /// The other entries of the map in which a name stands as a value.
    fn siblings(&mut self, name: &str, number: usize, place: Range<usize>, flow: bool) {
        let line = self.text(number);
        let open = line[..place.start].rfind('{').filter(|_| flow);
        if let Some(open) = open {
            let own = line[open + 1..place.start].rfind(',').map_or(open + 1, |comma| open + 1 + comma);
            self.pieces(name, number, open + 1..own);
            let closes = line[place.end..].contains('}');
            self.pieces(name, number, place.end..line.len());
            // A map in braces may go on for some lines.
            let mut next = number + 1;
            while !closes && next < self.lines.len().min(number + MOST_LINES) {
                let text = self.text(next);
                self.pieces(name, next, 0..text.len());
                next = if text.contains('}') { usize::MAX } else { next + 1 };
            }
            return;
        }
        self.pieces(name, number, place.end..line.len());
        let key = column(line);
        let after = (number + 1..self.lines.len().min(number + MOST_LINES))
            .take_while(|next| self.text(*next).trim().is_empty() || indentation(self.text(*next)) >= key);
        let begins = |line: usize| self.text(line).trim_start().starts_with("- ");
        let mut siblings: Vec<usize> = after.collect();
        let mut back = number;
        while !begins(back) && back > 0 && number - back < MOST_LINES && column(self.text(back - 1)) >= key {
            back -= 1;
            siblings.push(back);
        }
        let has_value = siblings.iter().any(|line| self.text(*line).get(key..).is_some_and(holds_value));
        for other in siblings {
            let text = self.text(other);
            if column(text) != key || (has_value && !holds_value(&text[key..])) {
                continue;
            }
            match text[key..].find(':') {
                Some(colon) => self.under(name, other, key + colon + 1, false),
                None => self.pieces(name, other, key..text.len()),
            }
        }
    }

    /// Entries of a map in one line, well formed or not: behind each key its value.
    fn pieces(&mut self, name: &str, number: usize, place: Range<usize>) {
        let line = self.text(number);
        let end = line[place.clone()].find('}').map_or(place.end, |length| place.start + length);
        let mut at = place.start;
        let has_value = holds_value(&line[at..end.max(at)]);
        while at < end {
            let separator = line[at..end].find([':', '=', ',']).map(|length| at + length);
            match separator {
                Some(comma) if line[comma..].starts_with(',') => {
                    self.bare(name, number, at..comma);
                    at = comma + 1;
                }
                Some(separator) => {
                    let begins = line.len() - line[separator + 1..].trim_start().len();
                    let key = line[at..separator].trim_matches([' ', '"', '\'']);
                    let taken = !has_value || key == VALUE_KEY;
                    if line[begins..].starts_with('[') {
                        let items = items(line, begins);
                        let last = items.last().map_or(begins + 1, |item| item.end);
                        for item in items.into_iter().filter(|_| taken) {
                            self.take(name, number, item);
                        }
                        at = last.max(separator + 1);
                    } else {
                        let found = value(line, separator + 1, true);
                        at = found.end.max(separator + 1);
                        if taken {
                            self.take(name, number, found);
                        }
                    }
                    at = line[at..end.max(at)].find(',').map_or(end, |comma| at + comma + 1);
                }
                None => {
                    self.bare(name, number, at..end);
                    at = end;
                }
            }
        }
    }

    /// An entry without a colon: `value secret`.
    fn bare(&mut self, name: &str, number: usize, place: Range<usize>) {
        let line = self.text(number);
        let Some(piece) = line.get(place.clone()) else { return };
        let trimmed = piece.trim_start();
        if let Some((_, rest)) = trimmed.split_once(' ').filter(|(_, rest)| !rest.trim().is_empty()) {
            let start = place.end - rest.len();
            self.take(name, number, value(line, start, true));
        }
    }

    /// The second of two items, the first of which is a name: `[NAME, secret]`, `- NAME secret`.
    fn second(&mut self, name: &str, number: usize, end: usize, bracket: bool) {
        let line = self.text(number);
        let rest = &line[end..];
        match rest.strip_prefix(',') {
            Some(behind) if bracket && !behind.trim_end_matches(']').contains(',') => {
                self.take(name, number, value(line, end + 1, true));
            }
            None if rest.starts_with(' ') && !rest.trim_start().starts_with('#') => {
                self.take(name, number, value(line, end, is_in_flow(line, end)));
            }
            _ => {}
        }
    }
}

/// Whether a text has an entry for the value that is written well.
fn holds_value(text: &str) -> bool {
    text.match_indices(VALUE_KEY).any(|(at, _)| {
        let before = text[..at].ends_with(|letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter));
        !before && text[at + VALUE_KEY.len()..].trim_start_matches(['"', '\'']).starts_with(':')
    })
}

/// The quote that is open at the end of a text.
fn surrounding(before: &str) -> Option<char> {
    before.chars().fold(None, |open, letter| match open {
        None if "\"'".contains(letter) => Some(letter),
        Some(quote) if quote == letter => None,
        other => other,
    })
}

/// The key whose value begins behind this text.
fn key_before(before: &str) -> Option<&str> {
    let key = before.strip_suffix([':', '='])?.trim_end_matches(['"', '\'']);
    key.rsplit(|letter: char| !letter.is_ascii_alphanumeric()).next().filter(|key| !key.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::concealed;
    use super::secrets_in;

    #[test]
    fn a_secret_is_found_however_badly_its_entry_is_written() {
        for text in [
            "- DB_PASSWORD=hunter2",
            "- 'DB_PASSWORD=hunter2 x'",
            "- \"DB_PASSWORD=hunter2",
            "- DB_PASSWORD: hunter2",
            "- DB_PASSWORD:hunter2",
            "- DB_PASSWORD hunter2",
            "- [DB_PASSWORD, hunter2]",
            "[DB_PASSWORD=hunter2, A=b]",
            "{name: DB_PASSWORD, valeu: hunter2}",
            "{valeu: hunter2, name: DB_PASSWORD}",
            "{name: DB_PASSWORD value: hunter2}",
            "{name: DB_PASSWORD, value hunter2}",
            "{name: DB_PASSWORD, value=hunter2}",
            "{nmae: DB_PASSWORD, value: hunter2}",
            "{name: DB_PASSWORD, value: [hunter2]}",
            "{name: DB_PASSWORD, value: \"hunter2}",
            "{name: DB_PASSWORD, value: hunter2: hunter2}",
            "{name: \"DB_PASSWORD\", value: {a: hunter2}}",
            "{name: DB_PASSWORD,\n value: hunter2}",
            "- name: DB_PASSWORD\n  valeu: hunter2",
            "- name: DB_PASSWORD\n  value:\n    - hunter2",
            "- name: DB_PASSWORD\n  value: |\n    hunter2\n    hunter2",
            "- valeu: hunter2\n  name: DB_PASSWORD",
            "- name: DB_PASSWORD\n  value hunter2",
            "DB_PASSWORD:\n  - hunter2\n  - hunter2",
            "DB_PASSWORD:\n  hunter2",
            "DB_PASSWORD: x y\n  hunter2",
            "{\"DB_PASSWORD\":\"hunter2\"}",
            "cmd: tool --password hunter2 --user x",
            "cmd: [tool, --password, hunter2]",
            "cmd: [\"tool\", \"--password\", \"hunter2\"]",
            "- --password\n- hunter2",
            "cmd: \"PGPASSWORD='hunter2' psql",
            "cmd: \"psql 'postgres://u:hunter2@h/d",
            "x: postgres://u:a@h/d postgres://u:hunter2@h/d",
            "# DB_PASSWORD=hunter2",
            "api-key: hunter2",
        ] {
            let shown = concealed(text);
            assert!(!shown.contains("hunter2") && shown.contains("****"), "{text}\n{shown}");
        }
    }

    #[test]
    fn nothing_else_is_hidden() {
        for text in [
            "- {name: DB_PASSWORD, value: pt.secret db-password}",
            "- {id: db-password, type: str, info: A password of the database.}",
            "url: \"postgres://u:{pt.secret db-password}@db/app\"",
            "# the password is rotated",
            "DB_PASSWORD_FILE: /run/secrets/db",
            "secrets: [DB_PASSWORD, API_TOKEN]",
            "env:\n  - name: DB_PASSWORD\n    value: pt.secret x\n  - name: PORT\n    value: abc",
            "password:\n  type: str\n  info: What opens it.",
            "cmd: tool --token $TOKEN --verbose",
            "run: [{tool: rotate-token}, {tool: api}]",
            "- {name: DB_PASSWORD, value: pt.secret x, mode: abc}",
        ] {
            assert!(secrets_in(text).is_empty(), "{text}\n{}", concealed(text));
        }
    }

    #[test]
    fn a_key_in_lines_is_hidden_with_its_body() {
        let body = "MIIEow".repeat(20);
        let text = format!(
            "a: 1\nkey: |\n  -----BEGIN {} KEY-----\n  {body}\n  -----END {} KEY-----\nb: 2\n",
            "PRIVATE", "PRIVATE"
        );
        let shown = concealed(&text);
        assert!(!shown.contains("MIIEow") && shown.contains("b: 2"), "{shown}");
    }
}
