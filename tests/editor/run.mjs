// Asks the real YAML language server what it makes of texts and of the schema, and compares with what an editor has to show.
//
// usage: node run.mjs                        the cases beside this file; says what differs
//        node run.mjs --diagnose < texts     [{name, text}] → [{name, line, message}], for `tests/editor.rs`

import { readFileSync, readdirSync } from 'node:fs';
import { text as whole } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { COMPLETIONS, HOVERS } from './cases.mjs';
import { Editor } from './client.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const SCHEMA = here('../../schemas/polytope.schema.json');

/** Where a text would stand, in a folder of its own. */
const place = (name) => here(`../../examples/${name.replaceAll(/[^a-z0-9.]+/gi, '-')}/polytope.yml`);

const files = (folder) =>
  readdirSync(here(folder)).map((name) => ({ name: `${folder}/${name}`, text: readFileSync(here(`${folder}/${name}`), 'utf8') }));

/** `#   ^^^ message` is about the line above it; `# <--- message` about the beginning of that line. */
const expectations = (text) => {
  const expected = [];
  let line = 0;
  for (const [number, content] of text.split('\n').entries()) {
    const [, gap, carets, dashes, message] = /^#( *)(?:(\^+)|<(-+)) (.*)$/.exec(content) ?? [];
    if (message === undefined) line = number;
    else if (carets) expected.push({ line, start: gap.length + 1, length: carets.length, message });
    else expected.push({ line, start: 0, length: dashes.length + 2, message });
  }
  return expected;
};

const shown = ({ line, start, length, message }) => `${line + 1}:${start + 1}+${length} ${message}`;

/** A range that is empty is marked by one caret; of several lines only the first one counts. */
const underlined = (text) => ({ range, message }) => {
  const end = range.end.line === range.start.line ? range.end.character : text.split('\n')[range.start.line].length;
  return { line: range.start.line, start: range.start.character, length: Math.max(1, end - range.start.character), message };
};

const inOrder = (a, b) => a.line - b.line || a.start - b.start || (a.message < b.message ? -1 : 1);

const diagnosed = async (editor, name, text) =>
  (await editor.diagnostics(editor.open(place(name), text))).map(underlined(text)).sort(inOrder);

/** The cursor's place, and the text without the mark. */
const cursor = (marked) => {
  const before = marked.slice(0, marked.indexOf('▮')).split('\n');
  return [marked.replace('▮', ''), { line: before.length - 1, character: before.at(-1).length }];
};

class Report {
  #failures = [];
  #count = 0;

  check(name, holds, ...details) {
    this.#count += 1;
    if (!holds) this.#failures.push([name, ...details].join('\n    '));
  }

  end() {
    for (const failure of this.#failures) console.log(`failed: ${failure}`);
    console.log(`${this.#count - this.#failures.length} of ${this.#count} checks hold`);
    return this.#failures.length === 0 ? 0 : 1;
  }
}

const checkDiagnostics = async (editor, report) => {
  for (const { name, text } of [...files('clean'), ...files('mistyped')]) {
    const expected = expectations(text).sort(inOrder);
    const found = await diagnosed(editor, name, text);
    const same = ({ message, ...at }, index) => {
      const { message: begins, ...wanted } = expected[index] ?? {};
      return JSON.stringify(at) === JSON.stringify(wanted) && message.startsWith(begins);
    };
    const missing = expected.filter((one) => !found.some(({ message, ...at }) => shown({ ...one, message: '' }) === shown({ ...at, message: '' }) && message.startsWith(one.message)));
    const surplus = found.filter((one) => !expected.some(({ message, ...at }) => shown({ ...one, message: '' }) === shown({ ...at, message: '' }) && one.message.startsWith(message)));
    report.check(name, found.length === expected.length && found.every(same), ...missing.map((one) => `not shown:  ${shown(one)}`), ...surplus.map((one) => `unexpected: ${shown(one)}`));
  }
};

const checkCompletions = async (editor, report) => {
  for (const [name, { at, offered = {}, not = [] }] of Object.entries(COMPLETIONS)) {
    const [text, position] = cursor(at);
    const items = await editor.completion(editor.open(place(`completion ${name}`), text), position);
    const inserted = (label) => items.filter((item) => item.label === label).map((item) => item.textEdit?.newText ?? item.insertText);
    for (const [label, insert] of Object.entries(offered)) {
      report.check(`completion of ${name}`, inserted(label).includes(insert), `\`${label}\` should insert ${JSON.stringify(insert)}`, `found ${JSON.stringify(inserted(label))} among ${items.map((item) => item.label).join(', ')}`);
    }
    for (const label of not) report.check(`completion of ${name}`, inserted(label).length === 0, `\`${label}\` should not be offered`);
  }
};

const checkHovers = async (editor, report) => {
  for (const [name, { at, says }] of Object.entries(HOVERS)) {
    const [text, position] = cursor(at);
    const hover = await editor.hover(editor.open(place(`hover ${name}`), text), position);
    for (const part of says) report.check(`hover over ${name}`, hover.includes(part), `should say ${JSON.stringify(part)}`, `says ${JSON.stringify(hover)}`);
    report.check(`hover over ${name}`, !hover.includes('||') && !hover.includes('####'), `is more than one text: ${JSON.stringify(hover)}`);
  }
};

/** The line that makes any editor find the schema, in a file of `examples/`. */
const checkModeline = async (report) => {
  const editor = await Editor.start();
  const text = '# yaml-language-server: $schema=../../schemas/polytope.schema.json\nmodul: []\n';
  const found = await diagnosed(editor, 'quickstart', text);
  report.check('the modeline', found.map(shown).join() === '2:1+5 Property modul is not allowed.', `found ${found.map(shown)}`);
  await editor.stop();
};

const diagnose = async (editor) => {
  const answers = [];
  for (const { name, text } of JSON.parse(await whole(process.stdin))) {
    const found = await diagnosed(editor, name, text);
    answers.push(...found.map(({ line, message }) => ({ name, line: line + 1, message })));
  }
  console.log(JSON.stringify(answers));
};

const editor = await Editor.start(SCHEMA);
if (process.argv.includes('--diagnose')) {
  await diagnose(editor);
} else {
  const report = new Report();
  await checkDiagnostics(editor, report);
  await checkCompletions(editor, report);
  await checkHovers(editor, report);
  await checkModeline(report);
  process.exitCode = report.end();
}
await editor.stop();
