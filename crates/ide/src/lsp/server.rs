//! The one loop: messages in the order in which they come, findings told when nothing more waits.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use lsp_server::{Connection, ErrorCode, Message, Notification, ProtocolError, Request, RequestId, Response};
use lsp_types::{
    Diagnostic as Underline, DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    InitializeParams, InitializeResult, Position, PublishDiagnosticsParams, Range, ServerInfo, Uri,
};
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use super::address::{path_of, uri_of};
use super::answers::answer;
use super::capabilities::{Agreed, schema_diagnostics};
use super::convert::Translator;
use super::overlay::{Open, Overlay};
use super::project::{Project, Projects};
use super::stdio::UNREADABLE;
use crate::diagnostic::isolated;
use crate::ide::{Given, published};
use crate::lint::Settings;
use crate::source::SourceFile;

/// What a server is told about projects by who starts it.
pub trait Surroundings {
    /// What is set for the project that begins with a file, and how its files are judged.
    fn of(&self, entry: &Path) -> (Given, Settings);

    /// Where what is set for it is kept, to be watched.
    fn store_of(&self, entry: &Path) -> Option<PathBuf>;
}

/// How it came to an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// As the client asked.
    Asked,
    /// The client went away without a word.
    Abandoned,
}

/// The state of a server.
pub(super) struct Server<'a> {
    connection: &'a Connection,
    surroundings: &'a dyn Surroundings,
    agreed: Agreed,
    overlay: Overlay,
    projects: Projects,
    /// Whether the client has no other server that knows the schema.
    schema_diagnostics: bool,
    is_shut_down: bool,
    /// Number of requests to the client.
    asked: i32,
    /// The request for its settings that was sent last.
    settings_asked: Option<RequestId>,
    /// The stores that are watched.
    watched: BTreeSet<PathBuf>,
}

/// Serves until the client ends it.
pub fn serve(connection: &Connection, surroundings: &dyn Surroundings) -> Result<Ended, ProtocolError> {
    let (id, params) = connection.initialize_start()?;
    let params: InitializeParams = serde_json::from_value(params).unwrap_or_default();
    let agreed = Agreed::with(&params);
    let version = Some(env!("CARGO_PKG_VERSION").to_owned());
    let result = InitializeResult {
        capabilities: agreed.capabilities(),
        server_info: Some(ServerInfo { name: "pt".to_owned(), version }),
    };
    connection.initialize_finish(id, serde_json::to_value(result).unwrap_or_default())?;
    let options = params.initialization_options.unwrap_or_default();
    let mut server = Server {
        connection,
        surroundings,
        agreed,
        overlay: Overlay::default(),
        projects: Projects::default(),
        schema_diagnostics: schema_diagnostics(&options).unwrap_or_default(),
        is_shut_down: false,
        asked: 0,
        settings_asked: None,
        watched: BTreeSet::new(),
    };
    server.ask_for_settings();
    server.watch_files();
    Ok(server.run())
}

