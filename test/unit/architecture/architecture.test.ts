import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { packagePath } from '../../../src/config/package-root.ts';
import { roomOf, type Source, sourcesIn } from './sources.ts';

const src = sourcesIn('src');
const assembly = sourcesIn('assembly');
const tests = sourcesIn('test');

/** Which rooms a room may import; every room may import config and telemetry as well. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  config: [],
  telemetry: [],
  rules: [],
  compiler: ['rules'],
  artifact: [],
  engine: ['artifact'],
  fleet: ['artifact'],
  library: ['engine', 'artifact'],
  seclang: ['rules'],
  evaluation: ['engine', 'artifact'],
  ftw: ['evaluation', 'engine', 'artifact', 'node'],
  generator: ['rules', 'compiler', 'engine', 'artifact', 'evaluation'],
  pipeline: ['rules', 'compiler', 'artifact', 'fleet', 'engine'],
  orchestrator: ['rules', 'pipeline', 'fleet', 'artifact'],
  node: ['engine', 'fleet', 'artifact'],
  launcher: [],
  // The door of the package for programs that use it as a library.
  'index.ts': ['library', 'engine', 'artifact'],
  cli: [
    ...['rules', 'seclang', 'compiler', 'artifact', 'engine', 'fleet'],
    ...['pipeline', 'orchestrator', 'node', 'launcher', 'evaluation', 'ftw', 'generator'],
  ],
};

/** One package, one door: the only places that import it. */
const DOORS: Readonly<Record<string, RegExp>> = {
  ajv: /^src\/(config|rules\/validate)/,
  'ajv-formats': /^src\/(config|rules\/validate)/,
  aws4fetch: /^src\/artifact\/archive\//,
  bullmq: /^src\/pipeline\/queue/,
  ioredis: /^src\/pipeline\/queue/,
  chokidar: /^src\/rules\/watch/,
  commander: /^src\/cli\//,
  fastify: /^src\/(orchestrator|node|library)\//,
  '@fastify/multipart': /^src\/(orchestrator|node)\//,
  '@fastify/rate-limit': /^src\/orchestrator\//,
  '@fastify/swagger': /^src\/(orchestrator|node)\//,
  nats: /^src\/fleet\//,
  pino: /^src\/telemetry\//,
  'prom-client': /^src\/telemetry\//,
  'smol-toml': /^src\/config\//,
  undici: /^src\/(node|cli)\//,
};

/** `from → to` for every import that `isWrong`. */
function wrong(
  sources: readonly Source[],
  isWrong: (from: string, to: Source['imports'][0]) => boolean,
) {
  return sources.flatMap(({ path, imports }) =>
    imports.filter((to) => isWrong(path, to)).map(({ to }) => `${path} → ${to}`),
  );
}

test('architecture - every folder of src is a room of the plan', () => {
  const rooms = new Set(src.map(({ path }) => roomOf(path)));
  expect([...rooms].sort()).toEqual(Object.keys(MAY_IMPORT).sort());
});

test('architecture - a room imports only the rooms it may', () => {
  const found = wrong(src, (from, { to, own }) => {
    const [room, other] = [roomOf(from), roomOf(to)];
    if (!own || room === other) return false;
    if (other === 'config') return false;
    if (other === 'telemetry') return room === 'config';
    return !MAY_IMPORT[room]?.includes(other);
  });
  expect(found).toEqual([]);
});

test('architecture - src and assembly share bytes, not code', () => {
  expect(wrong(src, (_, { to, own }) => own && !to.startsWith('src/'))).toEqual([]);
  expect(wrong(assembly, (_, { to, own }) => own && !to.startsWith('assembly/'))).toEqual([]);
});

test('architecture - the compiler knows of rules only their types', () => {
  const found = wrong(
    src.filter(({ path }) => roomOf(path) === 'compiler'),
    (_, { to, own, typeOnly }) => own && roomOf(to) === 'rules' && !typeOnly,
  );
  expect(found).toEqual([]);
});

test('architecture - a package is imported through its one door', () => {
  const found = wrong(src, (from, { to, own }) => {
    if (own || to.startsWith('node:')) return false;
    return !DOORS[to]?.test(from);
  });
  expect(found).toEqual([]);
});

test('architecture - every dependency has a door', () => {
  const { dependencies } = JSON.parse(readFileSync(packagePath('package.json'), 'utf8'));
  // Listed for its version only: fastify then resolves to this one.
  const indirect = ['light-my-request'];
  const direct = Object.keys(dependencies).filter((name) => !indirect.includes(name));
  expect(direct.sort()).toEqual(Object.keys(DOORS).sort());
});

test('architecture - a route handler calls a service; it touches no queue, no bus and no file', () => {
  const routes = src.filter(({ path }) => /\/routes?\//.test(path));
  expect(routes.length).toBeGreaterThan(0);
  const found = wrong(routes, (_, { to }) => /^(bullmq|ioredis|nats|node:fs.*)$/.test(to));
  expect(found).toEqual([]);
});

test('architecture - no two rooms import each other, not even in a circle', () => {
  const edges = new Map<string, Set<string>>();
  for (const { path, imports } of src) {
    for (const { to, own } of imports) {
      if (!own || roomOf(to) === roomOf(path)) continue;
      edges.set(roomOf(path), (edges.get(roomOf(path)) ?? new Set()).add(roomOf(to)));
    }
  }
  const reaches = (from: string, goal: string, seen = new Set<string>()): boolean =>
    [...(edges.get(from) ?? [])].some((next) => {
      if (next === goal) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return reaches(next, goal, seen);
    });
  expect([...edges.keys()].filter((room) => reaches(room, room))).toEqual([]);
});

const authored = [...src, ...assembly, ...tests].filter(({ path }) => !path.includes('.gen.'));

test('files - none is longer than 400 lines', () => {
  expect(authored.filter(({ lines }) => lines > 400).map(({ path }) => path)).toEqual([]);
});

test('files - names are kebab-case', () => {
  const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.d)?\.(ts|mjs)$/;
  const folder = /^[a-z0-9]+(-[a-z0-9]+)*$/;
  const found = authored.filter(({ path }) => {
    const parts = path.split('/');
    return !kebab.test(parts.pop() ?? '') || !parts.every((part) => folder.test(part));
  });
  expect(found.map(({ path }) => path)).toEqual([]);
});

test('files - no name says nothing', () => {
  const empty = /(^|[/-])(utils?|helpers?|managers?|common|misc|shared)([/.-]|$)/;
  expect(authored.filter(({ path }) => empty.test(path)).map(({ path }) => path)).toEqual([]);
});

test('files - no unfinished business is left in them', () => {
  const marker = new RegExp(
    `\\b(${['TO' + 'DO', 'FIX' + 'ME', 'HA' + 'CK', 'XX' + 'X'].join('|')})\\b`,
  );
  expect(authored.filter(({ text }) => marker.test(text)).map(({ path }) => path)).toEqual([]);
});

test('tests - none is skipped, focused or left to be written', () => {
  const parked = /\b(test|it|describe|suite)\.(skip|only|todo|skipIf|runIf|fails)\b/;
  expect(tests.filter(({ text }) => parked.test(text)).map(({ path }) => path)).toEqual([]);
});
