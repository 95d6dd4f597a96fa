import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOST_AREA_BYTES } from '../../../src/config/layout.gen.ts';
import { encodeJsonContext } from '../../../src/engine/encode-json-context.ts';
import { RequestRecord } from '../../../src/engine/request-record.ts';
import type { InspectionRequest } from '../../../src/engine/verdict.ts';
import { WafInstance } from '../../../src/engine/waf-instance.ts';
import { findTool } from '../../../src/launcher/find-tool.ts';
import { configOf, requestOf, ruleOf } from '../../reference/engine.ts';
import { withDataSegment } from '../../wasm-fixtures/with-data-segment.ts';
import { universalWaf } from './universal-waf.ts';

const run = promisify(execFile);
const LOG = { log: {} };
const LIMIT = { ratelimit: { key: 'client.ip', limit: 1, window_s: 60, over: 'block' } } as const;
const SCORE = { score: {} };

const CONFIG = configOf(
  [
    ruleOf('admin', { target: ['path'], op: 'starts_with', value: '/admin' }),
    ruleOf('bot', {
      target: ['headers[user-agent]'],
      op: 'contains',
      value: 'EvilBot',
      ignore_case: true,
    }),
    ruleOf('id', { target: ['query[id]'], op: 'glob', value: '*union*select*', ignore_case: true }),
    ruleOf('form', { target: ['body.form[comment]'], op: 'contains', value: '<script' }),
    ruleOf(
      'net',
      { target: ['client.ip'], op: 'ip_in', value: ['203.0.113.0/24', '2001:db8:bad::/48'] },
      { action: LIMIT },
    ),
    ruleOf('slow', { target: ['path'], op: 'ends_with', value: '/search' }, { action: LIMIT }),
    ruleOf('old', { target: ['version'], op: 'equals', value: 'HTTP/1.0' }, { action: LOG }),
    ruleOf('long', { target: ['uri'], op: 'length', value: { gt: 100 } }, { action: LOG }),
    ruleOf(
      'health',
      { target: ['uri'], op: 'equals', value: '/admin/health' },
      { action: { allow: { skip: 'all' } }, priority: 100 },
    ),
    ruleOf(
      'quote',
      { target: ['query.*'], op: 'contains', value: "'" },
      { action: SCORE, score: { inbound: 3 } },
    ),
    ruleOf(
      'comment',
      { target: ['query.*'], op: 'contains', value: '--' },
      { action: SCORE, score: { inbound: 3 } },
    ),
    ruleOf('watched', { target: ['method'], op: 'equals', value: 'TRACE' }, { mode: 'shadow' }),
  ],
  { thresholds: { inbound: 5 } },
);

const form = (text: string) => ({
  method: 'POST',
  headers: ['Content-Type', 'application/x-www-form-urlencoded'],
  body: Buffer.from(text),
});

/** Request, and the action it must get. */
const CASES: [string, Partial<InspectionRequest>, number][] = [
  ['a plain request', {}, 0],
  ['a blocked path', { uri: '/admin/users?x=1' }, 1],
  ['a path that only looks like it', { uri: '/administer' }, 1],
  ['a path in other case', { uri: '/Admin' }, 0],
  ['an allowed exception', { uri: '/admin/health' }, 0],
  ['a bad agent', { headers: ['Host', 'x', 'User-Agent', 'Mozilla evilbot/1.0'] }, 1],
  ['a good agent', { headers: ['User-Agent', 'Mozilla'] }, 0],
  ['an encoded attack', { uri: '/?id=1+UNION+ALL%20SELECT' }, 1],
  ['the attack in another parameter', { uri: '/?x=1+union+select' }, 0],
  ['a form field', form('name=x&comment=%3Cscript%3E'), 1],
  ['another form field', form('name=%3Cscript%3E'), 0],
  ['the field without a form', { ...form('comment=<script'), headers: [] }, 0],
  ['an address in a network', { sourceIp: '203.0.113.77' }, 3],
  ['an address beside it', { sourceIp: '203.0.114.77' }, 0],
  ['an IPv6 address', { sourceIp: '2001:db8:bad:1::9' }, 3],
  ['block beats rate limit', { uri: '/admin', sourceIp: '203.0.113.1' }, 1],
  ['a slow path', { uri: '/search' }, 3],
  ['an old client', { version: 'HTTP/1.0' }, 2],
  ['a long address', { uri: `/${'a'.repeat(200)}` }, 2],
  ['rate limit beats log', { uri: '/search', version: 'HTTP/1.0' }, 3],
  ['half a score', { uri: "/?q='" }, 0],
  ['a full score', { uri: "/?q='--" }, 1],
  ['a score below an exception', { uri: '/admin/health' }, 0],
  ['a shadow rule', { method: 'TRACE' }, 0],
  ['odd bytes', { uri: '/%00%ff?=&&;', headers: ['', ''], body: Buffer.from([0, 255, 34]) }, 0],
];

