//! In which forms the result is written, and where: `--output human --output sarif=pt.sarif`.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::{Error, ErrorKind};

use super::super::failure::Failure;
use super::super::findings::Collected;
use super::super::terminal::Terminal;
use crate::diagnostic::Rule;
use crate::report::{Format, RenderOptions, UnknownFormat};
use crate::store::atomic_write;

/// A form, and the file that it is written to; standard output without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    format: Format,
    file: Option<PathBuf>,
}

/// Reads `FORM` and `FORM=FILE`.
#[derive(Debug, Clone, Copy)]
pub struct FormParser;

impl TypedValueParser for FormParser {
    type Value = Output;

    fn parse_ref(
        &self,
        command: &clap::Command,
        _argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Output, Error> {
        let bytes = value.as_bytes();
        let split = bytes.iter().position(|byte| *byte == b'=');
        let (form, file) = split.map_or((bytes, None), |at| (&bytes[..at], Some(OsStr::from_bytes(&bytes[at + 1..]))));
        let refused = |message: String| Error::raw(ErrorKind::InvalidValue, message + "\n").with_cmd(command);
        let format: Format =
            String::from_utf8_lossy(form).parse().map_err(|error: UnknownFormat| refused(error.to_string()))?;
        if file.is_some_and(OsStr::is_empty) {
            return Err(refused(format!("`{format}=` names no file, write `{format}` or `{format}=FILE`")));
        }
        Ok(Output { format, file: file.map(PathBuf::from) })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let value = |format: &Format| PossibleValue::new(format.name()).help(format.info());
        Some(Box::new(Format::ALL.iter().map(value)))
    }
}

/// Everything that is to be written, each to a place of its own.
#[derive(Debug, PartialEq, Eq)]
pub struct Outputs {
    list: Vec<Output>,
}

impl Outputs {
    /// The forms that were asked for, else that for people, and `annotated` the one of GitHub Actions behind it; `file` takes
    /// the one that has none of its own.
    pub fn new(asked: &[Output], file: Option<&Path>, annotated: bool) -> Result<Self, Failure> {
        let mut list = asked.to_vec();
        if asked.is_empty() {
            list.push(Output { format: Format::Human, file: None });
            if annotated {
                list.push(Output { format: Format::Github, file: None });
                return Ok(Self { list });
            }
        }
        if let Some(file) = file {
            let Some(output) = list.iter_mut().find(|output| output.file.is_none()) else {
                return Err(Failure::usage("`--output-file` has nothing to write: each form names a file already")
                    .help("leave one of them out"));
            };
            output.file = Some(file.to_owned());
        }
        let mut places = BTreeSet::new();
        for output in &list {
            if !places.insert(output.file.as_deref()) {
                let place = output.file.as_deref().map_or("standard output".into(), Path::to_string_lossy);
                return Err(Failure::usage(format!("two forms cannot both be written to {place}"))
                    .help(format!("name a file: `--output {}=FILE`", output.format)));
            }
        }
        Ok(Self { list })
    }

    /// Whether only people read them.
    pub fn are_for_people(&self) -> bool {
        self.list.iter().all(|output| output.format.is_for_people())
    }

    /// Writes the findings in every form: first all files, each whole or not at all, then standard output.
    pub fn write(
        &self,
        collected: &Collected,
        rules: &[&'static Rule],
        most: Option<usize>,
        terminal: &Terminal,
    ) -> Result<(), Failure> {
        let verbose = terminal.verbose > 0;
        self.write_with(|format, out, to_terminal| {
            let usual = if to_terminal { terminal.render_options() } else { RenderOptions::default() };
            let options = RenderOptions { max_findings: most.unwrap_or(usual.max_findings), ..usual };
            collected.render(format, rules, out, options, verbose)
        })
    }

    /// Lets `draw` write each form, and puts it where it belongs; `draw` is told whether that is standard output.
    pub fn write_with(
        &self,
        draw: impl Fn(Format, &mut dyn Write, bool) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        for output in &self.list {
            let Some(path) = &output.file else { continue };
            let mut bytes = Vec::new();
            draw(output.format, &mut bytes, false)?;
            put(path, &bytes)?;
        }
        for output in self.list.iter().filter(|output| output.file.is_none()) {
            let mut out = Terminal::out();
            draw(output.format, &mut out, true)?;
            out.flush()?;
        }
        Ok(())
    }
}

/// Puts a report at a path: what was there stays whole until the new one is. A pipe or a device is written into.
fn put(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    const USUAL_MODE: u32 = 0o666;
    let failed = |error: std::io::Error| Failure::usage(format!("{} cannot be written", path.display())).because(error);
    let there = fs::metadata(path);
    if there.as_ref().is_ok_and(|there| !there.is_file() && !there.is_dir()) {
        return fs::write(path, bytes).map_err(failed);
    }
    // A link stays a link; what it leads to is replaced.
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mode = there.map_or(USUAL_MODE, |there| there.permissions().mode() & 0o777);
    Ok(atomic_write(&real, bytes, mode)?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn parsed(value: &str) -> Result<Output, String> {
        let command = clap::Command::new("pt");
        FormParser.parse_ref(&command, None, OsStr::new(value)).map_err(|error| error.to_string())
    }

    fn outputs(values: &[&str], file: Option<&str>) -> Result<Outputs, String> {
        let asked: Vec<Output> = values.iter().map(|value| parsed(value).unwrap()).collect();
        Outputs::new(&asked, file.map(Path::new), false).map_err(|failure| failure.to_string())
    }

    #[test]
    fn a_form_may_name_its_file_and_the_file_may_hold_an_equals_sign() {
        assert_eq!(parsed("human"), Ok(Output { format: Format::Human, file: None }));
        assert_eq!(parsed("sarif=a=b.sarif"), Ok(Output { format: Format::Sarif, file: Some("a=b.sarif".into()) }));
    }

    #[test]
    fn what_is_no_form_is_refused_with_a_hint() {
        let error = parsed("jnuit=x").unwrap_err();
        assert!(error.contains("there is no output format `jnuit`"), "{error}");
        assert!(error.contains("did you mean `junit`?"), "{error}");
        assert!(parsed("junit=").unwrap_err().contains("`junit=` names no file"));
    }

    #[test]
    fn the_file_of_the_older_flag_goes_to_the_form_without_one() {
        let all = outputs(&["human=h.txt", "sarif"], Some("pt.sarif")).unwrap();
        let files: Vec<_> = all.list.iter().map(|output| output.file.clone().unwrap()).collect();
        assert_eq!(files, [PathBuf::from("h.txt"), PathBuf::from("pt.sarif")]);
        assert!(outputs(&["human=h.txt"], Some("x")).unwrap_err().contains("each form names a file already"));
    }

    #[test]
    fn no_two_forms_share_a_place() {
        assert_eq!(
            outputs(&["human", "sarif"], None),
            Err("two forms cannot both be written to standard output".to_owned())
        );
        assert_eq!(outputs(&["human=x", "sarif=x"], None), Err("two forms cannot both be written to x".to_owned()));
        assert!(outputs(&["human", "sarif=x", "junit=y"], None).is_ok());
    }

    #[test]
    fn a_report_takes_the_place_of_the_old_one_through_a_link_and_goes_into_a_device() {
        let directory = tempfile::tempdir().unwrap();
        let (file, link) = (directory.path().join("real.xml"), directory.path().join("link.xml"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        put(&link, b"new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        put(Path::new("/dev/null"), b"new").unwrap();
        assert!(put(&directory.path().join("absent/x"), b"").is_err());
    }
}
