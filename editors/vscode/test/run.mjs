// Loads the bundled extension with a stand-in for the editor, and lets its language client talk to the real `pt lsp`.
//
// usage: node test/run.mjs       `PT` names the program; else it is `pt` on the PATH

import assert from 'node:assert/strict';
import { mkdtempSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const { make } = require('./vscode.cjs');

const PATIENCE = 60_000;

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pt-vscode-')));
const file = join(folder, 'polytope.yml');
const text = `modules:
  - id: db
    module: polytope/container
    args: {image: "busybox:1.36", mounts: [{path: /code, source: {type: host, path: ./code}}]}
templates:
  - id: stack
    run: [db, nothing]
`;
mkdirSync(join(folder, 'code'));
writeFileSync(file, text);

const settings = { path: process.env.PT ?? 'pt', schemaDiagnostics: false };
const editor = make(settings);
const load = Module._load;
Module._load = (name, ...rest) => (name === 'vscode' ? editor.module : load(name, ...rest));
const { activate, deactivate } = require('../dist/extension.js');

const { Uri, Position, CancellationTokenSource } = editor.module;
const document = {
  uri: Uri.file(file),
  fileName: file,
  languageId: 'yaml',
  version: 1,
  isClosed: false,
  getText: () => text,
};
const { token } = new CancellationTokenSource();

const patiently = (promise, what) => {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${PATIENCE / 1000} s: ${what}`)), PATIENCE);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};

/** The place of a word, in its middle. */
const at = (word) => {
  const before = text.slice(0, text.indexOf(word) + 1).split('\n');
  return new Position(before.length - 1, before.at(-1).length);
};

try {
  editor.module.workspace.textDocuments.push(document);
  const found = new Promise((resolve) => editor.told.event(() => resolve(editor.diagnostics.get(document.uri.toString()))));
  await patiently(activate({ subscriptions: [] }), 'the extension starts');
  const diagnostics = await patiently(found, 'findings of the open file');
  assert.deepEqual(diagnostics.filter(({ code }) => (code.value ?? code) === 'unknown-module').length, 1, JSON.stringify(diagnostics));

  const hover = await editor.providers.registerHoverProvider.provideHover(document, at('db, nothing'), token);
  assert.match(JSON.stringify(hover), /module `db`/);

  const definition = await editor.providers.registerDefinitionProvider.provideDefinition(document, at('db, nothing'), token);
  assert.equal(definition.range.start.line, 1);

  const lenses = await editor.providers.registerCodeLensProvider.provideCodeLenses(document, token);
  assert.deepEqual(lenses.map(({ command }) => command.title), ['▶ run stack']);
  await editor.commands['pt.run'](...lenses[0].command.arguments);
  assert.deepEqual(editor.terminals[0].shellArgs, ['run', '--file', file, '--', 'stack']);

  const links = await editor.providers.registerDocumentLinkProvider.provideDocumentLinks(document, token);
  assert.equal(links.length, 1);
  assert.match(links[0].target.toString(), /^command:revealInExplorer/, 'a directory is revealed, not opened');

  const completions = await editor.providers.registerCompletionItemProvider.provideCompletionItems(document, at('nothing'), token, {});
  assert.ok((completions.items ?? completions).some(({ label }) => label === 'db'), 'modules are offered');

  await patiently(deactivate(), 'the server ends');
  console.log('the extension works');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
