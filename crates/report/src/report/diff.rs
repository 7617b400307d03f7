//! Changed files as a unified diff, as `patch` and `git apply` read it; secrets are masked in it.

use std::fmt::Write as _;
use std::path::Path;

use similar::TextDiff;

use super::concealed::{Concealed, mask};
use super::sanitize::visible;
use crate::diagnostic::Diagnostic;
use crate::source::Sources;

/// One file before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch<'a> {
    /// Its path, as people write it.
    pub path: &'a Path,
    /// The text that is there.
    pub before: &'a str,
    /// The text that comes in its place.
    pub after: &'a str,
}

impl Patch<'_> {
    /// The diff; `for_terminal` shows control characters as pictures, which no program would read.
    pub fn draw(&self, for_terminal: bool) -> String {
        let path = self.path.to_string_lossy();
        let path = path.trim_start_matches("./");
        let diff = TextDiff::from_lines(self.before, self.after);
        let mut text = diff.unified_diff().header(&format!("a/{path}"), &format!("b/{path}")).to_string();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        if !for_terminal {
            return text;
        }
        text.lines().fold(String::new(), |mut shown, line| {
            // Writing into a string cannot fail.
            let _ = writeln!(shown, "{}", visible(line.trim_end_matches('\r')));
            shown
        })
    }
}

/// The text of a file with everything masked that findings of concealing rules mark; `None` where there is no such file.
pub fn masked<'a>(
    sources: &Sources,
    findings: impl IntoIterator<Item = &'a Diagnostic>,
    is: impl Fn(&Path) -> bool,
) -> Option<String> {
    let (id, file) = sources.iter().find(|(_, file)| is(&file.path))?;
    let findings: Vec<Diagnostic> = findings.into_iter().filter(|finding| finding.rule.conceals).cloned().collect();
    let concealed = Concealed::of(&findings, sources);
    let mut text = String::with_capacity(file.text.len());
    mask(&file.text, 0..file.text.len(), concealed.in_file(id), |piece| text.push_str(piece));
    // A file without such findings may hold secrets in entries that cannot be read.
    let text = crate::conceal::concealed(&text);
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_names_the_file_and_its_lines() {
        let patch = Patch { path: Path::new("./a.yml"), before: "a\r\nb", after: "a\r\nc" };
        let expected = "--- a/a.yml\n+++ b/a.yml\n@@ -1,2 +1,2 @@\n a\r\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n";
        assert_eq!(patch.draw(false), expected);
        let shown = Patch { path: Path::new("a"), before: "", after: "\u{1b}[31m\n" }.draw(true);
        assert!(!shown.contains('\u{1b}'), "{shown}");
    }
}
