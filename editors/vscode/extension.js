// Starts `pt lsp` for the blueprint files of a workspace, and runs what its code lenses offer.

const { execFile } = require('node:child_process');
const path = require('node:path');
const vscode = require('vscode');
const { LanguageClient, RevealOutputChannelOn } = require('vscode-languageclient/node');

/** What `pt lsp` is asked about: files that are named as blueprints are, in any language mode. */
const SELECTOR = [{ scheme: 'file', pattern: '**/polytope.{yml,yaml,json,edn}' }];

let client;

const setting = (name) => vscode.workspace.getConfiguration('pt').get(name);

/** A directory cannot be opened as a text: it is shown in the explorer. */
const revealDirectory = (link) => {
  const target = link.target;
  if (target?.scheme === 'file' && target.path.endsWith('/')) {
    link.target = vscode.Uri.parse(`command:revealInExplorer?${encodeURIComponent(JSON.stringify([target]))}`);
  }
  return link;
};

const start = async () => {
  client = new LanguageClient(
    'pt',
    'pt',
    { command: setting('path'), args: ['lsp', '--stdio'] },
    {
      documentSelector: SELECTOR,
      initializationOptions: { pt: { schemaDiagnostics: setting('schemaDiagnostics') } },
      synchronize: { configurationSection: 'pt' },
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      middleware: {
        provideDocumentLinks: async (document, token, next) => (await next(document, token))?.map(revealDirectory),
      },
    },
  );
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    const choice = await vscode.window.showErrorMessage(
      `\`${setting('path')} lsp\` does not start: ${error.message}. Install pt, or set \`pt.path\`.`,
      'Open Settings',
    );
    if (choice) await vscode.commands.executeCommand('workbench.action.openSettings', 'pt.path');
  }
};

const stop = async () => {
  const running = client;
  client = undefined;
  await running?.stop();
};

/** Runs a job in a terminal. Without one, as from the command palette, the one that is typed. */
const run = async (job, file) => {
  const named = job ?? (await vscode.window.showInputBox({ prompt: 'What to run: a template, tool or module' }));
  if (!named) return;
  const cwd = file ? path.dirname(file) : undefined;
  // The program and its arguments, so that no shell reads a name.
  const args = ['run', ...(file ? ['--file', file] : []), '--', named];
  vscode.window.createTerminal({ name: `pt run ${named}`, shellPath: setting('path'), shellArgs: args, cwd }).show();
};

/** Shows the documentation of a rule beside the text. */
const explain = async (rule) => {
  const named = rule ?? (await vscode.window.showInputBox({ prompt: 'A rule, such as mutable-image, or a blueprint' }));
  if (!named) return;
  execFile(setting('path'), ['explain', '--', named], async (error, stdout, stderr) => {
    const content = error ? stderr || error.message : stdout;
    const document = await vscode.workspace.openTextDocument({ content, language: 'markdown' });
    await vscode.window.showTextDocument(document, { preview: true, viewColumn: vscode.ViewColumn.Beside });
  });
};

exports.activate = async (context) => {
  context.subscriptions.push(
    vscode.commands.registerCommand('pt.run', run),
    vscode.commands.registerCommand('pt.explain', explain),
    vscode.commands.registerCommand('pt.restart', async () => {
      await stop();
      await start();
    }),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (!event.affectsConfiguration('pt.path')) return;
      await stop();
      await start();
    }),
  );
  await start();
};

exports.deactivate = stop;