impl Server<'_> {
    fn run(&mut self) -> Ended {
        while let Ok(first) = self.connection.receiver.recv() {
            // What waits is taken together: a request that is cancelled further down is never worked on.
            let batch: Vec<Message> = std::iter::once(first).chain(self.connection.receiver.try_iter()).collect();
            let cancelled: BTreeSet<RequestId> = batch.iter().filter_map(cancelled).collect();
            for message in batch {
                match message {
                    Message::Request(request) => self.request(request, &cancelled),
                    Message::Response(response) => self.response(response),
                    Message::Notification(notification) if notification.method == "exit" => {
                        return if self.is_shut_down { Ended::Asked } else { Ended::Abandoned };
                    }
                    Message::Notification(notification) => {
                        let done = isolated(|| self.notification(notification));
                        done.unwrap_or_else(|error| self.log(&error.to_string()));
                    }
                }
            }
            if self.connection.receiver.is_empty() {
                let done = isolated(|| self.tell_findings());
                done.unwrap_or_else(|error| self.log(&error.to_string()));
            }
        }
        Ended::Abandoned
    }

    fn send(&self, message: impl Into<Message>) {
        // A client that is gone is noticed when nothing more comes from it.
        let _ = self.connection.sender.send(message.into());
    }

    fn notify(&self, method: &str, params: impl serde::Serialize) {
        let params = serde_json::to_value(params).unwrap_or_default();
        self.send(Notification { method: method.to_owned(), params });
    }

    fn ask(&mut self, method: &str, params: Json) -> RequestId {
        self.asked += 1;
        let id = RequestId::from(self.asked);
        self.send(Request { id: id.clone(), method: method.to_owned(), params });
        id
    }

    fn request(&mut self, request: Request, cancelled: &BTreeSet<RequestId>) {
        let Request { id, method, params } = request;
        let refused = |code: ErrorCode, message: String| Response::new_err(id.clone(), code as i32, message);
        if method == "shutdown" {
            self.is_shut_down = true;
            return self.send(Response { id, response_result: Ok(Json::Null) });
        }
        if self.is_shut_down {
            return self.send(refused(ErrorCode::InvalidRequest, "the server is shut down".to_owned()));
        }
        if cancelled.contains(&id) {
            return self.send(refused(ErrorCode::RequestCanceled, "cancelled".to_owned()));
        }
        let response = match isolated(|| answer(self, &method, params)) {
            Ok(Some(response_result)) => Response { id, response_result },
            Err(error) => refused(ErrorCode::InternalError, error.to_string()),
            Ok(None) => refused(ErrorCode::MethodNotFound, format!("there is no method `{method}`")),
        };
        self.send(response);
    }

    fn response(&mut self, response: Response) {
        if self.settings_asked.as_ref() != Some(&response.id) {
            return;
        }
        self.settings_asked = None;
        if let Ok(Json::Array(sections)) = response.response_result
            && let Some(says) = sections.first().and_then(schema_diagnostics)
        {
            self.set_schema_diagnostics(says);
        }
    }

    fn notification(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        match method.as_str() {
            "textDocument/didOpen" => self.on(&method, params, Self::opened),
            "textDocument/didChange" => self.on(&method, params, Self::changed),
            "textDocument/didClose" => self.on(&method, params, |server, params| server.closed(&params)),
            // What is set, and files that nobody has open, may have changed with what was saved.
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => self.projects.all_changed(),
            "workspace/didChangeConfiguration" => {
                if let Some(says) = params.get("settings").and_then(schema_diagnostics) {
                    self.set_schema_diagnostics(says);
                }
                self.ask_for_settings();
            }
            UNREADABLE => self.log("a message could not be read"),
            _ => {}
        }
        // Files that were closed or moved may belong elsewhere now.
        let open: Vec<PathBuf> = self.overlay.open.keys().cloned().collect();
        for path in open {
            self.projects.home(&path, &self.overlay);
        }
    }

    fn on<P: DeserializeOwned>(&mut self, method: &str, params: Json, work: fn(&mut Self, P)) {
        match serde_json::from_value(params) {
            Ok(params) => work(self, params),
            Err(error) => self.log(&format!("`{method}` could not be read: {error}")),
        }
    }

    fn log(&self, message: &str) {
        self.notify("window/logMessage", json!({ "type": 2, "message": message }));
    }

    fn opened(&mut self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        let Some(path) = path_of(&document.uri) else { return };
        let source = SourceFile::new(path.clone(), document.text);
        self.overlay.open.insert(path.clone(), Open { uri: document.uri, version: document.version, source });
        self.projects.home(&path, &self.overlay);
        self.projects.changed(&path);
    }

    fn changed(&mut self, params: DidChangeTextDocumentParams) {
        let Some(path) = path_of(&params.text_document.uri) else { return };
        let Some(open) = self.overlay.open.get_mut(&path) else { return };
        open.version = params.text_document.version;
        open.apply(params.content_changes, self.agreed.encoding);
        self.projects.changed(&path);
    }

    fn closed(&mut self, params: &DidCloseTextDocumentParams) {
        let Some(path) = path_of(&params.text_document.uri) else { return };
        self.overlay.open.remove(&path);
        self.projects.changed(&path);
    }

    fn set_schema_diagnostics(&mut self, says: bool) {
        if self.schema_diagnostics != says {
            self.schema_diagnostics = says;
            self.projects.all.values_mut().for_each(|project| project.is_untold = true);
        }
    }

    fn ask_for_settings(&mut self) {
        if self.agreed.configuration {
            let id = self.ask("workspace/configuration", json!({ "items": [{ "section": "pt" }] }));
            self.settings_asked = Some(id);
        }
    }

    fn watch_files(&mut self) {
        if self.agreed.watches {
            let glob = "**/*.{yml,yaml,json,edn,toml,lock,sh,sql,env,md}";
            self.register("files", &json!([{ "globPattern": glob }]));
        }
    }

    fn watch_store(&mut self, home: &Path) {
        if !self.agreed.watches_elsewhere || !self.agreed.watches {
            return;
        }
        let Some(store) = self.surroundings.store_of(home) else { return };
        if let Some(uri) = uri_of(&store)
            && self.watched.insert(store)
        {
            let id = format!("store-{}", self.watched.len());
            self.register(&id, &json!([{ "globPattern": { "baseUri": uri, "pattern": "*" } }]));
        }
    }

    fn register(&mut self, id: &str, watchers: &Json) {
        let registration = json!({
            "id": id,
            "method": "workspace/didChangeWatchedFiles",
            "registerOptions": { "watchers": watchers },
        });
        self.ask("client/registerCapability", json!({ "registrations": [registration] }));
    }

    /// The project of a file as it is now.
    pub(super) fn translator(&mut self, path: &Path) -> Option<Translator<'_>> {
        let home = self.projects.home(path, &self.overlay)?;
        let project = self.projects.fresh(&home, &self.overlay, self.surroundings)?;
        Some(Translator { analysis: project.analysis.as_ref()?, overlay: &self.overlay, agreed: self.agreed })
    }

    /// Looks again at what is set for the project of a file.
    pub(super) fn look_outside(&mut self, path: &Path) {
        let Some(home) = self.projects.home(path, &self.overlay) else { return };
        let project = self.projects.fresh(&home, &self.overlay, self.surroundings);
        if let Some(analysis) = project.and_then(|project| project.analysis.as_mut()) {
            analysis.given = self.surroundings.of(&home).0;
        }
    }

    /// The first files of all projects that are known.
    pub(super) fn known_projects(&self) -> Vec<PathBuf> {
        self.projects.all.keys().cloned().collect()
    }

    /// Tells the findings of every project in which something changed.
    fn tell_findings(&mut self) {
        let untold = self.projects.all.iter().filter(|(_, project)| project.is_untold);
        let untold: Vec<PathBuf> = untold.map(|(home, _)| home.clone()).collect();
        for home in untold {
            self.watch_store(&home);
            self.tell(&home);
        }
    }

    fn tell(&mut self, home: &Path) {
        let (overlay, agreed, schema_says) = (&self.overlay, self.agreed, !self.schema_diagnostics);
        let Some(project) = self.projects.fresh(home, overlay, self.surroundings) else { return };
        project.is_untold = false;
        let found = findings(project, home, overlay, agreed, schema_says);
        let before = std::mem::take(&mut project.told);
        let in_view = self.projects.is_in_view(home, overlay);
        let mut told = BTreeSet::new();
        for (path, uri, underlines) in found {
            let version = overlay.open.get(&path).map(|open| open.version);
            if let Some(uri) = uri.filter(|_| in_view) {
                told.insert(path);
                publish(self.connection, uri, underlines, version);
            }
        }
        for path in before.difference(&told) {
            let open = overlay.open.get(path).map(|open| open.uri.clone());
            if let Some(uri) = open.or_else(|| uri_of(path)) {
                publish(self.connection, uri, Vec::new(), None);
            }
        }
        match self.projects.all.get_mut(home) {
            Some(project) if in_view => project.told = told,
            _ => self.projects.forget(home),
        }
    }
}

