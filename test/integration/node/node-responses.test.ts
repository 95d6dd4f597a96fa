import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunningNode } from '../../../src/node/main.ts';
import type { Rule } from '../../../src/rules/model.ts';
import { admin, artifact, startNode, statusOf, uploadTo, uriRule } from './node-stand.ts';
import { startUpstream, type TestUpstream } from './proxy-stand.ts';

const PAGES: Readonly<Record<string, string>> = {
  '/fine': 'a page',
  '/dump': 'Warning: mysql_fetch_array() expects parameter 1',
  '/trace': 'at com.example.Main(Main.java:12)',
};

let upstream: TestUpstream;
let node: RunningNode;

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    const body = gzipSync(PAGES[request.url!] ?? 'nothing');
    const status = request.url === '/broken' ? 500 : 200;
    response.writeHead(status, { 'Content-Type': 'text/html', 'Content-Encoding': 'gzip' });
    response.end(body);
  });
  node = await startNode({ upstreamUrl: upstream.url });
});
afterAll(async () => {
  await node.close();
  await upstream.close();
});

function responseRule(id: string, when: Rule['when'], more: Partial<Rule> = {}): Rule {
  return uriRule(id, '', { block: { status: 502 } }, { when, ...more });
}

it('response rules - are enforced as soon as the node runs them, and no longer', async () => {
  expect(await statusOf(node, '/dump')).toBe(200);
  const dump = responseRule('dump', {
    target: ['response.body'],
    op: 'contains',
    value: 'mysql_fetch',
  });
  const trace = responseRule(
    'trace',
    { target: ['response.body'], op: 'contains', value: '.java:' },
    { mode: 'shadow' },
  );
  const broken = responseRule('broken', { target: ['response.status'], op: 'gte', value: 500 });
  await uploadTo(node, artifact(1, [dump, trace, broken]).bytes);
  expect(await statusOf(node, '/fine')).toBe(200);
  expect(await statusOf(node, '/dump')).toBe(502);
  expect(await statusOf(node, '/trace')).toBe(200);
  expect(await statusOf(node, '/broken')).toBe(502);

  const { body } = await admin(node, '/api/v1/events?limit=3');
  expect(body.events).toMatchObject([
    { phase: 'response', uri: '/broken', rule: 'broken', action: 'block', status: 502 },
    {
      phase: 'response',
      uri: '/trace',
      action: 'allow',
      matches: [{ rule: 'trace', shadow: true }],
    },
    { phase: 'response', uri: '/dump', rule: 'dump', action: 'block' },
  ]);
  const { body: stats } = await admin(node, '/api/v1/stats');
  expect(stats).toMatchObject({ blocked: 2 });

  await uploadTo(node, artifact(2, [uriRule('other', '/other')]).bytes);
  expect(await statusOf(node, '/dump')).toBe(200);
  expect(await statusOf(node, '/other')).toBe(403);
});
