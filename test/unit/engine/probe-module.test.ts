import { expect, test } from 'vitest';
import { ForeignInstance } from '../../../src/engine/foreign-instance.ts';
import { probeModule } from '../../../src/engine/probe-module.ts';
import { PROBE_REQUESTS } from '../../../src/engine/probe-requests.ts';
import { answering, hostile } from '../../wasm-fixtures/fixtures.ts';
import { requestOf } from './requests.ts';

const job = (bytes: Uint8Array<ArrayBuffer>, fuelLimit = 100_000) => ({
  bytes,
  fuelLimit,
  maxPages: 4,
});

test('probe - hands back the compiled, metered module', async () => {
  const { module, timings } = await probeModule(job(answering(3)));
  expect(new ForeignInstance(module, 1000, 4).inspect(requestOf())).toBe(3);
  expect(Object.keys(timings).sort()).toEqual(['probe', 'stage']);
});

test('probe - a module that keeps its thread busy is ended from outside', async () => {
  await expect(probeModule(job(hostile.endlessLoop(), 2 ** 31 - 1))).rejects.toMatchObject({
    code: 'WAF_ERR_ENGINE_PROBE_TIMEOUT',
    message: 'Invalid WASM module: probe did not finish within 2000 ms',
  });
});

test('probe - the caller can end it', async () => {
  const controller = new AbortController();
  const probing = probeModule(job(hostile.endlessLoop(), 2 ** 31 - 1), controller.signal);
  controller.abort(new Error('enough'));
  await expect(probing).rejects.toThrow('enough');
  await expect(
    probeModule(job(answering(0)), AbortSignal.abort(new Error('never'))),
  ).rejects.toThrow('never');
});

test('probe - a module that V8 refuses is named with V8’s reason', async () => {
  await expect(probeModule(job(hostile.typeError()))).rejects.toMatchObject({
    code: 'WAF_ERR_ENGINE_MODULE_INVALID',
    message: expect.stringContaining('not enough arguments on the stack'),
  });
});

test('probe - the sample requests differ in what they try', () => {
  expect(PROBE_REQUESTS.map(({ name }) => name)).toEqual([
    'plain GET',
    'long POST',
    'empty values',
    'odd bytes',
    'browser GET',
  ]);
});
