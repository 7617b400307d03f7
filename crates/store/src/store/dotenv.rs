//! Dotenv files: one `NAME=content` after another. In: text; out: names and contents, and back, byte by byte.
//!
//! Read: `export` before a name; comments; unquoted text (to the line's end or ` #`, trimmed, nothing expanded); `'single quotes'`
//! (everything as it stands, also line breaks); `"double quotes"` (`\n \r \t \\ \" \$` and a backquote after `\`). Nothing is ever
//! taken from the environment: a `$` is a `$`. Uses `flat_map`'s fault and this room's `name`.

use std::collections::BTreeMap;

use super::Secret;
use super::flat_map::FlatFault;
use super::name::{name_problem, shown};

/// Reads a dotenv text.
pub(super) fn parse(text: &str) -> Result<BTreeMap<String, Secret>, FlatFault> {
    let mut reader = Reader { text: text.strip_prefix('\u{feff}').unwrap_or(text), at: 0 };
    let mut entries = BTreeMap::new();
    while reader.skip_to_entry() {
        let start = reader.at;
        let name = reader.name()?;
        let content = reader.content()?;
        if entries.insert(name.clone(), content).is_some() {
            return Err(reader.fault(start, format!("`{name}` is set twice")));
        }
    }
    Ok(entries)
}

