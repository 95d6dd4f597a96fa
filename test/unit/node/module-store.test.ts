import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '../../../src/artifact/digest.ts';
import {
  createModuleStore,
  type ModuleStore,
  type StoredModule,
} from '../../../src/node/module-store.ts';

let folder: string;
let store: ModuleStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waf-store-'));
  store = createModuleStore(folder, pino({ level: 'silent' }));
});
afterEach(() => rm(folder, { recursive: true }));

/** Stores some bytes and describes them as a module. */
async function module(name: string, content: string, order = 0): Promise<StoredModule> {
  const bytes = Buffer.from(content);
  await store.put(digestOf(bytes), bytes);
  return {
    name,
    digest: digestOf(bytes),
    order,
    revision: content,
    semver: '1.0.0',
    source: 'fleet',
    overrides: null,
    acknowledged: content,
  };
}

const revisions = async () =>
  (await store.load()).map((versions) => versions.map(({ revision }) => revision));

describe('module store', () => {
  it('store - nothing on disk is no module', async () => {
    expect(await store.load()).toEqual([]);
  });

  it('store - the active set comes back in its order, with the versions before as second choice', async () => {
    await store.save([await module('waf', 'v1')], () => []);
    const next = [await module('bots', 'v3', 5), await module('waf', 'v2')];
    await store.save(next, () => []);
    expect(await revisions()).toEqual([['v2', 'v1'], ['v3']]);
  });

  it('store - a note about the same modules does not push the set before them out', async () => {
    await store.save([await module('waf', 'v1')], () => []);
    const second = await module('waf', 'v2');
    await store.save([{ ...second, acknowledged: null }], () => []);
    await store.save([second], () => []);
    expect(await revisions()).toEqual([['v2', 'v1']]);
  });

  it('store - a removed module does not come back from the older index', async () => {
    await store.save([await module('waf', 'v1'), await module('bots', 'v2')], () => []);
    await store.save([await module('waf', 'v1')], () => []);
    expect(await revisions()).toEqual([['v1', 'v1']]);
  });

  it('store - a damaged index is replaced by the one before', async () => {
    await store.save([await module('waf', 'v1')], () => []);
    await store.save([await module('waf', 'v2')], () => []);
    for (const damage of ['', '{', '{"format":2,"modules":[]}', '{"format":1,"modules":[{}]}']) {
      await writeFile(join(folder, 'active.json'), damage);
      expect(await revisions()).toEqual([['v1']]);
    }
  });

  it('store - a damaged artifact is not handed out', async () => {
    const stored = await module('waf', 'v1');
    await store.save([stored], () => []);
    expect(Buffer.from((await store.get(stored.digest))!).toString()).toBe('v1');
    const names = await readdir(store.artifactDir, { recursive: true });
    const file = names.find((name) => name.endsWith('.wasm'))!;
    await writeFile(join(store.artifactDir, file), 'other');
    expect(await store.get(stored.digest)).toBeUndefined();
  });

  it('store - artifacts that nothing names are forgotten, those to keep are not', async () => {
    const kept = await module('waf', 'kept');
    const saved: StoredModule[] = [];
    for (const content of ['v1', 'v2', 'v3']) {
      saved.push(await module('waf', content));
      await store.save([saved.at(-1)!], () => [kept.digest]);
    }
    const there = await Promise.all(
      [...saved, kept].map(async ({ digest }) => (await store.get(digest)) !== undefined),
    );
    expect(there).toEqual([false, true, true, true]);
  });

  it('store - leaves no temporary file behind', async () => {
    await store.save([await module('waf', 'v1')], () => []);
    expect((await readdir(folder)).sort()).toEqual(['active.json', 'artifacts']);
    expect(JSON.parse(await readFile(join(folder, 'active.json'), 'utf8')).format).toBe(1);
  });
});
