import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packagePath } from '../../../src/config/package-root.ts';
import { run } from './run.ts';

let folder: string;
let rules: string;
let requests: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'secbeat-eval-'));
  rules = write('rules.json', [
    {
      id: 'evil',
      title: 'Evil word',
      when: { target: 'query.*', op: 'contains', value: 'evil' },
      action: 'block',
    },
  ]);
  requests = write(
    'requests.jsonl',
    [
      line('a', 'attack', '/?q=evil'),
      line('b', 'benign', '/?q=good'),
      line('c', 'benign', '/?q=evil'),
      'x',
    ]
      .map((each) => `${each}\n`)
      .join(''),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: unknown): string {
  const file = join(folder, name);
  const text =
    typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content);
  writeFileSync(file, text);
  return file;
}

function line(id: string, label: string, uri: string): string {
  return JSON.stringify({ id, label, category: 'k', source: 's', request: { method: 'GET', uri } });
}

describe('eval', () => {
  test('prints rates, rules, samples and bad lines', async () => {
    const { exitCode, out } = await run(['eval', '--config', rules, '--requests', requests]);
    expect(exitCode).toBe(0);
    expect(out).toContain('3 requests, 2 would be blocked (66.67 %)');
    expect(out).toContain('detected (TPR):        100.00 % (1 of 1)');
    expect(out).toContain('false positives (FPR): 50.00 % (1 of 2)');
    expect(out).toMatch(/evil +2 +0 +2 +1 +1 +0/);
    expect(out).toContain('c benign k: rule evil\n    GET /?q=evil');
    expect(out).toContain(`${requests}:4 it is no JSON`);
  });

  test('--out writes one verdict a line', async () => {
    const out = join(folder, 'verdicts.jsonl');
    await run(['eval', '--config', rules, '--requests', requests, '--out', out]);
    const lines = readFileSync(out, 'utf8').trim().split('\n');
    expect(lines.map((each) => JSON.parse(each))).toEqual([
      { id: 'a', blocked: true, action: 'block', rules: ['evil'], score: {} },
      { id: 'b', blocked: false, action: 'allow', rules: [], score: {} },
      { id: 'c', blocked: true, action: 'block', rules: ['evil'], score: {} },
    ]);
  });

  test('takes artifacts, .gz files and several recordings', async () => {
    const artifact = join(folder, 'waf.wasm');
    const config = write('waf-config.json', {
      version: 1,
      rules: JSON.parse(readFileSync(rules, 'utf8')),
    });
    expect((await run(['build', '--config', config, '--out', artifact])).exitCode).toBe(0);
    const log = '192.0.2.1 - - [10/Oct/2000:13:55:36 -0700] "GET /?q=evil HTTP/1.0" 200 1\n';
    const zipped = write('access.log.gz', gzipSync(log));
    const args = ['eval', '--config', artifact, '--requests', requests, zipped, '--json'];
    const { evaluation } = JSON.parse((await run(args)).out);
    expect(evaluation.labels).toMatchObject({
      unlabelled: { requests: 1, blocked: 1 },
      benign: { requests: 2, blocked: 1 },
    });
  });

  /** Arguments, exit code. */
  const GATES: readonly [string[], number][] = [
    [['--max-false-positive-rate', '0.5'], 0],
    [['--max-false-positive-rate', '0.4'], 1],
    [['--min-detection-rate', '1'], 0],
    [['--max-new-blocks', '0'], 1],
    [['--max-false-positive-rate', '2'], 2],
  ];
  test.each(GATES)('%s ends with %i', async (gate, code) => {
    const args = ['eval', '--config', rules, '--requests', requests, ...gate];
    expect((await run(args)).exitCode).toBe(code);
  });

  test('--baseline shows what changes, and --max-new-blocks breaks', async () => {
    const empty = write('none.json', [
      { id: 'o', field: 'URI', pattern: '/never', action: 'block' },
    ]);
    const args = ['eval', '--config', rules, '--requests', requests, '--baseline', empty];
    const { exitCode, out } = await run([...args, '--max-new-blocks', '1']);
    expect(exitCode).toBe(1);
    expect(out).toContain('newly blocked 2 (attack 1, benign 1, unlabelled 0)');
    expect(out).toContain('BROKEN: the number of new blocks is 2, more than 1');
    expect((await run([...args, '--max-new-blocks', '2'])).exitCode).toBe(0);
  });

  test('the labelled corpora are read to the last line', async () => {
    const corpus = packagePath('..', 'shared', 'corpora', 'benign-har-perfcascade.jsonl.gz');
    if (!existsSync(corpus))
      return console.info('eval: no ../shared/corpora, so nothing to replay');
    const { out } = await run(['eval', '--config', rules, '--requests', corpus, '--json']);
    const { evaluation, bad } = JSON.parse(out);
    expect([evaluation.overall.requests, bad.records]).toEqual([405, 0]);
  });
});

