//! A whole project, from text to findings on a terminal.

use std::path::Path;

use polytope::compiler::{Compilation, JobCall, Project, check as look, compile};
use polytope::lint::Settings;
use polytope::report::{Findings, Format, RenderOptions, render};
use polytope::rules;
use polytope::source::{MemoryLoader, SourceFile};

use super::places;

/// Begins another file of the project: `# file: services/polytope.yml`.
const FILE: &str = "# file: ";

/// Any files can be checked and compiled; every finding lies in a file and can be shown without moving the cursor.
pub fn check(text: &str) {
    let loader = MemoryLoader::new(files(text));
    let path = Path::new("polytope.yml");
    let mut project = Project::default();
    project.values.insert("host".to_owned(), "localhost".to_owned());
    project.secrets.insert("password".to_owned());
    if let Ok(checked) = look(&loader, path, &project, &Settings::default()) {
        assert_shown(&checked);
    }
    let main = [JobCall::default()];
    if let Ok(Ok(compiled)) = compile(&loader, path, &main, &project, &Settings::default()) {
        assert_shown(&compiled);
    }
}

fn files(text: &str) -> Vec<(&str, &str)> {
    let mut parts = text.split(FILE);
    let first = ("polytope.yml", parts.next().unwrap_or_default());
    let others = parts.map(|part| part.split_once('\n').unwrap_or((part, "")));
    [first].into_iter().chain(others).collect()
}

fn assert_shown(compilation: &Compilation) {
    let text_of = |file| {
        let file: &SourceFile = compilation.sources.file(file);
        &*file.text
    };
    for finding in &compilation.diagnostics {
        places::assert_finding(finding, text_of);
    }
    let findings = Findings {
        sources: &compilation.sources,
        diagnostics: &compilation.diagnostics,
        suppressed: &[],
        rules: &rules::ALL,
        files_checked: 1,
        category: "pt-check",
        hidden_info: 0,
    };
    for format in Format::ALL {
        let mut out = Vec::new();
        let written = render(*format, &findings, &mut out, RenderOptions::default());
        assert!(written.is_ok(), "{format}: {written:?}");
        let shown = String::from_utf8(out).unwrap_or_default();
        // Tabs stay, as `report::sanitize` says.
        let control = shown.chars().find(|letter| letter.is_control() && !matches!(letter, '\n' | '\t'));
        assert_eq!(control, None, "{format} moves the cursor: {shown:?}");
    }
}
