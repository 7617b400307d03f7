// Reads YAML with the package that editors read it with.
//
// usage: node values.mjs < texts             [text] → [{value} or {error}], for `tests/yaml_referee`
//
// A list is {"list": […]}, a map {"map": [[key, value], …]}, a number {"number": "…"}: JSON alone knows no other keys than
// text, and neither `.inf` nor `.nan`.

import { text as whole } from 'node:stream/consumers';

import { parseAllDocuments } from 'yaml';

const plain = (value) => {
  if (value instanceof Map) return { map: [...value].map(([key, entry]) => [plain(key), plain(entry)]) };
  if (Array.isArray(value)) return { list: value.map(plain) };
  if (typeof value === 'number' || typeof value === 'bigint') return { number: String(value) };
  return value ?? null;
};

const read = (text) => {
  const documents = parseAllDocuments(text, { version: '1.2', merge: true });
  if (documents.length > 1) return { error: 'several documents' };
  const [document] = documents;
  if (document === undefined) return { value: null };
  if (document.errors.length > 0) return { error: document.errors[0].message };
  return { value: plain(document.toJS({ mapAsMap: true })) };
};

const texts = JSON.parse(await whole(process.stdin));
console.log(JSON.stringify(texts.map(read)));
