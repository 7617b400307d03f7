//! How many findings each rule has, in a table.

use std::io::Write;

use super::super::failure::Failure;
use super::super::findings::Collected;
use super::super::terminal::Terminal;

/// Prints a line per rule, the most findings first, and their sum.
pub fn print(collected: &Collected) -> Result<(), Failure> {
    let counts = collected.counts();
    let sum: usize = counts.iter().map(|(count, ..)| count).sum();
    let width = sum.to_string().len();
    let mut out = Terminal::out();
    for (count, level, rule) in counts {
        writeln!(out, "{count:>width$}  {:<7}  {}  {}", level.word(), rule.code, rule.name)?;
    }
    let noun = if sum == 1 { "finding" } else { "findings" };
    writeln!(out, "{sum:>width$}  {noun}")?;
    out.flush()?;
    Ok(())
}
