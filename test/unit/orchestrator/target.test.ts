import { expect, test } from 'vitest';
import { ApiError } from '../../../src/orchestrator/api-error.ts';
import { assertNodesKnown, parseTarget } from '../../../src/orchestrator/target.ts';
import { targetWarnings } from '../../../src/orchestrator/target-warnings.ts';
import type { NodeView } from '../../../src/pipeline/releases.ts';
import { nodeReport } from '../pipeline/memory-fleet.ts';

const READABLE: readonly [string | undefined, unknown][] = [
  [undefined, 'all'],
  ['', 'all'],
  ['all', 'all'],
  [' all ', 'all'],
  ['node-1', { nodes: ['node-1'] }],
  ['node-1,node-2', { nodes: ['node-1', 'node-2'] }],
  [' node-1 , node-2,', { nodes: ['node-1', 'node-2'] }],
  ['node-1,node-1', { nodes: ['node-1'] }],
  ['label:zone=eu', { labels: { zone: 'eu' } }],
  ['label:zone=eu,label:rack=3', { labels: { zone: 'eu', rack: '3' } }],
  ['label:expr=a=b', { labels: { expr: 'a=b' } }],
];

const UNREADABLE = [
  'all,node-1',
  'label:zone=eu,node-1',
  'all,label:zone=eu',
  'label:zone',
  'label:=eu',
  'label:zone=',
  'label:zone=eu,label:zone=us',
];

test(`target - each of the ${READABLE.length} readable forms means what is documented`, () => {
  expect(READABLE).toHaveLength(11);
  for (const [text, target] of READABLE) expect(parseTarget(text), text).toEqual(target);
});

test(`target - each of the ${UNREADABLE.length} unreadable forms is refused with a hint`, () => {
  expect(UNREADABLE).toHaveLength(7);
  for (const text of UNREADABLE) {
    expect(() => parseTarget(text), text).toThrow(ApiError);
    expect(() => parseTarget(text), text).toThrow(
      expect.objectContaining({ status: 422, code: 'WAF_ERR_API_TARGET' }),
    );
  }
});

test('target - a node that never reported is refused and the known ones are named', async () => {
  const releases = {
    nodes: async () => [{ report: { id: 'node-1' } }, { report: { id: 'node-2' } }] as never,
  };
  await expect(assertNodesKnown({ nodes: ['node-1'] }, releases)).resolves.toBeUndefined();
  await expect(assertNodesKnown('all', releases)).resolves.toBeUndefined();
  await expect(assertNodesKnown({ nodes: ['node-9'] }, releases)).rejects.toMatchObject({
    status: 404,
    message: 'no node has the id "node-9"',
    hint: 'The nodes are node-1, node-2.',
  });
});

test('target - warns of a target that selects no live node, and of dead nodes that it names', () => {
  const node = (id: string, zone: string, alive: boolean): NodeView => ({
    ...{ report: nodeReport(id, { labels: { zone } }), alive, drift: [] },
  });
  const nodes = [node('a', 'eu', true), node('b', 'eu', false), node('c', 'us', false)];
  const messages = (text: string) =>
    targetWarnings(parseTarget(text), nodes).map(({ message }) => message);
  expect(messages('all')).toEqual([]);
  expect(messages('label:zone=eu')).toEqual([]);
  expect(messages('a')).toEqual([]);
  expect(messages('a,b,c')).toEqual(['b, c are not alive']);
  expect(messages('b')).toEqual(['no live node is selected by b']);
  expect(messages('label:zone=us')).toEqual(['no live node is selected by label:zone=us']);
  expect(targetWarnings({ nodes: ['b'] }, nodes)[0]?.hint).toContain(
    'a (zone=eu); b (zone=eu, dead); c (zone=us, dead)',
  );
  expect(targetWarnings('all', [])[0]?.hint).toBe('No node has reported yet.');
});
