import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { WafConfig } from '../../../src/rules/model.ts';
import { createWafConfigFile } from '../../../src/rules/waf-config-file.ts';
import { serialiseWafConfig } from '../../../src/rules/waf-config-text.ts';
import { temporaryFolder } from '../../servers.ts';
import { MemoryStore } from '../../unit/rules/memory-store.ts';
import { accepted, fileOf, HTTP, openBook, ruleOf, shortRule } from '../../unit/rules/open-book.ts';

const SETTINGS = { thresholds: { inbound: 5 }, on_budget: 'log', max_steps: 100_000 } as const;

/** A book and its waf-config.json in a folder of its own. */
async function open(dir = temporaryFolder(), store = new MemoryStore(), watchDebounceMs?: number) {
  const opened = await openBook({}, store);
  const path = join(dir, 'waf-config.json');
  const openFile = (book: Parameters<typeof createWafConfigFile>[0]['book'] = opened.book) =>
    createWafConfigFile({
      path,
      book,
      settings: SETTINGS,
      watchDebounceMs: watchDebounceMs ?? null,
      now: () => opened.world.now,
      log: pino({ level: 'silent' }),
    });
  const release = async (file: Awaited<ReturnType<typeof openFile>>) =>
    file.write((await opened.book.merged(opened.world.now)).config);
  const edit = (change: (config: Mutable) => void) => {
    const config = JSON.parse(readFileSync(path, 'utf8'));
    change(config);
    writeFileSync(path, JSON.stringify(config));
  };
  const states = async () =>
    (await opened.book.list()).map(({ rule, source, state }) => `${rule.id} ${source} ${state}`);
  return { ...opened, dir, path, openFile, release, edit, states };
}

type Mutable = { rules: Record<string, unknown>[]; thresholds: object };

test('waf-config file - the merge is written as canonical text and nothing is left behind', async () => {
  const { book, path, dir, openFile, release } = await open();
  accepted(await book.submit(shortRule('a'), HTTP));
  const file = await openFile();
  await release(file);
  expect(readFileSync(path, 'utf8')).toBe(serialiseWafConfig((await book.merged(0)).config));
  expect(readdirSync(dir).sort()).toEqual(['.waf-config.json.base', 'waf-config.json']);
  expect(accepted(await book.touch('start', HTTP)).revision).toBe(1);
});

test('waf-config file - what it wrote itself is not an edit', async () => {
  const { book, openFile, release, store } = await open();
  accepted(await book.submit(shortRule('a'), HTTP));
  const file = await openFile();
  await release(file);
  const writes = store.writes;
  await file.takeIn();
  await (await openFile()).takeIn();
  expect(store.writes).toBe(writes);
});

test('waf-config file - new, changed and removed rules and settings are one change', async () => {
  const { book, world, store, openFile, release, edit, states } = await open();
  world.files = [fileOf(shortRule('f1')), fileOf(shortRule('f2'))];
  accepted(await book.submit(`[${shortRule('a')},${shortRule('b')}]`, HTTP));
  const file = await openFile();
  await release(file);
  const writes = store.writes;

  edit((config) => {
    config.rules = config.rules.filter(({ id }) => id !== 'b' && id !== 'f2');
    config.rules.find(({ id }) => id === 'a')!.mode = 'shadow';
    config.rules.find(({ id }) => id === 'f1')!.title = 'changed';
    config.rules.push(JSON.parse(shortRule('new')));
    config.thresholds = { inbound: 9 };
  });
  await file.takeIn();

  expect(store.writes).toBe(writes + 1);
  expect(await states()).toEqual([
    'a dynamic active',
    'f1 static held',
    'f1 dynamic active',
    'f2 static held',
    'new dynamic active',
  ]);
  const merged = (await book.merged(world.now)).config;
  expect(merged.thresholds).toEqual({ inbound: 9 });
  expect(merged.rules.map(({ id, mode, title }) => [id, mode, title])).toEqual([
    ['a', 'shadow', undefined],
    ['f1', 'enforce', 'changed'],
    ['new', 'enforce', undefined],
  ]);
  expect((await book.get('new'))?.rule).toMatchObject({
    provenance: { source: 'waf-config' },
    ttl_seconds: 0,
  });
  expect(file.problems()).toEqual([]);
});

