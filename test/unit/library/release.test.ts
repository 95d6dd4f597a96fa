import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createModuleSlots } from '../../../src/engine/module-slots.ts';
import { shippedEngines } from '../../../src/engine/shipped-engine.ts';
import { artifactOf, blocking } from './artifacts.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

test('swap - what is replaced is released, instance and memory', async () => {
  const trustedEngines = await shippedEngines();
  const slots = createModuleSlots({ keepPrevious: 1, fuelLimit: 1, trustedEngines });
  const request = { trustedKeys: new Map(), requireSignature: false };
  const refs: WeakRef<object>[] = [];
  for (let i = 0; i < 6; i++) {
    const staged = await slots.stage('waf', artifactOf([blocking(`evil${i}`)], `v${i}`), request);
    slots.activate(staged);
    refs.push(new WeakRef(staged.module.inspector));
  }
  // A reference that was made in this turn is kept to its end.
  await nextTurn();
  collectGarbage();
  expect(refs.map((ref) => ref.deref() !== undefined)).toEqual([
    ...[false, false, false, false],
    ...[true, true],
  ]);
});
