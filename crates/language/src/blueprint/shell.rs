//! A command that a shell runs after something else: `pip install …; exec python main.py`.

use crate::value::{Segment, Text};

/// A command line as a shell script. Every reference in it is an argument of the shell (`"${1}"`), so that no content of a
/// value or secret is ever read as shell.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Script {
    /// The script, literal.
    pub(super) text: String,
    /// What `${1}`, `${2}` … stand for.
    pub(super) arguments: Vec<Text>,
}

/// What makes more than one command of a line.
const CONTROL: &str = ";&|()\n";

/// Words that only the shell itself can run.
const BUILTINS: [&str; 12] = [".", ":", "!", "{", "cd", "eval", "exec", "exit", "export", "set", "source", "time"];

/// The script of a command line; `None` when a quote in it is not closed.
pub(super) fn script(command: &Text) -> Option<Script> {
    let shape: String = command.segments().iter().map(|segment| literal(segment).unwrap_or("x")).collect();
    let first = shlex::split(&shape)?.into_iter().next().unwrap_or_default();
    // A plain program takes the place of the shell, so that it gets the signals.
    let plain = !shape.contains(|letter| CONTROL.contains(letter))
        && !first.contains('=')
        && !BUILTINS.contains(&first.as_str());
    let mut script = Script { text: if plain { "exec ".to_owned() } else { String::new() }, arguments: Vec::new() };
    let mut quotes = Quotes::default();
    for segment in command.segments() {
        if let Some(text) = literal(segment) {
            text.chars().for_each(|letter| quotes.read(letter));
            script.text.push_str(text);
            continue;
        }
        let mut argument = Text::default();
        argument.push(segment.clone());
        script.arguments.push(argument);
        let parameter = format!("${{{}}}", script.arguments.len());
        script.text.push_str(&quotes.embed(&parameter));
    }
    Some(script)
}

fn literal(segment: &Segment) -> Option<&str> {
    match segment {
        Segment::Literal(text) => Some(text),
        Segment::Value { .. } | Segment::Secret { .. } => None,
    }
}

/// Which quotes are open at a place of a script.
#[derive(Debug, Default)]
struct Quotes {
    open: Option<char>,
    escaped: bool,
    comment: bool,
    in_word: bool,
}

impl Quotes {
    fn read(&mut self, letter: char) {
        if self.comment {
            self.comment = letter != '\n';
            return;
        }
        if std::mem::take(&mut self.escaped) {
            self.in_word = true;
            return;
        }
        match (self.open, letter) {
            (None | Some('"'), '\\') => self.escaped = true,
            (None, '#') if !self.in_word => self.comment = true,
            (None, '\'' | '"') => self.open = Some(letter),
            (Some(quote), _) if quote == letter => self.open = None,
            _ => {}
        }
        self.in_word = self.open.is_some() || !(letter.is_whitespace() || ";&|()".contains(letter));
    }

    /// A parameter so written that its content is one piece of text here.
    fn embed(&mut self, parameter: &str) -> String {
        self.in_word = true;
        match self.open {
            None => format!("\"{parameter}\""),
            Some('\'') => format!("'\"{parameter}\"'"),
            Some(_) => parameter.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// `{name}` stands for a secret.
    fn text(written: &str) -> Text {
        let mut text = Text::default();
        for (index, part) in written.split(['{', '}']).enumerate() {
            match index % 2 {
                0 => text.push(Segment::Literal(part.to_owned())),
                _ => text.push(Segment::secret(part.to_owned())),
            }
        }
        text
    }

    #[test]
    fn a_plain_program_takes_the_place_of_the_shell() {
        assert_eq!(script(&text("./bin/run --port 80")).unwrap().text, "exec ./bin/run --port 80");
        assert_eq!(script(&text("flask 'run it'")).unwrap().text, "exec flask 'run it'");
        assert_eq!(script(&text("app --port=$PORT # here")).unwrap().text, "exec app --port=$PORT # here");
        for kept in ["cd src && python main.py", "PORT=1 python main.py", ". ./env", "exec python", "a\nb"] {
            assert_eq!(script(&text(kept)).unwrap().text, kept);
        }
    }

    #[test]
    fn a_reference_is_an_argument_in_every_kind_of_quotes() {
        let found = script(&text("login {a} \"pw={b}\" 'say {c}' it\\'s {d}")).unwrap();
        assert_eq!(found.text, "exec login \"${1}\" \"pw=${2}\" 'say '\"${3}\"'' it\\'s \"${4}\"");
        assert_eq!(found.arguments, ["a", "b", "c", "d"].map(Text::secret));
    }

    #[test]
    fn a_quote_in_a_comment_opens_nothing() {
        assert_eq!(script(&text("run # don't\nuse {a}")).unwrap().text, "run # don't\nuse \"${1}\"");
        assert_eq!(script(&text("run x#'{a}'")).unwrap().text, "exec run x#''\"${1}\"''");
    }

    #[test]
    fn an_open_quote_is_no_script() {
        assert_eq!(script(&text("echo 'hello")), None);
    }

    #[test]
    fn what_a_shell_reads_from_the_arguments_is_their_content() {
        let nasty = "a'b\"c $(touch /tmp/x) `id` ; \\ *";
        for written in ["printf %s {a}", "printf %s \"{a}\"", "printf %s '{a}'", "printf %s x{a}y"] {
            let found = script(&text(written)).unwrap();
            let run = std::process::Command::new("sh").args(["-c", &found.text, "sh", nasty]).output().unwrap();
            let said = String::from_utf8(run.stdout).unwrap();
            assert_eq!(said.trim_start_matches('x').trim_end_matches('y'), nasty, "{written}");
        }
    }
}