test('waf-config file - rules that were accepted after it was written survive an edit', async () => {
  const { book, openFile, release, edit, states } = await open();
  accepted(await book.submit(shortRule('a'), HTTP));
  const file = await openFile();
  await release(file);
  accepted(await book.submit(shortRule('later'), HTTP));
  edit((config) => {
    config.rules = [];
  });
  await file.takeIn();
  expect(await states()).toEqual(['later dynamic active']);
});

test('waf-config file - a refused edit changes nothing, is reported, and is kept when it is overwritten', async () => {
  const { book, path, dir, openFile, release, states, store } = await open();
  accepted(await book.submit(shortRule('a'), HTTP));
  const file = await openFile();
  await release(file);
  const writes = store.writes;
  const wrong = `{\n "rules": [\n  ${shortRule('b', { pattern: '*' })}\n ]}`;
  writeFileSync(path, wrong);
  await file.takeIn();
  expect(file.problems()).toEqual([
    expect.objectContaining({
      code: 'WAF_ERR_RULE_MATCHES_EVERYTHING',
      pointer: '/rules/0/pattern',
      file: path,
      line: 3,
    }),
  ]);
  expect(store.writes).toBe(writes);
  expect(readFileSync(path, 'utf8')).toBe(wrong);
  await release(file);
  expect(readFileSync(join(dir, 'waf-config.rejected-1.json'), 'utf8')).toBe(wrong);
  expect(await states()).toEqual(['a dynamic active']);
  expect(file.problems()).toEqual([]);

  writeFileSync(path, '{');
  await release(file);
  expect(readFileSync(join(dir, 'waf-config.rejected-2.json'), 'utf8')).toBe('{');
});

test('waf-config file - an edit that meets a release is taken in before it is overwritten', async () => {
  const { book, openFile, release, edit, states, world } = await open();
  accepted(await book.submit(shortRule('a'), HTTP));
  const file = await openFile();
  await release(file);
  const { config } = await book.merged(world.now);
  edit((edited) => edited.rules.push(JSON.parse(shortRule('by-hand'))));
  await file.write(config);
  expect(await states()).toEqual(['a dynamic active', 'by-hand dynamic active']);
});

test('waf-config file - while the store does not answer an edit stays in the file', async () => {
  const { book, path, store, openFile, release, edit, states, world } = await open();
  accepted(await book.submit(shortRule('a'), HTTP));
  const file = await openFile();
  await release(file);
  edit((edited) => edited.rules.push(JSON.parse(shortRule('by-hand'))));
  const text = readFileSync(path, 'utf8');
  const { config } = await book.merged(world.now);
  store.broken = new Error('TIMEOUT');
  await file.write(config);
  expect(readFileSync(path, 'utf8')).toBe(text);
  expect(file.problems().map(({ code }) => code)).toEqual(['WAF_ERR_RULE_STORE_UNAVAILABLE']);
  store.broken = null;
  await file.takeIn();
  expect(await states()).toEqual(['a dynamic active', 'by-hand dynamic active']);
});

test('waf-config file - an edit made while nothing ran is told from a file that is merely old', async () => {
  const { book, openFile, release, edit, states } = await open();
  accepted(await book.submit(`[${shortRule('a')},${shortRule('b')}]`, HTTP));
  await release(await openFile());
  accepted(await book.submit(shortRule('elsewhere'), HTTP));
  await (await openFile()).takeIn();
  expect(await states()).toHaveLength(3);
  edit((config) => {
    config.rules = config.rules.filter(({ id }) => id !== 'b');
  });
  await openFile();
  expect(await states()).toEqual(['a dynamic active', 'elsewhere dynamic active']);
});

test('waf-config file - a first file written by hand adds its rules and removes none', async () => {
  const { book, path, openFile, states } = await open();
  accepted(await book.submit(shortRule('a'), HTTP));
  writeFileSync(path, `{"rules":[${shortRule('own')}]}`);
  await openFile();
  expect(await states()).toEqual(['a dynamic active', 'own dynamic active']);
});

