//! `clojure.string/replace` and `replace-first`: of characters, text and regular expressions.

use super::super::builtin::{Builtin, builtin};
use super::super::machine::Machine;
use super::super::pattern::{Groups, Pattern};
use super::super::print::print;
use super::super::trouble::{Outcome, Trouble};
use super::super::value::Value;
use super::argument::text;
use super::regex::{behind, matched, search};

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("clojure.string/replace", 3, 3, replace_all),
    builtin("clojure.string/replace-first", 3, 3, replace_first),
    builtin(".replace", 3, 3, replace_all),
    builtin("clojure.string/re-quote-replacement", 1, 1, quote_replacement),
];

fn replace_all(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    replace(machine, arguments, usize::MAX)
}

fn replace_first(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    replace(machine, arguments, 1)
}

fn replace(machine: &mut Machine<'_>, arguments: &[Value], most: usize) -> Outcome {
    let whole = text(machine, arguments, 0)?;
    if let Value::Pattern(pattern) = &arguments[1] {
        return replace_matches(machine, &whole.text, pattern, &arguments[2], most);
    }
    let sought = match &arguments[1] {
        Value::Text(text) => text.text.to_string(),
        Value::Char(letter) => letter.to_string(),
        other => return Err(machine.expected("text, a character or a regular expression to look for", other, 1)),
    };
    let replacement = match &arguments[2] {
        Value::Text(text) => text.text.to_string(),
        Value::Char(letter) => letter.to_string(),
        other => return Err(machine.expected("text to put in", other, 2)),
    };
    machine.inspect(&arguments[0])?;
    let found = whole.text.matches(&sought).take(most).count();
    machine.meter.allow(whole.text.len().saturating_add(found.saturating_mul(replacement.len())))?;
    machine.text(whole.text.replacen(&sought, &replacement, most))
}

fn replace_matches(
    machine: &mut Machine<'_>,
    whole: &str,
    pattern: &Pattern,
    replacement: &Value,
    most: usize,
) -> Outcome {
    let mut out = String::new();
    let (mut copied, mut position, mut done) = (0, Some(0), 0);
    while let Some(from) = position.filter(|_| done < most) {
        let Some(groups) = search(machine, pattern, whole, from)? else { break };
        let Some(range) = groups[0].clone() else { break };
        out.push_str(&whole[copied..range.start]);
        let piece = match replacement {
            Value::Text(template) => filled(&template.text, whole, &groups)?,
            Value::Function(_) | Value::Map(_) | Value::Keyword(_) | Value::Set(_) => {
                let found = matched(machine, whole, &groups)?;
                let result = machine.call(replacement, vec![found])?;
                print(machine, &result, false)?
            }
            other => return Err(machine.expected("text or a function to put in", other, 2)),
        };
        machine.meter.allow(out.len() + piece.len() + whole.len())?;
        out.push_str(&piece);
        copied = range.end;
        position = behind(whole, range.start, range.end);
        done += 1;
    }
    out.push_str(&whole[copied..]);
    machine.text(out)
}

/// The replacement with `$1` filled in; a backslash takes the meaning from what follows.
fn filled(template: &str, whole: &str, groups: &Groups) -> Outcome<String> {
    let mut out = String::new();
    let mut letters = template.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => out.extend(letters.next()),
            '$' => {
                let digit = letters.next().and_then(|letter| letter.to_digit(10));
                let Some(mut number) = digit.and_then(|digit| usize::try_from(digit).ok()) else {
                    return Err(Trouble::failed_at(
                        2,
                        "`$` in a replacement is followed by the number of a group; for a dollar write `\\\\$`",
                    ));
                };
                // More digits count as long as there are so many groups.
                while let Some(digit) = letters.peek().and_then(|letter| letter.to_digit(10)) {
                    let longer = usize::try_from(digit)
                        .map_or(usize::MAX, |digit| number.saturating_mul(10).saturating_add(digit));
                    if longer >= groups.len() {
                        break;
                    }
                    number = longer;
                    letters.next();
                }
                let group = groups
                    .get(number)
                    .ok_or_else(|| Trouble::failed_at(2, format!("the regular expression has no group `{number}`")))?;
                out.push_str(group.clone().map_or("", |range| &whole[range]));
            }
            other => out.push(other),
        }
    }
    Ok(out)
}

fn quote_replacement(machine: &mut Machine<'_>, arguments: &mut [Value]) -> Outcome {
    let whole = text(machine, arguments, 0)?;
    machine.text(whole.text.replace('\\', "\\\\").replace('$', "\\$"))
}
