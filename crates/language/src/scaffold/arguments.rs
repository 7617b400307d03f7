//! The arguments of the blueprint `scaffold` as requests: a list `actions`, or one action by itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::ScaffoldError;
use super::request::{OnConflict, Request};
use crate::diagnostic::one_of;
use crate::expand::OWN_REPOSITORY;
use crate::include::{Documents, Home, normal};
use crate::model::{GITHUB, RemoteReference};
use crate::value::{Data, Value};

/// Where the templates of a project lie.
#[derive(Debug, Clone, Copy)]
pub struct Library<'a> {
    /// The project's directory.
    pub root: &'a Path,
    /// Its files: where an argument was written decides what its path starts from.
    pub documents: &'a Documents,
}

/// Reads arguments; an action without a path or a template is refused. Nothing is looked for but the directories of templates.
pub fn requests(arguments: &[(String, Value)], library: Library<'_>) -> Result<Vec<Request>, ScaffoldError> {
    let get =
        |name: &str| arguments.iter().find(|(known, value)| known == name && !value.is_null()).map(|(_, value)| value);
    match get("actions").map(|actions| &actions.data) {
        Some(Data::List(actions)) => actions
            .iter()
            .filter(|action| !action.is_null())
            .map(|action| request(&|key| action.get(key), library))
            .collect(),
        Some(_) => Err(ScaffoldError::Argument("`actions` must be a list".to_owned())),
        None => Ok(vec![request(&get, library)?]),
    }
}

type Get<'g, 'v> = &'g dyn Fn(&str) -> Option<&'v Value>;

fn request(get: Get<'_, '_>, library: Library<'_>) -> Result<Request, ScaffoldError> {
    let given = |key: &str| get(key).filter(|value| !value.is_null());
    let need = |key: &str| given(key).ok_or_else(|| ScaffoldError::Argument(format!("scaffold needs `{key}`")));
    let template = library.template(need("template")?)?;
    let written = text(need("path")?, "path")?;
    let path = normal(written.trim_start_matches('/')).ok_or(ScaffoldError::Outside(written))?;
    let mut request = Request::new(template, path);
    if let Some(word) = given("on-conflict").or_else(|| given("on-exists")) {
        let word = text(word, "on-conflict")?;
        let found = OnConflict::ALL.iter().find(|(known, _)| *known == word).map(|(_, found)| *found);
        let known = || one_of(OnConflict::ALL.map(|(known, _)| known));
        request.on_conflict = found
            .ok_or_else(|| ScaffoldError::Argument(format!("`on-conflict` must be {}, found `{word}`", known())))?;
    }
    // A blueprint that nobody includes could not be called, so it is included unless someone says otherwise.
    request.include = given("auto-include").is_none_or(is_true);
    request.print_tree = given("print-tree").is_none_or(is_true);
    for file in items(given("print-files")) {
        request.print_files.push(text(file, "print-files")?);
    }
    for item in items(given("add-to-tools")) {
        let part = |key: &str| {
            let found = item.get(key).filter(|value| !value.is_null());
            found.ok_or_else(|| ScaffoldError::Argument(format!("an item of `add-to-tools` needs `{key}`")))
        };
        request.calls.push((text(part("tool")?, "tool")?, text(part("call")?, "call")?));
    }
    request.values = values(given("template-values"))?;
    Ok(request)
}

fn values(given: Option<&Value>) -> Result<BTreeMap<String, String>, ScaffoldError> {
    match given.map(|value| &value.data) {
        None => Ok(BTreeMap::new()),
        Some(Data::Map(map)) => map
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| Ok((name.value.clone(), text(value, &name.value)?)))
            .collect(),
        Some(_) => Err(ScaffoldError::Argument("`template-values` must be a map".to_owned())),
    }
}

fn items(list: Option<&Value>) -> impl Iterator<Item = &Value> {
    let items = match list.map(|list| &list.data) {
        Some(Data::List(items)) => items.as_slice(),
        _ => &[],
    };
    items.iter().filter(|item| !item.is_null())
}

