import { readdirSync, readFileSync } from 'node:fs';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packagePath } from '../../../src/config/package-root.ts';
import { connectFleet } from '../../../src/fleet/connect-fleet.ts';
import { createFleetControl } from '../../../src/fleet/fleet-control.ts';
import { type CompileThread, createCompileThread } from '../../../src/pipeline/compile-thread.ts';
import { createTrial } from '../../../src/pipeline/trial.ts';
import { createRuleBook } from '../../../src/rules/create-rule-book.ts';
import type { RuleDocument } from '../../../src/rules/rule-document.ts';
import { startNats, type TestServer } from '../../servers.ts';
import { accepted, HTTP, refusal, shortRule } from '../../unit/rules/open-book.ts';

const log = pino({ level: 'silent' });
let nats: TestServer;
let thread: CompileThread;

beforeAll(async () => {
  nats = await startNats();
  thread = createCompileThread({ signingKey: null, log });
});

afterAll(async () => {
  await thread?.close();
  await nats?.stop();
});

/** A rule book on JetStream with the real compiler and engine behind its door. */
async function open(prefix: string) {
  const settings = {
    url: nats.url,
    user: '',
    password: '',
    token: '',
    nkey_seed_file: '',
    tls: { ca_file: '', cert_file: '', key_file: '' },
    replicas: 1,
    bucket_prefix: prefix,
  };
  const connection = await connectFleet(settings, { name: 'rules', log });
  const fleet = await createFleetControl(connection, settings);
  const book = await createRuleBook({
    document: await fleet.document<RuleDocument>('rules', 'rules'),
    staticRules: { list: () => [] },
    trial: createTrial(thread),
    marker: { mark: async () => undefined },
    settings: {
      waf: { thresholds: { inbound: 5 }, on_budget: 'log', max_steps: 1_000_000 },
      dynamicRules: {
        enabled: true,
        min_confidence: 0.85,
        max_active_rules: 2_000,
        default_ttl_seconds: 3600,
        auto_deploy: true,
      },
    },
    now: Date.now,
    log,
  });
  const close = async () => {
    await book.close();
    await fleet.close();
  };
  return { book, close };
}

test('rule book on JetStream - what the real engine finds is reported with its position', async () => {
  const { book, close } = await open('trial');
  const text = `[${shortRule('good', { examples: { match: ['/x/good/y'], no_match: ['/'] } })},
  ${shortRule('wrong', { examples: { match: ['/other'], no_match: ['/a/wrong'] } })},
  {"id":"later","when":{"target":"uri","op":"regex","value":"a(?=b)"},"action":"block"}]`;
  const answer = await book.submit(text, HTTP);
  expect(refusal(answer)[0]).toBe('invalid');
  expect(answer).toMatchObject({
    diagnostics: [{ rule_id: 'later', pointer: '/2/when/value', line: 3, column: 61 }],
  });
  const examples = await book.submit(text.slice(0, text.lastIndexOf(',\n')).concat(']'), HTTP);
  expect(examples).toMatchObject({
    diagnostics: [
      { code: 'WAF_ERR_RULE_EXAMPLE_NOT_MATCHED', pointer: '/1/examples/match/0', line: 2 },
      { code: 'WAF_ERR_RULE_EXAMPLE_MATCHED', pointer: '/1/examples/no_match/0', line: 2 },
    ],
  });
  await close();
});

test('rule book on JetStream - the rules that ship pass their own examples', async () => {
  const { book, close } = await open('baseline');
  const folder = packagePath('rules');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  for (const name of files.filter((file) => file.endsWith('.json'))) {
    const { diagnostics } = await book.validate(readFileSync(`${folder}/${name}`, 'utf8'));
    expect([name, diagnostics]).toEqual([name, []]);
  }
  await close();
});

test('rule book on JetStream - two orchestrators take 1,000 rules one by one and lose none', async () => {
  const books = await Promise.all([open('burst'), open('burst')]);
  let next = 0;
  const client = async (_: unknown, number: number) => {
    const { book } = books[number % 2]!;
    while (next < 1000) accepted(await book.submit(shortRule(`r${next++}`), HTTP));
  };
  await Promise.all(Array.from({ length: 50 }, client));
  const taken = await books[0]!.book.take();
  expect(taken?.document.rules).toHaveLength(1000);
  expect(taken?.revision).toBe(1);
  await Promise.all(books.map(({ close }) => close()));
});

test('rule book on JetStream - rules and promises survive a restart of the server', async () => {
  const before = await open('restart');
  accepted(await before.book.submit(shortRule('a'), HTTP));
  await nats.restart();
  await expect
    .poll(async () => (await before.book.submit(shortRule('b'), HTTP)).ok, { timeout: 20_000 })
    .toBe(true);
  await before.close();
  const after = await open('restart');
  expect((await after.book.list()).map(({ rule }) => rule.id)).toEqual(['a', 'b']);
  expect((await after.book.take())?.revision).toBe(1);
  await after.close();
});
