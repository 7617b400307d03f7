// Speaks the Language Server Protocol to the real YAML language server, over its standard input and output.
//
// In: the path of a schema. Out: what an editor would be shown for a text: diagnostics, completions, hovers.

import { spawn } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const SERVER = fileURLToPath(new URL('node_modules/yaml-language-server/bin/yaml-language-server', import.meta.url));

/** How long the server may think about one question, in milliseconds. */
const PATIENCE = 60_000;

/** One message: a header with the length of the body in bytes, then the body. */
const framed = (message) => {
  const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
};

/** Splits what has arrived into whole messages and the rest. */
const unframe = (bytes) => {
  const messages = [];
  for (;;) {
    const header = bytes.indexOf('\r\n\r\n');
    if (header < 0) return [messages, bytes];
    const length = Number(/content-length: *(\d+)/i.exec(bytes.toString('latin1', 0, header))?.[1]);
    const end = header + 4 + length;
    if (bytes.length < end) return [messages, bytes];
    messages.push(JSON.parse(bytes.toString('utf8', header + 4, end)));
    bytes = bytes.subarray(end);
  }
};

export class Editor {
  #server;
  #pending = new Map();
  #published = new Map();
  #count = 0;
  #settings;

  /** Starts a server that takes `schema` for every `polytope.yml`, as the settings of an editor would say it. */
  static async start(schema) {
    const editor = new Editor();
    editor.#settings = {
      yaml: {
        schemas: { [pathToFileURL(schema).href]: ['polytope.yml'] },
        schemaStore: { enable: false },
        kubernetesCRDStore: { enable: false },
        validate: true,
        hover: true,
        completion: true,
      },
    };
    editor.#server = spawn(process.execPath, [SERVER, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    editor.#listen();
    await editor.#ask('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities: {
        workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } },
        textDocument: {
          publishDiagnostics: {},
          hover: { contentFormat: ['markdown'] },
          completion: { completionItem: { snippetSupport: true, documentationFormat: ['markdown'] } },
        },
      },
    });
    editor.#tell('initialized', {});
    editor.#tell('workspace/didChangeConfiguration', { settings: editor.#settings });
    await patiently(editor.#settle(), 'the schema is taken');
    return editor;
  }

  /** Opens a text as the file `path`, which need not exist; its address. */
  open(path, text) {
    const uri = pathToFileURL(path).href;
    this.#published.set(uri, withResolvers());
    this.#tell('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } });
    return uri;
  }

  /** What is underlined in an open text. */
  diagnostics(uri) {
    return patiently(this.#published.get(uri).promise, `diagnostics of ${uri}`);
  }

  /** What is offered at a position. */
  async completion(uri, position) {
    const answer = await this.#ask('textDocument/completion', { textDocument: { uri }, position });
    return answer.items ?? answer ?? [];
  }

  /** What is shown over a position, as Markdown; empty where there is nothing. */
  async hover(uri, position) {
    const answer = await this.#ask('textDocument/hover', { textDocument: { uri }, position });
    return answer?.contents?.value ?? '';
  }

  /** Ends the server. */
  async stop() {
    const ended = new Promise((resolve) => this.#server.once('exit', resolve));
    await this.#ask('shutdown', null);
    this.#tell('exit', null);
    await ended;
  }

  /** The server reads its settings in its own time: it has read them once a wrong key is underlined. */
  async #settle() {
    for (let attempt = 0; ; attempt += 1) {
      const uri = this.open(`/settle-${attempt}/polytope.yml`, 'not-a-key: 1\n');
      if ((await this.diagnostics(uri)).length > 0) return;
    }
  }

  #tell(method, params) {
    this.#server.stdin.write(framed({ method, params }));
  }

  #ask(method, params) {
    const id = ++this.#count;
    const answer = new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject }));
    this.#server.stdin.write(framed({ id, method, params }));
    return patiently(answer, method);
  }

  #listen() {
    let bytes = Buffer.alloc(0);
    this.#server.stdout.on('data', (chunk) => {
      const [messages, rest] = unframe(Buffer.concat([bytes, chunk]));
      bytes = rest;
      for (const message of messages) this.#receive(message);
    });
    this.#server.once('exit', (code) => {
      for (const { reject } of this.#pending.values()) reject(new Error(`the language server ended with ${code}`));
    });
  }

  #receive({ id, method, params, result, error }) {
    if (method === 'textDocument/publishDiagnostics') {
      this.#published.get(params.uri)?.resolve(params.diagnostics);
    } else if (method === undefined) {
      const { resolve, reject } = this.#pending.get(id);
      this.#pending.delete(id);
      if (error) reject(new Error(error.message));
      else resolve(result);
    } else if (id !== undefined) {
      this.#server.stdin.write(framed({ id, result: this.#answer(method, params) }));
    }
  }

  /** The server asks for settings, and registers things that this editor needs no word about. */
  #answer(method, params) {
    if (method !== 'workspace/configuration') return null;
    return params.items.map(({ section }) => this.#settings[section] ?? null);
  }
}

/** `Promise.withResolvers`, which Node.js has from version 22 on. */
const withResolvers = () => {
  const deferred = {};
  deferred.promise = new Promise((resolve, reject) => Object.assign(deferred, { resolve, reject }));
  return deferred;
};

const patiently = (promise, what) => {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE / 1000} s: ${what}`)), PATIENCE);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};
