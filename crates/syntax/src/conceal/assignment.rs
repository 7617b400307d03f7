//! Names with values in a command line: `--password=x`, `--password x`, `PGPASSWORD=x psql`.

/// One name and what is given to it.
#[derive(Debug, PartialEq, Eq)]
pub struct Assignment<'a> {
    /// The option or variable, as written.
    pub name: &'a str,
    /// Its value without quotes.
    pub value: &'a str,
    /// The place of the word that holds the value, counted from the first word.
    pub word: usize,
}

/// Names and values in the words of a command; a word that is a shell script is looked through too.
pub fn assignments<'a>(words: &[&'a str]) -> Vec<Assignment<'a>> {
    let mut found = Vec::new();
    // An option that waits for its value.
    let mut option: Option<&str> = None;
    for (word, text) in words.iter().enumerate() {
        let is_script = text.contains(char::is_whitespace);
        for piece in text.split_whitespace() {
            if let Some(name) = option.take().filter(|_| !piece.starts_with('-')) {
                found.push(Assignment { name, value: unquoted(piece), word });
            }
            match piece.split_once('=') {
                Some((name, value)) if is_name(name) => {
                    found.push(Assignment { name, value: unquoted(value), word });
                }
                None if piece.starts_with("--") && is_name(piece) => option = Some(piece),
                _ => {}
            }
        }
        // In a list of words the value is the next one; it is not looked for behind a script.
        if is_script {
            option = None;
        }
    }
    found
}

fn is_name(text: &str) -> bool {
    let name = text.trim_start_matches('-');
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

/// Without the quotes around it and without what ends a shell command.
fn unquoted(value: &str) -> &str {
    value.trim_end_matches([';', ')', '&']).trim_matches(['"', '\''])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(words: &[&'static str]) -> Vec<(&'static str, &'static str, usize)> {
        assignments(words).into_iter().map(|found| (found.name, found.value, found.word)).collect()
    }

    #[test]
    fn reads_options_and_variables_in_words_and_scripts() {
        assert_eq!(pairs(&["cli", "--password=x", "-v"]), [("--password", "x", 1)]);
        assert_eq!(pairs(&["cli", "--password", "x"]), [("--password", "x", 2)]);
        assert_eq!(pairs(&["sh", "-c", "PGPASSWORD='x' psql; y"]), [("PGPASSWORD", "x", 2)]);
        assert_eq!(pairs(&["sh", "-c", "cli --token \"x\"; true"]), [("--token", "x", 2)]);
    }

    #[test]
    fn an_option_without_a_value_takes_no_other_option() {
        assert_eq!(pairs(&["cli", "--password", "--user", "x"]), [("--user", "x", 3)]);
        assert_eq!(pairs(&["sh", "-c", "cli --token", "x"]), []);
    }
}
