import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createOrchestratorClient } from '../../../src/node/admin/orchestrator-client.ts';
import { createRuleChanges } from '../../../src/node/admin/rule-changes.ts';
import { blacklistRule, uriPatternRule } from '../../../src/node/admin/written-rule.ts';
import { freePort } from '../../servers.ts';

const KEY = 'node-secret-key';
type Answer = object | string | ((request: IncomingMessage, response: ServerResponse) => void);

/** Rule changes over a server that answers as told: `METHOD path` without id and query → answer. */
async function standIn(answers: Readonly<Record<string, Answer>>) {
  const seen: { readonly what: string; readonly key: unknown; readonly body: string }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const key = request.headers['x-secbeat-api-key'];
    seen.push({ what: `${request.method} ${request.url}`, key, body: chunks.join('') });
    const kind = /releases|rules/.exec(request.url ?? '')?.[0];
    const answer = answers[`${request.method} ${kind}`] ?? 'not told';
    if (typeof answer === 'function') answer(request, response);
    else response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const lines: string[] = [];
  const changes = changesAt(`http://127.0.0.1:${port}`, lines);
  onTestFinished(async () => {
    await changes.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { changes, seen, lines };
}

function changesAt(url: string, lines: string[] = []) {
  const api = createOrchestratorClient({ orchestrator_url: url, orchestrator_key: KEY });
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  return createRuleChanges({ api, waitMs: 5_000, log });
}

const refusing =
  (status: number, body: object, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    response.writeHead(status, headers).end(JSON.stringify(body));

const accepted = { ids: ['x'], pending: [], release: { revision: 'v7' }, warnings: [] };
const converged = { revision: 'v7', state: 'converged' };
const listed = { state: 'active', expires_at: '2026-05-01T13:00:00.000Z' };
const rule = () => uriPatternRule('n1', { pattern: '/x', action: 'block', severity: 'error' });

/** Release, rule as listed, and the status that the two make. */
const STATUSES: readonly [string, Answer, Answer, string][] = [
  ['all nodes run it', converged, listed, 'active'],
  ['it behaves as before', { ...converged, state: 'unchanged' }, listed, 'active'],
  ['the kill switch is engaged', { ...converged, killed: true }, listed, 'shadow'],
  ['nodes are slow', { ...converged, state: 'progressing' }, listed, 'accepted'],
  ['it was held', converged, { ...listed, state: 'held' }, 'held'],
  ['the release is not told', refusing(503, {}), listed, 'accepted'],
  ['the rule is not told', converged, 'nonsense', 'accepted'],
];

test.each(STATUSES)('rule changes - when %s', async (_, release, rules, status) => {
  const { changes } = await standIn({
    'POST rules': accepted,
    'GET releases': release,
    'GET rules': rules,
  });
  expect(await changes.add(rule())).toMatchObject({ status, release: 'v7', warnings: [] });
});

test('rule changes - the table of statuses has its size', () => expect(STATUSES).toHaveLength(7));

test('rule changes - a rule that waits for approval is pending and no release is waited for', async () => {
  const { changes, seen } = await standIn({
    'POST rules': { ...accepted, release: null },
    'GET rules': { ...listed, state: 'pending' },
  });
  expect(await changes.add(rule())).toMatchObject({ status: 'pending', release: null });
  expect(seen.map(({ what }) => what.split(' ')[0])).toEqual(['POST', 'GET']);
});

test('rule changes - sends the key, the short form and an id that is new each time', async () => {
  const { changes, seen } = await standIn({
    'POST rules': accepted,
    'GET releases': converged,
    'GET rules': listed,
  });
  const written = rule();
  await changes.add(written);
  expect(seen.map(({ key }) => key)).toEqual([KEY, KEY, KEY]);
  expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
    id: written.id,
    field: 'URI',
    pattern: '/x',
    action: 'block',
    severity: 'error',
    provenance: { source: 'manual', ref: 'node n1' },
  });
  expect(seen[1]?.what).toBe('GET /api/v1/releases/v7?wait=5000');
  expect(written.id).toMatch(/^node-n1-[0-9a-f-]{36}$/);
  expect(rule().id).not.toBe(written.id);
  expect(uriPatternRule('n'.repeat(64), written.rule).id.length).toBeLessThanOrEqual(128);
});

test('rule changes - a refusal names what the caller sent, without positions in our text', async () => {
  const diagnostics = ['/when/value/0', '/title', '/description', '/ttl_seconds'].map(
    (pointer) => ({ code: 'C', pointer, line: 1, column: 9, message: 'm', hint: 'h' }),
  );
  const body = { error: 'refused', code: 'WAF_ERR_RULE_OPERAND', diagnostics };
  const { changes } = await standIn({ 'POST rules': refusing(429, body, { 'retry-after': '7' }) });
  const refusal = await changes.add(blacklistRule('n1', { ip: 'x' })).catch((error) => error);
  expect(refusal).toMatchObject({ status: 429, code: 'WAF_ERR_RULE_OPERAND', retryAfter: '7' });
  expect(refusal.body.diagnostics).toEqual(
    ['/ip', '/ip', '/reason', '/ttl_seconds'].map((pointer) => ({
      ...{ code: 'C', pointer, message: 'm', hint: 'h' },
    })),
  );
});

/** What the orchestrator answers to POST, and what the node makes of it. */
const FAULTS: readonly [string, Answer, number, string][] = [
  ['an unknown key', refusing(401, { error: 'unauthorized' }), 502, 'ORCHESTRATOR_KEY'],
  ['a key without role', refusing(403, { error: 'forbidden' }), 502, 'ORCHESTRATOR_KEY'],
  ['nonsense', 'hello', 502, 'ORCHESTRATOR'],
  ['a list', '[]', 502, 'ORCHESTRATOR'],
  ['null', 'null', 502, 'ORCHESTRATOR'],
  ['a redirect', refusing(302, {}, { location: 'http://x.invalid' }), 502, 'ORCHESTRATOR'],
  ['a crash', refusing(500, { error: 'internal error' }), 502, 'ORCHESTRATOR'],
  ['a closed connection', (request) => request.socket.destroy(), 502, 'ORCHESTRATOR'],
  [
    'too much',
    (_request, response) => void response.end(`"${'x'.repeat(17 * 1024 * 1024)}"`),
    502,
    'ORCHESTRATOR',
  ],
];

test.each(FAULTS)('rule changes - %s is the fault of neither caller', async (...given) => {
  const [, answer, status, code] = given;
  const { changes, lines } = await standIn({ 'POST rules': answer });
  const error = await changes.add(rule()).catch((thrown) => thrown);
  expect([error.status, error.code]).toEqual([status, `WAF_ERR_NODE_${code}`]);
  expect(JSON.stringify([error.message, error.hint, lines])).not.toContain(KEY);
});

test('rule changes - the table of faults has its size', () => expect(FAULTS).toHaveLength(9));

test('rule changes - an orchestrator that is away is a 502 that says where it was looked for', async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  await expect(changesAt(url).remove('x')).rejects.toMatchObject({
    status: 502,
    message: `no answer from the orchestrator at ${url}: ECONNREFUSED`,
  });
});