/// What is underlined in the files of a project: in open ones also where it is nothing.
fn findings(
    project: &Project,
    home: &Path,
    overlay: &Overlay,
    agreed: Agreed,
    schema_says: bool,
) -> Vec<(PathBuf, Option<Uri>, Vec<Underline>)> {
    let mut found = Vec::new();
    if let Some(analysis) = &project.analysis {
        let translator = Translator { analysis, overlay, agreed };
        let sources = analysis.compilation.sources.iter();
        // What was fetched from others is theirs to mend.
        for (file, source) in sources.filter(|(file, _)| analysis.compilation.documents.is_own(*file)) {
            let findings = published(analysis, file, schema_says);
            if overlay.open.contains_key(&source.path) || !findings.is_empty() {
                let underlines = findings.into_iter().map(|finding| translator.underline(finding)).collect();
                found.push((source.path.clone(), translator.uri(source), underlines));
            }
        }
    } else if let Some(problem) = &project.problem {
        let start = Position::default();
        let underline = Underline::new_simple(Range { start, end: start }, problem.clone());
        found.push((home.to_owned(), uri_of(home), vec![underline]));
    }
    found
}

fn publish(connection: &Connection, uri: Uri, diagnostics: Vec<Underline>, version: Option<i32>) {
    let params = serde_json::to_value(PublishDiagnosticsParams { uri, diagnostics, version }).unwrap_or_default();
    let method = "textDocument/publishDiagnostics".to_owned();
    let _ = connection.sender.send(Notification { method, params }.into());
}

/// The request that a message cancels.
fn cancelled(message: &Message) -> Option<RequestId> {
    match message {
        Message::Notification(Notification { method, params }) if method == "$/cancelRequest" => {
            serde_json::from_value(params.get("id")?.clone()).ok()
        }
        _ => None,
    }
}
