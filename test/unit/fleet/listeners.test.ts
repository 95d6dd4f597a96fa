import { expect, test } from 'vitest';
import { createListeners } from '../../../src/fleet/listeners.ts';

test('listeners - all are told until they leave, even when one of them throws', () => {
  const faults: unknown[] = [];
  const heard: string[] = [];
  const listeners = createListeners<string>((error) => faults.push(error));
  const fault = new Error('listener');
  listeners.add(() => {
    throw fault;
  });
  const leave = listeners.add((value) => heard.push(`a ${value}`));
  listeners.add((value) => heard.push(`b ${value}`));
  listeners.tell('1');
  leave();
  listeners.tell('2');
  listeners.clear();
  listeners.tell('3');
  expect(heard).toEqual(['a 1', 'b 1', 'b 2']);
  expect(faults).toEqual([fault, fault]);
});