/// One line (or several, for a text with line breaks) that every common dotenv reader and the shell take as this content, as far as
/// they can: single quotes where they suffice, double quotes with escapes otherwise.
pub(super) fn line(name: &str, content: &str) -> String {
    let simple = |character: char| character.is_ascii_alphanumeric() || "_-./:@%+,=".contains(character);
    if !content.is_empty() && content.chars().all(simple) {
        return format!("{name}={content}\n");
    }
    if !content.contains(['\'', '\r']) {
        return format!("{name}='{content}'\n");
    }
    let mut escaped = String::with_capacity(content.len() + 8);
    for character in content.chars() {
        match character {
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\\' | '"' | '$' | '`' => escaped.extend(['\\', character]),
            other => escaped.push(other),
        }
    }
    format!("{name}=\"{escaped}\"\n")
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Moves past blank lines and comments; `false` at the end.
    fn skip_to_entry(&mut self) -> bool {
        loop {
            self.at += self.rest().len() - self.rest().trim_start_matches([' ', '\t', '\n', '\r']).len();
            if !self.rest().starts_with('#') {
                return !self.rest().is_empty();
            }
            self.at += self.rest().find('\n').unwrap_or(self.rest().len());
        }
    }

    /// `NAME =`, perhaps after `export`.
    fn name(&mut self) -> Result<String, FlatFault> {
        if let Some(rest) = self.rest().strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t'])) {
            self.at = self.text.len() - rest.trim_start_matches([' ', '\t']).len();
        }
        let start = self.at;
        let line = self.rest().lines().next().unwrap_or_default();
        let Some(equals) = line.find('=') else {
            return Err(self.fault(start, "expected `NAME=text`, found no `=`".to_owned()));
        };
        let name = line[..equals].trim_end_matches([' ', '\t']);
        if let Some(problem) = name_problem(name) {
            return Err(self.fault(start, format!("`{}` is not a name: {problem}", shown(name))));
        }
        self.at += equals + 1;
        Ok(name.to_owned())
    }

    fn content(&mut self) -> Result<Secret, FlatFault> {
        self.at += self.rest().len() - self.rest().trim_start_matches([' ', '\t']).len();
        let content = match self.rest().chars().next() {
            Some('\'') => self.single_quoted()?,
            Some('"') => self.double_quoted()?,
            _ => return Ok(self.unquoted()),
        };
        let after = self.rest().lines().next().unwrap_or_default();
        let trimmed = after.trim_start_matches([' ', '\t']).trim_end_matches('\r');
        if !trimmed.is_empty() && !trimmed.starts_with('#') {
            return Err(self.fault(self.at, "expected the end of the line after the closing quote".to_owned()));
        }
        self.at += after.len();
        Ok(content)
    }

    fn unquoted(&mut self) -> Secret {
        let line = self.rest().lines().next().unwrap_or_default();
        let comment = line
            .char_indices()
            .find(|(at, character)| *character == '#' && (*at == 0 || line[..*at].ends_with([' ', '\t'])));
        let content = &line[..comment.map_or(line.len(), |(at, _)| at)];
        self.at += line.len();
        Secret::from(content.trim_matches([' ', '\t', '\r']))
    }

    fn single_quoted(&mut self) -> Result<Secret, FlatFault> {
        let inside = &self.rest()[1..];
        let Some(end) = inside.find('\'') else {
            return Err(self.fault(self.at, "the quote `'` is never closed".to_owned()));
        };
        self.at += end + 2;
        Ok(Secret::from(&inside[..end]))
    }

    fn double_quoted(&mut self) -> Result<Secret, FlatFault> {
        let inside = &self.rest()[1..];
        let mut content = String::with_capacity(inside.len().min(super::name::CONTENT_LIMIT));
        let mut characters = inside.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    self.at += at + 2;
                    return Ok(Secret::new(content));
                }
                '\\' => match characters.next().map(|(_, escaped)| escaped) {
                    Some('n') => content.push('\n'),
                    Some('r') => content.push('\r'),
                    Some('t') => content.push('\t'),
                    Some(same @ ('\\' | '"' | '$' | '`')) => content.push(same),
                    Some(other) => content.extend(['\\', other]),
                    None => break,
                },
                other => content.push(other),
            }
        }
        // The unfinished content may be a secret: wrapped, it is wiped.
        drop(Secret::new(content));
        Err(self.fault(self.at, "the quote `\"` is never closed".to_owned()))
    }

    fn fault(&self, at: usize, problem: String) -> FlatFault {
        let before = &self.text[..at];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        FlatFault { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1, problem }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::store::testing::NASTY;

    fn pairs(text: &str) -> Vec<(String, String)> {
        let entries = parse(text).unwrap();
        entries.iter().map(|(name, content)| (name.clone(), content.expose().to_owned())).collect()
    }

    fn content(text: &str) -> String {
        pairs(&format!("A={text}\nB=end\n"))[0].1.clone()
    }

    #[test]
    fn every_text_comes_back_byte_by_byte() {
        let more = ["", " ", "\r\n'", "'\"\\$`", "a\\", "\\'", "x # y", "'x'\n#'", "\"'"];
        for text in NASTY.iter().chain(&more) {
            let written = format!("{}B=end\n", line("A", text));
            assert_eq!(
                pairs(&written),
                [("A".to_owned(), (*text).to_owned()), ("B".to_owned(), "end".to_owned())],
                "{written}"
            );
        }
    }

    #[test]
    fn every_short_text_over_the_dangerous_characters_comes_back() {
        let alphabet = ['a', ' ', '\'', '"', '\\', '\n', '\r', '$', '#', '=', 'n'];
        let mut texts = vec![String::new()];
        for _ in 0..4 {
            let longer = |text: &String| alphabet.map(|character| format!("{text}{character}"));
            texts = texts.iter().flat_map(longer).chain([String::new()]).collect();
            for text in &texts {
                let written = line("A", text);
                assert_eq!(pairs(&written), [("A".to_owned(), text.clone())], "{written:?}");
            }
        }
    }

    #[test]
    fn reads_what_people_write() {
        assert_eq!(content("plain"), "plain");
        assert_eq!(content("  spaced out  "), "spaced out");
        assert_eq!(content("x # comment"), "x");
        assert_eq!(content("x#y"), "x#y");
        assert_eq!(content("# nothing"), "");
        assert_eq!(content("a\\nb $HOME ${X}"), "a\\nb $HOME ${X}");
        assert_eq!(content("'a\\n$HOME' # c"), "a\\n$HOME");
        assert_eq!(content("\"a\\n\\$HOME $X \\q\""), "a\n$HOME $X \\q");
        assert_eq!(content("\"two\nlines\""), "two\nlines");
        assert_eq!(content("it's"), "it's");
        let text = "\u{feff}# c\r\n\r\nexport A=1\r\n  B = \"2\" \r\nexport=3\r\n";
        let wanted = [("A", "1"), ("B", "2"), ("export", "3")].map(|(name, text)| (name.to_owned(), text.to_owned()));
        assert_eq!(pairs(text), wanted);
    }

    #[test]
    fn names_the_place_of_a_fault_and_no_content() {
        for (text, line, column, problem) in [
            ("A=1\ncanary\n", 2, 1, "expected `NAME=text`, found no `=`"),
            ("A=1\nA=canary\n", 2, 1, "`A` is set twice"),
            ("A=1\n  B='canary", 2, 5, "the quote `'` is never closed"),
            ("A=\"canary\\", 1, 3, "the quote `\"` is never closed"),
            ("A='x'canary", 1, 6, "expected the end of the line after the closing quote"),
            ("a.b=canary", 1, 1, "`a.b` is not a name: `.` is not allowed"),
            ("=canary", 1, 1, "`` is not a name: it is empty"),
        ] {
            let wanted = FlatFault { line, column, problem: problem.to_owned() };
            assert_eq!(parse(text).unwrap_err(), wanted, "{text:?}");
        }
    }
}