test('rule changes - a failed release says which node refused it and why', async () => {
  const acks = [
    { node: 'a', status: 'ACK' },
    { node: 'b', status: 'NACK', error: { message: 'too large' } },
  ];
  const { changes } = await standIn({
    'DELETE rules': accepted,
    'GET releases': { ...converged, state: 'failed', acks },
  });
  await expect(changes.remove('x')).rejects.toMatchObject({
    status: 502,
    code: 'WAF_ERR_NODE_RELEASE_FAILED',
    message: 'release v7 failed; b: too large',
  });
});

test('rule changes - a removal is done when it is released, or when nothing had to be', async () => {
  const done = await standIn({ 'DELETE rules': accepted, 'GET releases': converged });
  expect(await done.changes.remove('a:b')).toEqual({ status: 'removed', release: 'v7' });
  expect(done.seen[0]?.what).toBe('DELETE /api/v1/rules/a%3Ab');
  const idle = await standIn({ 'DELETE rules': { ...accepted, release: null } });
  expect(await idle.changes.remove('x')).toEqual({ status: 'removed', release: null });
  const slow = { ...converged, state: 'progressing' };
  const waiting = await standIn({ 'DELETE rules': accepted, 'GET releases': slow });
  expect(await waiting.changes.remove('x')).toEqual({ status: 'accepted', release: 'v7' });
});

test('rule changes - a node that stops while it waits does not call an accepted rule lost', async () => {
  let stop: () => void = () => {};
  const { changes } = await standIn({ 'POST rules': accepted, 'GET releases': () => stop() });
  stop = () => void changes.close();
  expect(await changes.add(rule())).toMatchObject({ status: 'accepted', release: 'v7' });
});

test('rule changes - an address that the orchestrator names is not followed', async () => {
  const release = { revision: '../../admin', url: 'http://x.invalid' };
  const { changes, seen } = await standIn({
    'POST rules': { ...accepted, release },
    'GET rules': listed,
  });
  expect(await changes.add(rule())).toMatchObject({ status: 'accepted' });
  expect(seen).toHaveLength(2);
});
