import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { digestOf } from '../../../src/artifact/digest.ts';
import { createHintMemory } from '../../../src/fleet/hint-memory.ts';
import {
  buildReloadHint,
  encodeReloadHint,
  MAX_HINTED_BYTES,
} from '../../../src/fleet/reload-hint.ts';
import { isReloadHint } from '../../../src/fleet/shapes/reload-hint.ts';

function assignmentOf(bytes: Uint8Array) {
  return {
    revision: 'v42',
    semver: '1.2.3',
    digest: digestOf(bytes),
    size: bytes.length,
    published_at: Date.UTC(2026, 0, 2),
  };
}

test('hint - has the documented fields', () => {
  const bytes = Buffer.from('wasm');
  const hint = buildReloadHint('universal-waf', assignmentOf(bytes), bytes, 'two rules added');
  expect(hint).toEqual({
    deployment_id: 'universal-waf-v42',
    module_name: 'universal-waf',
    bytecode_base64: 'd2FzbQ==',
    config_json: `{"revision":"v42","semver":"1.2.3","digest":"${digestOf(bytes)}","size":4}`,
    description: 'two rules added',
    timestamp: '2026-01-02T00:00:00.000Z',
    revision: 'v42',
    digest: digestOf(bytes),
  });
  expect(isReloadHint(hint)).toBe(true);
});

test('hint - carries an artifact up to the limit, and none beyond it', () => {
  const most = randomBytes(MAX_HINTED_BYTES);
  expect(buildReloadHint('m', assignmentOf(most), most, '').bytecode_base64).not.toBe('');
  const more = randomBytes(MAX_HINTED_BYTES + 1);
  expect(buildReloadHint('m', assignmentOf(more), more, '').bytecode_base64).toBe('');
  expect(buildReloadHint('m', assignmentOf(most), undefined, '').bytecode_base64).toBe('');
});

test('hint - leaves its artifact out when the server would refuse the message', () => {
  const bytes = randomBytes(1_000);
  const hint = buildReloadHint('m', assignmentOf(bytes), bytes, '');
  const whole = encodeReloadHint(hint, 1_000_000);
  expect(encodeReloadHint(hint, whole.length)).toEqual(whole);
  const without = encodeReloadHint(hint, whole.length - 1);
  expect(JSON.parse(Buffer.from(without).toString())).toEqual({ ...hint, bytecode_base64: '' });
});

test('hint memory - gives the bytes of the latest hint to whoever wants their digest', () => {
  const memory = createHintMemory();
  const [first, second] = [randomBytes(100), randomBytes(100)];
  expect(memory.recall(digestOf(first), 100)).toBeUndefined();
  memory.remember(buildReloadHint('m', assignmentOf(first), first, ''));
  expect(memory.recall(digestOf(first), 100)).toEqual(first);
  expect(memory.recall(digestOf(first), 99)).toBeUndefined();
  memory.remember(buildReloadHint('m', assignmentOf(second), undefined, ''));
  expect(memory.recall(digestOf(first), 100)).toEqual(first);
  memory.remember(buildReloadHint('m', assignmentOf(second), second, ''));
  expect(memory.recall(digestOf(first), 100)).toBeUndefined();
  expect(memory.recall(digestOf(second), 100)).toEqual(second);
});

test('hint memory - bytes that are not those of the digest, or too many, are not given', () => {
  const memory = createHintMemory();
  const bytes = randomBytes(100);
  const hint = buildReloadHint('m', assignmentOf(bytes), bytes, '');
  for (const bytecode_base64 of ['!!!', randomBytes(100).toString('base64'), 'A'.repeat(800_000)]) {
    memory.remember({ ...hint, bytecode_base64 });
    expect(memory.recall(hint.digest, 1_000_000)).toBeUndefined();
  }
});
