import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { EventSettings } from '../../../src/config/settings.ts';
import {
  isObservedRequest,
  type ObservedRequest,
} from '../../../src/fleet/shapes/observed-request.ts';
import type { FinishedExchange } from '../../../src/node/proxy/finished-exchange.ts';
import type { JudgeVerdict } from '../../../src/node/proxy/proxy-deps.ts';
import { RandomSkips } from '../../../src/node/traffic/random-skips.ts';
import { TrafficCounters } from '../../../src/node/traffic/traffic-counters.ts';
import { TrafficObserver } from '../../../src/node/traffic/traffic-observer.ts';

const NOW = Date.UTC(2026, 2, 1, 12);

const SETTINGS: EventSettings = {
  enabled: true,
  sample_rate: 1,
  error_sample_rate: 1,
  honeypot_paths: ['/wp-login.php', '/.git/*'],
  max_events_per_second: 100,
  max_event_bytes: 16_384,
  max_queued_events: 50,
  redact_headers: ['Cookie'],
  redact_parameters: ['password'],
  body: 'head',
  body_bytes: 64,
  hash_key: 'key',
  secbeat_subjects: true,
  retention_seconds: 60,
  retention_bytes: 1,
  accept_telemetry: true,
  accept_commands: false,
  commands_per_minute: 1,
};

function setup(changes: Partial<EventSettings> = {}, publish = async () => {}) {
  const sent: ObservedRequest[] = [];
  const counters = new TrafficCounters();
  const observer = new TrafficObserver(
    { ...SETTINGS, ...changes },
    {
      nodeId: 'node-1',
      async publish(events) {
        await publish();
        sent.push(...events);
      },
      counters,
      now: () => NOW + 7,
      random: Math.random,
    },
  );
  return { observer, sent, totals: () => counters.totals(0) };
}

interface Changes {
  readonly uri?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
  readonly verdict?: JudgeVerdict | null;
  readonly status?: number | null;
  readonly unavailable?: boolean;
}

function exchange(changes: Changes = {}): FinishedExchange {
  const { uri = '/a?b=c', headers = ['Host', 'x'], body, status = 200 } = changes;
  return {
    id: 'id-1',
    inspected: {
      ...{ method: 'GET', uri, version: 'HTTP/1.1', sourceIp: '192.0.2.1', headers, now: NOW },
      body: body === undefined ? null : Buffer.from(body, 'latin1'),
    },
    verdict: changes.verdict ?? {
      action: 0,
      module: null,
      explanation: null,
      failure: null,
      explained: [],
    },
    unavailable: changes.unavailable ?? false,
    status,
  };
}

function verdict(action: 0 | 1 | 2 | 3, matched: readonly [string, boolean][]): JudgeVerdict {
  const module = {
    name: 'universal-waf',
    revision: 'v9',
  } as JudgeVerdict['explained'][number]['module'];
  const explanation = {
    action,
    rule: action === 0 ? null : (matched[0]?.[0] ?? null),
    reason: 'rule',
    matches: matched.map(([rule, shadow]) => ({
      rule,
      shadow,
      ruleIndex: 0,
      target: 'uri',
      offset: 0,
      length: 1,
      transforms: [],
      excerpt: null,
    })),
    score: { sqli: 5 },
    steps: 10,
  } as const;
  return {
    action,
    module: action === 0 ? null : module,
    explanation,
    failure: null,
    explained: [{ module, explanation }],
  };
}

const REASONS: readonly [string, Changes, ObservedRequest['why']][] = [
  ['nothing', {}, 'sample'],
  ['a status of 404', { status: 404 }, 'error'],
  ['a block', { verdict: verdict(1, [['r', false]]), status: 403 }, 'match'],
  [
    'a match that let pass',
    {
      verdict: verdict(0, [
        ['r', false],
        ['s', true],
      ]),
    },
    'match',
  ],
  ['a match in shadow', { verdict: verdict(0, [['s', true]]), status: 500 }, 'shadow'],
  ['a honeypot', { uri: '/wp-login.php?x', verdict: verdict(1, [['r', false]]) }, 'honeypot'],
  ['below a honeypot', { uri: '/.git/config' }, 'honeypot'],
  ['beside a honeypot', { uri: '/wp-login.php5' }, 'sample'],
];

test.each(
  REASONS,
)('observer - a request with %s is told about as it should', async (_what, changes, why) => {
  expect(REASONS).toHaveLength(8);
  const { observer, sent } = setup();
  observer.observe(exchange(changes));
  await observer.close();
  expect(sent.map((event) => event.why)).toEqual([why]);
  expect(isObservedRequest(sent[0])).toBe(true);
});