test('waf-config file - a crash between the copy and the file is not taken for an edit', async () => {
  const { book, dir, path, openFile, release, store } = await open();
  accepted(await book.submit(shortRule('a'), HTTP));
  const file = await openFile();
  await release(file);
  const old = readFileSync(join(dir, '.waf-config.json.base'), 'utf8');
  accepted(await book.kill(true, HTTP));
  await release(file);
  // As if the process had died after the rename of the file and before that of its copy.
  renameSync(join(dir, '.waf-config.json.base'), join(dir, '.waf-config.json.base.next'));
  writeFileSync(join(dir, '.waf-config.json.base'), old);
  const writes = store.writes;
  await openFile();
  expect(store.writes).toBe(writes);
  expect(existsSync(path)).toBe(true);
  expect((await book.get('a'))?.rule.mode).toBe('enforce');
});

test('waf-config file - under the kill switch an edit does not make the shadow mode permanent', async () => {
  const { book, openFile, release, edit } = await open();
  accepted(await book.submit(shortRule('a'), HTTP));
  accepted(await book.kill(true, HTTP));
  const file = await openFile();
  await release(file);
  edit((config) => {
    config.rules[0]!.title = 'edited';
  });
  await file.takeIn();
  expect((await book.get('a'))?.rule).toMatchObject({ title: 'edited', mode: 'enforce' });
});

test('waf-config file - adding a held rule again by hand lifts the hold', async () => {
  const { book, world, openFile, release, edit, states } = await open();
  world.files = [fileOf(shortRule('f'))];
  const file = await openFile();
  await release(file);
  edit((config) => {
    config.rules = [];
  });
  await file.takeIn();
  expect(await states()).toEqual(['f static held']);
  await release(file);
  edit((config) => {
    config.rules = [ruleOf(shortRule('f')) as never];
  });
  await file.takeIn();
  expect(await states()).toEqual(['f static active']);
  await book.close();
});

test('waf-config file - an edit is noticed by itself', async () => {
  const { book, openFile, release, edit, store } = await open(temporaryFolder(), undefined, 20);
  let taken: (config: WafConfig['rules']) => void = () => undefined;
  const noticed = new Promise<WafConfig['rules']>((resolve) => {
    taken = resolve;
  });
  const file = await openFile({
    async applyWafConfig(change, origin) {
      const answer = await book.applyWafConfig(change, origin);
      taken(change.rules);
      return answer;
    },
  });
  await release(file);
  edit((config) => config.rules.push(JSON.parse(shortRule('a'))));
  expect((await noticed).map(({ id }) => id)).toEqual(['a']);
  expect(store.document()?.rules).toHaveLength(1);
  await file.close();
});

test('waf-config file - tuning is written, taken in, and kept by an edit that leaves it out', async () => {
  const { book, path, world, openFile, release, edit } = await open();
  accepted(await book.submit(shortRule('a'), HTTP));
  accepted(await book.tuning.submit('{"id":"t","rules":["a"],"path":"/x/**","mode":"off"}', HTTP));
  const file = await openFile();
  await release(file);
  const written = { id: 't', path: ['/x/**'], rules: ['a'], mode: 'off' };
  expect(JSON.parse(readFileSync(path, 'utf8')).tuning).toEqual([written]);
  const more = { id: 'u', paranoia: 1, path: '/y' };
  edit((config) => Object.assign(config, { tuning: [more, written] }));
  await file.takeIn();
  const entries = async () =>
    (await book.tuning.list()).map(({ entry, actor }) => [entry.id, actor]);
  const edited = [
    ['u', 'waf-config'],
    ['t', 'alice'],
  ];
  expect(await entries()).toEqual(edited);
  edit((config) => Object.assign(config, { tuning: undefined }));
  await file.takeIn();
  expect([await entries(), file.problems()]).toEqual([edited, []]);
  edit((config) => Object.assign(config, { tuning: [{ ...more, paranoia: 9 }] }));
  await file.takeIn();
  expect(file.problems()).toMatchObject([{ pointer: '/tuning/0/paranoia', line: 1 }]);
  expect(await entries()).toEqual(edited);
  await release(file);
  edit((config) => Object.assign(config, { tuning: [] }));
  await file.takeIn();
  expect(await entries()).toEqual([]);
  expect((await book.merged(world.now)).config).not.toHaveProperty('tuning');
});
