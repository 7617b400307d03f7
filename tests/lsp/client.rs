//! An editor without a screen: it speaks the protocol to the built `pt lsp` over standard input and output.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

/// How long an answer may take on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder with files, and a server that is asked about them.
pub struct Client {
    pub folder: PathBuf,
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// Messages that came while another one was waited for.
    waiting: VecDeque<Value>,
    count: i64,
    _directory: TempDir,
}

impl Client {
    /// A server for a folder with these files, without anything of the user's, after the handshake.
    pub fn start(files: &[(&str, &str)]) -> Self {
        Self::start_with(files, &[], &json!({}), &json!({}))
    }

    /// With variables of the environment, capabilities of the client, and options.
    pub fn start_with(
        files: &[(&str, &str)],
        variables: &[(&str, &str)],
        capabilities: &Value,
        options: &Value,
    ) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let folder = directory.path().canonicalize().unwrap().join("größe 💾");
        for (name, text) in files {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        std::fs::create_dir_all(folder.join(".git")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_pt"));
        command.args(["lsp", "--stdio"]).current_dir(&folder).env("HOME", directory.path()).env_remove("XDG_DATA_HOME");
        command.envs(variables.iter().copied());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let mut output = output;
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let input = child.stdin.take();
        let mut client =
            Self { folder, child, input, messages, waiting: VecDeque::new(), count: 0, _directory: directory };
        let root = client.uri("");
        let params = json!({
            "processId": null, "rootUri": root, "capabilities": capabilities, "initializationOptions": options,
        });
        let answer = client.ask("initialize", &params).unwrap();
        assert_eq!(answer["serverInfo"]["name"], "pt");
        client.tell("initialized", &json!({}));
        client
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The address of a file of the folder, every unusual byte escaped as editors do.
    pub fn uri(&self, name: &str) -> String {
        let path = self.path(name).to_str().unwrap().to_owned();
        let escaped = path.bytes().map(|byte| match byte {
            b'/' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
            _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        });
        format!("file://{}", escaped.collect::<String>())
    }

    pub fn send(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().unwrap();
        input.write_all(bytes).unwrap();
        input.flush().unwrap();
    }

    pub fn tell(&mut self, method: &str, params: &Value) {
        self.send(&framed(&json!({ "jsonrpc": "2.0", "method": method, "params": params })));
    }

    /// The result of a request, or its error.
    pub fn ask(&mut self, method: &str, params: &Value) -> Result<Value, Value> {
        self.count += 1;
        let id = self.count;
        self.send(&framed(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })));
        let answer = self.wait(method, |message| message["id"] == json!(id) && message.get("method").is_none());
        match answer.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(answer["result"].clone()),
        }
    }

    /// The first message that is wanted; others wait.
    pub fn wait(&mut self, what: &str, is_wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(index) = self.waiting.iter().position(&is_wanted) {
            return self.waiting.remove(index).unwrap();
        }
        loop {
            let message = self.messages.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("nothing came: {what}"));
            if is_wanted(&message) {
                return message;
            }
            self.waiting.push_back(message);
        }
    }

    pub fn open(&mut self, name: &str, text: &str) {
        let document = json!({ "uri": self.uri(name), "languageId": "yaml", "version": 1, "text": text });
        self.tell("textDocument/didOpen", &json!({ "textDocument": document }));
    }

    /// Replaces the whole text.
    pub fn change(&mut self, name: &str, version: i64, text: &str) {
        let changes = json!([{ "text": text }]);
        let params =
            json!({ "textDocument": { "uri": self.uri(name), "version": version }, "contentChanges": changes });
        self.tell("textDocument/didChange", &params);
    }

    /// What is underlined in a version of an open file.
    pub fn underlined(&mut self, name: &str, version: i64) -> Vec<Value> {
        let uri = self.uri(name);
        let is_wanted = |message: &Value| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == json!(uri)
                && message["params"]["version"] == json!(version)
        };
        let message = self.wait(&format!("findings of version {version} of {name}"), is_wanted);
        message["params"]["diagnostics"].as_array().unwrap().clone()
    }

    /// What was told so far of a file that is not open, or any more.
    pub fn underlined_closed(&mut self, name: &str) -> Vec<Value> {
        let uri = self.uri(name);
        let is_wanted = |message: &Value| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == json!(uri)
                && message["params"].get("version").is_none()
        };
        self.wait(&format!("findings of {name}"), is_wanted)["params"]["diagnostics"].as_array().unwrap().clone()
    }

    /// A request about the place of the mark `▮` in an open text.
    pub fn ask_at(&mut self, method: &str, name: &str, marked: &str, more: &Value) -> Result<Value, Value> {
        let before = &marked[..marked.find('▮').unwrap()];
        let line = before.matches('\n').count();
        let column = before.rsplit('\n').next().unwrap().encode_utf16().count();
        let mut params =
            json!({ "textDocument": { "uri": self.uri(name) }, "position": { "line": line, "character": column } });
        for (key, value) in more.as_object().unwrap() {
            params[key] = value.clone();
        }
        self.ask(method, &params)
    }

    /// Ends the server as an editor does; its exit code.
    pub fn stop(mut self) -> i32 {
        self.ask("shutdown", &Value::Null).unwrap();
        self.tell("exit", &Value::Null);
        self.exit_code()
    }

    /// Ends the input without a word; the exit code.
    pub fn abandon(mut self) -> i32 {
        self.input = None;
        self.exit_code()
    }

    fn exit_code(&mut self) -> i32 {
        self.child.wait().unwrap().code().unwrap()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A message as it goes over the wire.
pub fn framed(message: &Value) -> Vec<u8> {
    let body = message.to_string();
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            header => {
                if let Some(value) = header.strip_prefix("Content-Length: ") {
                    length = value.parse().unwrap();
                }
            }
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).unwrap())
}

/// Makes the edits of a change of a workspace in a text; lines and UTF-16 columns.
pub fn edited(text: &str, path: &Path, edit: &Value) -> String {
    let name = path.file_name().unwrap().to_str().unwrap();
    let files = edit["documentChanges"].as_array().unwrap().iter();
    let own = files.filter(|file| file["textDocument"]["uri"].as_str().unwrap().ends_with(name));
    let mut edits: Vec<&Value> = own.flat_map(|file| file["edits"].as_array().unwrap()).collect();
    let offset = |position: &Value| {
        let line = usize::try_from(position["line"].as_u64().unwrap()).unwrap();
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let mut units = position["character"].as_u64().unwrap();
        let mut at = start;
        for letter in text[start..].chars() {
            if units == 0 {
                break;
            }
            units -= letter.len_utf16() as u64;
            at += letter.len_utf8();
        }
        at
    };
    edits.sort_by_key(|edit| std::cmp::Reverse(offset(&edit["range"]["start"])));
    let mut result = text.to_owned();
    for edit in edits {
        let range = offset(&edit["range"]["start"])..offset(&edit["range"]["end"]);
        result.replace_range(range, edit["newText"].as_str().unwrap());
    }
    result
}
