#!/usr/bin/env node
/**
 * Writes the tables of the detectors of the engine, from the readable lists in schemas/detectors:
 *
 *   assembly/detectors/sql-tables.gen.ts     for is_sqli
 *   assembly/detectors/html-tables.gen.ts    for is_xss
 *
 * `--check` writes nothing and exits 1 when a file is not what this program would write.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { shapesAutomaton } from './detectors/automaton.mjs';
import { wordTable } from './detectors/word-table.mjs';

const ROOT = new URL('../', import.meta.url);
const ADJACENT = 0x80;
const CALLED = 0x40;

const files = {
  'assembly/detectors/sql-tables.gen.ts': sqlTables(),
  'assembly/detectors/html-tables.gen.ts': htmlTables(),
};

let stale = 0;
for (const [path, text] of Object.entries(files)) {
  const file = fileURLToPath(new URL(path, ROOT));
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  if (process.argv.includes('--check')) {
    console.error(`${path} is not current: run \`node schemas/generate-detectors.mjs\``);
    stale += 1;
  } else {
    writeFileSync(file, text);
    console.log(`wrote ${path}`);
  }
}
process.exitCode = stale > 0 ? 1 : 0;

function readJson(name) {
  return JSON.parse(readFileSync(new URL(`schemas/detectors/${name}`, ROOT), 'utf8'));
}

function sqlTables() {
  const { letters, marks, patterns, shapes } = readJson('sql-shapes.json');
  const { lists, stored_procedures: procedures } = readJson('sql-words.json');
  const names = Object.keys(letters);
  const code = (letter) => {
    if (!names.includes(letter)) throw new Error(`"${letter}" is no letter`);
    return names.indexOf(letter);
  };
  const alphabet = names.slice(0, names.indexOf('$') + 1).join('');
  const rows = shapesAutomaton(Object.values(shapes).flat(), patterns, alphabet);
  const words = Object.entries(lists).flatMap(([name, list]) =>
    list.words.map((word) => ({ word, kind: code(list.letter) | callBits(name) })),
  );
  return source([
    ...names.map(
      (letter) => `export const TOKEN_${letters[letter].toUpperCase()}: u32 = ${code(letter)};`,
    ),
    `export const TOKEN_STORED_PROCEDURE: u32 = ${code(procedures.letter)};`,
    '/** The word counts only before a parenthesis. */',
    `export const WORD_IS_CALLED: u32 = ${CALLED};`,
    '/** The parenthesis has to follow at once. */',
    `export const WORD_IS_ADJACENT: u32 = ${ADJACENT};`,
    '/** States of the shapes: nothing can become of it, a shape was found, nothing read yet. */',
    'export const SHAPE_DEAD: u32 = 0;',
    'export const SHAPE_FOUND: u32 = 1;',
    'export const SHAPE_START: u32 = 2;',
    `export const SHAPE_LETTERS: u32 = ${alphabet.length};`,
    ...table('SHAPES', rows.flat()),
    '/** The bytes of which a value has one, if it is to be looked at: a set of bits. */',
    ...table('MARKS', bits(marks)),
    ...wordSource(words),
  ]);
}

function bits(bytes) {
  const set = new Array(32).fill(0);
  for (const byte of Buffer.from(bytes)) set[byte >> 3] |= 1 << (byte & 7);
  return set;
}

function callBits(list) {
  if (list.endsWith('_call_close')) return CALLED | ADJACENT;
  return list.endsWith('_call') ? CALLED : 0;
}

function htmlTables() {
  const { lists, schemes, css } = readJson('html-names.json');
  const names = Object.keys(lists);
  const words = names.flatMap((name, bit) => lists[name].map((word) => ({ word, kind: 1 << bit })));
  return source([
    ...names.map((name, bit) => `export const NAME_IS_${name.toUpperCase()}: u32 = ${1 << bit};`),
    ...wordSource(merged(words)),
    '/** What only attributes may begin with. */',
    'export const SCHEME_IS_DOCUMENT: u32 = 1;',
    '/** Beginnings of URLs: length, whether only attributes count, text; a zero ends the list. */',
    ...table('SCHEMES', [...texts(schemes.script, 0), ...texts(schemes.document, 1), 0]),
    '/** Words of CSS in the same form. */',
    ...table('CSS_WORDS', [...texts(css, 0), 0]),
  ]);
}

function texts(list, flag) {
  return list.flatMap((text) => [text.length, flag, ...Buffer.from(text)]);
}

/** One entry per word, with the bits of all lists that it is in. */
function merged(words) {
  const kinds = new Map();
  for (const { word, kind } of words) kinds.set(word, (kinds.get(word) ?? 0) | kind);
  return [...kinds].map(([word, kind]) => ({ word, kind }));
}

function wordSource(words) {
  const { buckets, starts, entries, longest } = wordTable(words);
  return [
    `export const WORD_BUCKETS: u32 = ${buckets};`,
    `export const LONGEST_WORD: u32 = ${longest};`,
    '/** Per bucket, where its entries start; one more for the end. */',
    ...table('WORD_STARTS', starts, 'u16'),
    '/** Entries: length, kind, and the word in lower case. */',
    ...table('WORD_ENTRIES', entries),
  ];
}

function table(name, numbers, type = 'u8') {
  const lines = [];
  for (let i = 0; i < numbers.length; i += 24)
    lines.push(`  ${numbers.slice(i, i + 24).join(', ')},`);
  return [`export const ${name}: usize = memory.data<${type}>([`, ...lines, ']);'];
}

function source(lines) {
  return [
    '// Generated by schemas/generate-detectors.mjs from schemas/detectors.',
    ...lines,
    '',
  ].join('\n');
}
