//! Everything that would be written, as data.

use std::collections::{BTreeMap, BTreeSet};

use super::ScaffoldError;
use super::edit::{Addition, add};
use super::fill::fill;
use super::request::{OnConflict, Project, Request, project_name};
use super::target::{Target, look};
use super::template::{TemplateFile, read};
use crate::include::{FILE_NAMES, normal};

/// What would be done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The files to write, by path.
    pub writes: BTreeMap<String, Write>,
    /// Files that are there with other contents and stay.
    pub skipped: Vec<String>,
    /// Files that are there already as they would be written.
    pub unchanged: Vec<String>,
    /// Placeholders that nobody gave a value for.
    pub blanks: Vec<Blank>,
    /// What changes in the project's file, in words.
    pub entered: Vec<String>,
    /// Paths whose lists of files are wanted.
    pub trees: Vec<String>,
    /// Files whose contents are wanted, and what they will hold.
    pub printed: Vec<(String, String)>,
}

/// One file to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Whether it is a program.
    pub executable: bool,
    /// What becomes of what is there.
    pub kind: WriteKind,
}

/// What becomes of what is at the place of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteKind {
    /// Nothing is there.
    New,
    /// A file with these bytes is replaced.
    Replaces(Vec<u8>),
}

/// A placeholder that stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blank {
    /// The file that it will stand in.
    pub file: String,
    /// What stands between its braces.
    pub name: String,
}

/// Plans requests, each upon those before it. Reads the disk and writes nothing.
pub fn plan(project: Project<'_>, requests: &[Request]) -> Result<Plan, ScaffoldError> {
    let mut planner = Planner { project, plan: Plan::default(), conflicts: Vec::new() };
    for request in requests {
        planner.request(request)?;
    }
    if !planner.conflicts.is_empty() {
        return Err(ScaffoldError::Conflicts(planner.conflicts));
    }
    Ok(planner.plan)
}

struct Planner<'a> {
    project: Project<'a>,
    plan: Plan,
    conflicts: Vec<String>,
}

impl Planner<'_> {
    fn request(&mut self, request: &Request) -> Result<(), ScaffoldError> {
        let Some(path) = normal(&request.path) else { return Err(ScaffoldError::Outside(request.path.clone())) };
        let mut values = request.values.clone();
        values.entry("project-name".to_owned()).or_insert_with(|| project_name(&path).to_owned());
        let mut names = Vec::new();
        for file in read(&request.template)? {
            names.extend(self.file(&file, &path, &values, request.on_conflict)?);
        }
        if request.include && names.iter().any(|name| is_blueprint(name, &path)) && !path.is_empty() {
            // Includes start from the directory of their file, which may be a folder of the project; `/` is the project's.
            let beside = self.project.file.parent().is_none_or(|parent| parent.as_os_str().is_empty());
            self.edit(&Addition::Include(if beside { path.clone() } else { format!("/{path}") }))?;
        }
        for (tool, call) in &request.calls {
            self.edit(&Addition::Call { tool: tool.clone(), call: call.clone() })?;
        }
        if request.print_tree {
            self.plan.trees.push(path.clone());
        }
        for wanted in &request.print_files {
            let file = below(&path, wanted)?;
            let text = String::from_utf8_lossy(&self.content(&file)?.unwrap_or_default()).into_owned();
            self.plan.printed.push((file, text));
        }
        Ok(())
    }

    /// Plans one file; its path.
    fn file(
        &mut self,
        file: &TemplateFile,
        path: &str,
        values: &BTreeMap<String, String>,
        on_conflict: OnConflict,
    ) -> Result<Option<String>, ScaffoldError> {
        let name = fill(&file.path, values);
        let to = below(path, &name.text)?;
        if on_conflict == OnConflict::Skip && self.project.root.join(&to).is_symlink() {
            self.plan.skipped.push(to.clone());
            return Ok(Some(to));
        }
        let (bytes, blanks) = match std::str::from_utf8(&file.bytes) {
            Ok(text) if !text.contains('\0') => {
                let filled = fill(text, values);
                (filled.text.into_bytes(), filled.blanks)
            }
            _ => (file.bytes.clone(), BTreeSet::new()),
        };
        let kind = match self.content(&to)? {
            None => WriteKind::New,
            Some(there) if there == bytes => {
                self.plan.unchanged.push(to.clone());
                return Ok(Some(to));
            }
            Some(there) => match on_conflict {
                OnConflict::Overwrite => self.replaced(&to, there),
                OnConflict::Skip => {
                    self.plan.skipped.push(to.clone());
                    return Ok(Some(to));
                }
                OnConflict::Fail => {
                    self.conflicts.push(to);
                    return Ok(None);
                }
            },
        };
        let blanks = name.blanks.into_iter().chain(blanks);
        self.plan.blanks.extend(blanks.map(|name| Blank { file: to.clone(), name }));
        self.plan.writes.insert(to.clone(), Write { bytes, executable: file.executable, kind });
        Ok(Some(to))
    }

    /// Adds a line to the project's file, as it will be.
    fn edit(&mut self, addition: &Addition) -> Result<(), ScaffoldError> {
        let file = self.project.file.to_string_lossy().into_owned();
        let refuse = |refusal| ScaffoldError::Edit { file: file.clone(), refusal };
        if self.project.file.extension().is_some_and(|extension| extension == "edn") {
            return Err(refuse(super::Refusal::Unreadable("it is written in EDN".to_owned())));
        }
        let there = self.content(&file)?.unwrap_or_default();
        let Ok(text) = std::str::from_utf8(&there) else {
            return Err(refuse(super::Refusal::Unreadable("it is not UTF-8 text".to_owned())));
        };
        let Some(new) = add(text, addition).map_err(refuse)? else { return Ok(()) };
        self.plan.entered.push(addition.describe());
        let executable = self.plan.writes.get(&file).is_some_and(|write| write.executable);
        let kind =
            if look(self.project.root, &file)? == Target::Free { WriteKind::New } else { self.replaced(&file, there) };
        self.plan.writes.insert(file, Write { bytes: new.into_bytes(), executable, kind });
        Ok(())
    }

    /// What a file will hold once everything planned so far is written.
    fn content(&self, path: &str) -> Result<Option<Vec<u8>>, ScaffoldError> {
        if let Some(write) = self.plan.writes.get(path) {
            return Ok(Some(write.bytes.clone()));
        }
        Ok(match look(self.project.root, path)? {
            Target::Free => None,
            Target::File(bytes) => Some(bytes),
        })
    }

    /// What is replaced is what is on the disk, not what an earlier request would have put there.
    fn replaced(&self, path: &str, there: Vec<u8>) -> WriteKind {
        self.plan.writes.get(path).map_or(WriteKind::Replaces(there), |write| write.kind.clone())
    }
}

/// A path below another, which it may not leave.
fn below(path: &str, inner: &str) -> Result<String, ScaffoldError> {
    let whole = [path, inner].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("/");
    let inside = |found: &String| path.is_empty() || std::path::Path::new(found).starts_with(path);
    let found = normal(&whole).filter(inside).filter(|_| !inner.starts_with('/'));
    found.ok_or(ScaffoldError::Outside(whole))
}

/// Whether a file is what an include of its directory reads.
fn is_blueprint(file: &str, path: &str) -> bool {
    FILE_NAMES.iter().any(|name| file == format!("{path}/{name}"))
}