test('observer - an event has what was found, and nothing that is secret', async () => {
  const { observer, sent, totals } = setup();
  observer.observe(
    exchange({
      uri: '/login?password=hunter2&q=1',
      headers: ['Host', 'x', 'Cookie', 'sid=hunter2', 'Referer', 'https://x/?password=hunter2'],
      body: 'password=hunter2&a=1',
      verdict: verdict(1, [
        ['r', false],
        ['r', false],
        ['s', true],
      ]),
      status: 403,
    }),
  );
  await observer.close();
  expect(JSON.stringify(sent)).not.toContain('hunter2');
  expect(sent).toEqual([
    {
      ...{ v: 1, id: 'id-1', node_id: 'node-1', at: NOW, source_ip: '192.0.2.1', method: 'GET' },
      uri: '/login?password=&q=1',
      version: 'HTTP/1.1',
      headers: [
        ['Host', 'x'],
        ['Cookie', ''],
        ['Referer', 'https://x/?password='],
      ],
      body: Buffer.from('password=&a=1').toString('base64'),
      body_length: 20,
      missing: [
        'query[password]',
        'headers[cookie]',
        'headers[referer]',
        'body.form[password]',
        'body.raw',
      ],
      ...{
        status: 403,
        duration_ms: 7,
        action: 'block',
        rule: 'r',
        rules: ['r'],
        shadow_rules: ['s'],
      },
      ...{ score: { sqli: 5 }, revision: 'v9', why: 'match', sample_rate: 1 },
    },
  ]);
  expect(totals().events.match).toBe(1);
});

const MODES: readonly [EventSettings['body'], Partial<ObservedRequest>][] = [
  ['none', { body: null, body_length: 0, missing: ['body.raw'] }],
  ['length', { body: null, body_length: 5, missing: ['body.raw'] }],
  [
    'hash',
    {
      ...{ body: null, body_length: 5, missing: ['body.raw'] },
      body_hash: '47960565d64d0eb0c2e7eb1e19f793a63d52357e9ca26382a4bb7223b00fcf4e',
    },
  ],
  ['head', { body: 'aGVs', body_length: 5, missing: ['body.raw'] }],
];

test.each(MODES)('observer - of a body is kept: %s', async (body, expected) => {
  expect(MODES).toHaveLength(4);
  const { observer, sent } = setup({ body, body_bytes: 3 });
  observer.observe(exchange({ body: 'hello' }));
  await observer.close();
  expect(sent[0]).toMatchObject(expected);
  expect(sent[0]).toHaveProperty('missing', ['body.raw']);
});

test('observer - more events than allowed are dropped and counted, and samples keep their share', async () => {
  const { observer, sent, totals } = setup({ max_events_per_second: 20 });
  for (let n = 0; n < 40; n += 1)
    observer.observe(exchange({ verdict: verdict(1, [['r', false]]) }));
  for (let n = 0; n < 40; n += 1) observer.observe(exchange());
  await observer.close();
  expect(sent.filter(({ why }) => why === 'match')).toHaveLength(15);
  expect(sent.filter(({ why }) => why === 'sample')).toHaveLength(5);
  expect(totals().events_dropped).toMatchObject({ rate: 60, queue: 0, unsent: 0 });
});

test('observer - a full queue and a failing connection drop events, and nothing throws', async () => {
  let release: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { observer, totals } = setup({ max_queued_events: 3 }, async () => {
    await held;
    throw new Error('not connected');
  });
  for (let n = 0; n < 5; n += 1) observer.observe(exchange());
  expect(totals().events_dropped.queue).toBe(2);
  const closed = observer.close();
  release();
  await closed;
  await turn();
  expect(totals().events_dropped).toMatchObject({ queue: 2, unsent: 3 });
  expect(Object.values(totals().events)).toEqual([0, 0, 0, 0, 0]);
});

test('observer - a large request is cut until it fits, and what was cut is named', async () => {
  const { observer, sent } = setup({ max_event_bytes: 2_048, body_bytes: 4_096 });
  const long = 'x'.repeat(5_000);
  observer.observe(exchange({ uri: `/a?b=${long}`, headers: ['Accept', long], body: long }));
  await observer.close();
  expect(Buffer.byteLength(JSON.stringify(sent[0]))).toBeLessThanOrEqual(2_048);
  expect(sent[0]).toMatchObject({ body: null, body_length: 5_000 });
  expect(sent[0]?.missing).toEqual(['body.raw', 'headers[accept]', 'uri']);
});

test('observer - what was refused before it was judged is not told about', async () => {
  const { observer, sent } = setup();
  observer.observe({ ...exchange({ status: 400 }), inspected: null });
  await observer.close();
  expect(sent).toEqual([]);
});

test('observer - a fault in the facts is counted, not thrown', async () => {
  const { observer, totals } = setup();
  const broken = { ...exchange(), inspected: { ...exchange().inspected, headers: null } };
  expect(() => observer.observe(broken as unknown as FinishedExchange)).not.toThrow();
  expect(totals().events_dropped.fault).toBe(1);
});

test.each([
  [0, 0],
  [0.01, 1_000],
  [0.5, 50_000],
  [1, 100_000],
])('sampling - a rate of %d takes about its share of 100,000', (rate, expected) => {
  let seed = 42;
  const random = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  const skips = new RandomSkips(rate, random);
  let taken = 0;
  for (let n = 0; n < 100_000; n += 1) if (skips.take()) taken += 1;
  expect(Math.abs(taken - expected)).toBeLessThanOrEqual(5 * Math.sqrt(expected * (1 - rate)));
});
