// Makes `dist/`: the extension in one file, and the schema that it associates with blueprint files.

import { copyFileSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

await build({
  entryPoints: [here('extension.js')],
  outfile: here('dist/extension.js'),
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // The editor brings it.
  external: ['vscode'],
  minify: true,
  logLevel: 'warning',
});
mkdirSync(here('dist'), { recursive: true });
copyFileSync(here('../../schemas/polytope.schema.json'), here('dist/polytope.schema.json'));