describe('explain', () => {
  test('a raw request: verdict, rule, target and the marked bytes', async () => {
    const file = write('raw.txt', 'GET /?a=1&q=so%20evil%20! HTTP/1.1\nHost: x\n\n');
    const { exitCode, out } = await run(['explain', file, '--config', rules]);
    expect(exitCode).toBe(0);
    expect(out).toContain('BLOCK by rule evil\nGET /?a=1&q=so%20evil%20!');
    expect(out).toContain('evil (to blame)\n    Evil word\n    in query[q], bytes 3 to 7');
    expect(out).toContain('    so evil !\n       ^^^^');
  });

  test('a request given by options, and a line of a recording by its id', async () => {
    const given = ['explain', '--config', rules, '--json'];
    const byOptions = await run([
      ...given,
      '--uri',
      '/?q=evil',
      '--header',
      'X: 1',
      '--data',
      'a=b',
    ]);
    expect(JSON.parse(byOptions.out)).toMatchObject({
      ...{ method: 'POST', uri: '/?q=evil' },
      explained: { action: 'block', matches: [{ rule: 'evil', excerpt: { matched: 'evil' } }] },
    });
    const byId = await run([...given, requests, '--id', 'b']);
    expect(JSON.parse(byId.out)).toMatchObject({
      id: 'b',
      explained: { action: 'allow', matches: [] },
    });
    const fromStdin = await run([...given, '-'], { stdin: 'GET /?q=evil HTTP/1.1\n\n' });
    expect(JSON.parse(fromStdin.out).explained.action).toBe('block');
  });

  test('--request-id shows what a node recorded, and says when it has forgotten', async () => {
    const match = { rule: 'evil', rule_index: 0, shadow: false, target: 'query[q]', offset: 1 };
    const event = {
      ...{ request_id: 'r-1', at: '2026-05-01T12:00:00.000Z', client: '192.0.2.1', method: 'GET' },
      ...{ uri: '/?q=1evil', action: 'block', status: 403, revision: 'v7', rule: 'evil' },
      ...{ reason: 'rule', score: {} },
      matches: [
        {
          ...match,
          length: 4,
          transforms: [],
          excerpt: { before: '1', matched: 'evil', after: '' },
        },
      ],
    };
    const node = createServer((request, response) => {
      const isKnown = request.url === '/api/v1/events?request_id=r-1';
      response.end(JSON.stringify({ events: isKnown ? [event] : [] }));
    });
    await once(node.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(node.address() as AddressInfo).port}`;
    const known = await run(['explain', '--request-id', 'r-1', '--node', url]);
    expect(known.out).toContain('BLOCK by rule evil\nGET /?q=1evil');
    expect(known.out).toContain('    1evil\n     ^^^^');
    const unknown = await run(['explain', '--request-id', 'r-2', '--node', url]);
    expect([unknown.exitCode, unknown.err]).toEqual([1, expect.stringContaining('r-2')]);
    node.close();
  });

  test('without a request or without rules it is wrong usage', async () => {
    expect((await run(['explain', '--config', rules])).exitCode).toBe(2);
    expect((await run(['explain', '--uri', '/'])).exitCode).toBe(2);
    expect(
      (await run(['explain', '--request-id', 'x', '--node', 'http://127.0.0.1:1'])).exitCode,
    ).toBe(3);
  });
});
