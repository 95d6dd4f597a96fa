import { expect, test } from 'vitest';
import type { Diagnostic } from '../../../src/rules/diagnostic.ts';
import type { Rule, WafConfig } from '../../../src/rules/model.ts';
import { createTrialBatch } from '../../../src/rules/trial-batch.ts';
import { ruleOf, shortRule } from './open-book.ts';

const rule = (id: string) => ruleOf(shortRule(id));
const ids = (config: WafConfig) => config.rules.map(({ id }) => id).join();

/** A batch over a trial that finds what `find` says; `seen` lists what was tried together. */
function open(find: (config: WafConfig) => readonly Diagnostic[]) {
  const seen: string[] = [];
  const check = async (config: WafConfig) => {
    seen.push(ids(config));
    return find(config);
  };
  const configWith = async (rules: readonly Rule[]): Promise<WafConfig> => ({
    version: 1,
    thresholds: {},
    on_budget: 'log',
    max_steps: 1000,
    rules,
  });
  return { seen, tryOut: createTrialBatch({ check }, configWith) };
}

const fault = (pointer: string): Diagnostic => ({ code: 'X', pointer, message: 'm', hint: 'h' });

test('trial batch - submissions share a trial, and each gets what its own rules caused', async () => {
  const { seen, tryOut } = open(() => [fault('/rules/1/when/op')]);
  const found = await Promise.all([tryOut([rule('a')]), tryOut([rule('b')]), tryOut([rule('c')])]);
  expect(seen).toEqual(['a,b,c']);
  expect(found).toEqual([[], [{ ...fault('/when/op'), rule_id: 'b' }], []]);
});

test('trial batch - what no rule is to blame for is settled by trying each alone', async () => {
  const { seen, tryOut } = open((config) => (ids(config).includes('b') ? [fault('')] : []));
  const found = await Promise.all([tryOut([rule('a')]), tryOut([rule('b')]), tryOut([rule('c')])]);
  expect(seen).toEqual(['a,b,c', 'a', 'b', 'c']);
  expect(found).toEqual([[], [fault('')], []]);
});

test('trial batch - one id is never tried twice in one program', async () => {
  const { seen, tryOut } = open(() => []);
  await Promise.all([tryOut([rule('a')]), tryOut([rule('a')]), tryOut([rule('b')])]);
  expect(seen).toEqual(['a,b', 'a']);
});

test('trial batch - a trial that fails fails its submissions, and the next ones are tried', async () => {
  let broken = true;
  const { tryOut } = open(() => {
    if (broken) throw new Error('thread died');
    return [];
  });
  await expect(tryOut([rule('a')])).rejects.toThrow('thread died');
  broken = false;
  expect(await tryOut([rule('a')])).toEqual([]);
});

test('trial batch - nothing to try is no trial', async () => {
  const { seen, tryOut } = open(() => []);
  expect(await tryOut([])).toEqual([]);
  expect(seen).toEqual([]);
});
