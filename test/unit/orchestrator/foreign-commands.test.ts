import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { LIMITS } from '../../../src/config/limits.ts';
import type { ForeignCommand } from '../../../src/fleet/foreign-commands.ts';
import { createForeignCommands } from '../../../src/orchestrator/foreign-commands.ts';
import { createRuleBook } from '../../../src/rules/create-rule-book.ts';
import { memoryStore, NOW } from './app-stand.ts';

async function setup(perMinute = 60) {
  const log = pino({ level: 'silent' });
  let now = NOW;
  const book = await createRuleBook({
    document: memoryStore(),
    staticRules: { list: () => [] },
    trial: { check: async () => [] },
    marker: { mark: async () => undefined },
    settings: {
      waf: { thresholds: {}, on_budget: 'allow', max_steps: LIMITS.program.max_steps },
      dynamicRules: {
        enabled: true,
        min_confidence: 0.85,
        max_active_rules: 2,
        default_ttl_seconds: 3_600,
        auto_deploy: true,
      },
    },
    now: () => now,
    log,
  });
  onTestFinished(() => book.close());
  const obey = createForeignCommands({ book, perMinute, now: () => now, log });
  return { book, obey, later: (ms: number) => (now += ms) };
}

function command(changes: Partial<ForeignCommand> = {}): ForeignCommand {
  return {
    kind: 'block',
    command_id: 'c',
    ip: '192.0.2.1',
    ttl_seconds: 60,
    reason: 'scans',
    source: 'ml',
    ...changes,
  };
}

test('commands - a block becomes a rule with a lifetime, and a second one renews it', async () => {
  const { book, obey, later } = await setup();
  expect(await obey(command())).toBe('accepted');
  const [first] = await book.list();
  expect(first).toMatchObject({
    actor: 'nats:ml',
    state: 'active',
    rule: {
      title: 'Block 192.0.2.1, as ml told',
      description: 'scans',
      tags: ['nats'],
      action: { block: { status: 403 } },
      expires_at: new Date(NOW + 60_000).toISOString(),
    },
  });
  expect(first?.rule.id).toMatch(/^nats-block-[0-9a-f]{16}$/);
  later(30_000);
  expect(await obey(command({ reason: '' }))).toBe('accepted');
  const all = await book.list();
  expect(all).toHaveLength(1);
  expect(all[0]?.rule.expires_at).toBe(new Date(NOW + 90_000).toISOString());
});

test('commands - without a time the default holds, and nobody blocks for longer than a week', async () => {
  const { book, obey } = await setup();
  await obey(command({ ttl_seconds: null }));
  await obey(command({ ip: '2001:db8::1', ttl_seconds: 1e12 }));
  const expiries = (await book.list()).map(({ rule }) => Date.parse(rule.expires_at ?? '') - NOW);
  expect(expiries.sort((a, b) => a - b)).toEqual([3_600_000, 7 * 24 * 3_600_000]);
});

test('commands - unblocking removes the rule of a command and no other', async () => {
  const { book, obey } = await setup();
  const own = { id: 'mine', field: 'SourceIP', pattern: '^192.0.2.1$', action: 'block' };
  await book.submit(JSON.stringify(own), { actor: 'ann', source: 'http' });
  expect(await obey(command({ kind: 'unblock' }))).toBe('refused');
  await obey(command());
  expect(await obey(command({ kind: 'unblock' }))).toBe('accepted');
  expect((await book.list()).map(({ rule }) => rule.id)).toEqual(['mine']);
});

test('commands - the limits of the rule book and of a minute hold', async () => {
  const { obey, later } = await setup(4);
  const outcomes = [];
  for (let n = 1; n <= 6; n += 1) outcomes.push(await obey(command({ ip: `192.0.2.${n}` })));
  expect(outcomes).toEqual(['accepted', 'accepted', 'refused', 'refused', 'limited', 'limited']);
  later(60_000);
  expect(await obey(command())).toBe('accepted');
});
