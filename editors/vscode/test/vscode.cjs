// A stand-in for the module `vscode`, as far as the language client and the extension need it. What is registered is kept, so
// that a test can call it as the editor would.

class Position {
  constructor(line, character) {
    Object.assign(this, { line, character });
  }
}
class Range {
  constructor(a, b, c, d) {
    this.start = typeof a === 'number' ? new Position(a, b) : a;
    this.end = typeof a === 'number' ? new Position(c, d) : b;
  }
}
class Uri {
  static parse(text) {
    const { protocol, pathname, search } = new URL(text);
    return new Uri(protocol.slice(0, -1), decodeURIComponent(pathname), text, search);
  }
  static file(path) {
    return Uri.parse(new URL(`file://${path}`).href);
  }
  constructor(scheme, path, text) {
    Object.assign(this, { scheme, path, fsPath: path, text, authority: '', query: '', fragment: '' });
  }
  toString() {
    return this.text;
  }
}
class Emitter {
  listeners = new Set();
  event = (listener, self) => {
    const bound = self ? listener.bind(self) : listener;
    this.listeners.add(bound);
    return { dispose: () => this.listeners.delete(bound) };
  };
  fire(value) {
    return Promise.all([...this.listeners].map((listener) => listener(value)));
  }
  dispose() {}
}
class Diagnostic {
  constructor(range, message, severity) {
    Object.assign(this, { range, message, severity });
  }
}
class CancellationTokenSource {
  token = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose() {} }) };
  cancel() {}
  dispose() {}
}
class CodeActionKind {
  constructor(value = '') {
    this.value = value;
  }
  append(part) {
    return new CodeActionKind(`${this.value}.${part}`);
  }
}
for (const [name, value] of Object.entries({ Empty: '', QuickFix: 'quickfix', Refactor: 'refactor', Source: 'source' })) {
  CodeActionKind[name] = new CodeActionKind(value);
}

/** Whatever else is asked for: a class by that name, whose members are numbers as those of an enumeration are. */
const anything = (name) => new Proxy(class { constructor(...args) { this.args = args; } }, {
  get: (target, key) => (key in target || typeof key === 'symbol' || key === 'prototype' ? target[key] : `${name}.${key}`),
});

exports.make = (settings) => {
  const events = new Proxy({}, { get: (all, name) => (all[name] ??= new Emitter()) });
  const providers = {};
  const commands = {};
  const diagnostics = new Map();
  const told = new Emitter();
  const terminals = [];
  const space = (known) =>
    new Proxy(known, {
      get: (target, key) => {
        if (key in target || typeof key === 'symbol') return target[key];
        if (/^on(Did|Will)/.test(key)) return (target[key] = events[key].event);
        if (/^register/.test(key)) {
          return (target[key] = (_, provider) => {
            providers[key] = provider;
            return { dispose() {} };
          });
        }
        return undefined;
      },
    });
  const configuration = { get: (name, other) => settings[name] ?? other, has: (name) => name in settings, inspect: () => undefined };
  const collection = {
    set: (uri, found) => {
      diagnostics.set(uri.toString(), found ?? []);
      told.fire();
    },
    delete: (uri) => diagnostics.delete(uri.toString()),
    clear: () => diagnostics.clear(),
    dispose() {},
  };
  const workspace = space({
    textDocuments: [],
    notebookDocuments: [],
    workspaceFolders: undefined,
    getConfiguration: (section) => (section === undefined ? { get: (name) => (name === 'pt' ? settings : undefined) } : configuration),
    createFileSystemWatcher: () => ({ onDidCreate: events.a.event, onDidChange: events.b.event, onDidDelete: events.c.event, dispose() {} }),
    fs: { isWritableFileSystem: () => true },
  });
  const channel = { append() {}, appendLine() {}, show() {}, clear() {}, dispose() {}, name: 'pt' };
  const window = space({
    visibleTextEditors: [],
    tabGroups: { all: [], onDidChangeTabs: events.tabs.event },
    createOutputChannel: () => channel,
    createTerminal: (options) => {
      terminals.push(options);
      return { show() {} };
    },
    showErrorMessage: async (message) => {
      throw new Error(message);
    },
  });
  const languages = space({
    createDiagnosticCollection: () => collection,
    match: (selector, document) => {
      const names = [selector].flat().some((filter) => filter.pattern?.includes('/polytope.'));
      return names && document.fileName.endsWith('/polytope.yml') ? 10 : 0;
    },
  });
  const api = {
    version: '1.91.0',
    env: { appName: 'a test', language: 'en', onDidChangeTelemetryEnabled: events.telemetry.event },
    commands: {
      registerCommand: (name, work) => {
        commands[name] = work;
        return { dispose() {} };
      },
      executeCommand: (name, ...args) => commands[name]?.(...args),
    },
    workspace, window, languages,
    Position, Range, Uri, Diagnostic, CancellationTokenSource, CodeActionKind, EventEmitter: Emitter,
    Disposable: class { constructor(work) { this.dispose = work ?? (() => {}); } },
    MarkdownString: class { constructor(value) { this.value = value; } appendCodeblock() {} },
    Location: class { constructor(uri, range) { Object.assign(this, { uri, range }); } },
    CodeLens: class { constructor(range) { this.range = range; } },
    Hover: class { constructor(contents, range) { Object.assign(this, { contents, range }); } },
    CompletionItem: class { constructor(label) { this.label = label; } },
    CompletionList: class { constructor(items, isIncomplete) { Object.assign(this, { items, isIncomplete }); } },
    DocumentLink: class { constructor(range, target) { Object.assign(this, { range, target }); } },
    l10n: { t: (text) => text },
  };
  const module = new Proxy(api, { get: (target, name) => (name in target || typeof name === 'symbol' ? target[name] : (target[name] = anything(name))) });
  return { module, events, providers, commands, diagnostics, told, terminals };
};
