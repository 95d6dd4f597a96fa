import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateSigningKey } from '../../../src/artifact/signing-key.ts';
import { run } from './run.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'secbeat-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  return file;
}

const rule = (id: string, more: object = {}) => ({
  id,
  field: 'URI',
  pattern: `/${id}`,
  action: 'block',
  ...more,
});

test('validate - files without faults end with 0 and say how many rules they have', async () => {
  const one = write('one.json', rule('a'));
  const many = write('many.json', { rules: [rule('b'), rule('c')] });
  const { exitCode, out } = await run(['validate', one, many]);
  expect([exitCode, out]).toEqual([0, `${one}: 1 rule, valid\n${many}: 2 rules, valid`]);
});

/** Content, line and column, code. */
const FAULTS: readonly [string, unknown, string, string][] = [
  ['syntax', '{\n  "id": }', '2:9', 'WAF_ERR_RULE_JSON_SYNTAX'],
  ['action', rule('a', { action: 'blok' }), '5:13', 'WAF_ERR_RULE_ACTION_UNKNOWN'],
  ['pattern', rule('a', { pattern: '*' }), '4:14', 'WAF_ERR_RULE_MATCHES_EVERYTHING'],
  [
    'regex',
    { id: 'a', action: 'block', when: { target: 'uri', op: 'regex', value: 'a(?=b)' } },
    '7:14',
    'WAF_ERR_COMPILE_REGEX_INVALID',
  ],
  [
    'example',
    rule('a', { examples: { match: ['/a'], no_match: ['/b', '/a?x'] } }),
    '12:7',
    'WAF_ERR_RULE_EXAMPLE_MATCHED',
  ],
  [
    'waf-config',
    { version: 1, thresholds: { inbound: 'five' }, rules: [] },
    '4:16',
    'WAF_ERR_RULE_TYPE',
  ],
];

test(`validate - each of ${FAULTS.length} faults ends with 1, its place and its code`, async () => {
  expect(FAULTS).toHaveLength(6);
  for (const [name, content, place, code] of FAULTS) {
    const file = write(`fault-${name}.json`, content);
    const { exitCode, out } = await run(['validate', file]);
    expect([exitCode, out], name).toEqual([1, expect.stringContaining(`${file}:${place} error`)]);
    expect(out, name).toContain(code);
  }
});

test('validate - with --json all files and diagnostics come as one document', async () => {
  const good = write('good.json', rule('a'));
  const bad = write('bad.json', rule('a', { actoin: 'block' }));
  const { exitCode, out } = await run(['validate', good, bad, '--json']);
  expect(exitCode).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    valid: false,
    files: [
      { file: good, valid: true, rules: 1, diagnostics: [] },
      { file: bad, valid: false, diagnostics: [{ code: 'WAF_ERR_RULE_KEY_UNKNOWN', line: 6 }] },
    ],
  });
});

test('build - the same waf-config gives the same signed bytes, and inspect says what they are', async () => {
  const config = write('waf-config.json', { version: 1, rules: [rule('b'), rule('a')] });
  const key = generateSigningKey();
  const keyFile = write('key.pem', String(key.privateKey.export({ type: 'pkcs8', format: 'pem' })));
  const trusted = write('key.pub.pem', key.publicKeyPem);
  const build = (out: string) =>
    run(['build', '--config', config, '--out', out, '--key', keyFile, '--semver', '1.2.3']);
  const [first, second] = [join(folder, '1.wasm'), join(folder, '2.wasm')];
  expect((await build(first)).exitCode).toBe(0);
  expect((await build(second)).exitCode).toBe(0);
  expect(readFileSync(first).equals(readFileSync(second))).toBe(true);

  const text = await run(['inspect', first, '--trust', trusted]);
  expect(text.exitCode).toBe(0);
  expect(text.out).toMatch(/^kind +SecBeat artifact$/m);
  expect(text.out).toMatch(new RegExp(`^signature +trusted \\(key ${key.keyId}\\)$`, 'm'));
  expect(text.out).toMatch(/^revision +v0 \(1\.2\.3\)$/m);
  expect(text.out).toMatch(/^a +enforce +block +\/a$/m);
  const json = await run(['inspect', first, '--json']);
  expect(JSON.parse(json.out)).toMatchObject({
    kind: 'secbeat',
    signature: { state: 'untrusted-key' },
    manifest: { semver: '1.2.3', created_at: '1970-01-01T00:00:00.000Z' },
    rules: [{ id: 'a' }, { id: 'b' }],
  });
});

test('build - the time in the manifest is SOURCE_DATE_EPOCH when it is set', async () => {
  const config = write('epoch.json', { version: 1, rules: [] });
  const args = ['build', '--config', config, '--out', join(folder, 'epoch.wasm'), '--json'];
  const { out } = await run(args, { env: { SOURCE_DATE_EPOCH: '1700000000' } });
  expect(JSON.parse(out)).toMatchObject({
    signed: false,
    manifest: { created_at: '2023-11-14T22:13:20.000Z' },
  });
  expect((await run(args, { env: { SOURCE_DATE_EPOCH: 'soon' } })).exitCode).toBe(2);
});

test('build - a config with a fault ends with 1 and names file, line and column', async () => {
  const config = write('broken.json', { version: 1, rules: [rule('a', { pattern: '' })] });
  const { exitCode, err } = await run(['build', '--config', config]);
  expect([exitCode, err]).toEqual([1, expect.stringContaining(`${config}:7:18 error`)]);
});

test('inspect - a file that is no module ends with 1 and the documented text', async () => {
  const file = write('no.wasm', 'this is text');
  const { exitCode, err } = await run(['inspect', file]);
  expect([exitCode, err]).toEqual([1, expect.stringContaining('not a WebAssembly binary')]);
});

test('inspect - a changed byte shows as an invalid signature', async () => {
  const config = write('sig.json', { version: 1, rules: [rule('needle')] });
  const key = generateSigningKey();
  const keyFile = write('s.pem', String(key.privateKey.export({ type: 'pkcs8', format: 'pem' })));
  const trusted = write('s.pub.pem', key.publicKeyPem);
  const out = join(folder, 'sig.wasm');
  await run(['build', '--config', config, '--out', out, '--key', keyFile]);
  const bytes = readFileSync(out);
  const at = bytes.indexOf('"semver":"0.0.0"');
  expect(at).toBeGreaterThan(0);
  bytes.write('9', at + 10);
  writeFileSync(out, bytes);
  const { exitCode, out: text } = await run(['inspect', out, '--trust', trusted]);
  expect([exitCode, text]).toEqual([1, expect.stringMatching(/^signature +invalid/m)]);
});
