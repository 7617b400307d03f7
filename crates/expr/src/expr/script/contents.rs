//! Contents that a secret or an unset value might have, for a program that is suspected to look into it.

use crate::value::Value;

/// A content with a bit of everything: what is split, trimmed, escaped, matched or cased gives something else.
const MIXED: &str = " https://User:Pa,s\"s'w0rd@Host.Example.com:5432/a b_c-d?x=1&y=%20#z\\\n${q}{r}<é>[1];|\t$. ";

/// Contents to try: what programs look for in general, and what this one may look for. `thorough` is for secrets.
pub(super) fn of(program: &str, params: &[(String, Value)], thorough: bool) -> Vec<String> {
    let mut contents: Vec<String> = ["a", MIXED, MIXED.trim(), "0"].map(str::to_owned).into();
    let mut add = |content: String| {
        if !contents.contains(&content) {
            contents.push(content);
        }
    };
    add(String::new());
    if !thorough {
        // Nothing is started while a value is not set, so less will do.
        literals(program).take(4).for_each(add);
        return contents;
    }
    ["true", "9999999999", "-1"].map(str::to_owned).into_iter().for_each(&mut add);
    literals(program).take(12).for_each(&mut add);
    lengths(program).take(4).for_each(&mut add);
    let known = params.iter().filter_map(|(_, value)| value.to_text()?.known());
    known.filter(|text| !text.is_empty()).take(8).for_each(&mut add);
    contents
}

/// Texts in quotes that stand in a program of either language, roughly.
fn literals(text: &str) -> impl Iterator<Item = String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find(['"', '\'', '`']) {
        let quote = rest.as_bytes()[open];
        let inside = &rest[open + 1..];
        let Some(close) = inside.find(char::from(quote)) else {
            // An apostrophe: what follows may still hold texts.
            rest = inside;
            continue;
        };
        found.push(inside[..close].to_owned());
        rest = &inside[close + 1..];
    }
    found.into_iter().filter(|literal| !literal.is_empty())
}

/// Texts that are as long as a number in the program says, and that number.
fn lengths(text: &str) -> impl Iterator<Item = String> {
    const LONGEST: usize = 4096;
    let numbers = text.split(|letter: char| !letter.is_ascii_digit()).filter_map(|digits| digits.parse::<usize>().ok());
    let small: Vec<usize> = numbers.filter(|number| (2..=LONGEST).contains(number)).collect();
    small.into_iter().flat_map(|number| ["x".repeat(number), number.to_string()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_says_what_it_may_look_for() {
        let found: Vec<String> = literals("params.a === \"x y\" || it's `z` + ''").collect();
        assert_eq!(found, ["x y", "s `z` + "]);
        let lengths: Vec<String> = lengths("params.a.length > 3 || 1e99999").collect();
        assert_eq!(lengths, ["xxx", "3"]);
    }
}