fn is_true(value: &Value) -> bool {
    match &value.data {
        Data::Bool(flag) => *flag,
        _ => value.to_text().and_then(|text| text.known()).is_none_or(|text| text != "false"),
    }
}

/// The characters of an argument. A secret would end up in a file of the repository.
fn text(value: &Value, name: &str) -> Result<String, ScaffoldError> {
    let found = value.to_text();
    if found.as_ref().is_some_and(crate::value::Text::has_secret) {
        return Err(ScaffoldError::Argument(format!("`{name}` holds a secret, which is never written into a project")));
    }
    let known = found.and_then(|text| text.known());
    known.ok_or_else(|| ScaffoldError::Argument(format!("`{name}` must be text, found {}", value.describe())))
}

impl Library<'_> {
    /// The directory of a template: a path as text, or `{type: host|repo, …}`.
    fn template(&self, template: &Value) -> Result<PathBuf, ScaffoldError> {
        let home = self.documents.home(template.span.file);
        let Data::Map(_) = &template.data else { return self.written(&text(template, "template")?, &home) };
        let part = |key: &str| match template.get(key).filter(|value| !value.is_null()) {
            Some(value) => text(value, key).map(Some),
            None => Ok(None),
        };
        let path = part("path")?.unwrap_or_else(|| ".".to_owned());
        match part("type")?.as_deref() {
            Some("host") => self.found(home.host_path(&path, |path| self.is_there(path)), path),
            Some("repo") => {
                let home = match part("repo")? {
                    Some(name) => self.repository(&name, &home)?,
                    None => home,
                };
                self.found(home.repository_path(&path, |path| self.is_there(path)), path)
            }
            _ => {
                Err(ScaffoldError::Argument("a template must be a directory of the host or of a repository".to_owned()))
            }
        }
    }

    /// A template that is named by text: a path, or another repository.
    fn written(&self, written: &str, home: &Home) -> Result<PathBuf, ScaffoldError> {
        let url =
            written.strip_prefix("https://github.com/").map(|name| name.trim_end_matches(".git").trim_end_matches('/'));
        let remote = url.or_else(|| written.strip_prefix(GITHUB)).and_then(RemoteReference::parse);
        if let Some(reference) = remote {
            let home = self.repository(&reference.name, home)?;
            let path = reference.path.unwrap_or_else(|| ".".to_owned());
            return self.found(home.repository_path(&path, |path| self.is_there(path)), path);
        }
        if written.contains("://") {
            return Err(ScaffoldError::Argument(format!(
                "`{written}` is no template: only repositories of GitHub are fetched"
            )));
        }
        self.found(home.repository_path(written, |path| self.is_there(path)), written.to_owned())
    }

    /// The home of a repository: the file's own, the project's, or a fetched one.
    fn repository(&self, name: &str, home: &Home) -> Result<Home, ScaffoldError> {
        let name = name.strip_prefix(GITHUB).unwrap_or(name);
        if name == OWN_REPOSITORY || home.repository.as_deref() == Some(name) {
            return Ok(home.clone());
        }
        let pin = self.documents.lock.pin(name).filter(|pin| self.is_there(&pin.folder()));
        pin.map(|pin| Home::root_of(pin.folder())).ok_or_else(|| ScaffoldError::Absent(name.to_owned()))
    }

    fn found(&self, path: Option<String>, written: String) -> Result<PathBuf, ScaffoldError> {
        let path = path.ok_or(ScaffoldError::Outside(written))?;
        let real = self.root.join(&path).canonicalize().map_err(|_| ScaffoldError::NoTemplate(path.clone().into()))?;
        if real.starts_with(self.root) { Ok(real) } else { Err(ScaffoldError::Outside(path)) }
    }

    fn is_there(&self, path: &str) -> bool {
        self.root.join(path).exists()
    }
}