const { bytes: ARTIFACT, manifest } = universalWaf(CONFIG, 'v1');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secbeat-host-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('second host - the artifact is valid by an independent validator', async () => {
  const file = join(folder, 'universal-waf.wasm');
  await writeFile(file, ARTIFACT);
  await runTool('wasm-validate', file);
});

test('second host - gives the verdicts that Node gives, on both encodings', async () => {
  const node = WafInstance.instantiate(new WebAssembly.Module(ARTIFACT), manifest);
  const requests = CASES.map(([, changes]) => requestOf(changes));
  const verdicts = requests.map((request) => node.inspect(request));
  expect(Object.fromEntries(CASES.map(([name], index) => [name, verdicts[index]]))).toEqual(
    Object.fromEntries(CASES.map(([name, , action]) => [name, action])),
  );
  const calls = requests.flatMap((request, index) =>
    [encodeJsonContext(request), flatRecord(request)].map((encoded) => ({
      encoded,
      expected: verdicts[index]!,
    })),
  );
  // The interpreter counts a loaded module as a test too.
  expect(await interpret(calls)).toBe(`${4 * CASES.length}/${4 * CASES.length} tests passed.`);
});

test('second host - the comparison can fail', async () => {
  const encoded = encodeJsonContext(requestOf({ uri: '/admin' }));
  await expect(interpret([{ encoded, expected: 0 }])).rejects.toThrow(/expected i32:0, got i32:1/);
});

test('second host - the table is complete and asks for every action', () => {
  expect(CASES).toHaveLength(25);
  expect(new Set(CASES.map(([, , action]) => action))).toEqual(new Set([0, 1, 2, 3]));
});

/**
 * Calls `inspect_request(0, length)` of the artifact under wabt's interpreter, each request laid at
 * offset 0 by one more data segment, and compares the results there.
 */
async function interpret(
  calls: readonly { encoded: Uint8Array; expected: number }[],
): Promise<string> {
  const commands = await Promise.all(
    calls.map(async ({ encoded, expected }, index) => {
      const filename = `${index}.wasm`;
      await writeFile(join(folder, filename), withDataSegment(ARTIFACT, 0, encoded));
      const args = [0, encoded.length].map(i32);
      return [
        { type: 'module', line: index, filename },
        {
          type: 'assert_return',
          line: index,
          action: { type: 'invoke', field: 'inspect_request', args },
          expected: [i32(expected)],
        },
      ];
    }),
  );
  const script = join(folder, 'calls.json');
  await writeFile(
    script,
    JSON.stringify({ source_filename: 'calls.wast', commands: commands.flat() }),
  );
  return (await runTool('spectest-interp', script)).trim();
}

const i32 = (value: number) => ({ type: 'i32', value: String(value) });

function flatRecord(request: InspectionRequest): Uint8Array {
  const memory = new ArrayBuffer(HOST_AREA_BYTES);
  const length = new RequestRecord(memory).write(request);
  return new Uint8Array(memory, 0, length);
}

async function runTool(name: string, ...args: string[]): Promise<string> {
  const tool = findTool(name);
  if (tool === undefined) throw new Error(`${name} is missing: npm test obtains it (package wabt)`);
  const env = { ...process.env, ...tool.env };
  return run(tool.path, args, { env, cwd: folder }).then(
    ({ stdout }) => stdout,
    (error) => {
      throw new Error(`${name}: ${error.stdout}${error.stderr}`);
    },
  );
}
