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

/** Where a text would stand: in a folder of its own. */
const place = (name, file = 'polytope.yml') => here(`../../examples/${name.replaceAll(/[^a-z0-9.]+/gi, '-')}/${file}`);

const filesIn = (folder) =>
  readdirSync(here(folder)).map((file) => {
    const name = `${folder}/${file}`;
    return { name, text: readFileSync(here(name), 'utf8') };
  });

class Report {
  #failures = [];
  #count = 0;

  check(name, holds, ...details) {
    this.#count += 1;
    if (!holds) this.#failures.push([name, ...details].join('\n    '));
  }

  /** Says what failed; the exit code. */
  end() {
    for (const failure of this.#failures) console.log(`failed: ${failure}`);
    console.log(`${this.#count - this.#failures.length} of ${this.#count} checks hold`);
    return this.#failures.length === 0 ? 0 : 1;
  }
}

/** `#   ^^^ message` is about the line above it; `# <--- message` about the beginning of that line. */
const expectations = (text) => {
  const expected = [];
  let above = 0;
  for (const [line, content] of text.split('\n').entries()) {
    const [, gap, carets, dashes, message] = /^#( *)(?:(\^+)|<(-+)) (.*)$/.exec(content) ?? [];
    if (message === undefined) above = line;
    else if (carets) expected.push({ line: above, start: gap.length + 1, length: carets.length, message });
    else expected.push({ line: above, start: 0, length: dashes.length + 2, message });
  }
  return expected;
};

/** What is underlined. An empty range counts as one character; of several lines only the first one counts. */
const underlined = async (editor, { name, text, file }) => {
  const lines = text.split('\n');
  const diagnostics = await editor.diagnostics(editor.open(place(name, file), text));
  return diagnostics.map(({ range: { start, end }, message }) => {
    const last = end.line === start.line ? end.character : lines[start.line].length;
    return { line: start.line, start: start.character, length: Math.max(1, last - start.character), message };
  });
};

const shown = ({ line, start, length, message }) => `${line + 1}:${start + 1}+${length} ${message}`;

/** An expected message may be the beginning of the real one. */
const meets = (found, expected) =>
  found.message.startsWith(expected.message) && shown({ ...found, message: '' }) === shown({ ...expected, message: '' });

const checkDiagnostics = async (editor, report, file) => {
  const surplus = await underlined(editor, file);
  const missing = expectations(file.text).filter((expected) => {
    const index = surplus.findIndex((found) => meets(found, expected));
    if (index >= 0) surplus.splice(index, 1);
    return index < 0;
  });
  const differences = [
    ...missing.map((expected) => `not shown:  ${shown(expected)}`),
    ...surplus.map((found) => `unexpected: ${shown(found)}`),
  ];
  report.check(file.name, differences.length === 0, ...differences);
};

/** The text without the mark, opened, and the place of the mark. */
const openAt = (editor, name, marked) => {
  const before = marked.slice(0, marked.indexOf('▮')).split('\n');
  const position = { line: before.length - 1, character: before.at(-1).length };
  return [editor.open(place(name), marked.replace('▮', '')), position];
};

const checkCompletion = async (editor, report, [topic, { at, offered = {}, not = [] }]) => {
  const name = `completion of ${topic}`;
  const items = await editor.completion(...openAt(editor, name, at));
  const insertsOf = (label) =>
    items.filter((item) => item.label === label).map((item) => item.textEdit?.newText ?? item.insertText);
  for (const [label, insert] of Object.entries(offered)) {
    const inserts = insertsOf(label);
    const labels = items.map((item) => item.label).join(', ');
    report.check(
      name,
      inserts.includes(insert),
      `\`${label}\` has to insert ${JSON.stringify(insert)}`,
      inserts.length > 0 ? `inserts ${JSON.stringify(inserts)}` : `offered are ${labels}`,
    );
  }
  for (const label of not) report.check(name, insertsOf(label).length === 0, `\`${label}\` is offered`);
};

const checkHover = async (editor, report, [topic, { at, says }]) => {
  const name = `hover over ${topic}`;
  const hover = await editor.hover(...openAt(editor, name, at));
  const whole = `says ${JSON.stringify(hover)}`;
  for (const part of says) report.check(name, hover.includes(part), `has to say ${JSON.stringify(part)}`, whole);
  report.check(name, !/\|\||####/.test(hover), 'has to be one text without a heading', whole);
};

/** The line that names the schema in a file of `examples/`, here one of a name that no setting knows. */
const checkModeline = async (editor, report) => {
  const text = '# yaml-language-server: $schema=../../schemas/polytope.schema.json\nmodul: []\n';
  const found = (await underlined(editor, { name: 'modeline', file: 'other.yml', text })).map(shown);
  report.check('the modeline', found.join() === '2:1+5 Property modul is not allowed.', ...found);
};

const checkAll = async (editor) => {
  const report = new Report();
  const files = [...filesIn('clean'), ...filesIn('mistyped')];
  await Promise.all([
    ...files.map((file) => checkDiagnostics(editor, report, file)),
    ...Object.entries(COMPLETIONS).map((entry) => checkCompletion(editor, report, entry)),
    ...Object.entries(HOVERS).map((entry) => checkHover(editor, report, entry)),
    checkModeline(editor, report),
  ]);
  return report.end();
};

const diagnose = async (editor) => {
  const texts = JSON.parse(await whole(process.stdin));
  const answers = texts.map(async (file) => {
    const found = await underlined(editor, file);
    return found.map(({ line, message }) => ({ name: file.name, line: line + 1, message }));
  });
  console.log(JSON.stringify((await Promise.all(answers)).flat()));
};

const editor = await Editor.start(SCHEMA);
if (process.argv.includes('--diagnose')) await diagnose(editor);
else process.exitCode = await checkAll(editor);
await editor.stop();
